/* The texts over the picture, kept up to date, and saving. */
#include "app/age.h"
#include "app/commands.h"
#include "app/input.h"
#include "app/panels.h"
#include "app/picture.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_NS 2000000000ll
#define INFO_EVERY_NS 500000000ll

void ui_init(struct ui *ui, struct app *app)
{
    *ui = (struct ui){.app = app, .help_text = commands_help(), .scale = 1};
    for (int i = 0; i < 2; i++)
        buf_reserve(&ui->readout[i], 1000); /* the longest of them; so that a steady state allocates nothing */
}

void ui_fini(struct ui *ui)
{
    save_history_end(ui->saving);
    finder_fini(&ui->finder);
    timeline_fini(&ui->timeline);
    overlay_fini(&ui->overlay);
    buf_free(&ui->readout[0]);
    buf_free(&ui->readout[1]);
    free(ui->help_text);
}

struct rect ui_plot_rect(const struct ui *ui)
{
    struct rect plot = view_plot_rect(panel_view(ui->app->panel)), area = panels_focus_area(ui->app);
    return (struct rect){plot.x + area.x, plot.y + area.y, plot.w, plot.h};
}

void ui_note(struct ui *ui, const char *text, int64_t for_ns)
{
    overlay_set_text(&ui->overlay.message, mem_strdup(text));
    ui->message_until_ns = clock_now_ns() + for_ns;
    ui->dirty = true;
}

void ui_message(struct ui *ui, const char *text)
{
    ui_note(ui, text, MESSAGE_NS);
}

static bool on_strip_or_map(const struct ui *ui)
{
    struct rect area = panels_focus_area(ui->app);
    double x = ui->x + area.x, y = ui->y + area.y;
    return timeline_contains(&ui->timeline, x, y) || sliders_contains(&ui->sliders, x, y) ||
           view_on_overview(panel_view(ui->app->panel), ui->x, ui->y);
}

static void update_readout(struct ui *ui)
{
    struct view *v = panel_view(ui->app->panel);
    struct view_probe probe;
    struct buf *next = &ui->readout[ui->overlay.readout && ui->overlay.readout == ui->readout[0].data];
    const char *text = NULL, *old = ui->overlay.readout;
    if (ui->inside && ui->drag != DRAG_BOX && ui->drag != DRAG_TIME && ui->drag != DRAG_AXIS &&
        ui->drag != DRAG_MAP && !on_strip_or_map(ui) && view_probe_at(v, ui->x, ui->y, &probe) &&
        view_probe_text(v, &probe, next))
        text = next->data;
    struct rect plot = view_plot_rect(v);
    bool on_top = ui->y > plot.y + plot.h * 0.7;
    bool same = text == old || (text && old && strcmp(text, old) == 0);
    ui->dirty = ui->dirty || !same || on_top != ui->overlay.readout_on_top;
    ui->overlay.readout = text;
    ui->overlay.readout_on_top = on_top;
}

static void put_age(struct buf *b, struct panel *p)
{
    char now[32], median[32];
    double age = panel_age_ms(p), half = quantile_get(panel_latency(p), 0.5);
    if (!isfinite(half))
        return;
    age_text(half, median, sizeof median);
    age_text(isfinite(age) ? age : 0, now, sizeof now);
    buf_printf(b, isfinite(age) ? "age when shown\t%s (median %s)\n" : "age when shown\tmedian %.0s%s\n", now, median);
}

