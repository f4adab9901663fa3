/* Several panels share one picture: a grid whose cells come nearest to 4:3. One of them is in focus: keys and mouse act on it. */
#include "app/panels.h"
#include "app/demo.h"
#include "plot/check.h"
#include "base/log.h"
#include "base/memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum hs_status open_one(struct app *a, const struct panel_params *common, const char *source, const char *listen)
{
    if (a->num_panels == MAX_PANELS) {
        log_error("more than %d sources; start a second heatscope for the others", MAX_PANELS);
        return HS_ERR_USAGE;
    }
    struct panel_params p = *common;
    p.source = source;
    p.listen = listen;
    enum hs_status s = panel_create(&p, &a->panels[a->num_panels]);
    if (s == HS_OK)
        a->num_panels++;
    return s;
}

/* The next num addresses of *list. */
static enum hs_status open_listeners(struct app *a, const struct panel_params *common, const char **list, int num)
{
    enum hs_status s = HS_OK;
    for (const char *p = *list; p && num > 0 && s == HS_OK; num--) {
        size_t len = strcspn(p, ",");
        char *address = mem_format("%.*s", (int)len, p);
        s = address ? open_one(a, common, NULL, address) : HS_ERR_MEMORY;
        free(address);
        *list = p = p[len] ? p + len + 1 : NULL;
    }
    return s;
}

/* Without a source: data on standard input, else the demo. */
static enum hs_status open_default(struct app *a, const struct panel_params *common)
{
    if (!a->options->run.demo && !isatty(STDIN_FILENO) && demo_stdin_is_data())
        return open_one(a, common, "-", NULL);
    enum hs_status s = demo_start(&a->demo);
    return s == HS_OK ? open_one(a, common, demo_address(a->demo), NULL) : s;
}

static bool wants_every_frame(const struct run *r)
{
    return r->output && (strchr(r->output, '%') || (r->frame && strcmp(r->frame, "last") != 0));
}

/* before/a.npy and after/a.npy would both be called a.npy: such files are called by their paths. */
static enum hs_status tell_apart(struct app *a, struct panel *const *panels)
{
    const struct run *r = &a->options->run;
    bool same[MAX_PANELS] = {false};
    for (int i = 0; i < r->num_sources; i++)
        for (int j = 0; j < r->num_sources; j++)
            same[i] |= j != i && strcmp(panel_source_name(panels[i]), panel_source_name(panels[j])) == 0;
    for (int i = 0; i < r->num_sources; i++)
        if (same[i] && !panel_rename(panels[i], r->sources[i]))
            return HS_ERR_MEMORY;
    return HS_OK;
}

/* --diff: the second becomes a part of the first. */
static enum hs_status subtract(struct app *a)
{
    if (a->num_panels != 2) {
        log_error("--diff needs two sources, not %d", a->num_panels);
        return HS_ERR_USAGE;
    }
    if (!panel_subtract(a->panels[0], a->panels[1]))
        return HS_ERR_MEMORY;
    a->num_panels = 1;
    return HS_OK;
}

enum hs_status panels_open(struct app *a, bool window)
{
    const struct run *r = &a->options->run;
    int num = r->num_sources + options_num_addresses(r->listen);
    struct panel_params common = {
        .options = a->options,
        .window = window,
        .every_frame = wants_every_frame(r),
        .num_panels = num > 1 ? num : 1,
        .pool = a->pool,
        .font = a->font,
        .trace = a->trace,
        .quit = &a->quit,
        .wake = app_wake,
        .wake_arg = a,
    };
    enum hs_status s = HS_OK;
    const char *listen = r->listen;
    struct panel *of_sources[MAX_PANELS];
    for (int i = 0; i < r->num_sources && s == HS_OK; i++) { /* in the order in which they were named */
        s = open_listeners(a, &common, &listen, r->num_listen_before[i] + i - a->num_panels);
        if (s == HS_OK)
            s = open_one(a, &common, r->sources[i], NULL);
        if (s == HS_OK)
            of_sources[i] = a->panels[a->num_panels - 1];
    }
    if (s == HS_OK)
        s = open_listeners(a, &common, &listen, MAX_PANELS + 1);
    if (num == 0 || (r->demo && num == 0))
        s = open_default(a, &common);
    if (s == HS_OK && r->num_sources > 1)
        s = tell_apart(a, of_sources);
    if (s == HS_OK && r->diff)
        s = subtract(a);
    a->panel = a->panels[0];
    return s;
}

