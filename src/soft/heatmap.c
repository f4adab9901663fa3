/* Heatmaps on the CPU. Values become colours in chunks that stay in the L1 cache, by separate passes that vectorise: norm, index into
 * a table of the colormap and the three special colours, table look-up, NaN shares. What is converted depends on the columns shown:
 * texels of consecutive pixels are converted straight into the picture; fewer texels than pixels are converted once and spread; more
 * than that are picked first and converted then. A pixel row that shows the same texels as the one above is a copy of it.
 * Threads: any; nothing is shared but what is read. */
#include "soft/soft_internal.h"

enum {
    CHUNK = 1024,    /* pixels converted at a time */
    SPAN = 4096,     /* texels of a row kept as colours */
    LANES = 8,       /* pixels that are spread at once */
    BAD = COLORMAP_SIZE, UNDER, OVER, NUM_COLORS,
    ONE = 0x3f800000, INFINITE = 0x7f800000, /* float32 bits */
};

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ALPHA_GREEN 0x00ff00ffu /* of a soft_pixel */
#else
#define ALPHA_GREEN 0xff00ff00u
#endif

/* What the pixel columns of the clip show. Columns without a cell are trimmed at both ends. */
struct columns {
    int x0, num;
    const draw_map *map; /* of x0 */
    int first, last;     /* texels, smallest and largest */
    bool consecutive;    /* texel = first + i */
    bool steady;         /* each texel is that of the column before, or the next one */
    bool holes, lines;
};

struct converter {
    const struct draw_heatmap *h;
    struct norm_f32 norm;
    uint32_t table[NUM_COLORS];
    struct color bad, line, masked, hatch; /* in the band's order */
    bool opaque;
};

/* A row of texels as colours, for `columns` with fewer texels than pixels. */
struct row_cache {
    int row; /* -1: none */
    uint32_t colors[SPAN + LANES]; /* the last are read, not shown */
};

/* What holds for all columns; texels and their steps by bits, or compilers see control flow. */
HOT_SMALL static void survey_columns(const draw_map *restrict map, int num, struct columns *c)
{
    int first = INT32_MAX, last = 0, base = draw_map_texel(map[0]);
    int32_t holes = 0, lines = 0, uneven = 0, unsteady = 0;
    for (int i = 0; i < num; i++) {
        int32_t hole = map[i] >> 31, texel = draw_map_texel(map[i]);
        int high = texel & ~hole, low = high | (hole & INT32_MAX);
        first = low < first ? low : first;
        last = high > last ? high : last;
        holes |= hole;
        lines |= map[i] & ~hole;
        uneven |= texel - base - i;
    }
    for (int i = 1; i < num; i++)
        unsteady |= (draw_map_texel(map[i]) - draw_map_texel(map[i - 1])) & ~1;
    *c = (struct columns){.x0 = c->x0, .num = num, .map = map, .first = first, .last = last, .consecutive = !uneven && !holes,
                          .steady = !unsteady && !holes, .holes = holes != 0, .lines = (lines & 255) != 0};
}

static struct columns find_columns(const struct draw_heatmap *h, int x0, int x1)
{
    const draw_map *map = h->col_map;
    int i0 = x0 - h->dst.x, i1 = x1 - h->dst.x;
    while (i0 < i1 && map[i0] < 0)
        i0++;
    while (i0 < i1 && map[i1 - 1] < 0)
        i1--;
    struct columns c = {.x0 = h->dst.x + i0};
    if (i0 < i1)
        survey_columns(map + i0, i1 - i0, &c);
    return c;
}

/* Colours in the band's order, packed. Returns the bits that all alphas have in common: 255 if all are 255. */
HOT_SMALL static uint32_t pack_table(const struct color *colors, uint32_t *restrict out, int num, bool bgra)
{
    uint32_t common = UINT32_MAX, p;
    for (int i = 0; i < num; i++) {
        memcpy(&p, &colors[i], sizeof p);
        common &= p;
        out[i] = bgra ? (p & ALPHA_GREEN) | (p & ~ALPHA_GREEN) << 16 | (p & ~ALPHA_GREEN) >> 16 : p;
    }
    return soft_unpack(common).a;
}

