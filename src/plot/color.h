/* Colours as sRGB bytes, not premultiplied. */
#ifndef PLOT_COLOR_H
#define PLOT_COLOR_H

#include <stdbool.h>
#include <stdint.h>

struct color {
    uint8_t r, g, b, a;
};

/* matplotlib's forms: CSS4 and single-letter names, "tab:blue", "C0".."C9", "#rgb", "#rgba", "#rrggbb", "#rrggbbaa", a grey
 * "0".."1", "none". False: none of these. */
bool color_parse(const char *text, struct color *out);
/* "#rrggbb", or "#rrggbbaa" where alpha isn't 255; out needs 10 bytes. */
const char *color_format(struct color c, char *out);

#endif
