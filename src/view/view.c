/* The pipeline from frame to display list: layout, camera, maps, reduction, range, list. Each stage is skipped while what it depends
 * on stays the same. Layout and range depend on each other (the colorbar's numbers need room, and the range comes from the reduction,
 * which needs the plot's size), so the stages repeat until the plot rectangle stands; margins only grow, so that ends. Render thread. */
#include "view/view_alert.h"
#include "view/view_edges.h"
#include "view/view_find.h"
#include "view/view_grid.h"
#include "view/view_interpolate.h"
#include "view/view_categories.h"
#include "view/view_histogram.h"
#include "view/view_mask.h"
#include "view/view_overview.h"
#include "view/view_annot.h"
#include "view/view_scroll.h"
#include "view/view_summary.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "plot/theme.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LAYOUT_ROUNDS = 4 };

struct view *view_create(struct pool *pool, struct font *font)
{
    struct view *v = mem_zeroed(1, sizeof *v);
    if (!v)
        return NULL;
    struct options defaults;
    options_init(&defaults);
    look_copy(&v->look, &defaults.look);
    options_fini(&defaults);
    v->pool = pool;
    v->font = font;
    v->figure = figure_create(font);
    v->reducer = reducer_create();
    v->part_reducer = reducer_create();
    v->summary = view_summary_create();
    v->scroll = view_scroll_create();
    v->alerts = view_alerts_create();
    v->mask = view_mask_create();
    v->edges = view_edges_create();
    v->interpolation = view_interpolation_create();
    v->annot = view_annot_create();
    v->grid = view_grid_create();
    v->finder = view_finder_create();
    v->overview = view_overview_create();
    v->version = (uint64_t)(uintptr_t)v << 16; /* unique among views: an executor's textures may serve one, then another */
    v->width = 1;
    v->height = 1;
    v->ui_scale = 1;
    v->refit = true;
    v->dirty = true;
    v->own_range[0] = v->own_range[1] = v->shared_range[0] = v->shared_range[1] = NAN;
    if (!v->figure || !v->reducer || !v->part_reducer || !v->summary || !v->scroll || !v->alerts || !v->mask || !v->edges || !v->interpolation || !v->annot || !v->grid ||
        !v->finder || !v->overview || !v->look.cmap) {
        view_destroy(v);
        return NULL;
    }
    return v;
}

void view_destroy(struct view *v)
{
    if (!v)
        return;
    look_fini(&v->look);
    figure_destroy(v->figure);
    reducer_destroy(v->reducer);
    reducer_destroy(v->part_reducer);
    view_summary_destroy(v->summary);
    view_scroll_destroy(v->scroll);
    view_alerts_destroy(v->alerts);
    view_mask_destroy(v->mask);
    view_edges_destroy(v->edges);
    view_interpolation_destroy(v->interpolation);
    view_annot_destroy(v->annot);
    view_finder_destroy(v->finder);
    view_overview_destroy(v->overview);
    view_grid_destroy(v->grid);
    view_names_fini(v);
    marks_fini(&v->marks);
    view_cells_fini(v);
    free(v->sample);
    free(v->rows.map);
    free(v->rows.begin);
    free(v->rows.end);
    free(v->cols.map);
    free(v->cols.begin);
    free(v->cols.end);
    stats_scratch_fini(&v->scratch);
    free(v->normalised);
    free(v->cmap_name);
    view_categories_fini(v);
    free(v->status);
    free(v->warned_channel);
    free(v);
}

void view_set_trace(struct view *v, struct trace *trace)
{
    v->trace = trace;
}

struct look *view_look(struct view *v)
{
    return &v->look;
}

void view_changed(struct view *v)
{
    v->dirty = true;
    v->refit = v->refit || !v->camera.moved; /* aspect, view, size of text: all may move the fit */
}

enum hs_status view_set_json(struct view *v, const char *where, const char *json)
{
    double old_view[4];
    memcpy(old_view, v->look.view, sizeof old_view);
    enum hs_status s = options_set_json(&v->look, where, json);
    if (memcmp(old_view, v->look.view, sizeof old_view) != 0)
        v->camera.moved = false;
    view_changed(v);
    return s;
}

