/* Views of a grid, the threads that work for them, and what is known of the footprints in sight. A job is constant; a new one takes
 * the place of the one at hand under the lock, and threads notice by its serial number between reads. Results are written into the
 * planes under the lock, if the job is still the same, a group of lines at a time. Threads: the owner, and those of the reader. */
#include "data/grid_reader_internal.h"
#include "base/clock.h"
#include "base/memory.h"
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WAKE_NS 60000000ll /* pictures of what is still coming, at most so often */

static void changed(struct grid_reader *r)
{
    r->version++;
    pthread_cond_broadcast(&r->progress);
}

/* All of the grid is in sight and exact, so its range is known. */
static void see_whole(struct grid_reader *r)
{
    const struct grid_job *j = r->job;
    if (r->num_exact < j->lines.num || !j->lines.num || !j->along.num)
        return;
    int64_t a = j->lines.begin[0], b = j->lines.end[0], c = j->lines.begin[j->lines.num - 1], d = j->lines.end[j->lines.num - 1];
    bool all = (a < c ? a : c) == 0 && (b > d ? b : d) == grid_lines(r->grid) && j->first_along == 0 && j->end_along == grid_along(r->grid);
    if (!all)
        return;
    memset(r->strip_seen, 1, (size_t)r->num_strips);
    r->num_strips_seen = r->num_strips;
}

static bool same_axis(const struct reduce_axis *a, const struct reduce_axis *b)
{
    return a->ratio == b->ratio && a->phase == b->phase && a->first == b->first && a->num == b->num;
}

enum hs_status grid_reader_show(struct grid_reader *r, const struct grid_want *want)
{
    pthread_mutex_lock(&r->lock);
    const struct grid_want *had = r->job ? &r->job->want : NULL;
    bool same = had && same_axis(&had->rows, &want->rows) && same_axis(&had->cols, &want->cols) && had->flip_rows == want->flip_rows &&
                had->flip_cols == want->flip_cols;
    if (same && had->range == want->range) {
        pthread_mutex_unlock(&r->lock);
        return HS_OK;
    }
    struct grid_job *j = grid_job_make(r->grid, want, atomic_load(&r->serial) + 1);
    if (!j || !grid_job_inherit(r, j)) {
        pthread_mutex_unlock(&r->lock);
        grid_job_unref(j);
        return HS_ERR_MEMORY;
    }
    grid_job_unref(r->job);
    r->job = j;
    atomic_store(&r->serial, j->serial);
    r->next_blank = r->next_group = 0;
    r->next_strip = 0;
    r->started_ns = clock_now_ns();
    r->started_bytes = atomic_load(&r->bytes_read);
    r->rest_ns = 0;
    see_whole(r);
    changed(r);
    pthread_cond_broadcast(&r->work);
    pthread_mutex_unlock(&r->lock);
    return HS_OK;
}

/* --- the threads --- */

enum kind { WORK_NONE, WORK_SAMPLE, WORK_LINES, WORK_STRIP };

struct unit {
    enum kind kind;
    int64_t first;
    int num;
};

static bool is_cached(struct grid_reader *r, const struct grid_job *j, int i)
{
    int64_t row = grid_span_middle(&j->lines, i) / GRID_BLOCK * r->tiles_across;
    return j->by_blocks && grid_cache_has(r->cache, row + j->first_along / GRID_TILE) &&
           grid_cache_has(r->cache, row + (j->end_along - 1) / GRID_TILE);
}

/* The k-th line to be sampled: first every GRID_COARSE-th. */
static int blank_line(int k, int num)
{
    int coarse = (num + GRID_COARSE - 1) / GRID_COARSE, rest = k - coarse;
    return k < coarse ? k * GRID_COARSE : rest / (GRID_COARSE - 1) * GRID_COARSE + 1 + rest % (GRID_COARSE - 1);
}

/* Under the lock. */
static struct unit next_unit(struct grid_reader *r)
{
    struct grid_job *j = r->job;
    const uint8_t *state = r->planes.state;
    int num = j && j->along.num ? j->lines.num : 0;
    while (r->next_blank < (num + GRID_COARSE - 1) / GRID_COARSE * GRID_COARSE) {
        int i = blank_line(r->next_blank++, num);
        if (i < num && state[i] == GRID_LINE_BLANK && !is_cached(r, j, i))
            return (struct unit){WORK_SAMPLE, i, 1};
    }
    while (r->next_group < num && state[r->next_group] == GRID_LINE_EXACT)
        r->next_group++;
    if (r->next_group < num) {
        struct unit u = {WORK_LINES, r->next_group, 0};
        while (r->next_group < num && u.num < GRID_GROUP && state[r->next_group] != GRID_LINE_EXACT) {
            r->next_group++;
            u.num++;
        }
        return u;
    }
    while (j && j->want.range && r->next_strip < r->num_strips) {
        if (!r->rest_ns) {
            r->rest_ns = clock_now_ns();
            r->rest_seen = r->num_strips_seen;
        }
        int64_t strip = r->next_strip++;
        if (!r->strip_seen[strip])
            return (struct unit){WORK_STRIP, strip, 1};
    }
    return (struct unit){WORK_NONE, 0, 0};
}

