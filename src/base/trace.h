/* Where a frame's time goes: durations of the stages of its way, as quantiles always, and as a file in the Chrome trace format
 * (chrome://tracing, ui.perfetto.dev) when asked for. Passed by pointer; NULL is fine everywhere and costs one branch. */
#ifndef BASE_TRACE_H
#define BASE_TRACE_H

#include "base/clock.h"
#include "base/quantile.h"
#include <heatscope/status.h>
#include <stdint.h>

/* receive: from the storage being ready to the last byte; decode: from there to the history; layout: axes, colour range and list.
 * upload: textures of a GPU. draw: by the executor. present: until the window system has the picture. */
#define TRACE_STAGES(X) X(RECEIVE, receive) X(DECODE, decode) X(REDUCE, reduce) X(LAYOUT, layout) X(UPLOAD, upload) X(DRAW, draw) X(PRESENT, present)

enum trace_stage {
#define TRACE_ENUM(NAME, name) TRACE_##NAME,
    TRACE_STAGES(TRACE_ENUM)
#undef TRACE_ENUM
    TRACE_NUM_STAGES
};

enum { TRACE_NUM_FRAMES = 120 };

struct trace;

/* path: the file to write events to; NULL: only quantiles are kept. HS_ERR_IO with a line logged. */
enum hs_status trace_create(const char *path, struct trace **out);
/* Ends the file. NULL is fine. */
void trace_destroy(struct trace *t);

static inline int64_t trace_now(const struct trace *t) { return t ? clock_now_ns() : 0; }
/* A stage of a frame (its id, from 1; the file counts from 0, as --frame does; 0: none in particular) took from begin to end. Any thread; waits for nobody but another trace_add. */
void trace_add(struct trace *t, enum trace_stage stage, uint64_t frame, int64_t begin_ns, int64_t end_ns);
const char *trace_stage_name(enum trace_stage stage);
/* A copy of what was counted of a stage. Any thread. */
void trace_stage_quantiles(struct trace *t, enum trace_stage stage, struct quantile *out);

/* --- render thread --- */

/* One picture took this long, all in all. */
void trace_picture(struct trace *t, double ms);
/* The last TRACE_NUM_FRAMES of those, oldest first; returns how many. */
int trace_pictures(const struct trace *t, float ms[TRACE_NUM_FRAMES]);
/* Write the events gathered so far to the file. */
void trace_flush(struct trace *t);

#endif
