/* Panning, zooming and fitting, as arithmetic on two axes in double. */
#include "plot/camera.h"
#include <math.h>

enum { MIN_VISIBLE_PX = 16 }; /* of the grid, however far it is panned */

/* Nothing else has moved it since it was panned. */
static bool is_panned(const struct camera_axis *a)
{
    return a->origin == a->from - a->panned * a->scale;
}

double camera_cell_at(const struct camera_axis *a, double px)
{
    return is_panned(a) ? a->from + (px - a->panned) * a->scale : a->origin + px * a->scale;
}

double camera_px_at(const struct camera_axis *a, double cell)
{
    return is_panned(a) ? (cell - a->from) / a->scale + a->panned : (cell - a->origin) / a->scale;
}

double camera_first_px(const struct camera_axis *a)
{
    return is_panned(a) ? a->from / a->scale - a->panned : a->origin / a->scale;
}

static void pan_axis(struct camera_axis *a, double px)
{
    if (!is_panned(a)) {
        a->from = a->origin;
        a->panned = 0;
    }
    a->panned += px;
    a->origin = a->from - a->panned * a->scale;
}

static void centre(struct camera_axis *a, double lo, double hi, int px, double scale)
{
    a->scale = scale;
    a->origin = (lo + hi) / 2 - px * scale / 2;
    if (fabs(px * scale - (hi - lo)) < 1e-9 * (hi - lo))
        a->origin = lo; /* a full axis begins at the cell's very edge, whatever the rounding */
}

void camera_show(struct camera *c, double row0, double row1, double col0, double col1, int w_px, int h_px, double cell_aspect)
{
    double sx = (col1 - col0) / fmax(w_px, 1), sy = (row1 - row0) / fmax(h_px, 1);
    if (cell_aspect > 0) { /* a cell is 1 / sx wide and 1 / sy high */
        double by_width = sx / cell_aspect;
        if (by_width >= sy)
            sy = by_width;
        else
            sx = sy * cell_aspect;
    }
    centre(&c->x, col0, col1, w_px, sx);
    centre(&c->y, row0, row1, h_px, sy);
}

void camera_fit(struct camera *c, double rows, double cols, int w_px, int h_px, double cell_aspect)
{
    camera_show(c, 0, rows, 0, cols, w_px, h_px, cell_aspect);
    c->moved = false;
}

void camera_pan_px(struct camera *c, double dx, double dy)
{
    pan_axis(&c->x, dx);
    pan_axis(&c->y, dy);
    c->moved = true;
}

static void zoom_axis(struct camera_axis *a, double px, double factor)
{
    double fixed = camera_cell_at(a, px);
    a->scale /= factor;
    a->origin = fixed - px * a->scale;
}

void camera_zoom_at(struct camera *c, double px, double py, double factor)
{
    zoom_axis(&c->x, px, factor);
    zoom_axis(&c->y, py, factor);
    c->moved = true;
}

/* How far out is too far: the grid a quarter of the rectangle. How far in: a third of a cell fills it. */
static double zoom_needed(const struct camera_axis *a, double cells, int px)
{
    double out = 4 * cells / px, in = 1.0 / 3 / px;
    double factor = a->scale > out ? a->scale / out : a->scale < in ? a->scale / in : 1;
    return fabs(factor - 1) < 1e-9 ? 1 : factor; /* at the limit, but for rounding */
}

static void keep_in_sight(struct camera_axis *a, double cells, int px)
{
    double margin = fmin(MIN_VISIBLE_PX, px / 2.0) * a->scale;
    margin = fmin(margin, cells / 2);
    a->origin = fmin(a->origin, cells - margin);
    a->origin = fmax(a->origin, margin - px * a->scale);
}

void camera_limit_at(struct camera *c, double rows, double cols, int w_px, int h_px, double px, double py)
{
    double x = zoom_needed(&c->x, cols, w_px), y = zoom_needed(&c->y, rows, h_px);
    /* one factor for both axes keeps the shape of the cells; each axis alone only when they disagree */
    double both = x > 1 || y > 1 ? fmin(x, y) : fmax(x, y);
    if (both > 1 || both < 1) {
        zoom_axis(&c->x, px, both);
        zoom_axis(&c->y, py, both);
    }
}

void camera_clamp(struct camera *c, double rows, double cols, int w_px, int h_px)
{
    camera_limit_at(c, rows, cols, w_px, h_px, w_px / 2.0, h_px / 2.0);
    keep_in_sight(&c->x, cols, w_px);
    keep_in_sight(&c->y, rows, h_px);
}
