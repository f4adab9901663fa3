/* reduce: against a brute-force oracle in double, and what it promises: no outlier vanishes, noise stays calm. */
#include <criterion/criterion.h>
#include "unit/reduce_oracle.h"
#include "data/half.h"
#include "base/pool.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct reduce_axis whole(double ratio, int64_t cells)
{
    return (struct reduce_axis){.ratio = ratio, .num = (int)reduce_num_footprints(ratio, 0, cells)};
}

static void run(struct reducer *r, struct pool *p, const struct reduce_job *job, struct reduce_result *o)
{
    cr_assert_eq(reduce_run(r, p, job, o), HS_OK);
}

/* --- footprints --- */

Test(reduce, footprints_cover_every_cell)
{
    for (int n = 0; n < 3000; n++) {
        int64_t cells = 1 + below(n % 3 ? 300 : 100000);
        double ratio = n % 5 == 0 ? 1 + below(40) : n % 5 == 1 ? uniform() : exp(uniform() * 6);
        double phase = ratio > 1 && n % 2 ? -ratio * uniform() : 0;
        int64_t num = reduce_num_footprints(ratio, phase, cells), covered = 0;
        cr_assert_eq(num, ratio > 1 ? (int64_t)ceil(((double)cells - phase) / ratio) : cells);
        for (int64_t i = 0; i < num; i++) {
            int64_t begin, end;
            reduce_footprint(ratio, phase, i, cells, &begin, &end);
            cr_assert(begin < end && begin <= covered && end >= covered && end <= cells);
            if (ratio > 1 && i < num - 1) {
                cr_assert_eq(begin, fmax(0, floor(phase + (double)i * ratio)));
                cr_assert_eq(end, fmin((double)cells, ceil(phase + (double)(i + 1) * ratio)));
            }
            covered = end;
        }
        cr_assert_eq(covered, cells);
    }
    int64_t begin, end;
    reduce_footprint(2.5, 0, -1, 10, &begin, &end);
    cr_assert(begin == end);
    reduce_footprint(2.5, 0, 4, 10, &begin, &end);
    cr_assert(begin == end);
    cr_assert_eq(reduce_num_footprints(2.5, 0, 0), 0);
}

/* --- all dtypes, strides, ratios --- */

static void put(enum dtype t, void *p, double v)
{
    switch (t) {
#define PUT(type, x) { type x_ = (type)(x); memcpy(p, &x_, sizeof x_); break; }
    case DTYPE_B1: PUT(uint8_t, v > 0 ? 1 + below(3) : 0)
    case DTYPE_I1: PUT(int8_t, v * 127)
    case DTYPE_U1: PUT(uint8_t, fabs(v) * 255)
    case DTYPE_I2: PUT(int16_t, v * 32767)
    case DTYPE_U2: PUT(uint16_t, fabs(v) * 65535)
    case DTYPE_I4: PUT(int32_t, v * 2147483647)
    case DTYPE_U4: PUT(uint32_t, fabs(v) * 4294967295)
    case DTYPE_I8: PUT(int64_t, v * 9e18)
    case DTYPE_U8: PUT(uint64_t, fabs(v) * 1.8e19)
    case DTYPE_F2: PUT(uint16_t, half_from_double(v * 1000))
    case DTYPE_F4: PUT(float, v * 1e6)
    case DTYPE_F8: PUT(double, v * 1e6)
#undef PUT
    case DTYPE_NUM: break;
    }
}

/* A cell: mostly numbers, with `bad` (0..1) of NaN and, when infs, a few Inf. */
static double random_cell(double bad, bool infs)
{
    double u = uniform();
    if (u < bad)
        return NAN;
    if (infs && u > .99)
        return u > .995 ? INFINITY : -INFINITY;
    return 2 * uniform() - 1;
}

