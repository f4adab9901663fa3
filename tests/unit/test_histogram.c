/* Cells for a histogram, and the words of the colorbar's options. */
#include <criterion/criterion.h>
#include "data/histogram.h"
#include "plot/cbar.h"
#include <math.h>
#include <stdlib.h>

struct sum {
    double sum;
    int64_t num, high;
};

static void take(void *arg, const float *f32, const double *f64, int num)
{
    struct sum *s = arg;
    cr_assert((f32 != NULL) != (f64 != NULL) && num > 0 && num <= HISTOGRAM_CHUNK);
    for (int i = 0; i < num; i++) {
        double v = f32 ? (double)f32[i] : f64[i];
        s->sum += v;
        s->high += v >= 0.75;
    }
    s->num += num;
}

Test(histogram, every_cell_once_in_any_order)
{
    enum { ROWS = 123, COLS = 77 };
    float f[ROWS * COLS];
    double d[ROWS * COLS], want = 0;
    for (int i = 0; i < ROWS * COLS; i++) {
        f[i] = (float)(i % 1000);
        d[i] = i % 1000;
        want += d[i];
    }
    struct array arrays[4] = {array_c_order(f, DTYPE_F4, ROWS, COLS), array_c_order(d, DTYPE_F8, ROWS, COLS)};
    arrays[2] = (struct array){f, DTYPE_F4, COLS, ROWS, arrays[0].col_stride, arrays[0].row_stride};
    arrays[3] = (struct array){array_cell(&arrays[1], ROWS - 1, 0), DTYPE_F8, ROWS, COLS, -arrays[1].row_stride, arrays[1].col_stride};
    for (int i = 0; i < 4; i++) {
        struct sum s = {0};
        histogram_cells(&arrays[i], ROWS * COLS, take, &s);
        cr_expect(s.num == ROWS * COLS && s.sum == want, "%d: %g of %g", i, s.sum, want);
    }
}

/* Stripes, gradients and blocks: a sample of 16384 tells a quarter to within a point and a half. */
Test(histogram, a_sample_is_fair)
{
    enum { SIDE = 1024 };
    float *f = malloc(sizeof *f * SIDE * SIDE);
    for (int kind = 0; kind < 5; kind++) {
        for (int i = 0; i < SIDE * SIDE; i++) {
            int x = i % SIDE, y = i / SIDE;
            int k = kind == 0 ? x : kind == 1 ? y : kind == 2 ? x / 16 : kind == 3 ? x / 256 : rand();
            f[i] = k % 4 == 3;
        }
        struct array a = array_c_order(f, DTYPE_F4, SIDE, SIDE);
        struct sum s = {0}, again = {0};
        histogram_cells(&a, 1 << 14, take, &s);
        histogram_cells(&a, 1 << 14, take, &again);
        cr_expect(s.num > 16000 && s.num <= 1 << 14 && s.high == again.high, "%d: %lld", kind, (long long)s.num);
        cr_expect(fabs((double)s.high / (double)s.num - 0.25) < (kind == 2 ? 0.03 : 0.015), "%d: %g", kind, (double)s.high / (double)s.num);
    }
    free(f);
}

Test(cbar, sizes_and_ticks)
{
    double pt, share, at[CBAR_MAX_TICKS];
    int max_num, num;
    char m[200];
    cr_assert(cbar_size_parse("20", &pt, &share, m, sizeof m) && pt == 14.4 && share == 0);
    cr_assert(cbar_size_parse("10px", &pt, &share, m, sizeof m) && pt == 7.2);
    cr_assert(cbar_size_parse("3%", &pt, &share, m, sizeof m) && pt == 0 && share == 0.03);
    cr_assert(cbar_ticks_parse("none", &max_num, at, &num, m, sizeof m) && max_num == 0 && num == 0);
    cr_assert(cbar_ticks_parse("7", &max_num, at, &num, m, sizeof m) && max_num == 7 && num == 0);
    cr_assert(cbar_ticks_parse("-1, 0,2.5e3", &max_num, at, &num, m, sizeof m) && num == 3 && at[0] == -1 && at[2] == 2500);
    cr_assert(cbar_ticks_parse("4,", &max_num, at, &num, m, sizeof m) && num == 1 && at[0] == 4);
    const char *bad[] = {"", "x", "0", "100", "1,x", "1,,2", "nan,1", "2.5"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect(!cbar_ticks_parse(bad[i], &max_num, at, &num, m, sizeof m), "%s", bad[i]);
    const char *sizes[] = {"", "0", "-3", "50%", "3pt", "x"};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        cr_expect(!cbar_size_parse(sizes[i], &pt, &share, m, sizeof m), "%s", sizes[i]);
}
