/* Best first: tiles lie in a heap by the greatest key there can be in them, and the search ends as soon as no tile can exceed what has
 * been found. Of a tile it takes the summaries of its blocks from the cache, or makes them again, and then counts its cells for the
 * reader, which doesn't read what is in the cache. Threads: the owner's and its own; the
 * owner's asks under the lock, and a search notices by its number that another was asked for. */
#include "data/grid_find.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/grid_reader_internal.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 9, READ_LINES = GRID_BLOCK + 1, READ_CELLS = GRID_FOLD_CELLS + 2, TILES_AT_ONCE = GRID_FOLD_CELLS / GRID_TILE };

#define PATIENCE_NS 1000000000ll /* is read, before a search makes do with what is known */

/* Greatest key there can be in a tile. */
struct candidate {
    float bound;
    uint32_t tile;
};

struct slot {
    int64_t tile; /* -1: none */
    bool lost;
    struct grid_tile blocks;
};

struct grid_find {
    struct grid_reader *reader;
    struct grid *grid;
    struct grid_index *index;
    const struct grid_fold *fold;
    int64_t lines, along, across; /* cells; tiles of a strip */
    void (*wake)(void *arg);
    void *wake_arg;
    pthread_t thread;
    bool has_thread;
    atomic_bool quit;
    _Atomic uint32_t asked; /* number of the search asked for last */

    pthread_mutex_t lock;
    pthread_cond_t work;
    /* under the lock */
    struct find_want want;
    struct find_cell *seen;
    size_t cap_seen;
    struct grid_found result;

    /* the thread's */
    uint32_t begun;
    enum find_kind kind;
    struct find_cell *passed; /* line and place along, of blocks */
    size_t cap_passed;
    int num_passed;
    struct find_cell after;
    struct candidate *heap;
    size_t cap_heap;
    int64_t num_heap, next_strip;
    char *buffer;
    struct grid_columns columns;
    struct grid_worker counter;
    struct slot slots[SLOTS];
    void *memory;
};

static bool is_over(const struct grid_find *f)
{
    return atomic_load(&f->quit) || atomic_load(&f->asked) != f->begun;
}

static int cells_of(int64_t all, int64_t begin, int size)
{
    return (int)(all - begin < size ? all - begin : size);
}

/* --- summaries --- */

/* Cells from `first` on of those in memory, lines of `all` cells, which are this tile's. */
static void count_tile(struct grid_find *f, int64_t tile, const struct grid_tile *t, int first, int all, bool hole)
{
    size_t size = dtype_size(f->grid->dtype);
    unsigned fresh = grid_count_claim(&f->counter, tile / f->across, tile % f->across, (1u << t->num_lines) - 1, t->num_cells);
    if (fresh && hole)
        grid_histogram_count_zeros(f->counter.histogram, (uint64_t)__builtin_popcount(fresh) * (uint64_t)t->num_cells);
    for (int i = 0; i < t->num_lines && !hole; i++)
        if (fresh >> i & 1)
            grid_histogram_count(f->counter.histogram, f->buffer + (size_t)(i * all + first) * size, t->num_cells);
}

static void publish_counts(struct grid_find *f)
{
    struct grid_reader *r = f->reader;
    pthread_mutex_lock(&r->lock);
    bool counted = grid_count_publish(&f->counter);
    if (counted) {
        r->version++;
        pthread_cond_broadcast(&r->progress);
    }
    pthread_mutex_unlock(&r->lock);
    if (counted && r->wake)
        r->wake(r->wake_arg);
}

/* Summaries of `num` tiles from this one on, of one strip, at most TILES_AT_ONCE, which are kept if there is room; those of the last in
 * *t. False: they can't be read. */
