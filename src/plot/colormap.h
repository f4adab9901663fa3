/* Colormaps by matplotlib's and seaborn's names: 256 sRGB entries, looked up nearest: index min(int(t * 256), 255). The tables are
 * data in assets/colormaps/, embedded at build time. */
#ifndef PLOT_COLORMAP_H
#define PLOT_COLORMAP_H

#include "plot/color.h"

#define COLORMAP_SIZE 256

struct colormap {
    struct color lut[COLORMAP_SIZE];
};

/* Also with "_r" appended: reversed. What isn't a name is tried as a palette (plot/palette.h). False: no such map. */
bool colormap_find(const char *name, struct colormap *out);
/* How many colours a map for categories (tab10, Set1, ...) has: blocks as wide as each other, at most 32; 0: it is none. */
int colormap_num_blocks(const struct colormap *map);
int colormap_count(void); /* without the _r forms */
const char *colormap_name(int i); /* in the order that the key c steps through; static */
/* The known name nearest in spelling, for error messages. */
const char *colormap_suggest(const char *name);

#endif
