/* Patterns that mark bad cells: a square tile of coverage that repeats without a seam. Pure functions; any thread. */
#ifndef DRAW_HATCH_H
#define DRAW_HATCH_H

#include "plot/color.h"

/* The order of the option's choices (plot/options_table.c). */
enum hatch_kind { HATCH_NONE, HATCH_SLASH, HATCH_BACKSLASH, HATCH_CROSS, HATCH_DOT, HATCH_HORIZONTAL, HATCH_VERTICAL, HATCH_PLUS, HATCH_NUM };

enum { HATCH_MAX = 64 };

struct hatch {
    int size; /* side of the tile; 0: no hatch */
    uint8_t tile[HATCH_MAX * HATCH_MAX];
};

/* scale: pixels per point. */
void hatch_make(struct hatch *h, enum hatch_kind kind, double scale);
/* A colour that reads on a ground of this one. */
struct color hatch_color(struct color ground);

#endif
