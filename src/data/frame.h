/* A frame: one matrix as it was received, with what came with it. */
#ifndef DATA_FRAME_H
#define DATA_FRAME_H

#include "data/array.h"
#include "data/meta.h"

#include <string.h>

#define FRAME_MAX_DIMS 8

/* What the rows of a waterfall are besides cells. Rows keep their number while newer ones push them out of sight. */
struct frame_rows {
    uint64_t run;         /* of the waterfall: another number is another waterfall. 0: a frame like any other */
    int64_t first;        /* number of row 0 */
    int64_t height;       /* rows when it is full */
    int num_open;         /* newest rows that may still change */
    const int64_t *times; /* Unix time in ns of row 0, the next ones cells.row_stride further (not aligned); 0: not known */
};

struct grid;

/* A part of a frame's grid. */
struct frame_rect {
    int64_t row, col, rows, cols, channel;
};

/* Finite extremes of a channel, and its smallest value above 0; min > max when there are none. */
struct frame_range {
    double min, max, positive;
};

/* A grid that is painted in place, by tiles: its cells change only while the reader takes it again. */
struct frame_canvas {
    uint64_t run;     /* of the grid: another number is another grid. 0: a frame like any other */
    uint64_t version; /* of its content, counted up by one from take to take */
    const struct frame_rect *changed; /* from version - 1 to this one */
    int num_changed;
    const struct frame_range *ranges; /* one per channel */
};

struct frame {
    /* Written by the source before history_commit, read-only afterwards. */
    struct array cells;    /* channel 0; of one with a grid without data, see frame_in_memory */
    int64_t channels;      /* 1 unless "axes":"CYX" */
    int64_t channel_bytes; /* from one channel to the next */
    int64_t t_ns;          /* the producer's Unix time; 0: none given */
    struct meta *meta;     /* may be NULL; the history drops the reference */
    char *settings;        /* one JSON object as text, or NULL: options that take effect with this frame. malloc'ed; the history frees */
    struct frame_rows waterfall; /* filled in by the history */
    int64_t received_ns;   /* monotonic: the last byte came, if the source says so; 0: at commit */
    struct frame_canvas canvas; /* filled in by the history */
    struct grid *grid;     /* reads the cells, of which there are many; NULL: they are in memory */
    int64_t index;         /* a file's frame number, from 0; -1 from a stream */

    /* Filled in by the history. */
    void *bytes;           /* storage to receive into; NULL for external frames */
    size_t capacity_bytes;
    uint64_t id;           /* 1, 2, ... in order of commit */
    int64_t reserved_ns;   /* monotonic: storage was ready; 0: nothing was received (a mapped file) */
    int64_t arrived_ns;    /* monotonic, at commit */
};

/* The cells of channel 0 in memory: of a frame with a grid they are mapped. False: they can't be (said once, with what needs them: an
 * option's name). */
bool frame_in_memory(const struct frame *f, const char *what, struct array *out);

/* When a row of a waterfall was, Unix time in ns; 0: not known. */
static inline int64_t frame_row_time(const struct frame *f, int64_t row)
{
    int64_t t = 0;
    if (f->waterfall.times)
        memcpy(&t, (const char *)f->waterfall.times + row * f->cells.row_stride, sizeof t);
    return t;
}

#endif
