/* The overview map. Its values are a reduction of all cells to its own size, as everything else in the picture is: so no cell vanishes.
 * Of a stream that is one more pass over each frame; it is made so seldom that it takes a twentieth of the time, and at most ten times a
 * second. Of a grid it is made of what was known of the footprints when the whole was last in sight, gathered at once into about as many
 * bins as the map has pixels; if that wasn't all, what becomes known later is added. Render thread. */
#include "view/view_overview.h"
#include "view/view_categories.h"
#include "view/view_edges.h"
#include "view/view_grid.h"
#include "view/view_mask.h"
#include "view/view_scroll.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/grid.h"
#include "data/reduce_listed.h"
#include "plot/theme.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_PX = 120, SHORTEST_PX = 8, LEAST_PLOT_PX = 100, GAP_PX = 6, LEAST_FRAME_PX = 5, LINE_EVERY_PX = 4 };

#define EVERY_NS 100000000ll
#define COST_SHARE 20 /* of the time that passes, one part is spent on the map */

/* What the values depend on. */
struct overview_key {
    uint64_t serial; /* of the cells */
    int rows, cols, mode, flips;
    int64_t cell_rows, cell_cols;
    uint64_t edges[2]; /* hashes */
};

/* What was known of a grid, as displayed. */
struct overview_bins {
    int rows, cols; /* 0: nothing */
    float *f32[3];  /* min, max, mean: either */
    double *f64[3];
    uint8_t *share, *lost;
    void *memory;
    int flips;      /* which way they were displayed */
    uint64_t serial;
};

struct view_overview {
    bool in_window;
    struct rect box;          /* as of the last build; w 0: not drawn */
    struct reducer *reducer;
    struct listed_reducer *listed;
    struct reduce_result values;
    struct overview_key key;
    int64_t made_ns, cost_ns;
    bool is_stale;
    struct overview_bins bins, shown; /* shown: of the map's size */
    struct view_axis_map rows, cols;
    draw_map *maps;           /* columns, then rows */
    size_t cap_maps;
    int map_size[4];          /* that they were made for: pixels, texels */
    float *normalised;
    size_t cap_normalised;
    struct norm normalised_by;
    uint64_t values_version, maps_version;
};

struct view_overview *view_overview_create(void)
{
    struct view_overview *o = mem_zeroed(1, sizeof *o);
    if (!o)
        return NULL;
    o->reducer = reducer_create();
    o->listed = listed_reducer_create();
    if (!o->reducer || !o->listed) {
        view_overview_destroy(o);
        return NULL;
    }
    return o;
}

void view_overview_destroy(struct view_overview *o)
{
    if (!o)
        return;
    reducer_destroy(o->reducer);
    listed_reducer_destroy(o->listed);
    free(o->bins.memory);
    free(o->shown.memory);
    free(o->rows.map);
    free(o->rows.begin);
    free(o->rows.end);
    free(o->cols.map);
    free(o->cols.begin);
    free(o->cols.end);
    free(o->maps);
    free(o->normalised);
    free(o);
}

void view_show_overview(struct view *v, bool in_window)
{
    v->dirty = v->dirty || in_window != v->overview->in_window;
    v->overview->in_window = in_window;
}

bool view_toggle_overview(struct view *v)
{
    v->look.overview = v->look.overview == OVERVIEW_OFF ? OVERVIEW_AUTO : OVERVIEW_OFF;
    v->dirty = true;
    return v->look.overview != OVERVIEW_OFF;
}

/* --- where --- */

static bool is_part(const struct camera_axis *a, double cells, int px)
{
    double sliver = cells * 1e-9;
    return a->origin > sliver || camera_cell_at(a, px) < cells - sliver;
}

