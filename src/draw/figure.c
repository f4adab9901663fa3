/* Everything round the heatmap. This file: life and death, and the words (title, axis labels, common factor of x, status);
 * margins are figure_layout.c, ticks axis_plan.c and axes.c, the colorbar colorbar.c. One thread. */
#include "draw/figure_internal.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 1024 };

struct figure *figure_create(struct font *font)
{
    struct figure *f = mem_zeroed(1, sizeof(*f));
    if (f)
        f->font = font;
    return f;
}

void figure_destroy(struct figure *f)
{
    if (!f)
        return;
    free(f->values);
    free(f->row_map);
    free(f->col_map);
    free(f->labels);
    free(f);
}

void figure_reset(struct figure *f)
{
    memset(&f->shape, 0, sizeof(f->shape));
    memset(&f->needs, 0, sizeof(f->needs));
    f->names_x.measured = f->names_y.measured = false;
}

void figure_text(struct figure *f, struct draw_list *l, const struct text_style *s, int x, int y, enum text_align along,
                 enum text_align across, const char *text)
{
    struct rect box = text_draw(l, f->font, s, x, y, along, across, (struct rect){0, 0, l->width, l->height}, text);
    if (!f->boxes || f->num_boxes >= f->cap_boxes || box.w <= 0)
        return;
    if (f->outlines) {
        struct text_box *o = &f->outlines[f->num_boxes];
        *o = text_box(f->font, s, along, across, text);
        for (int i = 0; i < 4; i++) {
            o->x[i] += x;
            o->y[i] += y;
        }
    }
    f->boxes[f->num_boxes++] = box;
}

static int clamp(int v, int lo, int hi)
{
    return v > hi ? (hi > lo ? hi : lo) : v < lo ? lo : v;
}

/* A line centred at `middle` where it fits, moved aside or shortened where not; its right end. */
static int centred(struct figure *f, struct draw_list *l, const struct text_style *s, int middle, int lo, int hi, int y,
                   const char *text)
{
    char shortened[TEXT_BYTES];
    if (hi - lo < 1 || !text_shorten(f->font, s, text, hi - lo, shortened, sizeof(shortened)))
        return lo;
    int w = text_width(f->font, s, shortened), x = clamp(middle - w / 2, lo, hi - w);
    figure_text(f, l, s, x, y, TEXT_START, TEXT_START, shortened);
    return x + w;
}

static struct color dimmed(struct color ink, struct color back)
{
    return (struct color){(uint8_t)((ink.r * 7 + back.r * 3) / 10), (uint8_t)((ink.g * 7 + back.g * 3) / 10),
                          (uint8_t)((ink.b * 7 + back.b * 3) / 10), ink.a};
}

/* Broken at blanks into as many lines as the layout has room for, the last one shortened. */
static void title(struct figure *f, const struct figure_params *p, struct draw_list *l)
{
    const struct figure_metrics *m = &f->m;
    int lines = f->needs.title_lines > 1 ? f->needs.title_lines : 1;
    int y = f->plot.y - m->spine - f->far_h - m->title_gap - lines * m->title_line, middle = f->plot.x + f->plot.w / 2;
    const char *rest = p->title;
    char line[TEXT_BYTES];
    y = y > 0 ? y : 0;
    for (int used = figure_title_lines(f, p->title, f->head_hi - f->head_lo, lines); used > 1 && *rest; used--) {
        const char *next;
        size_t len = text_wrap(f->font, &m->title, rest, f->head_hi - f->head_lo, &next);
        len = len < sizeof line - 1 ? len : sizeof line - 1;
        memcpy(line, rest, len);
        line[len] = 0;
        centred(f, l, &m->title, middle, f->head_lo, f->head_hi, y + (lines - used) * m->title_line, line);
        rest = next;
    }
    centred(f, l, &m->title, middle, f->head_lo, f->head_hi, y + (lines - 1) * m->title_line, rest);
}

/* On the right it stands between what is above the plot and the footer, on the left from edge to edge, unless words may stand above
 * it. */
