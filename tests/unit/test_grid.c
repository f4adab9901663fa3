/* Grids read progressively, against brute force: every dtype, both orders, any zoom, little memory, parts that can't be read. */
#include "base/clock.h"
#include "data/grid_reader.h"
#include "unit/memory_grid.h"
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Floats with NaN and Inf here and there. */
static struct memory_grid *make_grid(enum dtype t, int64_t rows, int64_t cols, bool by_columns)
{
    struct memory_grid *m = memory_grid_create(t, rows, cols, by_columns);
    uint32_t seed = 7;
    for (int64_t i = 0; i < rows * cols; i++) {
        double x = noise(&seed), which = noise(&seed);
        if (t == DTYPE_F4)
            ((float *)m->cells)[i] = which < 0.001 ? NAN : which < 0.0011 ? INFINITY : which < 0.0012 ? -INFINITY : (float)(x - .5);
        else if (t == DTYPE_F8)
            ((double *)m->cells)[i] = which < 0.001 ? (double)NAN : x * 1e9;
        else
            m->cells[i * (int64_t)dtype_size(t)] = (char)(x * 100); /* little endian, small */
    }
    return m;
}

static double cell(const struct memory_grid *m, int64_t row, int64_t col)
{
    const struct grid *g = &m->grid;
    int64_t i = g->by_columns ? col * g->rows + row : row * g->cols + col;
    return dtype_read(g->dtype, m->cells + (size_t)i * dtype_size(g->dtype));
}

struct truth {
    double min, max, mean, nan_share;
};

static struct truth brute_force(const struct memory_grid *m, int64_t r0, int64_t r1, int64_t c0, int64_t c1)
{
    struct truth t = {INFINITY, -INFINITY, 0, 0};
    double num = 0, nan = 0;
    for (int64_t r = r0; r < r1; r++)
        for (int64_t c = c0; c < c1; c++) {
            double x = cell(m, r, c);
            if (isnan(x)) {
                nan++;
                continue;
            }
            t.min = fmin(t.min, x);
            t.max = fmax(t.max, x);
            if (isfinite(x)) {
                num++;
                t.mean += x;
            }
        }
    t.mean /= num;
    t.nan_share = nan / (double)((r1 - r0) * (c1 - c0));
    return t;
}

/* Cells of a footprint as displayed, in the grid's own numbers, rounded to blocks if both ratios ask for it. */
static void cells_of(const struct reduce_axis *a, int i, int64_t num, bool flip, bool blocks, int64_t *begin, int64_t *end)
{
    int64_t b, e;
    reduce_footprint(a->ratio, a->phase, a->first + i, num, &b, &e);
    *begin = flip ? num - e : b;
    *end = flip ? num - b : e;
    if (blocks) {
        *begin -= *begin % 8;
        *end = (*end + 7) / 8 * 8 < num ? (*end + 7) / 8 * 8 : num;
    }
}

static double value(const struct memory_grid *m, const void *plane, size_t i)
{
    return dtype_is_wide(m->grid.dtype) ? ((const double *)plane)[i] : (double)((const float *)plane)[i];
}

static bool is_near(double a, double b)
{
    return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= 2e-5 * fmax(0.01, fabs(b));
}

static void check(struct grid_reader *r, const struct memory_grid *m, const struct grid_want *w)
{
    struct reduce_known k;
    const uint8_t *state, *lost;
    cr_assert(grid_reader_show(r, w, NULL) == HS_OK);
    cr_assert(grid_reader_wait(r, GRID_WAIT_EXACT, clock_now_ns() + 20000000000ll));
    grid_reader_lock(r, &k, &state, &lost, NULL);
    bool blocks = w->rows.ratio > 16 && w->cols.ratio > 16;
    int wrong = 0;
    for (int i = 0; i < w->rows.num; i++)
        for (int j = 0; j < w->cols.num; j++) {
            int64_t r0, r1, c0, c1;
            cells_of(&w->rows, i, m->grid.rows, w->flip_rows, blocks, &r0, &r1);
            cells_of(&w->cols, j, m->grid.cols, w->flip_cols, blocks, &c0, &c1);
            struct truth t = brute_force(m, r0, r1, c0, c1);
            size_t at = m->grid.by_columns ? (size_t)(j * w->rows.num + i) : (size_t)(i * w->cols.num + j);
            wrong += value(m, k.min, at) != t.min || value(m, k.max, at) != t.max || !is_near(value(m, k.mean, at), t.mean) ||
                     (k.nan_share[at] > 0) != (t.nan_share > 0) || fabs(k.nan_share[at] / 255. - t.nan_share) > 2 / 255. || lost[at];
        }
    grid_reader_unlock(r);
    cr_assert(wrong == 0, "%d of %d footprints are wrong (ratios %g, %g)", wrong, w->rows.num * w->cols.num, w->rows.ratio, w->cols.ratio);
}

