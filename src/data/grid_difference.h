/* The difference of two grids of one shape, as a grid: nothing is read before it is asked for. */
#ifndef DATA_GRID_DIFFERENCE_H
#define DATA_GRID_DIFFERENCE_H

#include "data/grid.h"

/* a - b in doubles, by the rules of difference(); its lines run as a's. References to both are taken. NULL: no memory. */
struct grid *grid_difference(struct grid *a, struct grid *b);
/* It is one of these two. */
bool grid_is_difference_of(const struct grid *g, const struct grid *a, const struct grid *b);

#endif
