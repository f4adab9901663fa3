/* Bytes to records: looks at the first bytes of each record and hands it to its decoder, until the stream ends or its framing is
 * lost. Nothing ever scans for the next record. Here, too: what all decoders share, messages and the way into the history. One
 * thread per connection. */
#include "ingest/decode_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- messages --- */

/* True the first time for this text, until too many different ones have come. */
static bool first_time(struct decoder *d, const char *text)
{
    uint64_t hash = 14695981039346656037u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    for (int i = 0; i < d->num_said; i++)
        if (d->said[i] == hash)
            return false;
    if (d->num_said == DECODE_MAX_MESSAGES)
        return false;
    d->said[d->num_said++] = hash;
    if (d->num_said == DECODE_MAX_MESSAGES)
        log_warn("%s: so much is wrong that from here on it is only counted", d->p->name);
    return true;
}

/* The file, of a directory, may be another one than that on show. */
static void complain(struct decoder *d, const char *where, const char *text)
{
    char place[COMPLAINT_BYTES];
    if (!d->p->complaints)
        return;
    snprintf(place, sizeof place, "%s%s%s", d->p->file ? d->p->file : "", d->p->file ? ": " : "", where);
    complaints_add(d->p->complaints, place, text);
}

void decode_reject(struct decoder *d, const char *where, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    counter_add(&d->p->counters->records_rejected, 1);
    complain(d, where, text);
    if (first_time(d, text))
        log_warn("%s: %s%s", d->p->name, where, text);
}

void decode_warn(struct decoder *d, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (!first_time(d, text))
        return;
    complain(d, "", text);
    log_warn("%s: %s", d->p->name, text);
}

void decode_hint(struct decoder *d, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (first_time(d, text))
        log_info("%s: %s", d->p->name, text);
}

enum hs_status decode_lost(struct decoder *d, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    counter_add(&d->p->counters->records_rejected, 1);
    complain(d, "", text);
    log_error("%s: %s", d->p->name, text);
    return HS_ERR_FORMAT;
}

bool decode_is_named_npy(const struct decoder *d)
{
    size_t len = strlen(d->p->name);
    return len > 4 && strcmp(d->p->name + len - 4, ".npy") == 0;
}

enum hs_status decode_read_failed(struct decoder *d, enum hs_status status, const char *what, uint64_t begin, int64_t of)
{
    int error = errno;
    unsigned long long came = (unsigned long long)(d->r->offset - begin);
    switch (status) {
    case HS_ERR_END:
        if (of)
            return decode_lost(d, "ended inside %s: %llu of %lld bytes came", what, came, (long long)of);
        return decode_lost(d, "ended inside %s", what);
    case HS_ERR_IO: log_error("%s: reading failed: %s", d->p->name, strerror(error)); return status;
    case HS_ERR_MEMORY: log_error("%s: no memory for %s", d->p->name, what); return status;
    default: return status;
    }
}

/* --- into the history --- */

static bool is_due(struct decoder *d, bool rows)
{
    return !d->p->pace || d->p->pace(d->p->pace_arg, d->t_ns, rows);
}

enum hs_status decode_reserve(struct decoder *d, int64_t num_bytes, struct frame **out)
{
    *out = NULL;
    enum hs_status status = is_due(d, false) ? history_reserve(d->p->history, (size_t)num_bytes, out) : HS_ERR_CANCELLED;
    if (status == HS_ERR_LIMIT)
        decode_reject(d, "", "a frame of %lld bytes is more than a third of the memory for frames: raise --memory and --history",
                      (long long)num_bytes);
    else if (status == HS_ERR_MEMORY)
        log_error("%s: no memory for a frame of %lld bytes", d->p->name, (long long)num_bytes);
    return status;
}

/* Names that are too many or too few; those there are stand beside the first rows or columns. */
static void check_labels(struct decoder *d, const char *key, int64_t num, int64_t cells, const char *what)
{
    if (num && num != cells)
        decode_warn(d, "%s: %lld names, but the matrix has %lld %s", key, (long long)num, (long long)cells, what);
}

