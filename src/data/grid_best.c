/* What is known of a view when it begins. What the view before it, or what was read ahead, has exactly is copied. The rest is made of
 * blocks: summaries, or footprints of the view before; the finest first that are few enough to be added up within a few milliseconds,
 * each filling in what those before it lack. Nothing is read. Under the reader's lock; the pool's threads share the lines. */
#include "data/grid_best.h"
#include "data/grid_reader_internal.h"
#include "base/memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SOURCES = 8, GRAIN = 8 };

#define QUICK_BLOCKS 4e6 /* at most; or BLOCKS_EACH for each footprint */
#define BLOCKS_EACH 2.0

enum kind { SEEN, STRIPS, LEVEL };

struct source {
    enum kind kind;
    int level;
    const struct grid_sight *sight; /* SEEN */
    bool loose;             /* SEEN: also what isn't exact; LEVEL: also of blocks that aren't complete */
    double rank;            /* lowest first */
    int *row_first, *row_end, *first, *end;
    int most;               /* blocks along a line at most */
};

/* Rows of a source added up, by one thread. */
struct added {
    int row, row_end, block, block_end; /* what they are of; row == row_end: nothing */
    struct grid_blocks blocks;
};

struct scratch {
    uint8_t *done;
    char *tile;
    struct added added[MAX_SOURCES];
};

struct grid_best {
    struct source sources[MAX_SOURCES];
    int num_sources;
    struct scratch *scratch;
    int num_scratch;
    void *maps, *memory;
    size_t maps_capacity, capacity;
};

/* One filling. */
struct fill {
    struct grid_reader *r;
    struct grid_best *best;
    const struct grid_best_fold *fold;
    const struct grid_job *job;
    struct grid_planes *to;
    struct { const struct grid_sight *sight; int lines, along; } moved[2]; /* of the same zoom: the view at hand, what was read ahead */
    int num_moved;
};

void grid_best_destroy(struct grid_best *b)
{
    if (!b)
        return;
    free(b->maps);
    free(b->memory);
    free(b->scratch);
    free(b);
}

static bool grow(void **memory, size_t *capacity, size_t bytes)
{
    if (bytes <= *capacity)
        return true;
    free(*memory);
    *memory = mem_resize(NULL, bytes, 1);
    *capacity = *memory ? bytes : 0;
    return *memory != NULL;
}

static bool planes_reserve(struct grid_planes *p, int lines, int along, size_t size)
{
    size_t n = (size_t)lines, num = n * (size_t)along, rounded = (num + 7) / 8 * 8;
    if (!grow(&p->memory, &p->capacity, rounded * (3 * size + 2) + n * (sizeof *p->lines + 1)))
        return false;
    char *at = p->memory;
    p->min = at;
    p->max = at + rounded * size;
    p->mean = at + 2 * rounded * size;
    p->lines = (struct grid_line *)(at + 3 * rounded * size);
    p->share = (uint8_t *)(p->lines + n);
    p->lost = p->share + rounded;
    p->state = p->lost + rounded;
    return true;
}

static struct grid_footprints footprints(const struct grid_planes *p)
{
    return (struct grid_footprints){p->min, p->max, p->mean, p->share, p->lost};
}

/* --- sources --- */

static double widest(const struct grid_want *w)
{
    return fmax(1, fmax(w->rows.ratio, w->cols.ratio));
}

static int block_cells(const struct source *s)
{
    return s->kind == STRIPS ? GRID_BLOCK : s->level == 0 ? GRID_BLOCK * 8 : GRID_BLOCK * 64;
}

/* Spans of the old view that span i of `s` is made of: the one in its middle if they are wider, else all it touches. */
static void map_seen(const struct grid_spans *old, const struct grid_spans *s, int i, bool wider, int *first, int *end)
{
    int a = grid_span_find(old, wider ? grid_span_middle(s, i) : s->begin[i]), b = wider ? a : grid_span_find(old, s->end[i] - 1);
    *first = a < 0 || b < 0 ? -1 : a < b ? a : b;
    *end = *first < 0 ? -1 : (a < b ? b : a) + 1;
}

