/* The ring between sources and the view. Frames kept are the ids [oldest, newest] without holes, found by id modulo the ring's
 * size; a frame evicted while the reader holds it leaves the ring ("detached") and dies at its release. Storage blocks are counted
 * when their bytes have arrived, stay counted until unmapped, and are handed on: to reserve from the free list, or straight from
 * the oldest frame when the budget is full, so a steady state maps nothing.
 *
 * Settings wait on their frame until the reader takes it or a later one, or until it is evicted: so they apply in order, also
 * when frames are dropped. Every counter moves under the lock: received = shown + dropped + queued holds whenever it is free.
 *
 * Threads: any number of writers, here; the reader is in history_read.c. Whatever is slow (munmap, release callbacks) happens
 * outside the lock, in history_leave(). */
#include "data/history_internal.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/settings.h"
#include <assert.h>
#include <stdlib.h>

enum {
    MAX_UNSEEN = 64,    /* POLICY_ALL: writers wait from here on */
    MAX_UNSEEN_BYTES = 16 << 20, /* and from here on, but for a frame; what waits longer has left the caches when it is reduced */
    SPARE_FRAMES = 512, /* being received, held, and what writers commit at once on top of MAX_UNSEEN */
};

static size_t budget(const struct history *h, size_t frame_bytes)
{
    size_t three = frame_bytes > h->p.max_bytes / 3 ? h->p.max_bytes : frame_bytes * 3;
    return three > h->p.budget_bytes ? three : h->p.budget_bytes;
}

/* --- slots --- */

struct slot *slot_get(struct history *h)
{
    struct slot *s = h->free_slots;
    if (s)
        h->free_slots = s->next;
    else if (h->num_slots_used < h->num_slots)
        s = &h->slots[h->num_slots_used++];
    else
        return NULL;
    *s = (struct slot){.frame = {.channels = 1, .index = -1}, .place = PLACE_RESERVED};
    return s;
}

void slot_kill(struct history *h, struct slot *s)
{
    if (s->block)
        blocks_recycle(&h->blocks, s->block);
    s->block = NULL;
    if (h->canvas_slot == s)
        h->canvas_slot = NULL;
    s->place = PLACE_FREE;
    s->next = h->dead_slots;
    h->dead_slots = s;
}

static void slot_set_block(struct slot *s, struct block *b)
{
    s->block = b;
    s->frame.bytes = b->bytes;
    s->frame.capacity_bytes = b->capacity;
}

/* Unlock, then do what is slow about the dead, and only then let their slots be used again. */
void history_leave(struct history *h)
{
    struct slot *slots = h->dead_slots, *last = NULL;
    struct block *blocks = blocks_take_dead(&h->blocks);
    h->dead_slots = NULL;
    pthread_mutex_unlock(&h->lock);
    blocks_bury(blocks);
    for (struct slot *s = slots; s; s = s->next) {
        if (s->release)
            s->release(s->release_arg);
        meta_unref(s->frame.meta);
        free(s->frame.settings);
        last = s;
    }
    if (!slots)
        return;
    pthread_mutex_lock(&h->lock);
    last->next = h->free_slots;
    h->free_slots = slots;
    pthread_mutex_unlock(&h->lock);
}

/* --- fates: the one place where counters move --- */

void slot_set_fate(struct history *h, struct slot *s, enum fate fate)
{
    if (s->fate == FATE_QUEUED) {
        h->num_queued--;
        h->unseen_bytes -= slot_bytes(s);
        pthread_cond_broadcast(&h->room);
    } else if (s->fate == FATE_TAKEN) {
        h->num_taken--;
    }
    s->fate = fate;
    if (fate == FATE_QUEUED) {
        h->num_queued++;
        h->unseen_bytes += slot_bytes(s);
    } else if (fate == FATE_TAKEN) {
        h->num_taken++;
    } else if (fate == FATE_SHOWN) {
        counter_add(&h->p.counters->frames_shown, 1);
    } else if (fate == FATE_DROPPED) {
        counter_add(&h->p.counters->frames_dropped, 1);
        s->in_pause = h->paused && s->place == PLACE_RING;
        h->num_in_pause += s->in_pause;
    }
}

