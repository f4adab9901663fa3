/* Grids that are painted in place, by tiles: what was painted since the last picture is all that is reduced and uploaded again. Render
 * thread. */
#include "view/view_internal.h"
#include <string.h>

const struct frame_range *view_canvas_range(const struct view *v)
{
    int64_t num;
    const char *name;
    return v->frame->canvas.ranges ? &v->frame->canvas.ranges[view_channel(v, &num, &name)] : NULL;
}

/* The values at hand are those of the take before, seen in the same way. */
static bool can_update(const struct view *v, const struct view_values_key *key)
{
    const struct frame_canvas *c = &v->frame->canvas;
    struct view_values_key before = v->values_key;
    before.frame = key->frame;
    before.frame_serial = key->frame_serial;
    return v->values_valid && c->run && c->run == v->canvas_run && c->version == v->canvas_version + 1 && c->ranges &&
           v->channel == v->canvas_channel && view_shows_all(v) && memcmp(&before, key, sizeof before) == 0;
}

/* In display rows. */
static int changed_cells(const struct view *v, struct reduce_cells *out, int most)
{
    const struct frame_canvas *c = &v->frame->canvas;
    int num = 0;
    for (int i = 0; i < c->num_changed && num < most; i++) {
        const struct frame_rect *r = &c->changed[i];
        if (r->channel == v->channel)
            out[num++] = (struct reduce_cells){view_flips_rows(v) ? v->frame->cells.rows - r->row - r->rows : r->row, r->col, r->rows, r->cols};
    }
    return num;
}

enum hs_status view_canvas_reduce(struct view *v, const struct reduce_job *job, const struct view_values_key *key)
{
    enum { MOST = 1024 };
    struct reduce_cells changed[MOST];
    const struct frame_canvas *c = &v->frame->canvas;
    bool update = can_update(v, key) && c->num_changed <= MOST;
    uint64_t before = v->values_version;
    enum hs_status s;
    if (update)
        s = reduce_update(v->reducer, v->part_reducer, v->pool, job, changed, changed_cells(v, changed, MOST), &v->values, &v->canvas_first,
                          &v->canvas_num);
    else
        s = reduce_run(v->reducer, v->pool, job, &v->values);
    v->canvas_base = update && v->canvas_num < job->rows.num ? before : 0;
    v->canvas_run = c->run;
    v->canvas_version = c->version;
    v->canvas_channel = v->channel;
    const struct frame_range *range = view_canvas_range(v);
    if (s == HS_OK && range && view_shows_all(v)) {
        v->values.min = range->min;
        v->values.max = range->max;
    }
    return s;
}

void view_canvas_mark(const struct view *v, struct draw_heatmap *h)
{
    if (!v->frame->canvas.run || !v->canvas_base || h->normalised || !v->canvas_num)
        return;
    h->base_version = v->canvas_base;
    h->changed_first = v->canvas_first;
    h->changed_num = v->canvas_num;
}
