/* Which sides of the heatmap have a line, matplotlib's spines: bits. */
#ifndef PLOT_SPINES_H
#define PLOT_SPINES_H

enum { SPINE_LEFT = 1, SPINE_RIGHT = 2, SPINE_TOP = 4, SPINE_BOTTOM = 8, SPINE_ALL = 15 };

#endif
