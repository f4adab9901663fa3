/* Ranges and percentiles of whole arrays. Cells are walked in the order of memory, in strips that the pool's workers share; types
 * of up to 16 bits have one histogram bin per value, the others go by the order-preserving top 16 bits of their float32. Any
 * thread may call (with its own pool); the workers enter the strips. */
#include "data/stats.h"

#include "base/log.h"
#include "base/memory.h"
#include "data/convert.h"
#include "base/hot.h"
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STRIP = 2048, LANES = 64, NUM_BINS = 65536, STRIPS_PER_TASK = 64 };

/* --- walking --- */

struct walk {
    struct array a;         /* turned so that columns are the faster direction */
    int64_t strips_per_row; /* of up to STRIP cells */
    int64_t num_strips;
    int num_tasks;
};

static struct walk walk_init(const struct array *a)
{
    struct walk w = {.a = *a};
    if (llabs(a->row_stride) < llabs(a->col_stride))
        w.a = (struct array){a->data, a->dtype, a->cols, a->rows, a->col_stride, a->row_stride};
    if (w.a.rows > 0 && w.a.cols > 0 && w.a.row_stride == w.a.cols * w.a.col_stride && w.a.rows <= INT64_MAX / w.a.cols) {
        w.a.cols *= w.a.rows; /* no gaps: one long row */
        w.a.rows = 1;
    }
    w.strips_per_row = (w.a.cols + STRIP - 1) / STRIP;
    w.num_strips = w.a.rows > 0 ? w.a.rows * w.strips_per_row : 0;
    int64_t tasks = (w.num_strips + STRIPS_PER_TASK - 1) / STRIPS_PER_TASK;
    w.num_tasks = tasks > INT_MAX / 2 ? INT_MAX / 2 : (int)tasks;
    return w;
}

/* The cells of strip i. */
static const char *walk_strip(const struct walk *w, int64_t i, int *num)
{
    int64_t row = i / w->strips_per_row, col = i % w->strips_per_row * STRIP;
    *num = (int)(w->a.cols - col < STRIP ? w->a.cols - col : STRIP);
    return array_cell(&w->a, row, col);
}

/* The strips of tasks [begin, end). */
static void walk_part(const struct walk *w, int begin, int end, int64_t *first, int64_t *last)
{
    *first = (int64_t)((__int128)w->num_strips * begin / w->num_tasks);
    *last = (int64_t)((__int128)w->num_strips * end / w->num_tasks);
}

/* --- range --- */

struct range {
    double min, max, min_positive;
};

enum { MAX_PARTS = 64 };

struct range_job {
    struct walk walk;
    bool positive;
    struct range *parts; /* one per worker */
};

