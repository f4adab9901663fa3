/* The search of view.h. Private to the view; render thread. */
#ifndef VIEW_VIEW_FIND_H
#define VIEW_VIEW_FIND_H

#include "view/view_internal.h"

/* NULL without memory. */
struct view_finder *view_finder_create(void);
void view_finder_destroy(struct view_finder *f);

#endif
