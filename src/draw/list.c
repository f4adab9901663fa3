/* Recording of display lists. Arrays grow and are kept from picture to picture, so a steady state allocates nothing. Clipping to the
 * picture is done while recording: executors may trust rectangles and clips (not glyph positions or the maps of a heatmap, which
 * they clip themselves). Threads: the one that owns the list. */
#include "draw/list.h"
#include "base/memory.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more item; on failure the list is marked and nothing is added. */
static void *reserve(struct draw_list *l, void *items, int num, int *cap, size_t size)
{
    if (num < *cap)
        return items;
    int wanted = *cap ? (*cap > INT_MAX / 2 ? INT_MAX : *cap * 2) : 64;
    void *p = wanted > *cap ? mem_resize(items, (size_t)wanted, size) : NULL;
    if (p)
        *cap = wanted;
    else
        l->failed = true;
    return p;
}

static int64_t min64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t max64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* From the area's coordinates to the picture's, and cut to the area; false when nothing is left. */
static bool clip_to_area(const struct draw_list *l, struct rect *r)
{
    int64_t left = (int64_t)r->x + l->area.x, top = (int64_t)r->y + l->area.y;
    int64_t x0 = max64(left, l->area.x), x1 = min64(left + r->w, (int64_t)l->area.x + l->area.w);
    int64_t y0 = max64(top, l->area.y), y1 = min64(top + r->h, (int64_t)l->area.y + l->area.h);
    if (x0 >= x1 || y0 >= y1)
        return false;
    *r = (struct rect){(int)x0, (int)y0, (int)(x1 - x0), (int)(y1 - y0)};
    return true;
}

static struct draw_cmd *add_cmd(struct draw_list *l)
{
    struct draw_cmd *cmds = reserve(l, l->cmds, l->num_cmds, &l->cap_cmds, sizeof *cmds);
    if (!cmds)
        return NULL;
    l->cmds = cmds;
    return &cmds[l->num_cmds++];
}

void draw_list_begin(struct draw_list *l, int width, int height, struct color clear)
{
    l->width = width;
    l->height = height;
    l->clear = clear;
    l->simulate = NULL;
    l->area = (struct rect){0, 0, width, height};
    l->num_cmds = l->num_glyphs = l->num_heatmaps = 0;
    l->atlas = NULL;
    l->failed = false;
}

void draw_list_area(struct draw_list *l, struct rect area)
{
    l->area = (struct rect){0, 0, l->width, l->height};
    if (!clip_to_area(l, &area))
        area = (struct rect){0};
    l->area = area;
}

void draw_list_fini(struct draw_list *l)
{
    free(l->cmds);
    free(l->glyphs);
    free(l->heatmaps);
    *l = (struct draw_list){0};
}

void draw_list_rect(struct draw_list *l, struct rect r, struct color c)
{
    if (c.a == 0 || !clip_to_area(l, &r))
        return;
    struct draw_cmd *cmd = add_cmd(l);
    if (cmd)
        *cmd = (struct draw_cmd){.kind = DRAW_RECT, .color = c, .clip = r};
}

void draw_list_frame(struct draw_list *l, struct rect r, int width, struct color c)
{
    if (width <= 0 || r.w < 0 || r.h < 0)
        return;
    draw_list_rect(l, (struct rect){r.x - width, r.y - width, r.w + 2 * width, width}, c);
    draw_list_rect(l, (struct rect){r.x - width, r.y + r.h, r.w + 2 * width, width}, c);
    draw_list_rect(l, (struct rect){r.x - width, r.y, width, r.h}, c);
    draw_list_rect(l, (struct rect){r.x + r.w, r.y, width, r.h}, c);
}

void draw_list_heatmap(struct draw_list *l, const struct draw_heatmap *h)
{
    struct rect visible = h->dst;
    if (h->num_cols <= 0 || h->num_rows <= 0 || !clip_to_area(l, &visible))
        return;
    struct draw_heatmap *heatmaps = reserve(l, l->heatmaps, l->num_heatmaps, &l->cap_heatmaps, sizeof *heatmaps);
    if (!heatmaps)
        return;
    l->heatmaps = heatmaps;
    struct draw_cmd *cmd = add_cmd(l);
    if (!cmd)
        return;
    *cmd = (struct draw_cmd){.kind = DRAW_HEATMAP, .clip = visible, .first = l->num_heatmaps, .num = 1};
    l->heatmaps[l->num_heatmaps] = *h;
    l->heatmaps[l->num_heatmaps].dst.x += l->area.x;
    l->heatmaps[l->num_heatmaps++].dst.y += l->area.y;
}

void draw_list_glyphs(struct draw_list *l, struct color c, struct rect clip)
{
    if (!clip_to_area(l, &clip))
        clip = (struct rect){0}; /* keeps the command: the glyphs that follow are its */
    struct draw_cmd *cmd = l->num_cmds ? &l->cmds[l->num_cmds - 1] : NULL;
    if (cmd && cmd->kind == DRAW_GLYPHS && memcmp(&cmd->color, &c, sizeof c) == 0 && memcmp(&cmd->clip, &clip, sizeof clip) == 0)
        return; /* goes on: thousands of numbers in cells are one command */
    cmd = add_cmd(l);
    if (cmd)
        *cmd = (struct draw_cmd){.kind = DRAW_GLYPHS, .color = c, .clip = clip, .first = l->num_glyphs};
}

int draw_list_glyph_room(struct draw_list *l, struct color c, struct rect clip, int num)
{
    if (!clip_to_area(l, &clip))
        clip = (struct rect){0};
    if (num > l->cap_glyphs - l->num_glyphs) {
        int64_t cap = ((int64_t)l->num_glyphs + num) * 3 / 2;
        struct draw_glyph *glyphs = cap < INT_MAX ? mem_resize(l->glyphs, (size_t)cap, sizeof *glyphs) : NULL;
        if (!glyphs) {
            l->failed = true;
            return -1;
        }
        l->glyphs = glyphs;
        l->cap_glyphs = (int)cap;
    }
    struct draw_cmd *cmd = add_cmd(l);
    if (!cmd)
        return -1;
    *cmd = (struct draw_cmd){.kind = DRAW_GLYPHS, .color = c, .clip = clip, .first = l->num_glyphs, .num = num};
    l->num_glyphs += num;
    return cmd->first;
}

void draw_list_glyph(struct draw_list *l, struct draw_glyph g)
{
    if (l->failed || l->num_cmds == 0 || l->cmds[l->num_cmds - 1].kind != DRAW_GLYPHS)
        return; /* its command may have found no memory */
    struct draw_cmd *cmd = &l->cmds[l->num_cmds - 1];
    struct rect r = cmd->clip;
    g.x += l->area.x;
    g.y += l->area.y;
    if (g.x >= r.x + r.w || g.y >= r.y + r.h || (int64_t)g.x + g.w <= r.x || (int64_t)g.y + g.h <= r.y)
        return;
    struct draw_glyph *glyphs = reserve(l, l->glyphs, l->num_glyphs, &l->cap_glyphs, sizeof *glyphs);
    if (!glyphs)
        return;
    l->glyphs = glyphs;
    l->glyphs[l->num_glyphs++] = g;
    cmd->num++;
}
