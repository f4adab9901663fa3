/* .npy and raw files as frames. The header is read and checked against the file's size; nothing more is read, nor mapped, until
 * somebody looks: address space may be limited (ulimit -v), and what is read as a grid needs none. Threads: open by one; frames are
 * read by any; references are atomic. */
#include "store/npy_file.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/raw_spec.h"
#include "store/grid_file.h"
#include "store/guard.h"
#include "store/patient_read.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct npy_file {
    atomic_int refs;
    char *path; /* for the warning */
    struct npy_header header;
    int fd;
    bool raw, may_stall;
    size_t bytes;   /* up to the last cell */
    int64_t offset; /* of the payload */
    pthread_mutex_t lock;
    /* under the lock until it is mapped, constant from then on */
    char *_Atomic map;
    int guard;
};

/* The descriptor of a regular file, or -1 with a line logged. */
static int open_regular(const char *path, int64_t *size)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        log_error("%s: %s", path, strerror(errno));
        return -1;
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        log_error("%s: isn't a regular file, so it can't be mapped", path);
        close(fd);
        return -1;
    }
    *size = st.st_size;
    return fd;
}

/* Keeps the descriptor. */
static enum hs_status make_file(int fd, const char *path, const struct npy_header *header, int64_t offset, bool raw, struct npy_file **out)
{
    struct npy_file *f = mem_zeroed(1, sizeof *f);
    if (!f || !(f->path = mem_strdup(path))) {
        free(f);
        close(fd);
        log_error("%s: out of memory", path);
        return HS_ERR_MEMORY;
    }
    f->refs = 1;
    f->header = *header;
    f->fd = fd;
    f->raw = raw;
    f->may_stall = patient_is_needed(fd);
    f->offset = offset;
    f->bytes = (size_t)(offset + header->payload_bytes);
    f->guard = -1;
    pthread_mutex_init(&f->lock, NULL);
    *out = f;
    return HS_OK;
}

const char *npy_file_memory(struct npy_file *f)
{
    pthread_mutex_lock(&f->lock);
    char *map = atomic_load(&f->map);
    if (!map) {
        map = mmap(NULL, f->bytes, PROT_READ, MAP_SHARED, f->fd, 0);
        map = map == MAP_FAILED ? NULL : map;
        f->guard = map ? guard_add(map, f->bytes) : -1;
        atomic_store(&f->map, map);
    }
    pthread_mutex_unlock(&f->lock);
    return map;
}

/* The header and where the payload begins. HS_OK with *trailing: a stream of records. */
static enum hs_status read_header(int fd, const char *path, int64_t file_bytes, struct npy_header *header, int64_t *offset,
                                  bool *trailing)
{
    char why[256] = "";
    size_t size = 0;
    bool known_length = false;
    uint8_t *bytes = mem_zeroed(NPY_MAX_HEADER_BYTES, 1);
    if (!bytes) {
        log_error("%s: out of memory", path);
        return HS_ERR_MEMORY;
    }
    ssize_t len = pread(fd, bytes, NPY_MAX_HEADER_BYTES, 0);
    if (len < 0) {
        log_error("%s: %s", path, strerror(errno));
        free(bytes);
        return HS_ERR_IO;
    }
    enum hs_status status = npy_header_size(bytes, (size_t)len, &size, why, sizeof why);
    if (status == HS_OK)
        status = npy_header_parse(bytes, (size_t)len, header, &known_length, why, sizeof why);
    free(bytes);
    if (status == HS_ERR_UNSUPPORTED && header->many_dims)
        status = HS_OK; /* slices of it */
    *offset = (int64_t)size;
    int64_t end;
    if (known_length) {
        if (header->structured) { /* tiles or events: read as a stream */
            *trailing = true;
            return HS_OK;
        }
        bool endless = __builtin_add_overflow(*offset, header->payload_bytes, &end);
        *trailing = !endless && end < file_bytes;
        if (*trailing)
            return HS_OK;
        if (status == HS_OK && (endless || end > file_bytes)) {
            log_error("%s: is truncated: its header promises %lld bytes behind %lld of header, it has %lld", path,
                      (long long)header->payload_bytes, (long long)*offset, (long long)(file_bytes - *offset));
            return HS_ERR_FORMAT;
        }
    }
    if (status != HS_OK)
        log_error("%s: %s", path, len == 0 ? "is empty" : why);
    return status;
}

