/* Differences of two panels. The second one is a panel like any other, but nobody draws it; its frame is subtracted from the first's into
 * a frame of doubles that the first panel's view shows instead of its own; of two that are larger than memory, as it is read. Render
 * thread. */
#include "app/diff.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/difference.h"
#include "data/grid_difference.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct diff {
    struct panel *minus;
    struct pool *pool;
    size_t most_bytes;
    struct frame frame;
    double *cells;
    size_t cap;
    bool failed;
    int64_t told[6]; /* the shapes that were said not to match */
    char title[256];
};

struct diff *diff_create(struct panel *minus, struct pool *pool, size_t most_bytes)
{
    struct diff *d = mem_zeroed(1, sizeof *d);
    if (!d)
        return NULL;
    d->minus = minus;
    d->pool = pool;
    d->most_bytes = most_bytes;
    return d;
}

void diff_destroy(struct diff *d)
{
    if (!d)
        return;
    panel_destroy(d->minus);
    meta_unref(d->frame.meta);
    grid_unref(d->frame.grid);
    free(d->cells);
    free(d);
}

struct panel *diff_minus(const struct diff *d)
{
    return d->minus;
}

const char *diff_title(const struct diff *d)
{
    return d->title;
}

bool diff_has_failed(const struct diff *d)
{
    return d->failed;
}

/* Once for each pair of shapes. */
static bool refuse(struct diff *d, const char *name, const struct frame *a, const struct frame *b)
{
    int64_t shapes[6] = {a->cells.rows, a->cells.cols, a->channels, b->cells.rows, b->cells.cols, b->channels};
    d->failed = true;
    if (memcmp(shapes, d->told, sizeof shapes) == 0)
        return false;
    memcpy(d->told, shapes, sizeof shapes);
    if (memcmp(shapes, shapes + 3, sizeof shapes / 2) != 0)
        log_error("--diff: %s is %lld x %lld cells and %s %lld x %lld: shapes must match", name, (long long)shapes[0],
                  (long long)shapes[1], panel_source_name(d->minus), (long long)shapes[3], (long long)shapes[4]);
    else
        log_error("--diff: a difference of %lld x %lld cells needs more than the memory there may be (--memory)", (long long)shapes[0],
                  (long long)shapes[1]);
    return false;
}

static bool make_room(struct diff *d, const struct frame *f)
{
    size_t bytes;
    int64_t num;
    if (!mem_mul_i64(f->cells.rows, f->cells.cols, &num) || !mem_mul_i64(num, f->channels * (int64_t)sizeof(double), &num))
        return false;
    bytes = (size_t)num;
    if (bytes > d->most_bytes || f->cells.rows > INT32_MAX)
        return false;
    if (bytes > d->cap) {
        double *cells = mem_resize(d->cells, bytes, 1);
        if (!cells)
            return false;
        d->cells = cells;
        d->cap = bytes;
    }
    return true;
}

/* Into memory of our own. */
static bool subtract(struct diff *d, const struct frame *a, const struct frame *b, struct frame *out)
{
    struct array from, less;
    if (!make_room(d, a) || !frame_in_memory(a, "--diff", &from) || !frame_in_memory(b, "--diff", &less))
        return false;
    int64_t cells = a->cells.rows * a->cells.cols;
    for (int64_t c = 0; c < a->channels; c++) {
        difference(d->pool, &from, &less, d->cells + c * cells);
        from.data = (const char *)from.data + a->channel_bytes;
        less.data = (const char *)less.data + b->channel_bytes;
    }
    out->cells = array_c_order(d->cells, DTYPE_F8, a->cells.rows, a->cells.cols);
    out->channel_bytes = cells * (int64_t)sizeof(double);
    return true;
}

/* As it is looked at; the same pair is the same grid, of which much may be known. */
static bool subtract_grids(struct diff *d, const struct frame *a, const struct frame *b, struct frame *out)
{
    bool is_known = d->frame.grid && grid_is_difference_of(d->frame.grid, a->grid, b->grid);
    struct grid *g = is_known ? grid_ref(d->frame.grid) : grid_difference(a->grid, b->grid);
    if (!g)
        return false;
    int64_t size = (int64_t)sizeof(double);
    out->grid = g;
    out->cells = array_c_order(NULL, DTYPE_F8, g->rows, g->cols);
    if (g->by_columns)
        out->cells = (struct array){NULL, DTYPE_F8, g->rows, g->cols, size, g->rows * size};
    return true;
}

/* A still has no number worth saying. */
static void write_title(struct diff *d, const char *name, const struct frame *a, const struct frame *b)
{
    int len = snprintf(d->title, sizeof d->title, "%.100s − %.100s", name, panel_source_name(d->minus));
    if (panel_slice(d->minus)) /* slices have no numbers */
        return;
    if (a->id > 1 && a->id == b->id)
        snprintf(d->title + len, sizeof d->title - (size_t)len, ", frame %llu", (unsigned long long)a->id - 1);
    else if (a->id > 1 || b->id > 1)
        snprintf(d->title + len, sizeof d->title - (size_t)len, ", frames %lld and %lld", (long long)a->id - 1, (long long)b->id - 1);
}

const struct frame *diff_make(struct diff *d, const char *name, const struct frame *a)
{
    const struct frame *b = view_frame(panel_view(d->minus));
    if (!a || !b)
        return NULL;
    struct frame made = {
        .channels = a->channels,
        .t_ns = a->t_ns,
        .index = a->index,
        .id = a->id,
        .arrived_ns = a->arrived_ns,
    };
    bool same = a->cells.rows == b->cells.rows && a->cells.cols == b->cells.cols && a->channels == b->channels;
    if (!same || !(a->grid && b->grid ? subtract_grids(d, a, b, &made) : subtract(d, a, b, &made)))
        return refuse(d, name, a, b), NULL;
    made.meta = a->meta ? meta_ref(a->meta) : NULL;
    d->failed = false;
    struct frame old = d->frame;
    d->frame = made;
    meta_unref(old.meta);
    grid_unref(old.grid);
    write_title(d, name, a, b);
    return &d->frame;
}

bool diff_is_ahead(struct panel *p, struct panel *other)
{
    return panel_is_finite(p) && panel_is_finite(other) && !panel_own_ended(other) && panel_frame_id(p) > panel_frame_id(other);
}

/* The last frame that had come by then; bisection over the ids that are kept. */
static uint64_t newest_at(struct history *h, int64_t when_ns)
{
    uint64_t lo, hi;
    struct history_item item;
    history_range(h, &lo, &hi);
    while (lo < hi) {
        uint64_t mid = lo + (hi - lo + 1) / 2;
        if (history_list(h, mid, &item, 1) == 1 && item.arrived_ns <= when_ns)
            lo = mid;
        else
            hi = mid - 1;
    }
    return lo;
}

void diff_seek(struct diff *d, const struct frame *f, bool files)
{
    uint64_t id = files ? f->id : newest_at(panel_playback(d->minus)->history, f->arrived_ns);
    if (id)
        panel_seek(d->minus, id);
}
