/* Commands are compared one by one with those of the list before: in a live picture the heatmap has other values, the title another
 * number in it, and everything else stays. Where there are more or fewer than before (bars of a histogram), they are paired from both
 * ends. What a heatmap shows is compared by the version numbers it carries. Threads: the one that owns the list. */
#include "draw/damage.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

static struct rect unite(struct rect a, struct rect b)
{
    int x0 = a.x < b.x ? a.x : b.x, x1 = a.x + a.w > b.x + b.w ? a.x + a.w : b.x + b.w;
    int y0 = a.y < b.y ? a.y : b.y, y1 = a.y + a.h > b.y + b.h ? a.y + a.h : b.y + b.h;
    return (struct rect){x0, y0, x1 - x0, y1 - y0};
}

static int64_t area_of(struct rect r)
{
    return (int64_t)r.w * r.h;
}

/* Rectangles close together become one: drawing some pixels too many costs less than going through the list once more. */
static void add(struct draw_damage *d, struct rect r)
{
    enum { SPARE_PIXELS = 8192 };
    if (r.w <= 0 || r.h <= 0)
        return;
    for (int i = 0; i < d->num; i++) {
        struct rect both = unite(d->rects[i], r);
        bool full = d->num == DRAW_DAMAGE_MAX && i == d->num - 1;
        if (full || area_of(both) <= area_of(d->rects[i]) + area_of(r) + SPARE_PIXELS) {
            r = both;
            d->rects[i] = d->rects[--d->num];
            i = -1; /* it may be close to others now */
        }
    }
    d->rects[d->num++] = r;
}

static void add_all(struct draw_damage *d, const struct draw_list *l)
{
    d->rects[0] = (struct rect){0, 0, l->width, l->height};
    d->num = l->width > 0 && l->height > 0;
}

/* The pixels a command may touch. */
static struct rect bounds(const struct draw_list *l, const struct draw_cmd *cmd)
{
    if (cmd->kind != DRAW_GLYPHS)
        return cmd->clip;
    int64_t x0 = INT32_MAX, y0 = INT32_MAX, x1 = INT32_MIN, y1 = INT32_MIN;
    for (const struct draw_glyph *g = l->glyphs + cmd->first; g < l->glyphs + cmd->first + cmd->num; g++) {
        x0 = g->x < x0 ? g->x : x0;
        y0 = g->y < y0 ? g->y : y0;
        x1 = (int64_t)g->x + g->w > x1 ? (int64_t)g->x + g->w : x1;
        y1 = (int64_t)g->y + g->h > y1 ? (int64_t)g->y + g->h : y1;
    }
    struct rect c = cmd->clip;
    x0 = x0 > c.x ? x0 : c.x;
    y0 = y0 > c.y ? y0 : c.y;
    x1 = x1 < c.x + c.w ? x1 : c.x + c.w;
    y1 = y1 < c.y + c.h ? y1 : c.y + c.h;
    return x0 < x1 && y0 < y1 ? (struct rect){(int)x0, (int)y0, (int)(x1 - x0), (int)(y1 - y0)} : (struct rect){0};
}

