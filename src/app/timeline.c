/* The time line: one strip at the picture's lower edge, with a line of words over a track. Frames lie on the track one after the other,
 * equally wide, so that every one can be hit; where several share a pixel, a mark there is stronger the more of them it is true of.
 * The list of frames is read anew ten times a second at most, and only while the view is paused. */
#include "app/timeline.h"
#include "base/clock.h"
#include "base/memory.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define READ_EVERY_NS 100000000ll
#define SCAN_NS 4000000ll
#define YEAR_2000_NS 946684800000000000ll /* smaller stamps aren't times of day */

static const struct color ground = {18, 20, 24, 255}, ink = {240, 240, 240, 255}, faint = {160, 165, 172, 255},
                          empty = {62, 66, 74, 255}, past = {96, 106, 122, 255}, handle = {255, 255, 255, 255},
                          state_color = {140, 200, 255, 255};

void timeline_fini(struct timeline *t)
{
    free(t->items);
}

/* --- following the panel --- */

static void read_items(struct timeline *t, struct history *h, uint64_t oldest, uint64_t newest)
{
    int need = (int)(newest - oldest) + 1;
    if (need > t->cap) {
        struct history_item *items = mem_resize(t->items, (size_t)need + (size_t)need / 2, sizeof *items);
        if (!items)
            return;
        t->items = items;
        t->cap = need + need / 2;
    }
    t->num = history_list(h, oldest, t->items, t->cap);
    t->read_ns = clock_now_ns();
    t->stale = false;
}

struct metrics {
    int pad, words, track;
};

static struct metrics metrics(double scale)
{
    return (struct metrics){(int)(8 * scale), (int)(17 * scale), (int)(11 * scale)};
}

int timeline_height(double scale)
{
    struct metrics m = metrics(scale);
    return m.words + m.track + m.pad;
}

static bool place(struct timeline *t, struct rect strip, double scale)
{
    struct metrics m = metrics(scale);
    struct rect bar = {strip.x + m.pad, strip.y + m.words, strip.w - 2 * m.pad, m.track};
    bool moved = memcmp(&strip, &t->box, sizeof strip) != 0;
    t->box = strip;
    t->track = bar;
    return moved;
}

/* The range that is held now, or each frame's own. */
static bool follow_range(struct timeline *t, struct view *v)
{
    bool own = view_is_autoscaled(v);
    double vmin = own ? NAN : view_norm(v)->vmin, vmax = own ? NAN : view_norm(v)->vmax;
    bool changed = memcmp(&vmin, &t->vmin, sizeof vmin) != 0 || memcmp(&vmax, &t->vmax, sizeof vmax) != 0;
    t->vmin = vmin;
    t->vmax = vmax;
    return changed;
}

static bool follow_history(struct timeline *t, struct panel *p, struct pool *pool)
{
    struct playback *play = panel_playback(p);
    uint64_t oldest, newest;
    int64_t now = clock_now_ns();
    history_range(play->history, &oldest, &newest);
    bool due = now >= t->read_ns + READ_EVERY_NS, changed = false;
    bool was_scanning = t->scanning;
    t->scanning = playback_scan(play, pool, now + SCAN_NS);
    t->stale = newest && (!t->num || t->items[t->num - 1].id != newest || t->items[0].id != oldest);
    if (newest && t->stale && due) {
        read_items(t, play->history, oldest, newest);
        changed = true;
    } else if (was_scanning && (due || !t->scanning)) {
        t->read_ns = now;
        changed = true;
    }
    return changed;
}

bool timeline_is_wanted(struct panel *p)
{
    uint64_t oldest, newest;
    history_range(panel_playback(p)->history, &oldest, &newest);
    return panel_is_paused(p) && newest > oldest && !panel_slice(p); /* slices have an order of their own */
}

bool timeline_update(struct timeline *t, struct panel *p, bool named, struct pool *pool, struct rect strip, double scale)
{
    bool changed = (p != NULL) != t->visible;
    if (!p) {
        *t = (struct timeline){.items = t->items, .cap = t->cap};
        return changed;
    }
    if (p != t->panel) {
        t->num = 0;
        t->read_ns = 0;
        t->panel = p;
        changed = true;
    }
    t->visible = true;
    t->named = named;
    changed |= place(t, strip, scale);
    changed |= follow_history(t, p, pool);
    changed |= follow_range(t, panel_view(p));
    const struct playback *play = panel_playback(p);
    changed |= t->shown_id != panel_shown_id(p) || t->direction != play->direction || t->speed_log2 != play->speed_log2;
    t->shown_id = panel_shown_id(p);
    t->direction = play->direction;
    t->speed_log2 = play->speed_log2;
    return changed;
}

