/* Files. One array, or raw frames: mapped, and every frame points into the mapping (only swapped bytes are copied). Anything else
 * is decoded as a stream. Threads: the source's. */
#include "base/log.h"
#include "base/memory.h"
#include "ingest/prose.h"
#include "ingest/rgb_hint.h"
#include "ingest/source_internal.h"
#include "store/npy_file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A descriptor at the file's first byte of interest: 0 for a path; where standard input happens to be for that. */
static enum hs_status open_stream(struct source *s, int inherited)
{
    s->fd = inherited >= 0 ? fcntl(inherited, F_DUPFD_CLOEXEC, 3) : open(s->p.spec, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (s->fd < 0 || fstat(s->fd, &st) != 0) {
        log_error("%s: %s", s->p.spec, strerror(errno));
        return HS_ERR_IO;
    }
    if (st.st_size == 0) {
        log_error("%s: is empty", strcmp(s->p.spec, "-") == 0 ? "stdin" : s->p.spec);
        return HS_ERR_FORMAT;
    }
    return HS_OK;
}

/* True when it was mapped, or failed for good (see *status); false: read it as a stream. */
static bool try_to_map(struct source *s, const char *path, enum hs_status *status)
{
    struct npy_file *f = NULL;
    if (s->p.raw) {
        *status = npy_file_open_raw(path, s->p.raw, &f);
    } else {
        uint8_t first = 0;
        bool trailing;
        if (pread(s->fd, &first, 1, 0) != 1 || first != 0x93)
            return false;
        *status = npy_file_open(path, &f, &trailing);
        if (*status == HS_OK && trailing)
            return false;
    }
    s->data = f;
    return true;
}

static enum hs_status check_frame(const struct source *s)
{
    int64_t num = npy_file_num_frames(s->data);
    if (s->p.only_frame < num)
        return HS_OK;
    log_error("%s: has no frame %lld, only 0 to %lld", s->name, (long long)s->p.only_frame, (long long)num - 1);
    return HS_ERR_USAGE;
}

/* --index, or an array that can't be shown otherwise. */
static enum hs_status choose_slice(struct source *s)
{
    char why[400];
    const struct npy_header *h = s->data ? npy_file_header(s->data) : NULL;
    if (!s->p.index && (!h || h->num_dims <= 3))
        return HS_OK;
    if (!h) {
        log_error("--index: %s isn't one array in a .npy file", s->name);
        return HS_ERR_USAGE;
    }
    if (nd_index_parse(s->p.index, h->shape, h->num_dims, &s->nd, why, sizeof why))
        return HS_OK;
    log_error("--index: %s: %s", s->name, why);
    s->nd.num_axes = 0;
    return HS_ERR_USAGE;
}

static void hint_rgb(const struct source *s)
{
    const int64_t *n = npy_file_header(s->data)->shape;
    log_info("%s: looks like an RGB picture of shape (%lld, %lld, %lld); it is shown as %lld frames of %lld x %lld; one channel of it: "
             "--index ':,:,0'", s->name, (long long)n[0], (long long)n[1], (long long)n[2], (long long)n[0], (long long)n[1],
             (long long)n[2]);
}

/* A program or a letter is no matrix, whatever numbers are in it; who names columns knows the file. */
static enum hs_status refuse_prose(const struct source *s)
{
    int words, lines;
    if (s->p.raw || s->p.event_rows || s->p.skip_cols || s->p.index_col || !prose_is_most(s->fd, &words, &lines))
        return HS_OK;
    log_error("%s: is no table of numbers: %d of its first %d lines hold words (# begins a comment)", s->name, words, lines);
    return HS_ERR_FORMAT;
}

static enum hs_status file_open(struct source *s)
{
    int inherited = source_inherited_fd(s->p.spec);
    const char *base = strrchr(s->p.spec, '/');
    s->name = mem_strdup(strcmp(s->p.spec, "-") == 0 ? "stdin" : base && base[1] ? base + 1 : s->p.spec);
    s->finite = !s->p.loop;
    if (!s->name)
        return HS_ERR_MEMORY;
    enum hs_status status = open_stream(s, inherited);
    if (status != HS_OK)
        return status;
    char *path = inherited < 0 ? mem_strdup(s->p.spec) : mem_format("/dev/fd/%d", inherited);
    if (!path)
        return HS_ERR_MEMORY;
    /* what was read of standard input before us stays read */
    bool from_start = inherited < 0 || lseek(s->fd, 0, SEEK_CUR) == 0;
    if (from_start && try_to_map(s, path, &status) && status == HS_OK)
        status = check_frame(s);
    free(path);
    if (status == HS_OK)
        status = choose_slice(s);
    if (status == HS_OK && s->data && !s->p.index && rgb_looks_like(s->data))
        hint_rgb(s);
    return status == HS_OK && !s->data ? refuse_prose(s) : status;
}

struct mapped {
    struct npy_file *file;
    struct grid *grid; /* or NULL */
};

static void release_mapped(void *arg)
{
    struct mapped *m = arg;
    npy_file_unref(m->file);
    grid_unref(m->grid);
    free(m);
}

static enum hs_status commit_mapped(struct source *s, const struct array *cells, int64_t index)
{
    struct frame *f;
    struct mapped *m = mem_zeroed(1, sizeof *m);
    if (!m)
        return HS_ERR_MEMORY;
    m->file = npy_file_ref(s->data);
    enum hs_status status = HS_OK;
    double bytes = (double)cells->rows * (double)cells->cols * (double)dtype_size(cells->dtype);
    bool large = bytes > (double)s->p.grid_bytes || (bytes > (double)s->p.large_bytes && !npy_file_is_cached(s->data, cells));
    if (s->p.grid_bytes && large)
        status = npy_file_grid(s->data, cells, &m->grid);
    if (status == HS_OK || status == HS_ERR_UNSUPPORTED)
        status = history_reserve_external(s->p.history, release_mapped, m, &f);
    if (status != HS_OK) {
        release_mapped(m);
        return status;
    }
    f->cells = *cells;
    f->grid = m->grid;
    f->index = index;
    history_commit(s->p.history, f);
    return HS_OK;
}

/* The bytes in our order, and in C order whatever the file's. */
static void copy_swapped(const struct array *from, void *to)
{
    size_t size = dtype_size(from->dtype), row_bytes = (size_t)from->cols * size;
    char *dst = to;
    for (int64_t row = 0; row < from->rows; row++, dst += row_bytes) {
        if (from->col_stride == (int64_t)size) {
            memcpy(dst, array_cell(from, row, 0), row_bytes);
        } else {
            for (int64_t col = 0; col < from->cols; col++)
                memcpy(dst + (size_t)col * size, array_cell(from, row, col), size);
        }
        dtype_swap(from->dtype, dst, (size_t)from->cols);
    }
}

static enum hs_status commit_swapped(struct source *s, const struct array *cells, int64_t index)
{
    struct frame *f;
    size_t num_bytes = (size_t)cells->rows * (size_t)cells->cols * dtype_size(cells->dtype);
    enum hs_status status = history_reserve(s->p.history, num_bytes, &f);
    if (status == HS_ERR_LIMIT)
        log_error("%s: a frame in the other byte order must be copied, and its %zu bytes are over the limit; raise --memory, or "
                  "save a.astype(a.dtype.newbyteorder('='))",
                  s->name, num_bytes);
    if (status != HS_OK)
        return status;
    copy_swapped(cells, f->bytes);
    f->cells = array_c_order(f->bytes, cells->dtype, cells->rows, cells->cols);
    f->index = index;
    history_commit(s->p.history, f);
    return HS_OK;
}

enum hs_status source_file_show_slice(struct source *s, const struct nd_index *index)
{
    struct npy_file *file = s->data;
    struct array cells = npy_file_slice(file, index);
    enum hs_status status = npy_file_header(file)->swapped ? commit_swapped(s, &cells, 0) : commit_mapped(s, &cells, 0);
    if (status == HS_OK)
        counter_add(&s->p.counters->bytes_received, (uint64_t)cells.rows * (uint64_t)cells.cols * (uint64_t)dtype_size(cells.dtype));
    return status;
}

static enum hs_status play_mapped(struct source *s)
{
    if (s->nd.num_axes)
        return source_file_show_slice(s, &s->nd);
    struct npy_file *file = s->data;
    int64_t num = npy_file_num_frames(file), first = 0, end = num;
    if (s->p.only_frame >= 0) {
        first = s->p.only_frame;
        end = first + 1;
    }
    struct pace pace;
    pace_init(&pace, s);
    /* a still again and again would change nothing; unpaced it is how display speed is measured */
    bool loop = s->p.loop && s->p.only_frame < 0 && (num > 1 || s->p.fps == 0);
    do {
        for (int64_t i = first; i < end; i++) {
            if (!pace_wait(&pace, 0, false))
                return HS_ERR_CANCELLED;
            struct array cells = npy_file_frame(file, i);
            enum hs_status status = npy_file_header(file)->swapped ? commit_swapped(s, &cells, i) : commit_mapped(s, &cells, i);
            if (status != HS_OK)
                return status;
            counter_add(&s->p.counters->bytes_received,
                        (uint64_t)cells.rows * (uint64_t)cells.cols * (uint64_t)dtype_size(cells.dtype));
        }
    } while (loop);
    return HS_OK;
}

static uint64_t num_things(const struct counters *c)
{
    return counter_get(&c->frames_received) + counter_get(&c->rows_received) + counter_get(&c->tiles_received) +
           counter_get(&c->events_received);
}

static enum hs_status play_stream(struct source *s)
{
    enum hs_status status;
    uint64_t before;
    struct pace pace;
    pace_init(&pace, s);
    s->pace = &pace;
    do {
        before = num_things(s->p.counters);
        status = source_decode_fd(s, s->fd, s->cancel_fd, s->name, true, false, NULL);
    } while (status == HS_OK && s->p.loop && num_things(s->p.counters) > before && lseek(s->fd, 0, SEEK_SET) == 0);
    s->pace = NULL;
    return status;
}

static void file_run(struct source *s)
{
    source_set_state(s, SOURCE_LIVE);
    source_set_ended(s, s->data ? play_mapped(s) : play_stream(s));
}

static void file_close(struct source *s)
{
    npy_file_unref(s->data);
}

const struct source_driver source_file = {file_open, file_run, file_close};
