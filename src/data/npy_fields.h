/* The fields of a structured NPY array that mean something to us (DESIGN §2, tiles and events), with their places in an item. All
 * others are passed over: unknown names, padding, nested structures. */
#ifndef DATA_NPY_FIELDS_H
#define DATA_NPY_FIELDS_H

#include "data/dtype.h"

enum npy_field_kind {
    FIELD_DATA, FIELD_ROW0, FIELD_COL0, FIELD_T_NS, FIELD_SEQ, FIELD_FRAME, FIELD_NTILES, FIELD_CHAN, FIELD_LEVEL, /* tiles */
    FIELD_X, FIELD_Y, FIELD_W,                                                                                    /* events */
    NUM_FIELDS
};

struct npy_field {
    bool present;
    enum dtype dtype;
    bool swapped;
    int64_t offset;         /* bytes from the item's begin */
    int num_dims;           /* of a sub-array; 0: one number */
    int64_t shape[2];       /* the first two */
    int64_t num;            /* numbers in all */
};

enum { NPY_MAX_UNKNOWN_FIELDS = 4, NPY_FIELD_NAME_BYTES = 32 };

struct npy_fields {
    struct npy_field of[NUM_FIELDS];
    char unknown[NPY_MAX_UNKNOWN_FIELDS][NPY_FIELD_NAME_BYTES]; /* the first few names that aren't ours, cut to fit */
    int num_unknown;
};

/* Enter a field of this name if it is one of ours and not there yet; another name is noted as unknown, unless it is empty (padding). shape: num_dims sizes, at least the first two. */
void npy_fields_add(struct npy_fields *f, const char *name, size_t len, const struct npy_field *field);
/* The one of our fields, of those in [first, last] that are absent, that an unknown name seems to mean; NULL: none comes near. */
const char *npy_fields_meant(const struct npy_fields *f, const char *unknown, enum npy_field_kind first, enum npy_field_kind last);
/* Its one number in the item at p as an integer: of floats the floor, cut to the range; NaN is 0. */
int64_t npy_field_integer(const struct npy_field *f, const void *item);
/* Its numbers of num items, item_bytes apart, as doubles. */
void npy_field_doubles(const struct npy_field *f, const void *items, int64_t item_bytes, int num, double *out);

#endif
