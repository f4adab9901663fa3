/* A pool that hands out chunks of a loop by an atomic counter. The owner works too and waits for those that took part. Workers sleep on a
 * condition between loops, but look out for the next one for a moment first, and so does the owner for them: a picture is three loops that
 * follow each other closely, and waking a thread on a core that has gone to sleep costs a good part of one. Who else wants the
 * core gets it meanwhile. A worker that the system hasn't woken by the time all is done is not waited for: where other programs keep
 * the cores busy, that can take longer than the loop. Threads: pool_run by one owner at a time; work() by the workers. */
#include "base/pool.h"
#include "base/clock.h"
#include "base/memory.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { MAX_THREADS = 64, LOOK_OUT_NS = 200000 };

struct pool {
    int num_threads; /* besides the owner */
    pthread_t threads[MAX_THREADS];
    pthread_mutex_t lock;
    pthread_cond_t start, done;
    /* written under the lock */
    atomic_uint generation;
    atomic_int num_busy;       /* taking part in the loop */
    int num_started;           /* ever */
    unsigned num_roused;       /* times */
    bool open;                 /* there is a loop to take part in */
    bool quit;
    /* the loop: written by the owner before it raises the generation */
    pool_fn *fn;
    void *arg;
    int num_items, grain;
    atomic_int next;
};

static void work(struct pool *p, int worker)
{
    int begin;
    while ((begin = atomic_fetch_add(&p->next, p->grain)) < p->num_items) {
        int end = p->num_items - begin < p->grain ? p->num_items : begin + p->grain;
        p->fn(p->arg, begin, end, worker);
    }
}

/* For the next loop. Under the lock, which others may have meanwhile. */
static void look_out(struct pool *p)
{
    unsigned last = atomic_load(&p->generation);
    pthread_mutex_unlock(&p->lock);
    for (int64_t end = clock_now_ns() + LOOK_OUT_NS; atomic_load(&p->generation) == last && clock_now_ns() < end;)
        sched_yield();
    pthread_mutex_lock(&p->lock);
}

/* For the workers. Under the lock, too. */
static void look_after(struct pool *p)
{
    pthread_mutex_unlock(&p->lock);
    for (int64_t end = clock_now_ns() + LOOK_OUT_NS; atomic_load(&p->num_busy) && clock_now_ns() < end;)
        sched_yield();
    pthread_mutex_lock(&p->lock);
}

static void *worker_main(void *arg)
{
    pthread_setname_np(pthread_self(), "worker");
    struct pool *p = arg;
    pthread_mutex_lock(&p->lock);
    int worker = ++p->num_started;
    unsigned seen = 0, num_roused = 0;
    bool alert = false;
    for (;;) {
        while (!p->quit && (!p->open || p->generation == seen)) {
            if (alert)
                look_out(p);
            else
                pthread_cond_wait(&p->start, &p->lock);
            alert = p->num_roused != num_roused;
            num_roused = p->num_roused;
        }
        if (p->quit)
            break;
        seen = p->generation;
        p->num_busy++;
        pthread_mutex_unlock(&p->lock);
        work(p, worker);
        pthread_mutex_lock(&p->lock);
        if (--p->num_busy == 0)
            pthread_cond_signal(&p->done);
        alert = true;
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static int num_cores(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n < 1 ? 1 : n > MAX_THREADS ? MAX_THREADS : n;
}

struct pool *pool_create(int num_threads)
{
    struct pool *p = mem_zeroed(1, sizeof *p);
    if (!p)
        return NULL;
    int wanted = num_threads > 0 ? num_threads : num_cores();
    if (wanted > MAX_THREADS)
        wanted = MAX_THREADS;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->start, NULL);
    pthread_cond_init(&p->done, NULL);
    sigset_t all, old; /* signals are the main thread's */
    sigfillset(&all);
    const int faults[] = {SIGBUS, SIGSEGV, SIGFPE, SIGILL}; /* these belong to the thread that makes them: a mapped file may shrink */
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(&all, faults[i]);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    while (p->num_threads < wanted - 1 && pthread_create(&p->threads[p->num_threads], NULL, worker_main, p) == 0)
        p->num_threads++;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return p;
}

void pool_destroy(struct pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->quit = true;
    pthread_cond_broadcast(&p->start);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->num_threads; i++)
        pthread_join(p->threads[i], NULL);
    pthread_cond_destroy(&p->start);
    pthread_cond_destroy(&p->done);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

int pool_num_workers(const struct pool *p)
{
    return p ? p->num_threads + 1 : 1;
}

void pool_rouse(struct pool *p)
{
    if (!p || !p->num_threads)
        return;
    pthread_mutex_lock(&p->lock);
    p->num_roused++;
    pthread_cond_broadcast(&p->start);
    pthread_mutex_unlock(&p->lock);
}

void pool_run(struct pool *p, pool_fn *fn, void *arg, int num_items, int grain)
{
    if (num_items <= 0)
        return;
    if (grain < 1)
        grain = 1;
    if (!p || !p->num_threads || num_items <= grain) {
        fn(arg, 0, num_items, 0);
        return;
    }
    pthread_mutex_lock(&p->lock);
    p->fn = fn;
    p->arg = arg;
    p->num_items = num_items;
    p->grain = grain;
    atomic_store(&p->next, 0);
    p->open = true;
    p->generation++;
    pthread_cond_broadcast(&p->start);
    pthread_mutex_unlock(&p->lock);
    work(p, 0);
    pthread_mutex_lock(&p->lock);
    p->open = false;
    if (p->num_busy)
        look_after(p);
    while (p->num_busy)
        pthread_cond_wait(&p->done, &p->lock);
    pthread_mutex_unlock(&p->lock);
}
