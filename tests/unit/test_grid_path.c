/* A scripted path over a grid, from the whole to a few cells and about, as people move: every view, once settled, is what brute force
 * says; what a view begins with claims no more than it holds; and hardly more is read than the path needs. */
#include "base/clock.h"
#include "data/grid_reader.h"
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct memory_grid {
    struct grid grid;
    char *cells;              /* line by line */
    double *values;           /* row by row */
    _Atomic int64_t num_read; /* bytes */
    _Atomic int64_t largest;  /* read at once */
};

static enum hs_status read_cells(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num, void *to)
{
    struct memory_grid *m = (struct memory_grid *)g;
    int64_t size = (int64_t)dtype_size(g->dtype), bytes = lines * num * size, largest = atomic_load(&m->largest);
    atomic_fetch_add(&m->num_read, bytes);
    while (bytes > largest && !atomic_compare_exchange_weak(&m->largest, &largest, bytes))
        ;
    for (int64_t i = 0; i < lines; i++)
        memcpy((char *)to + i * num * size, m->cells + ((line + i) * grid_along(g) + at) * size, (size_t)(num * size));
    return HS_OK;
}

static void destroy(struct grid *g)
{
    struct memory_grid *m = (struct memory_grid *)g;
    free(m->cells);
    free(m->values);
    free(m);
}

static const struct grid_ops ops = {.read = read_cells, .destroy = destroy};

