/* Percentiles of frames in memory are counted anew for each; of a grid once all of its cells have been counted while it was read, and
 * of a sample before. */
#include "view/view_statistics.h"
#include "view/view_grid.h"
#include "data/sample.h"
#include "data/stats.h"
#include <math.h>

enum { ZSCALE_QUANTILES = 1000 }; /* as many as its sample of a frame in memory has */

bool view_percentiles(struct view *v, const double *ps, double *values, int num, double *positive)
{
    struct grid_range range;
    const struct grid_histogram *h = view_grid_histogram(v, &range);
    if (!h)
        return stats_percentiles(v->pool, &v->scratch, view_statistics_cells(v), ps, values, num, positive);
    if (positive)
        *positive = range.positive;
    return grid_histogram_percentiles(h, &range, ps, values, num);
}

bool view_zscale(struct view *v, double *lo, double *hi)
{
    struct grid_range range;
    const struct grid_histogram *h = view_grid_histogram(v, &range);
    double ps[ZSCALE_QUANTILES], y[ZSCALE_QUANTILES];
    if (!h)
        return sample_zscale(view_statistics_cells(v), lo, hi);
    for (int i = 0; i < ZSCALE_QUANTILES; i++)
        ps[i] = (i + .5) / ZSCALE_QUANTILES * 100;
    if (!grid_histogram_percentiles(h, &range, ps, y, ZSCALE_QUANTILES))
        return false;
    sample_zscale_sorted(y, ZSCALE_QUANTILES, lo, hi);
    return true;
}
