/* Playing what the history keeps, at real frame times times a speed; and what is known of each frame's range for the time line's marks.
 * One per panel. Render thread. */
#ifndef APP_PLAYBACK_H
#define APP_PLAYBACK_H

#include "base/pool.h"
#include "data/history.h"

struct range_note;

struct playback {
    struct history *history;
    bool every_frame;      /* frames not seen yet are never jumped over (policy all) */
    int speed_log2;        /* -3 (1/8x) to 6 (64x) */
    int direction;         /* 1: forwards, -1: backwards, 0: not playing */
    int64_t shown_due_ns;  /* when the frame on show was due */
    int64_t next_due_ns;   /* and the next one; INT64_MAX: there is none */
    struct range_note *notes; /* by id modulo num_notes */
    int num_notes;
    uint64_t scanned;      /* every frame kept up to here has been looked at */
};

/* False without memory. max_frames: as many as the history keeps. */
bool playback_init(struct playback *p, struct history *h, int max_frames, bool every_frame);
void playback_fini(struct playback *p);
/* Look back into another history from now on; what is known of ranges is forgotten. */
void playback_use(struct playback *p, struct history *h);

double playback_speed(const struct playback *p);
/* "1/4x", "8x"; static. */
const char *playback_speed_text(const struct playback *p);
/* Double (1) or halve (-1) it; false: it is at its end. */
bool playback_change_speed(struct playback *p, int step);

/* From the frame on show, in this direction (0: stop). */
void playback_start(struct playback *p, int direction);
/* The frame that is due in place of the one on show, held for the caller; NULL: not yet. *at_end: there are no more that way. */
struct frame *playback_next(struct playback *p, const struct frame *on_show, bool *at_end);

/* The frame was shown live in this colour range. */
void playback_note_range(struct playback *p, uint64_t id, double vmin, double vmax);
/* Look at frames not looked at yet until the time is up. True: there are more. */
bool playback_scan(struct playback *p, struct pool *pool, int64_t until_ns);
/* Does the frame hold values outside [vmin, vmax]? With vmin NaN: outside the range it was shown in; false where that isn't known. */
bool playback_is_clipped(const struct playback *p, uint64_t id, double vmin, double vmax);

#endif
