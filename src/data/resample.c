/* Two passes, across and then down, each a weighted sum per pixel. Cells that aren't finite count as 0, and where there are any the same
 * passes over "is finite" say by what to divide. Where too little is left to divide by (filters with negative lobes), the cell itself is
 * shown. Render thread; workers take rows. */
#include "data/resample.h"
#include "base/memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SPAN = 1024 }; /* pixels of a row at a time */

static const double PI = 3.14159265358979323846, LEAST_WEIGHT = 0.1;

/* --- the filters, of x >= 0 --- */

static double sinc(double x) { return x == 0 ? 1 : sin(PI * x) / (PI * x); }

static double bicubic(double x) { return x < 1 ? (4 + x * x * (3 * x - 6)) / 6 : (2 - x) * (2 - x) * (2 - x) / 6; } /* the B-spline */

static double spline16(double x)
{
    double y = x - 1;
    return x < 1 ? ((x - 9. / 5) * x - 1. / 5) * x + 1 : ((-1. / 3 * y + 4. / 5) * y - 7. / 15) * y;
}

static double spline36(double x)
{
    double y = x - 1, z = x - 2;
    return x < 1 ? ((13. / 11 * x - 453. / 209) * x - 3. / 209) * x + 1
         : x < 2 ? ((-6. / 11 * y + 270. / 209) * y - 156. / 209) * y
                 : ((1. / 11 * z - 45. / 209) * z + 26. / 209) * z;
}

static double kaiser_sum(double x)
{
    double sum = 1, y = x * x / 4, t = y;
    for (int i = 2; t > 1e-12; i++) {
        sum += t;
        t *= y / (i * i);
    }
    return sum;
}

static double kaiser(double x) { return kaiser_sum(6.33 * sqrt(fmax(0, 1 - x * x))) / kaiser_sum(6.33); }

static double quadric(double x) { return x < 0.5 ? 0.75 - x * x : x < 1.5 ? 0.5 * (x - 1.5) * (x - 1.5) : 0; }

static double catrom(double x)
{
    return x < 1 ? 0.5 * (2 + x * x * (-5 + x * 3)) : 0.5 * (4 + x * (-8 + x * (5 - x)));
}

static double mitchell(double x)
{
    return x < 1 ? (16 + x * x * (-36 + x * 21)) / 18 : (32 + x * (-60 + x * (36 - 7 * x))) / 18;
}

static double weight_at(enum resample_filter f, double x)
{
    switch (f) {
    case RESAMPLE_BILINEAR: return 1 - x;
    case RESAMPLE_BICUBIC: return bicubic(x);
    case RESAMPLE_LANCZOS: return sinc(x) * sinc(x / 4);
    case RESAMPLE_SPLINE16: return spline16(x);
    case RESAMPLE_SPLINE36: return spline36(x);
    case RESAMPLE_HANNING: return 0.5 + 0.5 * cos(PI * x);
    case RESAMPLE_HAMMING: return 0.54 + 0.46 * cos(PI * x);
    case RESAMPLE_HERMITE: return (2 * x - 3) * x * x + 1;
    case RESAMPLE_KAISER: return kaiser(x);
    case RESAMPLE_QUADRIC: return quadric(x);
    case RESAMPLE_CATROM: return catrom(x);
    case RESAMPLE_GAUSSIAN: return exp(-2 * x * x);
    case RESAMPLE_BESSEL: return x == 0 ? PI / 4 : j1(PI * x) / (2 * x);
    case RESAMPLE_MITCHELL: return mitchell(x);
    case RESAMPLE_SINC: return sinc(x);
    case RESAMPLE_BLACKMAN: return sinc(x) * (0.42 + 0.5 * cos(PI * x / 4) + 0.08 * cos(PI * x / 2));
    case RESAMPLE_NEAREST:
    case RESAMPLE_NUM: break;
    }
    return 0;
}

int resample_reach(enum resample_filter filter)
{
    static const int REACH[RESAMPLE_NUM] = {0, 1, 2, 4, 2, 3, 1, 1, 1, 1, 2, 2, 2, 4, 2, 4, 4};
    return REACH[filter];
}

/* --- axes --- */

