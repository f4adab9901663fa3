/* The colorbar's counts of a grid's histogram: totals, ends, more cells than 32 bits count. */
#include "view/view_histogram.h"
#include <criterion/criterion.h>
#include <math.h>

static uint64_t sum(const struct view_histogram *h)
{
    uint64_t n = 0;
    for (int i = 0; i < CBAR_HIST_BINS; i++)
        n += h->counts[i];
    return n;
}

Test(view_histogram, more_cells_than_32_bits_count)
{
    struct grid_histogram h;
    cr_assert(grid_histogram_init(&h, DTYPE_F4));
    grid_histogram_count(&h, (float[]){-3, 2, 7, NAN, INFINITY}, 5);
    grid_histogram_finish(&h);
    grid_histogram_count_zeros(&h, 10000000000u);
    struct grid_range range = {-3, 7, 2};
    struct norm n = {.kind = NORM_LINEAR, .vmin = -1, .vmax = 3, .gamma = 1};
    struct view_histogram v;
    view_histogram_count_grid(&n, &h, &range, &v);
    cr_assert(v.exact && v.under >= 1 && v.over >= 1, "cells beyond the ends vanish");
    cr_assert((double)v.under / v.total < 1e-8 && (double)v.over / v.total < 1e-8);
    cr_assert_eq(v.counts[CBAR_HIST_BINS / 4], sum(&v) - 1); /* the zeros; one cell is elsewhere */
    cr_assert(v.counts[CBAR_HIST_BINS * 3 / 4] == 1);
    grid_histogram_fini(&h);
}

/* Evenly spread cells take up the bar evenly, though its ends cut bins, and the shares are theirs. */
Test(view_histogram, bins_are_cut_at_the_ends)
{
    enum { NUM = 400000 };
    static float cells[NUM];
    for (int i = 0; i < NUM; i++)
        cells[i] = 1000 + (float)i / NUM; /* all in two bins */
    struct grid_histogram h;
    struct grid_range range = {cells[0], cells[NUM - 1], cells[0]};
    struct norm n = {.kind = NORM_LINEAR, .vmin = 1000.25, .vmax = 1000.85, .gamma = 1};
    struct view_histogram v;
    cr_assert(grid_histogram_init(&h, DTYPE_F4));
    grid_histogram_count(&h, cells, NUM);
    grid_histogram_finish(&h);
    view_histogram_count_grid(&n, &h, &range, &v);
    cr_assert(fabs(v.under / (double)NUM - .25) < .001 && fabs(v.over / (double)NUM - .15) < .001);
    for (int i = 0; i < CBAR_HIST_BINS; i++)
        cr_assert(fabs(v.counts[i] / (.6 * NUM / CBAR_HIST_BINS) - 1) < .01, "%d: %u", i, v.counts[i]);
    n.vmin = cells[0];
    n.vmax = cells[NUM - 1];
    view_histogram_count_grid(&n, &h, &range, &v);
    cr_assert(v.under == 0 && v.over == 0, "nothing lies beyond the range of all");
    n = (struct norm){.kind = NORM_LOG, .vmin = -1, .vmax = 10, .gamma = 1};
    view_histogram_count_grid(&n, &h, &range, &v);
    cr_assert_eq(v.total, 0, "nothing has a place in a norm whose end hasn't");
    grid_histogram_fini(&h);
}
