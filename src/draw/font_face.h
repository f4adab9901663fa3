/* One face of a font: its metrics, which glyphs it has, and their bitmaps at any size and angle. */
#ifndef DRAW_FONT_FACE_H
#define DRAW_FONT_FACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct face;

/* From the bytes of a TrueType or OpenType file, which stay; NULL: no font that can be used (or no memory), then *why says what is wrong. */
struct face *face_create(const uint8_t *bytes, size_t num_bytes, const char **why);
void face_destroy(struct face *face);

/* Ascent and descent grow to hold every Latin letter: not every font announces the line it needs. */
void face_cover_latin(struct face *face);

int face_units_per_em(const struct face *face);
/* In units: above and below (positive) the baseline what a line may take, and the height of H. */
int face_ascent(const struct face *face);
int face_descent(const struct face *face);
int face_cap_height(const struct face *face);
/* 0: there is none. */
int face_glyph(const struct face *face, uint32_t codepoint);
int face_advance(const struct face *face, int glyph);
/* Between printable ASCII only, never digits, whose columns must line up. */
int face_kern(struct face *face, uint32_t left, uint32_t right);

/* A glyph of `scale` pixels a unit with its origin at (dx, dy) within a pixel, turned by `degrees` counter-clockwise about it: where the
 * bitmap lies (relative to the origin's pixel). False: blank. */
struct face_bitmap {
    float scale, dx, dy;
    int glyph, degrees;
    int x0, y0, w, h; /* out */
};
bool face_bitmap_box(const struct face *face, struct face_bitmap *b);
/* Its coverage into w x h bytes. */
void face_bitmap_paint(const struct face *face, const struct face_bitmap *b, uint8_t *out, int stride);

#endif
