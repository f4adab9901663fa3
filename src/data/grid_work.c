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
    size_t columns = (size_t)GRID_TILE * r->fold->size;
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

static enum hs_status read_cells(struct grid_worker *w, int64_t line, int64_t at, int64_t lines, int64_t num, void *to)
{
    struct grid *g = w->reader->grid;
    size_t bytes = (size_t)(lines * num) * dtype_size(g->dtype);
    if (grid_is_hole(g, line, at, lines, num)) {
        memset(to, 0, bytes);
        return HS_OK;
    }
    atomic_fetch_add_explicit(&w->reader->bytes_read, (int64_t)bytes, memory_order_relaxed);
    return grid_read(g, line, at, lines, num, to);
}

/* Footprints that touch cells [at, at + num). */
static void mark_lost(const struct grid_spans *spans, struct grid_sums *sums, int64_t at, int64_t num)
{
    for (int j = 0; sums && j < spans->num; j++)
        sums->lost[j] |= spans->begin[j] < at + num && spans->end[j] > at;
}

/* --- by blocks --- */

/* The lines of a tile that lie in memory, line_bytes apart; those in `fresh` are counted. */
static void fold_tile(struct grid_worker *w, const char *cells, int num, int lines, int64_t line_bytes, unsigned fresh)
{
    w->columns.num_lines = 0;
    for (int i = 0; i < lines; i++)
        w->fold->line(&w->columns, w->reader->grid->dtype, cells + i * line_bytes, num, &w->range);
    for (int i = 0; i < lines; i++) /* apart: either has much to keep in the nearest cache */
        if (fresh >> i & 1)
            grid_histogram_count(w->histogram, cells + i * line_bytes, num);
    w->fold->pack(&w->columns, num, &w->tile);
}

static void use_tile(struct grid_worker *w, const struct grid_job *j, int64_t at, int num, int lines, struct grid_sums *sums)
{
    w->tile.num_cells = num;
    w->tile.num_lines = lines;
    if (sums)
        w->fold->tile(&w->tile, at, &j->along, sums);
}

/* What of a tile can be read, line by line; it isn't kept. */
static void rescue_tile(struct grid_worker *w, const struct grid_job *j, int64_t line, int lines, int64_t at, int num, struct grid_sums *sums)
{
    w->columns.num_lines = 0;
    unsigned fresh = grid_count_claim(w, line / GRID_BLOCK, at / GRID_TILE, (1u << lines) - 1, num);
    for (int i = 0; i < lines; i++)
        if (read_cells(w, line + i, at, 1, num, w->buffer) == HS_OK) {
            w->fold->line(&w->columns, w->reader->grid->dtype, w->buffer, num, &w->range);
            if (fresh >> i & 1)
                grid_histogram_count(w->histogram, w->buffer, num);
        }
    mark_lost(&j->along, sums, at, num);
    if (!w->columns.num_lines)
        return;
    w->fold->pack(&w->columns, num, &w->tile);
    use_tile(w, j, at, num, w->columns.num_lines, sums);
}

/* Tiles [tile, end) of a strip, none of which is kept yet. */
static void read_tiles(struct grid_worker *w, const struct grid_job *j, int64_t strip, int64_t tile, int64_t end, struct grid_sums *sums)
{
    struct grid_reader *r = w->reader;
    int64_t size = (int64_t)dtype_size(r->grid->dtype), line = strip * GRID_BLOCK, along = grid_along(r->grid);
    int lines = (int)(grid_lines(r->grid) - line < GRID_BLOCK ? grid_lines(r->grid) - line : GRID_BLOCK);
    int64_t at = tile * GRID_TILE, num = (end * GRID_TILE < along ? end * GRID_TILE : along) - at;
    bool hole = grid_is_hole(r->grid, line, at, lines, num), evict = sums != NULL;
    bool failed = false;
    if (!hole) {
        atomic_fetch_add_explicit(&r->bytes_read, lines * num * size, memory_order_relaxed);
        failed = grid_read(r->grid, line, at, lines, num, w->buffer) != HS_OK;
    } else
        grid_range_widen(&w->range, &(struct grid_range){0, 0, INFINITY});
    for (int64_t t = tile; t < end; t++) {
        int64_t from = t * GRID_TILE;
        int cells = (int)(along - from < GRID_TILE ? along - from : GRID_TILE);
        if (failed) {
            rescue_tile(w, j, line, lines, from, cells, sums);
            continue;
        }
        unsigned fresh = grid_count_claim(w, strip, t, (1u << lines) - 1, cells);
        if (hole) {
            memset(w->tile.min, 0, grid_cache_tile_bytes(r->cache));
            grid_histogram_count_zeros(w->histogram, (uint64_t)__builtin_popcount(fresh) * (uint64_t)cells);
        } else
            fold_tile(w, w->buffer + (from - at) * size, cells, lines, num * size, fresh);
        grid_cache_put(r->cache, strip * r->tiles_across + t, &w->tile, hole, j->serial, evict);
        use_tile(w, j, from, cells, lines, sums);
    }
}

