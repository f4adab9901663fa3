/* Frames whose cells lie in a grid, for those who want all of them at once. Any thread. */
#include "data/frame.h"
#include "data/grid.h"

bool frame_in_memory(const struct frame *f, const char *what, struct array *out)
{
    *out = f->cells;
    if (!out->data && f->grid)
        out->data = grid_map(f->grid, what);
    return out->data || !f->grid;
}
