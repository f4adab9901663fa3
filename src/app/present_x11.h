/* A finished picture into an X11 window through shared memory: where OpenGL is software this costs a third of what a blit and a swap
 * cost. */
#ifndef APP_PRESENT_X11_H
#define APP_PRESENT_X11_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct present_x11;

/* display: a Display *, window: its Window. NULL: no shared memory (a remote server), or a visual that isn't BGRX; silent, as there is
 * another way. */
struct present_x11 *present_x11_create(void *display, unsigned long window);
void present_x11_destroy(struct present_x11 *p);
/* Pixels of width x height BGRX to draw into, rows stride bytes apart; valid until present_x11_show. NULL: no memory. */
uint8_t *present_x11_begin(struct present_x11 *p, int width, int height, ptrdiff_t *stride);
/* Put them on the window, and wait until the server has. */
void present_x11_show(struct present_x11 *p);

#endif
