/* First every footprint's mean, least and greatest value and share of NaN; then, for AUTO, in blocks of footprints, what stands out of
 * its block: its excess is more than five robust sigmas above the median excess of some of the block's footprints of several cells.
 * Render thread; workers take rows of footprints. */
#include "data/reduce_listed.h"
#include "base/memory.h"
#include "data/convert.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16, NUM_SAMPLES = 32 };

/* Of one footprint, while cells are added. */
struct tally {
    double sum, low, high;
    int64_t num, num_nan, num_all;
    bool up, down; /* Inf of either sign */
};

struct worker {
    double *wide; /* the cells of a row */
    float *narrow;
    struct tally *tallies;
    double min, max;
    int64_t num_nan, num_replaced;
};

struct listed_reducer {
    struct worker *workers;
    void *memory, *values;
    double *mean, *low, *high;
    uint8_t *share;
    size_t cap_memory, cap_values, cap_planes, cap_share;
    int num_workers;
};

struct listed_job {
    struct listed_reducer *r;
    const struct array *cells;
    struct reduce_list rows, cols;
    enum reduce_mode mode;
    bool wide;
};

struct listed_reducer *listed_reducer_create(void)
{
    return mem_zeroed(1, sizeof(struct listed_reducer));
}

void listed_reducer_destroy(struct listed_reducer *r)
{
    if (!r)
        return;
    free(r->workers);
    free(r->memory);
    free(r->values);
    free(r->mean);
    free(r->share);
    free(r);
}

static bool set_up(struct listed_reducer *r, int num_workers, size_t width, const struct listed_job *j)
{
    size_t num = (size_t)j->rows.num * (size_t)j->cols.num;
    size_t wide = width * sizeof(double), tallies = (size_t)j->cols.num * sizeof(struct tally), narrow = (width + 1) / 2 * sizeof(double);
    size_t each = wide + tallies + narrow;
    if (num_workers > r->num_workers) {
        struct worker *more = mem_resize(r->workers, (size_t)num_workers, sizeof *more);
        if (!more)
            return false;
        r->workers = more;
        r->num_workers = num_workers;
    }
    if (!mem_reserve(&r->memory, &r->cap_memory, each * (size_t)num_workers, 1) || !mem_reserve(&r->mean, &r->cap_planes, 3 * num, sizeof(double)) ||
        !mem_reserve(&r->share, &r->cap_share, num, 1) || !mem_reserve(&r->values, &r->cap_values, j->wide ? 2 * num : num, sizeof(float)))
        return false;
    r->low = r->mean + num;
    r->high = r->low + num;
    for (int i = 0; i < num_workers; i++) {
        char *memory = (char *)r->memory + (size_t)i * each;
        r->workers[i] = (struct worker){(double *)memory, (float *)(memory + wide), (struct tally *)(memory + wide + narrow), INFINITY, -INFINITY, 0, 0};
    }
    return true;
}

/* --- what a footprint holds --- */

static void add_cells(struct tally *t, const double *v, int64_t num)
{
    for (int64_t i = 0; i < num; i++) {
        uint64_t bits;
        memcpy(&bits, &v[i], sizeof bits);
        uint64_t magnitude = bits & INT64_MAX;
        if (magnitude > UINT64_C(0x7ff0000000000000))
            t->num_nan++;
        else if (magnitude == UINT64_C(0x7ff0000000000000)) {
            t->up |= v[i] > 0;
            t->down |= v[i] < 0;
        } else {
            t->sum += v[i];
            t->num++;
            t->low = v[i] < t->low ? v[i] : t->low;
            t->high = v[i] > t->high ? v[i] : t->high;
        }
    }
    t->num_all += num;
}

static void add_row(const struct listed_job *j, struct worker *w, int64_t row)
{
    const struct array *a = j->cells;
    int64_t first = j->cols.begin[0], num = j->cols.end[j->cols.num - 1] - first;
    if (j->wide)
        convert_f64(a->dtype, array_cell(a, row, first), a->col_stride, (int)num, w->wide);
    else {
        convert_f32(a->dtype, array_cell(a, row, first), a->col_stride, (int)num, w->narrow);
        for (int64_t i = 0; i < num; i++)
            w->wide[i] = (double)w->narrow[i];
    }
    for (int c = 0; c < j->cols.num; c++)
        add_cells(&w->tallies[c], w->wide + (j->cols.begin[c] - first), j->cols.end[c] - j->cols.begin[c]);
}

static void finish(const struct listed_job *j, struct worker *w, const struct tally *t, size_t at)
{
    struct listed_reducer *r = j->r;
    r->mean[at] = t->num ? t->sum / (double)t->num : NAN;
    r->low[at] = t->down ? -INFINITY : t->num ? t->low : t->up ? INFINITY : NAN;
    r->high[at] = t->up ? INFINITY : t->num ? t->high : t->down ? -INFINITY : NAN;
    if (!isfinite(r->mean[at])) /* nothing finite (Inf if there is one), or a sum beyond double */
        r->mean[at] = t->num ? t->low / 2 + t->high / 2 : t->up ? INFINITY : t->down ? -INFINITY : NAN;
    int64_t share = t->num_nan ? t->num_nan * 255 / t->num_all : 0;
    r->share[at] = (uint8_t)(t->num_nan && share < 1 ? 1 : share);
    w->num_nan += t->num_nan > 0;
    if (t->num) {
        w->min = fmin(w->min, t->low);
        w->max = fmax(w->max, t->high);
    }
}

