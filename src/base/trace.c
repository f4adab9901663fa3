/* The trace: quantiles per stage, and a fixed ring of events that the render thread empties into the file after each picture. Events
 * that find the ring full are counted and left out, so memory is bounded whatever comes. The file is a JSON array with one event a
 * line; its readers don't need the closing bracket, so what a killed program leaves behind is a trace as well.
 * Threads: trace_add any; trace_flush and pictures the render thread. */
#include "base/trace.h"
#include "base/log.h"
#include "base/memory.h"
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RING = 8192, MAX_THREADS = 64, NAME_BYTES = 16 };

struct event {
    int64_t begin_ns, end_ns;
    uint64_t frame;
    int tid;
    enum trace_stage stage;
};

struct thread {
    int tid;
    bool written; /* its name is in the file */
    char name[NAME_BYTES];
};

struct trace {
    FILE *file; /* NULL: none */
    char *path;
    int64_t start_ns;
    pthread_mutex_t lock;
    /* under the lock */
    struct quantile stages[TRACE_NUM_STAGES];
    struct event *ring;
    size_t head, tail; /* events [tail, head), modulo RING */
    uint64_t num_lost;
    struct thread threads[MAX_THREADS];
    int num_threads;
    /* render thread */
    bool failed;
    float pictures[TRACE_NUM_FRAMES];
    uint64_t num_pictures;
};

enum hs_status trace_create(const char *path, struct trace **out)
{
    struct trace *t = mem_zeroed(1, sizeof *t);
    if (!t)
        return HS_ERR_MEMORY;
    pthread_mutex_init(&t->lock, NULL);
    t->start_ns = clock_now_ns();
    enum hs_status s = HS_OK;
    if (path) {
        t->path = mem_strdup(path);
        t->ring = mem_zeroed(RING, sizeof *t->ring);
        t->file = fopen(path, "we");
        if (!t->path || !t->ring)
            s = HS_ERR_MEMORY;
        else if (!t->file || fprintf(t->file, "[\n{\"name\": \"process_name\", \"ph\": \"M\", \"pid\": 1, \"tid\": 0, "
                                              "\"args\": {\"name\": \"heatscope\"}}") < 0 || fflush(t->file) != 0) {
            log_error("cannot write the trace to %s: %s", path, strerror(errno));
            s = HS_ERR_IO;
        }
    }
    if (s != HS_OK) {
        trace_destroy(t);
        return s;
    }
    *out = t;
    return HS_OK;
}

void trace_destroy(struct trace *t)
{
    if (!t)
        return;
    if (t->file) {
        trace_flush(t);
        if (t->num_lost)
            log_warn("%s: %llu events left out, they came faster than they could be written", t->path, (unsigned long long)t->num_lost);
        bool ok = fputs("\n]\n", t->file) >= 0;
        if ((fclose(t->file) != 0 || !ok) && !t->failed)
            log_error("cannot write the trace to %s: %s", t->path, strerror(errno));
    }
    pthread_mutex_destroy(&t->lock);
    free(t->ring);
    free(t->path);
    free(t);
}

const char *trace_stage_name(enum trace_stage stage)
{
    static const char *const names[] = {
#define NAME(NAME_, name) #name,
        TRACE_STAGES(NAME)
#undef NAME
    };
    return names[stage];
}

/* With many short-lived threads the table starts again; a name may then be written twice. */
static void know_thread(struct trace *t, int tid)
{
    for (int i = 0; i < t->num_threads; i++)
        if (t->threads[i].tid == tid)
            return;
    if (t->num_threads == MAX_THREADS)
        t->num_threads = 0;
    struct thread *n = &t->threads[t->num_threads++];
    *n = (struct thread){.tid = tid};
    if (tid == getpid())
        strcpy(n->name, "render");
    else
        pthread_getname_np(pthread_self(), n->name, sizeof n->name);
}

