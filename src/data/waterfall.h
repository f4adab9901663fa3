/* The rows of a waterfall: a ring of the newest ones, folded in at memory speed, and a window on it that the reader looks through.
 * Private to the history, under its lock.
 *
 * Rows are numbered from 0 when the waterfall begins, and keep their number. The window is a second ring, mapped twice in a row, so
 * that the rows it holds are one array wherever they begin; each look copies only the rows that came since the last one. */
#ifndef DATA_WATERFALL_H
#define DATA_WATERFALL_H

#include "data/array.h"
#include "data/meta.h"
#include "data/row_merge.h"
#include <heatscope/status.h>

struct row_window;

struct waterfall {
    char *ring;                /* height rows, stride apart; the kernel backs it as rows arrive */
    size_t ring_bytes, row_bytes;
    size_t stride, time_at;    /* a row's time (int64_t) lies behind its cells */
    enum dtype dtype, received; /* of the ring; of the rows that come */
    int64_t cols, height;
    int64_t num, total;        /* rows held; rows that came */
    uint64_t run;              /* number of this waterfall; another one is another picture */
    struct row_merge *merge;   /* each row of the ring stands for a span of time, the newest is open; NULL: for one that came */
    enum reduce_mode mode;
    bool stale;                /* the open row isn't in the ring as it is now */
    struct row_window *window; /* NULL until the reader has looked */
    int64_t copied;            /* rows below this number are in the window, as far as it reaches */
    struct meta *meta;         /* of the newest rows; may be NULL */
    int64_t t_ns;              /* the producer's, of the newest row; 0: none given */
    int64_t arrived_ns;        /* monotonic, of the newest row */
    int64_t stamp_ns;          /* Unix time of the newest row; 0: not known */
    bool dirty;                /* changed since the last look */
};

bool waterfall_fits(const struct waterfall *w, const struct array *rows);
/* Begin afresh for rows like these; meta and earlier rows are forgotten. span_ns > 0: rows are merged. HS_ERR_MEMORY. */
enum hs_status waterfall_start(struct waterfall *w, const struct array *rows, int64_t height, int64_t span_ns);
/* How rows are merged from the open one on. */
void waterfall_set_mode(struct waterfall *w, enum reduce_mode mode);
/* Rows at the end that may still change: 0 or 1. */
int waterfall_num_open(const struct waterfall *w);
/* stamp_ns: when the last of these rows was (Unix time; 0: not known); those before it are spread over the time since the row
 * before, if that was within the last second. */
void waterfall_append(struct waterfall *w, const struct array *rows, int64_t stamp_ns);
/* All rows, oldest first, as one array that stays valid until *window is given back, and unchanged until the next look. HS_ERR_MEMORY. */
enum hs_status waterfall_look(struct waterfall *w, struct array *rows, struct row_window **window);
/* Give a window back, as often as it was got. Any thread, without the lock; NULL is fine. */
void row_window_unref(void *window);
/* num rows in C order, oldest first, into dst. */
void waterfall_copy(struct waterfall *w, void *dst);
/* Forget the rows, keep the room. */
void waterfall_clear(struct waterfall *w);
void waterfall_fini(struct waterfall *w);

#endif
