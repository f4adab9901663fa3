/* The colour range: vmin and vmax from the options, else from the whole frame (not just what is visible, so that panning doesn't
 * change colours). When the screen shows every cell the reduction has already found the range on its way; else one more pass over
 * the frame, once per frame. How it goes from one frame's range to the next is autoscale.c. Also --center, as seaborn does it: the
 * range stays, the colormap is stretched round the centre. */
#include "view/view_grid.h"
#include "view/view_scroll.h"
#include "view/view_statistics.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/stats.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RANGE_NONE, RANGE_MINMAX, RANGE_POSITIVE, RANGE_ROBUST, RANGE_ZSCALE };

/* What --autoscale slow goes by where no percentiles are asked for: single cells don't count. */
static const double SLOW_LO = 0.1, SLOW_HI = 99.9;

static bool shows_all_of(const struct view_axis_map *m, int64_t cells)
{
    const struct reduce_axis *f = &m->footprints;
    if (m->listed)
        return f->num && m->begin[0] == 0 && m->end[f->num - 1] == cells;
    int64_t begin, end; /* not by their number: rounding may make one more, of a cell that the last in sight has, too */
    if (f->first != 0 || f->num <= 0)
        return false;
    reduce_footprint(f->ratio, f->phase, f->num - 1, cells, &begin, &end);
    return end == cells;
}

bool view_shows_all(const struct view *v)
{
    return shows_all_of(&v->rows, v->frame->cells.rows) && shows_all_of(&v->cols, v->frame->cells.cols);
}

static int range_kind(const struct look *l)
{
    if (!isnan(l->vmin) && !isnan(l->vmax))
        return RANGE_NONE;
    if (l->norm == NORM_ZSCALE && isnan(l->robust_lo))
        return RANGE_ZSCALE;
    if (!isnan(l->robust_lo) || l->autoscale == AUTOSCALE_SLOW)
        return RANGE_ROBUST;
    return l->norm == NORM_LOG ? RANGE_POSITIVE : RANGE_MINMAX;
}

/* The frame's own range into range_lo, range_hi; kept until the frame or the question changes. */
static void data_range(struct view *v, int kind)
{
    const struct look *l = &v->look;
    bool given = !isnan(l->robust_lo), in_log = l->norm == NORM_LOG;
    double p_lo = given ? l->robust_lo : SLOW_LO, p_hi = given ? l->robust_hi : SLOW_HI;
    view_cells_update(v);
    uint64_t serial = view_statistics_serial(v);
    bool seen = kind != RANGE_ROBUST && kind != RANGE_ZSCALE && view_grid_range(v, &v->range_lo, &v->range_hi, &v->range_positive);
    if (seen) {
        v->range_valid = false;
        return;
    }
    if (v->range_valid && v->range_serial == serial && v->range_kind == kind && v->range_in_log == in_log &&
        v->range_robust[0] == p_lo && v->range_robust[1] == p_hi)
        return;
    double lo = NAN, hi = NAN, positive = INFINITY;
    if (kind == RANGE_ROBUST) {
        double ps[4] = {0, p_lo, p_hi, 100}, values[4];
        if (view_percentiles(v, ps, values, 4, in_log ? &positive : NULL)) {
            bool flat = !given && values[1] == values[2]; /* nearly all cells are equal: the few others are the picture */
            lo = values[flat ? 0 : 1];
            hi = values[flat ? 3 : 2];
        }
    } else if (kind == RANGE_ZSCALE)
        view_zscale(v, &lo, &hi);
    else if (view_scrolls(v)) { /* kept row by row */
        view_scroll_range(v, &lo, &hi, &positive);
        lo = lo <= hi ? lo : NAN;
        hi = isnan(lo) ? NAN : hi;
    } else if (!view_is_derived(v) && view_canvas_range(v)) {
        const struct frame_range *known = view_canvas_range(v);
        if (known->min <= known->max) {
            lo = known->min;
            hi = known->max;
        }
        positive = known->positive;
    } else if (kind == RANGE_MINMAX && v->values_valid && v->values_key.frame_serial == v->cells_serial && view_shows_all(v)) {
        if (v->values.min <= v->values.max) {
            lo = v->values.min;
            hi = v->values.max;
        }
    } else
        stats_range(v->pool, view_statistics_cells(v), &lo, &hi, &positive);
    v->range_lo = lo;
    v->range_hi = hi;
    v->range_positive = positive;
    v->range_kind = kind;
    v->range_in_log = in_log;
    v->range_robust[0] = p_lo;
    v->range_robust[1] = p_hi;
    v->range_serial = serial;
    v->range_valid = true;
}

