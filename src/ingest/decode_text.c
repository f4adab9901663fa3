/* Text: a row of numbers per line. Rows are gathered in one buffer of doubles, which is either pushed to the waterfall (when it is
 * large, or when no byte is waiting) or becomes a frame at a blank line. Which of both it is the stream may decide itself: until
 * the first blank line it is rows.
 *
 * Names: the last line of names before the numbers labels the columns if it has as many (vmstat, pandas); a first cell that is no
 * number, or one under an empty header cell, names the row. */
#include "ingest/decode_cells.h"
#include "ingest/decode_internal.h"

#include "base/log.h"
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_ROWS_AT_ONCE = 256,
    MAX_BYTES_AT_ONCE = 1 << 20,
    MAX_WHOLE_BYTES = 64 << 20, /* of numbers before the first blank line */
    MAX_KNOWN_LINES = 16,
    MAX_MIXED_LINES = 5,
    MAX_NAMES = 1 << 20,    /* columns or rows beyond this many stay without names */
    QUOTED_CHARS = 40, /* of a line, in messages */
};

enum text_mode { MODE_ROWS, MODE_UNDECIDED, MODE_FRAMES };

struct text_decoder {
    struct decoder *d;
    enum text_mode mode;
    locale_t c_locale;
    uint64_t line;
    /* The rows of the frame or waterfall we are in. */
    int64_t width;          /* numbers in each; 0: none has come */
    bool labelled;          /* their first cell is a name */
    bool pushed;            /* some are in the waterfall */
    bool too_large;         /* a frame over 1 GiB: left out up to the next blank line */
    struct buf values;      /* rows not passed on yet */
    int64_t num_rows;
    /* While it is undecided, all rows since the beginning: a matrix taller than the waterfall must come whole. */
    struct buf whole;
    int64_t num_whole;
    bool whole_lost;        /* they were more than is kept */
    struct names row_labels;
    /* The line of names before the numbers. */
    struct names header;
    bool header_for_index;  /* its first cell is empty: the first column is an index */
    bool header_labels;     /* the connection's column labels came from such a line */
    uint64_t known[MAX_KNOWN_LINES]; /* hashes of lines of names before the numbers: they may come again */
    int num_known;
    bool any_rows;
    int num_mixed;          /* lines of words and numbers before the first row */
    enum hs_status idle_status;
};

/* --- life --- */

static struct text_decoder *text_create(struct decoder *d)
{
    struct text_decoder *t = mem_zeroed(1, sizeof *t);
    if (!t)
        return NULL;
    t->d = d;
    bool gather = d->p->lines == LINES_FRAMES || (d->p->lines == LINES_AUTO && (!d->p->live || d->p->one_array));
    t->mode = gather ? MODE_FRAMES : d->p->lines == LINES_ROWS ? MODE_ROWS : MODE_UNDECIDED;
    t->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (t->c_locale)
        return t;
    free(t);
    return NULL;
}

void decode_text_destroy(struct text_decoder *t)
{
    if (!t)
        return;
    buf_free(&t->values);
    buf_free(&t->whole);
    names_free(&t->row_labels);
    names_free(&t->header);
    freelocale(t->c_locale);
    free(t);
}

/* --- passing on --- */

static void forget_rows(struct text_decoder *t)
{
    t->values.len = 0;
    t->num_rows = 0;
    names_clear(&t->row_labels);
}

static void forget_layout(struct text_decoder *t)
{
    t->width = 0;
    t->labelled = t->pushed = t->too_large = t->header_for_index = false;
    names_clear(&t->header);
}

/* Another copy of the rows that go to the waterfall now, up to a limit: such a tall matrix is no matrix, but a log. */
static void keep_whole(struct text_decoder *t)
{
    if (t->mode != MODE_UNDECIDED || t->whole_lost)
        return;
    t->whole_lost = t->whole.len + t->values.len > MAX_WHOLE_BYTES || !buf_append(&t->whole, t->values.data, t->values.len);
    t->num_whole += t->num_rows;
    if (t->whole_lost)
        buf_free(&t->whole);
}

static enum hs_status flush_rows(struct text_decoder *t)
{
    if (t->mode == MODE_FRAMES || !t->num_rows)
        return HS_OK;
    struct array rows = array_c_order(t->values.data, DTYPE_F8, t->num_rows, t->width);
    keep_whole(t);
    enum hs_status status = decode_push_rows(t->d, &rows, 0, t->num_rows);
    t->d->t_ns = 0;
    t->pushed = true;
    forget_rows(t);
    return status == HS_ERR_LIMIT ? HS_OK : status;
}

