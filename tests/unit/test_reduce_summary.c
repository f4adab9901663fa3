/* reduce_summary: pictures made of blocks against the brute-force oracle, whose footprints are rounded outward to blocks. */
#include "unit/reduce_oracle.h"
#include "base/pool.h"
#include "data/half.h"
#include <stdlib.h>
#include <string.h>

enum { ROWS = 407, COLS = 2310 }; /* more than a chunk; blocks at the edges are cut */

static void put(enum dtype t, void *cell, double x)
{
    switch (t) {
    case DTYPE_F4: *(float *)cell = (float)x; break;
    case DTYPE_F8: *(double *)cell = x; break;
    case DTYPE_U2: *(uint16_t *)cell = (uint16_t)(int)(x * 100 + 1000); break;
    case DTYPE_I4: *(int32_t *)cell = (int32_t)(x * 1e8); break;
    default: *(uint8_t *)cell = (uint8_t)(int)(x * 10 + 100); break;
    }
}

/* Noise with NaN and Inf here and there, a block of nothing but NaN, and a place with many. */
static struct array make(enum dtype t, bool bad)
{
    char *cells = calloc((size_t)ROWS * COLS, dtype_size(t));
    struct array a = array_c_order(cells, t, ROWS, COLS);
    for (int r = 0; r < ROWS; r++)
        for (int c = 0; c < COLS; c++) {
            double x = gauss();
            if (bad && (below(3000) == 0 || (r / 8 == 5 && c / 8 == 7) || (r > 300 && c > 2000 && below(2))))
                x = NAN;
            if (bad && below(20000) == 0)
                x = below(2) ? INFINITY : -INFINITY;
            put(t, (void *)(uintptr_t)array_cell(&a, r, c), x);
        }
    return a;
}

static struct reduce_axis axis(double ratio, double phase, int64_t first, int num)
{
    return (struct reduce_axis){.ratio = ratio, .phase = phase, .first = first, .num = num};
}

static void grow(struct reduce_summary *s, struct pool *p, const struct reduce_job *job)
{
    for (int i = 0; i < 12; i++)
        cr_assert_eq(reduce_summary_grow(s, p, job), HS_OK);
}

static struct reduce_axis random_axis(int64_t cells)
{
    double ratio = 4.5 + uniform() * (below(3) ? 20 : 120);
    if (below(4) == 0)
        ratio = floor(ratio);
    double phase = below(2) ? 0 : -uniform() * ratio;
    int total = (int)reduce_num_footprints(ratio, phase, cells), first = below(2) ? 0 : below(total);
    return axis(ratio, phase, first, 1 + below(total - first));
}

static void check_shape(const struct array *a, struct pool *pool, double row_ratio, double col_ratio, const char *what)
{
    struct reduce_job all = {.cells = a, .rows = axis(row_ratio, 0, 0, 2), .cols = axis(col_ratio, 0, 0, 2)};
    struct reduce_summary *s = reduce_summary_create(&all);
    struct reducer *r = reducer_create();
    struct reduce_result o;
    int num[3] = {0};
    cr_assert(s && r && reduce_summary_is_of(s, a));
    grow(s, pool, &all);
    for (int i = 0; i < 25; i++) {
        struct reduce_job job = {.cells = a, .rows = random_axis(a->rows), .cols = random_axis(a->cols)};
        job.level = reduce_summary_level(s, &job);
        num[!job.level ? 0 : job.level->unit[0] * job.level->unit[1] < 20 ? 1 : 2]++;
        for (job.mode = REDUCE_AUTO; job.mode <= REDUCE_ABSMAX; job.mode++) {
            cr_assert_eq(reduce_run(r, pool, &job, &o), HS_OK);
            check(&job, &o, what);
        }
    }
    cr_assert(num[2] > 3 && (dtype_size(a->dtype) == 1) == (num[1] == 0), "%s: %d of large blocks, %d of small ones", what, num[2], num[1]);
    reducer_destroy(r);
    reduce_summary_destroy(s);
}

static void check_all(const struct array *a, struct pool *pool, const char *what)
{
    check_shape(a, pool, 20, 20, what);
    check_shape(a, pool, 30, 20, what);
    check_shape(a, pool, 20, 30, what);
}

