/* Private to ticks*.c: ticks as integers times a power of ten, and their words. */
#ifndef PLOT_TICKS_INTERNAL_H
#define PLOT_TICKS_INTERNAL_H

#include "plot/ticks.h"
#include <stddef.h>
#include <stdint.h>

#define MINUS "\u2212"
#define TIMES "\u00d7"

enum {
    PLAIN_DIGITS = 7,      /* more significant digits than this: an offset is split off */
    INTEGER_DIGITS = 10,   /* the same where only whole numbers (cell indices) are shown: those are worth reading in full */
    PLAIN_MAX_EXPONENT = 5,
    PLAIN_MIN_EXPONENT = -3,
};

struct decimals {
    int num, k;            /* tick i is n[i] * 10^k */
    int64_t n[TICKS_MAX];
};

struct range {
    double lo, hi, tolerance;
};

double ticks_from_decimal(int64_t n, int k);
/* The larger of the two ends' digit counts: n is ascending. */
int ticks_widest_digits(const struct decimals *d);
void ticks_append(char *out, size_t size, const char *text);
/* "10⁻⁶" */
void ticks_append_power(char *out, size_t size, int exponent);
/* n * 10^k as plain digits with `places` decimals (places >= -k). */
void ticks_append_plain(char *out, size_t size, int64_t n, int k, int places);
/* In order, with room between them; false: too narrow to tell ends apart, or not finite. */
bool ticks_range_make(struct range *r, double lo, double hi);
/* The finest allowed step that gives at most max_num ticks. */
void ticks_choose(struct decimals *d, const struct range *r, int max_num, bool integers);
/* own_places: every label with as many decimals as it needs itself, where steps differ. */
void ticks_write_labels(struct ticks *t, struct decimals *d, int max_digits, bool own_places);
void ticks_finish(struct ticks *t, struct decimals *d, const struct range *r, int max_digits, bool own_places);
void ticks_clear(struct ticks *t);

#endif
