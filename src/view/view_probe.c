/* What lies under the pointer: the true cell, in its own dtype; zoomed out, also the extremes of all cells that the pixel stands for. */
#include "view/view_edges.h"
#include "view/view_grid.h"
#include "view/view_mask.h"
#include "view/view_scroll.h"
#include "plot/ticks.h"
#include "base/memory.h"
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool view_pixel_cells(const struct view *v, const struct view_axis_map *m, int p, int64_t cells, int64_t *begin, int64_t *end)
{
    if (view_scrolls(v) && (m == &v->cols) == view_is_transposed(v))
        return view_scroll_cells(v, p, begin, end);
    if (m->map[p] < 0)
        return false;
    if (m->listed) {
        *begin = m->begin[draw_map_texel(m->map[p])];
        *end = m->end[draw_map_texel(m->map[p])];
        return true;
    }
    reduce_footprint(m->footprints.ratio, m->footprints.phase, m->footprints.first + draw_map_texel(m->map[p]), cells, begin, end);
    return *end > *begin;
}

static int64_t clamp_cell(double at, int64_t begin, int64_t end)
{
    int64_t i = (int64_t)floor(at);
    return i < begin ? begin : i >= end ? end - 1 : i;
}

static const char *label(char **names, int64_t num, int64_t i)
{
    return names && i < num ? names[i] : NULL;
}

static void extremes(const struct view *v, const struct array *a, int64_t r0, int64_t r1, int64_t c0, int64_t c1, struct view_probe *out)
{
    const void *low = NULL, *high = NULL;
    double lo = 0, hi = 0;
    for (int64_t r = r0; r < r1; r++)
        for (int64_t c = c0; c < c1; c++) {
            const void *p = array_cell(a, r, c);
            double value = dtype_read(a->dtype, p);
            int64_t row, col;
            view_array_cell(v, r, c, &row, &col);
            if (isnan(value) || view_cell_is_masked(v, row, col))
                continue;
            if (!low || value < lo) {
                low = p;
                lo = value;
            }
            if (!high || value > hi) {
                high = p;
                hi = value;
                out->highest_row = row;
                out->highest_col = col;
            }
        }
    if (low) {
        dtype_format(a->dtype, low, out->lowest, sizeof out->lowest);
        dtype_format(a->dtype, high, out->highest, sizeof out->highest);
    }
}

/* Of a grid they are read, if there aren't too many. */
static void pixel_extremes(const struct view *v, const struct array *a, int64_t r0, int64_t r1, int64_t c0, int64_t c1, struct view_probe *out)
{
    if (!view_has_grid(v)) {
        extremes(v, a, r0, r1, c0, c1, out);
        return;
    }
    struct array part;
    void *memory;
    if (view_grid_cells(v, r0, c0, r1 - r0, c1 - c0, &part, &memory)) {
        part.data = (const char *)part.data - r0 * part.row_stride - c0 * part.col_stride; /* so that they are where they belong */
        extremes(v, &part, r0, r1, c0, c1, out);
    }
    free(memory);
}

bool view_probe_at(const struct view *v, double x, double y, struct view_probe *out)
{
    int px = (int)floor(x) - v->plot.x, py = (int)floor(y) - v->plot.y;
    bool shown = v->frame && v->values_valid && v->built_serial == v->frame_serial; /* else the maps are those of another frame */
    if (!shown || px < 0 || py < 0 || px >= v->plot.w || py >= v->plot.h)
        return false;
    struct array a = view_display_array(v);
    int64_t r0, r1, c0, c1;
    if (!view_has_grid(v) && !a.data)
        return false;
    if (!view_pixel_cells(v, &v->rows, py, a.rows, &r0, &r1) || !view_pixel_cells(v, &v->cols, px, a.cols, &c0, &c1))
        return false;
    int64_t row = clamp_cell(view_edges_cell(v, true, camera_cell_at(&v->camera.y, py + 0.5)), r0, r1);
    int64_t col = clamp_cell(view_edges_cell(v, false, camera_cell_at(&v->camera.x, px + 0.5)), c0, c1);
    bool across = view_is_transposed(v);
    *out = (struct view_probe){.num_rows = across ? c1 - c0 : r1 - r0, .num_cols = across ? r1 - r0 : c1 - c0};
    view_array_cell(v, row, col, &out->row, &out->col);
    out->t_ns = frame_row_time(v->frame, out->row);
    void *memory = NULL;
    struct array one = a;
    if (view_has_grid(v) && !view_grid_cells(v, row, col, 1, 1, &one, &memory))
        snprintf(out->value, sizeof out->value, "unavailable");
    else {
        const void *cell = memory ? one.data : array_cell(&a, row, col);
        dtype_format(a.dtype, cell, out->value, sizeof out->value);
        out->is_nan = isnan(dtype_read(a.dtype, cell));
    }
    free(memory);
    out->is_masked = view_cell_is_masked(v, out->row, out->col);
    out->x = view_axis_at(v, true, view_edges_position(v, false, (double)col + 0.5) / (double)a.cols);
    out->y = view_axis_at(v, false, view_edges_position(v, true, (double)row + 0.5) / (double)a.rows);
    out->channel = view_channel(v, &out->num_channels, &out->channel_name);
    const struct meta *m = v->frame->meta;
    const char *y_name = view_option_name(v, false, across ? out->col : out->row);
    const char *x_name = view_option_name(v, true, across ? out->row : out->col);
    out->row_label = across ? x_name : y_name;
    out->col_label = across ? y_name : x_name;
    if (m) {
        out->units = m->units;
        if (!out->row_label)
            out->row_label = view_row_label(v, out->row);
        if (!out->col_label)
            out->col_label = label(m->col_labels, m->num_col_labels, out->col);
    }
    if (out->num_rows * out->num_cols > 1)
        pixel_extremes(v, &a, r0, r1, c0, c1, out);
    return true;
}

