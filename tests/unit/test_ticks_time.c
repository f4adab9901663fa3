/* Ticks of a time axis: round in local time, as many as asked for at most, whatever the span. */
#include <criterion/criterion.h>
#include "plot/ticks.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define S INT64_C(1000000000)

static const int64_t NOON = INT64_C(1705320000) * S; /* 2024-01-15 12:00:00 UTC */

static void zone(const char *name)
{
    setenv("TZ", name, 1);
    tzset();
}

static void expect(int64_t lo, int64_t hi, int max_num, const char *texts)
{
    struct ticks t;
    char all[64 * 26] = "";
    ticks_time(&t, lo, hi, max_num, false);
    for (int i = 0; i < t.num; i++) {
        strcat(all, i ? " " : "");
        strcat(all, t.text[i]);
    }
    cr_assert_str_eq(all, texts);
}

Test(ticks_time, round_steps)
{
    zone("UTC");
    expect(NOON, NOON + 10 * S, 6, "12:00:00 12:00:02 12:00:04 12:00:06 12:00:08 12:00:10");
    expect(NOON - 3 * S / 2, NOON + 3 * S, 5, "11:59:59 12:00:00 12:00:01 12:00:02 12:00:03");
    expect(NOON + S / 10, NOON + 8 * S / 10, 4, "12:00:00.2 12:00:00.4 12:00:00.6 12:00:00.8");
    expect(NOON, NOON + 70 * S, 5, "12:00:00 12:00:15 12:00:30 12:00:45 12:01:00");
    expect(NOON, NOON + 3600 * S, 5, "12:00 12:15 12:30 12:45 13:00");
    expect(NOON, NOON + 86400 * S, 5, "12:00 18:00 01-16 06:00 12:00");
    expect(NOON, NOON + 4 * 86400 * S, 4, "01-16 01-17 01-18 01-19");
    expect(NOON, NOON + S / 1000, 3, "12:00:00.0000 12:00:00.0005 12:00:00.0010");
    expect(NOON + 1, NOON + 2, 3, "");
    expect(NOON, NOON + 70 * 86400 * S, 4, "2024-02 2024-03");
    expect(NOON, NOON + 400 * 86400 * S, 5, "2024-04 2024-07 2024-10 2025-01");
    expect(NOON, NOON + 4000 * 86400 * S, 6, "2026 2028 2030 2032 2034");
    expect(-NOON, -NOON + 3 * 86400 * S, 4, "12-19 12-20 12-21"); /* 1915 */
    zone("Asia/Kolkata"); /* half an hour off */
    expect(NOON, NOON + 7200 * S, 3, "18:00 19:00");
}

static void expect_offsets(int64_t lo, int64_t hi, int max_num, const char *first, const char *last)
{
    struct ticks t;
    ticks_time(&t, lo, hi, max_num, true);
    cr_assert_str_eq(t.offset, first);
    ticks_time(&t, lo, hi, max_num, false);
    cr_assert_str_eq(t.offset, last);
}

Test(ticks_time, the_date_is_of_the_end_it_stands_at)
{
    zone("UTC");
    expect_offsets(NOON - 3600 * S, NOON + 86400 * S, 8, "2024-01-15 UTC", "2024-01-16 UTC");
    expect_offsets(INT64_C(1700000000) * S, INT64_C(1700086400) * S, 8, "2023-11-15 UTC", "2023-11-15 UTC"); /* 14th, 22:13: no tick there */
    expect_offsets(NOON, NOON + 4 * 86400 * S, 4, "2024", "2024");
    expect_offsets(NOON + 1, NOON + 2, 3, "2024-01-15 UTC", "2024-01-15 UTC");
    zone("Asia/Kolkata");
    expect_offsets(NOON, NOON + 7200 * S, 3, "2024-01-15 UTC+5:30", "2024-01-15 UTC+5:30");
    zone("America/New_York");
    expect_offsets(NOON, NOON + 7200 * S, 3, "2024-01-15 UTC\u22125", "2024-01-15 UTC\u22125");
}

Test(ticks_time, within_and_at_most)
{
    zone("UTC");
    for (int64_t span = 1000; span < INT64_C(100000000000000000); span = span * 17 / 10)
        for (int most = 1; most < 12; most++) {
            struct ticks t;
            ticks_time(&t, NOON + span / 7, NOON + span / 7 + span, most, false);
            cr_assert(t.num <= most && (t.num > 0 || most < 4 || span < 5000), "%d of %d ticks in %lld ns", t.num, most, (long long)span);
            for (int i = 0; i < t.num; i++)
                cr_assert(t.at[i] >= 0 && t.at[i] <= (double)span && (!i || t.at[i] > t.at[i - 1]));
        }
}
