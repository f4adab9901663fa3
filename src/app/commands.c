/* Keys to actions. Letters follow what people's hands know from mpv, matplotlib, gnuplot and DS9. Render thread. */
#include "app/commands.h"
#include "app/input.h"
#include "base/memory.h"
#include "data/reduce.h"
#include "plot/cvd.h"
#include "plot/theme.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#define PAN_SHARE 0.1
#define ZOOM_STEP 1.5

static struct view *view_of(struct ui *ui)
{
    return panel_view(ui->app->panel);
}

static void quit(struct ui *ui)
{
    atomic_store(&ui->app->quit, true);
}

static void escape(struct ui *ui)
{
    ui->overlay.help = ui->overlay.info = ui->overlay.box = false;
    ui->drag = DRAG_NONE;
    finder_reset(&ui->finder);
}

static void go_live(struct ui *ui)
{
    for (int i = 0; i < ui->app->num_panels; i++)
        panel_live(ui->app->panels[i]);
}

/* Of a panel of several, what a note is about. */
static void note(struct ui *ui, const char *text)
{
    char named[192];
    snprintf(named, sizeof named, "%.60s: %s", panel_source_name(ui->app->panel), text);
    ui_message(ui, ui->app->num_panels > 1 ? named : text);
}

static void pause_view(struct ui *ui)
{
    if (panel_is_paused(ui->app->panel)) {
        go_live(ui);
        return;
    }
    for (int i = 0; i < ui->app->num_panels; i++)
        panel_pause(ui->app->panels[i], true);
    const char *why = panel_why_no_frames(ui->app->panel);
    char text[160];
    snprintf(text, sizeof text, "paused; %s", why ? why : "");
    if (why && panel_has_frame(ui->app->panel) && !panel_shown_id(ui->app->panel))
        note(ui, text);
}

/* Which way there is nothing: says so. */
static bool is_at_end(struct ui *ui, int direction)
{
    uint64_t oldest, newest, id = panel_shown_id(ui->app->panel);
    const char *why = panel_why_no_frames(ui->app->panel);
    history_range(panel_playback(ui->app->panel)->history, &oldest, &newest);
    id = id ? id : newest; /* painted in place, as it is now */
    if (!why && direction > 0 && id >= newest)
        why = "this is the newest frame";
    else if (!why && direction < 0 && id <= oldest)
        why = id < oldest ? "the frame on show is no longer kept, nor any before it" : "no older frame is kept";
    if (why)
        note(ui, why);
    return why != NULL;
}

static void play(struct ui *ui, int direction)
{
    direction = panel_playback(ui->app->panel)->direction == direction ? 0 : direction;
    if (direction && is_at_end(ui, direction))
        return;
    for (int i = 0; i < ui->app->num_panels; i++)
        panel_play(ui->app->panels[i], direction);
}

static void play_on(struct ui *ui)
{
    play(ui, 1);
}

static void play_back(struct ui *ui)
{
    play(ui, -1);
}

static void change_speed(struct ui *ui, int step)
{
    char text[64];
    bool changed = false;
    for (int i = 0; i < ui->app->num_panels; i++)
        changed = panel_change_speed(ui->app->panels[i], step) || changed;
    snprintf(text, sizeof text, changed ? "speed %s" : step > 0 ? "%s is the fastest" : "%s is the slowest",
             playback_speed_text(panel_playback(ui->app->panel)));
    ui_message(ui, text);
}

static void faster(struct ui *ui)
{
    change_speed(ui, 1);
}

static void slower(struct ui *ui)
{
    change_speed(ui, -1);
}

static void step(struct ui *ui, int delta)
{
    if (!panel_step(ui->app->panel, delta))
        is_at_end(ui, delta);
}

static void step_on(struct ui *ui)
{
    step(ui, 1);
}

static void step_back(struct ui *ui)
{
    step(ui, -1);
}

static void fit(struct ui *ui)
{
    view_fit(view_of(ui));
}

