/* The texts of cells in sight, their widths and inks. Neighbouring pixels that show the same cell are its column (or row), whatever the
 * maps do. Rows of texts are made by the pool's workers; all else is the render thread's. */
#include "view/view_annot_internal.h"
#include "view/view_grid.h"
#include "base/memory.h"
#include "view/view_categories.h"
#include "view/view_mask.h"
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256, MIN_SLOT = 8, MOST_WIDE_SHARE = 10, MOST_WIDE_UNEVEN = 2 };
enum { BAD = COLORMAP_SIZE, UNDER, OVER };

static const float NARROW_EM = 0.3f; /* no character is narrower */

/* shown: the map of what is drawn. False: some pixels show several cells, or there is no memory. */
static bool make_lines(const struct view *v, const struct view_axis_map *m, const draw_map *shown, int px, int64_t cells, struct annot_lines *out)
{
    out->num = 0;
    for (int p = 0; p < px; p++) {
        int64_t begin, end;
        if (m->map[p] < 0 || !view_pixel_cells(v, m, p, cells, &begin, &end))
            continue;
        struct annot_line *last = out->num ? &out->items[out->num - 1] : NULL;
        if (last && last->cell == begin && last->px1 == p) {
            last->px1++;
            continue;
        }
        if (end - begin != 1)
            return false;
        if (out->num == out->cap) {
            int cap = out->cap ? out->cap * 2 : 256;
            struct annot_line *items = mem_resize(out->items, (size_t)cap, sizeof *items);
            if (!items)
                return false;
            out->items = items;
            out->cap = cap;
        }
        out->items[out->num++] = (struct annot_line){begin, p, p + 1, 0};
    }
    for (struct annot_line *i = out->items; i < out->items + out->num; i++) {
        draw_map middle = shown[(i->px0 + i->px1) / 2];
        i->texel = middle < 0 ? 0 : draw_map_texel(middle);
    }
    return out->num > 0;
}

