/* The ring between sources and the view: frames of any size, in order, within a byte budget. One per panel.
 *
 * Writers (any number of threads) reserve storage, receive into it, and commit. The reader (the render thread alone) takes frames
 * by the policy. Storage is page-aligned memory that the kernel backs only as bytes arrive, and it is recycled by size, so a
 * steady state allocates nothing and a header that claims a gigabyte costs nothing.
 *
 * Counting, exact at all times: received = shown + dropped + queued. A frame counts as received at commit; as dropped when it is
 * passed over, evicted or discarded unseen; as shown when the reader says so, once. */
#ifndef DATA_HISTORY_H
#define DATA_HISTORY_H

#include "base/counters.h"
#include "base/trace.h"
#include "data/canvas.h"
#include "data/frame.h"
#include "data/reduce.h"
#include <heatscope/status.h>
#include <stdbool.h>

enum policy { POLICY_LATEST, POLICY_ALL, POLICY_EVERY };
/* How text comes in live: DESIGN "Text". */
enum lines_mode { LINES_AUTO, LINES_ROWS, LINES_FRAMES };

struct history_params {
    size_t budget_bytes;      /* past frames are kept up to here; 0: 512 MiB */
    size_t max_bytes;         /* the budget grows to 3 frames of the current size, at most to here; 0: budget_bytes */
    int max_frames;           /* 0: 4096 */
    enum policy policy;
    int every;                /* POLICY_EVERY: take each n-th frame */
    int64_t max_rows;         /* waterfall height; 0: 512 */
    int64_t row_span_ns;      /* a row of it stands for all that come in this time; 0: for one */
    struct trace *trace;      /* stages receive and decode of every frame; may be NULL */
    struct counters *counters; /* required; outlives the history */
    void (*wake)(void *arg);  /* after a commit, from the writer's thread, without the lock; may be NULL */
    void *wake_arg;
};

struct history;

struct history *history_create(const struct history_params *params);
/* After all writers are gone. Frees everything, also frames still held. */
void history_destroy(struct history *h);

/* --- writers --- */

/* Bytes of the largest frame that can be reserved. Any thread. */
size_t history_frame_limit(const struct history *h);
/* A frame with num_bytes of storage in frame->bytes, other fields zero (channels 1, index -1). Under POLICY_ALL it waits while
 * the budget is full of unseen frames (or 64 are queued). HS_ERR_LIMIT: larger than max_bytes / 3. HS_ERR_CANCELLED: after
 * history_cancel. */
enum hs_status history_reserve(struct history *h, size_t num_bytes, struct frame **out);
/* A frame whose cells lie elsewhere (a mapped file): frame->cells is the caller's; `release(arg)` is called once, from any thread,
 * when the history has forgotten the frame (also on history_abort), but not when this call fails. The same waiting as reserve. */
enum hs_status history_reserve_external(struct history *h, void (*release)(void *arg), void *arg, struct frame **out);
/* Nothing comes at the moment: while the history still grows, memory for a next frame like the last one is put in place now, instead
 * of while that is received. */
void history_prepare(struct history *h);
/* Received. The frame belongs to the history from here on. */
void history_commit(struct history *h, struct frame *f);
/* Not received after all (peer gone, bad content). Takes frame->meta and frame->settings too; not counted. */
void history_abort(struct history *h, struct frame *f);
/* Append the rows of `rows` to the waterfall: a grid of min(received, max_rows) rows, newest at the bottom. Rows are copied, never
 * dropped, counted in rows_received. Another width or dtype starts a new waterfall. meta may be NULL (a reference is taken);
 * settings as in a frame (taken over), t_ns of the newest row or 0. */
enum hs_status history_push_rows(struct history *h, const struct array *rows, struct meta *meta, char *settings, int64_t t_ns);
/* The same with the Unix time of the newest row, given or of its arrival (0: not known): what a time axis shows. */
enum hs_status history_push_stamped_rows(struct history *h, const struct array *rows, struct meta *meta, char *settings, int64_t t_ns,
                                         int64_t stamp_ns);
