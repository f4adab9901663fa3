/* See view_scroll.h. A picture keeps the footprints it had, reduces those that came and the newest one, which may have got more rows,
 * and drops those out of sight. Everything is reduced once more only when another zoom, width, mode or waterfall asks for it. A ratio
 * is a multiple of 2^-12, so that the footprints' edges are exact however many rows have come; while a waterfall still grows it is a
 * power of two, so that it changes seldom. Thresholds of REDUCE_AUTO are those of the moment a footprint was new.
 *
 * The range of each row is kept too, so that no row is looked at twice for the colours. Render thread; the pool's workers find ranges. */
#include "view/view_categories.h"
#include "view/view_scroll.h"
#include "view/view_edges.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/stats.h"
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CONTEXT = 16 }; /* footprints before new ones that thresholds are taken from, at least */

#define RATIO_STEP (1.0 / 4096)

struct row_range {
    double min, max, positive;
};

/* Whatever makes all footprints others. Compared as bytes. */
struct scroll_key {
    uint64_t run;
    double ratio;
    double other_ratio, other_phase;
    int64_t other_first;
    int other_num, num_lines, mode, flags;
};

struct view_scroll {
    /* the map at hand: footprints [first, end) are in sight, in a ring of num_lines */
    double ratio;
    int64_t first, end;
    int num_lines;

    /* the ring: footprints [have, have_end) are in it */
    struct scroll_key key;
    int64_t have, have_end;
    int64_t rows_end;         /* the number of the row behind the last one that is in them */
    float *f32;               /* values, of either kind */
    double *f64;
    uint8_t *nan_share;
    int *num_nan, *num_replaced; /* per line */
    size_t cap_f32, cap_f64, cap_share, cap_lines;
    uint64_t serial;          /* of the frame it was brought up to */

    /* footprints that changed since the picture before, and since the last normalisation */
    int64_t dirty, dirty_end, raw, raw_end;
    bool all_dirty, all_raw;
    uint64_t marked_version;

    /* ranges of the rows from ranges_from on, final ones up to ranges_end, each at its number modulo cap_ranges */
    struct row_range *ranges;
    int64_t ranges_from, ranges_end;
    size_t cap_ranges;
    uint64_t ranges_run, ranges_serial;
};

struct view_scroll *view_scroll_create(void)
{
    return mem_zeroed(1, sizeof(struct view_scroll));
}

void view_scroll_destroy(struct view_scroll *s)
{
    if (!s)
        return;
    free(s->f32);
    free(s->f64);
    free(s->nan_share);
    free(s->num_nan);
    free(s->ranges);
    free(s);
}

/* --- orientation --- */

bool view_is_waterfall(const struct view *v)
{
    return v->frame && v->frame->waterfall.run && v->frame->cells.rows > 0 && !view_is_scaled(v);
}

bool view_scrolls(const struct view *v)
{
    return view_is_waterfall(v) && !view_is_derived(v) && !v->look.interpolation && !view_edges(v, true) && !view_edges(v, false);
}

bool view_is_transposed(const struct view *v)
{
    return view_is_waterfall(v) && (v->look.scroll == SCROLL_LEFT || v->look.scroll == SCROLL_RIGHT);
}

bool view_newest_first(const struct view *v)
{
    return view_is_waterfall(v) && (v->look.scroll == SCROLL_DOWN || v->look.scroll == SCROLL_RIGHT);
}

static int line_of(const struct view_scroll *s, int64_t footprint)
{
    return (int)(footprint % s->num_lines);
}

/* --- the map --- */

static double power_of_two_from(double ratio)
{
    return exp2(ceil(log2(ratio)));
}

/* The whole waterfall fits the picture: then each footprint is a bit larger than a pixel, so that all rows have one whatever way
 * footprints lie on the oldest row. */
static bool fits(const struct camera_axis *a, int px, int64_t rows)
{
    return px > 1 && fabs(a->origin) <= a->scale / 2 && fabs(a->origin + px * a->scale - (double)rows) <= a->scale / 2;
}

