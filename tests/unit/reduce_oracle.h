/* What a reduction has to come to: brute force over the cells of each footprint, in double. And noise to try it on. */
#ifndef UNIT_REDUCE_ORACLE_H
#define UNIT_REDUCE_ORACLE_H

#include <criterion/criterion.h>
#include "data/reduce.h"
#include "data/reduce_summary.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* --- noise --- */

static uint64_t seed = 88172645463325252u; /* each test runs in its own process */

static uint64_t random_bits(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static double uniform(void)
{
    return ((double)(random_bits() >> 11) + .5) * 0x1p-53;
}

static double gauss(void)
{
    return sqrt(-2 * log(uniform())) * cos(2 * M_PI * uniform());
}

static int below(int n)
{
    return (int)(uniform() * n);
}

/* --- the oracle --- */

struct cell_stats {
    double min, max, mean, finite_min, finite_max, magnitude;
    int64_t num, num_nan;
};

static struct cell_stats look(const struct array *a, int64_t row, int64_t row_end, int64_t col, int64_t col_end)
{
    struct cell_stats s = {INFINITY, -INFINITY, NAN, INFINITY, -INFINITY, 0, 0, 0};
    long double sum = 0;
    int64_t num_finite = 0;
    for (int64_t r = row; r < row_end; r++) {
        for (int64_t c = col; c < col_end; c++) {
            double v = dtype_read(a->dtype, array_cell(a, r, c));
            s.num++;
            if (isnan(v)) {
                s.num_nan++;
                continue;
            }
            s.min = fmin(s.min, v);
            s.max = fmax(s.max, v);
            if (isfinite(v)) {
                s.finite_min = fmin(s.finite_min, v);
                s.finite_max = fmax(s.finite_max, v);
                s.magnitude = fmax(s.magnitude, fabs(v));
                sum += v;
                num_finite++;
            }
        }
    }
    if (num_finite)
        s.mean = (double)(sum / num_finite);
    return s;
}

static double value_at(const struct reduce_result *o, int r, int c)
{
    size_t i = (size_t)r * (size_t)o->cols + (size_t)c;
    return o->f64 ? o->f64[i] : (double)o->f32[i];
}

static int share_at(const struct reduce_result *o, int r, int c)
{
    return o->nan_share ? o->nan_share[(size_t)r * (size_t)o->cols + (size_t)c] : 0;
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* What a footprint has to show, auto apart; NaN counts as a number here. */
static double expected(enum reduce_mode mode, const struct cell_stats *s)
{
    if (s->num == s->num_nan)
        return NAN;
    switch (mode) {
    case REDUCE_MAX: return s->max;
    case REDUCE_MIN: return s->min;
    case REDUCE_ABSMAX: return -s->min > s->max ? s->min : s->max;
    default: return !isnan(s->mean) ? s->mean : s->max == INFINITY ? s->max : s->min;
    }
}

/* Cells of a block of the job's level along its rows and columns. */
static void units_of(const struct reduce_job *job, int units[2])
{
    bool turned = llabs(job->cells->row_stride) < llabs(job->cells->col_stride);
    for (int axis = 0; axis < 2; axis++)
        units[axis] = job->level ? job->level->unit[turned ? !axis : axis] : 1;
}

/* To whole blocks. */
static void round_outward(int unit, int64_t cells, int64_t *begin, int64_t *end)
{
    int64_t last = (*end + unit - 1) / unit * unit;
    *begin = *begin / unit * unit;
    *end = last < cells ? last : cells;
}

/* Compare a whole result with the oracle. In auto a value may be the mean or an extreme. */
static void check(const struct reduce_job *job, const struct reduce_result *o, const char *what)
{
    const struct array *a = job->cells;
    double low = INFINITY, high = -INFINITY;
    int64_t num_nan = 0;
    bool wide = dtype_is_wide(a->dtype);
    int units[2];
    units_of(job, units);
    cr_assert(o->rows == job->rows.num && o->cols == job->cols.num);
    cr_assert(wide ? o->f64 && !o->f32 : o->f32 && !o->f64);
    for (int r = 0; r < o->rows; r++) {
        int64_t r0, r1;
        reduce_footprint(job->rows.ratio, job->rows.phase, job->rows.first + r, a->rows, &r0, &r1);
        round_outward(units[0], a->rows, &r0, &r1);
        for (int c = 0; c < o->cols; c++) {
            int64_t c0, c1;
            reduce_footprint(job->cols.ratio, job->cols.phase, job->cols.first + c, a->cols, &c0, &c1);
            round_outward(units[1], a->cols, &c0, &c1);
            struct cell_stats s = look(a, r0, r1, c0, c1);
            double v = value_at(o, r, c), want = expected(job->mode, &s), slack = s.magnitude * (wide ? 1e-13 : 1e-5);
            bool ok = same(v, want) || fabs(v - want) <= slack;
            if (job->mode == REDUCE_AUTO) {
                if (s.max == INFINITY || s.min == -INFINITY)
                    ok = s.num == s.num_nan ? isnan(v) : v == (s.max == INFINITY ? INFINITY : -INFINITY);
                else
                    ok = ok || v == s.max || v == s.min;
            }
            cr_assert(ok, "%s: mode %d at %d,%d: %.9g, not %.9g (min %g max %g)", what, job->mode, r, c, v, want, s.min, s.max);
            int share = share_at(o, r, c);
            double exact = s.num ? 255. * (double)s.num_nan / (double)s.num : 0;
            cr_assert(s.num_nan ? share >= 1 && fabs(share - exact) <= 1 : share == 0, "%s: share %d, not %g", what, share, exact);
            num_nan += s.num_nan > 0;
            low = fmin(low, s.finite_min);
            high = fmax(high, s.finite_max);
        }
    }
    cr_assert_eq(o->num_nan_footprints, num_nan);
    cr_assert_eq(!o->nan_share, num_nan == 0);
    cr_assert(o->min == low && o->max == high, "%s: range %.17g..%.17g, not %.17g..%.17g", what, o->min, o->max, low, high);
}

#endif
