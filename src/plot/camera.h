/* Which cells are where on the plot rectangle, in double: no jitter at cell 10^5. x counts columns from the left, y display rows from
 * the top (view turns display rows into rows, by origin). Pixel p of an axis covers [origin + p * scale, origin + (p+1) * scale). */
#ifndef PLOT_CAMERA_H
#define PLOT_CAMERA_H

#include <stdbool.h>

struct camera_axis {
    double origin; /* cell coordinate at the plot rectangle's left or top edge; cell i spans [i, i+1) */
    double scale;  /* cells per pixel, > 0 */
    /* Where panning began, and how far it has come: while origin is from - panned * scale, positions are told from there, so that
     * however long it is panned a cell covers the same whole pixels, and back is where it was. */
    double from, panned;
};

struct camera {
    struct camera_axis x, y;
    bool moved; /* by the user; a new shape or size then doesn't fit it again */
};

/* The whole grid into w x h pixels. cell_aspect: height / width of a cell on screen; 0: fill. Otherwise letterboxed, centred. */
void camera_fit(struct camera *c, double rows, double cols, int w_px, int h_px, double cell_aspect);
/* Cells [row0, row1) x [col0, col1) into the rectangle, likewise. */
void camera_show(struct camera *c, double row0, double row1, double col0, double col1, int w_px, int h_px, double cell_aspect);
/* The picture follows the pointer: content moves right by dx and down by dy pixels. */
void camera_pan_px(struct camera *c, double dx, double dy);
/* The point under (px, py) stays. factor > 1 zooms in; both axes. */
void camera_zoom_at(struct camera *c, double px, double py, double factor);
/* Keep scale within what camera_clamp allows; the point under (px, py) stays. After each zoom there: else it would wander at the limit. */
void camera_limit_at(struct camera *c, double rows, double cols, int w_px, int h_px, double px, double py);
/* Keep scale within [fit/..., one cell = the rectangle] and at least a part of the grid in sight. */
void camera_clamp(struct camera *c, double rows, double cols, int w_px, int h_px);
/* The left or top edge in pixels from cell 0's. */
double camera_first_px(const struct camera_axis *a);
double camera_cell_at(const struct camera_axis *a, double px);
double camera_px_at(const struct camera_axis *a, double cell);

#endif
