/* Random access to a big 2-D array that isn't in memory: what a store (a file now, chunks later) offers to those who read it part
 * by part. Cells come in their own dtype and in our byte order; parts that can't be read fail alone, and are neither NaN nor zero.
 *
 * Lines are what lies together: rows, or columns where the first index runs fastest (`by_columns`). A position is a line and a
 * place along it. All calls from any thread, several at a time. */
#ifndef DATA_GRID_H
#define DATA_GRID_H

#include "data/array.h"
#include <heatscope/status.h>
#include <stdatomic.h>

struct grid;

struct grid_ops {
    /* lines x num cells from (line, at) on into `to`, line by line without gaps. HS_ERR_IO: some of it can't be read; logged once a
     * kind by the store, `to` is undefined. */
    enum hs_status (*read)(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num, void *to);
    /* True only if this part is known to hold zeros without being read (a hole in a file, a chunk that was never written). NULL: no
     * such knowledge. */
    bool (*is_hole)(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num);
    /* All cells in memory, if the store can map them: the first line's first; the frame's strides say how they lie. NULL: it can't
     * (logged once, with what needs them: an option's name). It stays until destroy. */
    const void *(*map)(struct grid *g, const char *what);
    /* Nobody who waits for a read at this moment waits any longer. NULL: reads end. */
    void (*give_up)(struct grid *g);
    /* Like read, but for cells that somebody waits for on the spot: HS_ERR_IO after a moment. NULL: read is as good. */
    enum hs_status (*read_soon)(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num, void *to);
    /* The cells are others than when it was opened, or than when this said so last; said once by the store. NULL: they never are. */
    bool (*has_changed)(struct grid *g);
    void (*destroy)(struct grid *g);
};

/* Begins the store's own struct. Constant once made, but for the references. */
struct grid {
    const struct grid_ops *ops;
    atomic_int refs;
    enum dtype dtype;
    int64_t rows, cols;
    bool by_columns;
    int64_t chunk_lines, chunk_along; /* reading these at once, from multiples of them on, costs least; 1 and 0 (a whole line): a file */
};

static inline int64_t grid_lines(const struct grid *g) { return g->by_columns ? g->cols : g->rows; }
static inline int64_t grid_along(const struct grid *g) { return g->by_columns ? g->rows : g->cols; }

/* NULL is fine. */
struct grid *grid_ref(struct grid *g);
void grid_unref(struct grid *g);
/* See grid_ops; both must lie inside. */
enum hs_status grid_read(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num, void *to);
bool grid_is_hole(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num);
/* See grid_ops: for what looks at every cell before there is a picture, which takes as long as reading all of it. */
const void *grid_map(struct grid *g, const char *what);
bool grid_has_changed(struct grid *g);
/* See grid_ops. */
void grid_give_up(struct grid *g);
/* A rectangle of cells into memory of at least rows * cols cells, and *out, which describes it. grid_read_rect_soon: waits but for a
 * moment. */
enum hs_status grid_read_rect(struct grid *g, int64_t row, int64_t col, int64_t rows, int64_t cols, void *to, struct array *out);
enum hs_status grid_read_rect_soon(struct grid *g, int64_t row, int64_t col, int64_t rows, int64_t cols, void *to, struct array *out);

#endif
