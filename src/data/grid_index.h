/* Of each tile of a grid that has been summarised, whatever became of its summaries: between which values its finite cells are, and
 * whether it has others. Nine bytes a tile. Any thread, several at a time. */
#ifndef DATA_GRID_INDEX_H
#define DATA_GRID_INDEX_H

#include "data/grid.h"
#include "data/grid_fold.h"

struct grid_index;

enum grid_index_flags {
    GRID_INDEX_KNOWN = 1,
    GRID_INDEX_BAD = 2,     /* some cells are NaN or infinite */
    GRID_INDEX_ALL_BAD = 4, /* all are */
};

struct grid_index_tile {
    float low, high; /* rounded outward; low > high: no finite cell */
    int flags;       /* 0: not known yet, and the others say nothing */
};

/* NULL: no memory, or it would be more than most_bytes. */
struct grid_index *grid_index_create(const struct grid *g, size_t most_bytes);
void grid_index_destroy(struct grid_index *x); /* NULL is fine */
int64_t grid_index_num_tiles(const struct grid_index *x);
int64_t grid_index_num_known(const struct grid_index *x);
/* The first time counts. zeros: all cells are 0, whatever t says. x NULL is fine. */
void grid_index_put(struct grid_index *x, int64_t tile, const struct grid_tile *t, bool zeros);
struct grid_index_tile grid_index_get(const struct grid_index *x, int64_t tile);

#endif
