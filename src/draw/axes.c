/* The two axes: which ticks they get (nice numbers, or cells with names), how much room the labels take, and drawing them with
 * the frame. Plans are made afresh for every picture: they cost some dozens of text widths. Names are never walked from end to
 * end: of many, a few hundred are measured, once, and only those in sight and shown are touched after that. One thread. */
#include "draw/figure_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_SAMPLED = 256, NAME_BYTES_SAMPLED = 64, NUMBERS_SAMPLED = 16, MAX_NUMBERS = 11 };

static bool span_ok(double lo, double hi) { return isfinite(lo) && isfinite(hi) && lo != hi; }

/* By content, so that new names in old memory are noticed; bounded work. */
uint64_t axis_fingerprint(const struct figure_axis *a)
{
    if (!a->names || a->num_names <= 0)
        return 0;
    uint64_t h = UINT64_C(14695981039346656037) ^ (uint64_t)a->num_names;
    int64_t num = a->num_names < NAMES_SAMPLED ? a->num_names : NAMES_SAMPLED;
    for (int64_t i = 0; i < num; i++) {
        const char *name = a->names[i * (a->num_names - 1) / (num > 1 ? num - 1 : 1)];
        for (int j = 0; name && name[j] && j < NAME_BYTES_SAMPLED; j++)
            h = (h ^ (uint8_t)name[j]) * UINT64_C(1099511628211);
        h = (h ^ 0xff) * UINT64_C(1099511628211);
    }
    return h | 1;
}

static int64_t num_cells(const struct figure_axis *a)
{
    if (a->names)
        return a->num_names;
    double per_cell = (a->hi - a->lo) / (a->cell_hi - a->cell_lo), num = round(fabs((a->full_hi - a->full_lo) / per_cell));
    return num >= 0 && num < 9e15 ? (int64_t)num : 0;
}

/* The name of cell i, or its centre's coordinate written into out. */
static const char *cell_text(const struct figure_axis *a, int64_t i, char out[40])
{
    if (a->names)
        return a->names[i] ? a->names[i] : "";
    double v = a->lo + ((double)i + 0.5 - a->cell_lo) / (a->cell_hi - a->cell_lo) * (a->hi - a->lo);
    double step = fabs((a->hi - a->lo) / (a->cell_hi - a->cell_lo));
    v = step > 0 ? round(v / (step * 1e-3)) * (step * 1e-3) : v; /* 3.0000000004 is 3 */
    char text[36];
    snprintf(text, sizeof(text), a->integers ? "%.0f" : "%.6g", v == 0 ? 0.0 : v);
    snprintf(out, 40, "%s%s", text[0] == '-' ? "\u2212" : "", text[0] == '-' ? text + 1 : text);
    return out;
}

static int widest_cell(struct figure *f, const struct figure_axis *a, struct names_cache *cache)
{
    if (a->names && cache->measured) /* forgotten when the names' fingerprint changes */
        return cache->widest;
    int64_t all = num_cells(a), most = a->names ? NAMES_SAMPLED : NUMBERS_SAMPLED, num = all < most ? all : most;
    int widest = 0;
    char text[40];
    for (int64_t i = 0; i < num; i++) {
        int64_t cell = (int64_t)((double)i * (double)(all - 1) / (double)(num > 1 ? num - 1 : 1));
        int w = text_width(f->font, &f->m.tick, cell_text(a, cell, text));
        widest = w > widest ? w : widest;
    }
    *cache = (struct names_cache){true, widest};
    return widest;
}

static int64_t every_for(double room_px, double cell_px, int n)
{
    double every = ceil(room_px / cell_px - 1e-9);
    every = fmin(fmax(every, 1), 1e15);
    return n > 1 ? (int64_t)ceil(every / n) * n : (int64_t)every;
}

/* Labels at the centres of cells, thinned evenly: cells 0, n, 2n, ... whatever is in sight, so that panning doesn't change them. */
static void plan_cells(struct figure *f, struct axis_plan *plan, const struct figure_axis *a, bool is_x, int length_px,
                       enum axis_turn turn)
{
    double lo = fmin(a->cell_lo, a->cell_hi), hi = fmax(a->cell_lo, a->cell_hi), cell_px = length_px / (hi - lo);
    int64_t all = num_cells(a);
    double first = fmax(ceil(lo - 0.5), 0), last = fmin(floor(hi - 0.5), (double)all - 1);
    if (!(first <= last))
        return;
    plan->kind = AXIS_CELLS;
    plan->widest = widest_cell(f, a, is_x ? &f->names_x : &f->names_y);
    int64_t along = every_for(plan->widest + f->m.em, cell_px, a->names_every);
    int64_t across = every_for(f->m.tick_line + 2, cell_px, a->names_every);
    int64_t least = a->names_every > 1 ? a->names_every : 1;
    plan->turned = is_x && (turn == TURN_ALWAYS || (turn == TURN_BY_RULE && along > least && across < along));
    plan->every = is_x && !plan->turned ? along : across;
    plan->first = ((int64_t)first + plan->every - 1) / plan->every * plan->every;
    plan->last = (int64_t)last;
    int half = (plan->turned ? f->m.tick_line : plan->widest) / 2 + 1;
    if (is_x && plan->every > 1) {
        plan->over_lo = half;
        plan->over_hi = half;
    } else if (is_x) {
        int over = half - (int)(cell_px / 2);
        plan->over_lo = plan->over_hi = over > 0 ? over : 0;
    }
}

