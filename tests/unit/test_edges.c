/* Cells of different sizes: the list of numbers, the reduction of listed footprints, and the maps that a view makes of them. */
#include <criterion/criterion.h>
#include "base/memory.h"
#include "data/reduce_listed.h"
#include "draw/font.h"
#include "plot/edges.h"
#include "view/view.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 90, COLS = 400 };

static double data[ROWS * COLS];
static struct draw_list list;
static struct font *font;

Test(edges, lists_and_mistakes)
{
    double *v;
    int64_t num;
    char why[256];
    cr_assert(edges_parse("[0, 1.5,1e3]", &v, &num, why, sizeof why) && num == 3 && v[1] == 1.5);
    free(v);
    cr_assert(edges_parse("3\n2 -1", &v, &num, why, sizeof why) && num == 3 && v[2] == -1);
    free(v);
    static const struct {
        const char *text, *says;
    } WRONG[] = {{"1,2,2", "2 comes after 2 (number 3 of 3)"}, {"3,2,5", "5 comes after 2"}, {"1", "at least two"}, {"1,--2", "number 2"},
                 {"-1e308,1e308", "too far"}, {"/nowhere/x.txt", "No such file"}, {"1,1e999", "number 2"}};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        cr_assert(!edges_parse(WRONG[i].text, &v, &num, why, sizeof why) && !v, "%s", WRONG[i].text);
        cr_assert(strstr(why, WRONG[i].says), "%s", why);
    }
    cr_assert(edges_is_file("a.txt") && !edges_is_file("-1e3, 2"));
}

static void random_list(int64_t *begin, int64_t *end, int num, int64_t cells)
{
    int64_t at = 0;
    for (int i = 0; i < num; i++) {
        int64_t width = 1 + (rand() % 3 ? 0 : rand() % (int)(2 * cells / num));
        begin[i] = at;
        end[i] = at + width < cells - (num - 1 - i) ? at + width : cells - (num - 1 - i);
        at = end[i];
    }
    end[num - 1] = cells;
}

Test(edges, listed_footprints_are_reduced_one_by_one)
{
    struct listed_reducer *r = listed_reducer_create();
    struct pool *pool = pool_create(2);
    static float narrow[ROWS * COLS];
    int64_t rb[40], re[40], cb[120], ce[120];
    srand(3);
    for (int i = 0; i < ROWS * COLS; i++) {
        data[i] = rand() % 50 == 0 ? NAN : rand() % 300 == 0 ? INFINITY : (rand() % 2001 - 1000) / 16.0;
        narrow[i] = (float)data[i];
    }
    for (int wide = 0; wide < 2; wide++)
        for (int mode = REDUCE_MAX; mode <= REDUCE_ABSMAX; mode++) {
            random_list(rb, re, 40, ROWS);
            random_list(cb, ce, 120, COLS);
            struct array a = wide ? array_c_order(data, DTYPE_F8, ROWS, COLS) : array_c_order(narrow, DTYPE_F4, ROWS, COLS);
            struct reduce_result out;
            cr_assert_eq(listed_reducer_run(r, pool, &a, (struct reduce_list){40, rb, re}, (struct reduce_list){120, cb, ce}, (enum reduce_mode)mode, &out), HS_OK);
            for (int i = 0; i < 40 * 120; i++) {
                double sum = 0, lo = INFINITY, hi = -INFINITY, num = 0, nan = 0, all = 0;
                for (int64_t y = rb[i / 120]; y < re[i / 120]; y++)
                    for (int64_t x = cb[i % 120]; x < ce[i % 120]; x++) {
                        double v = data[y * COLS + x];
                        all++;
                        nan += isnan(v);
                        if (isnan(v))
                            continue;
                        lo = fmin(lo, v);
                        hi = fmax(hi, v);
                        sum += isinf(v) ? 0 : v;
                        num += !isinf(v);
                    }
                double want = nan == all ? NAN : mode == REDUCE_MAX ? hi : mode == REDUCE_MIN ? lo : mode == REDUCE_ABSMAX ? (-lo > hi ? lo : hi) : num ? sum / num : hi;
                double got = wide ? out.f64[i] : (double)out.f32[i];
                cr_assert(isnan(want) ? isnan(got) : want == got || fabs(want - got) < 1e-4, "mode %d: %g, wanted %g", mode, got, want);
                cr_assert_eq(out.nan_share[i], (int)fmax(nan > 0, floor(nan * 255 / all)));
            }
        }
    listed_reducer_destroy(r);
    pool_destroy(pool);
}

static char *log_edges(int num)
{
    char *text = malloc((size_t)num * 32), *p = text;
    for (int i = 0; i < num; i++)
        p += sprintf(p, "%s%.12g", i ? "," : "", pow(10, 4.0 * i / (num - 1)));
    return text;
}

/* However it is zoomed and flipped: each cell in sight is some pixel's, pixels' cells go on without a gap, and a wide cell is shown by
 * the pixels whose centres lie in it. */
Test(edges, no_cell_falls_between_pixels)
{
    struct view *v = view_create(NULL, font = font_create());
    char *text = log_edges(COLS + 1);
    view_set(v, "test", "bare", NULL);
    view_set(v, "test", "x-edges", text);
    view_resize(v, 157, 31, 1);
    for (int i = 0; i < ROWS * COLS; i++)
        data[i] = i % COLS == 3 || i % COLS == 397 ? 1000 : (i * 7919) % 13;
    struct frame frame = {.cells = array_c_order(data, DTYPE_F8, ROWS, COLS), .channels = 1};
    view_set_frame(v, &frame);
    for (int round = 0; round < 12; round++) {
        cr_assert_eq(view_build(v, &list), HS_OK);
        struct view_probe p;
        int64_t end = -1;
        for (int x = 0; x < 157; x++) {
            cr_assert(view_probe_at(v, x, 5, &p) || round > 0);
            if (!view_probe_at(v, x, 5, &p))
                continue;
            const struct camera_axis *c = &view_camera(v)->x;
            double at = 1 + camera_cell_at(c, x + 0.5) / COLS * 9999, left = pow(10, 4.0 * (double)p.col / COLS), right = pow(10, 4.0 * (double)(p.col + 1) / COLS);
            cr_assert(at > left * (1 - 1e-9) && at < right * (1 + 1e-9), "%g in %g %g", at, left, right);
            cr_assert_float_eq(p.x, (left + right) / 2, p.x * 1e-9);
            if ((right - left) / 9999 * COLS > 3 * c->scale)
                cr_assert_leq(p.num_cols, 1 + 1, "a wide cell");
            end = p.col;
        }
        cr_assert(end >= 0);
        if (round == 0) {
            cr_assert_eq(end, COLS - 1);
            cr_assert_eq(view_norm(v)->vmax, 1000);
            cr_assert_float_eq(list.heatmaps[0].values[0], 1, 1e-6, "cell 3 is narrower than a pixel and stands out");
        }
        view_zoom_at(v, 40, 10, round % 3 == 2 ? 0.6 : 1.9);
        if (round == 6)
            view_set(v, "test", "origin", "lower");
    }
    view_set(v, "test", "y-edges", "0,1,2");
    cr_assert_eq(view_build(v, &list), HS_OK);
    cr_assert(view_misfits(v));
    free(text);
    view_destroy(v);
    font_destroy(font);
    draw_list_fini(&list);
}
