/* Axis coordinates and names: what the figure round the heatmap says. */
#include "view/view_scroll.h"
#include "view/view_alert.h"
#include "view/view_categories.h"
#include "view/view_edges.h"
#include "view/view_mask.h"
#include "base/log.h"
#include "base/memory.h"
#include "plot/option_names.h"
#include "plot/spines.h"
#include "plot/theme.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void own_extent(const struct view *v, double e[4])
{
    double rows = view_num_rows(v), cols = view_num_cols(v);
    if (!isnan(v->look.extent[0])) {
        memcpy(e, v->look.extent, sizeof v->look.extent);
        return;
    }
    bool lower = view_flips_rows(v), mirrored = view_flips_cols(v);
    e[0] = mirrored ? cols - 0.5 : -0.5;
    e[1] = mirrored ? -0.5 : cols - 0.5;
    e[2] = lower ? -0.5 : rows - 0.5;
    e[3] = lower ? rows - 0.5 : -0.5;
}

void view_extent(const struct view *v, double e[4])
{
    own_extent(v, e);
    if (view_edges(v, false))
        view_edges_ends(v, false, &e[view_flips_cols(v)], &e[!view_flips_cols(v)]);
    if (view_edges(v, true)) /* the first row is at the top unless they are flipped */
        view_edges_ends(v, true, &e[view_flips_rows(v) ? 2 : 3], &e[view_flips_rows(v) ? 3 : 2]);
}

/* An axis' option of names and of ticks, taken apart; kept until their texts change. */
struct view_names {
    char *of, *copy;
    const char **names;
    int64_t num;
    char *ticks_of;
    double ticks[TICKS_MAX];
    int num_ticks;
};

/* "a,b,c", or with a separator before each: see plot/option_names.h. */
static void split(struct view_names *n, const char *text)
{
    if (n->of && strcmp(n->of, text) == 0)
        return;
    free(n->of);
    free(n->copy);
    free(n->names);
    bool separated = text[0] == NAMES_SEPARATOR;
    char separator = separated ? NAMES_SEPARATOR : ',';
    n->names = NULL;
    n->num = 0;
    n->of = mem_strdup(text);
    n->copy = mem_strdup(text + separated);
    int64_t more = 0;
    for (const char *p = text + separated; *p; p++)
        more += *p == separator;
    n->names = mem_zeroed((size_t)more + 1, sizeof *n->names);
    if (!n->of || !n->copy || !n->names) /* no memory: numbers instead of names */
        return;
    for (char *p = n->copy; p;) {
        n->names[n->num++] = p;
        p = strchr(p, separator);
        if (p)
            *p++ = 0;
    }
}

static void names_fini(struct view_names *n)
{
    if (!n)
        return;
    free(n->of);
    free(n->copy);
    free(n->names);
    free(n->ticks_of);
    free(n);
}

void view_names_fini(struct view *v)
{
    names_fini(v->xnames);
    names_fini(v->ynames);
    free(v->newest_labels);
}

const char *view_option_name(const struct view *v, bool of_x, int64_t i)
{
    const struct view_names *n = of_x ? v->xnames : v->ynames;
    bool cells = n && n->num && (!n->num_ticks || n->num != n->num_ticks);
    return cells && i >= 0 && i < n->num ? n->names[i] : NULL;
}

/* --xticks: where they are. */
static void apply_ticks(struct figure_axis *a, struct view_names *n, const char *option)
{
    if (!option || strcmp(option, "auto") == 0) {
        n->num_ticks = 0;
        return;
    }
    if (strcmp(option, "none") == 0) {
        a->no_ticks = true;
        return;
    }
    if (!n->ticks_of || strcmp(n->ticks_of, option) != 0) {
        free(n->ticks_of);
        n->ticks_of = mem_strdup(option);
        if (!ticks_parse_list(option, n->ticks, &n->num_ticks)) /* was checked when it was set */
            n->num_ticks = 0;
    }
    a->ticks_at = n->num_ticks ? n->ticks : NULL;
    a->num_ticks_at = n->num_ticks;
}

