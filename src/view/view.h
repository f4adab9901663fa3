/* One panel: its options, its camera, its frame, and the pipeline from frame to display list. All calls on the render thread. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include "base/memory.h"
#include "base/pool.h"
#include "base/trace.h"
#include "data/find.h"
#include "data/frame.h"
#include "draw/figure.h"
#include "plot/camera.h"
#include "plot/options.h"
#include <stdatomic.h>

struct view;

/* pool and font are the caller's and outlive the view. NULL without memory. */
struct view *view_create(struct pool *pool, struct font *font);
void view_destroy(struct view *v);

/* Where the stages reduce and layout are counted; NULL: nowhere. */
void view_set_trace(struct view *v, struct trace *trace);

/* The options; change them through view_set* (or tell view_changed afterwards). */
struct look *view_look(struct view *v);
/* Options of a JSON object: see options_set_json. */
enum hs_status view_set_json(struct view *v, const char *where, const char *json);
enum hs_status view_set(struct view *v, const char *where, const char *name, const char *value);
void view_changed(struct view *v);

/* Show a frame from now on; the caller keeps it alive and unchanged until another is set. NULL: none. Another shape fits the view again
 * unless the user has moved it. */
void view_set_frame(struct view *v, const struct frame *f);
const struct frame *view_frame(const struct view *v);
/* Cells that --mask hides: rows x cols numbers, 0 is shown; copied. Frames of another shape aren't masked by it. */
enum hs_status view_set_mask(struct view *v, const uint8_t *hidden, int64_t rows, int64_t cols);
/* The frame doesn't fit what was given for it (a mask's shape): that has been said, and it is shown without. */
bool view_misfits(const struct view *v);
/* Numbers in cells are asked for, but there is no room for them; and the size of a picture in pixels that would about have it. */
bool view_lacks_annot(struct view *v, int *width_px, int *height_px);
/* For the cells of frames of this shape: what --annot-from gives. Not owned, and outlives its use. NULL: the cells' own numbers. */
struct view_cell_texts {
    int64_t rows, cols;
    struct array numbers;
    const char *const *words; /* row by row, UTF-8, "" for none; NULL: the numbers */
};
void view_set_cell_texts(struct view *v, const struct view_cell_texts *texts);
/* Numbers in cells are on, though there may be no room for them. */
bool view_is_annotated(const struct view *v);
/* With --cell-size: pixels that the picture is wider and higher than its cells need, as of the last build; negative: it lacks them. */
void view_excess(const struct view *v, int *w, int *h);
/* Picture size in pixels; ui_scale: a HiDPI window's content scale (1 headless). */
void view_resize(struct view *v, int width_px, int height_px, double ui_scale);
/* A small line in the corner ("ended", "waiting for data on :5555"); NULL: none. Copied. */
void view_set_status(struct view *v, const char *status);
/* Margins in pixels (left, right, top, bottom): those its last layout needed, and those it shall have at least from now on. */
void view_margins(const struct view *v, int px[4]);
void view_set_least_margins(struct view *v, const int px[4]);
/* Its row is kept free also while there is none, so that the plot doesn't move when one comes. */
void view_keep_status_row(struct view *v, bool keep);

/* The title where the options have none: what is shown. Cut to 255 bytes; NULL: none. */
void view_set_own_title(struct view *v, const char *title);

/* How frames are read whose cells lie in a grid (frame->grid). */
enum view_patience {
    VIEW_READ_BEST,    /* the best there is in a moment; more later */
    VIEW_READ_SAMPLED, /* at least something everywhere */
    VIEW_READ_EXACT,   /* a build waits until everything is exact */
};
struct view_reading {
    enum view_patience patience;
    bool counts;             /* all cells are to be counted, whatever the picture goes by (--check) */
    size_t memory_bytes;     /* for all that is kept of them; 0: 512 MiB */
    const atomic_bool *quit; /* waiting ends when it is set; may be NULL */
    void (*wake)(void *arg); /* there is more to show (view_is_dirty); from any thread; may be NULL */
    void *wake_arg;
};
void view_set_reading(struct view *v, const struct view_reading *reading);

/* True when something changed since the last build. */
bool view_is_dirty(const struct view *v);
/* Nothing in the picture built last is rough or estimated. */
bool view_is_exact(const struct view *v);
/* How much of what that needs has been read by now, 0..1. */
double view_exact_share(const struct view *v);
/* Some cells in the picture built last couldn't be read; it is marked where. */
bool view_lacks_cells(const struct view *v);
/* The ground of its picture, by its theme. */
struct color view_background(const struct view *v);
/* Record the picture. The list's pointers are valid until the next build. */
enum hs_status view_build(struct view *v, struct draw_list *l);
/* The same as a part of a picture that others record into, too: the list has been begun; area has the view's size.
 * Where the list was cleared with another colour than this view's ground, that is filled in, unless pictures are transparent. */
enum hs_status view_record(struct view *v, struct draw_list *l, struct rect area);

/* --- moving about; pixels are of the picture, y down --- */
struct rect view_plot_rect(const struct view *v); /* as of the last build */
const struct camera *view_camera(const struct view *v);
void view_pan_px(struct view *v, double dx, double dy);
void view_zoom_at(struct view *v, double x, double y, double factor);
void view_zoom_box(struct view *v, double x0, double y0, double x1, double y1);
void view_fit(struct view *v);
/* Show what another view shows: the same share of the matrix, which for matrices of one shape is the same cells. */
void view_follow(struct view *v, const struct view *leader);

