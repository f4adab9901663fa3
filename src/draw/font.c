/* Faces, the glyph cache and the atlas. A glyph is rasterised once per size (in quarter pixels), face, direction and subpixel position,
 * put on a shelf of the atlas and found again by a hash table. The atlas only grows until it is full; then it waits for font_begin to
 * empty it, since recorded lists point into it. Threads: the one that owns the font. */
#include "draw/font_internal.h"
#include "base/embedded.h"
#include "base/log.h"
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

enum { ATLAS_WIDTH = 1024, ATLAS_MIN_HEIGHT = 256, ATLAS_MAX_HEIGHT = 8192, SHELF_STEP = 4, MAX_SHELVES = ATLAS_MAX_HEIGHT / SHELF_STEP };
enum { NUM_FACES = 2, NUM_ASCII = 128, KERN_UNKNOWN = INT16_MAX };

struct face {
    stbtt_fontinfo info;
    int units_per_em, ascent, descent, cap_height;
    uint16_t ascii[NUM_ASCII];
    int16_t kern[FONT_KERN_COUNT * FONT_KERN_COUNT];
};

enum entry_kind { ENTRY_FREE, ENTRY_GLYPH, ENTRY_MASK };

struct entry {
    uint64_t key;
    enum entry_kind kind;
    struct font_bitmap bitmap;
};

struct shelf {
    int y, h, x; /* x: where it is free from */
};

struct font {
    struct face faces[NUM_FACES];
    struct draw_atlas atlas;
    uint8_t *pixels;
    struct shelf shelves[MAX_SHELVES];
    int num_shelves;
    struct entry *entries; /* open addressing, a power of two, at most half full */
    int num_entries, cap_entries;
    bool full;
};

static int find_glyph(const struct face *face, uint32_t codepoint)
{
    int glyph = stbtt_FindGlyphIndex(&face->info, (int)codepoint);
    return glyph ? glyph : stbtt_FindGlyphIndex(&face->info, 0xfffd);
}

static bool face_init(struct face *face, const char *name)
{
    const struct embedded_file *file = embedded_find(fonts_embedded, name);
    if (!file || !stbtt_InitFont(&face->info, file->begin, 0))
        return false;
    int line_gap, x0, y0, x1;
    stbtt_GetFontVMetrics(&face->info, &face->ascent, &face->descent, &line_gap);
    face->units_per_em = (int)lroundf(1 / stbtt_ScaleForMappingEmToPixels(&face->info, 1));
    stbtt_GetCodepointBox(&face->info, 'H', &x0, &y0, &x1, &face->cap_height);
    for (int c = 0; c < NUM_ASCII; c++)
        face->ascii[c] = (uint16_t)find_glyph(face, (uint32_t)c);
    for (int i = 0; i < FONT_KERN_COUNT * FONT_KERN_COUNT; i++)
        face->kern[i] = KERN_UNKNOWN;
    return true;
}

static bool grow_atlas(struct font *f, int height)
{
    uint8_t *pixels = mem_resize(f->pixels, (size_t)height, ATLAS_WIDTH);
    if (!pixels)
        return false;
    memset(pixels + (size_t)f->atlas.height * ATLAS_WIDTH, 0, (size_t)(height - f->atlas.height) * ATLAS_WIDTH);
    f->pixels = pixels;
    f->atlas.pixels = pixels;
    f->atlas.height = height;
    f->atlas.version++;
    return true;
}

struct font *font_create(void)
{
    struct font *f = mem_zeroed(1, sizeof *f);
    if (!f)
        return NULL;
    f->atlas.width = ATLAS_WIDTH;
    f->cap_entries = 1024;
    f->entries = mem_zeroed((size_t)f->cap_entries, sizeof *f->entries);
    if (!f->entries || !grow_atlas(f, ATLAS_MIN_HEIGHT))
        goto fail;
    if (!face_init(&f->faces[0], "DejaVuSans.ttf") || !face_init(&f->faces[1], "DejaVuSans-Bold.ttf")) {
        log_error("the embedded font can't be read; build heatscope with fonts-dejavu-core installed");
        goto fail;
    }
    return f;
fail:
    font_destroy(f);
    return NULL;
}

void font_destroy(struct font *f)
{
    if (!f)
        return;
    free(f->entries);
    free(f->pixels);
    free(f);
}

const struct draw_atlas *font_atlas(const struct font *f)
{
    return &f->atlas;
}