static void map_blocks(const struct grid_spans *s, int i, int cells, int *first, int *end)
{
    bool wider = s->end[i] - s->begin[i] <= cells;
    int64_t a = (wider ? grid_span_middle(s, i) : s->begin[i]) / cells;
    *first = (int)a;
    *end = wider ? (int)a + 1 : (int)((s->end[i] + cells - 1) / cells);
}

static void map_source(const struct fill *f, struct source *s)
{
    const struct grid_job *j = f->job, *old = s->kind == SEEN ? s->sight->job : NULL;
    bool rows = old && old->want.rows.ratio >= j->want.rows.ratio, cols = old && old->want.cols.ratio >= j->want.cols.ratio;
    bool by_columns = f->r->grid->by_columns, wider = by_columns ? cols : rows, wider_along = by_columns ? rows : cols;
    int low = INT32_MAX, high = 0;
    for (int i = 0; i < j->lines.num; i++)
        if (old)
            map_seen(&old->lines, &j->lines, i, wider, &s->row_first[i], &s->row_end[i]);
        else
            map_blocks(&j->lines, i, block_cells(s), &s->row_first[i], &s->row_end[i]);
    for (int d = 0; d < j->along.num; d++) {
        int k = j->mirrored ? j->along.num - 1 - d : d, a, b;
        if (old)
            map_seen(&old->along, &j->along, k, wider_along, &a, &b);
        else
            map_blocks(&j->along, k, block_cells(s), &a, &b);
        if (old && old->mirrored && a >= 0) { /* planes are as displayed */
            int t = old->along.num - b;
            b = old->along.num - a;
            a = t;
        }
        s->first[d] = a;
        s->end[d] = b;
        low = a >= 0 && a < low ? a : low;
        high = b > high ? b : high;
    }
    s->most = high > low ? high - low : 0;
}

static bool is_quick(const struct grid_job *j, int cells)
{
    double down = fmax(1, j->want.rows.ratio / cells), across = fmax(1, j->want.cols.ratio / cells);
    double num = (double)j->lines.num * j->along.num;
    return down * across <= BLOCKS_EACH || num * down * across <= QUICK_BLOCKS;
}

static void add_source(struct grid_best *b, struct source s)
{
    int at = b->num_sources++;
    for (; at > 0 && b->sources[at - 1].rank > s.rank; at--)
        b->sources[at] = b->sources[at - 1];
    b->sources[at] = s;
}

static void list_sources(struct fill *f)
{
    struct grid_reader *r = f->r;
    struct grid_best *b = f->best;
    struct grid_levels *levels = grid_cache_levels(r->cache);
    if (is_quick(f->job, GRID_BLOCK)) /* which is exact where footprints are made of blocks */
        add_source(b, (struct source){STRIPS, .rank = f->job->by_blocks ? 0 : GRID_BLOCK});
    for (int i = 0; i < GRID_NUM_LEVELS; i++)
        if (grid_levels_has(levels, i) && (i || is_quick(f->job, GRID_BLOCK * 8))) {
            add_source(b, (struct source){LEVEL, .level = i, .rank = i ? GRID_BLOCK * 64 : GRID_BLOCK * 8});
            add_source(b, (struct source){LEVEL, .level = i, .loose = true, .rank = 2e9 + i});
        }
    const struct grid_sight *sights[] = {&r->now, &r->ahead.sight};
    for (int i = 0; i < 2; i++)
        if (sights[i]->job)
            add_source(b, (struct source){SEEN, .sight = sights[i], .rank = widest(&sights[i]->job->want)});
    if (r->now.job)
        add_source(b, (struct source){SEEN, .sight = &r->now, .loose = true, .rank = 1e9});
}

/* Memory for the sources' maps, and the maps. */
static bool map_sources(struct fill *f)
{
    struct grid_best *b = f->best;
    size_t lines = (size_t)f->job->lines.num, along = (size_t)f->job->along.num, each = 2 * (lines + along);
    if (!grow(&b->maps, &b->maps_capacity, (size_t)b->num_sources * each * sizeof(int) + 1))
        return false;
    for (int i = 0; i < b->num_sources; i++) {
        struct source *s = &b->sources[i];
        s->row_first = (int *)b->maps + (size_t)i * each;
        s->row_end = s->row_first + lines;
        s->first = s->row_end + lines;
        s->end = s->first + along;
        map_source(f, s);
    }
    return true;
}

