/* Faces, the glyph cache and the atlas. A glyph is rasterised once per size (in quarter pixels), face, angle and subpixel position,
 * put on a shelf of the atlas and found again by a hash table. The atlas only grows until it is full; then it waits for font_begin to
 * empty it, since recorded lists point into it. Threads: the one that owns the font. */
#include "draw/font_internal.h"
#include "draw/font_face.h"
#include "base/embedded.h"
#include "base/log.h"
#include "base/memory.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ATLAS_WIDTH = 1024, ATLAS_MIN_HEIGHT = 256, ATLAS_MAX_HEIGHT = 8192, SHELF_STEP = 4, MAX_SHELVES = ATLAS_MAX_HEIGHT / SHELF_STEP };
enum { FACE_REGULAR, FACE_BOLD, FACE_OWN, NUM_FACES }; /* OWN: the user's, instead of the regular one */
enum { MAX_FONT_BYTES = 64 << 20, MAX_SAID = 8, REPLACEMENT = 0xfffd, FACE_SHIFT = 16 };

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
    struct face *faces[NUM_FACES];
    uint8_t *own_bytes;
    uint32_t said[MAX_SAID]; /* code points said to be missing */
    int num_said;
    struct draw_atlas atlas;
    uint8_t *pixels;
    struct shelf shelves[MAX_SHELVES];
    int num_shelves;
    struct entry *entries; /* open addressing, a power of two, at most half full */
    int num_entries, cap_entries;
    bool full;
};

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

static struct face *embedded_face(const char *name)
{
    const struct embedded_file *file = embedded_find(fonts_embedded, name);
    const char *why;
    return file ? face_create(file->begin, (size_t)(file->end - file->begin), &why) : NULL;
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
    f->faces[FACE_REGULAR] = embedded_face("DejaVuSans.ttf");
    f->faces[FACE_BOLD] = embedded_face("DejaVuSans-Bold.ttf");
    if (!f->faces[FACE_REGULAR] || !f->faces[FACE_BOLD]) {
        log_error("the embedded font can't be read; build heatscope with fonts-dejavu-core installed");
        goto fail;
    }
    return f;
fail:
    font_destroy(f);
    return NULL;
}

/* All of a regular file; NULL: *why. */
static uint8_t *read_font(const char *path, size_t *num, const char **why)
{
    FILE *file = fopen(path, "re");
    struct stat st;
    uint8_t *bytes = NULL;
    *why = file ? NULL : strerror(errno);
    if (file && (fstat(fileno(file), &st) != 0 || !S_ISREG(st.st_mode)))
        *why = "it is no file";
    else if (file && st.st_size > MAX_FONT_BYTES)
        *why = "it is larger than 64 MiB";
    if (!*why) {
        bytes = mem_zeroed((size_t)st.st_size + 1, 1);
        *num = bytes ? fread(bytes, 1, (size_t)st.st_size, file) : 0;
        *why = bytes ? NULL : "out of memory";
    }
    if (file)
        fclose(file);
    return bytes;
}

enum hs_status font_load(struct font *f, const char *path)
{
    const char *why;
    size_t num = 0;
    uint8_t *bytes = read_font(path, &num, &why);
    struct face *face = bytes ? face_create(bytes, num, &why) : NULL;
    if (!face) {
        log_error("--font: '%s': %s", path, why);
        free(bytes);
        return HS_ERR_USAGE;
    }
    face_cover_latin(face);
    face_destroy(f->faces[FACE_OWN]);
    free(f->own_bytes);
    f->faces[FACE_OWN] = face;
    f->own_bytes = bytes;
    f->full = true; /* glyphs of the font before must not be found again */
    font_begin(f);
    return HS_OK;
}

