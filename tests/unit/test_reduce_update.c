/* Reducing parts again must give what reducing everything gives. */
#include <criterion/criterion.h>
#include "data/reduce.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double uniform(void)
{
    return (double)rand() / RAND_MAX;
}

static void fill(enum dtype t, char *cells, int64_t cols, const struct reduce_cells *c)
{
    for (int64_t row = c->row; row < c->row + c->rows; row++)
        for (int64_t col = c->col; col < c->col + c->cols; col++) {
            double v = uniform() * 1000;
            char *p = cells + (size_t)(row * cols + col) * dtype_size(t);
            if (t == DTYPE_F4)
                memcpy(p, &(float){rand() % 300 ? (float)v : NAN}, 4);
            else
                memcpy(p, &(int32_t){(int32_t)v}, 4);
        }
}

static void expect_same(const struct reduce_result *a, const struct reduce_result *b, int round)
{
    size_t num = (size_t)a->rows * (size_t)a->cols;
    const void *va = a->f64 ? (const void *)a->f64 : (const void *)a->f32, *vb = b->f64 ? (const void *)b->f64 : (const void *)b->f32;
    cr_assert_eq(memcmp(va, vb, num * (a->f64 ? 8 : 4)), 0, "values, round %d", round);
    cr_assert_eq(a->num_nan_footprints, b->num_nan_footprints, "round %d", round);
    cr_assert_eq(a->nan_share == NULL, b->nan_share == NULL);
    cr_assert(!a->nan_share || memcmp(a->nan_share, b->nan_share, num) == 0, "shares, round %d", round);
}

static void check(enum dtype t, enum reduce_mode mode, double ratio_rows, double ratio_cols)
{
    enum { ROWS = 300, COLS = 420 };
    char *cells = malloc((size_t)ROWS * COLS * 4);
    struct array a = array_c_order(cells, t, ROWS, COLS);
    struct reducer *kept = reducer_create(), *part = reducer_create(), *whole = reducer_create();
    fill(t, cells, COLS, &(struct reduce_cells){0, 0, ROWS, COLS});
    double phase = ratio_rows > 1 ? -0.3 * ratio_rows : 0;
    struct reduce_job job = {&a, {ratio_rows, phase, 0, 0}, {ratio_cols, 0, 0, 0}, mode, false};
    job.rows.num = (int)reduce_num_footprints(ratio_rows, phase, ROWS);
    job.cols.num = (int)reduce_num_footprints(ratio_cols, 0, COLS);
    struct reduce_result ours, want;
    cr_assert_eq(reduce_run(kept, NULL, &job, &ours), HS_OK);
    for (int round = 0; round < 60; round++) {
        struct reduce_cells c[3];
        int num = 1 + rand() % 3;
        for (int i = 0; i < num; i++) {
            c[i].row = rand() % ROWS;
            c[i].col = rand() % COLS;
            c[i].rows = 1 + rand() % 40 < ROWS - c[i].row ? 1 + rand() % (int)(ROWS - c[i].row < 40 ? ROWS - c[i].row : 40) : 1;
            c[i].cols = 1 + rand() % (int)(COLS - c[i].col < 50 ? COLS - c[i].col : 50);
            fill(t, cells, COLS, &c[i]);
        }
        int first, rows;
        cr_assert_eq(reduce_update(kept, part, NULL, &job, c, num, &ours, &first, &rows), HS_OK);
        cr_assert(rows > 0 && first >= 0 && first + rows <= ours.rows);
        cr_assert_eq(reduce_run(whole, NULL, &job, &want), HS_OK);
        expect_same(&ours, &want, round);
        cr_assert(ours.min <= want.min && ours.max >= want.max);
    }
    reducer_destroy(kept);
    reducer_destroy(part);
    reducer_destroy(whole);
    free(cells);
}

Test(reduce_update, parts_are_as_the_whole)
{
    const double ratios[][2] = {{2.37, 3.9}, {1, 1}, {5, 1}, {1, 2.5}, {40.5, 61.3}, {1.02, 1.3}};
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++)
        for (int mode = REDUCE_MAX; mode <= REDUCE_ABSMAX; mode++) {
            check(DTYPE_F4, (enum reduce_mode)mode, ratios[i][0], ratios[i][1]);
            check(DTYPE_I4, (enum reduce_mode)mode, ratios[i][0], ratios[i][1]);
        }
}

Test(reduce_update, a_hot_cell_that_comes_and_goes_shows)
{
    enum { SIDE = 512, RATIO = 4, OUT = SIDE / RATIO };
    float *cells = calloc(SIDE * SIDE, sizeof *cells);
    struct array a = array_c_order(cells, DTYPE_F4, SIDE, SIDE);
    struct reducer *kept = reducer_create(), *part = reducer_create();
    struct reduce_job job = {&a, {RATIO, 0, 0, OUT}, {RATIO, 0, 0, OUT}, REDUCE_AUTO, false};
    struct reduce_result r;
    cr_assert_eq(reduce_run(kept, NULL, &job, &r), HS_OK);
    for (int i = 0; i < 100; i++) {
        int row = rand() % SIDE, col = rand() % SIDE, first, num;
        struct reduce_cells one = {row, col, 1, 1};
        for (int on = 1; on >= 0; on--) {
            cells[row * SIDE + col] = (float)on;
            cr_assert_eq(reduce_update(kept, part, NULL, &job, &one, 1, &r, &first, &num), HS_OK);
            cr_assert_eq(r.f32[row / RATIO * OUT + col / RATIO], (float)on);
            cr_assert(first == row / RATIO && num == 1);
        }
    }
    reducer_destroy(kept);
    reducer_destroy(part);
    free(cells);
}
