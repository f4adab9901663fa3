/* Faces by stb_truetype. That library trusts its input, so a file from outside is first held against its own table directory. Upright
 * glyphs go through its bitmap functions; turned ones are outlines, turned in font units and rasterised the same way. Threads: the one
 * that owns the font. */
#include "draw/font_face.h"
#include "base/memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#define STBTT_STATIC
#define STB_TRUETYPE_IMPLEMENTATION
#include <stb/stb_truetype.h>
#pragma GCC diagnostic pop

enum { NUM_ASCII = 128, KERN_FIRST = 33, KERN_COUNT = 94, KERN_UNKNOWN = INT16_MAX, LAST_LATIN = 0x17f };
#define FLATNESS_PX 0.1f

struct face {
    stbtt_fontinfo info;
    int units_per_em, ascent, descent, cap_height;
    uint16_t ascii[NUM_ASCII];
    int16_t kern[KERN_COUNT * KERN_COUNT];
};

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Every table lies within the file, and those that are read exist. */
static const char *check_tables(const uint8_t *bytes, size_t num_bytes, uint32_t offset)
{
    static const char *const NEEDED[] = {"cmap", "head", "hhea", "hmtx", "maxp"};
    static const uint8_t LEAST[] = {4, 54, 36, 4, 6};
    unsigned found = 0;
    bool outlines = false;
    if (offset > num_bytes || num_bytes - offset < 12)
        return "it is cut off";
    size_t num = (size_t)bytes[offset + 4] << 8 | bytes[offset + 5];
    if (num_bytes - offset - 12 < num * 16)
        return "it is cut off";
    for (size_t i = 0; i < num; i++) {
        const uint8_t *entry = bytes + offset + 12 + i * 16;
        uint32_t at = be32(entry + 8), len = be32(entry + 12);
        if (at > num_bytes || len > num_bytes - at)
            return "it is cut off";
        for (unsigned k = 0; k < 5; k++)
            found |= (unsigned)(memcmp(entry, NEEDED[k], 4) == 0 && len >= LEAST[k]) << k;
        outlines |= memcmp(entry, "glyf", 4) == 0 || memcmp(entry, "CFF ", 4) == 0;
    }
    return found != 31 ? "tables are missing" : !outlines ? "it has no outlines" : NULL;
}

void face_cover_latin(struct face *face)
{
    for (int c = 0x20; c <= LAST_LATIN; c++) {
        int x0, y0, x1, y1;
        if (!stbtt_FindGlyphIndex(&face->info, c) || !stbtt_GetCodepointBox(&face->info, c, &x0, &y0, &x1, &y1))
            continue;
        face->ascent = y1 > face->ascent ? y1 : face->ascent;
        face->descent = -y0 > face->descent ? -y0 : face->descent;
    }
}

struct face *face_create(const uint8_t *bytes, size_t num_bytes, const char **why)
{
    *why = "it is no TrueType or OpenType font";
    int offset = num_bytes >= 16 ? stbtt_GetFontOffsetForIndex(bytes, 0) : -1;
    if (offset < 0)
        return NULL;
    *why = check_tables(bytes, num_bytes, (uint32_t)offset);
    if (*why)
        return NULL;
    *why = "its tables can't be read";
    struct face *face = mem_zeroed(1, sizeof *face);
    if (!face || !stbtt_InitFont(&face->info, bytes, offset))
        goto fail;
    int line_gap, x0, y0, x1;
    stbtt_GetFontVMetrics(&face->info, &face->ascent, &face->descent, &line_gap);
    face->descent = -face->descent;
    float em = stbtt_ScaleForMappingEmToPixels(&face->info, 1);
    if (!(em > 0 && em < 1) || !stbtt_FindGlyphIndex(&face->info, 'H') ||
        !stbtt_GetCodepointBox(&face->info, 'H', &x0, &y0, &x1, &face->cap_height))
        goto fail;
    face->units_per_em = (int)lroundf(1 / em);
    for (int c = 0; c < NUM_ASCII; c++)
        face->ascii[c] = (uint16_t)stbtt_FindGlyphIndex(&face->info, c);
    for (int i = 0; i < KERN_COUNT * KERN_COUNT; i++)
        face->kern[i] = KERN_UNKNOWN;
    return face;
fail:
    free(face);
    return NULL;
}

void face_destroy(struct face *face)
{
    free(face);
}

int face_units_per_em(const struct face *face) { return face->units_per_em; }

int face_ascent(const struct face *face) { return face->ascent; }

int face_descent(const struct face *face) { return face->descent; }

int face_cap_height(const struct face *face) { return face->cap_height; }

