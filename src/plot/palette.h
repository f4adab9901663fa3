/* Colormaps that are written out instead of named: colours separated by commas, seaborn's light:COLOUR, dark:COLOUR and blend:A,B, or
 * a file of lines R,G,B. Each may end in _r: reversed. */
#ifndef PLOT_PALETTE_H
#define PLOT_PALETTE_H

#include "plot/colormap.h"

/* False: none of these, or a colour or file of it is no good. */
bool palette_find(const char *text, struct colormap *out);
/* Text with a slash in it, or that ends in .csv or .txt (before _r). */
bool palette_is_file(const char *text);

#endif
