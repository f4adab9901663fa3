/* A big array in a file as a grid: read by pread as it is asked for, never mapped. */
#ifndef STORE_GRID_FILE_H
#define STORE_GRID_FILE_H

#include "data/grid.h"

struct grid_file_params {
    const char *path;
    enum dtype dtype;
    bool swapped;       /* the file's bytes are in the other order */
    int64_t rows, cols;
    bool by_columns;    /* Fortran order */
    int64_t offset;     /* of the first cell, bytes */
    int64_t line_bytes; /* from one row (column) to the next; cells of it are contiguous */
};

/* HS_ERR_IO: it can't be opened (logged). HS_ERR_MEMORY. The grid has one reference. */
enum hs_status grid_file_open(const struct grid_file_params *params, struct grid **out);

#endif
