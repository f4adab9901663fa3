/* --categories: cells that are kinds of things, not amounts. Each value has a colour of its own, a legend says which; bool data have
 * one without being asked. Render thread. */
#include "view/view_categories.h"
#include "view/view_grid.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/histogram.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_auto(const struct look *l)
{
    return l->categories && strcmp(l->categories, "auto") == 0;
}

/* Bool data of which nothing else is asked. */
static bool is_bool(const struct view *v)
{
    const struct look *l = &v->look;
    return v->cells.dtype == DTYPE_B1 && (!l->categories || is_auto(l)) && isnan(l->vmin) && isnan(l->vmax) && isnan(l->center) &&
           l->norm == NORM_LINEAR && !l->levels && isnan(l->robust_lo);
}

static bool is_integer(enum dtype t)
{
    return t != DTYPE_B1 && t != DTYPE_F2 && t != DTYPE_F4 && t != DTYPE_F8;
}

/* Names of the values 0, 1, ... */
static void split(struct view_categories *c, const char *text)
{
    free(c->text);
    c->text = mem_strdup(text);
    c->num = 0;
    for (char *p = c->text; p && c->num < CATEGORIES_MAX; c->num++) {
        c->values[c->num] = c->num;
        c->names[c->num] = p;
        p = strchr(p, ',');
        if (p)
            *p++ = 0;
    }
}

/* A value that hasn't been seen goes where it belongs; false: there are too many. */
static bool insert(struct view_categories *c, double value)
{
    int at = 0;
    while (at < c->num && c->values[at] < value)
        at++;
    if (at < c->num && c->values[at] == value)
        return true;
    if (c->num == CATEGORIES_MAX)
        return false;
    memmove(c->values + at + 1, c->values + at, (size_t)(c->num - at) * sizeof *c->values);
    c->values[at] = value;
    c->num++;
    return true;
}

static void take(void *arg, const float *f32, const double *f64, int num)
{
    struct view_categories *c = arg;
    double last = NAN;
    for (int i = 0; i < num && !c->too_many; i++) {
        double value = f64 ? f64[i] : (double)f32[i];
        if (value != last && isfinite(value))
            c->too_many = !insert(c, value);
        last = value;
    }
}

static void find_values(struct view *v)
{
    struct view_categories *c = &v->categories;
    if (c->serial == v->cells_serial || c->too_many)
        return;
    c->serial = v->cells_serial;
    histogram_cells(view_statistics_cells(v), INT64_MAX, take, c); /* of a file larger than memory a sample */
    for (int i = 0; i < c->num; i++) {
        snprintf(c->numbers[i], sizeof c->numbers[i], "%s%.0f", c->values[i] < 0 ? "−" : "", fabs(c->values[i]));
        c->names[i] = c->numbers[i];
    }
    if (c->too_many)
        log_warn("--categories auto: more than %d different values; a colorbar shows them", CATEGORIES_MAX);
}

static void note_other(struct view_categories *c, double value)
{
    c->has_other = true;
    for (int i = 0; i < c->num_others; i++)
        if (c->others[i] == value)
            return;
    if (c->num_others < (int)(sizeof c->others / sizeof *c->others))
        c->others[c->num_others++] = value;
}

static void look_for_others(void *arg, const float *f32, const double *f64, int num)
{
    struct view_categories *c = arg;
    for (int i = 0; i < num; i++) {
        double value = f64 ? f64[i] : (double)f32[i];
        if (value < -0.5 || value > c->num - 0.5)
            note_other(c, value);
        else if (value != floor(value) && !isnan(value))
            c->has_parts = true;
    }
}

/* Values without a name are never one with a name. */
static void find_others(struct view *v)
{
    struct view_categories *c = &v->categories;
    if (c->serial == v->cells_serial)
        return;
    c->serial = v->cells_serial;
    histogram_cells(view_statistics_cells(v), INT64_MAX, look_for_others, c);
    if (c->has_other && !c->said_other) {
        char text[120] = "";
        for (int i = 0; i < c->num_others; i++) {
            size_t len = strlen(text);
            snprintf(text + len, sizeof text - len, "%s%.6g", i ? ", " : "", c->others[i]);
        }
        bool more = c->num_others == (int)(sizeof c->others / sizeof *c->others);
        log_warn("--categories: there are values without a name (%s%s), shown as 'other'; %d name%s are for 0 to %d", text, more ? ", ..." : "",
                 c->num, c->num > 1 ? "s" : "", c->num - 1);
    }
    if (c->has_parts && !c->said_parts)
        log_warn("--categories: the values aren't all whole numbers; each is shown as the nearest");
    c->said_other |= c->has_other;
    c->said_parts |= c->has_parts;
}

