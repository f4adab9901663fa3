/* Going to cells: one that is typed, the extremes in order of value, the next cell that is no number. The cell gone to is outlined for a
 * while. It acts on the panel that was in focus when it began. Render thread. */
#ifndef APP_FINDER_H
#define APP_FINDER_H

#include "app/panel.h"

struct ui;

struct finder {
    struct panel *panel;     /* of the walk */
    enum find_kind kind;     /* of the walk */
    struct find_cell *seen;  /* extremes of the walk, in the order they were gone to */
    int num_seen, cap_seen;
    int at;                  /* the one on show, 1 is the first; 0: the walk has not begun */
    bool busy;               /* a search runs; */
    int num_more;            /* so many steps are to follow it */
    bool seeks_bad;          /* it is for a cell that is no number */
    /* the outline */
    struct panel *marked;    /* NULL: none */
    struct find_cell mark;
    int64_t mark_until_ns;
};

void finder_fini(struct finder *f);
/* The next extreme of the walk, or the one before (-1). kind: not FIND_BAD; another one begins a new walk. */
void finder_step(struct ui *ui, enum find_kind kind, int delta);
/* The next cell that is no finite number. */
void finder_next_bad(struct ui *ui);
/* What was typed. False: *message says why not. */
bool finder_go(struct ui *ui, const char *text, char *message, size_t size);
/* A walk begins anew. */
void finder_reset(struct finder *f);
/* Before a picture is made: has a search come to its end, is the outline to go? */
void finder_update(struct ui *ui);
int64_t finder_next_ns(const struct finder *f);

#endif
