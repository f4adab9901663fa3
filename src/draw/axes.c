/* The two axes drawn: the frame, marks, and labels on one side or both. A label that would leave its room is shortened (a name) or left
 * out (a number: the next layout makes room); one that would lie on another is left out. One thread. */
#include "draw/figure_internal.h"
#include "plot/spines.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_BYTES = 256 };

/* Where a side's labels may be, and how. */
struct side {
    struct figure *f;
    struct draw_list *l;
    const struct axis_plan *plan;
    const struct figure_axis *a;
    bool is_x, far;
    struct rect room;    /* no label leaves it */
    int first_label;     /* of this side, in f->labels */
};

struct spot {
    int x, y;
    enum text_align along, across;
};

/* Below the lower edge of the last y number, too. */
int axis_label_offset(const struct figure *f)
{
    int tick = f->m.tick_len + f->m.gap_x, number = f->m.tick_line / 2 + 1;
    return tick > number ? tick : number;
}

/* --- do two turned boxes overlap? --- */

static void extent_along(const struct text_box *b, double dx, double dy, double *lo, double *hi)
{
    *lo = INFINITY;
    *hi = -INFINITY;
    for (int i = 0; i < 4; i++) {
        double at = b->x[i] * dx + b->y[i] * dy;
        *lo = fmin(*lo, at);
        *hi = fmax(*hi, at);
    }
}

static bool apart_on_sides_of(const struct text_box *a, const struct text_box *b)
{
    for (int i = 0; i < 2; i++) {
        double dx = a->x[i + 1] - a->x[i], dy = a->y[i + 1] - a->y[i], a0, a1, b0, b1, slack = 1e-6 * hypot(dx, dy);
        extent_along(a, dx, dy, &a0, &a1);
        extent_along(b, dx, dy, &b0, &b1);
        if (a1 <= b0 + slack || b1 <= a0 + slack)
            return true;
    }
    return false;
}

static bool boxes_overlap(const struct text_box *a, const struct text_box *b)
{
    return !apart_on_sides_of(a, b) && !apart_on_sides_of(b, a);
}

/* Those that come close: the one before on this side (all, where order isn't known), and on x axes the labels of y that reach beyond the
 * plot. */
static bool is_free(const struct side *s, const struct text_box *b)
{
    const struct figure *f = s->f;
    for (int i = s->is_x || s->plan->listed ? 0 : f->num_labels - 1; i < f->num_labels; i++) {
        bool before = i >= s->first_label && (s->plan->listed || i == f->num_labels - 1);
        bool other = i < s->first_label;
        if (i >= 0 && (before || other) && boxes_overlap(b, &f->labels[i]))
            return false;
    }
    return true;
}

static void remember(struct figure *f, struct text_box b)
{
    if (f->num_labels == f->cap_labels) {
        int cap = f->cap_labels ? f->cap_labels * 2 : 64;
        struct text_box *labels = mem_resize(f->labels, (size_t)cap, sizeof *labels);
        if (!labels)
            return;
        f->labels = labels;
        f->cap_labels = cap;
    }
    f->labels[f->num_labels++] = b;
}

/* Only those of y that may meet labels of x are of use later. */
static void forget_inner(struct side *s)
{
    struct figure *f = s->f;
    double top = f->plot.y - f->m.spine - f->m.tick_line / 2.0 - 1, bottom = f->plot.y + f->plot.h + f->m.spine + f->m.tick_line / 2.0 + 1;
    int kept = s->first_label;
    for (int i = s->first_label; i < f->num_labels; i++) {
        double lo, hi;
        extent_along(&f->labels[i], 0, 1, &lo, &hi);
        if (s->is_x || lo < top || hi > bottom)
            f->labels[kept++] = f->labels[i];
    }
    f->num_labels = kept;
}

/* --- placing --- */

static struct text_box box_at(const struct side *s, const struct text_style *style, const struct spot *spot, const char *text)
{
    struct text_box b = text_box(s->f->font, style, spot->along, spot->across, text);
    for (int i = 0; i < 4; i++) {
        b.x[i] += spot->x;
        b.y[i] += spot->y;
    }
    return b;
}

/* Labels under (or over) an x axis: centred; turned and slanted ones end at the tick with the side that is nearer to it. */
static struct spot spot_x(const struct side *s, const struct text_style *style, int at, const char *text)
{
    const struct figure *f = s->f;
    int d = s->plan->degrees, gap = f->m.spine + axis_label_offset(f), edge = s->far ? f->plot.y - gap : f->plot.y + f->plot.h + gap;
    if (d == 0)
        return (struct spot){at, edge, TEXT_CENTER, s->far ? TEXT_END : TEXT_START};
    struct spot spot = {at, edge, (d > 0) != s->far ? TEXT_END : TEXT_START, TEXT_CENTER};
    if (abs(d) != 90) {
        struct text_box b = text_box(f->font, style, spot.along, spot.across, text);
        struct rect r = text_box_bounds(&b, 0, 0);
        spot.y = s->far ? edge - r.y - r.h : edge - r.y;
    }
    return spot;
}