static struct converter make_converter(const struct soft_band *b, const struct draw_heatmap *h)
{
    struct converter c = {.h = h, .norm = norm_to_f32(&h->norm), .bad = soft_color(b, h->bad), .line = soft_color(b, h->line_color),
                          .masked = soft_color(b, h->masked), .hatch = soft_color(b, h->hatch_color)};
    uint32_t alpha = pack_table(h->lut, c.table, COLORMAP_SIZE, b->bgra);
    c.table[BAD] = soft_pack(c.bad);
    c.table[UNDER] = soft_pack(soft_color(b, h->under));
    c.table[OVER] = soft_pack(soft_color(b, h->over));
    if (h->masked_share)
        alpha &= h->masked.a;
    if (h->hatch)
        alpha &= h->hatch_color.a;
    c.opaque = (alpha & h->bad.a & h->under.a & h->over.a & h->line_color.a) == 255;
    return c;
}

/* t to an index into the table. Floats are compared as integers of the same order, so no comparison can go astray on a NaN, and
 * chosen by masks, not by conditions, or compilers see control flow and don't vectorise. Clamping to just under 1 makes int(t * 256)
 * at most 255; it leaves what is over at 255 and what is under at 0. */
HOT_SMALL static void find_indices(const float *restrict t, int32_t *restrict index, int num)
{
    for (int i = 0; i < num; i++) {
        int32_t bits, clamped;
        float inside;
        memcpy(&bits, &t[i], sizeof bits);
        clamped = bits < 0 ? 0 : bits;
        clamped = clamped < ONE - 1 ? clamped : ONE - 1;
        memcpy(&inside, &clamped, sizeof inside);
        int32_t magnitude = bits & INT32_MAX;
        int32_t over = -(bits > ONE), under = (bits >> 31) & -(magnitude != 0), nan = -(magnitude > INFINITE);
        int32_t k = (int32_t)(inside * 256) + (over & (OVER - 255)) + (under & UNDER);
        index[i] = (k & ~nan) | (BAD & nan);
    }
}

HOT_SMALL static void look_up(const uint32_t *restrict table, const int32_t *restrict index, soft_pixel *restrict out, int num)
{
    for (int i = 0; i < num; i++)
        out[i] = table[index[i]];
}

static void mix_shares(const struct converter *c, const uint8_t *share, soft_pixel *out, int num)
{
    for (int i = 0; i < num; i++) {
        uint64_t eight;
        if (i + 8 <= num && (memcpy(&eight, share + i, 8), eight == 0)) {
            i += 7;
            continue;
        }
        if (share[i] == 0)
            continue;
        if (share[i] == c->h->masked_share) {
            out[i] = soft_pack(c->masked);
            continue;
        }
        unsigned s = share[i] > c->h->nan_floor ? share[i] : c->h->nan_floor;
        out[i] = soft_pack(soft_mix_color(soft_unpack(out[i]), c->bad, s));
    }
}

/* At most CHUNK values; share may be NULL. */
static void convert(const struct converter *c, const float *values, const uint8_t *share, soft_pixel *out, int num)
{
    float t[CHUNK];
    int32_t index[CHUNK];
    if (!c->h->normalised) {
        norm_apply_f32(&c->norm, values, t, num);
        values = t;
    }
    find_indices(values, index, num);
    look_up(c->table, index, out, num);
    if (share)
        mix_shares(c, share, out, num);
}

static void convert_row(const struct converter *c, int row, int first, int num, uint32_t *out)
{
    size_t at = (size_t)row * (size_t)c->h->num_cols + (size_t)first;
    for (int i = 0; i < num; i += CHUNK) {
        int n = num - i < CHUNK ? num - i : CHUNK;
        convert(c, c->h->values + at + i, c->h->nan_share ? c->h->nan_share + at + i : NULL, out + i, n);
    }
}

/* Values of scattered texels; a hole takes any, it isn't drawn. */
static void pick_and_convert(const struct converter *c, int row, const draw_map *map, int num, soft_pixel *out)
{
    const float *values = c->h->values + (size_t)row * (size_t)c->h->num_cols;
    const uint8_t *shares = c->h->nan_share ? c->h->nan_share + (size_t)row * (size_t)c->h->num_cols : NULL;
    float picked[CHUNK];
    uint8_t picked_shares[CHUNK];
    for (int i = 0; i < num; i++) {
        int texel = map[i] < 0 ? 0 : draw_map_texel(map[i]);
        picked[i] = values[texel];
        if (shares)
            picked_shares[i] = shares[texel];
    }
    convert(c, picked, shares ? picked_shares : NULL, out, num);
}

