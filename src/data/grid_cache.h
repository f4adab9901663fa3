/* Summaries of a grid's tiles, within a budget; those that no recent view has used go first. Any thread, several at a time. */
#ifndef DATA_GRID_CACHE_H
#define DATA_GRID_CACHE_H

#include "data/grid.h"
#include "data/grid_index.h"
#include "data/grid_levels.h"

struct grid_cache;

/* NULL without memory. A budget too small even for the index is fine: then nothing is kept. */
struct grid_cache *grid_cache_create(const struct grid *g, size_t budget_bytes);
void grid_cache_destroy(struct grid_cache *c);

/* One allocation for a tile of the cache's grid, which is found by its first byte: the tile's memory in memory of
 * grid_cache_tile_bytes. */
size_t grid_cache_tile_bytes(const struct grid_cache *c);
struct grid_tile grid_cache_tile(const struct grid_cache *c, void *memory);

/* A copy of the tile's summaries; view: a number that counts views up. False: not kept. */
bool grid_cache_get(struct grid_cache *c, int64_t tile, struct grid_tile *out, uint32_t view);
bool grid_cache_has(struct grid_cache *c, int64_t tile);
/* Keep a copy; zeros: the whole tile is 0, which costs nothing. What another view used last goes for it if there must be room, and
 * only if `evict`. */
void grid_cache_put(struct grid_cache *c, int64_t tile, const struct grid_tile *t, bool zeros, uint32_t view, bool evict);
/* What each tile that was ever put is about; NULL: no room for it. */
struct grid_index *grid_cache_index(struct grid_cache *c);
size_t grid_cache_used(const struct grid_cache *c);
/* Coarser ones, of all tiles that were ever put. */
struct grid_levels *grid_cache_levels(struct grid_cache *c);

#endif
