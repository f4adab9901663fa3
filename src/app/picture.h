/* The picture as a file: what -o, every frame of a sequence and the key s write. Render thread. */
#ifndef APP_PICTURE_H
#define APP_PICTURE_H

#include "app/app.h"
#include "app/render.h"

/* Build and draw; transparent if the look says so. */
enum hs_status picture_draw(struct app *a, struct render *r, uint8_t **rgba);
/* HS_ERR_CANCELLED, and a line that `path` isn't written: the picture built last waited for what is exact, but was interrupted. */
enum hs_status picture_is_whole(const struct app *a, const char *path);
/* The same as picture_draw into a PNG that says its dpi and has the options that made it. One line is logged when it fails. */
enum hs_status picture_write(struct app *a, struct render *r, const char *path);

#endif
