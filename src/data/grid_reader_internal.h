/* What the files of the grid reader share: grid_reader.c (views, threads), grid_job.c (which cells, what is known), grid_work.c
 * (reading and folding), grid_count.c (statistics). */
#ifndef DATA_GRID_READER_INTERNAL_H
#define DATA_GRID_READER_INTERNAL_H

#include "data/grid_cache.h"
#include "data/grid_histogram.h"
#include "data/grid_reader.h"
#include <pthread.h>

enum {
    GRID_READ_BYTES = 4 << 20, /* read at once, by each thread */
    GRID_GROUP = 8,            /* lines of footprints that a thread works on at once */
    GRID_COARSE = 16,          /* every so many lines are sampled first */
    GRID_MAX_THREADS = 16,
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

/* Planes of footprints, line by line in display order. */
struct grid_planes {
    void *min, *max, *mean;
    uint8_t *share, *lost, *state;
    void *memory;
    size_t capacity;
};

struct grid_reader {
    struct grid *grid;
    const struct grid_fold *fold;
    struct grid_cache *cache;
    int64_t num_strips, tiles_across;
    void (*wake)(void *arg);
    void *wake_arg;
    pthread_t threads[GRID_MAX_THREADS];
    int num_threads;
    _Atomic uint32_t serial; /* of the job at hand: others are stopped */
    atomic_bool quit;
    _Atomic int64_t bytes_read;
    struct grid_histogram histograms[GRID_MAX_THREADS]; /* each counted in by its thread, until all is counted */
    atomic_int num_histograms;
    _Atomic uint8_t *claimed;      /* of each tile: those of its lines that some thread counts, or gives up, in its bits */

    pthread_mutex_t lock;
    pthread_cond_t work, progress;
    /* under the lock */
    struct grid_job *job;
    struct grid_planes planes, spare;
    int num_blank, num_exact;      /* lines; blank ones are rough as soon as a thread has sampled them */
    int next_blank, next_group;
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
/* r->planes, num_blank and num_exact for the new job, from those of r->job. False: no memory, and nothing has changed. */
bool grid_job_inherit(struct grid_reader *r, const struct grid_job *j);

/* grid_work.c */
bool grid_worker_init(struct grid_worker *w, struct grid_reader *r);
void grid_worker_fini(struct grid_worker *w);
/* Room for lines of so many footprints. */
bool grid_worker_reserve(struct grid_worker *w, int num);

/* False: the view has moved on. Results in w->group[0 ..], one for each line. */
bool grid_work_sample(struct grid_worker *w, const struct grid_job *j, int line);
bool grid_work_lines(struct grid_worker *w, const struct grid_job *j, int first, int num);
/* All tiles of a strip that the job needs, or just to see them (sums: NULL). whole: they are all of the strip's. */
bool grid_work_strip(struct grid_worker *w, const struct grid_job *j, int64_t strip, struct grid_sums *sums, bool whole);

/* grid_count.c. False: no memory. */
bool grid_count_init(struct grid_reader *r);
void grid_count_fini(struct grid_reader *r);
bool grid_count_begin(struct grid_worker *w);
/* Which of these lines of a tile, as bits, of so many cells each, nobody has counted yet: from now on they count as such. */
unsigned grid_count_claim(struct grid_worker *w, int64_t strip, int64_t tile, unsigned lines, int num);

/* Under the lock. */
static inline bool grid_is_counted(const struct grid_reader *r)
{
    return r->num_counted == r->grid->rows * r->grid->cols;
}

static inline bool grid_job_is_over(const struct grid_worker *w, const struct grid_job *j)
{
    return atomic_load_explicit(&w->reader->serial, memory_order_relaxed) != j->serial ||
           atomic_load_explicit(&w->reader->quit, memory_order_relaxed);
}

#endif
