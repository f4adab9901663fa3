/* The colorbar: a heatmap command of its own, one texel a pixel row, through the picture's colormap, so that it can't disagree
 * with the picture. Ticks stand where the norm puts their values. Triangles at its ends show the colours of values outside, a
 * swatch below it that of NaN. One thread. */
#include "draw/figure_internal.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NUMBERS = 11, TRIANGLE_KEY = 0xf16e0000 };

/* Pixel row (0 .. height) of a value; negative: not on the bar. */
static double bar_px(const struct norm *n, double v, int height_px)
{
    double t = norm_place(n, v);
    if (!(t >= -1e-9 && t <= 1 + 1e-9))
        return -1;
    t = fmin(fmax(t, 0), 1);
    return (1 - t) * height_px;
}

static double least_gap(const struct ticks *t, const struct norm *n, int height_px)
{
    double least = INFINITY;
    for (int i = 1; i < t->num; i++)
        least = fmin(least, fabs(bar_px(n, t->at[i], height_px) - bar_px(n, t->at[i - 1], height_px)));
    return least;
}

/* As many numbers as stand apart on a bar this high. A curved norm may still crowd some: drawing leaves those out. */
void colorbar_plan(struct figure *f, const struct figure_params *p, struct ticks *t, int height_px)
{
    int max_num = (int)fmin(height_px / (1.8 * f->m.tick_line) + 1, MAX_NUMBERS);
    enum norm_kind kind = p->norm.kind;
    int least_num = kind == NORM_POWER || kind == NORM_SQRT || kind == NORM_TWO_SLOPE || kind == NORM_HISTEQ ? 4 : 1;
    ticks_norm(t, &p->norm, max_num);
    for (; max_num > least_num && least_gap(t, &p->norm, height_px) < 1.3 * f->m.tick_line; max_num--)
        ticks_norm(t, &p->norm, max_num - 1);
}

int colorbar_widest(struct figure *f, const struct ticks *t)
{
    int widest = 0;
    for (int i = 0; i < t->num; i++) {
        int w = text_width(f->font, &f->m.tick, t->text[i]);
        widest = w > widest ? w : widest;
    }
    return widest;
}

static int triangle_h(const struct figure *f) { return (f->m.bar_w * 7 + 5) / 10 + f->m.frame; }

static int swatch_h(const struct figure *f) { return f->m.bar_w < f->m.em ? f->m.bar_w : f->m.em; }

/* Space under the bar for the swatch and the gap before it, so that its word clears the lowest number. */
static int swatch_room(const struct figure *f, bool under)
{
    int gap = f->m.tick_line + 2 - swatch_h(f) / 2 - (under ? triangle_h(f) : 0), least = f->m.gap + 2 * f->m.frame;
    return swatch_h(f) + (gap > least ? gap : least);
}

/* Within the plot's height; x and w are the bar's, y counts from the plot's top. Marks that would leave too little bar are left
 * out. */
static struct rect body_and_marks(const struct figure *f, int height_px, bool *marks, bool *bad)
{
    const struct figure_needs *n = &f->needs;
    int ends = (n->over + n->under) * triangle_h(f);
    *marks = ends > 0 && height_px - ends >= height_px / 2;
    int below = swatch_room(f, *marks && n->under);
    *bad = n->bad && height_px - (*marks ? ends : 0) - below >= height_px / 2;
    struct rect r = {0, *marks && n->over ? triangle_h(f) : 0, f->m.bar_w, height_px};
    r.h -= (*marks ? ends : 0) + (*bad ? below : 0);
    return r;
}

struct rect colorbar_body(const struct figure *f, int height_px)
{
    bool marks, bad;
    return body_and_marks(f, height_px, &marks, &bad);
}

/* Coverage of the triangle with its base at the bottom (or top) side of the box: 8 x 8 samples a pixel. */
static void paint(uint8_t *coverage, int w, int h, bool up)
{
    enum { SAMPLES = 8 };
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            int inside = 0;
            for (int s = 0; s < SAMPLES * SAMPLES; s++) {
                double sx = x + (s % SAMPLES + 0.5) / SAMPLES, sy = y + (s / SAMPLES + 0.5) / SAMPLES;
                double half = 0.5 * w * (up ? sy : h - sy) / h;
                inside += fabs(sx - 0.5 * w) < half;
            }
            coverage[(size_t)y * w + x] = (uint8_t)((inside * 255 + SAMPLES * SAMPLES / 2) / (SAMPLES * SAMPLES));
        }
}

static void paint_up(uint8_t *coverage, int w, int h) { paint(coverage, w, h, true); }

static void paint_down(uint8_t *coverage, int w, int h) { paint(coverage, w, h, false); }

static struct color over_background(struct color c, struct color back)
{
    int a = c.a, b = 255 - a;
    return (struct color){(uint8_t)((c.r * a + back.r * b + 127) / 255), (uint8_t)((c.g * a + back.g * b + 127) / 255),
                          (uint8_t)((c.b * a + back.b * b + 127) / 255), 255};
}

