/* Footprints roughly from what is known in blocks: summaries, or footprints of another view. Rows of blocks are added up, then blocks
 * along them. Instances for float and double, as in grid_fold.h. No state. */
#ifndef DATA_GRID_BEST_H
#define DATA_GRID_BEST_H

#include "data/grid_fold.h"
#include <stdbool.h>

enum { GRID_UNKNOWN = 1, GRID_LOST = 2 };

/* Rows of blocks added up, block by block. */
struct grid_blocks {
    void *min, *max;            /* A */
    double *sum;
    float *finite, *nan, *cells;
    uint8_t *flags;             /* of any of them */
};

/* Which blocks each footprint is made of; first < 0: it isn't known. */
struct grid_block_map {
    const int *first, *end;
};

/* Footprints side by side, as displayed. */
struct grid_footprints {
    void *min, *max, *mean; /* A */
    uint8_t *share, *lost;
};

struct grid_best_fold {
    void (*clear)(const struct grid_blocks *b, int num);
    /* To blocks from `at` on. Of so many cells each, the last of the grid's: last_cells. */
    void (*tile)(const struct grid_blocks *b, int at, const struct grid_tile *t, int first, int num);
    void (*coarse)(const struct grid_blocks *b, int at, const struct grid_coarse *c, int64_t first, int num, float cells);
    void (*known)(const struct grid_blocks *b, int at, const struct grid_footprints *f, size_t first, int num);
    /* Footprints from .. to - 1 where not done yet, if all of their blocks are known. base: number of the first block. How many. */
    int (*across)(const struct grid_blocks *b, int base, const struct grid_block_map *map, int from, int to, const struct grid_footprints *out,
                  size_t at, uint8_t *done);
    void (*blank)(const struct grid_footprints *out, size_t at);
};

extern const struct grid_best_fold grid_best_f32, grid_best_f64;

#endif
