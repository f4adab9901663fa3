/* What the threads of a grid reader do: read parts of the grid and fold them. Work by blocks goes strip by strip (8 lines) and tile
 * by tile through the cache of summaries; work by cells reads as many lines at once as there is room for, so that a line that two
 * footprints share isn't read twice. What can't be read at once is tried line by line, and what then fails is marked as lost.
 * Worker threads. */
#include "data/grid_reader_internal.h"
#include "base/memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool grid_worker_init(struct grid_worker *w, struct grid_reader *r)
{
    *w = (struct grid_worker){.reader = r, .fold = r->fold, .range = GRID_NO_RANGE};
    size_t columns = (size_t)GRID_FOLD_CELLS * r->fold->size;
    w->buffer = mem_resize(NULL, GRID_READ_BYTES, 1);
    char *p = w->fixed = mem_zeroed(5 * columns + grid_cache_tile_bytes(r->cache), 1);
    if (!w->buffer || !p)
        return false;
    w->columns = (struct grid_columns){.min = p, .max = p + columns, .sum = p + 2 * columns, .bad = p + 3 * columns, .cells = p + 4 * columns};
    w->tile = grid_cache_tile(r->cache, p + 5 * columns);
    return grid_count_begin(w);
}

void grid_worker_fini(struct grid_worker *w)
{
    free(w->buffer);
    free(w->fixed);
    free(w->sums);
}

/* Cut one line's sums from p on. */
static char *cut(struct grid_sums *s, char *p, size_t num, size_t size)
{
    double **doubles[] = {&s->sum, &s->finite, &s->nan, &s->cells};
    for (int i = 0; i < 4; i++, p += num * sizeof(double))
        *doubles[i] = (double *)p;
    s->min = p;
    s->max = p + num * size;
    s->lost = (uint8_t *)p + 2 * num * size;
    return p + 2 * num * size + num;
}

bool grid_worker_reserve(struct grid_worker *w, int num)
{
    if (num <= w->capacity)
        return true;
    size_t n = ((size_t)num + 15) / 8 * 8, size = w->fold->size, line = n * (4 * sizeof(double) + 2 * size + 1);
    free(w->sums);
    w->capacity = 0;
    char *p = w->sums = mem_resize(NULL, (GRID_GROUP + 1) * line + n * (3 * size + 2), 1);
    if (!p)
        return false;
    p = cut(&w->strip, p, n, size);
    for (int i = 0; i < GRID_GROUP; i++)
        p = cut(&w->group[i], p, n, size);
    w->min = p;
    w->max = p + n * size;
    w->mean = p + 2 * n * size;
    w->share = (uint8_t *)p + 3 * n * size;
    w->lost = w->share + n;
    w->capacity = (int)n;
    return true;
}

static void count(struct grid_worker *w, const struct grid_part *p, int64_t bytes)
{
    atomic_fetch_add_explicit(&w->reader->bytes_read, bytes, memory_order_relaxed);
    if (p->ahead)
        atomic_fetch_add_explicit(&w->reader->ahead.read, bytes, memory_order_relaxed);
}

static enum hs_status read_cells(struct grid_worker *w, const struct grid_part *p, int64_t line, int64_t at, int64_t lines, int64_t num, void *to)
{
    struct grid *g = w->reader->grid;
    size_t bytes = (size_t)(lines * num) * dtype_size(g->dtype);
    if (grid_is_hole(g, line, at, lines, num)) {
        memset(to, 0, bytes);
        return HS_OK;
    }
    count(w, p, (int64_t)bytes);
    return grid_read(g, line, at, lines, num, to);
}

/* Footprints that touch cells [at, at + num). */
static void mark_lost(const struct grid_spans *spans, struct grid_sums *sums, int64_t at, int64_t num)
{
    for (int j = 0; sums && j < spans->num; j++)
        sums->lost[j] |= spans->begin[j] < at + num && spans->end[j] > at;
}

