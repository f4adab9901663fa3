/* The reduction's frame: which cells the footprints cover, in which direction to walk, memory, and the two parallel loops (rows of
 * blocks for the thresholds of REDUCE_AUTO, rows of footprints for the values). The numbers are made in reduce_f32.c, reduce_f64.c.
 *
 * An array whose columns are contiguous (Fortran order) is walked transposed and the result turned round at the end, so memory is
 * read in its order either way. One thread enters reduce_run; the pool's workers enter the loops. */
#include "data/reduce_internal.h"

#include "base/log.h"
#include "base/memory.h"
#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct block {
    void *bytes;
    size_t capacity;
};

struct reducer {
    struct reduce_task task; /* the spans keep their arrays */
    struct reduce_work *work;
    int num_work;
    struct block values, nan_share, upper, lower, samples, kept, kept_rows;
    struct block turned_values, turned_share;
    int64_t num_zero; /* shares at the beginning of nan_share that are 0 since the last run */
    const struct reduce_ops *ops;
};

/* --- axes --- */

int64_t reduce_num_footprints(double ratio, double phase, int64_t cells)
{
    if (!(ratio > 1) || cells <= 0)
        return cells > 0 ? cells : 0;
    int64_t num = (int64_t)ceil(((double)cells - phase) / ratio);
    if (num > 1 && floor(phase + (double)(num - 1) * ratio) >= (double)cells) /* rounding: it would be empty */
        num--;
    return num;
}

/* With the number of footprints known. */
static void footprint(double ratio, double phase, int64_t i, int64_t cells, int64_t num, int64_t *begin, int64_t *end)
{
    if (i < 0 || i >= num) {
        *begin = *end = i < 0 ? 0 : cells;
        return;
    }
    if (!(ratio > 1)) {
        *begin = i;
        *end = i + 1;
        return;
    }
    double first = floor(phase + (double)i * ratio), last = ceil(phase + (double)(i + 1) * ratio);
    *begin = first > 0 ? (int64_t)first : 0;
    *end = i == num - 1 || last >= (double)cells ? cells : (int64_t)last;
}

void reduce_footprint(double ratio, double phase, int64_t i, int64_t cells, int64_t *begin, int64_t *end)
{
    footprint(ratio, phase, i, cells, reduce_num_footprints(ratio, phase, cells), begin, end);
}

void reduce_span_footprint(const struct reduce_span *s, int64_t i, int64_t *begin, int64_t *end)
{
    footprint(s->ratio * s->unit, s->phase * s->unit, i, s->cells, s->total, begin, end);
    bool empty = *begin == *end;
    *begin /= s->unit;
    *end = empty ? *begin : (*end + s->unit - 1) / s->unit;
}

static int power_of_two_up_to(int64_t limit, int most)
{
    int p = 1;
    while (p * 2 <= limit && p * 2 <= most)
        p *= 2;
    return p;
}

static bool span_init(struct reduce_span *s, const struct reduce_axis *axis, int64_t cells, int unit, int64_t first, int64_t num)
{
    if (num > INT_MAX / 2)
        return false;
    s->ratio = axis->ratio / unit;
    s->phase = axis->phase / unit;
    s->cells = cells;
    s->unit = unit;
    s->total = reduce_num_footprints(axis->ratio, axis->phase, cells);
    s->first = first;
    s->num = (int)num;
    s->width = !(s->ratio > 1) ? 1 : s->ratio > INT_MAX / 2 ? INT_MAX / 2 : (int)ceil(s->ratio);
    s->window = power_of_two_up_to(s->width, REDUCE_MAX_WINDOW);
    if ((size_t)num > s->capacity || !s->begin) {
        free(s->begin);
        s->begin = mem_resize(NULL, (size_t)num, 2 * sizeof *s->begin + 2 * sizeof *s->weight + 3 * sizeof *s->pick_first);
        s->capacity = s->begin ? (size_t)num : 0;
        if (!s->begin)
            return false;
    }
    s->end = s->begin + s->capacity;
    s->weight = (double *)(s->end + s->capacity);
    s->extent = s->weight + s->capacity;
    s->pick_first = (int32_t *)(s->extent + s->capacity);
    s->pick_last = s->pick_first + s->capacity;
    s->pick_extra = s->pick_last + s->capacity;
    for (int i = 0; i < s->num; i++) {
        reduce_span_footprint(s, first + i, &s->begin[i], &s->end[i]);
        s->extent[i] = (double)reduce_span_cells(s, s->begin[i], s->end[i]);
        s->weight[i] = s->extent[i] > 0 ? 1. / s->extent[i] : NAN;
    }
    return true;
}

