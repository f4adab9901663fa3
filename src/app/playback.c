/* Playback: each frame is due after the one before by the difference of their stamps (of their arrivals where stamps are missing),
 * divided by the speed; late ones are jumped over, so 64x keeps its pace on any display. Ranges: the extremes of every kept frame are
 * found a few milliseconds at a time while the view is paused, so marks are there for frames that were never on show, too. */
#include "app/playback.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/stats.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLOWEST = -3, FASTEST = 6 };

#define MAX_SCAN_CELLS ((int64_t)1 << 26) /* larger frames aren't looked at: one would hold up the view */

struct range_note {
    uint64_t id;
    bool seen, shown;   /* lo and hi are known; vmin and vmax are */
    double lo, hi;      /* extremes of the data; NaN: no finite cell */
    double vmin, vmax;  /* the range it was shown in */
};

bool playback_init(struct playback *p, struct history *h, int max_frames, bool every_frame)
{
    *p = (struct playback){.history = h, .every_frame = every_frame, .next_due_ns = INT64_MAX, .num_notes = max_frames};
    p->notes = mem_zeroed((size_t)max_frames, sizeof *p->notes);
    return p->notes != NULL;
}

void playback_fini(struct playback *p)
{
    free(p->notes);
}

void playback_use(struct playback *p, struct history *h)
{
    if (p->history == h)
        return;
    p->history = h;
    p->scanned = 0;
    memset(p->notes, 0, (size_t)p->num_notes * sizeof *p->notes);
}

/* --- speed --- */

double playback_speed(const struct playback *p)
{
    return ldexp(1, p->speed_log2);
}

const char *playback_speed_text(const struct playback *p)
{
    static const char *const texts[] = {"1/8x", "1/4x", "1/2x", "1x", "2x", "4x", "8x", "16x", "32x", "64x"};
    return texts[p->speed_log2 - SLOWEST];
}

bool playback_change_speed(struct playback *p, int step)
{
    int speed = p->speed_log2 + step;
    if (speed < SLOWEST || speed > FASTEST)
        return false;
    p->speed_log2 = speed;
    return true;
}

/* --- playing --- */

void playback_start(struct playback *p, int direction)
{
    p->direction = direction;
    p->shown_due_ns = clock_now_ns();
    p->next_due_ns = direction ? p->shown_due_ns : INT64_MAX;
}

static int64_t distance_ns(const struct history_item *a, const struct history_item *b)
{
    bool stamped = a->t_ns > 0 && b->t_ns > 0;
    int64_t d = stamped ? b->t_ns - a->t_ns : b->arrived_ns - a->arrived_ns;
    return d > 0 ? d : 0;
}

/* The neighbour in playing direction and its distance; false: there is none. */
static bool neighbour(const struct playback *p, uint64_t id, struct history_item *out, int64_t *distance)
{
    struct history_item two[2];
    uint64_t first = p->direction > 0 ? id : id - 1;
    int num = history_list(p->history, first, two, 2);
    if (p->direction > 0) {
        if (num && two[0].id > id) { /* the one on show is forgotten already: go on with the oldest */
            *out = two[0];
            *distance = 0;
            return true;
        }
        *out = two[1];
    } else
        *out = two[0];
    if (num < 2 || two[0].id != first)
        return false;
    *distance = distance_ns(&two[0], &two[1]);
    return true;
}

struct frame *playback_next(struct playback *p, const struct frame *on_show, bool *at_end)
{
    uint64_t id = on_show ? on_show->id : 0;
    struct history_item next;
    int64_t now = clock_now_ns(), distance;
    *at_end = false;
    p->next_due_ns = INT64_MAX;
    while (id) {
        if (!neighbour(p, id, &next, &distance)) {
            *at_end = true;
            break;
        }
        int64_t due = p->shown_due_ns + (int64_t)((double)distance / playback_speed(p));
        if (due > now) {
            p->next_due_ns = due;
            break;
        }
        id = next.id;
        p->shown_due_ns = due;
        if (p->every_frame && next.unseen) {
            p->next_due_ns = due;
            break;
        }
    }
    if (!id) /* a waterfall has no frames to play */
        *at_end = true;
    return id && id != on_show->id ? history_peek(p->history, id) : NULL;
}

/* --- ranges --- */

static struct range_note *note_of(const struct playback *p, uint64_t id)
{
    return &p->notes[id % (uint64_t)p->num_notes];
}

static struct range_note *fresh_note(struct playback *p, uint64_t id)
{
    struct range_note *n = note_of(p, id);
    if (n->id != id)
        *n = (struct range_note){.id = id};
    return n;
}

void playback_note_range(struct playback *p, uint64_t id, double vmin, double vmax)
{
    if (!id)
        return;
    struct range_note *n = fresh_note(p, id);
    n->shown = true;
    n->vmin = vmin;
    n->vmax = vmax;
}

bool playback_scan(struct playback *p, struct pool *pool, int64_t until_ns)
{
    uint64_t oldest, newest;
    history_range(p->history, &oldest, &newest);
    if (p->scanned + 1 < oldest)
        p->scanned = oldest - 1;
    while (p->scanned < newest) {
        if (clock_now_ns() >= until_ns)
            return true;
        uint64_t id = ++p->scanned;
        struct range_note *n = fresh_note(p, id);
        struct frame *f = n->seen ? NULL : history_peek(p->history, id);
        if (f && !f->grid && f->cells.rows <= MAX_SCAN_CELLS / (f->cells.cols > 0 ? f->cells.cols : 1)) {
            n->seen = true;
            stats_range(pool, &f->cells, &n->lo, &n->hi, NULL);
        }
        history_release(p->history, f);
    }
    return false;
}

bool playback_is_clipped(const struct playback *p, uint64_t id, double vmin, double vmax)
{
    const struct range_note *n = note_of(p, id);
    if (n->id != id || !n->seen || (isnan(vmin) && !n->shown))
        return false;
    if (isnan(vmin)) {
        vmin = n->vmin;
        vmax = n->vmax;
    }
    return n->lo < vmin || n->hi > vmax; /* NaN: neither */
}