void font_destroy(struct font *f)
{
    if (!f)
        return;
    for (int i = 0; i < NUM_FACES; i++)
        face_destroy(f->faces[i]);
    free(f->own_bytes);
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

static int face_of(const struct font *f, bool bold)
{
    return bold ? FACE_BOLD : f->faces[FACE_OWN] ? FACE_OWN : FACE_REGULAR;
}

struct font_metrics font_metrics(const struct font *f, const struct text_style *s)
{
    const struct face *face = f->faces[face_of(f, s->bold)];
    float px = (float)size_steps(s) / FONT_SIZE_STEPS, scale = px / (float)face_units_per_em(face);
    return (struct font_metrics){
        .scale = px / FONT_UNITS_PER_EM,
        .ascent = (int)lroundf((float)face_ascent(face) * scale),
        .descent = (int)lroundf((float)face_descent(face) * scale),
        .cap_height = (int)lroundf((float)face_cap_height(face) * scale),
    };
}

static void say_missing(struct font *f, uint32_t codepoint)
{
    for (int i = 0; i < f->num_said; i++)
        if (f->said[i] == codepoint)
            return;
    if (f->num_said == MAX_SAID)
        return;
    f->said[f->num_said++] = codepoint;
    log_warn("no font here has the character U+%04X; it is drawn as a box%s", codepoint,
             f->num_said == MAX_SAID ? " (and so are others)" : "");
}

/* The user's font, then the embedded one, then a box. */
int font_glyph(struct font *f, bool bold, uint32_t codepoint)
{
    int first = face_of(f, bold), second = bold ? FACE_BOLD : FACE_REGULAR;
    int glyph = face_glyph(f->faces[first], codepoint);
    if (glyph)
        return first << FACE_SHIFT | glyph;
    glyph = second != first ? face_glyph(f->faces[second], codepoint) : 0;
    if (!glyph && codepoint == REPLACEMENT)
        glyph = face_glyph(f->faces[second], '?');
    if (!glyph)
        say_missing(f, codepoint);
    return second << FACE_SHIFT | glyph;
}

static int units(const struct face *face, int of_face)
{
    int em = face_units_per_em(face);
    return em == FONT_UNITS_PER_EM ? of_face : (int)lround((double)of_face * FONT_UNITS_PER_EM / em);
}

int font_advance(const struct font *f, int glyph)
{
    const struct face *face = f->faces[glyph >> FACE_SHIFT];
    return units(face, face_advance(face, glyph & 0xffff));
}

int font_kern(struct font *f, bool bold, uint32_t left, uint32_t right)
{
    struct face *face = f->faces[face_of(f, bold)];
    return units(face, face_kern(face, left, right));
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

static bool rasterise(struct font *f, const struct text_style *s, int glyph, int sub_x, int sub_y, struct font_bitmap *out)
{
    const struct face *face = f->faces[glyph >> FACE_SHIFT];
    struct face_bitmap b = {
        .scale = (float)size_steps(s) / FONT_SIZE_STEPS / (float)face_units_per_em(face),
        .dx = (float)sub_x / FONT_SUBPIXELS,
        .dy = (float)sub_y / FONT_SUBPIXELS,
        .glyph = glyph & 0xffff,
        .degrees = s->turned ? 0 : s->degrees, /* upright, and then turned: the same bitmap */
    };
    *out = (struct font_bitmap){0};
    if (!face_bitmap_box(face, &b))
        return true;
    uint8_t *upright = s->turned ? mem_zeroed((size_t)b.w, (size_t)b.h) : NULL;
    uint8_t *dst = s->turned && !upright ? NULL : s->turned ? place(f, b.h, b.w, out) : place(f, b.w, b.h, out);
    if (dst && s->turned) {
        face_bitmap_paint(face, &b, upright, b.w);
        copy_turned(dst, upright, b.w, b.h);
        out->dx = (int16_t)b.y0;
        out->dy = (int16_t)(-b.x0 - b.w);
    } else if (dst) {
        face_bitmap_paint(face, &b, dst, ATLAS_WIDTH);
        out->dx = (int16_t)b.x0;
        out->dy = (int16_t)b.y0;
    }
    free(upright);
    return dst != NULL;
}

const struct font_bitmap *font_bitmap(struct font *f, const struct text_style *s, int glyph, int sub_x, int sub_y)
{
    uint64_t degrees = s->turned ? 360 : (uint64_t)(s->degrees + 180);
    uint64_t key = (uint64_t)glyph << 32 | degrees << 16 | (uint64_t)size_steps(s) << 4 | (uint64_t)sub_y << 2 | (uint64_t)sub_x;
    struct entry *e = find_entry(f->entries, f->cap_entries, ENTRY_GLYPH, key);
    if (e->kind != ENTRY_FREE)
        return &e->bitmap;
    struct font_bitmap bitmap;
    return rasterise(f, s, glyph, sub_x, sub_y, &bitmap) ? remember(f, ENTRY_GLYPH, key, bitmap) : NULL;
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
