/* Files. One array, or raw frames: every frame points into the mapped file, or has a grid that reads it part by part if it is large;
 * swapped bytes, and what there is no address space for, are copied. Anything else is decoded as a stream. Threads: the source's. */
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
    close(s->fd); /* it has its own; and closing may hang one day */
    s->fd = -1;
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

/* To be read part by part as it is looked at. */
static bool wants_grid(const struct source *s, const struct npy_cells *cells)
{
    double bytes = (double)cells->array.rows * (double)cells->array.cols * (double)dtype_size(cells->array.dtype);
    if (!s->p.grid_bytes)
        return false;
    if (npy_file_header(s->data)->swapped && bytes > (double)history_frame_limit(s->p.history)) /* it would have to be copied */
        return true;
    return bytes > (double)s->p.grid_bytes || (bytes > (double)s->p.large_bytes && !npy_file_is_cached(s->data, cells));
}

static enum hs_status commit_copy(struct source *s, const struct npy_cells *cells, int64_t index)
{
    struct frame *f;
    size_t num_bytes = (size_t)cells->array.rows * (size_t)cells->array.cols * dtype_size(cells->array.dtype);
    enum hs_status status = history_reserve(s->p.history, num_bytes, &f);
    if (status == HS_ERR_LIMIT)
        log_error("%s: a frame that must be copied has %zu bytes, which is over the limit; raise --memory", s->name, num_bytes);
    if (status != HS_OK)
        return status;
    status = npy_file_read(s->data, cells, f->bytes, &f->cells);
    if (status != HS_OK) {
        history_abort(s->p.history, f);
        return status;
    }
    f->index = index;
    history_commit(s->p.history, f);
    return HS_OK;
}

static enum hs_status commit_cells(struct source *s, const struct npy_cells *cells, int64_t index)
{
    struct frame *f;
    struct array array = cells->array;
    struct mapped *m = mem_zeroed(1, sizeof *m);
    if (!m)
        return HS_ERR_MEMORY;
    enum hs_status status = wants_grid(s, cells) ? npy_file_grid(s->data, cells, &m->grid) : HS_ERR_UNSUPPORTED;
    if (status == HS_ERR_UNSUPPORTED) {
        if (npy_file_header(s->data)->swapped || !npy_file_map(s->data, cells, &array)) {
            free(m);
            return commit_copy(s, cells, index);
        }
        m->file = npy_file_ref(s->data);
        status = HS_OK;
    }
    if (status == HS_OK)
        status = history_reserve_external(s->p.history, release_mapped, m, &f);
    if (status != HS_OK) {
        release_mapped(m);
        return status;
    }
    f->cells = array;
    f->grid = m->grid;
    f->index = index;
    history_commit(s->p.history, f);
    return HS_OK;
}

enum hs_status source_file_show_slice(struct source *s, const struct nd_index *index)
{
    struct npy_cells cells = npy_file_slice_cells(s->data, index);
    enum hs_status status = commit_cells(s, &cells, 0);
    if (status == HS_OK)
        counter_add(&s->p.counters->bytes_received,
                    (uint64_t)cells.array.rows * (uint64_t)cells.array.cols * (uint64_t)dtype_size(cells.array.dtype));
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
            struct npy_cells cells = npy_file_frame_cells(file, i);
            enum hs_status status = commit_cells(s, &cells, i);
            if (status != HS_OK)
                return status;
            counter_add(&s->p.counters->bytes_received,
                        (uint64_t)cells.array.rows * (uint64_t)cells.array.cols * (uint64_t)dtype_size(cells.array.dtype));
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
