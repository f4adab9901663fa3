/* The colorbar: a heatmap command of its own, one texel a pixel along it, through the picture's colormap, so that it can't disagree
 * with the picture. Triangles at its ends show the colours of values outside, a swatch behind its low end (flat: its high end) that of
 * bad ones. One thread. */
#include "draw/colorbar_internal.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TRIANGLE_KEY = 0xf16e0000 };

/* --- where it is --- */

static int max_int(int a, int b) { return a > b ? a : b; }

static int triangle_len(const struct figure *f) { return (f->m.bar_w * 7 + 5) / 10 + f->m.frame; }

static int swatch_side(const struct figure *f) { return f->m.bar_w < f->m.em ? f->m.bar_w : f->m.em; }

static const char *bad_word(const struct figure_params *p) { return p->bad_label ? p->bad_label : "NaN"; }

/* Behind the end: gap, swatch, and of a flat bar its word. */
static int swatch_room(const struct figure *f, const struct figure_params *p, int between)
{
    const struct figure_metrics *m = &f->m;
    if (cbar_is_flat(p))
        return m->em + swatch_side(f) + m->gap_y + text_width(f->font, &m->tick, bad_word(p));
    int gap = m->tick_line + 2 - swatch_side(f) / 2 - between, least = m->gap + 2 * m->frame; /* its word clears the lowest number, */
    least = f->needs.share_lo ? max_int(least, m->tick_line / 2 + 1 - swatch_side(f) / 2) : least; /* and the share */
    return swatch_side(f) + max_int(gap, least);
}

static int share_room(const struct figure *f, const struct figure_params *p, int triangle)
{
    const struct figure_metrics *m = &f->m;
    if (cbar_is_flat(p))
        return m->gap + m->frame + text_width(f->font, &m->small, "<0.1 %");
    return m->small_line + max_int(0, m->tick_line / 2 + 1 - triangle); /* clears the outermost number */
}

/* Marks that would leave too little bar are left out. */
struct bar_plan bar_plan_make(const struct figure *f, const struct figure_params *p, int length_px)
{
    const struct figure_needs *n = &f->needs;
    struct bar_plan b = {.flat = cbar_is_flat(p)};
    double shrink = p->cbar.shrink > 0 && p->cbar.shrink < 1 ? p->cbar.shrink : 1;
    int all = max_int(1, (int)lround(length_px * shrink)), least = (all + 1) / 2;
    int lo = n->under ? triangle_len(f) : 0, hi = n->over ? triangle_len(f) : 0;
    if (all - lo - hi >= least) {
        b.lo_triangle = lo;
        b.hi_triangle = hi;
    }
    int left = all - b.lo_triangle - b.hi_triangle;
    lo = n->share_lo ? share_room(f, p, b.lo_triangle) : 0;
    hi = n->share_hi ? share_room(f, p, b.hi_triangle) : 0;
    if (left - lo - hi >= least) {
        b.lo_share = lo;
        b.hi_share = hi;
        left -= lo + hi;
    }
    int bad = n->bad ? swatch_room(f, p, b.lo_triangle + b.lo_share) : 0;
    b.bad = bad > 0 && left - bad >= least;
    b.len = left - (b.bad ? bad : 0);
    b.begin = (length_px - all) / 2 + (b.flat ? b.lo_triangle + b.lo_share : b.hi_triangle + b.hi_share);
    return b;
}

static int hist_width(const struct figure *f, const struct figure_params *p)
{
    return p->cbar.has_hist ? max_int(4, f->m.bar_w * 5 / 4) : 0;
}

int colorbar_depth(const struct figure *f, const struct figure_params *p)
{
    const struct figure_metrics *m = &f->m;
    if (p->cbar.num_categories)
        return legend_depth(f, p) + (f->has_barlabel ? m->gap + m->label_line : 0);
    bool flat = cbar_is_flat(p), numbers = f->needs.bar_labels > 0;
    int depth = m->bar_gap + hist_width(f, p) + 2 * m->frame + m->bar_w;
    if (numbers)
        depth += m->tick_len + (flat ? m->gap_x : m->gap_y) + f->needs.bar_labels;
    if (f->has_barlabel || (flat && f->needs.bar_offset))
        depth += (flat ? m->gap / 2 + 1 : m->gap) + (flat && f->needs.bar_offset ? max_int(m->label_line, m->tick_line) : m->label_line);
    return depth;
}