int64_t timeline_next_ns(const struct timeline *t)
{
    if (!t->visible)
        return INT64_MAX;
    int64_t next = t->scanning ? 0 : t->stale ? t->read_ns + READ_EVERY_NS : INT64_MAX;
    int64_t frame = panel_playback(t->panel)->next_due_ns;
    return frame < next ? frame : next;
}

/* --- the mouse --- */

bool timeline_contains(const struct timeline *t, double x, double y)
{
    const struct rect *b = &t->box;
    return t->visible && x >= b->x && x < b->x + b->w && y >= b->y && y < b->y + b->h;
}

void timeline_scrub(struct timeline *t, double x)
{
    if (!t->num)
        return;
    int64_t i = (int64_t)floor((x - t->track.x) * t->num / t->track.w);
    i = i < 0 ? 0 : i >= t->num ? t->num - 1 : i;
    panel_seek(t->panel, t->items[i].id);
}

/* --- drawing --- */

struct writer {
    struct draw_list *list;
    struct font *font;
    struct text_style style;
    int x0, x1, y; /* what is free of the line of words */
};

/* At the left or right end of what is free; false: no room. */
static bool word(struct writer *w, const char *text, struct color c, bool right, int gap)
{
    int width = text_width(w->font, &w->style, text);
    if (width > w->x1 - w->x0)
        return false;
    struct text_style style = w->style;
    style.color = c;
    struct rect all = {0, 0, w->list->width, w->list->height};
    text_draw(w->list, w->font, &style, right ? w->x1 - width : w->x0, w->y, TEXT_START, TEXT_START, all, text);
    if (right)
        w->x1 -= width + gap;
    else
        w->x0 += width + gap;
    return true;
}

/* A frame's moment: the time of day of its stamp or of its arrival; a stamp that is no time of day in seconds. */
static void moment_text(const struct history_item *i, char *out, size_t size)
{
    int64_t ns = i->t_ns > 0 ? i->t_ns : clock_unix_ns() - (clock_now_ns() - i->arrived_ns);
    if (ns < YEAR_2000_NS) {
        snprintf(out, size, "t = %.6f s", (double)ns / 1e9);
        return;
    }
    time_t seconds = (time_t)(ns / 1000000000), now = time(NULL);
    struct tm t, today;
    char day[32] = "", clock[32];
    localtime_r(&seconds, &t);
    localtime_r(&now, &today);
    if (t.tm_yday != today.tm_yday || t.tm_year != today.tm_year)
        strftime(day, sizeof day, "%Y-%m-%d ", &t);
    strftime(clock, sizeof clock, "%H:%M:%S", &t);
    snprintf(out, size, "%s%s%s.%03d", i->t_ns > 0 ? "" : "arrived ", day, clock, (int)(ns / 1000000 % 1000));
}

static void span_text(int64_t ns, char *out, size_t size)
{
    double s = (double)ns / 1e9;
    if (s < 60)
        snprintf(out, size, "%.*f s", s < 10 ? 2 : 1, s);
    else if (s < 3600)
        snprintf(out, size, "%d min %02d s", (int)(s / 60), (int)s % 60);
    else
        snprintf(out, size, "%d h %02d min", (int)(s / 3600), (int)(s / 60) % 60);
}

static int64_t distance_ns(const struct history_item *a, const struct history_item *b)
{
    int64_t d = a->t_ns > 0 && b->t_ns > 0 ? b->t_ns - a->t_ns : b->arrived_ns - a->arrived_ns;
    return d > 0 ? d : 0;
}

static void write_state(const struct timeline *t, struct writer *w, int gap)
{
    char text[160];
    const struct playback *play = panel_playback(t->panel);
    if (t->named && text_shorten(w->font, &w->style, panel_source_name(t->panel), (w->x1 - w->x0) / 4, text, sizeof text))
        word(w, text, ink, false, gap);
    if (play->direction)
        snprintf(text, sizeof text, "playing %s%s", play->direction < 0 ? "backwards " : "", playback_speed_text(play));
    else
        snprintf(text, sizeof text, "paused");
    word(w, text, state_color, false, gap);
}

enum mark { MARK_DROPPED, MARK_IN_PAUSE, MARK_CLIPPED, NUM_MARKS };

static const struct {
    struct color color;
    const char *text;
} marks[] = {{{240, 90, 80, 255}, "passed over"}, {{95, 165, 255, 255}, "not shown live"}, {{255, 205, 90, 255}, "clipped"}};