enum hs_status panels_check(const struct options *o)
{
    enum hs_status s = HS_OK;
    for (int i = 0; i < o->run.num_sources && s == HS_OK; i++)
        s = source_check(&(struct source_params){.spec = o->run.sources[i], .follow = o->run.follow, .watch = o->run.watch});
    return s;
}

void panels_close(struct app *a)
{
    for (int i = 0; i < a->num_panels; i++)
        panel_destroy(a->panels[i]);
    a->num_panels = 0;
    a->panel = NULL;
}

/* The number of columns whose cells are nearest to 4:3. */
static void choose_grid(const struct app *a, int width, int height, int *rows, int *cols)
{
    const struct run *r = &a->options->run;
    int num = a->num_panels;
    *rows = r->panel_rows;
    *cols = r->panel_cols;
    if (*rows > 0 && *rows * *cols >= num)
        return;
    double best = INFINITY;
    for (int c = 1; c <= num; c++) {
        int needed = (num + c - 1) / c;
        double off = fabs(log((double)width / c / ((double)height / needed) / (4.0 / 3))) + (double)(needed * c - num) / num;
        if (off < best) {
            best = off;
            *rows = needed;
            *cols = c;
        }
    }
}

static void place(struct app *a)
{
    int rows, cols, width = a->width, height = a->height - a->reserved_px;
    choose_grid(a, width, a->height, &rows, &cols); /* the same with and without what is reserved */
    for (int i = 0; i < a->num_panels; i++) {
        int row = i / cols, col = i % cols;
        int x0 = width * col / cols, x1 = width * (col + 1) / cols, y0 = height * row / rows, y1 = height * (row + 1) / rows;
        a->areas[i] = (struct rect){x0, y0, x1 > x0 ? x1 - x0 : 1, y1 > y0 ? y1 - y0 : 1};
        view_resize(panel_view(a->panels[i]), a->areas[i].w, a->areas[i].h, a->ui_scale);
    }
}

void panels_resize(struct app *a, int width, int height, double ui_scale)
{
    a->width = width;
    a->height = height;
    a->ui_scale = ui_scale;
    place(a);
}

void panels_reserve(struct app *a, int bottom_px)
{
    if (bottom_px == a->reserved_px)
        return;
    a->reserved_px = bottom_px;
    place(a);
}

bool panels_latch(struct app *a)
{
    bool any = false;
    for (int i = 0; i < a->num_panels; i++)
        any = panel_latch(a->panels[i]) || any;
    return any;
}

bool panels_pending(struct app *a)
{
    for (int i = 0; i < a->num_panels; i++)
        if (panel_pending(a->panels[i]))
            return true;
    return false;
}

int64_t panels_due_ns(struct app *a)
{
    int64_t first = INT64_MAX;
    for (int i = 0; i < a->num_panels; i++) {
        int64_t due = panel_due_ns(a->panels[i]);
        first = due < first ? due : first;
    }
    return first;
}

bool panels_ended(struct app *a)
{
    for (int i = 0; i < a->num_panels; i++)
        if (!panel_ended(a->panels[i]))
            return false;
    return true;
}

bool panels_are_finite(struct app *a)
{
    for (int i = 0; i < a->num_panels; i++)
        if (!panel_is_finite(a->panels[i]))
            return false;
    return true;
}

bool panels_have_frame(struct app *a)
{
    for (int i = 0; i < a->num_panels; i++)
        if (panel_has_frame(a->panels[i]))
            return true;
    return false;
}

bool panels_are_dirty(struct app *a)
{
    for (int i = 0; i < a->num_panels; i++)
        if (view_is_dirty(panel_view(a->panels[i])))
            return true;
    return false;
}

static enum hs_status record(struct app *a)
{
    enum hs_status s = HS_OK;
    font_begin(a->font);
    draw_list_begin(&a->list, a->width, a->height, view_background(panel_view(a->panels[0])));
    for (int i = 0; i < a->num_panels && s == HS_OK; i++)
        s = view_record(panel_view(a->panels[i]), &a->list, a->areas[i]);
    draw_list_area(&a->list, (struct rect){0, 0, a->width, a->height});
    return s;
}