int face_glyph(const struct face *face, uint32_t codepoint)
{
    return codepoint < NUM_ASCII ? face->ascii[codepoint] : stbtt_FindGlyphIndex(&face->info, (int)codepoint);
}

int face_advance(const struct face *face, int glyph)
{
    int advance, bearing;
    stbtt_GetGlyphHMetrics(&face->info, glyph, &advance, &bearing);
    return advance;
}

int face_kern(struct face *face, uint32_t left, uint32_t right)
{
    uint32_t l = left - KERN_FIRST, r = right - KERN_FIRST;
    if (l >= KERN_COUNT || r >= KERN_COUNT || left - '0' < 10 || right - '0' < 10)
        return 0;
    int16_t *kern = &face->kern[l * KERN_COUNT + r];
    if (*kern == KERN_UNKNOWN)
        *kern = (int16_t)stbtt_GetGlyphKernAdvance(&face->info, face->ascii[left], face->ascii[right]);
    return *kern;
}

static int16_t to_unit(double v)
{
    return (int16_t)lround(fmin(fmax(v, -32000), 32000));
}

static void turn_point(int16_t *x, int16_t *y, double c, double s)
{
    double px = *x, py = *y;
    *x = to_unit(px * c - py * s);
    *y = to_unit(px * s + py * c);
}

/* The outline turned; the caller frees it. */
static stbtt_vertex *turned_outline(const struct face *face, const struct face_bitmap *b, int *num)
{
    stbtt_vertex *v = NULL;
    double angle = b->degrees * (3.14159265358979323846 / 180), c = cos(angle), s = sin(angle);
    *num = stbtt_GetGlyphShape(&face->info, b->glyph, &v);
    for (int i = 0; i < *num; i++) {
        turn_point(&v[i].x, &v[i].y, c, s);
        turn_point(&v[i].cx, &v[i].cy, c, s);
        turn_point(&v[i].cx1, &v[i].cy1, c, s);
    }
    return v;
}

/* Round all its points, control points too: at least the ink. */
static bool turned_box(const struct face *face, struct face_bitmap *b)
{
    int num, x0 = INT16_MAX, y0 = INT16_MAX, x1 = INT16_MIN, y1 = INT16_MIN;
    stbtt_vertex *v = turned_outline(face, b, &num);
    for (int i = 0; i < num; i++) {
        const int xs[] = {v[i].x, v[i].cx, v[i].cx1}, ys[] = {v[i].y, v[i].cy, v[i].cy1};
        int points = v[i].type == STBTT_vcurve ? 2 : v[i].type == STBTT_vcubic ? 3 : 1;
        for (int k = 0; k < points; k++) {
            x0 = xs[k] < x0 ? xs[k] : x0;
            x1 = xs[k] > x1 ? xs[k] : x1;
            y0 = ys[k] < y0 ? ys[k] : y0;
            y1 = ys[k] > y1 ? ys[k] : y1;
        }
    }
    stbtt_FreeShape(&face->info, v);
    if (x0 > x1 || y0 > y1)
        return false;
    b->x0 = (int)floorf((float)x0 * b->scale + b->dx);
    b->y0 = (int)floorf((float)-y1 * b->scale + b->dy);
    b->w = (int)ceilf((float)x1 * b->scale + b->dx) - b->x0;
    b->h = (int)ceilf((float)-y0 * b->scale + b->dy) - b->y0;
    return b->w > 0 && b->h > 0;
}

bool face_bitmap_box(const struct face *face, struct face_bitmap *b)
{
    int x1, y1;
    if (b->degrees)
        return turned_box(face, b);
    stbtt_GetGlyphBitmapBoxSubpixel(&face->info, b->glyph, b->scale, b->scale, b->dx, b->dy, &b->x0, &b->y0, &x1, &y1);
    b->w = x1 - b->x0;
    b->h = y1 - b->y0;
    return b->w > 0 && b->h > 0;
}

void face_bitmap_paint(const struct face *face, const struct face_bitmap *b, uint8_t *out, int stride)
{
    if (!b->degrees) {
        stbtt_MakeGlyphBitmapSubpixel(&face->info, out, b->w, b->h, stride, b->scale, b->scale, b->dx, b->dy, b->glyph);
        return;
    }
    int num;
    stbtt_vertex *v = turned_outline(face, b, &num);
    stbtt__bitmap bitmap = {b->w, b->h, stride, out};
    if (v)
        stbtt_Rasterize(&bitmap, FLATNESS_PX, v, num, b->scale, b->scale, b->dx, b->dy, b->x0, b->y0, 1, NULL);
    stbtt_FreeShape(&face->info, v);
}
