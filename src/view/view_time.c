/* When the rows of a waterfall were, as an axis: times of rows and rows of times. Times needn't be even; they only have to ascend, as a
 * clock does. Render thread. */
#include "view/view_scroll.h"
#include <math.h>

/* The row at which time t is, counted in the frame's rows; between two rows between them. */
static double row_at(const struct frame *f, int64_t t)
{
    int64_t lo = 0, hi = f->cells.rows; /* rows below lo are before t, those from hi on are not */
    while (lo < hi) {
        int64_t middle = (lo + hi) / 2;
        if (frame_row_time(f, middle) < t)
            lo = middle + 1;
        else
            hi = middle;
    }
    if (lo == 0 || lo == f->cells.rows)
        return (double)lo + (lo ? -0.5 : 0.5);
    int64_t before = frame_row_time(f, lo - 1), after = frame_row_time(f, lo);
    double share = after > before ? (double)(t - before) / (double)(after - before) : 1;
    return (double)lo - 0.5 + share;
}

static double axis_at(const void *arg, int64_t t_ns)
{
    const struct view *v = arg;
    double e[4], rows = (double)v->frame->cells.rows, row = row_at(v->frame, t_ns);
    view_extent(v, e);
    double share = (view_newest_first(v) ? rows - row : row) / rows;
    return view_is_transposed(v) ? e[0] + share * (e[1] - e[0]) : e[3] + share * (e[2] - e[3]);
}

static int64_t time_at(const struct view *v, double display)
{
    int64_t rows = v->frame->cells.rows, row = (int64_t)floor(display);
    row = view_newest_first(v) ? rows - 1 - row : row;
    return frame_row_time(v->frame, row < 0 ? 0 : row >= rows ? rows - 1 : row);
}

void view_scroll_time_axis(struct view *v, struct figure_axis *a)
{
    if (v->look.no_time_axis || a->names || a->names_every || a->no_ticks || !isnan(v->look.extent[0]))
        return;
    bool across = view_is_transposed(v);
    const struct camera_axis *c = across ? &v->camera.x : &v->camera.y;
    int64_t from = time_at(v, c->origin), to = time_at(v, c->origin + (across ? v->plot.w : v->plot.h) * c->scale - 1);
    if (!from || !to)
        return;
    a->time_lo = from < to ? from : to;
    a->time_hi = from < to ? to : from;
    a->at_time = axis_at;
    a->at_time_arg = v;
}
