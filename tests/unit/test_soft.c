/* The CPU executor against a per-pixel reading of list.h's comment, over random lists; rectangles, glyphs, clips; threads. */
#include <criterion/criterion.h>
#include "soft/soft.h"
#include "soft/soft_internal.h"
#include "base/pool.h"
#include "draw/list.h"
#include "plot/norm.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t rng;

static uint32_t next(void)
{
    rng ^= rng << 13;
    rng ^= rng >> 7;
    rng ^= rng << 17;
    return (uint32_t)(rng >> 16);
}

static int between(int low, int high) /* both included */
{
    return low + (int)(next() % (uint32_t)(high - low + 1));
}

static uint8_t mix(int a, int b, int s)
{
    return (uint8_t)((a * (255 - s) + b * s + 127) / 255);
}

static struct color mix_color(struct color a, struct color b, int s)
{
    return (struct color){mix(a.r, b.r, s), mix(a.g, b.g, s), mix(a.b, b.b, s), mix(a.a, b.a, s)};
}

static void blend(uint8_t *p, struct color c, int a)
{
    p[0] = mix(p[0], c.r, a);
    p[1] = mix(p[1], c.g, a);
    p[2] = mix(p[2], c.b, a);
    p[3] = mix(p[3], 255, a);
}

static uint8_t *pixel(uint8_t *rgba, const struct draw_list *l, int x, int y)
{
    return rgba + ((size_t)y * (size_t)l->width + (size_t)x) * 4;
}

