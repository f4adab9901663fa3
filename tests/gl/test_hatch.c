/* Hatched bad cells: the GL executor gives the CPU executor's pixels; and only what is bad is hatched. */
#include "gl/context.h"
#include "app/egl.h"
#include "draw/hatch.h"
#include "draw/list.h"
#include "gpu/gpu.h"
#include "soft/soft.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { W = 150, H = 90, COLS = 40, ROWS = 30 };

static float values[COLS * ROWS];
static uint8_t shares[COLS * ROWS], a[W * H * 4], b[W * H * 4], plain[W * H * 4];
static draw_map cols[W], rows[H];
static struct color lut[COLORMAP_SIZE];

static struct draw_heatmap heatmap(int round)
{
    for (int i = 0; i < COLS * ROWS; i++) {
        values[i] = rand() % 4 ? (float)(rand() % 1000) / 999 : NAN;
        shares[i] = rand() % 4 ? 0 : (uint8_t)rand();
    }
    for (int x = 0; x < W; x++)
        cols[x] = x < 5 ? DRAW_MAP_OUTSIDE : draw_map_pack(round % 2 ? x * COLS / W : x % COLS, rand() % 9 ? 0 : 130);
    for (int y = 0; y < H; y++)
        rows[y] = draw_map_pack(y * ROWS / H, y % 11 ? 0 : 255);
    for (int i = 0; i < COLORMAP_SIZE; i++)
        lut[i] = (struct color){(uint8_t)i, (uint8_t)(255 - i), (uint8_t)(i * 7), 255};
    return (struct draw_heatmap){.dst = {0, 0, W, H}, .num_cols = COLS, .num_rows = ROWS, .values = values, .nan_share = round % 3 ? shares : NULL,
                                 .col_map = cols, .row_map = rows, .normalised = true, .norm = {NORM_LINEAR, 0, 1, 1}, .lut = lut,
                                 .bad = {200, 210, 190, round % 4 ? 255 : 0}, .line_color = {0, 0, 0, 255}, .nan_floor = 85};
}

Test(hatch, as_the_cpu_has_it)
{
    struct egl *e = context_create();
    struct gpu *g = context_gpu((struct gpu_params){.debug = true});
    static struct hatch hatch;
    for (int round = 0; round < 3 * HATCH_NUM; round++) {
        struct draw_list list = {0};
        struct draw_heatmap h = heatmap(round);
        draw_list_begin(&list, W, H, (struct color){250, 250, 250, 255});
        draw_list_heatmap(&list, &h);
        soft_draw(&list, NULL, plain, W * 4);
        hatch_make(&hatch, (enum hatch_kind)(round % HATCH_NUM), 1 + round * 0.3);
        h.hatch = hatch.size ? hatch.tile : NULL;
        h.hatch_size = hatch.size;
        h.hatch_color = (struct color){30, 20, 10, round % 2 ? 255 : 180};
        h.hatch_version = (uint64_t)round + 1;
        draw_list_begin(&list, W, H, (struct color){250, 250, 250, 255});
        draw_list_heatmap(&list, &h);
        soft_draw(&list, NULL, a, W * 4);
        cr_assert(gpu_draw_pixels(g, &list, b, W * 4) == HS_OK);
        int differ = 0, most = 0, hatched = 0;
        for (int i = 0; i < W * H * 4; i++) {
            int d = abs(a[i] - b[i]);
            differ += d != 0;
            most = d > most ? d : most;
            int x = i / 4 % W, y = i / 4 / W, at = x < 5 ? 0 : draw_map_texel(rows[y]) * COLS + draw_map_texel(cols[x]);
            bool bad = x >= 5 && (isnan(values[at]) || (h.nan_share && shares[at]));
            hatched += a[i] != plain[i];
            cr_assert(bad || a[i] == plain[i], "round %d: pixel %d, %d", round, x, y);
        }
        cr_expect(most <= (round % 2 ? 0 : 1), "round %d: %d differ, by %d", round, differ, most);
        cr_expect((hatched > 100) == (round % HATCH_NUM != HATCH_NONE), "round %d: %d", round, hatched);
        draw_list_fini(&list);
    }
    cr_expect(gpu_num_errors(g) == 0);
    gpu_destroy(g);
    egl_destroy(e);
}
