/* Pictures of grids. Each build says what is wanted now and draws what is known; in a window it waits a moment for more, so that
 * what the system's cache has is exact at once, and comes back when the threads say that there is news. Where an exact picture is
 * wanted (-o), it waits for it. Render thread. */
#include "view/view_grid.h"
#include "view/view_find.h"
#include "view/view_overview.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/grid_reader.h"
#include "plot/theme.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SAMPLES = 1 << 16, MAX_RECT_CELLS = 1 << 20, MARK_PX = 4, LINE_EVERY_PX = 8 };

#define FIRST_WAIT_NS 150000000ll /* for the first picture, till nothing is blank */
#define MOMENT_NS 6000000ll       /* for an exact one, else */
#define MOMENT_BYTES 32e6         /* which take no longer, if the system has them */
#define NEWS_NS 50000000ll        /* from picture to picture while it reads */
#define LOOK_NS 1000000000ll      /* whether the file has changed */
#define MORE_NS 500000000ll       /* from overview map to overview map meanwhile */
#define CHECK_NS 100000000ll      /* whether to give up */

struct view_grid {
    struct view_reading reading;
    struct grid_reader *reader;
    struct grid_progress now;  /* as of the values at hand, of the same moment */
    int64_t looked_ns, tried_ns; /* for a change; what couldn't be read */
    bool is_stale;             /* the grid's cells are others than those that were read */
    bool waits_anew;           /* for them; until then what there was stays */
    int64_t taken_ns;          /* when these were */
    bool took_rough;           /* since view_grid_wait: margins were made for what wasn't final */
    bool wants_range;          /* the picture depends on cells out of sight, or says how many there are of each kind */
    /* of the values at hand */
    uint8_t *state, *lost;     /* lost: only if now.lost */
    size_t cap_state, cap_lost;
    int lines, along;
    int whole_rows, whole_cols; /* footprints, if they are of the whole grid; else 0 */
    /* of the overview map */
    bool map_is_final, map_of_exact; /* it has all; what is in sight was exact */
    uint64_t map_version;
    int64_t map_ns;
    double *samples;
    struct array sampled;
    char status[640];
};

struct view_grid *view_grid_create(void)
{
    return mem_zeroed(1, sizeof(struct view_grid));
}

void view_grid_destroy(struct view_grid *g)
{
    if (!g)
        return;
    grid_reader_destroy(g->reader);
    free(g->state);
    free(g->lost);
    free(g->samples);
    free(g);
}

void view_set_reading(struct view *v, const struct view_reading *reading)
{
    v->grid->reading = *reading;
}

bool view_has_grid(const struct view *v)
{
    return v->frame && v->frame->grid && v->channel == 0 && !view_is_derived(v) && !v->rows.listed && !v->cols.listed;
}

/* Asked at new views, and once a second when all is read. */
static void look_for_change(struct view *v)
{
    struct view_grid *g = v->grid;
    int64_t now = clock_now_ns();
    if (g->is_stale || now - g->looked_ns < LOOK_NS)
        return;
    g->looked_ns = now;
    g->is_stale = grid_has_changed(v->frame->grid);
}

static enum hs_status open_reader(struct view *v)
{
    struct view_grid *g = v->grid;
    look_for_change(v);
    g->waits_anew = g->waits_anew || g->is_stale;
    if (!g->is_stale && g->reader && grid_reader_grid(g->reader) == v->frame->grid)
        return HS_OK;
    view_finder_forget(v);
    view_overview_forget(v);
    g->whole_rows = g->whole_cols = 0;
    g->map_is_final = g->map_of_exact = false;
    grid_reader_destroy(g->reader);
    g->reader = grid_reader_create(&(struct grid_reader_params){
        .grid = v->frame->grid,
        .memory_bytes = g->reading.memory_bytes ? g->reading.memory_bytes : (size_t)512 << 20,
        .gives_way = g->reading.patience == VIEW_READ_BEST,
        .wake = g->reading.wake,
        .wake_arg = g->reading.wake_arg,
    });
    v->values_valid = v->values_valid && g->is_stale; /* stays until there is better */
    g->is_stale = false;
    g->now = (struct grid_progress){.range = GRID_NO_RANGE};
    return g->reader ? HS_OK : HS_ERR_MEMORY;
}

