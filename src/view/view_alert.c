/* Conditions are looked at once per frame, on all its cells. Where some are met, the cells in sight are looked through once more,
 * by what the maps show: neighbouring pixels that show the same cells are a line, lines are gathered into blocks of at least
 * MIN_BLOCK_PX, and blocks that touch become one outline. Zoomed in, a block is a cell and the outline follows the cells; else it
 * is the smallest box. Render thread; the pool's workers mark blocks, each a row of them. */
#include "view/view_alert.h"
#include "base/memory.h"
#include "data/scan.h"
#include "plot/alert.h"
#include "view/view_internal.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_OUTLINES = 200, MIN_BLOCK_PX = 8, LINE_PX = 2, STRIP = 1024, ROWS_AT_ONCE = 16 };
_Static_assert((int)VIEW_MAX_ALERTS == (int)ALERT_MAX_RULES, "as many results as conditions");

/* Pixels [px0, px1) of an axis show cells [begin, end). */
struct line {
    int64_t begin, end;
    int px0, px1, block;
};

struct lines {
    struct line *items;
    int num, cap;
    int num_blocks;
    bool cells; /* each line is one cell and a block of its own */
};

/* Where hits are in a block, in pixels; x1 0: none. */
struct block {
    int x0, y0, x1, y1, label;
};

struct view_alerts {
    char *text; /* that the rules were made from */
    struct alert_rule rules[ALERT_MAX_RULES];
    struct view_alert results[ALERT_MAX_RULES];
    int num;
    uint64_t serial; /* the frame they hold for */

    struct lines rows, cols;
    struct block *blocks;
    int *stack;
    size_t cap_blocks;
    int num_outlines; /* that there are; up to MAX_OUTLINES are drawn */
    char status[256];
};

struct view_alerts *view_alerts_create(void)
{
    return mem_zeroed(1, sizeof(struct view_alerts));
}

void view_alerts_destroy(struct view_alerts *a)
{
    if (!a)
        return;
    free(a->text);
    free(a->rows.items);
    free(a->cols.items);
    free(a->blocks);
    free(a->stack);
    free(a);
}

/* --- conditions --- */

static void read_rules(struct view_alerts *a, const char *text)
{
    char why[256];
    if (a->text == text || (a->text && text && strcmp(a->text, text) == 0))
        return;
    free(a->text);
    a->text = text ? mem_strdup(text) : NULL;
    a->num = 0;
    a->serial = 0;
    if (a->text && !alert_parse(a->text, a->rules, &a->num, why, sizeof why))
        a->num = 0; /* options only let good ones through */
}

static struct scan_test test_of(const struct alert_rule *r)
{
    bool or_equal = r->op == ALERT_AT_LEAST || r->op == ALERT_AT_MOST;
    enum scan_kind kind = SCAN_NAN;
    if (r->what == ALERT_MAX)
        kind = or_equal ? SCAN_AT_LEAST : SCAN_ABOVE;
    else if (r->what == ALERT_MIN)
        kind = or_equal ? SCAN_AT_MOST : SCAN_BELOW;
    else if (r->what == ALERT_ABSMAX)
        kind = or_equal ? SCAN_ABS_AT_LEAST : SCAN_ABS_ABOVE;
    return (struct scan_test){kind, r->value};
}

static double value_of(const struct alert_rule *r, const struct scan_totals *t)
{
    switch (r->what) {
    case ALERT_MAX: return t->max;
    case ALERT_MIN: return t->min;
    case ALERT_MEAN: return t->mean;
    case ALERT_ABSMAX: return fmax(fabs(t->min), fabs(t->max));
    default: return (double)t->num_nan;
    }
}

static struct view_alert judge(const struct view *v, const struct alert_rule *rule, const struct array *cells, const struct scan_totals *totals)
{
    double value = value_of(rule, totals);
    struct view_alert r = {.text = rule->text, .met = alert_is_met(rule, value), .value = value, .row = -1, .col = -1};
    if (!r.met || !alert_has_cells(rule))
        return r;
    struct scan_found found;
    scan_find(v->pool, cells, test_of(rule), &found);
    r.row = found.row;
    r.col = found.col;
    r.count = found.count;
    return r;
}