bool grid_work_strip(struct grid_worker *w, const struct grid_job *j, int64_t strip, struct grid_sums *sums, bool whole)
{
    struct grid_reader *r = w->reader;
    int64_t line = strip * GRID_BLOCK, along = grid_along(r->grid), size = (int64_t)dtype_size(r->grid->dtype);
    int lines = (int)(grid_lines(r->grid) - line < GRID_BLOCK ? grid_lines(r->grid) - line : GRID_BLOCK);
    int64_t first = whole ? 0 : j->first_along / GRID_TILE, end = whole ? r->tiles_across : (j->end_along + GRID_TILE - 1) / GRID_TILE;
    int64_t most = GRID_READ_BYTES / (size * GRID_BLOCK * GRID_TILE), missing = first;
    for (int64_t t = first; t < end; t++) {
        if (grid_job_is_over(w, j))
            return false;
        int64_t from = t * GRID_TILE;
        if (!grid_cache_get(r->cache, strip * r->tiles_across + t, &w->tile, j->serial)) {
            if (t + 1 - missing == most) {
                read_tiles(w, j, strip, missing, t + 1, sums);
                missing = t + 1;
            }
            continue;
        }
        use_tile(w, j, from, (int)(along - from < GRID_TILE ? along - from : GRID_TILE), lines, sums);
        if (missing < t)
            read_tiles(w, j, strip, missing, t, sums);
        missing = t + 1;
    }
    if (missing < end)
        read_tiles(w, j, strip, missing, end, sums);
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

static bool lines_by_blocks(struct grid_worker *w, const struct grid_job *j, int first, int num)
{
    int64_t begin, end;
    span_of(&j->lines, first, num, &begin, &end);
    for (int64_t strip = begin / GRID_BLOCK; strip * GRID_BLOCK < end; strip++) {
        w->fold->clear(&w->strip, j->along.num);
        if (!grid_work_strip(w, j, strip, &w->strip, false))
            return false;
        for (int i = 0; i < num; i++)
            if (j->lines.begin[first + i] < (strip + 1) * GRID_BLOCK && j->lines.end[first + i] > strip * GRID_BLOCK)
                w->fold->add(&w->group[i], &w->strip, j->along.num);
    }
    return true;
}

/* --- by cells --- */

/* Lines in memory: [line, line + num) of cells [at, at + cells). */
struct window {
    int64_t line, num, at, cells;
    uint8_t lost[1024];
};

static void read_window(struct grid_worker *w, struct window *k)
{
    size_t line_bytes = (size_t)k->cells * dtype_size(w->reader->grid->dtype);
    memset(k->lost, 0, sizeof k->lost);
    if (read_cells(w, k->line, k->at, k->num, k->cells, w->buffer) == HS_OK)
        return;
    for (int64_t i = 0; i < k->num; i++)
        k->lost[i] = read_cells(w, k->line + i, k->at, 1, k->cells, w->buffer + (size_t)i * line_bytes) != HS_OK;
}

/* num cells of a line, just folded, or lost: counted if they are all of their tile's, and nobody has. */
static void count_cells(struct grid_worker *w, int64_t line, int64_t at, int num, const void *cells, bool lost)
{
    int64_t rest = grid_along(w->reader->grid) - at;
    if (at % GRID_TILE || num < (rest < GRID_TILE ? rest : GRID_TILE))
        return;
    if (grid_count_claim(w, line / GRID_BLOCK, at / GRID_TILE, 1u << line % GRID_BLOCK, num) && !lost)
        grid_histogram_count(w->histogram, cells, num);
}

/* Lines [begin, end), which are in the window, into the sums. count: into the histogram, too. */
static void fold_window(struct grid_worker *w, const struct grid_job *j, const struct window *k, int64_t begin, int64_t end,
                        struct grid_sums *sums, bool count)
{
    enum dtype t = w->reader->grid->dtype;
    int64_t size = (int64_t)dtype_size(t);
    for (; begin < end; begin += GRID_FOLD_LINES) {
        int64_t last = begin + GRID_FOLD_LINES < end ? begin + GRID_FOLD_LINES : end;
        for (int64_t c = 0; c < k->cells; c += GRID_TILE) {
            int num = (int)(k->cells - c < GRID_TILE ? k->cells - c : GRID_TILE);
            w->columns.num_lines = 0;
            for (int64_t i = begin - k->line; i < last - k->line; i++) {
                const char *cells = w->buffer + (i * k->cells + c) * size;
                if (k->lost[i])
                    mark_lost(&j->along, sums, k->at + c, num);
                else
                    w->fold->line(&w->columns, t, cells, num, &w->range);
                if (count)
                    count_cells(w, k->line + i, k->at + c, num, cells, k->lost[i]);
            }
            if (w->columns.num_lines)
                w->fold->columns(&w->columns, k->at + c, num, &j->along, sums);
        }
    }
}

static bool piece_by_cells(struct grid_worker *w, const struct grid_job *j, int first, int num, int64_t at, int64_t cells)
{
    int64_t begin, end, size = (int64_t)dtype_size(w->reader->grid->dtype);
    span_of(&j->lines, first, num, &begin, &end);
    struct window k = {.line = begin, .num = 0, .at = at, .cells = cells};
    int64_t most = GRID_READ_BYTES / (cells * size);
    most = most > (int64_t)sizeof k.lost ? (int64_t)sizeof k.lost : most;
    bool up = num > 1 && j->lines.begin[first] > j->lines.begin[first + num - 1]; /* read forwards, whichever way it is shown */
    for (int n = 0; n < num; n++) {
        int i = up ? num - 1 - n : n;
        for (int64_t line = j->lines.begin[first + i]; line < j->lines.end[first + i];) {
            if (grid_job_is_over(w, j))
                return false;
            if (line < k.line || line >= k.line + k.num) {
                k.line = line;
                k.num = end - line < most ? end - line : most;
                read_window(w, &k);
            }
            int64_t last = j->lines.end[first + i] < k.line + k.num ? j->lines.end[first + i] : k.line + k.num;
            fold_window(w, j, &k, line, last, &w->group[i], true);
            line = last;
        }
    }
    return true;
}

static bool lines_by_cells(struct grid_worker *w, const struct grid_job *j, int first, int num)
{
    int64_t most = GRID_READ_BYTES / 8 / (int64_t)dtype_size(w->reader->grid->dtype);
    for (int64_t at = j->first_along; at < j->end_along; at += most)
        if (!piece_by_cells(w, j, first, num, at, j->end_along - at < most ? j->end_along - at : most))
            return false;
    return true;
}

bool grid_work_lines(struct grid_worker *w, const struct grid_job *j, int first, int num)
{
    for (int i = 0; i < num; i++)
        w->fold->clear(&w->group[i], j->along.num);
    return j->by_blocks ? lines_by_blocks(w, j, first, num) : lines_by_cells(w, j, first, num);
}

/* --- roughly --- */

enum { SAMPLE_MOST = 4096, SAMPLE_CELLS = 512 }; /* of a footprint longer than SAMPLE_MOST, SAMPLE_CELLS are read */

static bool sample_part(struct grid_worker *w, const struct grid_job *j, int64_t line, int64_t at, int64_t cells)
{
    struct window k = {.line = line, .num = 1, .at = at, .cells = cells};
    read_window(w, &k);
    fold_window(w, j, &k, line, line + 1, &w->group[0], false);
    enum dtype t = w->reader->grid->dtype;
    int wanted = GRID_LINE_SAMPLES - w->num_samples;
    for (int i = 0; i < wanted && i < cells && !k.lost[0]; i++) { /* evenly, but not in step with anything from line to line */
        int64_t c = ((int64_t)i * cells + line % 97 * cells / 97) / wanted % cells;
        double x = dtype_read(t, w->buffer + c * (int64_t)dtype_size(t));
        if (isfinite(x))
            w->samples[w->num_samples++] = x;
    }
    return !grid_job_is_over(w, j);
}

bool grid_work_sample(struct grid_worker *w, const struct grid_job *j, int i)
{
    int64_t line = j->lines.begin[i] + (j->lines.end[i] - j->lines.begin[i]) / 2;
    int64_t most = GRID_READ_BYTES / (int64_t)dtype_size(w->reader->grid->dtype);
    w->fold->clear(&w->group[0], j->along.num);
    if ((j->end_along - j->first_along) / j->along.num <= SAMPLE_MOST) {
        for (int64_t at = j->first_along; at < j->end_along; at += most)
            if (!sample_part(w, j, line, at, j->end_along - at < most ? j->end_along - at : most))
                return false;
        return true;
    }
    for (int f = 0; f < j->along.num; f++) {
        int64_t begin = j->along.begin[f], cells = j->along.end[f] - begin, num = cells < SAMPLE_CELLS ? cells : SAMPLE_CELLS;
        if (num > 0 && !sample_part(w, j, line, begin + (cells - num) / 2, num))
            return false;
    }
    return true;
}