/* The camera was `before`: if nothing has moved, why. */
static void note_if_still(struct ui *ui, struct camera before, const char *why)
{
    const struct camera *now = view_camera(view_of(ui));
    bool moved = now->x.origin != before.x.origin || now->y.origin != before.y.origin || now->x.scale != before.x.scale ||
                 now->y.scale != before.y.scale;
    if (!moved)
        note(ui, panel_has_frame(ui->app->panel) ? why : "nothing has come yet");
}

static void pan(struct ui *ui, double right, double down)
{
    struct rect plot = view_plot_rect(view_of(ui));
    struct camera before = *view_camera(view_of(ui));
    view_pan_px(view_of(ui), (int)(-right * PAN_SHARE * plot.w), (int)(-down * PAN_SHARE * plot.h));
    note_if_still(ui, before, "there is nothing more that way");
}

static void pan_left(struct ui *ui)
{
    pan(ui, -1, 0);
}

static void pan_right(struct ui *ui)
{
    pan(ui, 1, 0);
}

static void pan_up(struct ui *ui)
{
    pan(ui, 0, -1);
}

static void pan_down(struct ui *ui)
{
    pan(ui, 0, 1);
}

static void zoom(struct ui *ui, double factor)
{
    struct rect plot = view_plot_rect(view_of(ui));
    struct camera before = *view_camera(view_of(ui));
    view_zoom_at(view_of(ui), plot.x + plot.w / 2.0, plot.y + plot.h / 2.0, factor);
    note_if_still(ui, before, factor > 1 ? "it goes no closer" : "it goes no farther away");
}

static void zoom_in(struct ui *ui)
{
    zoom(ui, ZOOM_STEP);
}

static void zoom_out(struct ui *ui)
{
    zoom(ui, 1 / ZOOM_STEP);
}

static void autoscale(struct ui *ui)
{
    bool follow = !view_is_autoscaled(view_of(ui));
    view_autoscale(view_of(ui), follow);
    ui_message(ui, follow ? "autoscale: the range follows the data" : "autoscale off: this range is held");
}

static void toggle_log(struct ui *ui)
{
    bool is_log = view_look(view_of(ui))->norm == NORM_LOG;
    view_set(view_of(ui), "key l", "norm", is_log ? "linear" : "log");
    ui_message(ui, is_log ? "linear norm" : "log norm");
}

static void toggle_grid(struct ui *ui)
{
    view_set(view_of(ui), "key g", "linewidths", view_look(view_of(ui))->linewidths > 0 ? "0" : "1");
}

static void step_colormap(struct ui *ui, int delta)
{
    const char *now = view_look(view_of(ui))->cmap;
    int num = colormap_count(), at = 0;
    for (int i = 0; i < num; i++)
        if (strncmp(colormap_name(i), now, strlen(colormap_name(i))) == 0 &&
            (strcmp(now + strlen(colormap_name(i)), "") == 0 || strcmp(now + strlen(colormap_name(i)), "_r") == 0))
            at = i;
    const char *next = colormap_name((at + delta + num) % num);
    view_set(view_of(ui), "key c", "cmap", next);
    ui_message(ui, next);
}

static void next_colormap(struct ui *ui)
{
    step_colormap(ui, 1);
}

static void last_colormap(struct ui *ui)
{
    step_colormap(ui, -1);
}

static void next_theme(struct ui *ui)
{
    char text[48];
    const char *name = theme_get((view_look(view_of(ui))->theme + 1) % THEME_NUM)->name;
    for (int i = 0; i < ui->app->num_panels; i++)
        view_set(panel_view(ui->app->panels[i]), "key t", "theme", name);
    snprintf(text, sizeof text, "theme %s", name);
    ui_message(ui, text);
}

static void step_channel(struct ui *ui, int delta)
{
    char text[96];
    const char *name;
    int64_t num, now = view_channel(view_of(ui), &num, &name);
    if (num < 2) {
        note(ui, num ? "there is one channel only" : "nothing has come yet");
        return;
    }
    snprintf(text, sizeof text, "%lld", (long long)((now + delta + num) % num));
    view_set(view_of(ui), "key n", "channel", text);
    now = view_channel(view_of(ui), &num, &name);
    snprintf(text, sizeof text, "channel %lld%s%.40s (0 to %lld)", (long long)now, name ? ": " : "", name ? name : "", (long long)num - 1);
    note(ui, text);
}