/* rows x cols cells of dtype t in a random order of memory, odd alignment and possibly negative strides. *owner is to be freed. */
static struct array random_array(enum dtype t, int rows, int cols, double bad, bool infs, char **owner)
{
    int64_t size = (int64_t)dtype_size(t);
    struct array a = {NULL, t, rows, cols, 0, 0};
    int gap = below(3) == 0 ? 1 + below(3) : 1;
    if (below(2)) {
        a.col_stride = size * gap;
        a.row_stride = a.col_stride * cols + below(2) * 3;
    } else {
        a.row_stride = size * gap;
        a.col_stride = a.row_stride * rows + below(2) * 5;
    }
    int shift = below(4) == 0;
    *owner = calloc(1, (size_t)(llabs(a.row_stride) * rows + llabs(a.col_stride) * cols + 16));
    char *first = *owner + shift;
    if (below(3) == 0) {
        first += a.row_stride * (rows - 1);
        a.row_stride = -a.row_stride;
    }
    if (below(3) == 0) {
        first += a.col_stride * (cols - 1);
        a.col_stride = -a.col_stride;
    }
    a.data = first;
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < cols; c++) {
            double v = random_cell(bad, infs);
            put(t, (char *)array_cell(&a, r, c), dtype_is_float(t) || isfinite(v) ? v : 0);
        }
    return a;
}

static double random_ratio(int cells)
{
    switch (below(6)) {
    case 0: return .3;
    case 1: return 1;
    case 2: return 1 + below(40);
    case 3: return cells;
    case 4: return 1 + uniform();
    default: return exp(uniform() * 5);
    }
}

static struct reduce_axis random_axis(int cells)
{
    struct reduce_axis a = {.ratio = random_ratio(cells)};
    a.phase = a.ratio > 1 && below(2) ? -a.ratio * uniform() * .999 : 0;
    int total = (int)reduce_num_footprints(a.ratio, a.phase, cells);
    a.first = below(2) ? 0 : below(total);
    a.num = below(2) ? (int)(total - a.first) : 1 + below((int)(total - a.first));
    return a;
}

Test(reduce, agrees_with_the_oracle, .timeout = 120)
{
    struct reducer *r = reducer_create();
    struct pool *p = pool_create(3);
    for (int n = 0; n < 1200; n++) {
        char *owner, what[64];
        int rows = 1 + below(n % 4 ? 60 : 200), cols = 1 + below(n % 5 ? 90 : 3000);
        if (rows * cols > 60000)
            rows = 60000 / cols;
        double bad = n % 3 == 0 ? 0 : n % 3 == 1 ? .01 : .7;
        struct array a = random_array((enum dtype)(n % DTYPE_NUM), rows, cols, bad, n % 7 == 0, &owner);
        struct reduce_job job = {&a, random_axis(rows), random_axis(cols), REDUCE_AUTO};
        snprintf(what, sizeof what, "%d: %s %dx%d by %gx%g", n, dtype_name(a.dtype), rows, cols, job.rows.ratio, job.cols.ratio);
        for (int mode = REDUCE_AUTO; mode <= REDUCE_ABSMAX; mode++) {
            struct reduce_result o;
            job.mode = (enum reduce_mode)mode;
            run(r, n % 2 ? p : NULL, &job, &o);
            check(&job, &o, what);
        }
        free(owner);
    }
    pool_destroy(p);
    reducer_destroy(r);
}

Test(reduce, footprints_wider_than_a_chunk)
{
    struct reducer *r = reducer_create();
    const int rows = 67, cols = 9000;
    float *x = malloc((size_t)rows * (size_t)cols * 4);
    for (int i = 0; i < rows * cols; i++)
        x[i] = i % 1000 == 7 ? NAN : i % 5000 == 9 ? INFINITY : (float)gauss();
    struct array a = array_c_order(x, DTYPE_F4, rows, cols);
    double ratios[][2] = {{40, 2500.5}, {67, 9000}, {1, 1024}, {1, 1025.3}, {70, 1023.7}, {2.5, 33.1},
                          {2.5, 32.9}, {1e9, 1e9}, {33, 40}};
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++) {
        for (int mode = REDUCE_AUTO; mode <= REDUCE_ABSMAX; mode++) {
            struct reduce_job job = {&a, whole(ratios[i][0], rows), whole(ratios[i][1], cols), (enum reduce_mode)mode};
            struct reduce_result o;
            run(r, NULL, &job, &o);
            check(&job, &o, "wide");
        }
    }
    free(x);
    reducer_destroy(r);
}

