/* Where the plot rectangle lies. Margins follow from the needs of the parts, the needs (label sizes, overhangs) from the ticks,
 * and the ticks from the plot's size: so a few rounds are made, in which needs only grow, until they rest. Needs stay between
 * pictures of the same shape, and so does the rectangle. Where the plot would get less than 40 % of a dimension, names are
 * shortened first and then parts left out. One thread. */
#include "draw/colorbar_internal.h"
#include "plot/spines.h"

#include <math.h>
#include <string.h>

enum { PLOT_SHARE = 40, MAX_ROUNDS = 12, MAX_TITLE_LINES = 3 };

bool figure_has_text(const char *s) { return s && *s; }

static int max_int(int a, int b) { return a > b ? a : b; }

static int min_int(int a, int b) { return a < b ? a : b; }

static int points(double scale, double pt, int least) { return max_int(least, (int)lround(fmin(pt * scale, 1000))); }

static int clamp_int(double v, int lo, int hi) { return v < lo ? lo : v > hi ? hi : (int)v; }

static struct text_style style_of(double size_px, struct color c)
{
    return (struct text_style){.size_px = (float)fmin(fmax(size_px, 1), 1000), .color = c};
}

static double size_or(double pt, double scale, double by_rule) { return pt > 0 && isfinite(pt) ? pt * scale : by_rule; }

void figure_metrics_make(struct figure *f, const struct figure_params *p)
{
    struct figure_metrics *m = &f->m;
    double scale = p->scale > 0 && isfinite(p->scale) ? p->scale : 100.0 / 72;
    double size = (p->font_size_pt > 0 && isfinite(p->font_size_pt) ? p->font_size_pt : 10) * scale;
    m->tick = style_of(size_or(p->tick_size_pt, scale, size * 0.9), p->ink);
    m->label = style_of(size_or(p->label_size_pt, scale, size), p->ink);
    m->title = style_of(size_or(p->title_size_pt, scale, size * 1.2), p->ink);
    m->small = style_of(size * 0.8, p->ink);
    m->tick_line = text_line_height(f->font, &m->tick);
    m->label_line = text_line_height(f->font, &m->label);
    m->title_line = text_line_height(f->font, &m->title);
    m->small_line = text_line_height(f->font, &m->small);
    m->em = max_int(1, (int)lround(m->tick.size_px));
    m->frame = points(scale, p->line_pt > 0 ? p->line_pt : 0.8, 1);
    m->spine = p->no_spines == SPINE_ALL || p->spine_px < 0 ? 0 : p->spine_px > 0 ? p->spine_px : m->frame;
    m->tick_len = points(scale, 3.5, 2);
    m->minor_len = points(scale, 2, 1);
    m->title_gap = max_int(points(scale, 3, 1), m->tick_line / 2 + 1); /* above the topmost numbers */
    m->gap_x = points(scale, 1.5, 1);
    m->gap_y = points(scale, 3, 1);
    m->gap = points(scale, 3, 1);
    m->pad = points(scale, 5, 2);
    m->bar_w = clamp_int(p->width_px * 0.021, points(scale, 8, 3), points(scale, 16, 3));
    if (p->cbar.size_pt > 0)
        m->bar_w = clamp_int(p->cbar.size_pt * scale, 1, p->width_px / 3);
    if (p->cbar.size_share > 0)
        m->bar_w = clamp_int(p->cbar.size_share * (cbar_is_flat(p) ? p->height_px : p->width_px), 1, p->width_px / 3);
    m->bar_gap = clamp_int(p->width_px * 0.018, points(scale, 8, 3), points(scale, 18, 3));
}

static bool has_axis(const struct figure_axis *a) { return !a->no_ticks && a->side != SIDE_NONE; }

int figure_title_lines(struct figure *f, const char *title, int room_px, int most)
{
    int lines = 1;
    for (const char *next = NULL; lines < most; lines++, title = next) {
        text_wrap(f->font, &f->m.title, title, room_px, &next);
        if (!*next)
            break;
    }
    return lines;
}

struct margins {
    int left, right, top, bottom;
};

