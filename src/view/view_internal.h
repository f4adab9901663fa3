/* The state of a view, shared by the files of this folder only. */
#ifndef VIEW_VIEW_INTERNAL_H
#define VIEW_VIEW_INTERNAL_H

#include "data/reduce.h"
#include "data/scale.h"
#include "data/stats.h"
#include "draw/hatch.h"
#include "plot/cbar.h"
#include "plot/marks.h"
#include "view/autoscale.h"
#include "view/view.h"

/* One axis of the picture: which footprints are visible, and which pixel shows which. */
struct view_axis_map {
    struct reduce_axis footprints;
    draw_map *map;
    int cap;
    /* cells of different sizes: those of each texel, and a number that changes with them; 0: by the rule of footprints */
    uint64_t listed;
    int64_t *begin, *end;
    int cap_listed;
};

/* What the reduced values depend on; they are computed again when this changes. */
struct view_values_key {
    const struct frame *frame;
    uint64_t frame_serial;
    struct reduce_axis rows, cols;
    uint64_t listed_rows, listed_cols;
    int mode, origin, scroll;
};

/* What the colormap is stretched by; compared as bytes. */
struct view_centre {
    double at, vmin, vmax, gamma, linthresh, base, linear_width, kind; /* at NaN: it isn't */
    uint64_t table_version;
};

/* How cells are spread over the colorbar. */
struct view_histogram {
    uint32_t counts[CBAR_HIST_BINS], under, over, total; /* cells that have a place in the norm; Inf is over, -Inf under */
    bool inf_under, inf_over; /* beyond the sample, of the first frame: in the picture */
    bool exact; /* of all cells */
};

/* What values are called, instead of a colorbar. */
enum { CATEGORIES_MAX = 64 };
struct view_categories {
    int num;      /* 0: none */
    bool blocks;  /* the norm is made of them; else a legend alone */
    bool named;   /* by the option; other values are drawn alike: */
    bool has_other, has_parts, said_other, said_parts; /* there were such, and such that aren't whole */
    double others[4];
    int num_others;
    bool started, too_many;
    int dtype;
    uint64_t serial;
    double values[CATEGORIES_MAX];
    const char *names[CATEGORIES_MAX + 1];
    char numbers[CATEGORIES_MAX][24];
    struct color colors[CATEGORIES_MAX + 1];
    char *text, *of; /* the option, split and as it was */
    char *cmap;      /* the colormap that num_blocks is of */
    int num_blocks;  /* its colours if it is one for categories, else 0 */
};

struct view {
    struct pool *pool;
    struct font *font;
    struct trace *trace;
    struct look look;
    bool dirty;

    const struct frame *frame;
    uint64_t frame_serial; /* counts view_set_frame and changes of channel: the same pointer may carry new numbers */
    uint64_t built_serial; /* of the frame that maps and values are of */
    int64_t channel;       /* of the last build */
    struct array cells;    /* what is drawn: the frame's, or these scaled by rows or columns */
    uint64_t cells_serial; /* changes with them */
    uint64_t cells_key[5]; /* frame_serial, channel and the options they were made for */
    double *scaled;
    struct scale_line *scale_lines;
    int64_t cap_scaled, cap_scale_lines;
    int64_t most_cell_bytes; /* that all of this may take; 0: not yet known */
    bool cells_lack;         /* there is no room for them: the frame's own are drawn, which isn't what was asked for */
    int64_t told_lack[2];    /* rows and columns of which that was said */
    int64_t shape[2];      /* of the frame before, to notice a change */
    char *warned_channel;    /* the name that was said not to be there */
    double warned_shape[2]; /* for which --view was said to lie outside */

    int width, height;
    double ui_scale;
    char *status;
    bool keeps_status_row;
    int least_px[4]; /* margins */
    char own_title[256];

    struct figure *figure;
    struct rect plot;
    struct camera camera;
    bool refit;

