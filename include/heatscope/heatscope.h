/* heatscope as a library: make a view, push matrices, set options by name, render to pixels or into your own OpenGL context.
 *
 * All calls on one view come from one thread at a time; different views are independent. Errors are logged as one line on stderr and
 * returned. Link with -lheatscope. */
#ifndef HEATSCOPE_HEATSCOPE_H
#define HEATSCOPE_HEATSCOPE_H

#include <heatscope/status.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hs_view hs_view;

/* A matrix of yours, in the machine's byte order. */
struct hs_matrix {
    const void *data;    /* element (0, 0) */
    const char *dtype;   /* NumPy's name: "f4", "float32", "u1", "i8", "b1" ... */
    int64_t rows, cols;  /* at least 1 */
    int64_t row_stride, col_stride; /* bytes; both 0: C order */
};

/* A view of 1280x720 pixels with default options. HS_ERR_MEMORY. */
enum hs_status hs_view_create(hs_view **out);
/* NULL is fine. With a GL context used by hs_view_render_gl: that context must be current. */
void hs_view_destroy(hs_view *view);

/* Any option that a stream may set (heatscope --list-options), by its long name; value as on the command line, NULL for a flag:
 * hs_view_set(v, "cmap", "magma"). HS_ERR_USAGE: unknown, or a bad value; the option keeps its old one. */
enum hs_status hs_view_set(hs_view *view, const char *name, const char *value);
/* Picture size in pixels, at least 1x1. HS_ERR_USAGE. */
enum hs_status hs_view_resize(hs_view *view, int width, int height);
/* Show this matrix from now on. It is copied. HS_ERR_USAGE: bad shape or dtype; HS_ERR_MEMORY. */
enum hs_status hs_view_push(hs_view *view, const struct hs_matrix *matrix);

/* Draw with the CPU into height rows of width RGBA8 pixels (sRGB), top row first, stride bytes apart.
 * Alpha is 255, but with the option "transparent" that of the picture, not premultiplied. */
enum hs_status hs_view_render_pixels(hs_view *view, uint8_t *rgba, size_t stride);
/* Draw with OpenGL 3.3 into framebuffer 0 of the current context, whose size must be the view's. get_proc loads GL functions
 * (glfwGetProcAddress, SDL_GL_GetProcAddress ...). Changes GL state: program, textures 0-4, vertex array, viewport, blending.
 * HS_ERR_GL. */
enum hs_status hs_view_render_gl(hs_view *view, void *(*get_proc)(const char *name));

#ifdef __cplusplus
}
#endif

#endif
