/* Norms against matplotlib's arithmetic (numbers from its Normalize, LogNorm and PowerNorm) and against the rules in norm.h. */
#include "plot/norm.h"
#include "unit/norm_fixture.h"
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_nan_bits(float v)
{
    unsigned bits;
    memcpy(&bits, &v, sizeof bits);
    return (bits & 0x7fffffff) > 0x7f800000;
}

static float apply(const struct norm *n, float v)
{
    struct norm_f32 f = norm_to_f32(n);
    float t;
    norm_apply_f32(&f, &v, &t, 1);
    return t;
}

static const struct norm LINEAR = {NORM_LINEAR, -1, 3, 1}, LOG = {NORM_LOG, 0.01, 1000, 1}, POWER = {NORM_POWER, 1, 5, 0.5};

Test(norm, names)
{
    for (int i = 0; i < NORM_NUM; i++) {
        enum norm_kind kind = NORM_NUM;
        cr_assert(norm_find(norm_name((enum norm_kind)i), &kind));
        cr_assert_eq((int)kind, i);
    }
    enum norm_kind kind = NORM_LOG;
    cr_assert_not(norm_find("cubic", &kind));
    cr_assert_eq(kind, NORM_LOG);
}

/* Normalize(-1, 3)([-2, -1, 0, 1, 3, 4]), LogNorm(.01, 1000)([.001, .01, 1, 50, 1000, 1e4]), PowerNorm(.5, 1, 5)([1, 2, 3, 5, 6])
 * of 3.6, and below vmin PowerNorm(.5, 1, 5)([0, -3]) of 3.9 */
Test(norm, matplotlib_s_values)
{
    const double linear[][2] = {{-2, -0.25}, {-1, 0}, {0, 0.25}, {1, 0.5}, {3, 1}, {4, 1.25}};
    const double log[][2] = {{0.001, -0.2}, {0.01, 0}, {1, 0.4}, {50, 0.7397940008672038}, {1000, 1}, {1e4, 1.2}};
    const double power[][2] = {{1, 0}, {2, 0.5}, {3, 0.7071067811865476}, {5, 1}, {6, 1.118033988749895}, {0, -0.25}, {-3, -1}};
    for (int i = 0; i < 6; i++) {
        cr_expect_float_eq(norm_forward(&LINEAR, linear[i][0]), linear[i][1], 1e-15);
        cr_expect_float_eq(norm_forward(&LOG, log[i][0]), log[i][1], 1e-15);
        cr_expect_float_eq(apply(&LINEAR, (float)linear[i][0]), (float)linear[i][1], 1e-7f);
        cr_expect_float_eq(apply(&LOG, (float)log[i][0]), (float)log[i][1], 3e-7f);
    }
    for (int i = 0; i < 7; i++) {
        cr_expect_float_eq(norm_forward(&POWER, power[i][0]), power[i][1], 1e-15);
        cr_expect_float_eq(apply(&POWER, (float)power[i][0]), (float)power[i][1], 1e-7f);
    }
}

Test(norm, nan_infinity_and_domain)
{
    const struct norm *norms[] = {&LINEAR, &LOG, &POWER};
    for (int i = 0; i < 3; i++) {
        cr_expect(isnan(norm_forward(norms[i], NAN)));
        cr_expect(is_nan_bits(apply(norms[i], NAN)));
        cr_expect(is_nan_bits(apply(norms[i], -NAN)));
        cr_expect_gt(norm_forward(norms[i], INFINITY), 1);
        cr_expect_gt(apply(norms[i], INFINITY), 1);
        cr_expect_not(norm_in_domain(norms[i]->kind, NAN));
        cr_expect(norm_in_domain(norms[i]->kind, INFINITY));
    }
    cr_expect_lt(norm_forward(&LINEAR, -INFINITY), 0);
    cr_expect_lt(apply(&LINEAR, -INFINITY), 0);
    cr_expect_lt(norm_forward(&POWER, -INFINITY), 0);
    cr_expect_lt(apply(&POWER, -INFINITY), 0);
    const float outside[] = {0, -0.0f, -1, -INFINITY, -1e-45f};
    for (int i = 0; i < 5; i++) {
        cr_expect_not(norm_in_domain(NORM_LOG, outside[i]));
        cr_expect(norm_in_domain(NORM_LINEAR, outside[i]));
        cr_expect(isnan(norm_forward(&LOG, outside[i])));
        cr_expect(is_nan_bits(apply(&LOG, outside[i])));
    }
    cr_expect(apply(&LOG, 1e-45f) < 0); /* the smallest float is under, not bad */
}

Test(norm, an_end_outside_the_domain_makes_all_bad)
{
    struct norm n = {NORM_LOG, 0, 10, 1};
    cr_expect(isnan(norm_forward(&n, 5)));
    cr_expect(is_nan_bits(apply(&n, 5)));
    cr_expect(isnan(norm_inverse(&n, 0.5)));
}