    struct view_axis_map rows, cols;
    struct view_values_key values_key;
    bool values_valid;
    struct reducer *reducer, *part_reducer;
    struct view_summary *summary; /* of the cells */
    /* a canvas: what the values were made of, and how they differ from those before */
    uint64_t canvas_run, canvas_version, canvas_base;
    int64_t canvas_channel;
    int canvas_first, canvas_num;
    struct reduce_result values;
    struct view_scroll *scroll; /* what a waterfall keeps from picture to picture */
    float *normalised; /* t of wide dtypes */
    size_t cap_normalised;
    uint64_t version;  /* source of unique numbers for the executors */
    uint64_t values_version, maps_version, lut_version;

    /* colour */
    struct norm norm;
    bool in_double;    /* the norm was evaluated here, by value */
    struct norm_table table, table_next;
    uint64_t table_version;
    double *sample, quantiles[NORM_TABLE_MAX];
    int num_quantiles;
    uint64_t quantiles_serial;
    struct norm normalised_by; /* what `normalised` was computed with */
    struct colormap cmap, cmap_plain;
    char *cmap_name;
    struct view_centre cmap_centre; /* what cmap was made for */
    bool has_under, has_over;
    double own_range[2], shared_range[2]; /* NaN: none */
    /* the whole frame's range, when the screen doesn't show all of it */
    uint64_t range_serial;
    double range_lo, range_hi, range_positive;
    int range_kind;
    double range_robust[2];
    bool range_valid, range_in_log;
    struct stats_scratch scratch;
    /* that range from frame to frame */
    struct autoscale autoscale;
    struct autoscale autoscale_before; /* the frame at hand */
    bool shows_motion;
    uint64_t autoscale_serial; /* the frame that was the last step */
    int autoscale_key[2];      /* mode and whether in logarithms: another one starts anew */

    struct view_alerts *alerts;
    struct view_mask *mask;
    struct view_edges *edges;
    struct view_interpolation *interpolation;
    /* what the picture is made of: the values, or what was made of them, and the maps that go with it */
    struct reduce_result shown;
    const draw_map *shown_rows, *shown_cols;
    struct view_grid *grid; /* of frames too large for memory */
    struct view_annot *annot;
    struct view_finder *finder;
    struct view_overview *overview;
    const struct view_cell_texts *cell_texts; /* or NULL */

    struct view_names *xnames, *ynames; /* names and ticks given by options */
    int warned_scale[2];    /* enum scale_mode of y and x that was said not to be possible */
    struct marks marks;
    const char **newest_labels; /* of a waterfall's rows: the frame's, behind empty ones */
    int64_t cap_newest_labels;

    struct view_categories categories;
    struct view_histogram histogram;
    struct norm histogram_norm;
    uint64_t histogram_serial;
    int64_t histogram_max;
    double cbar_ticks_at[CBAR_MAX_TICKS];
    char cbar_label[512];

    struct cvd_table cvd;
    struct hatch hatch;
    double hatch_key[2]; /* kind, scale */
    uint64_t hatch_version;
    char status_text[640];

    struct view_info info;
    int64_t reduce_ns; /* of this build */
};

/* The cells of the channel on show, as the array has them; without data where view_has_grid, or where there is no memory. */
struct array view_cells(const struct view *v);
/* The same with data even of a grid, for what looks at all of them. False: they can't be had. */
bool view_cells_in_memory(const struct view *v, struct array *out);
/* The option for which all cells are needed at once, for messages. */
const char *view_what_needs_all(const struct view *v);
/* The frame as it lies in the picture: rows from the top, columns from the left, whatever the origin; a waterfall may run any way. */
struct array view_display_array(const struct view *v);
struct array view_as_displayed(const struct view *v, struct array a);
/* Display rows and columns run against the array's. */
bool view_flips_rows(const struct view *v);
bool view_flips_cols(const struct view *v);
/* Rows and columns of the picture. */
double view_num_rows(const struct view *v);
double view_num_cols(const struct view *v);
/* The cells that pixel p of the plot's rows or columns (m) shows, of so many, in display order. False: none. */
bool view_pixel_cells(const struct view *v, const struct view_axis_map *m, int p, int64_t cells, int64_t *begin, int64_t *end);
/* The array's cell at display coordinates. */
void view_array_cell(const struct view *v, int64_t display_row, int64_t display_col, int64_t *row, int64_t *col);

