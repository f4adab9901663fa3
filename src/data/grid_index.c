/* A tile is written once, by whoever claims it first; its flags are published last. */
#include "data/grid_index.h"
#include "base/memory.h"
#include <math.h>
#include <stdlib.h>

enum { UNKNOWN = 0, CLAIMED = 128 };

struct grid_index {
    bool wide;
    int64_t num;
    _Atomic int64_t num_known;
    float *low, *high;
    atomic_uchar *flags;
};

struct grid_index *grid_index_create(const struct grid *g, size_t most)
{
    int64_t strips = (grid_lines(g) + GRID_BLOCK - 1) / GRID_BLOCK, across = (grid_along(g) + GRID_TILE - 1) / GRID_TILE, num;
    struct grid_index *x = mem_zeroed(1, sizeof *x);
    if (!x || !mem_mul_i64(strips, across, &num) || (size_t)num > most / (2 * sizeof(float) + 1)) {
        free(x);
        return NULL;
    }
    x->wide = dtype_is_wide(g->dtype);
    x->num = num;
    x->low = mem_zeroed((size_t)num, sizeof *x->low); /* the kernel backs what is written */
    x->high = mem_zeroed((size_t)num, sizeof *x->high);
    x->flags = mem_zeroed((size_t)num, sizeof *x->flags);
    if (!x->low || !x->high || !x->flags) {
        grid_index_destroy(x);
        return NULL;
    }
    return x;
}

void grid_index_destroy(struct grid_index *x)
{
    if (!x)
        return;
    free(x->low);
    free(x->high);
    free(x->flags);
    free(x);
}

int64_t grid_index_num_tiles(const struct grid_index *x)
{
    return x->num;
}

int64_t grid_index_num_known(const struct grid_index *x)
{
    return atomic_load(&x->num_known);
}

static float below(double v)
{
    float f = (float)v;
    return (double)f > v ? nextafterf(f, -INFINITY) : f;
}

static int summarise(const struct grid_index *x, const struct grid_tile *t, double *low, double *high)
{
    int blocks = (t->num_cells + GRID_BLOCK - 1) / GRID_BLOCK;
    int64_t bad = 0;
    for (int i = 0; i < blocks; i++) {
        double lo = x->wide ? ((const double *)t->min)[i] : (double)((const float *)t->min)[i];
        double hi = x->wide ? ((const double *)t->max)[i] : (double)((const float *)t->max)[i];
        *low = lo < *low ? lo : *low;
        *high = hi > *high ? hi : *high;
        bad += t->nan[i] + t->inf[i];
    }
    bool all = bad == (int64_t)t->num_cells * t->num_lines;
    return (bad ? GRID_INDEX_BAD : 0) | (all ? GRID_INDEX_ALL_BAD : 0);
}

void grid_index_put(struct grid_index *x, int64_t tile, const struct grid_tile *t, bool zeros)
{
    unsigned char unknown = UNKNOWN;
    if (!x || tile >= x->num || !atomic_compare_exchange_strong(&x->flags[tile], &unknown, CLAIMED))
        return;
    double low = zeros ? 0 : INFINITY, high = zeros ? 0 : -INFINITY;
    int flags = !zeros ? summarise(x, t, &low, &high) : 0;
    x->low[tile] = below(low);
    x->high[tile] = -below(-high);
    atomic_store_explicit(&x->flags[tile], (unsigned char)(flags | GRID_INDEX_KNOWN), memory_order_release);
    atomic_fetch_add(&x->num_known, 1);
}

struct grid_index_tile grid_index_get(const struct grid_index *x, int64_t tile)
{
    int flags = atomic_load_explicit(&x->flags[tile], memory_order_acquire);
    if (!(flags & GRID_INDEX_KNOWN))
        return (struct grid_index_tile){0, 0, 0};
    return (struct grid_index_tile){x->low[tile], x->high[tile], flags};
}