/* The whole matrix as it would fill the plot, smaller; top right, where neither read-out nor notes are. */
static struct rect place(const struct view *v)
{
    const struct rect none = {0}, *plot = &v->plot;
    int least = plot->w < plot->h ? plot->w : plot->h, gap = (int)(GAP_PX * v->ui_scale);
    bool asked = v->look.overview == OVERVIEW_ON || (v->look.overview == OVERVIEW_AUTO && v->overview->in_window);
    double rows = view_num_rows(v), cols = view_num_cols(v);
    if (!asked || least < LEAST_PLOT_PX || !(is_part(&v->camera.x, cols, plot->w) || is_part(&v->camera.y, rows, plot->h)))
        return none;
    struct camera whole;
    camera_fit(&whole, rows, cols, plot->w, plot->h, view_cell_aspect(v));
    double w = cols / whole.x.scale, h = rows / whole.y.scale;
    double shrink = fmin(LONGEST_PX * v->ui_scale, least / 3.0) / fmax(w, h);
    struct rect r = {0, plot->y + gap, (int)fmax(SHORTEST_PX, round(w * shrink)), (int)fmax(SHORTEST_PX, round(h * shrink))};
    r.x = plot->x + plot->w - gap - r.w;
    return r;
}

bool view_on_overview(const struct view *v, double x, double y)
{
    const struct rect *b = &v->overview->box;
    return x >= b->x && y >= b->y && x < b->x + b->w && y < b->y + b->h;
}

void view_go_by_overview(struct view *v, double x, double y)
{
    const struct rect *b = &v->overview->box;
    if (!v->frame || b->w <= 0)
        return;
    struct camera *c = &v->camera;
    double right = fmin(fmax((x + 0.5 - b->x) / b->w, 0), 1), down = fmin(fmax((y + 0.5 - b->y) / b->h, 0), 1);
    c->x.origin = right * view_num_cols(v) - v->plot.w / 2.0 * c->x.scale;
    c->y.origin = down * view_num_rows(v) - v->plot.h / 2.0 * c->y.scale;
    c->moved = true;
    camera_clamp(c, view_num_rows(v), view_num_cols(v), v->plot.w, v->plot.h);
    v->dirty = true;
}

/* --- values of cells in memory --- */

static int flips_of(const struct view *v)
{
    return view_flips_rows(v) | view_flips_cols(v) << 1 | view_is_transposed(v) << 2;
}

static struct reduce_axis whole_axis(int64_t cells, int px)
{
    double ratio = (double)cells / px;
    return ratio > 1 ? (struct reduce_axis){ratio, 0, 0, px} : (struct reduce_axis){1, 0, 0, (int)cells};
}

/* Footprints of an axis of cells of different sizes, or of equal ones likewise. */
static enum hs_status list_axis(const struct view *v, struct view_axis_map *m, bool rows, int px, int64_t cells, struct reduce_list *out)
{
    const double *at = view_edges(v, rows);
    double places[2] = {0, (double)cells};
    draw_map *map = mem_resize(m->map, (size_t)px * 2, sizeof *map);
    if (!map)
        return HS_ERR_MEMORY;
    m->map = map;
    m->cap = px;
    if (at) {
        struct camera_axis whole = {places[0], places[1] / px};
        enum hs_status s = view_edges_map(m, at, px, &whole, cells);
        *out = (struct reduce_list){m->footprints.num, m->begin, m->end};
        return s;
    }
    struct reduce_axis a = whole_axis(cells, px);
    if (a.num > m->cap_listed) {
        int64_t *begin = mem_resize(m->begin, (size_t)a.num, sizeof *begin);
        m->begin = begin ? begin : m->begin;
        int64_t *end = mem_resize(m->end, (size_t)a.num, sizeof *end);
        m->end = end ? end : m->end;
        if (!begin || !end)
            return HS_ERR_MEMORY;
        m->cap_listed = a.num;
    }
    for (int i = 0; i < a.num; i++)
        reduce_footprint(a.ratio, a.phase, i, cells, &m->begin[i], &m->end[i]);
    for (int p = 0; p < px; p++)
        map[p] = draw_map_pack((int32_t)((int64_t)p * a.num / px), 0);
    *out = (struct reduce_list){a.num, m->begin, m->end};
    return HS_OK;
}

