/* --standard-scale and --z-score: what is drawn instead of the frame's own cells; the probe still reads those. Render thread. */
#include "view/view_mask.h"
#include "view/view_grid.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

static int cell_bytes(const struct view *v, const struct array *a)
{
    return view_mask_cell_bytes(v, a->dtype) + (view_is_scaled(v) ? (int)sizeof *v->scaled : 0);
}

/* --memory is for reading; these are made of all cells whatever it is, as long as half of the machine's memory is enough, or --memory. */
static bool may_have_room(struct view *v, const struct array *a)
{
    int64_t num, half;
    if (!v->most_cell_bytes) {
        half = (int64_t)(limits_memory() / 2);
        v->most_cell_bytes = view_memory_bytes(v) > half ? view_memory_bytes(v) : half;
    }
    return a->rows <= INT32_MAX && a->cols <= INT32_MAX && mem_mul_i64(a->rows * a->cols, cell_bytes(v, a), &num) && num <= v->most_cell_bytes;
}

void view_cells_have_no_room(struct view *v, const struct array *a)
{
    long long rows = a->rows, cols = a->cols;
    const char *what = view_what_needs_all(v);
    double gb = (double)rows * (double)cols * cell_bytes(v, a) / 1e9;
    v->cells_lack = true;
    if (v->told_lack[0] == rows && v->told_lack[1] == cols)
        return;
    v->told_lack[0] = rows;
    v->told_lack[1] = cols;
    if (rows > INT32_MAX || cols > INT32_MAX)
        log_error("%s: the matrix has %lld x %lld cells; %d rows or columns are the most", what, rows, cols, INT32_MAX);
    else if (gb > (double)v->most_cell_bytes / 1e9)
        log_error("%s: %lld x %lld cells need %.1f GB of memory, %.1f GB may be used; a larger --memory allows more", what, rows, cols, gb,
                  (double)v->most_cell_bytes / 1e9);
    else
        log_error("%s: %lld x %lld cells need %.1f GB of memory, and the system doesn't give so much", what, rows, cols, gb);
}

static bool make_room(struct view *v, int64_t cells, int64_t lines)
{
    if (cells > v->cap_scaled) {
        double *more = mem_resize(v->scaled, (size_t)cells, sizeof *more);
        if (!more)
            return false;
        v->scaled = more;
        v->cap_scaled = cells;
    }
    if (lines > v->cap_scale_lines) {
        struct scale_line *more = mem_resize(v->scale_lines, (size_t)lines, sizeof *more);
        if (!more)
            return false;
        v->scale_lines = more;
        v->cap_scale_lines = lines;
    }
    return true;
}

bool view_is_derived(const struct view *v)
{
    return view_is_scaled(v) || view_is_masked(v);
}

bool view_is_scaled(const struct view *v)
{
    return v->look.standard_scale || v->look.z_score;
}

void view_cells_update(struct view *v)
{
    const struct look *l = &v->look;
    const struct array cells = view_cells(v);
    int64_t num, channel = view_channel(v, &num, &(const char *){NULL});
    uint64_t key[5] = {v->frame_serial, (uint64_t)channel, (uint64_t)l->standard_scale, (uint64_t)l->z_score, view_mask_serial(v)};
    if (v->cells_serial && memcmp(key, v->cells_key, sizeof key) == 0)
        return;
    bool options_changed = memcmp(key + 2, v->cells_key + 2, 3 * sizeof *key) != 0;
    memcpy(v->cells_key, key, sizeof key);
    v->cells_serial++;
    v->cells_lack = false;
    if (options_changed)
        v->told_lack[0] = 0;
    if (view_is_derived(v) && !may_have_room(v, &cells))
        view_cells_have_no_room(v, &cells);
    v->cells = view_mask_cells(v, &cells);
    const struct array shown = v->cells, *a = &shown;
    enum scale_axis axis = (enum scale_axis)(l->z_score ? l->z_score : l->standard_scale);
    if (v->cells_lack || axis == SCALE_NONE || a->rows <= 0 || a->cols <= 0)
        return;
    if (!make_room(v, a->rows * a->cols, axis == SCALE_ROW ? a->rows : a->cols)) {
        view_cells_have_no_room(v, &cells);
        return;
    }
    scale_run(v->pool, a, l->z_score ? SCALE_Z : SCALE_STANDARD, axis, v->scale_lines, v->scaled);
    v->cells = array_c_order(v->scaled, DTYPE_F8, a->rows, a->cols);
}

void view_cells_fini(struct view *v)
{
    free(v->scaled);
    free(v->scale_lines);
}
