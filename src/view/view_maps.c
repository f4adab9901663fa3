/* From camera to footprints: which cells each pixel column and row stands for, and where the grid lines fall. All in double, once per
 * pixel of an axis, never per pixel of the picture.
 *
 * Zoomed out (more than one cell a pixel) pixel p shows footprint p + shift. Where pixel edges lie on the data (the phase) changes with
 * the zoom, and not while panning by whole pixels: that only changes the shift, so panning moves the picture without changing it. Zoomed in, a pixel shows the cell under its centre. */
#include "view/view_edges.h"
#include "view/view_interpolate.h"
#include "view/view_scroll.h"
#include "base/memory.h"
#include <math.h>
#include <string.h>

enum { LINE_MOST = 64 };

#define PHASE_STEP (1.0 / 4096) /* of a pixel */

/* Lines fade out as cells shrink from 6 to 3 line widths. */
static double line_opacity(double cell_px, double width)
{
    double t = (cell_px / width - 3) / 3;
    return t < 0 ? 0 : t > 1 ? 1 : t;
}

/* Add the coverage of the line on border `cell` to the pixels it touches. Its left edge is at a whole pixel, so that a line of whole
 * width is crisp. */
static void add_line(uint8_t *cover, int px, double at, double width, double opacity)
{
    double left = floor(at - width / 2 + 0.5), right = left + width;
    for (int p = left < 0 ? 0 : (int)left; p < px && p < right; p++) {
        double part = fmin(right, p + 1) - fmax(left, p);
        double c = part * opacity * 255 + 0.5;
        if (c > cover[p])
            cover[p] = c > 255 ? 255 : (uint8_t)c;
    }
}

struct line_style {
    double width;
    bool gaps;        /* of no colour: whole pixels without a cell */
    const double *at; /* the borders, or NULL: at whole numbers */
};

/* The line on the border at pixel `at`. */
static void draw_line(draw_map *map, int px, double at, const struct line_style *s, double opacity)
{
    uint8_t cover[LINE_MOST] = {0};
    double width = s->gaps ? fmax(1, round(s->width)) : s->width;
    int base = (int)floor(at - width / 2 - 1), num = (int)ceil(width) + 3;
    num = num < LINE_MOST ? num : LINE_MOST;
    add_line(cover, num, at - base, width, s->gaps ? opacity >= 0.5 : opacity);
    for (int i = 0; i < num; i++) {
        int p = base + i;
        if (p < 0 || p >= px || map[p] < 0)
            continue;
        if (s->gaps && cover[i])
            map[p] = DRAW_MAP_OUTSIDE;
        else if (cover[i] > draw_map_line(map[p]))
            map[p] = draw_map_pack(draw_map_texel(map[p]), cover[i]);
    }
}

static double border(const struct line_style *s, double k)
{
    return s->at ? s->at[(int64_t)k] : k;
}

static void lines(draw_map *map, int px, const struct camera_axis *a, int64_t cells, const struct line_style *s)
{
    if (!(s->width > 0) || (!s->at && line_opacity(1 / a->scale, s->width) <= 0))
        return;
    double first = fmax(0, floor(a->origin - s->width * a->scale)), last = fmin((double)cells, ceil(a->origin + (px + s->width) * a->scale));
    if (s->at) {
        first = 0;
        last = (double)cells;
    }
    for (double k = first; k <= last; k++) {
        double at = camera_px_at(a, border(s, k));
        if (at < -s->width - 1 || at > px + s->width + 1)
            continue;
        double before = k > 0 ? border(s, k) - border(s, k - 1) : INFINITY, after = k < (double)cells ? border(s, k + 1) - border(s, k) : INFINITY;
        double opacity = line_opacity(fmin(before, after) / a->scale, s->width);
        if (opacity > 0)
            draw_line(map, px, at, s, opacity);
    }
}

