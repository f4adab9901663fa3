/* A read is a job that a thread does into the job's own buffer, so that one that returns after all harms nobody. Where several hang, what
 * lies among them isn't tried: a thread is lost to each. Threads: any; those of the reader keep it alive until they return, if ever. */
#include "store/patient_read.h"
#include "base/clock.h"
#include "base/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum { MAX_JOBS = 48, MANY_HANG = 12, PIECE = 512 << 10, STACK_BYTES = 128 << 10 };

#define SHORT_NS 400000000ll

enum job_state { JOB_NONE, JOB_IDLE, JOB_TAKEN, JOB_GIVEN, JOB_DONE, JOB_HANGS };

struct job {
    struct patient_reader *reader;
    enum job_state state;
    pthread_cond_t given;
    int64_t offset, whole_begin, whole_end;
    size_t len;
    char *buffer; /* PIECE */
    ssize_t result;
};

struct patient_reader {
    pthread_mutex_t lock;
    pthread_cond_t done; /* some job's state has changed */
    /* under the lock */
    int refs;
    int fd;
    bool quit;         /* nobody will ask again */
    unsigned given_up; /* counts calls up: who began to wait before goes on */
    int num_jobs, num_hanging;
    struct job jobs[MAX_JOBS];
};

bool patient_is_needed(int fd)
{
    static const uint32_t kinds[] = {
        NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC, V9FS_MAGIC, CODA_SUPER_MAGIC, AFS_SUPER_MAGIC, AFS_FS_MAGIC,
        CEPH_SUPER_MAGIC, OCFS2_SUPER_MAGIC, FUSE_SUPER_MAGIC, 0x01161970 /* GFS2 */, 0x0bd00bd0 /* Lustre */, 0x47504653 /* GPFS */,
    };
    struct statfs s;
    if (fstatfs(fd, &s) != 0)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((uint32_t)s.f_type == kinds[i])
            return true;
    return false;
}

static bool start_thread(void *(*fn)(void *), void *arg)
{
    sigset_t all, old; /* signals are the main thread's */
    pthread_attr_t attr;
    pthread_t thread;
    if (pthread_attr_init(&attr) != 0)
        return false;
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    bool ok = pthread_create(&thread, &attr, fn, arg) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    return ok;
}

static void *close_main(void *arg)
{
    close((int)(intptr_t)arg);
    return NULL;
}

void patient_close(int fd)
{
    if (!start_thread(close_main, (void *)(intptr_t)fd))
        close(fd);
}

struct patient_reader *patient_create(int fd)
{
    struct patient_reader *p = mem_zeroed(1, sizeof *p);
    if (!p)
        return NULL;
    p->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (p->fd < 0) {
        free(p);
        return NULL;
    }
    p->refs = 1;
    pthread_mutex_init(&p->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&p->done, &attr);
    pthread_condattr_destroy(&attr);
    for (int i = 0; i < MAX_JOBS; i++)
        pthread_cond_init(&p->jobs[i].given, NULL);
    return p;
}

/* Unlocks. The last one frees. */
static void drop(struct patient_reader *p)
{
    bool last = --p->refs == 0;
    pthread_mutex_unlock(&p->lock);
    if (!last)
        return;
    for (int i = 0; i < MAX_JOBS; i++) {
        pthread_cond_destroy(&p->jobs[i].given);
        free(p->jobs[i].buffer);
    }
    pthread_cond_destroy(&p->done);
    pthread_mutex_destroy(&p->lock);
    patient_close(p->fd);
    free(p);
}

void patient_give_up(struct patient_reader *p)
{
    pthread_mutex_lock(&p->lock);
    p->given_up++;
    pthread_cond_broadcast(&p->done);
    pthread_mutex_unlock(&p->lock);
}

void patient_destroy(struct patient_reader *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->quit = true;
    for (int i = 0; i < p->num_jobs; i++)
        pthread_cond_signal(&p->jobs[i].given);
    drop(p);
}

/* As much as there is. */
static ssize_t read_all(int fd, char *to, size_t len, int64_t offset)
{
    size_t got = 0;
    while (got < len) {
        ssize_t n = pread(fd, to + got, len - got, offset + (int64_t)got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        got += (size_t)n;
    }
    return (ssize_t)got;
}

static void *job_main(void *arg)
{
    struct job *j = arg;
    struct patient_reader *p = j->reader;
    pthread_setname_np(pthread_self(), "read");
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (j->state != JOB_GIVEN && !p->quit)
            pthread_cond_wait(&j->given, &p->lock);
        if (p->quit)
            break;
        pthread_mutex_unlock(&p->lock);
        ssize_t result = read_all(p->fd, j->buffer, j->len, j->offset);
        pthread_mutex_lock(&p->lock);
        j->result = result;
        p->num_hanging -= j->state == JOB_HANGS;
        j->state = j->state == JOB_HANGS ? JOB_IDLE : JOB_DONE;
        pthread_cond_broadcast(&p->done);
    }
    drop(p);
    return NULL;
}

