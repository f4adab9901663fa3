/* --interpolation. Private to the view; render thread. */
#ifndef VIEW_VIEW_INTERPOLATE_H
#define VIEW_VIEW_INTERPOLATE_H

#include "data/resample.h"
#include "view/view_internal.h"

/* NULL without memory. */
struct view_interpolation *view_interpolation_create(void);
void view_interpolation_destroy(struct view_interpolation *n);

/* Cells beyond those in sight that the picture depends on along this axis. */
int view_interpolation_reach(const struct view *v, const struct camera_axis *a);
/* v->shown and its maps, from v->values. */
enum hs_status view_interpolate(struct view *v);

#endif
