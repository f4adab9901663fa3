/* A walk is the list of extremes gone to: back and forth in it costs nothing, and at its end the view looks for one more. Render
 * thread. */
#include "app/finder.h"
#include "app/input.h"
#include "base/clock.h"
#include "base/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK_NS 4000000000ll

static const char *const NAMES[] = {[FIND_HIGHEST] = "extreme", [FIND_LOWEST] = "low extreme", [FIND_FARTHEST] = "extreme"};

void finder_fini(struct finder *f)
{
    free(f->seen);
    *f = (struct finder){0};
}

void finder_reset(struct finder *f)
{
    f->num_seen = f->at = f->num_more = 0;
    f->busy = false;
    f->marked = NULL;
}

static void show(struct ui *ui, struct panel *p, struct find_cell cell, const char *text)
{
    struct finder *f = &ui->finder;
    view_go_to(panel_view(p), cell.row, cell.col);
    f->marked = p;
    f->mark = cell;
    f->mark_until_ns = clock_now_ns() + MARK_NS;
    ui_note(ui, text, MARK_NS);
}

static void put_share(char *text, size_t size, double share)
{
    if (share < 1) {
        size_t len = strlen(text);
        snprintf(text + len, size - len, " (of %d %% read)", (int)(share * 100));
    }
}

static void begin(struct ui *ui, const struct find_want *what)
{
    struct finder *f = &ui->finder;
    f->busy = true;
    f->seeks_bad = what->kind == FIND_BAD;
    view_find_start(panel_view(f->panel), what);
    finder_update(ui);
    if (f->busy)
        ui_note(ui, "looking ...", MARK_NS);
}

static bool can_look(struct ui *ui)
{
    bool any = view_frame(panel_view(ui->app->panel)) != NULL;
    if (!any)
        ui_message(ui, "nothing has come yet");
    return any;
}

/* The one on show in the list, from the frame at hand. */
static void show_seen(struct ui *ui, double share)
{
    struct finder *f = &ui->finder;
    struct find_cell cell = f->seen[f->at - 1];
    char value[48], text[160];
    if (!view_cell_value(panel_view(f->panel), cell.row, cell.col, value, sizeof value)) {
        finder_reset(f);
        ui_message(ui, "the matrix has another shape now: the walk begins anew");
        return;
    }
    snprintf(text, sizeof text, "%s %d: %s at %lld, %lld", NAMES[f->kind], f->at, value, (long long)cell.row, (long long)cell.col);
    put_share(text, sizeof text, share);
    show(ui, f->panel, cell, text);
}

void finder_step(struct ui *ui, enum find_kind kind, int delta)
{
    struct finder *f = &ui->finder;
    if (!can_look(ui))
        return;
    if (f->panel != ui->app->panel || f->kind != kind)
        finder_reset(f);
    f->panel = ui->app->panel;
    f->kind = kind;
    if (f->num_more && delta < 0) { /* takes back one that hasn't been made yet */
        f->num_more--;
        return;
    }
    if (f->at + delta < 1 && delta < 0) {
        ui_message(ui, f->at ? "this is the first extreme" : "no extreme has been gone to yet");
        return;
    }
    if (f->at + delta <= f->num_seen) {
        f->at += delta;
        show_seen(ui, 1);
        return;
    }
    if (f->busy && !f->seeks_bad)
        f->num_more++;
    else
        begin(ui, &(struct find_want){.kind = kind, .seen = f->seen, .num_seen = f->num_seen});
}

void finder_next_bad(struct ui *ui)
{
    struct finder *f = &ui->finder;
    if (!can_look(ui))
        return;
    if (f->panel != ui->app->panel)
        finder_reset(f);
    f->panel = ui->app->panel;
    f->num_more = 0;
    struct find_want what = {.kind = FIND_BAD};
    view_middle_cell(panel_view(f->panel), &what.after.row, &what.after.col);
    begin(ui, &what);
}

bool finder_go(struct ui *ui, const char *text, char *message, size_t size)
{
    struct view *v = panel_view(ui->app->panel);
    struct find_cell cell;
    char value[48], note[160];
    if (!view_parse_cell(v, text, &cell.row, &cell.col, message, size))
        return false;
    snprintf(value, sizeof value, "?");
    view_cell_value(v, cell.row, cell.col, value, sizeof value);
    snprintf(note, sizeof note, "%s at %lld, %lld", value, (long long)cell.row, (long long)cell.col);
    show(ui, ui->app->panel, cell, note);
    return true;
}

static void found(struct ui *ui, const struct view_found *r)
{
    struct finder *f = &ui->finder;
    char text[160];
    if (f->seeks_bad) {
        snprintf(text, sizeof text, "%s at %lld, %lld", r->value, (long long)r->row, (long long)r->col);
        put_share(text, sizeof text, r->share);
        show(ui, f->panel, (struct find_cell){r->row, r->col}, text);
        return;
    }
    if (f->num_seen == f->cap_seen) {
        int cap = f->cap_seen ? 2 * f->cap_seen : 64;
        struct find_cell *more = mem_resize(f->seen, (size_t)cap, sizeof *more);
        if (!more) {
            ui_message(ui, "no memory for one more");
            return;
        }
        f->seen = more;
        f->cap_seen = cap;
    }
    f->seen[f->num_seen++] = (struct find_cell){r->row, r->col};
    f->at = f->num_seen;
    show_seen(ui, r->share);
}

static void say_none(struct ui *ui, double share)
{
    const struct finder *f = &ui->finder;
    char text[160];
    snprintf(text, sizeof text, f->seeks_bad ? "no NaN, and nothing infinite" : f->num_seen ? "there are no more extremes" : "there is no number");
    put_share(text, sizeof text, share);
    ui_message(ui, text);
}

void finder_update(struct ui *ui)
{
    struct finder *f = &ui->finder;
    struct view_found r;
    if (f->marked && clock_now_ns() >= f->mark_until_ns) {
        f->marked = NULL;
        ui->dirty = true;
    }
    enum find_state s = f->busy ? view_find_poll(panel_view(f->panel), &r) : FIND_BUSY;
    if (s == FIND_BUSY)
        return;
    f->busy = false;
    int more = s == FIND_FOUND ? f->num_more : 0;
    f->num_more = 0;
    if (s == FIND_FOUND)
        found(ui, &r);
    else if (s == FIND_NONE)
        say_none(ui, r.share);
    else
        ui_message(ui, "it can't be looked for: no memory, or what was to be read can't be");
    if (more && f->at && f->at == f->num_seen) { /* the walk goes on */
        f->num_more = more - 1;
        begin(ui, &(struct find_want){.kind = f->kind, .seen = f->seen, .num_seen = f->num_seen});
    }
}

int64_t finder_next_ns(const struct finder *f)
{
    return f->marked ? f->mark_until_ns : INT64_MAX;
}
