/* Numbers in cells: the true values of the cells in sight, in one size for the whole picture, so that it looks calm.
 *
 * Neighbouring pixels that show the same cell are its column (or row), so whatever the maps do, a number stands in the middle of what is
 * seen of its cell. First all texts are made, with their widths and inks; then the size is known: the largest at which nine of ten fit
 * their cells. Wider ones are smaller, and what can't be read then is an ellipsis. Then glyphs are set into room reserved for each row, dark ones and white ones apart, so that an executor that draws in
 * bands finds its rows. Making and setting texts is shared among the pool's workers, row by row; all else is the render thread's. */
#include "view/view_annot.h"
#include "base/memory.h"
#include "draw/annot.h"
#include "plot/format.h"
#include "view/view_mask.h"
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const float MIN_PX = 5, CLEAR_PX = 6; /* of type: nothing below, fading in between */
static const float NARROW_EM = 0.3f;            /* no character is narrower */
enum { CHUNK = 256, CALM_PICTURES = 64, MIN_SLOT = 8 };
enum { SIZE_USUAL, SIZE_BETWEEN, SIZE_SMALL, NUM_SIZES };
enum { MOST_WIDE_SHARE = 10, WIDTH_BINS = 1024, BINS_PER_EM = 16 };
enum { INK_NONE, INK_DARK, INK_LIGHT, NUM_INKS };
enum { BAD = COLORMAP_SIZE, UNDER, OVER, NUM_COLORS };

/* Pixels [px0, px1) of an axis show this cell (in display order); in its middle this texel. */
struct line {
    int64_t cell;
    int px0, px1, texel;
};

struct lines {
    struct line *items;
    int num, cap;
};

struct cell {
    float ems;      /* width of its text */
    uint16_t len;
    uint8_t ink, size;
    bool other;     /* not ASCII: text.c sets it */
};

struct row {
    uint64_t used[2];
    int num[NUM_INKS], first[NUM_INKS]; /* glyphs in the list */
    bool other;
};

struct view_annot {
    char *text; /* of the format */
    bool parsed;
    struct number_format format;
    bool has_ems;
    float ems[ANNOT_CHARS], cap_ems;

    struct lines rows, cols;
    struct cell *cells;
    struct row *row_infos;
    char *texts; /* `slot` bytes a cell */
    size_t cap_cells, cap_texts;
    int cap_rows, slot;
    bool is_light[NUM_COLORS]; /* the cell's colour, so its ink is dark */
    float linear[256];         /* of sRGB bytes */

    /* The widths of lately, so that sizes don't flicker with a stream's numbers: the greatest of this block of pictures, and of the last. */
    struct widths {
        float usual, widest; /* ems */
    } widths, widths_before;
    int num_pictures;
    double calm_key[4];
    struct annot_type types[NUM_SIZES];
};

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

/* --- what is in sight --- */

/* shown: the map of what is drawn. False: some pixels show several cells, or there is no memory. */
static bool make_lines(const struct view *v, const struct view_axis_map *m, const draw_map *shown, int px, int64_t cells, struct lines *out)
{
    out->num = 0;
    for (int p = 0; p < px; p++) {
        int64_t begin, end;
        if (m->map[p] < 0 || !view_pixel_cells(v, m, p, cells, &begin, &end))
            continue;
        struct line *last = out->num ? &out->items[out->num - 1] : NULL;
        if (last && last->cell == begin && last->px1 == p) {
            last->px1++;
            continue;
        }
        if (end - begin != 1)
            return false;
        if (out->num == out->cap) {
            int cap = out->cap ? out->cap * 2 : 256;
            struct line *items = mem_resize(out->items, (size_t)cap, sizeof *items);
            if (!items)
                return false;
            out->items = items;
            out->cap = cap;
        }
        out->items[out->num++] = (struct line){begin, p, p + 1, 0};
    }
    for (struct line *i = out->items; i < out->items + out->num; i++) {
        draw_map middle = shown[(i->px0 + i->px1) / 2];
        i->texel = middle < 0 ? 0 : draw_map_texel(middle);
    }
    return out->num > 0;
}

static bool reserve(struct view_annot *a, size_t num)
{
    if (num > a->cap_cells) {
        struct cell *cells = mem_resize(a->cells, num + num / 2, sizeof *cells);
        if (!cells)
            return false;
        a->cells = cells;
        a->cap_cells = num + num / 2;
    }
    if (num * (size_t)a->slot > a->cap_texts) {
        char *texts = mem_resize(a->texts, num + num / 2, (size_t)a->slot);
        if (!texts)
            return false;
        a->texts = texts;
        a->cap_texts = (num + num / 2) * (size_t)a->slot;
    }
    if (a->rows.num > a->cap_rows) {
        struct row *infos = mem_resize(a->row_infos, (size_t)a->rows.num * 2, sizeof *infos);
        if (!infos)
            return false;
        a->row_infos = infos;
        a->cap_rows = a->rows.num * 2;
    }
    return true;
}

