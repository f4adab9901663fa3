/* Shared by the executor's files: the band being drawn, and the arithmetic of list.h on bytes. */
#ifndef SOFT_SOFT_INTERNAL_H
#define SOFT_SOFT_INTERNAL_H

#include "base/hot.h"
#include "draw/list.h"
#include <string.h>

/* Rows [y0, y1) of the picture; rgba is its top left pixel. */
struct soft_band {
    uint8_t *rgba;
    ptrdiff_t stride; /* negative: bottom row first in memory */
    int width, y0, y1;
    bool bgra; /* every colour of the list is exchanged on its way in; the arithmetic is the same for all channels */
};

/* A pixel in memory order, whatever the byte order. */
typedef uint32_t __attribute__((may_alias)) soft_pixel;

static inline uint8_t soft_mix(unsigned a, unsigned b, unsigned s)
{
    return (uint8_t)((a * (255 - s) + b * s + 127) / 255);
}

static inline struct color soft_mix_color(struct color a, struct color b, unsigned s)
{
    return (struct color){soft_mix(a.r, b.r, s), soft_mix(a.g, b.g, s), soft_mix(a.b, b.b, s), soft_mix(a.a, b.a, s)};
}

static inline struct color soft_color(const struct soft_band *b, struct color c)
{
    return b->bgra ? (struct color){c.b, c.g, c.r, c.a} : c;
}

static inline soft_pixel soft_pack(struct color c)
{
    uint32_t p;
    memcpy(&p, &c, sizeof p);
    return p;
}

static inline struct color soft_unpack(uint32_t p)
{
    struct color c;
    memcpy(&c, &p, sizeof c);
    return c;
}

/* c over the pixel by alpha a: soft_mix of two channels at a time, 16 bits each. x / 255 is (x + 1 + x / 256) / 256 below 65535. */
static inline void soft_blend(uint8_t *dst, struct color c, unsigned a)
{
    enum { LOW = 0x00ff00ff };
    uint32_t over = soft_pack((struct color){c.r, c.g, c.b, 255}), under;
    memcpy(&under, dst, 4);
    uint32_t even = (under & LOW) * (255 - a) + (over & LOW) * a + 0x007f007f;
    uint32_t odd = (under >> 8 & LOW) * (255 - a) + (over >> 8 & LOW) * a + 0x007f007f;
    even = (even + 0x00010001 + (even >> 8 & LOW)) >> 8 & LOW;
    odd = (odd + 0x00010001 + (odd >> 8 & LOW)) & ~(uint32_t)LOW;
    even |= odd;
    memcpy(dst, &even, 4);
}

static inline uint8_t *soft_at(const struct soft_band *b, int x, int y)
{
    return b->rgba + (ptrdiff_t)y * b->stride + (size_t)x * 4;
}

/* clip: the part of the picture to draw on, already cut to the band. */
void soft_glyphs(const struct soft_band *b, const struct draw_list *l, const struct draw_cmd *cmd, struct rect clip);
/* Every pixel of clip gets a colour that hides what was there. */
bool soft_heatmap_covers(const struct draw_heatmap *h, struct rect clip);
/* clip: the part of the picture to draw on, already cut to the band. */
void soft_heatmap(const struct soft_band *b, const struct draw_heatmap *h, struct rect clip);

#endif