void font_begin(struct font *f)
{
    if (!f->full)
        return;
    memset(f->entries, 0, (size_t)f->cap_entries * sizeof *f->entries);
    memset(f->pixels, 0, (size_t)f->atlas.height * ATLAS_WIDTH);
    f->num_entries = f->num_shelves = 0;
    f->full = false;
    f->atlas.version++;
}

static int size_steps(const struct text_style *s)
{
    float steps = s->size_px * FONT_SIZE_STEPS;
    return steps >= 1 ? (int)lroundf(fminf(steps, FONT_MAX_SIZE_PX * FONT_SIZE_STEPS)) : 1; /* NaN too */
}

struct font_metrics font_metrics(const struct font *f, const struct text_style *s)
{
    const struct face *face = &f->faces[s->bold];
    float scale = (float)size_steps(s) / FONT_SIZE_STEPS / (float)face->units_per_em;
    return (struct font_metrics){
        .scale = scale,
        .ascent = (int)lroundf((float)face->ascent * scale),
        .descent = (int)lroundf((float)-face->descent * scale),
        .cap_height = (int)lroundf((float)face->cap_height * scale),
    };
}

int font_glyph(const struct font *f, bool bold, uint32_t codepoint)
{
    const struct face *face = &f->faces[bold];
    return codepoint < NUM_ASCII ? face->ascii[codepoint] : find_glyph(face, codepoint);
}

int font_advance(const struct font *f, bool bold, int glyph)
{
    int advance, bearing;
    stbtt_GetGlyphHMetrics(&f->faces[bold].info, glyph, &advance, &bearing);
    return advance;
}

/* Pairs of printable ASCII only, and never digits, whose columns must line up. */
int font_kern(struct font *f, bool bold, uint32_t left, uint32_t right)
{
    struct face *face = &f->faces[bold];
    uint32_t l = left - FONT_KERN_FIRST, r = right - FONT_KERN_FIRST;
    if (l >= FONT_KERN_COUNT || r >= FONT_KERN_COUNT || left - '0' < 10 || right - '0' < 10)
        return 0;
    int16_t *kern = &face->kern[l * FONT_KERN_COUNT + r];
    if (*kern == KERN_UNKNOWN)
        *kern = (int16_t)stbtt_GetGlyphKernAdvance(&face->info, face->ascii[left], face->ascii[right]);
    return *kern;
}

static struct entry *find_entry(struct entry *entries, int cap, enum entry_kind kind, uint64_t key)
{
    uint64_t hash = (key + (uint64_t)kind) * 0x9e3779b97f4a7c15;
    uint32_t mask = (uint32_t)cap - 1, i = (uint32_t)(hash >> 32) & mask;
    while (entries[i].kind != ENTRY_FREE && (entries[i].key != key || entries[i].kind != kind))
        i = (i + 1) & mask;
    return &entries[i];
}

static bool grow_entries(struct font *f)
{
    int cap = f->cap_entries * 2;
    struct entry *entries = mem_zeroed((size_t)cap, sizeof *entries);
    if (!entries)
        return false;
    for (int i = 0; i < f->cap_entries; i++) {
        const struct entry *e = &f->entries[i];
        if (e->kind != ENTRY_FREE)
            *find_entry(entries, cap, e->kind, e->key) = *e;
    }
    free(f->entries);
    f->entries = entries;
    f->cap_entries = cap;
    return true;
}

/* A new entry for a key that isn't there. */
static const struct font_bitmap *remember(struct font *f, enum entry_kind kind, uint64_t key, struct font_bitmap bitmap)
{
    if (f->num_entries * 2 >= f->cap_entries && !grow_entries(f))
        return NULL;
    struct entry *e = find_entry(f->entries, f->cap_entries, kind, key);
    *e = (struct entry){key, kind, bitmap};
    f->num_entries++;
    return &e->bitmap;
}

static struct shelf *find_shelf(struct font *f, int w, int h)
{
    struct shelf *best = NULL;
    for (struct shelf *s = f->shelves; s < f->shelves + f->num_shelves; s++)
        if (s->h >= h && s->h <= h + h / 4 + SHELF_STEP && s->x + w <= ATLAS_WIDTH && (!best || s->h < best->h))
            best = s;
    if (best)
        return best;
    const struct shelf *last = f->num_shelves ? &f->shelves[f->num_shelves - 1] : NULL;
    int y = last ? last->y + last->h : 0, shelf_h = (h + SHELF_STEP - 1) / SHELF_STEP * SHELF_STEP;
    int height = f->atlas.height;
    while (height < y + shelf_h && height < ATLAS_MAX_HEIGHT)
        height *= 2;
    if (y + shelf_h > height || (height > f->atlas.height && !grow_atlas(f, height))) {
        f->full = true;
        return NULL;
    }
    best = &f->shelves[f->num_shelves++];
    *best = (struct shelf){.y = y, .h = shelf_h};
    return best;
}