bool view_probe_text(const struct view *v, const struct view_probe *p, struct buf *out)
{
    char when[32] = "";
    out->len = 0;
    bool ok = buf_printf(out, "row %lld", (long long)p->row);
    if (p->t_ns)
        ticks_time_text(p->t_ns, 1000000, when, sizeof when);
    ok = ok && (!p->t_ns || buf_printf(out, " (%s)", when));
    if (p->row_label)
        ok = ok && buf_printf(out, " (%s)", p->row_label);
    ok = ok && buf_printf(out, ", col %lld", (long long)p->col);
    if (p->col_label)
        ok = ok && buf_printf(out, " (%s)", p->col_label);
    if (!isnan(v->look.extent[0]) || view_edges(v, false) || view_edges(v, true))
        ok = ok && buf_printf(out, "   x %.6g, y %.6g", p->x, p->y);
    ok = ok && buf_printf(out, p->is_masked ? "   masked (%s)" : "   %s", p->is_nan ? "NaN" : p->value);
    if (p->units)
        ok = ok && buf_printf(out, " %s", p->units);
    if (p->channel_name)
        ok = ok && buf_printf(out, "   %s", p->channel_name);
    else if (p->num_channels > 1)
        ok = ok && buf_printf(out, "   channel %lld", (long long)p->channel);
    if (p->highest[0])
        ok = ok && buf_printf(out, "   pixel: %lld×%lld cells, %s to %s", (long long)p->num_rows, (long long)p->num_cols, p->lowest,
                              p->highest);
    return ok;
}

/* A cell as JSON: floats exactly (float32 in the digits of its double, so that equal stays equal), integers in full, NaN and Inf as
 * strings. */
static void put_value(struct buf *b, const char *key, enum dtype t, const char *text)
{
    bool word = strcmp(text, "nan") == 0 || strcmp(text, "inf") == 0 || strcmp(text, "-inf") == 0 || strcmp(text, "unavailable") == 0;
    if (word)
        buf_printf(b, ",\"%s\":\"%s\"", key, text);
    else if (t == DTYPE_B1)
        buf_printf(b, ",\"%s\":%s", key, text[0] == 'T' ? "true" : "false");
    else if (t == DTYPE_F4)
        buf_printf(b, ",\"%s\":%.17g", key, (double)strtof(text, NULL));
    else
        buf_printf(b, ",\"%s\":%s", key, text);
}

static void put_text(struct buf *b, const char *key, const char *text)
{
    json_t *string = json_string(text);
    char *quoted = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
    if (quoted)
        buf_printf(b, ",\"%s\":%s", key, quoted);
    free(quoted);
    json_decref(string);
}

char *view_probe_json(const struct view *v, const struct view_probe *p)
{
    enum dtype t = v->frame->cells.dtype;
    struct buf b = {0};
    buf_printf(&b, "{\"row\":%lld,\"col\":%lld", (long long)p->row, (long long)p->col);
    if (p->row_label)
        put_text(&b, "row_label", p->row_label);
    if (p->col_label)
        put_text(&b, "col_label", p->col_label);
    buf_printf(&b, ",\"x\":%.15g,\"y\":%.15g", p->x, p->y);
    put_value(&b, "value", t, p->value);
    put_text(&b, "dtype", dtype_name(t));
    if (p->is_masked)
        buf_printf(&b, ",\"masked\":true");
    if (p->units)
        put_text(&b, "units", p->units);
    if (p->num_channels > 1)
        buf_printf(&b, ",\"channel\":%lld", (long long)p->channel);
    if (p->num_channels > 1 && p->channel_name)
        put_text(&b, "channel_name", p->channel_name);
    if (p->t_ns)
        buf_printf(&b, ",\"t_ns\":%lld", (long long)p->t_ns);
    if (v->frame->id)
        buf_printf(&b, ",\"frame\":%llu", (unsigned long long)v->frame->id - 1);
    if (p->highest[0]) {
        buf_printf(&b, ",\"pixel_rows\":%lld,\"pixel_cols\":%lld", (long long)p->num_rows, (long long)p->num_cols);
        put_value(&b, "pixel_min", t, p->lowest);
        put_value(&b, "pixel_max", t, p->highest);
    }
    if (!buf_printf(&b, "}"))
        buf_free(&b);
    return b.data;
}
