/* Reducing again what has changed: the footprints that changed cells belong to are a job of their own, whose result is copied into the
 * one that is kept. Thresholds of REDUCE_AUTO are anchored at the data, so the part's are those of the whole. One thread. */
#include "data/reduce_internal.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { HALO = 4 * REDUCE_BLOCK }; /* footprints, of both sides together, that are sampled round a part for its thresholds */

struct part {
    int row, col, rows, cols; /* footprints, as they count in the result */
};

/* The footprints of an axis that cells [begin, end) belong to, cut to those wanted, counted from the first wanted one. */
static void touched(const struct reduce_axis *a, int64_t cells, int64_t begin, int64_t end, int *first, int *num)
{
    int64_t i = begin, j = end;
    if (a->ratio > 1) {
        int64_t b, e;
        i = (int64_t)floor(((double)begin - a->phase) / a->ratio) - 1;
        j = (int64_t)ceil(((double)end - a->phase) / a->ratio) + 1;
        for (reduce_footprint(a->ratio, a->phase, i, cells, &b, &e); e <= begin && i < j; i++)
            reduce_footprint(a->ratio, a->phase, i + 1, cells, &b, &e);
        for (reduce_footprint(a->ratio, a->phase, j - 1, cells, &b, &e); b >= end && j > i; j--)
            reduce_footprint(a->ratio, a->phase, j - 2, cells, &b, &e);
    }
    i = i < a->first ? a->first : i;
    j = j > a->first + a->num ? a->first + a->num : j;
    *first = (int)(i - a->first);
    *num = j > i ? (int)(j - i) : 0;
}

static struct part part_of(const struct reduce_job *job, const struct reduce_cells *c)
{
    struct part p;
    touched(&job->rows, job->cells->rows, c->row, c->row + c->rows, &p.row, &p.rows);
    touched(&job->cols, job->cells->cols, c->col, c->col + c->cols, &p.col, &p.cols);
    return p;
}

/* How many footprints have to be visited for it. */
static double cost(const struct reduce_job *job, const struct part *p)
{
    if (!p->rows || !p->cols)
        return 0;
    bool sampled = job->mode == REDUCE_AUTO && (job->rows.ratio > 1 || job->cols.ratio > 1);
    double halo = sampled ? HALO / 4.0 : 0; /* few of them are samples */
    return ((double)p->rows + halo) * ((double)p->cols + halo);
}

/* The part's values and shares into those of the whole. */
static void put(const struct part *p, const struct reduce_result *from, uint8_t *shares, struct reduce_result *to)
{
    size_t size = to->f64 ? sizeof(double) : sizeof(float);
    char *values = to->f64 ? (char *)to->f64 : (char *)to->f32; /* the reducer's own memory */
    const char *new_values = from->f64 ? (const char *)from->f64 : (const char *)from->f32;
    for (int r = 0; r < p->rows; r++) {
        size_t at = (size_t)(p->row + r) * (size_t)to->cols + (size_t)p->col, of = (size_t)r * (size_t)p->cols;
        memcpy(values + at * size, new_values + of * size, (size_t)p->cols * size);
        for (int c = 0; c < p->cols; c++)
            to->num_nan_footprints -= shares[at + (size_t)c] != 0;
        if (from->nan_share)
            memcpy(shares + at, from->nan_share + of, (size_t)p->cols);
        else
            memset(shares + at, 0, (size_t)p->cols);
    }
    to->num_nan_footprints += from->num_nan_footprints;
    to->min = from->min < to->min ? from->min : to->min;
    to->max = from->max > to->max ? from->max : to->max;
}

static enum hs_status all_again(struct reducer *r, struct pool *pool, const struct reduce_job *job, struct reduce_result *out, int *first,
                                int *num)
{
    *first = 0;
    *num = job->rows.num;
    return reduce_run(r, pool, job, out);
}

enum hs_status reduce_update(struct reducer *r, struct reducer *part, struct pool *pool, const struct reduce_job *job,
                             const struct reduce_cells *changed, int num_changed, struct reduce_result *out, int *first, int *num)
{
    double work = 0;
    int begin = job->rows.num, end = 0;
    assert(out->rows == job->rows.num && out->cols == job->cols.num);
    for (int i = 0; i < num_changed; i++) {
        struct part p = part_of(job, &changed[i]);
        work += cost(job, &p);
    }
    if (work > 0.8 * (double)out->rows * (double)out->cols)
        return all_again(r, pool, job, out, first, num);
    uint8_t *shares = reducer_shares(r);
    for (int i = 0; i < num_changed; i++) {
        struct part p = part_of(job, &changed[i]);
        if (!p.rows || !p.cols)
            continue;
        struct reduce_job some = *job;
        struct reduce_result result;
        some.rows.first += p.row;
        some.rows.num = p.rows;
        some.cols.first += p.col;
        some.cols.num = p.cols;
        enum hs_status status = reduce_run(part, pool, &some, &result);
        if (status != HS_OK)
            return status;
        put(&p, &result, shares, out);
        begin = p.row < begin ? p.row : begin;
        end = p.row + p.rows > end ? p.row + p.rows : end;
    }
    out->nan_share = out->num_nan_footprints ? shares : NULL;
    *first = begin < end ? begin : 0;
    *num = begin < end ? end - begin : 0;
    return HS_OK;
}
