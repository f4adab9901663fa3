/* Statistics of whole arrays for colour ranges. NaN and Inf never count. */
#ifndef DATA_STATS_H
#define DATA_STATS_H

#include "base/pool.h"
#include "data/array.h"
#include <heatscope/status.h>

/* Finite minimum and maximum; also the smallest value > 0 for log norms (INFINITY when there is none). False: no finite cell
 * (then *min = *max = NaN). Any out pointer may be NULL. */
bool stats_range(struct pool *pool, const struct array *a, double *min, double *max, double *min_positive);

/* Memory for histograms, so that a steady state allocates nothing. Zero-initialise; stats_scratch_fini when done. */
struct stats_scratch {
    void *bins;
    int num_workers;
};
void stats_scratch_fini(struct stats_scratch *s);

/* num percentiles ps (0..100) of the finite cells into values, as numpy.nanpercentile (linear) to within 1/256 of the octave: from
 * a histogram of the order-preserving top 16 bits of each float32, refined inside the bin by interpolation and clamped to the true
 * min and max (which 0 and 100 give exactly). One pass. min_positive as above; it and scratch may be NULL. False: no finite cell. */
bool stats_percentiles(struct pool *pool, struct stats_scratch *scratch, const struct array *a, const double *ps, double *values,
                       int num, double *min_positive);

#endif