int64_t view_memory_bytes(const struct view *v)
{
    return (int64_t)v->grid->reading.memory_bytes;
}

struct grid_reader *view_grid_reader(const struct view *v)
{
    const struct view_grid *g = v->grid;
    return g->reader && v->frame && grid_reader_grid(g->reader) == v->frame->grid ? g->reader : NULL;
}

void (*view_grid_wake(const struct view *v, void **arg))(void *arg)
{
    *arg = v->grid->reading.wake_arg;
    return v->grid->reading.wake;
}

static bool gives_up(const struct view_grid *g)
{
    return g->reading.quit && atomic_load(g->reading.quit);
}

/* What can't be read may be readable by now. */
static bool wants_retry(const struct view_grid *g)
{
    return g->now.lost && g->now.is_exact && clock_now_ns() - (g->tried_ns > g->taken_ns ? g->tried_ns : g->taken_ns) >= GRID_RETRY_NS - 1;
}

/* The colorbar says more of the cells than their colours. */
static bool has_counts(const struct view *v)
{
    const struct look *l = &v->look;
    return !l->no_cbar && !l->bare && !(l->no_hist && l->no_shares);
}

/* For what the system's cache has; headless, view_grid_wait does. */
static void wait_a_moment(struct view *v)
{
    struct view_grid *g = v->grid;
    if (g->reading.patience != VIEW_READ_BEST)
        return;
    if (!v->values_valid)
        grid_reader_wait(g->reader, GRID_WAIT_SAMPLED, clock_now_ns() + FIRST_WAIT_NS);
    struct grid_progress p;
    grid_reader_progress(g->reader, &p);
    if (p.bytes_left <= MOMENT_BYTES)
        grid_reader_wait(g->reader, GRID_WAIT_EXACT, clock_now_ns() + MOMENT_NS);
}

bool view_grid_wait(struct view *v)
{
    struct view_grid *g = v->grid;
    if (!view_has_grid(v) || !g->reader || !v->values_valid || g->reading.patience == VIEW_READ_BEST)
        return false;
    enum grid_wait what = g->reading.patience == VIEW_READ_SAMPLED ? GRID_WAIT_SAMPLED : g->wants_range ? GRID_WAIT_RANGE : GRID_WAIT_EXACT;
    bool before = grid_reader_wait(g->reader, what, 0), reached = before;
    while (!reached && !gives_up(g))
        reached = grid_reader_wait(g->reader, what, clock_now_ns() + CHECK_NS);
    struct grid_progress p;
    grid_reader_progress(g->reader, &p);
    bool news = what == GRID_WAIT_SAMPLED ? !before || !g->now.is_sampled : p.version != g->now.version || g->took_rough;
    g->took_rough = false;
    return reached && news;
}

static bool keep(uint8_t **to, size_t *cap, const uint8_t *from, size_t num)
{
    if (num > *cap) {
        uint8_t *more = mem_resize(*to, num, 1);
        if (!more)
            return false;
        *to = more;
        *cap = num;
    }
    memcpy(*to, from, num);
    return true;
}