/* The block's edge towards the plot: x, of a flat one y. */
static int inner_edge(const struct figure *f, const struct figure_params *p)
{
    const struct rect *r = &f->plot;
    switch (p->cbar.side) {
    case CBAR_LEFT: return f->bar_left + colorbar_depth(f, p);
    case CBAR_TOP: return r->y - f->bar_above;
    case CBAR_BOTTOM: return r->y + r->h + f->bar_below;
    default: return r->x + r->w + f->m.spine + f->far_w;
    }
}

static struct bar_place place(const struct figure *f, const struct figure_params *p)
{
    const struct figure_metrics *m = &f->m;
    bool flat = cbar_is_flat(p), outwards_down = p->cbar.side == CBAR_RIGHT || p->cbar.side == CBAR_BOTTOM;
    struct bar_place b = {.plan = bar_plan_make(f, p, flat ? f->plot.w : f->plot.h), .outwards_down = outwards_down, .hist_w = hist_width(f, p)};
    int in = m->bar_gap + b.hist_w + m->frame, edge = inner_edge(f, p);
    int across = outwards_down ? edge + in : edge - in - m->bar_w;
    b.bar = flat ? (struct rect){f->plot.x + b.plan.begin, across, b.plan.len, m->bar_w}
                 : (struct rect){across, f->plot.y + b.plan.begin, m->bar_w, b.plan.len};
    b.outer = outwards_down ? across + m->bar_w + m->frame : across - m->frame;
    return b;
}

void colorbar_measure(struct figure *f, const struct figure_params *p)
{
    struct figure_needs *n = &f->needs;
    const struct figure_metrics *m = &f->m;
    struct ticks *t = &f->plan.ticks;
    bool flat = cbar_is_flat(p);
    n->under |= p->has_under;
    n->over |= p->has_over;
    n->bad |= p->has_bad;
    n->share_lo |= p->cbar.share_under > 0;
    n->share_hi |= p->cbar.share_over > 0;
    if (p->cbar.num_categories) {
        n->bar_labels = max_int(n->bar_labels, legend_widest(f, p));
        return;
    }
    colorbar_plan_ticks(f, p, t, bar_plan_make(f, p, flat ? f->plot.w : f->plot.h).len);
    n->bar_offset |= t->offset[0] != 0;
    if (flat) {
        n->bar_labels = max_int(n->bar_labels, t->num ? m->tick_line : 0);
        return;
    }
    n->bar_labels = max_int(n->bar_labels, colorbar_widest(f, t));
    if (n->bad)
        n->bar_labels = max_int(n->bar_labels, text_width(f->font, &m->tick, bad_word(p)));
    if (n->share_lo || n->share_hi) /* room for it on this side of the plot */
        n->bar_labels = max_int(n->bar_labels, text_width(f->font, &m->small, "<0.1 %") - m->bar_w - m->tick_len - m->gap_y);
}

/* --- ends --- */

/* Coverage of a triangle that points to `way`: 8 x 8 samples a pixel. */
enum way { WAY_UP, WAY_DOWN, WAY_RIGHT, WAY_LEFT };

static void paint(uint8_t *coverage, int w, int h, enum way way)
{
    enum { SAMPLES = 8 };
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            int inside = 0;
            for (int s = 0; s < SAMPLES * SAMPLES; s++) {
                double sx = (x + (s % SAMPLES + 0.5) / SAMPLES) / w, sy = (y + (s / SAMPLES + 0.5) / SAMPLES) / h;
                double across = way == WAY_UP || way == WAY_DOWN ? sx : sy, along = way == WAY_UP ? sy : way == WAY_DOWN ? 1 - sy : way == WAY_LEFT ? sx : 1 - sx;
                inside += fabs(across - 0.5) < 0.5 * along;
            }
            coverage[(size_t)y * w + x] = (uint8_t)((inside * 255 + SAMPLES * SAMPLES / 2) / (SAMPLES * SAMPLES));
        }
}

static void paint_up(uint8_t *coverage, int w, int h) { paint(coverage, w, h, WAY_UP); }

static void paint_down(uint8_t *coverage, int w, int h) { paint(coverage, w, h, WAY_DOWN); }

static void paint_right(uint8_t *coverage, int w, int h) { paint(coverage, w, h, WAY_RIGHT); }

static void paint_left(uint8_t *coverage, int w, int h) { paint(coverage, w, h, WAY_LEFT); }