static uint32_t draw(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static struct memory_grid *make_grid(enum dtype t, int64_t rows, int64_t cols, bool by_columns)
{
    struct memory_grid *m = calloc(1, sizeof *m);
    m->grid = (struct grid){.ops = &ops, .dtype = t, .rows = rows, .cols = cols, .by_columns = by_columns, .chunk_lines = 1};
    atomic_init(&m->grid.refs, 1);
    size_t size = dtype_size(t);
    m->cells = calloc((size_t)(rows * cols), size);
    m->values = malloc((size_t)(rows * cols) * sizeof *m->values);
    uint32_t seed = 11;
    for (int64_t row = 0; row < rows; row++)
        for (int64_t col = 0; col < cols; col++) {
            char *p = m->cells + (size_t)(by_columns ? col * rows + row : row * cols + col) * size;
            uint32_t x = draw(&seed);
            if (t == DTYPE_F4) {
                float f = x % 997 == 0 ? NAN : (float)(x % 10007) / 100 - 50;
                memcpy(p, &f, size);
            } else if (t == DTYPE_F8) {
                double f = x % 9973 == 0 ? (double)INFINITY : (double)x * 1e3;
                memcpy(p, &f, size);
            } else
                *p = (char)(x % 128); /* little endian, small */
            m->values[row * cols + col] = dtype_read(t, p);
        }
    return m;
}

struct path {
    struct memory_grid *m;
    struct grid_reader *r;
    struct grid_want want;
    double needed; /* bytes */
    int num_exact_at_once;
    uint8_t *summarised; /* blocks of 8 x 8 that a settled view has looked through */
};

static void span(const struct reduce_axis *a, int i, int64_t cells, bool flip, bool blocks, int64_t *begin, int64_t *end)
{
    int64_t b, e;
    reduce_footprint(a->ratio, a->phase, a->first + i, cells, &b, &e);
    *begin = flip ? cells - e : b;
    *end = flip ? cells - b : e;
    if (blocks) {
        *begin -= *begin % 8;
        *end = (*end + 7) / 8 * 8 < cells ? (*end + 7) / 8 * 8 : cells;
    }
}

static double known(const struct memory_grid *m, const void *plane, size_t i)
{
    return dtype_is_wide(m->grid.dtype) ? ((const double *)plane)[i] : (double)((const float *)plane)[i];
}

/* Whether footprint (i, j) is what its cells say. */
static bool is_true(const struct path *p, const struct reduce_known *k, int i, int j)
{
    const struct memory_grid *m = p->m;
    const struct grid_want *w = &p->want;
    bool blocks = w->rows.ratio > GRID_SUMMARY_RATIO && w->cols.ratio > GRID_SUMMARY_RATIO;
    int64_t r0, r1, c0, c1, num = 0, nan = 0;
    span(&w->rows, i, m->grid.rows, w->flip_rows, blocks, &r0, &r1);
    span(&w->cols, j, m->grid.cols, w->flip_cols, blocks, &c0, &c1);
    double min = INFINITY, max = -INFINITY, sum = 0;
    for (int64_t r = r0; r < r1; r++)
        for (int64_t c = c0; c < c1; c++) {
            double x = m->values[r * m->grid.cols + c];
            min = x < min ? x : min;
            max = x > max ? x : max;
            num += isfinite(x);
            nan += isnan(x);
            sum += isfinite(x) ? x : 0;
        }
    size_t at = m->grid.by_columns ? (size_t)(j * w->rows.num + i) : (size_t)(i * w->cols.num + j);
    double mean = known(m, k->mean, at), share = (double)nan / (double)((r1 - r0) * (c1 - c0));
    bool same = num ? fabs(mean - sum / (double)num) <= 1e-4 * fmax(1, fabs(sum / (double)num)) : isnan(mean);
    return known(m, k->min, at) == min && known(m, k->max, at) == max && same && fabs(k->nan_share[at] / 255. - share) < 2 / 255. &&
           (k->nan_share[at] > 0) == (nan > 0);
}

/* Lines that say they are exact, and how many footprints of them aren't. */
static int count_wrong(const struct path *p, int *num_exact)
{
    struct reduce_known k;
    const uint8_t *state, *lost;
    int wrong = 0, lines = p->m->grid.by_columns ? p->want.cols.num : p->want.rows.num;
    int along = p->m->grid.by_columns ? p->want.rows.num : p->want.cols.num;
    grid_reader_lock(p->r, &k, &state, &lost, NULL);
    *num_exact = 0;
    for (int l = 0; l < lines; l++) {
        *num_exact += state[l] == GRID_LINE_EXACT;
        for (int a = 0; a < along && state[l] == GRID_LINE_EXACT; a++)
            wrong += !is_true(p, &k, p->m->grid.by_columns ? a : l, p->m->grid.by_columns ? l : a);
    }
    grid_reader_unlock(p->r);
    return wrong;
}

/* Bytes that this view needs that the one before it, or summaries, don't have. */
static double needs(struct path *p, const struct grid_want *before)
{
    const struct grid_want *w = &p->want;
    int64_t rows = p->m->grid.rows, cols = p->m->grid.cols, r0, r1, c0, c1, t, u, num = 0;
    span(&w->rows, w->flip_rows ? w->rows.num - 1 : 0, rows, w->flip_rows, false, &r0, &t);
    span(&w->rows, w->flip_rows ? 0 : w->rows.num - 1, rows, w->flip_rows, false, &t, &r1);
    span(&w->cols, w->flip_cols ? w->cols.num - 1 : 0, cols, w->flip_cols, false, &c0, &t);
    span(&w->cols, w->flip_cols ? 0 : w->cols.num - 1, cols, w->flip_cols, false, &t, &c1);
    double size = (double)dtype_size(p->m->grid.dtype);
    if (w->rows.ratio > GRID_SUMMARY_RATIO && w->cols.ratio > GRID_SUMMARY_RATIO) {
        for (int64_t r = r0 / 8; r * 8 < r1; r++)
            for (int64_t c = c0 / 8; c * 8 < c1; c++) {
                uint8_t *seen = &p->summarised[r * ((cols + 7) / 8) + c];
                num += *seen ? 0 : 64;
                *seen = 1;
            }
        return (double)num * size;
    }
    num = (r1 - r0) * (c1 - c0);
    if (before->rows.ratio == w->rows.ratio && before->cols.ratio == w->cols.ratio && before->rows.phase == w->rows.phase &&
        before->cols.phase == w->cols.phase) {
        t = labs(w->rows.first - before->rows.first);
        u = labs(w->cols.first - before->cols.first);
        int64_t kept_rows = (int64_t)((double)(w->rows.num - t) * fmax(1, w->rows.ratio));
        int64_t kept_cols = (int64_t)((double)(w->cols.num - u) * fmax(1, w->cols.ratio));
        num -= kept_rows > 0 && kept_cols > 0 ? kept_rows * kept_cols : 0;
    }
    return (double)num * size;
}

static void settle(struct path *p, const struct grid_want *before)
{
    int num;
    cr_assert(grid_reader_show(p->r, &p->want, NULL) == HS_OK);
    cr_assert_eq(count_wrong(p, &num), 0, "a view claims at once to be exact, and isn't");
    p->num_exact_at_once += num;
    p->needed += needs(p, before);
    cr_assert(grid_reader_wait(p->r, GRID_WAIT_EXACT, clock_now_ns() + 20000000000ll));
    cr_assert_eq(count_wrong(p, &num), 0, "a settled view is wrong (ratios %g, %g)", p->want.rows.ratio, p->want.cols.ratio);
    struct timespec moment = {0, 2000000}; /* to read ahead */
    nanosleep(&moment, NULL);
}

/* So many cells a pixel about a cell, or as near to it as the grid allows. */
static struct reduce_axis look_at(double ratio, double centre, int px, int64_t cells)
{
    double most = (double)cells / px, r = ratio < most ? ratio : most;
    int64_t all = reduce_num_footprints(r, 0, cells), first = (int64_t)(centre / fmax(1, r)) - px / 2;
    first = first > all - px ? all - px : first;
    first = first < 0 ? 0 : first;
    return (struct reduce_axis){r, 0, first, (int)(all - first < px ? all - first : px)};
}

static void pan(struct reduce_axis *a, int by, int64_t cells)
{
    int64_t last = reduce_num_footprints(a->ratio, a->phase, cells) - a->num, first = a->first + by;
    a->first = first < 0 ? 0 : first > last ? last : first;
}

static void walk(struct path *p)
{
    static const int moves[][2] = {{0, 9}, {0, 9}, {7, 0}, {-3, -4}, {0, -20}, {60, 0}};
    int64_t rows = p->m->grid.rows, cols = p->m->grid.cols;
    double ratios[] = {1e9, 24, 17, 9, 4.3, 2, 1, 0.4, 3, 11, 19};
    for (size_t z = 0; z < sizeof ratios / sizeof *ratios; z++) {
        struct grid_want before = p->want;
        p->want.rows = look_at(ratios[z], (double)rows * .6, (int)(rows / 26), rows);
        p->want.cols = look_at(ratios[z] * 1.1, (double)cols * .4, (int)(cols / 28), cols);
        settle(p, &before);
        for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
            before = p->want;
            pan(&p->want.rows, moves[i][0], rows);
            pan(&p->want.cols, moves[i][1], cols);
            settle(p, &before);
        }
    }
}