/* Some condition may be met by one of these rows: a limit that none of them together passes, none of them passes alone. */
static bool may_be_met(const struct view_alerts *a, const struct scan_totals *totals)
{
    for (int i = 0; i < a->num; i++)
        if (!alert_has_cells(&a->rules[i]) || alert_is_met(&a->rules[i], value_of(&a->rules[i], totals)))
            return true;
    return false;
}

static struct array some_rows(struct array a, int64_t row, int64_t num)
{
    a.data = array_cell(&a, row, 0);
    a.rows = num;
    return a;
}

int64_t view_alerts_next_row(struct view *v, int64_t row, struct view_alert out[VIEW_MAX_ALERTS])
{
    struct view_alerts *a = v->alerts;
    read_rules(a, v->look.alert);
    struct array all;
    if (!view_cells_in_memory(v, &all))
        return -1;
    for (int64_t end; a->num && row < all.rows; row = end) {
        end = row + ROWS_AT_ONCE < all.rows ? row + ROWS_AT_ONCE : all.rows;
        struct array cells = some_rows(all, row, end - row);
        struct scan_totals totals;
        scan_totals(v->pool, &cells, &totals);
        for (; row < end && may_be_met(a, &totals); row++) {
            struct array one = some_rows(all, row, 1);
            struct scan_totals own;
            bool met = false;
            scan_totals(v->pool, &one, &own);
            for (int i = 0; i < a->num; i++) {
                out[i] = judge(v, &a->rules[i], &one, &own);
                met = met || out[i].met;
            }
            if (met)
                return row;
        }
    }
    return -1;
}

int view_alerts(struct view *v, const struct view_alert **out)
{
    struct view_alerts *a = v->alerts;
    read_rules(a, v->look.alert);
    *out = a->results;
    if (!v->frame || !a->num || a->serial == v->frame_serial)
        return v->frame ? a->num : 0;
    struct array cells;
    struct scan_totals totals;
    if (!view_cells_in_memory(v, &cells))
        return 0;
    a->serial = v->frame_serial;
    scan_totals(v->pool, &cells, &totals);
    for (int i = 0; i < a->num; i++)
        a->results[i] = judge(v, &a->rules[i], &cells, &totals);
    return a->num;
}

bool view_lacks_alerts(const struct view *v)
{
    struct array cells;
    return v->frame && v->alerts->num && !view_cells_in_memory(v, &cells);
}

/* --- lines and blocks --- */

static enum hs_status make_lines(const struct view *v, const struct view_axis_map *m, int px, int64_t cells, struct lines *out)
{
    if (px > out->cap) {
        struct line *items = mem_resize(out->items, (size_t)px, sizeof *items);
        if (!items)
            return HS_ERR_MEMORY;
        out->items = items;
        out->cap = px;
    }
    out->num = out->num_blocks = 0;
    out->cells = true;
    int block_px = -MIN_BLOCK_PX;
    for (int p = 0; p < px; p++) {
        int64_t begin, end;
        struct line *last = out->num ? &out->items[out->num - 1] : NULL;
        if (!view_pixel_cells(v, m, p, cells, &begin, &end))
            continue;
        if (last && last->begin == begin && last->end == end && last->px1 == p) {
            last->px1 = p + 1;
            continue;
        }
        if (p - block_px >= MIN_BLOCK_PX) {
            out->num_blocks++;
            block_px = p;
        } else
            out->cells = false;
        out->cells = out->cells && end == begin + 1;
        out->items[out->num++] = (struct line){begin, end, p, p + 1, out->num_blocks - 1};
    }
    return HS_OK;
}