/* --- inks --- */

/* seaborn's rule: dark on what is lighter than this relative luminance. */
static bool is_light(const struct view_annot *a, struct color c)
{
    return 0.2126f * a->linear[c.r] + 0.7152f * a->linear[c.g] + 0.0722f * a->linear[c.b] > 0.408f;
}

static void find_inks(struct view *v)
{
    struct view_annot *a = v->annot;
    const struct look *k = &v->look;
    for (int i = 0; i < COLORMAP_SIZE; i++)
        a->is_light[i] = is_light(a, v->cmap.lut[i]);
    a->is_light[BAD] = is_light(a, k->bad);
    a->is_light[UNDER] = is_light(a, k->under_set ? k->under : v->cmap.lut[0]);
    a->is_light[OVER] = is_light(a, k->over_set ? k->over : v->cmap.lut[COLORMAP_SIZE - 1]);
}

/* As the executors find the colour. */
static int color_index(float t)
{
    uint32_t bits;
    memcpy(&bits, &t, sizeof bits);
    if ((bits & 0x7fffffff) > 0x7f800000)
        return BAD;
    if (t < 0)
        return UNDER;
    if (t > 1)
        return OVER;
    int i = (int)(t * COLORMAP_SIZE);
    return i < COLORMAP_SIZE ? i : COLORMAP_SIZE - 1;
}

/* t of the texels of some columns. */
static void find_t(const struct view *v, const struct norm_f32 *norm, int texel_row, const struct line *cols, int num, float *t)
{
    size_t row = (size_t)texel_row * (size_t)v->shown.cols;
    const float *values = (v->in_double ? v->normalised : v->shown.f32) + row;
    float picked[CHUNK];
    for (int i = 0; i < num; i++)
        picked[i] = values[cols[i].texel];
    if (v->in_double)
        memcpy(t, picked, (size_t)num * sizeof *t);
    else
        norm_apply_f32(norm, picked, t, num);
}

/* --- texts --- */

struct text_job {
    struct view *v;
    struct array drawn; /* in display order */
    bool masked;        /* some of its cells are hidden */
    struct norm_f32 norm;
    const struct view_cell_texts *from;
    struct number_format floats, integers;
    float most_ems;     /* wider can't be read */
    int most_wide;      /* more such cells, and there are no numbers */
    atomic_int num_wide;
};

static size_t number_text(const struct text_job *j, enum dtype type, const void *p, char *out, size_t size)
{
    const struct number_format *f = dtype_is_float(type) ? &j->floats : &j->integers;
    int64_t i;
    uint64_t u;
    switch (type) {
    case DTYPE_F8: return format_float(f, dtype_read(type, p), FORMAT_DOUBLE, out, size);
    case DTYPE_F4: return format_float(f, dtype_read(type, p), FORMAT_SINGLE, out, size);
    case DTYPE_F2: return format_float(f, dtype_read(type, p), FORMAT_HALF, out, size);
    case DTYPE_U8:
        memcpy(&u, p, sizeof u);
        return format_integer(f, false, u, out, size);
    case DTYPE_I8:
        memcpy(&i, p, sizeof i);
        break;
    case DTYPE_B1:
        if ((!f->type || f->type == 's') && !f->width)
            return format_words(f, dtype_read(type, p) != 0 ? "True" : "False", out, size);
        /* fall through */
    default: i = (int64_t)dtype_read(type, p);
    }
    return format_integer(f, i < 0, i < 0 ? 0 - (uint64_t)i : (uint64_t)i, out, size);
}

/* The text of a cell (display order); its length, 0: none. */
static size_t cell_text(const struct text_job *j, int64_t row, int64_t col, char *out)
{
    const void *p = array_cell(&j->drawn, row, col);
    enum dtype type = j->drawn.dtype;
    if (dtype_is_float(type) && isnan(dtype_read(type, p)))
        return 0;
    if (j->from || j->masked)
        view_array_cell(j->v, row, col, &row, &col);
    if (j->masked && view_cell_is_masked(j->v, row, col))
        return 0;
    if (j->from) {
        if (j->from->words) {
            const char *word = j->from->words[row * j->from->cols + col];
            return *word ? format_words(&j->floats, word, out, FORMAT_MAX_TEXT) : 0;
        }
        p = array_cell(&j->from->numbers, row, col);
        type = j->from->numbers.dtype;
        if (dtype_is_float(type) && isnan(dtype_read(type, p)))
            return 0;
    }
    return number_text(j, type, p, out, FORMAT_MAX_TEXT);
}

