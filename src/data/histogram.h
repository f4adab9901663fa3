/* Cells for a histogram: all of them, or short runs spread over the array. NaN and Inf come as they are. Any thread. */
#ifndef DATA_HISTOGRAM_H
#define DATA_HISTOGRAM_H

#include "data/array.h"

enum { HISTOGRAM_RUN = 16 };

/* Calls take(arg, f32, f64, num) for runs of at most HISTOGRAM_CHUNK cells, f32 NULL for wide dtypes and f64 for the others: every cell where
 * there are at most max, else about max, always at the same places of an array of this shape. */
enum { HISTOGRAM_CHUNK = 1024 };
void histogram_cells(const struct array *a, int64_t max, void (*take)(void *arg, const float *f32, const double *f64, int num), void *arg);

#endif
