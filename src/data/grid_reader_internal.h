/* What the files of the grid reader share: grid_reader.c (the owner's calls), grid_threads.c (which work is next, results), grid_job.c
 * (which cells), grid_best.c (what is known when a view begins), grid_ahead.c (what is read ahead), grid_work.c (reading and folding),
 * grid_count.c (statistics). */
#ifndef DATA_GRID_READER_INTERNAL_H
#define DATA_GRID_READER_INTERNAL_H

#include "data/grid_cache.h"
#include "data/grid_histogram.h"
#include "data/grid_reader.h"
#include <pthread.h>

enum {
    GRID_READ_BYTES = 4 << 20, /* read at once, by each thread, at most; */
    GRID_WINDOW_BYTES = 1 << 20, /* by cells: so that it stays in the cache, and the owner doesn't wait for the cores */
    GRID_GROUP = 32,           /* lines of footprints that a thread works on at once, at most */
    GRID_GROUP_CELLS = 64,     /* lines of cells for them, about; */
    GRID_GROUP_BLOCKS = 256,   /* by blocks, which may be read twice if there is no memory to keep them */
    GRID_COARSE = 16,          /* every so many lines are sampled first; and so many lines of cells stand for one that is sampled */
    GRID_MAX_THREADS = 16,
    GRID_NUM_HISTOGRAMS = GRID_MAX_THREADS + 1, /* the last is the search's */
    GRID_MAX_SAMPLES = 1 << 16,
    GRID_LINE_SAMPLES = 64,    /* of them from each line that is sampled */
};

/* A view, constant; referenced by the reader and by each thread that works for it. Spans are in the grid's own order of cells
 * along, and `mirrored` tells to turn them round; lines are in display order. */
struct grid_job {
    atomic_int refs;
    uint32_t serial;
    struct grid_want want;
    struct grid_spans lines, along;
    bool mirrored;
    bool by_blocks;           /* spans are rounded outward to blocks */
    int64_t first_along, end_along; /* cells that are needed */
    int64_t *memory;
};

/* Of a line of footprints, as displayed: which are exact (none: 0, 0), and from the first to the last of which nothing is known. */
struct grid_line {
    int exact_from, exact_to, blank_from, blank_to;
};

/* Planes of footprints, line by line in display order. */
struct grid_planes {
    void *min, *max, *mean;
    uint8_t *share, *lost, *state;
    struct grid_line *lines;
    void *memory;
    size_t capacity;
};

static inline bool grid_line_is(uint8_t state, enum grid_line_state s) { return (state & GRID_LINE_STATE) == s; }

static inline void grid_line_set_state(struct grid_planes *p, int i, int num)
{
    const struct grid_line *l = &p->lines[i];
    bool exact = l->exact_from == 0 && l->exact_to == num, at_end = l->exact_from == 0 && l->exact_to > 0;
    int known = l->blank_from < l->blank_to ? GRID_LINE_BLANK : GRID_LINE_ROUGH;
    p->state[i] = (uint8_t)(exact ? GRID_LINE_EXACT : at_end ? known | GRID_LINE_AT_END : known);
}

/* A view, and what is known of it. */
struct grid_sight {
    struct grid_job *job;
    struct grid_planes planes;
    int num_blank, num_exact; /* lines; blank ones are rough as soon as a thread has sampled them */
    int next_blank, next_group;
    bool second_part;         /* of second_num lines at next_group: what lies before what is exact has been given out; */
    int second_num, second_from; /* behind it, from second_from on, it hasn't */
};

/* What is read ahead, in the direction of motion; all in bytes. */
struct grid_ahead {
    struct grid_sight sight;   /* the view that comes next if motion goes on; job: NULL, there is none */
    bool tried;                /* for the view at hand */
    int lines, along;          /* the last move, in footprints; 0, 0: it was none */
    double allowance;          /* may still be read in vain */
    _Atomic int64_t read;
    int64_t judged, seen;      /* of `read`, and of all else that was read, when a view began last */
};

struct grid_best; /* memory of grid_best.c */

struct grid_reader {
    struct grid *grid;
    const struct grid_fold *fold;
    struct grid_cache *cache;
    int64_t num_strips, tiles_across;
    size_t memory_bytes;
    bool gives_way;
    void (*wake)(void *arg);
    void *wake_arg;
    pthread_t threads[GRID_MAX_THREADS];
    int num_threads;
    _Atomic uint32_t serial; /* of the job at hand: others are stopped */
    atomic_bool quit;
    _Atomic int64_t bytes_read;
    struct grid_histogram histograms[GRID_NUM_HISTOGRAMS]; /* each counted in by its thread, until all is counted */
    atomic_int num_histograms;
    _Atomic uint8_t *claimed;      /* of each tile: those of its lines that some thread counts, or gives up, in its bits */
    atomic_bool owner_works; /* under the lock, for some time: the cores are its own */

    pthread_mutex_t lock;
    pthread_cond_t work, progress;
    /* under the lock */
    struct grid_sight now;
    struct grid_planes spare;
    struct grid_ahead ahead;
    struct grid_best *best;
    bool retry;                    /* the next show isn't the same */
    bool any_lost;                 /* of the footprints in the planes, or of those that were there */
    int64_t next_strip, num_strips_seen;
    uint8_t *strip_seen;           /* the range of all its cells is in `range` */
    struct grid_range range;
    int64_t num_counted;           /* cells, those included that can't be read; of all when it is the grid's, and `range`, too, then */
    double *samples;               /* GRID_MAX_SAMPLES */
    int num_samples;
    uint64_t version;
    int64_t started_ns, started_bytes, woken_ns, rest_ns;
    int64_t rest_seen;             /* strips seen when the rest began */
};