static void mask(struct figure *f, struct draw_list *l, bool up, int w, int h, int x, int y, struct color c)
{
    if (w <= 0 || h <= 0)
        return;
    uint64_t key = ((uint64_t)(TRIANGLE_KEY + up) << 32) | ((uint64_t)(w & 0xffff) << 16) | (uint64_t)(h & 0xffff);
    mask_draw(l, f->font, key, w, h, up ? paint_up : paint_down, x, y, c);
}

/* On the bar's end at y: an ink triangle, and on it one that leaves a line's width at its sides. */
static void triangle(struct figure *f, struct draw_list *l, struct rect bar, bool up, struct color fill, struct color ink)
{
    int line = f->m.frame, outer_w = bar.w + 2 * line, outer_h = triangle_h(f);
    double half = outer_w * 0.5, side = line * sqrt((double)outer_h * outer_h + half * half) / outer_h;
    int inset = (int)lround(side), inner_w = outer_w - 2 * inset, inner_h = (int)lround(outer_h * (half - inset) / half);
    int y = up ? bar.y : bar.y + bar.h;
    mask(f, l, up, outer_w, outer_h, bar.x - line, up ? y - outer_h : y, ink);
    mask(f, l, up, inner_w, inner_h, bar.x - line + inset, up ? y - inner_h : y, fill);
}

static bool grow(void **items, int *cap, int wanted, size_t size)
{
    if (wanted <= *cap)
        return true;
    void *p = mem_zeroed((size_t)wanted, size); /* refilled by the caller: nothing to copy */
    if (!p)
        return false;
    free(*items);
    *items = p;
    *cap = wanted;
    return true;
}

static uint64_t next_version(struct figure *f) { return FIGURE_VERSIONS | ++f->counter; }

/* What a row of the bar shows: its place, or the colour of the block there. */
static float bar_t(const struct norm *n, int y, int height_px)
{
    double place = (height_px - y - 0.5) / height_px;
    return (float)(n->kind == NORM_BOUNDARY ? norm_forward(n, norm_at(n, place)) : place);
}

static bool fill(struct figure *f, const struct figure_params *p, struct rect bar)
{
    if (bar.h > f->cap_rows)
        f->rows = 0;
    if (!grow((void **)&f->values, &f->cap_values, bar.h, sizeof(*f->values)) ||
        !grow((void **)&f->row_map, &f->cap_rows, bar.h, sizeof(*f->row_map)) ||
        !grow((void **)&f->col_map, &f->cap_cols, bar.w, sizeof(*f->col_map))) /* all zero: texel 0, no line */
        return false;
    bool changed = f->rows != bar.h;
    for (int y = 0; y < bar.h; y++) {
        float t = bar_t(&p->norm, y, bar.h);
        changed = changed || t != f->values[y];
        f->values[y] = t;
        f->row_map[y] = draw_map_pack(y, 0);
    }
    if (changed)
        f->values_version = next_version(f);
    if (f->rows != bar.h || f->cols != bar.w)
        f->maps_version = next_version(f);
    f->rows = bar.h;
    f->cols = bar.w;
    if (!f->lut_version || memcmp(&f->lut, p->cmap, sizeof(f->lut)) != 0) {
        f->lut = *p->cmap;
        f->lut_version = next_version(f);
    }
    return true;
}

static void gradient(struct figure *f, const struct figure_params *p, struct draw_list *l, struct rect bar)
{
    if (!fill(f, p, bar)) {
        l->failed = true;
        return;
    }
    draw_list_heatmap(l, &(struct draw_heatmap){
        .dst = bar,
        .num_cols = 1,
        .num_rows = bar.h,
        .values = f->values,
        .col_map = f->col_map,
        .row_map = f->row_map,
        .normalised = true,
        .norm = p->norm,
        .lut = f->lut.lut,
        .bad = p->bad,
        .under = p->under,
        .over = p->over,
        .values_version = f->values_version,
        .maps_version = f->maps_version,
        .lut_version = f->lut_version,
    });
}

static void outline(struct figure *f, struct draw_list *l, struct rect bar, bool top, bool bottom, struct color ink)
{
    int line = f->m.frame, y0 = bar.y - (top ? line : 0), y1 = bar.y + bar.h + (bottom ? line : 0);
    draw_list_rect(l, (struct rect){bar.x - line, y0, line, y1 - y0}, ink);
    draw_list_rect(l, (struct rect){bar.x + bar.w, y0, line, y1 - y0}, ink);
    if (top)
        draw_list_rect(l, (struct rect){bar.x, y0, bar.w, line}, ink);
    if (bottom)
        draw_list_rect(l, (struct rect){bar.x, y1 - line, bar.w, line}, ink);
}

static void mark(struct figure *f, struct draw_list *l, struct rect bar, double px, int len)
{
    draw_list_rect(l, (struct rect){bar.x + bar.w + f->m.frame, bar.y + (int)floor(px) - f->m.frame / 2, len, f->m.frame},
                   f->m.tick.color);
}

