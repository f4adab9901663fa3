/* What lies under the pointer: the true cell, in its own dtype; zoomed out, also the extremes of all cells that the pixel stands for. */
#include "view/view_internal.h"
#include "base/memory.h"
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The cells that pixel p of an axis shows, in display order. */
static bool pixel_cells(const struct view_axis_map *m, int p, int64_t cells, int64_t *begin, int64_t *end)
{
    if (m->map[p] < 0)
        return false;
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
            if (isnan(value))
                continue;
            if (!low || value < lo) {
                low = p;
                lo = value;
            }
            if (!high || value > hi) {
                high = p;
                hi = value;
                out->highest_row = view_array_row(v, r);
                out->highest_col = c;
            }
        }
    if (low) {
        dtype_format(a->dtype, low, out->lowest, sizeof out->lowest);
        dtype_format(a->dtype, high, out->highest, sizeof out->highest);
    }
}

bool view_probe_at(const struct view *v, double x, double y, struct view_probe *out)
{
    int px = (int)floor(x) - v->plot.x, py = (int)floor(y) - v->plot.y;
    if (!v->frame || !v->values_valid || px < 0 || py < 0 || px >= v->plot.w || py >= v->plot.h)
        return false;
    struct array a = view_display_array(v);
    int64_t r0, r1, c0, c1;
    if (!pixel_cells(&v->rows, py, a.rows, &r0, &r1) || !pixel_cells(&v->cols, px, a.cols, &c0, &c1))
        return false;
    int64_t row = clamp_cell(camera_cell_at(&v->camera.y, py + 0.5), r0, r1);
    int64_t col = clamp_cell(camera_cell_at(&v->camera.x, px + 0.5), c0, c1);
    *out = (struct view_probe){.row = view_array_row(v, row), .col = col, .num_rows = r1 - r0, .num_cols = c1 - c0};
    const void *cell = array_cell(&a, row, col);
    dtype_format(a.dtype, cell, out->value, sizeof out->value);
    out->is_nan = isnan(dtype_read(a.dtype, cell));
    double e[4];
    view_extent(v, e);
    out->x = e[0] + ((double)col + 0.5) / (double)a.cols * (e[1] - e[0]);
    out->y = e[3] + ((double)row + 0.5) / (double)a.rows * (e[2] - e[3]);
    const struct meta *m = v->frame->meta;
    out->row_label = v->num_ynames ? label((char **)v->ynames, v->num_ynames, out->row) : NULL;
    out->col_label = v->num_xnames ? label((char **)v->xnames, v->num_xnames, col) : NULL;
    if (m) {
        out->units = m->units;
        if (!out->row_label)
            out->row_label = label(m->row_labels, m->num_row_labels, out->row);
        if (!out->col_label)
            out->col_label = label(m->col_labels, m->num_col_labels, col);
    }
    if (out->num_rows * out->num_cols > 1)
        extremes(v, &a, r0, r1, c0, c1, out);
    return true;
}

char *view_probe_text(const struct view *v, const struct view_probe *p)
{
    struct buf b = {0};
    bool ok = buf_printf(&b, "row %lld", (long long)p->row);
    if (p->row_label)
        ok = ok && buf_printf(&b, " (%s)", p->row_label);
    ok = ok && buf_printf(&b, ", col %lld", (long long)p->col);
    if (p->col_label)
        ok = ok && buf_printf(&b, " (%s)", p->col_label);
    if (!isnan(v->look.extent[0]))
        ok = ok && buf_printf(&b, "   x %.6g, y %.6g", p->x, p->y);
    ok = ok && buf_printf(&b, "   %s", p->is_nan ? "NaN" : p->value);
    if (p->units)
        ok = ok && buf_printf(&b, " %s", p->units);
    if (p->highest[0])
        ok = ok && buf_printf(&b, "   pixel: %lld×%lld cells, %s to %s", (long long)p->num_rows, (long long)p->num_cols, p->lowest,
                              p->highest);
    if (!ok)
        buf_free(&b);
    return b.data;
}

/* A number as JSON number where JSON has one; NaN and Inf as strings. */
static json_t *json_value(enum dtype t, const char *text)
{
    if (strcmp(text, "nan") == 0 || strcmp(text, "inf") == 0 || strcmp(text, "-inf") == 0)
        return json_string(text);
    if (t == DTYPE_B1)
        return json_boolean(text[0] == 'T');
    if (dtype_is_float(t))
        return json_real(strtod(text, NULL));
    return t == DTYPE_U8 && strlen(text) > 18 ? json_string(text) : json_integer(strtoll(text, NULL, 10));
}

char *view_probe_json(const struct view *v, const struct view_probe *p)
{
    enum dtype t = v->frame->cells.dtype;
    json_t *o = json_object();
    json_object_set_new(o, "row", json_integer(p->row));
    json_object_set_new(o, "col", json_integer(p->col));
    if (p->row_label)
        json_object_set_new(o, "row_label", json_string(p->row_label));
    if (p->col_label)
        json_object_set_new(o, "col_label", json_string(p->col_label));
    json_object_set_new(o, "x", json_real(p->x));
    json_object_set_new(o, "y", json_real(p->y));
    json_object_set_new(o, "value", json_value(t, p->value));
    json_object_set_new(o, "dtype", json_string(dtype_name(t)));
    if (p->units)
        json_object_set_new(o, "units", json_string(p->units));
    if (v->frame->id)
        json_object_set_new(o, "frame", json_integer((json_int_t)v->frame->id));
    if (p->highest[0]) {
        json_object_set_new(o, "pixel_rows", json_integer(p->num_rows));
        json_object_set_new(o, "pixel_cols", json_integer(p->num_cols));
        json_object_set_new(o, "pixel_min", json_value(t, p->lowest));
        json_object_set_new(o, "pixel_max", json_value(t, p->highest));
    }
    char *text = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    json_decref(o);
    return text;
}
