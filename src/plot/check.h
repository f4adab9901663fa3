/* Is a colormap fit for what it shows? Measured in CIELAB, distances by CIEDE2000; other colour visions by plot/cvd.h. Pure functions. */
#ifndef PLOT_CHECK_H
#define PLOT_CHECK_H

#include "plot/colormap.h"
#include "plot/colorspace.h"
#include "plot/cvd.h"
#include "plot/norm.h"

enum check_kind { CHECK_SEQUENTIAL, CHECK_DIVERGING, CHECK_CYCLIC, CHECK_QUALITATIVE, CHECK_UNORDERED };

/* One way of seeing; CVD_NONE: as most do. */
struct check_vision {
    double ends, low_middle, middle_high; /* distances of the first, middle and last colour */
    double closest;                       /* the least distance of colours at least a quarter of the map apart */
    double closest_at[2];                 /* where, 0..1 */
    bool apart;                           /* all of these can be told apart */
};

struct check_map {
    enum check_kind kind;
    int num_colors;
    double lightness[3];      /* L* of the first, middle and last colour */
    double backwards;         /* by how much L* goes against its direction (diverging: within the halves), in all */
    bool monotone;            /* all along, or diverging: in both halves */
    double step[3];           /* least, median, greatest distance from one 256th to the next */
    double variation;         /* standard deviation over mean of the distances over 8 of these steps */
    bool even;                /* that is small */
    struct check_vision vision[CVD_NUM];
};

/* Counts of a frame's cells. */
struct check_data {
    int64_t cells, finite, nan, inf, outside; /* outside: finite, but no place in the norm */
    int64_t under, over;                      /* of those that have one */
    int64_t colors[COLORMAP_SIZE];
    double min, max;
    int64_t num_negative, num_positive;
    bool whole;               /* every value is a whole number */
    int64_t sample_of;        /* only finite cells of so many were counted; 0: all were */
};

/* What the counts hide and show. */
struct check_use {
    double under, over, lowest, highest; /* shares of the cells that have a place; in the lowest and highest 5 % of the colours, without those beyond */
    int used, for_90;                    /* colours in use; the fewest that hold 90 % of the cells */
};

const char *check_kind_name(enum check_kind k);
void check_map(const struct colormap *map, struct check_map *out);
struct check_use check_use_of(const struct check_data *d);
/* A rainbow: many hues, no order that people see. */
bool check_is_rainbow(const char *cmap);

struct check_subject {
    const char *cmap;
    const struct check_map *map;
    const struct check_data *data; /* NULL: the map alone */
    const struct norm *norm;
    const struct color *lut;
    struct color bad;
    bool centred, hatched, categories;
    double middle, centre;    /* the value that has the middle colour, and the one that should: --center, --vcenter, else 0 */
};
/* What to change, and by which options; `say` is called for each. */
void check_advise(const struct check_subject *s, void (*say)(void *arg, const char *what, const char *options), void *arg);

#endif