static bool read_tiles(struct grid_find *f, int64_t tile, int num, struct grid_tile *t)
{
    struct grid_cache *c = f->reader->cache;
    int64_t line = tile / f->across * GRID_BLOCK, at = tile % f->across * GRID_TILE, size = (int64_t)dtype_size(f->grid->dtype);
    int lines = cells_of(f->lines, line, GRID_BLOCK), all = cells_of(f->along, at, num * GRID_TILE);
    bool hole = grid_is_hole(f->grid, line, at, lines, all);
    if (!hole && grid_read(f->grid, line, at, lines, all, f->buffer) != HS_OK) {
        for (int i = 0; i < num && num > 1; i++)
            read_tiles(f, tile + i, 1, t);
        return false; /* so it isn't counted as known */
    }
    f->columns.num_lines = 0;
    for (int i = 0; i < lines && !hole; i++)
        f->fold->line(&f->columns, f->grid->dtype, f->buffer + i * all * size, all, &f->counter.range);
    if (hole)
        grid_range_widen(&f->counter.range, &(struct grid_range){0, 0, INFINITY});
    for (int first = 0; first < all; first += GRID_TILE, tile++) {
        t->num_cells = all - first < GRID_TILE ? all - first : GRID_TILE;
        t->num_lines = lines;
        if (hole)
            memset(t->min, 0, grid_cache_tile_bytes(c));
        else
            f->fold->pack(&f->columns, first, t->num_cells, t);
        count_tile(f, tile, t, first, all, hole);
        grid_cache_put(c, tile, t, hole, atomic_load(&f->reader->serial), false);
    }
    publish_counts(f);
    return true;
}

static struct slot *slot_of(struct grid_find *f, int64_t strip, int64_t t)
{
    struct slot *s = &f->slots[strip % 3 * 3 + t % 3]; /* a tile and those round it have one each */
    if (s->tile != strip * f->across + t) {
        s->tile = strip * f->across + t;
        bool kept = grid_cache_get(f->reader->cache, s->tile, &s->blocks, atomic_load(&f->reader->serial));
        s->lost = !kept && !read_tiles(f, s->tile, 1, &s->blocks);
    }
    return s;
}

static float bound_of(const struct grid_find *f, int64_t tile)
{
    struct grid_index_tile x = grid_index_get(f->index, tile);
    if (!x.flags || x.low > x.high)
        return -INFINITY;
    return f->kind == FIND_LOWEST ? -x.low : f->kind == FIND_HIGHEST ? x.high : fmaxf(fabsf(x.low), fabsf(x.high));
}

/* Of the finite cells of a block that holds infinite ones, too, which summaries don't tell apart. */
static double read_key(struct grid_find *f, int64_t strip, int64_t block)
{
    int64_t line = strip * GRID_BLOCK, at = block * GRID_BLOCK;
    int lines = cells_of(f->lines, line, GRID_BLOCK), num = cells_of(f->along, at, GRID_BLOCK);
    double greatest = -INFINITY;
    if (grid_read(f->grid, line, at, lines, num, f->buffer) != HS_OK)
        return greatest;
    for (int i = 0; i < lines * num; i++)
        greatest = fmax(greatest, find_key(f->kind, dtype_read(f->grid->dtype, f->buffer + (size_t)i * dtype_size(f->grid->dtype))));
    return greatest;
}

static double block_key(struct grid_find *f, int64_t strip, int64_t block)
{
    const struct slot *s = slot_of(f, strip, block / GRID_TILE_BLOCKS);
    size_t b = (size_t)(block % GRID_TILE_BLOCKS);
    bool wide = f->fold->size == sizeof(double);
    double low = wide ? ((double *)s->blocks.min)[b] : (double)((float *)s->blocks.min)[b];
    double high = wide ? ((double *)s->blocks.max)[b] : (double)((float *)s->blocks.max)[b];
    if (s->lost || low > high)
        return -INFINITY;
    double key = f->kind == FIND_LOWEST ? -low : f->kind == FIND_HIGHEST ? high : fmax(fabs(low), fabs(high));
    return key == INFINITY ? read_key(f, strip, block) : key;
}

