/* Views of a grid, for their owner. A job is constant; a new one takes the place of the one at hand under the lock, and threads notice by
 * its serial number between reads. What is known of it is made at once, in planes that then change places with those at hand. Thread:
 * the owner's. */
#include "data/grid_reader_internal.h"
#include "base/clock.h"
#include "base/memory.h"
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool same_axis(const struct reduce_axis *a, const struct reduce_axis *b)
{
    return a->ratio == b->ratio && a->phase == b->phase && a->first == b->first && a->num == b->num;
}

/* The lock, for more than a moment. */
static void own(struct grid_reader *r)
{
    atomic_store(&r->owner_works, true);
    pthread_mutex_lock(&r->lock);
}

static void disown(struct grid_reader *r)
{
    atomic_store(&r->owner_works, false);
    pthread_mutex_unlock(&r->lock);
}

enum hs_status grid_reader_show(struct grid_reader *r, const struct grid_want *want, struct pool *pool)
{
    own(r);
    const struct grid_want *had = r->now.job ? &r->now.job->want : NULL;
    bool same = had && same_axis(&had->rows, &want->rows) && same_axis(&had->cols, &want->cols) && had->flip_rows == want->flip_rows &&
                had->flip_cols == want->flip_cols;
    if (same && had->range == want->range && !r->retry) {
        disown(r);
        return HS_OK;
    }
    atomic_fetch_add(&r->serial, 1); /* those who read for the old view stop now, not when the new one stands */
    struct grid_sight next = {.job = grid_job_make(r->grid, want, atomic_load(&r->serial)), .planes = r->spare};
    bool made = next.job && grid_best_fill(r, &next, next.job, pool, false);
    r->spare = next.planes;
    if (!made) {
        disown(r);
        grid_job_unref(next.job);
        return HS_ERR_MEMORY;
    }
    r->retry = false;
    grid_ahead_judge(r, next.job);
    r->spare = r->now.planes;
    grid_job_unref(r->now.job);
    r->now = next;
    size_t num = (size_t)next.job->lines.num * (size_t)next.job->along.num;
    r->any_lost = num && memchr(next.planes.lost, 1, num);
    r->next_strip = 0;
    r->started_ns = clock_now_ns();
    r->started_bytes = atomic_load(&r->bytes_read);
    r->rest_ns = 0;
    r->version++;
    pthread_cond_broadcast(&r->progress);
    pthread_cond_broadcast(&r->work);
    disown(r);
    return HS_OK;
}

/* Twice the cores: some wait for the disk while others fold. */
static int default_threads(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? 2 * CPU_COUNT(&set) : 4;
    return n < 4 ? 4 : n > GRID_MAX_THREADS ? GRID_MAX_THREADS : n;
}

struct grid_reader *grid_reader_create(const struct grid_reader_params *p)
{
    struct grid_reader *r = mem_zeroed(1, sizeof *r);
    if (!r)
        return NULL;
    int threads = p->num_threads > 0 && p->num_threads <= GRID_MAX_THREADS ? p->num_threads : default_threads();
    size_t fixed = (size_t)threads * (GRID_READ_BYTES + GRID_READ_BYTES / 2), most = p->memory_bytes / 4 * 3;
    r->grid = grid_ref(p->grid);
    r->fold = grid_fold_of(p->grid->dtype);
    r->memory_bytes = p->memory_bytes;
    r->gives_way = p->gives_way;
    r->wake = p->wake;
    r->wake_arg = p->wake_arg;
    r->range = GRID_NO_RANGE;
    r->num_strips = (grid_lines(r->grid) + GRID_BLOCK - 1) / GRID_BLOCK;
    r->tiles_across = (grid_along(r->grid) + GRID_TILE - 1) / GRID_TILE;
    pthread_mutex_init(&r->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&r->work, &attr);
    pthread_cond_init(&r->progress, &attr);
    pthread_condattr_destroy(&attr);
    r->strip_seen = mem_zeroed((size_t)r->num_strips, 1);
    r->cache = grid_cache_create(r->grid, most > fixed ? most - fixed : 0);
    r->samples = mem_zeroed(GRID_MAX_SAMPLES, sizeof *r->samples);
    if (r->strip_seen && r->cache && r->samples && grid_count_init(r))
        grid_threads_start(r, threads);
    if (!r->num_threads) {
        grid_reader_destroy(r);
        return NULL;
    }
    return r;
}

void grid_reader_retry(struct grid_reader *r)
{
    pthread_mutex_lock(&r->lock);
    r->retry = true;
    pthread_mutex_unlock(&r->lock);
}

void grid_reader_destroy(struct grid_reader *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    atomic_store(&r->quit, true);
    grid_give_up(r->grid); /* its threads may be in a read that never returns */
    pthread_cond_broadcast(&r->work);
    pthread_mutex_unlock(&r->lock);
    for (int i = 0; i < r->num_threads; i++)
        pthread_join(r->threads[i], NULL);
    grid_job_unref(r->now.job);
    grid_job_unref(r->ahead.sight.job);
    free(r->now.planes.memory);
    free(r->ahead.sight.planes.memory);
    free(r->spare.memory);
    grid_best_destroy(r->best);
    free(r->strip_seen);
    free(r->samples);
    grid_count_fini(r);
    grid_cache_destroy(r->cache);
    pthread_cond_destroy(&r->work);
    pthread_cond_destroy(&r->progress);
    pthread_mutex_destroy(&r->lock);
    grid_unref(r->grid);
    free(r);
}