static void map_zoomed_out(struct view_axis_map *m, int px, const struct camera_axis *a, int64_t cells)
{
    double pixels = camera_first_px(a);
    int64_t shift = (int64_t)ceil(pixels - PHASE_STEP / 2);
    /* in steps, so that the rounding of a moving origin doesn't move the phase */
    double phase = round((pixels - (double)shift) / PHASE_STEP) * PHASE_STEP * a->scale;
    phase = phase < 0 ? phase : 0;
    int64_t all = reduce_num_footprints(a->scale, phase, cells);
    int64_t first = shift < 0 ? 0 : shift, end = shift + px < all ? shift + px : all;
    m->footprints = (struct reduce_axis){a->scale, phase, first, end > first ? (int)(end - first) : 0};
    for (int p = 0; p < px; p++) {
        int64_t i = p + shift;
        m->map[p] = i >= first && i < end ? draw_map_pack((int32_t)(i - first), 0) : DRAW_MAP_OUTSIDE;
    }
}

/* reach: cells beyond the edges that are wanted, too. */
static void map_zoomed_in(struct view_axis_map *m, int px, const struct camera_axis *a, int64_t cells, const struct line_style *style, int reach)
{
    double lo = floor(camera_cell_at(a, 0.5)) - reach, hi = floor(camera_cell_at(a, px - 0.5)) + 1 + reach;
    int64_t first = lo < 0 ? 0 : (int64_t)lo, end = hi > (double)cells ? cells : (int64_t)hi;
    m->footprints = (struct reduce_axis){1, 0, first, end > first ? (int)(end - first) : 0};
    for (int p = 0; p < px; p++) {
        double cell = floor(camera_cell_at(a, p + 0.5));
        m->map[p] = cell >= (double)first && cell < (double)end ? draw_map_pack((int32_t)(cell - (double)first), 0) : DRAW_MAP_OUTSIDE;
    }
    lines(m->map, px, a, cells, style);
}

/* `time`: the axis along which the rows of a waterfall come. */
static enum hs_status map_axis(struct view *v, struct view_axis_map *m, int px, const struct camera_axis *a, bool time, bool *changed)
{
    int64_t cells = (int64_t)(m == &v->rows ? view_num_rows(v) : view_num_cols(v));
    const double *at = view_edges(v, m == &v->rows);
    const struct line_style style = {v->look.linewidths, v->look.linecolor_set && v->look.linecolor.a == 0, at};
    enum hs_status status = HS_OK;
    if (px > m->cap) {
        draw_map *map = mem_resize(m->map, (size_t)px * 2, sizeof *map); /* the second half: the map before, to see a change */
        if (!map)
            return HS_ERR_MEMORY;
        m->map = map;
        m->cap = px;
        memset(map, 0, (size_t)px * 2 * sizeof *map);
        *changed = true;
    }
    memcpy(m->map + m->cap, m->map, (size_t)px * sizeof *m->map);
    m->listed = 0;
    if (time) {
        view_scroll_map(v, m, px, a);
        if (!(a->scale > 1))
            lines(m->map, px, a, cells, &style);
    } else if (at) {
        status = view_edges_map(m, at, px, a, cells);
        lines(m->map, px, a, cells, &style);
    } else if (a->scale > 1)
        map_zoomed_out(m, px, a, cells);
    else
        map_zoomed_in(m, px, a, cells, &style, view_interpolation_reach(v, a));
    if (memcmp(m->map + m->cap, m->map, (size_t)px * sizeof *m->map) != 0)
        *changed = true;
    return status;
}

enum hs_status view_maps_update(struct view *v)
{
    bool changed = false;
    bool waterfall = view_scrolls(v), across = view_is_transposed(v);
    enum hs_status s = map_axis(v, &v->cols, v->plot.w, &v->camera.x, waterfall && across, &changed);
    if (s == HS_OK)
        s = map_axis(v, &v->rows, v->plot.h, &v->camera.y, waterfall && !across, &changed);
    if (changed)
        v->maps_version = ++v->version;
    return s;
}
