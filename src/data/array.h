/* A 2-D array somewhere in memory, in its producer's dtype and native byte order: a description, owns nothing. */
#ifndef DATA_ARRAY_H
#define DATA_ARRAY_H

#include "data/dtype.h"

struct array {
    const void *data;
    enum dtype dtype;
    int64_t rows, cols;
    int64_t row_stride, col_stride; /* bytes; C order: col_stride = size; Fortran order: row_stride = size. May be negative. */
};

static inline const void *array_cell(const struct array *a, int64_t row, int64_t col)
{
    return (const char *)a->data + row * a->row_stride + col * a->col_stride;
}

static inline struct array array_c_order(const void *data, enum dtype t, int64_t rows, int64_t cols)
{
    int64_t size = (int64_t)dtype_size(t);
    return (struct array){data, t, rows, cols, cols * size, size};
}

#endif
