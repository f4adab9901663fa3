/* The threads of a reader: which work is next, and what becomes of its results. These are written into the planes under the lock, if the
 * job is still the same, a group of lines at a time. First a line of cells for some 16 of which nothing is known, then everything in
 * sight, then what is read ahead, then the rest if its range is wanted. */
#include "data/grid_reader_internal.h"
#include "base/clock.h"
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NICE = 5 };

#define WAKE_NS 60000000ll /* pictures of what is still coming, at most so often */

static void changed(struct grid_reader *r)
{
    r->version++;
    pthread_cond_broadcast(&r->progress);
}

enum kind { WORK_NONE, WORK_SAMPLE, WORK_LINES, WORK_STRIP };

struct unit {
    enum kind kind;
    int64_t strip;
    struct grid_part part;
};

/* The k-th line to be sampled: first every GRID_COARSE-th. */
static int blank_line(int k, int num)
{
    int coarse = (num + GRID_COARSE - 1) / GRID_COARSE, rest = k - coarse;
    return k < coarse ? k * GRID_COARSE : rest / (GRID_COARSE - 1) * GRID_COARSE + 1 + rest % (GRID_COARSE - 1);
}

static bool next_sample(struct grid_sight *s, struct unit *u)
{
    int num = s->job->lines.num, step = grid_job_sample_step(s->job);
    while (s->num_blank && s->next_blank < (num + GRID_COARSE - 1) / GRID_COARSE * GRID_COARSE) {
        int i = blank_line(s->next_blank++, num);
        if (i >= num || i % step || !grid_line_is(s->planes.state[i], GRID_LINE_BLANK))
            continue;
        const struct grid_line *l = &s->planes.lines[i];
        *u = (struct unit){WORK_SAMPLE, .part = grid_job_part(s->job, i, 1, l->blank_from, l->blank_to, false)};
        return true;
    }
    return false;
}

/* Lines that go together: as many as there is hardly more to read for than for each alone. */
static int group_size(const struct grid_job *j)
{
    int64_t cells = j->lines.end[0] - j->lines.begin[0], most = j->by_blocks ? GRID_GROUP_BLOCKS : GRID_GROUP_CELLS;
    int64_t num = (most + cells - 1) / cells;
    return num < 1 ? 1 : num > GRID_GROUP ? GRID_GROUP : (int)num;
}

/* The next lines that aren't exact, before or behind what is exact of them. */
static bool next_lines(struct grid_sight *s, bool ahead, struct unit *u)
{
    const struct grid_planes *p = &s->planes;
    int num = s->job->lines.num, along = s->job->along.num, most = num ? group_size(s->job) : 0;
    while (s->next_group < num && grid_line_is(p->state[s->next_group], GRID_LINE_EXACT)) {
        s->next_group++;
        s->second_part = false;
    }
    if (s->next_group >= num)
        return false;
    const struct grid_line *l = &p->lines[s->next_group];
    int lines = 1, first = s->next_group, from = s->second_from, to = along;
    if (!s->second_part) {
        while (lines < most && first + lines < num && l[lines].exact_from == l->exact_from && l[lines].exact_to == l->exact_to)
            lines++;
        s->second_num = lines;
        s->second_from = l->exact_to;
        from = 0;
        to = l->exact_from;
        if (l->exact_from == 0) /* nothing lies before */
            from = l->exact_to, to = along;
        s->second_part = l->exact_from > 0 && l->exact_to < along;
    } else {
        lines = s->second_num;
        s->second_part = false;
    }
    if (!s->second_part)
        s->next_group = first + lines;
    *u = (struct unit){WORK_LINES, .part = grid_job_part(s->job, first, lines, from, to, ahead)};
    return true;
}

