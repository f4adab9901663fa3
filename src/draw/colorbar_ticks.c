/* Ticks and numbers of the colorbar, where the norm puts their values. One thread. */
#include "draw/colorbar_internal.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_NUMBERS = 11 };

double bar_px(const struct norm *n, double v, int length_px)
{
    double t = norm_place(n, v);
    if (!(t >= -1e-9 && t <= 1 + 1e-9))
        return -1;
    return fmin(fmax(t, 0), 1) * length_px;
}

static double least_gap(const struct ticks *t, const struct norm *n, int length_px)
{
    double least = INFINITY;
    for (int i = 1; i < t->num; i++)
        least = fmin(least, fabs(bar_px(n, t->at[i], length_px) - bar_px(n, t->at[i - 1], length_px)));
    return least;
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

/* What was asked for one by one. */
static void listed(const struct figure_params *p, struct ticks *t)
{
    for (int i = 0; i < p->cbar.num_ticks_at && t->num < TICKS_MAX; i++) {
        double v = p->cbar.ticks_at[i];
        double place = norm_place(&p->norm, v);
        if (!(place >= -1e-9 && place <= 1 + 1e-9))
            continue;
        t->at[t->num] = v;
        char text[32];
        snprintf(text, sizeof text, "%.6g", v);
        snprintf(t->text[t->num++], sizeof t->text[0], "%s%s", text[0] == '-' ? "−" : "", text + (text[0] == '-'));
    }
}

/* As matplotlib's AutoMinorLocator: four or five parts of a step, also beyond the outermost ticks. */
static void subdivide(const struct figure_params *p, struct ticks *t)
{
    if (t->num < 2 || t->num_minor || p->norm.kind == NORM_BOUNDARY || p->norm.kind == NORM_LOG)
        return;
    double step = t->at[1] - t->at[0], lead = step / pow(10, floor(log10(fabs(step)) + 1e-9));
    int parts = fabs(lead - 1) < 1e-6 || fabs(lead - 2.5) < 1e-6 || fabs(lead - 5) < 1e-6 || fabs(lead - 10) < 1e-6 ? 5 : 4;
    for (int i = -1; i < t->num; i++) {
        double from = i < 0 ? t->at[0] - step : t->at[i], to = i + 1 < t->num ? t->at[i + 1] : from + step;
        for (int k = 1; k < parts && t->num_minor < TICKS_MAX; k++)
            t->minor[t->num_minor++] = from + (to - from) * k / parts;
    }
}

static double room_needed(struct figure *f, const struct figure_params *p, const struct ticks *t)
{
    return cbar_is_flat(p) ? colorbar_widest(f, t) + 0.8 * f->m.em : 1.3 * f->m.tick_line;
}

/* As many numbers as stand apart on a bar this long. A curved norm may still crowd some: drawing leaves those out. */
void colorbar_plan_ticks(struct figure *f, const struct figure_params *p, struct ticks *t, int length_px)
{
    const struct figure_cbar *c = &p->cbar;
    memset(t, 0, sizeof *t);
    if (c->ticks == CBAR_TICKS_NONE || length_px < 1)
        return;
    if (c->ticks == CBAR_TICKS_LIST) {
        listed(p, t);
        ticks_apply_format(t, &c->format);
        return;
    }
    double one = cbar_is_flat(p) ? 3.0 * f->m.em : 1.8 * f->m.tick_line;
    int max_num = (int)fmin(length_px / one + 1, c->ticks == CBAR_TICKS_NUM ? c->max_ticks : MAX_NUMBERS);
    enum norm_kind kind = p->norm.kind;
    int least_num = kind == NORM_POWER || kind == NORM_SQRT || kind == NORM_TWO_SLOPE || kind == NORM_HISTEQ ? 4 : 1;
    least_num = least_num < max_num && c->ticks != CBAR_TICKS_NUM ? least_num : 1;
    for (;; max_num--) {
        ticks_norm(t, &p->norm, max_num);
        ticks_apply_format(t, &c->format);
        if (max_num <= least_num || least_gap(t, &p->norm, length_px) >= room_needed(f, p, t))
            break;
    }
    if (c->minor)
        subdivide(p, t);
}

/* A tick across the bar's outer edge, at so many pixels from its low end. */
static void mark(struct figure *f, struct draw_list *l, const struct bar_place *b, double px, int len)
{
    int width = f->m.frame, from = b->outwards_down ? b->outer : b->outer - len;
    if (b->plan.flat)
        draw_list_rect(l, (struct rect){b->bar.x + (int)floor(px) - width / 2, from, width, len}, f->m.tick.color);
    else
        draw_list_rect(l, (struct rect){from, b->bar.y + (int)floor(b->bar.h - px) - width / 2, len, width}, f->m.tick.color);
}

static void number(struct figure *f, struct draw_list *l, const struct bar_place *b, double px, const char *text)
{
    const struct figure_metrics *m = &f->m;
    if (b->plan.flat) {
        int y = b->outer + bar_towards(b, m->tick_len + m->gap_x), w = text_width(f->font, &m->tick, text);
        int x = b->bar.x + (int)floor(px) - w / 2;
        x = x + w > l->area.w - m->pad ? l->area.w - m->pad - w : x;
        y -= b->outwards_down ? 0 : m->tick_line;
        figure_text(f, l, &m->tick, x < m->pad ? m->pad : x, y, TEXT_START, TEXT_START, text);
        return;
    }
    int x = b->outer + bar_towards(b, m->tick_len + m->gap_y), y = b->bar.y + (int)floor(b->bar.h - px);
    figure_text(f, l, &m->tick, x, y, b->outwards_down ? TEXT_START : TEXT_END, TEXT_CENTER, text);
}

/* Above the highest number; of a flat bar at the end of the label's row. */
static void offset_text(struct figure *f, const struct figure_params *p, struct draw_list *l, const struct bar_place *b, const char *text)
{
    const struct figure_metrics *m = &f->m;
    int w = text_width(f->font, &m->tick, text), end = p->width_px - m->pad;
    if (b->plan.flat) {
        int y = b->outer + bar_towards(b, m->tick_len + m->gap_x + m->tick_line + m->gap / 2 + 1);
        int x = f->plot.x + f->plot.w;
        f->bar_label_hi = (x < end ? x : end) - w - m->em;
        y -= b->outwards_down ? 0 : m->tick_line;
        if ((x < end ? x : end) - w >= m->pad)
            figure_text(f, l, &m->tick, x < end ? x : end, y, TEXT_END, TEXT_START, text);
        return;
    }
    int y = f->plot.y - m->spine - f->far_h - m->gap_x - m->tick_line / 2;
    if (!b->outwards_down) {
        int x = b->bar.x + b->bar.w + m->frame - w;
        x = x > m->pad ? x : m->pad;
        if (x + w > f->head_hi)
            return;
        figure_text(f, l, &m->tick, x, y, TEXT_START, TEXT_END, text);
        f->head_lo = f->head_lo > x + w + m->em ? f->head_lo : x + w + m->em;
        return;
    }
    int x = b->bar.x - m->frame + w > end ? end - w : b->bar.x - m->frame;
    if (x < f->head_lo)
        return;
    figure_text(f, l, &m->tick, x, y, TEXT_START, TEXT_END, text);
    f->head_hi = x - m->em;
}

void colorbar_numbers(struct figure *f, const struct figure_params *p, struct draw_list *l, const struct bar_place *b)
{
    const struct figure_metrics *m = &f->m;
    struct ticks *t = &f->plan.ticks;
    bool flat = b->plan.flat;
    int length = flat ? b->bar.w : b->bar.h;
    double last = -INFINITY, last_half = 0;
    colorbar_plan_ticks(f, p, t, length);
    for (int i = 0; i < t->num; i++) {
        double px = bar_px(&p->norm, t->at[i], length);
        int w = text_width(f->font, &m->tick, t->text[i]);
        double half = flat ? w / 2.0 + m->em * 0.3 : (m->tick_line + 1) / 2.0;
        bool crowded = px - last < half + last_half, fits = flat ? f->needs.bar_labels > 0 : w <= f->needs.bar_labels;
        if (px < 0)
            continue;
        mark(f, l, b, px, crowded ? m->minor_len : m->tick_len);
        if (crowded || !fits)
            continue;
        number(f, l, b, px, t->text[i]);
        last = px;
        last_half = half;
    }
    for (int i = 0; i < t->num_minor; i++) {
        double px = bar_px(&p->norm, t->minor[i], length);
        if (px >= 0)
            mark(f, l, b, px, m->minor_len);
    }
    if (t->offset[0] && f->needs.bar_offset)
        offset_text(f, p, l, b, t->offset);
}