static bool inside(struct rect r, int x, int y)
{
    return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

static void oracle_heatmap(const struct draw_list *l, const struct draw_heatmap *h, int x, int y, uint8_t *p)
{
    (void)l;
    if (!inside(h->dst, x, y))
        return;
    draw_map cm = h->col_map[x - h->dst.x], rm = h->row_map[y - h->dst.y];
    if (cm < 0 || rm < 0)
        return;
    size_t at = (size_t)draw_map_texel(rm) * (size_t)h->num_cols + (size_t)draw_map_texel(cm);
    float t = h->values[at];
    struct norm_f32 n = norm_to_f32(&h->norm);
    if (!h->normalised)
        norm_apply_f32(&n, &h->values[at], &t, 1);
    struct color c;
    if (isnan(t))
        c = h->bad;
    else if (t < 0)
        c = h->under;
    else if (t > 1)
        c = h->over;
    else
        c = h->lut[(int)(t * 256) > 255 ? 255 : (int)(t * 256)];
    int share = h->nan_share ? h->nan_share[at] : 0;
    if (share && share == h->masked_share)
        c = h->masked;
    else if (share)
        c = mix_color(c, h->bad, share > h->nan_floor ? share : h->nan_floor);
    int line = draw_map_line(cm) > draw_map_line(rm) ? draw_map_line(cm) : draw_map_line(rm);
    c = mix_color(c, h->line_color, (line * h->line_color.a + 127) / 255);
    blend(p, c, c.a);
}

static void oracle_glyphs(const struct draw_list *l, const struct draw_cmd *cmd, int x, int y, uint8_t *p)
{
    for (int i = cmd->first; inside(cmd->clip, x, y) && i < cmd->first + cmd->num; i++) {
        const struct draw_glyph *g = &l->glyphs[i];
        if (!inside((struct rect){g->x, g->y, g->w, g->h}, x, y))
            continue;
        int coverage = l->atlas->pixels[(g->v + y - g->y) * l->atlas->width + g->u + x - g->x];
        blend(p, cmd->color, (cmd->color.a * coverage + 127) / 255);
    }
}

static void oracle(const struct draw_list *l, uint8_t *rgba)
{
    for (int y = 0; y < l->height; y++)
        for (int x = 0; x < l->width; x++) {
            uint8_t *p = pixel(rgba, l, x, y);
            memcpy(p, &l->clear, 4);
            for (const struct draw_cmd *cmd = l->cmds; cmd < l->cmds + l->num_cmds; cmd++) {
                if (cmd->kind == DRAW_HEATMAP)
                    oracle_heatmap(l, &l->heatmaps[cmd->first], x, y, p);
                else if (cmd->kind == DRAW_GLYPHS)
                    oracle_glyphs(l, cmd, x, y, p);
                else if (inside(cmd->clip, x, y))
                    blend(p, cmd->color, cmd->color.a);
            }
        }
}

/* Everything a random heatmap points at. */
struct owned {
    float *values;
    uint8_t *shares;
    draw_map *cols, *rows;
    struct color lut[COLORMAP_SIZE];
};

static struct color random_color(bool opaque)
{
    uint32_t v = next();
    return (struct color){(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), opaque ? 255 : (uint8_t)(v >> 24)};
}

static float random_value(void)
{
    static const float SPECIAL[] = {NAN, INFINITY, -INFINITY, 0, -0.0f, 1, 1e-40f, -1e-40f, 0.99999994f, 1.0000001f, -3, 1e30f};
    if (next() % 8 == 0)
        return SPECIAL[next() % (sizeof SPECIAL / sizeof *SPECIAL)];
    return (float)(next() % 100000) / 100000 * 1.4f - 0.2f;
}

enum map_kind { MAP_SHIFTED, MAP_SCALED, MAP_REVERSED, MAP_RANDOM, MAP_KINDS };

static draw_map *random_map(int num, int num_texels, enum map_kind kind, bool holes, bool lines)
{
    draw_map *m = calloc((size_t)num + 1, sizeof *m);
    for (int i = 0; i < num; i++) {
        int texel = kind == MAP_SHIFTED ? i - num / 8 : i * num_texels / num;
        texel = kind == MAP_REVERSED ? num_texels - 1 - texel : kind == MAP_RANDOM ? between(0, num_texels - 1) : texel;
        bool outside = texel < 0 || texel >= num_texels || (holes && next() % 16 == 0);
        m[i] = outside ? DRAW_MAP_OUTSIDE : draw_map_pack(texel, lines && next() % 4 == 0 ? (uint8_t)next() : 0);
    }
    return m;
}

static struct draw_heatmap random_heatmap(struct owned *o, struct rect dst, int num_rows, int num_cols)
{
    size_t num = (size_t)num_rows * (size_t)num_cols;
    bool opaque = next() % 4 != 0, holes = next() % 4 == 0, lines = next() % 2;
    o->values = calloc(num, sizeof *o->values);
    o->shares = next() % 2 ? calloc(num, 1) : NULL;
    for (size_t i = 0; i < num; i++) {
        o->values[i] = random_value();
        if (o->shares && next() % 16 == 0)
            o->shares[i] = next() % 4 ? (uint8_t)next() : 254;
    }
    for (int i = 0; i < COLORMAP_SIZE; i++)
        o->lut[i] = random_color(opaque);
    o->cols = random_map(dst.w, num_cols, next() % MAP_KINDS, holes, lines);
    o->rows = random_map(dst.h, num_rows, next() % MAP_KINDS, holes, lines);
    enum norm_kind kind = next() % NORM_NUM;
    return (struct draw_heatmap){
        .dst = dst, .num_cols = num_cols, .num_rows = num_rows, .values = o->values, .nan_share = o->shares,
        .col_map = o->cols, .row_map = o->rows, .normalised = next() % 2,
        .norm = {kind, kind == NORM_LOG ? 0.01 : 0.1, next() % 8 ? 0.9 : 0.1, 0.5}, .lut = o->lut,
        .bad = random_color(opaque), .under = random_color(opaque), .over = random_color(opaque),
        .line_color = random_color(opaque && next() % 2), .nan_floor = (uint8_t)(next() % 100),
        .masked_share = next() % 2 ? 254 : 0, .masked = random_color(opaque)};
}

static void owned_free(struct owned *o)
{
    free(o->values);
    free(o->shares);
    free(o->cols);
    free(o->rows);
}

static void expect_same(const struct draw_list *l, const uint8_t *got, size_t stride, const uint8_t *want, const char *what)
{
    for (int y = 0; y < l->height; y++)
        for (int x = 0; x < l->width; x++) {
            const uint8_t *g = got + (size_t)y * stride + 4 * (size_t)x, *w = want + ((size_t)y * (size_t)l->width + (size_t)x) * 4;
            cr_assert(memcmp(g, w, 4) == 0, "%s: pixel (%d, %d) is %d %d %d %d, should be %d %d %d %d", what, x, y, g[0], g[1],
                      g[2], g[3], w[0], w[1], w[2], w[3]);
        }
}

/* Draws by one and by three threads, aligned and not, and compares with the oracle. */
static void check(const struct draw_list *l, const char *what)
{
    static struct pool *pool;
    if (!pool)
        pool = pool_create(3);
    size_t row = (size_t)l->width * 4, rows = (size_t)l->height;
    uint8_t *want = malloc(row * rows), *got = malloc((row + 9) * rows + 1);
    oracle(l, want);
    soft_draw(l, NULL, got, row);
    expect_same(l, got, row, want, what);
    memset(got, 0x5a, (row + 9) * rows);
    soft_draw(l, pool, got + 1, row + 9); /* one byte off in an odd stride */
    expect_same(l, got + 1, row + 9, want, what);
    for (size_t y = 0; y + 1 < rows; y++)
        for (int i = 0; i < 9; i++)
            cr_assert(got[1 + y * (row + 9) + row + (size_t)i] == 0x5a, "%s: wrote behind row %zu", what, y);
    free(want);
    free(got);
}

static uint8_t ramp[64 * 64];

static const struct draw_atlas *ramp_atlas(void)
{
    static const struct draw_atlas ATLAS = {ramp, 64, 64, 1};
    for (int i = 0; i < 64 * 64; i++)
        ramp[i] = (uint8_t)(i % 3 == 0 ? 0 : i * 7);
    return &ATLAS;
}

static void random_extras(struct draw_list *l)
{
    l->atlas = ramp_atlas();
    for (int i = 0; i < 4; i++)
        draw_list_rect(l, (struct rect){between(-20, l->width), between(-20, l->height), between(0, 90), between(0, 90)},
                       random_color(next() % 2));
    draw_list_frame(l, (struct rect){10, 10, l->width / 2, l->height / 2}, 2, random_color(true));
    draw_list_glyphs(l, random_color(next() % 2), (struct rect){between(-20, 40), between(-20, 40), 80, 60});
    for (int i = 0; i < 50; i++)
        draw_list_glyph(l, (struct draw_glyph){between(-30, l->width + 9), between(-30, l->height + 9), (uint16_t)between(0, 31),
                                               (uint16_t)between(0, 31), (uint16_t)between(0, 32), (uint16_t)between(0, 32)});
}

Test(soft, blending_two_channels_at_a_time_is_the_arithmetic_of_the_list)
{
    for (unsigned a = 0; a < 256; a++)
        for (unsigned x = 0; x < 256; x++)
            for (unsigned y = 0; y < 256; y++) {
                uint8_t dst[4] = {(uint8_t)x, (uint8_t)y, (uint8_t)(255 - x), (uint8_t)y};
                soft_blend(dst, (struct color){(uint8_t)y, (uint8_t)x, (uint8_t)y, 7}, a);
                cr_assert(dst[0] == soft_mix(x, y, a) && dst[1] == soft_mix(y, x, a) && dst[2] == soft_mix(255 - x, y, a) &&
                          dst[3] == soft_mix(y, 255, a), "%u %u %u", x, y, a);
            }
}

Test(soft, random_lists_equal_the_oracle)
{
    struct draw_list l = {0};
    for (int round = 0; round < 150; round++) {
        rng = (uint64_t)(round + 1) * 0x9e3779b97f4a7c15;
        struct owned owned[2] = {0};
        draw_list_begin(&l, between(1, 200), between(1, 130), random_color(next() % 2));
        for (int i = 0; i < 2; i++) {
            struct rect dst = {between(-20, l.width / 2), between(-20, l.height / 2), between(1, l.width), between(1, l.height)};
            struct draw_heatmap h = random_heatmap(&owned[i], dst, between(1, 60), between(1, 60) * (next() % 3 ? 1 : 9));
            draw_list_heatmap(&l, &h);
            random_extras(&l);
        }
        cr_assert(!l.failed);
        char what[32];
        snprintf(what, sizeof what, "round %d", round);
        check(&l, what);
        owned_free(&owned[0]);
        owned_free(&owned[1]);
    }
    draw_list_fini(&l);
}

/* Wider than the executor's chunks and row cache. */
Test(soft, wide_pictures_equal_the_oracle)
{
    static const int TEXELS[] = {3000, 5000, 12000};
    struct draw_list l = {0};
    for (int i = 0; i < 12; i++) {
        rng = (uint64_t)(i + 1) * 0x9e3779b97f4a7c15;
        struct owned owned = {0};
        draw_list_begin(&l, 5200, 7, random_color(true));
        struct draw_heatmap h = random_heatmap(&owned, (struct rect){3, -1, 5190, 9}, 5, TEXELS[i % 3]);
        draw_list_heatmap(&l, &h);
        check(&l, "wide");
        owned_free(&owned);
    }
    draw_list_fini(&l);
}

Test(soft, blends_as_documented)
{
    struct draw_list l = {0};
    uint8_t got[4], coverage = 128;
    struct draw_atlas atlas = {&coverage, 1, 1, 1};
    draw_list_begin(&l, 1, 1, (struct color){200, 100, 0, 255});
    draw_list_rect(&l, (struct rect){0, 0, 1, 1}, (struct color){10, 20, 255, 51}); /* a fifth */
    soft_draw(&l, NULL, got, 4);
    cr_assert(got[0] == 162 && got[1] == 84 && got[2] == 51 && got[3] == 255);
    draw_list_begin(&l, 1, 1, (struct color){0, 0, 0, 0});
    l.atlas = &atlas;
    draw_list_glyphs(&l, (struct color){255, 255, 0, 100}, (struct rect){0, 0, 1, 1});
    draw_list_glyph(&l, (struct draw_glyph){0, 0, 0, 0, 1, 1});
    soft_draw(&l, NULL, got, 4);
    cr_assert(got[0] == 50 && got[1] == 50 && got[2] == 0 && got[3] == 50); /* (100 * 128 + 127) / 255 = 50 */
    draw_list_fini(&l);
}

Test(soft, a_single_nan_shows_at_least_the_floor)
{
    float value = 0.5f;
    uint8_t share = 1, got[4];
    draw_map map = draw_map_pack(0, 0);
    struct color lut[COLORMAP_SIZE] = {0};
    lut[128] = (struct color){0, 0, 0, 255};
    struct draw_heatmap h = {.dst = {0, 0, 1, 1}, .num_cols = 1, .num_rows = 1, .values = &value, .nan_share = &share,
                             .col_map = &map, .row_map = &map, .normalised = true, .lut = lut, .bad = {255, 255, 255, 255},
                             .under = {9, 9, 9, 255}, .over = {9, 9, 9, 255}, .nan_floor = 85};
    struct draw_list l = {0};
    draw_list_begin(&l, 1, 1, (struct color){0, 0, 0, 255});
    draw_list_heatmap(&l, &h);
    soft_draw(&l, NULL, got, 4);
    cr_assert(got[0] == 85 && got[1] == 85 && got[2] == 85 && got[3] == 255);
    draw_list_fini(&l);
}
