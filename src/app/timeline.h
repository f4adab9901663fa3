/* The time line in a strip of its own below the panels, while they are paused: which of the kept frames the panel in focus shows, when it
 * was, where frames were dropped and where the colour range clipped. Dragging on it scrubs. Never part of a saved picture. Render
 * thread. */
#ifndef APP_TIMELINE_H
#define APP_TIMELINE_H

#include "app/panel.h"
#include "draw/font.h"

struct timeline {
    bool visible;
    struct panel *panel;         /* whose it is */
    bool named;                  /* there are several panels: it says whose */
    struct rect box, track;      /* in the picture */
    struct history_item *items;  /* the frames kept, in order */
    int num, cap;
    bool stale;                  /* more frames have come than items has */
    bool scanning;               /* there are frames whose range isn't known yet */
    int64_t read_ns;             /* when items was filled */
    uint64_t shown_id;
    int direction, speed_log2;   /* as drawn */
    double vmin, vmax;           /* the range frames are held against; NaN: each one's own */
};

void timeline_fini(struct timeline *t);
/* How high the strip is; scale: pixels per point. */
int timeline_height(double scale);
/* The panel is paused, and there are frames to go back to. */
bool timeline_is_wanted(struct panel *p);
/* Follow the panel, in this strip of the picture; p NULL: there is none. True: it looks different now. */
bool timeline_update(struct timeline *t, struct panel *p, bool named, struct pool *pool, struct rect strip, double scale);
/* When timeline_update should run again although nothing happens; INT64_MAX: never. */
int64_t timeline_next_ns(const struct timeline *t);
void timeline_draw(const struct timeline *t, struct draw_list *l, struct font *f, double scale);
/* Is this pixel of the picture on it? */
bool timeline_contains(const struct timeline *t, double x, double y);
/* Show the frame at this pixel column. */
void timeline_scrub(struct timeline *t, double x);

#endif
