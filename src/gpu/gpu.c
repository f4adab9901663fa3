/* The GL executor: set-up, running a list, targets. Thread: the one whose context is current. */
#include "gpu/gpu_internal.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RELOAD_EVERY_NS 250000000ll

static void GLAD_API_PTR on_debug(GLenum source, GLenum type, GLuint id, GLenum severity, GLsizei length, const GLchar *text,
                                  const void *user)
{
    (void)source;
    (void)id;
    (void)length;
    struct gpu *g = (struct gpu *)user;
    if (severity == GL_DEBUG_SEVERITY_HIGH || type == GL_DEBUG_TYPE_ERROR) {
        g->num_errors++;
        log_error("OpenGL: %s", text);
    }
}

static void set_up_debug(struct gpu *g, bool wanted)
{
    g->has_debug = GLAD_GL_KHR_debug && glObjectLabel && glPushDebugGroup;
    if (!g->has_debug || !wanted)
        return;
    glEnable(GL_DEBUG_OUTPUT);
    glEnable(GL_DEBUG_OUTPUT_SYNCHRONOUS);
    glDebugMessageCallback(on_debug, g);
    g->debugging = true;
}

enum hs_status gpu_create(const struct gpu_params *params, struct gpu **out)
{
    if (!gladLoadGL((GLADloadfunc)params->get_proc) || !GLAD_GL_VERSION_3_3) {
        log_error("OpenGL 3.3 is needed; this driver has less. --renderer soft does without");
        return HS_ERR_GL;
    }
    struct gpu *g = mem_zeroed(1, sizeof *g);
    if (!g)
        return HS_ERR_MEMORY;
    g->shader_dir = params->shader_dir;
    snprintf(g->renderer, sizeof g->renderer, "%s", (const char *)glGetString(GL_RENDERER));
    snprintf(g->version, sizeof g->version, "%s", (const char *)glGetString(GL_VERSION));
    g->software = strstr(g->renderer, "llvmpipe") || strstr(g->renderer, "softpipe") || strstr(g->renderer, "swrast") ||
                  strstr(g->renderer, "Software");
    glGetIntegerv(GL_MAX_TEXTURE_SIZE, &g->max_size);
    set_up_debug(g, params->debug);
    gpu_uploader_init(g, params->upload);
    glGenFramebuffers(1, &g->framebuffer);
    enum hs_status s = gpu_overlay_init(g);
    if (s == HS_OK)
        s = gpu_heatmaps_init(g);
    if (s != HS_OK) {
        gpu_destroy(g);
        return s;
    }
    *out = g;
    return HS_OK;
}

void gpu_destroy(struct gpu *g)
{
    if (!g)
        return;
    gpu_cvd_fini(g);
    gpu_heatmaps_fini(g);
    gpu_overlay_fini(g);
    gpu_texture_fini(&g->shown);
    gpu_texture_fini(&g->target);
    gpu_uploader_fini(g);
    glDeleteFramebuffers(1, &g->framebuffer);
    if (g->debugging) { /* the context may live on */
        glDebugMessageCallback(NULL, NULL);
        glDisable(GL_DEBUG_OUTPUT);
    }
    free(g);
}

const char *gpu_renderer(const struct gpu *g)
{
    return g->renderer;
}

const char *gpu_version(const struct gpu *g)
{
    return g->version;
}

bool gpu_is_software(const struct gpu *g)
{
    return g->software;
}

int gpu_max_size(const struct gpu *g)
{
    return g->max_size;
}

int gpu_num_errors(const struct gpu *g)
{
    return g->num_errors;
}

/* Whatever the owner of the context may have left behind. */
static void reset_state(const struct draw_list *l)
{
    static const GLenum OFF[] = {GL_DEPTH_TEST, GL_STENCIL_TEST, GL_CULL_FACE, GL_SCISSOR_TEST, GL_DITHER,
                                 GL_FRAMEBUFFER_SRGB /* colormaps are sRGB already */};
    for (size_t i = 0; i < sizeof OFF / sizeof *OFF; i++)
        glDisable(OFF[i]);
    for (GLuint unit = 0; unit < NUM_UNITS; unit++)
        glBindSampler(unit, 0);
    glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
    glViewport(0, 0, l->width, l->height);
    glEnable(GL_BLEND);
    glBlendEquation(GL_FUNC_ADD);
    glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
}

