/* A big array in a file as a grid: read by pread as it is asked for; mapped only for those who want all cells at once. */
#ifndef STORE_GRID_FILE_H
#define STORE_GRID_FILE_H

#include "data/grid.h"

struct grid_file_params {
    int fd;             /* duplicated */
    const char *path;   /* for messages, and to notice that another file has taken its place */
    enum dtype dtype;
    bool swapped;       /* the file's bytes are in the other order */
    int64_t rows, cols;
    bool by_columns;    /* Fortran order */
    int64_t offset;     /* of the first cell, bytes */
    int64_t line_bytes; /* from one row (column) to the next; cells of it are contiguous */
    int64_t header_bytes; /* at the file's beginning, which tell what the cells are; 0: none */
};

/* HS_ERR_MEMORY, HS_ERR_SYSTEM (no descriptor left; logged). The grid has one reference. */
enum hs_status grid_file_open(const struct grid_file_params *params, struct grid **out);

#endif
