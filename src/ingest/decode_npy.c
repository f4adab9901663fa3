/* NPY records, and the payload of every array: rows, frames and sequences, received straight into the history's storage. Where an
 * array must be held whole before it can be cut up (Fortran-ordered sequences), a buffer grows as the bytes come. */
#include "ingest/decode_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_BYTES = 1 << 20,     /* a buffer grows in pieces of at least this size */
    ROWS_BYTES = 256 << 10,    /* rows are passed on in pieces of this size, while they are in the cache */
    MAX_RECORD_BYTES = 128 << 10, /* of a record of one row that is passed on from where it was received */
    MAX_RECORDS = 4096,        /* of those at once */
    SCRATCH_KEPT = 16 << 20,   /* a larger buffer is given back after its record */
};

enum hs_status decode_array_ended(struct decoder *d, enum hs_status status, uint64_t begin, int64_t bytes)
{
    if (status == HS_ERR_END && d->r->offset == begin)
        return decode_lost(d, "ended right after an array's header, before its %lld bytes; np.save(sock.makefile('wb'), a) and "
                              "np.save on a pipe do that: save to io.BytesIO() first and send its bytes", (long long)bytes);
    return decode_read_failed(d, status, "an array", begin, bytes);
}

enum hs_status decode_read_scratch(struct decoder *d, int64_t num)
{
    d->scratch.len = 0;
    while ((int64_t)d->scratch.len < num) {
        size_t room = d->scratch.len > CHUNK_BYTES ? d->scratch.len : CHUNK_BYTES;
        size_t left = (size_t)num - d->scratch.len;
        if (room > left)
            room = left;
        if (!buf_reserve(&d->scratch, room))
            return HS_ERR_MEMORY;
        enum hs_status status = reader_read(d->r, d->scratch.data + d->scratch.len, room);
        if (status != HS_OK)
            return status;
        d->scratch.len += room;
    }
    return HS_OK;
}

static void trim_scratch(struct decoder *d)
{
    if (d->scratch.cap > SCRATCH_KEPT)
        buf_free(&d->scratch);
}

static void swap_cells(const struct npy_header *h, void *cells, int64_t num_bytes)
{
    if (h->swapped)
        dtype_swap(h->dtype, cells, (size_t)(num_bytes / h->item_bytes));
}

/* Rows in C order, some at a time: memory is bounded by a chunk or a row. */
static enum hs_status decode_rows(struct decoder *d, const struct npy_header *h, int64_t rows, int64_t cols)
{
    uint64_t begin = d->r->offset;
    int64_t row_bytes = cols * h->item_bytes;
    int64_t at_once = ROWS_BYTES / row_bytes > 1 ? ROWS_BYTES / row_bytes : 1;
    for (int64_t row = 0; row < rows;) {
        int64_t num = rows - row < at_once ? rows - row : at_once;
        enum hs_status status = decode_read_scratch(d, num * row_bytes);
        if (status != HS_OK)
            return decode_array_ended(d, status, begin, h->payload_bytes);
        swap_cells(h, d->scratch.data, num * row_bytes);
        struct array a = array_c_order(d->scratch.data, h->dtype, num, cols);
        status = decode_push_rows(d, &a, row, rows);
        row += num;
        if (status == HS_ERR_LIMIT)
            return decode_skip(d, (rows - row) * row_bytes, "an array");
        if (status != HS_OK)
            return status;
    }
    trim_scratch(d);
    return HS_OK;
}

/* Rows in Fortran order: the last byte of the first row comes with the last column. */
static enum hs_status decode_fortran_rows(struct decoder *d, const struct npy_header *h)
{
    uint64_t begin = d->r->offset;
    enum hs_status status = decode_read_scratch(d, h->payload_bytes);
    if (status != HS_OK)
        return decode_array_ended(d, status, begin, h->payload_bytes);
    swap_cells(h, d->scratch.data, h->payload_bytes);
    struct array a = {d->scratch.data, h->dtype, h->shape[0], h->shape[1], h->item_bytes, h->shape[0] * h->item_bytes};
    status = decode_push_rows(d, &a, 0, a.rows);
    trim_scratch(d);
    return status == HS_ERR_LIMIT ? HS_OK : status;
}

