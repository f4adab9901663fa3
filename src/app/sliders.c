/* Rows of name, track and handle. Indices lie on the track one after the other, equally wide, as frames do on the time line. Render
 * thread. */
#include "app/sliders.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct color ground = {18, 20, 24, 255}, ink = {240, 240, 240, 255}, faint = {160, 165, 172, 255},
                          empty = {62, 66, 74, 255}, past = {96, 113, 138, 255}, handle = {255, 255, 255, 255},
                          chosen_color = {255, 205, 90, 255};

enum { ROW_PT = 17, NAME_PT = 92, PAD_PT = 8 };

int sliders_height(const struct panel *p, double scale)
{
    const struct nd_index *nd = panel_slice(p);
    return nd ? (int)((nd->num_leading * ROW_PT + PAD_PT / 2) * scale) : 0;
}

bool sliders_update(struct sliders *s, struct panel *p, struct rect strip, double scale)
{
    const struct nd_index *nd = p ? panel_slice(p) : NULL;
    bool changed = (nd ? p : NULL) != s->panel;
    s->panel = nd ? p : NULL;
    if (!nd)
        return changed;
    changed |= memcmp(&s->nd, nd, sizeof *nd) != 0 || memcmp(&s->box, &strip, sizeof strip) != 0;
    s->nd = *nd;
    s->box = strip;
    s->row_px = (int)(ROW_PT * scale);
    s->name_px = (int)(NAME_PT * scale);
    if (s->chosen >= nd->num_leading)
        s->chosen = 0;
    return changed;
}

bool sliders_contains(const struct sliders *s, double x, double y)
{
    const struct rect *b = &s->box;
    return s->panel && x >= b->x && x < b->x + b->w && y >= b->y && y < b->y + b->h;
}

static struct rect track(const struct sliders *s, int row)
{
    int pad = s->row_px * PAD_PT / ROW_PT, h = s->row_px * 9 / ROW_PT, left = s->box.x + pad + s->name_px;
    int top = s->box.y + row * s->row_px + (s->row_px - h) / 2 + pad / 4, w = s->box.x + s->box.w - pad - left;
    return (struct rect){left, top, w > 1 ? w : 1, h};
}

static int row_at(const struct sliders *s, double y)
{
    int row = s->row_px > 0 ? (int)floor((y - s->box.y) / s->row_px) : 0;
    return row < 0 ? 0 : row >= s->nd.num_leading ? s->nd.num_leading - 1 : row;
}

static bool show(struct sliders *s, int row, int64_t at)
{
    bool shown = panel_show_slice(s->panel, s->nd.leading[row], at);
    if (shown)
        s->nd = *panel_slice(s->panel);
    return shown;
}

void sliders_drag(struct sliders *s, double x)
{
    if (!s->panel || s->held >= s->nd.num_leading)
        return;
    struct rect t = track(s, s->held);
    show(s, s->held, (int64_t)floor((x - t.x) * (double)s->nd.size[s->nd.leading[s->held]] / t.w));
}

void sliders_press(struct sliders *s, double x, double y)
{
    s->held = s->chosen = row_at(s, y);
    if (x >= track(s, s->held).x)
        sliders_drag(s, x);
}

void sliders_choose_next(struct sliders *s)
{
    s->chosen = s->panel ? (s->chosen + 1) % s->nd.num_leading : 0;
}

bool sliders_step(struct sliders *s, double y, int delta)
{
    if (!s->panel)
        return false;
    int row = isnan(y) ? s->chosen : row_at(s, y);
    return show(s, row, s->nd.at[s->nd.leading[row]] + delta);
}

void sliders_draw(const struct sliders *s, struct draw_list *l, struct font *f, double scale)
{
    if (!s->panel)
        return;
    struct text_style style = {.size_px = (float)(9 * scale)};
    struct rect all = {0, 0, l->width, l->height};
    draw_list_rect(l, s->box, ground);
    for (int row = 0; row < s->nd.num_leading; row++) {
        int axis = s->nd.leading[row];
        int64_t at = s->nd.at[axis], size = s->nd.size[axis];
        struct rect t = track(s, row);
        char text[64];
        snprintf(text, sizeof text, "axis %d: %lld/%lld", axis, (long long)at, (long long)size);
        style.color = row == s->chosen ? (s->nd.num_leading > 1 ? chosen_color : ink) : faint;
        struct rect name = {s->box.x, s->box.y, t.x - s->box.x, s->box.h};
        text_draw(l, f, &style, s->box.x + (int)(PAD_PT * scale), t.y + t.h / 2, TEXT_START, TEXT_CENTER, name.w > 0 ? name : all, text);
        int from = (int)((double)at * t.w / (double)size), to = (int)((double)(at + 1) * t.w / (double)size), least = (int)(3 * scale);
        int width = to - from > least ? to - from : least;
        draw_list_rect(l, t, empty);
        draw_list_rect(l, (struct rect){t.x, t.y, from, t.h}, past);
        draw_list_rect(l, (struct rect){t.x + (from + to - width) / 2, t.y - (int)scale, width, t.h + 2 * (int)scale}, handle);
    }
}