enum hs_status view_set(struct view *v, const char *where, const char *name, const char *value)
{
    enum hs_status s = options_set(&v->look, NULL, OPTION_FROM_STREAM, where, name, value);
    view_changed(v);
    return s;
}

void view_set_frame(struct view *v, const struct frame *f)
{
    v->frame = f;
    v->frame_serial++;
    v->dirty = true;
    if (!f)
        return;
    if (f->cells.rows != v->shape[0] || f->cells.cols != v->shape[1]) {
        /* the user's own view is kept as long as it shows a part of the new grid */
        bool elsewhere = v->camera.x.origin >= (double)f->cells.cols || v->camera.y.origin >= (double)f->cells.rows;
        if (!v->camera.moved || elsewhere)
            v->refit = true;
        v->shape[0] = f->cells.rows;
        v->shape[1] = f->cells.cols;
    }
}

void view_set_own_title(struct view *v, const char *title)
{
    char cut[sizeof v->own_title];
    snprintf(cut, sizeof cut, "%s", title ? title : "");
    v->dirty = v->dirty || strcmp(cut, v->own_title) != 0;
    memcpy(v->own_title, cut, sizeof cut);
}

const struct frame *view_frame(const struct view *v)
{
    return v->frame;
}

void view_resize(struct view *v, int width_px, int height_px, double ui_scale)
{
    if (width_px == v->width && height_px == v->height && ui_scale == v->ui_scale)
        return;
    v->width = width_px;
    v->height = height_px;
    v->ui_scale = ui_scale;
    view_changed(v);
}

void view_set_status(struct view *v, const char *status)
{
    if (v->status == status || (v->status && status && strcmp(v->status, status) == 0))
        return;
    free(v->status);
    v->status = status ? mem_strdup(status) : NULL;
    v->dirty = true;
}

void view_margins(const struct view *v, int px[4])
{
    figure_margins(v->figure, px);
}

void view_set_least_margins(struct view *v, const int px[4])
{
    if (memcmp(px, v->least_px, sizeof v->least_px) == 0)
        return;
    memcpy(v->least_px, px, sizeof v->least_px);
    view_changed(v);
}

void view_keep_status_row(struct view *v, bool keep)
{
    v->keeps_status_row = keep;
}

bool view_is_dirty(const struct view *v)
{
    return v->dirty || view_grid_has_more(v) || view_overview_is_due(v);
}

bool view_is_exact(const struct view *v)
{
    return view_grid_is_exact(v);
}

bool view_lacks_cells(const struct view *v)
{
    return view_grid_has_lost(v);
}

double view_exact_share(const struct view *v)
{
    return view_grid_share(v);
}

int64_t view_channel(const struct view *v, int64_t *num, const char **name)
{
    const char *wanted = v->look.channel;
    const struct meta *m = v->frame ? v->frame->meta : NULL;
    int64_t named = m && m->channels ? m->num_channels : 0, channel = 0;
    *num = v->frame ? v->frame->channels : 0;
    if (wanted && *wanted) {
        char *end;
        long long n = strtoll(wanted, &end, 10);
        channel = *end || n < 0 ? -1 : n;
        for (int64_t i = 0; i < named; i++)
            if (m->channels[i] && strcmp(m->channels[i], wanted) == 0)
                channel = i;
    }
    if (channel < 0 || channel >= *num) /* not (yet) there */
        channel = 0;
    *name = channel < named ? m->channels[channel] : NULL;
    return channel;
}

const char *view_what_needs_all(const struct view *v)
{
    const struct look *l = &v->look;
    return l->mask_where       ? "--mask-where"
           : view_is_masked(v) ? "--mask"
           : l->z_score        ? "--z-score"
           : l->standard_scale ? "--standard-scale"
           : l->x_edges        ? "--x-edges"
           : l->y_edges        ? "--y-edges"
           : l->categories     ? "--categories"
           : l->alert          ? "--alert"
                               : "this";
}