/* One frame: `channels` planes of rows x cols, one after the other in C order, interleaved by element in Fortran order. */
static enum hs_status decode_frame(struct decoder *d, const struct npy_header *h, int64_t channels, int64_t rows, int64_t cols,
                                   uint64_t begin, int64_t bytes)
{
    struct frame *f;
    enum hs_status status = decode_reserve(d, bytes, &f);
    if (status != HS_OK)
        return status;
    status = reader_read(d->r, f->bytes, (size_t)bytes);
    if (status != HS_OK) {
        history_abort(d->p->history, f);
        return decode_array_ended(d, status, begin, h->payload_bytes);
    }
    f->received_ns = clock_now_ns();
    swap_cells(h, f->bytes, bytes);
    int64_t size = h->item_bytes;
    f->cells = array_c_order(f->bytes, h->dtype, rows, cols);
    f->channels = channels;
    f->channel_bytes = rows * cols * size;
    if (h->fortran) {
        f->channel_bytes = size;
        f->cells.row_stride = channels * size;
        f->cells.col_stride = channels * rows * size;
    }
    decode_commit(d, f);
    return HS_OK;
}

/* shape[0] frames, each received and committed alone. */
static enum hs_status decode_sequence(struct decoder *d, const struct npy_header *h)
{
    uint64_t begin = d->r->offset;
    int64_t num = h->shape[0], frame_bytes = h->payload_bytes / num;
    for (int64_t i = 0; i < num; i++) {
        enum hs_status status = decode_frame(d, h, 1, h->shape[1], h->shape[2], begin, frame_bytes);
        if (status == HS_ERR_LIMIT)
            return decode_skip(d, (num - i) * frame_bytes, "an array");
        if (status != HS_OK)
            return status;
    }
    return HS_OK;
}

/* Frame `index` of a Fortran-ordered sequence: its cells, `step` elements apart, into dst. */
static void gather_frame(void *dst, const void *src, int64_t size, int64_t index, int64_t step, int64_t num_cells)
{
    const char *from = (const char *)src + index * size;
#define GATHER(type)                                                     \
    for (int64_t i = 0; i < num_cells; i++, from += step * size)         \
        memcpy((type *)dst + i, from, sizeof(type))
    switch (size) {
    case 1: GATHER(uint8_t); break;
    case 2: GATHER(uint16_t); break;
    case 4: GATHER(uint32_t); break;
    default: GATHER(uint64_t); break;
    }
#undef GATHER
}

/* Every frame of a Fortran-ordered sequence ends with the array: it is received whole and cut up. */
static enum hs_status decode_fortran_sequence(struct decoder *d, const struct npy_header *h)
{
    uint64_t begin = d->r->offset;
    int64_t num = h->shape[0], num_cells = h->num_cells / num;
    enum hs_status status = decode_read_scratch(d, h->payload_bytes);
    if (status != HS_OK)
        return decode_array_ended(d, status, begin, h->payload_bytes);
    swap_cells(h, d->scratch.data, h->payload_bytes);
    for (int64_t i = 0; i < num && status == HS_OK; i++) {
        struct frame *f;
        status = decode_reserve(d, num_cells * h->item_bytes, &f);
        if (status != HS_OK)
            break;
        gather_frame(f->bytes, d->scratch.data, h->item_bytes, i, num, num_cells);
        f->cells = (struct array){f->bytes, h->dtype, h->shape[1], h->shape[2], h->item_bytes, h->shape[1] * h->item_bytes};
        decode_commit(d, f);
    }
    trim_scratch(d);
    return status == HS_ERR_LIMIT ? HS_OK : status;
}

static void hint_rgb(struct decoder *d, const struct npy_header *h)
{
    const int64_t *n = h->shape;
    if (h->dtype == DTYPE_U1 && h->num_dims == 3 && d->axes != AXES_CYX && (n[2] == 3 || n[2] == 4))
        decode_hint(d, "looks like an RGB picture of shape (%lld, %lld, %lld); it is shown as a sequence of %lld frames of "
                       "%lld x %lld; send one channel, a[..., 0]", (long long)n[0], (long long)n[1], (long long)n[2],
                    (long long)n[0], (long long)n[1], (long long)n[2]);
}

enum hs_status decode_array(struct decoder *d, const struct npy_header *h)
{
    d->record_bytes = (int64_t)(d->r->offset - d->record_begin) + h->payload_bytes;
    bool rows = h->num_dims == 1 || (h->num_dims == 2 && d->axes == AXES_TX);
    bool sequence = h->num_dims == 3 && d->axes != AXES_CYX;
    bool fortran = h->fortran && h->num_dims > 1;
    int64_t width = h->shape[h->num_dims - 1] * h->item_bytes; /* no overflow: no dimension is 0, the product fits */
    int64_t whole = fortran || !(rows || sequence) ? h->payload_bytes : sequence ? h->payload_bytes / h->shape[0] : width;
    if (whole > DECODE_MAX_FRAME_BYTES) {
        decode_reject(d, "", "an array of %lld bytes in one piece: 1 GiB at most", (long long)whole);
        return decode_skip(d, h->payload_bytes, "an array");
    }
    hint_rgb(d, h);
    if (rows && fortran)
        return decode_fortran_rows(d, h);
    if (rows)
        return decode_rows(d, h, h->num_dims == 1 ? 1 : h->shape[0], h->shape[h->num_dims - 1]);
    if (sequence)
        return fortran ? decode_fortran_sequence(d, h) : decode_sequence(d, h);
    const int64_t *yx = h->shape + (h->num_dims - 2);
    int64_t channels = h->num_dims == 3 ? h->shape[0] : 1;
    enum hs_status status = decode_frame(d, h, channels, yx[0], yx[1], d->r->offset, h->payload_bytes);
    return status == HS_ERR_LIMIT ? decode_skip(d, h->payload_bytes, "an array") : status;
}