static char *cut(struct grid_blocks *b, char *p, size_t num, size_t size)
{
    num = (num + 7) / 8 * 8;
    b->min = p;
    b->max = p + num * size;
    b->sum = (double *)(p + 2 * num * size);
    b->finite = (float *)(b->sum + num);
    b->nan = b->finite + num;
    b->cells = b->nan + num;
    b->flags = (uint8_t *)(b->cells + num);
    return (char *)b->flags + num;
}

static bool make_scratch(struct fill *f, int workers)
{
    struct grid_best *b = f->best;
    size_t size = f->r->fold->size, along = ((size_t)f->job->along.num + 7) / 8 * 8, tile = (grid_cache_tile_bytes(f->r->cache) + 7) / 8 * 8;
    size_t bytes = along + tile;
    for (int i = 0; i < b->num_sources; i++)
        bytes += ((size_t)b->sources[i].most + 7) / 8 * 8 * (2 * size + sizeof(double) + 3 * sizeof(float) + 1);
    if (workers > b->num_scratch) {
        free(b->scratch);
        b->scratch = mem_zeroed((size_t)workers, sizeof *b->scratch);
        b->num_scratch = b->scratch ? workers : 0;
    }
    if (!b->scratch || !grow(&b->memory, &b->capacity, bytes * (size_t)workers))
        return false;
    char *p = b->memory;
    for (int w = 0; w < workers; w++) {
        struct scratch *s = &b->scratch[w];
        s->tile = p;
        p += tile;
        for (int i = 0; i < b->num_sources; i++) {
            s->added[i].row = s->added[i].row_end = 0;
            p = cut(&s->added[i].blocks, p, (size_t)b->sources[i].most, size);
        }
        s->done = (uint8_t *)p;
        p += along;
    }
    return true;
}

/* --- rows of blocks --- */

static void set_unknown(struct added *a, int from, int to)
{
    from = from > a->block ? from : a->block;
    to = to < a->block_end ? to : a->block_end;
    if (from < to)
        memset(a->blocks.flags + (from - a->block), GRID_UNKNOWN, (size_t)(to - from));
}

static void add_seen(const struct fill *f, const struct source *s, struct added *a, int row)
{
    const struct grid_job *old = s->sight->job;
    const struct grid_line *line = &s->sight->planes.lines[row];
    struct grid_footprints from = footprints(&s->sight->planes);
    f->fold->known(&a->blocks, 0, &from, (size_t)row * (size_t)old->along.num + (size_t)a->block, a->block_end - a->block);
    if (s->loose)
        set_unknown(a, line->blank_from, line->blank_to);
    else {
        set_unknown(a, 0, line->exact_from);
        set_unknown(a, line->exact_to, old->along.num);
    }
}

static void add_strip(const struct fill *f, const struct scratch *sc, struct added *a, int row)
{
    struct grid_reader *r = f->r;
    struct grid_tile tile = grid_cache_tile(r->cache, sc->tile);
    int64_t left = grid_lines(r->grid) - (int64_t)row * GRID_BLOCK, along = grid_along(r->grid);
    tile.num_lines = (int)(left < GRID_BLOCK ? left : GRID_BLOCK);
    for (int b = a->block, end; b < a->block_end; b = end) {
        int t = b / GRID_TILE_BLOCKS;
        int64_t at = (int64_t)t * GRID_TILE;
        end = (t + 1) * GRID_TILE_BLOCKS < a->block_end ? (t + 1) * GRID_TILE_BLOCKS : a->block_end;
        tile.num_cells = (int)(along - at < GRID_TILE ? along - at : GRID_TILE);
        if (grid_cache_get(r->cache, row * r->tiles_across + t, &tile, f->job->serial))
            f->fold->tile(&a->blocks, b - a->block, &tile, b - t * GRID_TILE_BLOCKS, end - b);
        else
            set_unknown(a, b, end);
    }
}