#if defined(__GNUC__) && !defined(__clang__)
typedef int32_t __attribute__((vector_size(LANES * 4))) lanes;

/* For steady columns: those of a few pixels side by side lie side by side, too, and are sorted out within a register, which costs a
 * fraction of gathering them. */
HOT_SMALL static int spread_lanes(const uint32_t *restrict colors, int first, const draw_map *restrict map, int num, soft_pixel *restrict out)
{
    int i = 0;
    for (; i + LANES <= num; i += LANES) {
        int base = draw_map_texel(map[i]);
        lanes shown, near;
        memcpy(&shown, map + i, sizeof shown);
        memcpy(&near, colors + (base - first), sizeof near);
        near = __builtin_shuffle(near, (shown >> 8) - base);
        memcpy(out + i, &near, sizeof near);
    }
    return i;
}
#else
static int spread_lanes(const uint32_t *colors, int first, const draw_map *map, int num, soft_pixel *out)
{
    (void)colors, (void)first, (void)map, (void)num, (void)out;
    return 0;
}
#endif

/* No holes. */
static void spread_all(const uint32_t *colors, int first, bool steady, const draw_map *map, int num, soft_pixel *out)
{
    for (int i = steady ? spread_lanes(colors, first, map, num, out) : 0; i < num; i++)
        out[i] = colors[draw_map_texel(map[i]) - first];
}

static void spread(const struct row_cache *cache, int first, const draw_map *map, int num, soft_pixel *out)
{
    for (int i = 0; i < num; i++)
        out[i] = map[i] < 0 ? 0 : cache->colors[draw_map_texel(map[i]) - first];
}

static void mix_lines(struct color color, const draw_map *map, unsigned row_line, int num, soft_pixel *out)
{
    soft_pixel full = soft_pack(color);
    for (int i = 0; i < num; i++) {
        unsigned line = draw_map_line(map[i]);
        line = line > row_line ? line : row_line;
        unsigned s = (line * color.a + 127) / 255;
        if (s == 255)
            out[i] = full;
        else if (s && map[i] >= 0)
            out[i] = soft_pack(soft_mix_color(soft_unpack(out[i]), color, s));
    }
}

/* How bad the texels of pixels are, 0..255: what a hatch goes by. */
static void find_bad(const struct converter *c, int row, const draw_map *map, int num, uint8_t *bad)
{
    const struct draw_heatmap *h = c->h;
    size_t at = (size_t)row * (size_t)h->num_cols;
    float picked[CHUNK], t[CHUNK];
    for (int i = 0; i < num; i++)
        picked[i] = h->values[at + (size_t)(map[i] < 0 ? 0 : draw_map_texel(map[i]))];
    if (!h->normalised)
        norm_apply_f32(&c->norm, picked, t, num);
    for (int i = 0; i < num; i++) {
        uint32_t bits;
        memcpy(&bits, h->normalised ? &picked[i] : &t[i], sizeof bits);
        uint8_t share = h->nan_share && map[i] >= 0 ? h->nan_share[at + (size_t)draw_map_texel(map[i])] : 0;
        bool hidden = share && share == h->masked_share;
        share = share && share < h->nan_floor ? h->nan_floor : share;
        bad[i] = hidden ? 0 : (bits & INT32_MAX) > INFINITE ? 255 : share;
    }
}

/* (x, y): of the first pixel, from dst's corner. */
static void mix_hatch(const struct converter *c, int row, const draw_map *map, int x, int y, int num, soft_pixel *out)
{
    const struct draw_heatmap *h = c->h;
    const uint8_t *tile = h->hatch + y % h->hatch_size * h->hatch_size;
    uint8_t bad[CHUNK];
    find_bad(c, row, map, num, bad);
    for (int i = 0; i < num; i++) {
        unsigned k = bad[i] ? (tile[(x + i) % h->hatch_size] * (unsigned)bad[i] + 127) / 255 : 0;
        if (k && map[i] >= 0)
            out[i] = soft_pack(soft_mix_color(soft_unpack(out[i]), c->hatch, (k * c->hatch.a + 127) / 255));
    }
}

