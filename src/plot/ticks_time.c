/* Ticks of a time axis: steps people read clocks by, at local time's round figures. Any thread; nothing allocated. */
#include "plot/ticks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND_NS INT64_C(1000000000)
#define MINUTE_NS (60 * SECOND_NS)
#define HOUR_NS (60 * MINUTE_NS)
#define DAY_NS (24 * HOUR_NS)

enum { LAST_DAYS = 8 };

static int64_t step_number(int i)
{
    static const int64_t clock_steps[] = {
        SECOND_NS,     2 * SECOND_NS,  5 * SECOND_NS,  10 * SECOND_NS, 15 * SECOND_NS, 30 * SECOND_NS, MINUTE_NS,
        2 * MINUTE_NS, 5 * MINUTE_NS,  10 * MINUTE_NS, 15 * MINUTE_NS, 30 * MINUTE_NS, HOUR_NS,        2 * HOUR_NS,
        3 * HOUR_NS,   6 * HOUR_NS,    12 * HOUR_NS,   DAY_NS,
    };
    enum { FRACTIONS = 18, CLOCK = sizeof clock_steps / sizeof *clock_steps }; /* 1 us to 0.5 s: 1, 2, 5 */
    if (i < FRACTIONS) {
        int64_t step = i % 3 == 0 ? 1 : i % 3 == 1 ? 2 : 5;
        for (int k = 0; k < i / 3; k++)
            step *= 10;
        return step * 1000;
    }
    i -= FRACTIONS;
    if (i < CLOCK)
        return clock_steps[i];
    return DAY_NS << (i - CLOCK + 1 < 14 ? i - CLOCK + 1 : 14); /* 2, 4, ... days */
}

static void split(int64_t t_ns, struct tm *tm, int64_t *fraction_ns)
{
    int64_t seconds = t_ns / SECOND_NS - (t_ns % SECOND_NS < 0);
    time_t t = (time_t)seconds;
    *fraction_ns = t_ns - seconds * SECOND_NS;
    if (!localtime_r(&t, tm))
        memset(tm, 0, sizeof *tm);
}

static void day_text(const struct tm *tm, char *out, size_t size)
{
    snprintf(out, size, "%02d-%02d", (tm->tm_mon + 1) % 100, tm->tm_mday % 100);
}

/* What the ticks' texts don't say. */
static void offset_text(int64_t t_ns, int64_t step_ns, char *out, size_t size)
{
    struct tm tm;
    int64_t fraction;
    split(t_ns, &tm, &fraction);
    int year = (tm.tm_year + 1900) % 10000, minutes = (int)labs(tm.tm_gmtoff / 60);
    if (step_ns >= DAY_NS) {
        snprintf(out, size, "%04d", year);
        return;
    }
    int len = snprintf(out, size, "%04d-%02d-%02d UTC", year, (tm.tm_mon + 1) % 100, tm.tm_mday % 100);
    if (minutes)
        len += snprintf(out + len, size - (size_t)len, "%s%d", tm.tm_gmtoff < 0 ? "\u2212" : "+", minutes / 60);
    if (minutes % 60)
        snprintf(out + len, size - (size_t)len, ":%02d", minutes % 60);
}

void ticks_time_text(int64_t t_ns, int64_t step_ns, char *out, size_t size)
{
    struct tm tm;
    int64_t fraction;
    split(t_ns, &tm, &fraction);
    bool midnight = tm.tm_hour == 0 && tm.tm_min == 0 && tm.tm_sec == 0 && fraction == 0;
    if (step_ns >= DAY_NS || midnight) {
        day_text(&tm, out, size);
        return;
    }
    int hour = tm.tm_hour % 100, minute = tm.tm_min % 100, second = tm.tm_sec % 100;
    if (step_ns >= MINUTE_NS) {
        snprintf(out, size, "%02d:%02d", hour, minute);
        return;
    }
    int decimals = 0;
    for (int64_t unit = SECOND_NS; unit > 1000 && step_ns % unit != 0; unit /= 10)
        decimals++;
    char digits[16];
    snprintf(digits, sizeof digits, ".%09lld", (long long)(fraction % SECOND_NS));
    digits[decimals ? decimals + 1 : 0] = 0;
    snprintf(out, size, "%02d:%02d:%02d%s", hour, minute, second, digits);
}