static void mirror(void *x, int num, size_t size)
{
    char *p = x, t[8];
    for (int i = 0; i < num / 2; i++) {
        char *a = p + (size_t)i * size, *b = p + (size_t)(num - 1 - i) * size;
        memcpy(t, a, size);
        memcpy(a, b, size);
        memcpy(b, t, size);
    }
}

/* One line of results into the planes. Under the lock. */
static void publish_line(struct grid_reader *r, struct grid_worker *w, const struct grid_job *j, int i, const struct grid_sums *sums,
                         enum grid_line_state state)
{
    struct grid_planes *p = &r->planes;
    int num = j->along.num;
    size_t size = r->fold->size, at = (size_t)i * (size_t)num, n = (size_t)num;
    if (p->state[i] >= state && state == GRID_LINE_ROUGH)
        return;
    w->fold->finish(sums, num, w->min, w->max, w->mean, w->share);
    memcpy(w->lost, sums->lost, n);
    r->any_lost = r->any_lost || memchr(w->lost, 1, n);
    if (j->mirrored) {
        mirror(w->min, num, size);
        mirror(w->max, num, size);
        mirror(w->mean, num, size);
        mirror(w->share, num, 1);
        mirror(w->lost, num, 1);
    }
    memcpy((char *)p->min + at * size, w->min, n * size);
    memcpy((char *)p->max + at * size, w->max, n * size);
    memcpy((char *)p->mean + at * size, w->mean, n * size);
    memcpy(p->share + at, w->share, n);
    memcpy(p->lost + at, w->lost, n);
    r->num_blank -= p->state[i] == GRID_LINE_BLANK;
    r->num_exact += state == GRID_LINE_EXACT && p->state[i] != GRID_LINE_EXACT;
    p->state[i] = (uint8_t)state;
}

/* Until the lines behind a coarse one are sampled themselves, they look like it. */
static void spread_line(struct grid_reader *r, const struct grid_job *j, int i)
{
    struct grid_planes *p = &r->planes;
    size_t size = r->fold->size, n = (size_t)j->along.num, at = (size_t)i * n;
    for (int k = i + 1; i % GRID_COARSE == 0 && k < i + GRID_COARSE && k < j->lines.num; k++) {
        size_t to = (size_t)k * n;
        if (p->state[k] != GRID_LINE_BLANK)
            continue;
        memcpy((char *)p->min + to * size, (char *)p->min + at * size, n * size);
        memcpy((char *)p->max + to * size, (char *)p->max + at * size, n * size);
        memcpy((char *)p->mean + to * size, (char *)p->mean + at * size, n * size);
        memcpy(p->share + to, p->share + at, n);
    }
}

static void see_strip(struct grid_reader *r, int64_t strip)
{
    r->num_strips_seen += !r->strip_seen[strip];
    r->strip_seen[strip] = 1;
}

/* The strips that lines of footprints by blocks have looked through from end to end. */
static void see_strips(struct grid_reader *r, const struct grid_job *j, int first, int num)
{
    if (!j->by_blocks || j->first_along / GRID_TILE > 0 || (j->end_along + GRID_TILE - 1) / GRID_TILE < r->tiles_across)
        return;
    for (int i = first; i < first + num; i++)
        for (int64_t s = j->lines.begin[i] / GRID_BLOCK; s * GRID_BLOCK < j->lines.end[i]; s++)
            see_strip(r, s);
}

/* Under the lock. True: those who wait for pictures are to be told. */
static bool publish(struct grid_reader *r, struct grid_worker *w, const struct grid_job *j, struct unit u, bool done)
{
    grid_range_widen(&r->range, &w->range);
    w->range = GRID_NO_RANGE;
    for (int i = 0; i < w->num_samples && r->num_samples < GRID_MAX_SAMPLES; i++)
        r->samples[r->num_samples++] = w->samples[i];
    w->num_samples = 0;
    bool was_counted = grid_is_counted(r);
    r->num_counted += w->num_counted;
    w->num_counted = 0;
    bool counted = grid_is_counted(r) && !was_counted;
    if (!done || j != r->job) {
        if (counted)
            changed(r);
        return counted;
    }
    int first = (int)u.first;
    if (u.kind == WORK_SAMPLE) {
        publish_line(r, w, j, first, &w->group[0], GRID_LINE_ROUGH);
        spread_line(r, j, first);
    }
    for (int i = 0; u.kind == WORK_LINES && i < u.num; i++)
        publish_line(r, w, j, first + i, &w->group[i], GRID_LINE_EXACT);
    if (u.kind == WORK_LINES) {
        see_strips(r, j, first, u.num);
        see_whole(r);
    } else if (u.kind == WORK_STRIP)
        see_strip(r, u.first);
    changed(r);
    bool exact = r->num_exact == j->lines.num;
    bool milestone = (u.kind == WORK_LINES && exact) || counted || (u.kind == WORK_SAMPLE && !r->num_blank);
    int64_t now = clock_now_ns();
    if (!milestone && now - r->woken_ns < WAKE_NS)
        return false;
    r->woken_ns = now;
    return true;
}