/* The camera for the plot rectangle: where the user left it, else what --view and the cells' shape ask for. */
void view_place_camera(struct view *v);
/* view_values.c: v->values for the two maps. */
enum hs_status view_reduce(struct view *v);
/* v->cells are others than the frame's: scaled, or some hidden. */
bool view_is_derived(const struct view *v);

/* view_canvas.c: the values of a grid that is painted in place, where it was painted since. key: of the values wanted. */
enum hs_status view_canvas_reduce(struct view *v, const struct reduce_job *job, const struct view_values_key *key);
/* The extremes of the channel on show, if they are known; else NULL. */
const struct frame_range *view_canvas_range(const struct view *v);
void view_canvas_mark(const struct view *v, struct draw_heatmap *h);
/* All of the frame is on show. */
bool view_shows_all(const struct view *v);

/* Pixels that so many cells of this size take. */
int view_cells_px(double cells, double px);
/* Height over width of a cell on screen by --square and --aspect; 0: whatever fills. */
double view_cell_aspect(const struct view *v);
/* The cells to show when nobody has moved the view, in display rows: row0, row1, col0, col1. */
void view_home(const struct view *v, double home[4]);

/* view_maps.c: fill the two maps for the camera and plot rectangle. */
enum hs_status view_maps_update(struct view *v);
/* view_guess.c: v->plot for a large frame whose values aren't known yet, so that its cells are gone through once, not for a plot that
 * then changes. */
void view_guess_plot(struct view *v, struct figure_params *p);
/* view_range.c: norm, LUT and clip marks for the values at hand. */
void view_range_update(struct view *v);
/* What a norm still lacks where there is no number, or one end is given beyond the data. */
void view_range_repair(struct norm *n, double positive, bool vmin_given);
void view_cmap_update(struct view *v);
enum hs_status view_normalise(struct view *v);
/* view_norm.c: the norm's own numbers and its table, once the range is known. */
void view_norm_finish(struct view *v, struct norm *n);
/* view_scale.c: v->cells for the frame at hand. What is scaled by rows or columns is a frame like any other, not a waterfall. */
bool view_is_scaled(const struct view *v);
void view_cells_update(struct view *v);
/* There is none for what is to be drawn instead of these: says so, once for a shape. */
void view_cells_have_no_room(struct view *v, const struct array *a);
void view_cells_fini(struct view *v);
/* view_hatch.c: the pattern of bad cells. */
void view_hatch_update(struct view *v);
/* view_cvd.c: the list goes through another colour vision if one is previewed. */
void view_cvd_record(struct view *v, struct draw_list *l);
/* The small line in the corner; NULL: none. */
const char *view_status_text(struct view *v);
/* view_cbar.c */
void view_cbar_params(struct view *v, struct figure_params *p);
/* view_axes.c */
void view_figure_params(struct view *v, struct figure_params *p);
void view_names_fini(struct view *v);
/* The label that came with the frame, of the array's row; NULL: none. */
const char *view_row_label(const struct view *v, int64_t row);
/* The colour of bad values: by option, else the theme's. */
struct color view_bad(const struct view *v);
/* The name that an option gives the cell i of an axis; NULL: none. */
const char *view_option_name(const struct view *v, bool of_x, int64_t i);
/* What the axis is: linear where the wish can't be had. */
enum scale_mode view_axis_scale(const struct view *v, bool is_x);
/* The data coordinate at a share (0..1) of the whole grid, from the left or from the top. */
double view_axis_at(const struct view *v, bool is_x, double share);
#define VIEW_MAX_TIME_S 4.5e9 /* of Unix times: they are counted in ns in 64 bits, and so are their differences */
/* view_marks.c: words, lines and spans over the heatmap. */
void view_marks_draw(struct view *v, const struct figure_params *p, struct draw_list *l);
/* The four edges of the picture in axis coordinates: left, right, bottom, top. */
void view_extent(const struct view *v, double extent[4]);

#endif
