/* Lines of text: UTF-8 to glyphs, measured and recorded. The pen moves in fractions of a pixel along the line and glyphs come in four
 * subpixel variants, so spacing is even although every bitmap lies on whole pixels; across the line the baseline is a whole pixel.
 * Threads: the one that owns the font and the list. */
#include "draw/font_internal.h"
#include <math.h>
#include <string.h>

static const char ELLIPSIS[] = "\xe2\x80\xa6";

/* The next code point, moving *p behind it. Strict: overlong forms, surrogates and broken sequences give U+FFFD for their longest
 * valid beginning, at least a byte. */
static uint32_t decode(const char **p)
{
    const uint8_t *s = (const uint8_t *)*p;
    uint32_t c = *s++, low = 0x80, high = 0xbf;
    int more = c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : c >= 0xf0 && c < 0xf5 ? 3 : 0;
    bool ok = c < 0x80 || more;
    if (more) {
        low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80; /* not overlong */
        high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf; /* no surrogates, nothing past U+10FFFF */
        c &= 0x3fu >> more;
    }
    for (; more && ok; more--) {
        ok = *s >= low && *s <= high;
        if (ok)
            c = c << 6 | (*s++ & 0x3fu);
        low = 0x80;
        high = 0xbf;
    }
    *p = (const char *)s;
    return ok ? c : 0xfffd;
}

/* What is shown for it: control characters are blanks. */
static uint32_t next_char(const char **p)
{
    uint32_t c = decode(p);
    return c < 0x20 || (c >= 0x7f && c < 0xa0) ? ' ' : c;
}

/* A pen walking over a line. */
struct pen {
    struct font *font;
    bool bold;
    float scale;
    const char *text;
    uint32_t last;
    int units; /* from the start of the line, in font units: exact */
};

static struct pen pen_start(struct font *f, const struct text_style *s, const char *utf8)
{
    return (struct pen){.font = f, .bold = s->bold, .scale = font_metrics(f, s).scale, .text = utf8};
}

/* The next glyph and where it stands, in pixels; the pen is behind it then. */
static int pen_next(struct pen *p, float *at)
{
    uint32_t c = next_char(&p->text);
    int glyph = font_glyph(p->font, p->bold, c);
    p->units += font_kern(p->font, p->bold, p->last, c);
    p->last = c;
    *at = (float)p->units * p->scale;
    p->units += font_advance(p->font, p->bold, glyph);
    return glyph;
}

static int whole_px(float width)
{
    return (int)ceilf(width - 0.01f); /* a hundredth of a pixel isn't worth a pixel */
}

static int width_px(const struct pen *p)
{
    return whole_px((float)p->units * p->scale);
}

int text_width(struct font *f, const struct text_style *s, const char *utf8)
{
    struct pen pen = pen_start(f, s, utf8);
    float at;
    while (*pen.text)
        pen_next(&pen, &at);
    return width_px(&pen);
}

int text_cap_height(struct font *f, const struct text_style *s)
{
    return font_metrics(f, s).cap_height;
}

int text_line_height(struct font *f, const struct text_style *s)
{
    struct font_metrics m = font_metrics(f, s);
    return m.ascent + m.descent;
}

static void grow(struct rect *box, struct rect r)
{
    if (box->w == 0) {
        *box = r;
        return;
    }
    int x1 = box->x + box->w > r.x + r.w ? box->x + box->w : r.x + r.w;
    int y1 = box->y + box->h > r.y + r.h ? box->y + box->h : r.y + r.h;
    box->x = box->x < r.x ? box->x : r.x;
    box->y = box->y < r.y ? box->y : r.y;
    box->w = x1 - box->x;
    box->h = y1 - box->y;
}

/* From the anchor to the start of the baseline: the offset against the reading direction, and across it towards the bottom. */
static int offset_along(struct font *f, const struct text_style *s, enum text_align along, const char *utf8)
{
    return along == TEXT_START ? 0 : along == TEXT_CENTER ? text_width(f, s, utf8) / 2 : text_width(f, s, utf8);
}

static int offset_across(struct font *f, const struct text_style *s, enum text_align across)
{
    struct font_metrics m = font_metrics(f, s);
    return across == TEXT_START ? m.ascent : across == TEXT_CENTER ? (m.cap_height + 1) / 2 : -m.descent;
}

struct rect text_draw(struct draw_list *l, struct font *f, const struct text_style *s, int x, int y, enum text_align along,
                      enum text_align across, struct rect clip, const char *utf8)
{
    int back = offset_along(f, s, along, utf8), down = offset_across(f, s, across);
    x += s->turned ? down : -back;
    y += s->turned ? back : down;
    struct rect box = {x, y, 0, 0};
    if (s->color.a == 0)
        return box;
    l->atlas = font_atlas(f);
    draw_list_glyphs(l, s->color, clip);
    struct pen pen = pen_start(f, s, utf8);
    while (*pen.text) {
        float at;
        int glyph = pen_next(&pen, &at), quarters = (int)floorf(at * FONT_SUBPIXELS + 0.5f);
        int px = quarters / FONT_SUBPIXELS;
        const struct font_bitmap *b = font_bitmap(f, s, glyph, quarters % FONT_SUBPIXELS);
        if (!b || b->w == 0)
            continue;
        struct draw_glyph g = {x + b->dx + (s->turned ? 0 : px), y + b->dy - (s->turned ? px : 0), b->u, b->v, b->w, b->h};
        draw_list_glyph(l, g);
        grow(&box, (struct rect){g.x, g.y, g.w, g.h});
    }
    return box;
}

bool text_shorten(struct font *f, const struct text_style *s, const char *utf8, int max_px, char *out, size_t out_size)
{
    size_t len = strlen(utf8), keep = 0;
    if (out_size == 0)
        return false;
    if (len < out_size && text_width(f, s, utf8) <= max_px) {
        memcpy(out, utf8, len + 1);
        return true;
    }
    int ellipsis = font_advance(f, s->bold, font_glyph(f, s->bold, 0x2026));
    struct pen pen = pen_start(f, s, utf8);
    float at;
    while (*pen.text) {
        pen_next(&pen, &at);
        size_t bytes = (size_t)(pen.text - utf8);
        if (bytes + sizeof ELLIPSIS > out_size || whole_px((float)(pen.units + ellipsis) * pen.scale) > max_px)
            break;
        if (pen.last != ' ') /* no blank before the ellipsis */
            keep = bytes;
    }
    out[0] = 0;
    if (keep == 0)
        return false;
    memcpy(out, utf8, keep);
    memcpy(out + keep, ELLIPSIS, sizeof ELLIPSIS);
    return true;
}

void mask_draw(struct draw_list *l, struct font *f, uint64_t key, int w, int h, void (*paint)(uint8_t *coverage, int w, int h), int x,
               int y, struct color c)
{
    if (w <= 0 || h <= 0 || c.a == 0)
        return;
    l->atlas = font_atlas(f);
    const struct font_bitmap *b = font_mask(f, key, w, h, paint);
    if (!b)
        return;
    draw_list_glyphs(l, c, (struct rect){0, 0, l->width, l->height});
    draw_list_glyph(l, (struct draw_glyph){x, y, b->u, b->v, b->w, b->h});
}