/* --- settings --- */

void history_collect(struct history *h, char **settings)
{
    if (*settings)
        h->settings = settings_merge(h->settings, *settings);
    *settings = NULL;
}

/* Those of all frames up to id, in order. */
void history_collect_up_to(struct history *h, uint64_t id)
{
    if (h->next_settings < h->oldest)
        h->next_settings = h->oldest;
    for (; h->next_settings <= id; h->next_settings++)
        history_collect(h, &slot_of(h, h->next_settings)->frame.settings);
}

/* --- eviction --- */

static bool evict_oldest(struct history *h, bool force)
{
    if (h->oldest >= h->newest)
        return false;
    struct slot *s = slot_of(h, h->oldest);
    if (s->fate == FATE_QUEUED && h->p.policy == POLICY_ALL && !force)
        return false;
    if (s->fate == FATE_QUEUED)
        slot_set_fate(h, s, FATE_DROPPED);
    h->num_in_pause -= s->in_pause;
    history_collect_up_to(h, h->oldest);
    h->ring[h->oldest % (uint64_t)h->ring_size] = NULL;
    h->oldest++;
    if (s->refs)
        s->place = PLACE_DETACHED;
    else
        slot_kill(h, s);
    return true;
}

static void keep_within_budget(struct history *h)
{
    size_t limit = budget(h, h->frame_bytes);
    while (h->newest + 1 - h->oldest > (uint64_t)h->p.max_frames && evict_oldest(h, false))
        ;
    while (h->blocks.used_bytes > limit && (blocks_trim(&h->blocks) || evict_oldest(h, false)))
        ;
}

/* --- life --- */

struct history *history_create(const struct history_params *params)
{
    struct history *h = mem_zeroed(1, sizeof *h);
    if (!h)
        return NULL;
    assert(params->counters);
    h->p = *params;
    if (!h->p.budget_bytes)
        h->p.budget_bytes = (size_t)512 << 20;
    if (h->p.max_bytes < h->p.budget_bytes)
        h->p.max_bytes = h->p.budget_bytes;
    if (h->p.max_frames < 1)
        h->p.max_frames = 4096;
    if (h->p.every < 1)
        h->p.every = 1;
    if (h->p.max_rows < 1)
        h->p.max_rows = 512;
    h->ring_size = h->p.max_frames + SPARE_FRAMES;
    h->num_slots = h->ring_size + SPARE_FRAMES;
    h->slots = mem_zeroed((size_t)h->num_slots, sizeof *h->slots);
    h->ring = mem_zeroed((size_t)h->ring_size, sizeof *h->ring);
    h->oldest = h->next_take = h->next_settings = 1;
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->room, NULL);
    h->canvas = canvas_create(h->p.max_bytes / 3);
    if (!h->slots || !h->ring || !h->canvas) {
        history_destroy(h);
        return NULL;
    }
    return h;
}