static double number_px(const struct figure_axis *a, double v, int length_px)
{
    return (v - a->lo) / (a->hi - a->lo) * length_px;
}

static int widest_number(struct figure *f, const struct ticks *t)
{
    int widest = 0;
    for (int i = 0; i < t->num; i++) {
        int w = text_width(f->font, &f->m.tick, t->text[i]);
        widest = w > widest ? w : widest;
    }
    return widest;
}

static void overhang(struct figure *f, struct axis_plan *plan, const struct figure_axis *a, int length_px)
{
    for (int i = 0; i < plan->ticks.num; i++) {
        int half = text_width(f->font, &f->m.tick, plan->ticks.text[i]) / 2 + 1;
        int at = (int)number_px(a, plan->ticks.at[i], length_px);
        plan->over_lo = half - at > plan->over_lo ? half - at : plan->over_lo;
        plan->over_hi = at + half - length_px > plan->over_hi ? at + half - length_px : plan->over_hi;
    }
}

/* As many numbers as stand apart; only where the grid is, when the picture shows more than that. */
static void plan_numbers(struct figure *f, struct axis_plan *plan, const struct figure_axis *a, bool is_x, int length_px)
{
    double lo = fmin(a->lo, a->hi), hi = fmax(a->lo, a->hi), span = hi - lo;
    if (span_ok(a->full_lo, a->full_hi)) {
        lo = fmax(lo, fmin(a->full_lo, a->full_hi));
        hi = fmin(hi, fmax(a->full_lo, a->full_hi));
    }
    if (!(lo < hi))
        return;
    plan->kind = AXIS_NUMBERS;
    double apart = is_x ? 2.5 * f->m.em : 2 * f->m.tick_line;
    int max_num = (int)fmin((hi - lo) / span * length_px / apart + 1, MAX_NUMBERS);
    for (; max_num >= 1; max_num--) {
        ticks_linear(&plan->ticks, lo, hi, max_num, a->integers);
        plan->widest = widest_number(f, &plan->ticks);
        int num = plan->ticks.num;
        if (num <= 1)
            break;
        double step_px = (plan->ticks.at[1] - plan->ticks.at[0]) / span * length_px;
        if (step_px >= (is_x ? plan->widest + f->m.em : 1.4 * f->m.tick_line))
            break;
        max_num = num < max_num ? num : max_num;
    }
    if (is_x)
        overhang(f, plan, a, length_px);
}

/* Times needn't be evenly spread: what counts is that no two labels come too close. */
static void plan_times(struct figure *f, struct axis_plan *plan, const struct figure_axis *a, bool is_x, int length_px)
{
    double apart = is_x ? 2.5 * f->m.em : 2 * f->m.tick_line;
    plan->kind = AXIS_NUMBERS;
    for (int max_num = (int)fmin(length_px / apart + 1, MAX_NUMBERS); max_num >= 1; max_num--) {
        struct ticks *t = &plan->ticks;
        ticks_time(t, a->time_lo, a->time_hi, max_num);
        plan->widest = widest_number(f, t);
        double least = INFINITY;
        for (int i = 0; i < t->num; i++) {
            t->at[i] = a->at_time(a->at_time_arg, a->time_lo + (int64_t)t->at[i]);
            if (i > 0)
                least = fmin(least, fabs(number_px(a, t->at[i], length_px) - number_px(a, t->at[i - 1], length_px)));
        }
        if (least >= (is_x ? plan->widest + f->m.em : 1.4 * f->m.tick_line))
            break;
    }
    if (is_x)
        overhang(f, plan, a, length_px);
}

void axis_plan_make(struct figure *f, struct axis_plan *plan, const struct figure_axis *a, bool is_x, int length_px,
                    enum axis_turn turn)
{
    plan->kind = AXIS_NONE;
    plan->ticks.num = 0;
    plan->ticks.offset[0] = 0;
    plan->turned = false;
    plan->widest = plan->over_lo = plan->over_hi = 0;
    if (a->no_ticks || length_px < 1)
        return;
    bool cells = span_ok(a->cell_lo, a->cell_hi) && (a->names || (a->names_every > 0 && span_ok(a->lo, a->hi)));
    if (cells)
        plan_cells(f, plan, a, is_x, length_px, turn);
    else if (!a->names && a->at_time && a->time_lo < a->time_hi && span_ok(a->lo, a->hi))
        plan_times(f, plan, a, is_x, length_px);
    else if (!a->names && span_ok(a->lo, a->hi) && isfinite(a->hi - a->lo))
        plan_numbers(f, plan, a, is_x, length_px);
}

