/* What all grids share: references, and rectangles of rows and columns whichever of them are the lines. Any thread. */
#include "data/grid.h"
#include <assert.h>
#include <stddef.h>

struct grid *grid_ref(struct grid *g)
{
    if (g)
        atomic_fetch_add_explicit(&g->refs, 1, memory_order_relaxed);
    return g;
}

void grid_unref(struct grid *g)
{
    if (g && atomic_fetch_sub_explicit(&g->refs, 1, memory_order_acq_rel) == 1)
        g->ops->destroy(g);
}

enum hs_status grid_read(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num, void *to)
{
    assert(line >= 0 && at >= 0 && lines > 0 && num > 0 && line + lines <= grid_lines(g) && at + num <= grid_along(g));
    return g->ops->read(g, line, at, lines, num, to);
}

bool grid_is_hole(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num)
{
    return g->ops->is_hole && g->ops->is_hole(g, line, at, lines, num);
}

const void *grid_map(struct grid *g, const char *what)
{
    return g->ops->map ? g->ops->map(g, what) : NULL;
}

bool grid_has_changed(struct grid *g)
{
    return g->ops->has_changed && g->ops->has_changed(g);
}

void grid_give_up(struct grid *g)
{
    if (g->ops->give_up)
        g->ops->give_up(g);
}

static enum hs_status read_rect(struct grid *g, int64_t row, int64_t col, int64_t rows, int64_t cols, void *to, struct array *out, bool soon)
{
    int64_t size = (int64_t)dtype_size(g->dtype);
    enum hs_status (*read)(struct grid *, int64_t, int64_t, int64_t, int64_t, void *) = soon && g->ops->read_soon ? g->ops->read_soon : grid_read;
    if (g->by_columns) {
        *out = (struct array){to, g->dtype, rows, cols, size, rows * size};
        return read(g, col, row, cols, rows, to);
    }
    *out = array_c_order(to, g->dtype, rows, cols);
    return read(g, row, col, rows, cols, to);
}

enum hs_status grid_read_rect(struct grid *g, int64_t row, int64_t col, int64_t rows, int64_t cols, void *to, struct array *out)
{
    return read_rect(g, row, col, rows, cols, to, out, false);
}

enum hs_status grid_read_rect_soon(struct grid *g, int64_t row, int64_t col, int64_t rows, int64_t cols, void *to, struct array *out)
{
    return read_rect(g, row, col, rows, cols, to, out, true);
}
