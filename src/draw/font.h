/* Glyphs by stb_truetype in a coverage atlas, at whole pixels, upright or turned by 90 degrees (reading upwards). The font is embedded
 * at build time (DejaVu Sans). One thread. */
#ifndef DRAW_FONT_H
#define DRAW_FONT_H

#include "draw/list.h"

struct font;

/* NULL without memory. */
struct font *font_create(void);
void font_destroy(struct font *f);
const struct draw_atlas *font_atlas(const struct font *f);
/* Call when no recorded list that uses the atlas is still to be executed (before recording a picture): an atlas that has become full is
 * emptied here and nowhere else. Glyphs that found no room until then are missing. */
void font_begin(struct font *f);

enum text_align { TEXT_START, TEXT_CENTER, TEXT_END };

struct text_style {
    float size_px;       /* em size in pixels, as CSS's font-size */
    bool turned;         /* 90 degrees, reading upwards */
    bool bold;
    struct color color;
};

/* Advance width of a line in pixels, whole. Bad UTF-8 counts as U+FFFD; control characters as a blank. */
int text_width(struct font *f, const struct text_style *s, const char *utf8);
/* Height of capital-letter text and of a whole line (ascent + descent). */
int text_cap_height(struct font *f, const struct text_style *s);
int text_line_height(struct font *f, const struct text_style *s);
/* Draw a line. (x, y) is the anchor: along the reading direction by `along` (start, centre or end of the advance width); across by
 * `across` (START: top of the line box, CENTER: centre of the cap height, END: bottom of the line box; for turned text "top" is the
 * left side). clip: pixels outside stay alone. Returns the box that the ink may touch. */
struct rect text_draw(struct draw_list *l, struct font *f, const struct text_style *s, int x, int y, enum text_align along,
                      enum text_align across, struct rect clip, const char *utf8);
/* Shorten to max_px with an ellipsis into out; false if not even one character and the ellipsis fit (out is ""). */
bool text_shorten(struct font *f, const struct text_style *s, const char *utf8, int max_px, char *out, size_t out_size);
/* A small shape as coverage (kept in the atlas by key): draws at (x, y). paint fills w*h bytes once. */
void mask_draw(struct draw_list *l, struct font *f, uint64_t key, int w, int h, void (*paint)(uint8_t *coverage, int w, int h), int x,
               int y, struct color c);

#endif