Test(reduce, huge_values_do_not_overflow)
{
    struct reducer *r = reducer_create();
    enum { ROWS = 50, COLS = 70 };
    float f[ROWS * COLS];
    double d[ROWS * COLS];
    for (int i = 0; i < ROWS * COLS; i++) {
        f[i] = i % 3 ? FLT_MAX : i % 2 ? -FLT_MAX : NAN;
        d[i] = i % 4 ? DBL_MAX * uniform() : -DBL_MAX;
    }
    struct array arrays[] = {array_c_order(f, DTYPE_F4, ROWS, COLS), array_c_order(d, DTYPE_F8, ROWS, COLS)};
    for (int i = 0; i < 2; i++) {
        struct reduce_job job = {&arrays[i], whole(5.5, ROWS), whole(7.3, COLS), REDUCE_MEAN};
        struct reduce_result o;
        run(r, NULL, &job, &o);
        check(&job, &o, "huge");
        job.mode = REDUCE_AUTO;
        run(r, NULL, &job, &o);
        check(&job, &o, "huge");
    }
    reducer_destroy(r);
}

Test(reduce, empty_and_outside)
{
    struct reducer *r = reducer_create();
    float x[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    struct array a = array_c_order(x, DTYPE_F4, 3, 4), none = array_c_order(x, DTYPE_F4, 0, 0);
    struct reduce_result o;
    for (int mode = REDUCE_AUTO; mode <= REDUCE_ABSMAX; mode++) {
        for (double ratio = .5; ratio < 4; ratio += .75) {
            struct reduce_job job = {&a, {ratio, -3, 12}, {ratio, -2, 13}, (enum reduce_mode)mode};
            run(r, NULL, &job, &o);
            check(&job, &o, "outside");
            job.cells = &none;
            run(r, NULL, &job, &o);
            check(&job, &o, "none");
        }
    }
    struct reduce_job job = {&a, {2, 0, 0}, {2, 0, 0}, REDUCE_AUTO};
    run(r, NULL, &job, &o);
    cr_assert(o.rows == 0 && o.min > o.max);
    reducer_destroy(r);
    reducer_destroy(NULL);
}

/* --- auto --- */

static float *field(int n)
{
    return malloc((size_t)n * (size_t)n * sizeof(float));
}

/* 64 cells `raised` and 16 NaN somewhere in the n x n field; every footprint that holds one must show it. */
static void check_outliers(struct pool *p, float *x, int n, double row_ratio, double col_ratio, float raised)
{
    enum { HOT = 64, NANS = 16 };
    struct reducer *r = reducer_create();
    int64_t at[HOT + NANS];
    float old[HOT + NANS];
    for (int i = 0; i < HOT + NANS; i++) {
        at[i] = (int64_t)(uniform() * n) * n + (int64_t)(uniform() * n);
        old[i] = x[at[i]];
        x[at[i]] = i < HOT ? x[at[i]] + raised : NAN;
    }
    struct array a = array_c_order(x, DTYPE_F4, n, n);
    struct reduce_job job = {&a, whole(row_ratio, n), whole(col_ratio, n), REDUCE_AUTO};
    struct reduce_result o;
    run(r, p, &job, &o);
    for (int i = 0; i < HOT + NANS; i++) {
        int64_t row = at[i] / n, col = at[i] % n;
        int found = 0;
        for (int fr = (int)((double)row / row_ratio) - 1; fr <= (int)((double)row / row_ratio) + 1; fr++) {
            for (int fc = (int)((double)col / col_ratio) - 1; fc <= (int)((double)col / col_ratio) + 1; fc++) {
                int64_t r0, r1, c0, c1;
                reduce_footprint(row_ratio, 0, fr, n, &r0, &r1);
                reduce_footprint(col_ratio, 0, fc, n, &c0, &c1);
                if (row < r0 || row >= r1 || col < c0 || col >= c1)
                    continue;
                found++;
                struct cell_stats s = look(&a, r0, r1, c0, c1);
                if (i >= HOT)
                    cr_assert_geq(share_at(&o, fr, fc), 1);
                else if (!isnan(x[at[i]]))
                    cr_assert_eq(value_at(&o, fr, fc), raised > 0 ? s.max : s.min, "%g x %g: cell %d shows %g, not %g",
                                 row_ratio, col_ratio, i, value_at(&o, fr, fc), s.max);
            }
        }
        cr_assert_geq(found, 1);
    }
    for (int i = HOT + NANS - 1; i >= 0; i--)
        x[at[i]] = old[i];
    reducer_destroy(r);
}

static void check_outliers_at_zooms(float *x, int n)
{
    struct pool *p = pool_create(2);
    check_outliers(p, x, n, n / 607., n / 1147., 1);
    check_outliers(p, x, n, n / 607., n / 1147., -1);
    for (int i = 0; i < 5; i++)
        check_outliers(p, x, n, exp(uniform() * 5), exp(uniform() * 5), i % 2 ? 1 : -1);
    pool_destroy(p);
}

Test(reduce, lone_cells_show_on_zeros, .timeout = 120)
{
    const int n = 8192;
    float *x = calloc((size_t)n * (size_t)n, sizeof *x);
    check_outliers_at_zooms(x, n);
    free(x);
}

Test(reduce, lone_cells_show_on_a_noisy_gradient, .timeout = 120)
{
    const int n = 4096;
    float *x = field(n);
    for (int64_t i = 0; i < (int64_t)n * n; i++)
        x[i] = (float)((double)(i / n + i % n) / (2. * n) + .01 * gauss());
    check_outliers_at_zooms(x, n);
    free(x);
}

static double replaced(const float *x, int n, double row_ratio, double col_ratio)
{
    struct reducer *r = reducer_create();
    struct array a = array_c_order(x, DTYPE_F4, n, n);
    struct reduce_job job = {&a, whole(row_ratio, n), whole(col_ratio, n), REDUCE_AUTO};
    struct reduce_result o;
    run(r, NULL, &job, &o);
    int64_t num = 0;
    for (int row = 0; row < o.rows; row++) {
        for (int col = 0; col < o.cols; col++) {
            int64_t r0, r1, c0, c1;
            reduce_footprint(row_ratio, 0, row, n, &r0, &r1);
            reduce_footprint(col_ratio, 0, col, n, &c0, &c1);
            struct cell_stats s = look(&a, r0, r1, c0, c1);
            num += fabs(value_at(&o, row, col) - s.mean) > 1e-5 * s.magnitude;
        }
    }
    double share = (double)num / ((double)o.rows * o.cols);
    cr_assert_float_eq((double)o.num_replaced / ((double)o.rows * o.cols), share, 1e-3);
    reducer_destroy(r);
    return share;
}

static double quiet(int64_t i, int n) { (void)i, (void)n; return .25 + 0 * gauss(); }
static double gradient_x(int64_t i, int n) { return (double)(i % n) / n; }
static double gradient_xy(int64_t i, int n) { return 1000 + (double)(i % n) * .37 - (double)(i / n) * .11; }
static double wave(int64_t i, int n) { return sin(6 * (double)(i % n) / n) * cos(9 * (double)(i / n) / n); }
static double normal(int64_t i, int n) { (void)i, (void)n; return gauss(); }
static double exponential(int64_t i, int n) { (void)i, (void)n; return -log(uniform()); }
static double half_noise(int64_t i, int n) { return i % n < n / 2 ? gauss() : .001 * gauss(); }
static double poisson(int64_t i, int n)
{
    (void)i, (void)n;
    double p = uniform(), k = 0;
    for (double term = exp(-.05), sum = term; sum < p; sum += term)
        term *= .05 / ++k;
    return k;
}

Test(reduce, noise_stays_calm_and_gradients_smooth, .timeout = 120)
{
    const struct {
        const char *name;
        double (*cell)(int64_t i, int n);
        double limit;
    } fields[] = {{"constant", quiet, 0},      {"gradient", gradient_x, .005}, {"slope", gradient_xy, .005},
                  {"wave", wave, .03},         {"Gaussian", normal, .01},      {"exponential", exponential, .01},
                  {"half noise", half_noise, .01}, {"Poisson(0.05)", poisson, .08}};
    const int n = 2048;
    float *x = field(n);
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
        for (int64_t i = 0; i < (int64_t)n * n; i++)
            x[i] = (float)fields[f].cell(i, n);
        const double zooms[][2] = {{5.69, 3.2}, {13.5, 7.14}, {4, 8}};
        for (int z = 0; z < (fields[f].cell == poisson ? 1 : 3); z++) {
            double share = replaced(x, n, zooms[z][0], zooms[z][1]);
            cr_log_info("%s at %gx%g: %.3f %%\n", fields[f].name, zooms[z][0], zooms[z][1], share * 100);
            cr_assert_leq(share, fields[f].limit, "%s at %gx%g: %g %%", fields[f].name, zooms[z][0], zooms[z][1], share * 100);
        }
    }
    free(x);
}

