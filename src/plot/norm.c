/* Norms, in double for what is shown as a number (colorbar, probe, wide dtypes) and in float32 as the shader computes it. Each
 * norm is a row of functions, found by its kind. The float32 constants are computed in float32 from the rounded ends, in the
 * order of the loop, so that a value equal to vmax can't land above 1. Pure functions; any thread. */
#include "plot/norm_table.h"
#include "base/hot.h"
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

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

HOT static void linear_apply(const struct norm_f32 *n, const float *values, float *t, int num)
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

/* Rounding must not push out what is between the ends. */
static float keep_inside(const struct norm_f32 *n, float v, float t)
{
    bool inside = v >= fminf(n->vmin, n->vmax) && v <= fmaxf(n->vmin, n->vmax);
    return inside ? fminf(fmaxf(t, 0), 1) : t;
}

static float log_curve(const struct norm_f32 *n, float v)
{
    return logf(v / n->unit);
}

static void log_apply(const struct norm_f32 *n, const float *values, float *t, int num)
{
    for (int i = 0; i < num; i++) {
        bool positive = float_bits(values[i]) - 1 < 0x7f800000; /* not 0, not NaN, sign clear: on the bits */
        t[i] = positive ? keep_inside(n, values[i], (log_curve(n, values[i]) - n->offset) * n->scale) : NAN;
    }
}

/* --- symlog: linear near zero, logarithms beyond; in units of linthresh --- */

static double symlog_bend(const struct norm *n)
{
    return 1 / (1 - 1 / n->base);
}

static double symlog_curve(const struct norm *n, double v)
{
    double a = fabs(v) / n->linthresh, bend = symlog_bend(n);
    if (a <= 1)
        return v / n->linthresh * bend;
    double log_a = isinf(a) ? log(fabs(v)) - log(n->linthresh) : log(a);
    return copysign(bend + log_a / log(n->base), v);
}

static double symlog_uncurve(const struct norm *n, double c)
{
    double bend = symlog_bend(n), a = fabs(c);
    return a <= bend ? c / bend * n->linthresh : copysign(n->linthresh * pow(n->base, a - bend), c);
}

static float symlog_curve_f32(const struct norm_f32 *n, float v)
{
    float x = v / n->unit, a = fabsf(x);
    return a <= 1 ? x * n->bend : copysignf(n->bend + logf(a) * n->rate, v);
}

/* --- asinh; in units of linear_width --- */

static double asinh_curve(const struct norm *n, double v)
{
    double x = v / n->linear_width;
    return isinf(x) ? copysign(log(fabs(v)) - log(n->linear_width) + log(2), v) : asinh(x);
}

static double asinh_uncurve(const struct norm *n, double c)
{
    return n->linear_width * sinh(c);
}

static float asinh_curve_f32(const struct norm_f32 *n, float v)
{
    return asinhf(v / n->unit);
}

/* --- what symlog and asinh share --- */

