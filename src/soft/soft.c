/* The CPU executor. The picture is cut into bands of a few rows that stay in the cache while every command of the list is drawn on
 * them, in order; bands are independent, so workers share them and the result doesn't depend on how many there are. Of a band only what
 * is damaged is drawn, a rectangle after the other, each from the ground up. Threads: the
 * caller and the workers of its pool; the list is only read. */
#include "soft/soft.h"
#include "soft/soft_internal.h"

enum { BAND_ROWS = 32 };

struct job {
    const struct draw_list *list;
    const struct draw_damage *damage;
    struct soft_band whole;
    struct rect covered; /* a heatmap hides what is there: it needs no ground */
};

HOT_SMALL static void fill_row(uint8_t *restrict dst, int num, struct color c)
{
    uint32_t p = soft_pack(c);
    for (int i = 0; i < num; i++)
        memcpy(dst + 4 * (size_t)i, &p, 4);
}

HOT_SMALL static void blend_row(uint8_t *restrict dst, int num, struct color c)
{
    for (int i = 0; i < num; i++)
        soft_blend(dst + 4 * (size_t)i, c, c.a);
}

static void draw_rect(const struct soft_band *b, struct rect r, struct color c)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        uint8_t *dst = soft_at(b, r.x, y);
        if (c.a == 255)
            fill_row(dst, r.w, c);
        else
            blend_row(dst, r.w, c);
    }
}

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

static struct rect intersect(struct rect a, struct rect b)
{
    int x0 = max_int(a.x, b.x), x1 = min_int(a.x + a.w, b.x + b.w);
    int y0 = max_int(a.y, b.y), y1 = min_int(a.y + a.h, b.y + b.h);
    return (struct rect){x0, y0, max_int(x1 - x0, 0), max_int(y1 - y0, 0)};
}

static void fill_ground(const struct soft_band *b, struct rect r, struct color c, struct rect covered)
{
    struct rect hidden = intersect(r, covered);
    int right = hidden.x + hidden.w;
    for (int y = r.y; y < r.y + r.h; y++) {
        bool whole = !hidden.w || y < hidden.y || y >= hidden.y + hidden.h;
        fill_row(soft_at(b, r.x, y), whole ? r.w : hidden.x - r.x, c);
        if (!whole)
            fill_row(soft_at(b, right, y), r.x + r.w - right, c);
    }
}

/* r: the part of the band to draw. */
static void draw_part(const struct draw_list *l, const struct soft_band *b, struct rect r, struct rect covered)
{
    fill_ground(b, r, soft_color(b, l->clear), covered);
    for (int i = 0; i < l->num_cmds; i++) {
        const struct draw_cmd *cmd = &l->cmds[i];
        struct rect clip = intersect(cmd->clip, r);
        if (clip.w == 0 || clip.h == 0)
            continue;
        if (cmd->kind == DRAW_RECT)
            draw_rect(b, clip, soft_color(b, cmd->color));
        else if (cmd->kind == DRAW_GLYPHS)
            soft_glyphs(b, l, cmd, clip);
        else
            soft_heatmap(b, &l->heatmaps[cmd->first], clip);
    }
}

/* The part as another colour vision has it; equal pixels are common, so the one before is remembered. */
static void simulate(const struct soft_band *b, struct rect r, const struct cvd_table *t)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        uint8_t *dst = soft_at(b, r.x, y);
        uint32_t last = 0, made = 0;
        for (int i = 0; i < r.w; i++, dst += 4) {
            uint32_t p;
            memcpy(&p, dst, 4);
            if (p != last || i == 0) {
                struct color c = soft_color(b, soft_unpack(p));
                made = soft_pack(soft_color(b, cvd_color(t, c)));
                last = p;
            }
            memcpy(dst, &made, 4);
        }
    }
}

static void draw_bands(void *arg, int begin, int end, int worker)
{
    const struct job *job = arg;
    (void)worker;
    for (int i = begin; i < end; i++) {
        struct soft_band b = job->whole;
        b.y0 = i * BAND_ROWS;
        b.y1 = min_int(b.y0 + BAND_ROWS, job->list->height);
        for (int k = 0; k < job->damage->num; k++) {
            struct rect r = intersect((struct rect){0, b.y0, b.width, b.y1 - b.y0}, job->damage->rects[k]);
            if (r.w == 0 || r.h == 0)
                continue;
            draw_part(job->list, &b, r, job->covered);
            if (job->list->simulate)
                simulate(&b, r, job->list->simulate);
        }
    }
}

/* The largest part of the picture that one heatmap hides. */
static struct rect find_covered(const struct draw_list *l)
{
    struct rect best = {0};
    for (int i = 0; i < l->num_cmds; i++) {
        const struct draw_cmd *cmd = &l->cmds[i];
        bool larger = cmd->kind == DRAW_HEATMAP && (int64_t)cmd->clip.w * cmd->clip.h > (int64_t)best.w * best.h;
        if (larger && soft_heatmap_covers(&l->heatmaps[cmd->first], cmd->clip))
            best = cmd->clip;
    }
    return best;
}

static void draw(const struct draw_list *list, const struct draw_damage *damage, struct pool *pool, uint8_t *pixels,
                 ptrdiff_t stride_bytes, bool bgra)
{
    struct draw_damage all = {{{0, 0, list->width, list->height}}, 1};
    struct job job = {list, damage ? damage : &all, {.rgba = pixels, .stride = stride_bytes, .width = list->width, .bgra = bgra}};
    job.covered = find_covered(list);
    pool_run(pool, draw_bands, &job, (list->height + BAND_ROWS - 1) / BAND_ROWS, 1);
}

void soft_draw(const struct draw_list *list, struct pool *pool, uint8_t *rgba, ptrdiff_t stride_bytes)
{
    draw(list, NULL, pool, rgba, stride_bytes, false);
}

void soft_draw_bgra(const struct draw_list *list, const struct draw_damage *damage, struct pool *pool, uint8_t *bgra,
                    ptrdiff_t stride_bytes)
{
    draw(list, damage, pool, bgra, stride_bytes, true);
}
