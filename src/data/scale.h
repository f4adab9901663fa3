/* Rows or columns brought to a common scale, as seaborn's clustermap does it, in double. NaN and Inf count in no statistic; NaN stays
 * NaN. A row or column without two different numbers has no scale: all NaN. */
#ifndef DATA_SCALE_H
#define DATA_SCALE_H

#include "base/pool.h"
#include "data/array.h"

enum scale_axis { SCALE_NONE, SCALE_ROW, SCALE_COL };
enum scale_kind {
    SCALE_STANDARD, /* (v - min) / (max - min) */
    SCALE_Z,        /* (v - mean) / standard deviation, of n - 1 */
};

struct scale_line {
    double shift, by;
};

/* rows x cols values into out, row by row; lines: room for one per row (or column). */
void scale_run(struct pool *pool, const struct array *a, enum scale_kind kind, enum scale_axis axis, struct scale_line *lines, double *out);

#endif