#define CURVED(name)                                                                                          \
    static double name##_forward(const struct norm *n, double v)                                              \
    {                                                                                                         \
        double low = name##_curve(n, n->vmin);                                                                \
        return (name##_curve(n, v) - low) / (name##_curve(n, n->vmax) - low);                                 \
    }                                                                                                         \
    static double name##_inverse(const struct norm *n, double t)                                              \
    {                                                                                                         \
        double low = name##_curve(n, n->vmin);                                                                \
        return name##_uncurve(n, low + t * (name##_curve(n, n->vmax) - low));                                 \
    }                                                                                                         \
    static void name##_apply(const struct norm_f32 *n, const float *values, float *t, int num)                \
    {                                                                                                         \
        for (int i = 0; i < num; i++)                                                                         \
            t[i] = keep_inside(n, values[i], (name##_curve_f32(n, values[i]) - n->offset) * n->scale);        \
    }
CURVED(symlog)
CURVED(asinh)

/* --- two slopes --- */

static double middle(const struct norm *n)
{
    return fmin(fmax(n->vcenter, fmin(n->vmin, n->vmax)), fmax(n->vmin, n->vmax));
}

static double two_slope_forward(const struct norm *n, double v)
{
    double centre = middle(n), end = (v < centre) == (n->vmin < n->vmax) ? n->vmin : n->vmax, half = end == n->vmin ? -0.5 : 0.5;
    if (v == centre)
        return 0.5;
    return end == centre ? 0.5 + 2 * half : 0.5 + half * (v / 2 - centre / 2) / (end / 2 - centre / 2);
}

static double two_slope_inverse(const struct norm *n, double t)
{
    double centre = middle(n), end = t < 0.5 ? n->vmin : n->vmax, share = fabs(t - 0.5) * 2;
    return centre * (1 - share) + end * share;
}

static void two_slope_apply(const struct norm_f32 *n, const float *values, float *t, int num)
{
    for (int i = 0; i < num; i++) {
        float v = values[i] - n->unit;
        t[i] = keep_inside(n, values[i], 0.5f + v * (v < 0 ? n->bend : n->scale));
    }
}

/* --- tables --- */

static double table_forward(const struct norm *n, double v)
{
    return norm_table_forward(n->table, v);
}

static double table_inverse(const struct norm *n, double t)
{
    return norm_table_at(n->table, t);
}

/* --- powers --- */

static double gamma_of(const struct norm *n)
{
    return n->kind == NORM_POWER ? n->gamma : n->kind == NORM_SQRT ? 0.5 : 1;
}

static double power_forward(const struct norm *n, double v)
{
    double t = linear_forward(n, v);
    return t > 0 ? pow(t, gamma_of(n)) : t;
}

static double power_inverse(const struct norm *n, double t)
{
    return linear_inverse(n, t > 0 ? pow(t, 1 / gamma_of(n)) : t);
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
    [NORM_SYMLOG] = {"symlog", false, symlog_forward, symlog_inverse, symlog_apply},
    [NORM_ASINH] = {"asinh", false, asinh_forward, asinh_inverse, asinh_apply},
    [NORM_SQRT] = {"sqrt", false, power_forward, power_inverse, power_apply},
    [NORM_TWO_SLOPE] = {"two-slope", false, two_slope_forward, two_slope_inverse, two_slope_apply},
    [NORM_BOUNDARY] = {"boundary", false, table_forward, table_inverse, norm_table_apply},
    [NORM_HISTEQ] = {"histeq", false, table_forward, table_inverse, norm_table_apply},
    [NORM_ZSCALE] = {"zscale", false, linear_forward, linear_inverse, linear_apply},
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

static bool has_table(enum norm_kind kind)
{
    return NORMS[kind].forward == table_forward;
}

static bool is_usable(const struct norm *n)
{
    if (has_table(n->kind) && n->vmin != n->vmax && (!n->table || n->table->num < 2))
        return false;
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

double norm_place(const struct norm *n, double v)
{
    if (n->kind != NORM_BOUNDARY || !is_usable(n) || n->vmin == n->vmax || !isfinite(v))
        return norm_forward(n, v);
    return norm_table_place(n->table, v);
}

double norm_at(const struct norm *n, double place)
{
    return norm_inverse(n, place);
}

static bool is_float(double v)
{
    return v == 0 || (fabs(v) >= FLT_MIN && fabs(v) <= FLT_MAX);
}

/* The constants of f, before the ends are put through it. */
static void set_curve(struct norm_f32 *f, const struct norm *n)
{
    f->unit = 1;
    switch (n->kind) {
    case NORM_LOG: /* by vmin, so that a narrow range keeps its digits; but the quotient must stay a float */
        if (f->vmin >= 1e-30f && f->vmin <= 1e30f && n->vmax / n->vmin < 1e8 && n->vmin / n->vmax < 1e8)
            f->unit = f->vmin;
        break;
    case NORM_SYMLOG:
        f->unit = (float)n->linthresh;
        f->bend = (float)symlog_bend(n);
        f->rate = (float)(1 / log(n->base));
        break;
    case NORM_ASINH:
        f->unit = (float)n->linear_width;
        break;
    default:
        break;
    }
}

/* An end as f of it, in float32. */
static float end_f32(const struct norm_f32 *f, const struct norm *n, double end)
{
    float v = (float)end;
    switch (n->kind) {
    case NORM_LOG: /* what vanishes in float32 would be log(0) */
        return v > 0 && !isinf(v) ? log_curve(f, v) : (float)log(end);
    case NORM_SYMLOG:
        return symlog_curve_f32(f, v);
    case NORM_ASINH:
        return asinh_curve_f32(f, v);
    default:
        return v;
    }
}

static float slope_f32(double from, double to)
{
    double wide = to - from;
    return wide == 0 ? FLT_MAX : (float)fmin(fmax(0.5 / wide, -FLT_MAX), FLT_MAX);
}

struct norm_f32 norm_to_f32(const struct norm *n)
{
    struct norm_f32 f = {.kind = n->kind, .gamma = (float)gamma_of(n), .vmin = (float)n->vmin, .vmax = (float)n->vmax, .unit = 1,
                         .table = has_table(n->kind) ? n->table : NULL};
    if (!is_usable(n)) {
        f.offset = f.scale = NAN;
        return f;
    }
    set_curve(&f, n);
    f.offset = end_f32(&f, n, n->vmin);
    float range = end_f32(&f, n, n->vmax) - f.offset;
    if (n->vmin == n->vmax || isinf(range))
        f.scale = 0;
    else if (isnan(range)) /* both ends beyond float32 */
        f.scale = NAN;
    else if (range == 0) /* two ends that float32 can't tell apart: a step */
        f.scale = n->vmin < n->vmax ? FLT_MAX : -FLT_MAX;
    else
        f.scale = isinf(1 / range) ? copysignf(FLT_MAX, range) : 1 / range; /* finite (or NaN): 0 * scale must stay 0 */
    if (f.table && f.scale != 0)
        f.scale = 1; /* a table has no direction */
    if (n->kind == NORM_TWO_SLOPE && f.scale != 0) {
        f.unit = (float)middle(n);
        bool up = n->vmin < n->vmax; /* bend is of what lies below the middle, scale of what lies above */
        f.bend = up ? slope_f32(n->vmin, middle(n)) : -slope_f32(n->vmax, middle(n));
        f.scale = up ? slope_f32(middle(n), n->vmax) : -slope_f32(middle(n), n->vmin);
    }
    return f;
}

bool norm_needs_double(const struct norm *n)
{
    if (!is_usable(n) || n->vmin == n->vmax)
        return false;
    struct norm_f32 f = norm_to_f32(n);
    double range = n->vmax - n->vmin, inexact = fabs(f.vmin - n->vmin) + fabs(f.vmax - n->vmax);
    if (!is_float(n->vmin) || !is_float(n->vmax) || !(fabs(range) <= FLT_MAX) || fabs(range) < FLT_MIN || f.scale == 0)
        return true;
    double largest = fmax(fabs(n->vmin), fabs(n->vmax));
    switch (n->kind) {
    case NORM_LOG:
        return fabs(log(n->vmax / n->vmin)) < 0.01;
    case NORM_SYMLOG:
    case NORM_ASINH:
        return !is_float(f.unit) || f.unit == 0 || largest / f.unit > FLT_MAX / 4 || fabsf(f.scale) > 20 ||
               inexact > fabs(range) * 1e-5;
    case NORM_TWO_SLOPE:
        return inexact + fabs(f.unit - middle(n)) > 1e-5 / fmax(fabsf(f.bend), fabsf(f.scale));
    case NORM_BOUNDARY:
        return false; /* the edges were rounded so that no comparison changes */
    case NORM_HISTEQ:
        for (int i = 1; i < n->table->num; i++)
            if (n->table->knots[i].x == n->table->knots[i - 1].x)
                return true;
        return false;
    default:
        return inexact > fabs(range) * 1e-5;
    }
}

/* scale 0: one of two rare things, told apart by the ends. */
static void apply_unscaled(const struct norm_f32 *n, const float *values, float *t, int num)
{
    struct norm wide = {.kind = (enum norm_kind)n->kind, .vmin = n->vmin, .vmax = n->vmax, .gamma = n->gamma};
    for (int i = 0; i < num; i++)
        t[i] = (float)norm_forward(&wide, values[i]);
}

static void fill_bad(float *t, int num)
{
    for (int i = 0; i < num; i++)
        t[i] = NAN;
}

void norm_apply_f32(const struct norm_f32 *n, const float *values, float *t, int num)
{
    if (n->scale == 0)
        apply_unscaled(n, values, t, num);
    else if ((float_bits(n->scale) & 0x7fffffff) > 0x7f800000)
        fill_bad(t, num);
    else
        NORMS[n->kind].apply(n, values, t, num);
}