/* Without one number in the frame any range will do; matplotlib's is 0..1. */
void view_range_repair(struct norm *n, double positive, bool vmin_given)
{
    bool log_scale = n->kind == NORM_LOG;
    if (log_scale) {
        if (!(n->vmin > 0))
            n->vmin = isfinite(positive) ? positive : n->vmax > 0 ? n->vmax / 10 : 1;
        if (!(n->vmax > 0))
            n->vmax = n->vmin * 10;
    }
    if (isnan(n->vmin) && isnan(n->vmax)) {
        n->vmin = log_scale ? 1 : 0;
        n->vmax = log_scale ? 10 : 1;
    } else if (isnan(n->vmin))
        n->vmin = n->vmax;
    else if (isnan(n->vmax))
        n->vmax = n->vmin;
    if (n->vmin > n->vmax) { /* one end given, and all the data beyond it: that end stays, and everything is under or over */
        double span = n->vmin - n->vmax;
        if (vmin_given)
            n->vmax = log_scale ? n->vmin * 10 : n->vmin + span;
        else
            n->vmin = log_scale ? n->vmax / 10 : n->vmax - span;
    }
}

/* The range on show after this frame, once per frame; in the norm's own unit, so that a log range moves by decades. */
static void follow(struct view *v, double *lo, double *hi)
{
    const struct look *l = &v->look;
    struct autoscale *s = &v->autoscale;
    bool in_log = l->norm == NORM_LOG;
    int unit = in_log + 2 * l->standard_scale + 8 * l->z_score;
    if (l->autoscale != v->autoscale_key[0] || unit != v->autoscale_key[1]) {
        autoscale_reset(s);
        autoscale_reset(&v->autoscale_before);
    }
    v->autoscale_key[0] = l->autoscale;
    v->autoscale_key[1] = unit;
    if (in_log && !(*lo > 0)) /* nothing to follow */
        return;
    bool is_new = v->autoscale_serial != v->frame_serial, again = !is_new && view_has_grid(v);
    if (is_new)
        v->autoscale_before = *s;
    if (again) /* its range was an estimate then */
        *s = v->autoscale_before;
    if (!s->started || is_new || again)
        autoscale_step(s, (enum autoscale_mode)l->autoscale, in_log ? log(*lo) : *lo, in_log ? log(*hi) : *hi);
    v->autoscale_serial = v->frame_serial;
    if (l->autoscale == AUTOSCALE_FRAME || !s->started)
        return; /* the frame's own, to the last bit */
    *lo = in_log ? exp(s->lo) : s->lo;
    *hi = in_log ? exp(s->hi) : s->hi;
}

/* The norm for the frame at hand; *positive: its smallest cell above zero, where that was looked for. */
static struct norm frame_norm(struct view *v, double *positive)
{
    const struct look *l = &v->look;
    struct norm n;
    memset(&n, 0, sizeof n); /* compared as bytes */
    n.kind = (enum norm_kind)l->norm;
    n.vmin = l->vmin;
    n.vmax = l->vmax;
    n.gamma = isnan(l->gamma) ? 1 : l->gamma;
    int kind = range_kind(l);
    bool automatic = kind != RANGE_NONE;
    *positive = INFINITY;
    if (kind == RANGE_NONE && n.kind == NORM_LOG && !(n.vmin > 0))
        kind = RANGE_POSITIVE;
    if (kind == RANGE_NONE)
        return n;
    data_range(v, kind);
    *positive = v->range_positive;
    double lo = v->range_lo, hi = v->range_hi;
    if (n.kind == NORM_LOG && isfinite(*positive) && (kind == RANGE_POSITIVE || !(lo > 0)))
        lo = *positive;
    if (automatic)
        follow(v, &lo, &hi);
    v->own_range[0] = lo;
    v->own_range[1] = hi;
    if (!isnan(v->shared_range[0])) {
        lo = v->shared_range[0];
        hi = v->shared_range[1];
    }
    if (isnan(n.vmin))
        n.vmin = lo;
    if (isnan(n.vmax))
        n.vmax = hi;
    return n;
}

bool view_own_range(const struct view *v, double *lo, double *hi)
{
    *lo = v->own_range[0];
    *hi = v->own_range[1];
    return v->frame && !isnan(*lo) && !isnan(*hi);
}

void view_share_range(struct view *v, double lo, double hi)
{
    if ((lo == v->shared_range[0] && hi == v->shared_range[1]) || (isnan(lo) && isnan(v->shared_range[0])))
        return;
    v->shared_range[0] = lo;
    v->shared_range[1] = hi;
    v->dirty = true;
}

void view_follow_range(struct view *v)
{
    double positive;
    if (v->frame && v->look.autoscale != AUTOSCALE_FRAME)
        frame_norm(v, &positive);
}

