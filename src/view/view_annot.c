/* Numbers in cells: the true values of the cells in sight, in one size for the whole picture, so that it looks calm: the largest at
 * which nine of ten fit their cells. Wider ones are smaller, and what can't be read then is an ellipsis. A number stands in the middle of
 * what is seen of its cell.
 *
 * Once the texts are made (view_annot_texts.c) glyphs are set into room reserved for each row, dark ones and white ones apart, so that
 * an executor that draws in bands finds its rows; the pool's workers share the rows, all else is the render thread's. */
#include "view/view_annot_internal.h"
#include "base/memory.h"
#include "view/view_grid.h"
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CALM_PICTURES = 64, MOST_SMALL_SHARE = 10, MOST_SMALL_UNEVEN = 2, WIDTH_BINS = 1024, BINS_PER_EM = 16 };

static const float CLEAR_PX = 6; /* of type: from ANNOT_MIN_PX up to here it fades in */

struct view_annot *view_annot_create(void)
{
    struct view_annot *a = mem_zeroed(1, sizeof *a);
    for (int i = 0; a && i < 256; i++) {
        double c = i / 255.0;
        a->linear[i] = (float)(c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return a;
}

void view_annot_destroy(struct view_annot *a)
{
    if (!a)
        return;
    free(a->text);
    free(a->rows.items);
    free(a->cols.items);
    free(a->cells);
    free(a->row_infos);
    free(a->texts);
    free(a);
}

void view_set_cell_texts(struct view *v, const struct view_cell_texts *texts)
{
    v->cell_texts = texts;
    v->dirty = true;
}

bool view_is_annotated(const struct view *v)
{
    return v->look.annot == ANNOT_ON || (v->look.annot == ANNOT_AUTO && v->cell_texts);
}

/* --- size --- */

/* Ems that nine of ten texts have room in, and all. Where columns differ a text counts twice in one that is half as wide, half of them may be
 * smaller, and what can't be read doesn't count. */
static struct annot_widths measure(const struct view_annot *a, float room_w, bool uneven)
{
    int bins[WIDTH_BINS] = {0}, num = 0, wider = 0;
    struct annot_widths w = {0};
    for (size_t i = 0; i < (size_t)a->rows.num * (size_t)a->cols.num; i++) {
        const struct annot_cell *c = &a->cells[i];
        if (!c->len)
            continue;
        float room = a->cols.items[i % (size_t)a->cols.num].room, ems = c->ems;
        if (uneven && !(c->ems * ANNOT_MIN_PX <= room))
            continue;
        ems = uneven ? c->ems * room_w / room : ems;
        float bin = ems * BINS_PER_EM;
        bins[bin < WIDTH_BINS - 1 ? (int)bin : WIDTH_BINS - 1]++;
        w.widest = fmaxf(w.widest, ems);
        num++;
    }
    int i = WIDTH_BINS - 1;
    int share = uneven ? MOST_SMALL_UNEVEN : MOST_SMALL_SHARE;
    while (i > 0 && (wider + bins[i]) * share <= num)
        wider += bins[i--];
    w.usual = fminf(w.widest, (float)(i + 1) / BINS_PER_EM);
    return w;
}

static struct annot_widths wider(struct annot_widths a, struct annot_widths b)
{
    return (struct annot_widths){fmaxf(a.usual, b.usual), fmaxf(a.widest, b.widest)};
}

/* The greatest widths that there have been of late. */
static struct annot_widths calm(struct view *v, struct annot_widths now)
{
    struct view_annot *a = v->annot;
    const double key[4] = {v->camera.x.scale, v->camera.y.scale, (double)v->shape[0] * 1e9 + (double)v->shape[1], v->look.annot};
    if (memcmp(key, a->calm_key, sizeof key) != 0 || !a->num_pictures) {
        memcpy(a->calm_key, key, sizeof key);
        a->widths = a->widths_before = (struct annot_widths){0};
        a->num_pictures = 0;
    }
    if (a->num_pictures > CALM_PICTURES) {
        a->widths_before = a->widths;
        a->widths = (struct annot_widths){0};
        a->num_pictures = 0;
    }
    a->num_pictures++;
    a->widths = wider(a->widths, now);
    return wider(a->widths, a->widths_before);
}

float view_annot_room(const struct view *v, double cell_px)
{
    return (float)(floor(cell_px) - ceil(v->look.linewidths)) - 2;
}

static float largest_px(const struct view *v)
{
    const struct look *k = &v->look;
    return (float)((isnan(k->annot_size) ? k->font_size : k->annot_size) * k->dpi / 72 * v->ui_scale);
}

/* --- glyphs --- */

static float width_px(const struct view_annot *a, const struct annot_cell *c)
{
    return c->ems * a->types[c->size].em_px;
}

/* Which size a text gets; what can't be read at all becomes an ellipsis. */
static void choose_size(struct view_annot *a, struct annot_cell *c, char *slot, float room_w, int height)
{
    for (c->size = SIZE_USUAL; c->size < NUM_SIZES; c->size++)
        if (width_px(a, c) <= room_w && a->types[c->size].cap_height < height)
            return;
    *c = (struct annot_cell){.ems = a->ems[ANNOT_ELLIPSIS], .len = 1, .ink = c->ink};
    slot[0] = ANNOT_ELLIPSIS;
    slot[1] = 0;
}

/* Sizes, which numbers have their place, and room for their glyphs in the list. */
static bool reserve_glyphs(struct view *v, struct draw_list *l, const struct color inks[NUM_INKS])
{
    struct view_annot *a = v->annot;
    for (int r = 0; r < a->rows.num; r++) {
        const struct annot_line *row = &a->rows.items[r];
        struct annot_row *info = &a->row_infos[r];
        struct rect strip = {v->plot.x, v->plot.y + row->px0, v->plot.w, row->px1 - row->px0};
        bool high = strip.h > (v->rows.listed ? a->types[SIZE_SMALL].cap_height + 1 : a->types[SIZE_USUAL].cap_height); /* else it leaves the picture */
        for (int c = 0; c < a->cols.num; c++) {
            size_t i = (size_t)r * (size_t)a->cols.num + (size_t)c;
            struct annot_cell *cell = &a->cells[i];
            if (!cell->ink)
                continue;
            choose_size(a, cell, annot_slot(a, i), a->cols.items[c].room, v->rows.listed ? strip.h - 1 : INT_MAX);
            if (!high || width_px(a, cell) > (float)(a->cols.items[c].px1 - a->cols.items[c].px0 - 1))
                cell->ink = INK_NONE;
            else if (!cell->other)
                info->num[cell->ink] += cell->len;
        }
        for (int ink = INK_DARK; ink < NUM_INKS; ink++)
            if (info->num[ink] && (info->first[ink] = draw_list_glyph_room(l, inks[ink], strip, info->num[ink])) < 0)
                return false;
    }
    return true;
}

struct glyph_job {
    const struct view *v;
    const struct draw_list *l;
};

static int text_left(const struct view_annot *a, const struct annot_cell *c, const struct annot_line *col)
{
    return col->px0 + (int)((float)(col->px1 - col->px0) / 2 - width_px(a, c) / 2 + 0.5f);
}

static int baseline(const struct view_annot *a, const struct annot_cell *c, const struct annot_line *row)
{
    return row->px0 + (row->px1 - row->px0 + a->types[c->size].cap_height) / 2;
}

static void set_glyphs(void *arg, int begin, int end, int worker)
{
    (void)worker;
    const struct glyph_job *j = arg;
    const struct view *v = j->v;
    const struct view_annot *a = v->annot;
    int x0 = j->l->area.x + v->plot.x, y0 = j->l->area.y + v->plot.y;
    for (int r = begin; r < end; r++) {
        const struct annot_row *info = &a->row_infos[r];
        int next[NUM_INKS] = {0, info->first[INK_DARK], info->first[INK_LIGHT]};
        for (int c = 0; c < a->cols.num; c++) {
            size_t i = (size_t)r * (size_t)a->cols.num + (size_t)c;
            const struct annot_cell *cell = &a->cells[i];
            if (!cell->ink || cell->other)
                continue;
            annot_set(&a->types[cell->size], annot_slot(a, i), cell->len, (float)(x0 + text_left(a, cell, &a->cols.items[c])),
                      y0 + baseline(a, cell, &a->rows.items[r]), j->l->glyphs + next[cell->ink]);
            next[cell->ink] += cell->len;
        }
    }
}

static void draw_others(struct view *v, struct draw_list *l, const struct color inks[NUM_INKS])
{
    const struct view_annot *a = v->annot;
    for (int r = 0; r < a->rows.num; r++) {
        if (!a->row_infos[r].other)
            continue;
        for (int c = 0; c < a->cols.num; c++) {
            size_t i = (size_t)r * (size_t)a->cols.num + (size_t)c;
            const struct annot_cell *cell = &a->cells[i];
            if (!cell->ink || !cell->other)
                continue;
            struct text_style style = {.size_px = a->types[cell->size].em_px, .color = inks[cell->ink]};
            int x = v->plot.x + text_left(a, cell, &a->cols.items[c]);
            int y = v->plot.y + baseline(a, cell, &a->rows.items[r]) - (a->types[cell->size].cap_height + 1) / 2;
            text_draw(l, v->font, &style, x, y, TEXT_START, TEXT_CENTER, v->plot, annot_slot(a, i));
        }
    }
}

/* The size at which text of so many ems has room, with a quarter of an em to spare on each side, as far as it stays clear. */
static float fitting_px(float room_px, float ems)
{
    return ems > 0 ? fmaxf(room_px / (ems + 0.5f), fminf(room_px / ems, CLEAR_PX)) : INFINITY;
}

/* As the font has sizes. */
static float quarters(float px)
{
    return floorf(px * 4) / 4;
}

static void draw_all(struct view *v, struct draw_list *l, float usual_px, float small_px)
{
    struct view_annot *a = v->annot;
    const struct look *k = &v->look;
    uint64_t used[2] = {1 << ANNOT_ELLIPSIS, 0};
    struct color inks[NUM_INKS] = {{0, 0, 0, 0}, {38, 38, 38, 255}, {255, 255, 255, 255}}; /* matplotlib's ".15" and "w" */
    if (k->annot_color_set)
        inks[INK_DARK] = k->annot_color;
    float opacity = fminf(1, (usual_px - ANNOT_MIN_PX + 0.25f) / (CLEAR_PX - ANNOT_MIN_PX + 0.25f));
    for (int i = INK_DARK; i < NUM_INKS; i++)
        inks[i].a = (uint8_t)((float)inks[i].a * opacity + 0.5f);
    for (int r = 0; r < a->rows.num; r++) {
        used[0] |= a->row_infos[r].used[0];
        used[1] |= a->row_infos[r].used[1];
    }
    annot_type_make(&a->types[SIZE_USUAL], v->font, usual_px, used);
    annot_type_make(&a->types[SIZE_BETWEEN], v->font, quarters((usual_px + small_px) / 2), used);
    annot_type_make(&a->types[SIZE_SMALL], v->font, small_px, used);
    if (!reserve_glyphs(v, l, inks))
        return;
    struct glyph_job job = {v, l};
    pool_run(v->pool, set_glyphs, &job, a->rows.num, 8);
    draw_others(v, l, inks);
    l->atlas = font_atlas(v->font);
}

static bool is_wanted(struct view *v)
{
    if (!view_is_annotated(v) || !v->values_valid)
        return false;
    struct view_annot *a = v->annot;
    if (!a->has_ems) {
        annot_advances(v->font, a->ems);
        a->cap_ems = annot_cap_height(v->font);
        a->has_ems = true;
    }
    return true;
}

enum hs_status view_annot_draw(struct view *v, struct draw_list *l)
{
    struct view_annot *a = v->annot;
    a->drawn = false;
    if (!is_wanted(v))
        return HS_OK;
    float cell_w = (float)(1 / v->camera.x.scale), room_w = view_annot_room(v, cell_w) - cell_w / 16, room_h = view_annot_room(v, 1 / v->camera.y.scale);
    if (room_h < ANNOT_MIN_PX * a->cap_ems || largest_px(v) < ANNOT_MIN_PX)
        return HS_OK;
    bool readable;
    enum hs_status s = view_annot_texts(v, room_w, &readable);
    if (s != HS_OK || !readable)
        return s;
    struct annot_widths w = calm(v, measure(a, room_w, v->cols.listed != 0));
    float usual_px = quarters(fminf(largest_px(v), fminf(fitting_px(room_h, a->cap_ems), fitting_px(room_w, w.usual))));
    if (usual_px < ANNOT_MIN_PX)
        return HS_OK;
    draw_all(v, l, usual_px, fmaxf(ANNOT_MIN_PX, quarters(fminf(usual_px, fitting_px(room_w, w.widest)))));
    a->drawn = true;
    return l->failed ? HS_ERR_MEMORY : HS_OK;
}

/* What a side of the picture must be for cells of that size. */
static int needed_px(int picture, int plot, double cells, double cell_px)
{
    double px = picture - plot + ceil(cells * cell_px);
    return px > picture ? (int)fmin(ceil(px / 10) * 10, 1e9) : picture;
}

bool view_lacks_annot(struct view *v, int *width_px, int *height_px)
{
    const struct view_annot *a = v->annot;
    if (!v->frame || a->drawn || view_grid_has_lost(v) || !is_wanted(v))
        return false;
    float ems = view_annot_sample_ems(v), lines = ceilf((float)v->look.linewidths) + 3;
    if (!(ems > 0))
        return false;
    float px = fminf(CLEAR_PX, fmaxf(largest_px(v), ANNOT_MIN_PX));
    *width_px = needed_px(v->width, v->plot.w, v->plot.w * v->camera.x.scale, (ems * px + lines) * 16 / 15);
    *height_px = needed_px(v->height, v->plot.h, v->plot.h * v->camera.y.scale, a->cap_ems * px + lines);
    return true;
}