struct mark_job {
    struct array a;
    const struct view_alerts *alerts;
    struct scan_test tests[ALERT_MAX_RULES];
    int num_tests;
    int64_t col0, col1; /* of the cells in sight */
};

/* The first line that ends behind the cell. Lines' ends never go back where their cells don't; all are in display order. */
static int line_at(const struct lines *l, int64_t cell)
{
    int lo = 0, hi = l->num;
    while (lo < hi) {
        int mid = (lo + hi) / 2;
        if (l->items[mid].end > cell)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

static void touch(const struct view_alerts *a, const struct line *row, const struct line *col)
{
    struct block *b = &a->blocks[(size_t)row->block * (size_t)a->cols.num_blocks + (size_t)col->block];
    if (!b->x1)
        *b = (struct block){col->px0, row->px0, col->px1, row->px1, -1};
    b->x0 = col->px0 < b->x0 ? col->px0 : b->x0;
    b->y0 = row->px0 < b->y0 ? row->px0 : b->y0;
    b->x1 = col->px1 > b->x1 ? col->px1 : b->x1;
    b->y1 = row->px1 > b->y1 ? row->px1 : b->y1;
}

/* A cell at the edge of two pixels is in both. Cells that only lines at hand show need no second look. */
static void touch_cells(const struct view_alerts *a, const struct line *row, const uint8_t *hits, int64_t first, int num)
{
    const struct lines *l = &a->cols;
    for (int64_t at = 0; at < num;) {
        const uint8_t *hit = memchr(hits + at, 1, (size_t)(num - at));
        if (!hit)
            return;
        int64_t cell = first + (hit - hits), next = cell + 1;
        for (int i = line_at(l, cell); i < l->num && l->items[i].begin <= cell; i++) {
            touch(a, row, &l->items[i]);
            next = l->items[i].end;
            if (i + 1 < l->num && l->items[i + 1].begin < next)
                next = l->items[i + 1].begin;
        }
        at = (next > cell ? next : cell + 1) - first;
    }
}

static void mark_cells(const struct mark_job *j, const struct line *line, int64_t row)
{
    uint8_t hits[STRIP];
    for (int64_t c = j->col0; c < j->col1; c += STRIP) {
        int num = (int)(j->col1 - c < STRIP ? j->col1 - c : STRIP);
        bool any = false;
        memset(hits, 0, (size_t)num);
        for (int t = 0; t < j->num_tests; t++)
            any = scan_hits(j->a.dtype, array_cell(&j->a, row, c), j->a.col_stride, num, j->tests[t], hits) || any;
        if (any)
            touch_cells(j->alerts, line, hits, c, num);
    }
}

/* Rows of blocks [begin, end): no other worker touches those. */
static void mark_rows(void *arg, int begin, int end, int worker)
{
    (void)worker;
    const struct mark_job *j = arg;
    const struct lines *rows = &j->alerts->rows;
    for (int i = 0; i < rows->num; i++) {
        const struct line *line = &rows->items[i];
        for (int64_t r = line->begin; line->block >= begin && line->block < end && r < line->end; r++)
            mark_cells(j, line, r);
    }
}

/* --- outlines --- */

/* All blocks that touch this one, also at corners, get its label. */
static void flood(struct view_alerts *a, int start, int label)
{
    int rows = a->rows.num_blocks, cols = a->cols.num_blocks, depth = 0;
    a->stack[depth++] = start;
    a->blocks[start].label = label;
    while (depth) {
        int at = a->stack[--depth], y = at / cols, x = at % cols;
        for (int dy = -1; dy <= 1; dy++)
            for (int dx = -1; dx <= 1; dx++) {
                if (y + dy < 0 || y + dy >= rows || x + dx < 0 || x + dx >= cols)
                    continue;
                struct block *b = &a->blocks[(y + dy) * cols + x + dx];
                if (!b->x1 || b->label >= 0)
                    continue;
                b->label = label;
                a->stack[depth++] = (y + dy) * cols + x + dx; /* each block once: the stack has room for all */
            }
    }
}

static enum hs_status clear_blocks(struct view_alerts *a)
{
    size_t num = (size_t)a->rows.num_blocks * (size_t)a->cols.num_blocks;
    if (num > a->cap_blocks) {
        struct block *blocks = mem_resize(a->blocks, num, sizeof *blocks);
        if (blocks)
            a->blocks = blocks;
        int *stack = mem_resize(a->stack, num, sizeof *stack);
        if (stack)
            a->stack = stack;
        if (!blocks || !stack)
            return HS_ERR_MEMORY;
        a->cap_blocks = num;
    }
    if (num)
        memset(a->blocks, 0, num * sizeof *a->blocks);
    return HS_OK;
}

enum hs_status view_alerts_mark(struct view *v)
{
    struct view_alerts *a = v->alerts;
    const struct view_alert *results;
    struct mark_job job = {.alerts = a};
    int num = view_alerts(v, &results);
    if (num && view_cells_in_memory(v, &job.a))
        job.a = view_as_displayed(v, job.a);
    a->num_outlines = 0;
    for (int i = 0; i < num; i++)
        if (results[i].count)
            job.tests[job.num_tests++] = test_of(&a->rules[i]);
    if (!job.num_tests)
        return HS_OK;
    enum hs_status s = make_lines(v, &v->rows, v->plot.h, job.a.rows, &a->rows);
    if (s == HS_OK)
        s = make_lines(v, &v->cols, v->plot.w, job.a.cols, &a->cols);
    if (s == HS_OK)
        s = clear_blocks(a);
    if (s != HS_OK || !a->rows.num || !a->cols.num)
        return s;
    job.col0 = a->cols.items[0].begin;
    job.col1 = a->cols.items[a->cols.num - 1].end;
    pool_run(v->pool, mark_rows, &job, a->rows.num_blocks, 1);
    for (int i = 0; i < a->rows.num_blocks * a->cols.num_blocks; i++)
        if (a->blocks[i].x1 && a->blocks[i].label < 0)
            flood(a, i, a->num_outlines++);
    return HS_OK;
}

static int max_int(int a, int b) { return a > b ? a : b; }

static int min_int(int a, int b) { return a < b ? a : b; }

/* Cut to the plot, which the pixels count from. */
static void rect_on_plot(const struct view *v, struct draw_list *l, int x, int y, int w, int h, struct color c)
{
    int x0 = max_int(x, 0), y0 = max_int(y, 0), x1 = min_int(x + w, v->plot.w), y1 = min_int(y + h, v->plot.h);
    if (x0 < x1 && y0 < y1)
        draw_list_rect(l, (struct rect){v->plot.x + x0, v->plot.y + y0, x1 - x0, y1 - y0}, c);
}

/* The sides of a box that are asked for, `by` pixels wider than the line on both sides; at the plot's edges they are
 * moved inside. */
static void sides(const struct view *v, struct draw_list *l, const struct block *box, const bool want[4], int by, struct color c)
{
    enum { ROOM = LINE_PX + 1 };
    struct block inside = {max_int(box->x0, ROOM), max_int(box->y0, ROOM), min_int(box->x1, v->plot.w - ROOM),
                           min_int(box->y1, v->plot.h - ROOM), 0};
    const struct block *b = &inside;
    int t = LINE_PX + 2 * by, x = b->x0 - LINE_PX - by, y = b->y0 - LINE_PX - by;
    int w = b->x1 - b->x0 + 2 * LINE_PX + 2 * by, h = b->y1 - b->y0 + 2 * LINE_PX + 2 * by;
    if (want[0])
        rect_on_plot(v, l, x, y, w, t, c);
    if (want[1])
        rect_on_plot(v, l, x, b->y1 - by, w, t, c);
    if (want[2])
        rect_on_plot(v, l, x, y, t, h, c);
    if (want[3])
        rect_on_plot(v, l, b->x1 - by, y, t, h, c);
}

static bool has_label(const struct view_alerts *a, int y, int x, int label)
{
    bool inside = y >= 0 && y < a->rows.num_blocks && x >= 0 && x < a->cols.num_blocks;
    const struct block *b = inside ? &a->blocks[y * a->cols.num_blocks + x] : NULL;
    return b && b->x1 && b->label == label;
}

/* Round the cells themselves. */
static void draw_contours(const struct view *v, struct draw_list *l, int by, struct color c)
{
    const struct view_alerts *a = v->alerts;
    for (int y = 0; y < a->rows.num_blocks; y++)
        for (int x = 0; x < a->cols.num_blocks; x++) {
            const struct block *b = &a->blocks[y * a->cols.num_blocks + x];
            if (!b->x1 || b->label >= MAX_OUTLINES)
                continue;
            bool want[4] = {!has_label(a, y - 1, x, b->label), !has_label(a, y + 1, x, b->label), !has_label(a, y, x - 1, b->label),
                            !has_label(a, y, x + 1, b->label)};
            sides(v, l, b, want, by, c);
        }
}

static void draw_boxes(const struct view *v, struct draw_list *l, int by, struct color c)
{
    static const bool all[4] = {true, true, true, true};
    const struct view_alerts *a = v->alerts;
    struct block boxes[MAX_OUTLINES] = {0};
    for (int i = 0; i < a->rows.num_blocks * a->cols.num_blocks; i++) {
        const struct block *b = &a->blocks[i];
        if (!b->x1 || b->label >= MAX_OUTLINES)
            continue;
        struct block *box = &boxes[b->label];
        if (!box->x1)
            *box = *b;
        *box = (struct block){min_int(box->x0, b->x0), min_int(box->y0, b->y0), max_int(box->x1, b->x1),
                              max_int(box->y1, b->y1), 0};
    }
    for (int i = 0; i < MAX_OUTLINES && i < a->num_outlines; i++) {
        struct block *b = &boxes[i]; /* a little room, so that the pixel is seen in its box */
        *b = (struct block){b->x0 - 2, b->y0 - 2, b->x1 + 2, b->y1 + 2, 0};
        sides(v, l, b, all, by, c);
    }
}

void view_alerts_draw(const struct view *v, struct draw_list *l)
{
    static const struct color halo = {255, 255, 255, 255}, core = {220, 0, 40, 255};
    const struct view_alerts *a = v->alerts;
    if (!a->num_outlines)
        return;
    bool cells = a->rows.cells && a->cols.cells;
    for (int by = 1; by >= 0; by--) { /* two colours: one of them stands out on any colormap */
        if (cells)
            draw_contours(v, l, by, by ? halo : core);
        else
            draw_boxes(v, l, by, by ? halo : core);
    }
}

const char *view_alerts_status(struct view *v)
{
    struct view_alerts *a = v->alerts;
    const struct view_alert *results;
    int num = view_alerts(v, &results), len = 0;
    a->status[0] = 0;
    for (int i = 0; i < num && len < (int)sizeof a->status - 1; i++) {
        if (!results[i].met)
            continue;
        len += snprintf(a->status + len, sizeof a->status - (size_t)len, "%salert %s", len ? ", " : "", results[i].text);
        if (results[i].count && len < (int)sizeof a->status)
            len += snprintf(a->status + len, sizeof a->status - (size_t)len, ": %lld cell%s", (long long)results[i].count,
                            results[i].count == 1 ? "" : "s");
    }
    if (len && len < (int)sizeof a->status && a->num_outlines > MAX_OUTLINES)
        len += snprintf(a->status + len, sizeof a->status - (size_t)len, ", %d outlines and %d more", MAX_OUTLINES,
                        a->num_outlines - MAX_OUTLINES);
    if (len && v->status && len < (int)sizeof a->status)
        snprintf(a->status + len, sizeof a->status - (size_t)len, " · %s", v->status);
    return len ? a->status : v->status;
}
