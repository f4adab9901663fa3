/* THE table: every option there is, once. Whatever reads, prints or checks options walks these rows. An option is added here, and a
 * field in struct look (may change while it runs) or struct run (fixed at the start); nothing else knows its name. */
#include "plot/options_table.h"
#include "plot/cbar.h"
#include "plot/cvd.h"
#include "plot/norm.h"
#include "plot/option_aliases.h"
#include "plot/spelling.h"
#include "plot/tick_format.h"
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Orders of enum norm_kind, theme_kind, aspect_mode, origin_mode, renderer_mode; of enum hatch_kind (draw/hatch.h), reduce_mode
 * (data/reduce.h), lines_mode (data/history.h), resample_filter (data/resample.h), scale_axis (data/scale.h), autoscale_mode
 * (view/autoscale.h) and overview_mode (view/view_overview.h), which can't be included from here. */
static const char *const NORM_CHOICES[NORM_NUM + 1] = {"linear", "log", "power", "symlog", "asinh", "sqrt", "two-slope", "boundary",
                                                     "histeq", "zscale", NULL};
static const char *const ASPECT_CHOICES[] = {"auto", "equal", NULL};
static const char *const ORIGIN_CHOICES[] = {"upper", "lower", NULL};
static const char *const RENDERER_CHOICES[] = {"auto", "gl", "soft", NULL};
static const char *const SCROLL_CHOICES[] = {"up", "down", "left", "right", NULL};
static const char *const OVERVIEW_CHOICES[] = {"auto", "on", "off", NULL};
static const char *const REDUCE_CHOICES[] = {"auto", "max", "min", "mean", "absmax", NULL};
static const char *const AUTOSCALE_CHOICES[] = {"frame", "slow", "grow", "off", NULL};
/* Orders of enum scale_mode and side_mode. */
static const char *const SCALE_CHOICES[] = {"linear", "log", "time", NULL};
static const char *const XAXIS_CHOICES[] = {"bottom", "top", "both", "none", NULL};
static const char *const YAXIS_CHOICES[] = {"left", "right", "both", "none", NULL};
static const char *const AXIS_CHOICES[] = {"none", "row", "col", NULL};
static const char *const THEME_CHOICES[] = {"light", "dark", "paper", NULL};
static const char *const HATCH_CHOICES[] = {"none", "/", "\\", "x", ".", "-", "|", "+", NULL};
static const char *const SIDE_CHOICES[] = {"right", "left", "top", "bottom", NULL};
static const char *const EXTEND_CHOICES[] = {"auto", "neither", "min", "max", "both", NULL};
static const char *const LINES_CHOICES[] = {"auto", "rows", "frames", NULL};

static const char *const INTERPOLATION_CHOICES[] = {"nearest", "bilinear", "bicubic", "lanczos", "spline16", "spline36", "hanning", "hamming",
                                                    "hermite", "kaiser", "quadric", "catrom", "gaussian", "bessel", "mitchell", "sinc",
                                                    "blackman", NULL};

#define LOOK(field) ACCESS_LOOK, .offset = offsetof(struct look, field)
#define RUN(field) ACCESS_RUN, .offset = offsetof(struct run, field)
#define ARGV(field) ACCESS_ARGV, .offset = offsetof(struct run, field)
#define LOOK_AUX(field) .aux = offsetof(struct look, field)
#define RUN_AUX(field) .aux = offsetof(struct run, field)
#define FLAG .type = OPTION_FLAG, .default_text = "false"
#define TEXT(hint) .type = OPTION_STRING, .default_text = "", .placeholder = hint
#define NUMBER(lo, hi, text) .type = OPTION_NUMBER, .min = lo, .max = hi, .default_text = text
#define CHOICE(list, text) .type = OPTION_CHOICE, .choices = list, .default_text = text

#define CHECKED(how, word) .type = OPTION_CHECKED, .check = how, .unset = word, .default_text = word

enum { MAX_SIDE_PX = 16384 };

static bool check_cvd(const char *text, char *message, size_t size)
{
    return cvd_parse(text, &(struct cvd){0}, message, size);
}

static bool check_cbar_size(const char *text, char *message, size_t size)
{
    return cbar_size_parse(text, &(double){0}, &(double){0}, message, size);
}

static bool check_cbar_ticks(const char *text, char *message, size_t size)
{
    double at[CBAR_MAX_TICKS];
    return cbar_ticks_parse(text, &(int){0}, at, &(int){0}, message, size);
}

static bool check_categories(const char *text, char *message, size_t size)
{
    if (*text)
        return true;
    snprintf(message, size, "names separated by commas, auto, off or bool are expected");
    return false;
}