/* The reader is about to wait: what has come is shown. */
static void on_idle(void *arg)
{
    struct text_decoder *t = arg;
    enum hs_status status = flush_rows(t);
    if (t->idle_status == HS_OK)
        t->idle_status = status;
}

/* The frame's own meta: the connection's with these row labels. */
static struct meta *labelled_meta(struct text_decoder *t)
{
    struct meta *bare = t->d->meta, *m = meta_copy(bare);
    if (!m)
        return NULL;
    for (int64_t i = 0; i < m->num_row_labels; i++)
        free(m->row_labels[i]);
    free(m->row_labels);
    m->row_labels = t->row_labels.list;
    m->num_row_labels = t->row_labels.num;
    t->row_labels = (struct names){0};
    return m;
}

/* What was gathered becomes a frame. */
static enum hs_status close_frame(struct text_decoder *t)
{
    if (t->mode != MODE_FRAMES || !t->num_rows)
        return HS_OK;
    struct frame *f;
    enum hs_status status = decode_reserve(t->d, (int64_t)t->values.len, &f);
    if (status == HS_OK) {
        memcpy(f->bytes, t->values.data, t->values.len);
        f->cells = array_c_order(f->bytes, DTYPE_F8, t->num_rows, t->width);
        if (t->row_labels.num == t->num_rows)
            f->meta = labelled_meta(t);
        decode_commit(t->d, f);
        t->d->t_ns = 0;
    }
    forget_rows(t);
    return status == HS_ERR_LIMIT ? HS_OK : status;
}

/* The first blank line: what was shown as rows so far was the first frame. */
static enum hs_status decide_on_frames(struct text_decoder *t)
{
    enum hs_status status = flush_rows(t);
    t->mode = MODE_FRAMES;
    if (status != HS_OK)
        return status;
    struct frame *f = NULL;
    if (t->num_whole && !t->whole_lost)
        status = decode_reserve(t->d, (int64_t)t->whole.len, &f);
    if (status == HS_OK && f) {
        memcpy(f->bytes, t->whole.data, t->whole.len);
        f->cells = array_c_order(f->bytes, DTYPE_F8, t->num_whole, t->width);
        f->meta = meta_ref(t->d->meta);
        history_commit_for_rows(t->d->p->history, f);
    } else if (status == HS_OK || status == HS_ERR_LIMIT) {
        if (t->whole_lost)
            decode_hint(t->d, "more than 64 MiB of numbers before the first blank line: of the first frame the newest rows are "
                              "kept; --lines frames keeps all");
        status = history_rows_to_frame(t->d->p->history);
    }
    buf_free(&t->whole);
    return status;
}

static enum hs_status blank_line(struct text_decoder *t)
{
    enum hs_status status = HS_OK;
    if (t->mode == MODE_ROWS || (!t->width && !t->too_large))
        return HS_OK;
    if (t->mode == MODE_FRAMES) {
        status = close_frame(t);
    } else {
        status = decide_on_frames(t);
    }
    forget_layout(t);
    return status;
}

/* --- lines of names --- */

static uint64_t hash_line(struct span line)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < line.len; i++)
        hash = (hash ^ (unsigned char)line.at[i]) * 1099511628211u;
    return hash;
}

static bool is_known(const struct text_decoder *t, uint64_t hash)
{
    for (int i = 0; i < t->num_known; i++)
        if (t->known[i] == hash)
            return true;
    return false;
}

/* "line 7: " */
static const char *where(const struct text_decoder *t, char out[32])
{
    snprintf(out, 32, "line %llu: ", (unsigned long long)t->line);
    return out;
}

static int quoted(struct span s)
{
    return s.len > QUOTED_CHARS ? QUOTED_CHARS : (int)s.len;
}

/* A line without a number: kept as a header before the numbers; among them it may only repeat one, or fit as one. */
static enum hs_status names_line(struct text_decoder *t, struct span line, const struct cells *c)
{
    char place[32];
    uint64_t hash = hash_line(line);
    bool known = is_known(t, hash);
    if (t->width) {
        if (!known && c->num != t->width && c->num != t->width + t->labelled)
            decode_reject(t->d, where(t, place), "no numbers in \"%.*s\"", quoted(line), line.at);
        return HS_OK;
    }
    if (t->header.num && !known)
        decode_hint(t->d, "lines before the numbers that don't name the columns are passed over");
    if (!known && t->num_known < MAX_KNOWN_LINES)
        t->known[t->num_known++] = hash;
    names_clear(&t->header);
    if (c->num > MAX_NAMES)
        return HS_OK;
    t->header_for_index = c->first_is_empty && c->num > 1;
    return cells_split(line, c->separator, &t->header) ? HS_OK : HS_ERR_MEMORY;
}