static void reset_unpacking(void)
{
    static const GLenum ZERO[] = {GL_UNPACK_ROW_LENGTH, GL_UNPACK_SKIP_ROWS, GL_UNPACK_SKIP_PIXELS, GL_UNPACK_SWAP_BYTES};
    glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    for (size_t i = 0; i < sizeof ZERO / sizeof *ZERO; i++)
        glPixelStorei(ZERO[i], 0);
}

static void clear(struct color c)
{
    glClearColor((float)c.r / 255, (float)c.g / 255, (float)c.b / 255, (float)c.a / 255);
    glClear(GL_COLOR_BUFFER_BIT);
}

static bool fits(const struct gpu *g, const struct draw_list *l)
{
    int most = l->width > l->height ? l->width : l->height;
    for (int i = 0; i < l->num_heatmaps; i++) {
        const struct draw_heatmap *h = &l->heatmaps[i];
        const int sizes[4] = {h->num_cols, h->num_rows, h->dst.w, h->dst.h};
        for (int k = 0; k < 4; k++)
            most = sizes[k] > most ? sizes[k] : most;
    }
    if (most > g->max_size)
        log_error("a picture side of %d is more than this GPU's %d; --renderer soft draws it", most, g->max_size);
    return most <= g->max_size;
}

/* The list into the framebuffer that is bound. */
static enum hs_status execute(struct gpu *g, const struct draw_list *l)
{
    if (!fits(g, l))
        return HS_ERR_LIMIT;
    g->upload_ns = 0;
    reset_state(l);
    reset_unpacking();
    enum hs_status s = gpu_overlay_upload(g, l);
    if (s == HS_OK)
        clear(l->clear);
    int begin = 0;
    for (int i = 0; s == HS_OK && i < l->num_cmds; i++) {
        if (l->cmds[i].kind != DRAW_HEATMAP)
            continue;
        gpu_overlay_draw(g, l, begin, i);
        s = gpu_heatmap_draw(g, l, l->cmds[i].first);
        begin = i + 1;
    }
    if (s == HS_OK)
        gpu_overlay_draw(g, l, begin, l->num_cmds);
    glBindVertexArray(0);
    glUseProgram(0);
    return s;
}

static void group(const struct gpu *g, const char *name)
{
    if (g->has_debug && name)
        glPushDebugGroup(GL_DEBUG_SOURCE_APPLICATION, 0, -1, name);
    else if (g->has_debug)
        glPopDebugGroup();
}

static bool attach(struct gpu *g, GLenum target, const struct gpu_texture *t)
{
    glBindFramebuffer(target, g->framebuffer);
    glFramebufferTexture2D(target, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, t->id, 0);
    if (glCheckFramebufferStatus(target) == GL_FRAMEBUFFER_COMPLETE)
        return true;
    log_error("OpenGL has no target of %d x %d pixels", t->width, t->height);
    return false;
}

static void turn_over(uint8_t *rgba, int height, size_t row_bytes, size_t stride)
{
    for (int y = 0; y < height / 2; y++) {
        uint8_t *a = rgba + (size_t)y * stride, *b = rgba + (size_t)(height - 1 - y) * stride;
        for (size_t i = 0; i < row_bytes; i += 4) {
            uint32_t one, other;
            memcpy(&one, a + i, 4);
            memcpy(&other, b + i, 4);
            memcpy(a + i, &other, 4);
            memcpy(b + i, &one, 4);
        }
    }
}

