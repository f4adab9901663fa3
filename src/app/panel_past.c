/* Looking back from a panel: pausing, stepping, seeking, playing, and back to live. One looks back into whatever the live picture is of:
 * the frames as they came, or copies of what tiles and events painted. Render thread. */
#include "app/panel_internal.h"

void panel_replay(struct panel *p, struct frame *f)
{
    panel_show(p, f, p->play.history);
    p->fresh = p->replayed = true; /* counted once, if it had not been shown */
    if (p->diff)
        panel_replay_pair(p);
}

bool panel_play_on(struct panel *p)
{
    bool at_end;
    struct frame *f = playback_next(&p->play, p->frame, &at_end);
    if (f)
        panel_replay(p, f);
    if (at_end && p->play.direction > 0)
        panel_live(p);
    else if (at_end)
        playback_start(&p->play, 0);
    return f != NULL;
}

void panel_keep(struct panel *p, const struct frame *f)
{
    p->composed_id = 0;
    if (!p->window || p->diff || p->is_subtracted)
        return;
    if (f->canvas.run && !p->composed)
        p->composed = composed_create(p->composed_bytes, PANEL_MAX_FRAMES);
    bool composed = f->canvas.run && p->composed;
    if (composed)
        p->composed_id = composed_keep(p->composed, f, false);
    playback_use(&p->play, composed ? p->composed->history : p->history);
}

/* A pause: the copy of a painted picture takes its place. */
static void hold_picture(struct panel *p)
{
    if (!p->composed || !p->frame || !p->frame->canvas.run)
        return;
    struct frame *f = history_peek(p->composed->history, composed_keep(p->composed, p->frame, true));
    if (f)
        panel_show(p, f, p->composed->history);
}

void panel_pause(struct panel *p, bool paused)
{
    if (paused)
        hold_picture(p);
    p->paused = paused;
    if (p->diff)
        panel_pause(diff_minus(p->diff), paused);
    playback_start(&p->play, 0);
    history_pause(p->history, paused);
}

bool panel_is_paused(const struct panel *p)
{
    return p->paused;
}

bool panel_step(struct panel *p, int delta)
{
    panel_pause(p, true);
    if (!p->frame || !p->frame->id)
        return false;
    uint64_t oldest, newest, id = p->frame->id + (uint64_t)(int64_t)delta;
    history_range(p->play.history, &oldest, &newest);
    struct frame *f = history_peek(p->play.history, delta > 0 && id < oldest ? oldest : id); /* from one held on to those kept */
    if (f)
        panel_replay(p, f);
    return f != NULL;
}

const char *panel_why_no_frames(struct panel *p)
{
    uint64_t oldest, newest;
    history_range(p->play.history, &oldest, &newest);
    if (!p->frame)
        return "nothing has come yet";
    if (p->frame->waterfall.run)
        return "a waterfall is one picture: no frames to go to or save";
    if (p->nd.num_leading)
        return "slices of one array: PgUp and PgDn step them";
    if (p->frame->canvas.run && !newest) /* too large to be kept, or half of a difference */
        return p->frame->canvas.ranges ? "tiles make one picture: no frames to go to or save"
                                       : "events make one picture: no frames to go to or save";
    return newest <= oldest && (!newest || !p->frame->id || p->frame->id == newest) ? "this is the only frame" : NULL;
}

bool panel_seek(struct panel *p, uint64_t id)
{
    uint64_t oldest, newest;
    panel_pause(p, true);
    history_range(p->play.history, &oldest, &newest);
    id = id < oldest ? oldest : id > newest ? newest : id;
    if (p->frame && p->frame->id == id)
        return true;
    struct frame *f = history_peek(p->play.history, id);
    if (f)
        panel_replay(p, f);
    return f != NULL;
}

void panel_live(struct panel *p)
{
    uint64_t oldest, newest;
    panel_pause(p, false);
    if (p->frame && p->frame->id && !history_pending(p->history)) {
        panel_apply(p, history_take_settings(p->history));
        history_range(p->play.history, &oldest, &newest); /* nothing has come since it was looked at */
        struct frame *f = newest != p->frame->id ? history_peek(p->play.history, newest) : NULL;
        if (f)
            panel_replay(p, f);
    }
    if (!p->diff)
        return;
    panel_live(diff_minus(p->diff)); /* from the frame that belonged to the first's */
    panel_show_difference(p);
}

void panel_play(struct panel *p, int direction)
{
    panel_pause(p, true);
    playback_start(&p->play, direction);
}

bool panel_change_speed(struct panel *p, int step)
{
    bool changed = playback_change_speed(&p->play, step);
    if (p->diff)
        panel_change_speed(diff_minus(p->diff), step);
    if (p->source)
        source_set_speed(p->source, playback_speed(&p->play));
    return changed;
}

struct playback *panel_playback(struct panel *p)
{
    return &p->play;
}

uint64_t panel_shown_id(const struct panel *p)
{
    return p->frame ? p->frame->id : 0;
}