static void margins_w(struct figure *f, const struct figure_params *p, int level, struct margins *g)
{
    const struct figure_metrics *m = &f->m;
    const struct figure_needs *n = &f->needs;
    f->has_ylabel = level < LEVEL_W_NO_LABELS && figure_has_text(p->y.label);
    bool flat = cbar_is_flat(p), bar_left = p->cbar.side == CBAR_LEFT;
    if (!flat) {
        f->has_bar = level < LEVEL_W_NO_BAR && p->show_cbar;
        f->has_barlabel = f->has_bar && level < LEVEL_W_NO_LABELS && figure_has_text(p->cbar_label);
    }
    int bar = f->has_bar && !flat ? colorbar_depth(f, p) : 0;
    bool label_right = f->has_barlabel && p->cbar.side == CBAR_RIGHT;
    bool y_ticks = level < LEVEL_W_NO_TICKS && has_axis(&p->y);
    bool left = f->has_ylabel && p->y.side != SIDE_FAR, right = f->has_ylabel && p->y.side == SIDE_FAR;
    f->bar_left = m->pad;
    f->column_left = m->pad + (bar_left ? bar : 0) + (left ? m->label_line : 0);
    int over = level < LEVEL_W_NO_TICKS ? n->over_left : 0, over_right = level < LEVEL_W_NO_TICKS ? n->over_right : 0;
    int ticks = y_ticks ? f->y_room + m->gap_y + m->tick_len : 0;
    g->left = f->column_left + max_int((left ? m->gap : 0) + (axis_is_near(&p->y) ? ticks : 0) + m->spine, over);
    f->far_w = axis_is_far(&p->y) ? ticks : 0;
    if (right)
        f->far_w = max_int(f->far_w, over_right) + m->gap + m->label_line;
    g->right = m->spine + f->far_w + m->pad;
    g->right += bar_left ? 0 : bar;
    g->right = max_int(g->right, m->pad + over_right + (label_right ? m->gap + m->label_line : 0));
    f->column_right = p->width_px - m->pad - (label_right ? m->label_line : 0);
}

static void margins_h(struct figure *f, const struct figure_params *p, int level, bool x_ticks, struct margins *g)
{
    const struct figure_metrics *m = &f->m;
    const struct figure_needs *n = &f->needs;
    f->has_title = level < LEVEL_H_NO_TITLE && figure_has_text(p->title);
    f->has_xlabel = level < LEVEL_H_NO_LABEL && figure_has_text(p->x.label);
    f->has_status = level < LEVEL_H_NO_STATUS && n->status;
    x_ticks &= has_axis(&p->x);
    bool flat = cbar_is_flat(p);
    if (flat) {
        f->has_bar = level < LEVEL_H_NO_TITLE && p->show_cbar;
        f->has_barlabel = f->has_bar && level < LEVEL_H_NO_LABEL && figure_has_text(p->cbar_label);
    }
    int bar = f->has_bar && flat ? colorbar_depth(f, p) : 0, bar_top = p->cbar.side == CBAR_TOP ? bar : 0;
    int above = max_int(n->y_offset ? m->gap_x + m->tick_line : 0, m->tick_line / 2 + 1);
    if (n->bar_offset && !flat)
        above = max_int(above, m->gap_x + m->tick_line + m->tick_line / 2);
    if (f->has_title)
        above = max_int(above, max_int(1, n->title_lines) * m->title_line + m->title_gap);
    bool y_ticks = n->level_w < LEVEL_W_NO_TICKS && has_axis(&p->y);
    int labels = x_ticks ? axis_label_offset(f) + f->x_room : 0;
    bool top = f->has_xlabel && p->x.side == SIDE_FAR, bottom = f->has_xlabel && !top;
    f->far_h = axis_is_far(&p->x) ? labels : 0;
    if (top)
        f->far_h = (f->far_h ? f->far_h + m->gap / 2 : m->gap + m->tick_line / 2) + m->label_line;
    if (y_ticks)
        above = max_int(above, n->over_top - f->far_h);
    g->top = m->spine + f->far_h + above + (f->has_title || n->y_offset || (n->bar_offset && !flat) ? m->pad / 2 : m->pad - m->pad / 2);
    f->bar_above = g->top - (bar_top ? m->pad / 2 : 0);
    g->top += bar_top;
    int ticks = axis_is_near(&p->x) ? labels : 0;
    f->footer_h = bottom ? m->label_line : 0;
    if (f->has_status)
        f->footer_h = max_int(f->footer_h, m->small_line);
    if (n->x_offset && x_ticks)
        f->footer_h = max_int(f->footer_h, m->tick_line);
    if (f->footer_h)
        ticks = ticks ? ticks + m->gap / 2 : m->gap + m->tick_line / 2;
    g->bottom = m->spine + max_int(ticks + f->footer_h, max_int(m->tick_line / 2 + 1, y_ticks ? n->over_bottom : 0)) + (f->footer_h ? m->pad / 2 : m->pad);
    f->bar_below = g->bottom - m->pad / 2;
    g->bottom += bar - bar_top;
    f->footer_y = p->height_px - g->bottom + m->spine + ticks;
}

