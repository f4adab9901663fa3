/* Reads the same rectangle of both, whichever way their lines run, and subtracts. What can't be read of either can't be read of it. Any
 * thread. */
#include "data/grid_difference.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/difference.h"
#include <assert.h>
#include <stdlib.h>

struct grid_difference {
    struct grid grid;
    struct grid *a, *b;
    atomic_bool said_map;
};

typedef enum hs_status read_rect(struct grid *g, int64_t row, int64_t col, int64_t rows, int64_t cols, void *to, struct array *out);

static struct array turned(struct array a)
{
    return (struct array){a.data, a.dtype, a.cols, a.rows, a.col_stride, a.row_stride};
}

static enum hs_status subtract(struct grid *g, read_rect *read, int64_t line, int64_t at, int64_t lines, int64_t num, void *to)
{
    struct grid_difference *d = (struct grid_difference *)g;
    bool columns = g->by_columns;
    int64_t row = columns ? at : line, col = columns ? line : at, rows = columns ? num : lines, cols = columns ? lines : num;
    size_t cells = (size_t)lines * (size_t)num, bytes_a = (cells * dtype_size(d->a->dtype) + 15) / 16 * 16;
    char *memory = mem_resize(NULL, bytes_a + cells * dtype_size(d->b->dtype), 1);
    if (!memory)
        return HS_ERR_MEMORY;
    struct array a, b;
    enum hs_status status = read(d->a, row, col, rows, cols, memory, &a);
    if (status == HS_OK)
        status = read(d->b, row, col, rows, cols, memory + bytes_a, &b);
    if (status == HS_OK) {
        a = columns ? turned(a) : a;
        b = columns ? turned(b) : b;
        difference(NULL, &a, &b, to);
    }
    free(memory);
    return status;
}

static enum hs_status read_cells(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num, void *to)
{
    return subtract(g, grid_read_rect, line, at, lines, num, to);
}

static enum hs_status read_soon(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num, void *to)
{
    return subtract(g, grid_read_rect_soon, line, at, lines, num, to);
}

/* Of lines that run as ours. */
static bool is_hole_of(struct grid *of, bool by_columns, int64_t line, int64_t at, int64_t lines, int64_t num)
{
    return of->by_columns == by_columns ? grid_is_hole(of, line, at, lines, num) : grid_is_hole(of, at, line, num, lines);
}

static bool is_hole(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num)
{
    struct grid_difference *d = (struct grid_difference *)g;
    return is_hole_of(d->a, g->by_columns, line, at, lines, num) && is_hole_of(d->b, g->by_columns, line, at, lines, num);
}

static void give_up(struct grid *g)
{
    struct grid_difference *d = (struct grid_difference *)g;
    grid_give_up(d->a);
    grid_give_up(d->b);
}

static bool has_changed(struct grid *g)
{
    struct grid_difference *d = (struct grid_difference *)g;
    bool a = grid_has_changed(d->a), b = grid_has_changed(d->b); /* both are asked: each says it once */
    return a || b;
}

/* It is nowhere as a whole. */
static const void *map(struct grid *g, const char *what)
{
    struct grid_difference *d = (struct grid_difference *)g;
    if (!atomic_exchange(&d->said_map, true))
        log_error("--diff: %s needs all cells of the difference at once, and of two files this large it is only made as they are read", what);
    return NULL;
}

static void destroy(struct grid *g)
{
    struct grid_difference *d = (struct grid_difference *)g;
    grid_unref(d->a);
    grid_unref(d->b);
    free(d);
}

static const struct grid_ops ops = {
    .read = read_cells, .is_hole = is_hole, .map = map, .give_up = give_up, .read_soon = read_soon, .has_changed = has_changed, .destroy = destroy};

struct grid *grid_difference(struct grid *a, struct grid *b)
{
    assert(a->rows == b->rows && a->cols == b->cols);
    struct grid_difference *d = mem_zeroed(1, sizeof *d);
    if (!d)
        return NULL;
    d->a = grid_ref(a);
    d->b = grid_ref(b);
    d->grid = *a;
    d->grid.ops = &ops;
    d->grid.dtype = DTYPE_F8;
    atomic_init(&d->grid.refs, 1);
    atomic_init(&d->said_map, false);
    return &d->grid;
}

bool grid_is_difference_of(const struct grid *g, const struct grid *a, const struct grid *b)
{
    const struct grid_difference *d = (const struct grid_difference *)g;
    return g && d->a == a && d->b == b;
}
