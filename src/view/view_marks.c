/* Words, lines and spans over the heatmap, cut to it. Words stay within it: what would stick out is moved in, and shortened where it is
 * too long. Render thread. */
#include "view/view_internal.h"
#include <math.h>
#include <string.h>

enum { WORDS_BYTES = 1024, HALO_STEPS = 8, MAX_LINES = 16 };

/* From the plot's left or top edge; NaN: nowhere on it. */
static double place(const struct figure_axis *a, double v, int length_px)
{
    double px = figure_axis_px(a, v, length_px);
    return isfinite(px) ? fmin(fmax(px, -1e6), 1e6) : NAN;
}

static int pixels(const struct figure_params *p, double pt)
{
    double px = round(pt * p->scale);
    return px < 1 ? 1 : px > 1000 ? 1000 : (int)px;
}

static void fill(struct draw_list *l, struct rect plot, double x0, double y0, double x1, double y1, struct color c)
{
    int left = (int)floor(fmax(x0, 0) + 0.5), top = (int)floor(fmax(y0, 0) + 0.5);
    int right = (int)floor(fmin(x1, plot.w) + 0.5), bottom = (int)floor(fmin(y1, plot.h) + 0.5);
    if (left < right && top < bottom)
        draw_list_rect(l, (struct rect){plot.x + left, plot.y + top, right - left, bottom - top}, c);
}

static void draw_span(const struct mark *m, const struct figure_params *p, struct rect plot, struct draw_list *l)
{
    bool across = m->kind == MARK_HSPAN;
    const struct figure_axis *axis = across ? &p->y : &p->x;
    double a = place(axis, m->a, across ? plot.h : plot.w), b = place(axis, m->b, across ? plot.h : plot.w);
    if (isnan(a) || isnan(b))
        return;
    double lo = fmin(a, b), hi = fmax(a, b);
    if (across)
        fill(l, plot, 0, lo, plot.w, hi, m->color);
    else
        fill(l, plot, lo, 0, hi, plot.h, m->color);
}

/* matplotlib's dashes: 3.7 line widths, with gaps of 1.6. */
static void draw_line(const struct mark *m, const struct figure_params *p, struct rect plot, struct draw_list *l)
{
    bool across = m->kind == MARK_HLINE;
    int length = across ? plot.w : plot.h, width = pixels(p, m->width_pt);
    double at = place(across ? &p->y : &p->x, m->a, across ? plot.h : plot.w);
    if (isnan(at) || at < 0 || at > (across ? plot.h : plot.w))
        return;
    double from = floor(at - width / 2.0 + 0.5), dash = m->dashed ? fmax(round(3.7 * width), 2) : length;
    double step = m->dashed ? dash + fmax(round(1.6 * width), 2) : length;
    for (double s = 0; s < length; s += step) {
        if (across)
            fill(l, plot, s, from, s + dash, from + width, m->color);
        else
            fill(l, plot, from, s, from + width, s + dash, m->color);
    }
}

/* One line of words with its halo: the same words all round, in the halo's colour. */
static void draw_words(struct draw_list *l, struct font *font, const struct text_style *style, struct color halo, int x, int y,
                       struct rect clip, const char *words)
{
    static const int8_t ROUND[HALO_STEPS][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-1, -1}, {1, -1}, {-1, 1}, {1, 1}};
    struct text_style behind = *style;
    int reach = (int)lround(fmax(style->size_px / 12, 1));
    behind.color = halo;
    for (int i = 0; halo.a && i < HALO_STEPS; i++) {
        double r = i < 4 ? reach : reach * 0.7;
        text_draw(l, font, &behind, x + (int)lround(ROUND[i][0] * r), y + (int)lround(ROUND[i][1] * r), TEXT_CENTER, TEXT_CENTER, clip,
                  words);
    }
    text_draw(l, font, style, x, y, TEXT_CENTER, TEXT_CENTER, clip, words);
}

/* The words cut into lines (at line feeds and at "\n"); their number. */
static int split_lines(const struct mark *m, char room[WORDS_BYTES], const char *lines[MAX_LINES])
{
    size_t len = m->words_len < WORDS_BYTES - 1 ? m->words_len : WORDS_BYTES - 1, to = 0;
    int num = 1;
    while (len && len < m->words_len && (m->words[len] & 0xc0) == 0x80) /* whole characters */
        len--;
    lines[0] = room;
    for (size_t i = 0; i < len; i++) {
        bool escaped = m->words[i] == '\\' && i + 1 < len && m->words[i + 1] == 'n';
        if ((escaped || m->words[i] == '\n') && num < MAX_LINES) {
            room[to++] = 0;
            lines[num++] = room + to;
            i += escaped;
        } else
            room[to++] = m->words[i];
    }
    room[to] = 0;
    return num;
}