static struct spot spot_y(const struct side *s, const struct text_style *style, int at, const char *text)
{
    const struct figure *f = s->f;
    int d = s->plan->degrees, gap = f->m.spine + f->m.tick_len + f->m.gap_y;
    int edge = s->far ? f->plot.x + f->plot.w + gap : f->plot.x - gap;
    if (abs(d) == 90)
        return (struct spot){edge, at, TEXT_CENTER, (d > 0) != s->far ? TEXT_END : TEXT_START};
    struct spot spot = {edge, at, s->far ? TEXT_START : TEXT_END, TEXT_CENTER};
    if (d != 0) {
        struct text_box b = text_box(f->font, style, spot.along, spot.across, text);
        struct rect r = text_box_bounds(&b, 0, 0);
        spot.x = s->far ? edge - r.x : edge - r.x - r.w;
    }
    return spot;
}

static struct spot spot_of(const struct side *s, const struct text_style *style, int at, const char *text)
{
    return s->is_x ? spot_x(s, style, at, text) : spot_y(s, style, at, text);
}

static int max_int(int a, int b) { return a > b ? a : b; }

/* px by which the box leaves its room, along the label; 0: it doesn't. */
static int excess(const struct side *s, const struct text_box *b)
{
    struct rect r = text_box_bounds(b, 0, 0), room = s->room;
    int x = max_int(room.x - r.x, r.x + r.w - room.x - room.w), y = max_int(room.y - r.y, r.y + r.h - room.y - room.h);
    if (x <= 0 && y <= 0)
        return 0;
    double angle = s->plan->degrees * (M_PI / 180), c = fabs(cos(angle)), sn = fabs(sin(angle));
    double along = fmax(x > 0 ? x / fmax(c, 1e-3) : 0, y > 0 ? y / fmax(sn, 1e-3) : 0);
    return (int)fmin(ceil(along), 1e5);
}

static bool is_named(const struct side *s)
{
    return s->plan->kind == AXIS_CELLS || (s->plan->listed && (s->a->tick_names || s->a->names));
}

/* The most px along it that a label may have for the room that the layout gave. */
static int longest(const struct side *s)
{
    const struct figure *f = s->f;
    int fits = axis_label_fits(f, s->is_x, s->plan->degrees, s->is_x ? f->x_room : f->y_room);
    bool along = s->plan->degrees == (s->is_x ? 0 : 90) || s->plan->degrees == (s->is_x ? 0 : -90);
    return along && s->plan->kind == AXIS_CELLS && s->plan->widest < fits ? s->plan->widest : fits; /* longer than any that was measured */
}

static void label(struct side *s, int at, const char *text)
{
    struct figure *f = s->f;
    struct text_style style = f->m.tick;
    char shortened[LABEL_BYTES];
    style.degrees = s->plan->degrees;
    style.turned = style.degrees == 90;
    const char *whole = text;
    int w = text_width(f->font, &style, text), most = longest(s);
    for (int try = 0; try < 2; try++) {
        if (w > most) {
            if (!is_named(s) || !text_shorten(f->font, &style, whole, most, shortened, sizeof shortened))
                return;
            text = shortened;
            w = text_width(f->font, &style, text);
        }
        struct spot spot = spot_of(s, &style, at, text);
        struct text_box box = box_at(s, &style, &spot, text);
        int out = excess(s, &box);
        bool end_aligned = spot.along != TEXT_CENTER; /* then a shorter one stays within */
        if (out && (!end_aligned || try > 0 || w - out < 2 * f->m.em))
            return;
        if (out) {
            most = w - out;
            continue;
        }
        if (!is_free(s, &box))
            return;
        remember(f, box);
        figure_text(f, s->l, &style, spot.x, spot.y, spot.along, spot.across, text);
        return;
    }
}

static void mark(const struct side *s, int at, int len)
{
    const struct figure *f = s->f;
    int line = f->m.frame, edge = f->m.spine, across = at - line / 2;
    int x = s->far ? f->plot.x + f->plot.w + edge : f->plot.x - edge - len, y = s->far ? f->plot.y - edge - len : f->plot.y + f->plot.h + edge;
    struct rect r = s->is_x ? (struct rect){across, y, line, len} : (struct rect){x, across, len, line};
    draw_list_rect(s->l, r, f->m.tick.color);
}

