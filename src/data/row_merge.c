/* Per cell the least, the greatest, the sum, the number and the spread of values: from these every way of reducing can be told, also
 * later. All in double, in runs of columns that stay in cache. NaN is left out by its bits. AUTO asks whether the value farthest out
 * stands out of the others: their mean and deviation follow from the sums without it. Threads: any, under the history's lock. */
#include "data/row_merge.h"
#include "base/memory.h"
#include "data/convert.h"
#include "base/hot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RUN = 1024 };

struct row_merge {
    int64_t cols, span_ns, span; /* span: number of the current one */
    bool begun;
    double *min, *max, *sum, *num;
    double *first, *squares; /* of the distances from the cell's first value, so that no digits cancel */
};

struct row_merge *row_merge_create(int64_t cols, int64_t span_ns)
{
    struct row_merge *m = mem_zeroed(1, sizeof *m);
    double *numbers = m ? mem_zeroed((size_t)cols, 6 * sizeof *numbers) : NULL;
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
    m->first = m->num + cols;
    m->squares = m->first + cols;
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
        m->sum[i] = m->num[i] = m->first[i] = m->squares[i] = 0;
    }
}

HOT static void add_run(int num, const double *restrict x, double *restrict min, double *restrict max, double *restrict sum,
                        double *restrict count, double *restrict first, double *restrict squares)
{
    for (int i = 0; i < num; i++) {
        uint64_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bool number = (bits & INT64_MAX) <= UINT64_C(0x7ff0000000000000);
        double low = number ? x[i] : INFINITY, high = number ? x[i] : -INFINITY;
        min[i] = low < min[i] ? low : min[i];
        max[i] = high > max[i] ? high : max[i];
        first[i] = number && count[i] < 1 ? x[i] : first[i];
        double away = number ? x[i] - first[i] : 0;
        squares[i] += away * away;
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
        add_run(num, wide, m->min + at, m->max + at, m->sum + at, m->num + at, m->first + at, m->squares + at);
    }
}

/* Is x, one of the cell's values, far from the others? By five of their standard deviations, and by more where there are few to tell
 * that from. Of two none is. */
static bool stands_out(const struct row_merge *m, int64_t i, double x)
{
    double others = m->num[i] - 1, away = x - m->first[i];
    if (others < 2)
        return false;
    double mean = (m->sum[i] - m->num[i] * m->first[i] - away) / others;
    double variance = fmax(0, (m->squares[i] - away * away - others * mean * mean) / (others - 1));
    double limit = 5 * (1 + 4 / (others - 1)) * sqrt(variance);
    return fabs(away - mean) > limit;
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
    double farther = high - mean >= mean - low ? high : low;
    return m->num[i] < 2.5 || stands_out(m, i, farther) ? farther : mean;
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
