/* The rows of a waterfall: a plain ring of the newest ones, folded in at memory speed. Private to history.c, under its lock. */
#ifndef DATA_WATERFALL_H
#define DATA_WATERFALL_H

#include "data/array.h"
#include "data/meta.h"
#include <heatscope/status.h>

struct waterfall {
    char *ring; /* height rows of row_bytes; the kernel backs it as rows arrive */
    size_t ring_bytes, row_bytes;
    enum dtype dtype;
    int64_t cols, height;
    int64_t num, next; /* rows held, and where the next one goes */
    struct meta *meta; /* of the newest rows; may be NULL */
    int64_t t_ns;
    bool dirty;        /* changed since the last copy */
};

bool waterfall_fits(const struct waterfall *w, const struct array *rows);
/* Begin afresh for rows like these; meta and earlier rows are forgotten. HS_ERR_MEMORY. */
enum hs_status waterfall_start(struct waterfall *w, const struct array *rows, int64_t height);
void waterfall_append(struct waterfall *w, const struct array *rows);
/* num rows in C order, oldest first, into dst. */
void waterfall_copy(const struct waterfall *w, void *dst);
/* Forget the rows, keep the room. */
void waterfall_clear(struct waterfall *w);
void waterfall_fini(struct waterfall *w);

#endif