void history_destroy(struct history *h)
{
    if (!h)
        return;
    pthread_mutex_lock(&h->lock);
    for (int i = 0; i < h->num_slots_used; i++) {
        if (h->slots[i].place != PLACE_FREE)
            slot_kill(h, &h->slots[i]);
    }
    while (blocks_trim(&h->blocks))
        ;
    history_leave(h);
    waterfall_fini(&h->waterfall);
    canvas_destroy(h->canvas);
    free(h->canvas_settings);
    free(h->settings);
    free(h->rows_settings);
    free(h->slots);
    free(h->ring);
    pthread_cond_destroy(&h->room);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

/* --- writers --- */

static bool is_full(const struct history *h, size_t num_bytes)
{
    int most = h->p.max_frames < MAX_UNSEEN ? h->p.max_frames : MAX_UNSEEN;
    if (h->num_queued >= (uint64_t)most)
        return true;
    if (h->num_queued > 1 && h->unseen_bytes + num_bytes > MAX_UNSEEN_BYTES)
        return true;
    return h->num_queued && h->unseen_bytes + h->held_bytes + num_bytes > budget(h, num_bytes);
}

static enum hs_status wait_for_room(struct history *h, size_t num_bytes)
{
    while (!h->cancelled && h->p.policy == POLICY_ALL && is_full(h, num_bytes))
        pthread_cond_wait(&h->room, &h->lock);
    return h->cancelled ? HS_ERR_CANCELLED : HS_OK;
}

/* From the free list, or from the oldest frame when the budget is full anyway. What isn't seen yet is never evicted for a frame
 * that has only been announced. */
static struct block *block_reuse(struct history *h, size_t num_bytes)
{
    struct block *b = blocks_find(&h->blocks, num_bytes);
    if (b || h->oldest >= h->newest || h->blocks.used_bytes + num_bytes <= budget(h, num_bytes))
        return b;
    struct slot *s = slot_of(h, h->oldest);
    if (slot_is_unseen(s) || s->refs || !block_suits(s->block, num_bytes))
        return NULL;
    evict_oldest(h, false);
    return blocks_find(&h->blocks, num_bytes);
}

size_t history_frame_limit(const struct history *h)
{
    return h->p.max_bytes / 3; /* being received, shown, and kept */
}

enum hs_status history_reserve(struct history *h, size_t num_bytes, struct frame **out)
{
    *out = NULL;
    if (num_bytes > history_frame_limit(h))
        return HS_ERR_LIMIT;
    pthread_mutex_lock(&h->lock);
    enum hs_status status = wait_for_room(h, num_bytes);
    struct slot *s = status == HS_OK ? slot_get(h) : NULL;
    struct block *b = s ? block_reuse(h, num_bytes) : NULL;
    bool usual = num_bytes <= h->frame_bytes; /* no header that only claims so much */
    history_leave(h);
    if (status != HS_OK)
        return status;
    if (!s)
        return HS_ERR_MEMORY;
    if (!b)
        b = usual ? block_map_ready(num_bytes) : block_map(num_bytes);
    if (!b) {
        history_abort(h, &s->frame);
        return HS_ERR_MEMORY;
    }
    slot_set_block(s, b);
    s->frame.reserved_ns = trace_now(h->p.trace);
    *out = &s->frame;
    return HS_OK;
}

enum hs_status history_reserve_external(struct history *h, void (*release)(void *arg), void *arg, struct frame **out)
{
    *out = NULL;
    pthread_mutex_lock(&h->lock);
    enum hs_status status = wait_for_room(h, 0);
    struct slot *s = status == HS_OK ? slot_get(h) : NULL;
    pthread_mutex_unlock(&h->lock);
    if (!s)
        return status == HS_OK ? HS_ERR_MEMORY : status;
    s->release = release;
    s->release_arg = arg;
    *out = &s->frame;
    return HS_OK;
}

static void commit(struct history *h, struct slot *s)
{
    if (h->newest + 1 - h->oldest == (uint64_t)h->ring_size)
        evict_oldest(h, true);
    struct frame *f = &s->frame;
    f->id = ++h->newest;
    f->arrived_ns = clock_now_ns();
    s->place = PLACE_RING;
    s->seq = ++h->seq;
    h->ring[f->id % (uint64_t)h->ring_size] = s;
    if (h->rows_settings) {
        f->settings = settings_merge(h->rows_settings, f->settings);
        h->rows_settings = NULL;
    }
    if (s->block) {
        blocks_count(&h->blocks, s->block);
        h->frame_bytes = s->block->capacity;
    }
    counter_add(&h->p.counters->frames_received, 1);
    bool wanted = h->p.policy != POLICY_EVERY || (f->id - 1) % (uint64_t)h->p.every == 0;
    if (h->p.policy == POLICY_LATEST) { /* it supersedes what hasn't been taken */
        for (uint64_t id = h->next_take > h->oldest ? h->next_take : h->oldest; id < f->id; id++) {
            if (slot_of(h, id)->fate == FATE_QUEUED)
                slot_set_fate(h, slot_of(h, id), FATE_DROPPED);
        }
        h->next_take = f->id;
    }
    slot_set_fate(h, s, wanted && !h->finished ? FATE_QUEUED : FATE_DROPPED);
    keep_within_budget(h);
}

static void wake(struct history *h)
{
    if (h->p.wake)
        h->p.wake(h->p.wake_arg);
}

/* Where the time of a frame that was received went; id as of its commit. */
static void trace_arrival(const struct history *h, uint64_t id, int64_t reserved_ns, int64_t received_ns, int64_t arrived_ns)
{
    if (!h->p.trace || !reserved_ns)
        return;
    received_ns = received_ns ? received_ns : arrived_ns;
    trace_add(h->p.trace, TRACE_RECEIVE, id, reserved_ns, received_ns);
    trace_add(h->p.trace, TRACE_DECODE, id, received_ns, arrived_ns);
}

void history_prepare(struct history *h)
{
    pthread_mutex_lock(&h->lock);
    size_t num_bytes = h->frame_bytes;
    bool grows = num_bytes && !h->finished && !h->blocks.free && h->blocks.used_bytes + num_bytes <= budget(h, num_bytes);
    pthread_mutex_unlock(&h->lock);
    struct block *b = grows ? block_map_ready(num_bytes) : NULL;
    if (!b)
        return;
    pthread_mutex_lock(&h->lock);
    blocks_count(&h->blocks, b);
    blocks_recycle(&h->blocks, b);
    keep_within_budget(h);
    history_leave(h);
}

void history_commit(struct history *h, struct frame *f)
{
    pthread_mutex_lock(&h->lock);
    commit(h, (struct slot *)f);
    int64_t reserved_ns = f->reserved_ns, received_ns = f->received_ns, arrived_ns = f->arrived_ns;
    uint64_t id = f->id; /* the frame itself may be gone once the lock is */
    history_leave(h);
    wake(h);
    trace_arrival(h, id, reserved_ns, received_ns, arrived_ns);
}

void history_abort(struct history *h, struct frame *f)
{
    pthread_mutex_lock(&h->lock);
    slot_kill(h, (struct slot *)f);
    history_leave(h);
}

/* A waterfall for rows of another kind; lower than asked for when a third of the budget wouldn't hold it. */
static enum hs_status start_waterfall(struct history *h, const struct array *rows)
{
    int64_t row_bytes, most;
    enum dtype dtype = h->p.row_span_ns > 0 ? row_merge_dtype(rows->dtype) : rows->dtype;
    if (!mem_mul_i64(rows->cols, (int64_t)dtype_size(dtype), &row_bytes))
        return HS_ERR_LIMIT;
    most = (int64_t)(h->p.max_bytes / 3) / row_bytes;
    if (most < 1)
        return HS_ERR_LIMIT;
    if (most < h->p.max_rows)
        log_warn("rows of %lld bytes: the waterfall keeps %lld of them, not %lld; a larger --history keeps more",
                 (long long)row_bytes, (long long)most, (long long)h->p.max_rows);
    h->blocks.used_bytes -= 2 * h->waterfall.ring_bytes; /* the ring and the reader's window */
    enum hs_status status = waterfall_start(&h->waterfall, rows, most < h->p.max_rows ? most : h->p.max_rows, h->p.row_span_ns);
    h->blocks.used_bytes += 2 * h->waterfall.ring_bytes;
    return status;
}

enum hs_status history_push_rows(struct history *h, const struct array *rows, struct meta *meta, char *settings, int64_t t_ns)
{
    return history_push_stamped_rows(h, rows, meta, settings, t_ns, t_ns);
}

enum hs_status history_push_stamped_rows(struct history *h, const struct array *rows, struct meta *meta, char *settings, int64_t t_ns,
                                         int64_t stamp_ns)
{
    enum hs_status status = HS_OK;
    pthread_mutex_lock(&h->lock);
    struct waterfall *w = &h->waterfall;
    bool was_dirty = w->dirty;
    if (settings)
        h->rows_settings = settings_merge(h->rows_settings, settings);
    if (h->cancelled)
        status = HS_ERR_CANCELLED;
    else if (rows->cols > 0 && rows->rows > 0 && !waterfall_fits(w, rows))
        status = start_waterfall(h, rows);
    if (status == HS_OK && rows->cols > 0 && rows->rows > 0) {
        waterfall_append(w, rows, stamp_ns || !h->p.row_span_ns ? stamp_ns : clock_unix_ns());
        w->t_ns = t_ns;
        w->arrived_ns = clock_now_ns();
        if (w->meta != meta) {
            meta_unref(w->meta);
            w->meta = meta ? meta_ref(meta) : NULL;
        }
        h->rows_seq = ++h->seq;
        counter_add(&h->p.counters->rows_received, (uint64_t)rows->rows);
        keep_within_budget(h);
    }
    bool news = w->dirty && !was_dirty; /* else the reader has been woken and hasn't looked yet */
    history_leave(h);
    if (news)
        wake(h);
    return status;
}

static void describe_rows(const struct waterfall *w, struct frame *f)
{
    f->t_ns = w->t_ns;
    f->meta = w->meta ? meta_ref(w->meta) : NULL;
    f->arrived_ns = w->arrived_ns;
}

struct slot *history_show_waterfall(struct history *h)
{
    struct waterfall *w = &h->waterfall;
    struct slot *s = slot_get(h);
    struct row_window *window;
    struct array cells;
    if (!s)
        return NULL;
    if (waterfall_look(w, &cells, &window) != HS_OK) {
        slot_kill(h, s);
        return NULL;
    }
    s->place = PLACE_SNAPSHOT;
    s->release = row_window_unref;
    s->release_arg = window;
    struct frame *f = &s->frame;
    f->cells = cells;
    f->waterfall = (struct frame_rows){w->run, w->total - w->num, w->height, waterfall_num_open(w),
                                         (const int64_t *)((const char *)cells.data + w->time_at)};
    describe_rows(w, f);
    return s;
}

/* The waterfall as it is, in a frame with storage. NULL: no memory. */
static struct slot *copy_waterfall(struct history *h)
{
    struct waterfall *w = &h->waterfall;
    struct slot *s = slot_get(h);
    size_t bytes = (size_t)w->num * w->row_bytes;
    struct block *b = s ? blocks_find(&h->blocks, bytes) : NULL;
    if (s && !b)
        b = block_map(bytes);
    if (!b) {
        if (s)
            slot_kill(h, s);
        return NULL;
    }
    slot_set_block(s, b);
    blocks_count(&h->blocks, b);
    waterfall_copy(w, b->bytes);
    s->frame.cells = array_c_order(b->bytes, w->dtype, w->num, w->cols);
    describe_rows(w, &s->frame);
    return s;
}

void history_set_row_merge(struct history *h, enum reduce_mode mode)
{
    pthread_mutex_lock(&h->lock);
    waterfall_set_mode(&h->waterfall, mode);
    pthread_mutex_unlock(&h->lock);
}

void history_commit_for_rows(struct history *h, struct frame *f)
{
    pthread_mutex_lock(&h->lock);
    waterfall_clear(&h->waterfall);
    commit(h, (struct slot *)f);
    history_leave(h);
    wake(h);
}

enum hs_status history_rows_to_frame(struct history *h)
{
    struct slot *s = NULL;
    pthread_mutex_lock(&h->lock);
    enum hs_status status = wait_for_room(h, h->waterfall.ring_bytes);
    if (status == HS_OK && h->waterfall.num) {
        s = copy_waterfall(h);
        status = s ? HS_OK : HS_ERR_MEMORY;
    }
    if (s) {
        waterfall_clear(&h->waterfall);
        commit(h, s);
    }
    history_leave(h);
    if (s)
        wake(h);
    return status;
}
