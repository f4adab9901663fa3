/* What --alert tells other programs: a line of JSON when a condition begins to be met, of a waterfall for each new row that meets
 * it; and the bell. Render thread. */
#ifndef APP_ALERTS_H
#define APP_ALERTS_H

#include "view/view.h"
#include <stdio.h>

struct alerts {
    FILE *out;  /* of the lines */
    bool bell;
    char *text; /* the option that `met` is about */
    bool met[VIEW_MAX_ALERTS];
    uint64_t run;     /* of the waterfall: frame.h */
    int64_t next_row; /* of it, the first that wasn't looked at as it will stay */
    int64_t told[VIEW_MAX_ALERTS]; /* the row that may still change for which there was a line already; -1: none */
};

void alerts_fini(struct alerts *a);
/* The view has got a new frame. */
void alerts_check(struct alerts *a, struct view *v, const char *source);

#endif
