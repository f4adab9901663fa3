/* Going to a cell: from what people write to a cell of the array, and from that to the camera. Render thread. */
#include "view/view_edges.h"
#include "view/view_scroll.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELL_PX 14 /* at least so large is a cell that was gone to, on a screen of ordinary density */

static void display_cell(const struct view *v, int64_t row, int64_t col, int64_t *down, int64_t *right)
{
    bool across = view_is_transposed(v);
    int64_t r = across ? col : row, c = across ? row : col;
    *down = view_flips_rows(v) ? (int64_t)view_num_rows(v) - 1 - r : r;
    *right = view_flips_cols(v) ? (int64_t)view_num_cols(v) - 1 - c : c;
}

/* --- what was written --- */

enum part_kind { PART_ROW, PART_COL, PART_X, PART_Y };

struct part {
    enum part_kind kind;
    char text[96];
};

static const struct {
    const char *word;
    enum part_kind kind;
} words[] = {{"row", PART_ROW}, {"column", PART_COL}, {"col", PART_COL}, {"x", PART_X}, {"y", PART_Y}};

/* Its last word is one of these, whose value is then still to come. */
static bool ends_in_word(const char *text, size_t len)
{
    while (len && strchr(" =:", text[len - 1]))
        len--;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].word);
        if (len >= n && memcmp(text + len - n, words[i].word, n) == 0 && (len == n || isspace((unsigned char)text[len - n - 1])))
            return true;
    }
    return false;
}

/* "row 12", "x=3", or without a word: of this kind. */
static struct part read_part(const char *text, size_t len, enum part_kind kind)
{
    struct part p = {kind, ""};
    while (len && isspace((unsigned char)text[len - 1]))
        len--;
    for (; len && isspace((unsigned char)*text); len--)
        text++;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].word);
        if (len <= n || strncmp(text, words[i].word, n) != 0 || !strchr(" =:", text[n]))
            continue;
        p.kind = words[i].kind;
        for (text += n, len -= n; len && strchr(" =:", *text); len--)
            text++;
        break;
    }
    snprintf(p.text, sizeof p.text, "%.*s", (int)len, text);
    return p;
}

static const char *name_of(const struct view *v, bool is_row, int64_t i)
{
    bool of_x = is_row == view_is_transposed(v);
    const char *name = view_option_name(v, of_x, i);
    const struct meta *m = v->frame->meta;
    if (name || !m)
        return name;
    if (is_row)
        return view_row_label(v, i);
    return m->col_labels && i < m->num_col_labels ? m->col_labels[i] : NULL;
}

static bool parse_index(const struct view *v, const struct part *p, int64_t *out, char *message, size_t size)
{
    bool is_row = p->kind == PART_ROW;
    int64_t num = is_row ? v->frame->cells.rows : v->frame->cells.cols;
    for (int64_t i = 0; i < num; i++) {
        const char *name = name_of(v, is_row, i);
        *out = i;
        if (name && strcmp(name, p->text) == 0)
            return true;
    }
    char *end;
    long long n = strtoll(p->text, &end, 10);
    if (end == p->text || *end) {
        snprintf(message, size, "no %s is called '%s'", is_row ? "row" : "column", p->text);
        return false;
    }
    if (n >= num || n < -num) {
        snprintf(message, size, "%ss are 0 to %lld", is_row ? "row" : "column", (long long)num - 1);
        return false;
    }
    *out = n < 0 ? num + n : n;
    return true;
}

/* The display row or column at an axis coordinate. */
static bool parse_coordinate(const struct view *v, const struct part *p, int64_t *out, char *message, size_t size)
{
    bool is_x = p->kind == PART_X;
    double first = view_axis_at(v, is_x, 0), last = view_axis_at(v, is_x, 1), num = is_x ? view_num_cols(v) : view_num_rows(v);
    char *end;
    double at = strtod(p->text, &end);
    if (end == p->text || *end || !isfinite(at)) {
        snprintf(message, size, "'%s' is no coordinate", p->text);
        return false;
    }
    if (at < fmin(first, last) || at > fmax(first, last)) {
        snprintf(message, size, "%c goes from %.6g to %.6g", is_x ? 'x' : 'y', first, last);
        return false;
    }
    double lo = 0, hi = 1; /* the axis may be of any scale */
    for (int i = 0; i < 100; i++) {
        double mid = (lo + hi) / 2;
        if ((view_axis_at(v, is_x, mid) < at) == (first < last))
            lo = mid;
        else
            hi = mid;
    }
    *out = (int64_t)fmin(fmax(floor(view_edges_cell(v, !is_x, hi * num)), 0), num - 1);
    return true;
}

