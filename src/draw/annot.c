/* Texts of one size by a table of characters: a number of five glyphs takes some 30 ns. Threads: making the type is the font's thread's;
 * setting texts is anybody's. */
#include "draw/annot.h"
#include "draw/font_internal.h"
#include <math.h>
#include <string.h>

_Static_assert((int)ANNOT_SUBPIXELS == (int)FONT_SUBPIXELS, "glyphs come at the font's positions");

static int glyph_of(struct font *f, uint32_t c)
{
    return font_glyph(f, false, c == ANNOT_ELLIPSIS ? 0x2026 : c < 32 || c == 127 ? ' ' : c);
}

void annot_advances(struct font *f, float ems[ANNOT_CHARS])
{
    const struct text_style unit = {.size_px = 1};
    float scale = font_metrics(f, &unit).scale;
    for (uint32_t c = 0; c < ANNOT_CHARS; c++)
        ems[c] = (float)font_advance(f, glyph_of(f, c)) * scale;
}

float annot_cap_height(struct font *f)
{
    const struct text_style large = {.size_px = 256};
    return (float)font_metrics(f, &large).cap_height / 256;
}

void annot_type_make(struct annot_type *t, struct font *f, float size_px, const uint64_t used[2])
{
    const struct text_style style = {.size_px = size_px};
    struct font_metrics m = font_metrics(f, &style);
    t->em_px = size_px;
    t->cap_height = m.cap_height;
    for (uint32_t c = 0; c < ANNOT_CHARS; c++) {
        if (!(used[c / 64] >> c % 64 & 1))
            continue;
        int glyph = glyph_of(f, c);
        t->advance[c] = (float)font_advance(f, glyph) * m.scale;
        for (int i = 0; i < FONT_SUBPIXELS; i++) {
            const struct font_bitmap *b = font_bitmap(f, &style, glyph, i, 0);
            t->glyphs[c][i] = b ? (struct annot_glyph){b->u, b->v, b->w, b->h, b->dx, b->dy} : (struct annot_glyph){0};
        }
    }
}

void annot_set(const struct annot_type *t, const char *ascii, int len, float x, int baseline, struct draw_glyph *out)
{
    for (int i = 0; i < len; i++) {
        int c = ascii[i] & (ANNOT_CHARS - 1), quarters = (int)(x * FONT_SUBPIXELS + 0.5f); /* x >= 0 */
        const struct annot_glyph *g = &t->glyphs[c][quarters % FONT_SUBPIXELS];
        out[i] = (struct draw_glyph){quarters / FONT_SUBPIXELS + g->dx, baseline + g->dy, g->u, g->v, g->w, g->h};
        x += t->advance[c];
    }
}