/* A view of a part shows the very values of the whole, wherever it is. */
Test(reduce, panning_changes_no_value)
{
    struct reducer *whole_reducer = reducer_create(), *r = reducer_create();
    const int n = 1500;
    float *x = field(n);
    for (int i = 0; i < n * n; i++)
        x[i] = i / n > 600 && i / n < 800 ? NAN : (float)(i % n < 700 ? gauss() : -log(uniform()));
    for (int order = 0; order < 2; order++) {
        struct array a = array_c_order(x, DTYPE_F4, n, n);
        if (order)
            a = (struct array){x, DTYPE_F4, n, n, 4, 4 * n};
        struct reduce_job job = {&a, whole(2.7, n), whole(3.3, n), REDUCE_AUTO};
        struct reduce_result all, part;
        run(whole_reducer, NULL, &job, &all);
        for (int i = 0; i < 40; i++) {
            job.rows = whole(2.7, n);
            job.cols = whole(3.3, n);
            job.rows.first = below(all.rows - 30);
            job.cols.first = below(all.cols - 30);
            job.rows.num = 1 + below(all.rows - (int)job.rows.first);
            job.cols.num = 1 + below(all.cols - (int)job.cols.first);
            run(r, NULL, &job, &part);
            for (int row = 0; row < part.rows; row++)
                for (int col = 0; col < part.cols; col++)
                    cr_assert(same(value_at(&part, row, col),
                                   value_at(&all, row + (int)job.rows.first, col + (int)job.cols.first)));
        }
    }
    free(x);
    reducer_destroy(r);
    reducer_destroy(whole_reducer);
}

