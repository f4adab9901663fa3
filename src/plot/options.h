/* Every option, in one table: name, type, range, default, help, and where it may come from. The command line, the config file, the
 * JSON line, --help, --list-options and the manual are all read from it, so none can go stale. */
#ifndef PLOT_OPTIONS_H
#define PLOT_OPTIONS_H

#include "plot/color.h"
#include <heatscope/status.h>
#include <stddef.h>
#include <stdint.h>

#define OPTIONS_MAX_SOURCES 16

enum aspect_mode { ASPECT_AUTO, ASPECT_EQUAL };
enum origin_mode { ORIGIN_UPPER, ORIGIN_LOWER };
enum scroll_mode { SCROLL_UP, SCROLL_DOWN, SCROLL_LEFT, SCROLL_RIGHT };
enum scale_mode { SCALE_LINEAR, SCALE_LOG, SCALE_TIME };
enum side_mode { SIDE_NEAR, SIDE_FAR, SIDE_BOTH, SIDE_NONE }; /* near: bottom, left */
enum annot_mode { ANNOT_AUTO, ANNOT_ON, ANNOT_OFF }; /* auto: on when there is --annot-from */
enum renderer_mode { RENDERER_AUTO, RENDERER_GL, RENDERER_SOFT };

/* How the heatmap looks: may change with any JSON line. Strings are owned by the struct. Unset numbers are NaN. */
struct look {
    char *cmap;
    double vmin, vmax, center; /* NaN: from the data */
    char *alert;               /* conditions on the frame: plot/alert.h; NULL: none */
    int autoscale;             /* enum autoscale_mode (view/autoscale.h) */
    double robust_lo, robust_hi; /* percentiles; NaN: off. --robust alone: 2, 98 */
    int norm, norm_set;        /* enum norm_kind; chosen by name (then a gamma doesn't change it) */
    double gamma;              /* NaN: 1; setting it selects the power norm */
    double linthresh, base, linear_width; /* of the norms symlog and asinh */
    double vcenter;            /* of the norm two-slope; NaN: center, else 0 */
    char *levels;              /* blocks of colour: "N" or "a,b,c"; NULL: none */
    int standard_scale, z_score; /* enum scale_axis (data/scale.h) */
    int bad_set, under_set, over_set;
    struct color bad, under, over;
    int bad_hatch;             /* enum hatch_kind (draw/hatch.h) */
    char *categories;          /* "auto", "off" or names; NULL: of bool data alone */
    char *cvd;                 /* plot/cvd.h; NULL: none */
    char *channel;             /* index or name; NULL: the first */
    double half_life;          /* of events, in seconds; NaN: none */
    double kernel;             /* sigma that events are smoothed by, in cells; 0: none */
    char *mask_where;          /* which values are hidden: plot/where.h; NULL: none */
    double cell_width, cell_height; /* pixels; NaN: as there is room */
    int spines, spine_color_set; /* bits of plot/spines.h */
    struct color spine_color;
    double spine_width;        /* pixels; NaN: a hairline by the theme */
    char *x_edges, *y_edges;   /* lists of numbers: plot/edges.h; NULL: cells of equal size */
    int interpolation;         /* enum resample_filter (data/resample.h) */
    double linewidths;
    int linecolor_set;
    struct color linecolor;
    int annot;                 /* enum annot_mode */
    char *annot_fmt;           /* of plot/format.h; NULL: none given; "" is one, too */
    double annot_size;         /* in points; NaN: font_size at most */
    int annot_color_set;
    struct color annot_color;
    int square, aspect, origin;
    double aspect_ratio;       /* of ASPECT_EQUAL: height over width of a unit; 1 unless a number was given */
    double extent[4];          /* L, R, B, T; extent[0] NaN: imshow's */
    double view[4];            /* row0, row1, col0, col1; view[0] NaN: all */
    char *title, *xlabel, *ylabel, *cbar_label; /* NULL: none given */
    char *xticklabels, *yticklabels; /* "auto", "none", a number n (every n-th), or names: plot/option_names.h */
    char *xticks, *yticks;     /* "auto", "none", or positions separated by commas */
    double xtick_rotation, ytick_rotation; /* degrees; NaN: by rule */
    char *xformat, *yformat;   /* plot/tick_format.h */
    int xscale, yscale;        /* enum scale_mode */
    int xaxis, yaxis;          /* enum side_mode */
    double title_size, label_size, tick_size; /* points; NaN: by font_size */
    char *text, *hline, *vline, *hspan, *vspan; /* plot/marks.h; NULL: none */
    int no_cbar, bare, no_hist, no_shares, no_norm_name;
    int cbar_side, cbar_extend, cbar_minor; /* enum cbar_side (draw/figure.h), cbar_extend (plot/cbar.h) */
    char *cbar_size, *cbar_ticks, *cbar_format; /* plot/cbar.h, tick_format.h; NULL: by rule */
    double cbar_shrink;
    int reduce;                /* enum reduce_mode */
    int overview;              /* enum overview_mode (view/view_overview.h) */
    int scroll;                /* enum scroll_mode */
    int no_time_axis;
    int theme;                 /* enum theme_kind (plot/theme.h) */
    int transparent;
    double dpi, font_size;     /* font_size in points, default 10 */
};