bool view_cells_in_memory(const struct view *v, struct array *out)
{
    int64_t num;
    const char *name;
    if (!frame_in_memory(v->frame, view_what_needs_all(v), out))
        return false;
    if (out->data)
        out->data = (const char *)out->data + view_channel(v, &num, &name) * v->frame->channel_bytes;
    return true;
}

struct array view_cells(const struct view *v)
{
    struct array a = v->frame->cells;
    if (!view_has_grid(v))
        view_cells_in_memory(v, &a);
    return a;
}

/* Once for each name: the channel asked for isn't there (in a grid of tiles it may yet come). */
static void warn_of_channel(struct view *v, int64_t channel, int64_t num, const char *name)
{
    const char *wanted = v->look.channel;
    bool told = v->warned_channel && wanted && strcmp(v->warned_channel, wanted) == 0;
    if (!v->frame || v->frame->canvas.ranges || !wanted || !*wanted || told || channel != 0 || strcmp(wanted, "0") == 0 ||
        (name && strcmp(name, wanted) == 0))
        return;
    free(v->warned_channel);
    v->warned_channel = mem_strdup(wanted);
    log_warn("--channel %s: the frame has %lld channel%s, numbered from 0; showing the first", wanted, (long long)num, num == 1 ? "" : "s");
}

/* One round of layout, camera, maps, values, range. */
static enum hs_status settle(struct view *v, struct figure_params *p)
{
    view_figure_params(v, p);
    struct rect plot = figure_layout(v->figure, p);
    if (plot.w != v->plot.w || plot.h != v->plot.h)
        v->refit = true;
    v->plot = plot;
    if (!v->frame)
        return HS_OK;
    if (v->frame->grid && !view_has_grid(v) && !view_cells(v).data)
        return HS_ERR_UNSUPPORTED; /* that has been said */
    view_cells_update(v);
    view_categories_update(v);
    view_place_camera(v);
    view_guess_plot(v, p);
    enum hs_status s = view_maps_update(v);
    if (s == HS_OK)
        s = view_reduce(v);
    if (s == HS_OK) {
        view_range_update(v);
        view_histogram_update(v);
        view_cmap_update(v);
    }
    return s;
}

/* Rounds until the plot rectangle stands. */
static enum hs_status lay_out(struct view *v, struct figure_params *p)
{
    for (int round = 0; round < MAX_LAYOUT_ROUNDS; round++) {
        enum hs_status s = settle(v, p);
        if (s != HS_OK)
            return s;
        view_figure_params(v, p);
        struct rect after = figure_layout(v->figure, p);
        if (memcmp(&after, &v->plot, sizeof after) == 0)
            break;
    }
    return HS_OK;
}

static void record_heatmap(struct view *v, struct draw_list *l)
{
    const struct look *k = &v->look;
    const struct reduce_result *r = &v->shown;
    if (!r->rows || !r->cols)
        return;
    /* a lone NaN must show: it tints its pixel by a third at least, while few do */
    bool few_nan = r->num_nan_footprints * 10 < (int64_t)v->values.rows * v->values.cols;
    struct draw_heatmap h = {
        .dst = v->plot,
        .num_cols = r->cols,
        .num_rows = r->rows,
        .values = v->in_double ? v->normalised : r->f32,
        .nan_share = r->nan_share,
        .col_map = v->shown_cols,
        .row_map = v->shown_rows,
        .normalised = v->in_double,
        .norm = v->norm,
        .lut = v->cmap.lut,
        .bad = view_bad(v),
        .under = view_color_outside(v, false),
        .over = view_color_outside(v, true),
        .line_color = k->linecolor_set ? k->linecolor : theme_get(k->theme)->lines,
        .nan_floor = few_nan ? 85 : 0,
        .hatch = v->hatch.size ? v->hatch.tile : NULL,
        .hatch_size = v->hatch.size,
        .hatch_color = hatch_color(view_bad(v)),
        .hatch_version = v->hatch_version,
        .values_version = v->values_version,
        .maps_version = v->maps_version,
        .lut_version = v->lut_version,
    };
    view_mask_mark(v, &h);
    if (view_scrolls(v))
        view_scroll_mark(v, &h);
    else if (!view_is_derived(v))
        view_canvas_mark(v, &h);
    draw_list_heatmap(l, &h);
}