/* --- by blocks --- */

static void use_tile(struct grid_worker *w, const struct grid_part *p, int64_t at, int num, int lines, struct grid_sums *sums)
{
    w->tile.num_cells = num;
    w->tile.num_lines = lines;
    if (sums)
        w->fold->tile(&w->tile, at, &p->along, sums);
}

/* What of a tile can be read, line by line; it isn't kept. */
static void rescue_tile(struct grid_worker *w, const struct grid_part *p, int64_t line, int lines, int64_t at, int num, struct grid_sums *sums)
{
    w->columns.num_lines = 0;
    unsigned fresh = grid_count_claim(w, line / GRID_BLOCK, at / GRID_TILE, (1u << lines) - 1, num);
    for (int i = 0; i < lines; i++)
        if (read_cells(w, p, line + i, at, 1, num, w->buffer) == HS_OK) {
            w->fold->line(&w->columns, w->reader->grid->dtype, w->buffer, num, &w->range);
            if (fresh >> i & 1)
                grid_histogram_count(w->histogram, w->buffer, num);
        }
    mark_lost(&p->along, sums, at, num);
    if (!w->columns.num_lines)
        return;
    w->fold->pack(&w->columns, 0, num, &w->tile);
    use_tile(w, p, at, num, w->columns.num_lines, sums);
}

/* Cells in memory, of a strip: `num` from `at` on, which is where a tile begins. */
struct strip_cells {
    int64_t strip, at, num;
    int lines;
    bool hole; /* zeros, and nothing in memory */
};

/* Counts cells [from, from + num) of a line that was just folded, of those tiles whose claim has the line's bit. */
static void count_line(struct grid_worker *w, const void *cells, int num, int line, const unsigned *fresh, bool all)
{
    size_t size = dtype_size(w->reader->grid->dtype);
    for (int first = 0, n; first < num; first += n) {
        n = all || num - first < GRID_TILE ? num - first : GRID_TILE;
        if (fresh[first / GRID_TILE] >> line & 1)
            grid_histogram_count(w->histogram, (const char *)cells + (size_t)first * size, n);
    }
}

/* Cells [from, from + num) of them, which are at most GRID_FOLD_CELLS, into tiles. */
static void fold_tiles(struct grid_worker *w, const struct grid_part *p, const struct strip_cells *c, int64_t from, int num, struct grid_sums *sums)
{
    struct grid_reader *r = w->reader;
    size_t size = dtype_size(r->grid->dtype);
    unsigned fresh[GRID_FOLD_CELLS / GRID_TILE], lines = (1u << c->lines) - 1;
    bool all = true;
    for (int k = 0; k * GRID_TILE < num; k++) {
        int n = num - k * GRID_TILE < GRID_TILE ? num - k * GRID_TILE : GRID_TILE;
        fresh[k] = grid_count_claim(w, c->strip, from / GRID_TILE + k, lines, n);
        all = all && fresh[k] == lines;
        if (c->hole)
            grid_histogram_count_zeros(w->histogram, (uint64_t)__builtin_popcount(fresh[k]) * (uint64_t)n);
    }
    w->columns.num_lines = 0;
    const char *cells = w->buffer + (size_t)(from - c->at) * size;
    size_t line_bytes = (size_t)c->num * size;
    for (int i = 0; i < c->lines && !c->hole; i++)
        w->fold->line(&w->columns, r->grid->dtype, cells + (size_t)i * line_bytes, num, &w->range);
    for (int i = 0; i < c->lines && !c->hole; i++) /* apart: either has much to keep in the nearest cache */
        count_line(w, cells + (size_t)i * line_bytes, num, i, fresh, all);
    for (int first = 0; first < num; first += GRID_TILE) {
        int n = num - first < GRID_TILE ? num - first : GRID_TILE;
        if (c->hole)
            memset(w->tile.min, 0, grid_cache_tile_bytes(r->cache));
        else
            w->fold->pack(&w->columns, first, n, &w->tile);
        use_tile(w, p, from + first, n, c->lines, sums);
        grid_cache_put(r->cache, c->strip * r->tiles_across + (from + first) / GRID_TILE, &w->tile, c->hole, p->job->serial, sums != NULL);
    }
}

