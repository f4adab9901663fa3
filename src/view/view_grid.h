/* Frames whose cells lie in a grid (frame->grid): read progressively, by threads of the view's own. */
#ifndef VIEW_VIEW_GRID_H
#define VIEW_VIEW_GRID_H

#include "data/grid_histogram.h"
#include "view/view_internal.h"

struct view_grid;

struct view_grid *view_grid_create(void);
void view_grid_destroy(struct view_grid *g);

/* The frame at hand is read that way: it has a grid, and is drawn as it is, not scaled, masked, or with cells of different sizes.
 * */
bool view_has_grid(const struct view *v);
/* v->values from what is known of the grid by now; waits a moment for them. key: of the values wanted. */
enum hs_status view_grid_reduce(struct view *v, const struct reduce_job *job, const struct view_values_key *key);
/* Once the layout stands: waits as long as view_reading wants to. True: there is more now, and all is to be made again. */
bool view_grid_wait(struct view *v);
/* The range of all cells seen so far; false: it isn't a grid's. */
bool view_grid_range(const struct view *v, double *lo, double *hi, double *positive);
/* All finite cells of the grid, and their range; NULL: not yet (or it isn't a grid), then there is: */
const struct grid_histogram *view_grid_histogram(const struct view *v, struct grid_range *range);
/* Cells to make statistics of: a sample of a grid's, else all there are (v->cells). */
const struct array *view_statistics_cells(struct view *v);
/* What the colorbar counts is a sample of a grid's cells. */
bool view_grid_is_estimated(const struct view *v);
/* Changes with them, and when the histogram is there. */
uint64_t view_statistics_serial(const struct view *v);
/* What reads the grid at hand, NULL: nothing yet; and how to tell that there is news of it. */
struct grid_reader *view_grid_reader(const struct view *v);
void (*view_grid_wake(const struct view *v, void **arg))(void *arg);
/* What view_reading allows; 0: it says nothing. */
int64_t view_memory_bytes(const struct view *v);
/* The values at hand are exact, and their range; true also where there is no grid. */
bool view_grid_is_exact(const struct view *v);
/* How much of what that needs has been read by now, 0..1. */
double view_grid_share(const struct view *v);
/* There is more to show than the picture made last. */
bool view_grid_has_more(const struct view *v);
/* Some of the cells in sight can't be read: there are no numbers in them to write. */
bool view_grid_has_lost(const struct view *v);
/* Marks of what isn't exact yet, and of what can't be read. */
void view_grid_draw(struct view *v, struct draw_list *l);
/* What there is to say of a grid, as in "sampled, 37 % exact, 1.2 GB/s, 5 s", before the rest; both may be nothing: NULL. */
const char *view_grid_status(struct view *v, const char *rest);
/* A rectangle of the frame's cells, in display coordinates, read into memory: *a has them at these coordinates. False: it can't be
 * read, or is too large. The caller frees *memory. */
bool view_grid_cells(const struct view *v, int64_t row, int64_t col, int64_t rows, int64_t cols, struct array *a, void **memory);

#endif
