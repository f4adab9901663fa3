/* --alert in a view: which conditions the frame meets, and outlines round the cells to blame. Render thread. */
#ifndef VIEW_VIEW_ALERT_H
#define VIEW_VIEW_ALERT_H

#include "draw/list.h"
#include "view/view.h"

struct view_alerts;

struct view_alerts *view_alerts_create(void);
void view_alerts_destroy(struct view_alerts *a);
/* Look for the cells to blame among those in sight: after the maps are made. Cheap when nothing is met. */
enum hs_status view_alerts_mark(struct view *v);
/* Outlines on the plot. */
void view_alerts_draw(const struct view *v, struct draw_list *l);
/* What the small line in the corner says, with the view's own status: "ended · alert max>0.9: 3 cells". NULL: nothing. Valid until
 * the next call. */
const char *view_alerts_status(struct view *v);

#endif