/* The values, with what is known at this moment. */
static enum hs_status take(struct view *v, const struct reduce_job *job)
{
    struct view_grid *g = v->grid;
    struct reduce_known known;
    struct reduce_job with = *job;
    const uint8_t *state, *lost;
    bool by_columns = v->frame->grid->by_columns;
    with.known = &known;
    g->lines = by_columns ? job->cols.num : job->rows.num;
    g->along = by_columns ? job->rows.num : job->cols.num;
    g->taken_ns = clock_now_ns();
    bool whole = view_shows_all(v);
    g->whole_rows = whole ? job->rows.num : 0;
    g->whole_cols = whole ? job->cols.num : 0;
    grid_reader_lock(g->reader, &known, &state, &lost, &g->now);
    g->took_rough = g->took_rough || !g->now.is_exact || (g->wants_range && !g->now.range_is_exact);
    enum hs_status s = reduce_run(v->reducer, v->pool, &with, &v->values);
    if (s == HS_OK && !keep(&g->state, &g->cap_state, state, (size_t)g->lines))
        s = HS_ERR_MEMORY;
    if (s == HS_OK && g->now.lost && !keep(&g->lost, &g->cap_lost, lost, (size_t)g->lines * (size_t)g->along))
        s = HS_ERR_MEMORY;
    grid_reader_unlock(g->reader);
    return s;
}

static enum hs_status keep_whole(struct view *v, int rows, int cols)
{
    struct view_grid *g = v->grid;
    struct reduce_known known;
    const uint8_t *state, *lost;
    struct grid_progress p;
    grid_reader_lock(g->reader, &known, &state, &lost, &p);
    g->map_is_final = p.is_exact;
    g->map_of_exact = false;
    enum hs_status s = view_overview_keep(v, &known, lost, rows, cols, false);
    grid_reader_unlock(g->reader);
    return s;
}

/* What else has become known of the whole while it is out of sight. */
static enum hs_status keep_more(struct view *v, const struct grid_progress *p)
{
    struct view_grid *g = v->grid;
    int64_t now = clock_now_ns();
    bool is_time = now - g->map_ns >= MORE_NS || p->range_is_exact || (p->is_exact && !g->map_of_exact);
    if (g->map_is_final || g->map_version == p->version || !is_time || view_shows_all(v) || !view_overview_has_some(v))
        return HS_OK;
    struct grid_want want = {.flip_rows = view_flips_rows(v), .flip_cols = view_flips_cols(v)};
    struct reduce_known known;
    const uint8_t *lost;
    view_overview_axes(v, &want.rows, &want.cols);
    enum hs_status s = grid_reader_peek(g->reader, &want, v->pool, &known, &lost);
    if (s != HS_OK)
        return s;
    s = view_overview_keep(v, &known, lost, want.rows.num, want.cols.num, true);
    grid_reader_unlock(g->reader);
    g->map_ns = now;
    g->map_version = p->version;
    g->map_of_exact = p->is_exact;
    g->map_is_final = p->range_is_exact;
    return s;
}

/* For the overview map: what is known of the whole when it goes out of sight; where it never was in sight it is looked at first. */
static enum hs_status keep_for_overview(struct view *v)
{
    struct view_grid *g = v->grid;
    if (view_shows_all(v))
        return HS_OK;
    int rows = g->whole_rows, cols = g->whole_cols;
    g->whole_rows = g->whole_cols = 0;
    if (rows && cols)
        return keep_whole(v, rows, cols);
    if (!view_overview_lacks(v))
        return HS_OK;
    struct grid_want want = {.flip_rows = view_flips_rows(v), .flip_cols = view_flips_cols(v)};
    view_overview_axes(v, &want.rows, &want.cols);
    enum hs_status s = grid_reader_show(g->reader, &want, v->pool);
    enum grid_wait what = g->reading.patience == VIEW_READ_EXACT ? GRID_WAIT_EXACT : GRID_WAIT_SAMPLED;
    bool once = g->reading.patience == VIEW_READ_BEST;
    while (s == HS_OK && !grid_reader_wait(g->reader, what, clock_now_ns() + FIRST_WAIT_NS) && !once && !gives_up(g))
        ;
    return s == HS_OK ? keep_whole(v, want.rows.num, want.cols.num) : s;
}

