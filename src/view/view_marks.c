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

/* Lines of words as a block of w x h, turned round its centre at (x, y) of the plot. */
struct block {
    struct text_style style;
    char room[WORDS_BYTES];
    const char *lines[MAX_LINES];
    int num, line_h, w;
    double h, cos, sin, x, y;
};

/* No wider than the plot has room for at this angle; false: that is nothing. */
static bool block_measure(struct block *b, const struct mark *m, struct rect plot, struct font *font, int pad)
{
    double angle = m->degrees * (M_PI / 180), most = 1e6;
    b->num = split_lines(m, b->room, b->lines);
    b->line_h = text_line_height(font, &b->style);
    b->h = (double)b->num * b->line_h;
    b->cos = cos(angle);
    b->sin = sin(angle);
    if (fabs(b->cos) > 1e-3)
        most = fmin(most, (plot.w - b->h * fabs(b->sin)) / fabs(b->cos));
    if (fabs(b->sin) > 1e-3)
        most = fmin(most, (plot.h - b->h * fabs(b->cos)) / fabs(b->sin));
    int most_px = (int)fmax(most, 0) - 2 * pad;
    for (int i = 0; i < b->num; i++) {
        int w = text_width(font, &b->style, b->lines[i]);
        b->w = w > b->w ? w : b->w;
    }
    b->w = b->w > most_px ? most_px : b->w;
    return b->w > 0;
}

/* Its bounds are aligned at (x, y), and kept within the plot. */
static void block_place(struct block *b, const struct mark *m, struct rect plot, double x, double y, int pad)
{
    double half_w = (b->w * fabs(b->cos) + b->h * fabs(b->sin)) / 2 + pad, half_h = (b->w * fabs(b->sin) + b->h * fabs(b->cos)) / 2 + pad;
    double left = m->ha == MARK_START ? x : m->ha == MARK_CENTER ? x - half_w : x - 2 * half_w;
    double top = m->va == MARK_START ? y : m->va == MARK_CENTER ? y - half_h : y - 2 * half_h;
    b->x = left + shift_into(left, left + 2 * half_w, plot.w) + half_w;
    b->y = top + shift_into(top, top + 2 * half_h, plot.h) + half_h;
}

static void block_draw(const struct block *b, const struct mark *m, struct rect plot, struct font *font, struct draw_list *l)
{
    char shortened[WORDS_BYTES];
    int cap = text_cap_height(font, &b->style);
    double down = b->line_h * 0.5 - (cap * 0.5 + (b->line_h - cap) * 0.35); /* from the middle of a line's box to that of its capitals */
    for (int i = 0; i < b->num; i++) {
        const char *words = b->lines[i];
        int w = text_width(font, &b->style, words);
        if (w > b->w && text_shorten(font, &b->style, words, b->w, shortened, sizeof shortened)) {
            words = shortened;
            w = text_width(font, &b->style, words);
        }
        double across = (i + 0.5) * b->line_h - b->h / 2 - down;
        double along = m->ha == MARK_START ? (w - b->w) / 2.0 : m->ha == MARK_END ? (b->w - w) / 2.0 : 0;
        double px = b->x + along * b->cos + across * b->sin, py = b->y - along * b->sin + across * b->cos;
        draw_words(l, font, &b->style, m->halo, plot.x + (int)lround(px), plot.y + (int)lround(py), plot, words);
    }
}

static void draw_text(const struct mark *m, const struct figure_params *p, struct rect plot, struct font *font, struct draw_list *l)
{
    double x = m->axes ? m->a * plot.w : place(&p->x, m->a, plot.w), y = m->axes ? (1 - m->b) * plot.h : place(&p->y, m->b, plot.h);
    if (!(x >= 0 && x <= plot.w && y >= 0 && y <= plot.h))
        return;
    double pt = isnan(m->size_pt) ? (p->label_size_pt > 0 ? p->label_size_pt : p->font_size_pt) : m->size_pt;
    struct block b = {.style = {.size_px = (float)fmin(fmax(pt * p->scale, 1), 1000), .color = m->color, .degrees = m->degrees}};
    b.style.turned = m->degrees == 90;
    int pad = m->halo.a ? (int)lround(fmax(b.style.size_px / 12, 1)) + 1 : 1;
    if (block_measure(&b, m, plot, font, pad)) {
        block_place(&b, m, plot, x, y, pad);
        block_draw(&b, m, plot, font, l);
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
