/* Tiles painted into planes. A plane is mapped larger than the grid when it may grow, since untouched pages cost nothing: growing
 * within it moves no cell. A byte per cell says what has been sent, whatever the dtype. Threads: any, under the canvas's lock. */
#include "data/tilegrid.h"

#include "base/memory.h"
#include "data/convert.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void *map(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static size_t cap_cells(const struct tilegrid *g)
{
    return (size_t)g->cap_rows * (size_t)g->cap_cols;
}

static void plane_fini(const struct tilegrid *g, struct tilegrid_plane *p)
{
    if (p->cells)
        munmap(p->cells, cap_cells(g) * dtype_size(g->dtype));
    if (p->mask)
        munmap(p->mask, cap_cells(g));
    *p = (struct tilegrid_plane){0};
}

static bool plane_init(const struct tilegrid *g, struct tilegrid_plane *p)
{
    p->cells = map(cap_cells(g) * dtype_size(g->dtype));
    p->mask = map(cap_cells(g));
    p->num_covered = 0;
    if (p->cells && p->mask)
        return true;
    plane_fini(g, p);
    return false;
}

static void drop_planes(struct tilegrid *g)
{
    for (int64_t i = 0; i < g->num_planes; i++)
        plane_fini(g, &g->planes[i]);
    g->num_planes = 0;
    g->num_changed = 0;
}

void tilegrid_fini(struct tilegrid *g)
{
    drop_planes(g);
    free(g->planes);
    *g = (struct tilegrid){0};
}

size_t tilegrid_bytes(const struct tilegrid *g)
{
    return (size_t)(g->rows * g->cols * g->num_planes) * (dtype_size(g->dtype) + 1);
}

/* Is a grid like this within the limits? */
static bool allowed(const struct tilegrid *g, enum dtype dtype, int64_t rows, int64_t cols, int64_t planes)
{
    int64_t cells;
    return mem_mul_i64(rows, cols, &cells) && cells <= TILEGRID_MAX_CELLS && mem_mul_i64(cells, planes, &cells) &&
           cells <= (int64_t)(g->max_bytes / (dtype_size(dtype) + 1));
}

static int64_t count(const uint8_t *mask, int64_t num)
{
    int64_t sum = 0;
    for (int64_t i = 0; i < num; i++)
        sum += mask[i];
    return sum;
}

static void move_plane(const struct tilegrid *from, const struct tilegrid_plane *old, const struct tilegrid *to,
                       struct tilegrid_plane *p)
{
    size_t size = dtype_size(to->dtype);
    int64_t rows = from->rows < to->rows ? from->rows : to->rows, cols = from->cols < to->cols ? from->cols : to->cols;
    for (int64_t r = 0; r < rows; r++) {
        memcpy(p->cells + (size_t)(r * to->cap_cols) * size, old->cells + (size_t)(r * from->cap_cols) * size, (size_t)cols * size);
        memcpy(p->mask + r * to->cap_cols, old->mask + r * from->cap_cols, (size_t)cols);
        p->num_covered += count(old->mask + r * from->cap_cols, cols);
    }
}

/* Another shape in room of cap_rows x cap_cols. False: no memory, and as it was. */
static bool reshape(struct tilegrid *g, int64_t rows, int64_t cols, int64_t cap_rows, int64_t cap_cols)
{
    struct tilegrid old = *g;
    struct tilegrid_plane *planes = mem_zeroed((size_t)(old.num_planes ? old.num_planes : 1), sizeof *planes);
    if (!planes)
        return false;
    g->rows = rows;
    g->cols = cols;
    g->cap_rows = cap_rows;
    g->cap_cols = cap_cols;
    for (int64_t i = 0; i < old.num_planes; i++) {
        if (!plane_init(g, &planes[i])) {
            while (i-- > 0)
                plane_fini(g, &planes[i]);
            free(planes);
            *g = old;
            return false;
        }
        move_plane(&old, &old.planes[i], g, &planes[i]);
    }
    for (int64_t i = 0; i < old.num_planes; i++)
        plane_fini(&old, &old.planes[i]);
    free(old.planes);
    g->planes = planes;
    return true;
}