static bool same_color(struct color a, struct color b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static bool same_norm(const struct norm *a, const struct norm *b)
{
    return a->kind == b->kind && a->vmin == b->vmin && a->vmax == b->vmax && a->gamma == b->gamma && a->linthresh == b->linthresh &&
           a->base == b->base && a->linear_width == b->linear_width && a->vcenter == b->vcenter && a->table == b->table &&
           (!a->table || (a->table_version && a->table_version == b->table_version));
}

static bool same_heatmap(const struct draw_heatmap *a, const struct draw_heatmap *b)
{
    return a->values_version && a->values_version == b->values_version && a->maps_version == b->maps_version &&
           a->lut_version == b->lut_version && memcmp(&a->dst, &b->dst, sizeof a->dst) == 0 && a->num_cols == b->num_cols &&
           a->num_rows == b->num_rows && a->values == b->values && a->nan_share == b->nan_share && a->normalised == b->normalised &&
           same_norm(&a->norm, &b->norm) && same_color(a->bad, b->bad) && same_color(a->under, b->under) && same_color(a->over, b->over) &&
           same_color(a->line_color, b->line_color) && a->nan_floor == b->nan_floor && a->masked_share == b->masked_share &&
           same_color(a->masked, b->masked) && a->hatch == b->hatch && a->hatch_size == b->hatch_size &&
           same_color(a->hatch_color, b->hatch_color) && a->hatch_version == b->hatch_version;
}

static bool same_command(const struct draw_list *a, const struct draw_cmd *x, const struct draw_list *b, const struct draw_cmd *y,
                         bool same_atlas)
{
    if (x->kind != y->kind || x->num != y->num || !same_color(x->color, y->color) || memcmp(&x->clip, &y->clip, sizeof x->clip) != 0)
        return false;
    if (x->kind == DRAW_GLYPHS)
        return same_atlas && (!x->num || memcmp(a->glyphs + x->first, b->glyphs + y->first, (size_t)x->num * sizeof *a->glyphs) == 0);
    return x->kind != DRAW_HEATMAP || same_heatmap(&a->heatmaps[x->first], &b->heatmaps[y->first]);
}

static void compare(const struct draw_memory *m, const struct draw_cmd *x, const struct draw_list *l, const struct draw_cmd *y,
                    bool same_atlas, struct draw_damage *out)
{
    if (same_command(&m->last, x, l, y, same_atlas))
        return;
    add(out, bounds(&m->last, x));
    add(out, bounds(l, y));
}

/* A copy in `to`, with as much room as the original has, so that it grows when that does and not later. NULL: no memory, and `to` is as
 * it was. */
static void *copy_array(void *to, int *cap, const void *from, int num, int from_cap, size_t size)
{
    if (from_cap > *cap) {
        void *larger = mem_resize(to, (size_t)from_cap, size);
        if (!larger)
            return NULL;
        to = larger;
        *cap = from_cap;
    }
    if (num)
        memcpy(to, from, (size_t)num * size);
    return to;
}

#define COPY(array) copy_array(to->array, &to->cap_##array, l->array, l->num_##array, l->cap_##array, sizeof *l->array)

static bool remember(struct draw_memory *m, const struct draw_list *l)
{
    struct draw_list *to = &m->last;
    struct draw_cmd *cmds = COPY(cmds);
    struct draw_glyph *glyphs = COPY(glyphs);
    struct draw_heatmap *heatmaps = COPY(heatmaps);
    bool ok = (cmds || !l->num_cmds) && (glyphs || !l->num_glyphs) && (heatmaps || !l->num_heatmaps);
    to->cmds = cmds ? cmds : to->cmds;
    to->glyphs = glyphs ? glyphs : to->glyphs;
    to->heatmaps = heatmaps ? heatmaps : to->heatmaps;
    if (!ok)
        return false;
    to->num_cmds = l->num_cmds;
    to->num_glyphs = l->num_glyphs;
    to->num_heatmaps = l->num_heatmaps;
    to->width = l->width;
    to->height = l->height;
    to->clear = l->clear;
    to->atlas = l->atlas;
    m->atlas_version = l->atlas ? l->atlas->version : 0;
    return true;
}

static bool comparable(const struct draw_memory *m, const struct draw_list *l)
{
    const struct draw_list *last = &m->last;
    return m->valid && last->width == l->width && last->height == l->height && same_color(last->clear, l->clear) && !l->simulate &&
           !l->failed;
}

/* Whether two commands stand for the same thing; what they show may differ. */
static bool are_pair(const struct draw_cmd *x, const struct draw_cmd *y)
{
    return x->kind == y->kind && (x->kind != DRAW_RECT || memcmp(&x->clip, &y->clip, sizeof x->clip) == 0);
}

void draw_damage_find(struct draw_memory *m, const struct draw_list *l, struct draw_damage *out)
{
    const struct draw_list *last = &m->last;
    out->num = 0;
    if (!comparable(m, l)) {
        add_all(out, l);
        m->valid = remember(m, l) && !l->simulate;
        return;
    }
    bool same_atlas = last->atlas == l->atlas && (!l->atlas || l->atlas->version == m->atlas_version), equal = last->num_cmds == l->num_cmds;
    int i = 0, a = last->num_cmds, b = l->num_cmds;
    for (; i < a && i < b && (equal || are_pair(&last->cmds[i], &l->cmds[i])); i++)
        compare(m, &last->cmds[i], l, &l->cmds[i], same_atlas, out);
    for (; a > i && b > i && are_pair(&last->cmds[a - 1], &l->cmds[b - 1]); a--, b--)
        compare(m, &last->cmds[a - 1], l, &l->cmds[b - 1], same_atlas, out);
    for (int k = i; k < a; k++)
        add(out, bounds(last, &last->cmds[k]));
    for (int k = i; k < b; k++)
        add(out, bounds(l, &l->cmds[k]));
    m->valid = remember(m, l);
}

void draw_memory_forget(struct draw_memory *m)
{
    m->valid = false;
}

void draw_memory_fini(struct draw_memory *m)
{
    free(m->last.cmds);
    free(m->last.glyphs);
    free(m->last.heatmaps);
    *m = (struct draw_memory){0};
}
