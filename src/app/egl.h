/* An OpenGL context without a window. libEGL is opened at run time: the program starts, and draws with the CPU, where there is none. */
#ifndef APP_EGL_H
#define APP_EGL_H

#include <heatscope/status.h>
#include <stdbool.h>

struct egl;

/* Made current on this thread. quiet: HS_ERR_GL without a message. */
enum hs_status egl_create(struct egl **out, bool quiet);
/* NULL is fine. */
void egl_destroy(struct egl *e);
/* GL functions by name; valid while an egl exists. */
void *egl_get_proc(const char *name);

#endif