/* Below the lower edge of the last y number, too. */
int axis_label_offset(const struct figure *f)
{
    int tick = f->m.tick_len + f->m.gap_x, number = f->m.tick_line / 2 + 1;
    return tick > number ? tick : number;
}

static void x_label(struct figure *f, struct draw_list *l, const struct axis_plan *plan, int at, const char *text)
{
    const struct figure_metrics *m = &f->m;
    struct text_style style = m->tick;
    char shortened[256];
    int y = f->plot.y + f->plot.h + m->frame;
    draw_list_rect(l, (struct rect){at - m->frame / 2, y, m->frame, m->tick_len}, style.color);
    int top = y + axis_label_offset(f);
    if (plan->turned) {
        if (text_width(f->font, &style, text) > f->x_room) {
            text_shorten(f->font, &style, text, f->x_room, shortened, sizeof(shortened));
            text = shortened;
        }
        style.turned = true;
        if (at - m->tick_line / 2 >= f->column_left && at + (m->tick_line + 1) / 2 <= f->column_right)
            figure_text(f, l, &style, at, top, TEXT_END, TEXT_CENTER, text);
        return;
    }
    int w = text_width(f->font, &style, text);
    if (plan->kind == AXIS_CELLS && w > plan->widest &&
        text_shorten(f->font, &style, text, plan->widest, shortened, sizeof(shortened))) {
        text = shortened; /* longer than any that was measured */
        w = plan->widest;
    }
    if (at - w / 2 - 1 >= f->column_left && at + w / 2 + 1 <= f->column_right)
        figure_text(f, l, &style, at, top, TEXT_CENTER, TEXT_START, text);
}

static void y_label(struct figure *f, struct draw_list *l, const struct axis_plan *plan, int at, const char *text)
{
    const struct figure_metrics *m = &f->m;
    char shortened[256];
    int x = f->plot.x - m->frame - m->tick_len;
    draw_list_rect(l, (struct rect){x, at - m->frame / 2, m->tick_len, m->frame}, m->tick.color);
    int w = text_width(f->font, &m->tick, text);
    if (w > f->y_room && plan->kind == AXIS_NUMBERS)
        return; /* the next layout makes room */
    if (w > f->y_room) {
        text_shorten(f->font, &m->tick, text, f->y_room, shortened, sizeof(shortened));
        text = shortened;
    }
    if (at - m->tick_line / 2 >= 0 && at + (m->tick_line + 1) / 2 <= l->height)
        figure_text(f, l, &m->tick, x - m->gap_y, at, TEXT_END, TEXT_CENTER, text);
}

/* The common factor or offset, above the axis. */
static void y_offset(struct figure *f, struct draw_list *l, const char *text)
{
    if (!text[0] || !f->needs.y_offset)
        return;
    int w = text_width(f->font, &f->m.tick, text), x = f->plot.x - f->m.frame;
    x = x + w > f->head_hi ? f->head_hi - w : x;
    if (x < f->head_lo)
        return;
    figure_text(f, l, &f->m.tick, x, f->plot.y - f->m.frame - f->m.gap_x, TEXT_START, TEXT_END, text);
    f->head_lo = x + w + f->m.em;
}

static void draw_axis(struct figure *f, const struct figure_params *p, struct draw_list *l, bool is_x)
{
    const struct figure_axis *a = is_x ? &p->x : &p->y;
    struct axis_plan *plan = &f->plan;
    int length = is_x ? f->plot.w : f->plot.h, origin = is_x ? f->plot.x : f->plot.y;
    plan->kind = AXIS_NONE;
    if ((is_x ? f->needs.level_h >= LEVEL_H_NO_TICKS : f->needs.level_w >= LEVEL_W_NO_TICKS))
        return;
    axis_plan_make(f, plan, a, is_x, length, f->needs.x_turned ? TURN_ALWAYS : TURN_NEVER); /* as the layout has room for */
    void (*label)(struct figure *, struct draw_list *, const struct axis_plan *, int, const char *) = is_x ? x_label : y_label;
    if (plan->kind == AXIS_NUMBERS)
        for (int i = 0; i < plan->ticks.num; i++)
            label(f, l, plan, origin + (int)floor(number_px(a, plan->ticks.at[i], length)), plan->ticks.text[i]);
    char text[40];
    if (plan->kind == AXIS_CELLS)
        for (int64_t i = plan->first; i <= plan->last; i += plan->every) {
            double px = ((double)i + 0.5 - a->cell_lo) / (a->cell_hi - a->cell_lo) * length;
            label(f, l, plan, origin + (int)floor(px), cell_text(a, i, text));
        }
    if (plan->kind == AXIS_NUMBERS && !is_x)
        y_offset(f, l, plan->ticks.offset);
}

void axes_draw(struct figure *f, const struct figure_params *p, struct draw_list *l)
{
    draw_list_frame(l, f->plot, f->m.frame, p->ink);
    draw_axis(f, p, l, false);
    draw_axis(f, p, l, true); /* last: the footer asks the plan for its offset */
}
