/* A frame: one matrix as it was received, with what came with it. */
#ifndef DATA_FRAME_H
#define DATA_FRAME_H

#include "data/array.h"
#include "data/meta.h"

#define FRAME_MAX_DIMS 8

struct frame {
    /* Written by the source before history_commit, read-only afterwards. */
    struct array cells;    /* channel 0 */
    int64_t channels;      /* 1 unless "axes":"CYX" */
    int64_t channel_bytes; /* from one channel to the next */
    int64_t t_ns;          /* the producer's Unix time; 0: none given */
    struct meta *meta;     /* may be NULL; the history drops the reference */
    char *settings;        /* one JSON object as text, or NULL: options that take effect with this frame. malloc'ed; the history frees */
    int64_t index;         /* a file's frame number, from 0; -1 from a stream */

    /* Filled in by the history. */
    void *bytes;           /* storage to receive into; NULL for external frames */
    size_t capacity_bytes;
    uint64_t id;           /* 1, 2, ... in order of commit */
    int64_t arrived_ns;    /* monotonic, at commit */
};

#endif