static enum hs_status reduce_cells(struct view *v, const struct rect *box)
{
    struct view_overview *o = v->overview;
    struct array cells = view_as_displayed(v, v->cells);
    enum reduce_mode mode = (enum reduce_mode)view_reduce_mode(v);
    struct reduce_list rows, cols;
    enum hs_status s;
    if (!view_edges(v, true) && !view_edges(v, false)) {
        struct reduce_job job = {&cells, whole_axis(cells.rows, box->h), whole_axis(cells.cols, box->w), mode};
        s = reduce_run(o->reducer, v->pool, &job, &o->values);
        return s == HS_OK ? view_mask_reduce_whole(v, &job, &o->values) : s;
    }
    s = list_axis(v, &o->rows, true, box->h, cells.rows, &rows);
    if (s == HS_OK)
        s = list_axis(v, &o->cols, false, box->w, cells.cols, &cols);
    return s == HS_OK ? listed_reducer_run(o->listed, v->pool, &cells, rows, cols, mode, &o->values) : s;
}

/* --- values of a grid --- */

static bool reserve_bins(struct overview_bins *b, int rows, int cols, bool wide)
{
    size_t n = (size_t)rows * (size_t)cols, size = wide ? sizeof(double) : sizeof(float);
    char *p = mem_resize(b->memory, n * (3 * size + 2), 1);
    if (!p)
        return false;
    b->memory = p;
    b->rows = rows;
    b->cols = cols;
    for (int i = 0; i < 3; i++) {
        b->f64[i] = wide ? (double *)p + (size_t)i * n : NULL;
        b->f32[i] = wide ? NULL : (float *)p + (size_t)i * n;
    }
    b->share = (uint8_t *)p + 3 * n * size;
    b->lost = b->share + n;
    return true;
}

/* Footprints as the planes have them: line by line. */
struct planes {
    const struct reduce_known *known;
    const uint8_t *lost;
    bool wide, by_columns;
    int rows, cols;
};

static double plane_at(const struct planes *p, const void *plane, size_t i)
{
    return p->wide ? ((const double *)plane)[i] : (double)((const float *)plane)[i];
}

static double bin_at(const struct overview_bins *b, int k, size_t i)
{
    return b->f64[k] ? b->f64[k][i] : (double)b->f32[k][i];
}

/* v: lowest, highest, mean. What was there stays in the extremes: all of them are of cells that there are. */
static void set_bin(struct overview_bins *b, size_t to, double *v, uint8_t share, bool lost, bool more)
{
    if (more) {
        v[0] = fmin(v[0], bin_at(b, 0, to));
        v[1] = fmax(v[1], bin_at(b, 1, to));
        v[2] = isnan(v[2]) ? bin_at(b, 2, to) : v[2];
        share = share > b->share[to] ? share : b->share[to];
        lost = lost || b->lost[to];
    }
    for (int k = 0; k < 3; k++) {
        if (b->f64[k])
            b->f64[k][to] = v[k];
        else
            b->f32[k][to] = (float)v[k];
    }
    b->share[to] = share;
    b->lost[to] = lost;
}

static void fill_bin(const struct planes *p, struct overview_bins *b, int row, int col, bool more)
{
    int r0 = (int)((int64_t)row * p->rows / b->rows), r1 = (int)(((int64_t)(row + 1) * p->rows + b->rows - 1) / b->rows);
    int c0 = (int)((int64_t)col * p->cols / b->cols), c1 = (int)(((int64_t)(col + 1) * p->cols + b->cols - 1) / b->cols);
    double low = INFINITY, high = -INFINITY, sum = 0, num = 0, share = 0;
    bool any = false, lost = false;
    for (int r = r0; r < r1; r++)
        for (int c = c0; c < c1; c++) {
            size_t i = p->by_columns ? (size_t)c * (size_t)p->rows + (size_t)r : (size_t)r * (size_t)p->cols + (size_t)c;
            double lo = plane_at(p, p->known->min, i), hi = plane_at(p, p->known->max, i), mean = plane_at(p, p->known->mean, i);
            low = lo < low ? lo : low;
            high = hi > high ? hi : high;
            share += p->known->nan_share[i];
            any = any || p->known->nan_share[i];
            lost = lost || p->lost[i];
            if (!isfinite(mean))
                continue;
            sum += mean;
            num++;
        }
    double all = (double)(r1 - r0) * (c1 - c0), values[3] = {low, high, num > 0 ? sum / num : (double)NAN};
    set_bin(b, (size_t)row * (size_t)b->cols + (size_t)col, values, any ? (uint8_t)fmax(1, round(share / all)) : 0, lost, more);
}