/* Footprints to be worked on: lines first .. first + num - 1 of the job, from .. to - 1 of each as displayed. */
struct grid_part {
    const struct grid_job *job;
    int first, num, from, to;
    bool ahead;
    struct grid_spans along;        /* of these footprints, in the grid's order */
    int64_t first_along, end_along; /* cells of them */
};

/* A thread's own memory. */
struct grid_worker {
    struct grid_reader *reader;
    const struct grid_fold *fold;
    char *buffer;                  /* GRID_READ_BYTES */
    struct grid_columns columns;
    struct grid_tile tile;
    void *fixed;
    struct grid_sums strip, group[GRID_GROUP];
    void *min, *max, *mean;
    uint8_t *share, *lost;
    void *sums;                    /* their memory */
    int capacity;                  /* footprints */
    struct grid_range range;       /* of what was read since it was told last */
    struct grid_histogram *histogram; /* the reader's */
    int64_t num_counted;           /* in it since it was told last */
    double samples[GRID_LINE_SAMPLES];
    int num_samples;
};

/* grid_job.c. NULL: no memory. */
struct grid_job *grid_job_make(const struct grid *g, const struct grid_want *want, uint32_t serial);
void grid_job_unref(struct grid_job *j); /* NULL is fine */
int64_t grid_span_middle(const struct grid_spans *s, int i);
/* The span of an ordered list, either way, that holds the cell, or -1. */
int grid_span_find(const struct grid_spans *s, int64_t cell);
/* How many lines of footprints go together for one that is sampled: 1, 2, 4 .. GRID_COARSE. */
int grid_job_sample_step(const struct grid_job *j);
struct grid_part grid_job_part(const struct grid_job *j, int first, int num, int from, int to, bool ahead);
/* By how much b has moved against a, in footprints as displayed; false: they differ in more than that. */
bool grid_job_moved(const struct grid *g, const struct grid_job *a, const struct grid_job *b, int *lines, int *along);

/* grid_best.c. *to, but for its job and memory: the planes of a new job, from what is known: of the view at hand, of what was read ahead,
 * and, unless only what is exact matters, from summaries. False: no memory. Under the lock. */
bool grid_best_fill(struct grid_reader *r, struct grid_sight *to, const struct grid_job *j, struct pool *pool, bool exact_only);
void grid_best_destroy(struct grid_best *b); /* NULL is fine */

/* grid_ahead.c. All under the lock. */
/* The view moves on to `j`, whose planes are made already. */
void grid_ahead_judge(struct grid_reader *r, const struct grid_job *j);
/* There is something to be read ahead now, in r->ahead.sight. */
bool grid_ahead_begin(struct grid_reader *r);
bool grid_ahead_may_read(struct grid_reader *r);

/* grid_threads.c */
void grid_threads_start(struct grid_reader *r, int wanted);

/* grid_work.c */
bool grid_worker_init(struct grid_worker *w, struct grid_reader *r);
void grid_worker_fini(struct grid_worker *w);
/* Room for lines of so many footprints. */
bool grid_worker_reserve(struct grid_worker *w, int num);

/* False: the view has moved on. Results in w->group[0 ..], one for each line. */
bool grid_work_sample(struct grid_worker *w, const struct grid_part *p);
bool grid_work_lines(struct grid_worker *w, const struct grid_part *p);
/* All tiles of a strip that the part needs, or just to see them (sums: NULL). whole: they are all of the strip's. */
bool grid_work_strip(struct grid_worker *w, const struct grid_part *p, int64_t strip, struct grid_sums *sums, bool whole);

/* grid_count.c. False: no memory. */
bool grid_count_init(struct grid_reader *r);
void grid_count_fini(struct grid_reader *r);
bool grid_count_begin(struct grid_worker *w);
/* For a search, of which there is one at a time: of *w just reader, range, histogram and num_counted are used. */
bool grid_count_begin_search(struct grid_worker *w);
/* Which of these lines of a tile, as bits, of so many cells each, nobody has counted yet: from now on they count as such. */
unsigned grid_count_claim(struct grid_worker *w, int64_t strip, int64_t tile, unsigned lines, int num);
/* What was counted, and its range, for all to see; under the lock. True: with this, all cells are counted. */
bool grid_count_publish(struct grid_worker *w);

/* Under the lock. */
static inline bool grid_is_counted(const struct grid_reader *r)
{
    return r->num_counted == r->grid->rows * r->grid->cols;
}

/* Between reads; waits while the owner works. */
static inline bool grid_job_is_over(const struct grid_worker *w, const struct grid_job *j)
{
    if (atomic_load_explicit(&w->reader->owner_works, memory_order_relaxed)) {
        pthread_mutex_lock(&w->reader->lock);
        pthread_mutex_unlock(&w->reader->lock);
    }
    return atomic_load_explicit(&w->reader->serial, memory_order_relaxed) != j->serial ||
           atomic_load_explicit(&w->reader->quit, memory_order_relaxed);
}

#endif