void view_range_update(struct view *v)
{
    double positive;
    struct norm n = frame_norm(v, &positive);
    view_range_repair(&n, positive, !isnan(v->look.vmin));
    view_norm_finish(v, &n);
    v->norm = n;
    v->has_under = v->values.min <= v->values.max && v->values.min < n.vmin;
    v->has_over = v->values.min <= v->values.max && v->values.max > n.vmax;
    if (n.kind == NORM_LOG) /* zero and less are bad there, not under */
        v->has_under = v->has_under && positive < n.vmin;
}

/* seaborn's --center, for any norm: colours are taken from a range that is symmetric round the centre as the norm sees it, so that the
 * middle colour is at the centre. Of blocks it is the middles of the outermost that the range ends at. */
static void stretch(struct view *v, double centre)
{
    const struct norm *n = &v->norm;
    double lo = n->vmin, hi = n->vmax, at = centre;
    if (n->vmin != n->vmax && n->kind != NORM_LINEAR && n->kind != NORM_ZSCALE) {
        double t = norm_place(n, centre), half = n->kind == NORM_BOUNDARY && n->table ? 0.5 / (n->table->num - 1) : 0;
        lo = half;
        hi = 1 - half;
        at = n->kind == NORM_BOUNDARY || n->kind == NORM_HISTEQ ? fmin(fmax(t, 0), 1) : t;
    }
    double reach = fmax(fabs(hi - at), fabs(at - lo));
    if (!(reach >= 0) || isinf(reach))
        return;
    /* all of it at the centre (a difference that is 0 everywhere) has the middle colour */
    double a = reach > 0 ? (lo - at + reach) / (2 * reach) : 0.5, b = reach > 0 ? (hi - at + reach) / (2 * reach) : 0.5;
    for (int i = 0; i < COLORMAP_SIZE; i++) {
        double t = a + (b - a) * i / (COLORMAP_SIZE - 1);
        int k = (int)(t * COLORMAP_SIZE);
        v->cmap.lut[i] = v->cmap_plain.lut[k < 0 ? 0 : k > COLORMAP_SIZE - 1 ? COLORMAP_SIZE - 1 : k];
    }
}

void view_cmap_update(struct view *v)
{
    const struct look *l = &v->look;
    bool centred = !isnan(l->center) && l->norm != NORM_LOG && l->norm != NORM_TWO_SLOPE && !view_has_categories(v);
    struct view_centre key = {centred ? l->center : NAN, v->norm.vmin, v->norm.vmax, v->norm.gamma, v->norm.linthresh, v->norm.base,
                              v->norm.linear_width, v->norm.kind, v->norm.table_version};
    bool named = v->cmap_name && strcmp(v->cmap_name, l->cmap) == 0;
    if (named && !centred && isnan(v->cmap_centre.at))
        return;
    if (named && memcmp(&key, &v->cmap_centre, sizeof key) == 0)
        return;
    if (!named) {
        if (!colormap_find(l->cmap, &v->cmap_plain))
            colormap_find("viridis", &v->cmap_plain); /* options only let known names through */
        free(v->cmap_name);
        v->cmap_name = mem_strdup(l->cmap);
    }
    v->cmap_centre = key;
    v->cmap = v->cmap_plain;
    if (centred)
        stretch(v, l->center);
    v->lut_version = ++v->version;
}

struct normalise_job {
    const struct norm *norm;
    const double *values; /* or NULL: */
    const float *narrow;
    float *t;
    int cols;
};

static void normalise_rows(void *arg, int begin, int end, int worker)
{
    (void)worker;
    const struct normalise_job *j = arg;
    for (size_t i = (size_t)begin * (size_t)j->cols; i < (size_t)end * (size_t)j->cols; i++)
        j->t[i] = (float)norm_forward(j->norm, j->values ? j->values[i] : (double)j->narrow[i]);
}

/* Wide dtypes and ranges that float32 is too coarse for: the norm in double on the reduced values. Float32 loses the difference between 10^9 and 10^9 + 1, t doesn't. */
enum hs_status view_normalise(struct view *v)
{
    size_t num = (size_t)v->shown.rows * (size_t)v->shown.cols;
    if (num > v->cap_normalised) {
        float *t = mem_resize(v->normalised, num, sizeof *t);
        if (!t)
            return HS_ERR_MEMORY;
        v->normalised = t;
        v->cap_normalised = num;
    } else if (view_scrolls(v) && view_scroll_normalise(v))
        return HS_OK;
    struct normalise_job job = {&v->norm, v->shown.f64, v->shown.f32, v->normalised, v->shown.cols};
    pool_run(v->pool, normalise_rows, &job, v->shown.rows, 16);
    return HS_OK;
}