static void write_words(const struct timeline *t, struct writer *w, const struct history_item *shown, const bool any[NUM_MARKS])
{
    char text[128], moment[64];
    int gap = (int)(w->style.size_px * 1.2f);
    uint64_t oldest = t->items[0].id, newest = t->items[t->num - 1].id;
    write_state(t, w, gap);
    snprintf(text, sizeof text, "frame %llu", (unsigned long long)t->shown_id - 1); /* counted from 0, as --frame does */
    if (t->shown_id)
        word(w, text, ink, false, gap);
    for (int i = 0; i < NUM_MARKS; i++)
        if (any[i])
            word(w, marks[i].text, marks[i].color, true, gap);
    if (shown) {
        moment_text(shown, moment, sizeof moment);
        word(w, moment, ink, false, gap);
    }
    if (shown && t->shown_id == newest) {
        word(w, "the newest", faint, false, gap);
    } else if (shown) {
        span_text(distance_ns(shown, &t->items[t->num - 1]), moment, sizeof moment);
        snprintf(text, sizeof text, "%s before the newest", moment);
        word(w, text, faint, false, gap);
    } else
        word(w, t->shown_id ? "held; no longer kept" : "no kept frame is on show", faint, false, gap);
    span_text(distance_ns(&t->items[0], &t->items[t->num - 1]), moment, sizeof moment);
    snprintf(text, sizeof text, "kept %llu\u2013%llu, %s", (unsigned long long)oldest - 1, (unsigned long long)newest - 1, moment);
    word(w, text, faint, true, gap);
}

/* `share` of what a column stands for: never so faint that a single frame among hundreds is lost. */
static struct color shade(struct color c, int share, int num)
{
    c.a = (uint8_t)(share ? 110 + 145 * share / num : 0);
    return c;
}

/* Frames of pixel column x: [*first, *end), at least one. */
static void column_frames(const struct timeline *t, int x, int *first, int *end)
{
    *first = (int)((int64_t)x * t->num / t->track.w);
    *end = (int)(((int64_t)(x + 1) * t->num + t->track.w - 1) / t->track.w);
    *end = *end > *first ? *end : *first + 1;
}

static bool is_marked(const struct timeline *t, const struct history_item *i, enum mark m)
{
    if (m == MARK_CLIPPED)
        return playback_is_clipped(panel_playback(t->panel), i->id, t->vmin, t->vmax);
    return i->dropped && i->in_pause == (m == MARK_IN_PAUSE);
}

/* Columns alike are drawn as one rectangle. */
static void draw_marks(const struct timeline *t, struct draw_list *l, enum mark m, struct rect lane, bool *any)
{
    struct color color = {0}, next = {0};
    int begin = 0;
    for (int x = 0; x <= lane.w; x++, color = next) {
        int share = 0, first = 0, end = 1;
        if (x < lane.w)
            column_frames(t, x, &first, &end);
        for (int i = first; x < lane.w && i < end; i++)
            share += is_marked(t, &t->items[i], m);
        next = shade(marks[m].color, share, end - first);
        *any |= share > 0;
        if (x < lane.w && next.a == color.a)
            continue;
        if (color.a)
            draw_list_rect(l, (struct rect){lane.x + begin, lane.y, x - begin, lane.h}, color);
        begin = x;
    }
}

void timeline_draw(const struct timeline *t, struct draw_list *l, struct font *f, double scale)
{
    if (!t->visible)
        return;
    const struct rect *bar = &t->track;
    const struct history_item *shown = NULL;
    struct writer w = {l, f, {.size_px = (float)(9 * scale), .color = ink}, bar->x, bar->x + bar->w, t->box.y + (int)(2 * scale)};
    draw_list_rect(l, t->box, ground);
    draw_list_rect(l, *bar, empty);
    if (!t->num) {
        write_state(t, &w, (int)(w.style.size_px * 1.2f));
        word(&w, "this panel keeps no frames", faint, false, 0);
        return;
    }
    uint64_t oldest = t->items[0].id, newest = t->items[t->num - 1].id;
    if (t->shown_id >= oldest && t->shown_id <= newest)
        shown = &t->items[t->shown_id - oldest];
    int from = 0, to = 0, lane = bar->h / 3;
    if (shown) {
        from = (int)((shown - t->items) * (int64_t)bar->w / t->num);
        to = (int)((shown - t->items + 1) * (int64_t)bar->w / t->num);
    }
    draw_list_rect(l, (struct rect){bar->x, bar->y, from, bar->h}, past);
    bool any[NUM_MARKS] = {false};
    for (int i = 0; i < NUM_MARKS; i++)
        draw_marks(t, l, (enum mark)i, (struct rect){bar->x, i == MARK_CLIPPED ? bar->y + bar->h - lane : bar->y, bar->w, lane}, &any[i]);
    int width = to - from > (int)(3 * scale) ? to - from : (int)(3 * scale), rise = (int)(2 * scale);
    draw_list_rect(l, (struct rect){bar->x + (from + to - width) / 2, bar->y - rise, width, bar->h + 2 * rise}, handle);
    write_words(t, &w, shown, any);
}