/* Tiny pictures, where even bare margins are too much: a pixel at least stays. */
static void squeeze(int *before, int *after, int size)
{
    if (*before + *after < size)
        return;
    *before = min_int(*before, (size - 1) / 2);
    *after = min_int(*after, (size - 1) / 2);
}

/* A plot of fixed proportions: what is left over goes outside, half to each side, and everything round the plot stays close to it. */
static void shape_plot(struct figure *f, const struct figure_params *p, struct margins *g)
{
    int w = p->width_px - g->left - g->right, h = p->height_px - g->top - g->bottom;
    bool sized = p->plot_w_px > 0;
    f->excess_w = sized ? w - p->plot_w_px : 0;
    f->excess_h = sized ? h - p->plot_h_px : 0;
    int over_w = max_int(0, sized ? f->excess_w : w - max_int(1, (int)lround(fmin(h * p->plot_aspect, 1e6))));
    int over_h = max_int(0, sized ? f->excess_h : h - max_int(1, (int)lround(fmin(w / p->plot_aspect, 1e6))));
    g->left += over_w / 2;
    g->right += over_w - over_w / 2;
    f->spare_w = over_w / 2;
    f->column_left += over_w / 2;
    f->bar_left += over_w / 2;
    f->column_right -= over_w - over_w / 2;
    g->top += over_h / 2;
    g->bottom += over_h - over_h / 2;
    f->footer_y -= over_h - over_h / 2;
}

/* To the least margins asked for, where the plot keeps its share then. What belongs to the plot stays close to it. */
static void widen(struct figure *f, const struct figure_params *p, struct margins *g)
{
    const int needed[4] = {g->left, g->right, g->top, g->bottom};
    memcpy(f->needed_px, needed, sizeof needed);
    int left = max_int(g->left, p->least_px[0]), right = max_int(g->right, p->least_px[1]);
    int top = max_int(g->top, p->least_px[2]), bottom = max_int(g->bottom, p->least_px[3]);
    if (100 * (p->width_px - left - right) >= PLOT_SHARE * p->width_px) {
        g->left = left;
        g->right = right;
    }
    if (100 * (p->height_px - top - bottom) >= PLOT_SHARE * p->height_px) {
        f->footer_y -= bottom - g->bottom;
        g->top = top;
        g->bottom = bottom;
    }
}

