/* Lines that lie one behind the other are one pread; a part of each line is a pread a line. SEEK_DATA tells holes. A file that
 * shrinks while it is open, and sectors that can't be read, fail the part that was asked for and are said once a kind. Any thread.
 * */
#include "store/grid_file.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/guard.h"
#include "store/patient_read.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct grid_file {
    struct grid grid;
    int fd;
    char *path;
    bool swapped;
    int64_t offset, line_bytes, size; /* size of a cell */
    struct patient_reader *patient; /* where reads may hang; else NULL */
    atomic_bool said_short, said_error, said_stall;
    pthread_mutex_t lock;
    /* under the lock */
    char *map;
    size_t map_bytes;
    int guard;
    bool said_map, said_change;
    struct stat seen;
    char *header; /* header_bytes, as they were when it was opened */
    size_t header_bytes;
    atomic_bool is_other; /* they are others now: nobody knows what the cells are */
};

#define PATIENCE_NS 3000000000ll /* with a read that may hang */
#define MOMENT_NS 150000000ll    /* where somebody waits on the spot */

/* What pread gave, or errno, negative. */
static enum hs_status fail(struct grid_file *f, int64_t offset, ssize_t got)
{
    if (got >= 0) {
        if (!atomic_exchange(&f->said_short, true))
            log_warn("%s: shrank while it was shown; what is gone is marked as unavailable", f->path);
    } else if (got == -ETIMEDOUT) {
        if (!atomic_exchange(&f->said_stall, true))
            log_warn("%s: reading it at byte %lld takes too long; what hasn't come is marked as unavailable, and tried again", f->path,
                     (long long)offset);
    } else if (!atomic_exchange(&f->said_error, true))
        log_warn("%s: can't be read at byte %lld: %s; what can't be read is marked as unavailable", f->path, (long long)offset,
                 strerror((int)-got));
    return HS_ERR_IO;
}

