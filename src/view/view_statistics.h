/* The distribution of the frame's cells, of all there are or of a sample, whichever is to be had. Render thread. */
#ifndef VIEW_VIEW_STATISTICS_H
#define VIEW_VIEW_STATISTICS_H

#include "view/view_internal.h"

/* num percentiles ps (ascending, 0..100) of the finite cells; *positive, unless NULL: the smallest above 0 (INFINITY: none). False:
 * there is no finite cell. */
bool view_percentiles(struct view *v, const double *ps, double *values, int num, double *positive);
/* The range by the zscale rule. False: there is no finite cell. */
bool view_zscale(struct view *v, double *lo, double *hi);

#endif
