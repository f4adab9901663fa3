/* Dense arrays, a row of blocks behind the other. Which strips a row of the finer level has seen of each tile is a byte of bits; the
 * coarser level follows it. One lock for each row of the coarser level, and the rows of the finer one within it. */
#include "data/grid_levels.h"
#include "base/memory.h"
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

enum { NUM_LOCKS = 64, FINE = 0, COARSE = 1 };

static const int block_cells[GRID_NUM_LEVELS] = {GRID_BLOCK * 8, GRID_BLOCK * 64};

struct level {
    int64_t rows, cols;
    struct grid_coarse blocks;
    uint16_t *lines; /* of each row and tile */
    void *memory;    /* NULL: there is no room for it */
};

struct grid_levels {
    const struct grid_fold *fold;
    int64_t num_lines, tiles;
    size_t used;
    uint8_t *seen; /* strips, of each row of the finer level and tile; NULL: nothing is kept at all */
    struct level levels[GRID_NUM_LEVELS];
    pthread_mutex_t locks[NUM_LOCKS];
};

static void set_empty(const struct grid_fold *fold, const struct grid_coarse *c, int64_t num)
{
    for (int64_t i = 0; i < num; i++)
        if (fold->size == sizeof(float)) {
            ((float *)c->min)[i] = INFINITY;
            ((float *)c->max)[i] = -INFINITY;
        } else {
            ((double *)c->min)[i] = INFINITY;
            ((double *)c->max)[i] = -INFINITY;
        }
}

static size_t level_bytes(const struct grid_levels *l, const struct level *v)
{
    return (size_t)(v->rows * v->cols) * (3 * l->fold->size + 2 * sizeof(uint32_t)) + (size_t)(v->rows * l->tiles) * sizeof(uint16_t);
}

static void make_level(struct grid_levels *l, struct level *v)
{
    size_t num = (size_t)(v->rows * v->cols), size = l->fold->size;
    char *p = v->memory = mem_zeroed(level_bytes(l, v), 1);
    if (!p)
        return;
    v->blocks = (struct grid_coarse){p, p + num * size, p + 2 * num * size, (uint32_t *)(p + 3 * num * size), NULL};
    v->blocks.inf = v->blocks.nan + num;
    v->lines = (uint16_t *)(v->blocks.inf + num);
    set_empty(l->fold, &v->blocks, (int64_t)num);
    l->used += level_bytes(l, v);
}

struct grid_levels *grid_levels_create(const struct grid *g, size_t budget)
{
    struct grid_levels *l = mem_zeroed(1, sizeof *l);
    if (!l)
        return NULL;
    l->fold = grid_fold_of(g->dtype);
    l->num_lines = grid_lines(g);
    l->tiles = (grid_along(g) + GRID_TILE - 1) / GRID_TILE;
    for (int i = 0; i < NUM_LOCKS; i++)
        pthread_mutex_init(&l->locks[i], NULL);
    for (int i = 0; i < GRID_NUM_LEVELS; i++) {
        l->levels[i].rows = (l->num_lines + block_cells[i] - 1) / block_cells[i];
        l->levels[i].cols = (grid_along(g) + block_cells[i] - 1) / block_cells[i];
    }
    size_t seen = (size_t)(l->levels[FINE].rows * l->tiles);
    for (int i = COARSE; i >= FINE; i--)
        if (seen <= budget && l->used + level_bytes(l, &l->levels[i]) <= budget - seen)
            make_level(l, &l->levels[i]);
    if (l->levels[COARSE].memory)
        l->seen = mem_zeroed(seen, 1);
    l->used += l->seen ? seen : 0;
    return l;
}

void grid_levels_destroy(struct grid_levels *l)
{
    if (!l)
        return;
    for (int i = 0; i < NUM_LOCKS; i++)
        pthread_mutex_destroy(&l->locks[i]);
    for (int i = 0; i < GRID_NUM_LEVELS; i++)
        free(l->levels[i].memory);
    free(l->seen);
    free(l);
}

size_t grid_levels_used(const struct grid_levels *l)
{
    return l->used;
}

bool grid_levels_has(const struct grid_levels *l, int level)
{
    return l->seen && l->levels[level].memory;
}

static pthread_mutex_t *lock_of(struct grid_levels *l, int64_t coarse_row)
{
    return &l->locks[coarse_row % NUM_LOCKS];
}

void grid_levels_add(struct grid_levels *l, int64_t strip, int64_t tile, const struct grid_tile *t)
{
    if (!l->seen)
        return;
    int64_t row = strip / 8;
    uint8_t *seen = &l->seen[row * l->tiles + tile], bit = (uint8_t)(1 << strip % 8);
    pthread_mutex_lock(lock_of(l, row / 8));
    for (int i = 0; i < GRID_NUM_LEVELS && !(*seen & bit); i++) {
        struct level *v = &l->levels[i];
        int64_t at = i == FINE ? row : row / 8, blocks = GRID_TILE / block_cells[i];
        if (!v->memory)
            continue;
        l->fold->coarsen(t, block_cells[i] / GRID_BLOCK, &v->blocks, at * v->cols + tile * blocks);
        v->lines[at * l->tiles + tile] = (uint16_t)(v->lines[at * l->tiles + tile] + t->num_lines);
    }
    *seen |= bit;
    pthread_mutex_unlock(lock_of(l, row / 8));
}

void grid_levels_lock(struct grid_levels *l, int level, int64_t row, struct grid_level_row *out)
{
    struct level *v = &l->levels[level];
    size_t size = l->fold->size, at = (size_t)(row * v->cols);
    int64_t left = l->num_lines - row * block_cells[level];
    pthread_mutex_lock(lock_of(l, level == FINE ? row / 8 : row));
    *out = (struct grid_level_row){
        .blocks = {(char *)v->blocks.min + at * size, (char *)v->blocks.max + at * size, (char *)v->blocks.sum + at * size,
                   v->blocks.nan + at, v->blocks.inf + at},
        .lines = v->lines + row * l->tiles,
        .blocks_per_tile = GRID_TILE / block_cells[level],
        .num_lines = (int)(left < block_cells[level] ? left : block_cells[level]),
    };
}

void grid_levels_unlock(struct grid_levels *l, int level, int64_t row)
{
    pthread_mutex_unlock(lock_of(l, level == FINE ? row / 8 : row));
}
