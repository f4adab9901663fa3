/* The history's part in tiles and events: counting, waking, settings, and the one frame that shows them. Painting happens outside the
 * history's lock, under the canvas's own, so that a large tile holds nobody up but other tiles. Threads: writers, and the reader for
 * take, due and set_events. */
#include "base/clock.h"
#include "data/history_internal.h"
#include "data/settings.h"
#include <stdlib.h>

/* Before painting: settings, and whether there is still anybody to paint for. */
static enum hs_status begin(struct history *h, char *settings)
{
    pthread_mutex_lock(&h->lock);
    if (settings)
        h->canvas_settings = settings_merge(h->canvas_settings, settings);
    enum hs_status status = h->cancelled ? HS_ERR_CANCELLED : HS_OK;
    pthread_mutex_unlock(&h->lock);
    return status;
}

/* After painting: the memory counts, and the reader hears of it. */
static void end(struct history *h, bool news)
{
    if (!news)
        return;
    size_t bytes = canvas_bytes(h->canvas);
    pthread_mutex_lock(&h->lock);
    h->blocks.used_bytes += bytes - h->canvas_bytes;
    h->canvas_bytes = bytes;
    pthread_mutex_unlock(&h->lock);
    if (h->p.wake)
        h->p.wake(h->p.wake_arg);
}

enum hs_status history_push_tile(struct history *h, const struct tile *t, struct meta *meta, char *settings, int64_t t_ns, bool *outside)
{
    bool news = *outside = false;
    enum hs_status status = begin(h, settings);
    if (status == HS_OK)
        status = canvas_add_tile(h->canvas, t, meta, t_ns, &news, outside);
    if (status == HS_OK)
        counter_add(&h->p.counters->tiles_received, 1);
    counter_add(&h->p.counters->tiles_outside, *outside);
    end(h, news);
    return status;
}

enum hs_status history_push_events(struct history *h, const struct event_batch *e, struct meta *meta, char *settings, int64_t t_ns)
{
    bool news = false;
    enum hs_status status = begin(h, settings);
    if (status == HS_OK && e->num > 0) {
        int64_t outside = canvas_add_events(h->canvas, e, meta, t_ns, &news);
        counter_add(&h->p.counters->events_received, (uint64_t)e->num);
        counter_add(&h->p.counters->events_outside, (uint64_t)outside);
    }
    end(h, news);
    return status;
}

enum hs_status history_set_shape(struct history *h, int64_t rows, int64_t cols)
{
    return canvas_set_shape(h->canvas, rows, cols);
}

void history_set_events(struct history *h, double half_life_s, double kernel_cells)
{
    canvas_set_events(h->canvas, half_life_s, kernel_cells);
}

char *history_take_canvas_settings(struct history *h)
{
    pthread_mutex_lock(&h->lock);
    char *settings = h->paused ? NULL : h->canvas_settings;
    if (settings)
        h->canvas_settings = NULL;
    pthread_mutex_unlock(&h->lock);
    return settings;
}

int64_t history_due_ns(struct history *h)
{
    pthread_mutex_lock(&h->lock);
    bool shown = !h->paused && h->canvas_slot;
    pthread_mutex_unlock(&h->lock);
    return shown ? canvas_due_ns(h->canvas) : INT64_MAX;
}

bool history_canvas_has_news(struct history *h)
{
    return canvas_has_news(h->canvas);
}

struct slot *history_take_canvas(struct history *h)
{
    bool due = h->canvas_slot && clock_now_ns() >= canvas_due_ns(h->canvas);
    if (!canvas_has_news(h->canvas) && !due)
        return NULL;
    struct slot *s = h->canvas_slot ? h->canvas_slot : slot_get(h);
    if (!s)
        return NULL;
    s->place = PLACE_SNAPSHOT;
    if (canvas_take(h->canvas, &s->frame) != HS_OK) {
        if (s != h->canvas_slot)
            slot_kill(h, s);
        return NULL;
    }
    h->canvas_slot = s;
    return s;
}
