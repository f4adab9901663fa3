/* One pass makes the greatest key of each block; peaks are then found among these. Bad cells are looked for in bundles of rows, so that
 * a near one is found at once. The pool's workers share rows. */
#include "data/find.h"
#include "base/memory.h"
#include "data/convert.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1024, BUNDLE = 256 };

static void read_run(const struct array *a, int64_t row, int64_t col, int num, double *out)
{
    if (dtype_is_wide(a->dtype)) {
        convert_f64(a->dtype, array_cell(a, row, col), a->col_stride, num, out);
        return;
    }
    float narrow[CHUNK];
    convert_f32(a->dtype, array_cell(a, row, col), a->col_stride, num, narrow);
    for (int i = 0; i < num; i++)
        out[i] = (double)narrow[i];
}

/* --- peaks --- */

struct blocks {
    const struct array *a;
    enum find_kind kind;
    int down, across; /* cells of a block */
    int64_t rows, cols;
    double *keys;
};

static void fill_keys(void *arg, int begin, int end, int worker)
{
    (void)worker;
    const struct blocks *b = arg;
    const struct array *a = b->a;
    double x[CHUNK];
    for (int64_t i = begin; i < end; i++) {
        double *keys = b->keys + i * b->cols;
        for (int64_t c = 0; c < b->cols; c++)
            keys[c] = -INFINITY;
        for (int64_t row = i * b->down; row < (i + 1) * b->down && row < a->rows; row++)
            for (int64_t col = 0; col < a->cols; col += CHUNK) {
                int num = a->cols - col < CHUNK ? (int)(a->cols - col) : CHUNK;
                read_run(a, row, col, num, x);
                for (int k = 0; k < num; k++) {
                    double key = find_key(b->kind, x[k]), *to = &keys[(col + k) / b->across];
                    *to = key > *to ? key : *to;
                }
            }
    }
}

static bool is_peak(const struct blocks *b, int64_t row, int64_t col)
{
    double key = b->keys[row * b->cols + col];
    for (int64_t r = row - 1; r <= row + 1; r++)
        for (int64_t c = col - 1; c <= col + 1; c++) {
            if (r < 0 || c < 0 || r >= b->rows || c >= b->cols || (r == row && c == col))
                continue;
            double other = b->keys[r * b->cols + c];
            bool before = r < row || (r == row && c < col);
            if (other > key || (before && other == key))
                return false;
        }
    return true;
}

static bool is_seen(const struct blocks *b, int64_t row, int64_t col, const struct find_cell *seen, int num)
{
    for (int i = 0; i < num; i++)
        if (llabs(seen[i].row / b->down - row) <= 1 && llabs(seen[i].col / b->across - col) <= 1)
            return true;
    return false;
}

/* The first cell of the block that has its key. */
static struct find_cell cell_of(const struct blocks *b, int64_t row, int64_t col)
{
    const struct array *a = b->a;
    for (int64_t r = row * b->down; r < (row + 1) * b->down && r < a->rows; r++)
        for (int64_t c = col * b->across; c < (col + 1) * b->across && c < a->cols; c++) {
            double x;
            read_run(a, r, c, 1, &x);
            if (find_key(b->kind, x) == b->keys[row * b->cols + col])
                return (struct find_cell){r, c};
        }
    return (struct find_cell){row * b->down, col * b->across};
}

enum hs_status find_peak(struct pool *pool, const struct array *a, enum find_kind kind, const struct find_cell *seen, int num_seen,
                         struct find_cell *out, bool *found)
{
    *found = false;
    if (a->rows <= 0 || a->cols <= 0)
        return HS_OK;
    struct blocks b = {.a = a, .kind = kind, .down = find_block(a->rows), .across = find_block(a->cols)};
    b.rows = (a->rows + b.down - 1) / b.down;
    b.cols = (a->cols + b.across - 1) / b.across;
    int64_t num, best = -1;
    if (!mem_mul_i64(b.rows, b.cols, &num) || b.rows > INT32_MAX || !(b.keys = mem_resize(NULL, (size_t)num, sizeof *b.keys)))
        return HS_ERR_MEMORY;
    pool_run(pool, fill_keys, &b, (int)b.rows, (int)(65536 / (a->cols * b.down)) + 1);
    for (int64_t i = 0; i < num; i++)
        if (b.keys[i] > (best < 0 ? -INFINITY : b.keys[best]) && is_peak(&b, i / b.cols, i % b.cols) &&
            !is_seen(&b, i / b.cols, i % b.cols, seen, num_seen))
            best = i;
    *found = best >= 0;
    if (*found)
        *out = cell_of(&b, best / b.cols, best % b.cols);
    free(b.keys);
    return HS_OK;
}

