/* A picture as data: what to draw, in order, in pixels. Recorded by view, executed by gpu and soft, which give the same pixels. Three
 * commands suffice: filled rectangles, glyphs from an atlas (text, and any small shape as a coverage mask), and heatmaps (the
 * colorbar is one, too, so it can't disagree with the picture). */
#ifndef DRAW_LIST_H
#define DRAW_LIST_H

#include "plot/color.h"
#include "plot/colormap.h"
#include "plot/cvd.h"
#include "plot/norm.h"
#include "plot/rect.h"
#include <heatscope/status.h>
#include <stddef.h>
#include <stdint.h>

/* One pixel column (or row) of a heatmap: which texel it shows and how much of it a grid line covers (0..255), packed as
 * texel * 256 + line. Negative: no cell there, the pixel is left alone. */
typedef int32_t draw_map;
#define DRAW_MAP_OUTSIDE (-1)
static inline draw_map draw_map_pack(int32_t texel, uint8_t line) { return texel * 256 + line; }
static inline int32_t draw_map_texel(draw_map m) { return m >> 8; }
static inline uint8_t draw_map_line(draw_map m) { return (uint8_t)(m & 255); }

/* Pixel (x, y) of dst shows texel (col_map[x], row_map[y]):
 *   t     = values are normalised ? value : norm(value), in float32
 *   c     = t NaN: bad; t < 0: under; t > 1: over; else lut[min(int(t * 256), 255)]
 *   share = nan_share of the texel; 0: none; masked_share (unless that is 0): c = masked; else max(share, nan_floor);
 *           c = mix(c, bad, share / 255)
 *   b     = with a hatch: 0 where masked, 255 where t is NaN, else that share; from its tile, at (x, y) modulo its size, the coverage k:
 *           c = mix(c, hatch_color, ((k * b + 127) / 255 * hatch_color.a + 127) / 255)
 *   c     = mix(c, line_color, max(line coverage of column, of row) / 255 * line_color.a / 255)
 * mix(a, b, s/255) = (a * (255 - s) + b * s + 127) / 255 per channel; the result is blended over what is there by c's alpha (usually
 * 255). Pointers stay valid until the list is executed; the executors copy nothing. */
struct draw_heatmap {
    struct rect dst;
    int num_cols, num_rows;       /* texels */
    const float *values;
    const uint8_t *nan_share;     /* NULL: none */
    const draw_map *col_map;      /* dst.w entries */
    const draw_map *row_map;      /* dst.h entries */
    bool normalised;
    struct norm norm;
    const struct color *lut;      /* COLORMAP_SIZE entries */
    struct color bad, under, over, line_color;
    uint8_t nan_floor;
    uint8_t masked_share;         /* a NaN share that says "hidden"; 0: there is none */
    struct color masked;
    const uint8_t *hatch;         /* hatch_size x hatch_size; NULL: none */
    int hatch_size;
    struct color hatch_color;
    uint64_t hatch_version;
    /* Unique numbers that change whenever the content behind the pointers does, so an executor can keep what it has uploaded. */
    uint64_t values_version, maps_version, lut_version;
    /* When the values are those of base_version but for some rows (columns) of texels, these, which may run over the last one to the
     * first; 0: all may be others. */
    uint64_t base_version;
    int changed_first, changed_num;
    bool changed_cols;
};

struct draw_glyph {
    int32_t x, y;                 /* top left on screen */
    uint16_t u, v, w, h;          /* in the atlas */
};

/* A coverage atlas (8 bits): grows downwards, contents never move until it is cleared (then generation changes). */
struct draw_atlas {
    const uint8_t *pixels;
    int width, height;            /* stride = width */
    uint64_t version;             /* changes whenever pixels do */
};

enum draw_kind { DRAW_RECT, DRAW_GLYPHS, DRAW_HEATMAP };

struct draw_cmd {
    enum draw_kind kind;
    struct color color;           /* RECT, GLYPHS; alpha blends: (dst * (255 - a) + src * a + 127) / 255, a = color.a * coverage / 255 rounded */
    struct rect clip;             /* RECT: the rectangle itself; GLYPHS: pixels outside stay alone */
    int first, num;               /* GLYPHS: in list->glyphs; HEATMAP: first = index in list->heatmaps */
};

struct draw_list {
    int width, height;
    struct color clear;
    struct rect area;             /* what is recorded now is relative to its corner, and cut to it */
    struct draw_cmd *cmds;
    int num_cmds, cap_cmds;
    struct draw_glyph *glyphs;
    int num_glyphs, cap_glyphs;
    struct draw_heatmap *heatmaps;
    int num_heatmaps, cap_heatmaps;
    const struct draw_atlas *atlas;
    const struct cvd_table *simulate; /* the finished picture goes through this; NULL: as it is */
    bool failed;                  /* out of memory while recording: things are missing */
};

/* Zero-initialise before the first begin. Keeps the memory of earlier pictures. */
void draw_list_begin(struct draw_list *l, int width, int height, struct color clear);
void draw_list_fini(struct draw_list *l);
/* Record into a part of the picture from now on: coordinates count from its corner, and what is outside is cut. */
void draw_list_area(struct draw_list *l, struct rect area);
/* Empty rectangles and those off the picture are dropped; clipping to the picture is done here. */
void draw_list_rect(struct draw_list *l, struct rect r, struct color c);
/* The outline of r, `width` pixels wide, outside of it. */
void draw_list_frame(struct draw_list *l, struct rect r, int width, struct color c);
void draw_list_heatmap(struct draw_list *l, const struct draw_heatmap *h);
/* Glyphs are added one by one to the command begun last. */
void draw_list_glyphs(struct draw_list *l, struct color c, struct rect clip);
void draw_list_glyph(struct draw_list *l, struct draw_glyph g);
/* A command of num glyphs, which the caller fills in: index of the first in l->glyphs, or -1 without memory. Positions are the picture's,
 * not the area's. */
int draw_list_glyph_room(struct draw_list *l, struct color c, struct rect clip, int num);

#endif
