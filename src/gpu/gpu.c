/* The GL executor: set-up, running a list, targets. Thread: the one whose context is current. */
#include "gpu/gpu_internal.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RELOAD_EVERY_NS 250000000ll

static void GLAD_API_PTR on_debug(GLenum source, GLenum type, GLuint id, GLenum severity, GLsizei length, const GLchar *text, const void *user)
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
}

static void make_objects(struct gpu *g)
{
    glGenVertexArrays(1, &g->empty_vao);
    glGenVertexArrays(1, &g->overlay_vao);
    glGenBuffers(1, &g->overlay_buffer);
    glGenFramebuffers(1, &g->framebuffer);
    glBindVertexArray(g->overlay_vao);
    glBindBuffer(GL_ARRAY_BUFFER, g->overlay_buffer);
    glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, sizeof(struct gpu_vertex), (void *)offsetof(struct gpu_vertex, x));
    glVertexAttribPointer(1, 2, GL_FLOAT, GL_FALSE, sizeof(struct gpu_vertex), (void *)offsetof(struct gpu_vertex, u));
    glVertexAttribPointer(2, 4, GL_UNSIGNED_BYTE, GL_TRUE, sizeof(struct gpu_vertex), (void *)offsetof(struct gpu_vertex, color));
    for (GLuint i = 0; i < 3; i++)
        glEnableVertexAttribArray(i);
    gpu_label(g, GL_BUFFER, g->overlay_buffer, "overlay");
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
    make_objects(g);
    enum hs_status s = gpu_program_make(g, &g->overlay_program, "overlay", "");
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
    for (int i = 0; i < NUM_VARIANTS; i++)
        if (g->heatmap_programs[i].id)
            glDeleteProgram(g->heatmap_programs[i].id);
    if (g->overlay_program.id)
        glDeleteProgram(g->overlay_program.id);
    for (int i = 0; i < HEATMAP_SLOTS; i++)
        gpu_heatmap_fini(&g->heatmaps[i]);
    gpu_texture_fini(&g->atlas);
    gpu_texture_fini(&g->shown);
    gpu_texture_fini(&g->target);
    gpu_uploader_fini(g);
    glDeleteFramebuffers(1, &g->framebuffer);
    glDeleteBuffers(1, &g->overlay_buffer);
    glDeleteVertexArrays(1, &g->overlay_vao);
    glDeleteVertexArrays(1, &g->empty_vao);
    free(g->vertices);
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

static void prepare(const struct draw_list *l)
{
    glViewport(0, 0, l->width, l->height);
    glDisable(GL_DEPTH_TEST);
    glDisable(GL_CULL_FACE);
    glDisable(GL_SCISSOR_TEST);
    glDisable(GL_DITHER);
    glDisable(GL_FRAMEBUFFER_SRGB); /* colormaps are sRGB already */
    glClearColor(l->clear.r / 255.0f, l->clear.g / 255.0f, l->clear.b / 255.0f, l->clear.a / 255.0f);
    glClear(GL_COLOR_BUFFER_BIT);
    glEnable(GL_BLEND);
    glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
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
    size_t *first = mem_zeroed((size_t)l->num_cmds + 1, sizeof *first);
    enum hs_status s = first ? gpu_overlay_upload(g, l, first) : HS_ERR_MEMORY;
    if (s == HS_OK)
        prepare(l);
    int begin = 0;
    for (int i = 0; s == HS_OK && i <= l->num_cmds; i++) {
        if (i < l->num_cmds && l->cmds[i].kind != DRAW_HEATMAP)
            continue;
        gpu_overlay_draw(g, l, first[begin], first[i] - first[begin]);
        if (i < l->num_cmds)
            s = gpu_heatmap_draw(g, l, l->cmds[i].first);
        begin = i + 1;
    }
    free(first);
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

enum hs_status gpu_draw(struct gpu *g, const struct draw_list *l)
{
    group(g, "heatscope picture");
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
    enum hs_status s = execute(g, l);
    group(g, NULL);
    return s;
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

enum hs_status gpu_draw_pixels(struct gpu *g, const struct draw_list *l, uint8_t *rgba, size_t stride)
{
    if (!fits(g, l))
        return HS_ERR_LIMIT;
    struct gpu_texture *t = &g->target;
    if (t->width != l->width || t->height != l->height) {
        gpu_texture_fini(t);
        glGenTextures(1, &t->id);
        glBindTexture(GL_TEXTURE_2D, t->id);
        glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, l->width, l->height, 0, GL_RGBA, GL_UNSIGNED_BYTE, NULL);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
        gpu_label(g, GL_TEXTURE, t->id, "target");
        t->width = l->width;
        t->height = l->height;
    }
    group(g, "heatscope picture off screen");
    enum hs_status s = attach(g, GL_FRAMEBUFFER, t) ? execute(g, l) : HS_ERR_GL;
    if (s == HS_OK) {
        glPixelStorei(GL_PACK_ALIGNMENT, 1);
        glPixelStorei(GL_PACK_ROW_LENGTH, (GLint)(stride / 4));
        glReadPixels(0, 0, l->width, l->height, GL_RGBA, GL_UNSIGNED_BYTE, rgba);
        glPixelStorei(GL_PACK_ROW_LENGTH, 0);
        turn_over(rgba, l->height, (size_t)l->width * 4, stride);
    }
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
    group(g, NULL);
    return s;
}

enum hs_status gpu_show(struct gpu *g, const uint8_t *rgba, int width, int height)
{
    glActiveTexture(GL_TEXTURE0);
    gpu_texture_upload(g, &g->shown, GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE, 4, width, height, rgba, 0, "shown");
    if (!attach(g, GL_READ_FRAMEBUFFER, &g->shown))
        return HS_ERR_GL;
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, 0);
    glDisable(GL_SCISSOR_TEST);
    glBlitFramebuffer(0, 0, width, height, 0, 0, width, height, GL_COLOR_BUFFER_BIT, GL_NEAREST);
    glBindFramebuffer(GL_READ_FRAMEBUFFER, 0);
    return HS_OK;
}

bool gpu_reload(struct gpu *g)
{
    int64_t now = clock_now_ns();
    if (!g->shader_dir || now - g->reload_checked_ns < RELOAD_EVERY_NS)
        return false;
    g->reload_checked_ns = now;
    bool changed = gpu_program_reload(g, &g->overlay_program);
    for (int i = 0; i < NUM_VARIANTS; i++)
        changed = gpu_program_reload(g, &g->heatmap_programs[i]) || changed;
    return changed;
}