void decode_commit(struct decoder *d, struct frame *f)
{
    if (!f->meta) {
        f->meta = meta_ref(d->meta);
        check_labels(d, "row_labels", d->meta ? d->meta->num_row_labels : 0, f->cells.rows, "rows");
        check_labels(d, "col_labels", d->meta ? d->meta->num_col_labels : 0, f->cells.cols, "columns");
    }
    f->t_ns = d->t_ns;
    f->settings = d->settings;
    d->settings = NULL;
    history_commit(d->p->history, f);
}

/* When the last of these rows was: the record's time belongs to its last row, those before come after the record before. */
static int64_t row_stamp(struct decoder *d, int64_t done, int64_t all)
{
    if (!d->t_ns)
        return d->stamp_rows ? clock_unix_ns() : 0;
    int64_t before = d->rows_t_ns, since = d->t_ns - before;
    if (done >= all)
        d->rows_t_ns = d->t_ns;
    if (done >= all || before <= 0 || since < 0 || since > 1000000000)
        return d->t_ns;
    return before + (int64_t)((__int128)since * done / all);
}

enum hs_status decode_push_rows(struct decoder *d, const struct array *rows, int64_t done, int64_t all)
{
    if (!is_due(d, true))
        return HS_ERR_CANCELLED;
    char *settings = d->settings;
    d->settings = NULL;
    check_labels(d, "col_labels", d->meta ? d->meta->num_col_labels : 0, rows->cols, "columns");
    int64_t stamp = row_stamp(d, done + rows->rows, all);
    enum hs_status status = history_push_stamped_rows(d->p->history, rows, d->meta, settings, d->t_ns, stamp);
    if (status == HS_ERR_LIMIT)
        decode_reject(d, "", "a row of %lld cells is more than the memory for frames allows: raise --memory and --history",
                      (long long)rows->cols);
    else if (status == HS_ERR_MEMORY)
        log_error("%s: no memory for rows of %lld cells", d->p->name, (long long)rows->cols);
    return status;
}

enum hs_status decode_grid_shape(struct decoder *d)
{
    if (!d->grid_news)
        return HS_OK;
    d->grid_news = false;
    enum hs_status status = history_set_shape(d->p->history, d->grid_rows, d->grid_cols);
    if (status == HS_ERR_LIMIT)
        decode_reject(d, "", "a grid of shape [%lld, %lld] is more than the memory for frames allows: raise --memory and --history",
                      (long long)d->grid_rows, (long long)d->grid_cols);
    else if (status == HS_ERR_MEMORY)
        log_error("%s: no memory for a grid of shape [%lld, %lld]", d->p->name, (long long)d->grid_rows, (long long)d->grid_cols);
    return status == HS_ERR_LIMIT ? HS_OK : status;
}

enum hs_status decode_skip(struct decoder *d, int64_t num_bytes, const char *what)
{
    uint64_t begin = d->r->offset;
    enum hs_status status = reader_discard(d->r, (uint64_t)num_bytes);
    return status == HS_OK ? HS_OK : decode_read_failed(d, status, what, begin, num_bytes);
}

/* --- dispatch --- */

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Could a line of text begin like this? Of what there is, up to 64 bytes: no control bytes, and no first byte that neither UTF-8
 * nor Latin-1 letters have. */
static bool looks_like_text(const uint8_t *bytes, size_t len)
{
    if (len > 64)
        len = 64;
    for (size_t i = 0; i < len && bytes[i] != '\n'; i++)
        if ((bytes[i] < 0x20 && !is_space(bytes[i])) || bytes[i] == 0x7f)
            return false;
    return bytes[0] < 0x80 || (bytes[0] >= 0xc0 && bytes[0] < 0xfe);
}

