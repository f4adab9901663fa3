/* A .npy (or raw) file as frames: nothing is read, nor mapped, before it is looked at. */
#ifndef STORE_NPY_FILE_H
#define STORE_NPY_FILE_H

#include "data/frame.h"
#include "data/grid.h"
#include "data/nd_index.h"
#include "data/npy.h"
#include <heatscope/status.h>

struct npy_file;

/* Open it. HS_ERR_FORMAT etc. with one line logged. *trailing: more bytes follow the array (then it is a stream of records, and *out
 * is NULL with HS_OK). Structured, refused and byte-swapped arrays: see npy_file_header. */
enum hs_status npy_file_open(const char *path, struct npy_file **out, bool *trailing);
/* raw: "DTYPE,ROWSxCOLS[@OFFSET]"; as many frames as the file holds. */
enum hs_status npy_file_open_raw(const char *path, const char *raw, struct npy_file **out);
const struct npy_header *npy_file_header(const struct npy_file *f);
/* 3-D: shape[0]; else 1. */
int64_t npy_file_num_frames(const struct npy_file *f);

/* Where cells lie in the file: the first one's byte, and an array without data. */
struct npy_cells {
    int64_t offset;
    struct array array;
};
/* Frame i. */
struct npy_cells npy_file_frame_cells(const struct npy_file *f, int64_t i);
/* A slice. The index was made for this shape. */
struct npy_cells npy_file_slice_cells(const struct npy_file *f, const struct nd_index *index);

/* The whole file, mapped with the first call; NULL: it can't be (errno). It stays until the last unref. */
const char *npy_file_memory(struct npy_file *f);
/* Cells in the mapping, in the file's byte order. False: it can't be mapped; out->data is NULL. */
bool npy_file_map(struct npy_file *f, const struct npy_cells *cells, struct array *out);
/* Cells read into `to`, rows * cols of them in our byte order; *out says how they lie. HS_ERR_IO, HS_ERR_MEMORY: logged. */
enum hs_status npy_file_read(struct npy_file *f, const struct npy_cells *cells, void *to, struct array *out);
/* As far as can be told from a few hundred places, the system has that part of the file in memory. */
bool npy_file_is_cached(const struct npy_file *f, const struct npy_cells *cells);
/* The same as a grid to be read by pread, one reference. HS_ERR_UNSUPPORTED: neither rows nor columns are contiguous. */
enum hs_status npy_file_grid(const struct npy_file *f, const struct npy_cells *cells, struct grid **out);
/* Part of the file was gone when it was read in the mapping (it shrank): those cells read as 0. The last unref logs a warning then. */
bool npy_file_lost(const struct npy_file *f);
/* Reference counting: frames in a history keep the file open. Starts at 1; NULL is fine. */
struct npy_file *npy_file_ref(struct npy_file *f);
void npy_file_unref(struct npy_file *f);

#endif
