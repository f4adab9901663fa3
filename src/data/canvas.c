/* Between the writers of tiles and events and the reader. Writers paint under the lock; the reader copies, under the same lock, the
 * parts that were painted since it looked last into its own cells, and finds their extremes without it. Threads: any; the reader's
 * half is for one. */
#include "data/canvas.h"

#include "base/clock.h"
#include "base/memory.h"
#include "data/stats.h"
#include "data/tilestage.h"
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { BLOCK = 64 }; /* cells, along both axes, whose extremes are kept */
#define FADE_EVERY_NS 33000000

/* The reader's copy. */
struct copy {
    char *cells;
    size_t bytes;
    enum dtype dtype;
    int64_t rows, cols, channels;
    bool events;
};

struct canvas {
    size_t max_bytes; /* constant */
    atomic_bool news;
    pthread_mutex_t lock;

    /* under the lock */
    struct tilegrid tiles;
    struct tilestage stage;
    struct eventgrid events;
    bool shows_events; /* which came last */
    double kernel;
    struct meta *meta;
    int64_t t_ns, arrived_ns;

    /* the reader's */
    struct copy copy, old; /* old: what the last frame may still point to */
    struct frame_rect changed[TILEGRID_MAX_CHANGED];
    uint64_t run, version;
    struct frame_range *blocks, *ranges; /* per channel and block, row by row; per channel */
    int64_t taken_ns;
};

static void copy_fini(struct copy *c)
{
    if (c->cells)
        munmap(c->cells, c->bytes);
    *c = (struct copy){0};
}

