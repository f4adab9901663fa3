/* Interpolation between cells, for cells larger than pixels: a separable filter with weights that always sum to 1. What is not a finite
 * number stays exactly its own cell, and the cells beside it do without it. */
#ifndef DATA_RESAMPLE_H
#define DATA_RESAMPLE_H

#include "base/pool.h"
#include "data/reduce.h"

/* matplotlib's, by its names; the filters are those of its renderer (Agg). */
enum resample_filter {
    RESAMPLE_NEAREST, RESAMPLE_BILINEAR, RESAMPLE_BICUBIC, RESAMPLE_LANCZOS, RESAMPLE_SPLINE16, RESAMPLE_SPLINE36, RESAMPLE_HANNING,
    RESAMPLE_HAMMING, RESAMPLE_HERMITE, RESAMPLE_KAISER, RESAMPLE_QUADRIC, RESAMPLE_CATROM, RESAMPLE_GAUSSIAN, RESAMPLE_BESSEL,
    RESAMPLE_MITCHELL, RESAMPLE_SINC, RESAMPLE_BLACKMAN, RESAMPLE_NUM
};

/* Cells on each side of a point that the filter looks at; 0 for nearest. */
int resample_reach(enum resample_filter filter);

/* What the pixels of an axis are made of. Zero-initialise; memory is kept. */
struct resample_axis {
    int num, taps;    /* pixels; texels that each is made of */
    int32_t *texels;  /* [num][taps] */
    double *weights;  /* likewise, summing to 1 */
    int32_t *nearest; /* the texel whose cell the pixel lies in; -1: none, the pixel is left out */
    size_t cap, cap_pixels;
};

/* Pixel p's centre is at cell coordinate origin + (p + 0.5) * scale, of `cells`, of which texels are those from `first` on. nearest[p] is
 * given. Beyond its ends the axis goes on as its mirror image. filter NEAREST: as they are. False: no memory. */
bool resample_axis_make(struct resample_axis *a, enum resample_filter filter, const int32_t *nearest, int num, double origin, double scale,
                        int64_t cells, int64_t first);
void resample_axis_fini(struct resample_axis *a);

struct resampler;

struct resampler *resampler_create(void);
void resampler_destroy(struct resampler *r);
/* rows.num x cols.num values of the same kind from those of a reduction, whose texels the axes name; NaN shares are those of the nearest.
 * Valid until the next run; a steady state allocates nothing. */
enum hs_status resample_run(struct resampler *r, struct pool *pool, const struct reduce_result *in, const struct resample_axis *rows,
                            const struct resample_axis *cols, struct reduce_result *out);

#endif
