/* What is damaged from picture to picture: a picture kept up by drawing only that is the picture drawn whole. */
#include <criterion/criterion.h>
#include "draw/damage.h"
#include "soft/soft.h"
#include <stdlib.h>
#include <string.h>

enum { W = 97, H = 83, NUM = 12, COLS = 9, ROWS = 7 };

static uint32_t state;

static int rnd(int n)
{
    state = state * 1664525u + 1013904223u;
    return (int)((state >> 8) % (uint32_t)n);
}

static struct color rnd_color(void)
{
    return (struct color){(uint8_t)rnd(256), (uint8_t)rnd(256), (uint8_t)rnd(256), rnd(3) ? 255 : (uint8_t)rnd(256)};
}

static struct rect rnd_rect(void)
{
    return (struct rect){rnd(W) - 5, rnd(H) - 5, 1 + rnd(40), 1 + rnd(40)};
}

/* A scene of which a part changes from picture to picture. */
struct item {
    enum draw_kind kind;
    struct rect r;
    struct color c;
    struct draw_glyph glyphs[20];
    int num;
    float values[COLS * ROWS];
    uint64_t version;
    draw_map cols[40], rows[40];
};

struct scene {
    struct item items[NUM];
    int num;
    uint64_t version;
    uint8_t coverage[16 * 16];
    struct draw_atlas atlas;
    struct color lut[COLORMAP_SIZE];
    struct color clear;
};

static void change_item(struct scene *s, struct item *it)
{
    it->kind = (enum draw_kind)rnd(3);
    it->r = rnd_rect();
    it->c = rnd_color();
    it->num = rnd(20);
    for (int i = 0; i < it->num; i++)
        it->glyphs[i] = (struct draw_glyph){it->r.x + rnd(30), it->r.y + rnd(30), (uint16_t)rnd(8), (uint16_t)rnd(8), (uint16_t)(1 + rnd(8)),
                                            (uint16_t)(1 + rnd(8))};
    for (int i = 0; i < COLS * ROWS; i++)
        it->values[i] = (float)rnd(100) / 80 - .1f;
    for (int i = 0; i < 40; i++) {
        it->cols[i] = rnd(9) ? draw_map_pack(i * COLS / 40, 0) : DRAW_MAP_OUTSIDE;
        it->rows[i] = draw_map_pack(i * ROWS / 40, rnd(9) ? 0 : 128);
    }
    it->version = ++s->version;
}

static void change(struct scene *s)
{
    if (rnd(10) == 0)
        s->num = 3 + rnd(NUM - 3);
    if (rnd(12) == 0)
        s->clear = rnd_color();
    if (rnd(10) == 0) {
        s->coverage[rnd(256)] = (uint8_t)rnd(256);
        s->atlas.version++;
    }
    for (int n = rnd(4); n > 0; n--) {
        struct item *it = &s->items[rnd(NUM)];
        if (it->kind == DRAW_GLYPHS && it->num && rnd(2))
            it->glyphs[rnd(it->num)].x += 1 + rnd(3);
        else if (it->kind == DRAW_HEATMAP && rnd(2))
            it->values[rnd(COLS * ROWS)] += .5f, it->version = ++s->version;
        else
            change_item(s, it);
    }
}

static void record(const struct scene *s, struct draw_list *l)
{
    draw_list_begin(l, W, H, s->clear);
    l->atlas = &s->atlas;
    for (int i = 0; i < s->num; i++) {
        const struct item *it = &s->items[i];
        if (it->kind == DRAW_RECT)
            draw_list_rect(l, it->r, it->c);
        if (it->kind == DRAW_GLYPHS) {
            draw_list_glyphs(l, it->c, it->r);
            for (int k = 0; k < it->num; k++)
                draw_list_glyph(l, it->glyphs[k]);
        }
        if (it->kind == DRAW_HEATMAP)
            draw_list_heatmap(l, &(struct draw_heatmap){.dst = it->r, .num_cols = COLS, .num_rows = ROWS, .values = it->values,
                                                       .col_map = it->cols, .row_map = it->rows, .norm = {.vmin = 0, .vmax = 1, .gamma = 1},
                                                       .lut = s->lut, .bad = it->c, .under = it->c, .over = it->c, .line_color = it->c,
                                                       .values_version = it->version, .maps_version = it->version, .lut_version = 1});
    }
}

static struct scene *make_scene(void)
{
    struct scene *s = calloc(1, sizeof *s);
    s->atlas = (struct draw_atlas){s->coverage, 16, 16, 1};
    for (int i = 0; i < 256; i++)
        s->coverage[i] = (uint8_t)rnd(256);
    for (int i = 0; i < COLORMAP_SIZE; i++)
        s->lut[i] = (struct color){(uint8_t)i, (uint8_t)(255 - i), 7, 255};
    s->clear = (struct color){255, 255, 255, 255};
    s->num = NUM;
    for (int i = 0; i < NUM; i++)
        change_item(s, &s->items[i]);
    return s;
}

Test(damage, what_is_kept_up_is_the_whole)
{
    state = 1;
    struct scene *s = make_scene();
    struct draw_list l = {0};
    struct draw_memory memory = {0};
    static uint8_t kept[W * H * 4], whole[W * H * 4];
    int64_t area = 0;
    for (int turn = 0; turn < 2000; turn++) {
        struct draw_damage damage;
        record(s, &l);
        draw_damage_find(&memory, &l, &damage);
        soft_draw_bgra(&l, &damage, NULL, kept, W * 4);
        soft_draw_bgra(&l, NULL, NULL, whole, W * 4);
        cr_assert_eq(memcmp(kept, whole, sizeof whole), 0, "picture %d", turn);
        for (int i = 0; i < damage.num; i++)
            area += (int64_t)damage.rects[i].w * damage.rects[i].h;
        if (rnd(50) == 0) { /* the pixels are lost */
            memset(kept, rnd(256), sizeof kept);
            draw_memory_forget(&memory);
        }
        change(s);
    }
    cr_assert_lt(area, 2000ll * W * H * 2 / 3, "%lld pixels drawn: more than was needed", (long long)area);
    draw_memory_fini(&memory);
    draw_list_fini(&l);
    free(s);
}

Test(damage, nothing_changed)
{
    state = 2;
    struct scene *s = make_scene();
    struct draw_list l = {0};
    struct draw_memory memory = {0};
    struct draw_damage damage;
    record(s, &l);
    draw_damage_find(&memory, &l, &damage);
    cr_assert_eq(damage.num, 1);
    cr_assert_eq(damage.rects[0].w, W);
    cr_assert_eq(damage.rects[0].h, H);
    record(s, &l);
    draw_damage_find(&memory, &l, &damage);
    cr_assert_eq(damage.num, 0);
    draw_memory_fini(&memory);
    draw_list_fini(&l);
    free(s);
}