/* Another option, or another kind of data: found anew. */
static bool is_new(struct view *v)
{
    struct view_categories *c = &v->categories;
    const char *now = v->look.categories;
    bool same = c->started && c->dtype == (int)v->cells.dtype && (c->of ? now && strcmp(now, c->of) == 0 : !now);
    if (same)
        return false;
    free(c->of);
    c->of = now ? mem_strdup(now) : NULL;
    c->started = true;
    c->dtype = (int)v->cells.dtype;
    c->num = 0;
    c->serial = 0;
    c->too_many = false;
    c->named = c->has_other = c->has_parts = c->said_other = c->said_parts = false;
    c->num_others = 0;
    return true;
}

void view_categories_update(struct view *v)
{
    struct view_categories *c = &v->categories;
    const struct look *l = &v->look;
    bool fresh = is_new(v);
    c->blocks = false;
    if (is_bool(v)) {
        static const char *const words[] = {"False", "True"};
        for (c->num = 0; c->num < 2; c->num++) {
            c->names[c->num] = words[c->num];
            c->values[c->num] = c->num;
        }
        return;
    }
    if (!l->categories || strcmp(l->categories, "off") == 0 || (is_auto(l) && (!is_integer(v->cells.dtype) || view_is_scaled(v)))) {
        if (fresh && is_auto(l) && v->cells.dtype != DTYPE_B1)
            log_warn("--categories auto: the values aren't integers; name them, as in --categories sea,land,ice");
        c->num = 0;
        return;
    }
    if (is_auto(l))
        find_values(v);
    else {
        if (fresh)
            split(c, l->categories);
        c->named = true;
        find_others(v);
    }
    c->num = c->too_many ? 0 : c->num;
    c->blocks = c->num > 0;
}

/* A map made for categories gives its first colours to them, any other one is spread over them. */
static int num_blocks(struct view *v)
{
    struct view_categories *c = &v->categories;
    struct colormap map;
    if (!c->cmap || strcmp(c->cmap, v->look.cmap) != 0) {
        free(c->cmap);
        c->cmap = mem_strdup(v->look.cmap);
        c->num_blocks = colormap_find(v->look.cmap, &map) ? colormap_num_blocks(&map) : 0;
    }
    return c->num_blocks;
}

bool view_categories_norm(struct view *v, struct norm *n)
{
    const struct view_categories *c = &v->categories;
    double edges[CATEGORIES_MAX + 1];
    if (c->num && !c->blocks) { /* both colours are there, whatever the frame holds */
        n->vmin = 0;
        n->vmax = 1;
    }
    if (!c->blocks)
        return false;
    edges[0] = c->values[0] - 0.5;
    for (int i = 1; i < c->num; i++)
        edges[i] = (c->values[i - 1] + c->values[i]) / 2;
    edges[c->num] = c->values[c->num - 1] + 0.5;
    int blocks = num_blocks(v), colors[CATEGORIES_MAX];
    for (int i = 0; i < c->num; i++)
        colors[i] = blocks ? (2 * i + 1) * COLORMAP_SIZE / (2 * blocks) : 0;
    if (blocks >= c->num)
        norm_table_colors(&v->table_next, edges, colors, c->num + 1);
    else
        norm_table_blocks(&v->table_next, edges, c->num + 1);
    n->kind = NORM_BOUNDARY;
    n->vmin = edges[0];
    n->vmax = edges[c->num];
    return true;
}

int view_reduce_mode(const struct view *v)
{
    return v->categories.blocks && v->look.reduce == REDUCE_AUTO ? REDUCE_MAX : v->look.reduce;
}

/* Unlike any category, and darker than what is bad. */
static struct color other_color(const struct look *l)
{
    struct color c = l->bad;
    return (struct color){(uint8_t)(c.r * 7 / 10), (uint8_t)(c.g * 7 / 10), (uint8_t)(c.b * 7 / 10), 255};
}

struct color view_color_outside(const struct view *v, bool above)
{
    const struct look *l = &v->look;
    if (above ? l->over_set : l->under_set)
        return above ? l->over : l->under;
    return v->categories.blocks && v->categories.named ? other_color(l) : v->cmap.lut[above ? COLORMAP_SIZE - 1 : 0];
}

void view_categories_params(struct view *v, struct figure_cbar *p)
{
    struct view_categories *c = &v->categories;
    for (int i = 0; i < c->num; i++) {
        double t = norm_forward(&v->norm, c->values[i]);
        int k = (int)(t * COLORMAP_SIZE);
        c->colors[i] = v->cmap.lut[k < 0 ? 0 : k < COLORMAP_SIZE ? k : COLORMAP_SIZE - 1];
    }
    bool other = c->num && c->blocks && c->named && c->has_other;
    if (other) {
        c->names[c->num] = "other";
        c->colors[c->num] = v->look.under_set && !v->look.over_set ? v->look.under : view_color_outside(v, true);
    }
    p->num_categories = v->frame ? c->num + other : 0;
    p->categories = c->names;
    p->category_colors = c->colors;
}

bool view_has_categories(const struct view *v)
{
    return v->categories.num > 0;
}

void view_categories_fini(struct view *v)
{
    free(v->categories.text);
    free(v->categories.of);
    free(v->categories.cmap);
}
