/* Interpolation between cells against a sum over all cells in double, with holes, for every filter. */
#include <criterion/criterion.h>
#include "data/resample.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 7, COLS = 9, H = 62, W = 82 };

static float values[ROWS * COLS];
static uint8_t shares[ROWS * COLS];

static struct reduce_result input(bool holes)
{
    srand(7);
    memset(shares, 0, sizeof shares);
    for (int i = 0; i < ROWS * COLS; i++)
        values[i] = (float)(rand() % 1000) / 100;
    if (holes) {
        values[20] = NAN;
        shares[20] = 255;
        values[33] = INFINITY;
        values[34] = NAN;
        shares[34] = 254;
    }
    return (struct reduce_result){.rows = ROWS, .cols = COLS, .f32 = values, .nan_share = holes ? shares : NULL};
}

static void make(struct resample_axis *a, enum resample_filter f, int px, int cells)
{
    int32_t nearest[W];
    for (int p = 0; p < px; p++)
        nearest[p] = (int32_t)((p + 0.5) * cells / px);
    cr_assert(resample_axis_make(a, f, nearest, px, 0, (double)cells / px, cells, 0));
}

Test(resample, weights_sum_to_one_and_see_the_mirror_image)
{
    struct resample_axis a = {0};
    for (int f = 0; f < RESAMPLE_NUM; f++) {
        make(&a, (enum resample_filter)f, W, COLS);
        cr_assert_eq(a.taps, f ? 2 * resample_reach((enum resample_filter)f) : 1);
        for (int p = 0; p < W; p++) {
            double sum = 0, mirrored = 0;
            for (int k = 0; k < a.taps; k++) {
                int at = p * a.taps + k, other = (W - 1 - p) * a.taps + k;
                cr_assert(a.texels[at] >= 0 && a.texels[at] < COLS);
                sum += a.weights[at];
                mirrored += a.weights[at] * a.texels[at] + a.weights[other] * a.texels[other];
            }
            cr_assert_float_eq(sum, 1, 1e-12);
            cr_assert_float_eq(mirrored, COLS - 1, 1e-9, "filter %d pixel %d", f, p); /* the same from both ends */
        }
    }
    resample_axis_fini(&a);
}

Test(resample, holes_stay_in_their_cells)
{
    struct resampler *r = resampler_create();
    struct resample_axis rows = {0}, cols = {0};
    for (int holes = 0; holes < 2; holes++)
        for (int f = 1; f < RESAMPLE_NUM; f++) {
            struct reduce_result in = input(holes), out;
            make(&rows, (enum resample_filter)f, H, ROWS);
            make(&cols, (enum resample_filter)f, W, COLS);
            cr_assert_eq(resample_run(r, NULL, &in, &rows, &cols, &out), HS_OK);
            cr_assert(out.rows == H && out.cols == W);
            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++) {
                    double sum = 0, weight = 0;
                    for (int i = 0; i < rows.taps; i++)
                        for (int k = 0; k < cols.taps; k++) {
                            double v = (double)values[rows.texels[y * rows.taps + i] * COLS + cols.texels[x * cols.taps + k]];
                            double w = rows.weights[y * rows.taps + i] * cols.weights[x * cols.taps + k];
                            if (isfinite(v)) {
                                sum += w * v;
                                weight += w;
                            }
                        }
                    int cell = rows.nearest[y] * COLS + cols.nearest[x];
                    float got = out.f32[y * W + x], own = values[cell];
                    if (holes)
                        cr_assert_eq(out.nan_share[y * W + x], shares[cell]);
                    if (!isfinite(own))
                        cr_assert(memcmp(&got, &own, sizeof got) == 0);
                    else
                        cr_assert_float_eq((double)got, weight < 0.1 ? (double)own : sum / weight, 1e-3, "filter %d at %d, %d", f, y, x);
                    if (f == RESAMPLE_BILINEAR && isfinite(own))
                        cr_assert(got >= 0 && got <= 10);
                }
        }
    resample_axis_fini(&rows);
    resample_axis_fini(&cols);
    resampler_destroy(r);
}

Test(resample, wide_values_keep_their_digits)
{
    struct resampler *r = resampler_create();
    struct resample_axis rows = {0}, cols = {0};
    double wide[ROWS * COLS];
    for (int i = 0; i < ROWS * COLS; i++)
        wide[i] = 1e9 + i % COLS;
    struct reduce_result in = {.rows = ROWS, .cols = COLS, .f64 = wide}, out;
    make(&rows, RESAMPLE_BILINEAR, H, ROWS);
    make(&cols, RESAMPLE_BILINEAR, W, COLS);
    cr_assert_eq(resample_run(r, NULL, &in, &rows, &cols, &out), HS_OK);
    for (int x = 5; x < W - 5; x++) /* a ramp stays one */
        cr_assert_float_eq(out.f64[x] - 1e9, (x + 0.5) * COLS / W - 0.5, 1e-5);
    cr_assert(out.f64 && !out.f32);
    resample_axis_fini(&rows);
    resample_axis_fini(&cols);
    resampler_destroy(r);
}