static struct reduce_axis axis(double ratio, double phase, int64_t first, int most, int64_t cells)
{
    int64_t all = reduce_num_footprints(ratio, phase, cells) - first;
    return (struct reduce_axis){ratio, phase, first, (int)(all < most ? all : most)};
}

static void check_all(enum dtype t, bool by_columns, size_t memory)
{
    struct memory_grid *m = make_grid(t, 603, 5001, by_columns);
    struct grid_reader *r = grid_reader_create(&(struct grid_reader_params){.grid = &m->grid, .num_threads = 3, .memory_bytes = memory});
    cr_assert(r);
    for (int flip = 0; flip < 4; flip++) {
        struct grid_want w = {.flip_rows = flip & 1, .flip_cols = flip & 2};
        w.rows = axis(17.3, -3, 0, 1000, 603);
        w.cols = axis(100.7, 0, 0, 1000, 5001);
        check(r, m, &w);
        w.cols.first = 7; /* a pan */
        w.cols.num -= 7;
        check(r, m, &w);
        w.rows = axis(2.5, 0, 100, 40, 603);
        w.cols = axis(7.1, -2, 300, 50, 5001);
        check(r, m, &w);
        w.rows = axis(1, 0, 590, 100, 603);
        w.cols = axis(1, 0, 4950, 100, 5001);
        check(r, m, &w);
        w.rows = axis(1, 0, 5, 20, 603);
        w.cols = axis(300, 0, 0, 100, 5001);
        check(r, m, &w);
    }
    grid_reader_destroy(r);
    grid_unref(&m->grid);
}

Test(grid, f32_by_rows) { check_all(DTYPE_F4, false, 1u << 30); }
Test(grid, f32_by_columns) { check_all(DTYPE_F4, true, 1u << 30); }
Test(grid, f64_with_no_memory_to_keep_anything) { check_all(DTYPE_F8, false, 1000); }
Test(grid, u8_by_columns) { check_all(DTYPE_U1, true, 1u << 30); }
Test(grid, i32_with_little_memory) { check_all(DTYPE_I4, false, 100u << 20); }

Test(grid, summaries_are_read_once_and_the_range_is_exact)
{
    struct memory_grid *m = make_grid(DTYPE_F4, 2000, 10000, false);
    ((float *)m->cells)[1999 * 10000 + 9999] = 77;
    struct grid_reader *r = grid_reader_create(&(struct grid_reader_params){.grid = &m->grid, .memory_bytes = 1u << 30});
    struct grid_want w = {axis(20, 0, 0, 50, 2000), axis(20, 0, 0, 100, 10000), .range = true};
    check(r, m, &w);
    cr_assert(grid_reader_wait(r, GRID_WAIT_RANGE, clock_now_ns() + 20000000000ll));
    struct grid_progress p;
    grid_reader_progress(r, &p);
    cr_assert(p.is_exact && p.range_is_exact && p.share == 1);
    cr_assert_eq(p.range.max, 77);
    int64_t read = atomic_load(&m->num_read);
    w.rows = axis(20, 0, 0, 100, 2000);
    w.cols = axis(25, 0, 0, 400, 10000);
    check(r, m, &w);
    cr_assert_eq(atomic_load(&m->num_read), read, "what was summarised is read again");
    cr_assert(read < 2000ll * 10000 * 11 / 10);
    grid_reader_destroy(r);
    grid_unref(&m->grid);
}

