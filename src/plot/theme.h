/* Themes: the colours of a whole figure, and how heavy its lines are. */
#ifndef PLOT_THEME_H
#define PLOT_THEME_H

#include "plot/color.h"

enum theme_kind { THEME_LIGHT, THEME_DARK, THEME_PAPER, THEME_NUM };

struct theme {
    const char *name;
    struct color background, ink; /* ink: text, ticks, spines */
    struct color lines, bad;      /* of the lines between cells, and of bad values, unless options say otherwise */
    double line_pt;               /* width of spines and ticks, in points */
};

/* Of enum theme_kind. */
const struct theme *theme_get(int kind);

#endif