static bool check_index_col(const char *text, char *message, size_t size)
{
    if (*text)
        return true;
    snprintf(message, size, "auto, none, a column's number (from 0) or its name is expected");
    return false;
}

const struct option_row OPTIONS_TABLE[] = {
    {"output", 'o', GROUP_OUTPUT, RUN(output), TEXT("FILE.png"),
     .help = "draw without a window, and exit; - is standard output; %05d in the name: every frame into a file of its own"},
    {"frame", 0, GROUP_OUTPUT, RUN(frame), .type = OPTION_FRAME, .unset = "auto", .default_text = "auto",
     .placeholder = "first|last|N", .help = "which frame --output draws (N counts from 0)"},
    {"draft", 0, GROUP_OUTPUT, RUN(draft), FLAG, .help = "with --output: don't wait until every cell of a huge file is in the picture"},
    {"headless", 0, GROUP_OUTPUT, RUN(headless), FLAG, .help = "no window"},
    {"renderer", 0, GROUP_OUTPUT, RUN(renderer), CHOICE(RENDERER_CHOICES, "auto"), .placeholder = "NAME",
     .help = "who draws: gl on a graphics card, soft on the CPU; without a window gl draws off screen"},
    {"size", 0, GROUP_OUTPUT, RUN(width), RUN_AUX(height), .type = OPTION_SIZE, .min = 1, .max = MAX_SIDE_PX,
     .default_text = "1280x720", .placeholder = "WxH", .help = "of window or picture, in pixels"},
    {"dpi", 0, GROUP_OUTPUT, LOOK(dpi), NUMBER(10, 2400, "100"), .placeholder = "N", .help = "dots per inch; scales text only"},
    {"theme", 0, GROUP_OUTPUT, LOOK(theme), CHOICE(THEME_CHOICES, "light"), .placeholder = "NAME",
     .help = "colours of ground, text and lines: light, dark (for control rooms), paper (black on white, hairlines)"},
    {"transparent", 0, GROUP_OUTPUT, LOOK(transparent), FLAG, .help = "pictures have no ground: a PNG with alpha"},
    {"like", 0, GROUP_OUTPUT, ARGV(like), TEXT("FIGURE.png"),
     .help = "make the same figure as this one, which heatscope made; other options win"},
    {"font-size", 0, GROUP_OUTPUT, LOOK(font_size), NUMBER(1, 200, "10"), .placeholder = "PT", .help = "in points"},
    {"font", 0, GROUP_OUTPUT, RUN(font), TEXT("FILE"), .help = "a TrueType or OpenType font; what it lacks comes from DejaVu Sans"},
    {"panels", 0, GROUP_OUTPUT, RUN(panel_rows), RUN_AUX(panel_cols), .type = OPTION_GRID, .max = 999, .unset = "auto", .default_text = "auto",
     .placeholder = "ROWSxCOLS", .help = "how several sources are arranged"},
    {"share-range", 0, GROUP_OUTPUT, RUN(share_range), FLAG, .help = "several panels have one colour range, that of all their data"},
    {"diff", 0, GROUP_OUTPUT, RUN(diff), FLAG,
     .help = "of two sources show the first less the second, round 0, in RdBu_r unless told otherwise"},
    {"link", 0, GROUP_OUTPUT, RUN(link), FLAG, .help = "several panels pan and zoom together"},
    {"bare", 0, GROUP_OUTPUT, LOOK(bare), FLAG, .help = "the heatmap alone, filling the picture"},

    {"listen", 0, GROUP_SOURCE, RUN(listen), .type = OPTION_LIST, .default_text = "", .placeholder = "ADDR",
     .help = "accept producers: PORT or :PORT (this machine only), HOST:PORT, or a path for a Unix socket; again: another panel"},
    {"no-stream-options", 0, GROUP_SOURCE, RUN(no_stream_options), FLAG,
     .help = "options in a stream's JSON lines are ignored, those given here hold; labels, units and time stamps are taken"},
    {"allow-remote", 0, GROUP_SOURCE, RUN(allow_remote), FLAG, .help = "let --listen bind an address other machines can reach"},
    {"demo", 0, GROUP_SOURCE, RUN(demo), FLAG, .help = "show a made-up stream"},
    {"rows", 0, GROUP_SOURCE, RUN(rows), .type = OPTION_INT, .min = 1, .max = 1 << 24, .default_text = "512", .placeholder = "N",
     .help = "height of the waterfall that single rows make"},
    {"row-span", 0, GROUP_SOURCE, RUN(row_span_s), .type = OPTION_DURATION, .min = 1e-6, .max = 1e6, .unset = "none",
     .default_text = "none", .placeholder = "S", .help = "a row of the waterfall stands for all that come in S seconds, by --reduce"},
    {"raw", 0, GROUP_SOURCE, RUN(raw), TEXT("SPEC"), .help = "no headers: DTYPE,ROWSxCOLS[@OFFSET], as in f4,480x640@128"},
    {"index", 0, GROUP_SOURCE, RUN(index), TEXT("3,:,:,0"),
     .help = "which slice of a .npy file of more than two dimensions: whole numbers, and : for rows and columns"},
    {"lines", 0, GROUP_SOURCE, RUN(lines), CHOICE(LINES_CHOICES, "auto"), .placeholder = "HOW",
     .help = "a line of text is a row of a waterfall, or of a frame that a blank line ends"},
    {"skip-cols", 0, GROUP_SOURCE, RUN(skip_cols), .type = OPTION_INT, .min = 0, .max = 1000, .default_text = "0", .placeholder = "N",
     .help = "of text: leave out the first N columns, a time or a number of the line"},
    {"index-col", 0, GROUP_SOURCE, RUN(index_col), CHECKED(check_index_col, "auto"), .placeholder = "N|NAME|none",
     .help = "which column of a text table names the rows; auto: the first, if it holds words or its name isn't one of a column"},
    {"follow", 0, GROUP_SOURCE, RUN(follow), FLAG, .help = "files grow: wait for more at their end"},
    {"watch", 0, GROUP_SOURCE, RUN(watch), FLAG, .help = "files are rewritten: show each new version; directories: show new files"},

    {"events", 0, GROUP_SOURCE, RUN(event_rows), RUN_AUX(event_cols), .type = OPTION_GRID, .max = 1 << 20, .unset = "off",
     .default_text = "off", .placeholder = "ROWSxCOLS",
     .help = "a line of text is an event, 'x y' or 'x y weight', added to a cell of a grid of this shape"},
    {"half-life", 0, GROUP_SOURCE, LOOK(half_life), .type = OPTION_DURATION, .min = 1e-3, .max = 1e9, .unset = "none",
     .default_text = "none", .placeholder = "S", .help = "events fade: after this time they count half"},
    {"kernel", 0, GROUP_SOURCE, LOOK(kernel), NUMBER(0, 100, "0"), .placeholder = "SIGMA",
     .help = "events are smoothed by a Gaussian of this many cells"},
    {"channel", 0, GROUP_SOURCE, LOOK(channel), TEXT("CHANNEL"), .help = "which channel of frames and tiles is shown: number or name"},

    {"cmap", 0, GROUP_COLOR, LOOK(cmap), .type = OPTION_CMAP, .default_text = "viridis", .placeholder = "NAME",
     .help = "colormap by matplotlib's or seaborn's name; NAME_r is reversed; --list-cmaps shows all; or colours (red,white,#00f), "
             "light:COLOUR, dark:COLOUR, blend:A,B, or a file of R,G,B lines"},
    {"vmin", 0, GROUP_COLOR, LOOK(vmin), NUMBER(0, 0, "auto"), .unset = "auto", .placeholder = "V",
     .help = "value of the first colour; auto: the least in the data"},
    {"vmax", 0, GROUP_COLOR, LOOK(vmax), NUMBER(0, 0, "auto"), .unset = "auto", .placeholder = "V",
     .help = "value of the last colour; auto: the greatest in the data"},
    {"robust", 0, GROUP_COLOR, LOOK(robust_lo), LOOK_AUX(robust_hi), .type = OPTION_ROBUST, .unset = "off", .default_text = "off",
     .placeholder = "LO,HI", .help = "auto range from these percentiles; alone: 2,98"},
    {"autoscale", 0, GROUP_COLOR, LOOK(autoscale), CHOICE(AUTOSCALE_CHOICES, "frame"), .placeholder = "HOW",
     .help = "auto range of a stream: of each frame, slow (without flicker), grow (of all frames so far), off (the first frame's)"},
    {"center", 0, GROUP_COLOR, LOOK(center), NUMBER(0, 0, "none"), .unset = "none", .placeholder = "V",
     .help = "value of the middle colour, for diverging colormaps"},
    {"norm", 0, GROUP_COLOR, LOOK(norm), .type = OPTION_NORM, .choices = NORM_CHOICES, .default_text = "linear",
     .placeholder = "NAME", .help = "how values are spread over the colours"},
    {"gamma", 0, GROUP_COLOR, LOOK(gamma), .type = OPTION_GAMMA, .min = 0.001, .max = 1000, .unset = "none", .default_text = "none",
     .placeholder = "G", .help = "exponent of the power norm (1 if not given); selects that norm"},
    {"linthresh", 0, GROUP_COLOR, LOOK(linthresh), NUMBER(1e-307, 1e307, "1"), .placeholder = "V",
     .help = "the symlog norm is linear from -V to V"},
    {"base", 0, GROUP_COLOR, LOOK(base), NUMBER(1.0001, 1e6, "10"), .placeholder = "B", .help = "of the symlog norm's logarithms"},
    {"linear-width", 0, GROUP_COLOR, LOOK(linear_width), NUMBER(1e-307, 1e307, "1"), .placeholder = "V",
     .help = "the asinh norm is nearly linear from -V to V"},
    {"vcenter", 0, GROUP_COLOR, LOOK(vcenter), NUMBER(0, 0, "auto"), .unset = "auto", .placeholder = "V",
     .help = "value of the middle colour of the two-slope norm; auto: that of --center, else 0"},
    {"levels", 0, GROUP_COLOR, LOOK(levels), .type = OPTION_LEVELS, .unset = "none", .default_text = "none", .placeholder = "N|A,B,C",
     .help = "colours in N blocks, or in blocks between these values"},
    {"categories", 0, GROUP_COLOR, LOOK(categories), CHECKED(check_categories, "bool"), .placeholder = "NAMES|auto|off",
     .help = "a legend of what values mean: names of 0, 1, ...; auto: a colour for each value of integers; bool: of bool data alone"},
    {"standard-scale", 0, GROUP_COLOR, LOOK(standard_scale), CHOICE(AXIS_CHOICES, "none"), .placeholder = "row|col",
     .help = "stretch each row or column from its least to its greatest value over 0 to 1"},
    {"z-score", 0, GROUP_COLOR, LOOK(z_score), CHOICE(AXIS_CHOICES, "none"), .placeholder = "row|col",
     .help = "less the mean, over the standard deviation, of each row or column; wins over standard-scale"},
    {"bad", 0, GROUP_COLOR, LOOK(bad), LOOK_AUX(bad_set), .type = OPTION_COLOR, .default_text = "#d3d3d3", .placeholder = "COLOUR",
     .help = "of NaN, and of values the norm has no place for"},
    {"bad-hatch", 0, GROUP_COLOR, LOOK(bad_hatch), CHOICE(HATCH_CHOICES, "none"), .placeholder = "PATTERN",
     .help = "drawn on bad cells: none / \\ x . - | +"},
    {"under", 0, GROUP_COLOR, LOOK(under), LOOK_AUX(under_set), .type = OPTION_COLOR, .unset = "auto", .default_text = "auto",
     .placeholder = "COLOUR", .help = "of values below vmin; auto: the first of the colormap"},
    {"over", 0, GROUP_COLOR, LOOK(over), LOOK_AUX(over_set), .type = OPTION_COLOR, .unset = "auto", .default_text = "auto",
     .placeholder = "COLOUR", .help = "of values above vmax; auto: the last of the colormap"},
    {"cvd", 0, GROUP_COLOR, LOOK(cvd), CHECKED(check_cvd, "none"), .placeholder = "KIND[=S]",
     .help = "preview what others see: protan, deutan, tritan or mono, of severity S, 0 to 1"},

    {"mask", 0, GROUP_CELLS, RUN(mask), TEXT("FILE"), .help = "hide the cells where this matrix of the same shape isn't 0 (or is true)"},
    {"mask-where", 0, GROUP_CELLS, LOOK(mask_where), .type = OPTION_WHERE, .default_text = "", .placeholder = "COND",
     .help = "hide the cells whose value is <0, >=3, !=5, 0<v<1, nan, inf ...; joined by and, or"},
    {"x-edges", 0, GROUP_CELLS, LOOK(x_edges), .type = OPTION_EDGES, .default_text = "", .placeholder = "A,B,...|FILE",
     .help = "coordinates of the columns' edges, one more than there are: columns of different widths"},
    {"y-edges", 0, GROUP_CELLS, LOOK(y_edges), .type = OPTION_EDGES, .default_text = "", .placeholder = "A,B,...|FILE",
     .help = "likewise of the rows"},
    {"interpolation", 0, GROUP_CELLS, LOOK(interpolation), CHOICE(INTERPOLATION_CHOICES, "nearest"), .placeholder = "NAME",
     .help = "between cells that are larger than pixels, of the data; NaN stays in its cell"},
    {"linewidths", 0, GROUP_CELLS, LOOK(linewidths), NUMBER(0, 100, "0"), .placeholder = "PX", .help = "lines between cells"},
    {"linecolor", 0, GROUP_CELLS, LOOK(linecolor), LOOK_AUX(linecolor_set), .type = OPTION_COLOR, .default_text = "white", .placeholder = "COLOUR",
     .help = "of the lines between cells; none: gaps; the theme has its own"},
    {"annot", 0, GROUP_CELLS, LOOK(annot_fmt), LOOK_AUX(annot), .type = OPTION_ANNOT, .unset = "none", .default_text = "none",
     .placeholder = "FMT", .help = "numbers in cells, formatted as by Python (seaborn's fmt): .2f, .3g, ,d, .0%; alone: .2g; or off"},
    {"annot-from", 0, GROUP_CELLS, RUN(annot_from), TEXT("FILE"),
     .help = "numbers, or words of a text file, of another matrix of the same shape in the cells instead"},
    {"annot-size", 0, GROUP_CELLS, LOOK(annot_size), NUMBER(1, 200, "auto"), .unset = "auto", .placeholder = "PT",
     .help = "of numbers in cells, in points, less where cells are small; auto: the font size"},
    {"annot-color", 0, GROUP_CELLS, LOOK(annot_color), LOOK_AUX(annot_color_set), .type = OPTION_COLOR, .unset = "auto",
     .default_text = "auto", .placeholder = "COLOUR", .help = "of numbers in cells; auto: dark or white, by each cell's luminance"},

    {"square", 0, GROUP_CELLS, LOOK(square), FLAG, .help = "square cells"},
    {"aspect", 0, GROUP_CELLS, LOOK(aspect), LOOK_AUX(aspect_ratio), .type = OPTION_ASPECT, .choices = ASPECT_CHOICES,
     .default_text = "auto", .placeholder = "HOW",
     .help = "auto fills the picture; equal: the extent's units are square; a number: that many times as high as wide"},
    {"cell-size", 0, GROUP_CELLS, LOOK(cell_width), LOOK_AUX(cell_height), .type = OPTION_CELL_SIZE, .min = 0.01, .max = 4096, .unset = "auto",
     .default_text = "auto", .placeholder = "PX|WxH", .help = "cells of so many pixels; with -o and no --size the picture is as large as that makes it"},
    {"spines", 0, GROUP_CELLS, LOOK(spines), .type = OPTION_SPINES, .default_text = "on", .placeholder = "SIDES",
     .help = "the frame round the heatmap: on, off, or left, right, top, bottom"},
    {"spine-color", 0, GROUP_CELLS, LOOK(spine_color), LOOK_AUX(spine_color_set), .type = OPTION_COLOR, .unset = "auto", .default_text = "auto",
     .placeholder = "COLOUR", .help = "of the frame; auto: the theme's"},
    {"spine-width", 0, GROUP_CELLS, LOOK(spine_width), NUMBER(0, 100, "auto"), .unset = "auto", .placeholder = "PX",
     .help = "of the frame; auto: a hairline"},
    {"origin", 0, GROUP_CELLS, LOOK(origin), CHOICE(ORIGIN_CHOICES, "upper"), .placeholder = "WHERE", .help = "where row 0 is"},
    {"extent", 0, GROUP_CELLS, LOOK(extent), .type = OPTION_EXTENT, .unset = "auto", .default_text = "auto",
     .placeholder = "L,R,B,T", .help = "coordinates of the edges; auto: indices, cell centres at whole numbers"},
    {"view", 0, GROUP_CELLS, LOOK(view), .type = OPTION_VIEW, .unset = "all", .default_text = "all", .placeholder = "R0:R1,C0:C1",
     .help = "visible cells: indices of rows and columns, half open"},
    {"alert", 0, GROUP_CELLS, LOOK(alert), .type = OPTION_ALERT, .default_text = "", .placeholder = "max>V,...",
     .help = "outline the cells, and print a line of JSON, when a frame's max, min, mean, absmax or number of nan is > < >= <= a value"},
    {"bell", 0, GROUP_CELLS, RUN(bell), FLAG, .help = "ring the terminal's bell when an --alert begins"},
    {"reduce", 0, GROUP_CELLS, LOOK(reduce), CHOICE(REDUCE_CHOICES, "auto"), .placeholder = "HOW",
     .help = "what a pixel shows that covers several cells; auto: the mean, but what stands out wins"},

    {"overview", 0, GROUP_CELLS, LOOK(overview), CHOICE(OVERVIEW_CHOICES, "auto"), .placeholder = "WHEN",
     .help = "a small map of the whole in a corner when only a part is in sight; auto: in windows alone"},

    {"scroll", 0, GROUP_CELLS, LOOK(scroll), CHOICE(SCROLL_CHOICES, "up"), .placeholder = "WAY",
     .help = "where the old rows of a waterfall go; left and right: time runs across, --origin says where column 0 is"},

    {"no-time-axis", 0, GROUP_CELLS, LOOK(no_time_axis), FLAG,
     .help = "number the rows of a waterfall instead of saying when they came (or what t_ns their producer gave)"},

    {"title", 0, GROUP_WORDS, LOOK(title), TEXT("TEXT"), .help = "above the heatmap"},
    {"xlabel", 0, GROUP_WORDS, LOOK(xlabel), TEXT("TEXT"), .help = "below the columns"},
    {"ylabel", 0, GROUP_WORDS, LOOK(ylabel), TEXT("TEXT"), .help = "beside the rows"},
    {"cbar-label", 0, GROUP_WORDS, LOOK(cbar_label), TEXT("TEXT"), .help = "beside the colorbar"},
    {"no-cbar", 0, GROUP_WORDS, LOOK(no_cbar), FLAG, .help = "no colorbar"},
    {"cbar-side", 0, GROUP_WORDS, LOOK(cbar_side), CHOICE(SIDE_CHOICES, "right"), .placeholder = "SIDE", .help = "where the colorbar is"},
    {"cbar-size", 0, GROUP_WORDS, LOOK(cbar_size), CHECKED(check_cbar_size, "auto"), .placeholder = "PX|N%",
     .help = "how thick it is: pixels at 100 dpi, or a share of the picture"},
    {"cbar-shrink", 0, GROUP_WORDS, LOOK(cbar_shrink), NUMBER(0.05, 1, "1"), .placeholder = "F", .help = "how long it is, of the plot's side"},
    {"cbar-ticks", 0, GROUP_WORDS, LOOK(cbar_ticks), CHECKED(check_cbar_ticks, "auto"), .placeholder = "N|A,B,C",
     .help = "auto, none, at most N, or at these values"},
    {"cbar-format", 0, GROUP_WORDS, LOOK(cbar_format), CHECKED(tick_format_check, "auto"), .placeholder = "FMT",
     .help = "of its numbers: auto, si, sci, plain, or as in .1f, .0%, '{:.2f} kg'"},
    {"cbar-minor", 0, GROUP_WORDS, LOOK(cbar_minor), FLAG, .help = "small ticks between them"},
    {"cbar-extend", 0, GROUP_WORDS, LOOK(cbar_extend), CHOICE(EXTEND_CHOICES, "auto"), .placeholder = "ENDS",
     .help = "arrows for what is below vmin, above vmax; auto: where something is, or --under or --over is given"},
    {"no-hist", 0, GROUP_WORDS, LOOK(no_hist), FLAG, .help = "no histogram beside the colorbar"},
    {"no-shares", 0, GROUP_WORDS, LOOK(no_shares), FLAG, .help = "no shares of the cells beyond the colorbar's ends"},
    {"no-norm-name", 0, GROUP_WORDS, LOOK(no_norm_name), FLAG, .help = "no norm's name beside the colorbar's label"},
    {"title-size", 0, GROUP_WORDS, LOOK(title_size), NUMBER(1, 200, "auto"), .unset = "auto", .placeholder = "PT",
     .help = "of the title, in points; auto: 1.2 times --font-size"},
    {"label-size", 0, GROUP_WORDS, LOOK(label_size), NUMBER(1, 200, "auto"), .unset = "auto", .placeholder = "PT",
     .help = "of the labels of axes and colorbar; auto: --font-size"},
    {"tick-size", 0, GROUP_WORDS, LOOK(tick_size), NUMBER(1, 200, "auto"), .unset = "auto", .placeholder = "PT",
     .help = "of numbers and names beside ticks; auto: 0.9 times --font-size"},
    {"text", 0, GROUP_WORDS, LOOK(text), .type = OPTION_MARKS, .default_text = "", .placeholder = "X,Y,WORDS[;...]",
     .help = "words at data coordinates (axes:X,Y,WORDS: from 0,0 to 1,1); ;color= size= ha= va= rotation= halo= behind; again: more"},
    {"hline", 0, GROUP_WORDS, LOOK(hline), .type = OPTION_MARKS, .default_text = "", .placeholder = "Y[;...]",
     .help = "a line across; ;color= width= style=solid|dashed behind; again: more"},
    {"vline", 0, GROUP_WORDS, LOOK(vline), .type = OPTION_MARKS, .default_text = "", .placeholder = "X[;...]", .help = "a line down"},
    {"hspan", 0, GROUP_WORDS, LOOK(hspan), .type = OPTION_MARKS, .default_text = "", .placeholder = "A,B[;color=C]",
     .help = "shade from A to B on the y axis, as in 2,4;color=#ff000040; again: more"},
    {"vspan", 0, GROUP_WORDS, LOOK(vspan), .type = OPTION_MARKS, .default_text = "", .placeholder = "A,B[;color=C]",
     .help = "likewise on the x axis"},

    {"xaxis", 0, GROUP_AXES, LOOK(xaxis), CHOICE(XAXIS_CHOICES, "bottom"), .placeholder = "SIDE", .help = "where ticks and label of x are"},
    {"yaxis", 0, GROUP_AXES, LOOK(yaxis), CHOICE(YAXIS_CHOICES, "left"), .placeholder = "SIDE", .help = "likewise of y"},
    {"xscale", 0, GROUP_AXES, LOOK(xscale), CHOICE(SCALE_CHOICES, "linear"), .placeholder = "KIND",
     .help = "what the extent's coordinates are: log: cells are even in their logarithms; time: Unix seconds"},
    {"yscale", 0, GROUP_AXES, LOOK(yscale), CHOICE(SCALE_CHOICES, "linear"), .placeholder = "KIND", .help = "likewise"},
    {"xticks", 0, GROUP_AXES, LOOK(xticks), CHECKED(ticks_check, "auto"), .placeholder = "A,B,...",
     .help = "auto, none, or where they are"},
    {"yticks", 0, GROUP_AXES, LOOK(yticks), CHECKED(ticks_check, "auto"), .placeholder = "A,B,...", .help = "likewise"},
    {"xticklabels", 0, GROUP_AXES, LOOK(xticklabels), .type = OPTION_NAMES, .default_text = "auto", .placeholder = "NAMES",
     .help = "auto, none, a number n (every n-th), names separated by commas, or @FILE, a name a line; with --xticks: of those"},
    {"yticklabels", 0, GROUP_AXES, LOOK(yticklabels), .type = OPTION_NAMES, .default_text = "auto", .placeholder = "NAMES",
     .help = "likewise for the rows"},
    {"xtick-rotation", 0, GROUP_AXES, LOOK(xtick_rotation), NUMBER(-90, 90, "auto"), .unset = "auto", .placeholder = "DEG",
     .help = "of labels, counter-clockwise; auto: names are turned when more of them fit then"},
    {"ytick-rotation", 0, GROUP_AXES, LOOK(ytick_rotation), NUMBER(-90, 90, "auto"), .unset = "auto", .placeholder = "DEG",
     .help = "likewise"},
    {"xformat", 0, GROUP_AXES, LOOK(xformat), CHECKED(tick_format_check, "auto"), .placeholder = "FMT",
     .help = "of numbers: auto, si (1 k, 1 M), sci, plain, or as in .1f, .0%, '{:.2f} kg'"},
    {"yformat", 0, GROUP_AXES, LOOK(yformat), CHECKED(tick_format_check, "auto"), .placeholder = "FMT", .help = "likewise"},

    {"policy", 0, GROUP_TIME, RUN(policy), RUN_AUX(every), .type = OPTION_POLICY, .unset = "auto", .default_text = "auto",
     .placeholder = "latest|all|every=N",
     .help = "which frames to show when they come faster than they can be shown; auto: latest for live sources, all for files"},
    {"history", 0, GROUP_TIME, RUN(history_bytes), .type = OPTION_BYTES, .min = 65536, .max = 1ll << 50, .unset = "auto",
     .default_text = "auto", .placeholder = "SIZE", .help = "memory for past frames, as in 512M or 3G"},
    {"memory", 0, GROUP_TIME, RUN(memory_bytes), .type = OPTION_BYTES, .min = 65536, .max = 1ll << 50, .unset = "auto",
     .default_text = "auto", .placeholder = "SIZE", .help = "memory for everything; auto: a quarter of what there is, or may be used (ulimit, cgroup)"},
    {"fps", 0, GROUP_TIME, RUN(fps), NUMBER(0, 10000, "auto"), .unset = "auto", .placeholder = "N",
     .help = "frames per second of files; auto: by their time stamps, else 30; 0: as fast as they can be shown"},
    {"no-vsync", 0, GROUP_TIME, RUN(no_vsync), FLAG, .help = "don't wait for the display's refresh"},
    {"loop", 0, GROUP_TIME, RUN(loop), FLAG, .help = "play files again and again"},
    {"tour", 0, GROUP_TIME, RUN(tour), TEXT("FILE"),
     .help = "lines of JSON as a stream has them, as in {\"view\":\"0:64,0:64\"}: one after the other, a picture each, at --fps; --loop: again"},
    {"duration", 0, GROUP_TIME, RUN(duration_s), .type = OPTION_DURATION, .min = 0, .max = 1e9, .unset = "none",
     .default_text = "none", .placeholder = "S", .help = "end after this time: seconds, or with a unit ms, s, m or h"},
    {"frames", 0, GROUP_TIME, RUN(frames), .type = OPTION_INT, .min = 0, .max = 9e15, .default_text = "0", .placeholder = "N",
     .help = "end after N frames shown; 0: no end"},
    {"stats", 0, GROUP_TIME, RUN(stats), TEXT("FILE"),
     .help = "write counters as a line of JSON when it ends; - is standard output"},
    {"trace", 0, GROUP_TIME, RUN(trace), TEXT("FILE"),
     .help = "write where each frame's time goes, in the Chrome trace format (chrome://tracing, ui.perfetto.dev)"},

    {"check", 0, GROUP_ABOUT, RUN(check), .type = OPTION_REPORT, .unset = "none", .default_text = "none", .placeholder = "text|json",
     .help = "no picture, but a report: is the colormap fit for the data and for all eyes, what is clipped or hidden, what to change"},

    {"config", 0, GROUP_ABOUT, ARGV(config), TEXT("FILE"), .help = "read options from a file: lines of NAME = VALUE"},
    {"shader-dir", 0, GROUP_ABOUT, RUN(shader_dir), TEXT("DIR"), .help = "load shaders from here, again whenever they change"},
    {"gpu-debug", 0, GROUP_ABOUT, RUN(gpu_debug), FLAG, .help = "report OpenGL's errors where they happen"},
    {"list-options", 0, GROUP_ABOUT, ARGV(list_options), FLAG, .help = "list options, one a line, for scripts"},
    {"list-cmaps", 0, GROUP_ABOUT, ARGV(list_cmaps), FLAG, .help = "list colormaps"},
    {"list-keys", 0, GROUP_ABOUT, ARGV(list_keys), FLAG, .help = "list keys and what they do"},
    {"info", 0, GROUP_ABOUT, ARGV(info), FLAG, .help = "what this program was built with and which renderers work here"},
    {"version", 0, GROUP_ABOUT, ARGV(version), FLAG, .help = "print the version"},
    {"help", 'h', GROUP_ABOUT, ARGV(help), FLAG, .help = "print this"},
};
const int OPTIONS_NUM = sizeof OPTIONS_TABLE / sizeof *OPTIONS_TABLE;