static bool is_known(const struct grid_find *f, int64_t strip, int64_t t)
{
    return grid_index_get(f->index, strip * f->across + t).flags != 0;
}

static void read_strip(struct grid_find *f, int64_t strip)
{
    int num;
    for (int64_t t = 0; t < f->across && !atomic_load(&f->quit); t += num) {
        for (num = 0; num < TILES_AT_ONCE && t + num < f->across && !is_known(f, strip, t + num); num++)
            ;
        if (num)
            read_tiles(f, strip * f->across + t, num, &f->slots[0].blocks);
        else
            num = 1;
    }
    f->slots[0].tile = -1;
}

/* The next strip that has to be read; false: all is known. */
static bool read_more(struct grid_find *f)
{
    while (f->next_strip >= 0 && grid_index_num_known(f->index) < grid_index_num_tiles(f->index)) {
        int64_t strip = f->next_strip--;
        for (int64_t t = 0; t < f->across; t++)
            if (!is_known(f, strip, t)) {
                read_strip(f, strip);
                return true;
            }
    }
    return false;
}

/* --- extremes --- */

static bool goes_first(struct candidate a, struct candidate b)
{
    return a.bound > b.bound || (a.bound == b.bound && a.tile < b.tile);
}

static void sift(struct grid_find *f, int64_t i)
{
    for (;;) {
        int64_t best = i;
        for (int64_t k = 2 * i + 1; k <= 2 * i + 2 && k < f->num_heap; k++)
            best = goes_first(f->heap[k], f->heap[best]) ? k : best;
        if (best == i)
            return;
        struct candidate c = f->heap[i];
        f->heap[i] = f->heap[best];
        f->heap[best] = c;
        i = best;
    }
}

static bool fill_heap(struct grid_find *f)
{
    int64_t num = grid_index_num_tiles(f->index);
    if (num > UINT32_MAX || !mem_reserve(&f->heap, &f->cap_heap, (size_t)num, sizeof *f->heap))
        return false;
    f->num_heap = 0;
    for (int64_t tile = 0; tile < num; tile++) {
        float bound = bound_of(f, tile);
        if (bound > -INFINITY)
            f->heap[f->num_heap++] = (struct candidate){bound, (uint32_t)tile};
    }
    for (int64_t i = f->num_heap / 2; i-- > 0;)
        sift(f, i);
    return true;
}

static bool is_passed(const struct grid_find *f, int64_t strip, int64_t block)
{
    for (int i = 0; i < f->num_passed; i++)
        if (llabs(f->passed[i].row - strip) <= 1 && llabs(f->passed[i].col - block) <= 1)
            return true;
    return false;
}

static bool is_peak(struct grid_find *f, int64_t strip, int64_t block, double key)
{
    int64_t strips = (f->lines + GRID_BLOCK - 1) / GRID_BLOCK, blocks = (f->along + GRID_BLOCK - 1) / GRID_BLOCK;
    for (int k = 0; k < 9; k++) {
        int64_t s = strip + k / 3 - 1, b = block + k % 3 - 1;
        if (k == 4 || s < 0 || b < 0 || s >= strips || b >= blocks || (double)bound_of(f, s * f->across + b / GRID_TILE_BLOCKS) < key)
            continue;
        double other = block_key(f, s, b);
        if (other > key || (k < 4 && other == key))
            return false;
    }
    return true;
}

/* What has been found so far. */
struct best {
    double key;
    int64_t strip, block;
};

static void look_through(struct grid_find *f, int64_t tile, struct best *best)
{
    int64_t strip = tile / f->across, first = tile % f->across * GRID_TILE_BLOCKS;
    int num = (cells_of(f->along, first * GRID_BLOCK, GRID_TILE) + GRID_BLOCK - 1) / GRID_BLOCK;
    for (int64_t b = first; b < first + num; b++) {
        double key = block_key(f, strip, b);
        bool before = strip < best->strip || (strip == best->strip && b < best->block);
        if (key == -INFINITY || key < best->key || (key == best->key && !before))
            continue;
        if (!is_passed(f, strip, b) && is_peak(f, strip, b, key))
            *best = (struct best){key, strip, b};
    }
}

