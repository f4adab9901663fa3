/* Mergeable histograms against sorted cells: every dtype, what isn't finite, what is hard to bin. */
#include "data/grid_histogram.h"
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX = 200000, NUM_PS = 9 };
static const double PS[NUM_PS] = {0, 0.01, 2, 25, 50, 77.7, 98, 99.99, 100};

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 11;
}

static double uniform(uint64_t *seed)
{
    return (double)next(seed) / 9007199254740992.0;
}

/* Cells [begin, end), as one reads: some at a time. */
static void count(struct grid_histogram *h, enum dtype t, const char *cells, int begin, int end)
{
    for (int i = begin; i < end; i += 1000)
        grid_histogram_count(h, cells + (size_t)i * dtype_size(t), end - i < 1000 ? end - i : 1000);
}

static int ascending(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static int sorted(enum dtype t, const char *cells, int num, double *out, struct grid_range *range, int *inf)
{
    int finite = 0;
    *range = GRID_NO_RANGE;
    inf[0] = inf[1] = 0;
    for (int i = 0; i < num; i++) {
        double v = dtype_read(t, cells + (size_t)i * dtype_size(t));
        inf[0] += v == INFINITY;
        inf[1] += v == -INFINITY;
        if (isfinite(v)) {
            out[finite++] = v;
            grid_range_widen(range, &(struct grid_range){v, v, v > 0 ? v : INFINITY});
        }
    }
    qsort(out, (size_t)finite, sizeof *out, ascending);
    return finite;
}

/* As numpy.percentile. */
static double percentile(const double *x, int num, double p)
{
    double rank = p / 100 * (num - 1), k = floor(rank);
    double a = x[(int)k], b = x[(int)k + 1 < num ? (int)k + 1 : (int)k];
    return a * (1 - (rank - k)) + b * (rank - k);
}

/* exact: each bin is one value. */
static void check(enum dtype t, const char *cells, int num, bool exact, const char *what)
{
    static double x[MAX];
    struct grid_range range;
    int inf[2], finite = sorted(t, cells, num, x, &range, inf);
    struct grid_histogram h, parts[3];
    cr_assert(grid_histogram_init(&h, t));
    count(&h, t, cells, 0, num);
    grid_histogram_finish(&h);
    double values[NUM_PS], merged[NUM_PS];
    bool any = grid_histogram_percentiles(&h, &range, PS, values, NUM_PS);
    cr_assert_eq(any, finite > 0, "%s", what);
    cr_assert_eq(grid_histogram_num_inf(&h, false), (uint64_t)inf[0], "%s", what);
    cr_assert_eq(grid_histogram_num_inf(&h, true), (uint64_t)inf[1], "%s", what);
    for (int i = 0; i < NUM_PS && any; i++) {
        double want = percentile(x, finite, PS[i]);
        double bound = exact ? fabs(want) * 1e-15 : fabs(want) * ldexp(1, -GRID_HISTOGRAM_BITS) + (dtype_is_wide(t) ? 0x1p-1032 : 0x1p-136);
        /* between two cells the bound is that of the larger one */
        double k = floor(PS[i] / 100 * (finite - 1));
        double larger = fmax(fabs(x[(int)k]), fabs(x[(int)k + 1 < finite ? (int)k + 1 : (int)k]));
        bound = exact ? fmax(bound, larger * 1e-15) : fmax(bound, larger * ldexp(1, -GRID_HISTOGRAM_BITS));
        cr_assert(fabs(values[i] - want) <= bound, "%s %s: percentile %g is %.17g, not %.17g", dtype_name(t), what, PS[i], values[i], want);
    }
    cr_assert(!any || (values[0] == range.min && values[NUM_PS - 1] == range.max));
    for (int i = 0; i < 3; i++)
        cr_assert(grid_histogram_init(&parts[i], t));
    count(&parts[1], t, cells, 0, num / 3);
    count(&parts[2], t, cells, num / 3, num / 2);
    count(&parts[0], t, cells, num / 2, num);
    grid_histogram_merge(&parts[1], &parts[2]);
    grid_histogram_merge(&parts[1], &parts[0]);
    cr_assert_eq(grid_histogram_percentiles(&parts[1], &range, PS, merged, NUM_PS), any);
    cr_assert(!any || memcmp(values, merged, sizeof values) == 0, "%s %s: merged they differ", dtype_name(t), what);
    grid_histogram_fini(&h);
    for (int i = 0; i < 3; i++)
        grid_histogram_fini(&parts[i]);
}

Test(grid_histogram, percentiles_of_any_bits_of_every_dtype)
{
    char *cells = malloc(MAX * 8);
    uint64_t seed = 5;
    for (int t = 0; t < DTYPE_NUM; t++) {
        for (size_t i = 0; i < MAX * dtype_size((enum dtype)t); i++)
            cells[i] = (char)(t == DTYPE_B1 ? next(&seed) & 1 : next(&seed));
        check((enum dtype)t, cells, MAX, dtype_size((enum dtype)t) <= 2, "bits");
        memset(cells, 0, MAX * 8);
        check((enum dtype)t, cells, MAX, true, "zeros");
        check((enum dtype)t, cells, 1, true, "one");
        check((enum dtype)t, cells, 0, true, "none");
    }
    free(cells);
}

static void fill(enum dtype t, char *cells, int i, double v)
{
    if (t == DTYPE_F4)
        ((float *)cells)[i] = (float)v;
    else if (t == DTYPE_F8)
        ((double *)cells)[i] = v;
    else
        ((int32_t *)cells)[i] = (int32_t)v;
}

static double gaussian(uint64_t *s, double scale)
{
    return scale * sqrt(-2 * log(uniform(s) + 1e-18)) * cos(6.283185307179586 * uniform(s));
}

static double value(int kind, int i, uint64_t *s)
{
    switch (kind) {
    case 0: return gaussian(s, 1);
    case 1: return 300 + gaussian(s, 10);
    case 2: return -exp(gaussian(s, 20)); /* negative, over many decades */
    case 3: return i % 7 == 0 ? (double)NAN : i % 7 == 1 ? (double)INFINITY : i % 7 == 2 ? -(double)INFINITY : uniform(s);
    case 4: return (uniform(s) - .5) * 0x1p-130; /* float32's denormals */
    case 5: return 0.1; /* no round number */
    case 6: return floor(gaussian(s, 300)); /* whole numbers: bins are single values */
    case 7: return i % 1000 ? 0 : 1 + uniform(s);
    case 8: return (double)NAN;
    default: return (uniform(s) - .5) * 0x1p-1030; /* float64's */
    }
}

Test(grid_histogram, percentiles_of_what_is_hard)
{
    static const enum dtype types[] = {DTYPE_F4, DTYPE_F8, DTYPE_I4};
    char *cells = malloc(MAX * 8), what[20];
    for (int t = 0; t < 3; t++)
        for (int kind = 0; kind < 10; kind++) {
            uint64_t seed = 11;
            if (types[t] == DTYPE_I4 && kind != 1 && kind != 6)
                continue;
            for (int i = 0; i < MAX; i++)
                fill(types[t], cells, i, value(kind, i, &seed));
            snprintf(what, sizeof what, "kind %d", kind);
            check(types[t], cells, MAX, kind == 5 || kind == 6 || types[t] == DTYPE_I4, what);
        }
    free(cells);
}

/* A signalling NaN has none of the bits that a bin goes by but those of Inf. */
Test(grid_histogram, no_nan_is_infinite)
{
    uint32_t narrow[2] = {0x7f800001u, 0xff800001u};
    uint64_t wide[2] = {0x7ff0000000000001u, 0xfff0000000000001u};
    check(DTYPE_F4, (const char *)narrow, 2, true, "signalling");
    check(DTYPE_F8, (const char *)wide, 2, true, "signalling");
}

struct walk {
    double last;
    uint64_t num;
};

static void take(void *arg, double low, double high, uint64_t num)
{
    struct walk *w = arg;
    cr_assert(low <= high && low >= w->last && num > 0);
    w->last = high;
    w->num += num;
}

Test(grid_histogram, bins_come_in_order_and_hold_every_finite_cell)
{
    for (int t = 0; t < DTYPE_NUM; t++) {
        static char cells[MAX * 8];
        static double x[MAX];
        uint64_t seed = 3;
        struct grid_histogram h;
        struct grid_range range;
        int inf[2];
        for (size_t i = 0; i < sizeof cells; i++)
            cells[i] = (char)next(&seed);
        cr_assert(grid_histogram_init(&h, (enum dtype)t));
        count(&h, (enum dtype)t, cells, 0, MAX);
        grid_histogram_finish(&h);
        grid_histogram_count_zeros(&h, 5000000000u); /* more than 32 bits */
        int finite = sorted((enum dtype)t, cells, MAX, x, &range, inf);
        grid_range_widen(&range, &(struct grid_range){0, 0, INFINITY});
        struct walk w = {-INFINITY, 0};
        grid_histogram_each(&h, &range, take, &w);
        cr_assert_eq(w.num, (uint64_t)finite + 5000000000u);
        double median;
        cr_assert(grid_histogram_percentiles(&h, &range, (double[]){50}, &median, 1));
        cr_assert_eq(median, 0);
        grid_histogram_fini(&h);
    }
}
