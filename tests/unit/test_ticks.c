#include "plot/ticks.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Turn a label back into plain ASCII: U+2212 is '-', "×10" followed by superscripts is an exponent. */
static double read_number(const char *s, const char **end)
{
    char text[128];
    size_t n = 0;
    bool in_power = false;
    static const char *const sup[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    while (*s && *s != ' ' && n < sizeof(text) - 8) {
        if (strncmp(s, "−", 3) == 0) {
            text[n++] = '-';
            s += 3;
            continue;
        }
        if (strncmp(s, "×10", 4) == 0) {
            if (n == 0)
                text[n++] = '1';
            text[n++] = 'e';
            s += 4;
            in_power = true;
            continue;
        }
        if (strncmp(s, "⁻", 3) == 0) {
            text[n++] = '-';
            s += 3;
            continue;
        }
        bool found = false;
        for (int i = 0; i < 10 && !found; i++)
            if (strncmp(s, sup[i], strlen(sup[i])) == 0) {
                if (!in_power) { /* "10⁻³" without a factor before it: 1e-3 */
                    size_t at = n;
                    while (at > 0 && text[at - 1] == '-')
                        at--;
                    cr_assert(at >= 2 && text[at - 2] == '1' && text[at - 1] == '0');
                    text[at - 1] = 'e';
                    in_power = true;
                }
                text[n++] = (char)('0' + i);
                s += strlen(sup[i]);
                found = true;
            }
        if (!found)
            text[n++] = *s++;
    }
    text[n] = 0;
    char *stop;
    double v = strtod(text, &stop);
    cr_assert(*stop == 0, "'%s' isn't a number", text);
    if (end)
        *end = s;
    return v;
}

static double read_label(const struct ticks *t, int i)
{
    double v = read_number(t->text[i], NULL), factor = 1, offset = 0;
    const char *s = t->offset;
    if (strncmp(s, "×", 2) == 0)
        factor = read_number(s, &s);
    if (*s == ' ')
        s++;
    if (*s)
        offset = read_number(s, NULL);
    return v * factor + offset;
}

static int decimals_of(const char *s)
{
    const char *dot = strchr(s, '.');
    return dot ? (int)strlen(dot + 1) : 0;
}

static void check(double lo, double hi, int max_num, bool integers)
{
    struct ticks t;
    ticks_linear(&t, lo, hi, max_num, integers);
    double a = fmin(lo, hi), b = fmax(lo, hi), size = fmax(fabs(a), fabs(b));
    cr_assert(t.num <= max_num && t.num <= TICKS_MAX, "%d ticks of %d for %g..%g", t.num, max_num, lo, hi);
    if (!integers)
        cr_assert(t.num > 0, "no tick in %.17g..%.17g of %d", lo, hi, max_num);
    double step = t.num > 1 ? t.at[1] - t.at[0] : 0;
    for (int i = 0; i < t.num; i++) {
        cr_assert(t.at[i] >= a && t.at[i] <= b, "%.17g outside %.17g..%.17g", t.at[i], a, b);
        cr_assert(!integers || fabs(t.at[i] - round(t.at[i])) < 1e-6);
        double read = read_label(&t, i);
        double tolerance = fmax(4e-16 * size, (b - a) * 2e-9); /* the ends may be nudged in by 1e-9 of the range */
        cr_assert(fabs(read - t.at[i]) <= tolerance, "'%s' '%s' is %.17g, not %.17g", t.text[i], t.offset, read, t.at[i]);
        cr_assert_eq(decimals_of(t.text[i]), decimals_of(t.text[0]));
        cr_assert(strlen(t.text[i]) <= 15, "%s", t.text[i]);
        if (i > 0) {
            cr_assert(fabs(t.at[i] - t.at[i - 1] - step) <= step * 1e-6 + 4e-16 * size, "uneven at %.17g", t.at[i]);
            cr_assert(strcmp(t.text[i], t.text[i - 1]) != 0);
        }
    }
    if (t.num > 1 && step > size * 1e-13) {
        double m = step / pow(10, floor(log10(step) + 1e-3));
        cr_assert(fabs(m - 1) < 1e-2 || fabs(m - 2) < 2e-2 || fabs(m - 2.5) < 1e-2 || fabs(m - 5) < 5e-2, "step %.17g", step);
    }
}

static double uniform(unsigned *seed) { return rand_r(seed) / (double)RAND_MAX; }

Test(ticks, random_ranges)
{
    unsigned seed = 1;
    for (int i = 0; i < 20000; i++) {
        double size = pow(10, uniform(&seed) * 24 - 12), at = (uniform(&seed) - 0.5) * size;
        double span = size * pow(10, -uniform(&seed) * 11);
        double lo = at, hi = at + span;
        if (rand_r(&seed) & 1)
            hi = at, lo = at + span;
        check(lo, hi, 1 + (int)(uniform(&seed) * 30), false);
        check(lo, hi, 1 + (int)(uniform(&seed) * 30), true);
    }
}

Test(ticks, extremes)
{
    check(1e-300, 2e-300, 5, false);
    check(0, 1e-300, 5, false);
    check(1e300, 2e300, 5, false);
    check(-1.7e308, 1.7e308, 7, false);
    check(-1.7e308, 1.7e308, 1, false);
    check(1e308, 1.7e308, 3, false);
    check(0, 1e308, 64, false);
    check(1e9, 1e9 + 1, 6, false);
    check(-1e9 - 1, -1e9, 6, false);
    check(1e15, 1e15 + 1, 6, false);
    check(1e15, 1e15 + 1, 6, true);
    check(999.9999, 1000.0001, 6, false);
    check(0.5, 0.5, 5, false);
    check(1, nextafter(1, 2), 5, false);
    check(0, 5e-324, 5, false);
    check(0, 1e5, 200, true);
    struct ticks t;
    ticks_linear(&t, NAN, 1, 5, false);
    cr_assert_eq(t.num, 0);
    ticks_linear(&t, -INFINITY, INFINITY, 5, false);
    cr_assert_eq(t.num, 0);
    ticks_linear(&t, 0, 1, 0, false);
    cr_assert_eq(t.num, 0);
    ticks_linear(&t, 0.2, 0.8, 5, true);
    cr_assert_eq(t.num, 0);
}

static void expect(double lo, double hi, int max_num, bool integers, const char *texts)
{
    struct ticks t;
    char all[1024] = "";
    ticks_linear(&t, lo, hi, max_num, integers);
    for (int i = 0; i < t.num; i++) {
        strcat(all, i ? " " : "");
        strcat(all, t.text[i]);
    }
    if (t.offset[0])
        strcat(strcat(all, " | "), t.offset);
    cr_expect_str_eq(all, texts, "%.17g..%.17g: '%s', not '%s'", lo, hi, all, texts);
}

Test(ticks, known_texts)
{
    expect(0, 1, 6, false, "0.0 0.2 0.4 0.6 0.8 1.0");
    expect(-1, 1, 5, false, "−1.0 −0.5 0.0 0.5 1.0");
    expect(-0.5, 9.5, 10, true, "0 1 2 3 4 5 6 7 8 9");
    expect(-0.5, 2.5, 12, true, "0 1 2");
    expect(-0.5, 99999.5, 6, true, "0 20000 40000 60000 80000");
    expect(99990, 100000, 6, true, "99990 99992 99994 99996 99998 100000");
    expect(0, 1e6, 6, false, "0.0 0.2 0.4 0.6 0.8 1.0 | ×10⁶");
    expect(1e-301, 9e-301, 9, false, "1 2 3 4 5 6 7 8 9 | ×10⁻³⁰¹");
    expect(0, 5e8, 6, false, "0 1 2 3 4 5 | ×10⁸");
    expect(0, 5e7, 6, false, "0 10 20 30 40 50 | ×10⁶");
    expect(0, 1e-4, 6, false, "0 20 40 60 80 100 | ×10⁻⁶");
    expect(0, 1e-3, 6, false, "0.0000 0.0002 0.0004 0.0006 0.0008 0.0010");
    expect(1e9, 1e9 + 1, 6, false, "0.0 0.2 0.4 0.6 0.8 1.0 | +10⁹");
    expect(1e9 + 3, 1e9 + 4, 3, false, "3.0 3.5 4.0 | +10⁹");
    expect(-1e9 - 1, -1e9, 3, false, "−1.0 −0.5 0.0 | −10⁹");
    expect(0, 10, 5, false, "0.0 2.5 5.0 7.5 10.0");
    expect(0, 0, 5, false, "0");
    expect(3.25, 3.25, 5, false, "3.25");
    expect(0, 100, 3, false, "0 50 100");
}

static void expect_norm(struct norm n, int max_num, const char *texts)
{
    struct ticks t;
    char all[1024] = "";
    ticks_norm(&t, &n, max_num);
    for (int i = 0; i < t.num; i++) {
        strcat(all, i ? " " : "");
        strcat(all, t.text[i]);
    }
    cr_expect_str_eq(all, texts, "%s %g..%g: '%s', not '%s'", norm_name(n.kind), n.vmin, n.vmax, all, texts);
}

static void expect_log(double lo, double hi, int max_num, const char *texts)
{
    expect_norm((struct norm){NORM_LOG, lo, hi, 1}, max_num, texts);
}

Test(ticks, power)
{
    expect_norm((struct norm){NORM_POWER, 0, 100, 0.3}, 11, "0 0.2 1 5 10 20 40 60 80 100");
    expect_norm((struct norm){NORM_POWER, 0, 1, 1}, 6, "0 0.2 0.4 0.6 0.8 1");
    expect_norm((struct norm){NORM_POWER, 7, 7, 0.5}, 6, "7");
}

Test(ticks, power_random)
{
    unsigned seed = 9;
    for (int i = 0; i < 5000; i++) {
        double size = pow(10, uniform(&seed) * 40 - 20), lo = (uniform(&seed) - 0.5) * size;
        double hi = lo + size * pow(10, -6 * uniform(&seed));
        int max_num = 1 + (int)(uniform(&seed) * 12);
        struct norm n = {NORM_POWER, lo, hi, pow(10, uniform(&seed) * 2 - 1)};
        struct ticks t;
        ticks_norm(&t, &n, max_num);
        cr_assert(t.num >= 1 && t.num <= max_num);
        for (int j = 0; j < t.num; j++) {
            cr_assert(t.at[j] >= lo && t.at[j] <= hi && (j == 0 || t.at[j] > t.at[j - 1]));
            double read = read_label(&t, j);
            cr_assert(fabs(read - t.at[j]) <= 4e-16 * size + (hi - lo) * 2e-9, "'%s' '%s' %.17g", t.text[j], t.offset, t.at[j]);
            cr_assert(j == 0 || strcmp(t.text[j], t.text[j - 1]) != 0);
        }
    }
}

Test(ticks, log)
{
    expect_log(1, 1e6, 8, "10⁰ 10¹ 10² 10³ 10⁴ 10⁵ 10⁶");
    expect_log(1, 1e6, 4, "10⁰ 10² 10⁴ 10⁶");
    expect_log(1e-12, 1e12, 5, "10⁻¹⁰ 10⁻⁵ 10⁰ 10⁵ 10¹⁰");
    expect_log(1, 100, 8, "1 2 5 10 20 50 100");
    expect_log(0.01, 1000, 8, "0.01 0.1 1 10 100 1000");
    expect_log(3, 4, 3, "3.0 3.5 4.0");
    expect_log(1, 1e4, 8, "10⁰ 10¹ 10² 10³ 10⁴");
    expect_log(1, 2e4, 8, "10⁰ 10¹ 10² 10³ 10⁴");
    expect_log(1, 9e3, 8, "1 10 100 1000");
    expect_log(1e-4, 1, 8, "10⁻⁴ 10⁻³ 10⁻² 10⁻¹ 10⁰");
    expect_log(1e-3, 1, 8, "0.001 0.01 0.1 1");
    expect_log(2, 2, 3, "2");
    expect_log(-3, -1, 3, "");
}

Test(ticks, log_random)
{
    unsigned seed = 5;
    for (int i = 0; i < 5000; i++) {
        double lo = pow(10, uniform(&seed) * 500 - 250), hi = lo * pow(10, uniform(&seed) * uniform(&seed) * 50 + 1e-6);
        int max_num = 1 + (int)(uniform(&seed) * 12);
        struct ticks t;
        ticks_norm(&t, &(struct norm){NORM_LOG, lo, hi, 1}, max_num);
        cr_assert(t.num <= max_num);
        if (max_num >= 3)
            cr_assert(t.num >= 2 || hi / lo < 40, "%d ticks for %g..%g of %d", t.num, lo, hi, max_num);
        for (int j = 0; j < t.num; j++) {
            cr_assert(t.at[j] >= lo && t.at[j] <= hi);
            double read = read_label(&t, j);
            cr_assert(fabs(read - t.at[j]) <= 1e-8 * t.at[j], "'%s' '%s' %g", t.text[j], t.offset, t.at[j]);
            cr_assert(j == 0 || t.at[j] > t.at[j - 1]);
        }
        for (int j = 0; j < t.num_minor; j++)
            cr_assert(t.minor[j] >= lo && t.minor[j] <= hi);
    }
}
