/* A finished picture into an X11 window through shared memory: where OpenGL is software this costs a third of what a blit and a swap
 * cost. */
#ifndef APP_PRESENT_X11_H
#define APP_PRESENT_X11_H

#include "draw/damage.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct present_x11;

/* display: a Display *, window: its Window. NULL: no shared memory (a remote server), or a visual that isn't BGRX; silent, as there is
 * another way. */
struct present_x11 *present_x11_create(void *display, unsigned long window);
void present_x11_destroy(struct present_x11 *p);
/* Pixels of width x height BGRX to draw into, rows stride bytes apart; valid until present_x11_show. *kept: they still hold the picture
 * shown last. NULL: no memory. Waits until the server has read that picture. */
uint8_t *present_x11_begin(struct present_x11 *p, int width, int height, ptrdiff_t *stride, bool *kept);
/* Put the damaged parts on the window. */
void present_x11_show(struct present_x11 *p, const struct draw_damage *damage);

#endif
