/* Per cell the least, the greatest, the sum and the number of values: from these every way of reducing can be told, also later. All in
 * double, in runs of columns that stay in cache. NaN is left out by its bits. Threads: any, under the history's lock. */
#include "data/row_merge.h"
#include "base/memory.h"
#include "data/convert.h"
#include "data/hot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RUN = 1024 };

struct row_merge {
    int64_t cols, span_ns, span; /* span: number of the current one */
    bool begun;
    double *min, *max, *sum, *num;
};

struct row_merge *row_merge_create(int64_t cols, int64_t span_ns)
{
    struct row_merge *m = mem_zeroed(1, sizeof *m);
    double *numbers = m ? mem_zeroed((size_t)cols, 4 * sizeof *numbers) : NULL;
    if (!numbers) {
        free(m);
        return NULL;
    }
    m->cols = cols;
    m->span_ns = span_ns;
    m->min = numbers;
    m->max = m->min + cols;
    m->sum = m->max + cols;
    m->num = m->sum + cols;
    return m;
}

void row_merge_destroy(struct row_merge *m)
{
    if (!m)
        return;
    free(m->min);
    free(m);
}

enum dtype row_merge_dtype(enum dtype t)
{
    return dtype_is_wide(t) ? DTYPE_F8 : DTYPE_F4;
}

static int64_t span_of(const struct row_merge *m, int64_t t_ns)
{
    return t_ns / m->span_ns - (t_ns % m->span_ns < 0);
}

bool row_merge_is_next(const struct row_merge *m, int64_t t_ns)
{
    return !m->begun || span_of(m, t_ns) > m->span;
}

void row_merge_begin(struct row_merge *m, int64_t t_ns)
{
    m->begun = true;
    m->span = span_of(m, t_ns);
    for (int64_t i = 0; i < m->cols; i++) {
        m->min[i] = INFINITY;
        m->max[i] = -INFINITY;
        m->sum[i] = m->num[i] = 0;
    }
}

HOT static void add_run(int num, const double *restrict x, double *restrict min, double *restrict max, double *restrict sum,
                        double *restrict count)
{
    for (int i = 0; i < num; i++) {
        uint64_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bool number = (bits & INT64_MAX) <= UINT64_C(0x7ff0000000000000);
        double low = number ? x[i] : INFINITY, high = number ? x[i] : -INFINITY;
        min[i] = low < min[i] ? low : min[i];
        max[i] = high > max[i] ? high : max[i];
        sum[i] += number ? x[i] : 0;
        count[i] += number ? 1 : 0;
    }
}

void row_merge_add(struct row_merge *m, const struct array *rows, int64_t row)
{
    double wide[RUN];
    float narrow[RUN];
    for (int64_t at = 0; at < m->cols; at += RUN) {
        int num = (int)(m->cols - at < RUN ? m->cols - at : RUN);
        const void *cells = array_cell(rows, row, at);
        if (dtype_is_wide(rows->dtype)) {
            convert_f64(rows->dtype, cells, rows->col_stride, num, wide);
        } else {
            convert_f32(rows->dtype, cells, rows->col_stride, num, narrow);
            for (int i = 0; i < num; i++)
                wide[i] = (double)narrow[i];
        }
        add_run(num, wide, m->min + at, m->max + at, m->sum + at, m->num + at);
    }
}

static double value_of(const struct row_merge *m, int64_t i, enum reduce_mode mode)
{
    double low = m->min[i], high = m->max[i];
    if (!(m->num[i] > 0))
        return NAN;
    if (mode == REDUCE_MAX)
        return high;
    if (mode == REDUCE_MIN)
        return low;
    if (mode == REDUCE_ABSMAX)
        return -low > high ? low : high;
    if (high == INFINITY || low == -INFINITY)
        return high == INFINITY ? high : low;
    double mean = m->sum[i] / m->num[i];
    if (mode == REDUCE_MEAN)
        return mean;
    return high - mean >= mean - low ? high : low;
}

void row_merge_finish(const struct row_merge *m, enum reduce_mode mode, enum dtype t, void *dst, int64_t *t_ns)
{
    float *narrow = dst;
    double *wide = dst;
    *t_ns = m->span * m->span_ns;
    for (int64_t i = 0; i < m->cols; i++) {
        if (t == DTYPE_F8)
            wide[i] = value_of(m, i, mode);
        else
            narrow[i] = (float)value_of(m, i, mode);
    }
}