struct color colorbar_over(struct color c, struct color back)
{
    int a = c.a, b = 255 - a;
    return (struct color){(uint8_t)((c.r * a + back.r * b + 127) / 255), (uint8_t)((c.g * a + back.g * b + 127) / 255),
                          (uint8_t)((c.b * a + back.b * b + 127) / 255), 255};
}

struct color colorbar_muted(struct color c, struct color back, int share)
{
    c.a = (uint8_t)share;
    return colorbar_over(c, back);
}

static void mask(struct figure *f, struct draw_list *l, enum way way, int w, int h, int x, int y, struct color c)
{
    static void (*const PAINT[])(uint8_t *, int, int) = {paint_up, paint_down, paint_right, paint_left};
    if (w <= 0 || h <= 0)
        return;
    uint64_t key = ((uint64_t)(TRIANGLE_KEY + way) << 32) | ((uint64_t)(w & 0xffff) << 16) | (uint64_t)(h & 0xffff);
    mask_draw(l, f->font, key, w, h, PAINT[way], x, y, c);
}

/* A triangle of this height on the bar's end, its base as wide as that. */
static void pointed(struct figure *f, struct draw_list *l, const struct rect *bar, enum way way, int base, int height, struct color c)
{
    int cx = bar->x + (bar->w - base) / 2, cy = bar->y + (bar->h - base) / 2;
    switch (way) {
    case WAY_UP: mask(f, l, way, base, height, cx, bar->y - height, c); break;
    case WAY_DOWN: mask(f, l, way, base, height, cx, bar->y + bar->h, c); break;
    case WAY_RIGHT: mask(f, l, way, height, base, bar->x + bar->w, cy, c); break;
    case WAY_LEFT: mask(f, l, way, height, base, bar->x - height, cy, c); break;
    }
}

/* An ink triangle, and on it one that leaves a line's width at its sides. */
static void triangle(struct figure *f, struct draw_list *l, const struct rect *bar, enum way way, struct color fill, struct color ink)
{
    int line = f->m.frame, outer_w = f->m.bar_w + 2 * line, outer_h = triangle_len(f);
    double half = outer_w * 0.5, side = line * sqrt((double)outer_h * outer_h + half * half) / outer_h;
    int inset = (int)lround(side), inner_w = outer_w - 2 * inset, inner_h = (int)lround(outer_h * (half - inset) / half);
    pointed(f, l, bar, way, outer_w, outer_h, ink);
    pointed(f, l, bar, way, inner_w, inner_h, fill);
}

/* --- colours --- */

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

/* What a pixel of the bar shows: its place, or the colour of the block there. */
static float bar_t(const struct norm *n, double place)
{
    return (float)(n->kind == NORM_BOUNDARY ? norm_forward(n, norm_at(n, place)) : place);
}

static bool fill(struct figure *f, const struct figure_params *p, const struct bar_place *b)
{
    bool flat = b->plan.flat;
    int len = b->plan.len, thick = f->m.bar_w;
    if (len > f->cap_rows)
        f->rows = 0;
    if (!grow((void **)&f->values, &f->cap_values, len, sizeof(*f->values)) ||
        !grow((void **)&f->row_map, &f->cap_rows, len, sizeof(*f->row_map)) ||
        !grow((void **)&f->col_map, &f->cap_cols, thick, sizeof(*f->col_map))) /* all zero: texel 0, no line */
        return false;
    bool changed = f->rows != len || f->flat != flat;
    for (int i = 0; i < len; i++) {
        float t = bar_t(&p->norm, flat ? (i + 0.5) / len : (len - i - 0.5) / len);
        changed = changed || t != f->values[i];
        f->values[i] = t;
        f->row_map[i] = draw_map_pack(i, 0);
    }
    if (changed)
        f->values_version = next_version(f);
    if (f->rows != len || f->cols != thick || f->flat != flat)
        f->maps_version = next_version(f);
    f->rows = len;
    f->cols = thick;
    f->flat = flat;
    if (!f->lut_version || memcmp(&f->lut, p->cmap, sizeof(f->lut)) != 0) {
        f->lut = *p->cmap;
        f->lut_version = next_version(f);
    }
    return true;
}