static bool start(struct patient_reader *p, struct job *j)
{
    j->reader = p;
    if (!j->buffer && !(j->buffer = mem_resize(NULL, PIECE, 1)))
        return false;
    bool ok = start_thread(job_main, j);
    p->refs += ok;
    p->num_jobs += ok;
    return ok;
}

/* Reads there hang. Under the lock. */
static bool is_hopeless(const struct patient_reader *p, int64_t begin, int64_t end)
{
    int64_t lo = INT64_MAX, hi = 0;
    if (!p->num_hanging)
        return false;
    for (int i = 0; i < p->num_jobs; i++) {
        const struct job *j = &p->jobs[i];
        if (j->state != JOB_HANGS)
            continue;
        if (begin < j->whole_end && end > j->whole_begin)
            return true;
        lo = j->whole_begin < lo ? j->whole_begin : lo;
        hi = j->whole_end > hi ? j->whole_end : hi;
    }
    return p->num_hanging >= MANY_HANG && begin < hi && end > lo;
}

/* One that is idle, started if need be; NULL: all are busy. Under the lock. */
static struct job *find_job(struct patient_reader *p)
{
    for (int i = 0; i < p->num_jobs; i++)
        if (p->jobs[i].state == JOB_IDLE)
            return &p->jobs[i];
    return p->num_jobs < MAX_JOBS && start(p, &p->jobs[p->num_jobs]) ? &p->jobs[p->num_jobs - 1] : NULL;
}

static bool wait_until(struct patient_reader *p, int64_t until_ns)
{
    struct timespec t = {until_ns / 1000000000, until_ns % 1000000000};
    return pthread_cond_timedwait(&p->done, &p->lock, &t) == 0;
}

/* Where some hang already, others get less time: there are only so many threads. Under the lock. */
static int64_t sooner(const struct patient_reader *p, int64_t until_ns)
{
    int64_t most = clock_now_ns() + (p->num_hanging >= MANY_HANG ? SHORT_NS / 4 : SHORT_NS);
    return p->num_hanging && most < until_ns ? most : until_ns;
}

/* Under the lock. */
static ssize_t run_job(struct patient_reader *p, struct job *j, void *to, int64_t until_ns)
{
    j->state = JOB_GIVEN;
    pthread_cond_signal(&j->given);
    bool in_time = true;
    until_ns = sooner(p, until_ns);
    unsigned given_up = p->given_up;
    while (j->state == JOB_GIVEN && p->given_up == given_up && in_time)
        in_time = wait_until(p, until_ns);
    if (j->state != JOB_DONE) {
        j->state = JOB_HANGS;
        p->num_hanging++;
        return -ETIMEDOUT;
    }
    ssize_t result = j->result;
    j->state = JOB_TAKEN; /* not to be given away while it is copied */
    pthread_mutex_unlock(&p->lock);
    if (result > 0)
        memcpy(to, j->buffer, (size_t)result);
    pthread_mutex_lock(&p->lock);
    j->state = JOB_IDLE;
    pthread_cond_broadcast(&p->done);
    return result;
}

static ssize_t read_piece(struct patient_reader *p, void *to, size_t len, int64_t offset, int64_t whole_begin, int64_t whole_end, int64_t until_ns)
{
    ssize_t result = -ETIMEDOUT;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        if (is_hopeless(p, whole_begin, whole_end) || p->num_hanging == MAX_JOBS)
            break;
        struct job *j = find_job(p);
        if (j) {
            j->offset = offset;
            j->len = len;
            j->whole_begin = whole_begin;
            j->whole_end = whole_end;
            result = run_job(p, j, to, until_ns);
            break;
        }
        if (!wait_until(p, until_ns))
            break;
    }
    pthread_mutex_unlock(&p->lock);
    return result;
}

ssize_t patient_pread(struct patient_reader *p, void *to, size_t len, int64_t offset, int64_t whole_begin, int64_t whole_end, int64_t patience_ns)
{
    size_t got = 0;
    while (got < len) {
        size_t piece = len - got < PIECE ? len - got : PIECE;
        ssize_t n = read_piece(p, (char *)to + got, piece, offset + (int64_t)got, whole_begin, whole_end, clock_now_ns() + patience_ns);
        if (n < 0)
            return n;
        got += (size_t)n;
        if ((size_t)n < piece)
            break;
    }
    return (ssize_t)got;
}