static void add_level(const struct fill *f, const struct source *s, struct added *a, int row)
{
    struct grid_levels *levels = grid_cache_levels(f->r->cache);
    struct grid_level_row from;
    int cells = block_cells(s), last = (int)((grid_along(f->r->grid) - 1) / cells); /* which may be narrower */
    grid_levels_lock(levels, s->level, row, &from);
    for (int b = a->block, end; b < a->block_end; b = end) {
        int tile = b / from.blocks_per_tile, lines = from.lines[tile];
        int tile_end = (tile + 1) * from.blocks_per_tile, width = cells;
        while (tile_end < a->block_end && from.lines[tile_end / from.blocks_per_tile] == lines)
            tile_end += from.blocks_per_tile;
        end = tile_end < a->block_end ? tile_end : a->block_end;
        if (b < last && end > last)
            end = last;
        if (b == last)
            width = (int)(grid_along(f->r->grid) - (int64_t)last * cells);
        if (lines == from.num_lines || (s->loose && lines))
            f->fold->coarse(&a->blocks, b - a->block, &from.blocks, b, end - b, (float)(lines * width));
        else
            set_unknown(a, b, end);
    }
    grid_levels_unlock(levels, s->level, row);
}

/* The rows and blocks that footprints from .. to - 1 of a line are made of, added up; what was added up last is used again. */
static bool add_rows(const struct fill *f, struct scratch *sc, int source, int line, int from, int to)
{
    const struct source *s = &f->best->sources[source];
    struct added *a = &sc->added[source];
    while (from < to && s->first[from] < 0)
        from++;
    while (to > from && s->first[to - 1] < 0)
        to--;
    if (from == to || s->row_first[line] < 0)
        return false;
    int x = s->first[from], y = s->first[to - 1], block = x < y ? x : y, end = x < y ? s->end[to - 1] : s->end[from];
    int row = s->row_first[line], row_end = s->row_end[line];
    if (row == a->row && row_end == a->row_end && block >= a->block && end <= a->block_end)
        return true;
    a->row = row;
    a->row_end = row_end;
    a->block = block;
    a->block_end = end;
    f->fold->clear(&a->blocks, end - block);
    for (; row < row_end; row++)
        if (s->kind == SEEN)
            add_seen(f, s, a, row);
        else if (s->kind == STRIPS)
            add_strip(f, sc, a, row);
        else
            add_level(f, s, a, row);
    return true;
}

/* --- lines --- */

/* What another view of the same zoom has exactly of a line. */
static void copy_exact(const struct fill *f, int which, int i, struct grid_line *line, uint8_t *done)
{
    const struct grid_sight *old = f->moved[which].sight;
    int row = i + f->moved[which].lines, shift = f->moved[which].along, num = f->job->along.num;
    if (row < 0 || row >= old->job->lines.num)
        return;
    const struct grid_line *had = &old->planes.lines[row];
    int from = had->exact_from - shift > 0 ? had->exact_from - shift : 0, to = had->exact_to - shift < num ? had->exact_to - shift : num;
    if (from >= to)
        return;
    size_t size = f->r->fold->size, n = (size_t)(to - from), at = (size_t)i * (size_t)num + (size_t)from;
    size_t was = (size_t)row * (size_t)old->job->along.num + (size_t)(from + shift);
    const struct grid_planes *p = &old->planes;
    memcpy((char *)f->to->min + at * size, (const char *)p->min + was * size, n * size);
    memcpy((char *)f->to->max + at * size, (const char *)p->max + was * size, n * size);
    memcpy((char *)f->to->mean + at * size, (const char *)p->mean + was * size, n * size);
    memcpy(f->to->share + at, p->share + was, n);
    memcpy(f->to->lost + at, p->lost + was, n);
    memset(done + from, 1, n);
    if (memchr(p->lost + was, 1, n)) /* it may be readable by now */
        return;
    int a = line->exact_from, b = line->exact_to;
    bool touch = a == b || (from <= b && to >= a);
    if (a == b || (!touch && to - from > b - a)) {
        line->exact_from = from;
        line->exact_to = to;
    } else if (touch) {
        line->exact_from = from < a ? from : a;
        line->exact_to = to > b ? to : b;
    }
}