/* pandas numbers unnamed columns: ",0,1,2". */
static bool is_counting_header(const struct text_decoder *t, const struct cells *c, const double *values)
{
    if (t->width || t->header.num || !c->first_is_empty || c->num < 2 || c->num_numbers != c->num - 1)
        return false;
    for (int64_t i = 1; i < c->num; i++)
        if (values[i] != (double)(i - 1))
            return false;
    return true;
}

/* The header's names from `first` on (none: -1) as the connection's column labels. */
static enum hs_status set_col_labels(struct text_decoder *t, int64_t first)
{
    struct meta *m = meta_copy(t->d->meta);
    if (!m)
        return HS_ERR_MEMORY;
    for (int64_t i = 0; i < m->num_col_labels; i++)
        free(m->col_labels[i]);
    free(m->col_labels);
    m->col_labels = NULL;
    m->num_col_labels = 0;
    t->header_labels = first >= 0;
    if (first >= 0) {
        for (int64_t i = 0; i < first; i++)
            free(t->header.list[i]);
        m->num_col_labels = t->header.num - first;
        memmove(t->header.list, t->header.list + first, (size_t)m->num_col_labels * sizeof *t->header.list);
        m->col_labels = t->header.list;
        t->header = (struct names){0};
    }
    meta_unref(t->d->meta);
    t->d->meta = m;
    return HS_OK;
}

/* --- rows --- */

/* The first row says how all have to look. */
static enum hs_status begin_rows(struct text_decoder *t, const struct cells *c)
{
    bool index = t->header_for_index && t->header.num == c->num;
    t->labelled = c->first_is_word || index;
    t->width = c->num - t->labelled;
    int64_t named = t->header.num;
    if (named && named == c->num)
        return set_col_labels(t, t->labelled);
    if (named && named == t->width)
        return set_col_labels(t, 0);
    if (named)
        decode_hint(t->d, "lines before the numbers that don't name the columns are passed over");
    if (t->header_labels && t->d->meta && t->d->meta->num_col_labels != t->width)
        return set_col_labels(t, -1);
    return HS_OK;
}

/* Why the line doesn't fit those before it; said and counted. */
static bool row_fits(struct text_decoder *t, const struct cells *c)
{
    char place[32];
    if (c->first_is_word && !t->labelled) {
        decode_reject(t->d, where(t, place), "\"%.*s\" isn't a number", quoted(c->first), c->first.at);
        return false;
    }
    int64_t num = c->num - t->labelled;
    if (num != t->width)
        decode_reject(t->d, where(t, place), "a row of %lld cells among rows of %lld is left out", (long long)num,
                      (long long)t->width);
    return num == t->width;
}

/* The line's cells stand at the end of the values, from byte `begin` on. */
static enum hs_status add_row(struct text_decoder *t, const struct cells *c, size_t begin)
{
    enum hs_status status = HS_OK;
    if (!t->width && (status = begin_rows(t, c)) != HS_OK)
        return status;
    if (!row_fits(t, c)) {
        t->values.len = begin;
        return HS_OK;
    }
    if (t->labelled) {
        char *row = t->values.data + begin;
        t->values.len -= sizeof(double);
        memmove(row, row + sizeof(double), t->values.len - begin);
        if (t->mode == MODE_FRAMES && t->row_labels.num < MAX_NAMES && !names_append(&t->row_labels, c->first))
            return HS_ERR_MEMORY;
    }
    t->num_rows++;
    t->any_rows = true;
    if (t->mode != MODE_FRAMES && (t->num_rows >= MAX_ROWS_AT_ONCE || t->values.len >= MAX_BYTES_AT_ONCE))
        return flush_rows(t);
    if ((int64_t)t->values.len > DECODE_MAX_FRAME_BYTES) {
        decode_reject(t->d, "", "text of more than 1 GiB of numbers in one frame: left out up to the next blank line");
        forget_rows(t);
        t->too_large = true;
    }
    return HS_OK;
}