/* --- bad cells --- */

struct bad_job {
    const struct array *a;
    bool (*hidden)(const void *arg, int64_t row, int64_t col);
    const void *arg;
    int64_t first_row;         /* of the bundle */
    struct find_cell from, to; /* wanted: from here to before there */
    _Atomic int64_t *cols;     /* where each row of the bundle has its first; -1: nowhere */
};

static bool is_bad(const struct bad_job *j, int64_t row, int64_t col)
{
    if (row < 0 || col < 0 || col >= j->a->cols || isfinite(dtype_read(j->a->dtype, array_cell(j->a, row, col))))
        return false;
    return !j->hidden || !j->hidden(j->arg, row, col);
}

static bool begins(const struct bad_job *j, int64_t row, int64_t col)
{
    return is_bad(j, row, col) && !is_bad(j, row, col - 1) && !is_bad(j, row - 1, col - 1) && !is_bad(j, row - 1, col) &&
           !is_bad(j, row - 1, col + 1);
}

static int64_t first_in_row(const struct bad_job *j, int64_t row)
{
    const struct array *a = j->a;
    int64_t begin = row == j->from.row ? j->from.col : 0, end = row == j->to.row ? j->to.col : a->cols;
    double x[CHUNK];
    for (int64_t col = begin; col < end; col += CHUNK) {
        int num = end - col < CHUNK ? (int)(end - col) : CHUNK;
        read_run(a, row, col, num, x);
        for (int k = 0; k < num; k++)
            if (!isfinite(x[k]) && begins(j, row, col + k))
                return col + k;
    }
    return -1;
}

static void look_through(void *arg, int begin, int end, int worker)
{
    (void)worker;
    const struct bad_job *j = arg;
    for (int i = begin; i < end; i++)
        atomic_store_explicit(&j->cols[i], first_in_row(j, j->first_row + i), memory_order_relaxed);
}

static bool find_between(struct pool *pool, struct bad_job *j, struct find_cell *out)
{
    int64_t last = j->to.col > 0 ? j->to.row : j->to.row - 1;
    for (j->first_row = j->from.row; j->first_row <= last; j->first_row += BUNDLE) {
        int num = last - j->first_row + 1 < BUNDLE ? (int)(last - j->first_row + 1) : BUNDLE;
        pool_run(pool, look_through, j, num, (int)(65536 / (j->a->cols + 1)) + 1);
        for (int i = 0; i < num; i++)
            if (j->cols[i] >= 0) {
                *out = (struct find_cell){j->first_row + i, j->cols[i]};
                return true;
            }
    }
    return false;
}

bool find_bad(struct pool *pool, const struct array *a, bool (*hidden)(const void *arg, int64_t row, int64_t col), const void *arg,
              struct find_cell after, struct find_cell *out)
{
    _Atomic int64_t cols[BUNDLE];
    if (!dtype_is_float(a->dtype) || a->rows <= 0 || a->cols <= 0)
        return false;
    struct find_cell next = after.col + 1 < a->cols ? (struct find_cell){after.row, after.col + 1} : (struct find_cell){after.row + 1, 0};
    struct bad_job rest = {a, hidden, arg, 0, next, {a->rows, 0}, cols}, wrapped = {a, hidden, arg, 0, {0, 0}, next, cols};
    return find_between(pool, &rest, out) || find_between(pool, &wrapped, out);
}
