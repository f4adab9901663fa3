/* Heatmaps of which only some lines of texels are sent again: the same picture as one that is sent whole; and what isn't said to have
 * changed isn't sent. */
#include "gl/context.h"
#include "app/egl.h"
#include "draw/list.h"
#include "gpu/gpu.h"
#include <stdlib.h>
#include <string.h>

enum { COLS = 37, ROWS = 29 };

static float values[COLS * ROWS];
static uint8_t shares[COLS * ROWS];
static draw_map cols[COLS], rows[ROWS];
static struct color lut[COLORMAP_SIZE];

static void draw(struct gpu *g, const struct draw_heatmap *h, uint8_t *rgba)
{
    struct draw_list list = {0};
    draw_list_begin(&list, COLS, ROWS, (struct color){0, 0, 0, 255});
    draw_list_heatmap(&list, h);
    cr_assert(gpu_draw_pixels(g, &list, rgba, COLS * 4) == HS_OK);
    draw_list_fini(&list);
}

static void change_line(int line, bool across)
{
    for (int i = 0; i < (across ? ROWS : COLS); i++) {
        int at = across ? i * COLS + line : line * COLS + i;
        values[at] = (float)(rand() % 1000) / 1000;
        shares[at] = rand() % 4 ? 0 : (uint8_t)(rand() % 256);
    }
}

Test(update, some_lines_as_the_whole)
{
    struct egl *e = context_create();
    struct gpu *some = context_gpu((struct gpu_params){.debug = true}), *whole = context_gpu((struct gpu_params){0});
    static uint8_t a[COLS * ROWS * 4], b[COLS * ROWS * 4];
    for (int i = 0; i < COLS; i++)
        cols[i] = draw_map_pack(i, 0);
    for (int i = 0; i < ROWS; i++)
        rows[i] = draw_map_pack(i, 0);
    for (int i = 0; i < COLORMAP_SIZE; i++)
        lut[i] = (struct color){(uint8_t)i, (uint8_t)(255 - i), (uint8_t)(i * 7), 255};
    struct draw_heatmap h = {.dst = {0, 0, COLS, ROWS}, .num_cols = COLS, .num_rows = ROWS, .values = values, .nan_share = shares,
                             .col_map = cols, .row_map = rows, .norm = {NORM_LINEAR, 0, 1, 1}, .lut = lut, .bad = {9, 9, 9, 255},
                             .maps_version = 1, .lut_version = 1};
    for (int i = 0; i < ROWS; i++)
        change_line(i, false);
    for (int step = 1; step < 200; step++) {
        bool across = step / 50 % 2;
        int lines = across ? COLS : ROWS, first = rand() % lines, num = step % 10 ? rand() % (lines + 1) : 0;
        for (int i = 0; i < num; i++)
            change_line((first + i) % lines, across);
        h.nan_share = step % 7 ? shares : NULL;
        h.values_version = (uint64_t)step;
        h.base_version = step % 13 ? (uint64_t)step - 1 : 0;
        h.changed_first = first;
        h.changed_num = num;
        h.changed_cols = across;
        draw(some, &h, a);
        h.base_version = h.values_version = 0;
        draw(whole, &h, b);
        cr_assert(memcmp(a, b, sizeof a) == 0, "step %d: lines %d + %d", step, first, num);
    }
    cr_expect(gpu_num_errors(some) == 0);
    h.nan_share = NULL;
    h.values_version = 1000;
    draw(some, &h, a);
    change_line(3, false);
    change_line(5, false);
    h.base_version = 1000;
    h.values_version = 1001;
    h.changed_first = 5;
    h.changed_num = 1;
    h.changed_cols = false;
    draw(some, &h, b);
    for (int y = 0; y < ROWS; y++)
        cr_expect((memcmp(a + y * COLS * 4, b + y * COLS * 4, COLS * 4) == 0) == (y != 5), "row %d", y);
    gpu_destroy(some);
    gpu_destroy(whole);
    egl_destroy(e);
}
