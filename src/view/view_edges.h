/* --x-edges and --y-edges: cells of different sizes. The camera's cell coordinates then count in equal parts of the axis, as many as there
 * are cells, so that it pans and zooms as ever; only what asks for a cell goes through here. Private to the view; render thread. */
#ifndef VIEW_VIEW_EDGES_H
#define VIEW_VIEW_EDGES_H

#include "data/reduce_listed.h"
#include "view/view_internal.h"

/* NULL without memory. */
struct view_edges *view_edges_create(void);
void view_edges_destroy(struct view_edges *e);

/* For the frame and options at hand, before anything else asks. */
void view_edges_update(struct view *v);
/* Edges don't fit the frame. */
bool view_edges_misfit(const struct view *v);
/* Where the picture's rows (or columns) begin and end in camera coordinates, one more than there are, in display order. NULL: at whole
 * numbers. */
const double *view_edges(const struct view *v, bool rows);
/* The axis coordinates of the first and last edge of the matrix. */
void view_edges_ends(const struct view *v, bool rows, double *first, double *last);
/* From cells (display order, parts count) to camera coordinates, and back. */
double view_edges_position(const struct view *v, bool rows, double cell);
double view_edges_cell(const struct view *v, bool rows, double position);
/* Names of such cells, as ticks where the middles of cells in sight are. */
void view_edges_names(struct view *v, struct figure_axis *a, bool is_x);
/* The map of such an axis, and the cells of its texels. */
enum hs_status view_edges_map(struct view_axis_map *m, const double *at, int px, const struct camera_axis *a, int64_t cells);
/* reduce_run, or the same for axes with listed footprints. of_mask: for the mask's own reduction. */
enum hs_status view_edges_reduce(struct view *v, struct reducer *r, bool of_mask, const struct reduce_job *job, struct reduce_result *out);

#endif
