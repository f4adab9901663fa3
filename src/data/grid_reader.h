/* A view of a grid made progressively: threads read what the footprints in sight need, roughly at first, then exactly, and keep
 * what is worth keeping. One owner calls; a pool of its own reads.
 *
 * A view begins with the best that is known, which takes a few milliseconds: what the view before it has exactly, else summaries, or
 * footprints of that view. Where nothing is known a line of cells is read for some 16; then, from the first line in sight to the last,
 * all cells. Beyond GRID_SUMMARY_RATIO cells per footprint both ways footprints are rounded outward to blocks of 8 x 8, whose summaries
 * are kept; so nothing vanishes, and no cell is read twice while there is memory. A view that moves on drops what it no longer wants at
 * once; one that stands has what comes next read ahead, if it moved without a change of zoom. */
#ifndef DATA_GRID_READER_H
#define DATA_GRID_READER_H

#include "data/grid.h"
#include "data/grid_fold.h"
#include "data/grid_histogram.h"
#include "data/reduce.h"

#define GRID_SUMMARY_RATIO 16
#define GRID_RETRY_NS 5000000000ll

struct grid_reader;

struct grid_reader_params {
    struct grid *grid;       /* a reference is taken */
    int num_threads;         /* 0: one per core, at least 2 */
    size_t memory_bytes;     /* for everything it keeps, about */
    bool gives_way;          /* its threads, to those that draw */
    void (*wake)(void *arg); /* there is something new to see, not too often; from any thread; may be NULL */
    void *wake_arg;
};

/* NULL: no memory, or no thread. */
struct grid_reader *grid_reader_create(const struct grid_reader_params *params);
void grid_reader_destroy(struct grid_reader *r);
struct grid *grid_reader_grid(struct grid_reader *r);

struct grid_want {
    struct reduce_axis rows, cols; /* footprints as displayed */
    bool flip_rows, flip_cols;     /* display runs against the grid */
    bool range;                    /* range and histogram of the whole grid are wanted, too */
};
/* From now on. The same again changes nothing. The pool (may be NULL) helps with what is known already. HS_ERR_MEMORY. */
enum hs_status grid_reader_show(struct grid_reader *r, const struct grid_want *want, struct pool *pool);

/* What couldn't be read is tried again with the next grid_reader_show, be it the same. While something in sight can't be read, `wake`
 * comes every GRID_RETRY_NS. */
void grid_reader_retry(struct grid_reader *r);

enum grid_line_state {
    GRID_LINE_BLANK, /* some of it isn't known at all */
    GRID_LINE_ROUGH, /* sampled, from another view, or made of coarser blocks */
    GRID_LINE_EXACT,
    GRID_LINE_STATE = 3,
    GRID_LINE_AT_END = 4, /* with the first two: it is exact from its begin on, so what isn't lies at its end (right, bottom) */
};

struct grid_progress {
    uint64_t version;     /* changes with anything below */
    bool is_sampled;      /* no line in sight is blank */
    bool is_exact;        /* all in sight is */
    bool range_is_exact;  /* and the histogram is there */
    struct grid_range range; /* of all that has been seen */
    double share;         /* exact, 0..1, of what is in sight, or, once that is exact, of what the range needs */
    double bytes_left;    /* of what is in sight, about: cells that aren't exact, whether or not there are summaries of them */
    double bytes_per_s, seconds_left; /* NAN: not known yet */
    int64_t bytes_read;   /* since it was made */
    bool lost;            /* some of what is in sight can't be read */
    int num_samples;      /* see grid_reader_samples */
};
void grid_reader_progress(struct grid_reader *r, struct grid_progress *out);

/* Finite cells met here and there so far, for statistics as long as there is no histogram, at most max; how many (also with out
 * NULL). Once there are 65536 they stay. */
int grid_reader_samples(struct grid_reader *r, double *out, int max);

/* All cells that could be read, once range_is_exact; NULL before. It lives as long as the reader. */
const struct grid_histogram *grid_reader_histogram(struct grid_reader *r);

enum grid_wait { GRID_WAIT_SAMPLED, GRID_WAIT_EXACT, GRID_WAIT_RANGE };
/* Until that is so (GRID_WAIT_RANGE: both the range and what is in sight), or until monotonic time until_ns; whether it is. */
bool grid_reader_wait(struct grid_reader *r, enum grid_wait what, int64_t until_ns);

/* What is known now: *known for reduce_run with the job of `want`; state: enum grid_line_state of each line of footprints, in
 * display order (rows, or columns of a grid by columns); lost: of each footprint, line by line, whether some of its cells can't be
 * read; *progress: of that very moment, so that its range holds all of these, and its samples; may be NULL. Holds the threads up until
 * grid_reader_unlock. */
void grid_reader_lock(struct grid_reader *r, struct reduce_known *known, const uint8_t **state, const uint8_t **lost, struct grid_progress *progress);
void grid_reader_unlock(struct grid_reader *r);

/* The same of another view, roughly, from what is known by now; nothing is read for it. Until grid_reader_unlock, which only HS_OK asks
 * for; else HS_ERR_MEMORY. */
enum hs_status grid_reader_peek(struct grid_reader *r, const struct grid_want *want, struct pool *pool, struct reduce_known *known,
                                const uint8_t **lost);

#endif