/* The number of threads changes nothing, and a second run writes to the same buffers. */
Test(reduce, threads_and_steady_state)
{
    struct reducer *a = reducer_create(), *b = reducer_create();
    struct pool *p = pool_create(4);
    const int n = 900;
    float *x = field(n);
    for (int i = 0; i < n * n; i++)
        x[i] = below(50) ? (float)gauss() : NAN;
    struct array cells = array_c_order(x, DTYPE_F4, n, n);
    struct reduce_job job = {&cells, whole(2.3, n), whole(4.1, n), REDUCE_AUTO};
    struct reduce_result one, many, again;
    run(a, NULL, &job, &one);
    run(b, p, &job, &many);
    size_t num = (size_t)one.rows * (size_t)one.cols;
    cr_assert_eq(memcmp(one.f32, many.f32, num * sizeof(float)), 0);
    cr_assert_eq(memcmp(one.nan_share, many.nan_share, num), 0);
    cr_assert(one.num_replaced == many.num_replaced && one.num_nan_footprints == many.num_nan_footprints);
    cr_assert(one.min == many.min && one.max == many.max);
    run(b, p, &job, &again);
    cr_assert(again.f32 == many.f32 && again.nan_share == many.nan_share);
    free(x);
    pool_destroy(p);
    reducer_destroy(a);
    reducer_destroy(b);
}

