/* The reader's half of the history: taking frames by the policy, looking back, letting go. Threads: the reader (one); letting go: any. */
#include "data/history_internal.h"
#include <assert.h>

/* The frame the policy gives next; NULL: none. */
static struct slot *next_queued(struct history *h)
{
    if (h->next_take < h->oldest)
        h->next_take = h->oldest;
    for (; h->next_take <= h->newest; h->next_take++) {
        if (slot_of(h, h->next_take)->fate == FATE_QUEUED)
            return slot_of(h, h->next_take);
    }
    return NULL;
}

static void hold(struct history *h, struct slot *s)
{
    if (s->refs++ == 0)
        h->held_bytes += slot_bytes(s);
}

static struct slot *take_rows(struct history *h)
{
    struct slot *s = history_show_waterfall(h);
    if (!s)
        return NULL;
    h->waterfall.dirty = false;
    return s;
}

struct frame *history_take(struct history *h, char **settings)
{
    struct slot *s = NULL;
    if (settings)
        *settings = NULL;
    pthread_mutex_lock(&h->lock);
    if (h->paused)
        goto out;
    s = next_queued(h);
    if (s && h->waterfall.dirty && h->rows_seq < s->seq) { /* rows, then a frame */
        if (h->p.policy == POLICY_LATEST)
            h->waterfall.dirty = false;
        else
            s = NULL;
    }
    if (s) {
        slot_set_fate(h, s, FATE_TAKEN);
        history_collect_up_to(h, s->frame.id);
    } else if (h->waterfall.dirty && (s = take_rows(h))) {
        if (!h->num_queued) {
            history_collect_up_to(h, h->newest);
            history_collect(h, &h->rows_settings);
        }
    } else {
        s = history_take_canvas(h);
    }
    if (!s)
        goto out;
    hold(h, s);
    if (settings) {
        *settings = h->settings;
        h->settings = NULL;
    }
out:
    history_leave(h);
    return s ? &s->frame : NULL;
}

char *history_take_settings(struct history *h)
{
    pthread_mutex_lock(&h->lock);
    struct slot *s = next_queued(h);
    history_collect_up_to(h, s ? s->frame.id - 1 : h->newest);
    if (!s && !h->waterfall.dirty)
        history_collect(h, &h->rows_settings);
    char *settings = h->settings;
    h->settings = NULL;
    pthread_mutex_unlock(&h->lock);
    return settings;
}

void history_shown(struct history *h, struct frame *f)
{
    struct slot *s = (struct slot *)f;
    pthread_mutex_lock(&h->lock);
    if (slot_is_unseen(s))
        slot_set_fate(h, s, FATE_SHOWN);
    pthread_mutex_unlock(&h->lock);
}

struct frame *history_peek(struct history *h, uint64_t id)
{
    struct slot *s = NULL;
    pthread_mutex_lock(&h->lock);
    if (id >= h->oldest && id <= h->newest) {
        s = slot_of(h, id);
        hold(h, s);
    }
    pthread_mutex_unlock(&h->lock);
    return s ? &s->frame : NULL;
}

void history_range(struct history *h, uint64_t *oldest, uint64_t *newest)
{
    pthread_mutex_lock(&h->lock);
    bool empty = h->oldest > h->newest;
    *oldest = empty ? 0 : h->oldest;
    *newest = empty ? 0 : h->newest;
    pthread_mutex_unlock(&h->lock);
}

int history_list(struct history *h, uint64_t first, struct history_item *out, int max)
{
    int num = 0;
    pthread_mutex_lock(&h->lock);
    for (uint64_t id = first > h->oldest ? first : h->oldest; id <= h->newest && num < max; id++) {
        const struct slot *s = slot_of(h, id);
        out[num++] = (struct history_item){id, s->frame.t_ns, s->frame.arrived_ns, s->fate == FATE_DROPPED, slot_is_unseen(s), s->in_pause};
    }
    pthread_mutex_unlock(&h->lock);
    return num;
}

void history_release(struct history *h, struct frame *f)
{
    struct slot *s = (struct slot *)f;
    if (!s)
        return;
    pthread_mutex_lock(&h->lock);
    assert(s->refs > 0);
    if (--s->refs == 0) {
        h->held_bytes -= slot_bytes(s);
        if (s->fate == FATE_TAKEN) /* let go without having been on screen */
            slot_set_fate(h, s, FATE_DROPPED);
        if (s->place != PLACE_RING)
            slot_kill(h, s);
        pthread_cond_broadcast(&h->room);
    }
    history_leave(h);
}

uint64_t history_num_in_pause(struct history *h)
{
    pthread_mutex_lock(&h->lock);
    uint64_t num = h->num_in_pause;
    pthread_mutex_unlock(&h->lock);
    return num;
}

uint64_t history_queued(struct history *h)
{
    pthread_mutex_lock(&h->lock);
    uint64_t num = h->num_queued + h->num_taken;
    pthread_mutex_unlock(&h->lock);
    return num;
}

void history_pause(struct history *h, bool paused)
{
    pthread_mutex_lock(&h->lock);
    h->paused = paused;
    pthread_mutex_unlock(&h->lock);
}

bool history_pending(struct history *h)
{
    pthread_mutex_lock(&h->lock);
    bool pending = !h->paused && (h->num_queued || h->waterfall.dirty || history_canvas_has_news(h));
    pthread_mutex_unlock(&h->lock);
    return pending;
}

void history_cancel(struct history *h)
{
    pthread_mutex_lock(&h->lock);
    h->cancelled = true;
    pthread_cond_broadcast(&h->room);
    pthread_mutex_unlock(&h->lock);
}

void history_finish(struct history *h)
{
    pthread_mutex_lock(&h->lock);
    h->finished = true;
    for (int i = 0; i < h->num_slots_used; i++) {
        if (h->slots[i].place != PLACE_FREE && slot_is_unseen(&h->slots[i]))
            slot_set_fate(h, &h->slots[i], FATE_DROPPED);
    }
    pthread_mutex_unlock(&h->lock);
}
