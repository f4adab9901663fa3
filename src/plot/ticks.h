/* Nice tick positions and their numbers. */
#ifndef PLOT_TICKS_H
#define PLOT_TICKS_H

#include "plot/norm.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TICKS_MAX 64
#define TICKS_TEXT 48

struct ticks {
    int num;
    double at[TICKS_MAX];     /* data coordinates, ascending */
    char text[TICKS_MAX][TICKS_TEXT]; /* UTF-8, U+2212 for minus */
    char offset[64];          /* "" or a common factor, a common offset or both, to print once: "×10⁻⁶", "+1.2×10⁵", "×10⁻⁶ +12" */
    int num_minor;            /* small marks without numbers: 2 to 9 between the powers of ten of a log norm */
    double minor[TICKS_MAX];
};

/* Ticks at steps of 1, 2, 2.5, 5 x 10^k within [lo, hi] (any order), at most max_num; all with the same number of digits, as few
 * as tell them apart. lo == hi: one tick there; ends that aren't finite: none. integers: only whole numbers, written out up to
 * ten digits. */
void ticks_linear(struct ticks *t, double lo, double hi, int max_num, bool integers);
/* For a colorbar: at positions that suit the norm (log: powers of ten, thinned; with 2 and 5 where the range is short; symlog and asinh: powers of
 * ten on both sides of 0; boundary: the edges of the blocks; power, sqrt, two-slope and histeq: round numbers within a stretched step,
 * each with the decimals it needs). */
void ticks_norm(struct ticks *t, const struct norm *n, int max_num);
/* Unix times within [lo, hi] at steps of 1, 2, 5 x 10^k of a second, 1 to 30 s and min, 1 to 12 h, days, round in local time. `at` is
 * nanoseconds behind lo; the texts HH:MM:SS, as long as the step asks for, and at midnight the day, MM-DD. offset: the date and the time
 * zone, of days the year, of the last tick (or the first), at whose end of the axis it is to stand. Beyond days: the first of months
 * or years. */
void ticks_time(struct ticks *t, int64_t lo_ns, int64_t hi_ns, int max_num, bool date_of_first);
/* One such text, with the digits that a step of step_ns asks for. */
void ticks_time_text(int64_t t_ns, int64_t step_ns, char *out, size_t size);

#endif
