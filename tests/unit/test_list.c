/* Recording: clipping to the picture, outlines, glyph commands, memory kept from picture to picture. */
#include <criterion/criterion.h>
#include "draw/list.h"
#include <limits.h>
#include <string.h>

static const struct color INK = {1, 2, 3, 255};

static bool same(struct rect a, int x, int y, int w, int h)
{
    return a.x == x && a.y == y && a.w == w && a.h == h;
}

Test(list, rectangles_are_clipped_and_empty_ones_dropped)
{
    struct draw_list l = {0};
    draw_list_begin(&l, 100, 50, INK);
    static const struct rect GONE[] = {{0, 0, 0, 5}, {0, 0, 5, -1}, {100, 0, 5, 5}, {0, 50, 5, 5}, {-5, 0, 5, 5}, {0, -9, 5, 9},
                                       {INT_MAX, INT_MAX, INT_MAX, INT_MAX}, {INT_MIN, 0, INT_MAX, 5}};
    for (size_t i = 0; i < sizeof GONE / sizeof *GONE; i++)
        draw_list_rect(&l, GONE[i], INK);
    draw_list_rect(&l, (struct rect){1, 1, 5, 5}, (struct color){9, 9, 9, 0});
    cr_assert_eq(l.num_cmds, 0);
    draw_list_rect(&l, (struct rect){-10, -20, 1000, 30}, INK);
    draw_list_rect(&l, (struct rect){INT_MIN / 2, 49, INT_MAX, INT_MAX}, INK);
    cr_assert_eq(l.num_cmds, 1 + 1);
    cr_assert(l.cmds[0].kind == DRAW_RECT && same(l.cmds[0].clip, 0, 0, 100, 10) && memcmp(&l.cmds[0].color, &INK, 4) == 0);
    cr_assert(same(l.cmds[1].clip, 0, 49, 100, 1));
    draw_list_fini(&l);
    cr_assert(l.cmds == NULL && l.num_cmds == 0);
}

Test(list, a_frame_surrounds_its_rectangle_once)
{
    struct draw_list l = {0};
    int hits[20][20] = {0};
    draw_list_begin(&l, 20, 20, INK);
    draw_list_frame(&l, (struct rect){5, 6, 7, 8}, 2, INK);
    for (int i = 0; i < l.num_cmds; i++)
        for (int y = l.cmds[i].clip.y; y < l.cmds[i].clip.y + l.cmds[i].clip.h; y++)
            for (int x = l.cmds[i].clip.x; x < l.cmds[i].clip.x + l.cmds[i].clip.w; x++)
                hits[y][x]++;
    for (int y = 0; y < 20; y++)
        for (int x = 0; x < 20; x++) {
            bool outer = x >= 3 && x < 14 && y >= 4 && y < 16, inner = x >= 5 && x < 12 && y >= 6 && y < 14;
            cr_assert_eq(hits[y][x], outer && !inner, "(%d, %d)", x, y);
        }
    draw_list_fini(&l);
}

Test(list, glyphs_belong_to_the_command_begun_last)
{
    struct draw_list l = {0};
    draw_list_begin(&l, 100, 50, INK);
    draw_list_glyph(&l, (struct draw_glyph){1, 1, 0, 0, 4, 4}); /* no command: dropped */
    cr_assert_eq(l.num_glyphs, 0);
    struct rect clip = {10, 10, 500, 500};
    draw_list_glyphs(&l, INK, clip);
    cr_assert(same(l.cmds[0].clip, 10, 10, 90, 40));
    for (int i = 0; i < 200; i++)
        draw_list_glyph(&l, (struct draw_glyph){11 + i % 7, 12, 0, 0, 4, 4});
    draw_list_glyph(&l, (struct draw_glyph){6, 12, 0, 0, 4, 4});   /* ends where the clip starts */
    draw_list_glyph(&l, (struct draw_glyph){100, 12, 0, 0, 4, 4}); /* behind it */
    draw_list_glyphs(&l, INK, clip); /* the same again goes on */
    draw_list_glyph(&l, (struct draw_glyph){7, 12, 0, 0, 4, 4});
    cr_assert(l.num_cmds == 1 && l.cmds[0].first == 0 && l.cmds[0].num == 201);
    draw_list_glyphs(&l, (struct color){9, 2, 3, 255}, clip);
    draw_list_glyph(&l, (struct draw_glyph){20, 20, 0, 0, 4, 4});
    draw_list_rect(&l, (struct rect){0, 0, 9, 9}, INK);
    draw_list_glyphs(&l, INK, (struct rect){200, 0, 9, 9}); /* off the picture: takes its glyphs, shows none */
    draw_list_glyph(&l, (struct draw_glyph){201, 1, 0, 0, 4, 4});
    cr_assert(l.num_cmds == 4 && l.cmds[1].first == 201 && l.cmds[1].num == 1 && l.cmds[3].num == 0 && l.num_glyphs == 202);
    cr_assert_not(l.failed);
    draw_list_fini(&l);
}

Test(list, room_for_many_glyphs_is_a_command)
{
    struct draw_list l = {0};
    draw_list_begin(&l, 100, 50, INK);
    draw_list_area(&l, (struct rect){20, 10, 30, 30});
    draw_list_glyphs(&l, INK, (struct rect){0, 0, 9, 9});
    draw_list_glyph(&l, (struct draw_glyph){1, 1, 0, 0, 4, 4});
    cr_assert_eq(draw_list_glyph_room(&l, INK, (struct rect){0, 5, 100, 4}, 1000), 1);
    cr_assert(l.num_cmds == 2 && l.cmds[1].first == 1 && l.cmds[1].num == 1000 && same(l.cmds[1].clip, 20, 15, 30, 4));
    cr_assert(l.num_glyphs == 1001 && l.cap_glyphs >= 1001);
    draw_list_fini(&l);
}

Test(list, heatmaps_are_kept_with_their_visible_part)
{
    struct draw_list l = {0};
    struct draw_heatmap h = {.dst = {-10, 5, 200, 10}, .num_cols = 3, .num_rows = 2, .values_version = 77};
    draw_list_begin(&l, 100, 50, INK);
    draw_list_heatmap(&l, &h);
    h.dst.x = 100;
    draw_list_heatmap(&l, &h);
    h.dst.x = 0;
    h.num_rows = 0;
    draw_list_heatmap(&l, &h);
    cr_assert(l.num_cmds == 1 && l.num_heatmaps == 1 && l.cmds[0].kind == DRAW_HEATMAP && l.cmds[0].first == 0);
    cr_assert(same(l.cmds[0].clip, 0, 5, 100, 10) && l.heatmaps[0].dst.x == -10 && l.heatmaps[0].values_version == 77);
    draw_list_fini(&l);
}

Test(list, begin_forgets_the_picture_and_keeps_the_memory)
{
    struct draw_list l = {0};
    const struct draw_cmd *cmds = NULL;
    int cap = 0;
    for (int picture = 0; picture < 5; picture++) {
        draw_list_begin(&l, 300 + picture, 50, INK);
        cr_assert(l.num_cmds == 0 && l.num_glyphs == 0 && l.num_heatmaps == 0 && l.atlas == NULL && l.width == 300 + picture);
        for (int i = 0; i < 1000; i++)
            draw_list_rect(&l, (struct rect){i % 300, 0, 1, 1}, INK);
        cr_assert_eq(l.num_cmds, 1000);
        cr_assert(picture == 0 || (l.cmds == cmds && l.cap_cmds == cap));
        cmds = l.cmds;
        cap = l.cap_cmds;
    }
    draw_list_fini(&l);
}
