/* Norms, in double for what is shown as a number (colorbar, probe, wide dtypes) and in float32 as the shader computes it. Each
 * norm is a row of functions, found by its kind. The float32 constants are computed in float32 from the rounded ends, in the
 * order of the loop, so that a value equal to vmax can't land above 1. Pure functions; any thread. */
#include "plot/norm.h"
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* GCC vectorises loops of unknown length only from -O3 on. */
#if defined(__GNUC__) && !defined(__clang__)
#define HOT_LOOP __attribute__((optimize("O3")))
#else
#define HOT_LOOP
#endif

struct norm_row {
    const char *name;
    bool positive; /* the domain: v > 0, else all numbers */
    double (*forward)(const struct norm *n, double v); /* vmin != vmax, v and both ends in the domain */
    double (*inverse)(const struct norm *n, double t);
    void (*apply)(const struct norm_f32 *n, const float *values, float *t, int num); /* scale > 0 */
};

static double linear_forward(const struct norm *n, double v)
{
    double range = n->vmax - n->vmin;
    if (isinf(range)) /* e.g. -DBL_MAX .. DBL_MAX: halve everything */
        return (v / 2 - n->vmin / 2) / (n->vmax / 2 - n->vmin / 2);
    return (v - n->vmin) / range;
}

static double linear_inverse(const struct norm *n, double t)
{
    double range = n->vmax - n->vmin;
    return isinf(range) ? n->vmin * (1 - t) + n->vmax * t : n->vmin + t * range;
}

HOT_LOOP static void linear_apply(const struct norm_f32 *n, const float *values, float *t, int num)
{
    float offset = n->offset, scale = n->scale;
    for (int i = 0; i < num; i++)
        t[i] = (values[i] - offset) * scale;
}

static double log_forward(const struct norm *n, double v)
{
    double low = log10(n->vmin);
    return (log10(v) - low) / (log10(n->vmax) - low);
}

static double log_inverse(const struct norm *n, double t)
{
    double low = log10(n->vmin);
    return pow(10, low + t * (log10(n->vmax) - low));
}

static uint32_t float_bits(float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static void log_apply(const struct norm_f32 *n, const float *values, float *t, int num)
{
    for (int i = 0; i < num; i++) {
        bool positive = float_bits(values[i]) - 1 < 0x7f800000; /* not 0, not NaN, sign clear: on the bits */
        t[i] = positive ? (logf(values[i]) - n->offset) * n->scale : NAN;
    }
}

static double power_forward(const struct norm *n, double v)
{
    double t = linear_forward(n, v);
    return t > 0 ? pow(t, n->gamma) : t;
}

static double power_inverse(const struct norm *n, double t)
{
    return linear_inverse(n, t > 0 ? pow(t, 1 / n->gamma) : t);
}

static void power_apply(const struct norm_f32 *n, const float *values, float *t, int num)
{
    linear_apply(n, values, t, num);
    if (n->gamma == 1)
        return;
    for (int i = 0; i < num; i++)
        t[i] = t[i] > 0 ? powf(t[i], n->gamma) : t[i];
}

static const struct norm_row NORMS[NORM_NUM] = {
    [NORM_LINEAR] = {"linear", false, linear_forward, linear_inverse, linear_apply},
    [NORM_LOG] = {"log", true, log_forward, log_inverse, log_apply},
    [NORM_POWER] = {"power", false, power_forward, power_inverse, power_apply},
};

const char *norm_name(enum norm_kind kind)
{
    return NORMS[kind].name;
}

bool norm_find(const char *name, enum norm_kind *out)
{
    for (int i = 0; i < NORM_NUM; i++)
        if (strcmp(name, NORMS[i].name) == 0)
            return *out = (enum norm_kind)i, true;
    return false;
}

bool norm_in_domain(enum norm_kind kind, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    if ((bits & ~(1ull << 63)) > 0x7ffull << 52) /* NaN */
        return false;
    return !NORMS[kind].positive || v > 0;
}

static bool is_usable(const struct norm *n)
{
    return norm_in_domain(n->kind, n->vmin) && norm_in_domain(n->kind, n->vmax);
}

double norm_forward(const struct norm *n, double v)
{
    if (!is_usable(n) || !norm_in_domain(n->kind, v))
        return NAN;
    if (isinf(v))
        return v;
    if (n->vmin == n->vmax)
        return 0;
    return NORMS[n->kind].forward(n, v);
}

double norm_inverse(const struct norm *n, double t)
{
    if (!is_usable(n))
        return NAN;
    if (t == 0 || n->vmin == n->vmax) /* the ends exactly, whatever the functions round to */
        return n->vmin;
    if (t == 1)
        return n->vmax;
    return NORMS[n->kind].inverse(n, t);
}

struct norm_f32 norm_to_f32(const struct norm *n)
{
    struct norm_f32 f = {.kind = n->kind, .gamma = n->kind == NORM_POWER ? (float)n->gamma : 1,
                         .vmin = (float)n->vmin, .vmax = (float)n->vmax};
    if (!is_usable(n)) {
        f.offset = f.scale = NAN;
        return f;
    }
    /* Ends of a log that vanish in float32 would be log(0). */
    float low = f.vmin, high = f.vmax;
    if (n->kind == NORM_LOG) {
        f.offset = low > 0 && !isinf(low) ? logf(low) : (float)log(n->vmin);
        high = high > 0 && !isinf(high) ? logf(high) : (float)log(n->vmax);
    } else {
        f.offset = low;
    }
    float range = high - f.offset;
    if (n->vmin == n->vmax || isinf(range))
        f.scale = 0;
    else if (range == 0) /* two ends that float32 can't tell apart: a step */
        f.scale = n->vmin < n->vmax ? FLT_MAX : -FLT_MAX;
    else
        f.scale = fmaxf(fminf(1 / range, FLT_MAX), -FLT_MAX); /* finite: 0 * scale must stay 0 */
    return f;
}

/* scale 0: one of two rare things, told apart by the ends. */
static void apply_unscaled(const struct norm_f32 *n, const float *values, float *t, int num)
{
    struct norm wide = {(enum norm_kind)n->kind, n->vmin, n->vmax, n->gamma};
    for (int i = 0; i < num; i++)
        t[i] = (float)norm_forward(&wide, values[i]);
}

void norm_apply_f32(const struct norm_f32 *n, const float *values, float *t, int num)
{
    if (n->scale == 0)
        apply_unscaled(n, values, t, num);
    else
        NORMS[n->kind].apply(n, values, t, num);
}