/* LANES extremes side by side. Types whose cells are all finite pass through the same loop. */
#define RANGE(name, A, BITS, INF_BITS)                                                                             \
    typedef A __attribute__((aligned(1), may_alias)) name##_cell;                                                  \
    HOT_INLINE void name##_lanes(const name##_cell *restrict x, int num, bool positive, A *restrict low, A *restrict high, \
                                 A *restrict above)                                                                \
    {                                                                                                              \
        for (int l = 0; l < num; l++) {                                                                            \
            A v = x[l];                                                                                            \
            BITS bits;                                                                                             \
            memcpy(&bits, &v, sizeof bits);                                                                        \
            bool finite = (bits & ~((BITS)1 << (8 * sizeof bits - 1))) < INF_BITS;                                 \
            A a = finite ? v : (A)INFINITY, b = finite ? v : -(A)INFINITY;                                         \
            low[l] = a < low[l] ? a : low[l];                                                                      \
            high[l] = b > high[l] ? b : high[l];                                                                   \
            if (positive) {                                                                                        \
                a = a > 0 ? a : (A)INFINITY;                                                                       \
                above[l] = a < above[l] ? a : above[l];                                                            \
            }                                                                                                      \
        }                                                                                                          \
    }                                                                                                              \
    HOT static void name(const name##_cell *x, int num, bool positive, struct range *r)                            \
    {                                                                                                              \
        A low[LANES], high[LANES], above[LANES];                                                                   \
        for (int l = 0; l < LANES; l++) {                                                                          \
            low[l] = above[l] = (A)INFINITY;                                                                       \
            high[l] = -(A)INFINITY;                                                                                \
        }                                                                                                          \
        int c = 0;                                                                                                 \
        if (positive)                                                                                              \
            for (; c + LANES <= num; c += LANES)                                                                   \
                name##_lanes(x + c, LANES, true, low, high, above);                                                \
        else                                                                                                       \
            for (; c + LANES <= num; c += LANES)                                                                   \
                name##_lanes(x + c, LANES, false, low, high, above);                                               \
        name##_lanes(x + c, num - c, positive, low, high, above);                                                  \
        for (int l = 0; l < LANES; l++) {                                                                          \
            r->min = (double)low[l] < r->min ? (double)low[l] : r->min;                                            \
            r->max = (double)high[l] > r->max ? (double)high[l] : r->max;                                          \
            r->min_positive = (double)above[l] < r->min_positive ? (double)above[l] : r->min_positive;             \
        }                                                                                                          \
    }

RANGE(range_f32, float, uint32_t, 0x7f800000u)
RANGE(range_f64, double, uint64_t, 0x7ff0000000000000u)

static void range_strips(void *arg, int begin, int end, int worker)
{
    const struct range_job *job = arg;
    const struct walk *w = &job->walk;
    struct range r = job->parts[worker];
    int64_t i, last, size = (int64_t)dtype_size(w->a.dtype);
    union {
        float f32[STRIP];
        double f64[STRIP];
    } converted;
    for (walk_part(w, begin, end, &i, &last); i < last; i++) {
        int num;
        const char *cells = walk_strip(w, i, &num);
        bool direct = w->a.col_stride == size;
        if (w->a.dtype == DTYPE_F4 && direct) {
            range_f32((const range_f32_cell *)cells, num, job->positive, &r);
        } else if (w->a.dtype == DTYPE_F8 && direct) {
            range_f64((const range_f64_cell *)cells, num, job->positive, &r);
        } else if (dtype_is_wide(w->a.dtype)) {
            convert_f64(w->a.dtype, cells, w->a.col_stride, num, converted.f64);
            range_f64(converted.f64, num, job->positive, &r);
        } else {
            convert_f32(w->a.dtype, cells, w->a.col_stride, num, converted.f32);
            range_f32(converted.f32, num, job->positive, &r);
        }
    }
    job->parts[worker] = r;
}

/* A pool of more workers than there are parts for is left alone. */
static struct pool *usable(struct pool *pool)
{
    return pool_num_workers(pool) > MAX_PARTS ? NULL : pool;
}

static const struct range NO_RANGE = {INFINITY, -INFINITY, INFINITY};

static void clear_parts(struct range *parts)
{
    for (int i = 0; i < MAX_PARTS; i++)
        parts[i] = NO_RANGE;
}

static struct range sum_of_parts(const struct range *parts)
{
    struct range r = NO_RANGE;
    for (int i = 0; i < MAX_PARTS; i++) {
        r.min = parts[i].min < r.min ? parts[i].min : r.min;
        r.max = parts[i].max > r.max ? parts[i].max : r.max;
        r.min_positive = parts[i].min_positive < r.min_positive ? parts[i].min_positive : r.min_positive;
    }
    return r;
}

static struct range whole_range(struct pool *pool, const struct array *a, bool positive)
{
    struct range parts[MAX_PARTS];
    clear_parts(parts);
    struct range_job job = {walk_init(a), positive, parts};
    pool_run(usable(pool), range_strips, &job, job.walk.num_tasks, 1);
    return sum_of_parts(parts);
}

bool stats_range(struct pool *pool, const struct array *a, double *min, double *max, double *min_positive)
{
    struct range r = whole_range(pool, a, min_positive != NULL);
    bool any = r.min <= r.max;
    if (min)
        *min = any ? r.min : NAN;
    if (max)
        *max = any ? r.max : NAN;
    if (min_positive)
        *min_positive = r.min_positive;
    return any;
}

/* --- histogram --- */

struct histogram_job {
    struct walk walk;
    bool positive;
    uint64_t *bins; /* NUM_BINS per worker */
    struct range *parts; /* one per worker; small types find their range in the bins */
};

/* Floats in order: negative ones from the top down, then positive ones. */
HOT static void keys_from_f32(const float *x, int num, uint16_t *restrict keys)
{
    for (int i = 0; i < num; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        keys[i] = (uint16_t)((bits ^ ((uint32_t)((int32_t)bits >> 31) | 0x80000000u)) >> 16);
    }
}

/* Out of float's range: the largest float; Inf and NaN stay. */
HOT static void narrow(const double *restrict x, int num, float *restrict out)
{
    for (int i = 0; i < num; i++) {
        double v = x[i], limited = v > FLT_MAX ? FLT_MAX : v < -FLT_MAX ? -FLT_MAX : v;
        uint64_t bits;
        memcpy(&bits, &v, sizeof bits);
        out[i] = (float)((bits & 0x7ff0000000000000u) == 0x7ff0000000000000u ? v : limited);
    }
}

static void count(const uint16_t *keys, int num, uint64_t *bins)
{
    for (int i = 0; i < num; i++)
        bins[keys[i]]++;
}

/* The bins of float32 values that aren't numbers. */
static bool is_finite_bin(int bin)
{
    return bin >= 0x80 && bin < 0xff80;
}

/* Bits of a small type's cells as keys: the value itself, in order. */
static void keys_from_small(enum dtype t, const char *p, int64_t stride, int num, uint16_t *keys)
{
    for (int i = 0; i < num; i++, p += stride) {
        uint16_t k;
        switch (t) {
        case DTYPE_B1: k = *(const uint8_t *)p != 0; break;
        case DTYPE_U1: k = *(const uint8_t *)p; break;
        case DTYPE_I1: k = (uint16_t)(*(const int8_t *)p + 128); break;
        default:
            memcpy(&k, p, sizeof k);
            if (t == DTYPE_I2)
                k ^= 0x8000;
            else if (t == DTYPE_F2)
                k ^= (uint16_t)(k & 0x8000 ? 0xffff : 0x8000);
        }
        keys[i] = k;
    }
}

static bool is_small(enum dtype t)
{
    return dtype_size(t) <= 2;
}

static void histogram_strips(void *arg, int begin, int end, int worker)
{
    const struct histogram_job *job = arg;
    const struct walk *w = &job->walk;
    uint64_t *bins = job->bins + (size_t)worker * NUM_BINS;
    struct range r = job->parts[worker];
    uint16_t keys[STRIP];
    double wide[STRIP];
    float cells[STRIP];
    int64_t i, last;
    for (walk_part(w, begin, end, &i, &last); i < last; i++) {
        int num;
        const char *p = walk_strip(w, i, &num);
        if (is_small(w->a.dtype)) {
            keys_from_small(w->a.dtype, p, w->a.col_stride, num, keys);
        } else {
            if (dtype_is_wide(w->a.dtype)) {
                convert_f64(w->a.dtype, p, w->a.col_stride, num, wide);
                range_f64(wide, num, job->positive, &r);
                narrow(wide, num, cells);
            } else {
                convert_f32(w->a.dtype, p, w->a.col_stride, num, cells);
                range_f32(cells, num, job->positive, &r);
            }
            keys_from_f32(cells, num, keys);
        }
        count(keys, num, bins);
    }
    job->parts[worker] = r;
}

/* --- percentiles --- */

/* The values of bin `bin`: from *low up to *high; the same where the bin is one value. */
static void bin_values(enum dtype t, int bin, double *low, double *high)
{
    uint16_t small = (uint16_t)bin;
    switch (t) {
    case DTYPE_B1: case DTYPE_U1: case DTYPE_U2: *low = *high = bin; return;
    case DTYPE_I1: *low = *high = bin - 128; return;
    case DTYPE_I2: *low = *high = bin - 32768; return;
    case DTYPE_F2:
        small ^= (uint16_t)(small & 0x8000 ? 0x8000 : 0xffff);
        *low = *high = dtype_read(DTYPE_F2, &small);
        return;
    default: break;
    }
    uint32_t key = (uint32_t)bin << 16, bits[2];
    float ends[2];
    for (int i = 0; i < 2; i++, key |= 0xffff)
        bits[i] = key ^ (key >> 31 ? 0x80000000u : 0xffffffffu);
    memcpy(ends, bits, sizeof ends);
    *low = (double)ends[0];
    *high = (double)ends[1];
    if (ends[0] == 0 || ends[1] == 0) /* zero, and what no picture tells from it */
        *low = *high = 0;
}

static bool counts(enum dtype t, int bin)
{
    if (t == DTYPE_F2)
        return bin > 0x03ff && bin < 0xfc00; /* not Inf, not NaN */
    return is_small(t) || is_finite_bin(bin);
}

/* The value of rank k (0: the smallest) of a histogram. */
static double ranked(enum dtype t, const uint64_t *bins, uint64_t k)
{
    uint64_t before = 0;
    for (int bin = 0; bin < NUM_BINS; bin++) {
        if (!counts(t, bin) || before + bins[bin] <= k) {
            before += counts(t, bin) ? bins[bin] : 0;
            continue;
        }
        double low, high;
        bin_values(t, bin, &low, &high);
        return low + (high - low) * (((double)(k - before) + .5) / (double)bins[bin]);
    }
    return NAN;
}

static double clamped(double v, const struct range *r)
{
    return v < r->min ? r->min : v > r->max ? r->max : v;
}

/* A bin of a small type is one value. */
static struct range range_of_bins(enum dtype t, const uint64_t *bins)
{
    struct range r = NO_RANGE;
    for (int bin = 0; bin < NUM_BINS; bin++) {
        double low, high;
        if (!bins[bin] || !counts(t, bin))
            continue;
        bin_values(t, bin, &low, &high);
        r.min = low < r.min ? low : r.min;
        r.max = low > r.max ? low : r.max;
        r.min_positive = low > 0 && low < r.min_positive ? low : r.min_positive;
    }
    return r;
}

void stats_scratch_fini(struct stats_scratch *s)
{
    free(s->bins);
    *s = (struct stats_scratch){0};
}

/* Zeroed bins for each worker, or NULL. */
static uint64_t *scratch_bins(struct stats_scratch *s, int num_workers)
{
    if (num_workers > s->num_workers) {
        stats_scratch_fini(s);
        s->bins = mem_zeroed((size_t)num_workers, NUM_BINS * sizeof(uint64_t));
        s->num_workers = s->bins ? num_workers : 0;
        if (!s->bins)
            log_error("no memory for the histogram of a matrix");
    } else
        memset(s->bins, 0, (size_t)num_workers * NUM_BINS * sizeof(uint64_t));
    return s->bins;
}

static double percentile(enum dtype t, const uint64_t *bins, uint64_t total, const struct range *range, double p)
{
    if (p <= 0)
        return range->min;
    if (p >= 100)
        return range->max;
    double rank = p / 100 * (double)(total - 1), k = floor(rank);
    double one = clamped(ranked(t, bins, (uint64_t)k), range), other = one;
    if (rank > k)
        other = clamped(ranked(t, bins, (uint64_t)k + 1), range);
    return one + (other - one) * (rank - k);
}

bool stats_percentiles(struct pool *pool, struct stats_scratch *scratch, const struct array *a, const double *ps, double *values,
                       int num, double *min_positive)
{
    struct stats_scratch own = {0};
    struct range parts[MAX_PARTS];
    pool = usable(pool);
    int num_workers = pool_num_workers(pool);
    uint64_t *bins = scratch_bins(scratch ? scratch : &own, num_workers), total = 0;
    for (int i = 0; i < num; i++)
        values[i] = NAN;
    if (min_positive)
        *min_positive = INFINITY;
    if (!bins)
        return false;
    clear_parts(parts);
    struct histogram_job job = {walk_init(a), min_positive != NULL, bins, parts};
    pool_run(pool, histogram_strips, &job, job.walk.num_tasks, 1);
    for (int bin = 0; bin < NUM_BINS; bin++) {
        for (int i = 1; i < num_workers; i++)
            bins[bin] += bins[(size_t)i * NUM_BINS + (size_t)bin];
        total += counts(a->dtype, bin) ? bins[bin] : 0;
    }
    struct range range = is_small(a->dtype) ? range_of_bins(a->dtype, bins) : sum_of_parts(parts);
    for (int i = 0; i < num && total; i++)
        values[i] = percentile(a->dtype, bins, total, &range, ps[i]);
    if (min_positive)
        *min_positive = range.min_positive;
    stats_scratch_fini(&own);
    return total > 0;
}