/* What runs and how: command line and config file only. */
struct run {
    char *sources[OPTIONS_MAX_SOURCES];
    int num_sources;
    char *listen;              /* addresses separated by commas; NULL: none */
    int num_listen_before[OPTIONS_MAX_SOURCES]; /* of these, how many were named before each source */
    int panel_rows, panel_cols; /* 0: by rule */
    int link, share_range, diff;
    int allow_remote, demo, no_stream_options;
    char *output, *frame;      /* -o, --frame */
    char *mask;                /* a file: which cells are hidden; NULL: none */
    int headless;
    double duration_s;         /* NaN: no end */
    int64_t frames;            /* 0: no end */
    int renderer;
    int width, height, size_set; /* set: not just the default */
    int policy, every;         /* policy -1: by the kind of source */
    int64_t rows;
    int64_t skip_cols;         /* of text, on the left */
    double row_span_s;         /* NaN: a row is a row */
    char *index;               /* which slice of an array of more dimensions; NULL: of 4 and more the first */
    char *index_col;           /* which column of a text table names the rows; NULL: as it looks */
    char *raw;                 /* DTYPE,ROWSxCOLS[@OFFSET] */
    int event_rows, event_cols; /* text lines are events in this grid; 0: they are not */
    int lines;                 /* enum lines_mode (data/history.h) */
    int64_t history_bytes, memory_bytes; /* 0: default */
    char *font;                /* a file; NULL: the embedded one */
    double fps;                /* NaN: by stamps, else 30 */
    int draft;
    int no_vsync, loop, follow, watch, bell;
    char *annot_from;
    char *check;               /* "text" or "json"; NULL: no report */
    char *tour;                /* a file: options one after the other; NULL: none */
    char *stats, *trace, *config, *like, *shader_dir;
    int gpu_debug;
    int list_options, list_cmaps, list_keys, info, version, help;
};

struct options {
    struct look look;
    struct run run;
};

enum option_origin { OPTION_FROM_ARGV, OPTION_FROM_CONFIG, OPTION_FROM_STREAM };

void options_init(struct options *o); /* the defaults */
void options_fini(struct options *o);
/* A deep copy of the look, for a panel. */
void look_copy(struct look *to, const struct look *from);
void look_fini(struct look *l);

/* Set one option from text. where: "--vmin", "a.conf:3", "stream tcp:1.2.3.4:5" -- begins the message. On an error the option
 * keeps its value, one line is logged (what was given, what is expected, the nearest known name), and HS_ERR_USAGE returned.
 * value NULL: a flag given without value. run may be NULL (stream): options that touch the machine are then refused. */
enum hs_status options_set(struct look *look, struct run *run, enum option_origin origin, const char *where, const char *name,
                           const char *value);
/* Options of a JSON object (as text). Unknown keys that are metadata (t_ns, shape, units, axes, row_labels, col_labels, channels,
 * dtype, nbytes) are skipped. Good ones take effect although others are bad. null sets the default again. Arrays are their elements
 * joined by commas; '_' in a name counts as '-'. */
enum hs_status options_set_json(struct look *look, const char *where, const char *json);
/* argv after the program's name: "--name value", "--name=value", "-o FILE", flags; "--no-x" for boolean x. Sources are collected;
 * "--" ends the options. Stops at the first error. At the end, what contradicts (--vmin above --vmax) is an error, too. */
enum hs_status options_parse_argv(struct options *o, int argc, char **argv);
/* "name = value" per line; flags may stand alone; '#' begins a comment at the start of a line, or between blanks; "..." round a
 * value keeps its blanks and '#'. Continues after a bad line; HS_ERR_USAGE if there was one, HS_ERR_IO if it can't be read. */
enum hs_status options_parse_config(struct options *o, const char *path);
/* How many addresses run.listen has; NULL has none. */
int options_num_addresses(const char *list);

/* Text for --help and --list-options (name, type, default, where allowed, help; a line each). malloc'ed. */
char *options_help_text(void);
char *options_list_text(void);

#endif
