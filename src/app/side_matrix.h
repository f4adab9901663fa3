/* A matrix given beside the data, by an option that names a file. */
#ifndef APP_SIDE_MATRIX_H
#define APP_SIDE_MATRIX_H

#include "data/array.h"
#include <heatscope/status.h>

/* The first matrix in a file, in whatever format sources may have, copied: *out is in C order, and its data are to be freed. option
 * ("--mask") begins the one line that is logged when there is none. */
enum hs_status side_matrix_load(const char *option, const char *path, struct array *out);

#endif
