/* The histogram beside the colorbar. Render thread. */
#ifndef VIEW_VIEW_HISTOGRAM_H
#define VIEW_VIEW_HISTOGRAM_H

#include "view/view_internal.h"

/* Of at most about `max` of the cells. */
void view_histogram_count(const struct norm *n, const struct array *cells, int64_t max, struct view_histogram *h);
/* For the frame and norm at hand. */
void view_histogram_update(struct view *v);

#endif