enum hs_status tilegrid_set_shape(struct tilegrid *g, int64_t rows, int64_t cols)
{
    if (!rows || !cols) {
        g->fixed = false;
        return HS_OK;
    }
    if (!allowed(g, g->dtype, rows, cols, g->num_planes ? g->num_planes : 1))
        return HS_ERR_LIMIT;
    if ((rows != g->rows || cols != g->cols) && !reshape(g, rows, cols, rows, cols))
        return HS_ERR_MEMORY;
    g->fixed = true;
    return HS_OK;
}

/* Half as much again as needed along an axis that grows, unless that is too much. */
static enum hs_status grow(struct tilegrid *g, int64_t rows, int64_t cols)
{
    rows = rows > g->rows ? rows : g->rows;
    cols = cols > g->cols ? cols : g->cols;
    int64_t planes = g->num_planes ? g->num_planes : 1;
    if (!allowed(g, g->dtype, rows, cols, planes))
        return HS_ERR_LIMIT;
    if (rows <= g->cap_rows && cols <= g->cap_cols) {
        g->rows = rows;
        g->cols = cols;
        return HS_OK;
    }
    int64_t cap_rows = rows > g->cap_rows ? rows + rows / 2 : g->cap_rows, cap_cols = cols > g->cap_cols ? cols + cols / 2 : g->cap_cols;
    if (!g->num_planes || !allowed(g, g->dtype, cap_rows, cap_cols, planes)) {
        cap_rows = rows;
        cap_cols = cols;
    }
    return reshape(g, rows, cols, cap_rows, cap_cols) ? HS_OK : HS_ERR_MEMORY;
}

static enum hs_status add_planes(struct tilegrid *g, int64_t num)
{
    if (num > TILEGRID_MAX_CHANNELS || !allowed(g, g->dtype, g->rows, g->cols, num))
        return HS_ERR_LIMIT;
    struct tilegrid_plane *planes = mem_resize(g->planes, (size_t)num, sizeof *planes);
    if (!planes)
        return HS_ERR_MEMORY;
    g->planes = planes;
    for (; g->num_planes < num; g->num_planes++)
        if (!plane_init(g, &planes[g->num_planes]))
            return HS_ERR_MEMORY;
    return HS_OK;
}

enum hs_status tilegrid_fit(struct tilegrid *g, enum dtype dtype, const struct frame_rect *where)
{
    if (where->channel < 0 || where->channel >= TILEGRID_MAX_CHANNELS)
        return HS_ERR_LIMIT;
    if (dtype != g->dtype && g->num_planes) {
        drop_planes(g);
        if (!g->fixed)
            g->rows = g->cols = g->cap_rows = g->cap_cols = 0;
    }
    g->dtype = dtype;
    int64_t rows, cols;
    if (__builtin_add_overflow(where->row, where->rows, &rows) || __builtin_add_overflow(where->col, where->cols, &cols))
        return g->fixed ? HS_OK : HS_ERR_LIMIT;
    if (rows <= 0 || cols <= 0) /* all of it lies before the first cell */
        return HS_OK;
    enum hs_status status = g->fixed || (rows <= g->rows && cols <= g->cols) ? HS_OK : grow(g, rows, cols);
    if (status == HS_OK && where->channel >= g->num_planes)
        status = add_planes(g, where->channel + 1);
    return status;
}

static bool contains(const struct frame_rect *a, const struct frame_rect *b)
{
    return a->channel == b->channel && a->row <= b->row && a->col <= b->col && a->row + a->rows >= b->row + b->rows &&
           a->col + a->cols >= b->col + b->cols;
}