static void numbers(struct figure *f, const struct figure_params *p, struct draw_list *l, struct rect bar)
{
    const struct figure_metrics *m = &f->m;
    struct ticks *t = &f->plan.ticks;
    int x = bar.x + bar.w + m->frame + m->tick_len + m->gap_y;
    double last = INFINITY;
    colorbar_plan(f, p, t, bar.h);
    for (int i = 0; i < t->num; i++) {
        double px = bar_px(&p->norm, t->at[i], bar.h);
        bool crowded = fabs(last - px) < m->tick_line + 1, fits = text_width(f->font, &m->tick, t->text[i]) <= f->needs.bar_labels;
        if (px < 0)
            continue;
        mark(f, l, bar, px, crowded ? m->minor_len : m->tick_len);
        if (crowded || !fits)
            continue;
        figure_text(f, l, &m->tick, x, bar.y + (int)floor(px), TEXT_START, TEXT_CENTER, t->text[i]);
        last = px;
    }
    for (int i = 0; i < t->num_minor; i++) {
        double px = bar_px(&p->norm, t->minor[i], bar.h);
        if (px >= 0)
            mark(f, l, bar, px, m->minor_len);
    }
    int w = text_width(f->font, &m->tick, t->offset), end = p->width_px - m->pad;
    x = bar.x - m->frame + w > end ? end - w : bar.x - m->frame;
    if (t->offset[0] && f->needs.bar_offset) { /* above the highest number */
        figure_text(f, l, &m->tick, x, f->plot.y - m->frame - f->far_h - m->gap_x - m->tick_line / 2, TEXT_START, TEXT_END, t->offset);
        f->head_hi = x - m->em;
    }
}

/* In the gap before the bar, at its end: a small triangle that points where this end of the range is going. */
static void motion(struct figure *f, struct draw_list *l, struct rect bar, bool top, int direction)
{
    static const struct color moving = {214, 84, 0, 255};
    int room = f->m.bar_gap - f->m.frame - 2, w = room < f->m.em ? room : f->m.em, h = (w * 7 + 5) / 10;
    int x = bar.x - f->m.frame - 1 - w;
    if (direction && h > 1 && 2 * h <= bar.h)
        mask(f, l, direction > 0, w, h, x, top ? bar.y : bar.y + bar.h - h, moving);
}

static void swatch(struct figure *f, const struct figure_params *p, struct draw_list *l, struct rect bar)
{
    const struct figure_metrics *m = &f->m;
    int h = swatch_h(f);
    struct rect r = {bar.x, f->plot.y + f->plot.h - h, bar.w, h};
    draw_list_rect(l, r, p->bad);
    draw_list_frame(l, r, m->frame, p->ink);
    figure_text(f, l, &m->tick, bar.x + bar.w + m->frame + m->tick_len + m->gap_y, r.y + h / 2, TEXT_START, TEXT_CENTER,
                p->bad_label ? p->bad_label : "NaN");
}

static void label(struct figure *f, const struct figure_params *p, struct draw_list *l)
{
    struct text_style style = f->m.label;
    char text[512];
    int lo = f->needs.bar_offset ? f->plot.y - f->m.frame : f->m.pad, hi = f->footer_y;
    style.turned = true;
    if (!text_shorten(f->font, &style, p->cbar_label, hi - lo, text, sizeof(text)))
        return;
    int half = (text_width(f->font, &style, text) + 1) / 2, middle = f->plot.y + f->plot.h / 2;
    middle = middle + half > hi ? hi - half : middle;
    middle = middle - half < lo ? lo + half : middle;
    figure_text(f, l, &style, f->column_right, middle, TEXT_CENTER, TEXT_START, text);
}

void colorbar_draw(struct figure *f, const struct figure_params *p, struct draw_list *l)
{
    const struct figure_metrics *m = &f->m;
    bool marks, bad;
    struct rect bar = body_and_marks(f, f->plot.h, &marks, &bad);
    if (!f->has_bar || !p->cmap || bar.h < 1)
        return;
    bar.x = f->plot.x + f->plot.w + m->frame + f->far_w + m->bar_gap + m->frame;
    bar.y += f->plot.y;
    bool over = marks && f->needs.over && p->has_over, under = marks && f->needs.under && p->has_under;
    outline(f, l, bar, !over, !under, p->ink);
    if (over)
        triangle(f, l, bar, true, over_background(p->over, p->background), p->ink);
    if (under)
        triangle(f, l, bar, false, over_background(p->under, p->background), p->ink);
    gradient(f, p, l, bar);
    numbers(f, p, l, bar);
    motion(f, l, bar, true, p->moves_hi);
    motion(f, l, bar, false, p->moves_lo);
    if (bad && p->has_bad)
        swatch(f, p, l, bar);
    if (f->has_barlabel)
        label(f, p, l);
}
