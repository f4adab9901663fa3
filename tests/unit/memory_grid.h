/* A grid in memory, which counts what is read of it and may fail to, or take its time. */
#ifndef UNIT_MEMORY_GRID_H
#define UNIT_MEMORY_GRID_H

#include "data/grid.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct memory_grid {
    struct grid grid;
    char *cells;               /* line by line */
    int64_t bad_line, bad_at;  /* what can't be read: a cell, or with bad_at -1 a line; -1: nothing */
    atomic_bool slow;          /* reading tiles takes 0.1 s */
    _Atomic int64_t num_read;  /* cells */
};

static enum hs_status memory_grid_read(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num, void *to)
{
    struct memory_grid *m = (struct memory_grid *)g;
    size_t size = dtype_size(g->dtype);
    bool in_line = m->bad_line >= line && m->bad_line < line + lines;
    if (in_line && (m->bad_at < 0 || (m->bad_at >= at && m->bad_at < at + num)))
        return HS_ERR_IO;
    atomic_fetch_add(&m->num_read, lines * num);
    if (atomic_load(&m->slow) && lines == 8 && num > 8)
        nanosleep(&(struct timespec){0, 100000000}, NULL);
    for (int64_t i = 0; i < lines; i++)
        memcpy((char *)to + (size_t)(i * num) * size, m->cells + (size_t)((line + i) * grid_along(g) + at) * size, (size_t)num * size);
    return HS_OK;
}

static void memory_grid_destroy(struct grid *g)
{
    free(((struct memory_grid *)g)->cells);
    free(g);
}

static const struct grid_ops memory_grid_ops = {.read = memory_grid_read, .destroy = memory_grid_destroy};

/* Of zeros. */
static struct memory_grid *memory_grid_create(enum dtype t, int64_t rows, int64_t cols, bool by_columns)
{
    struct memory_grid *m = calloc(1, sizeof *m);
    m->grid = (struct grid){.ops = &memory_grid_ops, .dtype = t, .rows = rows, .cols = cols, .by_columns = by_columns, .chunk_lines = 1};
    atomic_init(&m->grid.refs, 1);
    m->bad_line = m->bad_at = -1;
    m->cells = calloc((size_t)(rows * cols), dtype_size(t));
    return m;
}

static double noise(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / (1 << 24);
}

#endif
