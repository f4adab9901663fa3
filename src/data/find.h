/* Looking for cells in an array: its peaks in order of value, and cells that are no finite numbers in the order they lie in.
 *
 * A peak is the first of the greatest cells of its neighbourhood: cells are taken in blocks (8 x 8; of arrays with fewer than 512 rows
 * or columns smaller ones, down to single cells), and a block has a peak if none of the eight round it has a greater cell, or an equal
 * one before it. So what adjoins a peak is passed over, and the flanks of a hill have none. */
#ifndef DATA_FIND_H
#define DATA_FIND_H

#include "base/pool.h"
#include "data/array.h"
#include <heatscope/status.h>
#include <math.h>

enum find_kind {
    FIND_HIGHEST,
    FIND_LOWEST,
    FIND_FARTHEST, /* from 0 */
    FIND_BAD,      /* NaN and infinite */
};

enum { FIND_BLOCK = 8, FIND_FULL_BLOCKS_FROM = 512 };

struct find_cell {
    int64_t row, col;
};

struct find_want {
    enum find_kind kind;
    const struct find_cell *seen; /* extremes found before; they and what adjoins them are passed over */
    int num_seen;
    struct find_cell after;       /* FIND_BAD: the first behind this cell */
};

enum find_state { FIND_NONE, FIND_FOUND, FIND_BUSY, FIND_FAILED };

/* What cells are ranked by; -INFINITY: not at all. */
static inline double find_key(enum find_kind kind, double x)
{
    if (!isfinite(x))
        return -INFINITY;
    return kind == FIND_LOWEST ? -x : kind == FIND_FARTHEST ? fabs(x) : x;
}

/* The edge of blocks along an axis of so many cells. */
static inline int find_block(int64_t cells)
{
    int64_t edge = cells * FIND_BLOCK / FIND_FULL_BLOCKS_FROM;
    return edge < 1 ? 1 : edge > FIND_BLOCK ? FIND_BLOCK : (int)edge;
}

/* The greatest peak that is in none of the blocks of cells seen, nor beside them. *found false: there is none. HS_ERR_MEMORY. */
enum hs_status find_peak(struct pool *pool, const struct array *a, enum find_kind kind, const struct find_cell *seen, int num_seen,
                         struct find_cell *out, bool *found);

/* The first bad cell, row by row, behind `after`, and from the first cell on again up to `after`; of bad cells that touch, those alone
 * that have none on their left or in the row above them. hidden (may be NULL): a cell that doesn't count. False: there is none. */
bool find_bad(struct pool *pool, const struct array *a, bool (*hidden)(const void *arg, int64_t row, int64_t col), const void *arg,
              struct find_cell after, struct find_cell *out);

#endif
