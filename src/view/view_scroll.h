/* Waterfalls: only new rows are reduced, and scrolling is a change of a map.
 *
 * Along time, footprints are anchored at the rows' own numbers, which stay while the picture scrolls; footprint j of ratio r covers the
 * rows [floor(j*r), ceil((j+1)*r)). Reduced ones lie in a ring of lines of texels, j at line j modulo the ring's size, and the time
 * axis' map says which pixel shows which line. Private to the view; render thread. */
#ifndef VIEW_VIEW_SCROLL_H
#define VIEW_VIEW_SCROLL_H

#include "view/view_internal.h"

/* NULL without memory. */
struct view_scroll *view_scroll_create(void);
void view_scroll_destroy(struct view_scroll *s);

/* --- orientation --- */

bool view_is_waterfall(const struct view *v);
/* Its reduced lines are kept from picture to picture; else it is reduced afresh, as what hides some of its cells is. */
bool view_scrolls(const struct view *v);
/* Time runs across the picture. */
bool view_is_transposed(const struct view *v);
/* The newest rows are at the picture's left or top. */
bool view_newest_first(const struct view *v);

/* The time axis' ticks, if the rows have times and nobody asked for others. */
void view_scroll_time_axis(struct view *v, struct figure_axis *a);

/* --- the stages of a picture --- */

/* Another frame is on show: begin afresh next time. */
void view_scroll_forget(struct view *v);
/* What executors hold, and v->normalised, is of no use any more. */
void view_scroll_spoil(struct view *v);
/* The time axis' map, for a camera axis that counts rows of the frame in display order. */
void view_scroll_map(struct view *v, struct view_axis_map *m, int px, const struct camera_axis *a);
/* v->values for the two maps. */
enum hs_status view_scroll_reduce(struct view *v);
/* Lines of texels (rows, or columns when transposed) that changed since the picture before, into the command. */
void view_scroll_mark(struct view *v, struct draw_heatmap *h);
/* v->normalised of the texels that changed since the last call. False: all are needed. */
bool view_scroll_normalise(struct view *v);
/* Range of all rows' finite cells; lo > hi when there are none. */
void view_scroll_range(struct view *v, double *lo, double *hi, double *positive);
/* The rows of the frame, in display order, that pixel p of the time axis shows. */
bool view_scroll_cells(const struct view *v, int p, int64_t *begin, int64_t *end);

#endif