/* From the newest rows on back: a footprint a pixel, or more pixels than one while it grows. */
static void map_many(const struct view *v, struct view_scroll *s, draw_map *map, int px, const struct camera_axis *a)
{
    const struct frame_rows *w = &v->frame->waterfall;
    int64_t rows = v->frame->cells.rows;
    bool whole = fits(a, px, rows), full = rows >= w->height;
    double scale = whole ? (double)rows / (px - 1) : a->scale;
    s->ratio = full ? ceil(scale / RATIO_STEP) * RATIO_STEP : power_of_two_from(scale);
    double bottom = (double)w->first + (whole ? (double)rows : a->origin + px * a->scale);
    int64_t oldest = (int64_t)floor((double)w->first / s->ratio), newest = (int64_t)ceil((double)(w->first + rows) / s->ratio) - 1;
    int64_t last = (int64_t)ceil(bottom / s->ratio - 1e-9) - 1;
    s->first = INT64_MAX;
    s->end = 0;
    for (int p = 0; p < px; p++) {
        int back = px - 1 - p;
        int64_t j = last - (full ? back : (int64_t)floor(back * scale / s->ratio));
        if (whole && j < oldest)
            j = oldest;
        bool there = j >= oldest && j <= newest;
        map[p] = there ? draw_map_pack(line_of(s, j), 0) : DRAW_MAP_OUTSIDE;
        s->first = there && j < s->first ? j : s->first;
        s->end = there ? j + 1 : s->end;
    }
}

/* A row under each pixel's centre. */
static void map_few(const struct view *v, struct view_scroll *s, draw_map *map, int px, const struct camera_axis *a)
{
    int64_t first = v->frame->waterfall.first;
    s->ratio = 1;
    s->first = INT64_MAX;
    s->end = 0;
    for (int p = 0; p < px; p++) {
        double row = floor(camera_cell_at(a, p + 0.5));
        bool there = row >= 0 && row < (double)v->frame->cells.rows;
        int64_t j = there ? first + (int64_t)row : 0;
        map[p] = there ? draw_map_pack(line_of(s, j), 0) : DRAW_MAP_OUTSIDE;
        s->first = there && j < s->first ? j : s->first;
        s->end = there ? j + 1 : s->end;
    }
}

static void reverse(draw_map *map, int px)
{
    for (int p = 0; p < px / 2; p++) {
        draw_map m = map[p];
        map[p] = map[px - 1 - p];
        map[px - 1 - p] = m;
    }
}

void view_scroll_map(struct view *v, struct view_axis_map *m, int px, const struct camera_axis *a)
{
    struct view_scroll *s = v->scroll;
    struct camera_axis time = *a; /* towards the newest */
    if (view_newest_first(v))
        time.origin = (double)v->frame->cells.rows - (a->origin + px * a->scale);
    s->num_lines = px;
    if (time.scale > 1)
        map_many(v, s, m->map, px, &time);
    else
        map_few(v, s, m->map, px, &time);
    if (s->first > s->end)
        s->first = s->end;
    if (view_newest_first(v))
        reverse(m->map, px);
    m->footprints = (struct reduce_axis){s->ratio, 0, s->first, (int)(s->end - s->first)};
}

bool view_scroll_cells(const struct view *v, int p, int64_t *begin, int64_t *end)
{
    const struct view_scroll *s = v->scroll;
    const draw_map *map = view_is_transposed(v) ? v->cols.map : v->rows.map;
    int64_t rows = v->frame->cells.rows, first = v->frame->waterfall.first;
    if (map[p] < 0)
        return false;
    int64_t ahead = (draw_map_texel(map[p]) - s->first % s->num_lines + s->num_lines) % s->num_lines, j = s->first + ahead;
    int64_t from = (int64_t)floor((double)j * s->ratio) - first, to = (int64_t)ceil((double)(j + 1) * s->ratio) - first;
    from = from < 0 ? 0 : from;
    to = to > rows ? rows : to;
    *begin = view_newest_first(v) ? rows - to : from;
    *end = view_newest_first(v) ? rows - from : to;
    return from < to;
}

/* --- ranges --- */

struct ranges_job {
    const struct view *v;
    int64_t from; /* number of the first row */
};

static void find_ranges(void *arg, int begin, int end, int worker)
{
    (void)worker;
    const struct ranges_job *job = arg;
    struct view_scroll *s = job->v->scroll;
    struct array row = job->v->frame->cells;
    row.rows = 1;
    for (int64_t i = job->from + begin; i < job->from + end; i++) {
        struct row_range *r = &s->ranges[(size_t)i % s->cap_ranges];
        row.data = array_cell(&job->v->frame->cells, i - job->v->frame->waterfall.first, 0);
        if (!stats_range(NULL, &row, &r->min, &r->max, &r->positive))
            *r = (struct row_range){INFINITY, -INFINITY, INFINITY};
    }
}