/* --- the overview map: a small picture of the whole, in a corner while a part of it is in sight --- */
/* Whether this is a window, where --overview auto has one. Not at first. */
void view_show_overview(struct view *v, bool in_window);
/* Off, or on again; whether it is on now. */
bool view_toggle_overview(struct view *v);
/* Is it at these pixels, as of the last build? */
bool view_on_overview(const struct view *v, double x, double y);
/* What the map shows at these pixels, or nearest to them, comes into the middle. */
void view_go_by_overview(struct view *v, double x, double y);
/* When the map is to be made again although nothing comes; INT64_MAX: never. */
int64_t view_next_ns(const struct view *v);

/* --- finding cells: of the array, whatever the origin --- */
/* A cell as people write it: "12, 34", "row 12, col 34", "x 1.5, y 2" in axis coordinates, names of rows and columns; -1 is the last.
 * False: message says why not. */
bool view_parse_cell(const struct view *v, const char *text, int64_t *row, int64_t *col, char *message, size_t size);
/* Into the middle of the picture, so close that single cells are seen. */
void view_go_to(struct view *v, int64_t row, int64_t col);
/* The cell in the middle of the picture, or nearest to it; of a view with a frame. */
void view_middle_cell(const struct view *v, int64_t *row, int64_t *col);
/* Its pixels in the picture, as of the last build. False: out of sight. */
bool view_cell_rect(const struct view *v, int64_t row, int64_t col, struct rect *out);

/* Its true value, in its own dtype. False: the frame has no such cell. */
bool view_cell_value(const struct view *v, int64_t row, int64_t col, char *out, size_t size);

struct view_found {
    int64_t row, col;
    char value[48];
    double share; /* of the cells have been looked at: 1 is all */
};
/* What is asked for is to be looked for; a search that still runs is given up. */
void view_find_start(struct view *v, const struct find_want *what);
enum find_state view_find_poll(struct view *v, struct view_found *out);

/* The channel on show, *num how many the frame has (0: no frame), and the channel's name or NULL. */
int64_t view_channel(const struct view *v, int64_t *num, const char **name);

/* --- colour range --- */
/* Hold the range that is on show now (false), or follow each frame again (true: forgets vmin and vmax). */
void view_autoscale(struct view *v, bool follow);
bool view_is_autoscaled(const struct view *v);
/* Whether the marks beside the colorbar tell that the range is on its way: only where pictures follow each other. Off at first. */
void view_show_motion(struct view *v, bool show);
/* The frame that was set counts for --autoscale slow, grow and off although no picture of it is made. */
void view_follow_range(struct view *v);
/* Cells are categories, with a legend. */
bool view_has_categories(const struct view *v);
const struct norm *view_norm(const struct view *v); /* as of the last build */
/* The range of this view's own data, as of the last build. False: there is none. */
bool view_own_range(const struct view *v, double *lo, double *hi);
/* A range to use where the options leave it open, so that several views are on one scale. NaN: its own again. */
void view_share_range(struct view *v, double lo, double hi);

/* --- reading values --- */
struct view_probe {
    int64_t row, col;             /* of the array, whatever the origin */
    double x, y;                  /* axis coordinates of the cell's centre */
    const char *row_label, *col_label; /* or NULL */
    int64_t t_ns;                 /* when the row of a waterfall was, Unix time; 0: not known */
    char value[48];               /* the true value in its own dtype */
    bool is_nan, is_masked;
    const char *units;            /* or NULL */
    int64_t channel, num_channels;
    const char *channel_name;     /* or NULL */
    int64_t num_rows, num_cols;   /* cells that the pixel covers; both 1 when zoomed in */
    char lowest[48], highest[48]; /* of those; "" when there is one cell or no number */
    int64_t highest_row, highest_col;
};
/* False: no cell there. */
bool view_probe_at(const struct view *v, double x, double y, struct view_probe *out);
/* One line for people, and one of JSON for programs; malloc'ed, NULL without memory. */
bool view_probe_text(const struct view *v, const struct view_probe *p, struct buf *out);
char *view_probe_json(const struct view *v, const struct view_probe *p);

/* A condition of --alert, and what the frame says to it. */
struct view_alert {
    const char *text;
    bool met;
    double value;      /* the frame's max, min, ... or number of NaN; NaN: there is none */
    int64_t count;     /* cells beyond the limit; 0: not met, or it is about the frame as a whole */
    int64_t row, col;  /* the one farthest out */
};
enum { VIEW_MAX_ALERTS = 8 };
/* For the frame that was set; on the first call it is looked through. How many there are. */
int view_alerts(struct view *v, const struct view_alert **out);
/* There are conditions, but they need all cells, which can't be had; that has been said. */
bool view_lacks_alerts(const struct view *v);
/* The first of its rows from `row` on that by itself meets a condition, and what it says to each (row in them is 0); -1: none does. */
int64_t view_alerts_next_row(struct view *v, int64_t row, struct view_alert out[VIEW_MAX_ALERTS]);

/* Numbers of the last build. */
struct view_info {
    int64_t rows, cols, num_nan_footprints, num_replaced;
    double min, max; /* of the cells on show */
    double reduce_ms, build_ms;
    bool reduced; /* zoomed out: pixels stand for several cells */
};
struct view_info view_info(const struct view *v);

#endif
