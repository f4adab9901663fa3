/* What --alert tells other programs: a line of JSON when a condition begins to be met, and the bell. Render thread. */
#ifndef APP_ALERTS_H
#define APP_ALERTS_H

#include "view/view.h"
#include <stdio.h>

enum { ALERTS_MAX = 8 };

struct alerts {
    FILE *out;  /* of the lines */
    bool bell;
    char *text; /* the option that `met` is about */
    bool met[ALERTS_MAX];
};

void alerts_fini(struct alerts *a);
/* The view has got a new frame. */
void alerts_check(struct alerts *a, struct view *v, const char *source);

#endif