static enum hs_status update_ranges(struct view *v)
{
    struct view_scroll *s = v->scroll;
    const struct frame_rows *w = &v->frame->waterfall;
    int64_t end = w->first + v->frame->cells.rows;
    if (s->ranges_serial == v->frame_serial && s->ranges_run == w->run)
        return HS_OK;
    if ((size_t)w->height > s->cap_ranges) {
        struct row_range *ranges = mem_resize(s->ranges, (size_t)w->height, sizeof *ranges);
        if (!ranges)
            return HS_ERR_MEMORY;
        s->ranges = ranges;
        s->cap_ranges = (size_t)w->height;
        s->ranges_run = 0;
    }
    if (s->ranges_run != w->run || w->first < s->ranges_from)
        s->ranges_end = 0;
    int64_t from = s->ranges_end > w->first ? s->ranges_end : w->first;
    struct ranges_job job = {v, from};
    if (end > from)
        pool_run(v->pool, find_ranges, &job, (int)(end - from), 16);
    s->ranges_from = w->first;
    s->ranges_end = end - w->num_open; /* what is behind may change */
    s->ranges_run = w->run;
    s->ranges_serial = v->frame_serial;
    return HS_OK;
}

/* Of the rows with these numbers. */
static struct row_range fold(const struct view_scroll *s, int64_t from, int64_t end)
{
    struct row_range all = {INFINITY, -INFINITY, INFINITY};
    for (int64_t i = from; i < end; i++) {
        const struct row_range *r = &s->ranges[(size_t)i % s->cap_ranges];
        all.min = r->min < all.min ? r->min : all.min;
        all.max = r->max > all.max ? r->max : all.max;
        all.positive = r->positive < all.positive ? r->positive : all.positive;
    }
    return all;
}

void view_scroll_range(struct view *v, double *lo, double *hi, double *positive)
{
    int64_t first = v->frame->waterfall.first;
    struct row_range r = {INFINITY, -INFINITY, INFINITY};
    if (update_ranges(v) == HS_OK) /* also of frames that no picture is made of */
        r = fold(v->scroll, first, first + v->frame->cells.rows);
    *lo = r.min;
    *hi = r.max;
    *positive = r.positive;
}

/* --- reducing --- */

static struct scroll_key make_key(const struct view *v, const struct reduce_axis *other)
{
    struct scroll_key k;
    memset(&k, 0, sizeof k);
    k.run = v->frame->waterfall.run;
    k.ratio = v->scroll->ratio;
    k.other_ratio = other->ratio;
    k.other_phase = other->phase;
    k.other_first = other->first;
    k.other_num = other->num;
    k.num_lines = v->scroll->num_lines;
    k.mode = view_reduce_mode(v);
    k.flags = view_is_transposed(v) ? 1 + 2 * (v->look.origin == ORIGIN_LOWER) : 0;
    return k;
}

static bool grow(void *pointer, size_t *cap, size_t num, size_t size)
{
    void **p = pointer;
    if (num <= *cap)
        return true;
    void *larger = mem_resize(*p, num, size);
    if (!larger)
        return false;
    *p = larger;
    *cap = num;
    memset(larger, 0, num * size);
    return true;
}

void view_scroll_forget(struct view *v)
{
    memset(&v->scroll->key, 0, sizeof v->scroll->key);
}

void view_scroll_spoil(struct view *v)
{
    v->scroll->all_dirty = v->scroll->all_raw = true;
}

/* Room for the ring; empty. */
static bool begin_ring(struct view *v, bool wide, int other)
{
    struct view_scroll *s = v->scroll;
    size_t lines = (size_t)s->num_lines, num = lines * (size_t)other;
    s->have = s->have_end = s->rows_end = 0;
    s->all_dirty = s->all_raw = true;
    if (lines > s->cap_lines) { /* both counts in one piece */
        int *counts = mem_resize(s->num_nan, 2 * lines, sizeof *counts);
        if (!counts)
            return false;
        s->num_nan = counts;
        s->cap_lines = lines;
    }
    s->num_replaced = s->num_nan + s->cap_lines;
    memset(s->num_nan, 0, 2 * s->cap_lines * sizeof *s->num_nan);
    return (wide ? grow(&s->f64, &s->cap_f64, num, sizeof *s->f64) : grow(&s->f32, &s->cap_f32, num, sizeof *s->f32)) &&
           grow(&s->nan_share, &s->cap_share, num, 1);
}