/* Months at round numbers: 1, 2, 3, 6 of them; then 1, 2, 5, 10, ... years. */
static int64_t step_months(int i)
{
    static const int months[] = {1, 2, 3, 6};
    if (i < 4)
        return months[i];
    i -= 4;
    int64_t years = i % 3 == 0 ? 1 : i % 3 == 1 ? 2 : 5;
    for (int k = 0; k < i / 3; k++)
        years *= 10;
    return 12 * years;
}

static int64_t month_ns(int64_t month)
{
    struct tm tm = {.tm_year = (int)(month / 12 - 1900), .tm_mon = (int)(month % 12), .tm_mday = 1, .tm_isdst = -1};
    return (int64_t)mktime(&tm) * SECOND_NS;
}

/* Where days are too short a step: the first days of months or years. */
static void ticks_months(struct ticks *t, int64_t lo_ns, int64_t hi_ns, int max_num)
{
    struct tm lo, hi;
    int64_t fraction;
    split(lo_ns, &lo, &fraction);
    split(hi_ns, &hi, &fraction);
    int64_t first = (lo.tm_year + INT64_C(1900)) * 12 + lo.tm_mon, last = (hi.tm_year + INT64_C(1900)) * 12 + hi.tm_mon;
    for (int i = 0; i < 16; i++) {
        int64_t step = step_months(i), month = (first + step - 1) / step * step;
        t->num = 0;
        for (; month <= last && t->num <= max_num; month += step) {
            int64_t at = month_ns(month);
            if (at < lo_ns || at > hi_ns)
                continue;
            if (t->num == max_num) {
                t->num = -1; /* too many */
                break;
            }
            t->at[t->num] = (double)(at - lo_ns);
            snprintf(t->text[t->num++], sizeof t->text[0], step % 12 ? "%04d-%02d" : "%04d", (int)(month / 12), (int)(month % 12) + 1);
        }
        if (t->num >= 0)
            return;
    }
    t->num = 0;
}

void ticks_time(struct ticks *t, int64_t lo_ns, int64_t hi_ns, int max_num, bool date_of_first)
{
    t->num = t->num_minor = 0;
    t->offset[0] = 0;
    if (hi_ns < lo_ns || max_num < 1)
        return;
    struct tm tm;
    int64_t fraction, step = 0, first = 0, num = 0;
    split(lo_ns, &tm, &fraction);
    int64_t zone = (int64_t)tm.tm_gmtoff * SECOND_NS;
    max_num = max_num > TICKS_MAX ? TICKS_MAX : max_num;
    for (int i = 0; i < 64; i++) {
        step = step_number(i);
        if (step > LAST_DAYS * DAY_NS) {
            ticks_months(t, lo_ns, hi_ns, max_num);
            return;
        }
        first = lo_ns + zone + step - 1;
        first = first - (first % step + step) % step - zone;
        num = first > hi_ns ? 0 : (hi_ns - first) / step + 1;
        if (num <= max_num)
            break;
    }
    if (num > max_num)
        return;
    for (int64_t k = 0; k < num; k++) {
        int64_t at = first + k * step;
        t->at[t->num] = (double)(at - lo_ns);
        ticks_time_text(at, step, t->text[t->num++], sizeof t->text[0]);
    }
    int64_t of = !num ? (date_of_first ? lo_ns : hi_ns) : date_of_first ? first : first + (num - 1) * step;
    offset_text(of, step, t->offset, sizeof t->offset);
}
