/* The search for extremes and for cells that are no numbers: of frames in memory at once, by the pool. What is looked through is what is
 * drawn: scaled, and without what is hidden. Render thread. */
#include "view/view_find.h"
#include "view/view_edges.h"
#include "view/view_grid.h"
#include "view/view_mask.h"
#include "base/memory.h"
#include "data/grid.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct view_finder {
    enum view_find_state state;
    struct find_cell cell;
};

struct view_finder *view_finder_create(void)
{
    return mem_zeroed(1, sizeof(struct view_finder));
}

void view_finder_destroy(struct view_finder *f)
{
    free(f);
}

static bool is_hidden(const void *arg, int64_t row, int64_t col)
{
    return view_cell_is_masked(arg, row, col);
}

static void find_in_memory(struct view *v, const struct view_find *what)
{
    struct view_finder *f = v->finder;
    bool found = false;
    enum hs_status s = HS_OK;
    view_cells_update(v);
    if (what->kind == FIND_BAD)
        found = find_bad(v->pool, &v->cells, view_is_masked(v) ? is_hidden : NULL, v, what->after, &f->cell);
    else
        s = find_peak(v->pool, &v->cells, what->kind, what->seen, what->num_seen, &f->cell, &found);
    f->state = s != HS_OK ? VIEW_FIND_FAILED : found ? VIEW_FIND_FOUND : VIEW_FIND_NONE;
}

void view_find_start(struct view *v, const struct view_find *what)
{
    v->finder->state = VIEW_FIND_NONE;
    if (v->frame)
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
    else if (grid_read_rect(v->frame->grid, row, col, 1, 1, bytes, &a) == HS_OK)
        dtype_format(a.dtype, bytes, out, size);
    else
        snprintf(out, size, "unavailable");
    return true;
}

enum view_find_state view_find_poll(struct view *v, struct view_found *out)
{
    const struct view_finder *f = v->finder;
    *out = (struct view_found){.row = f->cell.row, .col = f->cell.col, .share = 1};
    if (f->state == VIEW_FIND_FOUND && !view_cell_value(v, out->row, out->col, out->value, sizeof out->value))
        return VIEW_FIND_NONE; /* another frame came meanwhile */
    return f->state;
}
