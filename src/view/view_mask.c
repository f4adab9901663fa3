/* Hidden cells are NaN to everything that follows: range, scaling, reduction. What tells them from a producer's NaN is a second, cheap
 * reduction of "is NaN and not hidden", and only where a frame has such cells: a footprint without a number and without such a cell is
 * hidden, which its NaN share says by a number of its own. */
#include "view/view_mask.h"
#include "view/view_edges.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/convert.h"
#include "plot/where.h"
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1024, HIDDEN_SHARE = 254 };

struct view_mask {
    /* --mask: 1 is hidden */
    uint8_t *file;
    int64_t rows, cols;
    int64_t told_rows, told_cols; /* the shape that was said not to fit */
    /* --mask-where, for float32 and all else */
    char *text;
    struct where where[2];
    uint64_t serial;
    /* of the frame at hand, row by row */
    bool active;
    struct array cells, nans;
    void *values;
    uint8_t *hidden, *is_nan;
    size_t cap_values, cap_hidden, cap_nans;
    atomic_bool any_nan;
    struct reducer *reducer;
    uint8_t *shares, *whole_shares; /* of the picture, of the overview map */
    size_t cap_shares, cap_whole;
};

struct view_mask *view_mask_create(void)
{
    struct view_mask *m = mem_zeroed(1, sizeof *m);
    if (m)
        m->reducer = reducer_create();
    if (m && !m->reducer) {
        free(m);
        return NULL;
    }
    return m;
}

void view_mask_destroy(struct view_mask *m)
{
    if (!m)
        return;
    reducer_destroy(m->reducer);
    free(m->file);
    free(m->text);
    free(m->values);
    free(m->hidden);
    free(m->is_nan);
    free(m->shares);
    free(m->whole_shares);
    free(m);
}

enum hs_status view_set_mask(struct view *v, const uint8_t *hidden, int64_t rows, int64_t cols)
{
    struct view_mask *m = v->mask;
    uint8_t *copy = mem_resize(NULL, (size_t)rows * (size_t)cols, 1);
    if (!copy)
        return HS_ERR_MEMORY;
    memcpy(copy, hidden, (size_t)rows * (size_t)cols);
    free(m->file);
    m->file = copy;
    m->rows = rows;
    m->cols = cols;
    m->serial++;
    view_changed(v);
    return HS_OK;
}

static bool file_fits(const struct view *v)
{
    return v->mask->file && v->frame->cells.rows == v->mask->rows && v->frame->cells.cols == v->mask->cols;
}

static bool file_misfits(const struct view *v)
{
    return v->mask->file && !file_fits(v);
}

bool view_misfits(const struct view *v)
{
    return v->frame && (v->cells_lack || file_misfits(v) || view_edges_misfit(v));
}

int view_mask_cell_bytes(const struct view *v, enum dtype t)
{
    return !view_is_masked(v) ? 0 : 2 + (int)dtype_size(dtype_is_wide(t) ? DTYPE_F8 : DTYPE_F4);
}

bool view_is_masked(const struct view *v)
{
    return v->frame && (v->look.mask_where || file_fits(v));
}

uint64_t view_mask_serial(struct view *v)
{
    struct view_mask *m = v->mask;
    const char *text = v->look.mask_where;
    if (text ? m->text && strcmp(text, m->text) == 0 : !m->text)
        return m->serial;
    char why[256];
    free(m->text);
    m->text = text ? mem_strdup(text) : NULL;
    m->serial++;
    for (int i = 0; i < 2; i++) /* options only let what can be parsed through */
        if (!m->text || !where_parse(m->text, i == 0, &m->where[i], why, sizeof why))
            m->where[i] = (struct where){0};
    return m->serial;
}

static void tell_misfit(struct view *v)
{
    struct view_mask *m = v->mask;
    const struct array *a = &v->frame->cells;
    if (!file_misfits(v) || (m->told_rows == a->rows && m->told_cols == a->cols))
        return;
    m->told_rows = a->rows;
    m->told_cols = a->cols;
    log_error("--mask has %lld rows and %lld columns, the matrix %lld and %lld: they must be the same", (long long)m->rows, (long long)m->cols,
              (long long)a->rows, (long long)a->cols);
}

