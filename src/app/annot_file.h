/* What --annot-from names: numbers, or words of a text file, for the cells of another matrix. One thread. */
#ifndef APP_ANNOT_FILE_H
#define APP_ANNOT_FILE_H

#include "data/array.h"
#include <heatscope/status.h>

struct annot_file;

/* The first matrix of an .npy, or text of cells as sources take it, words allowed. One line is logged on failure. */
enum hs_status annot_file_read(const char *path, struct annot_file **out);
/* NULL is fine. */
void annot_file_free(struct annot_file *m);
/* As rows x cols cells; a text's first line and first column may be names, when it has one more of them. *words is NULL where all
 * cells are numbers or empty, else rows * cols texts ("" for an empty cell). Both live as long as m, and until the next call.
 * False: it has another shape, see annot_file_shape; or no memory. */
bool annot_file_fit(struct annot_file *m, int64_t rows, int64_t cols, struct array *numbers, const char *const **words);
void annot_file_shape(const struct annot_file *m, int64_t *rows, int64_t *cols);

#endif