/* A row, and a column, that is hot from end to end stands out of noise, wherever it lies among the samples. */
Test(reduce, a_whole_row_stands_out, .timeout = 60)
{
    enum { N = 1200, ROWS = 113, COLS = 217 };
    struct reducer *r = reducer_create();
    float *x = malloc(sizeof *x * N * N);
    for (int turn = 0; turn < 60; turn++) {
        bool column = turn % 2;
        int hot = 300 + turn * 7;
        for (int i = 0; i < N * N; i++)
            x[i] = (float)(0.01 * gauss()) + ((column ? i % N : i / N) == hot);
        struct array a = array_c_order(x, DTYPE_F4, N, N);
        struct reduce_job job = {&a, whole((double)N / ROWS, N), whole((double)N / COLS, N), REDUCE_AUTO};
        struct reduce_result o;
        run(r, NULL, &job, &o);
        int along = column ? ROWS : COLS, at = (int)((hot + 0.5) / N * (column ? COLS : ROWS)), shown = 0;
        for (int i = 0; i < along; i++)
            shown += (column ? value_at(&o, i, at) : value_at(&o, at, i)) > 0.5;
        cr_assert_eq(shown, along, "%s %d: %d of %d", column ? "column" : "row", hot, shown, along);
    }
    free(x);
    reducer_destroy(r);
}

/* Footprints are two windows up to some width, which must cover the widest. */
Test(reduce, no_cell_lies_between_windows)
{
    struct reducer *r = reducer_create();
    struct reduce_result o;
    float cells[4000];
    struct array a = array_c_order(cells, DTYPE_F4, 1, 4000);
    for (double ratio = 1.25; ratio < 40; ratio += .5) {
        for (int hot = 0; hot < 200; hot++) {
            memset(cells, 0, sizeof cells);
            cells[hot] = 1;
            struct reduce_job job = {.cells = &a, .rows = whole(1, 1), .cols = whole(ratio, 4000), .mode = REDUCE_MAX};
            run(r, NULL, &job, &o);
            cr_assert_eq(value_at(&o, 0, (int)(hot / ratio)), 1, "%d at %g", hot, ratio);
        }
    }
    reducer_destroy(r);
}

/* Single columns take a shorter way. Values in rows with an Inf, which take the long one, are the same to the bit: column 0, where it is,
 * is no sample for any threshold. */
