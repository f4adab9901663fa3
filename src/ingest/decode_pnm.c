/* PGM (P2 in text, P5) and PFM (Pf) pictures, read byte by byte up to the raster: the header has no length. PF is colour: known by
 * its length, left out. */
#include "ingest/decode_internal.h"

#include <string.h>

enum { MAX_TOKEN = 40, MAX_HEADER_BYTES = 64 << 10 };

struct pnm {
    struct decoder *d;
    uint64_t begin;      /* of the header, for its limit */
    char kind;           /* '2', '5', 'f', 'F' */
    int64_t cols, rows;
};

static bool is_space(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next byte, or HS_ERR_END. */
static enum hs_status next_byte(struct reader *r, int *out)
{
    const uint8_t *bytes;
    size_t got;
    enum hs_status status = reader_peek(r, 1, &bytes, &got);
    if (status != HS_OK)
        return status;
    if (!got)
        return HS_ERR_END;
    *out = bytes[0];
    reader_skip_peeked(r, 1);
    return HS_OK;
}

/* A word of the header and the one white space behind it; white space and comments before it are passed over. */
static enum hs_status next_token(struct pnm *p, char token[MAX_TOKEN])
{
    int len = 0, c = 0;
    bool comment = false;
    for (;;) {
        if (p->d->r->offset - p->begin > MAX_HEADER_BYTES)
            return decode_lost(p->d, "a PGM or PFM header is longer than 64 KiB");
        enum hs_status status = next_byte(p->d->r, &c);
        if (status != HS_OK)
            return decode_read_failed(p->d, status, "a PGM or PFM header", 0, 0);
        if (comment)
            comment = c != '\n';
        else if (c == '#' && !len && p->kind != 'f' && p->kind != 'F')
            comment = true;
        else if (is_space(c) && len)
            break;
        else if (!is_space(c) && len == MAX_TOKEN - 1)
            return decode_lost(p->d, "a PGM or PFM header is malformed: '%.*s'", len, token);
        else if (!is_space(c))
            token[len++] = (char)c;
    }
    token[len] = 0;
    return HS_OK;
}

static enum hs_status next_size(struct pnm *p, const char *what, int64_t least, int64_t most, int64_t *out)
{
    char token[MAX_TOKEN];
    enum hs_status status = next_token(p, token);
    if (status != HS_OK)
        return status;
    int64_t v = 0;
    bool ok = true;
    for (const char *c = token; *c && ok; c++) {
        ok = *c >= '0' && *c <= '9' && v <= most;
        v = ok ? v * 10 + (*c - '0') : v;
    }
    if (!ok || v < least || v > most)
        return decode_lost(p->d, "a PGM or PFM header is malformed: '%s' is no %s", token, what);
    *out = v;
    return HS_OK;
}

/* An array of cells follows; as it would behind an NPY header. */
static enum hs_status receive(struct pnm *p, enum dtype dtype, bool big_endian, struct npy_header *h)
{
    int64_t size = (int64_t)dtype_size(dtype);
    *h = (struct npy_header){.dtype = dtype, .num_dims = 2, .shape = {p->rows, p->cols}, .item_bytes = size,
                             .num_cells = p->rows * p->cols, .payload_bytes = p->rows * p->cols * size};
    h->swapped = size > 1 && big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
    if (h->payload_bytes <= DECODE_MAX_FRAME_BYTES)
        return HS_OK;
    decode_reject(p->d, "", "a picture of %lld bytes: 1 GiB at most", (long long)h->payload_bytes);
    return HS_ERR_LIMIT;
}

/* Binary cells into a frame; PFM stores the bottom row first. */
static enum hs_status binary_raster(struct pnm *p, const struct npy_header *h, bool bottom_up)
{
    struct decoder *d = p->d;
    struct frame *f;
    uint64_t begin = d->r->offset;
    enum hs_status status = decode_reserve(d, h->payload_bytes, &f);
    if (status == HS_ERR_LIMIT)
        return decode_skip(d, h->payload_bytes, "a picture");
    if (status != HS_OK)
        return status;
    status = reader_read(d->r, f->bytes, (size_t)h->payload_bytes);
    if (status != HS_OK) {
        history_abort(d->p->history, f);
        return decode_read_failed(d, status, "a picture", begin, h->payload_bytes);
    }
    if (h->swapped)
        dtype_swap(h->dtype, f->bytes, (size_t)h->num_cells);
    f->cells = array_c_order(f->bytes, h->dtype, p->rows, p->cols);
    f->channel_bytes = h->payload_bytes;
    if (bottom_up) {
        f->cells.data = (char *)f->bytes + (p->rows - 1) * f->cells.row_stride;
        f->cells.row_stride = -f->cells.row_stride;
    }
    decode_commit(d, f);
    return HS_OK;
}

/* num numbers in text; stored as dtype u1 or u2 unless cells is NULL. HS_ERR_FORMAT: not a number where one should be. */
static enum hs_status text_cells(struct reader *r, enum dtype dtype, void *cells, int64_t num)
{
    uint32_t value = 0;
    bool digits = false, comment = false;
    for (int64_t i = 0; i < num;) {
        const uint8_t *bytes;
        size_t got, used = 0;
        enum hs_status status = reader_peek(r, 1, &bytes, &got);
        if (status != HS_OK)
            return status;
        bool end = !got;
        if (end && !digits)
            return HS_ERR_END;
        while (i < num && (used < got || end)) {
            int c = end ? ' ' : bytes[used++];
            if (comment) {
                comment = c != '\n';
            } else if (c >= '0' && c <= '9') {
                value = value * 10 + (uint32_t)(c - '0');
                digits = true;
                if (value > 65535)
                    return HS_ERR_FORMAT;
            } else if (!is_space(c) && c != '#') {
                return HS_ERR_FORMAT;
            } else {
                comment = c == '#';
                if (digits && cells && dtype == DTYPE_U1)
                    ((uint8_t *)cells)[i] = (uint8_t)value;
                else if (digits && cells)
                    ((uint16_t *)cells)[i] = (uint16_t)value;
                i += digits;
                digits = false;
                value = 0;
                end = false;
            }
        }
        reader_skip_peeked(r, used);
    }
    return HS_OK;
}

static enum hs_status text_raster(struct pnm *p, const struct npy_header *h, bool wanted)
{
    struct decoder *d = p->d;
    struct frame *f = NULL;
    uint64_t begin = d->r->offset;
    enum hs_status status = wanted ? decode_reserve(d, h->payload_bytes, &f) : HS_OK;
    if (status != HS_OK && status != HS_ERR_LIMIT)
        return status;
    d->skip_space = true;
    status = text_cells(d->r, h->dtype, f ? f->bytes : NULL, h->num_cells);
    if (status == HS_OK && f) {
        f->cells = array_c_order(f->bytes, h->dtype, p->rows, p->cols);
        f->channel_bytes = h->payload_bytes;
        decode_commit(d, f);
    } else if (f) {
        history_abort(d->p->history, f);
    }
    if (status == HS_ERR_FORMAT)
        return decode_lost(d, "a P2 picture holds something else than numbers from 0 to 65535");
    return status == HS_OK ? HS_OK : decode_read_failed(d, status, "a P2 picture", begin, 0);
}

static enum hs_status decode_pgm(struct pnm *p)
{
    int64_t max;
    struct npy_header h;
    enum hs_status status = next_size(p, "largest value (1 to 65535)", 1, 65535, &max);
    if (status != HS_OK)
        return status;
    status = receive(p, max < 256 ? DTYPE_U1 : DTYPE_U2, true, &h);
    if (p->kind == '2')
        return text_raster(p, &h, status == HS_OK);
    return status == HS_OK ? binary_raster(p, &h, false) : decode_skip(p->d, h.payload_bytes, "a picture");
}

static enum hs_status decode_pfm(struct pnm *p)
{
    char token[MAX_TOKEN];
    struct npy_header h;
    enum hs_status status = next_token(p, token);
    if (status != HS_OK)
        return status;
    const char *digits = token + (*token == '-' || *token == '+');
    if (!*digits || digits[strspn(digits, "0123456789.eE+-")])
        return decode_lost(p->d, "a PFM header is malformed: '%s' is no scale", token);
    bool big_endian = *token != '-';
    if (p->kind == 'F') {
        decode_reject(p->d, "", "colour pictures (PF) aren't drawn: send one channel as Pf");
        return decode_skip(p->d, p->rows * p->cols * 12, "a picture");
    }
    status = receive(p, DTYPE_F4, big_endian, &h);
    return status == HS_OK ? binary_raster(p, &h, true) : decode_skip(p->d, h.payload_bytes, "a picture");
}

enum hs_status decode_pnm(struct decoder *d)
{
    struct pnm p = {.d = d, .begin = d->r->offset};
    char token[MAX_TOKEN];
    enum hs_status status = next_token(&p, token);
    if (status != HS_OK)
        return status;
    p.kind = token[1];
    status = next_size(&p, "width", 1, INT32_MAX, &p.cols);
    if (status == HS_OK)
        status = next_size(&p, "height", 1, INT32_MAX, &p.rows);
    if (status != HS_OK)
        return status;
    if (p.rows * p.cols > INT64_MAX / 16)
        return decode_lost(d, "a picture of %lld x %lld cells", (long long)p.rows, (long long)p.cols);
    return p.kind == 'f' || p.kind == 'F' ? decode_pfm(&p) : decode_pgm(&p);
}
