/* What the files of the reduction share. Two instances of everything numeric: _f32 for narrow dtypes, _f64 for wide ones; they are
 * made from reduce_scan.inc (with reduce_across.inc and reduce_level.inc) and reduce_auto.inc (with reduce_columns.inc) by reduce_f32.c
 * and reduce_f64.c; reduce.c picks a table of functions. */
#ifndef DATA_REDUCE_INTERNAL_H
#define DATA_REDUCE_INTERNAL_H

#include "data/reduce.h"
#include "data/reduce_summary.h"

enum {
    REDUCE_CHUNK = 2048,     /* cells across that are worked on at once: stays in the first-level cache */
    REDUCE_PAD = 80,         /* readable numbers behind a chunk, the last of them always 0 */
    REDUCE_GROUP_ROWS = 32,  /* rows whose sums are gathered as A before they are added up in double */
    REDUCE_BLOCK_ROWS = 8,   /* rows walked side by side */
    REDUCE_MAX_WINDOW = 16,  /* widest sliding window */
    REDUCE_NARROW = 31,      /* footprints up to this many cells, or one more, are two windows */
    REDUCE_NUM_SAMPLES = 32, /* footprints per block whose excess sets its threshold */
    REDUCE_ROW_SAMPLES = 4,  /* rows of those */
    REDUCE_ROW_SAMPLES_MANY = 8, /* for a job with lone_rows */
    REDUCE_BLOCK = 16,       /* footprints per block and axis, about */
    REDUCE_LANES = 32,       /* blocks whose medians are found at once */
    REDUCE_FEW = 64,         /* columns of a chunk with NaN or Inf, up to which they are dealt with one by one */
};

/* Footprints first .. first + num - 1 of an axis, with the cells each covers; of blocks (task.level), all in blocks but `cells`, weight and
 * extent. */
struct reduce_span {
    double ratio, phase;
    int64_t cells;   /* of the whole axis */
    int unit;        /* cells of a block; 1 */
    int64_t total;   /* footprints of the whole axis */
    int64_t first;
    int num;
    int width;       /* every whole footprint covers this many cells or one more, clipped ones fewer; at most INT_MAX / 2 */
    int window;      /* of the sliding extremes: a power of two up to width */
    int64_t *begin, *end;
    double *weight;  /* 1 / cells, NaN for none */
    double *extent;  /* cells */
    /* What a narrow footprint picks of its chunk's columns: windows for the extremes begin at pick_first and pick_last, the window for
     * the sum at pick_first, and pick_extra is the column behind that, or one that is 0. */
    int32_t *pick_first, *pick_last, *pick_extra;
    size_t capacity; /* of the seven */
    /* Across only: runs of footprints worked on at once. */
    struct reduce_chunk *chunks;
    int num_chunks;
    size_t chunk_capacity;
};

/* Footprints [begin, end) from cells [cell, cell + num); wider than REDUCE_CHUNK: one footprint, taken in pieces. */
struct reduce_chunk {
    int begin, end;
    int regular_begin, regular_end; /* those that have a pick: all but clipped ones */
    int64_t cell, num;
};

/* How an axis is divided into blocks of footprints, anchored at the data. */
struct reduce_blocks {
    int size;         /* footprints per block; the last one is longer or shorter */
    int64_t total;    /* blocks of the whole axis */
    int64_t first;    /* of those wanted */
    int num;
    int num_samples;  /* footprints sampled per block along this axis */
};

/* One job, as the workers see it: rows are along the slower direction in memory. */
struct reduce_task {
    const char *data;
    int64_t row_stride, col_stride;
    enum dtype dtype;
    bool contiguous;                /* cells lie side by side */
    bool direct;                    /* and are A already */
    enum reduce_mode mode;
    const struct reduce_known *known; /* or NULL */
    const struct reduce_level *level; /* or NULL: the cells */
    bool single;                    /* every footprint is one cell */
    bool columns;                   /* every footprint, also of those sampled beside the view, is a column of cells (REDUCE_AUTO) */
    struct reduce_span rows, cols;  /* cols may reach beyond what is wanted, for samples */
    int col_skip, num_cols;         /* the wanted part of cols */
    int chunk_skip, num_chunks;     /* the chunks that make it up */
    struct reduce_blocks row_blocks, col_blocks; /* REDUCE_AUTO */
    int32_t *samples;               /* [col_blocks.num_samples][col_blocks.num]: which of cols are sampled */
    double tolerance;               /* excess grows by up to this factor (less one) with a footprint's width on a plain gradient */
    void *upper, *lower;            /* A[row_blocks.num][reduce_padded_blocks]: thresholds on max - mean and mean - min */
    /* Rows of footprints that were scanned for the thresholds already: which of the wanted are kept where, -1: not; [3][num_cols] of
     * A each: lowest, highest, mean. Their shares of NaN are made already, too. NULL: none are kept. */
    int32_t *kept;
    void *kept_rows;
    void *values;                   /* A[rows.num][num_cols] */
    uint8_t *nan_share;             /* [rows.num][num_cols] */
    bool shares_are_zero;           /* all of them, before the run */
    struct reduce_work *work;       /* one per worker */
};