static char *info_text(struct ui *ui)
{
    struct panel *p = ui->app->panel;
    struct view *v = panel_view(p);
    const struct counters *c = panel_counters(p);
    const struct frame *f = view_frame(v);
    const struct norm *n = view_norm(v);
    const struct look *k = view_look(v);
    struct view_info i = view_info(v);
    struct buf b = {0};
    buf_printf(&b, "source\t%s\n", panel_source_name(p));
    if (panel_file(p))
        buf_printf(&b, "file\t%s\n", panel_file(p));
    if (f)
        buf_printf(&b, "matrix\t%lld rows × %lld columns, %s\nzoom\t%.4g × %.4g pixels a cell%s\n", (long long)i.rows, (long long)i.cols,
                   dtype_name(f->cells.dtype), 1 / view_camera(v)->x.scale, 1 / view_camera(v)->y.scale,
                   i.reduced ? " (reduced)" : "");
    int64_t num_channels;
    const char *channel_name;
    int64_t channel = view_channel(v, &num_channels, &channel_name);
    if (num_channels > 1)
        buf_printf(&b, "channel\t%lld%s%s (0 to %lld)\n", (long long)channel, channel_name ? ": " : "", channel_name ? channel_name : "",
                   (long long)num_channels - 1);
    buf_printf(&b, "colours\t%s, %s, %.6g to %.6g%s\n", k->cmap, norm_name(n->kind), n->vmin, n->vmax,
               view_is_autoscaled(v) ? " (autoscaled)" : "");
    if (i.min <= i.max)
        buf_printf(&b, "data on show\t%.6g to %.6g\n", i.min, i.max);
    buf_printf(&b, "received\t%llu frames, %llu rows, %.1f a second\n", (unsigned long long)counter_get(&c->frames_received),
               (unsigned long long)counter_get(&c->rows_received), panel_rate(p));
    if (counter_get(&c->tiles_received))
        buf_printf(&b, "tiles\t%llu, %llu of them overtaken, %llu outside the grid\n", (unsigned long long)counter_get(&c->tiles_received),
                   (unsigned long long)counter_get(&c->tiles_dropped), (unsigned long long)counter_get(&c->tiles_outside));
    if (counter_get(&c->events_received))
        buf_printf(&b, "events\t%llu, %llu of them outside the grid\n", (unsigned long long)counter_get(&c->events_received),
                   (unsigned long long)counter_get(&c->events_outside));
    uint64_t kept, dropped = panel_lost(p, &kept);
    buf_printf(&b, "shown\t%llu\ndropped\t%llu", (unsigned long long)counter_get(&c->frames_shown), (unsigned long long)dropped);
    if (kept)
        buf_printf(&b, "\nnot shown live\t%llu, kept from a pause", (unsigned long long)kept);
    const char *wrong = panel_last_complaint(p);
    buf_printf(&b, "\nqueued\t%llu\nrejected\t%llu records%s%s\n", (unsigned long long)panel_queued(p),
               (unsigned long long)counter_get(&c->records_rejected), wrong ? "; last: " : "", wrong ? wrong : "");
    put_age(&b, p);
    int open = panel_connections(p);
    if (open >= 0)
        buf_printf(&b, "connections\t%d open, %llu so far\n", open, (unsigned long long)counter_get(&c->connections));
    buf_printf(&b, "renderer\t%s", ui->app->renderer);
    return b.data;
}

/* Where any panel shows slices, all make room for the sliders of the one with most. */
static int sliders_room(const struct ui *ui)
{
    int most = 0;
    for (int i = 0; i < ui->app->num_panels; i++) {
        int px = sliders_height(ui->app->panels[i], ui->scale);
        most = px > most ? px : most;
    }
    return 3 * most < ui->app->height ? most : 0;
}

/* Where any panel has frames to go back to, all make room: it stays when the focus moves. */
static void update_timeline(struct ui *ui)
{
    struct app *a = ui->app;
    int strip = timeline_height(ui->scale);
    bool any = false;
    for (int i = 0; i < a->num_panels; i++)
        any = any || timeline_is_wanted(a->panels[i]);
    if (a->height < 3 * strip || a->width < 2 * strip)
        any = false;
    int rows = sliders_room(ui);
    panels_reserve(a, (any ? strip : 0) + rows);
    struct rect box = {0, a->height - strip, a->width, strip};
    ui->dirty = timeline_update(&ui->timeline, any ? a->panel : NULL, a->num_panels > 1, a->pool, box, ui->scale) || ui->dirty;
    struct rect above = {0, a->height - (any ? strip : 0) - rows, a->width, rows};
    ui->dirty = sliders_update(&ui->sliders, rows ? a->panel : NULL, above, ui->scale) || ui->dirty;
}

static void update_mark(struct ui *ui)
{
    struct overlay *o = &ui->overlay;
    const struct finder *f = &ui->finder;
    o->entry = entry_line(&ui->entry);
    o->entry_error = ui->entry.error;
    o->mark = f->marked && panels_area(ui->app, f->marked, &o->mark_area) && view_cell_rect(panel_view(f->marked), f->mark.row, f->mark.col, &o->mark_px);
    if (!o->mark)
        return;
    struct rect plot = view_plot_rect(panel_view(f->marked));
    o->mark_px.x -= plot.x;
    o->mark_px.y -= plot.y;
    o->mark_area = (struct rect){o->mark_area.x + plot.x, o->mark_area.y + plot.y, plot.w, plot.h};
}