static struct find_cell cell_at(const struct grid_find *f, int64_t line, int64_t at)
{
    return f->grid->by_columns ? (struct find_cell){at, line} : (struct find_cell){line, at};
}

/* The first cell of the block that has its key. */
static enum find_state pick_cell(struct grid_find *f, const struct best *best, struct find_cell *out)
{
    int64_t line = best->strip * GRID_BLOCK, at = best->block * GRID_BLOCK;
    int lines = cells_of(f->lines, line, GRID_BLOCK), num = cells_of(f->along, at, GRID_BLOCK);
    if (grid_read(f->grid, line, at, lines, num, f->buffer) != HS_OK)
        return FIND_FAILED;
    double greatest = -INFINITY;
    for (int i = 0; i < lines * num; i++) {
        double key = find_key(f->kind, dtype_read(f->grid->dtype, f->buffer + (size_t)i * dtype_size(f->grid->dtype)));
        if (key > greatest) {
            greatest = key;
            *out = cell_at(f, line + i / num, at + i % num);
        }
    }
    return greatest > -INFINITY ? FIND_FOUND : FIND_FAILED;
}

static enum find_state find_extreme(struct grid_find *f, struct find_cell *out)
{
    struct best best = {-INFINITY, INT64_MAX, 0};
    if (!fill_heap(f))
        return FIND_FAILED;
    while (f->num_heap && (double)f->heap[0].bound >= best.key && !is_over(f)) {
        int64_t tile = f->heap[0].tile;
        f->heap[0] = f->heap[--f->num_heap];
        sift(f, 0);
        look_through(f, tile, &best);
    }
    return best.key > -INFINITY ? pick_cell(f, &best, out) : FIND_NONE;
}

/* --- cells that are no finite numbers; positions count cells as they lie --- */

static bool is_bad(const struct grid_find *f, int lines, int num, int line, int at)
{
    if (line < 0 || at < 0 || line >= lines || at >= num)
        return false;
    return !isfinite(dtype_read(f->grid->dtype, f->buffer + (size_t)(line * num + at) * dtype_size(f->grid->dtype)));
}

/* The first of a tile in [lo, hi), else INT64_MAX. With a line before it, and a cell more on either side. */
static int64_t bad_in_tile(struct grid_find *f, int64_t strip, int64_t t, int64_t lo, int64_t hi)
{
    int64_t first = strip * GRID_BLOCK, begin = t * GRID_TILE, line = first > 0 ? first - 1 : 0, at = begin > 0 ? begin - 1 : 0;
    int lines = cells_of(f->lines, line, (int)(first - line) + GRID_BLOCK), num = cells_of(f->along, at, (int)(begin - at) + GRID_TILE + 1);
    int end = cells_of(f->along, begin, GRID_TILE) + (int)(begin - at);
    if (grid_read(f->grid, line, at, lines, num, f->buffer) != HS_OK)
        return INT64_MAX;
    for (int i = (int)(first - line); i < lines; i++)
        for (int k = (int)(begin - at); k < end; k++) {
            int64_t position = (line + i) * f->along + at + k;
            if (position >= lo && position < hi && is_bad(f, lines, num, i, k) && !is_bad(f, lines, num, i, k - 1) &&
                !is_bad(f, lines, num, i - 1, k - 1) && !is_bad(f, lines, num, i - 1, k) && !is_bad(f, lines, num, i - 1, k + 1))
                return position;
        }
    return INT64_MAX;
}