static void check(enum dtype t, bool by_columns, int flip, size_t memory, int64_t rows, double most)
{
    struct memory_grid *m = make_grid(t, rows, rows * 2 - 7, by_columns);
    struct path p = {.m = m, .want = {.flip_rows = flip & 1, .flip_cols = flip & 2}};
    p.r = grid_reader_create(&(struct grid_reader_params){.grid = &m->grid, .num_threads = 3, .memory_bytes = memory});
    p.summarised = calloc((size_t)((rows / 8 + 1) * (rows / 4 + 1)), 1);
    cr_assert(p.r && p.summarised);
    walk(&p);
    cr_assert(p.num_exact_at_once > 0);
    cr_assert(atomic_load(&m->largest) <= 4 << 20);
    double read = (double)atomic_load(&m->num_read);
    cr_assert(read <= most * p.needed, "%.1f MB were read, %.1f were needed", read / 1e6, p.needed / 1e6);
    grid_reader_destroy(p.r);
    grid_unref(&m->grid);
    free(p.summarised);
}

Test(grid_path, f32_by_rows) { check(DTYPE_F4, false, 0, 1u << 30, 2403, 1.2); }
Test(grid_path, f32_by_columns_upside_down) { check(DTYPE_F4, true, 1, 1u << 30, 2403, 1.2); }
Test(grid_path, f64_by_rows_mirrored) { check(DTYPE_F8, false, 3, 1u << 30, 1203, 1.2); }
Test(grid_path, u8_by_columns) { check(DTYPE_U1, true, 2, 1u << 30, 1203, 1.2); }
Test(grid_path, f32_with_no_memory_to_keep_anything) { check(DTYPE_F4, false, 0, 1000, 1203, 100); }
Test(grid_path, i16_by_columns_with_little_memory) { check(DTYPE_I2, true, 0, 26u << 20, 1203, 100); }