/* Under the lock. */
static struct unit next_unit(struct grid_reader *r)
{
    struct unit u = {WORK_NONE, 0};
    struct grid_job *j = r->now.job;
    if (!j || (j->along.num && (next_sample(&r->now, &u) || next_lines(&r->now, false, &u))))
        return u;
    bool exact = r->now.num_exact == j->lines.num;
    if (exact && grid_ahead_begin(r) && grid_ahead_may_read(r) && next_lines(&r->ahead.sight, true, &u))
        return u;
    while (j->want.range && r->next_strip < r->num_strips && !grid_is_counted(r)) {
        if (!r->rest_ns) {
            r->rest_ns = clock_now_ns();
            r->rest_seen = r->num_strips_seen;
        }
        int64_t strip = r->next_strip++;
        if (!r->strip_seen[strip])
            return (struct unit){WORK_STRIP, strip, grid_job_part(j, 0, 0, 0, 0, false)};
    }
    return u;
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

/* Footprints lo .. hi - 1 of a line, of those in the worker's memory, which begin with `from`. */
static void put_footprints(struct grid_reader *r, struct grid_sight *s, const struct grid_worker *w, int i, int from, int lo, int hi)
{
    struct grid_planes *p = &s->planes;
    if (lo >= hi)
        return;
    size_t size = r->fold->size, at = (size_t)i * (size_t)s->job->along.num + (size_t)lo, n = (size_t)(hi - lo), skip = (size_t)(lo - from);
    memcpy((char *)p->min + at * size, (char *)w->min + skip * size, n * size);
    memcpy((char *)p->max + at * size, (char *)w->max + skip * size, n * size);
    memcpy((char *)p->mean + at * size, (char *)w->mean + skip * size, n * size);
    memcpy(p->share + at, w->share + skip, n);
    memcpy(p->lost + at, w->lost + skip, n);
}

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b) { return a > b ? a : b; }

/* Something of a line is known now that was blank or rough. */
static void note_line(struct grid_sight *s, int i, struct grid_line now, int from, int to)
{
    struct grid_line *l = &s->planes.lines[i];
    uint8_t was = s->planes.state[i];
    *l = now;
    if (from <= l->blank_from)
        l->blank_from = most(l->blank_from, to);
    if (to >= l->blank_to)
        l->blank_to = least(l->blank_to, from);
    if (l->blank_from >= l->blank_to)
        l->blank_from = l->blank_to = 0;
    grid_line_set_state(&s->planes, i, s->job->along.num);
    uint8_t is = s->planes.state[i];
    s->num_blank += grid_line_is(is, GRID_LINE_BLANK) - grid_line_is(was, GRID_LINE_BLANK);
    s->num_exact += grid_line_is(is, GRID_LINE_EXACT) - grid_line_is(was, GRID_LINE_EXACT);
}

/* A part of a line of results into the planes. */
static void publish_line(struct grid_reader *r, struct grid_sight *s, struct grid_worker *w, const struct grid_part *part, int n, bool exact)
{
    int num = part->to - part->from, i = part->first + n;
    const struct grid_sums *sums = &w->group[n];
    struct grid_line l = s->planes.lines[i];
    w->fold->finish(sums, num, w->min, w->max, w->mean, w->share);
    memcpy(w->lost, sums->lost, (size_t)num);
    r->any_lost = r->any_lost || (!part->ahead && memchr(w->lost, 1, (size_t)num));
    if (s->job->mirrored) {
        void *planes[] = {w->min, w->max, w->mean};
        for (int k = 0; k < 3; k++)
            mirror(planes[k], num, r->fold->size);
        mirror(w->share, num, 1);
        mirror(w->lost, num, 1);
    }
    if (exact) { /* it adjoins what is exact already, if there is anything */
        put_footprints(r, s, w, i, part->from, part->from, part->to);
        bool before = part->to == l.exact_from && l.exact_from < l.exact_to;
        if (l.exact_from == l.exact_to)
            l.exact_from = part->from;
        if (!before)
            l.exact_to = part->to;
        else
            l.exact_from = part->from;
    } else {
        int from = most(part->from, l.blank_from), to = least(part->to, l.blank_to);
        bool any = l.exact_from < l.exact_to;
        put_footprints(r, s, w, i, part->from, from, any ? least(to, l.exact_from) : to);
        put_footprints(r, s, w, i, part->from, any ? most(from, l.exact_to) : to, to);
    }
    note_line(s, i, l, part->from, part->to);
}

/* Lines behind a sampled one look like it: those between it and the next that is sampled for good, others until they are. */
static void spread_line(struct grid_reader *r, struct grid_sight *s, struct grid_worker *w, const struct grid_part *part)
{
    int i = part->first, step = grid_job_sample_step(s->job), reach = i % GRID_COARSE ? step : GRID_COARSE;
    for (int k = i + 1; k < i + reach && k < s->job->lines.num; k++) {
        struct grid_line l = s->planes.lines[k];
        if (!grid_line_is(s->planes.state[k], GRID_LINE_BLANK))
            continue;
        int from = most(part->from, l.blank_from), to = least(part->to, l.blank_to);
        bool any = l.exact_from < l.exact_to;
        put_footprints(r, s, w, k, part->from, from, any ? least(to, l.exact_from) : to);
        put_footprints(r, s, w, k, part->from, any ? most(from, l.exact_to) : to, to);
        if (k < i + step)
            note_line(s, k, l, part->from, part->to);
    }
}

static void see_strip(struct grid_reader *r, int64_t strip)
{
    r->num_strips_seen += !r->strip_seen[strip];
    r->strip_seen[strip] = 1;
}

