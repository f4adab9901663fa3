/* The counts that --check goes by: of every cell of the frame, of a grid's by its histogram; of a sample as long as there is none (--draft).
 * Render thread. */
#include "view/view_check.h"
#include "view/view_grid.h"
#include "data/histogram.h"
#include <math.h>
#include <string.h>

struct tally {
    const struct norm *norm;
    struct check_data *d;
};

static void add(struct check_data *d, const struct norm *n, double v, int64_t num)
{
    d->cells += num;
    if (!isfinite(v)) {
        d->nan += isnan(v) ? num : 0;
        d->inf += isinf(v) ? num : 0;
        return;
    }
    d->finite += num;
    d->min = fmin(d->min, v);
    d->max = fmax(d->max, v);
    d->num_negative += v < 0 ? num : 0;
    d->num_positive += v > 0 ? num : 0;
    double t = norm_forward(n, v);
    if (isnan(t))
        d->outside += num;
    else if (t < 0)
        d->under += num;
    else if (t > 1)
        d->over += num;
    else
        d->colors[t >= 1 ? COLORMAP_SIZE - 1 : (int)(t * COLORMAP_SIZE)] += num;
}

static void take(void *arg, const float *f32, const double *f64, int num)
{
    struct tally *t = arg;
    for (int i = 0; i < num; i++) {
        double v = f64 ? f64[i] : (double)f32[i];
        add(t->d, t->norm, v, 1);
        t->d->whole &= !isfinite(v) || v == floor(v);
    }
}

/* Cells of a bin, taken to be evenly spread in it: in so many places that no colour between is left out. */
static void take_bin(void *arg, double low, double high, uint64_t num)
{
    enum { PLACES_A_COLOR = 4 };
    struct tally *t = arg;
    double a = norm_forward(t->norm, low), b = norm_forward(t->norm, high);
    bool alike = low == high || b < 0 || a > 1;
    uint64_t places = alike ? 1 : 2 + (uint64_t)fmin(fmax((b - a) * COLORMAP_SIZE, 0), COLORMAP_SIZE) * PLACES_A_COLOR;
    places = places < num ? places : num;
    for (uint64_t i = 0; i < places; i++)
        add(t->d, t->norm, low + (high - low) * ((double)i + .5) / (double)places, (int64_t)(num / places + (i < num % places)));
    t->d->whole &= ceil(low) <= floor(high);
}

static void start(struct check_data *d, bool whole)
{
    memset(d, 0, sizeof *d);
    d->min = INFINITY;
    d->max = -INFINITY;
    d->whole = whole;
}

/* A sample can't tell whether all values are whole, nor can wide bins; they agree where it is so. */
static void count_grid(struct tally *t, const struct grid_histogram *h, const struct grid_range *range)
{
    struct check_data *d = t->d;
    start(d, d->whole);
    grid_histogram_each(h, range, take_bin, t);
    d->inf = (int64_t)(grid_histogram_num_inf(h, false) + grid_histogram_num_inf(h, true));
    d->nan = (int64_t)grid_histogram_num_nan(h);
    d->cells += d->inf + d->nan;
}

bool view_check(struct view *v, struct check_map *map, struct check_data *data)
{
    check_map(&v->cmap_plain, map); /* stretched round a centre it is still the same map */
    start(data, true);
    if (!v->frame)
        return false;
    struct tally t = {&v->norm, data};
    histogram_cells(view_statistics_cells(v), INT64_MAX, take, &t);
    struct grid_range range;
    const struct grid_histogram *all = view_grid_histogram(v, &range);
    if (all)
        count_grid(&t, all, &range);
    else if (view_grid_is_estimated(v))
        data->sample_of = v->frame->cells.rows * v->frame->cells.cols;
    double positive;
    view_grid_range(v, &data->min, &data->max, &positive); /* of all cells that were seen */
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