struct color view_background(const struct view *v)
{
    return theme_get(v->look.theme)->background;
}

struct color view_bad(const struct view *v)
{
    return v->look.bad_set ? v->look.bad : theme_get(v->look.theme)->bad;
}

static void count(struct view *v, int64_t start)
{
    struct view_info *i = &v->info;
    if (v->frame) {
        i->rows = v->frame->cells.rows;
        i->cols = v->frame->cells.cols;
        i->num_nan_footprints = v->values.num_nan_footprints;
        i->num_replaced = v->values.num_replaced;
        i->min = v->values.min;
        i->max = v->values.max;
        i->reduced = v->rows.footprints.ratio > 1 || v->cols.footprints.ratio > 1;
    }
    int64_t end = clock_now_ns();
    i->build_ms = (double)(end - start) / 1e6;
    trace_add(v->trace, TRACE_LAYOUT, v->frame ? v->frame->id : 0, start + v->reduce_ns, end); /* what isn't reduction */
}

enum hs_status view_record(struct view *v, struct draw_list *l, struct rect area)
{
    int64_t start = clock_now_ns();
    struct figure_params p;
    enum hs_status s;
    v->reduce_ns = 0;
    const char *channel_name = NULL;
    int64_t num_channels, channel = view_channel(v, &num_channels, &channel_name);
    warn_of_channel(v, channel, num_channels, channel_name);
    v->frame_serial += channel != v->channel;
    v->channel = channel;
    if (v->frame)
        view_edges_update(v);
    s = lay_out(v, &p);
    for (bool first = true; s == HS_OK && view_grid_wait(v); first = false) {
        if (first) { /* margins that an estimated range made grow shrink again */
            s = view_reduce(v);
            if (s != HS_OK)
                break;
            view_range_update(v);
            figure_reset(v->figure);
            v->refit = v->refit || !v->camera.moved;
        }
        s = lay_out(v, &p);
    }
    if (s != HS_OK)
        return s;
    v->refit = false;
    s = v->frame ? view_interpolate(v) : HS_OK;
    if (s != HS_OK)
        return s;
    bool in_double = v->frame && (v->values.f64 || norm_needs_double(&v->norm));
    if (in_double != v->in_double) { /* all of the texels are others */
        v->values_version = ++v->version;
        v->canvas_base = 0;
        view_scroll_spoil(v);
    }
    v->in_double = in_double;
    if (in_double) {
        s = view_normalise(v);
        if (memcmp(&v->norm, &v->normalised_by, sizeof v->norm) != 0)
            v->values_version = ++v->version;
        v->normalised_by = v->norm;
        if (s != HS_OK)
            return s;
    }
    s = v->frame ? view_alerts_mark(v) : HS_OK;
    if (s != HS_OK)
        return s;
    view_figure_params(v, &p); /* the axes of the final camera */
    draw_list_area(l, area);
    if (!v->look.transparent && memcmp(&p.background, &l->clear, sizeof l->clear) != 0)
        draw_list_rect(l, (struct rect){0, 0, area.w, area.h}, p.background);
    view_cvd_record(v, l);
    view_hatch_update(v);
    if (v->frame) {
        record_heatmap(v, l);
        view_grid_draw(v, l);
        s = view_grid_has_lost(v) ? HS_OK : view_annot_draw(v, l);
        if (s != HS_OK)
            return s;
        view_alerts_draw(v, l);
        view_marks_draw(v, &p, l);
    }
    figure_draw(v->figure, &p, l);
    s = v->frame ? view_overview_draw(v, l) : HS_OK;
    if (s != HS_OK)
        return s;
    v->built_serial = v->frame_serial;
    v->dirty = false;
    count(v, start);
    return l->failed ? HS_ERR_MEMORY : HS_OK;
}

