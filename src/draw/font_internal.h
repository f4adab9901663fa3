/* What text.c needs of font.c: metrics in font units, and glyphs in the atlas. */
#ifndef DRAW_FONT_INTERNAL_H
#define DRAW_FONT_INTERNAL_H

#include "draw/font.h"

enum {
    FONT_SUBPIXELS = 4,     /* positions of a glyph per pixel: along the reading direction, or both ways when that is slanted */
    FONT_SIZE_STEPS = 4,    /* sizes per pixel */
    FONT_MAX_SIZE_PX = 512,
    FONT_UNITS_PER_EM = 2048, /* whatever the face counts in */
};

/* A bitmap in the atlas and its top left relative to the pen on the baseline. w is 0 for a blank. */
struct font_bitmap {
    uint16_t u, v, w, h;
    int16_t dx, dy;
};

/* One size of one face, all in pixels. */
struct font_metrics {
    float scale; /* pixels per font unit */
    int ascent, descent, cap_height;
};

struct font_metrics font_metrics(const struct font *f, const struct text_style *s);
/* The glyph of a code point: in the user's font, else in the embedded one, else a box (which is said once). */
int font_glyph(struct font *f, bool bold, uint32_t codepoint);
/* In font units. */
int font_advance(const struct font *f, int glyph);
int font_kern(struct font *f, bool bold, uint32_t left, uint32_t right);
/* sub_x, sub_y: 0 .. FONT_SUBPIXELS - 1; sub_y is 0 for upright and turned text. NULL: no room. */
const struct font_bitmap *font_bitmap(struct font *f, const struct text_style *s, int glyph, int sub_x, int sub_y);
const struct font_bitmap *font_mask(struct font *f, uint64_t key, int w, int h, void (*paint)(uint8_t *coverage, int w, int h));

#endif
