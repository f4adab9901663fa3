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
    p->units += font_advance(p->font, glyph);
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

static int degrees_of(const struct text_style *s)
{
    return s->turned ? 90 : s->degrees;
}

struct text_box text_box(struct font *f, const struct text_style *s, enum text_align along, enum text_align across, const char *utf8)
{
    struct font_metrics m = font_metrics(f, s);
    double angle = degrees_of(s) * (M_PI / 180), c = cos(angle), sn = sin(angle);
    double x0 = -offset_along(f, s, along, utf8), x1 = x0 + text_width(f, s, utf8), base = offset_across(f, s, across);
    double xs[4] = {x0, x1, x1, x0}, ys[4] = {base - m.ascent, base - m.ascent, base + m.descent, base + m.descent};
    struct text_box b;
    for (int i = 0; i < 4; i++) {
        b.x[i] = xs[i] * c + ys[i] * sn;
        b.y[i] = ys[i] * c - xs[i] * sn;
    }
    return b;
}

struct rect text_box_bounds(const struct text_box *b, int x, int y)
{
    double x0 = fmin(fmin(b->x[0], b->x[1]), fmin(b->x[2], b->x[3])), x1 = fmax(fmax(b->x[0], b->x[1]), fmax(b->x[2], b->x[3]));
    double y0 = fmin(fmin(b->y[0], b->y[1]), fmin(b->y[2], b->y[3])), y1 = fmax(fmax(b->y[0], b->y[1]), fmax(b->y[2], b->y[3]));
    int left = (int)floor(x0 + 1e-6), top = (int)floor(y0 + 1e-6);
    return (struct rect){x + left, y + top, (int)ceil(x1 - 1e-6) - left, (int)ceil(y1 - 1e-6) - top};
}

/* A baseline: where it starts, which way it goes. */
struct baseline {
    double x, y, step_x, step_y;
    bool slanted;
};

static struct baseline baseline_of(struct font *f, const struct text_style *s, int x, int y, enum text_align along,
                                   enum text_align across, const char *utf8)
{
    int back = offset_along(f, s, along, utf8), down = offset_across(f, s, across), degrees = degrees_of(s);
    if (degrees == 0)
        return (struct baseline){x - back, y + down, 1, 0, false};
    if (degrees == 90)
        return (struct baseline){x + down, y + back, 0, -1, false};
    double angle = degrees * (M_PI / 180), c = cos(angle), sn = sin(angle);
    return (struct baseline){x - back * c + down * sn, y + back * sn + down * c, c, -sn, true};
}

/* In quarters of a pixel, down to a whole one and what is left. */
static int quarters(double at, int *rest)
{
    int q = (int)floor(at * FONT_SUBPIXELS + 0.5), whole = q >= 0 ? q / FONT_SUBPIXELS : -((FONT_SUBPIXELS - 1 - q) / FONT_SUBPIXELS);
    *rest = q - whole * FONT_SUBPIXELS;
    return whole;
}

struct rect text_draw(struct draw_list *l, struct font *f, const struct text_style *s, int x, int y, enum text_align along,
                      enum text_align across, struct rect clip, const char *utf8)
{
    struct baseline b = baseline_of(f, s, x, y, along, across, utf8);
    struct rect box = {x, y, 0, 0};
    if (s->color.a == 0)
        return box;
    l->atlas = font_atlas(f);
    draw_list_glyphs(l, s->color, clip);
    struct pen pen = pen_start(f, s, utf8);
    while (*pen.text) {
        float at;
        int glyph = pen_next(&pen, &at), along_rest, sub_x = 0, sub_y = 0, gx, gy;
        if (b.slanted) {
            gx = quarters(b.x + b.step_x * (double)at, &sub_x);
            gy = quarters(b.y + b.step_y * (double)at, &sub_y);
        } else {
            int px = quarters((double)at, &along_rest);
            sub_x = along_rest;
            gx = (int)b.x + px * (int)b.step_x;
            gy = (int)b.y + px * (int)b.step_y;
        }
        const struct font_bitmap *m = font_bitmap(f, s, glyph, sub_x, sub_y);
        if (!m || m->w == 0)
            continue;
        struct draw_glyph g = {gx + m->dx, gy + m->dy, m->u, m->v, m->w, m->h};
        draw_list_glyph(l, g);
        grow(&box, (struct rect){g.x, g.y, g.w, g.h});
    }
    return box;
}

size_t text_wrap(struct font *f, const struct text_style *s, const char *utf8, int max_px, const char **next)
{
    struct pen pen = pen_start(f, s, utf8);
    size_t keep = 0;
    float at;
    *next = NULL;
    while (*pen.text && *pen.text != '\n') {
        const char *before = pen.text;
        pen_next(&pen, &at);
        if (pen.last == ' ' && before > utf8 && before[-1] != ' ' && whole_px(at) <= max_px) {
            keep = (size_t)(before - utf8);
            *next = pen.text;
        }
        if (width_px(&pen) > max_px && keep)
            break;
    }
    if (*pen.text == '\n' && width_px(&pen) <= max_px) {
        *next = pen.text + 1;
        return (size_t)(pen.text - utf8);
    }
    if (!*pen.text && (width_px(&pen) <= max_px || !keep)) {
        *next = pen.text;
        return (size_t)(pen.text - utf8);
    }
    if (!keep) { /* a line feed behind a word that is too long */
        *next = pen.text + 1;
        return (size_t)(pen.text - utf8);
    }
    while (**next == ' ')
        ++*next;
    return keep;
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
    int ellipsis = font_advance(f, font_glyph(f, s->bold, 0x2026));
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