/* Tiles [tile, end) of a strip, none of which is kept yet. */
static void read_tiles(struct grid_worker *w, const struct grid_part *p, int64_t strip, int64_t tile, int64_t end, struct grid_sums *sums)
{
    struct grid_reader *r = w->reader;
    int64_t line = strip * GRID_BLOCK, along = grid_along(r->grid), left = grid_lines(r->grid) - line;
    struct strip_cells c = {.strip = strip, .at = tile * GRID_TILE, .lines = (int)(left < GRID_BLOCK ? left : GRID_BLOCK)};
    c.num = (end * GRID_TILE < along ? end * GRID_TILE : along) - c.at;
    c.hole = grid_is_hole(r->grid, line, c.at, c.lines, c.num);
    bool failed = false;
    if (!c.hole) {
        count(w, p, c.lines * c.num * (int64_t)dtype_size(r->grid->dtype));
        failed = grid_read(r->grid, line, c.at, c.lines, c.num, w->buffer) != HS_OK;
    } else
        grid_range_widen(&w->range, &(struct grid_range){0, 0, INFINITY});
    int64_t step = failed ? GRID_TILE : GRID_FOLD_CELLS;
    for (int64_t from = c.at; from < c.at + c.num; from += step) {
        int num = (int)(c.at + c.num - from < step ? c.at + c.num - from : step);
        if (failed)
            rescue_tile(w, p, line, c.lines, from, num, sums);
        else
            fold_tiles(w, p, &c, from, num, sums);
    }
}

bool grid_work_strip(struct grid_worker *w, const struct grid_part *p, int64_t strip, struct grid_sums *sums, bool whole)
{
    struct grid_reader *r = w->reader;
    int64_t line = strip * GRID_BLOCK, along = grid_along(r->grid), size = (int64_t)dtype_size(r->grid->dtype);
    int lines = (int)(grid_lines(r->grid) - line < GRID_BLOCK ? grid_lines(r->grid) - line : GRID_BLOCK);
    int64_t first = whole ? 0 : p->first_along / GRID_TILE, end = whole ? r->tiles_across : (p->end_along + GRID_TILE - 1) / GRID_TILE;
    int64_t most = GRID_READ_BYTES / (size * GRID_BLOCK * GRID_TILE), missing = first;
    for (int64_t t = first; t < end; t++) {
        if (t % 8 == 0 && grid_job_is_over(w, p->job))
            return false;
        int64_t from = t * GRID_TILE;
        if (!grid_cache_get(r->cache, strip * r->tiles_across + t, &w->tile, p->job->serial)) {
            if (t + 1 - missing == most) {
                read_tiles(w, p, strip, missing, t + 1, sums);
                missing = t + 1;
            }
            continue;
        }
        use_tile(w, p, from, (int)(along - from < GRID_TILE ? along - from : GRID_TILE), lines, sums);
        if (missing < t)
            read_tiles(w, p, strip, missing, t, sums);
        missing = t + 1;
    }
    if (missing < end)
        read_tiles(w, p, strip, missing, end, sums);
    return true;
}

static void span_of(const struct grid_spans *s, int first, int num, int64_t *begin, int64_t *end)
{
    *begin = s->begin[first];
    *end = s->end[first];
    for (int i = first; i < first + num; i++) {
        *begin = s->begin[i] < *begin ? s->begin[i] : *begin;
        *end = s->end[i] > *end ? s->end[i] : *end;
    }
}

