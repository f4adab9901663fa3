/* Quantiles of durations in constant memory: logarithmic bins (1/32 octave, so within 2.2 %), exact maximum. One thread. */
#ifndef BASE_QUANTILE_H
#define BASE_QUANTILE_H

#include <stdint.h>

#define QUANTILE_NUM_BINS 2048

struct quantile {
    uint64_t bins[QUANTILE_NUM_BINS];
    uint64_t num;
    double max;
};

/* Add a value >= 0 (milliseconds by convention; resolution 1e-6). */
void quantile_add(struct quantile *q, double value);
/* The value below which a share p (0..1) of the values lies; NaN while empty. */
double quantile_get(const struct quantile *q, double p);

#endif