Test(grid, what_cannot_be_read_is_lost_alone)
{
    for (int zoom = 0; zoom < 2; zoom++) {
        struct memory_grid *m = make_grid(DTYPE_F4, 1000, 5000, false);
        m->bad_line = 500;
        m->bad_at = 2500;
        struct grid_reader *r = grid_reader_create(&(struct grid_reader_params){.grid = &m->grid, .memory_bytes = 1u << 30});
        double ratio = zoom ? 20 : 5;
        struct grid_want w = {axis(ratio, 0, 0, 200, 1000), axis(ratio, 0, 0, 1000, 5000)};
        cr_assert(grid_reader_show(r, &w, NULL) == HS_OK);
        cr_assert(grid_reader_wait(r, GRID_WAIT_EXACT, clock_now_ns() + 20000000000ll));
        struct grid_progress p;
        grid_reader_progress(r, &p);
        cr_assert(p.lost);
        struct reduce_known k;
        const uint8_t *state, *lost;
        grid_reader_lock(r, &k, &state, &lost, NULL);
        int row = (int)(500 / ratio), col = (int)(2500 / ratio), num = 0;
        for (int i = 0; i < w.rows.num * w.cols.num; i++)
            num += lost[i];
        cr_assert(lost[row * w.cols.num + col]);
        cr_assert(num < 3 * w.cols.num, "%d footprints are lost", num); /* of that line alone */
        cr_assert(!lost[0] && value(m, k.min, 0) == brute_force(m, 0, zoom ? 24 : 5, 0, zoom ? 24 : 5).min);
        grid_reader_unlock(r);
        m->bad_line = -1; /* it can be read again: the next view does */
        w.rows.first = 1;
        w.rows.num--;
        check(r, m, &w);
        grid_reader_destroy(r);
        grid_unref(&m->grid);
    }
}

Test(grid, views_that_move_on_are_dropped_and_nothing_is_blank)
{
    struct memory_grid *m = make_grid(DTYPE_F4, 3000, 4000, false);
    struct grid_reader *r = grid_reader_create(&(struct grid_reader_params){.grid = &m->grid, .memory_bytes = 1u << 30});
    struct grid_want w = {axis(18, 0, 0, 1000, 3000), axis(18, 0, 0, 1000, 4000)};
    check(r, m, &w);
    for (int i = 1; i < 60; i++) {
        double ratio = 18 - i * .28;
        int64_t first = (int64_t)ceil((500 + 20 * i) / ratio), end = (int64_t)((2500 - 10 * i) / ratio);
        w.rows = axis(ratio, 0, first, (int)(end - first), 3000);
        w.cols = axis(ratio, 0, first, (int)(end - first), 4000);
        cr_assert(grid_reader_show(r, &w, NULL) == HS_OK);
        struct grid_progress p;
        grid_reader_progress(r, &p);
        cr_assert(p.is_sampled, "view %d begins blank", i);
    }
    check(r, m, &w);
    grid_reader_destroy(r);
    grid_unref(&m->grid);
}

/* Nothing that a picture is made of lies outside the range it goes by, though both grow while it is made. */
Test(grid, values_and_samples_lie_within_the_range)
{
    struct memory_grid *m = memory_grid_create(DTYPE_F4, 4000, 3000, false);
    double *samples = malloc((1 << 16) * sizeof *samples);
    for (int i = 0; i < 4000 * 3000; i++)
        ((float *)m->cells)[i] = (float)(i / 3000) + 1;
    struct grid_reader *r = grid_reader_create(&(struct grid_reader_params){.grid = &m->grid, .memory_bytes = 1u << 30});
    struct grid_want w = {axis(4, 0, 0, 1000, 4000), axis(30, 0, 0, 100, 3000), .range = true};
    cr_assert(grid_reader_show(r, &w, NULL) == HS_OK);
    struct grid_progress p = {0};
    int wrong = 0, num = 0;
    for (; !p.range_is_exact; num++) {
        struct reduce_known k;
        const uint8_t *state, *lost;
        grid_reader_lock(r, &k, &state, &lost, &p);
        for (int i = 0; i < w.rows.num * w.cols.num; i++) {
            double min = value(m, k.min, (size_t)i), max = value(m, k.max, (size_t)i);
            wrong += (state[i / w.cols.num] & GRID_LINE_STATE) != GRID_LINE_BLANK && (min < p.range.min || max > p.range.max);
        }
        grid_reader_unlock(r);
        int num_samples = grid_reader_samples(r, samples, p.num_samples);
        for (int i = 0; i < num_samples; i++)
            wrong += samples[i] < p.range.min || samples[i] > p.range.max;
    }
    cr_assert(wrong == 0 && num > 1, "%d values, %d times", wrong, num);
    free(samples);
    grid_reader_destroy(r);
    grid_unref(&m->grid);
}