/* What a stream that isn't ours looks like, and what to do. */
static const char *guess_format(const struct decoder *d, const uint8_t *bytes, size_t len)
{
    static const struct {
        const char *magic;
        size_t len;
        const char *hint;
    } known[] = {
        {"\xff\xfe", 2, " (UTF-16 text? write it as UTF-8)"},
        {"\xfe\xff", 2, " (UTF-16 text? write it as UTF-8)"},
        {"PK\x03\x04", 4, " (an .npz or zip file? unpack it, or use np.save)"},
        {"\x1f\x8b", 2, " (gzip: pipe it through zcat)"},
        {"\x28\xb5\x2f\xfd", 4, " (zstd: pipe it through zstdcat)"},
        {"\x89PNG", 4, " (a PNG picture: np.save its cells)"},
        {"\xff\xd8\xff", 3, " (a JPEG picture: np.save its cells)"},
        {"\x89HDF", 4, " (an HDF5 file: np.save its data set)"},
        {"II*", 4, " (a TIFF picture: np.save its cells)"},
        {"MM\0*", 4, " (a TIFF picture: np.save its cells)"},
        {"\x16\x03\x01", 3, " (TLS? nothing is encrypted here; use ssh -L for that)"},
        {"\x80\x04\x95", 3, " (a Python pickle: use np.save)"},
        {"\x80\x05\x95", 3, " (a Python pickle: use np.save)"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (len >= known[i].len && memcmp(bytes, known[i].magic, known[i].len) == 0)
            return known[i].hint;
    return decode_is_named_npy(d) ? "; NPY files begin with \\x93NUMPY, whatever their name" : "; for plain numbers say --raw";
}

static enum hs_status unknown_record(struct decoder *d, const uint8_t *bytes, size_t len)
{
    char hex[8 * 5 + 1] = "";
    size_t num = len < 8 ? len : 8;
    for (size_t i = 0; i < num; i++)
        snprintf(hex + 5 * i, sizeof hex - 5 * i, " 0x%02x", bytes[i]);
    if (!d->r->offset)
        return decode_lost(d, "not a stream I know: first bytes%s%s", hex, guess_format(d, bytes, len));
    return decode_lost(d, "the stream is broken at byte %llu: no record begins with%s", (unsigned long long)d->r->offset, hex);
}

/* *is: "P2", "P5", "PF" or "Pf" and white space come next. */
static enum hs_status peek_pnm(struct decoder *d, bool *is)
{
    const uint8_t *bytes;
    size_t got;
    enum hs_status status = reader_peek(d->r, 3, &bytes, &got);
    *is = status == HS_OK && got >= 3 && bytes[0] == 'P' && strchr("25Ff", bytes[1]) && bytes[1] && is_space(bytes[2]);
    return status;
}

static enum hs_status skip_bom(struct decoder *d)
{
    const uint8_t *bytes;
    size_t got;
    enum hs_status status = reader_peek(d->r, 1, &bytes, &got);
    if (status == HS_OK && got && bytes[0] == 0xef)
        status = reader_peek(d->r, 3, &bytes, &got);
    if (status == HS_OK && got >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        reader_skip_peeked(d->r, 3);
    return status;
}

/* Nothing came for a while, in the middle of a record. At the end of a file that grows this is asked at once: wait once more there. */
static void on_wait(void *arg)
{
    struct decoder *d = arg;
    char text[COMPLAINT_BYTES];
    int64_t came = (int64_t)(d->r->offset - d->record_begin) + (int64_t)(d->r->end - d->r->begin);
    bool first = d->came < 0;
    d->came = came;
    if (first && d->r->more)
        return;
    if (d->record_bytes)
        snprintf(text, sizeof text, "waiting for the rest of a frame (%lld of %lld bytes)", (long long)came, (long long)d->record_bytes);
    else
        snprintf(text, sizeof text, "waiting for the rest of a record (%lld bytes came)", (long long)came);
    complaints_wait(d->p->complaints, d, text);
}

static enum hs_status watched_record(struct decoder *d, enum hs_status (*decode)(struct decoder *))
{
    enum { PATIENCE_MS = 1000 };
    d->record_begin = d->r->offset;
    d->record_bytes = 0;
    d->came = -1;
    if (d->p->complaints) {
        d->r->idle = on_wait;
        d->r->idle_arg = d;
        d->r->idle_ms = PATIENCE_MS;
    }
    enum hs_status status = decode(d);
    d->r->idle = NULL;
    d->r->idle_ms = -1;
    if (d->came >= 0)
        complaints_wait(d->p->complaints, d, NULL);
    return status;
}

static enum hs_status binary_record(struct decoder *d, enum hs_status (*decode)(struct decoder *))
{
    d->seen_binary = true;
    enum hs_status status = watched_record(d, decode);
    d->t_ns = 0;
    return status;
}

/* What came first is a request of the web, no text of numbers. */
static enum hs_status not_text(struct decoder *d, const uint8_t *bytes, size_t len)
{
    static const char *const methods[] = {"GET ", "POST ", "PUT ", "HEAD ", "OPTIONS ", "CONNECT ", "DELETE ", "PATCH "};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        size_t method = strlen(methods[i]);
        if (len > method && memcmp(bytes, methods[i], method) == 0 && memmem(bytes, len, " HTTP/", 6))
            return decode_lost(d, "an HTTP request came, but this is no web server: connect a plain socket and write matrices to it, "
                                  "as np.save does (docs/streaming.md)");
    }
    return HS_OK;
}

static void between_records(void *arg)
{
    struct decoder *d = arg;
    history_prepare(d->p->history);
}

/* The first byte of a record. The frame before has been drawn when nothing came for that long: nobody waits for the cores. */
static enum hs_status peek_record(struct decoder *d, const uint8_t **bytes, size_t *got)
{
    enum { DRAWN_MS = 8 };
    if (!d->r->more) {
        d->r->idle = between_records;
        d->r->idle_arg = d;
        d->r->idle_ms = DRAWN_MS;
    }
    enum hs_status status = reader_peek(d->r, 1, bytes, got);
    d->r->idle = NULL;
    d->r->idle_ms = -1;
    return status;
}

/* One record, or all the text there is. *end: there are no more. */
static enum hs_status decode_record(struct decoder *d, bool *end)
{
    const uint8_t *bytes;
    size_t got;
    enum hs_status status = peek_record(d, &bytes, &got);
    *end = !got;
    if (status != HS_OK || !got)
        return status == HS_OK ? HS_OK : decode_read_failed(d, status, "a record", 0, 0);
    if (d->skip_space && is_space(bytes[0])) {
        reader_skip_peeked(d->r, 1);
        return HS_OK;
    }
    d->skip_space = false;
    bool pnm = false;
    if (bytes[0] == 'P' && (status = peek_pnm(d, &pnm)) != HS_OK)
        return decode_read_failed(d, status, "a record", 0, 0);
    if (bytes[0] == 0x93)
        return binary_record(d, decode_npy);
    if (bytes[0] == '{')
        return watched_record(d, decode_json);
    if (pnm)
        return binary_record(d, decode_pnm);
    status = reader_peek(d->r, 1, &bytes, &got);
    if (status == HS_OK && !d->text && !d->r->offset && (status = not_text(d, bytes, got)) != HS_OK)
        return status;
    if (!d->text && (d->seen_binary || !looks_like_text(bytes, got)))
        return unknown_record(d, bytes, got);
    return d->p->event_rows ? decode_event_lines(d) : decode_text(d);
}

/* Bytes that came just now, unlike those of a file, also one that comes through a pipe to be drawn. */
static bool is_live(const struct reader *r, const struct decode_params *p)
{
    struct stat st;
    if (r->fd < 0 || fstat(r->fd, &st) != 0)
        return false;
    return S_ISSOCK(st.st_mode) || (p->live && !S_ISREG(st.st_mode));
}

enum hs_status decode_stream(struct reader *r, const struct decode_params *p)
{
    struct decoder d = {.r = r, .p = p, .stamp_rows = is_live(r, p), .grid_rows = p->event_rows, .grid_cols = p->event_cols,
                        .grid_news = p->event_rows > 0};
    bool end = false;
    enum hs_status status;
    if (p->file && (d.meta = meta_create())) /* without memory: without its name */
        d.meta->file = mem_strdup(p->file);
    if (p->raw) {
        status = decode_raw(&d);
    } else {
        status = skip_bom(&d);
        if (status != HS_OK)
            status = decode_read_failed(&d, status, "a record", 0, 0);
        while (status == HS_OK && !end)
            status = decode_record(&d, &end);
        if (status == HS_OK)
            status = decode_text_finish(&d);
    }
    decode_text_destroy(d.text);
    decode_tiles_destroy(d.seqs);
    decode_events_destroy(d.events);
    meta_unref(d.meta);
    free(d.settings);
    buf_free(&d.scratch);
    return status;
}