Test(reduce, columns_come_to_the_same_by_the_shorter_way, .timeout = 120)
{
    enum { ROWS = 700, FIRST = 7 };
    static const enum dtype types[] = {DTYPE_F4, DTYPE_U2, DTYPE_F8};
    static const double shares[] = {0, .001, .0002, .05}; /* of NaN */
    struct reducer *r[2] = {reducer_create(), reducer_create()};
    for (int n = 0; n < 48; n++) {
        enum dtype t = types[n % 3];
        int cols = n < 24 ? 5003 : 1507; /* chunks of a row; a part of one */
        size_t bytes = (size_t)ROWS * cols * dtype_size(t);
        char *owner[2] = {malloc(bytes), malloc(bytes)};
        struct array a[2] = {array_c_order(owner[0], t, ROWS, cols), array_c_order(owner[1], t, ROWS, cols)};
        double bad = t == DTYPE_U2 ? 0 : shares[n / 12 % 4];
        bool huge = n % 4 == 0 && t == DTYPE_F4; /* a column whose sums overflow (put makes a million times more of it) */
        for (int64_t i = 0; i < (int64_t)ROWS * cols; i++) {
            double x = t == DTYPE_U2 ? uniform() : huge && i % cols == 79 ? 3e32 - 1e32 * uniform() : -log(uniform());
            if (uniform() < bad || (bad > 0 && i % cols == 77) || (bad > 0 && i % cols == 79 && below(5) == 0))
                x = NAN;
            put(t, (void *)(uintptr_t)array_cell(&a[0], i / cols, i % cols), x);
        }
        memcpy(owner[1], owner[0], bytes);
        for (int i = 0; i < ROWS && t != DTYPE_U2; i++)
            put(t, (void *)(uintptr_t)array_cell(&a[1], i, 0), INFINITY);
        struct reduce_result o[2];
        double ratio = 1.02 + (n % 8) + uniform() * .9;
        bool part = n % 2;
        for (int k = 0; k < 2; k++) {
            struct reduce_job job = {.cells = &a[k], .rows = whole(ratio, ROWS), .cols = {.ratio = 1, .first = part ? FIRST : 0, .num = part ? cols - 11 : cols}};
            run(r[k], NULL, &job, &o[k]);
        }
        for (int i = 0; i < o[0].rows; i++) {
            for (int j = !part; j < o[0].cols; j++) {
                double x = value_at(&o[0], i, j), y = value_at(&o[1], i, j);
                cr_assert(same(x, y), "%s by %g at %d,%d: %g, not %g", dtype_name(t), ratio, i, j, x, y);
                cr_assert_eq(share_at(&o[0], i, j), share_at(&o[1], i, j));
            }
        }
        cr_assert(!part || (o[0].num_replaced == o[1].num_replaced && o[0].num_nan_footprints == o[1].num_nan_footprints));
        cr_assert(!part || (o[0].min == o[1].min && o[0].max == o[1].max));
        cr_assert(bad == 0 || o[0].num_nan_footprints >= o[0].rows);
        free(owner[0]);
        free(owner[1]);
    }
    reducer_destroy(r[0]);
    reducer_destroy(r[1]);
}

/* One cell that isn't finite spoils no threshold around it. */
Test(reduce, infinite_cells_hide_no_others)
{
    enum { ROWS = 300, COLS = 64 };
    struct reducer *r = reducer_create();
    struct reduce_result o;
    float *cells = malloc((size_t)ROWS * COLS * sizeof *cells);
    struct array a = array_c_order(cells, DTYPE_F4, ROWS, COLS);
    struct reduce_job job = {.cells = &a, .rows = whole(1.7, ROWS), .cols = whole(1, COLS)};
    for (int at = 0; at < ROWS; at += 7) {
        for (int i = 0; i < ROWS * COLS; i++)
            cells[i] = (float)gauss();
        for (int c = 1; c < COLS; c += 16)
            cells[at * COLS + c] = INFINITY;
        cells[150 * COLS + 9] = 1000;
        run(r, NULL, &job, &o);
        cr_assert_eq(value_at(&o, (int)(150 / 1.7), 9), 1000, "%d", at);
    }
    free(cells);
    reducer_destroy(r);
}

Test(reduce, columns_of_any_number)
{
    struct reducer *r = reducer_create();
    struct reduce_result o;
    for (int cols = 1; cols < 100; cols++) {
        float *cells = malloc(60 * (size_t)cols * sizeof *cells);
        struct array a = array_c_order(cells, DTYPE_F4, 60, cols);
        for (int i = 0; i < 60 * cols; i++)
            cells[i] = (float)-log(uniform());
        struct reduce_job job = {.cells = &a, .rows = whole(1.1 + uniform(), 60), .cols = whole(1, cols)};
        run(r, NULL, &job, &o);
        check(&job, &o, "narrow");
        free(cells);
    }
    reducer_destroy(r);
}
