/* A strip is a row of large blocks, and the two rows of small ones in it. Planes are mapped, so that memory is taken as strips are made. */
#include "data/reduce_summary.h"
#include "data/reduce_internal.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    NUM_LEVELS = 2,
    PARTS = 8,      /* makes all of it */
    AROUND = 128,   /* footprints beside a view that may be sampled for its thresholds, at most */
};

/* Footprints so many times as long as wide are large enough for blocks of 5 x 3 as soon as for those of 4 x 4 (7.5 and 6 cells, see fits);
 * longer ones are so sooner. */
static const double OBLONG = 1.25;

/* Cells of a small block along the slower and the faster direction. Footprints are seldom square: a matrix is stretched to fill its place. */
static const int shapes[][2] = {{4, 4}, {5, 3}, {3, 5}};

struct reduce_summary {
    struct array cells;                     /* as they were given */
    struct reduce_task task;                /* rows along the slower direction */
    const struct reduce_ops *ops;
    struct reduce_level levels[NUM_LEVELS]; /* small, large; without memory: isn't kept */
    void *maps[NUM_LEVELS];
    size_t map_bytes[NUM_LEVELS];
    bool turned;
    int num_strips, num_made, checked;      /* checked: the strip that was last looked at again */
    uint8_t *made;
    int32_t *todo;                          /* strips of a run */
    struct reduce_work *work;
    int num_work;
    char *before;                           /* a strip's blocks, to be compared */
};

static size_t plane_bytes(const struct reduce_level *l, size_t size)
{
    return (size_t)l->rows * (size_t)l->cols * size;
}

