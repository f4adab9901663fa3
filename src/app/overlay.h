/* What a window lays over the picture: read-out of the cell under the pointer, help, information, the zoom box, short messages. Never
 * part of a saved picture. Render thread. */
#ifndef APP_OVERLAY_H
#define APP_OVERLAY_H

#include "base/trace.h"
#include "draw/font.h"

struct overlay {
    bool help, info;      /* shown */
    const char *readout;  /* one line, or NULL; not owned */
    bool readout_on_top;  /* the pointer is where the read-out would be */
    char *message;        /* one line, or NULL */
    const char *entry;    /* a line that is being typed, and what is wrong with it; NULL: none; not owned */
    const char *entry_error;
    bool mark;            /* a cell is outlined: its pixels, counted from the corner of the heatmap's area */
    struct rect mark_area, mark_px;
    bool box;             /* the zoom box is being drawn */
    struct rect box_px;
    char *info_text;      /* lines */
    float times_ms[TRACE_NUM_FRAMES]; /* of the last pictures, oldest first: a graph below the information */
    int num_times;
    float budget_ms;      /* what a picture may take: a line in the graph */
};

void overlay_fini(struct overlay *o);
/* Replace a text by another (taken over; NULL: none). True when that changes the picture. */
bool overlay_set_text(char **slot, char *text);
/* help_text: lines "keys\twhat". plot: where the heatmap is. */
void overlay_draw(const struct overlay *o, struct draw_list *l, struct font *f, double scale, struct rect plot, const char *help_text);

#endif
