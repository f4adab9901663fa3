/* Glyphs on the CPU: four pixels at a time, in vectors. Pixels beside the glyph are blended with nothing, which leaves them as they
 * are; where there aren't four (at the picture's or the atlas's edge), pixel by pixel. Threads: any; each has its own rows. */
#include "soft/soft_internal.h"

enum { STEP = 4 };

typedef uint8_t coverage_step __attribute__((vector_size(4)));
typedef uint32_t pixel_lanes __attribute__((vector_size(16)));
typedef uint8_t channel_bytes __attribute__((vector_size(16)));
typedef uint16_t channel_words __attribute__((vector_size(32)));

/* `blocks` times four columns; `last` says which of the last four count. */
HOT_SMALL static void blend_blocks(uint8_t *dst, ptrdiff_t stride, const uint8_t *coverage, size_t coverage_stride, int blocks, int rows,
                                  const uint8_t last[STEP], struct color c)
{
    channel_bytes color_bytes;
    coverage_step count, all = {255, 255, 255, 255};
    for (int i = 0; i < STEP; i++)
        memcpy((char *)&color_bytes + 4 * i, &(struct color){c.r, c.g, c.b, 255}, 4);
    memcpy(&count, last, sizeof count);
    channel_words color = __builtin_convertvector(color_bytes, channel_words);
    for (int y = 0; y < rows; y++, dst += stride, coverage += coverage_stride)
        for (int i = 0; i < blocks; i++) {
            coverage_step covered;
            channel_bytes pixels;
            memcpy(&covered, coverage + STEP * i, sizeof covered);
            memcpy(&pixels, dst + 4 * STEP * i, sizeof pixels);
            covered &= i == blocks - 1 ? count : all;
            pixel_lanes x = __builtin_convertvector(covered, pixel_lanes) * (uint32_t)c.a + 127;
            x = ((x + 1 + (x >> 8)) >> 8) * 0x01010101u; /* x / 255 in each channel */
            channel_words alpha = __builtin_convertvector((channel_bytes)x, channel_words);
            channel_words mixed = __builtin_convertvector(pixels, channel_words) * (255 - alpha) + color * alpha + 127; /* soft_mix */
            mixed = (mixed + 1 + (mixed >> 8)) >> 8;
            pixels = __builtin_convertvector(mixed, channel_bytes);
            memcpy(dst + 4 * STEP * i, &pixels, sizeof pixels);
        }
}

static void blend_pixels(uint8_t *dst, ptrdiff_t stride, const uint8_t *coverage, size_t coverage_stride, int num, int rows, struct color c)
{
    for (int y = 0; y < rows; y++, dst += stride, coverage += coverage_stride)
        for (int i = 0; i < num; i++)
            if (coverage[i])
                soft_blend(dst + 4 * (size_t)i, c, ((unsigned)c.a * coverage[i] + 127) / 255);
}

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

static void draw_glyph(const struct soft_band *b, const struct draw_atlas *atlas, const struct draw_glyph *g, struct rect clip,
                       struct color c)
{
    static const uint8_t LAST[STEP][STEP] = {{255, 255, 255, 255}, {255, 0, 0, 0}, {255, 255, 0, 0}, {255, 255, 255, 0}};
    int x0 = max_int(g->x, clip.x), x1 = min_int(g->x + g->w, clip.x + clip.w);
    int y0 = max_int(g->y, clip.y), y1 = min_int(g->y + g->h, clip.y + clip.h), u = g->u + x0 - g->x;
    if (x0 >= x1 || y0 >= y1)
        return;
    const uint8_t *coverage = atlas->pixels + (size_t)(g->v + y0 - g->y) * (size_t)atlas->width + u;
    uint8_t *dst = soft_at(b, x0, y0);
    int blocks = (x1 - x0 + STEP - 1) / STEP;
    if (x0 + blocks * STEP > b->width || u + blocks * STEP > atlas->width)
        blend_pixels(dst, b->stride, coverage, (size_t)atlas->width, x1 - x0, y1 - y0, c);
    else
        blend_blocks(dst, b->stride, coverage, (size_t)atlas->width, blocks, y1 - y0, LAST[(x1 - x0) % STEP], c);
}

void soft_glyphs(const struct soft_band *b, const struct draw_list *l, const struct draw_cmd *cmd, struct rect clip)
{
    if (!l->atlas)
        return;
    struct color c = soft_color(b, cmd->color);
    const struct draw_glyph *g = l->glyphs + cmd->first;
    for (int i = 0; i < cmd->num; i++)
        if (g[i].y < clip.y + clip.h && g[i].y + g[i].h > clip.y)
            draw_glyph(b, l->atlas, &g[i], clip, c);
}