enum hs_status view_grid_reduce(struct view *v, const struct reduce_job *job, const struct view_values_key *key)
{
    struct view_grid *g = v->grid;
    enum hs_status s = open_reader(v);
    if (s == HS_OK)
        s = keep_for_overview(v);
    if (s != HS_OK)
        return s;
    bool counts_all = g->reading.patience == VIEW_READ_EXACT && has_counts(v) && view_shows_all(v); /* all of them are read anyway */
    g->wants_range = isnan(v->look.vmin) || isnan(v->look.vmax) || v->look.norm == NORM_HISTEQ || g->reading.counts || counts_all;
    struct grid_want want = {job->rows, job->cols, view_flips_rows(v), view_flips_cols(v), g->wants_range};
    if (wants_retry(g)) {
        grid_reader_retry(g->reader);
        g->tried_ns = clock_now_ns();
    }
    s = grid_reader_show(g->reader, &want, v->pool);
    if (s != HS_OK)
        return s;
    wait_a_moment(v);
    struct grid_progress p;
    grid_reader_progress(g->reader, &p);
    s = keep_more(v, &p);
    if (s != HS_OK)
        return s;
    if (v->values_valid && g->waits_anew && !p.is_sampled && memcmp(key, &v->values_key, sizeof *key) == 0)
        return HS_OK;
    g->waits_anew = false;
    if (v->values_valid && p.version == g->now.version && memcmp(key, &v->values_key, sizeof *key) == 0)
        return HS_OK;
    int64_t start = clock_now_ns();
    s = take(v, job);
    v->values_valid = s == HS_OK;
    memcpy(&v->values_key, key, sizeof *key);
    v->values_version = ++v->version;
    v->canvas_base = v->canvas_run = 0;
    int64_t end = clock_now_ns();
    v->info.reduce_ms = (double)(end - start) / 1e6;
    v->reduce_ns += end - start;
    trace_add(v->trace, TRACE_REDUCE, v->frame->id, start, end);
    return s;
}

bool view_grid_range(const struct view *v, double *lo, double *hi, double *positive)
{
    const struct grid_range *r = &v->grid->now.range;
    if (!view_has_grid(v) || !v->grid->reader)
        return false;
    *lo = r->min <= r->max ? r->min : NAN;
    *hi = r->min <= r->max ? r->max : NAN;
    *positive = r->positive;
    return true;
}

uint64_t view_statistics_serial(const struct view *v)
{
    if (!view_has_grid(v) || !v->grid->reader)
        return v->cells_serial;
    return (v->cells_serial << 20) + (v->grid->now.range_is_exact ? MAX_SAMPLES + 2 : (uint64_t)v->grid->now.num_samples + 1);
}

/* All of them, of a grid mapped; none if that can't be. */
static const struct array *whole_cells(struct view *v)
{
    if (!view_has_grid(v))
        return &v->cells;
    if (!view_cells_in_memory(v, &v->grid->sampled))
        v->grid->sampled = array_c_order(NULL, v->cells.dtype, 0, 0);
    return &v->grid->sampled;
}

const struct grid_histogram *view_grid_histogram(const struct view *v, struct grid_range *range)
{
    const struct view_grid *g = v->grid;
    if (!view_has_grid(v) || !g->reader || !g->now.range_is_exact)
        return NULL;
    *range = g->now.range;
    return grid_reader_histogram(g->reader);
}

bool view_grid_is_estimated(const struct view *v)
{
    return view_has_grid(v) && v->grid->reader && !v->grid->now.range_is_exact;
}

const struct array *view_statistics_cells(struct view *v)
{
    struct view_grid *g = v->grid;
    if (!view_has_grid(v) || !g->reader)
        return whole_cells(v);
    if (!g->samples && !(g->samples = mem_zeroed(MAX_SAMPLES, sizeof *g->samples)))
        return whole_cells(v);
    int num = grid_reader_samples(g->reader, g->samples, g->now.num_samples);
    g->sampled = array_c_order(g->samples, DTYPE_F8, num > 0, num);
    return &g->sampled;
}