/* --xticklabels, as matplotlib and seaborn: auto, none, every n-th, or the names themselves, of the cells or of --xticks. */
static void apply_names(struct figure_axis *a, struct view_names *n, const char *option)
{
    bool none = option && strcmp(option, "none") == 0, words = option && strcmp(option, "auto") != 0 && !none;
    char *end;
    long every = words ? strtol(option, &end, 10) : 0;
    if (none)
        a->no_ticks = true;
    else if (words && !*end && every > 0) {
        a->names_every = every > 1000000 ? 1000000 : (int)every;
        words = false;
    }
    if (!words) {
        n->num = 0;
        free(n->of);
        n->of = NULL;
        return;
    }
    split(n, option);
    if (a->ticks_at && n->num == a->num_ticks_at) {
        a->tick_names = n->names;
        a->num_tick_names = n->num;
    } else {
        a->names = n->names;
        a->num_names = n->num;
    }
}

static void apply_options(struct view *v, struct figure_axis *a, bool is_x)
{
    const struct look *l = &v->look;
    struct view_names **n = is_x ? &v->xnames : &v->ynames;
    double rotation = is_x ? l->xtick_rotation : l->ytick_rotation;
    if (!*n)
        *n = mem_zeroed(1, sizeof **n);
    if (*n) {
        apply_ticks(a, *n, is_x ? l->xticks : l->yticks);
        apply_names(a, *n, is_x ? l->xticklabels : l->yticklabels);
    }
    tick_format_parse(is_x ? l->xformat : l->yformat, &a->format);
    a->side = (enum side_mode)(is_x ? l->xaxis : l->yaxis);
    a->rotated = !isnan(rotation);
    a->degrees = a->rotated ? (int)lround(rotation) : 0;
}

/* --- log and time axes --- */

enum scale_mode view_axis_scale(const struct view *v, bool is_x)
{
    int scale = is_x ? v->look.xscale : v->look.yscale;
    if (scale == SCALE_LINEAR || (isnan(v->look.extent[0]) && !view_edges(v, !is_x)))
        return SCALE_LINEAR;
    double e[4];
    view_extent(v, e);
    const double *ends = e + (is_x ? 0 : 2);
    if (scale == SCALE_LOG)
        return ends[0] > 0 && ends[1] > 0 ? SCALE_LOG : SCALE_LINEAR;
    if (scale == SCALE_TIME)
        return fabs(ends[0]) < VIEW_MAX_TIME_S && fabs(ends[1]) < VIEW_MAX_TIME_S ? SCALE_TIME : SCALE_LINEAR;
    return SCALE_LINEAR;
}

double view_axis_at(const struct view *v, bool is_x, double share)
{
    double e[4];
    view_extent(v, e);
    double from = is_x ? e[0] : e[3], to = is_x ? e[1] : e[2];
    return view_axis_scale(v, is_x) == SCALE_LOG ? from * pow(to / from, share) : from + share * (to - from);
}

/* Once a setting: why an axis stays linear. */
static void warn_of_scale(struct view *v, bool is_x)
{
    int wanted = is_x ? v->look.xscale : v->look.yscale, *warned = &v->warned_scale[is_x];
    bool time_of_rows = wanted == SCALE_TIME && view_is_waterfall(v) && is_x == view_is_transposed(v);
    if (wanted == SCALE_LINEAR || view_axis_scale(v, is_x) == (enum scale_mode)wanted || time_of_rows) {
        *warned = SCALE_LINEAR;
        return;
    }
    if (*warned == wanted)
        return;
    *warned = wanted;
    if (wanted == SCALE_LOG)
        log_warn("--%cscale log: both ends of that axis must be above 0 (--extent L,R,B,T); it stays linear", is_x ? 'x' : 'y');
    else
        log_warn("--%cscale time: give its ends in Unix seconds (--extent L,R,B,T), from 1828 to 2112; it stays linear", is_x ? 'x' : 'y');
}

static double seconds_at(const void *arg, int64_t t_ns)
{
    (void)arg;
    return (double)t_ns / 1e9;
}

static void log_axis(struct figure_axis *a)
{
    double *ends[] = {&a->lo, &a->hi, &a->full_lo, &a->full_hi};
    for (int i = 0; i < 4; i++)
        *ends[i] = log10(*ends[i]);
    a->log = true;
}