struct canvas *canvas_create(size_t max_bytes)
{
    struct canvas *c = mem_zeroed(1, sizeof *c);
    if (!c)
        return NULL;
    c->max_bytes = max_bytes;
    c->tiles.max_bytes = max_bytes;
    eventgrid_init(&c->events, max_bytes);
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

void canvas_destroy(struct canvas *c)
{
    if (!c)
        return;
    tilegrid_fini(&c->tiles);
    tilestage_fini(&c->stage);
    eventgrid_fini(&c->events);
    copy_fini(&c->copy);
    copy_fini(&c->old);
    meta_unref(c->meta);
    free(c->blocks);
    free(c->ranges);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* --- writers --- */

enum hs_status canvas_set_shape(struct canvas *c, int64_t rows, int64_t cols)
{
    pthread_mutex_lock(&c->lock);
    enum hs_status status = tilegrid_set_shape(&c->tiles, rows, cols);
    if (status == HS_OK)
        status = eventgrid_set_shape(&c->events, rows, cols);
    pthread_mutex_unlock(&c->lock);
    return status;
}

/* Under the lock. */
static void came(struct canvas *c, bool events, struct meta *meta, int64_t t_ns)
{
    c->shows_events = events;
    c->t_ns = t_ns;
    c->arrived_ns = clock_now_ns();
    if (c->meta != meta) {
        meta_unref(c->meta);
        c->meta = meta_ref(meta);
    }
}

static enum hs_status hold_back(struct canvas *c, const struct tile *t, const struct frame_rect *where, bool *painted)
{
    struct tilestage *s = &c->stage;
    enum hs_status status = HS_OK;
    *painted = false;
    if (!s->any || t->frame > s->frame || (t->first && t->frame < s->frame)) {
        *painted = s->num > 0; /* what has come of the frame before is its last word */
        status = tilestage_paint(s, &c->tiles);
        s->any = true;
        s->painted = false;
        s->frame = t->frame;
        s->come = 0;
    }
    bool late = t->frame < s->frame || s->painted;
    size_t bytes = (size_t)(t->cells.rows * t->cells.cols) * dtype_size(t->cells.dtype);
    if (!late && (bytes > c->max_bytes || s->bytes.len > c->max_bytes - bytes)) { /* no room to wait for the rest */
        *painted = true;
        status = tilestage_paint(s, &c->tiles);
        late = true;
    }
    if (late) {
        tilegrid_paint(&c->tiles, &t->cells, where);
        *painted = true;
    } else if (!tilestage_add(s, &t->cells, where)) {
        return HS_ERR_MEMORY;
    }
    s->come += t->frame == s->frame;
    if (s->come >= t->num_tiles && !s->painted) {
        s->painted = *painted = true;
        status = tilestage_paint(s, &c->tiles);
    }
    return status;
}

enum hs_status canvas_add_tile(struct canvas *c, const struct tile *t, struct meta *meta, int64_t t_ns, bool *news, bool *outside)
{
    struct frame_rect where = {t->row0, t->col0, t->cells.rows, t->cells.cols, t->channel};
    bool painted = true;
    *news = *outside = false;
    pthread_mutex_lock(&c->lock);
    enum hs_status status = tilegrid_fit(&c->tiles, t->cells.dtype, &where);
    *outside = status == HS_OK && tilegrid_is_outside(&c->tiles, &where);
    if (status == HS_OK && t->framed)
        status = hold_back(c, t, &where, &painted);
    else if (status == HS_OK)
        tilegrid_paint(&c->tiles, &t->cells, &where);
    if (status == HS_OK && painted) {
        came(c, false, meta, t_ns);
        *news = !atomic_exchange(&c->news, true);
    }
    pthread_mutex_unlock(&c->lock);
    return status;
}

int64_t canvas_add_events(struct canvas *c, const struct event_batch *e, struct meta *meta, int64_t t_ns, bool *news)
{
    pthread_mutex_lock(&c->lock);
    if (e->half_life_s > 0)
        eventgrid_set_half_life(&c->events, e->half_life_s * 1e9, clock_now_ns());
    int64_t outside = eventgrid_add(&c->events, e, clock_now_ns());
    came(c, true, meta, t_ns);
    *news = !atomic_exchange(&c->news, true);
    pthread_mutex_unlock(&c->lock);
    return outside;
}

void canvas_set_events(struct canvas *c, double half_life_s, double kernel_cells)
{
    pthread_mutex_lock(&c->lock);
    bool other = c->events.half_life_ns != half_life_s * 1e9 || c->kernel != kernel_cells;
    eventgrid_set_half_life(&c->events, half_life_s * 1e9, clock_now_ns());
    c->kernel = kernel_cells;
    if (other && c->shows_events)
        atomic_store(&c->news, true);
    pthread_mutex_unlock(&c->lock);
}

size_t canvas_bytes(struct canvas *c)
{
    pthread_mutex_lock(&c->lock);
    size_t bytes = 2 * (tilegrid_bytes(&c->tiles) + eventgrid_bytes(&c->events)) + c->stage.bytes.cap;
    pthread_mutex_unlock(&c->lock);
    return bytes;
}

/* --- the reader --- */

/* Under the lock. */
static int64_t due_ns(const struct canvas *c)
{
    return c->shows_events && c->taken_ns && eventgrid_is_fading(&c->events, c->taken_ns) ? c->taken_ns + FADE_EVERY_NS : INT64_MAX;
}

int64_t canvas_due_ns(struct canvas *c)
{
    pthread_mutex_lock(&c->lock);
    int64_t due = due_ns(c);
    pthread_mutex_unlock(&c->lock);
    return due;
}

bool canvas_has_news(struct canvas *c)
{
    return atomic_load(&c->news);
}

/* Room for cells like these; false: no memory. *fresh: nothing of what is in it counts. */
static bool copy_fit(struct canvas *c, struct copy like, bool *fresh)
{
    struct copy *now = &c->copy;
    *fresh = !now->cells || now->dtype != like.dtype || now->rows != like.rows || now->cols != like.cols ||
             now->channels != like.channels || now->events != like.events;
    if (!*fresh)
        return true;
    like.bytes = (size_t)(like.rows * like.cols * like.channels) * dtype_size(like.dtype);
    if (like.events) /* room to smooth */
        like.bytes *= 2;
    like.cells = mmap(NULL, like.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (like.cells == MAP_FAILED)
        return false;
    copy_fini(&c->old);
    c->old = c->copy;
    c->copy = like;
    return true;
}

static enum hs_status take_events(struct canvas *c, int64_t now)
{
    const struct eventgrid *g = &c->events;
    bool fresh;
    if (!g->rows)
        return HS_ERR_END;
    if (!copy_fit(c, (struct copy){.dtype = DTYPE_F4, .rows = g->rows, .cols = g->cols, .channels = 1, .events = true}, &fresh))
        return HS_ERR_MEMORY;
    eventgrid_copy(g, now, (float *)c->copy.cells);
    return HS_OK;
}

/* Integers that lack cells are shown as numbers that can be NaN. */
static enum dtype shown_dtype(const struct tilegrid *g)
{
    if (dtype_is_float(g->dtype) || tilegrid_is_covered(g))
        return g->dtype;
    return dtype_is_wide(g->dtype) ? DTYPE_F8 : DTYPE_F4;
}

/* *num: how many parts of c->changed were copied; all of them when *fresh. */
static enum hs_status take_tiles(struct canvas *c, int *num, bool *fresh)
{
    struct tilegrid *g = &c->tiles;
    if (!g->rows || !g->num_planes)
        return HS_ERR_END;
    struct copy like = {.dtype = shown_dtype(g), .rows = g->rows, .cols = g->cols, .channels = g->num_planes};
    if (!copy_fit(c, like, fresh))
        return HS_ERR_MEMORY;
    *num = g->num_changed;
    memcpy(c->changed, g->changed, (size_t)*num * sizeof *c->changed);
    if (*fresh) {
        *num = (int)g->num_planes;
        for (int i = 0; i < *num; i++)
            c->changed[i] = (struct frame_rect){0, 0, g->rows, g->cols, i};
    }
    size_t size = dtype_size(like.dtype);
    for (int i = 0; i < *num; i++) {
        const struct frame_rect *p = &c->changed[i];
        int64_t at = (p->channel * g->rows + p->row) * g->cols + p->col;
        tilegrid_copy(g, p, like.dtype, c->copy.cells + (size_t)at * size, g->cols * (int64_t)size);
    }
    g->num_changed = 0;
    return HS_OK;
}

/* --- extremes, without the lock --- */

static struct frame_range range_of(const struct copy *k, int64_t channel, int64_t row, int64_t rows, int64_t col, int64_t cols)
{
    struct frame_range r;
    size_t size = dtype_size(k->dtype);
    struct array a = array_c_order(k->cells + (size_t)((channel * k->rows + row) * k->cols + col) * size, k->dtype, rows, cols);
    a.row_stride = k->cols * (int64_t)size;
    if (!stats_range(NULL, &a, &r.min, &r.max, &r.positive))
        r = (struct frame_range){INFINITY, -INFINITY, INFINITY};
    return r;
}

static int64_t num_blocks(int64_t cells)
{
    return (cells + BLOCK - 1) / BLOCK;
}

static bool ranges_fit(struct canvas *c)
{
    size_t channels = (size_t)c->copy.channels, blocks = (size_t)(num_blocks(c->copy.rows) * num_blocks(c->copy.cols));
    free(c->blocks);
    free(c->ranges);
    c->blocks = mem_resize(NULL, channels * blocks, sizeof *c->blocks);
    c->ranges = mem_resize(NULL, channels, sizeof *c->ranges);
    return c->blocks && c->ranges;
}

/* The extremes of every block that a changed part touches. */
static void update_blocks(struct canvas *c, const struct frame_rect *p)
{
    const struct copy *k = &c->copy;
    int64_t across = num_blocks(k->cols), first = p->channel * num_blocks(k->rows) * across;
    for (int64_t br = p->row / BLOCK; br * BLOCK < p->row + p->rows; br++)
        for (int64_t bc = p->col / BLOCK; bc * BLOCK < p->col + p->cols; bc++) {
            int64_t rows = k->rows - br * BLOCK, cols = k->cols - bc * BLOCK;
            c->blocks[first + br * across + bc] =
                range_of(k, p->channel, br * BLOCK, rows < BLOCK ? rows : BLOCK, bc * BLOCK, cols < BLOCK ? cols : BLOCK);
        }
}

static void update_ranges(struct canvas *c)
{
    int64_t blocks = num_blocks(c->copy.rows) * num_blocks(c->copy.cols);
    for (int64_t ch = 0; ch < c->copy.channels; ch++) {
        struct frame_range r = {INFINITY, -INFINITY, INFINITY};
        for (const struct frame_range *b = c->blocks + ch * blocks; b < c->blocks + (ch + 1) * blocks; b++) {
            r.min = fmin(r.min, b->min);
            r.max = fmax(r.max, b->max);
            r.positive = fmin(r.positive, b->positive);
        }
        c->ranges[ch] = r;
    }
}

enum hs_status canvas_take(struct canvas *c, struct frame *f)
{
    int num = 0;
    bool fresh = true;
    pthread_mutex_lock(&c->lock);
    atomic_store(&c->news, false);
    bool events = c->shows_events;
    double kernel = c->kernel;
    int64_t now = clock_now_ns();
    enum hs_status status = events ? take_events(c, now) : take_tiles(c, &num, &fresh);
    if (status == HS_OK) {
        meta_unref(f->meta);
        f->meta = meta_ref(c->meta);
        f->t_ns = c->t_ns;
        f->arrived_ns = c->arrived_ns;
        c->taken_ns = now;
    }
    pthread_mutex_unlock(&c->lock);
    if (status != HS_OK)
        return status;
    const struct copy *k = &c->copy;
    if (events && kernel > 0) {
        float *cells = (float *)k->cells;
        if (!eventgrid_smooth(cells, cells + k->rows * k->cols, k->rows, k->cols, kernel))
            return HS_ERR_MEMORY;
    }
    if (fresh && !events && !ranges_fit(c)) {
        copy_fini(&c->copy); /* so that the next take begins afresh */
        return HS_ERR_MEMORY;
    }
    for (int i = 0; i < num; i++)
        update_blocks(c, &c->changed[i]);
    if (!events)
        update_ranges(c);
    c->run += fresh;
    c->version++;
    f->cells = array_c_order(k->cells, k->dtype, k->rows, k->cols);
    f->channels = k->channels;
    f->channel_bytes = k->rows * k->cols * (int64_t)dtype_size(k->dtype);
    f->canvas = (struct frame_canvas){c->run, c->version, c->changed, num, events ? NULL : c->ranges};
    return HS_OK;
}
