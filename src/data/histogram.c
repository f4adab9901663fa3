/* Runs along the direction in which cells lie closest, so that a cache line is used whole; one in each equal part, at
 * places that regular structures in the data are not met in step by. Any thread. */
#include "data/histogram.h"
#include "data/convert.h"
#include <stdlib.h>

struct chunk {
    float f32[HISTOGRAM_CHUNK];
    double f64[HISTOGRAM_CHUNK];
    int num;
};

static void add(struct chunk *c, const struct array *a, int64_t row, int64_t col, int num)
{
    const char *p = array_cell(a, row, col);
    if (dtype_is_wide(a->dtype))
        convert_f64(a->dtype, p, a->col_stride, num, c->f64 + c->num);
    else
        convert_f32(a->dtype, p, a->col_stride, num, c->f32 + c->num);
    c->num += num;
}

/* Multiples of the golden ratio spread evenly over 0 .. range, and never in step with anything. */
static int64_t scatter(int64_t i, int64_t range)
{
    return (int64_t)(((unsigned __int128)((uint64_t)i * 0x9e3779b97f4a7c15) * (uint64_t)range) >> 64);
}

void histogram_cells(const struct array *array, int64_t max, void (*take)(void *arg, const float *f32, const double *f64, int num), void *arg)
{
    struct array a = *array;
    struct chunk c = {.num = 0};
    if (llabs(a.row_stride) < llabs(a.col_stride))
        a = (struct array){a.data, a.dtype, a.cols, a.rows, a.col_stride, a.row_stride};
    if (a.rows <= 0 || a.cols <= 0 || max < HISTOGRAM_RUN)
        return;
    bool all = a.rows <= max / a.cols, wide = dtype_is_wide(a.dtype);
    int run = all ? HISTOGRAM_CHUNK : HISTOGRAM_RUN;
    int64_t per_row = (a.cols + run - 1) / run, num = a.rows * per_row, wanted = all ? num : max / run;
    wanted = wanted < num ? wanted : num;
    for (int64_t i = 0; i < wanted; i++) {
        int64_t part = num / wanted, k = all ? i : i * part + scatter(i, part);
        int64_t row = k / per_row, col = k % per_row * run;
        int len = (int)(a.cols - col < run ? a.cols - col : run);
        if (c.num + len > HISTOGRAM_CHUNK) {
            take(arg, wide ? NULL : c.f32, wide ? c.f64 : NULL, c.num);
            c.num = 0;
        }
        add(&c, &a, row, col, len);
    }
    if (c.num)
        take(arg, wide ? NULL : c.f32, wide ? c.f64 : NULL, c.num);
}
