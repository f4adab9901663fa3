/* See view_edges.h. A pixel shows the cell under its centre, and with it all cells it touches that are narrower than a pixel: so a small
 * cell between large ones can't fall between pixels, and where all cells are large or all are small it comes to what view_maps.c does. */
#include "view/view_edges.h"
#include "view/view_scroll.h"
#include "base/log.h"
#include "base/memory.h"
#include "plot/edges.h"
#include "plot/ticks.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct edge_axis {
    char *text;
    double *given, *at; /* as given, and in camera coordinates */
    int64_t num;
    bool backwards, log, fits;
    double ticks[TICKS_MAX]; /* middles of cells, and their names */
    const char *names[TICKS_MAX];
    int64_t told; /* the number of cells that was said not to fit */
};

struct view_edges {
    struct edge_axis x, y;
    struct listed_reducer *reducer, *mask_reducer;
    int64_t *begin[2], *end[2]; /* footprints of an axis of equal cells, when the other one is listed */
    int cap[2];
};

struct view_edges *view_edges_create(void)
{
    struct view_edges *e = mem_zeroed(1, sizeof *e);
    if (!e)
        return NULL;
    e->reducer = listed_reducer_create();
    e->mask_reducer = listed_reducer_create();
    if (!e->reducer || !e->mask_reducer) {
        view_edges_destroy(e);
        return NULL;
    }
    return e;
}

void view_edges_destroy(struct view_edges *e)
{
    if (!e)
        return;
    for (int i = 0; i < 2; i++) {
        struct edge_axis *a = i ? &e->y : &e->x;
        free(a->text);
        free(a->given);
        free(a->at);
        free(e->begin[i]);
        free(e->end[i]);
    }
    listed_reducer_destroy(e->reducer);
    listed_reducer_destroy(e->mask_reducer);
    free(e);
}

/* --- from option to positions --- */

static void take_text(struct edge_axis *a, const char *text)
{
    if (text ? a->text && strcmp(a->text, text) == 0 : !a->text)
        return;
    char why[256];
    free(a->text);
    free(a->given);
    free(a->at);
    *a = (struct edge_axis){.text = text ? mem_strdup(text) : NULL, .told = -1};
    if (!a->text || !edges_parse(a->text, &a->given, &a->num, why, sizeof why)) /* options only let good ones through */
        return;
    a->at = mem_resize(NULL, (size_t)a->num, sizeof *a->at);
    if (!a->at)
        a->num = 0;
}

static double on_scale(double v, bool log_scale)
{
    return log_scale ? log(v) : v;
}

static void place(struct edge_axis *a, double cells, bool backwards, bool log_scale)
{
    int64_t n = a->num - 1;
    double first = on_scale(a->given[0], log_scale), span = on_scale(a->given[n], log_scale) - first;
    for (int64_t i = 0; i <= n; i++) {
        double at = (on_scale(a->given[i], log_scale) - first) / span * cells;
        a->at[backwards ? n - i : i] = backwards ? cells - at : at;
    }
    a->at[0] = 0;
    a->at[n] = cells;
    a->backwards = backwards;
    a->log = log_scale;
}

static void fit(struct view *v, struct edge_axis *a, const char *text, const char *option, const char *what, double cells, bool backwards, bool time)
{
    bool placed = a->fits;
    take_text(a, text);
    placed = placed && a->fits; /* forgotten with another text */
    a->fits = a->num && a->num == (int64_t)cells + 1 && !time;
    bool log_scale = a->fits && view_axis_scale(v, a == &v->edges->x) == SCALE_LOG;
    if (a->fits && (!placed || a->backwards != backwards || a->log != log_scale))
        place(a, cells, backwards, log_scale);
    int64_t tell = time ? INT64_MAX : (int64_t)cells;
    if (!a->num || a->fits || a->told == tell)
        return;
    a->told = tell;
    if (time)
        log_error("--%s: that axis of a waterfall is time, which has no edges", option);
    else
        log_error("--%s has %lld edges; %.0f %s need %.0f", option, (long long)a->num, cells, what, cells + 1);
}

