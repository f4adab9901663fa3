/* Statistics of whole arrays for colour ranges. NaN and Inf never count. */
#ifndef DATA_STATS_H
#define DATA_STATS_H

#include "base/pool.h"
#include "data/array.h"
#include <heatscope/status.h>

/* Finite minimum and maximum; also the smallest value > 0 for log norms (INFINITY when there is none). False: no finite cell
 * (then *min = *max = NaN). Any out pointer may be NULL. */
bool stats_range(struct pool *pool, const struct array *a, double *min, double *max, double *min_positive);

/* num percentiles ps (0..100) of the finite cells into values, as numpy.nanpercentile (linear) to within 1/256 of the octave:
 * from a histogram of the order-preserving top 16 bits of each float32, refined inside the bin by interpolation and clamped to
 * the true min and max. False: no finite cell. */
bool stats_percentiles(struct pool *pool, const struct array *a, const double *ps, double *values, int num);

#endif