static bool is_regular(const struct reduce_span *s, int i)
{
    int64_t width = s->end[i] - s->begin[i];
    return s->width <= REDUCE_NARROW && (width == s->width || width == s->width + 1);
}

/* The chunk that begins with footprint `begin` and ends before `limit`, with the picks of its footprints. */
static struct reduce_chunk make_chunk(struct reduce_span *s, int begin, int limit)
{
    struct reduce_chunk c = {.begin = begin, .end = begin + 1, .cell = s->begin[begin]};
    while (c.end < limit && s->end[c.end] - c.cell <= REDUCE_CHUNK)
        c.end++;
    c.num = s->end[c.end - 1] - c.cell;
    c.regular_begin = begin;
    while (c.regular_begin < c.end && !is_regular(s, c.regular_begin))
        c.regular_begin++;
    c.regular_end = c.regular_begin;
    for (; c.regular_end < c.end && is_regular(s, c.regular_end); c.regular_end++) {
        int i = c.regular_end, first = (int)(s->begin[i] - c.cell), end = (int)(s->end[i] - c.cell);
        int extra = end - first > s->width ? end - 1 : REDUCE_CHUNK + REDUCE_PAD - 1;
        s->pick_first[i] = first;
        s->pick_last[i] = end - s->window;
        s->pick_extra[i] = extra;
    }
    return c;
}

/* Cut the span into chunks; begin and end are chunk boundaries, too. False: no memory. */
static bool span_chunks(struct reduce_span *s, int begin, int end)
{
    s->num_chunks = 0;
    for (int i = 0; i < s->num;) {
        if ((size_t)s->num_chunks == s->chunk_capacity) {
            struct reduce_chunk *chunks = mem_resize(s->chunks, s->chunk_capacity * 2 + 16, sizeof *chunks);
            if (!chunks)
                return false;
            s->chunks = chunks;
            s->chunk_capacity = s->chunk_capacity * 2 + 16;
        }
        struct reduce_chunk c = make_chunk(s, i, i < begin ? begin : i < end ? end : s->num);
        s->chunks[s->num_chunks++] = c;
        i = c.end;
    }
    return true;
}

/* --- blocks of REDUCE_AUTO --- */

/* The blocks whose thresholds footprints [first, first + num) use, and their neighbours. */
static void blocks_init(struct reduce_blocks *b, int num_samples, int64_t total, int64_t first, int num)
{
    b->num_samples = num_samples;
    b->size = num_samples > REDUCE_BLOCK ? num_samples : REDUCE_BLOCK;
    b->total = (total + b->size / 2) / b->size;
    if (b->total < 1)
        b->total = 1;
    int64_t begin = first / b->size - 2, end = (first + num - 1) / b->size + 3;
    if (begin > b->total - 1)
        begin = b->total - 1;
    b->first = begin < 0 ? 0 : begin;
    end = end > b->total ? b->total : end;
    b->num = end > b->first ? (int)(end - b->first) : 1;
}

/* Cells of a block along an axis. */
static int unit_of(const struct reduce_level *l, int axis)
{
    return l ? l->unit[axis] : 1;
}

