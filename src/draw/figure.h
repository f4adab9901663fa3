/* Everything round the heatmap: title, axes with nice ticks or labels, frame, colorbar. Two steps: layout gives the plot
 * rectangle (the camera needs its size), draw records the rest. Margins only grow while the shape of the figure stays (no jitter
 * when panning or when the range moves); figure_reset forgets them. One thread. */
#ifndef DRAW_FIGURE_H
#define DRAW_FIGURE_H

#include "draw/font.h"
#include "draw/hatch.h"
#include "plot/options.h"
#include "plot/rect.h"
#include "plot/tick_format.h"

struct figure;

struct figure *figure_create(struct font *font); /* the font is the caller's and outlives the figure */
void figure_destroy(struct figure *f);
void figure_reset(struct figure *f);
/* Where the plot will about be: as figure_layout, but margins don't grow by it. */
struct figure_params;
struct rect figure_try(struct figure *f, const struct figure_params *p);

struct figure_axis {
    const char *label;          /* NULL: none */
    double lo, hi;              /* data coordinate at the plot rectangle's left and right (top and bottom) edge, as visible now; lo
                                   may be the larger (y with origin upper: lo = top edge) */
    double full_lo, full_hi;    /* the same for the whole grid, for margins that don't move */
    bool integers;              /* ticks only at whole numbers (cell indices: no extent given) */
    /* Names of the cells: label i stands at the centre of cell i. NULL: numbers. */
    const char *const *names;
    int64_t num_names;
    double cell_lo, cell_hi;    /* cell coordinate (cell i spans [i, i+1)) at the two edges, for names; lo may be the larger */
    /* Cells of different sizes: where a cell coordinate is, in the units of cell_lo and cell_hi; ascending. NULL: they are even. */
    double (*cell_place)(const void *arg, double cell);
    const void *cell_place_arg;
    int names_every;            /* show each n-th name; 0: by rule (as many as fit; turned on x when that shows more) */
    /* A time axis: the Unix times at its two ends in sight, in ns, and where on the axis (in data coordinates) a time is. NULL: none. */
    double (*at_time)(const void *arg, int64_t t_ns);
    const void *at_time_arg;
    int64_t time_lo, time_hi;
    bool unix_time;             /* data coordinates are Unix times in seconds */
    bool no_ticks;
    bool log;                   /* lo, hi, full_lo, full_hi are log10 of data coordinates */
    enum side_mode side;        /* of ticks, their labels and the axis' label */
    bool rotated;               /* tick labels at `degrees` (-90 .. 90), not by rule */
    int degrees;
    struct tick_format format;  /* of numbers */
    /* Ticks at these data coordinates; NULL: by rule. With names: of those, not of cells. */
    const double *ticks_at;
    int num_ticks_at;
    const char *const *tick_names;
    int64_t num_tick_names;
};

/* Where a data coordinate is, in pixels from the plot rectangle's left (or top) edge, of so many; NaN: nowhere. */
double figure_axis_px(const struct figure_axis *a, double v, int length_px);

/* The order of the options' choices. */
enum cbar_side { CBAR_RIGHT, CBAR_LEFT, CBAR_TOP, CBAR_BOTTOM };
enum cbar_ticks { CBAR_TICKS_AUTO, CBAR_TICKS_NONE, CBAR_TICKS_NUM, CBAR_TICKS_LIST };
enum { CBAR_HIST_BINS = 64 };

struct figure_cbar {
    enum cbar_side side;
    double size_pt, size_share; /* thickness, in points or as a share of the picture's width or height; 0: by rule */
    double shrink;              /* share of the plot's side; 0: all */
    enum cbar_ticks ticks;
    int max_ticks;
    const double *ticks_at;
    int num_ticks_at;
    bool minor;                 /* small ticks between */
    struct tick_format format;
    bool has_hist;              /* there is room for a histogram: */
    const uint32_t *hist;       /* CBAR_HIST_BINS counts, by the place on the bar; NULL: none yet */
    bool shares_estimated;      /* marked as such */
    double share_under, share_over; /* of the finite cells beyond the ends, 0..1 */
    /* A legend instead. 0: a colorbar. */
    int num_categories;
    const char *const *categories;
    const struct color *category_colors;
};

struct figure_params {
    int width_px, height_px;
    double scale;               /* pixels per point: dpi / 72 */
    double font_size_pt;
    double title_size_pt, label_size_pt, tick_size_pt; /* 0 or NaN: by font_size_pt */
    double plot_aspect;         /* width / height of the plot rectangle; 0: whatever there is room for */
    int plot_w_px, plot_h_px;   /* its size, where there is room; 0: whatever there is */
    bool bare;                  /* the plot rectangle is the picture; nothing is drawn round it */
    const char *title;
    struct figure_axis x, y;
    bool show_cbar;
    const char *cbar_label;
    struct figure_cbar cbar;
    struct norm norm;
    const struct colormap *cmap;
    struct color under, over, bad;
    bool has_under, has_over, has_bad; /* the colorbar gets its marks of values below vmin, above vmax, NaN */
    const struct hatch *hatch;  /* of bad values; NULL or of size 0: none */
    uint64_t hatch_version;
    const char *bad_label;      /* what the mark of bad values says; NULL: NaN */
    int moves_lo, moves_hi;     /* the range's ends differ from the picture before: -1 down, 1 up, 0 at rest; marks beside the colorbar */
    int least_px[4];            /* margins left, right, top, bottom: not smaller than these, so that plots stand in line; 0: as needed */
    bool keeps_status_row;      /* room for it even without */
    const char *status;         /* a small line in the corner, e.g. "ended" or "waiting for data"; NULL: none */
    struct color background, ink;
    double line_pt;             /* width of spines and ticks; 0: 0.8 */
    int no_spines;              /* sides without one: bits of plot/spines.h */
    int spine_px;               /* their width; 0: by line_pt; -1: none */
    struct color spine_color;   /* alpha 0: ink */
};

/* The plot rectangle inside the picture: at least 1x1. Where the plot would get less than 40 % of the picture's width or height,
 * long names are shortened, then parts left out: across in the order axis and colorbar labels, colorbar, ticks, and down in the
 * order status, x label, title, ticks. A title that is too long takes up to three lines. Nothing overlaps or is cut. Call it again when the axes' ranges have changed: it makes
 * room for their numbers (figure_draw leaves out a number that has none). Names may change behind the same pointer; they are
 * noticed by their content. */
struct rect figure_layout(struct figure *f, const struct figure_params *p);
/* Record everything but the heatmap, for the rectangle given by the last figure_layout. Never draws into the plot rectangle
 * itself. */
void figure_draw(struct figure *f, const struct figure_params *p, struct draw_list *l);

/* After figure_layout: the margins that were needed, whatever the least were: left, right, top, bottom. */
void figure_margins(const struct figure *f, int px[4]);
/* After figure_layout: pixels that the picture is wider and higher than a plot of the size asked for needs; negative: it lacks them. 0
 * when none was asked for. */
void figure_excess(const struct figure *f, int *w, int *h);

#endif