static bool is_blank_line(const struct text_decoder *t, const char *line, size_t len)
{
    int64_t tabs = 0;
    for (size_t i = 0; i < len; i++) {
        if (line[i] != ' ' && (line[i] < '\t' || line[i] > '\r'))
            return false;
        tabs += line[i] == '\t';
    }
    return !tabs || tabs + 1 != t->width + t->labelled; /* else a row of empty cells */
}

static enum hs_status take_line(struct text_decoder *t, const char *bytes, size_t len)
{
    char place[32];
    if (is_blank_line(t, bytes, len))
        return blank_line(t);
    struct span line = cells_trim(bytes, len);
    if (!line.len || t->too_large)
        return HS_OK;
    struct cells c;
    size_t begin = t->values.len;
    if (!cells_scan(line, t->c_locale, &t->values, &c))
        return HS_ERR_MEMORY;
    bool named_row = c.first_is_word && c.num_words == 1 && (c.num_numbers || (t->labelled && c.num == t->width + 1));
    bool row = c.num_words == 0 || named_row;
    if (row && !is_counting_header(t, &c, (const double *)(t->values.data + begin)))
        return add_row(t, &c, begin);
    t->values.len = begin;
    if (row || !c.num_numbers)
        return names_line(t, line, &c);
    if (t->width || ++t->num_mixed > MAX_MIXED_LINES)
        decode_reject(t->d, where(t, place), "\"%.*s\" isn't a number", quoted(c.word), c.word.at);
    else
        decode_hint(t->d, "lines before the numbers that don't name the columns are passed over");
    return HS_OK;
}

/* --- the stream --- */

static enum hs_status next_line(struct text_decoder *t)
{
    struct decoder *d = t->d;
    const char *line;
    size_t len;
    t->line++;
    enum hs_status status = reader_line(d->r, DECODE_MAX_LINE_BYTES, &line, &len);
    if (status == HS_ERR_LIMIT)
        return decode_lost(d, "line %llu is longer than 16 MiB", (unsigned long long)t->line);
    if (status != HS_OK)
        return decode_read_failed(d, status, "a line", 0, 0);
    if (t->idle_status != HS_OK)
        return t->idle_status;
    if (len && line[0] == '{') {
        if (len > DECODE_MAX_JSON_BYTES) {
            decode_reject(d, "", "a JSON line is longer than 1 MiB");
            return HS_OK;
        }
        status = flush_rows(t);
        return status == HS_OK ? decode_json_line(d, line, len) : status;
    }
    if (memchr(line, 0, len))
        return decode_lost(d, "line %llu isn't text: it holds zero bytes", (unsigned long long)t->line);
    status = take_line(t, line, len);
    if (status == HS_ERR_MEMORY)
        log_error("%s: no memory for line %llu", d->p->name, (unsigned long long)t->line);
    return status;
}

enum hs_status decode_text(struct decoder *d)
{
    if (!d->text)
        d->text = text_create(d);
    struct text_decoder *t = d->text;
    if (!t) {
        log_error("%s: no memory for text", d->p->name);
        return HS_ERR_MEMORY;
    }
    d->r->idle = on_idle;
    d->r->idle_arg = t;
    d->r->idle_ms = 0;
    enum hs_status status;
    const uint8_t *bytes;
    size_t got;
    for (;;) {
        status = reader_peek(d->r, 1, &bytes, &got);
        if (status != HS_OK)
            status = decode_read_failed(d, status, "a line", 0, 0);
        if (status == HS_OK)
            status = t->idle_status;
        if (status != HS_OK || !got || bytes[0] == 0x93)
            break;
        status = next_line(t);
        if (status != HS_OK)
            break;
    }
    d->r->idle = NULL;
    d->r->idle_ms = -1;
    enum hs_status flushed = status == HS_ERR_CANCELLED ? HS_OK : flush_rows(t); /* complete lines count, whatever came then */
    if (status == HS_OK && flushed == HS_OK)
        flushed = close_frame(t);
    if (t->mode == MODE_FRAMES && t->width)
        forget_layout(t);
    return status == HS_OK ? flushed : status;
}

enum hs_status decode_text_finish(struct decoder *d)
{
    struct text_decoder *t = d->text;
    if (t && !t->any_rows && (t->header.num || t->num_mixed))
        decode_reject(d, "", "no row of numbers came, only words; one name may stand before the numbers of a row");
    return HS_OK;
}
