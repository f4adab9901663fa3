/* A panel: one source, its history, its view, and the counters between them. Render thread, but for the wake-up that sources call. */
#ifndef APP_PANEL_H
#define APP_PANEL_H

#include "app/playback.h"
#include "base/quantile.h"
#include "data/history.h"
#include "ingest/source.h"
#include "view/view.h"

struct panel;

struct panel_params {
    const struct options *options; /* outlives the panel */
    const char *source;            /* one of the sources, or NULL with options->run.listen */
    const char *listen;
    bool window;                   /* shown in a window: decides policy and how text comes in */
    int num_panels;                /* that share the memory; more than one: titles and a line of numbers tell them apart */
    bool every_frame;              /* each frame is wanted (-o f%05d.png): policy all */
    struct pool *pool;
    struct font *font;
    struct trace *trace;           /* may be NULL */
    const atomic_bool *quit;       /* waiting for a picture ends */
    void (*wake)(void *arg);       /* something new came; from any thread */
    void *wake_arg;
};

enum hs_status panel_create(const struct panel_params *params, struct panel **out);
/* Stops the source; NULL is fine. */
void panel_destroy(struct panel *p);

/* Show its frames less those of another panel from now on (diff.h), which is taken over. False without memory. */
bool panel_subtract(struct panel *p, struct panel *minus);
/* That panel; NULL: nothing is subtracted. */
struct panel *panel_minus(const struct panel *p);

struct view *panel_view(struct panel *p);
/* Call its source so from now on. False without memory. */
bool panel_rename(struct panel *p, const char *name);
const char *panel_source_name(const struct panel *p);
/* Of a directory: which file the frame on show is from; else NULL. */
const char *panel_file(const struct panel *p);
const struct counters *panel_counters(const struct panel *p);

/* Latch the next frame by the policy, with its options. True: there is a new picture to make. */
bool panel_latch(struct panel *p);
/* Something unseen waits to be latched. */
bool panel_pending(struct panel *p);
/* When it is worth latching although nothing came, since events fade; INT64_MAX: never. */
int64_t panel_due_ns(struct panel *p);
/* The picture of the frame latched last was presented (window) or rendered (headless). */
void panel_shown(struct panel *p);
/* Pictures presented, frames and waterfalls alike. */
uint64_t panel_num_shown(const struct panel *p);
/* The source came to its end and everything that came has been latched. */
bool panel_ended(struct panel *p);
/* The same of itself alone, whatever is subtracted. */
bool panel_own_ended(struct panel *p);
bool panel_is_finite(const struct panel *p);
/* It has failed, and said why. */
bool panel_has_failed(struct panel *p);
/* Of a file or a directory, not a stream. */
bool panel_is_file(const struct panel *p);
/* A difference that never was, of two sources that bring nothing more. */
bool panel_is_hopeless(struct panel *p);
bool panel_has_frame(const struct panel *p);
/* What --annot-from gave has the shape of the frame on show (else that was said), or there is none. */
bool panel_texts_fit(const struct panel *p);
/* 0-based number of the frame latched last among those received. */
int64_t panel_frame_index(const struct panel *p);
/* Its id in the history; 0: none, or a waterfall. */
uint64_t panel_frame_id(const struct panel *p);
/* Refresh the small line in the corner: waiting, ended, connection lost, paused. */
void panel_update_status(struct panel *p);

/* The slice on show of an array of more dimensions; NULL: the source is something else. */
const struct nd_index *panel_slice(const struct panel *p);
/* Show another slice: this index of a leading axis (within its size, else the nearest that is). False: it is on show. */
bool panel_show_slice(struct panel *p, int axis, int64_t at);

void panel_pause(struct panel *p, bool paused);
bool panel_is_paused(const struct panel *p);
/* Pauses and shows the frame `delta` before or after the one on show, of those still kept. False: none there. */
bool panel_step(struct panel *p, int delta);
/* Why there are no frames to go to, a line for people; NULL: there are. */
const char *panel_why_no_frames(struct panel *p);
/* Likewise the frame `id`, or the nearest that is kept. */
bool panel_seek(struct panel *p, uint64_t id);
/* Back to what comes in, from any pause. */
void panel_live(struct panel *p);
/* Play from the frame on show, 1 forwards or -1 backwards; 0: stand still. At the newest frame it goes back to live. */
void panel_play(struct panel *p, int direction);
/* Twice (1) or half (-1) as fast, of history and files; false: it is at its end. */
bool panel_change_speed(struct panel *p, int step);
/* To read; and to look at frames' ranges. */
struct playback *panel_playback(struct panel *p);
/* Id of the frame on show; 0: none, or a waterfall. */
uint64_t panel_shown_id(const struct panel *p);

/* Age of the picture on show when it was presented: since the producer's t_ns, else since it arrived. NAN: none,
 * it is a recording, or it was looked up in the history. */
double panel_age_ms(const struct panel *p);
/* A live source has been silent for too long; the status line says so. */
bool panel_is_stale(struct panel *p);
/* When panel_update_status has something new to say although nothing comes; INT64_MAX: never. */
int64_t panel_next_update_ns(const struct panel *p);
/* What was wrong with the stream last; NULL: nothing yet. */
const char *panel_last_complaint(const struct panel *p);
/* Of a socket: how many are open; -1: it is something else. */
int panel_connections(const struct panel *p);
const struct quantile *panel_latency(const struct panel *p);
uint64_t panel_queued(struct panel *p);
/* Frames dropped, but for those that came in a pause and are still kept: *kept. --stats counts both as dropped. */
uint64_t panel_lost(struct panel *p, uint64_t *kept);
/* Frames (or waterfall updates) received in the last second or so, per second. */
double panel_rate(struct panel *p);
/* No more frames; what is queued counts as dropped. */
void panel_finish(struct panel *p);

#endif