enum hs_status view_build(struct view *v, struct draw_list *l)
{
    draw_list_begin(l, v->width, v->height, view_background(v));
    return view_record(v, l, (struct rect){0, 0, v->width, v->height});
}

void view_excess(const struct view *v, int *w, int *h)
{
    figure_excess(v->figure, w, h);
}

struct rect view_plot_rect(const struct view *v)
{
    return v->plot;
}

const struct camera *view_camera(const struct view *v)
{
    return &v->camera;
}

static void moved(struct view *v)
{
    camera_clamp(&v->camera, view_num_rows(v), view_num_cols(v), v->plot.w, v->plot.h);
    v->dirty = true;
}

void view_pan_px(struct view *v, double dx, double dy)
{
    if (!v->frame || (dx == 0 && dy == 0))
        return;
    camera_pan_px(&v->camera, dx, dy);
    moved(v);
}

void view_zoom_at(struct view *v, double x, double y, double factor)
{
    if (!v->frame)
        return;
    camera_zoom_at(&v->camera, x - v->plot.x, y - v->plot.y, factor);
    camera_limit_at(&v->camera, view_num_rows(v), view_num_cols(v), v->plot.w, v->plot.h, x - v->plot.x, y - v->plot.y);
    moved(v);
}

void view_zoom_box(struct view *v, double x0, double y0, double x1, double y1)
{
    if (!v->frame)
        return;
    double w = fabs(x1 - x0), h = fabs(y1 - y0);
    if (w < 2 || h < 2)
        return;
    const struct camera c = v->camera;
    double left = camera_cell_at(&c.x, fmin(x0, x1) - v->plot.x), top = camera_cell_at(&c.y, fmin(y0, y1) - v->plot.y);
    camera_show(&v->camera, top, top + h * c.y.scale, left, left + w * c.x.scale, v->plot.w, v->plot.h, view_cell_aspect(v));
    v->camera.moved = true;
    moved(v);
}

void view_fit(struct view *v)
{
    v->look.view[0] = NAN;
    figure_reset(v->figure); /* margins that grew on the way shrink again */
    v->camera.moved = false;
    v->refit = true;
    v->dirty = true;
}

void view_follow(struct view *v, const struct view *leader)
{
    if (!v->frame || !leader->frame)
        return;
    if (!leader->camera.moved) {
        view_fit(v);
        return;
    }
    const struct camera *c = &leader->camera;
    double down = view_num_rows(v) / view_num_rows(leader), across = view_num_cols(v) / view_num_cols(leader);
    camera_show(&v->camera, c->y.origin * down, (c->y.origin + leader->plot.h * c->y.scale) * down, c->x.origin * across,
                (c->x.origin + leader->plot.w * c->x.scale) * across, v->plot.w, v->plot.h, 0);
    v->camera.moved = true;
    moved(v);
}

void view_autoscale(struct view *v, bool follow)
{
    v->look.vmin = follow ? NAN : v->norm.vmin;
    v->look.vmax = follow ? NAN : v->norm.vmax;
    if (follow && v->look.autoscale == AUTOSCALE_OFF)
        v->look.autoscale = AUTOSCALE_FRAME;
    autoscale_reset(&v->autoscale);
    v->dirty = true;
}

bool view_is_autoscaled(const struct view *v)
{
    return v->look.autoscale != AUTOSCALE_OFF && (isnan(v->look.vmin) || isnan(v->look.vmax));
}

void view_show_motion(struct view *v, bool show)
{
    if (show == v->shows_motion)
        return;
    v->shows_motion = show;
    v->dirty = v->dirty || v->autoscale.dir_lo || v->autoscale.dir_hi;
}

const struct norm *view_norm(const struct view *v)
{
    return &v->norm;
}

struct view_info view_info(const struct view *v)
{
    return v->info;
}