void view_edges_update(struct view *v)
{
    bool time = view_is_waterfall(v), across = view_is_transposed(v);
    fit(v, &v->edges->x, v->look.x_edges, "x-edges", "columns", view_num_cols(v), view_flips_cols(v), time && across);
    fit(v, &v->edges->y, v->look.y_edges, "y-edges", "rows", view_num_rows(v), view_flips_rows(v), time && !across);
}

bool view_edges_misfit(const struct view *v)
{
    return (v->edges->x.num && !v->edges->x.fits) || (v->edges->y.num && !v->edges->y.fits);
}

const double *view_edges(const struct view *v, bool rows)
{
    const struct edge_axis *a = rows ? &v->edges->y : &v->edges->x;
    return a->fits && v->frame && a->num == (int64_t)(rows ? view_num_rows(v) : view_num_cols(v)) + 1 ? a->at : NULL;
}

void view_edges_ends(const struct view *v, bool rows, double *first, double *last)
{
    const struct edge_axis *a = rows ? &v->edges->y : &v->edges->x;
    *first = a->given[0];
    *last = a->given[a->num - 1];
}

double view_edges_position(const struct view *v, bool rows, double cell)
{
    const double *at = view_edges(v, rows);
    double cells = rows ? view_num_rows(v) : view_num_cols(v);
    if (!at || !(cell > 0) || !(cell < cells))
        return cell;
    int64_t i = (int64_t)cell;
    return at[i] + (cell - (double)i) * (at[i + 1] - at[i]);
}

/* The cell that holds a position inside the axis. */
static int64_t find(const double *at, int64_t cells, double position)
{
    int64_t lo = 0, hi = cells - 1;
    while (lo < hi) {
        int64_t middle = (lo + hi + 1) / 2;
        if (at[middle] <= position)
            lo = middle;
        else
            hi = middle - 1;
    }
    return lo;
}

double view_edges_cell(const struct view *v, bool rows, double position)
{
    const double *at = view_edges(v, rows);
    double cells = rows ? view_num_rows(v) : view_num_cols(v);
    if (!at || !(position > 0) || !(position < cells))
        return position;
    int64_t i = find(at, (int64_t)cells, position);
    return (double)i + (position - at[i]) / (at[i + 1] - at[i]);
}

/* The axis' own names stand at equal distances. */
void view_edges_names(struct view *v, struct figure_axis *a, bool is_x)
{
    const double *at = view_edges(v, !is_x);
    if (!at || a->ticks_at || a->no_ticks || !(a->names || a->names_every > 0))
        return;
    struct edge_axis *e = is_x ? &v->edges->x : &v->edges->y;
    const struct camera_axis *c = is_x ? &v->camera.x : &v->camera.y;
    int64_t cells = e->num - 1, every = a->names_every > 0 ? a->names_every : 1;
    int64_t first = find(at, cells, fmax(c->origin, 0)), last = find(at, cells, fmin(c->origin + (is_x ? v->plot.w : v->plot.h) * c->scale, (double)cells));
    while ((last - first) / every >= TICKS_MAX - 1)
        every *= 2;
    int num = 0;
    for (int64_t i = first; i <= last && num < TICKS_MAX; i++) {
        int64_t cell = e->backwards ? cells - 1 - i : i;
        double middle = (at[i] + at[i + 1]) / 2;
        if (cell % every != 0 || middle < c->origin)
            continue;
        e->ticks[num] = view_axis_at(v, is_x, middle / (double)cells);
        e->names[num++] = a->names && cell < a->num_names ? a->names[cell] : "";
    }
    a->ticks_at = num ? e->ticks : NULL;
    a->num_ticks_at = num;
    a->tick_names = a->names ? e->names : NULL;
    a->num_tick_names = a->names ? num : 0;
    a->names = NULL;
    a->names_every = 0;
}

/* --- the map --- */

static bool make_lists(struct view_axis_map *m, int px)
{
    if (px <= m->cap_listed)
        return true;
    int64_t *begin = mem_resize(m->begin, (size_t)px, sizeof *begin);
    m->begin = begin ? begin : m->begin;
    int64_t *end = mem_resize(m->end, (size_t)px, sizeof *end);
    m->end = end ? end : m->end;
    m->cap_listed = begin && end ? px : 0;
    return begin && end;
}

