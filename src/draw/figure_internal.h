/* What the files of the figure share: figure.c (entry points, words), figure_layout.c (margins), axis_plan.c (which ticks, how much
 * room), axes.c (ticks and names drawn) and colorbar.c. One thread. */
#ifndef DRAW_FIGURE_INTERNAL_H
#define DRAW_FIGURE_INTERNAL_H

#include "draw/figure.h"
#include "plot/ticks.h"

/* Sizes in pixels, all from scale and font size. */
struct figure_metrics {
    struct text_style tick, label, title, small;
    int tick_line, label_line, title_line, small_line;
    int em;                      /* of tick labels */
    int frame, tick_len, minor_len; /* frame: thickness of lines */
    int spine;                   /* of the plot's own frame */
    int gap_x, gap_y;            /* from the tick's end to the label's box */
    int gap, title_gap;          /* between blocks; under the title */
    int pad;                     /* to the picture's edge */
    int bar_gap, bar_w;
};

enum axis_turn { TURN_BY_RULE, TURN_NEVER, TURN_ALWAYS }; /* of x names */
enum axis_kind { AXIS_NONE, AXIS_NUMBERS, AXIS_CELLS };

/* Which ticks an axis gets, and the room their labels take. */
struct axis_plan {
    enum axis_kind kind;
    struct ticks ticks;          /* NUMBERS; `at` along the axis: logarithms on a log axis */
    bool listed;                 /* they were asked for one by one: any order, perhaps crowded */
    uint8_t index[TICKS_MAX];    /* which of those that were asked for */
    int64_t first, last, every;  /* CELLS: labels at the centres of these cells */
    int degrees;                 /* of the labels */
    int widest;                  /* label, px along it */
    int depth;                   /* px that the labels take across the axis */
    int over_lo, over_hi;        /* px by which labels reach beyond the left and right end of an x axis; of turned ones beyond the top and bottom of a y axis */
};

/* Grows while the shape of the figure stays, so that the plot rectangle rests. */
struct figure_needs {
    int x_labels, y_labels, bar_labels; /* height, width, width of the labels' boxes */
    int title_lines;
    int over_left, over_right, over_top, over_bottom;
    int level_w, level_h;        /* how many parts are left out to save width and height: enum figure_level_w, _h */
    bool status, x_offset, y_offset, bar_offset, under, over, bad, share_lo, share_hi, x_turned;
};
enum { LEVEL_W_ALL, LEVEL_W_NO_LABELS, LEVEL_W_NO_BAR, LEVEL_W_NO_TICKS };
enum { LEVEL_H_ALL, LEVEL_H_NO_STATUS, LEVEL_H_NO_LABEL, LEVEL_H_NO_TITLE, LEVEL_H_NO_TICKS };

/* Whatever forgets the needs when it changes. Filled without padding garbage: compared by memcmp. */
struct figure_shape {
    int plot_w_px, plot_h_px, spine_px, no_spines;
    double plot_aspect;
    double scale, font_size_pt, line_pt;
    double title_size_pt, label_size_pt, tick_size_pt;
    uint64_t x_axis, y_axis;     /* fingerprints */
    int width, height;
    int parts;                   /* bits */
    int categories;
    double bar[3];
};

/* The widest of an axis' names, measured once per set of names. */
struct names_cache {
    bool measured;
    int widest;
};

struct figure {
    struct font *font;
    struct figure_metrics m;
    struct figure_shape shape;
    struct figure_needs needs;
    struct rect plot;
    int needed_px[4];            /* margins: left, right, top, bottom */
    int excess_w, excess_h;      /* room beyond a plot of given size; negative: lacking */
    int x_room, y_room;          /* for labels: at most needs.x_labels, y_labels; names longer than that are shortened */
    int spare_w; /* of each side's width, left by a plot of fixed proportions; the title may use it */
    int column_left, column_right; /* x outside of which only the turned axis labels stand */
    int far_w, far_h;            /* px beyond the frame for an axis on the right, on the top */
    int footer_y, footer_h;      /* the row of x label, offset and status */
    int bar_left;                /* x of a colorbar left of the plot */
    int bar_label_hi;            /* where the common factor of a flat one begins, as drawn */
    int bar_above, bar_below;    /* from the plot to a colorbar above, below */
    int head_lo, head_hi;        /* x between which the row above the plot is free of offset texts, as drawn */
    bool has_title, has_xlabel, has_ylabel, has_bar, has_barlabel, has_status;
    struct names_cache names_x, names_y;
    struct axis_plan plan;       /* scratch: figures of one thread */
    struct text_box *labels;     /* tick labels drawn so far, where they are */
    int num_labels, cap_labels;

    /* The colorbar's heatmap, as the list points into it. Only grows. */
    float *values;
    draw_map *row_map;
    draw_map *col_map;             /* all texel 0 */
    int cap_values, cap_rows, cap_cols, rows, cols;
    bool flat;
    struct colormap lut;
    uint64_t counter, values_version, maps_version, lut_version;

    struct rect *boxes;          /* NULL, or a test's: the boxes of the texts drawn */
    struct text_box *outlines;   /* likewise, as turned */
    int num_boxes, cap_boxes;
};

/* Every line of text goes through here. */
void figure_text(struct figure *f, struct draw_list *l, const struct text_style *s, int x, int y, enum text_align along,
                 enum text_align across, const char *text);

#define FIGURE_VERSIONS (UINT64_C(1) << 60) /* versions count from here: apart from anybody else's */

/* axis_plan.c */
void axis_plan_make(struct figure *f, struct axis_plan *plan, const struct figure_axis *a, bool is_x, int length_px,
                    enum axis_turn turn);
uint64_t axis_fingerprint(const struct figure_axis *a);
bool axis_has_names(const struct figure_axis *a);
/* The text of tick i; of the cell i, written into out where it is a number. */
const char *axis_tick_text(const struct axis_plan *plan, const struct figure_axis *a, int i);
const char *axis_cell_text(const struct figure_axis *a, int64_t i, char out[TICKS_TEXT]);
/* Where the centre of cell i is, in pixels of so many. */
double axis_cell_px(const struct figure_axis *a, int64_t i, int length_px);
/* px across the axis that a label of so many px takes; and the longest that takes so many. */
int axis_label_depth(const struct figure *f, bool is_x, int degrees, int along_px);
int axis_label_fits(const struct figure *f, bool is_x, int degrees, int depth_px);
static inline bool axis_is_near(const struct figure_axis *a) { return a->side == SIDE_NEAR || a->side == SIDE_BOTH; }
static inline bool axis_is_far(const struct figure_axis *a) { return a->side == SIDE_FAR || a->side == SIDE_BOTH; }

/* axes.c */
int axis_label_offset(const struct figure *f); /* from the frame to the x labels */
void axes_draw(struct figure *f, const struct figure_params *p, struct draw_list *l);

/* figure_layout.c */
void figure_metrics_make(struct figure *f, const struct figure_params *p);
bool figure_has_text(const char *s);
/* How many lines the title takes in so much room, at most so many. */
int figure_title_lines(struct figure *f, const char *title, int room_px, int most);

/* colorbar.c */
int colorbar_depth(const struct figure *f, const struct figure_params *p); /* from the plot outwards */
void colorbar_measure(struct figure *f, const struct figure_params *p);
void colorbar_draw(struct figure *f, const struct figure_params *p, struct draw_list *l);

#endif
