/* A display list to pixels without a window: by the CPU, or by GL through EGL. */
#ifndef APP_RENDER_H
#define APP_RENDER_H

#include "base/pool.h"
#include "draw/list.h"
#include "plot/options.h"

struct render;

/* auto draws with the CPU: for single pictures that starts sooner than any GL. gl: HS_ERR_GL with one line logged without EGL. */
enum hs_status render_create(const struct run *options, struct pool *pool, struct render **out);
void render_destroy(struct render *r);
const char *render_name(const struct render *r); /* "soft", or GL_RENDERER */
/* *rgba: list->width x height pixels, rows packed, valid until the next call. */
enum hs_status render_pixels(struct render *r, const struct draw_list *list, uint8_t **rgba);

#endif
