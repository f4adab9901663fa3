/* The first layout of a frame needs its range for the colorbar's numbers, and the range comes from a reduction, which needs the plot's
 * size. Of a large frame that round is too dear to be made for nothing: a few cells tell about what the range will be, and so what
 * room the colorbar takes. Where that was wrong, one more round is made, as it would have been anyway. Render thread. */
#include "view/view_grid.h"
#include "view/view_internal.h"
#include "view/view_scroll.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LARGE = 1 << 22, PLACES = 32, RUN = 256 }; /* cells; of these in memory one behind the other, at so many places */

static bool is_worth_it(const struct view *v)
{
    const struct look *l = &v->look;
    bool plain = l->norm == NORM_LINEAR || l->norm == NORM_POWER || l->norm == NORM_SQRT || l->norm == NORM_SYMLOG || l->norm == NORM_ASINH;
    return !v->values_valid && !l->bare && !l->no_cbar && plain && isnan(l->robust_lo) && l->autoscale == AUTOSCALE_FRAME &&
           isnan(v->shared_range[0]) && !view_has_grid(v) && !view_is_derived(v) && !view_scrolls(v) && !v->categories.num &&
           !v->frame->canvas.ranges && v->cells.data && v->cells.rows > LARGE / (v->cells.cols > 0 ? v->cells.cols : 1);
}

static void look_at(const struct view *v, double *lo, double *hi)
{
    const struct array *a = &v->cells;
    bool down = llabs(a->row_stride) < llabs(a->col_stride);
    int64_t along = down ? a->rows : a->cols, lines = down ? a->cols : a->rows, num = along < RUN ? along : RUN;
    *lo = INFINITY;
    *hi = -INFINITY;
    for (int i = 0; i < PLACES; i++) {
        int64_t line = lines * i / PLACES, at = (along - num) * (i * 7 % PLACES) / PLACES;
        for (int64_t k = at; k < at + num; k++) {
            double x = dtype_read(a->dtype, down ? array_cell(a, k, line) : array_cell(a, line, k));
            if (isfinite(x)) {
                *lo = fmin(*lo, x);
                *hi = fmax(*hi, x);
            }
        }
    }
}

void view_guess_plot(struct view *v, struct figure_params *p)
{
    const struct look *l = &v->look;
    double lo, hi;
    if (!is_worth_it(v))
        return;
    look_at(v, &lo, &hi);
    if (!(lo <= hi))
        return;
    struct norm n;
    memset(&n, 0, sizeof n); /* compared as bytes */
    n.kind = (enum norm_kind)l->norm;
    n.gamma = isnan(l->gamma) ? 1 : l->gamma;
    n.vmin = isnan(l->vmin) ? lo : l->vmin;
    n.vmax = isnan(l->vmax) ? hi : l->vmax;
    view_range_repair(&n, INFINITY, !isnan(l->vmin));
    view_norm_finish(v, &n);
    v->norm = n;
    view_figure_params(v, p);
    struct rect plot = figure_try(v->figure, p);
    if (plot.w == v->plot.w && plot.h == v->plot.h)
        return;
    v->plot = plot;
    v->refit = true;
    view_place_camera(v);
}
