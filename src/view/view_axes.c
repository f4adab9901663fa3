/* Axis coordinates and names: what the figure round the heatmap says. */
#include "view/view_scroll.h"
#include "view/view_alert.h"
#include "view/view_mask.h"
#include "base/memory.h"
#include "plot/theme.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void view_extent(const struct view *v, double e[4])
{
    const struct look *l = &v->look;
    double rows = view_num_rows(v), cols = view_num_cols(v);
    if (!isnan(l->extent[0])) {
        memcpy(e, l->extent, sizeof l->extent);
        return;
    }
    bool lower = view_flips_rows(v), mirrored = view_flips_cols(v);
    e[0] = mirrored ? cols - 0.5 : -0.5;
    e[1] = mirrored ? -0.5 : cols - 0.5;
    e[2] = lower ? -0.5 : rows - 0.5;
    e[3] = lower ? rows - 0.5 : -0.5;
}

/* "a,b,c" into names; kept until the option's text changes. */
static void split(const char *text, char **of, char **copy, const char ***names, int64_t *num)
{
    if (*of && strcmp(*of, text) == 0)
        return;
    free(*of);
    free(*copy);
    free(*names);
    *names = NULL;
    *num = 0;
    *of = mem_strdup(text);
    *copy = mem_strdup(text);
    int64_t commas = 0;
    for (const char *p = text; *p; p++)
        commas += *p == ',';
    *names = mem_zeroed((size_t)commas + 1, sizeof **names);
    if (!*of || !*copy || !*names) /* no memory: numbers instead of names */
        return;
    for (char *p = *copy; p;) {
        (*names)[(*num)++] = p;
        p = strchr(p, ',');
        if (p)
            *p++ = 0;
    }
}

void view_names_fini(struct view *v)
{
    free(v->xnames_text);
    free(v->ynames_text);
    free(v->xnames_of);
    free(v->ynames_of);
    free(v->xnames);
    free(v->ynames);
}

/* matplotlib and seaborn: auto, none, every n-th, or the names themselves. */
static void apply_option(struct figure_axis *a, const char *option, char **of, char **copy, const char ***names, int64_t *num)
{
    if (!option || strcmp(option, "auto") == 0)
        return;
    if (strcmp(option, "none") == 0) {
        a->no_ticks = true;
        return;
    }
    char *end;
    long every = strtol(option, &end, 10);
    if (!*end && every > 0) {
        a->names_every = every > 1000000 ? 1000000 : (int)every;
        return;
    }
    split(option, of, copy, names, num);
    a->names = *names;
    a->num_names = *num;
}

static void axis_numbers(struct figure_axis *a, const struct camera_axis *c, int px, double cells, double lo, double hi)
{
    double from = c->origin, to = c->origin + px * c->scale, step = (hi - lo) / cells;
    a->lo = lo + from * step;
    a->hi = lo + to * step;
    a->full_lo = lo;
    a->full_hi = hi;
    a->cell_lo = from;
    a->cell_hi = to;
}

/* The names that came with the frame, of the array's rows or columns. */
static void axis_labels(const struct view *v, struct figure_axis *a, bool of_rows)
{
    const struct meta *m = v->frame->meta;
    if (m && (of_rows ? m->num_row_labels : m->num_col_labels)) {
        a->names = (const char *const *)(of_rows ? m->row_labels : m->col_labels);
        a->num_names = of_rows ? m->num_row_labels : m->num_col_labels;
    }
}

static void x_axis(struct view *v, struct figure_axis *a, const double extent[4])
{
    axis_numbers(a, &v->camera.x, v->plot.w, view_num_cols(v), extent[0], extent[1]);
    axis_labels(v, a, view_is_transposed(v));
    apply_option(a, v->look.xticklabels, &v->xnames_of, &v->xnames_text, &v->xnames, &v->num_xnames);
    if (view_is_transposed(v))
        view_scroll_time_axis(v, a);
    if (view_flips_cols(v)) {
        a->cell_lo = view_num_cols(v) - a->cell_lo;
        a->cell_hi = view_num_cols(v) - a->cell_hi;
    }
}

static void y_axis(struct view *v, struct figure_axis *a, const double extent[4])
{
    double rows = view_num_rows(v);
    axis_numbers(a, &v->camera.y, v->plot.h, rows, extent[3], extent[2]);
    axis_labels(v, a, !view_is_transposed(v));
    apply_option(a, v->look.yticklabels, &v->ynames_of, &v->ynames_text, &v->ynames, &v->num_ynames);
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
        .bare = l->bare,
        .title = l->title,
        .show_cbar = !l->no_cbar && v->frame,
        .cbar_label = l->cbar_label,
        .norm = v->norm,
        .cmap = &v->cmap,
        .under = l->under_set ? l->under : v->cmap.lut[0],
        .over = l->over_set ? l->over : v->cmap.lut[COLORMAP_SIZE - 1],
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
        .background = theme->background,
        .ink = theme->ink,
        .line_pt = theme->line_pt,
    };
    p->x.label = l->xlabel;
    p->y.label = l->ylabel;
    if (!v->frame) {
        p->x.no_ticks = p->y.no_ticks = true;
        return;
    }
    if (!p->cbar_label && v->frame->meta)
        p->cbar_label = v->frame->meta->units;
    double extent[4], home[4], aspect = view_cell_aspect(v);
    view_home(v, home);
    if (aspect > 0)
        p->plot_aspect = (home[3] - home[2]) / (home[1] - home[0]) / aspect;
    view_extent(v, extent);
    p->x.integers = p->y.integers = isnan(l->extent[0]);
    x_axis(v, &p->x, extent);
    y_axis(v, &p->y, extent);
}