static void add_changed(struct tilegrid *g, const struct frame_rect *part)
{
    for (int i = 0; i < g->num_changed; i++)
        if (contains(&g->changed[i], part))
            return;
    if (g->num_changed < TILEGRID_MAX_CHANGED) {
        g->changed[g->num_changed++] = *part;
        return;
    }
    g->num_changed = 0; /* very many small ones: whole planes */
    for (int64_t i = 0; i < g->num_planes; i++)
        g->changed[g->num_changed++] = (struct frame_rect){0, 0, g->rows, g->cols, i};
}

/* Rows [first, first + num) of an axis of `size` cells that a tile at `at` covers. */
static int64_t clip(int64_t at, int64_t num, int64_t size, int64_t *first)
{
    int64_t begin = at < 0 ? 0 : at, end;
    if (__builtin_add_overflow(at, num, &end) || end > size)
        end = size;
    *first = begin;
    return end - begin;
}

bool tilegrid_is_outside(const struct tilegrid *g, const struct frame_rect *where)
{
    int64_t first;
    return clip(where->row, where->rows, g->rows, &first) <= 0 || clip(where->col, where->cols, g->cols, &first) <= 0;
}

void tilegrid_paint(struct tilegrid *g, const struct array *cells, const struct frame_rect *where)
{
    struct frame_rect part = {.channel = where->channel};
    part.rows = clip(where->row, where->rows, g->rows, &part.row);
    part.cols = clip(where->col, where->cols, g->cols, &part.col);
    if (part.rows <= 0 || part.cols <= 0 || part.channel >= g->num_planes)
        return;
    struct tilegrid_plane *p = &g->planes[part.channel];
    size_t size = dtype_size(g->dtype);
    bool covered = p->num_covered == g->rows * g->cols;
    for (int64_t r = 0; r < part.rows; r++) {
        int64_t at = (part.row + r) * g->cap_cols + part.col;
        memcpy(p->cells + (size_t)at * size, array_cell(cells, part.row - where->row + r, part.col - where->col),
               (size_t)part.cols * size);
        if (!covered) {
            p->num_covered += part.cols - count(p->mask + at, part.cols);
            memset(p->mask + at, 1, (size_t)part.cols);
        }
    }
    add_changed(g, &part);
}

bool tilegrid_is_covered(const struct tilegrid *g)
{
    for (int64_t i = 0; i < g->num_planes; i++)
        if (g->planes[i].num_covered != g->rows * g->cols)
            return false;
    return true;
}

/* NaN of dtype t into the cells that the mask lacks. */
static void mark(enum dtype t, char *cells, const uint8_t *mask, int64_t num)
{
    uint16_t half = 0x7e00;
    float single = NAN;
    double wide = NAN;
    const void *nan = t == DTYPE_F2 ? (const void *)&half : t == DTYPE_F4 ? (const void *)&single : (const void *)&wide;
    size_t size = dtype_size(t);
    for (int64_t i = 0; i < num; i++)
        if (!mask[i])
            memcpy(cells + (size_t)i * size, nan, size);
}

void tilegrid_copy(const struct tilegrid *g, const struct frame_rect *part, enum dtype as, char *dst, int64_t stride)
{
    const struct tilegrid_plane *p = &g->planes[part->channel];
    size_t size = dtype_size(g->dtype);
    bool covered = p->num_covered == g->rows * g->cols;
    for (int64_t r = 0; r < part->rows; r++, dst += stride) {
        int64_t at = (part->row + r) * g->cap_cols + part->col;
        const char *cells = p->cells + (size_t)at * size;
        if (as == g->dtype)
            memcpy(dst, cells, (size_t)part->cols * size);
        else if (as == DTYPE_F8)
            convert_f64(g->dtype, cells, (int64_t)size, (int)part->cols, (double *)dst);
        else
            convert_f32(g->dtype, cells, (int64_t)size, (int)part->cols, (float *)dst);
        if (!covered && dtype_is_float(as))
            mark(as, dst, p->mask + at, part->cols);
    }
}