void ui_update(struct ui *ui)
{
    finder_update(ui);
    if (ui->overlay.message && clock_now_ns() >= ui->message_until_ns)
        ui->dirty = overlay_set_text(&ui->overlay.message, NULL) || ui->dirty;
    struct app *a = ui->app;
    update_timeline(ui);
    update_readout(ui);
    update_mark(ui);
    if (ui->saving && save_history_is_done(ui->saving)) {
        ui_message(ui, save_history_text(ui->saving));
        save_history_end(ui->saving);
        ui->saving = NULL;
    }
    if (ui->overlay.info)
        ui->dirty = overlay_set_text(&ui->overlay.info_text, info_text(ui)) || ui->dirty;
    if (ui->overlay.info)
        ui->overlay.num_times = trace_pictures(a->trace, ui->overlay.times_ms);
}

int64_t ui_next_update_ns(const struct ui *ui)
{
    int64_t next = timeline_next_ns(&ui->timeline), mark = finder_next_ns(&ui->finder);
    next = mark < next ? mark : next;
    if (ui->overlay.message && ui->message_until_ns < next)
        next = ui->message_until_ns;
    if (ui->overlay.info && clock_now_ns() + INFO_EVERY_NS < next)
        next = clock_now_ns() + INFO_EVERY_NS;
    return next;
}

static void free_name(char *out, size_t size)
{
    char stamp[32];
    time_t now = time(NULL);
    struct tm t;
    localtime_r(&now, &t);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &t);
    snprintf(out, size, "heatscope-%s.png", stamp);
    for (int i = 2; access(out, F_OK) == 0 && i < 1000; i++)
        snprintf(out, size, "heatscope-%s-%d.png", stamp, i);
}

/* What is in windows alone. That the range moves is shown again by itself. */
static void show_aids(struct view *v, bool show)
{
    if (!show)
        view_show_motion(v, false);
    view_show_overview(v, show);
}

void ui_save_picture(struct ui *ui)
{
    struct app *a = ui->app;
    struct run by_cpu = a->options->run;
    struct render *r = NULL;
    char path[64], text[128];
    for (int i = 0; i < a->num_panels; i++) /* nothing moves in a still; the window's next picture sets it again */
        show_aids(panel_view(a->panels[i]), false);
    int reserved = a->reserved_px;
    panels_reserve(a, 0);
    by_cpu.renderer = RENDERER_SOFT;
    free_name(path, sizeof path);
    if (render_create(&by_cpu, a->pool, &r) == HS_OK && picture_write(a, r, path) == HS_OK) {
        snprintf(text, sizeof text, "saved %s", path);
        log_info("%s", text);
        ui_message(ui, text);
    } else
        ui_message(ui, "the picture could not be saved");
    panels_reserve(a, reserved);
    for (int i = 0; i < a->num_panels; i++)
        show_aids(panel_view(a->panels[i]), true);
    render_destroy(r);
}

void ui_save_history(struct ui *ui)
{
    char text[128];
    if (ui->saving) {
        ui_message(ui, "still saving");
        return;
    }
    struct playback *play = panel_playback(ui->app->panel);
    ui->saving = save_history_start(play->history, app_wake, ui->app);
    if (ui->saving)
        snprintf(text, sizeof text, "saving %d frames", save_history_num_frames(ui->saving));
    if (ui->saving && ui->app->num_panels > 1) {
        snprintf(text, sizeof text, "saving %d frames of %.60s", save_history_num_frames(ui->saving), panel_source_name(ui->app->panel));
    }
    const char *why = panel_why_no_frames(ui->app->panel);
    ui_message(ui, ui->saving ? text : why ? why : "no frames are kept");
}

void ui_draw(struct ui *ui)
{
    struct app *a = ui->app;
    timeline_draw(&ui->timeline, &a->list, a->font, ui->scale);
    sliders_draw(&ui->sliders, &a->list, a->font, ui->scale);
    overlay_draw(&ui->overlay, &a->list, a->font, ui->scale, ui_plot_rect(ui), ui->help_text);
}