static void gradient(struct figure *f, const struct figure_params *p, struct draw_list *l, const struct bar_place *b)
{
    bool flat = b->plan.flat;
    if (!fill(f, p, b)) {
        l->failed = true;
        return;
    }
    draw_list_heatmap(l, &(struct draw_heatmap){
        .dst = b->bar,
        .num_cols = flat ? b->plan.len : 1,
        .num_rows = flat ? 1 : b->plan.len,
        .values = f->values,
        .col_map = flat ? f->row_map : f->col_map,
        .row_map = flat ? f->col_map : f->row_map,
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

/* Open where a triangle stands. */
static void outline(struct figure *f, struct draw_list *l, const struct bar_place *b, bool lo, bool hi, struct color ink)
{
    int line = f->m.frame;
    struct rect r = b->bar;
    bool top = b->plan.flat || hi, bottom = b->plan.flat || lo, left = !b->plan.flat || lo, right = !b->plan.flat || hi;
    struct rect o = {r.x - (left ? line : 0), r.y - (top ? line : 0), r.w + (left ? line : 0) + (right ? line : 0),
                     r.h + (top ? line : 0) + (bottom ? line : 0)};
    if (left)
        draw_list_rect(l, (struct rect){r.x - line, o.y, line, o.h}, ink);
    if (right)
        draw_list_rect(l, (struct rect){r.x + r.w, o.y, line, o.h}, ink);
    if (top)
        draw_list_rect(l, (struct rect){o.x, r.y - line, o.w, line}, ink);
    if (bottom)
        draw_list_rect(l, (struct rect){o.x, r.y + r.h, o.w, line}, ink);
}

/* In the gap before the bar, at its end: a small triangle that points where this end of the range is going. */
static void motion(struct figure *f, struct draw_list *l, const struct bar_place *b, bool high, int direction)
{
    static const struct color moving = {214, 84, 0, 255};
    int room = f->m.bar_gap - f->m.frame - 2, base = room < f->m.em ? room : f->m.em, height = (base * 7 + 5) / 10;
    int in = b->hist_w + f->m.frame + 1;
    const struct rect *r = &b->bar;
    if (!direction || height <= 1 || 2 * height > b->plan.len)
        return;
    if (b->plan.flat) {
        int y = b->outwards_down ? r->y - in - base : r->y + r->h + in;
        mask(f, l, direction > 0 ? WAY_RIGHT : WAY_LEFT, height, base, high ? r->x + r->w - height : r->x, y, moving);
    } else {
        int x = b->outwards_down ? r->x - in - base : r->x + r->w + in;
        mask(f, l, direction > 0 ? WAY_UP : WAY_DOWN, base, height, x, high ? r->y : r->y + r->h - height, moving);
    }
}

/* --- words --- */

/* A heatmap of one bad cell, hatched as those of the picture. */
void colorbar_bad_swatch(struct figure *f, const struct figure_params *p, struct draw_list *l, struct rect r)
{
    static const float none = NAN;
    static const draw_map first[HATCH_MAX] = {0};
    if (r.w <= HATCH_MAX && r.h <= HATCH_MAX && r.w > 0 && r.h > 0)
        draw_list_heatmap(l, &(struct draw_heatmap){
            .dst = r, .num_cols = 1, .num_rows = 1, .values = &none, .col_map = first, .row_map = first, .normalised = true,
            .norm = p->norm, .lut = f->lut.lut, .bad = p->bad, .under = p->bad, .over = p->bad, .line_color = p->ink,
            .hatch = p->hatch && p->hatch->size ? p->hatch->tile : NULL, .hatch_size = p->hatch ? p->hatch->size : 0,
            .hatch_color = hatch_color(p->bad), .hatch_version = p->hatch_version, .values_version = FIGURE_VERSIONS - 1,
            .maps_version = FIGURE_VERSIONS - 1 - (uint64_t)(r.w * (HATCH_MAX + 1) + r.h), .lut_version = f->lut_version});
    else
        draw_list_rect(l, r, p->bad);
    draw_list_frame(l, r, f->m.frame, p->ink);
}

static void swatch(struct figure *f, const struct figure_params *p, struct draw_list *l, const struct bar_place *b)
{
    const struct figure_metrics *m = &f->m;
    int side = swatch_side(f);
    const struct bar_plan *n = &b->plan;
    if (n->flat) {
        int x = b->bar.x + b->bar.w + n->hi_triangle + n->hi_share + m->em, middle = b->bar.y + b->bar.h / 2;
        colorbar_bad_swatch(f, p, l, (struct rect){x, middle - side / 2, side, side});
        figure_text(f, l, &m->tick, x + side + m->gap_y, middle, TEXT_START, TEXT_CENTER, bad_word(p));
        return;
    }
    int end = b->bar.y + b->bar.h + n->lo_triangle + n->lo_share + swatch_room(f, p, n->lo_triangle + n->lo_share);
    struct rect r = {b->bar.x, end - side, b->bar.w, side};
    colorbar_bad_swatch(f, p, l, r);
    figure_text(f, l, &m->tick, b->outer + bar_towards(b, m->tick_len + m->gap_y), r.y + side / 2,
                b->outwards_down ? TEXT_START : TEXT_END, TEXT_CENTER, bad_word(p));
}

/* The outermost line of the block. */
static void label(struct figure *f, const struct figure_params *p, struct draw_list *l)
{
    const struct figure_metrics *m = &f->m;
    struct text_style style = m->label;
    char text[512];
    bool flat = cbar_is_flat(p);
    int lo = m->pad, hi = flat ? p->width_px - m->pad : f->footer_y;
    if (!flat && (f->needs.bar_offset || f->spare_w > 0)) /* there a title may stand above it */
        lo = f->plot.y - m->spine;
    if (flat && f->needs.bar_offset)
        hi = f->bar_label_hi < hi ? f->bar_label_hi : hi;
    style.turned = !flat;
    if (hi <= lo || !text_shorten(f->font, &style, p->cbar_label, hi - lo, text, sizeof(text)))
        return;
    int half = (text_width(f->font, &style, text) + 1) / 2, middle = flat ? f->plot.x + f->plot.w / 2 : f->plot.y + f->plot.h / 2;
    middle = middle + half > hi ? hi - half : middle;
    middle = middle - half < lo ? lo + half : middle;
    int outer = inner_edge(f, p), depth = colorbar_depth(f, p) - m->label_line;
    switch (p->cbar.side) {
    case CBAR_LEFT: figure_text(f, l, &style, f->bar_left, middle, TEXT_CENTER, TEXT_START, text); break;
    case CBAR_TOP: figure_text(f, l, &style, middle, outer - depth - m->label_line, TEXT_CENTER, TEXT_START, text); break;
    case CBAR_BOTTOM: figure_text(f, l, &style, middle, outer + depth, TEXT_CENTER, TEXT_START, text); break;
    default: figure_text(f, l, &style, f->column_right, middle, TEXT_CENTER, TEXT_START, text);
    }
}

static void legend(struct figure *f, const struct figure_params *p, struct draw_list *l)
{
    int edge = inner_edge(f, p), depth = legend_depth(f, p) - f->m.bar_gap, gap = f->m.bar_gap;
    struct rect r = f->plot;
    switch (p->cbar.side) {
    case CBAR_LEFT: r = (struct rect){edge - gap - depth, r.y, depth, r.h}; break;
    case CBAR_TOP: r = (struct rect){r.x, edge - gap - depth, r.w, depth}; break;
    case CBAR_BOTTOM: r = (struct rect){r.x, edge + gap, r.w, depth}; break;
    default: r = (struct rect){edge + gap, r.y, depth, r.h};
    }
    legend_draw(f, p, l, r);
}

void colorbar_draw(struct figure *f, const struct figure_params *p, struct draw_list *l)
{
    if (!f->has_bar || !p->cmap)
        return;
    f->bar_label_hi = p->width_px;
    if (p->cbar.num_categories)
        legend(f, p, l);
    else {
        struct bar_place b = place(f, p);
        if (b.plan.len < 1)
            return;
        bool hi = b.plan.hi_triangle && p->has_over, lo = b.plan.lo_triangle && p->has_under, flat = b.plan.flat;
        colorbar_histogram(f, p, l, &b);
        outline(f, l, &b, !lo, !hi, p->ink);
        if (hi)
            triangle(f, l, &b.bar, flat ? WAY_RIGHT : WAY_UP, colorbar_over(p->over, p->background), p->ink);
        if (lo)
            triangle(f, l, &b.bar, flat ? WAY_LEFT : WAY_DOWN, colorbar_over(p->under, p->background), p->ink);
        gradient(f, p, l, &b);
        colorbar_numbers(f, p, l, &b);
        motion(f, l, &b, true, p->moves_hi);
        motion(f, l, &b, false, p->moves_lo);
        colorbar_shares(f, p, l, &b);
        if (b.plan.bad && p->has_bad)
            swatch(f, p, l, &b);
    }
    if (f->has_barlabel)
        label(f, p, l);
}