static void store(const soft_pixel *colors, const draw_map *map, int num, uint8_t *dst)
{
    for (int i = 0; i < num; i++) {
        struct color c = soft_unpack(colors[i]);
        if (map[i] >= 0 && c.a == 255)
            memcpy(dst + 4 * (size_t)i, &colors[i], 4);
        else if (map[i] >= 0)
            soft_blend(dst + 4 * (size_t)i, c, c.a);
    }
}

/* One chunk of a pixel row: [i, i + num) of the columns. */
static void draw_chunk(const struct converter *c, const struct columns *cols, const struct row_cache *cache, draw_map row_map, int i,
                       int y, int num, uint8_t *dst)
{
    const draw_map *map = cols->map + i;
    int row = draw_map_texel(row_map), row_line = draw_map_line(row_map);
    bool direct = c->opaque && !cols->holes;
    soft_pixel buffer[CHUNK];
    soft_pixel *out = direct && ((uintptr_t)dst & 3) == 0 ? (soft_pixel *)dst : buffer;
    if (cache->row >= 0 && !cols->holes)
        spread_all(cache->colors, cols->first, cols->steady, map, num, out);
    else if (cache->row >= 0)
        spread(cache, cols->first, map, num, out);
    else if (cols->consecutive)
        convert_row(c, row, cols->first + i, num, (uint32_t *)out);
    else
        pick_and_convert(c, row, map, num, out);
    if (c->h->hatch)
        mix_hatch(c, row, map, cols->x0 - c->h->dst.x + i, y, num, out);
    if (cols->lines || row_line)
        mix_lines(c->line, map, (unsigned)row_line, num, out);
    if (!direct)
        store(out, map, num, dst);
    else if (out == buffer)
        memcpy(dst, buffer, (size_t)num * 4);
}

bool soft_heatmap_covers(const struct draw_heatmap *h, struct rect clip)
{
    for (int x = clip.x; x < clip.x + clip.w; x++)
        if (h->col_map[x - h->dst.x] < 0)
            return false;
    for (int y = clip.y; y < clip.y + clip.h; y++)
        if (h->row_map[y - h->dst.y] < 0)
            return false;
    for (int i = 0; i < COLORMAP_SIZE; i++)
        if (h->lut[i].a != 255)
            return false;
    return h->bad.a == 255 && h->under.a == 255 && h->over.a == 255 && h->line_color.a == 255 &&
           (!h->masked_share || h->masked.a == 255) && (!h->hatch || h->hatch_color.a == 255);
}

void soft_heatmap(const struct soft_band *b, const struct draw_heatmap *h, struct rect clip)
{
    struct columns cols = find_columns(h, clip.x, clip.x + clip.w);
    int num = cols.num, num_texels = cols.last - cols.first + 1;
    if (num <= 0)
        return;
    struct converter c = make_converter(b, h);
    struct row_cache cache = {.row = -1};
    bool cached = !cols.consecutive && num_texels <= num && num_texels <= SPAN;
    draw_map above = DRAW_MAP_OUTSIDE;
    for (int y = clip.y; y < clip.y + clip.h; y++) {
        draw_map row_map = h->row_map[y - h->dst.y];
        uint8_t *dst = soft_at(b, cols.x0, y);
        if (row_map >= 0 && row_map == above && c.opaque && !cols.holes && !h->hatch) {
            memcpy(dst, dst - b->stride, (size_t)num * 4);
            continue;
        }
        above = row_map;
        if (row_map < 0)
            continue;
        if (cached && cache.row != draw_map_texel(row_map)) {
            cache.row = draw_map_texel(row_map);
            convert_row(&c, cache.row, cols.first, num_texels, cache.colors);
        }
        for (int i = 0; i < num; i += CHUNK)
            draw_chunk(&c, &cols, &cache, row_map, i, y - h->dst.y, num - i < CHUNK ? num - i : CHUNK, dst + 4 * (size_t)i);
    }
}