static bool lines_by_blocks(struct grid_worker *w, const struct grid_part *p)
{
    const struct grid_spans *lines = &p->job->lines;
    int64_t begin, end;
    span_of(lines, p->first, p->num, &begin, &end);
    for (int64_t strip = begin / GRID_BLOCK; strip * GRID_BLOCK < end; strip++) {
        w->fold->clear(&w->strip, p->along.num);
        if (!grid_work_strip(w, p, strip, &w->strip, false))
            return false;
        for (int i = 0; i < p->num; i++)
            if (lines->begin[p->first + i] < (strip + 1) * GRID_BLOCK && lines->end[p->first + i] > strip * GRID_BLOCK)
                w->fold->add(&w->group[i], &w->strip, p->along.num);
    }
    return true;
}

/* --- by cells --- */

/* Lines in memory: [line, line + num) of cells [at, at + cells). */
struct window {
    int64_t line, num, at, cells;
    uint8_t lost[1024];
};

static void read_window(struct grid_worker *w, const struct grid_part *p, struct window *k)
{
    size_t line_bytes = (size_t)k->cells * dtype_size(w->reader->grid->dtype);
    memset(k->lost, 0, sizeof k->lost);
    if (read_cells(w, p, k->line, k->at, k->num, k->cells, w->buffer) == HS_OK)
        return;
    for (int64_t i = 0; i < k->num; i++)
        k->lost[i] = read_cells(w, p, k->line + i, k->at, 1, k->cells, w->buffer + (size_t)i * line_bytes) != HS_OK;
}

/* num cells of a line, just folded, or lost: those tiles are counted that lie in them, if nobody has. */
static void count_cells(struct grid_worker *w, int64_t line, int64_t at, int num, const char *cells, bool lost)
{
    struct grid_reader *r = w->reader;
    int64_t along = grid_along(r->grid);
    size_t size = dtype_size(r->grid->dtype);
    for (int64_t from = (at + GRID_TILE - 1) / GRID_TILE * GRID_TILE; from < at + num; from += GRID_TILE) {
        int n = (int)(along - from < GRID_TILE ? along - from : GRID_TILE);
        if (from + n > at + num)
            return;
        if (grid_count_claim(w, line / GRID_BLOCK, from / GRID_TILE, 1u << line % GRID_BLOCK, n) && !lost)
            grid_histogram_count(w->histogram, cells + (size_t)(from - at) * size, n);
    }
}

/* Lines [begin, end), which are in the window, into the sums. count: into the histogram, too. */
static void fold_window(struct grid_worker *w, const struct grid_part *p, const struct window *k, int64_t begin, int64_t end,
                        struct grid_sums *sums, bool count_them)
{
    enum dtype t = w->reader->grid->dtype;
    int64_t size = (int64_t)dtype_size(t);
    for (; begin < end; begin += GRID_FOLD_LINES) {
        int64_t last = begin + GRID_FOLD_LINES < end ? begin + GRID_FOLD_LINES : end;
        for (int64_t c = 0; c < k->cells; c += GRID_FOLD_CELLS) {
            int num = (int)(k->cells - c < GRID_FOLD_CELLS ? k->cells - c : GRID_FOLD_CELLS);
            w->columns.num_lines = 0;
            for (int64_t i = begin - k->line; i < last - k->line; i++) {
                const char *cells = w->buffer + (i * k->cells + c) * size;
                if (k->lost[i])
                    mark_lost(&p->along, sums, k->at + c, num);
                else
                    w->fold->line(&w->columns, t, cells, num, &w->range);
                if (count_them)
                    count_cells(w, k->line + i, k->at + c, num, cells, k->lost[i]);
            }
            if (w->columns.num_lines)
                w->fold->columns(&w->columns, k->at + c, num, &p->along, sums);
        }
    }
}