/* --- hiding --- */

struct hide_job {
    struct view_mask *m;
    const struct array *cells;
    const struct where *where;
    const uint8_t *file; /* or NULL */
    bool wide;
};

static void find_hits(const struct where *w, const double *x, uint8_t *hits, int num)
{
    for (int k = 0; k < w->num; k++) {
        double lo = w->in[k].lo, hi = w->in[k].hi;
        for (int i = 0; i < num; i++)
            hits[i] |= (uint8_t)((x[i] >= lo) & (x[i] <= hi)); /* false for NaN */
    }
}

static bool bits_are_nan(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return (bits & INT64_MAX) > UINT64_C(0x7ff0000000000000);
}

/* Cells [at, at + num) of those in C order, of which `from` is the first. */
static bool hide_chunk(const struct hide_job *j, const void *from, int64_t at, int num)
{
    struct view_mask *m = j->m;
    const struct array *a = j->cells;
    double wide[CHUNK];
    float narrow[CHUNK];
    bool any = false;
    if (j->wide)
        convert_f64(a->dtype, from, a->col_stride, num, wide);
    else {
        convert_f32(a->dtype, from, a->col_stride, num, narrow);
        for (int i = 0; i < num; i++)
            wide[i] = (double)narrow[i];
    }
    uint8_t *hits = m->hidden + at, *nans = m->is_nan + at;
    if (j->file)
        memcpy(hits, j->file + at, (size_t)num);
    else
        memset(hits, 0, (size_t)num);
    find_hits(j->where, wide, hits, num);
    for (int i = 0; i < num; i++) {
        bool nan = bits_are_nan(wide[i]);
        hits[i] |= (uint8_t)(nan & j->where->nan);
        nans[i] = nan & !hits[i];
        any |= nans[i];
    }
    for (int i = 0; i < num && j->wide; i++)
        ((double *)m->values)[at + i] = hits[i] ? NAN : wide[i];
    for (int i = 0; i < num && !j->wide; i++)
        ((float *)m->values)[at + i] = hits[i] ? NAN : narrow[i];
    return any;
}

static void hide_rows(void *arg, int begin, int end, int worker)
{
    (void)worker;
    const struct hide_job *j = arg;
    const struct array *a = j->cells;
    bool any = false;
    for (int64_t r = begin; r < end; r++)
        for (int64_t c = 0; c < a->cols; c += CHUNK) {
            int num = a->cols - c < CHUNK ? (int)(a->cols - c) : CHUNK;
            any |= hide_chunk(j, array_cell(a, r, c), r * a->cols + c, num);
        }
    if (any)
        atomic_store_explicit(&j->m->any_nan, true, memory_order_relaxed);
}

struct array view_mask_cells(struct view *v, const struct array *a)
{
    struct view_mask *m = v->mask;
    m->active = false;
    tell_misfit(v);
    if (v->cells_lack || !view_is_masked(v) || a->rows <= 0 || a->cols <= 0)
        return *a;
    bool wide = dtype_is_wide(a->dtype);
    int64_t num = a->rows * a->cols;
    if (!mem_reserve(&m->values, &m->cap_values, (size_t)(wide ? 2 * num : num), sizeof(float)) ||
        !mem_reserve(&m->hidden, &m->cap_hidden, (size_t)num, 1) || !mem_reserve(&m->is_nan, &m->cap_nans, (size_t)num, 1)) {
        view_cells_have_no_room(v, a);
        return *a;
    }
    atomic_store(&m->any_nan, false);
    struct hide_job job = {m, a, &m->where[a->dtype == DTYPE_F4 ? 0 : 1], file_fits(v) ? m->file : NULL, wide};
    pool_run(v->pool, hide_rows, &job, (int)a->rows, (int)(65536 / a->cols) + 1);
    m->active = true;
    m->cells = array_c_order(m->values, wide ? DTYPE_F8 : DTYPE_F4, a->rows, a->cols);
    m->nans = array_c_order(m->is_nan, DTYPE_U1, a->rows, a->cols);
    return m->cells;
}

