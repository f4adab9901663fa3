/* How near two names are in spelling, for "did you mean". */
#ifndef PLOT_SPELLING_H
#define PLOT_SPELLING_H

#include <stddef.h>

#define SPELLING_MAX_NAME 64

/* Levenshtein's distance between the first len_a characters of a and all of b (cut to SPELLING_MAX_NAME), in quarters of an edit: a
 * letter inserted, left out, replaced, or two swapped counts 4, one in the other case 1. */
int spelling_distance(const char *a, size_t len_a, const char *b);

#endif