/* The strips that lines of footprints by blocks have looked through from end to end. */
static void see_strips(struct grid_reader *r, const struct grid_part *p)
{
    const struct grid_job *j = p->job;
    if (!j->by_blocks || p->first_along / GRID_TILE > 0 || (p->end_along + GRID_TILE - 1) / GRID_TILE < r->tiles_across)
        return;
    for (int i = p->first; i < p->first + p->num; i++)
        for (int64_t s = j->lines.begin[i] / GRID_BLOCK; s * GRID_BLOCK < j->lines.end[i]; s++)
            see_strip(r, s);
}

/* What every unit brings, whatever became of its view. True: with this, all cells are counted. */
static bool publish_counts(struct grid_reader *r, struct grid_worker *w)
{
    for (int i = 0; i < w->num_samples && r->num_samples < GRID_MAX_SAMPLES; i++)
        r->samples[r->num_samples++] = w->samples[i];
    w->num_samples = 0;
    return grid_count_publish(w);
}

/* Under the lock. True: those who wait for pictures are to be told. */
static bool publish(struct grid_reader *r, struct grid_worker *w, const struct unit *u, bool done)
{
    const struct grid_part *p = &u->part;
    struct grid_sight *s = p->ahead ? &r->ahead.sight : &r->now;
    bool counted = publish_counts(r, w);
    if (!done || p->job != s->job) {
        if (counted)
            changed(r);
        return counted;
    }
    for (int i = 0; u->kind != WORK_STRIP && i < p->num; i++)
        publish_line(r, s, w, p, i, u->kind == WORK_LINES);
    if (u->kind == WORK_LINES)
        see_strips(r, p);
    if (counted)
        changed(r);
    if (p->ahead)
        return counted;
    if (u->kind == WORK_SAMPLE)
        spread_line(r, s, w, p);
    else if (u->kind == WORK_STRIP)
        see_strip(r, u->strip);
    changed(r);
    bool exact = s->num_exact == p->job->lines.num;
    bool milestone = (u->kind == WORK_LINES && exact) || counted || (u->kind == WORK_SAMPLE && !s->num_blank);
    if (milestone && exact)
        pthread_cond_broadcast(&r->work); /* for what is read ahead */
    int64_t now = clock_now_ns();
    if (!milestone && now - r->woken_ns < WAKE_NS)
        return false;
    r->woken_ns = now;
    return true;
}

static bool work(struct grid_worker *w, const struct unit *u)
{
    if (u->kind == WORK_SAMPLE)
        return grid_work_sample(w, &u->part);
    if (u->kind == WORK_LINES)
        return grid_work_lines(w, &u->part);
    return grid_work_strip(w, &u->part, u->strip, NULL, true);
}

/* Under the lock, which it may leave. */
static void wait_for_work(struct grid_reader *r)
{
    int64_t until = clock_now_ns() + GRID_RETRY_NS;
    struct timespec t = {until / 1000000000, until % 1000000000};
    if (!r->any_lost || !r->wake) {
        pthread_cond_wait(&r->work, &r->lock);
    } else if (pthread_cond_timedwait(&r->work, &r->lock, &t) != 0 && !atomic_load(&r->quit)) {
        pthread_mutex_unlock(&r->lock);
        r->wake(r->wake_arg);
        pthread_mutex_lock(&r->lock);
    }
}

static void *worker_main(void *arg)
{
    struct grid_reader *r = arg;
    struct grid_worker w;
    pthread_setname_np(pthread_self(), "grid");
    if (r->gives_way)
        setpriority(PRIO_PROCESS, (id_t)gettid(), NICE); /* of this thread, on Linux */
    bool ok = grid_worker_init(&w, r);
    pthread_mutex_lock(&r->lock);
    while (ok && !atomic_load(&r->quit)) {
        struct unit u = next_unit(r);
        if (u.kind == WORK_NONE) {
            wait_for_work(r);
            continue;
        }
        struct grid_job *j = u.part.ahead ? r->ahead.sight.job : r->now.job;
        atomic_fetch_add(&j->refs, 1);
        pthread_mutex_unlock(&r->lock);
        ok = grid_worker_reserve(&w, j->along.num);
        bool done = ok && work(&w, &u);
        pthread_mutex_lock(&r->lock);
        bool tell = publish(r, &w, &u, done);
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

void grid_threads_start(struct grid_reader *r, int wanted)
{
    sigset_t all, old; /* signals are the main thread's */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    while (r->num_threads < wanted && pthread_create(&r->threads[r->num_threads], NULL, worker_main, r) == 0)
        r->num_threads++;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