bool view_grid_is_exact(const struct view *v)
{
    const struct view_grid *g = v->grid;
    return !view_has_grid(v) || !g->reader || (v->values_valid && g->now.is_exact && (!g->wants_range || g->now.range_is_exact));
}

double view_grid_share(const struct view *v)
{
    struct grid_progress p;
    if (!view_has_grid(v) || !v->grid->reader)
        return 1;
    grid_reader_progress(v->grid->reader, &p);
    return p.share;
}

bool view_grid_has_more(const struct view *v)
{
    struct grid_progress p;
    if (!view_has_grid(v) || !v->grid->reader || !v->values_valid)
        return false;
    grid_reader_progress(v->grid->reader, &p);
    const struct grid_progress *now = &v->grid->now;
    if (now->is_exact)
        look_for_change((struct view *)v);
    bool milestone = v->grid->is_stale || wants_retry(v->grid) || p.is_sampled != now->is_sampled || p.is_exact != now->is_exact || p.range_is_exact != now->range_is_exact;
    return milestone || (p.version != now->version && clock_now_ns() - v->grid->taken_ns >= NEWS_NS);
}

/* --- marks --- */

static bool has_marks(const struct view *v)
{
    return view_has_grid(v) && v->grid->reader && v->values_valid && v->grid->lines && v->grid->along;
}

/* Of a line that isn't exact: at which edge its mark is. */
enum edge { EDGE_NONE, EDGE_BEGIN, EDGE_END };

static enum edge edge_of(const struct view *v, const draw_map *map, int p)
{
    uint8_t state = map[p] >= 0 ? v->grid->state[draw_map_texel(map[p])] : GRID_LINE_EXACT;
    return state == GRID_LINE_EXACT ? EDGE_NONE : state & GRID_LINE_AT_END ? EDGE_END : EDGE_BEGIN;
}

/* A strip along the edge where lines aren't exact yet. */
static void mark_rough(const struct view *v, struct draw_list *l)
{
    bool across = v->frame->grid->by_columns;
    const draw_map *map = across ? v->cols.map : v->rows.map;
    int px = across ? v->plot.w : v->plot.h, far = (across ? v->plot.h : v->plot.w) - MARK_PX;
    const struct color c = {255, 205, 90, 255};
    for (int p = 0, end; p < px; p = end) {
        enum edge m = edge_of(v, map, p);
        for (end = p + 1; end < px && edge_of(v, map, end) == m; end++)
            ;
        if (m == EDGE_NONE)
            continue;
        int at = m == EDGE_END && far > 0 ? far : 0;
        struct rect r = {v->plot.x + at, v->plot.y + p, MARK_PX, end - p};
        if (across)
            r = (struct rect){v->plot.x + p, v->plot.y + at, end - p, MARK_PX};
        draw_list_rect(l, r, c);
    }
}

static bool is_lost(const struct view *v, int x, int y)
{
    const struct view_grid *g = v->grid;
    if (v->cols.map[x] < 0 || v->rows.map[y] < 0)
        return false;
    int col = draw_map_texel(v->cols.map[x]), row = draw_map_texel(v->rows.map[y]);
    bool across = v->frame->grid->by_columns;
    return g->lost[across ? (size_t)col * (size_t)g->along + (size_t)row : (size_t)row * (size_t)g->along + (size_t)col];
}

static bool same_line(const struct view *v, int y, int other)
{
    for (int x = 0; x < v->plot.w; x++)
        if (is_lost(v, x, y) != is_lost(v, x, other))
            return false;
    return true;
}