Test(reduce_summary, equals_the_oracle)
{
    static const enum dtype types[] = {DTYPE_F4, DTYPE_F8, DTYPE_U1, DTYPE_U2, DTYPE_I4};
    struct pool *pool = pool_create(3);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        bool is_float = types[i] == DTYPE_F4 || types[i] == DTYPE_F8;
        struct array a = make(types[i], is_float);
        void *cells = (void *)(uintptr_t)a.data;
        check_all(&a, pool, dtype_name(types[i]));
        free(cells);
    }
    pool_destroy(pool);
}

Test(reduce_summary, in_any_order)
{
    struct array a = make(DTYPE_F4, true), b = a;
    b.rows = COLS;
    b.cols = ROWS;
    b.row_stride = a.col_stride;
    b.col_stride = a.row_stride;
    check_all(&b, NULL, "by columns");
    struct array up = a;
    up.data = array_cell(&a, ROWS - 1, 0);
    up.row_stride = -a.row_stride;
    check_all(&up, NULL, "from below");
    struct array back = a;
    back.data = array_cell(&a, 0, COLS - 1);
    back.col_stride = -a.col_stride;
    check_all(&back, NULL, "from the right");
    free((void *)(uintptr_t)a.data);
}

Test(reduce_summary, sums_that_overflow)
{
    struct array a = make(DTYPE_F4, false);
    float *cells = (float *)(uintptr_t)a.data;
    for (int64_t i = 0; i < (int64_t)ROWS * COLS; i++)
        cells[i] = i % 3 ? 3e38f : -1e38f;
    check_all(&a, NULL, "huge");
    free(cells);
}

Test(reduce_summary, a_hot_cell_shows)
{
    struct array a = make(DTYPE_F4, false);
    float *cells = (float *)(uintptr_t)a.data;
    int at[2] = {203, 1111};
    cells[(int64_t)at[0] * COLS + at[1]] = 30;
    struct reducer *r = reducer_create();
    struct reduce_job job = {.cells = &a, .rows = axis(12.5, 0, 0, 33), .cols = axis(12.5, 0, 0, 185)};
    struct reduce_summary *s = reduce_summary_create(&job);
    struct reduce_result o;
    grow(s, NULL, &job);
    job.level = reduce_summary_level(s, &job);
    cr_assert(job.level);
    cr_assert_eq(reduce_run(r, NULL, &job, &o), HS_OK);
    cr_assert_eq(value_at(&o, (int)(at[0] / 12.5), (int)(at[1] / 12.5)), 30);
    cr_assert_leq(o.num_replaced, 60); /* noise is calm */
    reducer_destroy(r);
    reduce_summary_destroy(s);
    free(cells);
}

Test(reduce_summary, part_by_part_what_is_wanted_first)
{
    struct array a = make(DTYPE_F4, false);
    struct reduce_job all = {.cells = &a, .rows = axis(8, 0, 0, 51), .cols = axis(8, 0, 0, 289)};
    struct reduce_job fine = {.cells = &a, .rows = axis(5, 0, 0, 82), .cols = axis(8, 0, 0, 289)};
    struct reduce_summary *s = reduce_summary_create(&all);
    cr_assert_null(reduce_summary_level(s, &all));
    for (int i = 0; i < 20; i++)
        cr_assert_eq(reduce_summary_grow(s, NULL, &fine), HS_OK); /* which needs none */
    cr_assert_null(reduce_summary_level(s, &all));
    int times = 0;
    for (; !reduce_summary_level(s, &all); times++)
        cr_assert(times < 20 && reduce_summary_grow(s, NULL, &all) == HS_OK);
    cr_assert(times > 4 && times <= 8, "%d", times);
    cr_assert_eq(reduce_summary_level(s, &all)->unit[0], 4);
    cr_assert_null(reduce_summary_level(s, &fine));
    reduce_summary_destroy(s);
    free((void *)(uintptr_t)a.data);
}

