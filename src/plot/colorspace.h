/* Colours as people see them: sRGB to linear light, to CIELAB (D65), and how far apart two look (CIEDE2000). Pure functions; any thread. */
#ifndef PLOT_COLORSPACE_H
#define PLOT_COLORSPACE_H

#include "plot/color.h"

struct lab {
    double l, a, b;
};

/* One channel, 0..1. */
double srgb_to_linear(double v);
double srgb_from_linear(double v);
struct lab lab_from_linear(const double rgb[3]);
struct lab lab_from_color(struct color c);
/* 1 is about what can just be told apart, side by side. */
double lab_distance(struct lab x, struct lab y);

#endif