/* Room for w x h; NULL when there is none. */
static uint8_t *place(struct font *f, int w, int h, struct font_bitmap *out)
{
    if (w > ATLAS_WIDTH || h > ATLAS_WIDTH)
        return NULL; /* never fits; emptying the atlas wouldn't help */
    struct shelf *s = find_shelf(f, w, h);
    if (!s)
        return NULL;
    out->u = (uint16_t)s->x;
    out->v = (uint16_t)s->y;
    out->w = (uint16_t)w;
    out->h = (uint16_t)h;
    s->x += w;
    f->atlas.version++;
    return f->pixels + (size_t)out->v * ATLAS_WIDTH + out->u;
}

/* Upright w x h coverage to the atlas, turned by 90 degrees counter-clockwise. */
static void copy_turned(uint8_t *dst, const uint8_t *src, int w, int h)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            dst[(size_t)(w - 1 - x) * ATLAS_WIDTH + (size_t)y] = src[(size_t)y * (size_t)w + (size_t)x];
}

static bool rasterise(struct font *f, const struct text_style *s, int glyph, int subpixel, struct font_bitmap *out)
{
    const stbtt_fontinfo *info = &f->faces[s->bold].info;
    float scale = font_metrics(f, s).scale, shift = (float)subpixel / FONT_SUBPIXELS;
    int x0, y0, x1, y1;
    stbtt_GetGlyphBitmapBoxSubpixel(info, glyph, scale, scale, shift, 0, &x0, &y0, &x1, &y1);
    int w = x1 - x0, h = y1 - y0;
    *out = (struct font_bitmap){0};
    if (w <= 0 || h <= 0)
        return true;
    uint8_t *upright = s->turned ? mem_zeroed((size_t)w, (size_t)h) : NULL;
    uint8_t *dst = s->turned && !upright ? NULL : s->turned ? place(f, h, w, out) : place(f, w, h, out);
    if (dst && s->turned) {
        stbtt_MakeGlyphBitmapSubpixel(info, upright, w, h, w, scale, scale, shift, 0, glyph);
        copy_turned(dst, upright, w, h);
        out->dx = (int16_t)y0;
        out->dy = (int16_t)-x1;
    } else if (dst) {
        stbtt_MakeGlyphBitmapSubpixel(info, dst, w, h, ATLAS_WIDTH, scale, scale, shift, 0, glyph);
        out->dx = (int16_t)x0;
        out->dy = (int16_t)y0;
    }
    free(upright);
    return dst != NULL;
}

const struct font_bitmap *font_bitmap(struct font *f, const struct text_style *s, int glyph, int subpixel)
{
    uint64_t key = (uint64_t)glyph << 32 | (uint64_t)size_steps(s) << 8 | (uint64_t)s->turned << 4 | (uint64_t)s->bold << 3 |
                   (uint64_t)subpixel;
    struct entry *e = find_entry(f->entries, f->cap_entries, ENTRY_GLYPH, key);
    if (e->kind != ENTRY_FREE)
        return &e->bitmap;
    struct font_bitmap bitmap;
    return rasterise(f, s, glyph, subpixel, &bitmap) ? remember(f, ENTRY_GLYPH, key, bitmap) : NULL;
}

const struct font_bitmap *font_mask(struct font *f, uint64_t key, int w, int h, void (*paint)(uint8_t *coverage, int w, int h))
{
    struct entry *e = find_entry(f->entries, f->cap_entries, ENTRY_MASK, key);
    if (e->kind != ENTRY_FREE)
        return &e->bitmap;
    uint8_t *coverage = mem_zeroed((size_t)w, (size_t)h);
    struct font_bitmap bitmap = {0};
    uint8_t *dst = coverage ? place(f, w, h, &bitmap) : NULL;
    if (dst) {
        paint(coverage, w, h);
        for (int y = 0; y < h; y++)
            memcpy(dst + (size_t)y * ATLAS_WIDTH, coverage + (size_t)y * (size_t)w, (size_t)w);
    }
    free(coverage);
    return dst ? remember(f, ENTRY_MASK, key, bitmap) : NULL;
}
