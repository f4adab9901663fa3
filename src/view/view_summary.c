#include "view/view_summary.h"
#include "base/memory.h"
#include "data/reduce_summary.h"
#include <stdlib.h>

/* Fewer cells are read in a few milliseconds. */
enum { LARGE = 1 << 26 };

struct view_summary {
    struct reduce_summary *blocks; /* or NULL */
    uint64_t serial;               /* of their cells */
};

struct view_summary *view_summary_create(void)
{
    return mem_zeroed(1, sizeof(struct view_summary));
}

static void forget(struct view_summary *s)
{
    reduce_summary_destroy(s->blocks);
    s->blocks = NULL;
}

void view_summary_destroy(struct view_summary *s)
{
    if (s)
        forget(s);
    free(s);
}

void view_summary_refresh(struct view *v)
{
    struct view_summary *s = v->summary;
    if (s->serial != v->cells_serial)
        forget(s);
    s->serial = v->cells_serial;
}

const struct reduce_level *view_summary_level(struct view *v, const struct reduce_job *job)
{
    struct view_summary *s = v->summary;
    const struct array *a = job->cells;
    if (s->blocks && !reduce_summary_is_of(s->blocks, a)) /* turned over */
        forget(s);
    bool is_first = v->built_serial != v->frame_serial; /* of many a frame there is but one picture */
    if (is_first || v->frame->canvas.run || a->rows <= LARGE / (a->cols > 0 ? a->cols : 1))
        return NULL;
    if (!s->blocks)
        s->blocks = reduce_summary_create(job);
    if (!s->blocks || reduce_summary_grow(s->blocks, v->pool, job) != HS_OK)
        return NULL;
    return reduce_summary_level(s->blocks, job);
}