static bool piece_by_cells(struct grid_worker *w, const struct grid_part *p, int64_t at, int64_t cells)
{
    const struct grid_spans *lines = &p->job->lines;
    int64_t begin, end, size = (int64_t)dtype_size(w->reader->grid->dtype);
    span_of(lines, p->first, p->num, &begin, &end);
    struct window k = {.line = begin, .num = 0, .at = at, .cells = cells};
    int64_t most = GRID_WINDOW_BYTES / (cells * size);
    most = most > (int64_t)sizeof k.lost ? (int64_t)sizeof k.lost : most < 1 ? 1 : most;
    bool up = p->num > 1 && lines->begin[p->first] > lines->begin[p->first + p->num - 1]; /* read forwards, whichever way it is shown */
    for (int n = 0; n < p->num; n++) {
        int i = up ? p->num - 1 - n : n;
        for (int64_t line = lines->begin[p->first + i]; line < lines->end[p->first + i];) {
            if (grid_job_is_over(w, p->job))
                return false;
            if (line < k.line || line >= k.line + k.num) {
                k.line = line;
                k.num = end - line < most ? end - line : most;
                read_window(w, p, &k);
            }
            int64_t last = lines->end[p->first + i] < k.line + k.num ? lines->end[p->first + i] : k.line + k.num;
            fold_window(w, p, &k, line, last, &w->group[i], true);
            line = last;
        }
    }
    return true;
}

static bool lines_by_cells(struct grid_worker *w, const struct grid_part *p)
{
    int64_t most = GRID_READ_BYTES / 8 / (int64_t)dtype_size(w->reader->grid->dtype);
    for (int64_t at = p->first_along; at < p->end_along; at += most)
        if (!piece_by_cells(w, p, at, p->end_along - at < most ? p->end_along - at : most))
            return false;
    return true;
}

bool grid_work_lines(struct grid_worker *w, const struct grid_part *p)
{
    for (int i = 0; i < p->num; i++)
        w->fold->clear(&w->group[i], p->along.num);
    return p->job->by_blocks ? lines_by_blocks(w, p) : lines_by_cells(w, p);
}

/* --- roughly --- */

enum { SAMPLE_MOST = 4096, SAMPLE_CELLS = 512 }; /* of a footprint longer than SAMPLE_MOST, SAMPLE_CELLS are read */

static bool sample_part(struct grid_worker *w, const struct grid_part *p, int64_t line, int64_t at, int64_t cells)
{
    struct window k = {.line = line, .num = 1, .at = at, .cells = cells};
    read_window(w, p, &k);
    fold_window(w, p, &k, line, line + 1, &w->group[0], false);
    enum dtype t = w->reader->grid->dtype;
    int wanted = GRID_LINE_SAMPLES - w->num_samples;
    for (int i = 0; i < wanted && i < cells && !k.lost[0]; i++) { /* evenly, but not in step with anything from line to line */
        int64_t c = ((int64_t)i * cells + line % 97 * cells / 97) / wanted % cells;
        double x = dtype_read(t, w->buffer + c * (int64_t)dtype_size(t));
        if (isfinite(x))
            w->samples[w->num_samples++] = x;
    }
    return !grid_job_is_over(w, p->job);
}

bool grid_work_sample(struct grid_worker *w, const struct grid_part *p)
{
    int i = p->first;
    int64_t line = p->job->lines.begin[i] + (p->job->lines.end[i] - p->job->lines.begin[i]) / 2;
    int64_t most = GRID_READ_BYTES / (int64_t)dtype_size(w->reader->grid->dtype);
    w->fold->clear(&w->group[0], p->along.num);
    if ((p->end_along - p->first_along) / p->along.num <= SAMPLE_MOST) {
        for (int64_t at = p->first_along; at < p->end_along; at += most)
            if (!sample_part(w, p, line, at, p->end_along - at < most ? p->end_along - at : most))
                return false;
        return true;
    }
    for (int f = 0; f < p->along.num; f++) {
        int64_t begin = p->along.begin[f], cells = p->along.end[f] - begin, num = cells < SAMPLE_CELLS ? cells : SAMPLE_CELLS;
        if (num > 0 && !sample_part(w, p, line, begin + (cells - num) / 2, num))
            return false;
    }
    return true;
}