Test(norm, equal_ends_give_zero)
{
    for (int kind = 0; kind < NORM_NUM; kind++) {
        struct norm n = {(enum norm_kind)kind, 7, 7, 2};
        for (float v = 1; v < 20; v += 3) {
            cr_expect_eq(norm_forward(&n, v), 0);
            cr_expect_eq(apply(&n, v), 0);
        }
        cr_expect_gt(apply(&n, INFINITY), 1);
        cr_expect(is_nan_bits(apply(&n, NAN)));
        cr_expect_eq(norm_inverse(&n, 0.5), 7);
    }
}

Test(norm, ends_are_ends)
{
    srand(5);
    for (int i = 0; i < 20000; i++) {
        float a = (float)rand() / (float)RAND_MAX * 1000 + 1e-3f;
        float b = a + (float)rand() / (float)RAND_MAX * powf(10, (float)(rand() % 8 - 4));
        if (!(b > a))
            continue;
        static struct norm_table table;
        struct norm n = norm_complete((struct norm){(enum norm_kind)(i % NORM_NUM), a, b, 0.7}, &table);
        if (n.kind == NORM_BOUNDARY || (n.kind > NORM_POWER && norm_needs_double(&n)))
            continue; /* blocks have their middles' colours */
        cr_assert(apply(&n, a) >= 0 && apply(&n, a) <= (n.kind == NORM_TWO_SLOPE ? 2e-5f : 0), "%s: %a gives %g", norm_name(n.kind),
                  (double)a, (double)apply(&n, a));
        float t = apply(&n, b);
        bool told_apart = (n.kind != NORM_LOG && n.kind != NORM_HISTEQ && n.kind != NORM_TWO_SLOPE) || b > a * 1.0001f;
        cr_assert(t <= 1 && (t > (n.kind == NORM_TWO_SLOPE || n.kind == NORM_HISTEQ ? 0.99999f : 0.9999998f) || !told_apart), "vmax %a of kind %d gives %a", (double)b, (int)n.kind, (double)t);
        cr_assert_eq(norm_forward(&n, a), 0);
        cr_assert_eq(norm_forward(&n, b), 1);
    }
}

Test(norm, inverse_undoes_forward)
{
    const struct norm *norms[] = {&LINEAR, &LOG, &POWER};
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(norm_inverse(norms[i], 0), norms[i]->vmin);
        cr_expect_eq(norm_inverse(norms[i], 1), norms[i]->vmax);
        for (double t = -0.5; t < 1.6; t += 0.125)
            cr_expect_float_eq(norm_forward(norms[i], norm_inverse(norms[i], t)), t, 1e-13);
    }
}

/* SymLogNorm(2, base=10), AsinhNorm(3), TwoSlopeNorm(2), each over -10..100, of matplotlib 3.6 at these values */
Test(norm, matplotlib_s_curves)
{
    const double values[] = {-10, -3, -1, 0, 0.5, 2, 7, 40, 100};
    const double want[3][9] = {
        {0.0, 0.1131732435246394, 0.271532794130641, 0.39177869195661935, 0.45190164086960855,
         0.6322704876085761, 0.7500299984569577, 0.9138688234774356, 1.0},
        {0.0, 0.16956239721362112, 0.26009012162758555, 0.31360530981349516, 0.3407190955977661,
         0.41577279567025377, 0.5723949671625335, 0.8504431581898525, 1.0},
        {0.0, 0.29166666666666663, 0.375, 0.41666666666666663, 0.4375,
         0.5, 0.5255102040816326, 0.6938775510204082, 1.0},
    };
    const enum norm_kind kinds[] = {NORM_SYMLOG, NORM_ASINH, NORM_TWO_SLOPE};
    for (int k = 0; k < 3; k++) {
        struct norm n = {.kind = kinds[k], .vmin = -10, .vmax = 100, .linthresh = 2, .base = 10, .linear_width = 3, .vcenter = 2};
        for (int i = 0; i < 9; i++) {
            cr_expect_float_eq(norm_forward(&n, values[i]), want[k][i], 1e-14, "%s(%g)", norm_name(n.kind), values[i]);
            cr_expect_float_eq(apply(&n, (float)values[i]), want[k][i], 5e-7);
            cr_expect_float_eq(norm_inverse(&n, want[k][i]), values[i], 1e-11);
        }
    }
}