/* Usually 4 x 8 samples a block: a row, or a column, that is hot all over must stay a minority of them; a lone row or a few columns are sampled along the other axis instead. */
static void task_blocks(struct reduce_task *t, const struct reduce_axis *rows, const struct reduce_axis *cols, bool lone_rows)
{
    int64_t total_rows = reduce_num_footprints(rows->ratio, rows->phase, t->rows.cells);
    int64_t total_cols = reduce_num_footprints(cols->ratio, cols->phase, t->cols.cells);
    int usual = REDUCE_NUM_SAMPLES / (lone_rows ? REDUCE_ROW_SAMPLES_MANY : REDUCE_ROW_SAMPLES);
    int across = power_of_two_up_to(total_cols, total_rows > 1 ? usual : REDUCE_NUM_SAMPLES);
    blocks_init(&t->col_blocks, across, total_cols, cols->first, cols->num);
    blocks_init(&t->row_blocks, REDUCE_NUM_SAMPLES / across, total_rows, rows->first, rows->num);
    const struct reduce_axis *axes[] = {rows, cols};
    t->tolerance = 0;
    for (int i = 0; i < 2; i++) { /* a footprint is ceil(r) cells (or blocks) wide or one more */
        double r = axes[i]->ratio / unit_of(t->level, i), growth = r > 1 && r != floor(r) ? 1 / (ceil(r) - 1) : 0;
        t->tolerance = growth > t->tolerance ? growth : t->tolerance;
    }
    t->tolerance *= 1.01;
}

/* The sampled columns, counted from footprint `first`. */
static void list_samples(struct reduce_task *t, int64_t first, int64_t total)
{
    const struct reduce_blocks *b = &t->col_blocks;
    for (int s = 0; s < b->num_samples; s++)
        for (int i = 0; i < b->num; i++)
            t->samples[s * b->num + i] = (int32_t)(reduce_sample(b, b->first + i, s, total) - first);
}

/* --- memory --- */

static void *block_reserve(struct block *b, int64_t num, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow((size_t)num, size, &bytes))
        return NULL;
    if (bytes > b->capacity || !b->bytes) {
        free(b->bytes);
        b->bytes = mem_resize(NULL, bytes, 1);
        b->capacity = b->bytes ? bytes : 0;
    }
    return b->bytes;
}

static bool reserve_work(struct reducer *r, int num_workers)
{
    if (num_workers <= r->num_work)
        return true;
    struct reduce_work *work = mem_resize(r->work, (size_t)num_workers, sizeof *work);
    if (!work)
        return false;
    memset(work + r->num_work, 0, (size_t)(num_workers - r->num_work) * sizeof *work);
    r->work = work;
    r->num_work = num_workers;
    return true;
}

struct reducer *reducer_create(void)
{
    return mem_zeroed(1, sizeof(struct reducer));
}

void reducer_destroy(struct reducer *r)
{
    if (!r)
        return;
    for (int i = 0; i < r->num_work; i++)
        free(r->work[i].memory);
    free(r->work);
    free(r->task.rows.begin);
    free(r->task.cols.begin);
    free(r->task.cols.chunks);
    free(r->values.bytes);
    free(r->nan_share.bytes);
    free(r->upper.bytes);
    free(r->lower.bytes);
    free(r->samples.bytes);
    free(r->kept.bytes);
    free(r->kept_rows.bytes);
    free(r->turned_values.bytes);
    free(r->turned_share.bytes);
    free(r);
}

/* --- turning round --- */

struct turn {
    const void *from;
    void *to;
    int rows, cols; /* of from */
    size_t size;
};

enum { TURN_TILE = 16 };

/* Columns [begin, end) of tiles of `from` become rows of `to`; tile by tile, so that both stay in cache. */
static void turn_tiles(void *arg, int begin, int end, int worker)
{
    (void)worker;
    const struct turn *t = arg;
    int first = begin * TURN_TILE, last = end * TURN_TILE < t->cols ? end * TURN_TILE : t->cols;
    for (int row = 0; row < t->rows; row += TURN_TILE) {
        int row_end = row + TURN_TILE < t->rows ? row + TURN_TILE : t->rows;
        for (int c = first; c < last; c++) {
            for (int r = row; r < row_end; r++) {
                size_t at = (size_t)r * (size_t)t->cols + (size_t)c, to = (size_t)c * (size_t)t->rows + (size_t)r;
                if (t->size == 4)
                    ((uint32_t *)t->to)[to] = ((const uint32_t *)t->from)[at];
                else if (t->size == 8)
                    ((uint64_t *)t->to)[to] = ((const uint64_t *)t->from)[at];
                else
                    ((uint8_t *)t->to)[to] = ((const uint8_t *)t->from)[at];
            }
        }
    }
}

static void turn_round(struct pool *pool, const void *from, void *to, int rows, int cols, size_t size)
{
    struct turn t = {from, to, rows, cols, size};
    pool_run(pool, turn_tiles, &t, (cols + TURN_TILE - 1) / TURN_TILE, 1);
}