/* whole: [begin, end) of all that is wanted at once. */
static enum hs_status read_bytes(struct grid_file *f, int64_t offset, size_t len, char *to, const int64_t whole[2], int64_t patience_ns)
{
    if (f->patient) {
        ssize_t got = patient_pread(f->patient, to, len, offset, whole[0], whole[1], patience_ns);
        if (got == (ssize_t)len)
            return HS_OK;
        return got == -ETIMEDOUT && patience_ns < PATIENCE_NS ? HS_ERR_IO : fail(f, offset, got); /* it may yet come */
    }
    while (len) {
        ssize_t got = pread(f->fd, to, len, offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail(f, offset, got < 0 ? -errno : 0);
        to += got;
        offset += got;
        len -= (size_t)got;
    }
    return HS_OK;
}

static int64_t position(const struct grid_file *f, int64_t line, int64_t at)
{
    return f->offset + line * f->line_bytes + at * f->size;
}

static enum hs_status read_lines(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num, void *to, int64_t patience_ns)
{
    struct grid_file *f = (struct grid_file *)g;
    const int64_t all[2] = {position(f, line, at), position(f, line + lines - 1, at) + num * f->size};
    enum hs_status s = atomic_load(&f->is_other) ? HS_ERR_IO : HS_OK;
    bool whole = num * f->size == f->line_bytes; /* nothing lies between the lines */
    int64_t step = whole ? lines : 1;
    size_t bytes = (size_t)(step * num * f->size);
    for (int64_t i = 0; i < lines && s == HS_OK; i += step)
        s = read_bytes(f, position(f, line + i, at), bytes, (char *)to + (size_t)(i / step) * bytes, all, patience_ns);
    if (s == HS_OK && f->swapped)
        dtype_swap(g->dtype, to, (size_t)(lines * num));
    return s;
}

static enum hs_status file_read(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num, void *to)
{
    return read_lines(g, line, at, lines, num, to, PATIENCE_NS);
}

static enum hs_status file_read_soon(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num, void *to)
{
    return read_lines(g, line, at, lines, num, to, MOMENT_NS);
}

static void file_give_up(struct grid *g)
{
    struct grid_file *f = (struct grid_file *)g;
    if (f->patient)
        patient_give_up(f->patient);
}

static bool file_is_hole(struct grid *g, int64_t line, int64_t at, int64_t lines, int64_t num)
{
    struct grid_file *f = (struct grid_file *)g;
    if (f->patient) /* asking may hang as well */
        return false;
    bool whole = num * f->size == f->line_bytes; /* nothing lies between the lines */
    int64_t step = whole ? lines : 1, begin = position(f, line, at), last = position(f, line + lines - 1, at) + num * f->size;
    off_t data = lseek(f->fd, begin, SEEK_DATA);
    if (data >= last)
        return true;
    if (data < 0) /* no data up to the end; but if it shrank, that isn't a hole */
        return errno == ENXIO && lseek(f->fd, 0, SEEK_END) >= last;
    for (int64_t i = 0; i < lines; i += step) { /* the data may lie between the parts of the lines */
        int64_t from = position(f, line + i, at), end = position(f, line + i + step - 1, at) + num * f->size;
        if (data < from && (data = lseek(f->fd, from, SEEK_DATA)) < 0)
            return errno == ENXIO && lseek(f->fd, 0, SEEK_END) >= last;
        if (data < end)
            return false;
    }
    return true;
}

static bool has_header(struct grid_file *f)
{
    char *now = f->header_bytes ? mem_resize(NULL, f->header_bytes, 1) : NULL;
    bool same = !now || (pread(f->fd, now, f->header_bytes, 0) == (ssize_t)f->header_bytes && memcmp(now, f->header, f->header_bytes) == 0);
    free(now);
    return same;
}

static bool file_has_changed(struct grid *g)
{
    struct grid_file *f = (struct grid_file *)g;
    struct stat now;
    if (f->patient || fstat(f->fd, &now) != 0) /* asking may hang as well */
        return false;
    pthread_mutex_lock(&f->lock);
    bool changed = now.st_size != f->seen.st_size || now.st_mtim.tv_sec != f->seen.st_mtim.tv_sec || now.st_mtim.tv_nsec != f->seen.st_mtim.tv_nsec;
    f->seen = now;
    bool shrank = now.st_size < position(f, grid_lines(g) - 1, grid_along(g)); /* which reading it will say */
    bool other = changed && !shrank && !has_header(f);
    bool tell = changed && !shrank && (!f->said_change || (other && !atomic_load(&f->is_other)));
    f->said_change |= tell;
    if (changed && !shrank)
        atomic_store(&f->is_other, other);
    pthread_mutex_unlock(&f->lock);
    if (tell)
        log_warn(other ? "%s: holds another array than when it was opened; open it again to see it"
                       : "%s: has changed since it was opened; its cells are read again", f->path);
    return changed;
}

/* From the page that the first cell lies in to the end of the last one. */
static const void *file_map(struct grid *g, const char *what)
{
    struct grid_file *f = (struct grid_file *)g;
    int64_t begin = f->offset / sysconf(_SC_PAGESIZE) * sysconf(_SC_PAGESIZE);
    pthread_mutex_lock(&f->lock);
    if (!f->map && !f->swapped) {
        f->map_bytes = (size_t)(position(f, grid_lines(g) - 1, grid_along(g)) - begin);
        void *map = mmap(NULL, f->map_bytes, PROT_READ, MAP_SHARED, f->fd, begin);
        f->map = map == MAP_FAILED ? NULL : map;
        f->guard = f->map ? guard_add(f->map, f->map_bytes) : -1;
    }
    if (!f->map && !f->said_map) {
        log_error("%s: %s needs all of its cells at once, and it can't be mapped: %s", f->path, what,
                  f->swapped        ? "its bytes are in the other order; save it in this machine's"
                  : errno == ENOMEM ? "Cannot allocate memory; allow more (ulimit -v)"
                                    : strerror(errno));
        f->said_map = true;
    }
    const char *map = f->map;
    pthread_mutex_unlock(&f->lock);
    return map ? map + (f->offset - begin) : NULL;
}

static void file_destroy(struct grid *g)
{
    struct grid_file *f = (struct grid_file *)g;
    if (f->map && guard_tripped(f->guard))
        log_warn("%s: shrank while it was shown; what was gone was taken for 0", f->path);
    guard_remove(f->guard);
    if (f->map)
        munmap(f->map, f->map_bytes);
    pthread_mutex_destroy(&f->lock);
    free(f->header);
    if (f->fd >= 0 && f->patient)
        patient_close(f->fd);
    else if (f->fd >= 0)
        close(f->fd);
    patient_destroy(f->patient);
    free(f->path);
    free(f);
}

static const struct grid_ops file_ops = {.read = file_read, .is_hole = file_is_hole, .map = file_map, .give_up = file_give_up,
                                          .read_soon = file_read_soon, .has_changed = file_has_changed, .destroy = file_destroy};

enum hs_status grid_file_open(const struct grid_file_params *p, struct grid **out)
{
    *out = NULL;
    struct grid_file *f = mem_zeroed(1, sizeof *f);
    if (!f || !(f->path = mem_strdup(p->path))) {
        free(f);
        return HS_ERR_MEMORY;
    }
    f->grid.ops = &file_ops;
    atomic_init(&f->grid.refs, 1);
    f->grid.dtype = p->dtype;
    f->grid.rows = p->rows;
    f->grid.cols = p->cols;
    f->grid.by_columns = p->by_columns;
    f->grid.chunk_lines = 1;
    f->swapped = p->swapped;
    f->size = (int64_t)dtype_size(p->dtype);
    f->offset = p->offset;
    f->line_bytes = p->line_bytes;
    f->guard = -1;
    pthread_mutex_init(&f->lock, NULL);
    f->fd = fcntl(p->fd, F_DUPFD_CLOEXEC, 3);
    if (f->fd < 0) {
        log_error("%s: %s", p->path, strerror(errno));
        file_destroy(&f->grid);
        return HS_ERR_SYSTEM;
    }
    fstat(f->fd, &f->seen);
    f->header_bytes = (size_t)p->header_bytes;
    f->header = mem_resize(NULL, f->header_bytes + 1, 1);
    if (!f->header || (f->header_bytes && pread(f->fd, f->header, f->header_bytes, 0) != (ssize_t)f->header_bytes))
        f->header_bytes = 0;
    f->patient = patient_is_needed(f->fd) ? patient_create(f->fd) : NULL;
    *out = &f->grid;
    return HS_OK;
}