static int ascending(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* The finite cells in order; those of `bad` are no cells. */
static int64_t sorted_cells(const struct memory_grid *m, double *out)
{
    int64_t num = 0, line, at;
    for (int64_t r = 0; r < m->grid.rows; r++)
        for (int64_t c = 0; c < m->grid.cols; c++) {
            double x = cell(m, r, c);
            line = m->grid.by_columns ? c : r;
            at = m->grid.by_columns ? r : c;
            if (isfinite(x) && !(line == m->bad_line && at / GRID_TILE == m->bad_at / GRID_TILE))
                out[num++] = x;
        }
    qsort(out, (size_t)num, sizeof *out, ascending);
    return num;
}

struct compare {
    const double *cells;
    int64_t num, at;
};

static void compare(void *arg, double low, double high, uint64_t num)
{
    struct compare *c = arg;
    cr_assert(c->at + (int64_t)num <= c->num, "cells are counted twice");
    for (int64_t end = c->at + (int64_t)num; c->at < end; c->at++)
        cr_assert(c->cells[c->at] >= low && c->cells[c->at] <= high);
}

/* Views here and there first, some of them given up at once: each cell counts once, in whatever order, by however many threads. */
static void check_counts(enum dtype t, bool by_columns, int threads, size_t memory, bool by_cells, bool broken)
{
    struct memory_grid *m = make_grid(t, 211, 9001, by_columns);
    if (broken) {
        m->bad_line = 100;
        m->bad_at = 200;
    }
    struct grid_reader *r = grid_reader_create(&(struct grid_reader_params){.grid = &m->grid, .num_threads = threads, .memory_bytes = memory});
    double *cells = malloc((size_t)(211 * 9001) * sizeof *cells);
    struct grid_want w = {.range = true};
    for (int i = 0; i < 12; i++) {
        w.rows = axis(i % 3 || broken ? 17.3 : 2.5, -i, i % 4 * 3, 1000, 211);
        w.cols = axis(i % 2 ? 100.7 : 30, 0, i % 5 * 9, 1000, 9001);
        cr_assert_eq(grid_reader_show(r, &w, NULL), HS_OK);
        grid_reader_wait(r, i % 4 == 3 ? GRID_WAIT_EXACT : GRID_WAIT_SAMPLED, clock_now_ns() + (i % 4 == 3 ? 20000000000ll : 300000));
    }
    w.rows = axis(by_cells ? 3.5 : 20, 0, 0, 1000, 211);
    w.cols = axis(30, 0, 0, 1000, 9001);
    w.range = !by_cells; /* what is in sight is all there is */
    cr_assert_eq(grid_reader_show(r, &w, NULL), HS_OK);
    cr_assert(grid_reader_wait(r, GRID_WAIT_RANGE, clock_now_ns() + 20000000000ll));
    struct grid_progress p;
    grid_reader_progress(r, &p);
    const struct grid_histogram *h = grid_reader_histogram(r);
    cr_assert(p.range_is_exact && h);
    struct compare c = {cells, sorted_cells(m, cells), 0};
    grid_histogram_each(h, &p.range, compare, &c);
    cr_assert_eq(c.at, c.num, "%lld of %lld cells are counted", (long long)c.at, (long long)c.num);
    grid_reader_destroy(r);
    grid_unref(&m->grid);
    free(cells);
}

Test(grid, every_cell_counts_once)
{
    check_counts(DTYPE_F4, false, 1, 1u << 30, false, false);
    check_counts(DTYPE_F4, true, 8, 1u << 30, true, false);
    check_counts(DTYPE_F8, false, 8, 1000, false, false);
    check_counts(DTYPE_U1, true, 3, 1000, true, false);
    check_counts(DTYPE_I2, false, 16, 1u << 30, false, false);
}

Test(grid, what_cannot_be_read_does_not_count)
{
    check_counts(DTYPE_F4, false, 4, 1u << 30, false, true);
    check_counts(DTYPE_F8, true, 2, 1u << 30, false, true);
}