/* False: no memory. Blocks that are hardly smaller than their cells aren't kept. */
static bool make_level(struct reduce_summary *s, int i)
{
    size_t size = s->ops->size;
    struct reduce_level l = s->levels[i];
    if (6 * size > (size_t)(l.unit[0] * l.unit[1]) * dtype_size(s->cells.dtype))
        return true;
    l.rows = (s->task.rows.cells + l.unit[0] - 1) / l.unit[0];
    l.cols = (s->task.cols.cells + l.unit[1] - 1) / l.unit[1];
    size_t plane = plane_bytes(&l, size), bad = plane_bytes(&l, sizeof *l.bad);
    s->map_bytes[i] = 3 * plane + bad + (size_t)l.rows;
    char *p = mmap(NULL, s->map_bytes[i], PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return false;
    madvise(p, s->map_bytes[i], MADV_HUGEPAGE); /* else looking pages up takes as long as reading them */
    s->maps[i] = p;
    l.low = p;
    l.high = p + plane;
    l.sum = p + 2 * plane;
    l.bad = (uint16_t *)(p + 3 * plane);
    l.has_bad = (uint8_t *)(p + 3 * plane + bad);
    s->levels[i] = l;
    return true;
}

/* Blocks are as long as footprints are, by about their ratio. */
static void shape(struct reduce_summary *s, const struct reduce_job *job)
{
    double along = (s->turned ? job->cols : job->rows).ratio, across = (s->turned ? job->rows : job->cols).ratio;
    const int *unit = shapes[along > OBLONG * across ? 1 : across > OBLONG * along ? 2 : 0];
    for (int i = 0; i < NUM_LEVELS; i++)
        for (int axis = 0; axis < 2; axis++)
            s->levels[i].unit[axis] = unit[axis] << i;
}

/* Rows of cells of a strip. */
static int strip_rows(const struct reduce_summary *s)
{
    return s->levels[NUM_LEVELS - 1].unit[0];
}

struct reduce_summary *reduce_summary_create(const struct reduce_job *job)
{
    struct reduce_summary *s = mem_zeroed(1, sizeof *s);
    if (!s)
        return NULL;
    struct array a = s->cells = *job->cells;
    s->turned = llabs(a.row_stride) < llabs(a.col_stride) && a.rows > 1 && a.cols > 1;
    if (s->turned)
        a = (struct array){a.data, a.dtype, a.cols, a.rows, a.col_stride, a.row_stride};
    s->ops = dtype_is_wide(a.dtype) ? &reduce_f64 : &reduce_f32;
    struct reduce_task *t = &s->task;
    t->data = a.data;
    t->dtype = a.dtype;
    t->row_stride = a.row_stride;
    t->col_stride = a.col_stride;
    t->contiguous = a.col_stride == (int64_t)dtype_size(a.dtype);
    t->direct = t->contiguous && (a.dtype == DTYPE_F4 || a.dtype == DTYPE_F8);
    t->rows.cells = a.rows;
    t->cols.cells = a.cols;
    shape(s, job);
    s->num_strips = (int)((a.rows + strip_rows(s) - 1) / strip_rows(s));
    s->made = mem_zeroed((size_t)s->num_strips + 1, 1);
    s->todo = mem_resize(NULL, (size_t)s->num_strips + 1, sizeof *s->todo);
    bool ok = s->made && s->todo;
    for (int i = 0; i < NUM_LEVELS && ok; i++)
        ok = make_level(s, i);
    if (ok && s->maps[NUM_LEVELS - 1])
        return s;
    reduce_summary_destroy(s);
    return NULL;
}

void reduce_summary_destroy(struct reduce_summary *s)
{
    if (!s)
        return;
    for (int i = 0; i < NUM_LEVELS; i++)
        if (s->maps[i])
            munmap(s->maps[i], s->map_bytes[i]);
    for (int i = 0; i < s->num_work; i++)
        free(s->work[i].memory);
    free(s->work);
    free(s->made);
    free(s->todo);
    free(s->before);
    free(s);
}

bool reduce_summary_is_of(const struct reduce_summary *s, const struct array *a)
{
    const struct array *b = &s->cells;
    return a->data == b->data && a->dtype == b->dtype && a->rows == b->rows && a->cols == b->cols && a->row_stride == b->row_stride &&
           a->col_stride == b->col_stride;
}

/* --- making --- */

static void make_strip(struct reduce_summary *s, int strip, int worker)
{
    for (int i = 0; i < NUM_LEVELS; i++) {
        const struct reduce_level *l = &s->levels[i];
        int64_t num = strip_rows(s) / l->unit[0], end = (strip + 1) * num < l->rows ? (strip + 1) * num : l->rows;
        for (int64_t row = strip * num; s->maps[i] && row < end; row++)
            s->ops->summarise(&s->task, &s->work[worker], l, row);
    }
}

static void make_strips(void *arg, int begin, int end, int worker)
{
    struct reduce_summary *s = arg;
    for (int i = begin; i < end; i++)
        make_strip(s, s->todo[i], worker);
}

/* The strip's large blocks: whether they are still what the cells say, NaN or not. False as well without memory, which is safe. */
static bool is_unchanged(struct reduce_summary *s, int strip)
{
    const struct reduce_level *l = &s->levels[NUM_LEVELS - 1];
    size_t row_bytes = (size_t)l->cols * s->ops->size, bad_bytes = (size_t)l->cols * sizeof *l->bad, at = (size_t)strip * row_bytes;
    char *planes[] = {(char *)l->low + at, (char *)l->high + at, (char *)l->sum + at, (char *)l->bad + (size_t)strip * bad_bytes};
    size_t num_bytes[] = {row_bytes, row_bytes, row_bytes, l->has_bad[strip] ? bad_bytes : 0};
    uint8_t had_bad = l->has_bad[strip];
    if (!s->before && !(s->before = mem_resize(NULL, 3 * row_bytes + bad_bytes, 1)))
        return false;
    for (int i = 0; i < 4; i++)
        memcpy(s->before + (size_t)i * row_bytes, planes[i], num_bytes[i]);
    s->ops->summarise(&s->task, &s->work[0], l, strip);
    bool same = had_bad == l->has_bad[strip];
    for (int i = 0; i < 4 && same; i++)
        same = memcmp(s->before + (size_t)i * row_bytes, planes[i], num_bytes[i]) == 0;
    return same;
}

/* The next strip that was made is looked at again; if its cells are others by now, nothing is made any more. */
static void check_next(struct reduce_summary *s)
{
    if (!s->num_made)
        return;
    do
        s->checked = (s->checked + 1) % s->num_strips;
    while (!s->made[s->checked]);
    if (is_unchanged(s, s->checked))
        return;
    memset(s->made, 0, (size_t)s->num_strips);
    s->num_made = 0;
}

static enum hs_status reserve_work(struct reduce_summary *s, int num)
{
    if (num <= s->num_work)
        return HS_OK;
    struct reduce_work *work = mem_resize(s->work, (size_t)num, sizeof *work);
    if (!work)
        return HS_ERR_MEMORY;
    s->work = work;
    memset(work + s->num_work, 0, (size_t)(num - s->num_work) * sizeof *work);
    for (; s->num_work < num; s->num_work++)
        if (!s->ops->prepare(&s->task, &work[s->num_work]))
            return HS_ERR_MEMORY;
    return HS_OK;
}

/* One and a half blocks a footprint each way: rounded outward, it covers twice as much of an axis at most. */
static bool fits(const struct reduce_summary *s, int level, const struct reduce_job *job)
{
    const int *unit = s->levels[level].unit;
    return job->rows.ratio >= 1.5 * unit[s->turned] && job->cols.ratio >= 1.5 * unit[!s->turned];
}

/* Strips that may be needed. */
static void needed(const struct reduce_summary *s, const struct reduce_job *job, int *begin, int *end)
{
    const struct reduce_axis *rows = s->turned ? &job->cols : &job->rows;
    int64_t from, to, unused;
    reduce_footprint(rows->ratio, rows->phase, rows->first - AROUND, s->task.rows.cells, &from, &unused);
    reduce_footprint(rows->ratio, rows->phase, rows->first + rows->num + AROUND, s->task.rows.cells, &unused, &to);
    *begin = (int)(from / strip_rows(s));
    *end = (int)((to + strip_rows(s) - 1) / strip_rows(s));
}

/* Strips in [begin, end) that aren't made, after num others, most in all. */
static int list(struct reduce_summary *s, int begin, int end, int num, int most)
{
    for (int i = begin; i < end && num < most; i++)
        if (!s->made[i])
            s->todo[num++] = i;
    return num;
}

enum hs_status reduce_summary_grow(struct reduce_summary *s, struct pool *pool, const struct reduce_job *job)
{
    int begin, end, most = s->num_strips / PARTS + 1;
    if (!fits(s, 0, job))
        return HS_OK;
    if (reserve_work(s, pool_num_workers(pool)) != HS_OK)
        return HS_ERR_MEMORY;
    check_next(s);
    needed(s, job, &begin, &end);
    int num = list(s, begin, end, 0, most);
    num = list(s, 0, begin, num, most);
    num = list(s, end, s->num_strips, num, most);
    pool_run(pool, make_strips, s, num, 4);
    for (int i = 0; i < num; i++)
        s->made[s->todo[i]] = 1;
    s->num_made += num;
    return HS_OK;
}

const struct reduce_level *reduce_summary_level(const struct reduce_summary *s, const struct reduce_job *job)
{
    int begin, end;
    if (!fits(s, 0, job))
        return NULL;
    needed(s, job, &begin, &end);
    if (memchr(s->made + begin, 0, (size_t)(end - begin)))
        return NULL;
    for (int i = NUM_LEVELS - 1; i >= 0; i--) {
        if (s->maps[i] && fits(s, i, job))
            return &s->levels[i];
    }
    return NULL;
}