/* --share-range: the range of all data together. True: some view's range changes by it. */
static bool share_range(struct app *a)
{
    double lo = INFINITY, hi = -INFINITY, one, other;
    for (int i = 0; i < a->num_panels; i++)
        if (view_own_range(panel_view(a->panels[i]), &one, &other)) {
            lo = fmin(lo, one);
            hi = fmax(hi, other);
        }
    for (int i = 0; lo <= hi && i < a->num_panels; i++)
        view_share_range(panel_view(a->panels[i]), lo, hi);
    return panels_are_dirty(a);
}

/* Panels above each other get the same margins left and right, those beside each other above and below, so that their heatmaps and
 * colorbars stand in line. True: some view's margins change by it. */
static bool align(struct app *a)
{
    int margins[MAX_PANELS][4];
    bool changed = false;
    for (int i = 0; i < a->num_panels; i++)
        view_margins(panel_view(a->panels[i]), margins[i]);
    for (int i = 0; i < a->num_panels && a->num_panels > 1; i++) {
        const struct rect *own = &a->areas[i];
        int least[4] = {0};
        for (int j = 0; j < a->num_panels; j++)
            for (int side = 0; side < 4; side++) {
                const struct rect *other = &a->areas[j];
                bool in_line = side < 2 ? other->x == own->x && other->w == own->w : other->y == own->y && other->h == own->h;
                if (in_line && margins[j][side] > least[side])
                    least[side] = margins[j][side];
            }
        view_set_least_margins(panel_view(a->panels[i]), least);
        changed = changed || view_is_dirty(panel_view(a->panels[i]));
    }
    return changed;
}

/* Once: a colormap that misleads where values have an order. */
static void remark(struct app *a)
{
    for (int i = 0; i < a->num_panels && !a->remarked; i++) {
        const struct look *l = view_look(panel_view(a->panels[i]));
        if (!check_is_rainbow(l->cmap) || view_has_categories(panel_view(a->panels[i])))
            continue;
        log_warn("--cmap %s: a rainbow has no order that people see, and draws edges where the data have none; --check says more", l->cmap);
        a->remarked = true;
    }
}

enum hs_status panels_build(struct app *a)
{
    remark(a);
    enum hs_status s = record(a);
    if (s == HS_OK && a->options->run.share_range && share_range(a))
        s = record(a); /* what was reduced is kept; only the colours change */
    enum { ROUNDS = 4 }; /* needs only grow, and little: mostly the first one is the last */
    for (int i = 0; s == HS_OK && i < ROUNDS && align(a); i++)
        s = record(a);
    return s;
}

void panels_shown(struct app *a)
{
    for (int i = 0; i < a->num_panels; i++)
        panel_shown(a->panels[i]);
}

uint64_t panels_num_shown(const struct app *a)
{
    uint64_t num = 0;
    for (int i = 0; i < a->num_panels; i++)
        num += panel_num_shown(a->panels[i]);
    return num;
}

void panels_update_status(struct app *a)
{
    for (int i = 0; i < a->num_panels; i++)
        panel_update_status(a->panels[i]);
}

struct rect panels_focus_at(struct app *a, double x, double y)
{
    for (int i = 0; i < a->num_panels; i++) {
        struct rect r = a->areas[i];
        if (x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h)
            a->panel = a->panels[i];
    }
    return panels_focus_area(a);
}

bool panels_area(const struct app *a, const struct panel *p, struct rect *out)
{
    for (int i = 0; i < a->num_panels; i++)
        if (a->panels[i] == p) {
            *out = a->areas[i];
            return true;
        }
    return false;
}

struct rect panels_focus_area(const struct app *a)
{
    struct rect area = {0, 0, a->width, a->height};
    panels_area(a, a->panel, &area);
    return area;
}

static bool same_camera(const struct camera *a, const struct camera *b)
{
    return a->x.origin == b->x.origin && a->x.scale == b->x.scale && a->y.origin == b->y.origin && a->y.scale == b->y.scale &&
           a->moved == b->moved;
}

void panels_follow_focus(struct app *a)
{
    if (!a->options->run.link)
        return;
    const struct camera *now = view_camera(panel_view(a->panel));
    if (same_camera(now, &a->linked))
        return;
    a->linked = *now;
    for (int i = 0; i < a->num_panels; i++)
        if (a->panels[i] != a->panel)
            view_follow(panel_view(a->panels[i]), panel_view(a->panel));
}
