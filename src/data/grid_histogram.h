/* How often values occur in a big array, counted while it is read: one thread counts into a histogram of its own, and these are merged
 * in any order. Whole numbers of up to 16 bits and float16 have a bin for each value. All others go by the top bits of their float:
 * sign, exponent and GRID_HISTOGRAM_BITS of the fraction, so that a bin is at most 2^-GRID_HISTOGRAM_BITS of its values wide; where no
 * cell has any bit below these, as with small whole numbers, bins are single values, too. Counts have 64 bits. Not thread-safe. */
#ifndef DATA_GRID_HISTOGRAM_H
#define DATA_GRID_HISTOGRAM_H

#include "data/dtype.h"
#include "data/grid_fold.h"

enum { GRID_HISTOGRAM_BITS = 10 };

struct grid_histogram {
    enum dtype dtype;
    int num_bins;
    uint64_t *bins;    /* by the bits as they are, not in order; a mapping, of which only what is used takes up memory */
    uint32_t *fresh;   /* the same, counted since they were added to these: smaller, so that more of them stay in the nearest cache */
    uint64_t num_fresh; /* cells */
    uint64_t below;    /* bits below those of the bins that any cell has */
};

/* False: no memory. */
bool grid_histogram_init(struct grid_histogram *h, enum dtype t);
void grid_histogram_fini(struct grid_histogram *h); /* zeroed is fine */

/* num cells of the dtype, of any alignment. */
void grid_histogram_count(struct grid_histogram *h, const void *cells, int num);
void grid_histogram_count_zeros(struct grid_histogram *h, uint64_t num);
/* Of the same dtype. */
void grid_histogram_merge(struct grid_histogram *h, struct grid_histogram *more);
/* Before it is read. */
void grid_histogram_finish(struct grid_histogram *h);

/* num values between low and high, both included. */
typedef void grid_histogram_take(void *arg, double low, double high, uint64_t num);
/* All finite cells, in ascending order; none beyond the range, which is that of all cells that were counted. */
void grid_histogram_each(const struct grid_histogram *h, const struct grid_range *range, grid_histogram_take *take, void *arg);
/* Cells that are -Inf or +Inf. */
uint64_t grid_histogram_num_inf(const struct grid_histogram *h, bool negative);
uint64_t grid_histogram_num_nan(const struct grid_histogram *h);
/* num percentiles ps (ascending, 0..100) of the finite cells, as numpy.percentile (linear); inside a bin values are taken to be evenly
 * spread, so that each is within its width. False: there is no finite cell. */
bool grid_histogram_percentiles(const struct grid_histogram *h, const struct grid_range *range, const double *ps, double *values, int num);

#endif
