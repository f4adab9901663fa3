/* stats: ranges and percentiles against sorting. */
#include <criterion/criterion.h>
#include "base/pool.h"
#include "data/half.h"
#include "data/sample.h"
#include "data/stats.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double uniform(void)
{
    return (rand() + .5) / (RAND_MAX + 1.);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The finite cells of a in order; the caller frees. */
static double *sorted(const struct array *a, int64_t *num)
{
    double *v = malloc((size_t)(a->rows * a->cols + 1) * sizeof *v);
    *num = 0;
    for (int64_t r = 0; r < a->rows; r++) {
        for (int64_t c = 0; c < a->cols; c++) {
            double x = dtype_read(a->dtype, array_cell(a, r, c));
            if (isfinite(x))
                v[(*num)++] = x;
        }
    }
    qsort(v, (size_t)*num, sizeof *v, by_value);
    return v;
}

static double percentile(const double *v, int64_t num, double p)
{
    double rank = p / 100 * (double)(num - 1);
    int64_t k = (int64_t)floor(rank);
    return k + 1 < num ? v[k] + (v[k + 1] - v[k]) * (rank - (double)k) : v[k];
}

static void check(struct pool *pool, const struct array *a)
{
    static const double ps[] = {0, .1, 2, 25, 50, 77.7, 98, 99.9, 100};
    enum { NUM = sizeof ps / sizeof *ps };
    int64_t num;
    double *v = sorted(a, &num), min = 1, max = 0, positive = -1, values[NUM];
    const char *name = dtype_name(a->dtype);
    cr_assert_eq(stats_range(pool, a, &min, &max, &positive), num > 0);
    struct stats_scratch scratch = {0};
    double above = -1;
    cr_assert_eq(stats_percentiles(pool, &scratch, a, ps, values, NUM, &above), num > 0);
    cr_assert_eq(stats_percentiles(pool, &scratch, a, ps, values, NUM, NULL), num > 0, "the second time, in the same memory");
    cr_assert_eq(above, positive, "%s: smallest positive %g, not %g", name, above, positive);
    stats_scratch_fini(&scratch);
    if (!num) {
        cr_assert(isnan(min) && isnan(max) && positive == INFINITY && isnan(values[4]));
        free(v);
        return;
    }
    cr_assert(min == v[0] && max == v[num - 1], "%s: %g..%g, not %g..%g", name, min, max, v[0], v[num - 1]);
    double want = INFINITY;
    for (int64_t i = num - 1; i >= 0 && v[i] > 0; i--)
        want = v[i];
    cr_assert_eq(positive, want, "%s: smallest positive %g, not %g", name, positive, want);
    for (int i = 0; i < NUM; i++) {
        double exact = percentile(v, num, ps[i]);
        /* Half a bin (1/256 octave) at either neighbour's magnitude. */
        int64_t k = (int64_t)(ps[i] / 100 * (double)(num - 1));
        double magnitude = fmax(fabs(v[k]), fabs(v[k + 1 < num ? k + 1 : k]));
        double slack = dtype_size(a->dtype) <= 2 ? 1e-12 * magnitude : magnitude / 128 + 1e-40;
        cr_assert(fabs(values[i] - exact) <= slack, "%s: %g %% is %.9g, not %.9g", name, ps[i], values[i], exact);
        cr_assert(values[i] >= min && values[i] <= max);
    }
    cr_assert(values[0] == min && values[NUM - 1] == max);
    free(v);
}

static double value(int kind)
{
    switch (kind) {
    case 0: return 2 * uniform() - 1;
    case 1: return -log(uniform());
    case 2: return rand() % 5 == 0;
    case 3: return rand() % 3 ? rand() % 200 - 100 : rand() % 2 ? NAN : rand() % 2 ? INFINITY : -INFINITY;
    case 4: return NAN;
    case 5: return exp(60 * uniform() - 30) * (rand() % 2 ? 1 : -1);
    default: return -3.25;
    }
}

static void put(enum dtype t, void *p, double v)
{
    double n = isfinite(v) ? fmax(-1e9, fmin(1e9, v)) : 0, positive = fabs(n);
    switch (t) {
#define PUT(type, x) { type x_ = (type)(x); memcpy(p, &x_, sizeof x_); break; }
    case DTYPE_B1: PUT(uint8_t, n > 0)
    case DTYPE_I1: PUT(int8_t, fmod(n * 50, 128))
    case DTYPE_U1: PUT(uint8_t, fmod(positive * 100, 256))
    case DTYPE_I2: PUT(int16_t, fmod(n * 1e4, 32768))
    case DTYPE_U2: PUT(uint16_t, fmod(positive * 1e4, 65536))
    case DTYPE_I4: PUT(int32_t, n * 2)
    case DTYPE_U4: PUT(uint32_t, positive * 4)
    case DTYPE_I8: PUT(int64_t, n * 4e9)
    case DTYPE_U8: PUT(uint64_t, positive * 8e9)
    case DTYPE_F2: PUT(uint16_t, half_from_double(v))
    case DTYPE_F4: PUT(float, v)
    case DTYPE_F8: PUT(double, v)
#undef PUT
    case DTYPE_NUM: break;
    }
}

Test(stats, agree_with_sorting, .timeout = 60)
{
    struct pool *pool = pool_create(3);
    char *bytes = malloc(1 << 20);
    for (int n = 0; n < 500; n++) {
        enum dtype t = (enum dtype)(n % DTYPE_NUM);
        int64_t size = (int64_t)dtype_size(t), rows = 1 + rand() % 70, cols = n % 9 ? 1 + rand() % 70 : 1 + rand() % 900;
        struct array a = array_c_order(bytes + n % 2, t, rows, cols);
        if (n % 3 == 1)
            a = (struct array){bytes, t, rows, cols, size, size * rows};
        if (n % 3 == 2)
            a = (struct array){bytes + size * 2 * rows * cols, t, rows, cols, -size * 2 * cols, 2 * size};
        for (int64_t r = 0; r < rows; r++)
            for (int64_t c = 0; c < cols; c++)
                put(t, (char *)array_cell(&a, r, c), value(n / DTYPE_NUM % 7));
        check(n % 2 ? pool : NULL, &a);
    }
    free(bytes);
    pool_destroy(pool);
}

Test(stats, beyond_float_and_out_pointers)
{
    double x[] = {-1e300, 0, 5, 1e300, 1e-320, INFINITY, NAN}, min, max, p = 50, v;
    struct array a = array_c_order(x, DTYPE_F8, 1, 7), none = array_c_order(x, DTYPE_F8, 0, 7);
    cr_assert(stats_range(NULL, &a, NULL, &max, NULL) && max == 1e300);
    cr_assert(stats_range(NULL, &a, &min, NULL, NULL) && min == -1e300);
    cr_assert(stats_percentiles(NULL, NULL, &a, &p, &v, 1, NULL) && fabs(v) < 1e-40);
    double ends[] = {0, 100, 99.999}, values[3];
    cr_assert(stats_percentiles(NULL, NULL, &a, ends, values, 3, NULL) && values[0] == -1e300 && values[1] == 1e300);
    cr_assert(isfinite(values[2]));
    cr_assert_not(stats_range(NULL, &none, &min, &max, NULL));
    cr_assert_not(stats_percentiles(NULL, NULL, &none, &p, &v, 1, NULL));
}

/* Large enough that the pool shares it out, with gaps between the rows. */
Test(stats, large)
{
    struct pool *pool = pool_create(2);
    const int64_t rows = 700, cols = 1000;
    float *x = malloc((size_t)(rows * (cols + 3)) * sizeof *x);
    for (int64_t i = 0; i < rows * (cols + 3); i++)
        x[i] = (float)(uniform() * 1000);
    struct array a = {x, DTYPE_F4, rows, cols, (cols + 3) * 4, 4};
    check(pool, &a);
    free(x);
    pool_destroy(pool);
}

/* Even steps would meet one column, or two. */
Test(stats, zscale_of_columns_that_differ)
{
    const int sizes[][2] = {{1000, 1000}, {500, 500}, {2000, 3000}, {300, 700}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        int rows = sizes[k][0], cols = sizes[k][1];
        float *x = malloc((size_t)rows * (size_t)cols * sizeof *x);
        cr_assert(x);
        for (int i = 0; i < rows * cols; i++)
            x[i] = 10 * (float)(i % cols) / (float)cols;
        struct array a = array_c_order(x, DTYPE_F4, rows, cols);
        double lo, hi;
        cr_assert(sample_zscale(&a, &lo, &hi));
        cr_assert(lo > -1 && lo < 0.5 && hi > 9.5 && hi < 11, "%d x %d: %g .. %g", rows, cols, lo, hi);
        free(x);
    }
}
