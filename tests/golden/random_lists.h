/* Random display lists: heatmaps of all norms, with holes, lines, shares of NaN and hatches, rectangles and texts. A seed makes the same
 * list everywhere. */
#ifndef GOLDEN_RANDOM_LISTS_H
#define GOLDEN_RANDOM_LISTS_H

#include "draw/font.h"
#include "draw/list.h"
#include "plot/norm.h"
#include "unit/norm_fixture.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_HEATMAPS = 7 };

static uint64_t rng = 1, versions;

static uint32_t next(void)
{
    rng ^= rng << 13;
    rng ^= rng >> 7;
    rng ^= rng << 17;
    return (uint32_t)(rng >> 16);
}

static void seed(int round)
{
    rng = (uint64_t)(round + 1) * 0x9e3779b97f4a7c15;
}

static int between(int low, int high) /* both included */
{
    return low + (int)(next() % (uint32_t)(high - low + 1));
}

static struct color random_color(bool opaque)
{
    uint32_t v = next();
    return (struct color){(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), opaque ? 255 : (uint8_t)(v >> 24)};
}

/* --- random heatmaps --- */

/* Everything a heatmap points at. */
struct owned {
    float *values;
    uint8_t *shares;
    draw_map *cols, *rows;
    struct color lut[COLORMAP_SIZE];
    struct norm_table table;
};

static void owned_free(struct owned *o)
{
    free(o->values);
    free(o->shares);
    free(o->cols);
    free(o->rows);
}

static const float SPECIAL[] = {NAN, -NAN, INFINITY, -INFINITY, 0, -0.0f, 1, -1, 1e-40f, -1e-40f, FLT_MIN, FLT_MAX, -FLT_MAX,
                                0.99999994f, 1.0000001f, 1e30f, -1e30f, 1e-30f};
enum { NUM_SPECIAL = sizeof SPECIAL / sizeof *SPECIAL };

static float random_value(const struct norm *n)
{
    if (next() % 8 == 0)
        return SPECIAL[next() % NUM_SPECIAL];
    float u = (float)(next() % 1000000) / 1000000 * 1.4f - 0.2f;
    if (!n)
        return u;
    if (next() % 16 == 0)
        return (float)(next() % 2 ? n->vmin : n->vmax);
    double v = norm_inverse(n, u);
    return (float)v;
}

static struct norm random_norm(struct norm_table *table)
{
    static const double ENDS[][2] = {{0, 1}, {-3, 5}, {0.25, 0.25}, {-3e38, 3e38}, {1e-3, 2e5}, {5, -2}, {1e30, 3e30},
                                     {1000, 1000.5}};
    static const double LOG_ENDS[][2] = {{1, 10}, {1e-3, 2e5}, {7, 7}, {1e-30, 1e30}, {100, 0.1}, {50, 51}, {-1, 10}, {0.5, 1e300}};
    static const double GAMMAS[] = {0.5, 1, 2, 0.2, 3.3};
    struct norm n = {.kind = next() % NORM_NUM, .gamma = GAMMAS[next() % 5]};
    const double *ends = n.kind == NORM_LOG ? LOG_ENDS[next() % 8] : ENDS[next() % 8];
    n.vmin = ends[0];
    n.vmax = ends[1];
    bool curved = n.kind == NORM_SYMLOG || n.kind == NORM_ASINH || n.kind == NORM_TWO_SLOPE || norm_has_table(n.kind);
    if (curved && fabs(ends[0]) > 1e37) /* such ends are for doubles there */
        n.vmin = -(n.vmax = 1000);
    n = norm_complete(n, table);
    if (curved && norm_needs_double(&n)) /* never left to float32 */
        n.kind = NORM_LINEAR;
    n.table_version = ++versions;
    return n;
}

