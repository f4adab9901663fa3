/* A row for each leading axis of the panel in focus, in a strip below the panels: which index is on show, and a track to drag along. Never
 * part of a saved picture. Render thread. */
#ifndef APP_SLIDERS_H
#define APP_SLIDERS_H

#include "app/panel.h"
#include "draw/font.h"

struct sliders {
    struct panel *panel;  /* whose; NULL: none is shown */
    struct nd_index nd;   /* as drawn */
    struct rect box;      /* in the picture */
    int row_px, name_px;
    int chosen;           /* which of the leading axes keys step */
    int held;             /* the one that is dragged */
};

/* How high they are for this panel; scale: pixels per point. */
int sliders_height(const struct panel *p, double scale);
/* Follow the panel in this strip; p NULL: nothing is shown. True: it looks different now. */
bool sliders_update(struct sliders *s, struct panel *p, struct rect strip, double scale);
void sliders_draw(const struct sliders *s, struct draw_list *l, struct font *f, double scale);
bool sliders_contains(const struct sliders *s, double x, double y);
/* Take hold of the row at y, and move it to x. */
void sliders_press(struct sliders *s, double x, double y);
void sliders_drag(struct sliders *s, double x);
/* The next of the leading axes is the chosen one. */
void sliders_choose_next(struct sliders *s);
/* Step the chosen axis, or the one at y (NAN: the chosen one). False: there is none, or no index there. */
bool sliders_step(struct sliders *s, double y, int delta);

#endif