static bool reserve_axis(struct resample_axis *a, int num, int taps)
{
    size_t all = (size_t)num * (size_t)taps;
    if (all > a->cap) {
        int32_t *texels = mem_resize(a->texels, all, sizeof *texels);
        a->texels = texels ? texels : a->texels;
        double *weights = mem_resize(a->weights, all, sizeof *weights);
        a->weights = weights ? weights : a->weights;
        if (!texels || !weights)
            return false;
        a->cap = all;
    }
    if ((size_t)num > a->cap_pixels) {
        int32_t *nearest = mem_resize(a->nearest, (size_t)num, sizeof *nearest);
        if (!nearest)
            return false;
        a->nearest = nearest;
        a->cap_pixels = (size_t)num;
    }
    a->num = num;
    a->taps = taps;
    return true;
}

static int64_t mirrored(int64_t cell, int64_t cells)
{
    int64_t at = cell % (2 * cells);
    at = at < 0 ? at + 2 * cells : at;
    return at < cells ? at : 2 * cells - 1 - at;
}

bool resample_axis_make(struct resample_axis *a, enum resample_filter filter, const int32_t *nearest, int num, double origin, double scale,
                        int64_t cells, int64_t first)
{
    int reach = resample_reach(filter), taps = reach ? 2 * reach : 1;
    if (!reserve_axis(a, num, taps))
        return false;
    memcpy(a->nearest, nearest, (size_t)num * sizeof *nearest);
    for (int p = 0; p < num; p++) {
        int32_t *texels = a->texels + (size_t)p * (size_t)taps;
        double *weights = a->weights + (size_t)p * (size_t)taps;
        double at = origin + (p + 0.5) * scale - 0.5, below = floor(at), sum = 0, w[16];
        texels[0] = nearest[p] < 0 ? 0 : nearest[p];
        weights[0] = 1;
        if (!reach || nearest[p] < 0) {
            for (int k = 1; k < taps; k++) {
                texels[k] = texels[0];
                weights[k] = 0;
            }
            continue;
        }
        for (int k = 0; k < taps; k++) {
            double cell = below - reach + 1 + k;
            texels[k] = (int32_t)(mirrored((int64_t)cell, cells) - first);
            w[k] = weight_at(filter, fabs(at - cell));
            sum += w[k];
        }
        for (int k = 0; k < taps; k++)
            weights[k] = w[k] / sum;
    }
    return true;
}

void resample_axis_fini(struct resample_axis *a)
{
    free(a->texels);
    free(a->weights);
    free(a->nearest);
}

/* --- the passes --- */

struct resampler {
    double *across, *there; /* [texel rows][pixels], of values and of "is finite" */
    size_t cap_across, cap_there;
    void *values;
    uint8_t *shares;
    size_t cap_values, cap_shares;
};

struct resample_job {
    struct resampler *r;
    const struct reduce_result *in;
    const struct resample_axis *rows, *cols;
    bool holes;
};

struct resampler *resampler_create(void)
{
    return mem_zeroed(1, sizeof(struct resampler));
}

void resampler_destroy(struct resampler *r)
{
    if (!r)
        return;
    free(r->across);
    free(r->there);
    free(r->values);
    free(r->shares);
    free(r);
}

static double value_at(const struct reduce_result *in, int row, int col)
{
    size_t i = (size_t)row * (size_t)in->cols + (size_t)col;
    return in->f64 ? in->f64[i] : (double)in->f32[i];
}

static bool is_finite(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return (bits & UINT64_C(0x7ff0000000000000)) != UINT64_C(0x7ff0000000000000);
}

static bool has_holes(const struct reduce_result *in)
{
    size_t num = (size_t)in->rows * (size_t)in->cols;
    uint32_t hole = 0;
    for (size_t i = 0; in->f32 && i < num; i++) {
        uint32_t bits;
        memcpy(&bits, &in->f32[i], sizeof bits);
        hole |= (bits & 0x7f800000u) == 0x7f800000u;
    }
    for (size_t i = 0; in->f64 && i < num; i++)
        hole |= !is_finite(in->f64[i]);
    return hole != 0;
}