struct grid *grid_reader_grid(struct grid_reader *r)
{
    return r->grid;
}

/* --- what is known --- */

static double bytes_left(const struct grid_reader *r)
{
    const struct grid_job *j = r->now.job;
    double num = 0;
    for (int i = 0; j && r->now.num_exact < j->lines.num && i < j->lines.num; i++)
        num += j->along.num - (r->now.planes.lines[i].exact_to - r->now.planes.lines[i].exact_from);
    return j ? num * fmax(1, j->want.rows.ratio) * fmax(1, j->want.cols.ratio) * (double)dtype_size(r->grid->dtype) : 0;
}

/* Under the lock. */
static void note_progress(const struct grid_reader *r, struct grid_progress *out)
{
    int lines = r->now.job ? r->now.job->lines.num : 0;
    int64_t now = clock_now_ns(), bytes = atomic_load(&r->bytes_read);
    *out = (struct grid_progress){
        .version = r->version,
        .is_sampled = r->now.job && r->now.num_blank == 0,
        .is_exact = r->now.job && r->now.num_exact == lines,
        .range_is_exact = grid_is_counted(r),
        .range = r->range,
        .bytes_left = bytes_left(r),
        .bytes_per_s = NAN,
        .seconds_left = NAN,
        .bytes_read = bytes,
        .lost = r->any_lost,
        .num_samples = r->num_samples,
    };
    int64_t since = out->is_exact && r->rest_ns ? r->rest_ns : r->started_ns;
    double seconds = (double)(now - since) / 1e9, made;
    if (out->is_exact) {
        out->share = (double)r->num_strips_seen / (double)r->num_strips;
        made = (double)(r->num_strips_seen - r->rest_seen) / (double)r->num_strips;
    } else
        made = out->share = lines ? (double)r->now.num_exact / lines : 0;
    if (seconds > 0.1 && r->started_ns)
        out->bytes_per_s = (double)(bytes - r->started_bytes) / ((double)(now - r->started_ns) / 1e9);
    if (seconds > 0.1 && made > 0.01)
        out->seconds_left = seconds * (1 - out->share) / made;
}

void grid_reader_progress(struct grid_reader *r, struct grid_progress *out)
{
    pthread_mutex_lock(&r->lock);
    note_progress(r, out);
    pthread_mutex_unlock(&r->lock);
}

int grid_reader_samples(struct grid_reader *r, double *out, int max)
{
    pthread_mutex_lock(&r->lock);
    int num = r->num_samples < max ? r->num_samples : max;
    if (out)
        memcpy(out, r->samples, (size_t)num * sizeof *out);
    pthread_mutex_unlock(&r->lock);
    return num;
}

static bool is_reached(const struct grid_reader *r, enum grid_wait what)
{
    if (!r->now.job)
        return false;
    bool exact = r->now.num_exact == r->now.job->lines.num;
    return what == GRID_WAIT_SAMPLED ? r->now.num_blank == 0 : exact && (what == GRID_WAIT_EXACT || grid_is_counted(r));
}

bool grid_reader_wait(struct grid_reader *r, enum grid_wait what, int64_t until_ns)
{
    pthread_mutex_lock(&r->lock);
    bool reached, late = false;
    while (!(reached = is_reached(r, what)) && !late) {
        struct timespec t = {until_ns / 1000000000, until_ns % 1000000000};
        late = pthread_cond_timedwait(&r->progress, &r->lock, &t) != 0;
    }
    pthread_mutex_unlock(&r->lock);
    return reached;
}

void grid_reader_lock(struct grid_reader *r, struct reduce_known *known, const uint8_t **state, const uint8_t **lost, struct grid_progress *progress)
{
    own(r);
    if (progress)
        note_progress(r, progress);
    const struct grid_planes *p = &r->now.planes;
    const struct grid_job *j = r->now.job;
    *known = (struct reduce_known){p->min, p->max, p->mean, p->share, 0};
    if (j && j->by_blocks) {
        double narrower = fmin(j->want.rows.ratio, j->want.cols.ratio);
        known->tolerance = GRID_BLOCK / (ceil(narrower / GRID_BLOCK) * GRID_BLOCK) * 1.01;
    }
    *state = p->state;
    *lost = p->lost;
}

void grid_reader_unlock(struct grid_reader *r)
{
    disown(r);
}

enum hs_status grid_reader_peek(struct grid_reader *r, const struct grid_want *want, struct pool *pool, struct reduce_known *known,
                                const uint8_t **lost)
{
    own(r);
    struct grid_sight sight = {.job = grid_job_make(r->grid, want, atomic_load(&r->serial)), .planes = r->spare};
    bool made = sight.job && grid_best_fill(r, &sight, sight.job, pool, false);
    const struct grid_planes *p = &sight.planes;
    r->spare = sight.planes; /* whose content lasts until the next view */
    grid_job_unref(sight.job);
    *known = (struct reduce_known){p->min, p->max, p->mean, p->share, 1};
    *lost = p->lost;
    if (!made)
        disown(r);
    return made ? HS_OK : HS_ERR_MEMORY;
}
