/* How the frame's cells are spread over the colorbar, and how many lie beyond it: once per frame and norm. Of larger frames a part of the
 * cells, so that a stream isn't slowed; the first frame, often the only one, has the time. Render thread. */
#include "view/view_histogram.h"
#include "view/view_grid.h"
#include "data/histogram.h"
#include <math.h>
#include <string.h>

enum { MAX_FIRST = 1 << 22, MAX_NEXT = 1 << 14 };

struct counter {
    const struct norm *norm;
    struct norm_f32 f32;
    bool by_place, in_double;
    struct view_histogram *h;
};

static void count_t(struct view_histogram *h, const float *t, int num)
{
    for (int i = 0; i < num; i++) {
        uint32_t bits;
        memcpy(&bits, &t[i], sizeof bits);
        if ((bits & 0x7fffffff) > 0x7f800000) /* bad */
            continue;
        h->total++;
        if (t[i] < 0)
            h->under++;
        else if (t[i] > 1)
            h->over++;
        else {
            int k = (int)(t[i] * CBAR_HIST_BINS);
            h->counts[k < CBAR_HIST_BINS ? k : CBAR_HIST_BINS - 1]++;
        }
    }
}

static float place(const struct counter *c, double v)
{
    double t = norm_forward(c->norm, v);
    return (float)(c->by_place && t >= 0 && t <= 1 ? norm_place(c->norm, v) : t);
}

static void take(void *arg, const float *f32, const double *f64, int num)
{
    struct counter *c = arg;
    float t[HISTOGRAM_CHUNK];
    if (f64 || c->in_double)
        for (int i = 0; i < num; i++)
            t[i] = place(c, f64 ? f64[i] : (double)f32[i]);
    else
        norm_apply_f32(&c->f32, f32, t, num);
    count_t(c->h, t, num);
}

void view_histogram_count(const struct norm *n, const struct array *cells, int64_t max, struct view_histogram *h)
{
    struct counter c = {.norm = n, .f32 = norm_to_f32(n), .h = h};
    c.by_place = n->kind == NORM_BOUNDARY; /* blocks are equally high on the bar */
    c.in_double = c.by_place || norm_needs_double(n);
    memset(h, 0, sizeof *h);
    histogram_cells(cells, max, take, &c);
    h->exact = cells->rows <= max / (cells->cols > 0 ? cells->cols : 1);
}

/* The bins of a grid's histogram that a colorbar's take up, in cells. */
struct spread {
    const struct counter *counter;
    double counts[CBAR_HIST_BINS], under, over;
};

/* num cells at places a to b, which both are on the bar. */
static void spread_even(struct spread *s, double a, double b, double num)
{
    a *= CBAR_HIST_BINS;
    b *= CBAR_HIST_BINS;
    int first = (int)a, last = (int)b;
    first = first < CBAR_HIST_BINS ? first : CBAR_HIST_BINS - 1;
    last = last < CBAR_HIST_BINS ? last : CBAR_HIST_BINS - 1;
    if (last <= first)
        s->counts[first] += num;
    for (int k = first; last > first && k <= last; k++)
        s->counts[k] += num * (fmin(b, k + 1) - fmax(a, k)) / (b - a);
}

static void spread_bin(void *arg, double low, double high, uint64_t num)
{
    struct spread *s = arg;
    const struct norm *n = s->counter->norm;
    double rest = (double)num, wide = high - low;
    if (!norm_in_domain(n->kind, low))
        return;
    if (low < n->vmin) {
        double part = high < n->vmin ? rest : rest * ((n->vmin - low) / wide);
        s->under += part;
        rest -= part;
    }
    if (high > n->vmax) {
        double part = low > n->vmax ? rest : (double)num * ((high - n->vmax) / wide);
        s->over += part;
        rest -= part;
    }
    if (high < n->vmin || low > n->vmax)
        return;
    double a = (double)place(s->counter, fmax(low, n->vmin)), b = (double)place(s->counter, fmin(high, n->vmax));
    spread_even(s, fmin(fmax(a, 0), 1), fmin(fmax(b, 0), 1), rest);
}

/* Counts that are no more than fit, but not 0 where there is a cell. */
static uint32_t scaled(double count, double scale)
{
    return count > 0 ? (uint32_t)fmax(count * scale + .5, 1) : 0;
}

void view_histogram_count_grid(const struct norm *n, const struct grid_histogram *cells, const struct grid_range *range, struct view_histogram *h)
{
    struct counter c = {.norm = n, .by_place = n->kind == NORM_BOUNDARY};
    struct spread s = {.counter = &c};
    memset(h, 0, sizeof *h);
    h->exact = true;
    if (isnan(norm_forward(n, n->vmin))) /* nothing has a place */
        return;
    grid_histogram_each(cells, range, spread_bin, &s);
    if (!isnan(norm_forward(n, INFINITY)))
        s.over += (double)grid_histogram_num_inf(cells, false);
    if (!isnan(norm_forward(n, -INFINITY)))
        s.under += (double)grid_histogram_num_inf(cells, true);
    double total = s.under + s.over;
    for (int i = 0; i < CBAR_HIST_BINS; i++)
        total += s.counts[i];
    double scale = total > 1 << 30 ? (1 << 30) / total : 1;
    for (int i = 0; i < CBAR_HIST_BINS; i++)
        h->counts[i] = scaled(s.counts[i], scale);
    h->under = scaled(s.under, scale);
    h->over = scaled(s.over, scale);
    h->total = scaled(total, scale);
}

/* Single infinite cells that a sample misses; reduced, they are what their pixel shows. */
static void find_inf(const struct view *v, struct view_histogram *h)
{
    const struct reduce_result *r = &v->shown;
    for (size_t i = 0; i < (size_t)r->rows * (size_t)r->cols; i++) {
        double value = r->f64 ? r->f64[i] : (double)r->f32[i];
        h->inf_over |= value == INFINITY;
        h->inf_under |= value == -INFINITY && v->norm.kind != NORM_LOG;
    }
}

void view_histogram_update(struct view *v)
{
    const struct look *l = &v->look;
    if (!v->frame || l->no_cbar || l->bare)
        return;
    int64_t max = v->frame_serial <= 1 ? MAX_FIRST : MAX_NEXT; /* by what is shown, not by where: a window and a file agree */
    uint64_t serial = view_statistics_serial(v);
    if (v->histogram_serial == serial && v->histogram_max == max && memcmp(&v->histogram_norm, &v->norm, sizeof v->norm) == 0)
        return;
    struct grid_range range;
    const struct grid_histogram *all = view_grid_histogram(v, &range);
    const struct array *cells = all ? NULL : view_statistics_cells(v);
    if (all)
        view_histogram_count_grid(&v->norm, all, &range, &v->histogram);
    else
        view_histogram_count(&v->norm, cells, max, &v->histogram);
    v->histogram.exact = v->histogram.exact && (all || cells == &v->cells);
    if (!v->histogram.exact && max == MAX_FIRST)
        find_inf(v, &v->histogram);
    v->histogram_serial = serial;
    v->histogram_norm = v->norm;
    v->histogram_max = max;
}