/* Into the cell's slot, measured; what is longer than that can't be read. False: too wide. */
static bool take_text(const struct text_job *j, struct row *r, struct cell *c, char *slot, const char *text, size_t len)
{
    const struct view_annot *a = j->v->annot;
    float ems = 0;
    uint64_t used[2] = {0, 0};
    bool other = false, too_long = len >= (size_t)a->slot;
    if (too_long)
        len = (size_t)a->slot - 1;
    for (size_t i = 0; i < len; i++) {
        unsigned char ch = (unsigned char)text[i];
        slot[i] = (char)ch;
        other |= ch >= ANNOT_CHARS;
        ems += a->ems[ch & (ANNOT_CHARS - 1)];
        used[ch >> 6 & 1] |= UINT64_C(1) << (ch & 63);
    }
    slot[len] = 0;
    other = other && !too_long;
    *c = (struct cell){.ems = too_long ? INFINITY : ems, .len = (uint16_t)len, .other = other};
    r->other |= other;
    if (!other && !too_long) {
        r->used[0] |= used[0];
        r->used[1] |= used[1];
    }
    return other || c->ems <= j->most_ems;
}

static void make_texts(void *arg, int begin, int end, int worker)
{
    (void)worker;
    struct text_job *j = arg;
    struct view_annot *a = j->v->annot;
    char text[FORMAT_MAX_TEXT];
    float t[CHUNK];
    for (int r = begin; r < end && atomic_load_explicit(&j->num_wide, memory_order_relaxed) <= j->most_wide; r++) {
        const struct line *row = &a->rows.items[r];
        struct row *info = &a->row_infos[r];
        int num_wide = 0;
        *info = (struct row){0};
        for (int c = 0; c < a->cols.num; c++) {
            size_t i = (size_t)r * (size_t)a->cols.num + (size_t)c;
            struct cell *cell = &a->cells[i];
            int in_chunk = c % CHUNK, left = a->cols.num - c;
            if (in_chunk == 0)
                find_t(j->v, &j->norm, row->texel, &a->cols.items[c], left < CHUNK ? left : CHUNK, t);
            size_t len = cell_text(j, row->cell, a->cols.items[c].cell, text);
            num_wide += !take_text(j, info, cell, a->texts + i * (size_t)a->slot, text, len);
            cell->ink = !cell->len ? INK_NONE
                      : j->v->look.annot_color_set || a->is_light[color_index(t[in_chunk])] ? INK_DARK : INK_LIGHT;
        }
        atomic_fetch_add_explicit(&j->num_wide, num_wide, memory_order_relaxed);
    }
}

/* Words that text.c must set. */
static void measure_others(struct view *v)
{
    static const struct text_style large = {.size_px = 64};
    struct view_annot *a = v->annot;
    for (int r = 0; r < a->rows.num; r++) {
        if (!a->row_infos[r].other)
            continue;
        for (int c = 0; c < a->cols.num; c++) {
            size_t i = (size_t)r * (size_t)a->cols.num + (size_t)c;
            if (a->cells[i].other)
                a->cells[i].ems = (float)text_width(v->font, &large, a->texts + i * (size_t)a->slot) / large.size_px;
        }
    }
}

/* The format, once for each text of it. Bare --annot: seaborn's .2g, and integers in full. */
static void read_format(struct view *v, struct text_job *j)
{
    struct view_annot *a = v->annot;
    const char *text = v->look.annot_fmt;
    char why[256];
    if (!a->parsed || strcmp(a->text ? a->text : "", text ? text : "") != 0) {
        free(a->text);
        a->text = text ? mem_strdup(text) : NULL;
        a->parsed = format_parse(text, &a->format, why, sizeof why); /* options only let good ones through */
        a->num_pictures = 0;
    }
    j->floats = j->integers = a->format;
    if (!text) {
        j->floats.type = 'g';
        j->floats.precision = 2;
        j->integers.type = 'd';
        if (v->cell_texts && v->cell_texts->words)
            j->floats = a->format;
    }
}

/* --- size --- */

