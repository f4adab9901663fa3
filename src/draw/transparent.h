/* A picture without a ground. */
#ifndef DRAW_TRANSPARENT_H
#define DRAW_TRANSPARENT_H

#include <stddef.h>
#include <stdint.h>

/* The same list executed on black and on white, as RGBA8: their colours and coverage go into on_black, not premultiplied. Put over
 * black or white again it is what it was, within rounding. */
void transparent_combine(uint8_t *on_black, const uint8_t *on_white, size_t num_pixels);

#endif
