/* Hidden cells through the view: what is drawn, the range, and what the pointer reads. */
#include <criterion/criterion.h>
#include "base/memory.h"
#include "draw/font.h"
#include "view/view.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 60, COLS = 80 };

static double data[ROWS * COLS];
static struct frame frame;
static struct draw_list list;
static struct font *font;

static struct view *make_view(int w, int h)
{
    struct view *v = view_create(NULL, font = font_create());
    view_set(v, "test", "bare", NULL);
    view_set(v, "test", "reduce", "mean");
    view_resize(v, w, h, 1);
    frame = (struct frame){.cells = array_c_order(data, DTYPE_F8, ROWS, COLS), .channels = 1};
    for (int i = 0; i < ROWS * COLS; i++)
        data[i] = i % 97 == 5 ? NAN : i % 89;
    view_set_frame(v, &frame);
    return v;
}

static const struct draw_heatmap *build(struct view *v)
{
    cr_assert_eq(view_build(v, &list), HS_OK);
    return &list.heatmaps[0];
}

Test(mask, a_footprint_means_its_shown_cells)
{
    struct view *v = make_view(COLS / 4, ROWS / 3);
    view_set(v, "test", "mask-where", "20<=v<60 or >80");
    const struct draw_heatmap *h = build(v);
    cr_assert(h->masked_share && h->num_cols == COLS / 4 && h->num_rows == ROWS / 3);
    double least = INFINITY, most = -INFINITY;
    int hidden = 0;
    for (int r = 0; r < h->num_rows; r++)
        for (int c = 0; c < h->num_cols; c++) {
            double sum = 0, num = 0, nan = 0;
            for (int i = 0; i < 12; i++) {
                double x = data[(r * 3 + i / 4) * COLS + c * 4 + i % 4];
                bool hide = (x >= 20 && x < 60) || x > 80;
                if (isnan(x))
                    nan++;
                else if (!hide) {
                    sum += x;
                    num++;
                    least = fmin(least, x);
                    most = fmax(most, x);
                }
            }
            int at = r * h->num_cols + c, share = h->nan_share[at];
            bool all_hidden = num == 0 && nan == 0;
            hidden += all_hidden;
            cr_assert_eq(share == h->masked_share, all_hidden);
            if (num > 0) {
                double t = (sum / num - view_norm(v)->vmin) / (view_norm(v)->vmax - view_norm(v)->vmin);
                cr_assert_float_eq((double)h->values[at], t, 1e-6);
                cr_assert_lt(abs(share - (int)lround(nan * 255 / 12)), 2);
            }
        }
    cr_assert(hidden > 10);
    cr_assert(view_norm(v)->vmin == least && view_norm(v)->vmax == most);
    view_set(v, "test", "mask-where", "");
    cr_assert_eq(build(v)->masked_share, 0);
    cr_assert_eq(view_norm(v)->vmax, 88);
    view_destroy(v);
    font_destroy(font);
    draw_list_fini(&list);
}

Test(mask, of_a_file_and_read_out)
{
    static uint8_t mask[ROWS * COLS];
    for (int i = 0; i < ROWS * COLS; i++)
        mask[i] = i / COLS > i % COLS;
    struct view *v = make_view(COLS, ROWS);
    cr_assert_eq(view_set_mask(v, mask, ROWS, COLS), HS_OK);
    view_set(v, "test", "origin", "lower");
    const struct draw_heatmap *h = build(v);
    for (int r = 0; r < ROWS; r++)
        for (int c = 0; c < COLS; c++)
            cr_assert_eq(h->nan_share[(ROWS - 1 - r) * COLS + c] == h->masked_share, r > c, "%d %d", r, c);
    struct view_probe p;
    cr_assert(view_probe_at(v, 3, ROWS - 1 - 7, &p) && p.row == 7 && p.col == 3 && p.is_masked);
    struct buf text = {0};
    cr_assert(view_probe_text(v, &p, &text) && strstr(text.data, "masked ("));
    char *json = view_probe_json(v, &p);
    cr_assert(strstr(json, "\"masked\":true"));
    free(json);
    cr_assert(view_probe_at(v, 7, ROWS - 1 - 3, &p) && !p.is_masked);
    cr_assert(!view_misfits(v));
    cr_assert_eq(view_set_mask(v, mask, ROWS, COLS - 1), HS_OK);
    cr_assert_eq(build(v)->masked_share, 0);
    cr_assert(view_misfits(v));
    buf_free(&text);
    view_destroy(v);
    font_destroy(font);
    draw_list_fini(&list);
}
