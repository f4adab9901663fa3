/* --mask and --mask-where: cells that are hidden. They take part in nothing (range, scaling, reduction) and are drawn in the
 * background's colour. Private to the view; render thread. */
#ifndef VIEW_VIEW_MASK_H
#define VIEW_VIEW_MASK_H

#include "view/view_internal.h"

/* NULL without memory. */
struct view_mask *view_mask_create(void);
void view_mask_destroy(struct view_mask *m);

/* Some cells of the frame at hand may be hidden. */
bool view_is_masked(const struct view *v);
/* A number that changes with what is asked for. */
uint64_t view_mask_serial(struct view *v);
/* What view_mask_cells takes for each cell of the frame at hand. */
int view_mask_cell_bytes(const struct view *v, enum dtype t);
/* The cells with NaN where they are hidden; when nothing is, the cells themselves. */
struct array view_mask_cells(struct view *v, const struct array *cells);
/* After a reduction of those: which footprints hide all of their cells, and NaN shares of the others. */
enum hs_status view_mask_reduce(struct view *v, const struct reduce_job *job);
void view_mask_mark(const struct view *v, struct draw_heatmap *h);
/* The same of a reduction of the whole frame, *r. */
enum hs_status view_mask_reduce_whole(struct view *v, const struct reduce_job *job, struct reduce_result *r);
void view_mask_mark_whole(const struct view *v, struct draw_heatmap *h);
/* Is the array's cell hidden? */
bool view_cell_is_masked(const struct view *v, int64_t row, int64_t col);

#endif
