/* Differences, a row at a time in chunks that stay in the cache. 64-bit integers would lose their low bits in a double before the
 * subtraction: those go through 128 bits. */
#include "data/difference.h"
#include "data/convert.h"
#include <string.h>

enum { CHUNK = 512 };

struct job {
    const struct array *a, *b;
    double *out;
    bool exact; /* in 128 bits */
};

static void as_double(const struct array *a, int64_t row, int64_t col, int num, double *out)
{
    const void *p = array_cell(a, row, col);
    float narrow[CHUNK];
    if (dtype_is_wide(a->dtype)) {
        convert_f64(a->dtype, p, a->col_stride, num, out);
        return;
    }
    convert_f32(a->dtype, p, a->col_stride, num, narrow);
    for (int i = 0; i < num; i++)
        out[i] = (double)narrow[i];
}

static __int128 as_whole(const struct array *a, int64_t row, int64_t col)
{
    const void *p = array_cell(a, row, col);
    int64_t i;
    uint64_t u;
    if (a->dtype == DTYPE_I8)
        return memcpy(&i, p, sizeof i), i;
    if (a->dtype == DTYPE_U8)
        return memcpy(&u, p, sizeof u), (__int128)u;
    return (__int128)dtype_read(a->dtype, p);
}

static void subtract_chunk(const struct job *j, int64_t row, int64_t col, int num, double *out)
{
    double b[CHUNK];
    if (j->exact) {
        for (int i = 0; i < num; i++)
            out[i] = (double)(as_whole(j->a, row, col + i) - as_whole(j->b, row, col + i));
        return;
    }
    as_double(j->a, row, col, num, out);
    as_double(j->b, row, col, num, b);
    for (int i = 0; i < num; i++)
        out[i] -= b[i];
}

static void subtract_rows(void *arg, int begin, int end, int worker)
{
    const struct job *j = arg;
    (void)worker;
    for (int64_t row = begin; row < end; row++)
        for (int64_t col = 0; col < j->a->cols; col += CHUNK) {
            int64_t left = j->a->cols - col;
            subtract_chunk(j, row, col, left < CHUNK ? (int)left : CHUNK, j->out + row * j->a->cols + col);
        }
}

void difference(struct pool *pool, const struct array *a, const struct array *b, double *out)
{
    bool long_a = a->dtype == DTYPE_I8 || a->dtype == DTYPE_U8, long_b = b->dtype == DTYPE_I8 || b->dtype == DTYPE_U8;
    struct job job = {a, b, out, (long_a || long_b) && !dtype_is_float(a->dtype) && !dtype_is_float(b->dtype)};
    pool_run(pool, subtract_rows, &job, (int)a->rows, 16);
}
