/* The search of find.h in a grid, by a thread of its own, with what its reader has summarised; what it hasn't, the thread reads in the
 * meantime, from the end on. Blocks are always 8 x 8. "Row by row" is as cells lie: column by column in a grid by columns. One owner
 * calls. */
#ifndef DATA_GRID_FIND_H
#define DATA_GRID_FIND_H

#include "data/find.h"
#include "data/grid_reader.h"

struct grid_find;

struct grid_found {
    enum find_state state; /* FIND_FAILED: no memory, or what is needed can't be read */
    struct find_cell cell;
    double share;          /* of the grid was known: 1 is all */
};

/* The reader outlives it. wake (may be NULL): a search has come to its end; from any thread. NULL: no memory, or no thread. */
struct grid_find *grid_find_create(struct grid_reader *r, void (*wake)(void *arg), void *wake_arg);
void grid_find_destroy(struct grid_find *f); /* NULL is fine */
/* One that still runs is given up. HS_ERR_MEMORY. */
enum hs_status grid_find_start(struct grid_find *f, const struct find_want *want);
struct grid_found grid_find_poll(struct grid_find *f);

#endif
