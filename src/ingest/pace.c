/* Pacing. Each frame is due some time after the one before, and that distance is divided by the speed at which the user plays. A frame
 * that was held up moves all later ones, so nothing rushes after a pause. */
#include "ingest/pace.h"
#include "base/clock.h"
#include "ingest/source_internal.h"
#include <math.h>

#define AUTO_FPS 30.0
#define LOOK_AGAIN_NS 50000000 /* a long wait notices a new speed after this */

void pace_init(struct pace *p, struct source *s)
{
    *p = (struct pace){.source = s, .fps = s->p.fps};
}

/* From the frame before to this one, at normal speed. */
static int64_t distance_ns(struct pace *p, int64_t t_ns, bool rows)
{
    if (!isnan(p->fps))
        return p->fps > 0 ? (int64_t)(1e9 / p->fps) : 0;
    int64_t last = p->stamp_ns, step = rows ? 0 : (int64_t)(1e9 / AUTO_FPS);
    p->stamp_ns = t_ns;
    if (t_ns <= 0 || last <= 0 || t_ns < last) { /* no stamps, or played again */
        p->at_ns = t_ns;
        return step;
    }
    if (t_ns == last) { /* frames of one record share its stamp */
        p->at_ns += step;
        return step;
    }
    if (t_ns <= p->at_ns || __builtin_sub_overflow(t_ns, p->at_ns, &step)) /* back in time, or further than time goes */
        step = 0;
    p->at_ns += step;
    return step;
}

static double speed(const struct pace *p)
{
    return atomic_load(&p->source->speed_milli) / 1000.0;
}

bool pace_wait(void *pace, int64_t t_ns, bool rows)
{
    struct pace *p = pace;
    int64_t distance = distance_ns(p, t_ns, rows), due = p->due_ns, now = clock_now_ns();
    if (!p->started || !distance) {
        p->due_ns = p->started ? p->due_ns : now;
        p->started = true;
        return source_wait_until(p->source, 0);
    }
    for (;;) {
        due = p->due_ns + (int64_t)((double)distance / speed(p));
        now = clock_now_ns();
        int64_t until = due < now + LOOK_AGAIN_NS ? due : now + LOOK_AGAIN_NS;
        if (!source_wait_until(p->source, until))
            return false;
        if (until == due)
            break;
    }
    int64_t late = (int64_t)((double)distance / speed(p));
    p->due_ns = due < now - (late > LOOK_AGAIN_NS ? late : LOOK_AGAIN_NS) ? now : due;
    return true;
}
