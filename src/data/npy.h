/* The header of an NPY record, versions 1 to 3 (numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a fixed grammar,
 * never eval. */
#ifndef DATA_NPY_H
#define DATA_NPY_H

#include "data/array.h"
#include "data/frame.h"
#include "data/npy_fields.h"
#include <heatscope/status.h>

#define NPY_MAX_HEADER_BYTES 65536
#define NPY_PREFIX_BYTES 12 /* magic, version, and the longer form of the length */

struct npy_header {
    enum dtype dtype;
    bool swapped;       /* the payload's bytes are in the other order */
    bool fortran;
    int num_dims;
    int64_t shape[FRAME_MAX_DIMS];
    int64_t num_cells;  /* product of shape; 1 for () */
    int64_t payload_bytes;
    bool many_dims;     /* 4 to 8 of them: HS_ERR_UNSUPPORTED as a frame, but slices of it can be drawn */
    bool structured;    /* a record dtype (tiles, events): HS_ERR_UNSUPPORTED as an array; see fields */
    int64_t item_bytes; /* of one item (dtype size, or the structure's) */
    struct npy_fields fields; /* structured: those we know */
};

/* How many bytes the header has in all (prefix included), from its first 12 (10 for version 1) bytes. HS_ERR_FORMAT: not NPY.
 * HS_ERR_LIMIT: over 64 KiB. Writes why to why. */
enum hs_status npy_header_size(const uint8_t *bytes, size_t len, size_t *size, char *why, size_t why_size);
/* Parse a whole header. HS_ERR_UNSUPPORTED: well-formed with a known length, but a dtype or shape we don't draw; payload_bytes is
 * set when *known_length is true, so the record can be skipped. HS_ERR_FORMAT: the framing is lost. */
enum hs_status npy_header_parse(const uint8_t *bytes, size_t len, struct npy_header *out, bool *known_length, char *why,
                                size_t why_size);

#define NPY_MAX_WRITTEN 256

/* The header that np.save writes (version 1, C order, our byte order) for an array of that shape, into out[NPY_MAX_WRITTEN]. Its
 * length, a multiple of 64; num_dims up to 4. */
size_t npy_header_write(char *out, enum dtype dtype, int num_dims, const int64_t *shape);

#endif
