/* Two panels that are shown as their difference: when they latch, and how they move together. Render thread. */
#include "app/panel_internal.h"

bool panel_subtract(struct panel *p, struct panel *minus)
{
    p->diff = diff_create(minus, p->pool, panel_memory_budget(&p->options->run));
    p->several = false;
    minus->is_subtracted = true;
    return p->diff != NULL;
}

struct panel *panel_minus(const struct panel *p)
{
    return p->diff ? diff_minus(p->diff) : NULL;
}

void panel_show_difference(struct panel *p)
{
    const struct frame *f = diff_make(p->diff, panel_source_name(p), p->frame);
    if (!f)
        return;
    panel_name_slice(p);
    view_set_frame(p->view, f);
    if (!p->replayed)
        alerts_check(&p->alerts, p->view, panel_source_name(p));
}

void panel_replay_pair(struct panel *p)
{
    diff_seek(p->diff, p->frame, panel_is_finite(p));
    panel_show_difference(p);
}

/* Both latch, but of two sequences from files none runs ahead of the other. */
bool panel_latch_pair(struct panel *p)
{
    struct panel *minus = diff_minus(p->diff);
    bool fresh = p->fresh; /* an earlier pair may still wait to be shown */
    bool waits = diff_is_ahead(p, minus), other_waits = diff_is_ahead(minus, p); /* before either moves */
    bool first = !waits && panel_latch_own(p);
    bool second = !other_waits && panel_latch_own(minus);
    bool pair = (first || second) && !diff_is_ahead(p, minus) && !diff_is_ahead(minus, p);
    if (pair)
        panel_show_difference(p);
    pair = pair && view_frame(p->view) && !diff_has_failed(p->diff);
    p->fresh = fresh || pair;
    if ((first || second) && !pair)
        p->wake(p->wake_arg); /* no picture, but what was pending is not any more */
    return pair;
}

bool panel_is_hopeless(struct panel *p)
{
    return p->diff && diff_has_failed(p->diff) && !panel_has_frame(p) && !p->paused && panel_ended(p);
}
