/* Which 2-D slice of an array of more dimensions is looked at: NumPy's a[3, :, :, 0]. */
#ifndef DATA_ND_INDEX_H
#define DATA_ND_INDEX_H

#include "data/frame.h"

#define ND_MAX_LEADING (FRAME_MAX_DIMS - 2)

struct nd_index {
    int num_axes;             /* of the array; 0: this isn't about slices */
    int64_t size[FRAME_MAX_DIMS];
    int64_t at[FRAME_MAX_DIMS]; /* of the two axes on show: -1 */
    int row_axis, col_axis;
    int num_leading;          /* the other axes */
    int leading[ND_MAX_LEADING];
};

/* "3,:,:,0", whole numbers and two colons, for an array of this shape; negative numbers count from the end. NULL: the last two axes, at 0 of the others. False: why names
 * the axis and its size. */
bool nd_index_parse(const char *text, const int64_t *shape, int num_axes, struct nd_index *out, char *why, size_t why_size);
/* "axis 0: 3 of 0–11, axis 3: 0 of 0–4"; out is terminated. */
const char *nd_index_text(const struct nd_index *i, char *out, size_t size);

#endif