static int first_undone(const uint8_t *done, int num)
{
    const uint8_t *p = memchr(done, 0, (size_t)num);
    return p ? (int)(p - done) : num;
}

static int end_of_undone(const uint8_t *done, int num)
{
    while (num > 0 && done[num - 1])
        num--;
    return num;
}

static void fill_line(const struct fill *f, struct scratch *sc, int i)
{
    const struct grid_best *b = f->best;
    struct grid_line line = {0};
    struct grid_footprints out = footprints(f->to);
    int num = f->job->along.num;
    size_t at = (size_t)i * (size_t)num;
    memset(sc->done, 0, (size_t)num);
    for (int k = 0; k < f->num_moved; k++)
        copy_exact(f, k, i, &line, sc->done);
    int from = first_undone(sc->done, num), to = end_of_undone(sc->done, num);
    bool exact = f->job->by_blocks; /* as what was copied is, and what strips add */
    for (int s = 0; s < b->num_sources && from < to; s++) {
        if (!add_rows(f, sc, s, i, from, to))
            continue;
        const struct grid_block_map map = {b->sources[s].first, b->sources[s].end};
        /* blocks outside what was added up belong to footprints that were done before */
        f->fold->across(&sc->added[s].blocks, sc->added[s].block, &map, from, to, &out, at, sc->done);
        from = first_undone(sc->done, num);
        to = end_of_undone(sc->done, num);
        if (exact && from >= to && b->sources[s].kind == STRIPS && !memchr(f->to->lost + at, 1, (size_t)num))
            line = (struct grid_line){0, num, 0, 0};
        exact = exact && b->sources[s].kind == STRIPS;
    }
    for (int k = from; k < to; k++)
        if (!sc->done[k])
            f->fold->blank(&out, at + (size_t)k);
    line.blank_from = from < to ? from : 0;
    line.blank_to = from < to ? to : 0;
    f->to->lines[i] = line;
    grid_line_set_state(f->to, i, num);
}

static void fill_lines(void *arg, int begin, int end, int worker)
{
    const struct fill *f = arg;
    for (int i = begin; i < end; i++)
        fill_line(f, &f->best->scratch[worker], i);
}

static void note_moved(struct fill *f, const struct grid_sight *old)
{
    int lines, along;
    if (!old->job || !grid_job_moved(f->r->grid, old->job, f->job, &lines, &along))
        return;
    f->moved[f->num_moved].sight = old;
    f->moved[f->num_moved].lines = lines;
    f->moved[f->num_moved++].along = along;
}

bool grid_best_fill(struct grid_reader *r, struct grid_sight *to, const struct grid_job *j, struct pool *pool, bool exact_only)
{
    if (!r->best && !(r->best = mem_zeroed(1, sizeof *r->best)))
        return false;
    struct fill f = {.r = r, .best = r->best, .job = j, .to = &to->planes};
    f.fold = r->fold == &grid_fold_f32 ? &grid_best_f32 : &grid_best_f64;
    r->best->num_sources = 0;
    note_moved(&f, &r->now);
    note_moved(&f, &r->ahead.sight);
    if (!exact_only)
        list_sources(&f);
    if (!planes_reserve(&to->planes, j->lines.num, j->along.num, r->fold->size) || !map_sources(&f) || !make_scratch(&f, pool_num_workers(pool)))
        return false;
    pool_run(pool, fill_lines, &f, j->lines.num, GRAIN);
    to->num_blank = to->num_exact = to->next_blank = to->next_group = 0;
    to->second_part = false;
    for (int i = 0; i < j->lines.num; i++) {
        to->num_blank += grid_line_is(to->planes.state[i], GRID_LINE_BLANK);
        to->num_exact += grid_line_is(to->planes.state[i], GRID_LINE_EXACT);
    }
    return true;
}
