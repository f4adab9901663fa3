/* The CPU executor of a display list: no GL, no threads of its own. The oracle of the tests, and the renderer without a GPU. */
#ifndef SOFT_SOFT_H
#define SOFT_SOFT_H

#include "base/pool.h"
#include "draw/damage.h"
#include "draw/list.h"

/* Draw the list into rgba (list->height rows of list->width RGBA8 pixels, stride_bytes apart; rgba is the top row, and with a negative
 * stride the rows lie bottom first, as OpenGL counts). Every pixel is written.
 * pool may be NULL. Allocates nothing. */
void soft_draw(const struct draw_list *list, struct pool *pool, uint8_t *rgba, ptrdiff_t stride_bytes);
/* The same with red and blue exchanged, as X servers have their pixels in memory, and of the picture only what is damaged; the rest is
 * taken to be there already. damage NULL: all of it. */
void soft_draw_bgra(const struct draw_list *list, const struct draw_damage *damage, struct pool *pool, uint8_t *bgra,
                    ptrdiff_t stride_bytes);

#endif