/* How cells are summed: all finite; NaN masked; NaN and Inf masked and counted apart. */
enum reduce_care { REDUCE_CARE_NONE, REDUCE_CARE_NAN, REDUCE_CARE_INF };

/* A worker's own memory; arrays of A unless said otherwise. */
struct reduce_work {
    void *chunk_min[3], *chunk_max[3], *chunk_sum[4], *chunk_bad[4]; /* [0] per column; the others for sliding windows */
    void *converted;                                /* [REDUCE_BLOCK_ROWS][REDUCE_CHUNK] */
    /* Per footprint of cols. */
    void *min, *max, *mean;
    double *sum, *num_nan, *num_inf;
    void *col_min, *col_max;                        /* finite extremes so far */
    void *samples_upper, *samples_lower, *samples_size; /* [REDUCE_NUM_SAMPLES][blocks across, padded] */
    void *upper, *lower;                            /* per block across: a row's thresholds */
    bool many_bad;                                  /* the current row holds too many NaN and Inf to be listed */
    bool inf;                                       /* some Inf */
    int32_t *listed;                                /* footprints whose num_nan or num_inf isn't 0, unless there are many */
    int num_listed;
    enum reduce_care care;                          /* what the last chunk needed */
    double range_min, range_max;                    /* finite extremes found apart from col_min and col_max */
    int64_t num_nan_footprints, num_replaced;
    void *memory;
    size_t capacity;
};

struct reduce_ops {
    size_t size; /* of A */
    /* Make room for the task in a worker's memory. False: no memory. */
    bool (*prepare)(const struct reduce_task *t, struct reduce_work *w);
    /* One row of blocks (of those wanted) to upper and lower. */
    void (*threshold)(struct reduce_task *t, int block_row, struct reduce_work *w);
    /* One row of footprints (of those wanted) to values and nan_share. */
    void (*row)(struct reduce_task *t, int row, struct reduce_work *w);
    /* A row of blocks of the task's cells into a level. */
    void (*summarise)(const struct reduce_task *t, struct reduce_work *w, const struct reduce_level *l, int64_t row);
    /* Widen *min, *max by what the worker has seen. */
    void (*finish)(const struct reduce_task *t, const struct reduce_work *w, double *min, double *max);
};

/* rows.num x cols.num shares of the last run, also where the result has none; they may be written to. */
uint8_t *reducer_shares(struct reducer *r);

extern const struct reduce_ops reduce_f32, reduce_f64;

/* What footprint i of the axis covers. */
void reduce_span_footprint(const struct reduce_span *s, int64_t i, int64_t *begin, int64_t *end);

/* Cells in [begin, end) of a span. */
static inline int64_t reduce_span_cells(const struct reduce_span *s, int64_t begin, int64_t end)
{
    int64_t last = end * s->unit;
    return begin < end ? (last < s->cells ? last : s->cells) - begin * s->unit : 0;
}

/* Row of samples k of block b of an axis, as a footprint number. */
static inline int64_t reduce_sample(const struct reduce_blocks *b, int64_t block, int k, int64_t total)
{
    int64_t begin = block * b->size;
    int64_t end = block == b->total - 1 ? total : begin + b->size;
    return begin + (end - begin) * (2 * k + 1) / (2 * b->num_samples);
}

/* Blocks across, rounded up so that REDUCE_LANES of them can be worked on together. */
static inline int reduce_padded_blocks(const struct reduce_blocks *b)
{
    return (b->num + REDUCE_LANES - 1) / REDUCE_LANES * REDUCE_LANES;
}

/* Between the middles of which two of the wanted blocks footprint i lies, and its way (0..1) from one to the other. Beyond the
 * outermost middles of the axis both are the same block. */
static inline double reduce_between(const struct reduce_blocks *b, int64_t i, int *one, int *other)
{
    double at = ((double)i + .5) / b->size - .5;
    double block = __builtin_floor(at);
    double left = block < 0 ? 0 : block > (double)(b->total - 1) ? (double)(b->total - 1) : block;
    double right = block + 1 > (double)(b->total - 1) ? (double)(b->total - 1) : block + 1;
    *one = (int)((int64_t)left - b->first);
    *other = (int)((int64_t)right - b->first);
    return *one == *other ? 0 : at - block;
}

#endif
