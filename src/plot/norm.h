/* Norms: data value to t, where 0..1 spans the colormap. One table row a norm: name, domain, forward, inverse. Both executors and
 * the colorbar work from it. Rules, matplotlib's: t < 0 is under, t > 1 is over, t == 1 is the last colour; NaN, and a value
 * outside the norm's domain (log of zero or less), is bad; +Inf is over and -Inf under; vmin == vmax gives 0 for everything
 * finite. An end outside the domain makes everything bad. */
#ifndef PLOT_NORM_H
#define PLOT_NORM_H

#include <stdbool.h>
#include <stdint.h>

enum norm_kind {
    NORM_LINEAR,
    NORM_LOG,
    NORM_POWER,
    NORM_SYMLOG,    /* matplotlib's SymLogNorm with linscale 1 */
    NORM_ASINH,     /* AsinhNorm */
    NORM_SQRT,      /* the power norm with gamma 1/2 */
    NORM_TWO_SLOPE, /* TwoSlopeNorm */
    NORM_BOUNDARY,  /* BoundaryNorm; by a table of edges */
    NORM_HISTEQ,    /* every colour gets as many cells; by a table of quantiles */
    NORM_ZSCALE,    /* linear; whoever chooses the range goes by the zscale rule */
    NORM_NUM
};

struct norm_table;

struct norm {
    enum norm_kind kind;
    double vmin, vmax;
    double gamma; /* POWER: t = ((v - vmin) / (vmax - vmin)) ^ gamma, values under vmin stay linear (matplotlib's PowerNorm
                   * since 3.9; before, it gave them 0 and so hid the under colour) */
    double linthresh, base; /* SYMLOG: linear within +-linthresh; both above their least (0, 1) */
    double linear_width;    /* ASINH: above 0 */
    double vcenter;         /* TWO_SLOPE: t is 1/2 there; counts as an end when outside */
    const struct norm_table *table; /* BOUNDARY, HISTEQ; the caller's. NULL: everything is bad */
    uint64_t table_version; /* a number that changes whenever the table does; 0: uploaded each time */
};

/* Knots of a curve: value x[i] has t[i]. Between them a straight line, or, of steps, t[i] up to the next knot. */
enum { NORM_TABLE_MAX = 257 };
struct norm_knot {
    float x, t, slope, unused; /* a texel */
};
struct norm_table {
    int num; /* 0: no table */
    bool steps;
    double x[NORM_TABLE_MAX], t[NORM_TABLE_MAX];
    struct norm_knot knots[NORM_TABLE_MAX]; /* the same in float32 */
};

/* The colours of num (2..257) ascending edges: num - 1 blocks, spread evenly over the colormap as BoundaryNorm does. */
void norm_table_blocks(struct norm_table *table, const double *edges, int num);
/* The same with the colours chosen: num - 1 places in the colormap, 0..255. */
void norm_table_colors(struct norm_table *table, const double *edges, const int *colors, int num);
/* The curve through num (1..257) ascending quantiles at equal distances, for the range vmin..vmax; NaN: the outermost. The least
 * value gets 0 however many cells have it. */
void norm_table_quantiles(struct norm_table *table, const double *quantiles, int num, double vmin, double vmax);

/* What the inner loops and the shader need, in their own precision: t = pow((f(v) - offset) * scale, gamma), the power only where
 * its base is above 0, with f of
 *   LOG       log(v / unit)
 *   SYMLOG    v / unit * bend within +-unit, else +-(bend + log(|v| / unit) * rate)
 *   ASINH     asinh(v / unit)
 *   others    v
 * and for TWO_SLOPE t = (v - unit) * (v < unit ? bend : scale) + 1/2; BOUNDARY and HISTEQ look the knots up. scale 0 stands for
 * vmin == vmax: t is 0 for what is finite (and in the domain); with vmin < vmax it says that their distance is no float32:
 * norm_apply_f32 then works in double. scale NaN: everything is bad. */
struct norm_f32 {
    int kind; /* enum norm_kind */
    float offset, scale, gamma;
    float unit, bend, rate;
    float vmin, vmax;
    const struct norm_table *table;
};

const char *norm_name(enum norm_kind kind);
bool norm_find(const char *name, enum norm_kind *out);
/* In double; NaN means bad. */
double norm_forward(const struct norm *n, double v);
double norm_inverse(const struct norm *n, double t);
/* Where a value stands on a colorbar, 0..1: t, but where colours are blocks, these are equally high. norm_at undoes it. */
double norm_place(const struct norm *n, double v);
double norm_at(const struct norm *n, double place);
struct norm_f32 norm_to_f32(const struct norm *n);
/* True where float32 can't hold the ends, or loses what tells neighbouring colours apart: use norm_forward then. */
bool norm_needs_double(const struct norm *n);
/* The reference arithmetic of the shader, in float32. NaN is tested on the bits. */
void norm_apply_f32(const struct norm_f32 *n, const float *values, float *t, int num);
/* True when the value has a place in the norm (positive for log). */
bool norm_in_domain(enum norm_kind kind, double v);

#endif
