/* Norms: data value to t, where 0..1 spans the colormap. One table row a norm: name, domain, forward, inverse. Both executors and
 * the colorbar work from it. Rules, matplotlib's: t < 0 is under, t > 1 is over, t == 1 is the last colour; NaN, and a value
 * outside the norm's domain (log of zero or less), is bad; +Inf is over and -Inf under; vmin == vmax gives 0 for everything
 * finite. An end outside the domain makes everything bad. */
#ifndef PLOT_NORM_H
#define PLOT_NORM_H

#include <stdbool.h>

enum norm_kind { NORM_LINEAR, NORM_LOG, NORM_POWER, NORM_NUM };

struct norm {
    enum norm_kind kind;
    double vmin, vmax;
    double gamma; /* POWER: t = ((v - vmin) / (vmax - vmin)) ^ gamma, values under vmin stay linear (matplotlib's PowerNorm
                   * since 3.9; before, it gave them 0 and so hid the under colour) */
};

/* What the inner loops and the shader need, in their own precision: t = pow((f(v) - offset) * scale, gamma), f = identity or log
 * (to base e); the power only where its base is above 0. scale 0 stands for vmin == vmax: t is 0 for what is finite (and in the
 * domain); with vmin < vmax it says that their distance is no float32: norm_apply_f32 then works in double. */
struct norm_f32 {
    int kind; /* enum norm_kind */
    float offset, scale, gamma;
    float vmin, vmax;
};

const char *norm_name(enum norm_kind kind);
bool norm_find(const char *name, enum norm_kind *out);
/* In double; NaN means bad. */
double norm_forward(const struct norm *n, double v);
double norm_inverse(const struct norm *n, double t);
struct norm_f32 norm_to_f32(const struct norm *n);
/* The reference arithmetic of the shader, in float32. NaN is tested on the bits. */
void norm_apply_f32(const struct norm_f32 *n, const float *values, float *t, int num);
/* True when the value has a place in the norm (positive for log). */
bool norm_in_domain(enum norm_kind kind, double v);

#endif