static void time_axis(struct figure_axis *a)
{
    double lo = fmax(fmin(a->lo, a->hi), fmin(a->full_lo, a->full_hi)), hi = fmin(fmax(a->lo, a->hi), fmax(a->full_lo, a->full_hi));
    a->unix_time = true;
    if (!(lo < hi) || a->format.kind != TICK_FORMAT_AUTO)
        return;
    a->time_lo = (int64_t)ceil(lo * 1e9);
    a->time_hi = (int64_t)floor(hi * 1e9);
    a->at_time = seconds_at;
}

static void axis_numbers(struct view *v, struct figure_axis *a, bool is_x)
{
    const struct camera_axis *c = is_x ? &v->camera.x : &v->camera.y;
    double cells = is_x ? view_num_cols(v) : view_num_rows(v), from = c->origin;
    double to = c->origin + (is_x ? v->plot.w : v->plot.h) * c->scale;
    a->lo = view_axis_at(v, is_x, from / cells);
    a->hi = view_axis_at(v, is_x, to / cells);
    a->full_lo = view_axis_at(v, is_x, 0);
    a->full_hi = view_axis_at(v, is_x, 1);
    a->cell_lo = from;
    a->cell_hi = to;
}

const char *view_row_label(const struct view *v, int64_t row)
{
    const struct meta *m = v->frame->meta;
    if (!m || !m->num_row_labels || (m->labels_newest && v->frame->waterfall.num_open)) /* merged rows have no names */
        return NULL;
    if (m->labels_newest)
        row += m->num_row_labels - v->frame->cells.rows;
    return row >= 0 && row < m->num_row_labels ? m->row_labels[row] : NULL;
}

/* Those of a waterfall's newest rows, in the place of these rows. */
static void newest_labels(struct view *v, struct figure_axis *a)
{
    const struct meta *m = v->frame->meta;
    int64_t rows = v->frame->cells.rows, over = m->num_row_labels - rows;
    if (over < 0 && v->cap_newest_labels < rows) {
        const char **labels = mem_resize(v->newest_labels, (size_t)rows * 2, sizeof *labels);
        if (!labels)
            return;
        v->newest_labels = labels;
        v->cap_newest_labels = rows * 2;
    }
    for (int64_t i = 0; over < 0 && i < rows; i++)
        v->newest_labels[i] = i < -over ? "" : m->row_labels[i + over];
    a->names = over < 0 ? (const char *const *)v->newest_labels : (const char *const *)m->row_labels + over;
    a->num_names = rows;
}

/* The names that came with the frame, of the array's rows or columns. */
static void axis_labels(struct view *v, struct figure_axis *a, bool of_rows)
{
    const struct meta *m = v->frame->meta;
    if (of_rows && m && m->num_row_labels && m->labels_newest) {
        if (!v->frame->waterfall.num_open) /* rows that are merged have no names */
            newest_labels(v, a);
        return;
    }
    if (m && (of_rows ? m->num_row_labels : m->num_col_labels)) {
        a->names = (const char *const *)(of_rows ? m->row_labels : m->col_labels);
        a->num_names = of_rows ? m->num_row_labels : m->num_col_labels;
    }
}

/* Where the array's cells are that have edges of their own. */
static double place(const struct view *v, bool rows, double cell)
{
    double cells = rows ? view_num_rows(v) : view_num_cols(v);
    bool flips = rows ? view_flips_rows(v) : view_flips_cols(v);
    double at = view_edges_position(v, rows, flips ? cells - cell : cell);
    return flips ? cells - at : at;
}

static double place_x(const void *arg, double cell) { return place(arg, false, cell); }

static double place_y(const void *arg, double cell) { return place(arg, true, cell); }

static void axis(struct view *v, struct figure_axis *a, bool is_x)
{
    axis_numbers(v, a, is_x);
    axis_labels(v, a, is_x == view_is_transposed(v));
    a->cell_place = !view_edges(v, !is_x) ? NULL : is_x ? place_x : place_y;
    a->cell_place_arg = v;
    apply_options(v, a, is_x);
    view_edges_names(v, a, is_x);
    warn_of_scale(v, is_x);
    enum scale_mode scale = view_axis_scale(v, is_x);
    if (scale == SCALE_LOG)
        log_axis(a);
    else if (scale == SCALE_TIME)
        time_axis(a);
}