static void across_rows(void *arg, int begin, int end, int worker)
{
    (void)worker;
    const struct resample_job *j = arg;
    const struct resample_axis *a = j->cols;
    for (int row = begin; row < end; row++) {
        double *out = j->r->across + (size_t)row * (size_t)a->num, *there = j->holes ? j->r->there + (size_t)row * (size_t)a->num : NULL;
        for (int p = 0; p < a->num; p++) {
            const int32_t *texels = a->texels + (size_t)p * (size_t)a->taps;
            const double *weights = a->weights + (size_t)p * (size_t)a->taps;
            double sum = 0, weight = 0;
            for (int k = 0; k < a->taps; k++) {
                double v = value_at(j->in, row, texels[k]), w = weights[k];
                bool counts = !there || is_finite(v);
                sum += counts ? w * v : 0;
                weight += counts ? w : 0;
            }
            out[p] = sum;
            if (there)
                there[p] = weight;
        }
    }
}

/* Columns [x0, x0 + num) of pixel row y from a plane of those of the first pass. */
static void add_rows(const struct resample_job *j, const double *plane, int y, int x0, int num, double *out)
{
    const struct resample_axis *a = j->rows;
    memset(out, 0, (size_t)num * sizeof *out);
    for (int k = 0; k < a->taps; k++) {
        size_t at = (size_t)y * (size_t)a->taps + (size_t)k;
        const double *row = plane + (size_t)a->texels[at] * (size_t)j->cols->num + x0, w = a->weights[at];
        for (int i = 0; i < num; i++)
            out[i] += w * row[i];
    }
}

/* What lies in a cell without a number shows that, and so does what has hardly a neighbour. */
static void fill_holes(const struct resample_job *j, int y, int x0, int num, double *sums, const double *weights)
{
    int row = j->rows->nearest[y];
    for (int i = 0; i < num && row >= 0; i++) {
        int col = j->cols->nearest[x0 + i];
        if (col < 0)
            continue;
        double own = value_at(j->in, row, col);
        sums[i] = is_finite(own) && weights[i] >= LEAST_WEIGHT ? sums[i] / weights[i] : own;
    }
}

static void down_span(const struct resample_job *j, int y, int x0, int num)
{
    double sums[SPAN], weights[SPAN];
    int row = j->rows->nearest[y];
    size_t at = (size_t)y * (size_t)j->cols->num + (size_t)x0;
    add_rows(j, j->r->across, y, x0, num, sums);
    if (j->holes) {
        add_rows(j, j->r->there, y, x0, num, weights);
        fill_holes(j, y, x0, num, sums, weights);
    }
    if (j->in->f64)
        memcpy((double *)j->r->values + at, sums, (size_t)num * sizeof *sums);
    else
        for (int i = 0; i < num; i++)
            ((float *)j->r->values)[at + (size_t)i] = (float)sums[i];
    for (int i = 0; i < num && j->in->nan_share; i++) {
        int col = j->cols->nearest[x0 + i];
        j->r->shares[at + (size_t)i] = row < 0 || col < 0 ? 0 : j->in->nan_share[(size_t)row * (size_t)j->in->cols + (size_t)col];
    }
}

static void down_rows(void *arg, int begin, int end, int worker)
{
    (void)worker;
    const struct resample_job *j = arg;
    for (int y = begin; y < end; y++)
        for (int x = 0; x < j->cols->num; x += SPAN)
            down_span(j, y, x, j->cols->num - x < SPAN ? j->cols->num - x : SPAN);
}

enum hs_status resample_run(struct resampler *r, struct pool *pool, const struct reduce_result *in, const struct resample_axis *rows,
                            const struct resample_axis *cols, struct reduce_result *out)
{
    struct resample_job job = {r, in, rows, cols, has_holes(in)};
    size_t across = (size_t)in->rows * (size_t)cols->num, num = (size_t)rows->num * (size_t)cols->num;
    size_t words = in->f64 ? 2 * num : num;
    if (!mem_reserve(&r->across, &r->cap_across, across, sizeof *r->across) ||
        (job.holes && !mem_reserve(&r->there, &r->cap_there, across, sizeof *r->there)) ||
        !mem_reserve(&r->values, &r->cap_values, words, sizeof(float)) || (in->nan_share && !mem_reserve(&r->shares, &r->cap_shares, num, 1)))
        return HS_ERR_MEMORY;
    pool_run(pool, across_rows, &job, in->rows, 4);
    pool_run(pool, down_rows, &job, rows->num, 8);
    *out = *in;
    out->rows = rows->num;
    out->cols = cols->num;
    out->f32 = in->f64 ? NULL : r->values;
    out->f64 = in->f64 ? r->values : NULL;
    out->nan_share = in->nan_share ? r->shares : NULL;
    return HS_OK;
}