bool view_cell_is_masked(const struct view *v, int64_t row, int64_t col)
{
    const struct view_mask *m = v->mask;
    return m->active && row < m->cells.rows && col < m->cells.cols && m->hidden[row * m->cells.cols + col];
}

/* --- footprints --- */

static bool is_nan_at(const struct reduce_result *r, int64_t i)
{
    return bits_are_nan(r->f64 ? r->f64[i] : (double)r->f32[i]);
}

/* Shares of *r, of which nans (or nothing: no cell is) says how many cells are NaN but not hidden. */
static enum hs_status put_shares(struct reduce_result *r, const struct reduce_result *nans, uint8_t **shares, size_t *cap)
{
    int64_t num = (int64_t)r->rows * r->cols;
    if (!mem_reserve(shares, cap, (size_t)num, 1))
        return HS_ERR_MEMORY;
    r->num_nan_footprints = 0;
    for (int64_t i = 0; i < num; i++) {
        float part = nans->f32 ? nans->f32[i] : 0;
        int share = part > 0 ? (int)lrintf(part * 255) : 0;
        share = part > 0 && share < 1 ? 1 : share > HIDDEN_SHARE - 1 ? HIDDEN_SHARE - 1 : share;
        if (r->nan_share[i] == 255 && is_nan_at(r, i))
            share = part > 0 ? 255 : HIDDEN_SHARE;
        (*shares)[i] = (uint8_t)share;
        r->num_nan_footprints += part > 0;
    }
    r->nan_share = *shares;
    return HS_OK;
}

/* whole: all of the frame, in footprints by rule. */
static enum hs_status reduce_nans(struct view *v, const struct reduce_job *job, bool whole, struct reduce_result *nans)
{
    struct view_mask *m = v->mask;
    if (!atomic_load(&m->any_nan))
        return HS_OK;
    struct array a = view_as_displayed(v, m->nans);
    struct reduce_job of_nans = {&a, job->rows, job->cols, REDUCE_MEAN, false};
    return whole ? reduce_run(m->reducer, v->pool, &of_nans, nans) : view_edges_reduce(v, m->reducer, true, &of_nans, nans);
}

enum hs_status view_mask_reduce(struct view *v, const struct reduce_job *job)
{
    struct view_mask *m = v->mask;
    struct reduce_result nans = {0};
    if (!m->active || !v->values.nan_share)
        return HS_OK;
    enum hs_status s = reduce_nans(v, job, false, &nans);
    return s == HS_OK ? put_shares(&v->values, &nans, &m->shares, &m->cap_shares) : s;
}

enum hs_status view_mask_reduce_whole(struct view *v, const struct reduce_job *job, struct reduce_result *r)
{
    struct view_mask *m = v->mask;
    struct reduce_result nans = {0};
    if (!m->active || !r->nan_share)
        return HS_OK;
    enum hs_status s = reduce_nans(v, job, true, &nans);
    return s == HS_OK ? put_shares(r, &nans, &m->whole_shares, &m->cap_whole) : s;
}

static void mark(const struct view_mask *m, struct draw_heatmap *h)
{
    if (!m->active)
        return;
    h->masked_share = HIDDEN_SHARE;
    h->masked = (struct color){h->line_color.r, h->line_color.g, h->line_color.b, 0}; /* lines alone are drawn there */
}

void view_mask_mark(const struct view *v, struct draw_heatmap *h)
{
    if (v->values.nan_share == v->mask->shares)
        mark(v->mask, h);
}

void view_mask_mark_whole(const struct view *v, struct draw_heatmap *h)
{
    if (h->nan_share && h->nan_share == v->mask->whole_shares)
        mark(v->mask, h);
}
