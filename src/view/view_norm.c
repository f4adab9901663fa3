/* What a norm needs besides its range: its numbers from the options, and the tables of blocks and of histogram equalisation. Render
 * thread. */
#include "view/view_categories.h"
#include "view/view_grid.h"
#include "base/memory.h"
#include "data/sample.h"
#include "plot/levels.h"
#include <math.h>
#include <string.h>

enum { MAX_SAMPLE = 65536 };

/* As numpy.percentile finds them in the sorted sample. */
static int quantiles_of_cells(struct view *v)
{
    if (!v->sample)
        v->sample = mem_zeroed(MAX_SAMPLE, sizeof *v->sample);
    int num = v->sample ? sample_sorted(view_statistics_cells(v), v->sample, MAX_SAMPLE) : 0;
    for (int i = 0; i < NORM_TABLE_MAX - 1 && num; i++) {
        double at = (double)i / (NORM_TABLE_MAX - 2) * (num - 1);
        int k = (int)at < num - 1 ? (int)at : num - 1;
        double next = v->sample[k < num - 1 ? k + 1 : k], share = at - k;
        v->quantiles[i] = v->sample[k] * (1 - share) + next * share;
    }
    return num ? NORM_TABLE_MAX - 1 : 0;
}

static int quantiles_of_grid(struct view *v, const struct grid_histogram *h, const struct grid_range *range)
{
    double ps[NORM_TABLE_MAX];
    for (int i = 0; i < NORM_TABLE_MAX - 1; i++)
        ps[i] = (double)i / (NORM_TABLE_MAX - 2) * 100;
    return grid_histogram_percentiles(h, range, ps, v->quantiles, NORM_TABLE_MAX - 1) ? NORM_TABLE_MAX - 1 : 0;
}

/* The frame's quantiles, once per frame. */
static int quantiles(struct view *v)
{
    uint64_t serial = view_statistics_serial(v);
    if (v->num_quantiles && v->quantiles_serial == serial)
        return v->num_quantiles;
    struct grid_range range;
    const struct grid_histogram *h = view_grid_histogram(v, &range);
    v->quantiles_serial = serial;
    v->num_quantiles = h ? quantiles_of_grid(v, h, &range) : quantiles_of_cells(v);
    return v->num_quantiles;
}

/* What was built becomes the norm's table; its version changes only with its content, so that executors keep what they have. */
static void take_table(struct view *v, struct norm *n)
{
    if (memcmp(&v->table, &v->table_next, sizeof v->table) != 0) {
        v->table = v->table_next;
        v->table_version = ++v->version;
    }
    n->table = &v->table;
    n->table_version = v->table_version;
}

static void equalise(struct view *v, struct norm *n)
{
    int num = quantiles(v);
    v->table_next.num = 0;
    if (num)
        norm_table_quantiles(&v->table_next, v->quantiles, num, n->vmin, n->vmax);
    if (v->table_next.num < 2) /* nothing to equalise */
        n->kind = NORM_LINEAR;
    n->table = &v->table_next;
}

static void make_blocks(struct view *v, struct norm *n)
{
    struct levels levels;
    levels_parse(v->look.levels, &levels); /* options only let good ones through */
    if (!levels.num && n->kind == NORM_BOUNDARY)
        levels_round(n->vmin, n->vmax, &levels);
    if (!levels.num || (levels.even && n->vmin == n->vmax)) {
        n->kind = n->kind == NORM_BOUNDARY ? NORM_LINEAR : n->kind;
        return;
    }
    struct norm even = *n;
    even.kind = n->kind == NORM_BOUNDARY ? NORM_LINEAR : n->kind;
    for (int i = 0; i <= levels.num && levels.even; i++)
        levels.edges[i] = norm_inverse(&even, (double)i / levels.num);
    for (int i = 1; i <= levels.num; i++)
        if (!(levels.edges[i] > levels.edges[i - 1])) /* equalised, and many cells are equal: fewer blocks */
            levels.edges[i] = nextafter(levels.edges[i - 1], INFINITY);
    norm_table_blocks(&v->table_next, levels.edges, levels.num + 1);
    n->kind = NORM_BOUNDARY;
    n->vmin = levels.edges[0];
    n->vmax = levels.edges[levels.num];
}

void view_norm_finish(struct view *v, struct norm *n)
{
    const struct look *l = &v->look;
    n->linthresh = l->linthresh;
    n->base = l->base;
    n->linear_width = l->linear_width;
    n->vcenter = !isnan(l->vcenter) ? l->vcenter : !isnan(l->center) ? l->center : 0;
    if (n->kind == NORM_TWO_SLOPE) { /* as TwoSlopeNorm: data on one side of the middle get that side's colours */
        n->vmin = isnan(l->vmin) ? fmin(n->vmin, n->vcenter) : n->vmin;
        n->vmax = isnan(l->vmax) ? fmax(n->vmax, n->vcenter) : n->vmax;
    }
    if (n->kind == NORM_HISTEQ)
        equalise(v, n);
    if (!view_categories_norm(v, n))
        make_blocks(v, n);
    n->table = NULL;
    if (n->kind == NORM_HISTEQ || n->kind == NORM_BOUNDARY)
        take_table(v, n);
}
