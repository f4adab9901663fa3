/* The options that make a figure, as one JSON object: what lies in its PNG, and what --like takes from there. */
#ifndef PLOT_OPTIONS_FIGURE_H
#define PLOT_OPTIONS_FIGURE_H

#include "plot/options.h"

/* The key of the text in a PNG. */
#define OPTIONS_FIGURE_KEY "heatscope"

/* Every option of the figure that isn't at its default. A colormap from a file is written out as colours, so that the file isn't
 * needed again. malloc'ed; NULL without memory. */
char *options_figure_json(const struct look *look, const struct run *run);
/* Set these options. HS_ERR_USAGE with a line logged for each that is no good; the others are set. */
enum hs_status options_set_figure_json(struct options *o, const char *where, const char *json);

#endif
