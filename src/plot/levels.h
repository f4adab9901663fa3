/* --levels: colours in blocks, so many of them or between these edges. */
#ifndef PLOT_LEVELS_H
#define PLOT_LEVELS_H

#include "plot/norm.h"

struct levels {
    int num;   /* blocks; 0: none */
    bool even; /* equally high on the colorbar; else between the edges */
    double edges[NORM_TABLE_MAX]; /* num + 1, ascending */
};

/* "N", or "a,b,c" with at least two numbers that grow. NULL: none. False: neither. */
bool levels_parse(const char *text, struct levels *out);
/* Between round numbers that cover lo..hi, about ten blocks. */
void levels_round(double lo, double hi, struct levels *out);

#endif
