/* Panels of text over the picture: white on a dark, slightly translucent ground, so that they read on any colormap. */
#include "app/overlay.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMN = 128, LARGEST_PT = 10, SMALLEST_PT = 6 };

static const struct color ground = {18, 20, 24, 225}, page = {18, 20, 24, 244}, ink = {240, 240, 240, 255}, accent = {255, 205, 90, 255},
                          calm = {110, 170, 235, 255};

void overlay_fini(struct overlay *o)
{
    free(o->message);
    free(o->info_text);
    *o = (struct overlay){0};
}

bool overlay_set_text(char **slot, char *text)
{
    bool same = *slot == text || (*slot && text && strcmp(*slot, text) == 0);
    free(*slot);
    *slot = text;
    return !same;
}

struct writer {
    struct draw_list *list;
    struct font *font;
    struct text_style style;
    struct rect all;
    int pad, line_px;
};

/* "left\tright" or just "left"; widths of the two columns of a whole text. */
static void measure(const struct writer *w, const char *text, int *left, int *right, int *num_lines)
{
    *left = *right = *num_lines = 0;
    for (const char *p = text; *p; (*num_lines)++) {
        size_t len = strcspn(p, "\n"), tab = strcspn(p, "\t\n");
        char cell[MAX_COLUMN];
        snprintf(cell, sizeof cell, "%.*s", (int)tab, p);
        int width = text_width(w->font, &w->style, cell);
        *left = width > *left ? width : *left;
        if (tab < len) {
            snprintf(cell, sizeof cell, "%.*s", (int)(len - tab - 1), p + tab + 1);
            width = text_width(w->font, &w->style, cell);
            *right = width > *right ? width : *right;
        }
        p += len + (p[len] == '\n');
    }
}

static void write_cell(const struct writer *w, int x, int y, const char *text, size_t len, struct color c)
{
    char cell[MAX_COLUMN], shown[MAX_COLUMN];
    snprintf(cell, sizeof cell, "%.*s", (int)len, text);
    struct text_style style = w->style;
    style.color = c;
    if (text_shorten(w->font, &style, cell, w->all.w - x - w->pad / 2, shown, sizeof shown))
        text_draw(w->list, w->font, &style, x, y, TEXT_START, TEXT_START, w->all, shown);
}

/* How long the last pictures took: a bar each, the newest on the right; half the height is the budget. */
static void bars(const struct writer *w, const struct overlay *o, struct rect r)
{
    int bar = r.w / TRACE_NUM_FRAMES > 1 ? r.w / TRACE_NUM_FRAMES : 1, x = r.x + r.w - o->num_times * bar;
    for (int i = 0; i < o->num_times; i++, x += bar) {
        float share = o->times_ms[i] / (2 * o->budget_ms);
        int h = (int)(share * (float)r.h + .5f);
        h = h < 1 ? 1 : h > r.h ? r.h : h;
        draw_list_rect(w->list, (struct rect){x, r.y + r.h - h, bar > 2 ? bar - 1 : bar, h}, share > .5f ? accent : calm);
    }
    draw_list_rect(w->list, (struct rect){r.x, r.y + r.h / 2, r.w, 1}, (struct color){240, 240, 240, 110});
    char text[48];
    snprintf(text, sizeof text, "%.1f ms a picture", (double)o->budget_ms);
    write_cell(w, r.x, r.y + r.h / 2 - w->line_px, text, strlen(text), ink);
}

static void set_size(struct writer *w, double points, double scale)
{
    w->style.size_px = (float)(points * scale);
    w->pad = (int)(points * scale);
    w->line_px = text_line_height(w->font, &w->style) + (int)(2 * scale);
}

struct layout {
    int left, right, gap, part_w, parts, part_lines;
};

/* A text too long for the picture goes on beside itself. False: some of it has no room. */
static bool lay_out(const struct writer *w, const char *text, struct layout *o)
{
    int num_lines, fit = (w->all.h - 2 * w->pad) / w->line_px;
    measure(w, text, &o->left, &o->right, &num_lines);
    o->gap = 2 * w->pad;
    o->part_w = o->left + (o->right ? o->gap + o->right : 0);
    o->parts = 1;
    fit = fit > 1 ? fit : 1;
    while (num_lines > fit * o->parts && (o->parts + 1) * (o->part_w + o->gap) <= w->all.w)
        o->parts++;
    o->part_lines = (num_lines + o->parts - 1) / o->parts;
    bool fits = o->part_lines <= fit && o->parts * (o->part_w + o->gap) <= w->all.w;
    o->part_lines = o->part_lines < fit ? o->part_lines : fit;
    return fits;
}

/* A box of two columns, centred on the picture, in smaller letters where it wouldn't fit. Of the smallest, lines that still don't are
 * dropped, and long ones cut. */
