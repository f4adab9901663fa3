/* What a producer says of its frames besides the numbers. Immutable once attached to a frame; reference-counted; any thread. */
#ifndef DATA_META_H
#define DATA_META_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct meta {
    atomic_int refs;
    char **row_labels; /* UTF-8; NULL: none. Freed with the meta. */
    int64_t num_row_labels;
    bool labels_newest; /* of a waterfall: the last label is the newest row's, else the first is row 0's */
    char *row_title;    /* what the row labels are: the name of their column; NULL */
    char **col_labels;
    int64_t num_col_labels;
    char **channels;
    int64_t num_channels;
    char *units; /* UTF-8 or NULL */
    char *file;  /* which of a directory it came from; NULL */
};

/* A fresh empty one with one reference; NULL without memory. */
struct meta *meta_create(void);
/* A copy that may be changed, with one reference; from may be NULL. */
struct meta *meta_copy(const struct meta *from);
struct meta *meta_ref(struct meta *m);
/* NULL is fine. */
void meta_unref(struct meta *m);

#endif