/* Ems that nine of ten texts have room in, and all. */
static struct widths measure(const struct view_annot *a)
{
    int bins[WIDTH_BINS] = {0}, num = 0, wider = 0;
    struct widths w = {0};
    for (size_t i = 0; i < (size_t)a->rows.num * (size_t)a->cols.num; i++) {
        const struct cell *c = &a->cells[i];
        if (!c->len)
            continue;
        float bin = c->ems * BINS_PER_EM;
        bins[bin < WIDTH_BINS - 1 ? (int)bin : WIDTH_BINS - 1]++;
        w.widest = fmaxf(w.widest, c->ems);
        num++;
    }
    int i = WIDTH_BINS - 1;
    while (i > 0 && (wider + bins[i]) * MOST_WIDE_SHARE <= num)
        wider += bins[i--];
    w.usual = fminf(w.widest, (float)(i + 1) / BINS_PER_EM);
    return w;
}

static struct widths wider(struct widths a, struct widths b)
{
    return (struct widths){fmaxf(a.usual, b.usual), fmaxf(a.widest, b.widest)};
}

/* The greatest widths that there have been of late. */
static struct widths calm(struct view *v, struct widths now)
{
    struct view_annot *a = v->annot;
    const double key[4] = {v->camera.x.scale, v->camera.y.scale, (double)v->shape[0] * 1e9 + (double)v->shape[1], v->look.annot};
    if (memcmp(key, a->calm_key, sizeof key) != 0 || !a->num_pictures) {
        memcpy(a->calm_key, key, sizeof key);
        a->widths = a->widths_before = (struct widths){0};
        a->num_pictures = 0;
    }
    if (a->num_pictures > CALM_PICTURES) {
        a->widths_before = a->widths;
        a->widths = (struct widths){0};
        a->num_pictures = 0;
    }
    a->num_pictures++;
    a->widths = wider(a->widths, now);
    return wider(a->widths, a->widths_before);
}

/* Pixels for text in a cell of that size, so that numbers side by side stay apart. */
static float room(const struct view *v, double cell_px)
{
    return (float)(floor(cell_px) - ceil(v->look.linewidths)) - 2;
}

static float largest_px(const struct view *v)
{
    const struct look *k = &v->look;
    return (float)((isnan(k->annot_size) ? k->font_size : k->annot_size) * k->dpi / 72 * v->ui_scale);
}

/* --- glyphs --- */

static float width_px(const struct view_annot *a, const struct cell *c)
{
    return c->ems * a->types[c->size].em_px;
}

/* Which size a text gets; what can't be read at all becomes an ellipsis. */
static void choose_size(struct view_annot *a, struct cell *c, char *slot, float room_w)
{
    for (c->size = SIZE_USUAL; c->size < NUM_SIZES; c->size++)
        if (width_px(a, c) <= room_w)
            return;
    *c = (struct cell){.ems = a->ems[ANNOT_ELLIPSIS], .len = 1, .ink = c->ink};
    slot[0] = ANNOT_ELLIPSIS;
    slot[1] = 0;
}

