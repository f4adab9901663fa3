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
    uint64_t serial;
    const struct array *cells = view_statistics_cells(v, &serial);
    if (v->histogram_serial == serial && v->histogram_max == max && memcmp(&v->histogram_norm, &v->norm, sizeof v->norm) == 0)
        return;
    view_histogram_count(&v->norm, cells, max, &v->histogram);
    v->histogram.exact = v->histogram.exact && cells == &v->cells;
    if (!v->histogram.exact && max == MAX_FIRST)
        find_inf(v, &v->histogram);
    v->histogram_serial = serial;
    v->histogram_norm = v->norm;
    v->histogram_max = max;
}
