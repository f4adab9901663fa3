/* All panels of a run: opening them, their places in the picture, and what is done to each in turn. Render thread. */
#ifndef APP_PANELS_H
#define APP_PANELS_H

#include "app/app.h"

/* One panel a SOURCE and a --listen address; none given: standard input when data comes from there, else the demo. */
enum hs_status panels_open(struct app *a, bool window);
/* Are there such sources? Before a window is opened: a missing file is worth more words than a missing display. */
enum hs_status panels_check(const struct options *o);
void panels_close(struct app *a);
/* Divide a picture of this size among them. */
void panels_resize(struct app *a, int width, int height, double ui_scale);
/* From now on leave so much free at the picture's bottom. */
void panels_reserve(struct app *a, int bottom_px);
/* Latch in each; true: there is a new picture to make. */
bool panels_latch(struct app *a);
bool panels_pending(struct app *a);
int64_t panels_due_ns(struct app *a);
bool panels_ended(struct app *a);
/* Every source comes to an end by itself. */
bool panels_are_finite(struct app *a);
bool panels_have_frame(struct app *a);
bool panels_are_dirty(struct app *a);
/* Record all into app->list. */
enum hs_status panels_build(struct app *a);
/* The picture built last was presented or rendered. */
void panels_shown(struct app *a);
uint64_t panels_num_shown(const struct app *a);
void panels_update_status(struct app *a);
/* Make the panel at these pixels the one that keys and mouse act on; its area. */
struct rect panels_focus_at(struct app *a, double x, double y);
struct rect panels_focus_area(const struct app *a);
/* Where a panel is in the picture; false: it is none of them. */
bool panels_area(const struct app *a, const struct panel *p, struct rect *out);
/* --link: the others show the part of their matrices that the one in focus shows of its own. */
void panels_follow_focus(struct app *a);

#endif
