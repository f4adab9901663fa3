/* Glyphs by stb_truetype in a coverage atlas, at any angle. The font is embedded at build time (DejaVu Sans); another one may be loaded
 * before it. One thread. */
#ifndef DRAW_FONT_H
#define DRAW_FONT_H

#include "draw/list.h"

struct font;

/* NULL without memory. */
struct font *font_create(void);
/* Text that isn't bold is in this TrueType or OpenType font from now on, as far as it goes. Bad file: one line is logged, nothing
 * changes. No recorded list that uses the atlas may still have to be executed. */
enum hs_status font_load(struct font *f, const char *path);
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
    int degrees;         /* -180 .. 180, counter-clockwise; turned is 90 */
};

/* Advance width of a line in pixels, whole. Bad UTF-8 counts as U+FFFD; control characters as a blank. */
int text_width(struct font *f, const struct text_style *s, const char *utf8);
/* Height of capital-letter text and of a whole line (ascent + descent). */
int text_cap_height(struct font *f, const struct text_style *s);
int text_line_height(struct font *f, const struct text_style *s);
/* The box of a line, aligned at the origin and turned about it. */
struct text_box {
    double x[4], y[4]; /* top left, top right, bottom right, bottom left, as read */
};
struct text_box text_box(struct font *f, const struct text_style *s, enum text_align along, enum text_align across, const char *utf8);
/* The pixels that such a box at (x, y) touches. */
struct rect text_box_bounds(const struct text_box *b, int x, int y);
/* Draw a line. (x, y) is the anchor: along the reading direction by `along` (start, centre or end of the advance width); across by
 * `across` (START: top of the line box, CENTER: centre of the cap height, END: bottom of the line box; for turned text "top" is the
 * left side). Text at an angle is aligned first and then turned about the anchor. clip: pixels outside stay alone. Returns the box that
 * the ink may touch. */
struct rect text_draw(struct draw_list *l, struct font *f, const struct text_style *s, int x, int y, enum text_align along,
                      enum text_align across, struct rect clip, const char *utf8);
/* How many bytes of it make a first line of at most max_px, broken at a blank or at a line feed (*next: where the second begins); all
 * of them when there is no such place. */
size_t text_wrap(struct font *f, const struct text_style *s, const char *utf8, int max_px, const char **next);
/* Shorten to max_px with an ellipsis into out; false if not even one character and the ellipsis fit (out is ""). */
bool text_shorten(struct font *f, const struct text_style *s, const char *utf8, int max_px, char *out, size_t out_size);
/* A small shape as coverage (kept in the atlas by key): draws at (x, y). paint fills w*h bytes once. */
void mask_draw(struct draw_list *l, struct font *f, uint64_t key, int w, int h, void (*paint)(uint8_t *coverage, int w, int h), int x,
               int y, struct color c);

#endif