/* --- a run --- */

static void run_thresholds(void *arg, int begin, int end, int worker)
{
    struct reducer *r = arg;
    for (int i = begin; i < end; i++)
        r->ops->threshold(&r->task, i, &r->work[worker]);
}

static void run_rows(void *arg, int begin, int end, int worker)
{
    struct reducer *r = arg;
    for (int i = begin; i < end; i++)
        r->ops->row(&r->task, i, &r->work[worker]);
}

/* Room for rows of footprints that were scanned for the thresholds, if scanning them again costs more than that. False: no memory. */
static bool keep_rows(struct reducer *r, const struct reduce_axis *rows, const struct reduce_axis *cols)
{
    struct reduce_task *t = &r->task;
    double cells = (rows->ratio > 1 ? rows->ratio : 1) * (cols->ratio > 1 ? cols->ratio : 1);
    if (cells < 2)
        return true;
    t->kept = block_reserve(&r->kept, rows->num, sizeof *t->kept);
    t->kept_rows = block_reserve(&r->kept_rows, (int64_t)t->row_blocks.num * t->row_blocks.num_samples * cols->num, 3 * r->ops->size);
    if (!t->kept || !t->kept_rows)
        return false;
    memset(t->kept, -1, (size_t)rows->num * sizeof *t->kept);
    return true;
}

/* Spans, blocks and buffers for a job whose rows are along the slower direction. False: no memory. */
static bool set_up(struct reducer *r, const struct array *a, const struct reduce_axis *rows, const struct reduce_axis *cols,
                   const struct reduce_job *job, int num_workers)
{
    struct reduce_task *t = &r->task;
    enum reduce_mode mode = job->mode;
    int64_t size = (int64_t)dtype_size(a->dtype);
    t->known = job->known;
    t->level = job->level;
    t->data = a->data;
    t->dtype = a->dtype;
    t->row_stride = a->row_stride;
    t->col_stride = a->col_stride;
    t->contiguous = a->col_stride == size;
    t->direct = t->contiguous && (a->dtype == DTYPE_F4 || a->dtype == DTYPE_F8);
    t->single = !(rows->ratio > 1) && !(cols->ratio > 1);
    t->mode = mode;
    t->rows.cells = a->rows;
    t->cols.cells = a->cols;
    t->num_cols = cols->num;
    t->col_skip = 0;
    t->kept = NULL;
    t->col_blocks = t->row_blocks = (struct reduce_blocks){0};
    int64_t first = cols->first, num = cols->num;
    if (mode == REDUCE_AUTO && !t->single && a->rows > 0 && a->cols > 0) {
        task_blocks(t, rows, cols, job->lone_rows);
        const struct reduce_blocks *b = &t->col_blocks;
        int64_t total = reduce_num_footprints(cols->ratio, cols->phase, a->cols), end = cols->first + cols->num;
        int64_t sampled_end = b->first + b->num == b->total ? total : (b->first + b->num) * b->size;
        first = b->first * b->size < first ? b->first * b->size : first;
        num = (sampled_end > end ? sampled_end : end) - first;
        t->col_skip = (int)(cols->first - first);
        int64_t num_thresholds = (int64_t)t->row_blocks.num * reduce_padded_blocks(b);
        t->upper = block_reserve(&r->upper, num_thresholds, r->ops->size);
        t->lower = block_reserve(&r->lower, num_thresholds, r->ops->size);
        t->samples = block_reserve(&r->samples, (int64_t)b->num * b->num_samples, sizeof *t->samples);
        if (!t->upper || !t->lower || !t->samples || !keep_rows(r, rows, cols))
            return false;
        list_samples(t, first, total);
    }
    int64_t num_values = (int64_t)rows->num * cols->num;
    t->values = block_reserve(&r->values, num_values + REDUCE_PAD, r->ops->size); /* readable behind the last row */
    t->nan_share = block_reserve(&r->nan_share, num_values, 1);
    t->shares_are_zero = r->num_zero >= num_values;
    r->num_zero = 0;
    if (!t->values || !t->nan_share || !reserve_work(r, num_workers) ||
        !span_init(&t->rows, rows, a->rows, unit_of(t->level, 0), rows->first, rows->num) ||
        !span_init(&t->cols, cols, a->cols, unit_of(t->level, 1), first, num) ||
        !span_chunks(&t->cols, t->col_skip, t->col_skip + t->num_cols))
        return false;
    t->columns = mode == REDUCE_AUTO && !t->single && !t->known && !t->level && !(cols->ratio > 1) && num > 0 &&
                 t->cols.begin[0] < t->cols.end[0] && t->cols.begin[num - 1] < t->cols.end[num - 1];
    t->chunk_skip = t->num_chunks = 0;
    for (int i = 0; i < t->cols.num_chunks; i++) {
        t->chunk_skip += t->cols.chunks[i].end <= t->col_skip;
        t->num_chunks += t->cols.chunks[i].begin >= t->col_skip && t->cols.chunks[i].end <= t->col_skip + t->num_cols;
    }
    for (int i = 0; i < num_workers; i++)
        if (!r->ops->prepare(t, &r->work[i]))
            return false;
    return true;
}

