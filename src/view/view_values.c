/* The values on show: the reduction of the cells in sight, kept while what it depends on stays the same. Render thread. */
#include "view/view_categories.h"
#include "view/view_edges.h"
#include "view/view_grid.h"
#include "view/view_mask.h"
#include "view/view_scroll.h"
#include "view/view_summary.h"
#include "base/clock.h"
#include <string.h>

enum hs_status view_reduce(struct view *v)
{
    view_summary_refresh(v);
    if (view_scrolls(v))
        return view_scroll_reduce(v);
    view_scroll_forget(v);
    struct view_values_key key;
    memset(&key, 0, sizeof key); /* compared as bytes */
    key.frame = v->frame;
    key.frame_serial = v->cells_serial;
    key.rows.ratio = v->rows.footprints.ratio;
    key.rows.phase = v->rows.footprints.phase;
    key.rows.first = v->rows.footprints.first;
    key.rows.num = v->rows.footprints.num;
    key.cols.ratio = v->cols.footprints.ratio;
    key.cols.phase = v->cols.footprints.phase;
    key.cols.first = v->cols.footprints.first;
    key.cols.num = v->cols.footprints.num;
    key.listed_rows = v->rows.listed;
    key.listed_cols = v->cols.listed;
    key.mode = view_reduce_mode(v);
    key.origin = v->look.origin;
    key.scroll = v->look.scroll;
    struct array cells = view_as_displayed(v, v->cells);
    struct reduce_job job = {&cells, v->rows.footprints, v->cols.footprints, (enum reduce_mode)view_reduce_mode(v)};
    if (view_has_grid(v))
        return view_grid_reduce(v, &job, &key);
    if (v->values_valid && memcmp(&key, &v->values_key, sizeof key) == 0)
        return HS_OK;
    int64_t start = clock_now_ns();
    bool derived = view_is_derived(v) || v->rows.listed || v->cols.listed;
    if (!derived)
        job.level = view_summary_level(v, &job);
    enum hs_status s = derived ? view_edges_reduce(v, v->reducer, false, &job, &v->values) : view_canvas_reduce(v, &job, &key);
    if (s == HS_OK)
        s = view_mask_reduce(v, &job);
    if (derived)
        v->canvas_base = v->canvas_run = 0;
    v->values_valid = s == HS_OK;
    memcpy(&v->values_key, &key, sizeof key);
    v->values_version = ++v->version;
    int64_t end = clock_now_ns();
    v->info.reduce_ms = (double)(end - start) / 1e6;
    v->reduce_ns += end - start;
    trace_add(v->trace, TRACE_REDUCE, v->frame->id, start, end);
    return s;
}
