/* Off-screen rendering: one pixel buffer, two ways to fill it. Render thread. */
#include "app/render.h"
#include "app/egl.h"
#include "base/log.h"
#include "base/memory.h"
#include "gpu/gpu.h"
#include "soft/soft.h"
#include <stdlib.h>

struct render {
    struct pool *pool;
    struct egl *egl; /* NULL: the CPU draws */
    struct gpu *gpu;
    uint8_t *pixels;
    size_t cap;
};

enum hs_status render_create(const struct run *o, struct pool *pool, struct render **out)
{
    struct render *r = mem_zeroed(1, sizeof *r);
    if (!r)
        return HS_ERR_MEMORY;
    r->pool = pool;
    enum hs_status s = HS_OK;
    if (o->renderer == RENDERER_GL) {
        s = egl_create(&r->egl, false);
        if (s == HS_OK)
            s = gpu_create(&(struct gpu_params){.get_proc = egl_get_proc, .shader_dir = o->shader_dir, .debug = o->gpu_debug}, &r->gpu);
    }
    if (s != HS_OK) {
        log_error("--renderer gl: no OpenGL 3.3 through EGL here; --renderer soft draws the same picture without");
        render_destroy(r);
        return s;
    }
    *out = r;
    return HS_OK;
}

void render_destroy(struct render *r)
{
    if (!r)
        return;
    gpu_destroy(r->gpu);
    egl_destroy(r->egl);
    free(r->pixels);
    free(r);
}

const char *render_name(const struct render *r)
{
    return r->gpu ? gpu_renderer(r->gpu) : "soft";
}

enum hs_status render_pixels(struct render *r, const struct draw_list *list, uint8_t **rgba)
{
    size_t stride = (size_t)list->width * 4, need = stride * (size_t)list->height;
    if (need > r->cap) {
        uint8_t *pixels = mem_resize(r->pixels, need, 1);
        if (!pixels) {
            log_error("out of memory for a picture of %d x %d", list->width, list->height);
            return HS_ERR_MEMORY;
        }
        r->pixels = pixels;
        r->cap = need;
    }
    *rgba = r->pixels;
    if (r->gpu)
        return gpu_draw_pixels(r->gpu, list, r->pixels, stride);
    soft_draw(list, r->pool, r->pixels, (ptrdiff_t)stride);
    return HS_OK;
}
