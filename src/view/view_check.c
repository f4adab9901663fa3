/* The counts that --check goes by: of every cell of the frame. Render thread. */
#include "view/view_check.h"
#include "view/view_grid.h"
#include "data/histogram.h"
#include <math.h>
#include <string.h>

struct tally {
    const struct norm *norm;
    struct check_data *d;
};

static void add(struct check_data *d, const struct norm *n, double v)
{
    d->cells++;
    if (!isfinite(v)) {
        d->nan += isnan(v) != 0;
        d->inf += isinf(v) != 0;
        return;
    }
    d->finite++;
    d->min = fmin(d->min, v);
    d->max = fmax(d->max, v);
    d->num_negative += v < 0;
    d->num_positive += v > 0;
    d->whole &= v == floor(v);
    double t = norm_forward(n, v);
    if (isnan(t))
        d->outside++;
    else if (t < 0)
        d->under++;
    else if (t > 1)
        d->over++;
    else
        d->colors[t >= 1 ? COLORMAP_SIZE - 1 : (int)(t * COLORMAP_SIZE)]++;
}

static void take(void *arg, const float *f32, const double *f64, int num)
{
    struct tally *t = arg;
    for (int i = 0; i < num; i++)
        add(t->d, t->norm, f64 ? f64[i] : (double)f32[i]);
}

bool view_check(struct view *v, struct check_map *map, struct check_data *data)
{
    check_map(&v->cmap_plain, map); /* stretched round a centre it is still the same map */
    memset(data, 0, sizeof *data);
    data->min = INFINITY;
    data->max = -INFINITY;
    data->whole = true;
    if (!v->frame)
        return false;
    struct tally t = {&v->norm, data};
    histogram_cells(view_statistics_cells(v), INT64_MAX, take, &t);
    return true;
}

double view_middle(const struct view *v)
{
    return isnan(v->cmap_centre.at) ? norm_inverse(&v->norm, 0.5) : v->cmap_centre.at;
}

const struct colormap *view_colormap(const struct view *v)
{
    return &v->cmap;
}
