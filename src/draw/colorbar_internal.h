/* Shared by the files of the colorbar: colorbar.c (where it is, colours, ends), colorbar_ticks.c (numbers), colorbar_histogram.c (what
 * lies beside it), legend.c (categories instead). One thread.
 *
 * A colorbar is a block beside the plot, or above or below it. From the plot outwards: gap, histogram, bar, ticks, numbers, label. */
#ifndef DRAW_COLORBAR_INTERNAL_H
#define DRAW_COLORBAR_INTERNAL_H

#include "draw/figure_internal.h"

/* Along the plot's edge, in pixels from its top (flat: from its left). */
struct bar_plan {
    bool flat;               /* above or below the plot; the high end is on the right, else at the top */
    int begin, len;          /* of the colours */
    int lo_triangle, hi_triangle; /* room for them, 0: none */
    int lo_share, hi_share;
    bool bad;                /* there is room for the mark of bad values */
};

/* The block on screen. */
struct bar_place {
    struct bar_plan plan;
    struct rect bar;         /* colours */
    bool outwards_down;      /* outwards is right or down (else left or up) */
    int outer;               /* x (flat: y) of the bar's outer edge, frame included */
    int hist_w;
};

static inline bool cbar_is_flat(const struct figure_params *p) { return p->cbar.side == CBAR_TOP || p->cbar.side == CBAR_BOTTOM; }
static inline int bar_towards(const struct bar_place *b, int px) { return b->outwards_down ? px : -px; }

struct color colorbar_over(struct color c, struct color back);
/* c over the background, thinned to `share` of 255. */
struct color colorbar_muted(struct color c, struct color back, int share);
struct bar_plan bar_plan_make(const struct figure *f, const struct figure_params *p, int length_px);
/* Distance from the bar's low end, in pixels, of a value; negative: not on the bar. */
double bar_px(const struct norm *n, double v, int length_px);

/* colorbar_ticks.c */
void colorbar_plan_ticks(struct figure *f, const struct figure_params *p, struct ticks *t, int length_px);
int colorbar_widest(struct figure *f, const struct ticks *t);
void colorbar_numbers(struct figure *f, const struct figure_params *p, struct draw_list *l, const struct bar_place *b);

/* colorbar_histogram.c */
void colorbar_histogram(struct figure *f, const struct figure_params *p, struct draw_list *l, const struct bar_place *b);
void colorbar_share_text(double share, char out[16]);
void colorbar_shares(struct figure *f, const struct figure_params *p, struct draw_list *l, const struct bar_place *b);

/* legend.c: the widest name; the entries, from x, y on. */
int legend_widest(struct figure *f, const struct figure_params *p);
void legend_draw(struct figure *f, const struct figure_params *p, struct draw_list *l, struct rect block);
int legend_swatch(const struct figure *f);
int legend_depth(const struct figure *f, const struct figure_params *p);
/* Bad values' colour and hatch. */
void colorbar_bad_swatch(struct figure *f, const struct figure_params *p, struct draw_list *l, struct rect r);

#endif