/* The cells of pixel p. False: none. */
static bool cells_of_pixel(const double *at, int p, const struct camera_axis *a, int64_t cells, int64_t *begin, int64_t *end)
{
    double lo = a->origin + (p + 1e-6) * a->scale, hi = a->origin + (p + 1 - 1e-6) * a->scale, middle = a->origin + (p + 0.5) * a->scale;
    if (hi <= 0 || lo >= (double)cells)
        return false;
    int64_t b = find(at, cells, lo), e = find(at, cells, hi), centre = middle < 0 || middle >= (double)cells ? -1 : find(at, cells, middle);
    double wide = a->scale * (1 - 1e-9);
    if (b < e || centre < 0) { /* of those between the outer ones none is wide */
        b += b != centre && at[b + 1] - at[b] >= wide;
        e -= e != centre && e >= b && at[e + 1] - at[e] >= wide;
    }
    *begin = b;
    *end = e + 1;
    return *begin < *end;
}

enum hs_status view_edges_map(struct view_axis_map *m, const double *at, int px, const struct camera_axis *a, int64_t cells)
{
    if (!make_lists(m, px))
        return HS_ERR_MEMORY;
    int num = 0;
    bool several = false;
    uint64_t hash = UINT64_C(14695981039346656037);
    for (int p = 0; p < px; p++) {
        int64_t b, e;
        m->map[p] = DRAW_MAP_OUTSIDE;
        if (!cells_of_pixel(at, p, a, cells, &b, &e))
            continue;
        if (num && b > m->end[num - 1]) /* what lies on the very border of two pixels */
            b = m->end[num - 1];
        if (!num || b != m->begin[num - 1] || e != m->end[num - 1]) {
            m->begin[num] = b;
            m->end[num++] = e;
            hash = ((hash ^ (uint64_t)b) * UINT64_C(1099511628211) ^ (uint64_t)e) * UINT64_C(1099511628211);
            several |= e - b > 1;
        }
        m->map[p] = draw_map_pack(num - 1, 0);
    }
    m->footprints = (struct reduce_axis){several ? 2 : 1, 0, num ? m->begin[0] : 0, num};
    m->listed = hash | 1;
    return HS_OK;
}

/* --- the values --- */

/* The footprints of an axis, one by one. */
static bool list_of(struct view *v, const struct view_axis_map *m, int which, int64_t cells, struct reduce_list *out)
{
    struct view_edges *e = v->edges;
    int num = m->footprints.num;
    *out = (struct reduce_list){num, m->begin, m->end};
    if (m->listed)
        return true;
    if (num > e->cap[which]) {
        int64_t *begin = mem_resize(e->begin[which], (size_t)num, sizeof *begin);
        e->begin[which] = begin ? begin : e->begin[which];
        int64_t *end = mem_resize(e->end[which], (size_t)num, sizeof *end);
        e->end[which] = end ? end : e->end[which];
        if (!begin || !end)
            return false;
        e->cap[which] = num;
    }
    for (int i = 0; i < num; i++)
        reduce_footprint(m->footprints.ratio, m->footprints.phase, m->footprints.first + i, cells, &e->begin[which][i], &e->end[which][i]);
    out->begin = e->begin[which];
    out->end = e->end[which];
    return true;
}

enum hs_status view_edges_reduce(struct view *v, struct reducer *r, bool of_mask, const struct reduce_job *job, struct reduce_result *out)
{
    if (!v->rows.listed && !v->cols.listed)
        return reduce_run(r, v->pool, job, out);
    struct reduce_list rows, cols;
    if (!list_of(v, &v->rows, 1, job->cells->rows, &rows) || !list_of(v, &v->cols, 0, job->cells->cols, &cols))
        return HS_ERR_MEMORY;
    return listed_reducer_run(of_mask ? v->edges->mask_reducer : v->edges->reducer, v->pool, job->cells, rows, cols, job->mode, out);
}