/* How rows of one row_span_ns are merged; until then as by AUTO. Any thread. */
void history_set_row_merge(struct history *h, enum reduce_mode mode);
/* Commit a frame that takes the place of the rows gathered so far, which are forgotten. */
void history_commit_for_rows(struct history *h, struct frame *f);
/* Turn the rows gathered so far into one frame that counts as received, and forget them as rows (text: the first blank line).
 * No rows: does nothing. */
enum hs_status history_rows_to_frame(struct history *h);

/* Tiles and events paint a grid that comes out as a frame with id 0, cells that change in place, and what has changed (frame->canvas).
 * They are never dropped; meta and settings as in history_push_rows. *outside: no part of the tile lies in the grid. HS_ERR_LIMIT: no room for the tile (or the shape); it isn't
 * counted. */
enum hs_status history_push_tile(struct history *h, const struct tile *t, struct meta *meta, char *settings, int64_t t_ns, bool *outside);
enum hs_status history_push_events(struct history *h, const struct event_batch *e, struct meta *meta, char *settings, int64_t t_ns);
/* The shape of that grid; 0, 0: it grows with what comes. */
enum hs_status history_set_shape(struct history *h, int64_t rows, int64_t cols);

/* --- the reader: one thread --- */

/* How events are shown: see canvas_set_events. */
void history_set_events(struct history *h, double half_life_s, double kernel_cells);
/* Options that came with tiles and events, to be applied before they are taken; the caller frees. NULL: none. */
char *history_take_canvas_settings(struct history *h);
/* When a fading grid is to be taken again although nothing came; INT64_MAX: never. */
int64_t history_due_ns(struct history *h);

/* The next frame to show by the policy, or NULL: nothing new. LATEST: the newest (unseen older ones count as dropped). ALL: the
 * oldest unseen. EVERY: the oldest unseen whose id is 1, n+1, 2n+1 ... (skipped ones count as dropped). A changed waterfall comes
 * as a frame, too (id 0: not counted; its cells stay as they are until the next take only). The frame is held until history_release.
 * *settings (may be NULL: none): a malloc'ed JSON object of all options that came with this and earlier, also dropped, frames and
 * have not been taken yet; the caller frees. */
struct frame *history_take(struct history *h, char **settings);
/* Options of frames dropped behind the last one taken. NULL: none. */
char *history_take_settings(struct history *h);
/* The frame was presented or rendered: count it as shown (first time only; id 0 never). */
void history_shown(struct history *h, struct frame *f);
/* A past or later frame still kept, by id; held until released; NULL when gone. Counts nothing. */
struct frame *history_peek(struct history *h, uint64_t id);
/* Ids still kept: [*oldest, *newest]; both 0 when empty. */
void history_range(struct history *h, uint64_t *oldest, uint64_t *newest);
/* Any thread, as long as the history lives. */
void history_release(struct history *h, struct frame *f);
/* What is known of a frame kept without holding it. */
struct history_item {
    uint64_t id;
    int64_t t_ns, arrived_ns; /* as in a frame */
    bool dropped, unseen;     /* passed over by the policy; still to be taken or shown */
    bool in_pause;            /* dropped because the view was paused: not shown live, but kept */
};
/* Those kept with ids from `first` on, in order, at most max; how many. */
int history_list(struct history *h, uint64_t first, struct history_item *out, int max);
/* How many of those kept were dropped because the view was paused: counted as dropped, but not lost. */
uint64_t history_num_in_pause(struct history *h);
/* Frames received and neither shown nor dropped yet. */
uint64_t history_queued(struct history *h);
/* While paused, take gives NULL, nothing is pending, LATEST frames keep arriving and being dropped; ALL makes writers wait. */
void history_pause(struct history *h, bool paused);
/* True while something unseen is there to take. */
bool history_pending(struct history *h);

/* Wake all waiting writers with HS_ERR_CANCELLED, for good. */
void history_cancel(struct history *h);
/* At exit: everything still queued counts as dropped. */
void history_finish(struct history *h);

#endif
