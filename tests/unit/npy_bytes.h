/* NPY records built by hand, for tests. */
#ifndef TESTS_NPY_BYTES_H
#define TESTS_NPY_BYTES_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The header np.save writes for descr ("<f4") and shape ("(2, 3)"); returns its length (a multiple of 64). */
static inline size_t npy_make_header(char *out, const char *descr, int fortran, const char *shape)
{
    memcpy(out, "\x93NUMPY\x01\x00", 8);
    int len = sprintf(out + 10, "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }", descr, fortran ? "True" : "False", shape);
    size_t total = (10 + (size_t)len + 1 + 63) / 64 * 64;
    memset(out + 10 + len, ' ', total - 11 - (size_t)len);
    out[total - 1] = '\n';
    out[8] = (char)((total - 10) & 255);
    out[9] = (char)((total - 10) >> 8);
    return total;
}

static inline void npy_write_file(const char *path, const char *descr, int fortran, const char *shape, const void *cells,
                                  size_t num_bytes)
{
    char header[1024];
    FILE *f = fopen(path, "wb");
    fwrite(header, 1, npy_make_header(header, descr, fortran, shape), f);
    fwrite(cells, 1, num_bytes, f);
    fclose(f);
}

#endif