enum hs_status npy_file_open(const char *path, struct npy_file **out, bool *trailing)
{
    int64_t file_bytes, offset;
    struct npy_header header;
    bool more = false;
    *out = NULL;
    int fd = open_regular(path, &file_bytes);
    if (fd < 0)
        return HS_ERR_IO;
    enum hs_status status = read_header(fd, path, file_bytes, &header, &offset, &more);
    *trailing = more;
    if (status == HS_OK && !more)
        return make_file(fd, path, &header, offset, false, out);
    close(fd);
    return status;
}

enum hs_status npy_file_open_raw(const char *path, const char *raw, struct npy_file **out)
{
    struct raw_spec spec;
    char why[256];
    int64_t file_bytes;
    *out = NULL;
    enum hs_status status = raw_spec_parse(raw, &spec, why, sizeof why);
    if (status != HS_OK) {
        log_error("--raw: %s", why);
        return status;
    }
    int fd = open_regular(path, &file_bytes);
    if (fd < 0)
        return HS_ERR_IO;
    int64_t num = file_bytes > spec.offset ? (file_bytes - spec.offset) / spec.frame_bytes : 0;
    if (num == 0) {
        log_error("%s: is too short for --raw %s: a frame needs %lld bytes from %lld on, it has %lld there", path, raw,
                  (long long)spec.frame_bytes, (long long)spec.offset,
                  (long long)(file_bytes > spec.offset ? file_bytes - spec.offset : 0));
        close(fd);
        return HS_ERR_FORMAT;
    }
    int64_t rest = file_bytes - spec.offset - num * spec.frame_bytes;
    if (rest)
        log_warn("%s: the last %lld bytes aren't a whole frame of --raw %s and are left out", path, (long long)rest, raw);
    struct npy_header header = {
        .dtype = spec.dtype, .swapped = spec.swapped, .num_dims = 3, .shape = {num, spec.rows, spec.cols},
        .num_cells = num * spec.rows * spec.cols, .payload_bytes = num * spec.frame_bytes,
        .item_bytes = (int64_t)dtype_size(spec.dtype),
    };
    return make_file(fd, path, &header, spec.offset, true, out);
}

const struct npy_header *npy_file_header(const struct npy_file *f)
{
    return &f->header;
}

int64_t npy_file_num_frames(const struct npy_file *f)
{
    return f->header.num_dims == 3 ? f->header.shape[0] : 1;
}

struct npy_cells npy_file_slice_cells(const struct npy_file *f, const struct nd_index *index)
{
    const struct npy_header *h = &f->header;
    int64_t stride[FRAME_MAX_DIMS], step = (int64_t)dtype_size(h->dtype), offset = f->offset;
    for (int i = 0; i < h->num_dims; i++) {
        int axis = h->fortran ? i : h->num_dims - 1 - i;
        stride[axis] = step;
        step *= h->shape[axis];
        offset += index->at[axis] > 0 ? index->at[axis] * stride[axis] : 0;
    }
    return (struct npy_cells){offset, {NULL, h->dtype, h->shape[index->row_axis], h->shape[index->col_axis], stride[index->row_axis],
                                       stride[index->col_axis]}};
}

struct npy_cells npy_file_frame_cells(const struct npy_file *f, int64_t i)
{
    const struct npy_header *h = &f->header;
    struct nd_index first;
    char why[8];
    if (h->num_dims > 3 && nd_index_parse(NULL, h->shape, h->num_dims, &first, why, sizeof why))
        return npy_file_slice_cells(f, &first);
    int64_t size = (int64_t)dtype_size(h->dtype);
    /* as 3-D: (1, 1, n), (1, rows, cols) or (frames, rows, cols) */
    int64_t shape[3] = {1, 1, 1};
    for (int d = 0; d < h->num_dims && d < 3; d++)
        shape[3 - h->num_dims + d] = h->shape[d];
    struct array a = array_c_order(NULL, h->dtype, shape[1], shape[2]);
    int64_t frame_stride = shape[1] * shape[2] * size;
    if (h->fortran) {
        frame_stride = size;
        a.row_stride = shape[0] * size;
        a.col_stride = shape[0] * shape[1] * size;
    }
    return (struct npy_cells){f->offset + i * frame_stride, a};
}