/* The least level at which the plot keeps its share; names give way before that. */
static void place(struct figure *f, const struct figure_params *p)
{
    const struct figure_needs *n = &f->needs;
    int w = p->width_px, h = p->height_px, least_w = (w * PLOT_SHARE + 99) / 100, least_h = (h * PLOT_SHARE + 99) / 100;
    least_w = p->plot_w_px > 0 ? min_int(least_w, p->plot_w_px) : least_w;
    least_h = p->plot_h_px > 0 ? min_int(least_h, p->plot_h_px) : least_h;
    struct margins g;
    bool x_names = axis_has_names(&p->x) && n->x_turned, y_names = axis_has_names(&p->y);
    for (;; f->needs.level_h++) {
        f->x_room = x_names ? min_int(n->x_labels, h / 3) : n->x_labels;
        bool x_ticks = n->level_h < LEVEL_H_NO_TICKS;
        margins_h(f, p, n->level_h, x_ticks, &g);
        int lacking = least_h - (h - g.top - g.bottom), give = f->x_room - min_int(f->x_room, 3 * f->m.em);
        if (lacking > 0 && x_names && x_ticks && give > 0) {
            f->x_room -= min_int(lacking, give);
            margins_h(f, p, n->level_h, x_ticks, &g);
            lacking = least_h - (h - g.top - g.bottom);
        }
        if (lacking <= 0 || n->level_h == LEVEL_H_NO_TICKS)
            break;
    }
    if (h - g.top - g.bottom < 3 * f->m.tick_line && !cbar_is_flat(p)) /* too low for a colorbar */
        f->needs.level_w = max_int(n->level_w, LEVEL_W_NO_BAR);
    for (;; f->needs.level_w++) {
        f->y_room = y_names ? min_int(n->y_labels, w / 3) : n->y_labels;
        margins_w(f, p, n->level_w, &g);
        int lacking = least_w - (w - g.left - g.right), give = f->y_room - min_int(f->y_room, 3 * f->m.em);
        if (lacking > 0 && y_names && n->level_w < LEVEL_W_NO_TICKS && give > 0) {
            f->y_room -= min_int(lacking, give);
            margins_w(f, p, n->level_w, &g);
            lacking = least_w - (w - g.left - g.right);
        }
        if (lacking <= 0 || n->level_w == LEVEL_W_NO_TICKS)
            break;
    }
    widen(f, p, &g);
    squeeze(&g.left, &g.right, w);
    squeeze(&g.top, &g.bottom, h);
    f->spare_w = 0;
    f->excess_w = f->excess_h = 0;
    if (p->plot_aspect > 0 || p->plot_w_px > 0)
        shape_plot(f, p, &g);
    f->plot = (struct rect){g.left, g.top, w - g.left - g.right, h - g.top - g.bottom};
}

static void measure_y(struct figure *f, const struct figure_axis *a)
{
    struct figure_needs *n = &f->needs;
    axis_plan_make(f, &f->plan, a, false, f->plot.h, TURN_NEVER);
    n->y_labels = max_int(n->y_labels, f->plan.depth);
    n->y_offset |= f->plan.ticks.offset[0] != 0;
    n->over_top = max_int(n->over_top, f->plan.over_lo);
    n->over_bottom = max_int(n->over_bottom, f->plan.over_hi);
}

static void measure_x(struct figure *f, const struct figure_axis *a)
{
    struct figure_needs *n = &f->needs;
    const struct axis_plan *plan = &f->plan;
    axis_plan_make(f, &f->plan, a, true, f->plot.w, n->x_turned ? TURN_ALWAYS : TURN_BY_RULE);
    n->x_turned |= plan->degrees != 0;
    n->x_labels = max_int(n->x_labels, plan->depth);
    n->over_left = max_int(n->over_left, plan->over_lo);
    n->over_right = max_int(n->over_right, plan->over_hi);
    n->x_offset |= plan->ticks.offset[0] != 0;
}

/* The axis when the whole grid is in sight; false: that is unknown, or names decide. */
static bool whole(const struct figure_axis *a, struct figure_axis *out)
{
    if (a->names || a->names_every > 0 || !isfinite(a->full_lo) || !isfinite(a->full_hi) || a->full_lo == a->full_hi)
        return false;
    *out = *a;
    out->lo = a->full_lo;
    out->hi = a->full_hi;
    return true;
}

