/* Which cells the footprints of a view of a grid cover, and what is known of them when a view begins: the best that the view before
 * it knew. The owner of the reader, under its lock; references of jobs: any thread. */
#include "data/grid_reader_internal.h"
#include "base/memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* --- planes --- */

static bool planes_reserve(struct grid_planes *p, int lines, int along, size_t size)
{
    size_t num = (size_t)lines * (size_t)along, bytes = num * (3 * size + 2) + (size_t)lines;
    if (bytes > p->capacity) {
        free(p->memory);
        p->memory = mem_resize(NULL, bytes, 1);
        p->capacity = p->memory ? bytes : 0;
        if (!p->memory)
            return false;
    }
    char *at = p->memory;
    p->min = at;
    p->max = at + num * size;
    p->mean = at + 2 * num * size;
    p->share = (uint8_t *)at + 3 * num * size;
    p->lost = p->share + num;
    p->state = p->lost + num;
    return true;
}

/* The span of an ordered list that holds the cell, or -1. */
static int find_cell(const struct grid_spans *s, int64_t cell)
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

int64_t grid_span_middle(const struct grid_spans *s, int i)
{
    return s->begin[i] + (s->end[i] - s->begin[i]) / 2;
}

/* The span of `old` that is span i of `s`, else one that holds its middle (they overlap), or -1. */
static int find_span(const struct grid_spans *old, const struct grid_spans *s, int i)
{
    int found = find_cell(old, grid_span_middle(s, i));
    for (int k = found - 1; found >= 0 && k <= found + 1; k++)
        if (k >= 0 && k < old->num && old->begin[k] == s->begin[i] && old->end[k] == s->end[i])
            return k;
    return found;
}

static void set_blank(const struct grid_planes *p, size_t at, size_t size)
{
    if (size == sizeof(float)) {
        ((float *)p->min)[at] = INFINITY;
        ((float *)p->max)[at] = -INFINITY;
        ((float *)p->mean)[at] = NAN;
    } else {
        ((double *)p->min)[at] = INFINITY;
        ((double *)p->max)[at] = -INFINITY;
        ((double *)p->mean)[at] = NAN;
    }
    p->share[at] = p->lost[at] = 0;
}

/* Numbers of `size` bytes from where the map says; whatever where it says -1. */
static void gather(void *to, const void *from, const int *map, size_t num, size_t size)
{
    for (size_t k = 0; k < num; k++) {
        size_t i = map[k] >= 0 ? (size_t)map[k] : 0;
        if (size == 1)
            ((uint8_t *)to)[k] = ((const uint8_t *)from)[i];
        else if (size == 4)
            ((uint32_t *)to)[k] = ((const uint32_t *)from)[i];
        else
            ((uint64_t *)to)[k] = ((const uint64_t *)from)[i];
    }
}

/* Footprints from `at` on from those of the old planes from `line` on. */
static void copy_line(const struct grid_planes *to, size_t at, const struct grid_planes *from, size_t line, const int *map, size_t num, size_t size)
{
    gather((char *)to->min + at * size, (const char *)from->min + line * size, map, num, size);
    gather((char *)to->max + at * size, (const char *)from->max + line * size, map, num, size);
    gather((char *)to->mean + at * size, (const char *)from->mean + line * size, map, num, size);
    gather(to->share + at, from->share + line, map, num, 1);
    gather(to->lost + at, from->lost + line, map, num, 1);
}

static bool same_along(const struct grid_job *a, const struct grid_job *b)
{
    size_t bytes = (size_t)a->along.num * sizeof *a->along.begin;
    return a->along.num == b->along.num && a->mirrored == b->mirrored && memcmp(a->along.begin, b->along.begin, bytes) == 0 &&
           memcmp(a->along.end, b->along.end, bytes) == 0;
}

/* The best that the planes of the old job know of a line of the new one. */
static enum grid_line_state inherit_line(struct grid_reader *r, const struct grid_job *old, const struct grid_job *j, int i, const int *map,
                                         bool same)
{
    size_t size = r->fold->size, num = (size_t)j->along.num, at = (size_t)i * num;
    int line = old ? find_span(&old->lines, &j->lines, i) : -1;
    bool whole = line >= 0;
    if (line >= 0)
        copy_line(&r->spare, at, &r->planes, (size_t)line * (size_t)old->along.num, map, num, size);
    for (size_t k = 0; k < num; k++)
        if (line < 0 || map[k] < 0) {
            set_blank(&r->spare, at + k, size);
            whole = false;
        }
    if (!whole || r->planes.state[line] == GRID_LINE_BLANK)
        return GRID_LINE_BLANK;
    bool exact = same && r->planes.state[line] == GRID_LINE_EXACT && old->lines.begin[line] == j->lines.begin[i] &&
                 old->lines.end[line] == j->lines.end[i] && !memchr(r->spare.lost + at, 1, num); /* it may be readable by now */
    return exact ? GRID_LINE_EXACT : GRID_LINE_ROUGH;
}

/* Planes of the new job, from the old one's. Under the lock. */
bool grid_job_inherit(struct grid_reader *r, const struct grid_job *j)
{
    const struct grid_job *old = r->job;
    int num = j->along.num;
    int *map = mem_resize(NULL, (size_t)num + 1, sizeof *map);
    if (!map || !planes_reserve(&r->spare, j->lines.num, num, r->fold->size)) {
        free(map);
        return false;
    }
    for (int k = 0; k < num && old; k++) { /* spans are in the grid's order, planes as displayed */
        int at = find_span(&old->along, &j->along, k);
        map[j->mirrored ? num - 1 - k : k] = at >= 0 && old->mirrored ? old->along.num - 1 - at : at;
    }
    bool same = old && same_along(old, j);
    r->num_blank = r->num_exact = 0;
    for (int i = 0; i < j->lines.num; i++) {
        enum grid_line_state s = inherit_line(r, old, j, i, map, same);
        r->spare.state[i] = (uint8_t)s;
        r->num_blank += s == GRID_LINE_BLANK;
        r->num_exact += s == GRID_LINE_EXACT;
    }
    r->any_lost = j->lines.num && num && memchr(r->spare.lost, 1, (size_t)j->lines.num * (size_t)num);
    free(map);
    struct grid_planes planes = r->planes;
    r->planes = r->spare;
    r->spare = planes;
    return true;
}
