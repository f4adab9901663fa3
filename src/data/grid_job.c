/* Which cells the footprints of a view of a grid cover, how views lie to each other, and parts of them. Jobs are constant: any thread. */
#include "data/grid_reader_internal.h"
#include "base/memory.h"
#include <stdlib.h>

/* --- jobs --- */

void grid_job_unref(struct grid_job *j)
{
    if (j && atomic_fetch_sub(&j->refs, 1) == 1) {
        free(j->memory);
        free(j);
    }
}

/* Cells of the footprints of an axis of so many cells, in display order. */
static void fill_spans(struct grid_spans *s, int64_t *begin, int64_t *end, const struct reduce_axis *a, int64_t cells, bool flip, bool by_blocks)
{
    *s = (struct grid_spans){begin, end, a->num};
    for (int i = 0; i < a->num; i++) {
        int64_t b, e;
        reduce_footprint(a->ratio, a->phase, a->first + i, cells, &b, &e);
        begin[i] = flip ? cells - e : b;
        end[i] = flip ? cells - b : e;
        if (by_blocks) {
            begin[i] = begin[i] / GRID_BLOCK * GRID_BLOCK;
            end[i] = (end[i] + GRID_BLOCK - 1) / GRID_BLOCK * GRID_BLOCK;
            end[i] = end[i] < cells ? end[i] : cells;
        }
    }
}

static void reverse(int64_t *x, int num)
{
    for (int i = 0; i < num / 2; i++) {
        int64_t t = x[i];
        x[i] = x[num - 1 - i];
        x[num - 1 - i] = t;
    }
}

struct grid_job *grid_job_make(const struct grid *g, const struct grid_want *want, uint32_t serial)
{
    const struct reduce_axis *lines = g->by_columns ? &want->cols : &want->rows, *along = g->by_columns ? &want->rows : &want->cols;
    struct grid_job *j = mem_zeroed(1, sizeof *j);
    size_t n = (size_t)lines->num, m = (size_t)along->num;
    if (!j || !(j->memory = mem_resize(NULL, 2 * (n + m) + 1, sizeof *j->memory))) {
        free(j);
        return NULL;
    }
    atomic_init(&j->refs, 1);
    j->serial = serial;
    j->want = *want;
    j->by_blocks = lines->ratio > GRID_SUMMARY_RATIO && along->ratio > GRID_SUMMARY_RATIO;
    j->mirrored = g->by_columns ? want->flip_rows : want->flip_cols;
    int64_t *p = j->memory;
    fill_spans(&j->lines, p, p + n, lines, grid_lines(g), g->by_columns ? want->flip_cols : want->flip_rows, j->by_blocks);
    fill_spans(&j->along, p + 2 * n, p + 2 * n + m, along, grid_along(g), j->mirrored, j->by_blocks);
    if (j->mirrored) {
        reverse(p + 2 * n, along->num);
        reverse(p + 2 * n + m, along->num);
    }
    if (m) {
        j->first_along = j->along.begin[0];
        j->end_along = j->along.end[m - 1];
    }
    return j;
}

/* --- parts --- */

int64_t grid_span_middle(const struct grid_spans *s, int i)
{
    return s->begin[i] + (s->end[i] - s->begin[i]) / 2;
}

int grid_span_find(const struct grid_spans *s, int64_t cell)
{
    int lo = 0, hi = s->num - 1;
    bool down = s->num > 1 && s->begin[0] > s->begin[s->num - 1];
    while (lo <= hi) {
        int mid = lo + (hi - lo) / 2;
        if (cell >= s->begin[mid] && cell < s->end[mid])
            return mid;
        if ((cell < s->begin[mid]) != down)
            hi = mid - 1;
        else
            lo = mid + 1;
    }
    return -1;
}

static const struct reduce_axis *axis_of_lines(const struct grid *g, const struct grid_job *j)
{
    return g->by_columns ? &j->want.cols : &j->want.rows;
}

int grid_job_sample_step(const struct grid_job *j)
{
    double cells = j->lines.num ? (double)(j->lines.end[0] - j->lines.begin[0]) : 1;
    int step = 1;
    while (step < GRID_COARSE && step * cells < GRID_COARSE)
        step *= 2;
    return step;
}

struct grid_part grid_job_part(const struct grid_job *j, int first, int num, int from, int to, bool ahead)
{
    struct grid_part p = {j, first, num, from, to, ahead, {NULL, NULL, to - from}, 0, 0};
    int at = j->mirrored ? j->along.num - to : from;
    p.along.begin = j->along.begin + at;
    p.along.end = j->along.end + at;
    if (to > from) {
        p.first_along = p.along.begin[0];
        p.end_along = p.along.end[to - from - 1];
    }
    return p;
}

static bool moved_along(const struct reduce_axis *a, const struct reduce_axis *b, int *by)
{
    int64_t d = b->first - a->first;
    *by = (int)d;
    return a->ratio == b->ratio && a->phase == b->phase && d == *by;
}

bool grid_job_moved(const struct grid *g, const struct grid_job *a, const struct grid_job *b, int *lines, int *along)
{
    const struct reduce_axis *la = axis_of_lines(g, a), *lb = axis_of_lines(g, b);
    const struct reduce_axis *aa = g->by_columns ? &a->want.rows : &a->want.cols, *ab = g->by_columns ? &b->want.rows : &b->want.cols;
    return a->want.flip_rows == b->want.flip_rows && a->want.flip_cols == b->want.flip_cols && moved_along(la, lb, lines) &&
           moved_along(aa, ab, along);
}
