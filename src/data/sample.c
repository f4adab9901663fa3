/* Samples: single cells read here and there. Pure functions; any thread. */
#include "data/sample.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ZSCALE_SAMPLES = 1000, ZSCALE_EXACT_CELLS = 1 << 18, ZSCALE_COLUMNS = 64, ZSCALE_ROUNDS = 5, ZSCALE_LEAST = 5 };

#define ZSCALE_REJECT 2.5 /* standard deviations from the line */
#define ZSCALE_CONTRAST 0.25

static double cell(const struct array *a, int64_t i)
{
    return dtype_read(a->dtype, array_cell(a, i / a->cols, i % a->cols));
}

static int ascending(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* A fixed, even scatter in [0, range): regular steps would meet the same column again and again. */
static int64_t scatter(uint64_t i, int64_t range)
{
    uint64_t h = (i + 1) * 0x9e3779b97f4a7c15;
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93;
    return (int64_t)((h >> 33) % (uint64_t)range);
}

int sample_sorted(const struct array *a, double *out, int max)
{
    int64_t size = a->rows * a->cols, stride = size > max ? size / max : 1;
    int num = 0;
    for (int64_t i = 0; i < size && i < max; i++) {
        double v = cell(a, stride > 1 ? i * stride + scatter((uint64_t)i, stride) : i * size / (size < max ? size : max));
        if (isfinite(v))
            out[num++] = v;
    }
    qsort(out, (size_t)num, sizeof *out, ascending);
    return num;
}

/* Steps of `stride` meet but a few of the columns, which needn't look like the others. */
static bool meets_few_columns(int64_t stride, int64_t cols)
{
    int64_t x = stride, y = cols;
    while (y) {
        int64_t rest = x % y;
        x = y;
        y = rest;
    }
    return x > 1 && cols / x < ZSCALE_COLUMNS;
}

/* Every stride-th finite cell; where these would be of a few columns, one somewhere in each stride. */
static int zscale_sample(const struct array *a, double *out)
{
    int64_t size = a->rows * a->cols, finite = size, seen = 0;
    bool exact = size <= ZSCALE_EXACT_CELLS;
    if (exact) {
        finite = 0;
        for (int64_t i = 0; i < size; i++)
            finite += isfinite(cell(a, i));
    }
    int64_t stride = finite > ZSCALE_SAMPLES ? finite / ZSCALE_SAMPLES : 1;
    bool scattered = meets_few_columns(stride, a->cols);
    int num = 0;
    if (exact) {
        int64_t wanted = scattered ? scatter(0, stride) : 0; /* of the finite ones */
        for (int64_t i = 0; i < size && num < ZSCALE_SAMPLES; i++) {
            double v = cell(a, i);
            if (!isfinite(v) || seen++ != wanted)
                continue;
            out[num++] = v;
            wanted = num * stride + (scattered ? scatter((uint64_t)num, stride) : 0);
        }
    } else {
        for (int64_t k = 0; k < ZSCALE_SAMPLES; k++) {
            double v = cell(a, k * stride + (scattered ? scatter((uint64_t)k, stride) : 0));
            if (isfinite(v))
                out[num++] = v;
        }
    }
    qsort(out, (size_t)num, sizeof *out, ascending);
    return num;
}

/* Least squares through the good ones of (i, y[i]). */
static void fit_line(const double *y, const bool *bad, int num, double *slope, double *start)
{
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (int i = 0; i < num; i++)
        if (!bad[i]) {
            n++;
            sx += i;
            sy += y[i];
        }
    double mx = sx / n, my = sy / n;
    for (int i = 0; i < num; i++)
        if (!bad[i]) {
            sxx += (i - mx) * (i - mx);
            sxy += (i - mx) * (y[i] - my);
        }
    *slope = sxx > 0 ? sxy / sxx : 0;
    *start = my - *slope * mx;
}

/* Standard deviation of the good ones from the line. */
static double deviation(const double *y, const bool *bad, int num, double slope, double start)
{
    double n = 0, mean = 0, sum = 0;
    for (int i = 0; i < num; i++)
        if (!bad[i]) {
            n++;
            mean += y[i] - (start + slope * i);
        }
    mean /= n;
    for (int i = 0; i < num; i++)
        if (!bad[i]) {
            double d = y[i] - (start + slope * i) - mean;
            sum += d * d;
        }
    return sqrt(sum / n);
}

/* Neighbours of a bad one are bad, within numpy.convolve's "same" window of `grow`; the number of good ones. */
static int spread_bad(bool *bad, int num, int grow)
{
    bool wide[ZSCALE_SAMPLES];
    int good = 0, before = (grow - 1) / 2;
    for (int i = 0; i < num; i++) {
        wide[i] = false;
        for (int j = i + before - grow + 1; j <= i + before; j++)
            wide[i] |= j >= 0 && j < num && bad[j];
        good += !wide[i];
    }
    memcpy(bad, wide, (size_t)num * sizeof *bad);
    return good;
}

void sample_zscale_sorted(const double *y, int num, double *lo, double *hi)
{
    double slope = 0, start = 0;
    bool bad[ZSCALE_SAMPLES] = {false};
    *lo = y[0];
    *hi = y[num - 1];
    int least = num / 2 > ZSCALE_LEAST ? num / 2 : ZSCALE_LEAST, good = num, last_good = num + 1;
    int grow = num / 100 > 1 ? num / 100 : 1;
    for (int round = 0; round < ZSCALE_ROUNDS && good < last_good && good >= least; round++) {
        fit_line(y, bad, num, &slope, &start);
        double reach = ZSCALE_REJECT * deviation(y, bad, num, slope, start);
        for (int i = 0; i < num; i++)
            bad[i] |= fabs(y[i] - (start + slope * i)) > reach;
        last_good = good;
        good = spread_bad(bad, num, grow);
    }
    if (good < least)
        return;
    int centre = (num - 1) / 2;
    double median = num % 2 ? y[num / 2] : y[num / 2 - 1] / 2 + y[num / 2] / 2;
    slope /= ZSCALE_CONTRAST;
    *lo = fmax(*lo, median - (centre - 1) * slope);
    *hi = fmin(*hi, median + (num - centre) * slope);
}

bool sample_zscale(const struct array *a, double *lo, double *hi)
{
    double y[ZSCALE_SAMPLES];
    int num = zscale_sample(a, y);
    if (num > 0)
        sample_zscale_sorted(y, num, lo, hi);
    return num > 0;
}
