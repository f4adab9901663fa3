/* --tour FILE: options as lines of JSON, each in effect for a picture of its own. A line takes its turn when the picture of the one
 * before it was presented and is exact, and not sooner than --fps allows. Render thread. */
#ifndef APP_TOUR_H
#define APP_TOUR_H

#include "base/quantile.h"
#include "plot/options.h"
#include <stdbool.h>

struct app;
struct tour;

/* *out NULL: there is no --tour. A file that can't be read, or a bad line, has been said. */
enum hs_status tour_create(const struct run *r, struct tour **out);
void tour_destroy(struct tour *t); /* NULL is fine, here and below */
/* True: the next line has taken effect, and a picture is to be made. */
bool tour_go_on(struct tour *t, struct app *a);
/* The picture made last was presented. */
void tour_shown(struct tour *t, struct app *a);
/* When to go on; INT64_MAX: never, or when the picture has become exact. */
int64_t tour_due_ns(const struct tour *t);

struct tour_times {
    int64_t views;           /* shown exactly */
    double seconds;          /* from the first line's turn until the last of them was */
    struct quantile first_ms, exact_ms; /* from a line's turn to its first picture, and to the exact one */
};
/* NULL: there is no tour. */
const struct tour_times *tour_times(const struct tour *t);

#endif