enum hs_status view_overview_keep(struct view *v, const struct reduce_known *known, const uint8_t *lost, int rows, int cols, bool more)
{
    struct overview_bins *b = &v->overview->bins;
    struct planes p = {known, lost, dtype_is_wide(v->frame->cells.dtype), v->frame->grid->by_columns, rows, cols};
    int most = (int)(LONGEST_PX * v->ui_scale), down = rows < most ? rows : most, across = cols < most ? cols : most;
    if (down <= 0 || across <= 0)
        return HS_OK;
    more = more && b->rows == down && b->cols == across && b->flips == flips_of(v);
    if (!more && !reserve_bins(b, down, across, p.wide))
        return HS_ERR_MEMORY;
    for (int r = 0; r < down; r++)
        for (int c = 0; c < across; c++)
            fill_bin(&p, b, r, c, more);
    b->flips = flips_of(v);
    b->serial++;
    return HS_OK;
}

void view_overview_forget(struct view *v)
{
    v->overview->bins.rows = v->overview->bins.cols = 0;
    v->overview->bins.serial++;
}

bool view_overview_lacks(const struct view *v)
{
    return !v->overview->bins.rows && place(v).w > 0;
}

bool view_overview_has_some(const struct view *v)
{
    return v->overview->bins.rows && place(v).w > 0;
}

void view_overview_axes(const struct view *v, struct reduce_axis *rows, struct reduce_axis *cols)
{
    int most = (int)(LONGEST_PX * v->ui_scale);
    const struct overview_bins *b = &v->overview->bins;
    *rows = whole_axis((int64_t)view_num_rows(v), b->rows ? b->rows : most);
    *cols = whole_axis((int64_t)view_num_cols(v), b->rows ? b->cols : most);
}

static struct reduce_known known_of(const struct overview_bins *b)
{
    const void *v[3];
    for (int i = 0; i < 3; i++)
        v[i] = b->f64[i] ? (const void *)b->f64[i] : b->f32[i];
    return (struct reduce_known){v[0], v[1], v[2], b->share, 1};
}

static enum hs_status reduce_bins(struct view *v, const struct rect *box)
{
    struct view_overview *o = v->overview;
    const struct overview_bins *b = &o->bins;
    struct overview_bins *to = &o->shown;
    o->values.rows = o->values.cols = 0;
    if (!b->rows || b->flips != flips_of(v))
        return HS_OK;
    struct reduce_known known = known_of(b);
    struct planes p = {&known, b->lost, b->f64[0] != NULL, false, b->rows, b->cols};
    if (!reserve_bins(to, b->rows < box->h ? b->rows : box->h, b->cols < box->w ? b->cols : box->w, p.wide))
        return HS_ERR_MEMORY;
    for (int r = 0; r < to->rows; r++)
        for (int c = 0; c < to->cols; c++)
            fill_bin(&p, to, r, c, false);
    known = known_of(to);
    int64_t rows = (int64_t)view_num_rows(v), cols = (int64_t)view_num_cols(v);
    struct array cells = array_c_order(NULL, v->frame->cells.dtype, rows, cols);
    struct reduce_job job = {.cells = &cells, .rows = whole_axis(rows, to->rows), .cols = whole_axis(cols, to->cols),
                             .mode = (enum reduce_mode)view_reduce_mode(v), .known = &known};
    return reduce_run(o->reducer, v->pool, &job, &o->values);
}

/* --- drawing --- */

static bool may_wait(const struct view_overview *o, const struct overview_key *key)
{
    struct overview_key newer = o->key;
    newer.serial = key->serial;
    int64_t least = COST_SHARE * o->cost_ns;
    return memcmp(&newer, key, sizeof newer) == 0 && clock_now_ns() - o->made_ns < (least > EVERY_NS ? least : EVERY_NS);
}

/* FNV-1a, by the whole number instead of the byte. */
static uint64_t hash_edges(const double *at, int64_t num)
{
    uint64_t hash = 0xcbf29ce484222325, bits;
    for (int64_t i = 0; i < num; i++) {
        memcpy(&bits, &at[i], sizeof bits);
        hash = (hash ^ bits) * 0x100000001b3;
    }
    return hash;
}