/* A texture of the list's size to draw into. */
static bool make_target(struct gpu *g, const struct draw_list *l, struct gpu_texture *t)
{
    if (t->width == l->width && t->height == l->height)
        return true;
    gpu_texture_fini(t);
    reset_unpacking();
    glActiveTexture(GL_TEXTURE0);
    glGenTextures(1, &t->id);
    glBindTexture(GL_TEXTURE_2D, t->id);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, l->width, l->height, 0, GL_RGBA, GL_UNSIGNED_BYTE, NULL);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
    gpu_label(g, GL_TEXTURE, t->id, "target");
    t->width = l->width;
    t->height = l->height;
    if (attach(g, GL_FRAMEBUFFER, t))
        return true;
    gpu_texture_fini(t);
    return false;
}

static void read_back(const struct draw_list *l, uint8_t *rgba, size_t stride)
{
    glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glPixelStorei(GL_PACK_ROW_LENGTH, (GLint)(stride / 4));
    glReadPixels(0, 0, l->width, l->height, GL_RGBA, GL_UNSIGNED_BYTE, rgba);
    glPixelStorei(GL_PACK_ROW_LENGTH, 0);
    turn_over(rgba, l->height, (size_t)l->width * 4, stride);
}

enum hs_status gpu_draw(struct gpu *g, const struct draw_list *l)
{
    group(g, "heatscope picture");
    enum hs_status s = HS_OK;
    if (l->simulate)
        s = fits(g, l) && make_target(g, l, &g->target) && attach(g, GL_FRAMEBUFFER, &g->target) ? execute(g, l) : HS_ERR_GL;
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
    if (s == HS_OK)
        s = l->simulate ? gpu_cvd_draw(g, l->simulate) : execute(g, l);
    group(g, NULL);
    return s;
}

enum hs_status gpu_draw_pixels(struct gpu *g, const struct draw_list *l, uint8_t *rgba, size_t stride)
{
    assert(stride % 4 == 0 && stride / 4 >= (size_t)l->width);
    if (!fits(g, l))
        return HS_ERR_LIMIT;
    group(g, "heatscope picture off screen");
    enum hs_status s = make_target(g, l, &g->target) && attach(g, GL_FRAMEBUFFER, &g->target) ? execute(g, l) : HS_ERR_GL;
    if (s == HS_OK && l->simulate)
        s = make_target(g, l, &g->cvd.result) && attach(g, GL_FRAMEBUFFER, &g->cvd.result) ? gpu_cvd_draw(g, l->simulate) : HS_ERR_GL;
    if (s == HS_OK)
        read_back(l, rgba, stride);
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
    group(g, NULL);
    return s;
}

enum hs_status gpu_show(struct gpu *g, const uint8_t *rgba, int width, int height)
{
    group(g, "heatscope picture of the CPU");
    g->upload_ns = 0;
    reset_unpacking();
    glActiveTexture(GL_TEXTURE0);
    enum hs_status s = gpu_texture_upload(g, &g->shown, GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE, 4, width, height, rgba, 0, "shown");
    if (s == HS_OK && !attach(g, GL_READ_FRAMEBUFFER, &g->shown))
        s = HS_ERR_GL;
    if (s == HS_OK) {
        glBindFramebuffer(GL_DRAW_FRAMEBUFFER, 0);
        glDisable(GL_SCISSOR_TEST);
        glDisable(GL_FRAMEBUFFER_SRGB);
        glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
        glBlitFramebuffer(0, 0, width, height, 0, 0, width, height, GL_COLOR_BUFFER_BIT, GL_NEAREST);
    }
    glBindFramebuffer(GL_READ_FRAMEBUFFER, 0);
    group(g, NULL);
    return s;
}

int64_t gpu_upload_ns(const struct gpu *g)
{
    return g->upload_ns;
}

bool gpu_reload(struct gpu *g)
{
    int64_t now = clock_now_ns();
    if (!g->shader_dir || now - g->reload_checked_ns < RELOAD_EVERY_NS)
        return false;
    g->reload_checked_ns = now;
    bool overlay = gpu_shaders_reload(g, &g->overlay_shaders), heatmap = gpu_shaders_reload(g, &g->heatmap_shaders);
    return overlay || heatmap;
}
