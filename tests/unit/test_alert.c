/* alert: the grammar of conditions. scan: totals and tests of cells against plain loops. */
#include <criterion/criterion.h>
#include "base/pool.h"
#include "data/scan.h"
#include "plot/alert.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct alert_rule rules[ALERT_MAX_RULES];
static int num;
static char why[512];

Test(alert, grammar)
{
    cr_assert(alert_parse("max>0.9, min <= -1e3 ,mean>=0,absmax<.5,nan>0", rules, &num, why, sizeof why));
    cr_assert_eq(num, 5);
    cr_assert(rules[0].what == ALERT_MAX && rules[0].op == ALERT_ABOVE && rules[0].value == 0.9);
    cr_assert(rules[1].what == ALERT_MIN && rules[1].op == ALERT_AT_MOST && rules[1].value == -1000);
    cr_assert_str_eq(rules[1].text, "min<=-1e3");
    cr_assert(rules[2].what == ALERT_MEAN && rules[2].op == ALERT_AT_LEAST && rules[2].value == 0);
    cr_assert(rules[3].what == ALERT_ABSMAX && rules[3].op == ALERT_BELOW && rules[3].value == 0.5);
    cr_assert(rules[4].what == ALERT_NAN && rules[4].op == ALERT_ABOVE && rules[4].value == 0);
    static const char *const bad[] = {"", ",", "max", "max>", "max>x", "max>1,", "max=1", "max>=", "maximum>1", "max>1e999", "max>nan",
                                      "max>0x10", "max>1 2 3 -", "max>1;min<0", "max>>1", "1>max", "nan", "max>1,,min<0",
                                      "max>1.00000000000000000000000000000000000000000000000000"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why[0] = 0;
        cr_assert_not(alert_parse(bad[i], rules, &num, why, sizeof why), "'%s'", bad[i]);
        cr_assert_neq(why[0], 0, "'%s' has no message", bad[i]);
    }
    cr_assert_not(alert_parse("max>1,max>2,max>3,max>4,max>5,max>6,max>7,max>8,max>9", rules, &num, why, sizeof why));
}

Test(alert, limits)
{
    cr_assert(alert_parse("max>1,max>=1,max<1,max<=1", rules, &num, why, sizeof why));
    static const bool want[3][4] = {{false, false, true, true}, {false, true, false, true}, {true, true, false, false}};
    for (int v = 0; v < 3; v++)
        for (int r = 0; r < 4; r++)
            cr_assert_eq(alert_is_met(&rules[r], v), want[v][r], "%d, %s", v, rules[r].text);
    for (int r = 0; r < 4; r++) {
        cr_assert_not(alert_is_met(&rules[r], NAN));
        cr_assert_eq(alert_has_cells(&rules[r]), r < 2);
    }
    cr_assert(alert_parse("min<1,min>1,nan>0,nan<1,mean>0,mean<0", rules, &num, why, sizeof why));
    for (int r = 0; r < 6; r++)
        cr_assert_eq(alert_has_cells(&rules[r]), r == 0 || r == 2, "%s", rules[r].text);
}

static bool passes(struct scan_test t, double v)
{
    switch (t.kind) {
    case SCAN_ABOVE: return v > t.limit;
    case SCAN_AT_LEAST: return v >= t.limit;
    case SCAN_BELOW: return v < t.limit;
    case SCAN_AT_MOST: return v <= t.limit;
    case SCAN_ABS_ABOVE: return fabs(v) > t.limit;
    case SCAN_ABS_AT_LEAST: return fabs(v) >= t.limit;
    default: return isnan(v);
    }
}