static enum hs_status update_values(struct view *v, const struct rect *box)
{
    struct view_overview *o = v->overview;
    struct overview_key key;
    memset(&key, 0, sizeof key); /* compared as bytes */
    bool grid = view_has_grid(v);
    key.serial = grid ? o->bins.serial : v->cells_serial;
    key.rows = box->h;
    key.cols = box->w;
    key.mode = view_reduce_mode(v);
    key.flips = flips_of(v) | grid << 3;
    for (int i = 0; i < 2; i++) {
        const double *at = view_edges(v, i == 0);
        key.edges[i] = at ? hash_edges(at, (int64_t)(i ? view_num_cols(v) : view_num_rows(v)) + 1) : 0;
    }
    key.cell_rows = v->frame->cells.rows;
    key.cell_cols = v->frame->cells.cols;
    if (memcmp(&key, &o->key, sizeof key) == 0) {
        o->is_stale = false;
        return HS_OK;
    }
    o->is_stale = o->values.rows && may_wait(o, &key);
    if (o->is_stale)
        return HS_OK;
    int64_t start = clock_now_ns();
    enum hs_status s = grid ? reduce_bins(v, box) : reduce_cells(v, box);
    o->made_ns = clock_now_ns();
    o->cost_ns = o->made_ns - start;
    o->key = key;
    o->values_version = o->maps_version = ++v->version;
    o->normalised_by.kind = NORM_NUM; /* of other values */
    return s;
}

/* Which texel each pixel shows: evenly, unless cells are of different sizes. */
static enum hs_status update_maps(struct view *v, const struct rect *box)
{
    struct view_overview *o = v->overview;
    if (!mem_reserve(&o->maps, &o->cap_maps, (size_t)(box->w + box->h), sizeof *o->maps))
        return HS_ERR_MEMORY;
    bool listed = view_edges(v, true) || view_edges(v, false);
    for (int p = 0; p < box->w; p++)
        o->maps[p] = listed ? o->cols.map[p] : draw_map_pack((int32_t)((int64_t)p * o->values.cols / box->w), 0);
    for (int p = 0; p < box->h; p++)
        o->maps[box->w + p] = listed ? o->rows.map[p] : draw_map_pack((int32_t)((int64_t)p * o->values.rows / box->h), 0);
    return HS_OK;
}

static enum hs_status normalise(struct view *v)
{
    struct view_overview *o = v->overview;
    size_t num = (size_t)o->values.rows * (size_t)o->values.cols;
    if (memcmp(&o->normalised_by, &v->norm, sizeof v->norm) == 0)
        return HS_OK;
    if (!mem_reserve(&o->normalised, &o->cap_normalised, num, sizeof *o->normalised))
        return HS_ERR_MEMORY;
    for (size_t i = 0; i < num; i++)
        o->normalised[i] = (float)norm_forward(&v->norm, o->values.f64 ? o->values.f64[i] : (double)o->values.f32[i]);
    o->normalised_by = v->norm;
    o->values_version = ++v->version;
    return HS_OK;
}

static void draw_values(struct view *v, struct draw_list *l, const struct rect *box, bool in_double)
{
    const struct view_overview *o = v->overview;
    const struct reduce_result *r = &o->values;
    bool few_nan = r->num_nan_footprints * 10 < (int64_t)r->rows * r->cols;
    struct draw_heatmap h = {
        .dst = *box,
        .num_cols = r->cols,
        .num_rows = r->rows,
        .values = in_double ? o->normalised : r->f32,
        .nan_share = r->nan_share,
        .col_map = o->maps,
        .row_map = o->maps + box->w,
        .normalised = in_double,
        .norm = v->norm,
        .lut = v->cmap.lut,
        .bad = view_bad(v),
        .under = view_color_outside(v, false),
        .over = view_color_outside(v, true),
        .nan_floor = few_nan ? 85 : 0,
        .values_version = o->values_version,
        .maps_version = o->maps_version,
        .lut_version = v->lut_version,
    };
    view_mask_mark_whole(v, &h);
    draw_list_heatmap(l, &h);
}

