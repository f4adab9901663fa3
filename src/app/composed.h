/* Pictures of tiles and events are painted in place; what was on show is copied here now and then, as frames of a history of their own, so
 * that one can look back. Render thread. */
#ifndef APP_COMPOSED_H
#define APP_COMPOSED_H

#include "data/history.h"

struct composed {
    struct history *history;
    struct counters counters; /* of it alone: nobody sent these frames */
    int64_t next_ns;          /* the next copy is due */
    uint64_t run, version;    /* of the canvas that was copied last, as its newest frame */
};

/* NULL: no memory. */
struct composed *composed_create(size_t max_bytes, int max_frames);
void composed_destroy(struct composed *c);
/* Copy the frame (which shows a canvas) if it is time to, or always. The copy's id; 0: none was made. */
uint64_t composed_keep(struct composed *c, const struct frame *f, bool always);

#endif
