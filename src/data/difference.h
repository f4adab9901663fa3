/* One array less another. */
#ifndef DATA_DIFFERENCE_H
#define DATA_DIFFERENCE_H

#include "base/pool.h"
#include "data/array.h"

/* a - b into out, rows * cols of them in C order; both have the same shape, their dtypes may differ. Whole numbers are subtracted exactly
 * and rounded once; everything else is subtracted in double. NaN where either is, and for inf - inf. The caller's thread and the pool's. */
void difference(struct pool *pool, const struct array *a, const struct array *b, double *out);

#endif