static void table(const struct writer *normal, const char *text, double scale, const struct overlay *graph)
{
    struct writer smaller = *normal, *w = &smaller;
    struct layout o;
    for (int points = LARGEST_PT; points >= SMALLEST_PT; points--) {
        set_size(w, points, scale);
        if (lay_out(w, text, &o))
            break;
    }
    int left = o.left, gap = o.gap, part_w = o.part_w, parts = o.parts, part_lines = o.part_lines;
    struct rect box = {0, 0, parts * part_w + (parts - 1) * gap + 2 * w->pad, part_lines * w->line_px + 2 * w->pad};
    int graph_h = graph && graph->num_times ? 4 * w->line_px : 0;
    graph_h = box.h + graph_h + w->pad <= w->all.h ? graph_h : 0; /* where it has room */
    if (graph_h) {
        box.h += graph_h + w->pad;
        box.w = box.w > TRACE_NUM_FRAMES * 2 + 2 * w->pad ? box.w : TRACE_NUM_FRAMES * 2 + 2 * w->pad;
    }
    box.x = (w->all.w - box.w) / 2 > 0 ? (w->all.w - box.w) / 2 : 0;
    box.y = (w->all.h - box.h) / 2 > 0 ? (w->all.h - box.h) / 2 : 0;
    draw_list_rect(w->list, box, page);
    if (graph_h)
        bars(w, graph, (struct rect){box.x + w->pad, box.y + box.h - w->pad - graph_h, box.w - 2 * w->pad, graph_h});
    int i = 0;
    for (const char *p = text; *p && i < part_lines * parts; i++) {
        size_t len = strcspn(p, "\n"), tab = strcspn(p, "\t\n");
        int x = box.x + w->pad + i / part_lines * (part_w + gap), y = box.y + w->pad + i % part_lines * w->line_px;
        write_cell(w, x, y, p, tab, tab < len ? accent : ink);
        if (tab < len)
            write_cell(w, x + left + gap, y, p + tab + 1, len - tab - 1, ink);
        p += len + (p[len] == '\n');
    }
}

/* Black, white and black: one of them stands out from any colours. */
static void outline(struct draw_list *l, struct rect area, struct rect r, double scale)
{
    const struct color dark = {0, 0, 0, 255}, light = {255, 255, 255, 255};
    int thick = scale > 2 ? (int)scale : 2, room = r.w < 6 || r.h < 6 ? 4 : 0; /* so that a pixel is seen in its box */
    r = (struct rect){r.x - room, r.y - room, r.w + 2 * room, r.h + 2 * room};
    draw_list_area(l, area);
    draw_list_frame(l, r, 1, dark);
    draw_list_frame(l, (struct rect){r.x - 1, r.y - 1, r.w + 2, r.h + 2}, thick, light);
    draw_list_frame(l, (struct rect){r.x - 1 - thick, r.y - 1 - thick, r.w + 2 + 2 * thick, r.h + 2 + 2 * thick}, 1, dark);
    draw_list_area(l, (struct rect){0, 0, l->width, l->height});
}

/* A line in a corner of the plot, or `below` lines from there towards its middle. */
static void line(const struct writer *w, const char *text, struct rect plot, bool top, bool centred, int below)
{
    char shown[512];
    int most = w->all.w - 4 * w->pad;
    text_shorten(w->font, &w->style, text, most, shown, sizeof shown);
    struct rect box = {plot.x + w->pad / 2, 0, text_width(w->font, &w->style, shown) + w->pad, w->line_px + w->pad / 2};
    if (centred)
        box.x = plot.x + (plot.w - box.w) / 2;
    if (box.x + box.w > w->all.w)
        box.x = w->all.w - box.w;
    if (box.x < 0)
        box.x = 0;
    box.y = top ? plot.y + w->pad / 2 : plot.y + plot.h - box.h - w->pad / 2;
    box.y += (top ? box.h : -box.h) * below;
    draw_list_rect(w->list, box, ground);
    text_draw(w->list, w->font, &w->style, box.x + w->pad / 2, box.y + w->pad / 4, TEXT_START, TEXT_START, w->all, shown);
}

void overlay_draw(const struct overlay *o, struct draw_list *l, struct font *f, double scale, struct rect plot, const char *help_text)
{
    struct writer w = {.list = l, .font = f, .style = {.color = ink}, .all = {0, 0, l->width, l->height}};
    set_size(&w, LARGEST_PT, scale);
    if (o->mark)
        outline(l, o->mark_area, o->mark_px, scale);
    if (o->box) {
        draw_list_rect(l, o->box_px, (struct color){255, 255, 255, 40});
        draw_list_frame(l, o->box_px, 1, (struct color){0, 0, 0, 200});
        struct rect outer = {o->box_px.x - 1, o->box_px.y - 1, o->box_px.w + 2, o->box_px.h + 2};
        draw_list_frame(l, outer, 1, (struct color){255, 255, 255, 230});
    }
    if (o->readout)
        line(&w, o->readout, plot, o->readout_on_top, false, 0);
    if (o->entry)
        line(&w, o->entry, plot, !o->readout_on_top, true, 0);
    else if (o->message)
        line(&w, o->message, plot, !o->readout_on_top, true, 0);
    if (o->entry && *o->entry_error)
        line(&w, o->entry_error, plot, !o->readout_on_top, true, 1);
    if (o->help)
        table(&w, help_text, scale, NULL);
    else if (o->info && o->info_text)
        table(&w, o->info_text, scale, o);
}
