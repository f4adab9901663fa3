/* When a picture counts as stale, and how often that is told. */
#include "app/stale.h"
#include <criterion/criterion.h>
#include <string.h>

#define MS 1000000ll

Test(stale, never_before_the_first_frame)
{
    struct stale s = {0};
    cr_assert_null(stale_text(&s, 100000 * MS));
    cr_assert_eq(stale_next_ns(&s), INT64_MAX);
}

Test(stale, after_two_seconds_and_once_a_second)
{
    struct stale s = {0};
    for (int i = 1; i <= 30; i++)
        stale_frame(&s, (uint64_t)i, i * 33 * MS);
    int64_t last = 30 * 33 * MS;
    cr_assert_null(stale_text(&s, last + 1990 * MS));
    cr_assert_eq(stale_next_ns(&s), last + 2000 * MS);
    cr_assert_str_eq(stale_text(&s, last + 2010 * MS), "stale: last frame 2.0 s ago");
    cr_assert_str_eq(stale_text(&s, last + 2900 * MS), "stale: last frame 2.0 s ago");
    cr_assert_str_eq(stale_text(&s, last + 3210 * MS), "stale: last frame 3.2 s ago");
    cr_assert_str_eq(stale_text(&s, last + 125 * 1000 * MS), "stale: last frame 2 min 05 s ago");
    stale_frame(&s, 31, last + 126 * 1000 * MS);
    cr_assert_null(stale_text(&s, last + 126 * 1000 * MS));
}

Test(stale, a_slow_source_has_ten_of_its_frame_times)
{
    struct stale s = {0};
    for (int i = 1; i <= 5; i++)
        stale_frame(&s, (uint64_t)i, i * 1500 * MS);
    int64_t last = 5 * 1500 * MS;
    cr_assert_null(stale_text(&s, last + 14900 * MS));
    cr_assert_not_null(stale_text(&s, last + 15100 * MS));
}

Test(stale, frames_passed_over_count)
{
    struct stale s = {0};
    stale_frame(&s, 1, 1 * MS);
    stale_frame(&s, 101, 1001 * MS); /* 100 frames in a second, one latched */
    cr_assert_null(stale_text(&s, 2900 * MS));
    cr_assert_not_null(stale_text(&s, 3100 * MS));
}

Test(stale, how_long_ago_is_told_once_a_second)
{
    struct stale s = {0};
    cr_assert_null(stale_ago(&s, 0, 100 * MS));
    stale_frame(&s, 1, 1000 * MS);
    cr_assert_str_eq(stale_ago(&s, 0, 1500 * MS), "last frame 500 ms ago");
    cr_assert_str_eq(stale_ago(&s, 0, 2400 * MS), "last frame 500 ms ago");
    cr_assert_eq(stale_next_ago_ns(&s), 2500 * MS);
    cr_assert_str_eq(stale_ago(&s, 0, 4200 * MS), "last frame 3.2 s ago");
    cr_assert_str_eq(stale_ago(&s, 5000 * MS, 6000 * MS), "last frame 1.0 s ago"); /* came in a pause */
}
