/* What --check looks at. Render thread. */
#ifndef VIEW_VIEW_CHECK_H
#define VIEW_VIEW_CHECK_H

#include "plot/check.h"
#include "view/view.h"

/* The colormap and the frame's cells, as of the last build. False: there is no frame. */
bool view_check(struct view *v, struct check_map *map, struct check_data *data);
const struct colormap *view_colormap(const struct view *v);
/* The value that has the middle colour. */
double view_middle(const struct view *v);

#endif
