/* The ring of rows behind a waterfall, and the window through which the reader sees it. Writers fold rows into the ring; a look moves
 * only the new ones into the window, whatever the height.
 * Threads: any, under the lock of history.c; windows are given back without it. */
#include "data/waterfall.h"
#include "base/memory.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)

enum { PADDED_ROW_BYTES = 1024, ROW_ALIGN = 64 };

struct row_window {
    atomic_int refs;
    char *bytes; /* num_bytes, and the same again */
    size_t num_bytes;
    int64_t capacity; /* in rows */
};

/* --- the window --- */

static size_t gcd(size_t a, size_t b)
{
    while (b) {
        size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* One piece of memory at two places, one behind the other. */
static char *map_twice(size_t num_bytes)
{
    int fd = memfd_create("heatscope rows", MFD_CLOEXEC);
    if (fd < 0)
        return NULL;
    char *at = MAP_FAILED;
    if (num_bytes <= SIZE_MAX / 2 && ftruncate(fd, (off_t)num_bytes) == 0)
        at = mmap(NULL, 2 * num_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    bool ok = at != MAP_FAILED;
    for (int i = 0; ok && i < 2; i++)
        ok = mmap(at + (size_t)i * num_bytes, num_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, fd, 0) !=
             MAP_FAILED;
    if (!ok && at != MAP_FAILED)
        munmap(at, 2 * num_bytes);
    close(fd);
    return ok ? at : NULL;
}

static struct row_window *window_create(size_t stride, int64_t height)
{
    struct row_window *window = mem_zeroed(1, sizeof *window);
    if (!window)
        return NULL;
    size_t page = (size_t)sysconf(_SC_PAGESIZE), step = page / gcd(page, stride); /* rows after which a page ends with a row */
    size_t capacity = ((size_t)height + step - 1) / step * step;
    window->num_bytes = capacity * stride;
    window->capacity = (int64_t)capacity;
    atomic_init(&window->refs, 1);
    window->bytes = map_twice(window->num_bytes);
    if (window->bytes)
        return window;
    free(window);
    return NULL;
}

void row_window_unref(void *arg)
{
    struct row_window *window = arg;
    if (!window || atomic_fetch_sub_explicit(&window->refs, 1, memory_order_acq_rel) != 1)
        return;
    munmap(window->bytes, 2 * window->num_bytes);
    free(window);
}

/* Rows [row, row + num), which are in the ring, into the window. */
static void copy_to_window(struct waterfall *w, int64_t row, int64_t num)
{
    struct row_window *window = w->window;
    while (num > 0) {
        int64_t from = row % w->height, piece = w->height - from < num ? w->height - from : num;
        /* beyond the window's end lies its beginning */
        memcpy(window->bytes + (size_t)(row % window->capacity) * w->stride, w->ring + (size_t)from * w->stride, (size_t)piece * w->stride);
        row += piece;
        num -= piece;
    }
}

/* The open row, as it is now, into the ring. */
static void settle(struct waterfall *w)
{
    int64_t t;
    if (!w->merge || !w->stale)
        return;
    char *row = w->ring + (size_t)((w->total - 1) % w->height) * w->stride;
    row_merge_finish(w->merge, w->mode, w->dtype, row, &t);
    memcpy(row + w->time_at, &t, sizeof t);
    w->stale = false;
}

enum hs_status waterfall_look(struct waterfall *w, struct array *rows, struct row_window **window)
{
    if (!w->window) {
        w->window = window_create(w->stride, w->height);
        w->copied = 0;
    }
    if (!w->window)
        return HS_ERR_MEMORY;
    settle(w);
    int64_t oldest = w->total - w->num, from = w->copied > oldest ? w->copied : oldest;
    copy_to_window(w, from, w->total - from);
    w->copied = w->total - waterfall_num_open(w);
    const char *first = w->window->bytes + (size_t)(oldest % w->window->capacity) * w->stride;
    *rows = (struct array){first, w->dtype, w->num, w->cols, (int64_t)w->stride, (int64_t)dtype_size(w->dtype)};
    *window = w->window;
    atomic_fetch_add_explicit(&w->window->refs, 1, memory_order_relaxed);
    return HS_OK;
}

/* --- the ring --- */

bool waterfall_fits(const struct waterfall *w, const struct array *rows)
{
    return w->ring && w->received == rows->dtype && w->cols == rows->cols;
}

void waterfall_fini(struct waterfall *w)
{
    if (w->ring)
        munmap(w->ring, w->ring_bytes);
    row_window_unref(w->window);
    row_merge_destroy(w->merge);
    meta_unref(w->meta);
    *w = (struct waterfall){.run = w->run, .mode = w->mode};
}

enum hs_status waterfall_start(struct waterfall *w, const struct array *rows, int64_t height, int64_t span_ns)
{
    waterfall_fini(w);
    enum dtype dtype = span_ns > 0 ? row_merge_dtype(rows->dtype) : rows->dtype;
    size_t row_bytes = (size_t)rows->cols * dtype_size(dtype), time_at = (row_bytes + 7) / 8 * 8;
    size_t stride = time_at + sizeof(int64_t);
    if (stride >= PADDED_ROW_BYTES)
        stride = (stride + ROW_ALIGN - 1) / ROW_ALIGN * ROW_ALIGN;
    size_t bytes = stride * (size_t)height; /* bounded by the history's limit */
    void *ring = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (ring == MAP_FAILED)
        return HS_ERR_MEMORY;
    w->ring = ring;
    w->ring_bytes = bytes;
    if (span_ns > 0 && !(w->merge = row_merge_create(rows->cols, span_ns))) {
        waterfall_fini(w);
        return HS_ERR_MEMORY;
    }
    w->row_bytes = row_bytes;
    w->stride = stride;
    w->time_at = time_at;
    w->dtype = dtype;
    w->received = rows->dtype;
    w->cols = rows->cols;
    w->height = height;
    w->run++;
    return HS_OK;
}

static void copy_row(char *dst, const struct array *rows, int64_t row, size_t row_bytes)
{
    size_t size = dtype_size(rows->dtype);
    if (rows->col_stride == (int64_t)size) {
        memcpy(dst, array_cell(rows, row, 0), row_bytes);
        return;
    }
    for (int64_t col = 0; col < rows->cols; col++)
        memcpy(dst + (size_t)col * size, array_cell(rows, row, col), size);
}

/* When row i of num was, of which the last was at stamp. */
static int64_t row_time(const struct waterfall *w, int64_t stamp, int64_t i, int64_t num)
{
    int64_t since = stamp - w->stamp_ns;
    if (!stamp || w->stamp_ns <= 0 || since < 0 || since > SECOND_NS)
        return stamp;
    return w->stamp_ns + (int64_t)((__int128)since * (i + 1) / num);
}

void waterfall_set_mode(struct waterfall *w, enum reduce_mode mode)
{
    w->stale = w->stale || (w->merge && w->num && mode != w->mode);
    w->dirty = w->dirty || w->stale;
    w->mode = mode;
}

int waterfall_num_open(const struct waterfall *w)
{
    return w->merge && w->num > 0;
}

static void append_merged(struct waterfall *w, const struct array *rows, int64_t stamp_ns)
{
    for (int64_t i = 0; i < rows->rows; i++) {
        int64_t t = row_time(w, stamp_ns, i, rows->rows);
        if (!w->num || row_merge_is_next(w->merge, t)) {
            settle(w);
            row_merge_begin(w->merge, t);
            w->total++;
            w->num += w->num < w->height;
        }
        row_merge_add(w->merge, rows, i);
        w->stale = true;
    }
    w->stamp_ns = stamp_ns;
    w->dirty = true;
}

void waterfall_append(struct waterfall *w, const struct array *rows, int64_t stamp_ns)
{
    if (w->merge) {
        append_merged(w, rows, stamp_ns);
        return;
    }
    int64_t first = rows->rows > w->height ? rows->rows - w->height : 0;
    for (int64_t i = first; i < rows->rows; i++) {
        char *row = w->ring + (size_t)((w->total + i) % w->height) * w->stride;
        int64_t t = row_time(w, stamp_ns, i, rows->rows);
        copy_row(row, rows, i, w->row_bytes);
        memcpy(row + w->time_at, &t, sizeof t);
    }
    w->total += rows->rows;
    w->num = w->num + rows->rows < w->height ? w->num + rows->rows : w->height;
    w->stamp_ns = stamp_ns;
    w->dirty = true;
}

void waterfall_copy(struct waterfall *w, void *dst)
{
    settle(w);
    char *to = dst;
    for (int64_t row = w->total - w->num; row < w->total; row++, to += w->row_bytes)
        memcpy(to, w->ring + (size_t)(row % w->height) * w->stride, w->row_bytes);
}

void waterfall_clear(struct waterfall *w)
{
    w->num = w->total = w->copied = 0;
    w->run++;
    w->dirty = w->stale = false;
    w->t_ns = w->stamp_ns = 0;
    meta_unref(w->meta);
    w->meta = NULL;
}
