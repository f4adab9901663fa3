/* What history.c (writers, eviction) and history_read.c (the reader) share. Everything below "under the lock" is touched under it
 * only; functions here are called with it held, but for leave's second half. */
#ifndef DATA_HISTORY_INTERNAL_H
#define DATA_HISTORY_INTERNAL_H

#include "data/blocks.h"
#include "data/history.h"
#include "data/waterfall.h"
#include <pthread.h>

enum place { PLACE_FREE, PLACE_RESERVED, PLACE_RING, PLACE_DETACHED, PLACE_SNAPSHOT };
enum fate { FATE_NONE, FATE_QUEUED, FATE_TAKEN, FATE_SHOWN, FATE_DROPPED };

struct slot {
    struct frame frame; /* first: a frame is its slot */
    struct slot *next;  /* in the free or dead list */
    struct block *block;
    void (*release)(void *arg); /* external frames */
    void *release_arg;
    enum place place;
    enum fate fate;
    int refs;     /* the reader's */
    bool in_pause; /* dropped while the view was paused */
    uint64_t seq; /* order of frames among row pushes */
};

struct history {
    /* constant */
    struct history_params p;
    int ring_size, num_slots;
    pthread_mutex_t lock;
    pthread_cond_t room;
    struct canvas *canvas; /* has its own lock, taken last */

    /* under the lock */
    struct slot *slots, **ring;
    int num_slots_used;
    struct slot *free_slots, *dead_slots;
    struct blocks blocks;
    size_t unseen_bytes; /* blocks of frames not taken yet */
    size_t held_bytes;   /* blocks of frames the reader holds */
    size_t frame_bytes;  /* of the newest frame: the budget grows to three of them */
    uint64_t oldest, newest; /* kept: empty when oldest > newest */
    uint64_t next_take;      /* nothing below it is queued */
    uint64_t next_settings;  /* settings below it have been collected */
    uint64_t seq, rows_seq;
    uint64_t num_queued, num_taken;
    uint64_t num_in_pause; /* of those kept */
    char *settings;      /* collected, not given to the reader yet */
    char *rows_settings; /* came with rows, after the newest frame */
    struct waterfall waterfall;
    size_t canvas_bytes;       /* as counted in blocks.used_bytes */
    struct slot *canvas_slot;  /* the frame that shows the canvas, while the reader holds it */
    char *canvas_settings;     /* came with tiles and events */
    bool paused, cancelled, finished;
};

static inline struct slot *slot_of(struct history *h, uint64_t id)
{
    return h->ring[id % (uint64_t)h->ring_size];
}

static inline size_t slot_bytes(const struct slot *s)
{
    return s->block ? s->block->capacity : 0;
}

static inline bool slot_is_unseen(const struct slot *s)
{
    return s->fate == FATE_QUEUED || s->fate == FATE_TAKEN;
}

/* Give a frame up; leave() disposes of it. */
void slot_kill(struct history *h, struct slot *s);
/* The one place where counters move. */
void slot_set_fate(struct history *h, struct slot *s, enum fate fate);
/* The waterfall as it is now, as a frame that looks at the reader's window. NULL: no memory. */
struct slot *history_show_waterfall(struct history *h);
/* A fresh slot; NULL: none is left. */
struct slot *slot_get(struct history *h);
/* The canvas as it is now, in its frame. NULL: no news. */
struct slot *history_take_canvas(struct history *h);
bool history_canvas_has_news(struct history *h);
/* Move *settings (may be NULL) behind the collected ones. */
void history_collect(struct history *h, char **settings);
/* Those of all frames up to id, in order. */
void history_collect_up_to(struct history *h, uint64_t id);
/* Unlock, then do what is slow about the dead, and only then let their slots be used again. */
void history_leave(struct history *h);

#endif
