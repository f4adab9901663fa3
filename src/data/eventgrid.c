/* Adding up events. Forgetting costs nothing per cell: instead of all cells shrinking, new weights are added the larger, relative to
 * a reference time, and the picture divides; only when the factor gets large all cells are brought back to a new reference. In double,
 * so that counting doesn't stop at 2^24. Threads: any, under the canvas's lock. */
#include "data/eventgrid.h"

#include "base/memory.h"
#include "base/hot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MAX_EXPONENT 64.0   /* halvings between reference and now */
#define FADED_EXPONENT 60.0 /* halvings after which nothing is left to see */

static double *map(int64_t cells)
{
    void *p = mmap(NULL, (size_t)cells * sizeof(double), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

void eventgrid_init(struct eventgrid *g, size_t max_bytes)
{
    *g = (struct eventgrid){.max_bytes = max_bytes, .half_life_ns = INFINITY};
}

void eventgrid_fini(struct eventgrid *g)
{
    if (g->cells)
        munmap(g->cells, (size_t)(g->cap_rows * g->cap_cols) * sizeof(double));
    g->cells = NULL;
    g->rows = g->cols = g->cap_rows = g->cap_cols = 0;
}

size_t eventgrid_bytes(const struct eventgrid *g)
{
    return (size_t)(g->rows * g->cols) * sizeof(double);
}

static enum hs_status reshape(struct eventgrid *g, int64_t rows, int64_t cols, int64_t cap_rows, int64_t cap_cols)
{
    double *cells = map(cap_rows * cap_cols);
    if (!cells)
        return HS_ERR_MEMORY;
    int64_t keep_rows = rows < g->rows ? rows : g->rows, keep_cols = cols < g->cols ? cols : g->cols;
    for (int64_t r = 0; r < keep_rows; r++)
        memcpy(cells + r * cap_cols, g->cells + r * g->cap_cols, (size_t)keep_cols * sizeof *cells);
    eventgrid_fini(g);
    g->cells = cells;
    g->rows = rows;
    g->cols = cols;
    g->cap_rows = cap_rows;
    g->cap_cols = cap_cols;
    return HS_OK;
}

enum hs_status eventgrid_set_shape(struct eventgrid *g, int64_t rows, int64_t cols)
{
    int64_t cells;
    g->fixed = rows && cols && g->fixed;
    if (!rows || !cols)
        return HS_OK;
    if (!mem_mul_i64(rows, cols, &cells) || cells > (int64_t)(g->max_bytes / sizeof(double)))
        return HS_ERR_LIMIT;
    enum hs_status status = rows == g->rows && cols == g->cols ? HS_OK : reshape(g, rows, cols, rows, cols);
    g->fixed = g->fixed || status == HS_OK;
    return status;
}

static int64_t power_of_two(int64_t n)
{
    int64_t p = 1;
    while (p < n)
        p *= 2;
    return p;
}

/* So that the events fit in; those too far out don't count. */
static void grow(struct eventgrid *g, const struct event_batch *e)
{
    double right = (double)g->cols - 1, bottom = (double)g->rows - 1;
    for (int i = 0; i < e->num; i++) {
        bool near = e->x[i] >= 0 && e->y[i] >= 0 && (e->x[i] + 1) * (e->y[i] + 1) <= (double)EVENTGRID_MAX_GROWN;
        right = near && e->x[i] > right ? e->x[i] : right;
        bottom = near && e->y[i] > bottom ? e->y[i] : bottom;
    }
    int64_t rows = (int64_t)bottom + 1, cols = (int64_t)right + 1;
    if (rows <= g->rows && cols <= g->cols)
        return;
    if (rows > EVENTGRID_MAX_GROWN / cols || rows * cols > (int64_t)(g->max_bytes / sizeof(double)))
        return;
    if (rows <= g->cap_rows && cols <= g->cap_cols) {
        g->rows = rows;
        g->cols = cols;
        return;
    }
    reshape(g, rows, cols, power_of_two(rows), power_of_two(cols));
}

/* --- time --- */

/* a - b; stamps come from strangers, and may be further apart than an int64_t holds. */
static double distance_ns(int64_t a, int64_t b)
{
    int64_t d;
    return __builtin_sub_overflow(a, b, &d) ? (double)a - (double)b : (double)d;
}

static double exponent(const struct eventgrid *g, int64_t t_ns)
{
    return isinf(g->half_life_ns) ? 0 : distance_ns(t_ns, g->ref_ns) / g->half_life_ns;
}

static void multiply(struct eventgrid *g, double factor)
{
    for (int64_t r = 0; r < g->rows; r++)
        for (int64_t c = 0; c < g->cols; c++)
            g->cells[r * g->cap_cols + c] *= factor;
}

/* Weights relative to t_ns from now on. */
static void refer_to(struct eventgrid *g, int64_t t_ns)
{
    double halvings = exponent(g, t_ns);
    if (halvings != 0)
        multiply(g, exp2(-halvings));
    g->ref_ns = t_ns;
}

void eventgrid_set_half_life(struct eventgrid *g, double half_life_ns, int64_t now_ns)
{
    if (half_life_ns == g->half_life_ns)
        return;
    if (g->ref_ns)
        refer_to(g, g->timed ? g->newest_ns : now_ns);
    g->half_life_ns = half_life_ns;
}

/* The time by which the events are weighed: never so far from the reference that numbers get large. */
static void set_time(struct eventgrid *g, const struct event_batch *e, int64_t now_ns)
{
    int64_t newest = now_ns;
    if (e->t_ns) {
        newest = e->t_ns[0];
        for (int i = 1; i < e->num; i++)
            newest = e->t_ns[i] > newest ? e->t_ns[i] : newest;
    }
    bool timed = e->t_ns != NULL;
    if (timed != g->timed || !g->ref_ns) { /* the first, or another kind of time: what is there counts as of now */
        if (g->ref_ns)
            refer_to(g, g->newest_ns);
        g->timed = timed;
        g->ref_ns = g->newest_ns = newest;
    }
    if (newest > g->newest_ns)
        g->newest_ns = newest;
    if (exponent(g, g->newest_ns) > MAX_EXPONENT)
        refer_to(g, g->newest_ns);
}

/* --- events --- */

/* All with the same factor: the common case. */
static int64_t add_plain(struct eventgrid *g, const struct event_batch *e, double factor)
{
    int64_t outside = 0, stride = g->cap_cols;
    double rows = (double)g->rows, cols = (double)g->cols, *cells = g->cells;
    for (int i = 0; i < e->num; i++) {
        double x = e->x[i], y = e->y[i], w = e->w ? e->w[i] * factor : factor;
        if (x >= 0 && x < cols && y >= 0 && y < rows && w - w == 0)
            cells[(int64_t)y * stride + (int64_t)x] += w;
        else
            outside++;
    }
    return outside;
}

int64_t eventgrid_add(struct eventgrid *g, const struct event_batch *e, int64_t now_ns)
{
    if (e->num <= 0)
        return 0;
    if (!g->fixed)
        grow(g, e);
    if (!g->cells)
        return e->num;
    set_time(g, e, now_ns);
    if (!e->t_ns || isinf(g->half_life_ns))
        return add_plain(g, e, exp2(e->t_ns ? 0 : exponent(g, now_ns)));
    int64_t outside = 0;
    for (int i = 0, end; i < e->num; i = end) { /* runs of one time */
        for (end = i + 1; end < e->num && e->t_ns[end] == e->t_ns[i]; end++)
            ;
        struct event_batch run = {end - i, e->x + i, e->y + i, e->w ? e->w + i : NULL, NULL, 0};
        outside += add_plain(g, &run, exp2(exponent(g, e->t_ns[i])));
    }
    return outside;
}

HOT static void scaled_row(const double *restrict cells, double factor, int64_t num, float *restrict out)
{
    for (int64_t i = 0; i < num; i++)
        out[i] = (float)(cells[i] * factor);
}

void eventgrid_copy(const struct eventgrid *g, int64_t now_ns, float *out)
{
    double factor = exp2(-exponent(g, g->timed ? g->newest_ns : now_ns));
    for (int64_t r = 0; r < g->rows; r++)
        scaled_row(g->cells + r * g->cap_cols, factor, g->cols, out + r * g->cols);
}

bool eventgrid_is_fading(const struct eventgrid *g, int64_t now_ns)
{
    return g->cells && !g->timed && !isinf(g->half_life_ns) && distance_ns(now_ns, g->newest_ns) < FADED_EXPONENT * g->half_life_ns;
}

/* --- smoothing --- */

HOT static void add_scaled(const float *restrict from, float weight, int64_t num, float *restrict to)
{
    for (int64_t i = 0; i < num; i++)
        to[i] += from[i] * weight;
}

/* Weights of offsets 0 .. radius; their sum over both sides is 1. */
static float *gaussian(double sigma, int64_t *radius)
{
    *radius = (int64_t)(4 * sigma + 0.5);
    float *weights = mem_zeroed((size_t)*radius + 1, sizeof *weights);
    double sum = 0;
    for (int64_t k = -*radius; k <= *radius; k++)
        sum += exp(-0.5 * (double)(k * k) / (sigma * sigma));
    for (int64_t k = 0; weights && k <= *radius; k++)
        weights[k] = (float)(exp(-0.5 * (double)(k * k) / (sigma * sigma)) / sum);
    return weights;
}

bool eventgrid_smooth(float *cells, float *tmp, int64_t rows, int64_t cols, double sigma)
{
    int64_t radius;
    float *weights = gaussian(sigma, &radius);
    if (!weights)
        return false;
    memset(tmp, 0, (size_t)(rows * cols) * sizeof *tmp);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t k = -radius; k <= radius; k++)
            if (r + k >= 0 && r + k < rows)
                add_scaled(cells + (r + k) * cols, weights[k < 0 ? -k : k], cols, tmp + r * cols);
    memset(cells, 0, (size_t)(rows * cols) * sizeof *cells);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t k = -radius; k <= radius; k++) { /* cell c takes tmp[c + k] */
            int64_t first = k < 0 ? -k : 0, num = cols - (k < 0 ? -k : k);
            if (num > 0)
                add_scaled(tmp + r * cols + first + k, weights[k < 0 ? -k : k], num, cells + r * cols + first);
        }
    free(weights);
    return true;
}
