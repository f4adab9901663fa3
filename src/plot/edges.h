/* Edges of cells of different sizes, as --x-edges and --y-edges give them: numbers that grow, or fall, all along. Any thread. */
#ifndef PLOT_EDGES_H
#define PLOT_EDGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A list would have numbers and separators alone. */
bool edges_is_file(const char *text);
/* Numbers separated by commas or blanks, or a text file of them. *values is malloc'ed. False: why says what is wrong, and where. */
bool edges_parse(const char *text, double **values, int64_t *num, char *why, size_t why_size);

#endif
