/* The state of a panel, shared by panel*.c only. */
#ifndef APP_PANEL_INTERNAL_H
#define APP_PANEL_INTERNAL_H

#include "app/alerts.h"
#include "app/annot_file.h"
#include "app/composed.h"
#include "app/diff.h"
#include "app/panel.h"
#include "app/side_matrix.h"
#include "app/stale.h"

enum { PANEL_MAX_FRAMES = 16384 }; /* in the history */

/* What was wrong with the stream last. */
struct panel_note {
    uint64_t seen;    /* complaints of the source that were */
    int64_t until_ns; /* when it goes from the corner again */
    char text[COMPLAINT_BYTES], waiting[COMPLAINT_BYTES];
};

struct panel {
    const struct options *options;
    struct history *history;
    struct source *source;
    char *name;          /* of the source */
    struct pool *pool;
    void (*wake)(void *arg);
    void *wake_arg;
    struct view *view;
    struct nd_index nd;  /* the slice on show; num_axes 0: the source has none */
    struct diff *diff;   /* what is subtracted before it is shown; NULL: nothing */
    struct counters counters;
    struct frame *frame; /* held */
    struct history *frame_of;  /* by this one */
    struct composed *composed; /* past pictures of tiles and events; NULL: none came, or there is no window */
    size_t composed_bytes;     /* the most they may take */
    uint64_t composed_id;      /* of the copy of the frame on show; 0: none */
    bool is_subtracted;        /* from another panel's, which shows both */
    struct alerts alerts;
    struct annot_file *texts; /* --annot-from; NULL: none */
    struct view_cell_texts cell_texts;
    int64_t texts_shape[2];    /* of the frame that was looked at last */
    bool texts_fit;            /* it */
    bool fresh;          /* latched and not shown yet */
    bool paused;
    bool replayed;       /* the frame was looked up in the history: its age says nothing */
    struct playback play;
    bool window, several, listens;
    double half_life, kernel; /* what the history was told */
    uint64_t num_shown;
    int64_t latched_ns;  /* when the last live frame was */
    struct quantile latency;
    double age_ms;       /* of the frame shown last, when it was; NAN: none */
    int64_t aged_ns;     /* arrival of what that was */
    int64_t newest_arrived_ns; /* of the frame latched last */
    struct stale stale;
    struct panel_note note;
    bool is_file;        /* a file may end, but it isn't late */
    bool has_age;        /* what comes in is new: a live source, or a file that grows or is rewritten */
    /* rate: counts at the beginning of the current and the last second */
    int64_t rate_since_ns;
    uint64_t rate_count;
    double rate;
};

/* panel_texts.c: the numbers or words of --annot-from for frames of this shape, or a line that there are none. */
void panel_fit_texts(struct panel *p, int64_t rows, int64_t cols);
size_t panel_memory_budget(const struct run *r);
/* The next frame of its own, whatever is subtracted. */
bool panel_latch_own(struct panel *p);

void panel_apply(struct panel *p, char *settings); /* of a stream; taken over */
/* This frame from now on, which `of` holds for it. */
void panel_show(struct panel *p, struct frame *f, struct history *of);

/* panel_note.c: what is wrong with the stream, for the corner. NULL: nothing, or not any more. */
const char *panel_note_text(struct panel *p);
/* An option that a frame brought was refused. */
void panel_note_refused(struct panel *p, const char *settings);

/* panel_past.c: looking back. */
void panel_replay(struct panel *p, struct frame *f);
bool panel_play_on(struct panel *p);
/* The live picture, for later. */
void panel_keep(struct panel *p, const struct frame *f);

/* panel_slice.c: the title says which slice it is, and whose. */
void panel_name_slice(struct panel *p);

/* panel_pair.c: with something to subtract. */
bool panel_latch_pair(struct panel *p);
/* The second panel after the first, which has looked something up in the history. */
void panel_replay_pair(struct panel *p);
void panel_show_difference(struct panel *p);

#endif