static void next_channel(struct ui *ui)
{
    step_channel(ui, 1);
}

static void last_channel(struct ui *ui)
{
    step_channel(ui, -1);
}

/* Of all panels: it is the whole picture that is seen. */
static void next_vision(struct ui *ui)
{
    static const char *const SAID[CVD_NUM] = {"colours as they are", "as seen by protanopes", "as seen by deuteranopes", "as seen by tritanopes",
                                              "as seen without colours"};
    const char *now = view_look(view_of(ui))->cvd;
    struct cvd c = {0};
    char message[128];
    if (now)
        cvd_parse(now, &c, message, sizeof message);
    enum cvd_kind next = (enum cvd_kind)((c.kind + 1) % CVD_NUM);
    for (int i = 0; i < ui->app->num_panels; i++)
        view_set(panel_view(ui->app->panels[i]), "key v", "cvd", cvd_name(next));
    ui_message(ui, SAID[next]);
}

static void toggle_annot(struct ui *ui)
{
    view_set(view_of(ui), "key #", "annot", view_is_annotated(view_of(ui)) ? "off" : "on");
    ui_message(ui, view_is_annotated(view_of(ui)) ? "numbers in cells, where they fit" : "no numbers in cells");
}

static void step_index(struct ui *ui, int delta)
{
    struct sliders *s = &ui->sliders;
    if (!panel_slice(ui->app->panel))
        ui_message(ui, "this is no slice of an array of more dimensions");
    else if (!sliders_step(s, NAN, delta))
        ui_message(ui, delta > 0 ? "this is the last index of this axis" : "this is the first index of this axis");
}

static void next_index(struct ui *ui)
{
    step_index(ui, 1);
}

static void last_index(struct ui *ui)
{
    step_index(ui, -1);
}

static void next_axis(struct ui *ui)
{
    char text[48];
    const struct nd_index *nd = panel_slice(ui->app->panel);
    sliders_choose_next(&ui->sliders);
    if (nd)
        snprintf(text, sizeof text, "keys step axis %d", nd->leading[ui->sliders.chosen]);
    ui_message(ui, nd ? text : "this is no slice of an array of more dimensions");
}

static void toggle_overview(struct ui *ui)
{
    bool shown = view_toggle_overview(view_of(ui));
    ui_message(ui, shown ? "overview map, when zoomed in" : "no overview map");
}

static void go_to_cell(struct ui *ui)
{
    entry_open(&ui->entry);
}

/* What is farthest from 0 where pixels show that, too. */
static enum find_kind high_kind(struct ui *ui)
{
    return view_look(view_of(ui))->reduce == REDUCE_ABSMAX ? FIND_FARTHEST : FIND_HIGHEST;
}

static void next_high(struct ui *ui)
{
    finder_step(ui, high_kind(ui), 1);
}

static void last_high(struct ui *ui)
{
    finder_step(ui, high_kind(ui), -1);
}

static void next_low(struct ui *ui)
{
    finder_step(ui, FIND_LOWEST, 1);
}

static void last_low(struct ui *ui)
{
    finder_step(ui, FIND_LOWEST, -1);
}

static void full_screen(struct ui *ui)
{
    ui->toggle_fullscreen = true;
}

static void info(struct ui *ui)
{
    ui->overlay.info = !ui->overlay.info;
    ui->overlay.help = false;
}

static void help(struct ui *ui)
{
    ui->overlay.help = !ui->overlay.help;
    ui->overlay.info = false;
}

