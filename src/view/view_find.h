/* The search of view.h. Private to the view; render thread. */
#ifndef VIEW_FIND_H
#define VIEW_FIND_H

#include "view/view_internal.h"

/* NULL without memory. */
struct view_finder *view_finder_create(void);
void view_finder_destroy(struct view_finder *f);
/* The grid's reader is about to go. */
void view_finder_forget(struct view *v);

#endif