static bool reserve(struct view_annot *a, size_t num)
{
    if (num > a->cap_cells) {
        struct annot_cell *cells = mem_resize(a->cells, num + num / 2, sizeof *cells);
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
        struct annot_row *infos = mem_resize(a->row_infos, (size_t)a->rows.num * 2, sizeof *infos);
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
    a->is_light[UNDER] = is_light(a, view_color_outside(v, false));
    a->is_light[OVER] = is_light(a, view_color_outside(v, true));
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
static void find_t(const struct view *v, const struct norm_f32 *norm, int texel_row, const struct annot_line *cols, int num, float *t)
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
    int64_t row0, col0; /* of its first cell */
    void *memory;       /* its cells, where they were read for this */
    bool masked;        /* some of its cells are hidden */
    struct norm_f32 norm;
    const struct view_cell_texts *from;
    struct number_format floats, integers;
    float most_ems;     /* wider can't be read in any column */
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
    const void *p = array_cell(&j->drawn, row - j->row0, col - j->col0);
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
static bool take_text(const struct text_job *j, struct annot_row *r, struct annot_cell *c, char *slot, const char *text, size_t len, float room)
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
    *c = (struct annot_cell){.ems = too_long ? INFINITY : ems, .len = (uint16_t)len, .other = other};
    r->other |= other;
    if (!other && !too_long) {
        r->used[0] |= used[0];
        r->used[1] |= used[1];
    }
    return other || c->ems * ANNOT_MIN_PX <= room;
}

static void make_texts(void *arg, int begin, int end, int worker)
{
    (void)worker;
    struct text_job *j = arg;
    struct view_annot *a = j->v->annot;
    char text[FORMAT_MAX_TEXT];
    float t[CHUNK];
    for (int r = begin; r < end && atomic_load_explicit(&j->num_wide, memory_order_relaxed) <= j->most_wide; r++) {
        const struct annot_line *row = &a->rows.items[r];
        struct annot_row *info = &a->row_infos[r];
        int num_wide = 0;
        *info = (struct annot_row){0};
        for (int c = 0; c < a->cols.num; c++) {
            size_t i = (size_t)r * (size_t)a->cols.num + (size_t)c;
            struct annot_cell *cell = &a->cells[i];
            int in_chunk = c % CHUNK, left = a->cols.num - c;
            if (in_chunk == 0)
                find_t(j->v, &j->norm, row->texel, &a->cols.items[c], left < CHUNK ? left : CHUNK, t);
            size_t len = cell_text(j, row->cell, a->cols.items[c].cell, text);
            num_wide += !take_text(j, info, cell, annot_slot(a, i), text, len, a->cols.items[c].room);
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
                a->cells[i].ems = (float)text_width(v->font, &large, annot_slot(a, i)) / large.size_px;
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

static int ascending(const void *x, const void *y)
{
    float a = *(const float *)x, b = *(const float *)y;
    return (a > b) - (a < b);
}

static struct text_job make_job(struct view *v)
{
    struct text_job job = {.v = v, .drawn = view_is_scaled(v) ? view_as_displayed(v, v->cells) : view_display_array(v),
                           .masked = view_is_masked(v), .norm = norm_to_f32(&v->norm), .from = v->cell_texts};
    read_format(v, &job);
    return job;
}

/* Of a grid only these cells are read. False: they can't be. */
static bool read_cells(struct text_job *j, int64_t row, int64_t col, int64_t rows, int64_t cols)
{
    if (!view_has_grid(j->v))
        return true;
    j->row0 = row;
    j->col0 = col;
    return view_grid_cells(j->v, row, col, rows, cols, &j->drawn, &j->memory);
}

float view_annot_sample_ems(struct view *v)
{
    enum { SIDE = 24 };
    struct text_job job = make_job(v);
    float widths[SIDE * SIDE];
    char text[FORMAT_MAX_TEXT];
    int num = 0;
    int64_t rows = job.drawn.rows < SIDE ? job.drawn.rows : SIDE, cols = job.drawn.cols < SIDE ? job.drawn.cols : SIDE;
    bool found = read_cells(&job, 0, 0, rows, cols);
    for (int64_t r = 0; found && r < rows; r++)
        for (int64_t c = 0; c < cols; c++) {
            size_t len = cell_text(&job, r * job.drawn.rows / rows, c * job.drawn.cols / cols, text);
            float ems = 0;
            for (size_t i = 0; i < len; i++)
                ems += v->annot->ems[text[i] & (ANNOT_CHARS - 1)];
            if (len)
                widths[num++] = ems;
        }
    free(job.memory);
    qsort(widths, (size_t)num, sizeof *widths, ascending);
    return num ? widths[(num - 1) * 9 / 10] : 0;
}

static void extent_of(const struct annot_lines *l, int64_t *begin, int64_t *end)
{
    *begin = INT64_MAX;
    *end = 0;
    for (int i = 0; i < l->num; i++) {
        *begin = l->items[i].cell < *begin ? l->items[i].cell : *begin;
        *end = l->items[i].cell >= *end ? l->items[i].cell + 1 : *end;
    }
}

static bool read_in_sight(struct text_job *j)
{
    int64_t r0, r1, c0, c1;
    const struct view_annot *a = j->v->annot;
    if (!a->rows.num || !a->cols.num)
        return true;
    extent_of(&a->rows, &r0, &r1);
    extent_of(&a->cols, &c0, &c1);
    return read_cells(j, r0, c0, r1 - r0, c1 - c0);
}

enum hs_status view_annot_texts(struct view *v, float room_w, bool *readable)
{
    struct view_annot *a = v->annot;
    struct text_job job = make_job(v);
    job.most_ems = room_w / ANNOT_MIN_PX;
    *readable = false;
    if (job.most_ems < NARROW_EM)
        return HS_OK;
    if (!make_lines(v, &v->rows, v->shown_rows, v->plot.h, job.drawn.rows, &a->rows) ||
        !make_lines(v, &v->cols, v->shown_cols, v->plot.w, job.drawn.cols, &a->cols))
        return HS_OK;
    for (struct annot_line *i = a->cols.items; i < a->cols.items + a->cols.num; i++) {
        i->room = v->cols.listed ? view_annot_room(v, i->px1 - i->px0) : room_w;
        job.most_ems = fmaxf(job.most_ems, i->room / ANNOT_MIN_PX);
    }
    a->slot = (int)(job.most_ems / NARROW_EM) * (job.from && job.from->words ? 4 : 1) + 2; /* bytes of a character */
    a->slot = a->slot < MIN_SLOT ? MIN_SLOT : a->slot > FORMAT_MAX_TEXT ? FORMAT_MAX_TEXT : a->slot;
    if (!reserve(a, (size_t)a->rows.num * (size_t)a->cols.num))
        return HS_ERR_MEMORY;
    job.most_wide = a->rows.num * a->cols.num / (v->cols.listed ? MOST_WIDE_UNEVEN : MOST_WIDE_SHARE);
    find_inks(v);
    if (!read_in_sight(&job)) {
        free(job.memory);
        return HS_OK;
    }
    pool_run(v->pool, make_texts, &job, a->rows.num, 4);
    free(job.memory);
    *readable = atomic_load(&job.num_wide) <= job.most_wide;
    if (*readable)
        measure_others(v);
    return HS_OK;
}
