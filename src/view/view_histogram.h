/* The histogram beside the colorbar. Render thread. */
#ifndef VIEW_VIEW_HISTOGRAM_H
#define VIEW_VIEW_HISTOGRAM_H

#include "data/grid_histogram.h"
#include "view/view_internal.h"

/* Of at most about `max` of the cells. */
void view_histogram_count(const struct norm *n, const struct array *cells, int64_t max, struct view_histogram *h);
/* Of all cells of a grid, those of a bin taken to be evenly spread in it; counts are scaled down where they are more than 2^30. */
void view_histogram_count_grid(const struct norm *n, const struct grid_histogram *cells, const struct grid_range *range, struct view_histogram *h);
/* For the frame and norm at hand. */
void view_histogram_update(struct view *v);

#endif
