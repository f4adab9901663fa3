/* Cells are walked in strips, row by row, as doubles; the pool's workers share the rows. Alerts look at every frame, so totals are
 * one plain pass; finding cells happens only when there are some. Any thread may call (with its own pool). */
#include "data/scan.h"
#include "data/convert.h"
#include "base/hot.h"
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STRIP = 1024, LANES = 16, MAX_PARTS = 64, CELLS_PER_TASK = 1 << 16 };

static void to_f64(enum dtype t, const void *p, int64_t stride, int num, double *out)
{
    float narrow[STRIP];
    if (dtype_is_wide(t)) {
        convert_f64(t, p, stride, num, out);
        return;
    }
    convert_f32(t, p, stride, num, narrow);
    for (int i = 0; i < num; i++)
        out[i] = (double)narrow[i];
}

/* Columns are the faster direction. *turned: rows and columns have changed places. */
static struct array turn(const struct array *a, bool *turned)
{
    *turned = llabs(a->row_stride) < llabs(a->col_stride);
    return *turned ? (struct array){a->data, a->dtype, a->cols, a->rows, a->col_stride, a->row_stride} : *a;
}

static int rows_per_task(const struct array *a)
{
    int64_t rows = CELLS_PER_TASK / (a->cols > 0 ? a->cols : 1);
    return rows < 1 ? 1 : (int)rows;
}

static struct pool *usable(struct pool *pool)
{
    return pool_num_workers(pool) > MAX_PARTS ? NULL : pool;
}

/* --- totals --- */

struct part {
    double min, max, sum;
    int64_t num_nan, num_finite;
};

HOT static void add_strip(const double *x, int num, struct part *part)
{
    double low[LANES], high[LANES], sum[LANES] = {0};
    int64_t nan[LANES] = {0}, finite[LANES] = {0};
    for (int l = 0; l < LANES; l++) {
        low[l] = INFINITY;
        high[l] = -INFINITY;
    }
    for (int i = 0; i < num; i += LANES)
        for (int l = 0; l < (num - i < LANES ? num - i : LANES); l++) {
            double v = x[i + l];
            uint64_t bits;
            memcpy(&bits, &v, sizeof bits);
            bits &= ~(UINT64_C(1) << 63);
            low[l] = v < low[l] ? v : low[l]; /* in this order NaN doesn't count */
            high[l] = v > high[l] ? v : high[l];
            nan[l] += bits > 0x7ff0000000000000u;
            finite[l] += bits < 0x7ff0000000000000u;
            sum[l] += bits < 0x7ff0000000000000u ? v : 0;
        }
    for (int l = 0; l < LANES; l++) {
        part->min = low[l] < part->min ? low[l] : part->min;
        part->max = high[l] > part->max ? high[l] : part->max;
        part->sum += sum[l];
        part->num_nan += nan[l];
        part->num_finite += finite[l];
    }
}

struct totals_job {
    struct array a;
    int64_t first_row;
    struct part *parts;
};

static void totals_rows(void *arg, int begin, int end, int worker)
{
    const struct totals_job *j = arg;
    struct part part = j->parts[worker];
    double x[STRIP];
    for (int r = begin; r < end; r++)
        for (int64_t c = 0; c < j->a.cols; c += STRIP) {
            int num = (int)(j->a.cols - c < STRIP ? j->a.cols - c : STRIP);
            to_f64(j->a.dtype, array_cell(&j->a, j->first_row + r, c), j->a.col_stride, num, x);
            add_strip(x, num, &part);
        }
    j->parts[worker] = part;
}

void scan_totals(struct pool *pool, const struct array *a, struct scan_totals *out)
{
    struct part parts[MAX_PARTS], sum = {.min = INFINITY, .max = -INFINITY};
    bool turned;
    struct totals_job job = {.a = turn(a, &turned), .parts = parts};
    for (int i = 0; i < MAX_PARTS; i++)
        parts[i] = sum;
    for (; job.first_row < job.a.rows; job.first_row += INT_MAX / 2) {
        int64_t rows = job.a.rows - job.first_row;
        pool_run(usable(pool), totals_rows, &job, (int)(rows < INT_MAX / 2 ? rows : INT_MAX / 2), rows_per_task(&job.a));
    }
    for (int i = 0; i < MAX_PARTS; i++) {
        sum.min = parts[i].min < sum.min ? parts[i].min : sum.min;
        sum.max = parts[i].max > sum.max ? parts[i].max : sum.max;
        sum.sum += parts[i].sum;
        sum.num_nan += parts[i].num_nan;
        sum.num_finite += parts[i].num_finite;
    }
    bool any = sum.min <= sum.max;
    *out = (struct scan_totals){any ? sum.min : NAN, any ? sum.max : NAN, sum.num_finite ? sum.sum / (double)sum.num_finite : NAN,
                                sum.num_nan};
}