/* The ground, with lines across: no colour of any map, and not that of bad cells. */
static void mark_lost(const struct view *v, struct draw_list *l)
{
    const struct theme *t = theme_get(v->look.theme);
    struct color line = t->ink;
    line.a = 90;
    for (int y = 0, end; y < v->plot.h; y = end) {
        for (end = y + 1; end < v->plot.h && same_line(v, y, end); end++)
            ;
        for (int x = 0, x_end; x < v->plot.w; x = x_end) {
            bool lost = is_lost(v, x, y);
            for (x_end = x + 1; x_end < v->plot.w && is_lost(v, x_end, y) == lost; x_end++)
                ;
            if (!lost)
                continue;
            draw_list_rect(l, (struct rect){v->plot.x + x, v->plot.y + y, x_end - x, end - y}, t->background);
            for (int k = (y + LINE_EVERY_PX - 1) / LINE_EVERY_PX * LINE_EVERY_PX; k < end; k += LINE_EVERY_PX)
                draw_list_rect(l, (struct rect){v->plot.x + x, v->plot.y + k, x_end - x, 1}, line);
        }
    }
}

bool view_grid_has_lost(const struct view *v)
{
    return has_marks(v) && v->grid->now.lost;
}

void view_grid_draw(struct view *v, struct draw_list *l)
{
    if (!has_marks(v))
        return;
    if (view_grid_has_lost(v))
        mark_lost(v, l);
    if (!v->grid->now.is_exact)
        mark_rough(v, l);
}

static int write_rate(const struct grid_progress *p, char *out, size_t size)
{
    if (isnan(p->bytes_per_s) || isnan(p->seconds_left))
        return 0;
    double left = p->seconds_left;
    int n = p->bytes_per_s >= 1e9 ? snprintf(out, size, ", %.1f GB/s", p->bytes_per_s / 1e9)
                                  : snprintf(out, size, ", %.0f MB/s", p->bytes_per_s / 1e6);
    return n + (left < 90 ? snprintf(out + n, size - (size_t)n, ", %.0f s", ceil(left))
                          : snprintf(out + n, size - (size_t)n, ", %.0f min", ceil(left / 60)));
}

const char *view_grid_status(struct view *v, const char *rest)
{
    if (!has_marks(v))
        return rest;
    struct view_grid *g = v->grid;
    const struct grid_progress *p = &g->now;
    char *out = g->status;
    size_t n = 0, size = sizeof g->status;
    int percent = (int)(p->share * 100);
    bool waits = g->reading.patience == VIEW_READ_EXACT && !gives_up(g); /* it will be exact: the line would only take room */
    bool estimated = g->wants_range && !p->range_is_exact && !waits;
    const char *what = v->look.norm == NORM_HISTEQ ? "colours" : "range";
    if (!p->is_exact && !waits)
        n = (size_t)snprintf(out, size, "sampled, %d %% exact%s%s%s", percent, estimated ? ", " : "", estimated ? what : "", estimated ? " estimated" : "");
    else if (estimated)
        n = (size_t)snprintf(out, size, "%s estimated, %d %%", what, percent);
    else if (p->is_exact && !p->range_is_exact && !g->wants_range && has_counts(v)) /* nobody waits for all of these */
        n = (size_t)snprintf(out, size, "histogram of a sample");
    if (n && (!p->is_exact || g->wants_range))
        n += (size_t)write_rate(p, out + n, size - n);
    if (p->lost)
        n += (size_t)snprintf(out + n, size - n, "%ssome cells unavailable", n ? " · " : "");
    if (n && rest)
        snprintf(out + n, size - n, " · %s", rest);
    return n ? out : rest;
}

bool view_grid_cells(const struct view *v, int64_t row, int64_t col, int64_t rows, int64_t cols, struct array *a, void **memory)
{
    struct grid *g = v->frame->grid;
    *memory = NULL;
    if (rows <= 0 || cols <= 0 || rows > MAX_RECT_CELLS / cols || !(*memory = mem_resize(NULL, (size_t)(rows * cols), dtype_size(g->dtype))))
        return false;
    bool up = view_flips_rows(v);
    if (grid_read_rect_soon(g, up ? g->rows - row - rows : row, col, rows, cols, *memory, a) != HS_OK)
        return false;
    if (up) {
        a->data = array_cell(a, rows - 1, 0);
        a->row_stride = -a->row_stride;
    }
    return true;
}