/* With no more than it asks for, a view is made as with all of it. */
Test(reduce_summary, some_of_it_is_enough)
{
    enum { TALL = 9000, NARROW = 300 };
    float *cells = calloc((size_t)TALL * NARROW, sizeof *cells);
    for (int i = 0; i < TALL * NARROW; i++)
        cells[i] = (float)pow(gauss(), 5); /* so that thresholds decide */
    struct array a = array_c_order(cells, DTYPE_F4, TALL, NARROW);
    struct reducer *r[2] = {reducer_create(), reducer_create()};
    for (int i = 0; i < 40; i++) {
        struct reduce_job job = {.cells = &a, .rows = axis(6 + 2 * uniform(), 0, 100 + below(900), 1 + below(30)), .cols = axis(6.5, 0, 0, 1 + below(46))};
        struct reduce_summary *s[2] = {reduce_summary_create(&job), reduce_summary_create(&job)};
        struct reduce_result o[2];
        grow(s[1], NULL, &job);
        for (int k = 0; k < 3 && !reduce_summary_level(s[0], &job); k++)
            cr_assert_eq(reduce_summary_grow(s[0], NULL, &job), HS_OK);
        for (int k = 0; k < 2; k++) {
            job.level = reduce_summary_level(s[k], &job);
            cr_assert(job.level && reduce_run(r[k], NULL, &job, &o[k]) == HS_OK);
        }
        cr_assert_arr_eq(o[0].f32, o[1].f32, (size_t)job.rows.num * (size_t)job.cols.num * sizeof(float));
        reduce_summary_destroy(s[0]);
        reduce_summary_destroy(s[1]);
    }
    reducer_destroy(r[0]);
    reducer_destroy(r[1]);
    free(cells);
}

Test(reduce_summary, cells_that_change_are_noticed)
{
    struct array a = make(DTYPE_F4, false);
    float *cells = (float *)(uintptr_t)a.data;
    struct reduce_job all = {.cells = &a, .rows = axis(8, 0, 0, 51), .cols = axis(8, 0, 0, 289)};
    struct reduce_summary *s = reduce_summary_create(&all);
    grow(s, NULL, &all);
    cr_assert(reduce_summary_level(s, &all));
    for (int i = 0; i < 100; i++)
        cr_assert_eq(reduce_summary_grow(s, NULL, &all), HS_OK);
    cr_assert(reduce_summary_level(s, &all));
    cells[5000] = NAN; /* in one strip of 51 */
    for (int i = 0; i < 51 && reduce_summary_level(s, &all); i++)
        cr_assert_eq(reduce_summary_grow(s, NULL, &all), HS_OK);
    cr_assert_null(reduce_summary_level(s, &all));
    grow(s, NULL, &all);
    struct reducer *r = reducer_create();
    struct reduce_result o;
    all.level = reduce_summary_level(s, &all);
    cr_assert(all.level && reduce_run(r, NULL, &all, &o) == HS_OK);
    check(&all, &o, "anew");
    reducer_destroy(r);
    reduce_summary_destroy(s);
    free(cells);
}

/* Footprints of a matrix that is stretched to fill its place are oblong; blocks are, too. */
Test(reduce_summary, oblong_views_need_oblong_blocks)
{
    struct array a = make(DTYPE_F4, false), b = {a.data, a.dtype, COLS, ROWS, a.col_stride, a.row_stride};
    struct reduce_job tall = {.cells = &a, .rows = axis(8, 0, 0, 51), .cols = axis(4.86, 0, 0, 476)};
    struct reduce_job wide = {.cells = &b, .rows = axis(8, 0, 0, 289), .cols = axis(4.86, 0, 0, 84)}; /* by columns */
    const struct reduce_job *jobs[] = {&tall, &wide};
    for (int i = 0; i < 2; i++) {
        struct reduce_summary *s = reduce_summary_create(jobs[i]);
        grow(s, NULL, jobs[i]);
        const struct reduce_level *l = reduce_summary_level(s, jobs[i]);
        cr_assert(l && l->unit[i] == 5 && l->unit[!i] == 3, "%d", i);
        reduce_summary_destroy(s);
    }
    free((void *)(uintptr_t)a.data);
}
