/* Summaries of blocks of 64 x 64 and 512 x 512 cells, folded from those of 8 x 8 as these are made, and kept when they go. They are few,
 * so that a picture of the whole of any grid is made of them in no time. Any thread, several at a time. */
#ifndef DATA_GRID_LEVELS_H
#define DATA_GRID_LEVELS_H

#include "data/grid.h"
#include "data/grid_fold.h"
#include <stddef.h>

enum { GRID_NUM_LEVELS = 2 }; /* 0: blocks of 64, 1: of 512 (a tile is as wide as one) */

struct grid_levels;

/* Those that fit into the budget. NULL: no memory. */
struct grid_levels *grid_levels_create(const struct grid *g, size_t budget_bytes);
void grid_levels_destroy(struct grid_levels *l); /* NULL is fine */
size_t grid_levels_used(const struct grid_levels *l);
bool grid_levels_has(const struct grid_levels *l, int level);

/* The summaries of tile number `tile` of strip number `strip`. A tile counts once, however often it is added. */
void grid_levels_add(struct grid_levels *l, int64_t strip, int64_t tile, const struct grid_tile *t);

/* A row of blocks, from grid_levels_lock until grid_levels_unlock. */
struct grid_level_row {
    struct grid_coarse blocks;
    const uint16_t *lines; /* how many lines of cells are in the blocks, for each so many blocks as a tile has: */
    int blocks_per_tile;
    int num_lines;         /* of cells, once all are in */
};
void grid_levels_lock(struct grid_levels *l, int level, int64_t row, struct grid_level_row *out);
void grid_levels_unlock(struct grid_levels *l, int level, int64_t row);

#endif
