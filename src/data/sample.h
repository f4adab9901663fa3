/* Samples of whole arrays, for what needs their distribution but not every cell. NaN and Inf never count. */
#ifndef DATA_SAMPLE_H
#define DATA_SAMPLE_H

#include "data/array.h"
#include <stdbool.h>

/* Finite cells in ascending order into out: every one when there are at most max cells, else max places spread over all. The number
 * there are. */
int sample_sorted(const struct array *a, double *out, int max);
/* The range that IRAF's zscale shows, as astropy's ZScaleInterval computes it: a line through the sorted sample, without what is far
 * from it, made steeper. Arrays of up to 2^18 cells: its numbers; larger ones are sampled at a stride whether cells are finite or
 * not. Where a stride would meet few columns only, one cell somewhere in each stride is taken. False: no finite cell. */
bool sample_zscale(const struct array *a, double *lo, double *hi);
/* The same of a sample at hand: 1 to 1000 values in ascending order. */
void sample_zscale_sorted(const double *y, int num, double *lo, double *hi);

#endif
