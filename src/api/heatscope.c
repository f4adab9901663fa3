/* The public library: one view with the parts it needs, behind a handle. One thread a view. */
#include <heatscope/heatscope.h>
#include "base/log.h"
#include "base/memory.h"
#include "draw/transparent.h"
#include "gpu/gpu.h"
#include "soft/soft.h"
#include "view/view.h"
#include <stdlib.h>
#include <string.h>

struct hs_view {
    struct pool *pool;
    struct font *font;
    struct view *view;
    struct gpu *gpu; /* made at the first render_gl */
    struct draw_list list;
    struct frame frame;
    void *cells; /* the matrix pushed last */
    size_t cap;
    int width, height;
};

enum hs_status hs_view_create(hs_view **out)
{
    hs_view *v = mem_zeroed(1, sizeof *v);
    if (!v)
        return HS_ERR_MEMORY;
    v->pool = pool_create(0);
    v->font = font_create();
    v->view = v->pool && v->font ? view_create(v->pool, v->font) : NULL;
    if (!v->view) {
        hs_view_destroy(v);
        return HS_ERR_MEMORY;
    }
    v->width = 1280;
    v->height = 720;
    view_resize(v->view, v->width, v->height, 1);
    *out = v;
    return HS_OK;
}

void hs_view_destroy(hs_view *v)
{
    if (!v)
        return;
    gpu_destroy(v->gpu);
    view_destroy(v->view);
    draw_list_fini(&v->list);
    font_destroy(v->font);
    pool_destroy(v->pool);
    free(v->cells);
    free(v);
}

enum hs_status hs_view_set(hs_view *v, const char *name, const char *value)
{
    return view_set(v->view, "hs_view_set", name, value);
}

enum hs_status hs_view_resize(hs_view *v, int width, int height)
{
    if (width < 1 || height < 1) {
        log_error("hs_view_resize: %d x %d pixels; both must be at least 1", width, height);
        return HS_ERR_USAGE;
    }
    v->width = width;
    v->height = height;
    view_resize(v->view, width, height, 1);
    return HS_OK;
}

static enum hs_status describe(const struct hs_matrix *m, struct array *a)
{
    bool swapped = false;
    if (!m->data || m->rows < 1 || m->cols < 1) {
        log_error("hs_view_push: %lld x %lld cells at %p; give at least one row and one column", (long long)m->rows, (long long)m->cols,
                  m->data);
        return HS_ERR_USAGE;
    }
    if (!m->dtype || !dtype_parse(m->dtype, strlen(m->dtype), &a->dtype, &swapped) || swapped) {
        log_error("hs_view_push: dtype '%s' is not one of this machine's (f4, f8, u1, i2 ...)", m->dtype ? m->dtype : "(none)");
        return HS_ERR_USAGE;
    }
    *a = array_c_order(m->data, a->dtype, m->rows, m->cols);
    if (m->row_stride || m->col_stride) {
        a->row_stride = m->row_stride;
        a->col_stride = m->col_stride;
    }
    return HS_OK;
}

enum hs_status hs_view_push(hs_view *v, const struct hs_matrix *m)
{
    struct array from;
    int64_t num, bytes;
    enum hs_status s = describe(m, &from);
    if (s != HS_OK)
        return s;
    size_t size = dtype_size(from.dtype);
    if (!mem_mul_i64(m->rows, m->cols, &num) || !mem_mul_i64(num, (int64_t)size, &bytes))
        return HS_ERR_LIMIT;
    if ((size_t)bytes > v->cap) {
        void *cells = mem_resize(v->cells, (size_t)bytes, 1);
        if (!cells)
            return HS_ERR_MEMORY;
        v->cells = cells;
        v->cap = (size_t)bytes;
    }
    char *to = v->cells;
    for (int64_t r = 0; r < from.rows; r++) {
        if (from.col_stride == (int64_t)size)
            memcpy(to + r * from.cols * (int64_t)size, array_cell(&from, r, 0), (size_t)from.cols * size);
        else
            for (int64_t c = 0; c < from.cols; c++)
                memcpy(to + (r * from.cols + c) * (int64_t)size, array_cell(&from, r, c), size);
    }
    v->frame = (struct frame){.cells = array_c_order(v->cells, from.dtype, from.rows, from.cols), .channels = 1, .id = v->frame.id + 1};
    view_set_frame(v->view, &v->frame);
    return HS_OK;
}

static enum hs_status build(hs_view *v)
{
    font_begin(v->font);
    return view_build(v->view, &v->list);
}

static enum hs_status render_transparent(hs_view *v, uint8_t *rgba, size_t stride)
{
    size_t row_bytes = (size_t)v->list.width * 4;
    uint8_t *white = mem_zeroed((size_t)v->list.height, row_bytes);
    if (!white)
        return HS_ERR_MEMORY;
    v->list.clear = (struct color){255, 255, 255, 255};
    soft_draw(&v->list, v->pool, white, (ptrdiff_t)row_bytes);
    v->list.clear = (struct color){0, 0, 0, 255};
    soft_draw(&v->list, v->pool, rgba, (ptrdiff_t)stride);
    for (int y = 0; y < v->list.height; y++)
        transparent_combine(rgba + (size_t)y * stride, white + (size_t)y * row_bytes, (size_t)v->list.width);
    free(white);
    return HS_OK;
}

enum hs_status hs_view_render_pixels(hs_view *v, uint8_t *rgba, size_t stride)
{
    enum hs_status s = build(v);
    if (s == HS_OK && view_look(v->view)->transparent)
        return render_transparent(v, rgba, stride);
    if (s == HS_OK)
        soft_draw(&v->list, v->pool, rgba, (ptrdiff_t)stride);
    return s;
}

enum hs_status hs_view_render_gl(hs_view *v, void *(*get_proc)(const char *name))
{
    enum hs_status s = v->gpu ? HS_OK : gpu_create(&(struct gpu_params){.get_proc = get_proc}, &v->gpu);
    if (s == HS_OK)
        s = build(v);
    return s == HS_OK ? gpu_draw(v->gpu, &v->list) : s;
}
