/* --standard-scale and --z-score: what is drawn instead of the frame's own cells; the probe still reads those. Render thread. */
#include "view/view_mask.h"
#include "base/log.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_CELLS = 1 << 28 };

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
    v->cells = view_mask_cells(v, &cells);
    const struct array shown = v->cells, *a = &shown;
    enum scale_axis axis = (enum scale_axis)(l->z_score ? l->z_score : l->standard_scale);
    if (axis == SCALE_NONE || a->rows <= 0 || a->cols <= 0)
        return;
    bool large = a->rows > MAX_CELLS / a->cols;
    if (large || !make_room(v, a->rows * a->cols, axis == SCALE_ROW ? a->rows : a->cols)) {
        if (options_changed)
            log_warn("%s: no memory for %lld x %lld cells; they are shown as they are", l->z_score ? "z-score" : "standard-scale",
                     (long long)a->rows, (long long)a->cols);
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
