/* A picture seen by another colour vision: the GL executor gives the CPU executor's pixels, on any colours. */
#include "gl/context.h"
#include "app/egl.h"
#include "draw/list.h"
#include "gpu/gpu.h"
#include "soft/soft.h"
#include <stdlib.h>
#include <string.h>

enum { W = 64, H = 64 };

Test(cvd, as_the_cpu_has_it)
{
    struct egl *e = context_create();
    struct gpu *g = context_gpu((struct gpu_params){.debug = true});
    static uint8_t a[W * H * 4], b[W * H * 4];
    static struct cvd_table t;
    for (int round = 0; round < 12; round++) {
        struct draw_list list = {0};
        draw_list_begin(&list, W, H - round, (struct color){3, 200, 77, 255});
        for (int i = 0; i < W * H; i += 1 + round / 4)
            draw_list_rect(&list, (struct rect){i % W, i / W, 1, 1}, (struct color){(uint8_t)rand(), (uint8_t)rand(), (uint8_t)rand(), 255});
        if (round % 5) {
            cvd_table_make(&t, (struct cvd){(enum cvd_kind)(round % 4 + 1), 1000 - 90 * round});
            list.simulate = &t;
        }
        soft_draw(&list, NULL, a, W * 4);
        cr_assert(gpu_draw_pixels(g, &list, b, W * 4) == HS_OK);
        cr_expect(memcmp(a, b, (size_t)(W * (H - round) * 4)) == 0, "round %d", round);
        uint8_t bgra[W * H * 4];
        soft_draw_bgra(&list, NULL, NULL, bgra, W * 4);
        for (int i = 0; i < W * (H - round); i++)
            cr_assert(bgra[4 * i] == a[4 * i + 2] && bgra[4 * i + 1] == a[4 * i + 1] && bgra[4 * i + 2] == a[4 * i]);
        draw_list_fini(&list);
    }
    cr_expect(gpu_num_errors(g) == 0);
    gpu_destroy(g);
    egl_destroy(e);
}
