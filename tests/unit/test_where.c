/* Conditions of --mask-where, against what they mean, on values at and beside every number in them. */
#include <criterion/criterion.h>
#include "plot/where.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool less0(double v) { return v < 0; }
static bool least3(double v) { return v >= 3; }
static bool is0(double v) { return v == 0; }
static bool not5(double v) { return v != 5; }
static bool between(double v) { return 0 < v && v < 1; }
static bool backwards(double v) { return 1 >= v && v > 0; }
static bool is_nan(double v) { return isnan(v); }
static bool is_inf(double v) { return isinf(v); }
static bool minus_inf(double v) { return v == -INFINITY; }
static bool mixed(double v) { return v < 0 || (v > 3 && v != 5) || isnan(v); }
static bool many(double v) { return v == 0 || v == 1 || (v >= 0.5 && v <= 3); }
static bool never(double v) { (void)v; return false; }
static bool finite_only(double v) { return v > -INFINITY && v < INFINITY; }

static const struct {
    const char *text;
    bool (*means)(double v);
} CASES[] = {
    {"<0", less0}, {" v < 0 ", less0}, {"0>v", less0}, {">= 3", least3}, {"3<=v", least3}, {"==0", is0}, {"=0", is0}, {"v==-0", is0},
    {"!=5", not5}, {"5 != v", not5}, {"<5 or >5 or nan", not5}, {"0<v<1", between}, {">0 and <1", between}, {"1>=v>0", backwards},
    {"nan", is_nan}, {"inf", is_inf}, {"-inf", minus_inf}, {"==-inf", minus_inf}, {"==inf,==-inf", is_inf}, {"<0 or >3 and !=5, nan", mixed},
    {"<0,>3 and v!=5 or nan", mixed}, {"==0,==1,.5<=v<=3e0", many}, {"<0 and >0", never}, {"nan and <0", never}, {"1<v<1", never},
    {">-inf and <inf", finite_only},
};

static const double VALUES[] = {-INFINITY, -1e308, -1, -4.9e-324, -0.0, 0, 4.9e-324, 0.5, 0.99, 1, 1.01, 3, 3.01, 4.99, 5, 5.01, 1e308, INFINITY, NAN};

Test(where, means_what_it_says)
{
    char why[256];
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct where w;
        cr_assert(where_parse(CASES[i].text, false, &w, why, sizeof why), "%s: %s", CASES[i].text, why);
        for (size_t k = 0; k < sizeof VALUES / sizeof *VALUES; k++)
            cr_assert_eq(where_holds(&w, VALUES[k]), CASES[i].means(VALUES[k]), "'%s' of %g", CASES[i].text, VALUES[k]);
        for (int k = 1; k < w.num; k++)
            cr_assert(w.in[k - 1].hi < w.in[k].lo, "%s", CASES[i].text);
    }
}

Test(where, numbers_are_those_of_float32)
{
    char why[256];
    struct where w;
    cr_assert(where_parse("==0.1", true, &w, why, sizeof why));
    cr_assert(where_holds(&w, (double)0.1f));
    cr_assert(where_parse("<0.1", true, &w, why, sizeof why));
    cr_assert(!where_holds(&w, (double)0.1f) && where_holds(&w, (double)nextafterf(0.1f, 0)));
    cr_assert(where_parse("<=1e300", true, &w, why, sizeof why));
    cr_assert(where_holds(&w, 3e38) && !where_holds(&w, INFINITY));
}

Test(where, mistakes_are_said_with_their_column)
{
    static const struct {
        const char *text, *column;
    } WRONG[] = {{"", "column 1:"}, {"<", "column 2:"}, {"abc", "column 1:"}, {"<0 and", "column 7:"}, {"<0 <1", "column 4:"}, {"0<x", "column 3:"},
                 {"0<v<", "column 5:"}, {"3", "column 2:"}, {"<0,,>1", "column 4:"}, {"nano", "column 1:"}, {"<0x10", "column 2:"},
                 {"<nan", "column 2:"}, {"v", "column 2:"}, {"<1e999", "column 2:"}, {"<0 or or >1", "column 7:"}};
    char why[256];
    struct where w;
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        cr_assert(!where_parse(WRONG[i].text, false, &w, why, sizeof why), "%s", WRONG[i].text);
        cr_assert_eq(strncmp(why, WRONG[i].column, strlen(WRONG[i].column)), 0, "'%s': %s", WRONG[i].text, why);
    }
    char much[1000] = "==0";
    for (int i = 1; i <= WHERE_MAX_INTERVALS; i++)
        snprintf(much + strlen(much), sizeof much - strlen(much), ",==%d", 2 * i);
    cr_assert(!where_parse(much, false, &w, why, sizeof why));
    cr_assert(strstr(why, "too many"));
}