/* Pixels of the map that are in sight, a few at least. */
static void visible(const struct camera_axis *a, double cells, int plot_px, int px, int *at, int *num)
{
    double lo = fmax(a->origin, 0) / cells * px, hi = fmin(camera_cell_at(a, plot_px), cells) / cells * px;
    int first = (int)floor(lo), end = (int)ceil(hi), least = px < LEAST_FRAME_PX ? px : LEAST_FRAME_PX;
    if (end - first < least) {
        first = (int)round((lo + hi - least) / 2);
        end = first + least;
    }
    first = first < 0 ? 0 : first > px - least ? px - least : first;
    end = end > px ? px : end < first + least ? first + least : end;
    *at = first;
    *num = end - first;
}

enum gap { GAP_NONE, GAP_UNKNOWN, GAP_LOST };

static enum gap gap_at(const struct view_overview *o, const struct rect *box, int x, int y)
{
    const struct overview_bins *b = &o->shown;
    size_t i = (size_t)draw_map_texel(o->maps[box->w + y]) * (size_t)b->cols + (size_t)draw_map_texel(o->maps[x]);
    return b->lost[i] ? GAP_LOST : bin_at(b, 0, i) > bin_at(b, 1, i) && !b->share[i] ? GAP_UNKNOWN : GAP_NONE;
}

/* The ground where nothing is known, with lines across where it can't be read: as in the picture. */
static void draw_gaps(const struct view *v, struct draw_list *l, const struct rect *box)
{
    const struct theme *t = theme_get(v->look.theme);
    struct color line = t->ink;
    line.a = 90;
    for (int y = 0; y < box->h; y++)
        for (int x = 0, end; x < box->w; x = end) {
            enum gap gap = gap_at(v->overview, box, x, y);
            for (end = x + 1; end < box->w && gap_at(v->overview, box, end, y) == gap; end++)
                ;
            struct rect r = {box->x + x, box->y + y, end - x, 1};
            if (gap != GAP_NONE)
                draw_list_rect(l, r, t->background);
            if (gap == GAP_LOST && y % LINE_EVERY_PX == 0)
                draw_list_rect(l, r, line);
        }
}

static void draw_frame(const struct view *v, struct draw_list *l, const struct rect *box)
{
    struct rect r;
    visible(&v->camera.x, view_num_cols(v), v->plot.w, box->w, &r.x, &r.w);
    visible(&v->camera.y, view_num_rows(v), v->plot.h, box->h, &r.y, &r.h);
    r.x += box->x;
    r.y += box->y;
    draw_list_frame(l, (struct rect){r.x + 1, r.y + 1, r.w - 2, r.h - 2}, 1, (struct color){255, 255, 255, 255});
    draw_list_frame(l, r, 1, (struct color){0, 0, 0, 255});
}

enum hs_status view_overview_draw(struct view *v, struct draw_list *l)
{
    struct view_overview *o = v->overview;
    const struct theme *t = theme_get(v->look.theme);
    struct rect box = place(v);
    o->box = box;
    o->is_stale = false;
    if (box.w <= 0)
        return HS_OK;
    enum hs_status s = update_values(v, &box);
    int size[4] = {box.w, box.h, o->values.cols, o->values.rows};
    if (s == HS_OK && o->values.rows) {
        s = update_maps(v, &box);
        if (memcmp(size, o->map_size, sizeof size) != 0)
            o->maps_version = ++v->version;
        memcpy(o->map_size, size, sizeof size);
    }
    bool in_double = o->values.f64 || norm_needs_double(&v->norm);
    if (s == HS_OK && o->values.rows && in_double)
        s = normalise(v);
    if (s != HS_OK)
        return s;
    draw_list_frame(l, box, 2, t->background);
    draw_list_frame(l, box, 1, t->ink);
    draw_list_rect(l, box, t->background);
    if (o->values.rows)
        draw_values(v, l, &box, in_double);
    if (o->values.rows && view_has_grid(v))
        draw_gaps(v, l, &box);
    draw_frame(v, l, &box);
    return HS_OK;
}

int64_t view_next_ns(const struct view *v)
{
    const struct view_overview *o = v->overview;
    int64_t least = COST_SHARE * o->cost_ns;
    return o->is_stale ? o->made_ns + (least > EVERY_NS ? least : EVERY_NS) : INT64_MAX;
}

bool view_overview_is_due(const struct view *v)
{
    return v->overview->is_stale && clock_now_ns() >= view_next_ns(v);
}