static draw_map *random_map(int num, int num_texels, bool holes, bool lines)
{
    draw_map *m = calloc((size_t)num + 1, sizeof *m);
    int kind = between(0, 3);
    for (int i = 0; i < num; i++) {
        int scaled = (int)((int64_t)i * num_texels / num);
        int texel = kind == 0 ? i - num / 8 : kind == 1 ? scaled : kind == 2 ? num_texels - 1 - scaled : between(0, num_texels - 1);
        bool outside = texel < 0 || texel >= num_texels || (holes && next() % 16 == 0);
        m[i] = outside ? DRAW_MAP_OUTSIDE - between(0, 5) : draw_map_pack(texel, lines && next() % 4 == 0 ? (uint8_t)next() : 0);
    }
    return m;
}

static struct draw_heatmap random_heatmap(struct owned *o, struct rect dst, int num_rows, int num_cols)
{
    size_t num = (size_t)num_rows * (size_t)num_cols;
    bool opaque = next() % 4 != 0, holes = next() % 4 == 0, lines = next() % 2, normalised = next() % 3 == 0;
    struct norm n = random_norm(&o->table);
    o->values = calloc(num, sizeof *o->values);
    o->shares = next() % 2 ? calloc(num, 1) : NULL;
    for (size_t i = 0; i < num; i++) {
        o->values[i] = random_value(normalised ? NULL : &n);
        if (o->shares && next() % 16 == 0)
            o->shares[i] = next() % 4 ? (uint8_t)next() : 254;
    }
    for (int i = 0; i < COLORMAP_SIZE; i++)
        o->lut[i] = random_color(opaque);
    o->cols = random_map(dst.w, num_cols, holes, lines);
    o->rows = random_map(dst.h, num_rows, holes, lines);
    return (struct draw_heatmap){
        .dst = dst, .num_cols = num_cols, .num_rows = num_rows, .values = o->values, .nan_share = o->shares, .col_map = o->cols,
        .row_map = o->rows, .normalised = normalised, .norm = n, .lut = o->lut, .bad = random_color(opaque),
        .under = random_color(opaque), .over = random_color(opaque), .line_color = random_color(opaque && next() % 2),
        .nan_floor = (uint8_t)(next() % 100),
        .masked_share = next() % 2 ? 254 : 0, .masked = random_color(opaque), .values_version = ++versions, .maps_version = ++versions, .lut_version = ++versions};
}

static int random_texels(int pixels)
{
    int kind = between(0, 3);
    return kind == 0 ? between(1, pixels) : kind == 1 ? pixels : kind == 2 ? pixels * 2 : 1 + pixels / 10;
}

static void add_heatmap(struct draw_list *l, struct owned *o)
{
    struct rect dst = {between(-20, l->width / 2), between(-20, l->height / 2), between(1, l->width + 20),
                       between(1, l->height + 20)};
    struct draw_heatmap h = random_heatmap(o, dst, random_texels(dst.h), random_texels(dst.w));
    draw_list_heatmap(l, &h);
}

static void add_extras(struct draw_list *l, struct font *f)
{
    static const char *const TEXTS[] = {"heatscope", "-1.25e-7", "Ω 23 °C", "The quick brown fox", "\xff?"};
    for (int i = between(0, 3); i > 0; i--)
        draw_list_rect(l, (struct rect){between(-20, l->width), between(-20, l->height), between(0, 90), between(0, 90)},
                       random_color(next() % 2));
    for (int i = between(0, 3); i > 0; i--) {
        struct text_style s = {(float)between(6, 30), next() % 2, next() % 2, random_color(next() % 2), next() % 2 ? between(-180, 180) : 0};
        struct rect clip = {between(-20, l->width), between(-20, l->height), between(1, 200), between(1, 200)};
        if (next() % 2)
            clip = (struct rect){0, 0, l->width, l->height};
        text_draw(l, f, &s, between(-10, l->width), between(-10, l->height), next() % 3, next() % 3, clip, TEXTS[next() % 5]);
    }
}

#endif