static double shift_into(double lo, double hi, double room)
{
    return hi - lo > room ? (room - hi - lo) / 2 : lo < 0 ? -lo : hi > room ? room - hi : 0;
}

/* The whole block, unturned, is w x h round its centre; turned, its bounds are aligned at (x, y) and kept within the plot. */
static void draw_text(const struct mark *m, const struct figure_params *p, struct rect plot, struct font *font, struct draw_list *l)
{
    double x = m->axes ? m->a * plot.w : place(&p->x, m->a, plot.w), y = m->axes ? (1 - m->b) * plot.h : place(&p->y, m->b, plot.h);
    if (!(x >= 0 && x <= plot.w && y >= 0 && y <= plot.h))
        return;
    double size = (isnan(m->size_pt) ? (p->label_size_pt > 0 ? p->label_size_pt : p->font_size_pt) : m->size_pt) * p->scale;
    struct text_style style = {.size_px = (float)fmin(fmax(size, 1), 1000), .color = m->color, .degrees = m->degrees};
    style.turned = m->degrees == 90;
    char room[WORDS_BYTES], shortened[WORDS_BYTES];
    const char *lines[MAX_LINES];
    int num = split_lines(m, room, lines), line_h = text_line_height(font, &style), w = 0;
    double angle = m->degrees * (M_PI / 180), c = cos(angle), s = sin(angle);
    double h = (double)num * line_h, most = fmin(fabs(c) > 1e-3 ? (plot.w - h * fabs(s)) / fabs(c) : 1e6, fabs(s) > 1e-3 ? (plot.h - h * fabs(c)) / fabs(s) : 1e6);
    int pad = m->halo.a ? (int)lround(fmax(style.size_px / 12, 1)) + 1 : 1, most_px = (int)fmax(most, 0) - 2 * pad;
    for (int i = 0; i < num; i++) {
        int line_w = text_width(font, &style, lines[i]);
        w = line_w > w ? line_w : w;
    }
    w = w > most_px ? most_px : w;
    if (w <= 0)
        return;
    double half_w = (w * fabs(c) + h * fabs(s)) / 2 + pad, half_h = (w * fabs(s) + h * fabs(c)) / 2 + pad;
    double left = m->ha == MARK_START ? x : m->ha == MARK_CENTER ? x - half_w : x - 2 * half_w;
    double top = m->va == MARK_START ? y : m->va == MARK_CENTER ? y - half_h : y - 2 * half_h;
    left += shift_into(left, left + 2 * half_w, plot.w);
    top += shift_into(top, top + 2 * half_h, plot.h);
    int cap = text_cap_height(font, &style);
    double down = line_h * 0.5 - (cap * 0.5 + (line_h - cap) * 0.35); /* from the middle of a line's box to that of its capitals */
    for (int i = 0; i < num; i++) {
        const char *words = lines[i];
        int line_w = text_width(font, &style, words);
        if (line_w > w && text_shorten(font, &style, words, w, shortened, sizeof shortened)) {
            words = shortened;
            line_w = text_width(font, &style, words);
        }
        double across = (i + 0.5) * line_h - h / 2 - down, along = m->ha == MARK_START ? (line_w - w) / 2.0 : m->ha == MARK_END ? (w - line_w) / 2.0 : 0;
        double px = left + half_w + along * c + across * s, py = top + half_h - along * s + across * c;
        draw_words(l, font, &style, m->halo, plot.x + (int)lround(px), plot.y + (int)lround(py), plot, words);
    }
}

void view_marks_draw(struct view *v, const struct figure_params *p, struct draw_list *l)
{
    const struct look *k = &v->look;
    const char *texts[MARK_NUM_KINDS] = {[MARK_HSPAN] = k->hspan, [MARK_VSPAN] = k->vspan, [MARK_HLINE] = k->hline,
                                         [MARK_VLINE] = k->vline, [MARK_TEXT] = k->text};
    marks_update(&v->marks, texts);
    for (int i = 0; i < v->marks.num; i++) {
        const struct mark *m = &v->marks.items[i];
        if (m->kind == MARK_TEXT)
            draw_text(m, p, v->plot, v->font, l);
        else if (m->kind == MARK_HLINE || m->kind == MARK_VLINE)
            draw_line(m, p, v->plot, l);
        else
            draw_span(m, p, v->plot, l);
    }
}