/* np.digitize and np.interp do the same */
Test(norm, blocks_and_quantiles)
{
    static struct norm_table table;
    const double edges[] = {-1, 0, 0.1, 5}, q[] = {0, 0, 0, 2, 4};
    struct norm n = {.kind = NORM_BOUNDARY, .vmin = -1, .vmax = 5, .table = &table};
    norm_table_blocks(&table, edges, 4);
    const struct { float v; int color; } blocks[] = {{-1, 0}, {-1e-9f, 0}, {0, 127}, {0.1f, 255}, {5, 255}, {0.0999f, 127}};
    for (int i = 0; i < 6; i++) {
        cr_expect_eq((int)(norm_forward(&n, blocks[i].v) * 256), blocks[i].color);
        cr_expect_eq((int)(apply(&n, blocks[i].v) * 256), blocks[i].color);
    }
    cr_expect(apply(&n, 5.000001f) > 1 && apply(&n, -1.000001f) < 0);
    cr_expect_float_eq(norm_place(&n, 0.05), 0.5, 1e-12);
    cr_expect_float_eq(norm_at(&n, 0.5), 0.05, 1e-12);
    n = (struct norm){.kind = NORM_HISTEQ, .vmin = 0, .vmax = 4, .table = &table};
    norm_table_quantiles(&table, q, 5, 0, 4); /* half of the cells are 0: they get 0, the others the whole map */
    const double want[][2] = {{0, 0}, {1, 0.25}, {2, 0.5}, {3, 0.75}, {4, 1}};
    for (int i = 0; i < 5; i++) {
        cr_expect_float_eq(norm_forward(&n, want[i][0]), want[i][1], 1e-14);
        cr_expect_float_eq(apply(&n, (float)want[i][0]), want[i][1], 1e-7);
        cr_expect_float_eq(norm_inverse(&n, want[i][1]), want[i][0], 1e-14);
    }
    n.table = NULL;
    cr_expect(isnan(norm_forward(&n, 1)) && is_nan_bits(apply(&n, 1)));
}

/* A narrow range far from 1 keeps its digits; where float32 can't, it says so. */
Test(norm, narrow_logs)
{
    struct norm n = {NORM_LOG, 1e10, 1.01e10, 1};
    for (double v = 1e10; v < 1.01e10; v += 1e7)
        cr_expect_float_eq(apply(&n, (float)v), norm_forward(&n, (float)v), 2e-5);
    cr_expect(norm_needs_double(&(struct norm){NORM_LOG, 1, 1.001, 1}));
    cr_expect(norm_needs_double(&(struct norm){NORM_LINEAR, 0, 1e300, 1}));
    cr_expect(norm_needs_double(&(struct norm){NORM_LINEAR, 1e9, 1e9 + 1, 1}));
    cr_expect_not(norm_needs_double(&(struct norm){NORM_LINEAR, 0.1, 7, 1}));
    cr_expect_not(norm_needs_double(&(struct norm){NORM_LOG, 0.1, 7, 1}));
}

Test(norm, extreme_ranges)
{
    struct norm wide = {NORM_LINEAR, -DBL_MAX, DBL_MAX, 1}, wide_f32 = {NORM_LINEAR, -FLT_MAX, FLT_MAX, 1};
    cr_expect_float_eq(norm_forward(&wide, 0), 0.5, 1e-15);
    cr_expect_float_eq(norm_forward(&wide, DBL_MAX), 1, 1e-15);
    cr_expect_float_eq(norm_inverse(&wide, 0.75), DBL_MAX / 2, DBL_MAX * 1e-15);
    cr_expect_float_eq(apply(&wide_f32, 0), 0.5f, 1e-7f);
    cr_expect_eq(apply(&wide_f32, FLT_MAX), 1);
    struct norm narrow = {NORM_LINEAR, 1, 1 + 1e-12, 1}; /* one float */
    cr_expect_eq(apply(&narrow, 1), 0);
    cr_expect_gt(apply(&narrow, 1.0000002f), 1);
    cr_expect_lt(apply(&narrow, 0.9999999f), 0);
    struct norm deep = {NORM_LOG, 1e-300, 1, 1}; /* vmin is no float */
    cr_expect_float_eq(apply(&deep, 1), 1, 1e-6f);
    cr_expect_float_eq(apply(&deep, 1e-30f), 0.9f, 1e-6f);
}

Test(norm, many_values_at_once)
{
    enum { NUM = 1027 };
    float values[NUM], t[NUM];
    for (int i = 0; i < NUM; i++)
        values[i] = i % 13 == 0 ? NAN : (float)(i - 200) * 0.01f;
    const struct norm *norms[] = {&LINEAR, &LOG, &POWER};
    for (int k = 0; k < 3; k++) {
        struct norm_f32 f = norm_to_f32(norms[k]);
        norm_apply_f32(&f, values, t, NUM);
        for (int i = 0; i < NUM; i++) {
            double expect = norm_forward(norms[k], values[i]);
            if (isnan(expect))
                cr_assert(is_nan_bits(t[i]));
            else
                cr_assert_float_eq(t[i], expect, 1e-6, "%d: %g is not %g", i, (double)t[i], expect);
        }
    }
}
