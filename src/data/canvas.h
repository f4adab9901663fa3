/* Grids that are painted in place, tiles and events: what writers paint into under a lock of its own, and the reader's copy of it, of
 * which only what has changed is copied again. Private to the history. */
#ifndef DATA_CANVAS_H
#define DATA_CANVAS_H

#include "data/eventgrid.h"
#include "data/frame.h"
#include "data/tilegrid.h"

/* A tile as it came. */
struct tile {
    struct array cells;      /* columns side by side */
    int64_t row0, col0, channel;
    bool framed;             /* it is one of num_tiles of frame number `frame`: they show together */
    int64_t frame, num_tiles;
    bool first;              /* of its connection: its frame number may begin again from below */
};

struct canvas;

struct canvas *canvas_create(size_t max_bytes);
void canvas_destroy(struct canvas *c);

/* --- any thread --- */

/* The shape of both grids; 0, 0: as large as what comes. */
enum hs_status canvas_set_shape(struct canvas *c, int64_t rows, int64_t cols);
/* meta: a reference is taken. *news: the reader hasn't been told of anything since it looked last. *outside: no
 * part of it lies in the grid. HS_ERR_LIMIT: no room for it. */
enum hs_status canvas_add_tile(struct canvas *c, const struct tile *t, struct meta *meta, int64_t t_ns, bool *news, bool *outside);
int64_t canvas_add_events(struct canvas *c, const struct event_batch *e, struct meta *meta, int64_t t_ns, bool *news);
/* Events: how fast they are forgotten (INFINITY: never), and smoothed for the picture (0: not). */
void canvas_set_events(struct canvas *c, double half_life_s, double kernel_cells);
size_t canvas_bytes(struct canvas *c);

/* --- the reader --- */

/* Something has been painted, or it is time to show how it fades. */
bool canvas_has_news(struct canvas *c);
/* When it will have faded enough for another picture; INT64_MAX: it doesn't fade. */
int64_t canvas_due_ns(struct canvas *c);
/* Describe the grid as it is now in f: cells, channels, canvas, meta (a reference), t_ns. The cells stay as they are until the next
 * take but one, and are painted over by the next. HS_ERR_END: there is nothing. HS_ERR_MEMORY. */
enum hs_status canvas_take(struct canvas *c, struct frame *f);

#endif
