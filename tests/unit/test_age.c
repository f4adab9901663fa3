/* Ages in words, at the edges of the units. */
#include "app/age.h"
#include <criterion/criterion.h>

static const char *of(double ms)
{
    static char text[64];
    age_text(ms, text, sizeof text);
    return text;
}

Test(age, units)
{
    cr_assert_str_eq(of(0), "0.0 ms");
    cr_assert_str_eq(of(8.34), "8.3 ms");
    cr_assert_str_eq(of(420.9), "420 ms");
    cr_assert_str_eq(of(999.99), "999 ms");
    cr_assert_str_eq(of(1000), "1.0 s");
    cr_assert_str_eq(of(59999), "59.9 s");
    cr_assert_str_eq(of(60000), "1 min 00 s");
    cr_assert_str_eq(of(125e3), "2 min 05 s");
    cr_assert_str_eq(of(3600e3 * 3.5), "3 h 30 min");
    cr_assert_str_eq(of(86400e3 * 12.9), "12 days");
    cr_assert_str_eq(of(86400e3 * 365 * 50), "18250 days");
}
