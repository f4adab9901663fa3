/* The grid that tiles are painted into: planes of cells (one per channel) in the producer's dtype, and what has been painted since
 * the last look. Knows no lock: canvas.c has one. */
#ifndef DATA_TILEGRID_H
#define DATA_TILEGRID_H

#include "data/frame.h"
#include <heatscope/status.h>

enum {
    TILEGRID_MAX_CHANNELS = 1024,
    TILEGRID_MAX_CHANGED = 1024, /* more parts than this are taken together */
};

#define TILEGRID_MAX_CELLS ((int64_t)1 << 30)

struct tilegrid_plane {
    char *cells;
    uint8_t *mask;       /* 1: has been sent */
    int64_t num_covered;
};

struct tilegrid {
    enum dtype dtype;
    size_t max_bytes;
    int64_t rows, cols;         /* the grid; 0: nothing has come */
    int64_t cap_rows, cap_cols; /* room; cap_cols is the distance of rows in cells. The kernel backs only what is touched */
    bool fixed;                 /* its shape was given: tiles are clipped to it, and don't make it grow */
    struct tilegrid_plane *planes;
    int64_t num_planes;
    struct frame_rect changed[TILEGRID_MAX_CHANGED];
    int num_changed;
};

/* The shape of the grid from now on; cells within both shapes stay. 0, 0: grows with its tiles again. HS_ERR_LIMIT, HS_ERR_MEMORY: as it
 * was. */
enum hs_status tilegrid_set_shape(struct tilegrid *g, int64_t rows, int64_t cols);
/* Make room for a tile: growth, another channel; another dtype begins a grid anew. HS_ERR_LIMIT: too large. */
enum hs_status tilegrid_fit(struct tilegrid *g, enum dtype dtype, const struct frame_rect *where);
/* No part of a tile for which room was made lies in the grid. */
bool tilegrid_is_outside(const struct tilegrid *g, const struct frame_rect *where);
/* Paint cells (rows may have any stride, columns are side by side) for which room was made, cut to the grid. */
void tilegrid_paint(struct tilegrid *g, const struct array *cells, const struct frame_rect *where);
/* Every cell of every plane has been sent. */
bool tilegrid_is_covered(const struct tilegrid *g);
/* The part of a plane into dst, whose rows are stride bytes apart: as they are, or (integers) as float or double `as`, with NaN for
 * what was never sent. */
void tilegrid_copy(const struct tilegrid *g, const struct frame_rect *part, enum dtype as, char *dst, int64_t stride);
size_t tilegrid_bytes(const struct tilegrid *g);
void tilegrid_fini(struct tilegrid *g);

#endif