/* Sizes, which numbers have their place, and room for their glyphs in the list. */
static bool reserve_glyphs(struct view *v, struct draw_list *l, const struct color inks[NUM_INKS], float room_w)
{
    struct view_annot *a = v->annot;
    for (int r = 0; r < a->rows.num; r++) {
        const struct line *row = &a->rows.items[r];
        struct row *info = &a->row_infos[r];
        struct rect strip = {v->plot.x, v->plot.y + row->px0, v->plot.w, row->px1 - row->px0};
        bool high = strip.h > a->types[SIZE_USUAL].cap_height; /* else it leaves the picture */
        for (int c = 0; c < a->cols.num; c++) {
            size_t i = (size_t)r * (size_t)a->cols.num + (size_t)c;
            struct cell *cell = &a->cells[i];
            if (!cell->ink)
                continue;
            choose_size(a, cell, a->texts + i * (size_t)a->slot, room_w);
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

static int text_left(const struct view_annot *a, const struct cell *c, const struct line *col)
{
    return col->px0 + (int)((float)(col->px1 - col->px0) / 2 - width_px(a, c) / 2 + 0.5f);
}

static int baseline(const struct view_annot *a, const struct cell *c, const struct line *row)
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
        const struct row *info = &a->row_infos[r];
        int next[NUM_INKS] = {0, info->first[INK_DARK], info->first[INK_LIGHT]};
        for (int c = 0; c < a->cols.num; c++) {
            size_t i = (size_t)r * (size_t)a->cols.num + (size_t)c;
            const struct cell *cell = &a->cells[i];
            if (!cell->ink || cell->other)
                continue;
            annot_set(&a->types[cell->size], a->texts + i * (size_t)a->slot, cell->len, (float)(x0 + text_left(a, cell, &a->cols.items[c])),
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
            const struct cell *cell = &a->cells[i];
            if (!cell->ink || !cell->other)
                continue;
            struct text_style style = {.size_px = a->types[cell->size].em_px, .color = inks[cell->ink]};
            int x = v->plot.x + text_left(a, cell, &a->cols.items[c]);
            int y = v->plot.y + baseline(a, cell, &a->rows.items[r]) - (a->types[cell->size].cap_height + 1) / 2;
            text_draw(l, v->font, &style, x, y, TEXT_START, TEXT_CENTER, v->plot, a->texts + i * (size_t)a->slot);
        }
    }
}

/* As the font has sizes. */
static float quarters(float px)
{
    return floorf(px * 4) / 4;
}

static void draw_all(struct view *v, struct draw_list *l, float usual_px, float small_px, float room_w)
{
    struct view_annot *a = v->annot;
    const struct look *k = &v->look;
    uint64_t used[2] = {1 << ANNOT_ELLIPSIS, 0};
    struct color inks[NUM_INKS] = {{0, 0, 0, 0}, {38, 38, 38, 255}, {255, 255, 255, 255}}; /* matplotlib's ".15" and "w" */
    if (k->annot_color_set)
        inks[INK_DARK] = k->annot_color;
    float opacity = fminf(1, (usual_px - MIN_PX + 0.25f) / (CLEAR_PX - MIN_PX + 0.25f));
    for (int i = INK_DARK; i < NUM_INKS; i++)
        inks[i].a = (uint8_t)((float)inks[i].a * opacity + 0.5f);
    for (int r = 0; r < a->rows.num; r++) {
        used[0] |= a->row_infos[r].used[0];
        used[1] |= a->row_infos[r].used[1];
    }
    annot_type_make(&a->types[SIZE_USUAL], v->font, usual_px, used);
    annot_type_make(&a->types[SIZE_BETWEEN], v->font, quarters((usual_px + small_px) / 2), used);
    annot_type_make(&a->types[SIZE_SMALL], v->font, small_px, used);
    if (!reserve_glyphs(v, l, inks, room_w))
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
    if (!is_wanted(v))
        return HS_OK;
    float cell_w = (float)(1 / v->camera.x.scale), room_w = room(v, cell_w) - cell_w / 16, room_h = room(v, 1 / v->camera.y.scale);
    if (room_w < MIN_PX * NARROW_EM || room_h < MIN_PX * a->cap_ems || largest_px(v) < MIN_PX)
        return HS_OK;
    struct text_job job = {.v = v, .drawn = view_is_scaled(v) ? view_as_displayed(v, v->cells) : view_display_array(v),
                           .masked = view_is_masked(v), .norm = norm_to_f32(&v->norm), .from = v->cell_texts,
                           .most_ems = room_w / MIN_PX};
    if (!make_lines(v, &v->rows, v->shown_rows, v->plot.h, job.drawn.rows, &a->rows) ||
        !make_lines(v, &v->cols, v->shown_cols, v->plot.w, job.drawn.cols, &a->cols))
        return HS_OK;
    a->slot = (int)(room_w / (MIN_PX * NARROW_EM)) * (job.from && job.from->words ? 4 : 1) + 2; /* bytes of a character */
    a->slot = a->slot < MIN_SLOT ? MIN_SLOT : a->slot > FORMAT_MAX_TEXT ? FORMAT_MAX_TEXT : a->slot;
    if (!reserve(a, (size_t)a->rows.num * (size_t)a->cols.num))
        return HS_ERR_MEMORY;
    job.most_wide = a->rows.num * a->cols.num / MOST_WIDE_SHARE;
    read_format(v, &job);
    find_inks(v);
    pool_run(v->pool, make_texts, &job, a->rows.num, 4);
    if (atomic_load(&job.num_wide) > job.most_wide)
        return HS_OK;
    measure_others(v);
    struct widths w = calm(v, measure(a));
    float usual_px = quarters(fminf(largest_px(v), fminf(room_h / a->cap_ems, w.usual > 0 ? room_w / w.usual : INFINITY)));
    if (usual_px < MIN_PX)
        return HS_OK;
    draw_all(v, l, usual_px, fmaxf(MIN_PX, quarters(fminf(usual_px, w.widest > 0 ? room_w / w.widest : INFINITY))), room_w);
    return l->failed ? HS_ERR_MEMORY : HS_OK;
}