static const struct command {
    const char *keys, *text; /* NULL: the row before says it */
    int key[2];
    void (*run)(struct ui *ui);
} commands[] = {
    {"Space", "pause; again: back to live", {' '}, pause_view},
    {". (period)", "next frame", {'.'}, step_on},
    {", (comma)", "frame before", {','}, step_back},
    {"p", "play from here, stop", {'p'}, play_on},
    {"P", "play backwards, stop", {'P'}, play_back},
    {"[", "half the speed", {'['}, slower},
    {"]", "twice the speed", {']'}, faster},
    {"End", "back to live", {KEY_END}, go_live},
    {"r, Home", "fit the whole matrix", {'r', KEY_HOME}, fit},
    {"\u2190", "pan left", {KEY_LEFT}, pan_left},
    {"\u2192", "pan right", {KEY_RIGHT}, pan_right},
    {"\u2191", "pan up", {KEY_UP}, pan_up},
    {"\u2193", "pan down", {KEY_DOWN}, pan_down},
    {"+", "zoom in", {'+', '='}, zoom_in},
    {"-", "zoom out", {'-'}, zoom_out},
    {"a", "autoscale on, off", {'a'}, autoscale},
    {"l", "log norm on, off", {'l'}, toggle_log},
    {"g", "grid lines on, off", {'g'}, toggle_grid},
    {"#", "numbers in cells on, off", {'#'}, toggle_annot},
    {"c", "next colormap", {'c'}, next_colormap},
    {"C", "colormap before", {'C'}, last_colormap},
    {"t", "next theme: light, dark, paper", {'t'}, next_theme},
    {"v", "colour vision: next, off", {'v'}, next_vision},
    {"n, N", "next channel, one before", {'n'}, next_channel},
    {NULL, NULL, {'N'}, last_channel},
    {"PgDn", "next index of a leading axis", {KEY_PAGE_DOWN}, next_index},
    {"PgUp", "index before", {KEY_PAGE_UP}, last_index},
    {"Tab", "another leading axis", {KEY_TAB}, next_axis},
    {"o", "overview map on, off", {'o'}, toggle_overview},
    {"G, /", "go to a cell: row,col", {'G', '/'}, go_to_cell},
    {"e, E", "next highest cell, one before", {'e'}, next_high},
    {NULL, NULL, {'E'}, last_high},
    {"d, D", "next lowest cell, one before", {'d'}, next_low},
    {NULL, NULL, {'D'}, last_low},
    {"b", "next NaN or infinite cell", {'b'}, finder_next_bad},
    {"s", "save the picture as PNG", {'s'}, ui_save_picture},
    {"S", "save the history: .hsr, .npy", {'S'}, ui_save_history},
    {"f", "full screen on, off", {'f'}, full_screen},
    {"i", "information", {'i'}, info},
    {"?, F1", "these keys", {'?', KEY_F1}, help},
    {"Esc", "close help; begin a new walk", {KEY_ESCAPE}, escape},
    {"q", "quit", {'q'}, quit},
};

static const char mouse[] = "wheel\tzoom at the pointer\n"
                            "left drag\tpan\n"
                            "right drag\tzoom box\n"
                            "drag below\tscrub, on the time line; leading axes\n"
                            "double click\tfit the whole matrix\n"
                            "click\tprint the cell as a line of JSON";

/* Of the line that is being typed. */
static void type_key(struct ui *ui, int key)
{
    struct entry *e = &ui->entry;
    if (entry_key(e, key))
        e->open = *e->text && !finder_go(ui, e->text, e->error, sizeof e->error);
    ui->dirty = true;
}

void commands_key(struct ui *ui, int key)
{
    ui->last_click_ns = 0; /* clicks with a key between them aren't a double click, however late they are seen */
    if (ui->entry.open) {
        type_key(ui, key);
        return;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (key && (commands[i].key[0] == key || commands[i].key[1] == key)) {
            commands[i].run(ui);
            ui->dirty = true;
            return;
        }
}

char *commands_help(void)
{
    struct buf b = {0};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (commands[i].keys)
            buf_printf(&b, "%s\t%s\n", commands[i].keys, commands[i].text);
    buf_printf(&b, "%s", mouse);
    return b.data;
}