static void check(struct pool *pool, const struct array *a)
{
    struct scan_totals t;
    double min = INFINITY, max = -INFINITY, sum = 0;
    int64_t num_nan = 0, num_finite = 0;
    for (int64_t r = 0; r < a->rows; r++)
        for (int64_t c = 0; c < a->cols; c++) {
            double v = dtype_read(a->dtype, array_cell(a, r, c));
            min = v < min ? v : min;
            max = v > max ? v : max;
            num_nan += isnan(v);
            num_finite += isfinite(v);
            sum += isfinite(v) ? v : 0;
        }
    scan_totals(pool, a, &t);
    cr_assert_eq(t.num_nan, num_nan);
    cr_assert(min <= max ? t.min == min && t.max == max : isnan(t.min) && isnan(t.max));
    cr_assert(num_finite ? fabs(t.mean - sum / (double)num_finite) < 1e-9 * (1 + fabs(sum)) : isnan(t.mean), "%g", t.mean);
    for (int kind = SCAN_ABOVE; kind <= SCAN_NAN; kind++) {
        struct scan_test test = {(enum scan_kind)kind, 3};
        struct scan_found f;
        int64_t count = 0;
        for (int64_t r = 0; r < a->rows; r++)
            for (int64_t c = 0; c < a->cols; c++)
                count += passes(test, dtype_read(a->dtype, array_cell(a, r, c)));
        scan_find(pool, a, test, &f);
        cr_assert_eq(f.count, count, "kind %d: %lld, not %lld", kind, (long long)f.count, (long long)count);
        cr_assert_eq(f.row >= 0, count > 0);
        if (!count)
            continue;
        double v = dtype_read(a->dtype, array_cell(a, f.row, f.col));
        cr_assert(passes(test, v));
        if (kind == SCAN_ABOVE || kind == SCAN_AT_LEAST)
            cr_assert_eq(v, max);
        if (kind == SCAN_BELOW || kind == SCAN_AT_MOST)
            cr_assert_eq(v, min);
    }
}

Test(scan, against_plain_loops)
{
    struct pool *pools[2] = {NULL, pool_create(3)};
    static const int64_t shapes[][2] = {{1, 1}, {1, 5000}, {5000, 1}, {3, 1025}, {300, 700}};
    static const enum dtype types[] = {DTYPE_F4, DTYPE_F8, DTYPE_U1, DTYPE_I2, DTYPE_I8, DTYPE_B1};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
            int64_t cells = shapes[s][0] * shapes[s][1];
            size_t size = dtype_size(types[t]);
            char *bytes = malloc((size_t)cells * size);
            for (int64_t i = 0; i < cells; i++) {
                float f = rand() % 50 == 0 ? NAN : rand() % 900 == 0 ? INFINITY : (float)(rand() % 21 - 10);
                double d = (double)f;
                int64_t n = rand() % 21 - 10;
                if (types[t] == DTYPE_B1)
                    n &= 1;
                memcpy(bytes + (size_t)i * size, types[t] == DTYPE_F4 ? (void *)&f : types[t] == DTYPE_F8 ? (void *)&d : (void *)&n, size);
            }
            struct array a = array_c_order(bytes, types[t], shapes[s][0], shapes[s][1]);
            struct array fortran = {bytes, types[t], shapes[s][0], shapes[s][1], (int64_t)size, (int64_t)size * shapes[s][0]};
            for (int p = 0; p < 2; p++) {
                check(pools[p], &a);
                check(pools[p], &fortran);
            }
            free(bytes);
        }
    pool_destroy(pools[1]);
}

Test(scan, the_first_of_equals)
{
    float x[6] = {1, 9, 2, 9, NAN, NAN};
    struct scan_found f;
    struct array a = array_c_order(x, DTYPE_F4, 2, 3);
    scan_find(NULL, &a, (struct scan_test){SCAN_ABOVE, 5}, &f);
    cr_assert(f.count == 2 && f.row == 0 && f.col == 1);
    scan_find(NULL, &a, (struct scan_test){SCAN_NAN, 0}, &f);
    cr_assert(f.count == 2 && f.row == 1 && f.col == 1);
    struct array fortran = {x, DTYPE_F4, 2, 3, 4, 8}; /* 1 2 nan / 9 9 nan */
    scan_find(NULL, &fortran, (struct scan_test){SCAN_ABOVE, 5}, &f);
    cr_assert(f.count == 2 && f.row == 1 && f.col == 0);
}