static int count_nonzero(const uint8_t *share, int num)
{
    int n = 0;
    for (int i = 0; i < num; i++)
        n += share[i] != 0;
    return n;
}

/* Reduced footprints from `from` on into their lines. */
static void store(struct view *v, int64_t from, const struct reduce_result *r)
{
    struct view_scroll *s = v->scroll;
    bool across = view_is_transposed(v);
    size_t size = r->f64 ? sizeof *r->f64 : sizeof *r->f32, num = (size_t)r->cols, lines = (size_t)s->num_lines;
    char *to = r->f64 ? (char *)s->f64 : (char *)s->f32;
    const char *values = r->f64 ? (const char *)r->f64 : (const char *)r->f32;
    for (int i = 0; i < r->rows; i++, values += num * size) {
        size_t line = (size_t)line_of(s, from + i);
        const uint8_t *share = r->nan_share ? r->nan_share + (size_t)i * num : NULL;
        s->num_nan[line] = share ? count_nonzero(share, r->cols) : 0;
        s->num_replaced[line] = i == 0 ? (int)r->num_replaced : 0;
        if (!across) {
            memcpy(to + line * num * size, values, num * size);
            if (share)
                memcpy(s->nan_share + line * num, share, num);
            else
                memset(s->nan_share + line * num, 0, num);
            continue;
        }
        for (size_t c = 0; c < num; c++) {
            memcpy(to + (c * lines + line) * size, values + c * size, size);
            s->nan_share[c * lines + line] = share ? share[c] : 0;
        }
    }
}

static void spoil(int64_t *begin, int64_t *end, int64_t from, int64_t to)
{
    bool none = *begin >= *end;
    *begin = none || from < *begin ? from : *begin;
    *end = none || to > *end ? to : *end;
}

/* The array to reduce: time downwards, the other axis in display order. */
static struct array time_array(const struct view *v)
{
    struct array a = v->frame->cells;
    if (view_is_transposed(v) && v->look.origin == ORIGIN_LOWER) {
        a.data = array_cell(&a, 0, a.cols - 1);
        a.col_stride = -a.col_stride;
    }
    return a;
}

static enum hs_status reduce_some(struct view *v, const struct reduce_axis *other, int64_t from, int64_t to)
{
    struct view_scroll *s = v->scroll;
    struct array a = time_array(v);
    int64_t first = v->frame->waterfall.first, context = (from / CONTEXT - 1) * CONTEXT;
    int64_t base = (int64_t)ceil((double)context * s->ratio); /* a row */
    if (context < 0 || base < first) {
        context = (int64_t)floor((double)first / s->ratio);
        base = first;
    }
    a.data = array_cell(&a, base - first, 0);
    a.rows -= base - first;
    struct reduce_axis time = {s->ratio, (double)context * s->ratio - (double)base, from - context, (int)(to - from)};
    struct reduce_job job = {&a, time, *other, (enum reduce_mode)view_reduce_mode(v), .lone_rows = true};
    struct reduce_result r;
    enum hs_status status = reduce_run(v->reducer, v->pool, &job, &r);
    if (status != HS_OK)
        return status;
    store(v, from, &r);
    spoil(&s->dirty, &s->dirty_end, from, to);
    spoil(&s->raw, &s->raw_end, from, to);
    return HS_OK;
}

/* The footprints in sight that the ring has, complete ones. */
static void keep(struct view *v, int64_t *from, int64_t *to)
{
    struct view_scroll *s = v->scroll;
    int64_t complete = (int64_t)floor((double)s->rows_end / s->ratio);
    *from = s->have > s->first ? s->have : s->first;
    *to = s->have_end < s->end ? s->have_end : s->end;
    if (s->serial != v->frame_serial && *to > complete)
        *to = complete;
    /* too few to know what is usual among them */
    bool early = view_reduce_mode(v) == REDUCE_AUTO && s->ratio > 1 && s->have_end - s->have < 2 * CONTEXT;
    if (early || *from >= *to)
        *from = *to = s->first;
}