/* --- tests --- */

/* How far out a cell is: larger is farther. */
static double rank(enum scan_kind kind, double v)
{
    switch (kind) {
    case SCAN_ABOVE: case SCAN_AT_LEAST: return v;
    case SCAN_BELOW: case SCAN_AT_MOST: return -v;
    case SCAN_ABS_ABOVE: case SCAN_ABS_AT_LEAST: return fabs(v);
    case SCAN_NAN: break;
    }
    return 0;
}

HOT static bool test_strip(const double *x, int num, struct scan_test test, uint8_t *hits)
{
    bool or_equal = test.kind == SCAN_AT_LEAST || test.kind == SCAN_AT_MOST || test.kind == SCAN_ABS_AT_LEAST;
    bool absolute = test.kind == SCAN_ABS_ABOVE || test.kind == SCAN_ABS_AT_LEAST;
    double sign = test.kind == SCAN_BELOW || test.kind == SCAN_AT_MOST ? -1 : 1, limit = sign * test.limit;
    int any = 0;
    if (test.kind == SCAN_NAN) {
        for (int i = 0; i < num; i++) {
            uint64_t bits;
            memcpy(&bits, &x[i], sizeof bits);
            uint8_t hit = (bits & ~(UINT64_C(1) << 63)) > 0x7ff0000000000000u;
            hits[i] |= hit;
            any |= hit;
        }
        return any;
    }
    for (int i = 0; i < num; i++) {
        double v = absolute ? fabs(x[i]) : sign * x[i];
        uint8_t hit = (uint8_t)((v > limit) | (or_equal & (v == limit)));
        hits[i] |= hit;
        any |= hit;
    }
    return any;
}

bool scan_hits(enum dtype t, const void *p, int64_t stride, int num, struct scan_test test, uint8_t *hits)
{
    double x[STRIP];
    bool any = false;
    for (int i = 0; i < num; i += STRIP) {
        int n = num - i < STRIP ? num - i : STRIP;
        to_f64(t, (const char *)p + i * stride, stride, n, x);
        any = test_strip(x, n, test, hits + i) || any;
    }
    return any;
}

/* --- finding --- */

struct candidate {
    int64_t count, row, col;
    double rank;
};

struct find_job {
    struct array a;
    bool turned;
    int64_t first_row;
    struct scan_test test;
    struct candidate *parts;
};

/* Does the cell at (row, col) of the array as it was given come before the candidate's? */
static bool is_earlier(const struct candidate *c, int64_t row, int64_t col)
{
    return row < c->row || (row == c->row && col < c->col);
}

static void consider(struct candidate *c, double rank, int64_t row, int64_t col)
{
    if (c->row >= 0 && !(rank > c->rank || (rank == c->rank && is_earlier(c, row, col))))
        return;
    c->rank = rank;
    c->row = row;
    c->col = col;
}

static void find_rows(void *arg, int begin, int end, int worker)
{
    const struct find_job *j = arg;
    struct candidate best = j->parts[worker];
    double x[STRIP];
    uint8_t hits[STRIP];
    for (int r = begin; r < end; r++)
        for (int64_t c = 0; c < j->a.cols; c += STRIP) {
            int num = (int)(j->a.cols - c < STRIP ? j->a.cols - c : STRIP);
            int64_t row = j->first_row + r;
            to_f64(j->a.dtype, array_cell(&j->a, row, c), j->a.col_stride, num, x);
            memset(hits, 0, (size_t)num);
            if (!test_strip(x, num, j->test, hits))
                continue;
            for (int i = 0; i < num; i++)
                if (hits[i]) {
                    best.count++;
                    consider(&best, rank(j->test.kind, x[i]), j->turned ? c + i : row, j->turned ? row : c + i);
                }
        }
    j->parts[worker] = best;
}

void scan_find(struct pool *pool, const struct array *a, struct scan_test test, struct scan_found *out)
{
    struct candidate parts[MAX_PARTS], best = {0, -1, -1, 0};
    struct find_job job = {.test = test, .parts = parts};
    job.a = turn(a, &job.turned);
    for (int i = 0; i < MAX_PARTS; i++)
        parts[i] = best;
    for (; job.first_row < job.a.rows; job.first_row += INT_MAX / 2) {
        int64_t rows = job.a.rows - job.first_row;
        pool_run(usable(pool), find_rows, &job, (int)(rows < INT_MAX / 2 ? rows : INT_MAX / 2), rows_per_task(&job.a));
    }
    for (int i = 0; i < MAX_PARTS; i++) {
        best.count += parts[i].count;
        if (parts[i].row >= 0)
            consider(&best, parts[i].rank, parts[i].row, parts[i].col);
    }
    *out = (struct scan_found){best.count, best.row, best.col};
}