static void y_label(struct figure *f, const struct figure_params *p, struct draw_list *l)
{
    const struct figure_metrics *m = &f->m;
    char text[TEXT_BYTES];
    struct text_style style = m->label;
    bool right = p->y.side == SIDE_FAR;
    int lo = right || f->spare_w > 0 ? f->plot.y - m->spine : m->pad, hi = right && f->footer_h ? f->footer_y : p->height_px - m->pad;
    if (f->has_bar) { /* neither into a colorbar above or below, nor into the common factor of one on the left */
        int top = p->cbar.side == CBAR_TOP ? f->plot.y - f->bar_above : p->cbar.side == CBAR_LEFT && f->needs.bar_offset ? f->plot.y - m->spine : lo;
        int bottom = p->cbar.side == CBAR_BOTTOM ? f->plot.y + f->plot.h + f->bar_below : hi;
        lo = top > lo ? top : lo;
        hi = bottom < hi ? bottom : hi;
    }
    int x = right ? f->plot.x + f->plot.w + m->spine + f->far_w - m->label_line : f->column_left - m->label_line;
    style.turned = true;
    if (hi <= lo || !text_shorten(f->font, &style, p->y.label, hi - lo, text, sizeof(text)))
        return;
    int half = (text_width(f->font, &style, text) + 1) / 2, middle = f->plot.y + f->plot.h / 2;
    middle = clamp(middle, lo + half, hi - half);
    figure_text(f, l, &style, x, middle, TEXT_CENTER, TEXT_START, text);
}

/* Above an axis that is on the top. */
static void top_label(struct figure *f, const struct figure_params *p, struct draw_list *l)
{
    centred(f, l, &f->m.label, f->plot.x + f->plot.w / 2, f->head_lo, f->head_hi, f->plot.y - f->m.spine - f->far_h, p->x.label);
}

/* x label in the middle, the factor of the x axis at its end, status in the corner: whoever comes later in that list stands
 * farther out and goes first. */
static void footer(struct figure *f, const struct figure_params *p, struct draw_list *l)
{
    const struct figure_metrics *m = &f->m;
    bool has_xlabel = f->has_xlabel && p->x.side != SIDE_FAR;
    int lo = f->column_left + (f->has_ylabel ? m->gap : 0), hi = p->width_px - m->pad;
    char text[TEXT_BYTES];
    struct text_style small = m->small;
    small.color = dimmed(p->ink, p->background);
    if (f->has_status && figure_has_text(p->status)) {
        int room = has_xlabel ? (hi - lo) / 2 : hi - lo;
        if (text_shorten(f->font, &small, p->status, room, text, sizeof(text))) {
            figure_text(f, l, &small, hi, f->footer_y + f->footer_h, TEXT_END, TEXT_END, text);
            hi -= text_width(f->font, &small, text) + m->em;
        }
    }
    const struct axis_plan *plan = &f->plan; /* the x axis was drawn last */
    if (plan->kind == AXIS_NUMBERS && plan->ticks.offset[0] && f->needs.x_offset) {
        int w = text_width(f->font, &m->tick, plan->ticks.offset), end = f->plot.x + f->plot.w + m->spine;
        end = end < hi ? end : hi;
        if (end - w >= lo) {
            figure_text(f, l, &m->tick, end, f->footer_y, TEXT_END, TEXT_START, plan->ticks.offset);
            hi = end - w - m->em;
        }
    }
    if (has_xlabel)
        centred(f, l, &m->label, f->plot.x + f->plot.w / 2, lo, hi, f->footer_y, p->x.label);
}

void figure_draw(struct figure *f, const struct figure_params *p, struct draw_list *l)
{
    if (p->bare)
        return;
    figure_metrics_make(f, p);
    f->head_lo = f->column_left - f->spare_w + (f->has_ylabel ? f->m.gap : 0);
    f->head_hi = f->column_right + f->spare_w - (f->has_barlabel && p->cbar.side == CBAR_RIGHT ? f->m.gap : 0);
    if (f->needs.over_top > 0) { /* labels of y stand beside what is above the plot */
        int lo = f->plot.x - f->m.spine, hi = f->plot.x + f->plot.w + f->m.spine;
        f->head_lo = f->head_lo > lo ? f->head_lo : lo;
        f->head_hi = f->head_hi < hi ? f->head_hi : hi;
    }
    if (f->has_xlabel && p->x.side == SIDE_FAR)
        top_label(f, p, l);
    colorbar_draw(f, p, l);
    axes_draw(f, p, l);
    if (f->has_title)
        title(f, p, l);
    if (f->has_ylabel)
        y_label(f, p, l);
    if (f->footer_h)
        footer(f, p, l);
    l->atlas = font_atlas(f->font);
}
