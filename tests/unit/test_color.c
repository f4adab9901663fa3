/* Colours from text: matplotlib's forms and its bytes (to_rgba of version 3.6, times 255, truncated as its lookup tables do). */
#include "plot/color.h"
#include <criterion/criterion.h>
#include <string.h>

static void check(const char *text, int r, int g, int b, int a)
{
    struct color c = {1, 2, 3, 4};
    cr_assert(color_parse(text, &c), "'%s' is a colour", text);
    cr_assert(c.r == r && c.g == g && c.b == b && c.a == a, "'%s' is %d,%d,%d,%d", text, c.r, c.g, c.b, c.a);
}

Test(color, names)
{
    check("red", 255, 0, 0, 255);
    check("Red", 255, 0, 0, 255);
    check("lightgrey", 211, 211, 211, 255);
    check("lightgray", 211, 211, 211, 255);
    check("aliceblue", 240, 248, 255, 255);   /* the first */
    check("yellowgreen", 154, 205, 50, 255);  /* the last */
    check("rebeccapurple", 102, 51, 153, 255);
    check("green", 0, 128, 0, 255);
    check("tab:blue", 31, 119, 180, 255);
    check("TAB:GREY", 127, 127, 127, 255);
    check("none", 0, 0, 0, 0);
    check("NONE", 0, 0, 0, 0);
}

Test(color, letters)
{
    check("g", 0, 127, 0, 255);
    check("c", 0, 191, 191, 255);
    check("k", 0, 0, 0, 255);
    check("w", 255, 255, 255, 255);
}

Test(color, cycle)
{
    check("C0", 31, 119, 180, 255);
    check("C9", 23, 190, 207, 255);
    check("C12", 44, 160, 44, 255);
}

Test(color, hexadecimal)
{
    check("#abc", 0xaa, 0xbb, 0xcc, 255);
    check("#ABCD", 0xaa, 0xbb, 0xcc, 0xdd);
    check("#1f77b4", 31, 119, 180, 255);
    check("#1F77b480", 31, 119, 180, 128);
}

Test(color, greys)
{
    check("0", 0, 0, 0, 255);
    check("0.5", 127, 127, 127, 255);
    check("1.", 255, 255, 255, 255);
    check("1e-1", 25, 25, 25, 255);
}

Test(color, refuses)
{
    static const char *const BAD[] = {"", "K", "c0", "C", "C 1", "#", "#12", "#12345", "#ggg", "#1234567", "#123456789", "1.5",
                                      "-0.1", "nan", "inf", "0x1", "0.5 x", "lightgre", "redd", "tab:", "#-12", "e", "."};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct color c = {1, 2, 3, 4};
        cr_expect_not(color_parse(BAD[i], &c), "'%s'", BAD[i]);
        cr_expect(c.r == 1 && c.a == 4, "'%s' leaves the colour alone", BAD[i]);
    }
}

Test(color, format_and_back)
{
    char text[10];
    cr_assert_str_eq(color_format((struct color){211, 0, 10, 255}, text), "#d3000a");
    cr_assert_str_eq(color_format((struct color){211, 0, 10, 0}, text), "#d3000a00");
    check(text, 211, 0, 10, 0);
}
