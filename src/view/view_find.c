/* The search for extremes and for cells that are no numbers: of frames in memory at once, by the pool; of grids by a thread of theirs.
 * What is looked through is what is drawn: scaled, and without what is hidden. Render thread. */
#include "view/view_find.h"
#include "view/view_edges.h"
#include "view/view_grid.h"
#include "view/view_mask.h"
#include "base/memory.h"
#include "data/grid_find.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct view_finder {
    enum find_state state;
    struct find_cell cell;
    struct grid_find *grid; /* made for the first search in a grid */
    bool in_grid;           /* the search at hand is its */
};

struct view_finder *view_finder_create(void)
{
    return mem_zeroed(1, sizeof(struct view_finder));
}

void view_finder_destroy(struct view_finder *f)
{
    if (f)
        grid_find_destroy(f->grid);
    free(f);
}

void view_finder_forget(struct view *v)
{
    struct view_finder *f = v->finder;
    grid_find_destroy(f->grid);
    f->grid = NULL;
    f->state = f->in_grid ? FIND_NONE : f->state;
    f->in_grid = false;
}

static bool is_hidden(const void *arg, int64_t row, int64_t col)
{
    return view_cell_is_masked(arg, row, col);
}

static void find_in_memory(struct view *v, const struct find_want *what)
{
    struct view_finder *f = v->finder;
    bool found = false;
    enum hs_status s = HS_OK;
    view_cells_update(v);
    if (!v->cells.data) {
        f->state = FIND_FAILED;
        return;
    }
    if (what->kind == FIND_BAD)
        found = find_bad(v->pool, &v->cells, view_is_masked(v) ? is_hidden : NULL, v, what->after, &f->cell);
    else
        s = find_peak(v->pool, &v->cells, what->kind, what->seen, what->num_seen, &f->cell, &found);
    f->state = s != HS_OK ? FIND_FAILED : found ? FIND_FOUND : FIND_NONE;
}

static void find_in_grid(struct view *v, const struct find_want *what)
{
    struct view_finder *f = v->finder;
    void *wake_arg;
    void (*wake)(void *arg) = view_grid_wake(v, &wake_arg);
    if (!f->grid && view_grid_reader(v))
        f->grid = grid_find_create(view_grid_reader(v), wake, wake_arg);
    f->in_grid = f->grid && grid_find_start(f->grid, what) == HS_OK;
    f->state = FIND_FAILED;
}

void view_find_start(struct view *v, const struct find_want *what)
{
    v->finder->state = FIND_NONE;
    v->finder->in_grid = false;
    if (v->frame && view_has_grid(v))
        find_in_grid(v, what);
    else if (v->frame)
        find_in_memory(v, what);
}

bool view_cell_value(const struct view *v, int64_t row, int64_t col, char *out, size_t size)
{
    if (!v->frame || row < 0 || col < 0 || row >= v->frame->cells.rows || col >= v->frame->cells.cols)
        return false;
    struct array a = view_cells(v);
    const void *cell = array_cell(&a, row, col);
    char bytes[8];
    if (!view_has_grid(v))
        dtype_format(a.dtype, cell, out, size);
    else if (grid_read_rect_soon(v->frame->grid, row, col, 1, 1, bytes, &a) == HS_OK)
        dtype_format(a.dtype, bytes, out, size);
    else
        snprintf(out, size, "unavailable");
    return true;
}

enum find_state view_find_poll(struct view *v, struct view_found *out)
{
    const struct view_finder *f = v->finder;
    struct grid_found r = f->in_grid ? grid_find_poll(f->grid) : (struct grid_found){f->state, f->cell, 1};
    *out = (struct view_found){.row = r.cell.row, .col = r.cell.col, .share = r.share};
    if (r.state == FIND_FOUND && !view_cell_value(v, out->row, out->col, out->value, sizeof out->value))
        return FIND_NONE; /* another frame came meanwhile */
    return r.state;
}