static bool work(struct grid_worker *w, const struct grid_job *j, struct unit u)
{
    if (u.kind == WORK_SAMPLE)
        return grid_work_sample(w, j, (int)u.first);
    if (u.kind == WORK_LINES)
        return grid_work_lines(w, j, (int)u.first, u.num);
    return grid_work_strip(w, j, u.first, NULL, true);
}

static void *worker_main(void *arg)
{
    struct grid_reader *r = arg;
    struct grid_worker w;
    pthread_setname_np(pthread_self(), "grid");
    bool ok = grid_worker_init(&w, r);
    pthread_mutex_lock(&r->lock);
    while (ok && !atomic_load(&r->quit)) {
        struct unit u = next_unit(r);
        if (u.kind == WORK_NONE) {
            pthread_cond_wait(&r->work, &r->lock);
            continue;
        }
        struct grid_job *j = r->job;
        atomic_fetch_add(&j->refs, 1);
        pthread_mutex_unlock(&r->lock);
        ok = grid_worker_reserve(&w, j->along.num);
        bool done = ok && work(&w, j, u);
        pthread_mutex_lock(&r->lock);
        bool tell = publish(r, &w, j, u, done);
        if (tell && r->wake) {
            pthread_mutex_unlock(&r->lock);
            r->wake(r->wake_arg);
            pthread_mutex_lock(&r->lock);
        }
        grid_job_unref(j);
    }
    pthread_mutex_unlock(&r->lock);
    grid_worker_fini(&w);
    return NULL;
}

static void start_threads(struct grid_reader *r, int wanted)
{
    sigset_t all, old; /* signals are the main thread's */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    while (r->num_threads < wanted && pthread_create(&r->threads[r->num_threads], NULL, worker_main, r) == 0)
        r->num_threads++;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
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
    r->wake = p->wake;
    r->wake_arg = p->wake_arg;
    r->range = GRID_NO_RANGE;
    r->num_strips = (grid_lines(r->grid) + GRID_BLOCK - 1) / GRID_BLOCK;
    r->tiles_across = (grid_along(r->grid) + GRID_TILE - 1) / GRID_TILE;
    pthread_mutex_init(&r->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&r->work, NULL);
    pthread_cond_init(&r->progress, &attr);
    pthread_condattr_destroy(&attr);
    r->strip_seen = mem_zeroed((size_t)r->num_strips, 1);
    r->cache = grid_cache_create(r->grid, most > fixed ? most - fixed : 0);
    r->samples = mem_zeroed(GRID_MAX_SAMPLES, sizeof *r->samples);
    if (r->strip_seen && r->cache && r->samples && grid_count_init(r))
        start_threads(r, threads);
    if (!r->num_threads) {
        grid_reader_destroy(r);
        return NULL;
    }
    return r;
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
    grid_job_unref(r->job);
    free(r->planes.memory);
    free(r->spare.memory);
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

void grid_reader_progress(struct grid_reader *r, struct grid_progress *out)
{
    pthread_mutex_lock(&r->lock);
    int lines = r->job ? r->job->lines.num : 0;
    int64_t now = clock_now_ns(), bytes = atomic_load(&r->bytes_read);
    *out = (struct grid_progress){
        .version = r->version,
        .is_sampled = r->job && r->num_blank == 0,
        .is_exact = r->job && r->num_exact == lines,
        .range_is_exact = grid_is_counted(r),
        .range = r->range,
        .bytes_per_s = NAN,
        .seconds_left = NAN,
        .bytes_read = bytes,
        .lost = r->any_lost,
    };
    int64_t since = out->is_exact && r->rest_ns ? r->rest_ns : r->started_ns;
    double seconds = (double)(now - since) / 1e9, made;
    if (out->is_exact) {
        out->share = (double)r->num_strips_seen / (double)r->num_strips;
        made = (double)(r->num_strips_seen - r->rest_seen) / (double)r->num_strips;
    } else
        made = out->share = lines ? (double)r->num_exact / lines : 0;
    if (seconds > 0.1 && r->started_ns)
        out->bytes_per_s = (double)(bytes - r->started_bytes) / ((double)(now - r->started_ns) / 1e9);
    if (seconds > 0.1 && made > 0.01)
        out->seconds_left = seconds * (1 - out->share) / made;
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
    if (!r->job)
        return false;
    bool exact = r->num_exact == r->job->lines.num;
    return what == GRID_WAIT_SAMPLED ? r->num_blank == 0 : exact && (what == GRID_WAIT_EXACT || grid_is_counted(r));
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

void grid_reader_lock(struct grid_reader *r, struct reduce_known *known, const uint8_t **state, const uint8_t **lost)
{
    pthread_mutex_lock(&r->lock);
    const struct grid_planes *p = &r->planes;
    const struct grid_job *j = r->job;
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
    pthread_mutex_unlock(&r->lock);
}