/* A row in a record of its own, again and again: those that have come completely are passed on together, as an array whose rows are
 * a record apart, right from where they were received. *done: false when this isn't the way for them. `size`: of the header. */
static enum hs_status decode_row_records(struct decoder *d, const struct npy_header *h, size_t size, bool *done)
{
    const uint8_t *bytes;
    size_t got, record = size + (size_t)h->payload_bytes;
    enum hs_status status = reader_peek(d->r, record, &bytes, &got);
    *done = status == HS_OK && got >= record;
    if (!*done)
        return HS_OK; /* what is wrong is said where arrays are read */
    size_t most = d->t_ns ? 1 : got / record, num = 1;
    while (num < most && num < MAX_RECORDS && memcmp(bytes + num * record, bytes, size) == 0)
        num++;
    struct array rows = array_c_order(bytes + size, h->dtype, (int64_t)num, h->shape[0]);
    rows.row_stride = (int64_t)record;
    status = decode_push_rows(d, &rows, 0, rows.rows);
    reader_skip_peeked(d->r, num * record);
    return status == HS_ERR_LIMIT ? HS_OK : status;
}

static bool is_small_row(const struct npy_header *h)
{
    return h->num_dims == 1 && !h->swapped && h->payload_bytes <= MAX_RECORD_BYTES;
}

/* A record whose header is the last one's, byte for byte. *known: it is one. */
static enum hs_status decode_again(struct decoder *d, const uint8_t *bytes, size_t got, bool *known)
{
    *known = d->header_size && got >= d->header_size && memcmp(bytes, d->header_bytes, d->header_size) == 0;
    bool done = false;
    enum hs_status status = HS_OK;
    if (!*known)
        return HS_OK;
    d->record_bytes = (int64_t)d->header_size + d->header.payload_bytes;
    if (is_small_row(&d->header))
        status = decode_row_records(d, &d->header, d->header_size, &done);
    if (done)
        return status;
    reader_skip_peeked(d->r, d->header_size);
    return decode_array(d, &d->header);
}

static void keep_header(struct decoder *d, const struct npy_header *h, const uint8_t *bytes, size_t size)
{
    d->header_size = size <= sizeof d->header_bytes ? size : 0;
    memcpy(d->header_bytes, bytes, d->header_size);
    d->header = *h;
}

enum hs_status decode_npy(struct decoder *d)
{
    const uint8_t *bytes;
    size_t got, size;
    char why[256];
    bool known;
    enum hs_status status = reader_peek(d->r, 10, &bytes, &got);
    if (status == HS_OK) {
        status = decode_again(d, bytes, got, &known);
        if (known)
            return status;
    }
    if (status == HS_OK && got >= 10 && bytes[6] != 1)
        status = reader_peek(d->r, NPY_PREFIX_BYTES, &bytes, &got);
    if (status == HS_OK && got < 10)
        status = HS_ERR_END;
    if (status != HS_OK)
        return decode_read_failed(d, status, "an NPY header", 0, 0);
    if (npy_header_size(bytes, got, &size, why, sizeof why) != HS_OK)
        return decode_lost(d, "%s", why);
    status = reader_peek(d->r, size, &bytes, &got);
    if (status == HS_OK && got < size)
        status = HS_ERR_END;
    if (status != HS_OK)
        return decode_read_failed(d, status, "an NPY header", 0, 0);
    struct npy_header h;
    bool known_length;
    status = npy_header_parse(bytes, size, &h, &known_length, why, sizeof why);
    if (status == HS_OK)
        keep_header(d, &h, bytes, size);
    reader_skip_peeked(d->r, size);
    if (status == HS_OK)
        return decode_array(d, &h);
    if (!known_length)
        return decode_lost(d, "%s", why);
    d->record_bytes = (int64_t)size + h.payload_bytes;
    if (h.structured && h.fields.of[FIELD_DATA].present)
        return decode_tiles(d, &h);
    if (h.structured && h.fields.of[FIELD_X].present && h.fields.of[FIELD_Y].present)
        return decode_events(d, &h);
    decode_reject(d, "", "%s", why);
    return decode_skip(d, h.payload_bytes, "an array");
}
