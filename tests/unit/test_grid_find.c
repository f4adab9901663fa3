/* The search in grids finds what the search in memory does. */
#include "base/clock.h"
#include "data/grid_find.h"
#include "unit/memory_grid.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Smooth in places, many cells equal, NaN and Inf here and there, and a region of NaN. */
static struct memory_grid *make_grid(enum dtype t, int64_t rows, int64_t cols, bool by_columns)
{
    struct memory_grid *m = memory_grid_create(t, rows, cols, by_columns);
    uint32_t seed = 11;
    int64_t along = grid_along(&m->grid);
    for (int64_t i = 0; i < rows * cols; i++) {
        double x = floor(noise(&seed) * 1000), which = noise(&seed);
        bool hole = i / along > 100 && i / along < 300 && i % along > 50;
        double y = hole || which < 1e-5 ? (double)NAN : which < 2e-5 ? (double)INFINITY : which < 3e-5 ? -(double)INFINITY : x - 300;
        if (t == DTYPE_F4)
            ((float *)m->cells)[i] = (float)y;
        else if (t == DTYPE_F8)
            ((double *)m->cells)[i] = y;
        else
            ((int16_t *)m->cells)[i] = (int16_t)(x - 300);
    }
    return m;
}


static struct grid_found find(struct grid_find *f, struct find_want want)
{
    struct grid_found r = {FIND_BUSY, {0, 0}, 0};
    cr_assert_eq(grid_find_start(f, &want), HS_OK);
    for (int i = 0; i < 3000 && r.state == FIND_BUSY; i++) {
        r = grid_find_poll(f);
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    return r;
}

/* In the order of the grid's lines. */
static struct find_cell turned(const struct memory_grid *m, struct find_cell c)
{
    return m->grid.by_columns ? (struct find_cell){c.col, c.row} : c;
}

static struct array by_lines(const struct memory_grid *m)
{
    return array_c_order(m->cells, m->grid.dtype, grid_lines(&m->grid), grid_along(&m->grid));
}

static void check_grid(enum dtype t, int64_t rows, int64_t cols, bool by_columns, size_t memory)
{
    struct memory_grid *m = make_grid(t, rows, cols, by_columns);
    struct grid_reader *r = grid_reader_create(&(struct grid_reader_params){.grid = &m->grid, .num_threads = 2, .memory_bytes = memory});
    struct grid_find *f = grid_find_create(r, NULL, NULL);
    cr_assert(r && f);
    struct array lines = by_lines(m);
    for (enum find_kind kind = FIND_HIGHEST; kind <= FIND_FARTHEST; kind++) {
        struct find_cell seen[12], cell, seen_lines[12];
        for (int i = 0; i < 12; i++) {
            bool found;
            cr_assert_eq(find_peak(NULL, &lines, kind, seen_lines, i, &cell, &found), HS_OK);
            struct grid_found got = find(f, (struct find_want){.kind = kind, .seen = seen, .num_seen = i});
            cr_assert_eq(got.state, found ? FIND_FOUND : FIND_NONE);
            if (!found)
                break;
            cr_assert_eq(got.share, 1);
            struct find_cell at = turned(m, got.cell);
            cr_assert(at.row == cell.row && at.col == cell.col, "kind %d, %d: %lld,%lld, not %lld,%lld", kind, i, (long long)at.row, (long long)at.col,
                      (long long)cell.row, (long long)cell.col);
            seen[i] = got.cell;
            seen_lines[i] = cell;
        }
    }
    struct find_cell after = {0, 0};
    for (int i = 0; i < 60; i++) {
        struct find_cell cell = {0, 0};
        bool found = find_bad(NULL, &lines, NULL, NULL, after, &cell);
        struct grid_found got = find(f, (struct find_want){.kind = FIND_BAD, .after = turned(m, after)});
        cr_assert_eq(got.state, found ? FIND_FOUND : FIND_NONE);
        struct find_cell at = turned(m, got.cell);
        cr_assert(!found || (at.row == cell.row && at.col == cell.col), "bad %d: %lld,%lld, not %lld,%lld", i, (long long)at.row,
                  (long long)at.col, (long long)cell.row, (long long)cell.col);
        if (!found)
            break;
        after = cell;
    }
    grid_find_destroy(f);
    grid_reader_destroy(r);
    grid_unref(&m->grid);
}

Test(grid_find, the_same_as_in_memory)
{
    check_grid(DTYPE_F4, 600, 9001, false, 64 << 20);
    check_grid(DTYPE_F8, 5003, 700, true, 64 << 20);
    check_grid(DTYPE_I2, 777, 5000, false, 64 << 20);
}

Test(grid_find, without_room_for_summaries)
{
    check_grid(DTYPE_F4, 600, 9001, true, 1 << 20);
}

Test(grid_find, says_how_much_is_known_and_can_be_given_up)
{
    struct memory_grid *m = make_grid(DTYPE_F4, 4000, 5000, false);
    atomic_store(&m->slow, true);
    struct grid_reader *r = grid_reader_create(&(struct grid_reader_params){.grid = &m->grid, .num_threads = 2, .memory_bytes = 64 << 20});
    struct grid_find *f = grid_find_create(r, NULL, NULL);
    struct grid_found got = find(f, (struct find_want){.kind = FIND_HIGHEST});
    cr_assert_eq(got.state, FIND_FOUND);
    cr_assert(got.share > 0 && got.share < 0.5, "%g", got.share);
    int64_t before = clock_now_ns();
    cr_assert_eq(grid_find_start(f, &(struct find_want){.kind = FIND_LOWEST}), HS_OK);
    grid_find_destroy(f); /* in the middle of it */
    cr_assert_lt(clock_now_ns() - before, 900000000);
    grid_reader_destroy(r);
    grid_unref(&m->grid);
}

Test(grid_find, what_cannot_be_read_is_not_counted_as_known)
{
    struct memory_grid *m = make_grid(DTYPE_F4, 800, 5000, false);
    float *cells = (float *)m->cells;
    cells[500 * 5000 + 77] = 1e6f;
    cells[20 * 5000 + 4500] = 5e5f;
    m->bad_line = 501;
    struct grid_reader *r = grid_reader_create(&(struct grid_reader_params){.grid = &m->grid, .num_threads = 2, .memory_bytes = 64 << 20});
    struct grid_find *f = grid_find_create(r, NULL, NULL);
    struct grid_found got = find(f, (struct find_want){.kind = FIND_HIGHEST});
    cr_assert(got.state == FIND_FOUND && got.cell.row == 20 && got.cell.col == 4500);
    cr_assert_float_eq(got.share, 0.99, 1e-9);
    grid_find_destroy(f);
    grid_reader_destroy(r);
    grid_unref(&m->grid);
}

static void add_up(void *arg, double low, double high, uint64_t num)
{
    cr_assert_leq(low, high);
    *(uint64_t *)arg += num;
}

/* All cells are counted, each once, and the range is theirs, whether the pass or the search has read them. */
static void check_counts(const struct memory_grid *m, struct grid_reader *r)
{
    cr_assert(grid_reader_wait(r, GRID_WAIT_RANGE, clock_now_ns() + 20000000000));
    struct grid_progress p;
    grid_reader_progress(r, &p);
    cr_assert(p.range_is_exact && p.share == 1);
    uint64_t finite = 0, minus = 0, plus = 0, counted = 0;
    double min = INFINITY, max = -INFINITY;
    for (int64_t i = 0; i < m->grid.rows * m->grid.cols; i++) {
        double x = m->bad_line == i / grid_along(&m->grid) ? (double)NAN : (double)((float *)m->cells)[i];
        finite += isfinite(x) != 0;
        minus += x == -INFINITY;
        plus += x == INFINITY;
        min = isfinite(x) ? fmin(min, x) : min;
        max = isfinite(x) ? fmax(max, x) : max;
    }
    const struct grid_histogram *h = grid_reader_histogram(r);
    grid_histogram_each(h, &p.range, add_up, &counted);
    cr_assert_eq(counted, finite);
    cr_assert(grid_histogram_num_inf(h, true) == minus && grid_histogram_num_inf(h, false) == plus);
    cr_assert(p.range.min == min && p.range.max == max, "%g, %g", p.range.min, p.range.max);
}

static struct grid_want part(double ratio)
{
    return (struct grid_want){{20, 0, 0, 20}, {ratio, 0, 0, 100}, .range = true};
}

Test(grid_find, what_a_search_reads_is_counted_too, .timeout = 60)
{
    for (int how = 0; how < 8; how++) { /* before the pass, or during it; by blocks or by cells; with a line that can't be read */
        struct memory_grid *m = make_grid(DTYPE_F4, 400, 5000, false);
        m->bad_line = how & 4 ? 301 : -1;
        ((float *)m->cells)[350 * 5000 + 1234] = 1e6f;
        ((float *)m->cells)[399 * 5000 + 4999] = -1e6f;
        struct grid_reader *r = grid_reader_create(&(struct grid_reader_params){.grid = &m->grid, .num_threads = 2, .memory_bytes = 64 << 20});
        struct grid_find *f = grid_find_create(r, NULL, NULL);
        struct grid_want w = part(how & 2 ? 50 : 10);
        bool during = how & 1;
        if (during) {
            atomic_store(&m->slow, true);
            cr_assert_eq(grid_reader_show(r, &w, NULL), HS_OK);
        }
        cr_assert_eq(find(f, (struct find_want){.kind = FIND_HIGHEST}).state, FIND_FOUND);
        if (!during)
            cr_assert_eq(grid_reader_show(r, &w, NULL), HS_OK);
        atomic_store(&m->slow, false);
        check_counts(m, r);
        grid_find_destroy(f);
        f = grid_find_create(r, NULL, NULL); /* another, when all is counted */
        cr_assert_eq(find(f, (struct find_want){.kind = FIND_LOWEST}).state, FIND_FOUND);
        check_counts(m, r);
        grid_find_destroy(f);
        grid_reader_destroy(r);
        grid_unref(&m->grid);
    }
}