bool npy_file_map(struct npy_file *f, const struct npy_cells *cells, struct array *out)
{
    const char *map = npy_file_memory(f);
    *out = cells->array;
    out->data = map ? map + cells->offset : NULL;
    return map != NULL;
}

bool npy_file_is_cached(const struct npy_file *f, const struct npy_cells *cells)
{
    enum { PLACES = 256 };
    int64_t page = sysconf(_SC_PAGESIZE), bytes = cells->array.rows * cells->array.cols * (int64_t)dtype_size(cells->array.dtype);
    bool cached = true;
    for (int i = 0; i < PLACES && cached; i++) {
        int64_t at = (cells->offset + bytes / PLACES * i) / page * page;
        unsigned char resident = 0;
        void *map = at < (int64_t)f->bytes ? mmap(NULL, (size_t)page, PROT_READ, MAP_SHARED, f->fd, at) : MAP_FAILED;
        if (map == MAP_FAILED)
            continue;
        cached = mincore(map, 1, &resident) != 0 || (resident & 1);
        munmap(map, (size_t)page);
    }
    return cached;
}

enum hs_status npy_file_grid(const struct npy_file *f, const struct npy_cells *cells, struct grid **out)
{
    const struct array *a = &cells->array;
    int64_t size = (int64_t)dtype_size(a->dtype);
    bool by_rows = a->col_stride == size, by_columns = a->row_stride == size && a->rows > 1 && a->cols > 1;
    *out = NULL;
    if (!by_rows && !by_columns)
        return HS_ERR_UNSUPPORTED;
    return grid_file_open(&(struct grid_file_params){
        .fd = f->fd,
        .path = f->path,
        .dtype = a->dtype,
        .swapped = f->header.swapped,
        .rows = a->rows,
        .cols = a->cols,
        .by_columns = !by_rows,
        .offset = cells->offset,
        .line_bytes = by_rows ? a->row_stride : a->col_stride,
        .header_bytes = f->raw ? 0 : f->offset,
    }, out);
}

/* The bytes in our order, and in C order whatever the file's. */
static void copy_cells(const struct array *from, bool swapped, char *to)
{
    size_t size = dtype_size(from->dtype), row_bytes = (size_t)from->cols * size;
    for (int64_t row = 0; row < from->rows; row++, to += row_bytes) {
        for (int64_t col = 0; col < from->cols; col++)
            memcpy(to + (size_t)col * size, array_cell(from, row, col), size);
        if (swapped)
            dtype_swap(from->dtype, to, (size_t)from->cols);
    }
}

enum hs_status npy_file_read(struct npy_file *f, const struct npy_cells *cells, void *to, struct array *out)
{
    struct grid *g;
    struct array mapped;
    if (cells->array.rows <= 0 || cells->array.cols <= 0) {
        *out = array_c_order(to, cells->array.dtype, cells->array.rows, cells->array.cols);
        return HS_OK;
    }
    enum hs_status s = npy_file_grid(f, cells, &g);
    if (s == HS_OK) {
        s = grid_read_rect(g, 0, 0, g->rows, g->cols, to, out);
        grid_unref(g);
        return s;
    }
    if (s != HS_ERR_UNSUPPORTED)
        return s;
    if (!npy_file_map(f, cells, &mapped)) {
        log_error("%s: can't be mapped: %s", f->path, strerror(errno));
        return HS_ERR_MEMORY;
    }
    copy_cells(&mapped, f->header.swapped, to);
    *out = array_c_order(to, mapped.dtype, mapped.rows, mapped.cols);
    return HS_OK;
}

bool npy_file_lost(const struct npy_file *f)
{
    return atomic_load(&f->map) && guard_tripped(f->guard);
}

struct npy_file *npy_file_ref(struct npy_file *f)
{
    if (f)
        atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
    return f;
}

void npy_file_unref(struct npy_file *f)
{
    if (!f || atomic_fetch_sub_explicit(&f->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (npy_file_lost(f))
        log_warn("%s: shrank while it was shown; what was gone was drawn as 0", f->path);
    guard_remove(f->guard);
    if (f->map)
        munmap(f->map, f->bytes);
    pthread_mutex_destroy(&f->lock);
    if (f->may_stall)
        patient_close(f->fd);
    else
        close(f->fd);
    free(f->path);
    free(f);
}