/* Where the labels of this side may be. */
static struct rect room_of(const struct side *s, const struct figure_params *p)
{
    const struct figure *f = s->f;
    const struct figure_metrics *m = &f->m;
    int d = s->plan->degrees, half = m->tick_line / 2 + 1, top = f->plot.y - m->spine, bottom = f->plot.y + f->plot.h + m->spine;
    bool ylabel_far = f->has_ylabel && p->y.side == SIDE_FAR;
    int right = ylabel_far ? f->plot.x + f->plot.w + m->spine + f->far_w - m->label_line - m->gap : f->column_right;
    if (s->is_x) {
        int depth = axis_label_offset(f) + f->x_room + 1, y = s->far ? top - depth : bottom;
        int edge = abs(d) == 90 ? 0 : 1; /* glyphs may reach beyond their advance */
        return (struct rect){f->column_left + edge, y, right - f->column_left - 2 * edge, depth};
    }
    int left = s->far ? f->plot.x + f->plot.w : f->column_left - 1, x1 = s->far ? right + 1 : f->plot.x;
    if (d == 0)
        return (struct rect){left, 0, x1 - left, p->height_px};
    bool x_far = axis_is_far(&p->x), x_near = axis_is_near(&p->x);
    int up = max_int(half, f->needs.over_top), down = max_int(half, f->needs.over_bottom);
    int y0 = abs(d) == 90 ? top - up : x_far || f->has_title || f->needs.y_offset || f->needs.bar_offset ? top - half : m->pad;
    int y1 = abs(d) == 90 ? bottom + down : x_near || f->footer_h ? bottom + axis_label_offset(f) + f->x_room : p->height_px - m->pad;
    y1 = f->footer_h && y1 > f->footer_y ? f->footer_y : y1 > p->height_px - 1 ? p->height_px - 1 : y1; /* labels of x may be left out */
    return (struct rect){left, y0, x1 - left, y1 - y0};
}

static void draw_side(struct side *s, int origin, int length)
{
    const struct axis_plan *plan = s->plan;
    const struct figure_axis *a = s->a;
    char text[TICKS_TEXT];
    s->first_label = s->f->num_labels;
    if (plan->kind == AXIS_NUMBERS)
        for (int i = 0; i < plan->ticks.num; i++) {
            int at = origin + (int)floor((plan->ticks.at[i] - a->lo) / (a->hi - a->lo) * length);
            mark(s, at, s->f->m.tick_len);
            label(s, at, axis_tick_text(plan, a, i));
        }
    for (int i = 0; plan->kind == AXIS_NUMBERS && i < plan->ticks.num_minor; i++)
        mark(s, origin + (int)floor((plan->ticks.minor[i] - a->lo) / (a->hi - a->lo) * length), s->f->m.minor_len);
    if (plan->kind == AXIS_CELLS)
        for (int64_t i = plan->first; i <= plan->last; i += plan->every) {
            int at = origin + (int)floor(axis_cell_px(a, i, length));
            mark(s, at, s->f->m.tick_len);
            label(s, at, axis_cell_text(a, i, text));
        }
    forget_inner(s);
}

/* The common factor or offset, above the axis; above the topmost number where it has to reach over that. */
static void y_offset(struct figure *f, struct draw_list *l, const struct figure_axis *a, const char *text)
{
    if (!text[0] || !f->needs.y_offset)
        return;
    bool right = a->side == SIDE_FAR;
    int w = text_width(f->font, &f->m.tick, text), x = right ? f->plot.x + f->plot.w + f->m.spine - w : f->plot.x - f->m.spine;
    bool moved = x + w > f->head_hi || x < f->head_lo;
    x = x + w > f->head_hi ? f->head_hi - w : x;
    int y = f->plot.y - f->m.spine - f->far_h - (moved ? max_int(f->m.gap_x, f->m.tick_line / 2 + 1) : f->m.gap_x);
    if (x < f->head_lo || y < f->m.tick_line)
        return;
    figure_text(f, l, &f->m.tick, x, y, TEXT_START, TEXT_END, text);
    if (right)
        f->head_hi = x - f->m.em;
    else
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
    for (int far = 0; far < 2; far++) {
        if (far ? !axis_is_far(a) : !axis_is_near(a))
            continue;
        struct side s = {f, l, plan, a, is_x, far, {0}, 0};
        s.room = room_of(&s, p);
        draw_side(&s, origin, length);
    }
    if (plan->kind == AXIS_NUMBERS && !is_x)
        y_offset(f, l, a, plan->ticks.offset);
}

static void spines(const struct figure *f, const struct figure_params *p, struct draw_list *l)
{
    struct rect r = f->plot;
    struct color c = p->spine_color.a ? p->spine_color : p->ink;
    int w = f->m.spine, top = p->no_spines & SPINE_TOP ? 0 : w, bottom = p->no_spines & SPINE_BOTTOM ? 0 : w;
    draw_list_rect(l, (struct rect){r.x, r.y - top, r.w, top}, c);
    draw_list_rect(l, (struct rect){r.x, r.y + r.h, r.w, bottom}, c);
    if (!(p->no_spines & SPINE_LEFT)) /* with the corners */
        draw_list_rect(l, (struct rect){r.x - w, r.y - top, w, r.h + top + bottom}, c);
    if (!(p->no_spines & SPINE_RIGHT))
        draw_list_rect(l, (struct rect){r.x + r.w, r.y - top, w, r.h + top + bottom}, c);
}

void axes_draw(struct figure *f, const struct figure_params *p, struct draw_list *l)
{
    spines(f, p, l);
    f->num_labels = 0;
    draw_axis(f, p, l, false);
    draw_axis(f, p, l, true); /* last: the footer asks the plan for its offset */
}
