/* Looking through the cells of whole arrays: their totals, and which of them pass a test. */
#ifndef DATA_SCAN_H
#define DATA_SCAN_H

#include "base/pool.h"
#include "data/array.h"

struct scan_totals {
    double min, max; /* of all that isn't NaN, Inf included; NaN: none */
    double mean;     /* of the finite ones; NaN: none */
    int64_t num_nan;
};
void scan_totals(struct pool *pool, const struct array *a, struct scan_totals *out);

enum scan_kind { SCAN_ABOVE, SCAN_AT_LEAST, SCAN_BELOW, SCAN_AT_MOST, SCAN_ABS_ABOVE, SCAN_ABS_AT_LEAST, SCAN_NAN };
struct scan_test {
    enum scan_kind kind;
    double limit;
};

/* How many cells pass, and where the one farthest out is (the first of equals; of NaN the first at all). row is -1 when there is
 * none. */
struct scan_found {
    int64_t count, row, col;
};
void scan_find(struct pool *pool, const struct array *a, struct scan_test test, struct scan_found *out);

/* Sets hits[i] to 1 where the i-th of num cells from p on, stride bytes apart, passes; leaves the others alone. Returns whether any
 * did. */
bool scan_hits(enum dtype t, const void *p, int64_t stride, int num, struct scan_test test, uint8_t *hits);

#endif