static void tally_rows(void *arg, int begin, int end, int worker)
{
    const struct listed_job *j = arg;
    struct worker *w = &j->r->workers[worker];
    for (int i = begin; i < end; i++) {
        for (int c = 0; c < j->cols.num; c++)
            w->tallies[c] = (struct tally){.low = INFINITY, .high = -INFINITY};
        for (int64_t row = j->rows.begin[i]; row < j->rows.end[i]; row++)
            add_row(j, w, row);
        for (int c = 0; c < j->cols.num; c++)
            finish(j, w, &w->tallies[c], (size_t)i * (size_t)j->cols.num + (size_t)c);
    }
}

/* --- what it shows --- */

static double median(double *x, int num)
{
    for (int i = 1; i < num; i++) {
        double v = x[i];
        int k = i;
        for (; k > 0 && x[k - 1] > v; k--)
            x[k] = x[k - 1];
        x[k] = v;
    }
    return num % 2 ? x[num / 2] : (x[num / 2 - 1] + x[num / 2]) / 2;
}

static bool has_several(const struct listed_job *j, int row, int col)
{
    return j->rows.end[row] - j->rows.begin[row] > 1 || j->cols.end[col] - j->cols.begin[col] > 1;
}

/* side 1: of max - mean; -1: of mean - min. */
static double threshold(const struct listed_job *j, int r0, int r1, int c0, int c1, int side)
{
    const struct listed_reducer *r = j->r;
    double x[NUM_SAMPLES], size = 0;
    int num = 0, all = (r1 - r0) * (c1 - c0), step = (all + NUM_SAMPLES - 1) / NUM_SAMPLES;
    step += step % 2 == 0 && step > 1; /* odd: not always the same columns */
    for (int i = 0; i < all && num < NUM_SAMPLES; i += step) {
        int row = r0 + i / (c1 - c0), col = c0 + i % (c1 - c0);
        size_t at = (size_t)row * (size_t)j->cols.num + (size_t)col;
        double excess = side > 0 ? r->high[at] - r->mean[at] : r->mean[at] - r->low[at];
        if (!has_several(j, row, col) || !isfinite(excess))
            continue;
        x[num++] = excess;
        size = fmax(size, fabs(r->mean[at]));
    }
    if (num < 3) /* no surroundings to stand out of */
        return num ? 0 : NAN;
    double middle = median(x, num);
    for (int i = 0; i < num; i++)
        x[i] = fabs(x[i] - middle);
    return middle + 5 * 1.4826 * median(x, num) + size * 8 * (j->wide ? DBL_EPSILON : (double)FLT_EPSILON);
}

static double shown(const struct listed_job *j, size_t at, double upper, double lower)
{
    double mean = j->r->mean[at], low = j->r->low[at], high = j->r->high[at];
    switch (j->mode) {
    case REDUCE_MAX: return high;
    case REDUCE_MIN: return low;
    case REDUCE_MEAN: return mean;
    case REDUCE_ABSMAX: return -low > high ? low : high;
    case REDUCE_AUTO: break;
    }
    if (high > DBL_MAX || low < -DBL_MAX)
        return high > DBL_MAX ? high : low;
    bool above = high - mean > upper, below = mean - low > lower; /* false for NaN */
    return above && (!below || high - mean >= mean - low) ? high : below ? low : mean;
}

static void show_blocks(void *arg, int begin, int end, int worker)
{
    const struct listed_job *j = arg;
    struct listed_reducer *r = j->r;
    for (int b = begin; b < end; b++)
        for (int c0 = 0; c0 < j->cols.num; c0 += BLOCK) {
            int r0 = b * BLOCK, r1 = r0 + BLOCK < j->rows.num ? r0 + BLOCK : j->rows.num;
            int c1 = c0 + BLOCK < j->cols.num ? c0 + BLOCK : j->cols.num;
            double upper = j->mode == REDUCE_AUTO ? threshold(j, r0, r1, c0, c1, 1) : 0;
            double lower = j->mode == REDUCE_AUTO ? threshold(j, r0, r1, c0, c1, -1) : 0;
            for (int row = r0; row < r1; row++)
                for (int col = c0; col < c1; col++) {
                    size_t at = (size_t)row * (size_t)j->cols.num + (size_t)col;
                    double v = shown(j, at, upper, lower);
                    r->workers[worker].num_replaced += v < r->mean[at] || v > r->mean[at];
                    if (j->wide)
                        ((double *)r->values)[at] = v;
                    else
                        ((float *)r->values)[at] = (float)v;
                }
        }
}

enum hs_status listed_reducer_run(struct listed_reducer *r, struct pool *pool, const struct array *cells, struct reduce_list rows,
                                  struct reduce_list cols, enum reduce_mode mode, struct reduce_result *out)
{
    struct listed_job job = {r, cells, rows, cols, mode, dtype_is_wide(cells->dtype)};
    *out = (struct reduce_result){.rows = rows.num, .cols = cols.num, .min = INFINITY, .max = -INFINITY};
    if (rows.num <= 0 || cols.num <= 0)
        return HS_OK;
    int64_t width = cols.end[cols.num - 1] - cols.begin[0];
    int num_workers = pool_num_workers(pool);
    if (width > INT32_MAX || !set_up(r, num_workers, (size_t)width, &job))
        return HS_ERR_MEMORY;
    pool_run(pool, tally_rows, &job, rows.num, 4);
    pool_run(pool, show_blocks, &job, (rows.num + BLOCK - 1) / BLOCK, 1);
    for (int i = 0; i < num_workers; i++) {
        const struct worker *w = &r->workers[i];
        out->min = fmin(out->min, w->min);
        out->max = fmax(out->max, w->max);
        out->num_nan_footprints += w->num_nan;
        out->num_replaced += mode == REDUCE_AUTO ? w->num_replaced : 0;
    }
    out->f32 = job.wide ? NULL : r->values;
    out->f64 = job.wide ? r->values : NULL;
    out->nan_share = out->num_nan_footprints ? r->share : NULL;
    return HS_OK;
}
