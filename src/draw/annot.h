/* Very many short texts of one size: numbers in cells. What text.c finds out for each glyph is looked up here once for each character.
 * ASCII only; whoever has other words uses text_draw. */
#ifndef DRAW_ANNOT_H
#define DRAW_ANNOT_H

#include "draw/font.h"

enum { ANNOT_CHARS = 128, ANNOT_SUBPIXELS = 4, ANNOT_ELLIPSIS = 1 /* the character that stands for it */ };

/* A character at one of the positions of its pen within a pixel. */
struct annot_glyph {
    uint16_t u, v, w, h;
    int16_t dx, dy;
};

struct annot_type {
    float em_px;                  /* the size that it came out as */
    int cap_height;
    float advance[ANNOT_CHARS];   /* in pixels */
    struct annot_glyph glyphs[ANNOT_CHARS][ANNOT_SUBPIXELS];
};

/* Advance widths in ems, of regular type. */
void annot_advances(struct font *f, float ems[ANNOT_CHARS]);
/* Capital letters, and digits, in ems. */
float annot_cap_height(struct font *f);
/* The type of a size, of the characters in `used` (a bit each); the font's thread. */
void annot_type_make(struct annot_type *t, struct font *f, float size_px, const uint64_t used[2]);
/* Glyphs of `len` characters, none a blank, from x on, on a baseline; exactly len of them. Any thread. */
void annot_set(const struct annot_type *t, const char *ascii, int len, float x, int baseline, struct draw_glyph *out);

#endif
