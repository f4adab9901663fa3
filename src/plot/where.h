/* What --mask-where asks for: a condition on a cell's value, "<0", "0<v<1 or nan", as the set of values that meet it. Pure; any thread. */
#ifndef PLOT_WHERE_H
#define PLOT_WHERE_H

#include <stdbool.h>
#include <stddef.h>

enum { WHERE_MAX_INTERVALS = 64 };

/* Disjoint closed intervals in growing order, and whether NaN belongs to it: every condition on one value comes down to that. */
struct where {
    bool nan;
    int num;
    struct where_interval {
        double lo, hi;
    } in[WHERE_MAX_INTERVALS];
};

/* Conditions joined by `and`, `or` and `,` (an or); `and` binds first. A condition is a comparison (< <= > >= == = !=) with a number,
 * "<0" or "v<0"; a range "0<v<1"; or `nan`, or `inf` (either sign). single: values are float32, so 0.1 means the float32 nearest to it.
 * As in NumPy, NaN meets != and no other comparison. False: why says what is wrong, and in which column, counted from 1. */
bool where_parse(const char *text, bool single, struct where *out, char *why, size_t why_size);
bool where_holds(const struct where *w, double value);

#endif