/* What the ticks at this size ask for, now and when zoomed out again. */
static void measure(struct figure *f, const struct figure_params *p)
{
    struct figure_needs *n = &f->needs;
    struct figure_axis all;
    if (f->has_title) {
        int most = max_int(1, min_int(MAX_TITLE_LINES, p->height_px / 5 / f->m.title_line));
        int room = f->column_right + f->spare_w - (f->has_barlabel && p->cbar.side == CBAR_RIGHT ? f->m.gap : 0) - f->column_left + f->spare_w - (f->has_ylabel ? f->m.gap : 0);
        if (n->over_top > 0) /* beside it stand labels */
            room = min_int(room, f->plot.w);
        n->title_lines = max_int(n->title_lines, figure_title_lines(f, p->title, room, most));
    }
    if (n->level_w < LEVEL_W_NO_TICKS) {
        measure_y(f, &p->y);
        if (whole(&p->y, &all))
            measure_y(f, &all);
    }
    if (n->level_h < LEVEL_H_NO_TICKS) {
        measure_x(f, &p->x);
        if (whole(&p->x, &all))
            measure_x(f, &all);
    }
    if (f->has_bar)
        colorbar_measure(f, p);
}

static struct figure_shape shape_of(const struct figure_params *p)
{
    struct figure_shape s;
    memset(&s, 0, sizeof(s));
    s.scale = p->scale;
    s.line_pt = p->line_pt;
    s.plot_aspect = p->plot_aspect;
    s.plot_w_px = p->plot_w_px;
    s.plot_h_px = p->plot_h_px;
    s.spine_px = p->spine_px;
    s.no_spines = p->no_spines;
    s.font_size_pt = p->font_size_pt;
    s.width = p->width_px;
    s.height = p->height_px;
    s.title_size_pt = p->title_size_pt > 0 ? p->title_size_pt : 0;
    s.label_size_pt = p->label_size_pt > 0 ? p->label_size_pt : 0;
    s.tick_size_pt = p->tick_size_pt > 0 ? p->tick_size_pt : 0;
    s.x_axis = axis_fingerprint(&p->x);
    s.y_axis = axis_fingerprint(&p->y);
    s.parts = figure_has_text(p->title) | figure_has_text(p->x.label) << 1 | figure_has_text(p->y.label) << 2 |
              p->show_cbar << 3 | figure_has_text(p->cbar_label) << 4 | p->bare << 7;
    s.parts |= (int)p->cbar.side << 10 | p->cbar.has_hist << 12 | (int)p->cbar.ticks << 13;
    s.categories = p->cbar.num_categories;
    s.bar[0] = p->cbar.size_pt;
    s.bar[1] = p->cbar.size_share;
    s.bar[2] = p->cbar.shrink;
    return s;
}

struct rect figure_layout(struct figure *f, const struct figure_params *p)
{
    struct figure_shape shape = shape_of(p);
    if (memcmp(&shape, &f->shape, sizeof(shape)) != 0) {
        figure_reset(f);
        f->shape = shape;
    }
    if (p->bare) {
        memset(f->needed_px, 0, sizeof f->needed_px);
        f->plot = (struct rect){0, 0, max_int(1, p->width_px), max_int(1, p->height_px)};
        f->excess_w = p->plot_w_px > 0 ? p->width_px - p->plot_w_px : 0;
        f->excess_h = p->plot_w_px > 0 ? p->height_px - p->plot_h_px : 0;
        return f->plot;
    }
    figure_metrics_make(f, p);
    f->needs.status |= figure_has_text(p->status) || p->keeps_status_row;
    place(f, p);
    for (int round = 0; round < MAX_ROUNDS; round++) {
        struct figure_needs before = f->needs;
        measure(f, p);
        if (memcmp(&before, &f->needs, sizeof(before)) == 0)
            break;
        place(f, p);
    }
    return f->plot;
}

struct rect figure_try(struct figure *f, const struct figure_params *p)
{
    struct figure_needs needs = f->needs;
    struct rect plot = figure_layout(f, p);
    f->needs = needs;
    return plot;
}

void figure_margins(const struct figure *f, int px[4])
{
    memcpy(px, f->needed_px, sizeof f->needed_px);
}

void figure_excess(const struct figure *f, int *w, int *h)
{
    *w = f->excess_w;
    *h = f->excess_h;
}
