/* From cells to what is known of many: columns of a few lines, summaries of 8 x 8 blocks, footprints. Two instances of everything:
 * A is float for narrow dtypes, double for wide ones (dtype_is_wide). NaN and Inf are counted apart; sums are of finite cells. No
 * state. */
#ifndef DATA_GRID_FOLD_H
#define DATA_GRID_FOLD_H

#include "data/dtype.h"

enum {
    GRID_BLOCK = 8,          /* cells of a block, both ways */
    GRID_TILE_BLOCKS = 64,   /* kept together: GRID_BLOCK lines of GRID_TILE cells, few enough that hardly more is read than is in sight */
    GRID_TILE = GRID_BLOCK * GRID_TILE_BLOCKS,
    GRID_FOLD_CELLS = 4096,  /* most columns that are folded at once */
    GRID_FOLD_LINES = 32,    /* most lines that are gathered in columns */
};

/* Finite extremes, and the smallest number above 0; min > max: none. */
struct grid_range {
    double min, max, positive;
};
#define GRID_NO_RANGE ((struct grid_range){__builtin_inf(), -__builtin_inf(), __builtin_inf()})

static inline void grid_range_widen(struct grid_range *r, const struct grid_range *by)
{
    r->min = by->min < r->min ? by->min : r->min;
    r->max = by->max > r->max ? by->max : r->max;
    r->positive = by->positive < r->positive ? by->positive : r->positive;
}

/* At most GRID_FOLD_CELLS columns over some lines. */
struct grid_columns {
    void *min, *max, *sum; /* A; min is +Inf and max -Inf where there is no number */
    void *bad;             /* of A's size: NaN in the low 16 bits, Inf in the next */
    void *cells;           /* A: a line, converted */
    int num_lines;
};

/* Summaries of num_blocks blocks side by side; the last is narrower where the grid ends. */
struct grid_tile {
    void *min, *max, *sum; /* A[num_blocks] */
    uint8_t *nan, *inf;    /* how many */
    int num_cells, num_lines; /* it covers */
};

/* The same of larger blocks, which are added to. */
struct grid_coarse {
    void *min, *max, *sum; /* A */
    uint32_t *nan, *inf;
};

/* What is known of the footprints along a line. */
struct grid_sums {
    void *min, *max;       /* A */
    double *sum, *finite, *nan, *cells; /* sum of the finite; how many are finite, NaN, anything */
    uint8_t *lost;         /* some cells can't be read */
};

/* Footprints first .. end - 1 of begin[] and end[], which count cells along. */
struct grid_spans {
    const int64_t *begin, *end;
    int num;
};

struct grid_fold {
    size_t size; /* of A */
    /* Cells of a line, contiguous, into the columns; the first line begins them. range: may be NULL. */
    void (*line)(struct grid_columns *c, enum dtype t, const void *cells, int num, struct grid_range *range);
    /* Columns first .. first + num - 1 into summaries; t->num_cells and num_lines are set. */
    void (*pack)(const struct grid_columns *c, int first, int num, struct grid_tile *t);
    /* Every `blocks` summaries of the tile into one, from number `at` on. */
    void (*coarsen)(const struct grid_tile *t, int blocks, const struct grid_coarse *to, int64_t at);
    /* Columns from cell `at` on into those footprints that touch them. */
    void (*columns)(const struct grid_columns *c, int64_t at, int num, const struct grid_spans *spans, struct grid_sums *sums);
    /* The same of blocks, whose footprints begin and end with blocks (or with the grid). */
    void (*tile)(const struct grid_tile *t, int64_t at, const struct grid_spans *spans, struct grid_sums *sums);
    void (*clear)(struct grid_sums *sums, int num);
    void (*add)(struct grid_sums *to, const struct grid_sums *more, int num);
    /* Minimum, maximum, mean of the finite (NaN: none), share of NaN (0..255), of num footprints. */
    void (*finish)(const struct grid_sums *sums, int num, void *min, void *max, void *mean, uint8_t *share);
};

extern const struct grid_fold grid_fold_f32, grid_fold_f64;

static inline const struct grid_fold *grid_fold_of(enum dtype t) { return dtype_is_wide(t) ? &grid_fold_f64 : &grid_fold_f32; }

#endif