/* Nothing but bad cells, and so on its left or before it: none that it looks for. */
static bool is_inside(const struct grid_find *f, int64_t strip, int64_t t, int flags)
{
    bool left = t > 0 && grid_index_get(f->index, strip * f->across + t - 1).flags & GRID_INDEX_ALL_BAD;
    bool above = strip > 0 && grid_index_get(f->index, (strip - 1) * f->across + t).flags & GRID_INDEX_ALL_BAD;
    return flags & GRID_INDEX_ALL_BAD && (left || above);
}

static bool find_bad_between(struct grid_find *f, int64_t lo, int64_t hi, struct find_cell *out)
{
    for (int64_t strip = lo / f->along / GRID_BLOCK; strip * GRID_BLOCK * f->along < hi && !is_over(f); strip++) {
        int64_t best = INT64_MAX;
        for (int64_t t = 0; t < f->across; t++) {
            int flags = grid_index_get(f->index, strip * f->across + t).flags;
            if (!(flags & GRID_INDEX_BAD) || is_inside(f, strip, t, flags))
                continue;
            int64_t found = bad_in_tile(f, strip, t, lo, hi);
            best = found < best ? found : best;
        }
        if (best < INT64_MAX) {
            *out = cell_at(f, best / f->along, best % f->along);
            return true;
        }
    }
    return false;
}

static enum find_state find_bad_cell(struct grid_find *f, struct find_cell *out)
{
    if (!dtype_is_float(f->grid->dtype))
        return FIND_NONE;
    bool across = f->grid->by_columns;
    int64_t after = (across ? f->after.col : f->after.row) * f->along + (across ? f->after.row : f->after.col);
    bool found = find_bad_between(f, after + 1, f->lines * f->along, out) || find_bad_between(f, 0, after + 1, out);
    return found ? FIND_FOUND : FIND_NONE;
}

/* --- the thread --- */

/* Under the lock. */
static bool take_want(struct grid_find *f)
{
    f->begun = atomic_load(&f->asked);
    f->kind = f->want.kind;
    f->after = f->want.after;
    f->num_passed = 0;
    if (!mem_reserve(&f->passed, &f->cap_passed, (size_t)f->want.num_seen, sizeof *f->passed))
        return false;
    for (int i = 0; i < f->want.num_seen; i++) {
        struct find_cell c = f->grid->by_columns ? (struct find_cell){f->seen[i].col, f->seen[i].row} : f->seen[i];
        f->passed[f->num_passed++] = (struct find_cell){c.row / GRID_BLOCK, c.col / GRID_BLOCK};
    }
    return true;
}

static struct grid_found search(struct grid_find *f)
{
    struct grid_found r = {FIND_FAILED, {0, 0}, 1};
    int64_t until = clock_now_ns() + PATIENCE_NS;
    while (clock_now_ns() < until && !is_over(f) && read_more(f))
        ;
    r.share = (double)grid_index_num_known(f->index) / (double)grid_index_num_tiles(f->index);
    r.state = f->kind == FIND_BAD ? find_bad_cell(f, &r.cell) : find_extreme(f, &r.cell);
    return r;
}