/* What the workers have counted. */
static void sum_up(const struct reducer *r, int num_workers, struct reduce_result *out)
{
    out->min = INFINITY;
    out->max = -INFINITY;
    for (int i = 0; i < num_workers; i++) {
        out->num_nan_footprints += r->work[i].num_nan_footprints;
        out->num_replaced += r->work[i].num_replaced;
        r->ops->finish(&r->task, &r->work[i], &out->min, &out->max);
    }
}

static enum hs_status no_memory(const struct reduce_job *job)
{
    log_error("no memory to reduce a matrix to %d x %d pixels", job->rows.num, job->cols.num);
    return HS_ERR_MEMORY;
}

uint8_t *reducer_shares(struct reducer *r)
{
    r->num_zero = 0;
    return r->nan_share.bytes;
}

enum hs_status reduce_run(struct reducer *r, struct pool *pool, const struct reduce_job *job, struct reduce_result *out)
{
    struct array a = *job->cells;
    const struct reduce_axis *rows = &job->rows, *cols = &job->cols;
    assert(rows->num >= 0 && cols->num >= 0);
    bool turned = llabs(a.row_stride) < llabs(a.col_stride) && a.rows > 1 && a.cols > 1;
    if (turned) {
        a = (struct array){a.data, a.dtype, a.cols, a.rows, a.col_stride, a.row_stride};
        rows = &job->cols;
        cols = &job->rows;
    }
    int num_workers = pool_num_workers(pool);
    r->ops = dtype_is_wide(a.dtype) ? &reduce_f64 : &reduce_f32;
    *out = (struct reduce_result){.rows = job->rows.num, .cols = job->cols.num};
    if (!set_up(r, &a, rows, cols, job, num_workers))
        return no_memory(job);
    if (job->known && job->known->tolerance > r->task.tolerance)
        r->task.tolerance = job->known->tolerance;
    if (r->task.row_blocks.num > 0)
        pool_run(pool, run_thresholds, r, r->task.row_blocks.num, 1);
    for (int i = 0; i < num_workers; i++) { /* what the samples met outside the view doesn't count */
        r->work[i].range_min = INFINITY;
        r->work[i].range_max = -INFINITY;
        r->work[i].num_nan_footprints = r->work[i].num_replaced = 0;
    }
    pool_run(pool, run_rows, r, rows->num, rows->num / (num_workers * 8) + 1);
    sum_up(r, num_workers, out);
    int64_t num_values = (int64_t)out->rows * out->cols;
    r->num_zero = out->num_nan_footprints ? 0 : num_values;
    const void *values = r->task.values, *share = r->task.nan_share;
    if (turned) {
        void *to = block_reserve(&r->turned_values, num_values, r->ops->size);
        void *to_share = block_reserve(&r->turned_share, num_values, 1);
        if (!to || !to_share)
            return no_memory(job);
        turn_round(pool, values, to, out->cols, out->rows, r->ops->size);
        if (out->num_nan_footprints)
            turn_round(pool, share, to_share, out->cols, out->rows, 1);
        values = to;
        share = to_share;
    }
    if (r->ops == &reduce_f64)
        out->f64 = values;
    else
        out->f32 = values;
    out->nan_share = out->num_nan_footprints ? share : NULL;
    return HS_OK;
}