static void publish(struct view *v, const struct reduce_axis *other, bool wide)
{
    struct view_scroll *s = v->scroll;
    bool across = view_is_transposed(v);
    int64_t num_nan = 0, num_replaced = 0, first = v->frame->waterfall.first, rows_end = first + v->frame->cells.rows;
    for (int64_t j = s->first; j < s->end; j++) {
        num_nan += s->num_nan[line_of(s, j)];
        num_replaced += s->num_replaced[line_of(s, j)];
    }
    int64_t from = (int64_t)floor((double)s->first * s->ratio), to = (int64_t)ceil((double)s->end * s->ratio);
    struct row_range r = fold(s, from < first ? first : from, to > rows_end ? rows_end : to);
    v->values = (struct reduce_result){
        .rows = across ? other->num : s->num_lines,
        .cols = across ? s->num_lines : other->num,
        .f32 = wide ? NULL : s->f32,
        .f64 = wide ? s->f64 : NULL,
        .nan_share = num_nan ? s->nan_share : NULL,
        .num_nan_footprints = num_nan,
        .num_replaced = num_replaced,
        .min = r.min,
        .max = r.max,
    };
}

enum hs_status view_scroll_reduce(struct view *v)
{
    struct view_scroll *s = v->scroll;
    const struct reduce_axis other = view_is_transposed(v) ? v->rows.footprints : v->cols.footprints;
    const struct frame_rows *w = &v->frame->waterfall;
    bool wide = dtype_is_wide(v->frame->cells.dtype);
    struct scroll_key key = make_key(v, &other);
    int64_t start = clock_now_ns(), from, to;
    bool same = v->values_valid && memcmp(&key, &s->key, sizeof key) == 0;
    if (same && s->serial == v->frame_serial && s->have == s->first && s->have_end == s->end)
        return HS_OK;
    v->values_valid = false;
    enum hs_status status = update_ranges(v);
    if (status == HS_OK && !same && !begin_ring(v, wide, other.num))
        status = HS_ERR_MEMORY;
    if (status != HS_OK)
        return status;
    s->key = key;
    keep(v, &from, &to);
    if (s->first < from)
        status = reduce_some(v, &other, s->first, from);
    if (status == HS_OK && to < s->end)
        status = reduce_some(v, &other, to, s->end);
    if (status != HS_OK)
        return status;
    if (s->first < from || to < s->end || !same)
        v->values_version = ++v->version;
    s->have = s->first;
    s->have_end = s->end;
    s->rows_end = w->first + v->frame->cells.rows - w->num_open;
    s->serial = v->frame_serial;
    publish(v, &other, wide);
    v->values_valid = true;
    memset(&v->values_key, 0, sizeof v->values_key); /* a plain frame begins afresh */
    int64_t now = clock_now_ns();
    v->info.reduce_ms = (double)(now - start) / 1e6;
    v->reduce_ns += now - start;
    trace_add(v->trace, TRACE_REDUCE, v->frame->id, start, now);
    return HS_OK;
}

/* --- passing on what changed --- */

void view_scroll_mark(struct view *v, struct draw_heatmap *h)
{
    struct view_scroll *s = v->scroll;
    int64_t num = s->dirty_end > s->dirty ? s->dirty_end - s->dirty : 0;
    if (!s->all_dirty && num < s->num_lines && s->marked_version) {
        h->base_version = s->marked_version;
        h->changed_first = num ? line_of(s, s->dirty) : 0;
        h->changed_num = (int)num;
        h->changed_cols = view_is_transposed(v);
    }
    s->marked_version = h->values_version;
    s->dirty = s->dirty_end = 0;
    s->all_dirty = false;
}

static void normalise(const struct view *v, size_t at)
{
    v->normalised[at] = (float)norm_forward(&v->norm, v->values.f64 ? v->scroll->f64[at] : (double)v->scroll->f32[at]);
}

bool view_scroll_normalise(struct view *v)
{
    struct view_scroll *s = v->scroll;
    bool some = !s->all_raw && s->raw_end - s->raw < s->num_lines && memcmp(&v->norm, &v->normalised_by, sizeof v->norm) == 0;
    size_t lines = (size_t)s->num_lines, other = (size_t)s->key.other_num;
    for (int64_t j = s->raw; some && j < s->raw_end; j++) {
        size_t line = (size_t)line_of(s, j);
        for (size_t c = 0; c < other; c++)
            normalise(v, view_is_transposed(v) ? c * lines + line : line * other + c);
    }
    if (!some)
        s->all_dirty = true;
    s->raw = s->raw_end = 0;
    s->all_raw = false;
    return some;
}
