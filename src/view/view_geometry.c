/* How the frame lies in the picture: which way its rows and columns run, the shape of cells, and the part that is shown. Render thread. */
#include "view/view_edges.h"
#include "view/view_scroll.h"
#include "base/log.h"
#include <math.h>

struct array view_as_displayed(const struct view *v, struct array a)
{
    if (view_is_transposed(v))
        a = (struct array){a.data, a.dtype, a.cols, a.rows, a.col_stride, a.row_stride};
    if (view_flips_rows(v)) {
        a.data = a.data ? array_cell(&a, a.rows - 1, 0) : NULL;
        a.row_stride = -a.row_stride;
    }
    if (view_flips_cols(v)) {
        a.data = a.data ? array_cell(&a, 0, a.cols - 1) : NULL;
        a.col_stride = -a.col_stride;
    }
    return a;
}

struct array view_display_array(const struct view *v)
{
    return view_as_displayed(v, view_cells(v));
}

/* Which way time runs is for --scroll to say. */
bool view_flips_rows(const struct view *v)
{
    return view_is_waterfall(v) && !view_is_transposed(v) ? view_newest_first(v) : v->look.origin == ORIGIN_LOWER;
}

bool view_flips_cols(const struct view *v)
{
    return view_is_transposed(v) && view_newest_first(v);
}

double view_num_rows(const struct view *v)
{
    return (double)(view_is_transposed(v) ? v->frame->cells.cols : v->frame->cells.rows);
}

double view_num_cols(const struct view *v)
{
    return (double)(view_is_transposed(v) ? v->frame->cells.rows : v->frame->cells.cols);
}

void view_array_cell(const struct view *v, int64_t display_row, int64_t display_col, int64_t *row, int64_t *col)
{
    int64_t r = view_flips_rows(v) ? (int64_t)view_num_rows(v) - 1 - display_row : display_row;
    int64_t c = view_flips_cols(v) ? (int64_t)view_num_cols(v) - 1 - display_col : display_col;
    *row = view_is_transposed(v) ? c : r;
    *col = view_is_transposed(v) ? r : c;
}

int view_cells_px(double cells, double px)
{
    return (int)fmax(1, fmin(lround(cells * px), 1 << 20));
}

double view_cell_aspect(const struct view *v)
{
    if (!isnan(v->look.cell_width))
        return v->look.cell_height / v->look.cell_width;
    if (v->look.square)
        return 1;
    if (v->look.aspect != ASPECT_EQUAL)
        return 0;
    double e[4];
    view_extent(v, e);
    double width = fabs(e[1] - e[0]) / view_num_cols(v), height = fabs(e[3] - e[2]) / view_num_rows(v);
    return (width > 0 && height > 0 ? height / width : 1) * v->look.aspect_ratio;
}

/* In cells, in display order. */
static void home_cells(const struct view *v, double home[4])
{
    double rows = view_num_rows(v), cols = view_num_cols(v);
    double swapped[4] = {v->look.view[2], v->look.view[3], v->look.view[0], v->look.view[1]};
    const double *view = view_is_transposed(v) ? swapped : v->look.view;
    home[0] = home[2] = 0;
    home[1] = rows;
    home[3] = cols;
    if (isnan(view[0]) || view[0] >= rows || view[2] >= cols)
        return; /* warn_of_view says so */
    home[0] = view[0];
    home[1] = fmin(view[1], rows);
    home[2] = view[2];
    home[3] = fmin(view[3], cols);
    if (view_flips_rows(v)) {
        double top = rows - home[1];
        home[1] = rows - home[0];
        home[0] = top;
    }
    if (view_flips_cols(v)) {
        double left = cols - home[3];
        home[3] = cols - home[2];
        home[2] = left;
    }
}

void view_home(const struct view *v, double home[4])
{
    home_cells(v, home);
    for (int i = 0; i < 4; i++)
        home[i] = view_edges_position(v, i < 2, home[i]);
}

/* Once a shape: what --view asks for isn't there. */
static void warn_of_view(struct view *v)
{
    const double *view = v->look.view;
    double rows = (double)v->frame->cells.rows, cols = (double)v->frame->cells.cols;
    if (isnan(view[0]) || (view[1] <= rows && view[3] <= cols) || v->warned_shape[0] == rows + view[1] || v->warned_shape[1] == cols + view[3])
        return;
    v->warned_shape[0] = rows + view[1];
    v->warned_shape[1] = cols + view[3];
    bool outside = view[0] >= rows || view[2] >= cols;
    log_warn("--view %.0f:%.0f,%.0f:%.0f: the matrix has %.0f rows and %.0f columns; showing %s", view[0], view[1], view[2], view[3], rows,
             cols, outside ? "all of it" : "what there is");
}

/* --cell-size: in the middle where there is room, else from the first cell on; whole pixels either way. */
static void sized_axis(struct camera_axis *a, double lo, double hi, int px, double cell_px)
{
    int spare = px - view_cells_px(hi - lo, cell_px);
    a->scale = 1 / cell_px;
    a->origin = lo - (spare > 0 ? spare / 2 : 0) * a->scale;
}

void view_place_camera(struct view *v)
{
    warn_of_view(v);
    if (v->refit && !v->camera.moved) {
        double home[4];
        view_home(v, home);
        if (!isnan(v->look.cell_width)) {
            sized_axis(&v->camera.x, home[2], home[3], v->plot.w, v->look.cell_width);
            sized_axis(&v->camera.y, home[0], home[1], v->plot.h, v->look.cell_height);
        } else
            camera_show(&v->camera, home[0], home[1], home[2], home[3], v->plot.w, v->plot.h, view_cell_aspect(v));
    } else
        camera_clamp(&v->camera, view_num_rows(v), view_num_cols(v), v->plot.w, v->plot.h);
}