static bool same_name(const char *known, const char *name, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (known[i] != (name[i] == '_' ? '-' : name[i])) /* also ends at known's end */
            return false;
    return known[len] == 0;
}

static const struct option_row *find_exactly(const char *name, size_t len)
{
    for (int i = 0; i < OPTIONS_NUM; i++)
        if (same_name(OPTIONS_TABLE[i].name, name, len))
            return &OPTIONS_TABLE[i];
    return NULL;
}

const struct option_row *option_find(const char *name, size_t len, bool *negated)
{
    const struct option_row *row = find_exactly(name, len);
    *negated = false;
    if (row)
        return row;
    *negated = true;
    if (len > 3 && strncmp(name, "no", 2) == 0 && (name[2] == '-' || name[2] == '_')) {
        row = find_exactly(name + 3, len - 3);
        return row && row->type == OPTION_FLAG ? row : NULL;
    }
    for (int i = 0; i < OPTIONS_NUM; i++)
        if (strncmp(OPTIONS_TABLE[i].name, "no-", 3) == 0 && same_name(OPTIONS_TABLE[i].name + 3, name, len))
            return &OPTIONS_TABLE[i];
    return NULL;
}

const struct option_row *option_find_short(char c)
{
    for (int i = 0; i < OPTIONS_NUM; i++)
        if (c && OPTIONS_TABLE[i].short_name == c)
            return &OPTIONS_TABLE[i];
    return NULL;
}

const char *option_suggest(const char *name, size_t len)
{
    const char *best = option_alias(name, len);
    if (best)
        return best;
    int best_distance = INT_MAX;
    for (int i = 0; i < OPTIONS_NUM; i++) {
        int distance = spelling_distance(name, len, OPTIONS_TABLE[i].name);
        if (distance < best_distance) {
            best = OPTIONS_TABLE[i].name;
            best_distance = distance;
        }
    }
    return best_distance <= (len <= 4 ? 4 : 8) ? best : NULL; /* one edit, in longer names two */
}
