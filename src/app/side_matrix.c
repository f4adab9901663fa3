/* Read by the sources' own code, through a history for one frame, so that every format they know is known here. Start-up only. */
#include "app/side_matrix.h"
#include "base/log.h"
#include "base/memory.h"
#include "ingest/source.h"
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct waiter {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool woken;
};

static void wake(void *arg)
{
    struct waiter *w = arg;
    pthread_mutex_lock(&w->mutex);
    w->woken = true;
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->mutex);
}

static void wait_for_change(struct waiter *w)
{
    pthread_mutex_lock(&w->mutex);
    while (!w->woken)
        pthread_cond_wait(&w->changed, &w->mutex);
    w->woken = false;
    pthread_mutex_unlock(&w->mutex);
}

static enum hs_status copy_cells(const struct array *a, struct array *out)
{
    size_t size = dtype_size(a->dtype);
    int64_t num;
    char *to = mem_mul_i64(a->rows, a->cols, &num) ? mem_resize(NULL, (size_t)num, size) : NULL;
    if (!to)
        return HS_ERR_MEMORY;
    *out = array_c_order(to, a->dtype, a->rows, a->cols);
    for (int64_t r = 0; r < a->rows; r++)
        for (int64_t c = 0; c < a->cols; c++, to += size)
            memcpy(to, array_cell(a, r, c), size);
    return HS_OK;
}

/* The first frame, or none when the file ends (or can't be read, which has been said). */
static struct frame *first_frame(struct history *h, struct source *source, struct waiter *w)
{
    for (;;) {
        enum source_state state = source_state(source);
        char *settings = NULL;
        struct frame *f = history_take(h, &settings);
        free(settings);
        if (f || state == SOURCE_ENDED || state == SOURCE_FAILED)
            return f;
        wait_for_change(w);
    }
}

enum hs_status side_matrix_load(const char *option, const char *path, struct array *out)
{
    struct waiter w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    struct counters counters = {0};
    struct history_params hp = {.policy = POLICY_ALL, .counters = &counters, .wake = wake, .wake_arg = &w, .max_bytes = (size_t)3 << 30};
    struct history *h = history_create(&hp);
    struct source *source = NULL;
    struct frame *f = NULL;
    if (!h) {
        log_error("%s %s: out of memory", option, path);
        return HS_ERR_MEMORY;
    }
    struct source_params sp = {.spec = path, .history = h, .counters = &counters, .fps = 0, .only_frame = -1, .changed = wake, .changed_arg = &w};
    enum hs_status s = source_open(&sp, &source);
    if (s == HS_OK) {
        f = first_frame(h, source, &w);
        s = f && f->cells.rows > 0 && f->cells.cols > 0 ? copy_cells(&f->cells, out) : HS_ERR_FORMAT;
        if (s == HS_ERR_FORMAT)
            log_error("%s %s: no matrix in it", option, path);
    }
    if (f)
        history_release(h, f);
    history_cancel(h);
    source_close(source);
    history_destroy(h);
    return s;
}