static void *find_main(void *arg)
{
    struct grid_find *f = arg;
    pthread_setname_np(pthread_self(), "find");
    pthread_mutex_lock(&f->lock);
    while (!atomic_load(&f->quit)) {
        if (f->begun != atomic_load(&f->asked)) {
            struct grid_found r = {FIND_FAILED, {0, 0}, 1};
            bool ready = take_want(f);
            pthread_mutex_unlock(&f->lock);
            if (ready)
                r = search(f);
            pthread_mutex_lock(&f->lock);
            if (is_over(f))
                continue;
            f->result = r;
            pthread_mutex_unlock(&f->lock);
            if (f->wake)
                f->wake(f->wake_arg);
            pthread_mutex_lock(&f->lock);
            continue;
        }
        pthread_mutex_unlock(&f->lock);
        bool more = f->begun && read_more(f);
        pthread_mutex_lock(&f->lock);
        if (!more && f->begun == atomic_load(&f->asked) && !atomic_load(&f->quit))
            pthread_cond_wait(&f->work, &f->lock);
    }
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

static bool allocate(struct grid_find *f)
{
    size_t column = (size_t)GRID_FOLD_CELLS * f->fold->size, tile = (grid_cache_tile_bytes(f->reader->cache) + 63) / 64 * 64;
    size_t cells = (size_t)READ_LINES * READ_CELLS * dtype_size(f->grid->dtype);
    char *p = f->memory = mem_zeroed(5 * column + SLOTS * tile + cells, 1);
    if (!p)
        return false;
    f->columns = (struct grid_columns){.min = p, .max = p + column, .sum = p + 2 * column, .bad = p + 3 * column, .cells = p + 4 * column};
    for (int i = 0; i < SLOTS; i++)
        f->slots[i] = (struct slot){-1, false, grid_cache_tile(f->reader->cache, p + 5 * column + (size_t)i * tile)};
    f->buffer = p + 5 * column + SLOTS * tile;
    return true;
}

struct grid_find *grid_find_create(struct grid_reader *r, void (*wake)(void *arg), void *wake_arg)
{
    struct grid_find *f = mem_zeroed(1, sizeof *f);
    if (!f)
        return NULL;
    f->reader = r;
    f->grid = r->grid;
    f->index = grid_cache_index(r->cache);
    f->fold = r->fold;
    f->lines = grid_lines(r->grid);
    f->along = grid_along(r->grid);
    f->across = (f->along + GRID_TILE - 1) / GRID_TILE;
    f->next_strip = (f->lines + GRID_BLOCK - 1) / GRID_BLOCK - 1;
    f->wake = wake;
    f->wake_arg = wake_arg;
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->work, NULL);
    sigset_t all, old; /* signals are the main thread's */
    sigfillset(&all);
    f->counter = (struct grid_worker){.reader = r, .range = GRID_NO_RANGE};
    if (f->index && allocate(f) && grid_count_begin_search(&f->counter)) {
        pthread_sigmask(SIG_SETMASK, &all, &old);
        f->has_thread = pthread_create(&f->thread, NULL, find_main, f) == 0;
        pthread_sigmask(SIG_SETMASK, &old, NULL);
    }
    if (!f->has_thread) {
        grid_find_destroy(f);
        return NULL;
    }
    return f;
}

void grid_find_destroy(struct grid_find *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->lock);
    atomic_store(&f->quit, true);
    grid_give_up(f->grid); /* it may be in a read that never returns */
    pthread_cond_broadcast(&f->work);
    pthread_mutex_unlock(&f->lock);
    if (f->has_thread)
        pthread_join(f->thread, NULL);
    pthread_cond_destroy(&f->work);
    pthread_mutex_destroy(&f->lock);
    free(f->seen);
    free(f->passed);
    free(f->heap);
    free(f->memory);
    free(f);
}

enum hs_status grid_find_start(struct grid_find *f, const struct find_want *want)
{
    pthread_mutex_lock(&f->lock);
    bool room = mem_reserve(&f->seen, &f->cap_seen, (size_t)want->num_seen, sizeof *f->seen);
    if (room) {
        if (want->num_seen)
            memcpy(f->seen, want->seen, (size_t)want->num_seen * sizeof *f->seen);
        f->want = *want;
        f->result = (struct grid_found){FIND_BUSY, {0, 0}, 1};
        atomic_fetch_add(&f->asked, 1);
        pthread_cond_signal(&f->work);
    }
    pthread_mutex_unlock(&f->lock);
    return room ? HS_OK : HS_ERR_MEMORY;
}

struct grid_found grid_find_poll(struct grid_find *f)
{
    pthread_mutex_lock(&f->lock);
    struct grid_found r = f->result;
    pthread_mutex_unlock(&f->lock);
    return r;
}