static void x_axis(struct view *v, struct figure_axis *a)
{
    axis(v, a, true);
    if (view_is_transposed(v))
        view_scroll_time_axis(v, a);
    if (view_flips_cols(v)) {
        a->cell_lo = view_num_cols(v) - a->cell_lo;
        a->cell_hi = view_num_cols(v) - a->cell_hi;
    }
}

static void y_axis(struct view *v, struct figure_axis *a)
{
    double rows = view_num_rows(v);
    axis(v, a, false);
    if (view_is_waterfall(v) && !view_is_transposed(v))
        view_scroll_time_axis(v, a);
    if (view_flips_rows(v)) { /* cells count from the bottom */
        a->cell_lo = rows - a->cell_lo;
        a->cell_hi = rows - a->cell_hi;
    }
}

void view_figure_params(struct view *v, struct figure_params *p)
{
    const struct look *l = &v->look;
    const struct theme *theme = theme_get(l->theme);
    bool has_nan = v->values.nan_share && (!view_is_masked(v) || v->values.num_nan_footprints);
    bool outside = v->norm.kind == NORM_LOG && v->values.min <= 0 && v->values.min <= v->values.max;
    *p = (struct figure_params){
        .width_px = v->width,
        .height_px = v->height,
        .scale = l->dpi / 72 * v->ui_scale,
        .font_size_pt = l->font_size,
        .title_size_pt = l->title_size,
        .label_size_pt = l->label_size,
        .tick_size_pt = l->tick_size,
        .bare = l->bare,
        .title = l->title ? l->title : v->own_title,
        .show_cbar = !l->no_cbar && v->frame,
        .cbar_label = l->cbar_label,
        .norm = v->norm,
        .cmap = &v->cmap,
        .under = view_color_outside(v, false),
        .over = view_color_outside(v, true),
        .bad = view_bad(v),
        .has_under = v->has_under,
        .has_over = v->has_over,
        .has_bad = has_nan || outside,
        .hatch = &v->hatch,
        .hatch_version = v->hatch_version,
        .bad_label = !outside ? "NaN" : has_nan ? "NaN, ≤ 0" : "≤ 0",
        .moves_lo = v->shows_motion && isnan(l->vmin) ? v->autoscale.dir_lo : 0,
        .moves_hi = v->shows_motion && isnan(l->vmax) ? v->autoscale.dir_hi : 0,
        .status = view_status_text(v),
        .least_px = {v->least_px[0], v->least_px[1], v->least_px[2], v->least_px[3]},
        .keeps_status_row = v->keeps_status_row,
        .background = theme->background,
        .ink = theme->ink,
        .line_pt = theme->line_pt,
        .no_spines = SPINE_ALL & ~l->spines,
        .spine_px = isnan(l->spine_width) ? 0 : l->spine_width < 0.5 ? -1 : (int)lround(l->spine_width),
        .spine_color = l->spine_color_set ? l->spine_color : theme->ink,
    };
    p->x.label = l->xlabel;
    p->y.label = l->ylabel;
    if (!v->frame) {
        p->x.no_ticks = p->y.no_ticks = true;
        return;
    }
    struct figure_axis *rows = view_is_transposed(v) ? &p->x : &p->y;
    if (!p->cbar_label && v->frame->meta)
        p->cbar_label = v->frame->meta->units;
    if (!rows->label && v->frame->meta)
        rows->label = v->frame->meta->row_title;
    view_cbar_params(v, p);
    double home[4], aspect = view_cell_aspect(v);
    view_home(v, home);
    if (!isnan(l->cell_width)) {
        p->plot_w_px = view_cells_px(home[3] - home[2], l->cell_width);
        p->plot_h_px = view_cells_px(home[1] - home[0], l->cell_height);
    } else if (aspect > 0)
        p->plot_aspect = (home[3] - home[2]) / (home[1] - home[0]) / aspect;
    p->x.integers = isnan(l->extent[0]) && !view_edges(v, false);
    p->y.integers = isnan(l->extent[0]) && !view_edges(v, true);
    x_axis(v, &p->x);
    y_axis(v, &p->y);
}
