/* An index of pointers, locks shared by many tiles, and a hand that goes round to evict. A tile used by the view at hand is never
 * evicted for another of the same view: when a view needs more than there is room for, what came first stays, and the rest is read
 * again. */
#include "data/grid_cache.h"
#include "base/memory.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { NUM_LOCKS = 64, SMALL_INDEX = 1 << 20 };

struct entry {
    uint32_t view;
    char bytes[] __attribute__((aligned(8)));
};

struct grid_cache {
    const struct grid_fold *fold;
    size_t budget, tile_bytes;
    int num_blocks;
    int64_t num_tiles; /* 0: nothing is kept */
    int64_t tiles_across;
    struct grid_levels *levels;
    struct entry **entries;
    struct grid_index *index;
    pthread_mutex_t locks[NUM_LOCKS];
    atomic_size_t used;
    pthread_mutex_t evict;
    int64_t hand;        /* under evict */
    bool is_full;        /* of tiles of view full_of */
    uint32_t full_of;
};

static const struct entry zeros_entry; /* its address alone: a tile of zeros */
#define ZEROS ((struct entry *)&zeros_entry)

static int64_t tiles_of(const struct grid *g)
{
    int64_t strips = (grid_lines(g) + GRID_BLOCK - 1) / GRID_BLOCK, across = (grid_along(g) + GRID_TILE - 1) / GRID_TILE, num;
    return mem_mul_i64(strips, across, &num) ? num : 0;
}

struct grid_cache *grid_cache_create(const struct grid *g, size_t budget)
{
    struct grid_cache *c = mem_zeroed(1, sizeof *c);
    if (!c)
        return NULL;
    c->fold = grid_fold_of(g->dtype);
    c->budget = budget;
    c->tiles_across = (grid_along(g) + GRID_TILE - 1) / GRID_TILE;
    c->levels = grid_levels_create(g, budget / 4);
    if (!c->levels) {
        free(c);
        return NULL;
    }
    int64_t blocks = (grid_along(g) + GRID_BLOCK - 1) / GRID_BLOCK;
    c->num_blocks = (int)(blocks < GRID_TILE_BLOCKS ? blocks : GRID_TILE_BLOCKS);
    c->tile_bytes = ((size_t)c->num_blocks * (3 * c->fold->size + 2) + 7) / 8 * 8;
    int64_t num = tiles_of(g);
    if ((size_t)num <= budget / 4 / sizeof *c->entries) {
        c->entries = mem_zeroed((size_t)num, sizeof *c->entries);
        c->num_tiles = c->entries ? num : 0;
    }
    c->index = grid_index_create(g, budget / 4 + SMALL_INDEX);
    atomic_init(&c->used, (size_t)c->num_tiles * sizeof *c->entries + grid_levels_used(c->levels));
    for (int i = 0; i < NUM_LOCKS; i++)
        pthread_mutex_init(&c->locks[i], NULL);
    pthread_mutex_init(&c->evict, NULL);
    return c;
}

void grid_cache_destroy(struct grid_cache *c)
{
    if (!c)
        return;
    for (int64_t i = 0; i < c->num_tiles; i++)
        if (c->entries[i] != ZEROS)
            free(c->entries[i]);
    for (int i = 0; i < NUM_LOCKS; i++)
        pthread_mutex_destroy(&c->locks[i]);
    pthread_mutex_destroy(&c->evict);
    grid_levels_destroy(c->levels);
    free(c->entries);
    grid_index_destroy(c->index);
    free(c);
}

size_t grid_cache_tile_bytes(const struct grid_cache *c)
{
    return c->tile_bytes;
}

struct grid_tile grid_cache_tile(const struct grid_cache *c, void *memory)
{
    size_t n = (size_t)c->num_blocks, size = c->fold->size;
    char *p = memory;
    return (struct grid_tile){p, p + n * size, p + 2 * n * size, (uint8_t *)p + 3 * n * size, (uint8_t *)p + 3 * n * size + n, 0, 0};
}

static pthread_mutex_t *lock_of(struct grid_cache *c, int64_t tile)
{
    return &c->locks[tile % NUM_LOCKS];
}

bool grid_cache_has(struct grid_cache *c, int64_t tile)
{
    if (tile >= c->num_tiles)
        return false;
    pthread_mutex_lock(lock_of(c, tile));
    bool found = c->entries[tile] != NULL;
    pthread_mutex_unlock(lock_of(c, tile));
    return found;
}

bool grid_cache_get(struct grid_cache *c, int64_t tile, struct grid_tile *out, uint32_t view)
{
    if (tile >= c->num_tiles)
        return false;
    pthread_mutex_lock(lock_of(c, tile));
    struct entry *e = c->entries[tile];
    if (e == ZEROS)
        memset(out->min, 0, c->tile_bytes);
    else if (e) {
        memcpy(out->min, e->bytes, c->tile_bytes);
        e->view = view;
    }
    pthread_mutex_unlock(lock_of(c, tile));
    return e != NULL;
}

/* Room for one more tile; under evict. */
static bool make_room(struct grid_cache *c, uint32_t view)
{
    size_t bytes = sizeof(struct entry) + c->tile_bytes;
    if (atomic_load(&c->used) + bytes <= c->budget)
        return true;
    if (c->is_full && c->full_of == view)
        return false;
    for (int64_t i = 0; i < c->num_tiles; i++) {
        int64_t tile = c->hand;
        c->hand = c->hand + 1 < c->num_tiles ? c->hand + 1 : 0;
        pthread_mutex_lock(lock_of(c, tile));
        struct entry *e = c->entries[tile];
        bool gone = e && e != ZEROS && e->view != view;
        if (gone) {
            c->entries[tile] = NULL;
            free(e);
            atomic_fetch_sub(&c->used, bytes);
        }
        pthread_mutex_unlock(lock_of(c, tile));
        if (gone && atomic_load(&c->used) + bytes <= c->budget)
            return true;
    }
    c->is_full = true;
    c->full_of = view;
    return false;
}

void grid_cache_put(struct grid_cache *c, int64_t tile, const struct grid_tile *t, bool zeros, uint32_t view, bool evict)
{
    grid_index_put(c->index, tile, t, zeros);
    grid_levels_add(c->levels, tile / c->tiles_across, tile % c->tiles_across, t);
    if (tile >= c->num_tiles)
        return;
    struct entry *e = ZEROS;
    size_t bytes = sizeof *e + c->tile_bytes;
    if (!zeros) {
        pthread_mutex_lock(&c->evict);
        bool room = evict ? make_room(c, view) : atomic_load(&c->used) + bytes <= c->budget;
        if (room)
            atomic_fetch_add(&c->used, bytes);
        pthread_mutex_unlock(&c->evict);
        if (!room)
            return;
        e = mem_resize(NULL, bytes, 1);
        if (!e) {
            atomic_fetch_sub(&c->used, bytes);
            return;
        }
        e->view = view;
        memcpy(e->bytes, t->min, c->tile_bytes);
    }
    pthread_mutex_lock(lock_of(c, tile));
    struct entry *old = c->entries[tile];
    c->entries[tile] = e;
    pthread_mutex_unlock(lock_of(c, tile));
    if (old && old != ZEROS) {
        free(old);
        atomic_fetch_sub(&c->used, bytes);
    }
}

struct grid_index *grid_cache_index(struct grid_cache *c)
{
    return c->index;
}

size_t grid_cache_used(const struct grid_cache *c)
{
    return atomic_load(&c->used);
}

struct grid_levels *grid_cache_levels(struct grid_cache *c)
{
    return c->levels;
}
