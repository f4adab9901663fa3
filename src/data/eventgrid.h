/* The grid that events are added up in, and that forgets them with a half-life. Knows no lock: canvas.c has one. */
#ifndef DATA_EVENTGRID_H
#define DATA_EVENTGRID_H

#include <heatscope/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVENTGRID_MAX_GROWN ((int64_t)1 << 24) /* cells of a grid whose shape nobody gave */

/* Some events; arrays of num. */
struct event_batch {
    int num;
    const double *x, *y;  /* column, row: the cell is their floor */
    const double *w;      /* NULL: 1 each */
    const int64_t *t_ns;  /* the producer's time; NULL: as they come */
    double half_life_s;   /* from these events on; INFINITY: nothing is forgotten; 0: as it was */
};

struct eventgrid {
    size_t max_bytes;
    double *cells;        /* weights times 2^((time of the event - ref_ns) / half-life) */
    int64_t rows, cols;   /* the grid; 0: nothing has come */
    int64_t cap_rows, cap_cols;
    bool fixed;           /* its shape was given */
    double half_life_ns;  /* infinite: nothing is forgotten */
    bool timed;           /* by the producer's time, else by the clock */
    int64_t ref_ns, newest_ns;
};

void eventgrid_init(struct eventgrid *g, size_t max_bytes);
void eventgrid_fini(struct eventgrid *g);
/* Cells within both shapes stay. 0, 0: grows with its events. HS_ERR_LIMIT, HS_ERR_MEMORY: as it was. */
enum hs_status eventgrid_set_shape(struct eventgrid *g, int64_t rows, int64_t cols);
void eventgrid_set_half_life(struct eventgrid *g, double half_life_ns, int64_t now_ns);
/* Returns how many lay outside, or weren't numbers. now_ns: the clock. */
int64_t eventgrid_add(struct eventgrid *g, const struct event_batch *e, int64_t now_ns);
/* The weights as of now, rows * cols in C order. */
void eventgrid_copy(const struct eventgrid *g, int64_t now_ns, float *out);
/* Something is left that will fade. */
bool eventgrid_is_fading(const struct eventgrid *g, int64_t now_ns);
size_t eventgrid_bytes(const struct eventgrid *g);

/* Smooth rows x cols cells in place by a Gaussian of `sigma` cells, cut at 4 sigma; beyond the edges there is nothing. tmp has as many
 * cells. False: no memory. */
bool eventgrid_smooth(float *cells, float *tmp, int64_t rows, int64_t cols, double sigma);

#endif
