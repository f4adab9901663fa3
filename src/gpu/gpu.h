/* The GL executor of a display list (3.3 core). The only folder that calls GL. All calls on the thread where the context is
 * current; the context is the caller's. */
#ifndef GPU_GPU_H
#define GPU_GPU_H

#include "draw/list.h"
#include <heatscope/status.h>

struct gpu;

/* How textures are filled: by what the driver likes, or (for tests) one way or the other. */
enum gpu_upload { GPU_UPLOAD_AUTO, GPU_UPLOAD_PLAIN, GPU_UPLOAD_MAPPED };

struct gpu_params {
    void *(*get_proc)(const char *name); /* GL function loader of the current context */
    const char *shader_dir;              /* reload shaders from here when they change; outlives the gpu. NULL: the embedded ones */
    bool debug;                          /* synchronous debug output */
    enum gpu_upload upload;
};

/* HS_ERR_GL with one line logged: no GL 3.3, or a shader fails. */
enum hs_status gpu_create(const struct gpu_params *params, struct gpu **out);
void gpu_destroy(struct gpu *g);
const char *gpu_renderer(const struct gpu *g); /* GL_RENDERER */
const char *gpu_version(const struct gpu *g);
/* True for llvmpipe, softpipe, swrast: the CPU executor is faster there. */
bool gpu_is_software(const struct gpu *g);
int gpu_max_size(const struct gpu *g);

/* Execute into framebuffer 0 of the current context (list->width x height must be its size). */
enum hs_status gpu_draw(struct gpu *g, const struct draw_list *list);
/* Execute into a target of our own and read it back, top row first; stride_bytes is a multiple of 4. */
enum hs_status gpu_draw_pixels(struct gpu *g, const struct draw_list *list, uint8_t *rgba, size_t stride_bytes);
/* Put a finished picture (from soft_draw) on framebuffer 0, 1:1. Rows packed, the *bottom* row first, as GL counts: a blit that
 * turns the picture over costs thirty times as much on software GL. */
enum hs_status gpu_show(struct gpu *g, const uint8_t *rgba, int width, int height);
/* How long the last gpu_draw* or gpu_show spent on handing over pixels, on this side of the driver. */
int64_t gpu_upload_ns(const struct gpu *g);
/* Debug messages of high severity so far (0 without GL_KHR_debug): a test fails on any. */
int gpu_num_errors(const struct gpu *g);
/* Shader files in shader_dir changed since last time: compile again; on an error log it and keep the old program. True: redraw. */
bool gpu_reload(struct gpu *g);

#endif
