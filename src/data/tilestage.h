/* Tiles of a frame that isn't complete yet: held back, to be painted together. Private to canvas.c, under its lock. */
#ifndef DATA_TILESTAGE_H
#define DATA_TILESTAGE_H

#include "base/memory.h"
#include "data/tilegrid.h"

struct tilestage {
    struct buf bytes; /* their cells; the memory is kept from frame to frame */
    struct staged_tile *list;
    int num, cap;
    bool any;         /* a frame has begun; its number: */
    int64_t frame;
    int64_t come;     /* tiles of it */
    bool painted;     /* it is complete: what still comes of it is painted at once */
};

/* False: no memory. */
bool tilestage_add(struct tilestage *s, const struct array *cells, const struct frame_rect *where);
/* Paint all that is held back, in order. */
enum hs_status tilestage_paint(struct tilestage *s, struct tilegrid *g);
void tilestage_fini(struct tilestage *s);

#endif
