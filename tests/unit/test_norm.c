/* Norms against matplotlib's arithmetic (numbers from its Normalize, LogNorm and PowerNorm) and against the rules in norm.h. */
#include "plot/norm.h"
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
        struct norm n = {(enum norm_kind)(i % NORM_NUM), a, b, 0.7};
        cr_assert_eq(apply(&n, a), 0);
        float t = apply(&n, b);
        bool told_apart = n.kind != NORM_LOG || b > a * 1.00001f; /* by float32's logarithm */
        cr_assert(t <= 1 && (t > 0.9999998f || !told_apart), "vmax %a of kind %d gives %a", (double)b, (int)n.kind, (double)t);
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
