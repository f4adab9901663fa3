/* Other colour visions, and distances between colours. */
#include <criterion/criterion.h>
#include "plot/colorspace.h"
#include "plot/cvd.h"
#include <math.h>
#include <stdlib.h>

static bool parse(const char *text, struct cvd *c)
{
    char message[200];
    return cvd_parse(text, c, message, sizeof message);
}

Test(cvd, words)
{
    struct cvd c;
    cr_assert(parse("protan", &c) && c.kind == CVD_PROTAN && c.per_mille == 1000);
    cr_assert(parse("tritan=0.35", &c) && c.kind == CVD_TRITAN && c.per_mille == 350);
    cr_assert(parse("mono=0", &c) && c.kind == CVD_MONO && c.per_mille == 0);
    cr_assert(parse("none", &c) && c.kind == CVD_NONE);
    const char *bad[] = {"", "prot", "protan=", "protan=2", "deutan=-0.1", "deutan=x", "mono=0.5x", "none1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect(!parse(bad[i], &c), "%s", bad[i]);
}

Test(cvd, greys_stay_and_severity_0_is_nothing)
{
    static struct cvd_table t;
    for (int kind = CVD_PROTAN; kind < CVD_NUM; kind++)
        for (int s = 0; s <= 1000; s += 250) {
            cvd_table_make(&t, (struct cvd){(enum cvd_kind)kind, s});
            for (int v = 0; v < 256; v++) {
                struct color grey = cvd_color(&t, (struct color){(uint8_t)v, (uint8_t)v, (uint8_t)v, 7});
                cr_expect(abs(grey.r - v) <= 1 && abs(grey.g - v) <= 1 && abs(grey.b - v) <= 1 && grey.a == 7, "%d at %d", v, s);
                struct color c = {(uint8_t)v, (uint8_t)(v * 7), (uint8_t)(v * 31), 255}, same = cvd_color(&t, c);
                cr_expect(s != 0 || (same.r == c.r && same.g == c.g && same.b == c.b), "%d", v);
            }
        }
}

Test(cvd, integers_are_the_matrices)
{
    static struct cvd_table t;
    for (int kind = CVD_PROTAN; kind < CVD_NUM; kind++)
        for (int s = 150; s <= 1000; s += 170) {
            struct cvd c = {(enum cvd_kind)kind, s};
            double m[9];
            cvd_matrix(c, m);
            cvd_table_make(&t, c);
            for (int i = 0; i < 4096; i++) {
                struct color in = {(uint8_t)((i & 15) * 17), (uint8_t)((i >> 4 & 15) * 17), (uint8_t)((i >> 8) * 17), 255}, out = cvd_color(&t, in);
                double rgb[3] = {srgb_to_linear(in.r / 255.0), srgb_to_linear(in.g / 255.0), srgb_to_linear(in.b / 255.0)};
                const uint8_t got[3] = {out.r, out.g, out.b};
                for (int k = 0; k < 3; k++) {
                    double v = m[3 * k] * rgb[0] + m[3 * k + 1] * rgb[1] + m[3 * k + 2] * rgb[2];
                    double want = 255 * srgb_from_linear(fmin(fmax(v, 0), 1));
                    cr_expect(fabs(got[k] - want) <= 1, "%s %d: %d %d %d, channel %d: %d, %.2f", cvd_name(c.kind), s, in.r, in.g, in.b, k, got[k], want);
                }
            }
        }
}

Test(cvd, published_rows_sum_to_one)
{
    for (int kind = CVD_PROTAN; kind < CVD_NUM; kind++)
        for (int s = 0; s <= 1000; s += 50) {
            double m[9];
            cvd_matrix((struct cvd){(enum cvd_kind)kind, s}, m);
            for (int i = 0; i < 9; i += 3)
                cr_expect(fabs(m[i] + m[i + 1] + m[i + 2] - 1) < 5e-6, "%d %d", kind, s);
        }
}

/* Sharma, Wu, Dalal, "The CIEDE2000 Color-Difference Formula", table 1. */
Test(colorspace, ciede2000)
{
    static const double pairs[][7] = {
        {50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425}, {50, 3.1571, -77.2803, 50, 0, -82.7485, 2.8615},
        {50, -1.3802, -84.2814, 50, 0, -82.7485, 1.0000}, {50, 0, 0, 50, -1, 2, 2.3669},
        {50, 2.4900, -0.0010, 50, -2.4900, 0.0009, 7.1792}, {50, 2.4900, -0.0010, 50, -2.4900, 0.0011, 7.2195},
        {50, 2.5, 0, 50, 0, -2.5, 4.3065}, {50, 2.5, 0, 73, 25, -18, 27.1492}, {50, 2.5, 0, 56, -27, -3, 31.9030},
        {60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644}, {22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373},
        {90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441}, {2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const double *p = pairs[i];
        double d = lab_distance((struct lab){p[0], p[1], p[2]}, (struct lab){p[3], p[4], p[5]});
        cr_expect(fabs(d - p[6]) < 1e-4, "pair %zu: %.4f, %.4f", i, d, p[6]);
    }
    struct lab white = lab_from_color((struct color){255, 255, 255, 255}), red = lab_from_color((struct color){255, 0, 0, 255});
    cr_expect(fabs(white.l - 100) < 0.01 && fabs(white.a) < 0.02 && fabs(white.b) < 0.02);
    cr_expect(fabs(red.l - 53.24) < 0.02 && fabs(red.a - 80.09) < 0.05 && fabs(red.b - 67.20) < 0.05, "%f %f %f", red.l, red.a, red.b);
}
