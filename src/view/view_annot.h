/* Numbers in cells. Private to the view; render thread. */
#ifndef VIEW_VIEW_ANNOT_H
#define VIEW_VIEW_ANNOT_H

#include "view/view_internal.h"

/* NULL without memory. */
struct view_annot *view_annot_create(void);
void view_annot_destroy(struct view_annot *a);
/* Record them, over the heatmap; nothing when they are off or couldn't be read. */
enum hs_status view_annot_draw(struct view *v, struct draw_list *l);

#endif
