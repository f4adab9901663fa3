/* The overview map: the whole matrix, small, in a corner of the plot while only a part of it is in sight. Private to the view; render
 * thread. */
#ifndef VIEW_VIEW_OVERVIEW_H
#define VIEW_VIEW_OVERVIEW_H

#include "view/view_internal.h"

/* Orders of the option. */
enum overview_mode { OVERVIEW_AUTO, OVERVIEW_ON, OVERVIEW_OFF };

/* NULL without memory. */
struct view_overview *view_overview_create(void);
void view_overview_destroy(struct view_overview *o);

/* For a picture whose norm and colours stand. */
enum hs_status view_overview_draw(struct view *v, struct draw_list *l);
/* What is known of the whole of a grid: rows x cols footprints as displayed, line by line. It is what the map is made of. more: in
 * addition to what was kept before, as far as that had fewer cells. */
enum hs_status view_overview_keep(struct view *v, const struct reduce_known *known, const uint8_t *lost, int rows, int cols, bool more);
/* It is to be drawn, but nothing is known of the grid; or there is something, to which more may come; the footprints that it needs. */
bool view_overview_lacks(const struct view *v);
bool view_overview_has_some(const struct view *v);
void view_overview_axes(const struct view *v, struct reduce_axis *rows, struct reduce_axis *cols);
/* Another grid: nothing is known of it. */
void view_overview_forget(struct view *v);
/* There is a newer frame than the one in the map, and it is time to show it. */
bool view_overview_is_due(const struct view *v);

#endif