void trace_add(struct trace *t, enum trace_stage stage, uint64_t frame, int64_t begin_ns, int64_t end_ns)
{
    if (!t || end_ns < begin_ns)
        return;
    int tid = t->file ? gettid() : 0;
    pthread_mutex_lock(&t->lock);
    quantile_add(&t->stages[stage], (double)(end_ns - begin_ns) / 1e6);
    if (t->file && t->head - t->tail == RING) {
        t->num_lost++;
    } else if (t->file) {
        know_thread(t, tid);
        t->ring[t->head++ % RING] = (struct event){begin_ns, end_ns, frame, tid, stage};
    }
    pthread_mutex_unlock(&t->lock);
}

void trace_stage_quantiles(struct trace *t, enum trace_stage stage, struct quantile *out)
{
    pthread_mutex_lock(&t->lock);
    *out = t->stages[stage];
    pthread_mutex_unlock(&t->lock);
}

void trace_picture(struct trace *t, double ms)
{
    if (t)
        t->pictures[t->num_pictures++ % TRACE_NUM_FRAMES] = (float)ms;
}

int trace_pictures(const struct trace *t, float ms[TRACE_NUM_FRAMES])
{
    uint64_t num = t && t->num_pictures < TRACE_NUM_FRAMES ? t->num_pictures : t ? TRACE_NUM_FRAMES : 0;
    for (uint64_t i = 0; i < num; i++)
        ms[i] = t->pictures[(t->num_pictures - num + i) % TRACE_NUM_FRAMES];
    return (int)num;
}

/* A few of the oldest events out of the ring, so that nobody waits while they are written. */
static int take_events(struct trace *t, struct event *out, int most)
{
    int num = 0;
    pthread_mutex_lock(&t->lock);
    while (num < most && t->tail < t->head)
        out[num++] = t->ring[t->tail++ % RING];
    pthread_mutex_unlock(&t->lock);
    return num;
}

static void write_thread_names(struct trace *t)
{
    struct thread found[MAX_THREADS];
    int num = 0;
    pthread_mutex_lock(&t->lock);
    for (int i = 0; i < t->num_threads; i++) {
        if (!t->threads[i].written)
            found[num++] = t->threads[i];
        t->threads[i].written = true;
    }
    pthread_mutex_unlock(&t->lock);
    for (int i = 0; i < num; i++) {
        for (char *c = found[i].name; *c; c++)
            if (*c == '"' || *c == '\\' || (unsigned char)*c < ' ')
                *c = '?';
        fprintf(t->file, ",\n{\"name\": \"thread_name\", \"ph\": \"M\", \"pid\": 1, \"tid\": %d, \"args\": {\"name\": \"%s\"}}", found[i].tid,
                found[i].name);
    }
}

void trace_flush(struct trace *t)
{
    enum { BATCH = 64 };
    struct event events[BATCH];
    if (!t || !t->file)
        return;
    write_thread_names(t);
    int num, total = 0;
    while (total < RING && (num = take_events(t, events, BATCH)) > 0) {
        total += num;
        for (int i = 0; i < num; i++) {
            const struct event *e = &events[i];
            fprintf(t->file, ",\n{\"name\": \"%s\", \"ph\": \"X\", \"pid\": 1, \"tid\": %d, \"ts\": %.3f, \"dur\": %.3f, \"args\": {",
                    trace_stage_name(e->stage), e->tid, (double)(e->begin_ns - t->start_ns) / 1e3, (double)(e->end_ns - e->begin_ns) / 1e3);
            if (e->frame) /* counted from 0, as --frame does */
                fprintf(t->file, "\"frame\": %llu", (unsigned long long)e->frame - 1);
            fputs("}}", t->file);
        }
    }
    if (total && fflush(t->file) != 0 && !t->failed) {
        t->failed = true;
        log_error("cannot write the trace to %s: %s", t->path, strerror(errno));
    }
}