static bool parse_parts(const struct view *v, const struct part parts[2], int64_t *row, int64_t *col, char *message, size_t size)
{
    bool by_axes = parts[0].kind >= PART_X;
    bool same = parts[0].kind == parts[1].kind, mixed = by_axes != (parts[1].kind >= PART_X);
    if (same || mixed || !*parts[0].text || !*parts[1].text) {
        snprintf(message, size, "a row and a column: 12,34");
        return false;
    }
    int64_t at[4];
    for (int i = 0; i < 2; i++)
        if (!(by_axes ? parse_coordinate : parse_index)(v, &parts[i], &at[parts[i].kind], message, size))
            return false;
    if (by_axes)
        view_array_cell(v, at[PART_Y], at[PART_X], row, col);
    else {
        *row = at[PART_ROW];
        *col = at[PART_COL];
    }
    return true;
}

bool view_parse_cell(const struct view *v, const char *text, int64_t *row, int64_t *col, char *message, size_t size)
{
    if (!v->frame || v->frame->cells.rows <= 0 || v->frame->cells.cols <= 0) {
        snprintf(message, size, "nothing has come yet");
        return false;
    }
    const char *separators = strchr(text, ',') ? "," : " ";
    bool any = false;
    while (separators[0] == ' ' && isspace((unsigned char)*text))
        text++;
    for (const char *p = text; (p = strpbrk(p, separators)); p++) { /* names may have separators in them */
        struct part parts[2] = {read_part(text, (size_t)(p - text), PART_ROW), read_part(p + 1, strlen(p + 1), PART_COL)};
        char unsaid[128];
        bool is_cut = separators[0] == ' ' && ends_in_word(text, (size_t)(p - text)); /* names apart, nobody means it so */
        any = any || !is_cut;
        if (parse_parts(v, parts, row, col, is_cut ? unsaid : message, is_cut ? sizeof unsaid : size))
            return true;
    }
    if (!any)
        snprintf(message, size, "a row and a column: 12,34");
    return false;
}

/* --- the camera --- */

void view_go_to(struct view *v, int64_t row, int64_t col)
{
    if (!v->frame || v->plot.w <= 0 || v->plot.h <= 0)
        return;
    int64_t down, right;
    display_cell(v, row, col, &down, &right);
    double y0 = view_edges_position(v, true, (double)down), y1 = view_edges_position(v, true, (double)down + 1);
    double x0 = view_edges_position(v, false, (double)right), x1 = view_edges_position(v, false, (double)right + 1);
    struct camera *c = &v->camera;
    double least = CELL_PX * v->ui_scale, x = fmax(1, c->x.scale * least / (x1 - x0)), y = fmax(1, c->y.scale * least / (y1 - y0));
    if (view_cell_aspect(v) > 0) /* cells keep their shape */
        x = y = fmax(x, y);
    c->x.scale /= x;
    c->y.scale /= y;
    c->x.origin = (x0 + x1) / 2 - v->plot.w / 2.0 * c->x.scale;
    c->y.origin = (y0 + y1) / 2 - v->plot.h / 2.0 * c->y.scale;
    c->moved = true;
    camera_clamp(c, view_num_rows(v), view_num_cols(v), v->plot.w, v->plot.h);
    v->dirty = true;
}

void view_middle_cell(const struct view *v, int64_t *row, int64_t *col)
{
    double rows = view_num_rows(v), cols = view_num_cols(v);
    double down = floor(view_edges_cell(v, true, camera_cell_at(&v->camera.y, v->plot.h / 2.0)));
    double right = floor(view_edges_cell(v, false, camera_cell_at(&v->camera.x, v->plot.w / 2.0)));
    view_array_cell(v, (int64_t)fmax(0, fmin(down, rows - 1)), (int64_t)fmax(0, fmin(right, cols - 1)), row, col);
}

/* The pixels whose middles are between two camera coordinates; at least one. */
static void pixels_between(const struct camera_axis *a, double lo, double hi, int px, int *at, int *num)
{
    double first = ceil(camera_px_at(a, lo) - 0.5), end = ceil(camera_px_at(a, hi) - 0.5);
    if (end <= first) {
        first = floor(camera_px_at(a, (lo + hi) / 2));
        end = first + 1;
    }
    first = fmax(first, -px);
    end = fmin(end, 2.0 * px);
    *at = (int)first;
    *num = end > first ? (int)(end - first) : 0;
}

bool view_cell_rect(const struct view *v, int64_t row, int64_t col, struct rect *out)
{
    if (!v->frame || row < 0 || col < 0 || row >= v->frame->cells.rows || col >= v->frame->cells.cols)
        return false;
    int64_t down, right;
    display_cell(v, row, col, &down, &right);
    pixels_between(&v->camera.y, view_edges_position(v, true, (double)down), view_edges_position(v, true, (double)down + 1), v->plot.h,
                   &out->y, &out->h);
    pixels_between(&v->camera.x, view_edges_position(v, false, (double)right), view_edges_position(v, false, (double)right + 1), v->plot.w,
                   &out->x, &out->w);
    bool inside = out->x < v->plot.w && out->y < v->plot.h && out->x + out->w > 0 && out->y + out->h > 0;
    out->x += v->plot.x;
    out->y += v->plot.y;
    return inside;
}
