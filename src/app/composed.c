/* Copies at the display's rate, but no more bytes a second than a small share of what memory can do: large grids are kept less often.
 * Render thread. */
#include "app/composed.h"
#include "base/clock.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum { EVERY_NS = 16000000 };

#define BYTES_PER_NS 0.12 /* 120 MB/s */

struct composed *composed_create(size_t max_bytes, int max_frames)
{
    struct composed *c = mem_zeroed(1, sizeof *c);
    if (!c)
        return NULL;
    struct history_params p = {.budget_bytes = max_bytes, .max_frames = max_frames, .policy = POLICY_LATEST, .counters = &c->counters};
    c->history = history_create(&p);
    if (c->history)
        return c;
    free(c);
    return NULL;
}

void composed_destroy(struct composed *c)
{
    if (!c)
        return;
    history_cancel(c->history);
    history_destroy(c->history);
    free(c);
}

static uint64_t newest(struct composed *c)
{
    uint64_t oldest, last;
    history_range(c->history, &oldest, &last);
    return last;
}

uint64_t composed_keep(struct composed *c, const struct frame *f, bool always)
{
    int64_t now = clock_now_ns();
    if (c->run == f->canvas.run && c->version == f->canvas.version)
        return newest(c);
    size_t bytes = (size_t)(f->channels * f->channel_bytes);
    struct frame *copy;
    if ((!always && now < c->next_ns) || history_reserve(c->history, bytes, &copy) != HS_OK)
        return 0;
    memcpy(copy->bytes, f->cells.data, bytes);
    copy->cells = array_c_order(copy->bytes, f->cells.dtype, f->cells.rows, f->cells.cols);
    copy->channels = f->channels;
    copy->channel_bytes = f->channel_bytes;
    copy->t_ns = f->t_ns;
    copy->meta = meta_ref(f->meta);
    history_commit(c->history, copy);
    copy = history_take(c->history, NULL);
    history_shown(c->history, copy); /* the original was, or is about to be */
    history_release(c->history, copy);
    int64_t pause = (int64_t)((double)bytes / BYTES_PER_NS);
    c->next_ns = now + (pause > EVERY_NS ? pause : EVERY_NS);
    c->run = f->canvas.run;
    c->version = f->canvas.version;
    return newest(c);
}
