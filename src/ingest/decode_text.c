/* Text: a row of numbers per line. Rows are gathered in one buffer of doubles, which is either pushed to the waterfall (when it is
 * large, or when no byte is waiting) or becomes a frame at a blank line. Which of both it is the stream may decide itself: until
 * the first blank line it is rows.
 *
 * Names: the last line of names before the numbers that has as many labels the columns (vmstat, pandas); a first cell that is no
 * number, or one under an empty header cell, names the row, and between blanks all words before the numbers do. The first row may
 * turn out to have been no row, but prose or names that are numbers: that is decided when the next line comes (enum doubt). */
#include "ingest/decode_cells.h"
#include "ingest/decode_header.h"
#include "ingest/decode_index.h"
#include "ingest/decode_internal.h"
#include "ingest/decode_row_names.h"

#include "base/log.h"
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_ROWS_AT_ONCE = 256,
    MAX_BYTES_AT_ONCE = 1 << 20,
    MAX_WHOLE_BYTES = 64 << 20, /* of numbers before the first blank line */
    MAX_NAMES = 1 << 20,    /* columns or rows beyond this many stay without names */
    QUOTED_CHARS = 40, /* of a line, in messages */
};

enum text_mode { MODE_ROWS, MODE_UNDECIDED, MODE_FRAMES };

static const char no_number[] = "isn't a number: row left out (between commas it would count as NaN)";

/* What the first row may be instead. */
enum doubt { DOUBT_NONE, DOUBT_PROSE, DOUBT_HEADER };

struct text_decoder {
    struct decoder *d;
    enum text_mode mode;
    locale_t c_locale;
    uint64_t line;
    /* The rows of the frame or waterfall we are in. */
    int64_t width;          /* numbers in each; 0: none has come */
    bool labelled;          /* their first cell is a name */
    bool by_place;          /* names may end in numbers, the header told how many columns there are */
    char separator;         /* of their cells; 0: none has come */
    enum doubt doubt;       /* only while the first is the only one */
    struct buf first;       /* that first line, then */
    uint64_t first_line;
    bool pushed;            /* some are in the waterfall */
    bool too_large;         /* a frame over 1 GiB: left out up to the next blank line */
    struct buf values;      /* rows not passed on yet */
    int64_t num_rows;
    int64_t num_bools;      /* of their cells: as many as there are, and the frame is one of bool */
    /* While it is undecided, all rows since the beginning: a matrix taller than the waterfall must come whole. */
    struct buf whole;
    int64_t num_whole;
    bool whole_lost;        /* they were more than is kept */
    struct names row_labels;
    struct names newest;    /* of the rows passed on */
    struct headers headers;
    struct index_col index; /* which column names the rows */
    bool header_labels;     /* the connection's column labels came from such a line */
    bool any_rows, any_frames;
    bool said_nan;          /* that words count as NaN */
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
    index_col_init(&t->index, d->p->index_col);
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
    names_free(&t->newest);
    headers_free(&t->headers);
    index_col_fini(&t->index);
    buf_free(&t->first);
    freelocale(t->c_locale);
    free(t);
}

/* --- messages --- */

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

/* Left out: said once for each reason, with the first such line. */
static void reject_line(struct text_decoder *t, struct span what, const char *why)
{
    char place[32], text[32 + 2 * QUOTED_CHARS];
    snprintf(text, sizeof text, "%s\"%.*s\" ", where(t, place), quoted(what), what.at);
    decode_reject(t->d, text, "%s", why);
}

/* --- passing on --- */

static void forget_rows(struct text_decoder *t)
{
    t->values.len = 0;
    t->num_rows = t->num_bools = 0;
    names_clear(&t->row_labels);
}

static void forget_layout(struct text_decoder *t)
{
    t->width = 0;
    t->labelled = t->pushed = t->too_large = false;
    t->separator = 0;
    t->doubt = DOUBT_NONE;
    t->headers.num = 0;
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
    if (t->mode == MODE_FRAMES || !t->num_rows || t->doubt)
        return HS_OK;
    struct array rows = array_c_order(t->values.data, DTYPE_F8, t->num_rows, t->width);
    struct meta *bare = t->d->meta, *named = NULL;
    keep_whole(t);
    if (t->row_labels.num == t->num_rows) {
        row_names_keep(&t->newest, &t->row_labels);
        named = row_names_newest(bare, &t->newest);
    }
    t->d->meta = named ? named : bare;
    enum hs_status status = decode_push_rows(t->d, &rows, 0, t->num_rows);
    t->d->meta = bare;
    meta_unref(named);
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

/* The first row was none. prose: counted as left out. */
static void drop_first(struct text_decoder *t, bool prose)
{
    if (prose)
        reject_line(t, (struct span){t->first.data, t->first.len}, "above this line doesn't fit the rows below: row left out");
    forget_rows(t);
    t->width = 0;
    t->labelled = false;
    t->separator = 0;
    t->doubt = DOUBT_NONE;
}

/* A cell that is a word is said once. */
static void note_words(struct text_decoder *t, const struct cells *c, uint64_t line)
{
    struct span word = c->word.at ? c->word : c->first;
    if (t->said_nan || t->doubt == DOUBT_PROSE || c->separator == ' ' || c->num_words <= (t->labelled && c->first_is_word))
        return;
    t->said_nan = true;
    log_warn("%s: line %llu: \"%.*s\" isn't a number: counts as NaN, like every such cell", t->d->p->name,
             (unsigned long long)line, quoted(word), word.at);
}

/* The first row is one after all. */
static void keep_first(struct text_decoder *t)
{
    size_t len = t->values.len;
    struct cells c;
    bool prose = t->doubt == DOUBT_PROSE;
    t->doubt = DOUBT_NONE;
    if (prose && cells_scan(cells_trim(t->first.data, t->first.len), t->separator, t->c_locale, &t->values, &c))
        note_words(t, &c, t->first_line);
    t->values.len = len;
}

/* No line follows that could tell what the first row was. */
static void end_doubt(struct text_decoder *t, bool at_end)
{
    if (t->doubt == DOUBT_PROSE && (!at_end || t->any_frames))
        drop_first(t, true);
    else
        keep_first(t);
}

/* What was gathered becomes a frame. */
static enum hs_status close_frame(struct text_decoder *t)
{
    if (t->mode != MODE_FRAMES || !t->num_rows)
        return HS_OK;
    struct frame *f;
    enum dtype dtype = t->num_bools == t->num_rows * t->width ? DTYPE_B1 : DTYPE_F8;
    if (dtype == DTYPE_B1)
        cells_to_bytes(&t->values);
    enum hs_status status = decode_reserve(t->d, (int64_t)t->values.len, &f);
    if (status == HS_OK) {
        memcpy(f->bytes, t->values.data, t->values.len);
        f->cells = array_c_order(f->bytes, dtype, t->num_rows, t->width);
        if (t->row_labels.num == t->num_rows)
            f->meta = row_names_meta(t->d->meta, &t->row_labels);
        decode_commit(t->d, f);
        t->d->t_ns = 0;
        t->any_frames = true;
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
        f->meta = t->newest.num == t->num_whole ? row_names_meta(t->d->meta, &t->newest) : meta_ref(t->d->meta);
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
    end_doubt(t, false);
    if (!t->width && !t->too_large) {
        forget_layout(t);
        return HS_OK;
    }
    if (t->mode == MODE_FRAMES) {
        status = close_frame(t);
    } else {
        t->any_frames = true;
        status = decide_on_frames(t);
    }
    forget_layout(t);
    return status;
}

/* --- lines of names --- */

/* A line without a number: kept as a header before the numbers; among them it may only repeat one. */
static enum hs_status names_line(struct text_decoder *t, struct span line, struct span bare, int64_t num)
{
    if (t->doubt == DOUBT_PROSE)
        drop_first(t, true);
    if (t->width) {
        if (!headers_known(&t->headers, bare))
            reject_line(t, bare, "holds no number: row left out");
        return HS_OK;
    }
    headers_learn(&t->headers, bare);
    return num > MAX_NAMES || headers_keep(&t->headers, line) ? HS_OK : HS_ERR_MEMORY;
}

/* These names become the connection's column labels; none: it has no such labels any more. */
static enum hs_status set_col_labels(struct text_decoder *t, struct names *names, const char *row_title)
{
    struct meta *m = meta_copy(t->d->meta);
    if (!m)
        return HS_ERR_MEMORY;
    for (int64_t i = 0; i < m->num_col_labels; i++)
        free(m->col_labels[i]);
    free(m->col_labels);
    m->col_labels = names->num ? names->list : NULL;
    m->num_col_labels = names->num;
    free(m->row_title);
    m->row_title = row_title && *row_title ? mem_strdup(row_title) : NULL;
    t->header_labels = names->num > 0;
    if (names->num)
        *names = (struct names){0};
    meta_unref(t->d->meta);
    t->d->meta = m;
    return HS_OK;
}

/* --- the first row --- */

/* Names may end in a number ("Sensor 1"): the header's places tell. */
static enum hs_status find_numbered_names(struct text_decoder *t, struct span row, const struct cells *c, struct names *out)
{
    int64_t most = t->width;
    enum hs_status status = HS_OK;
    for (int64_t width = most - 1; width > 0 && width >= most - 2 && status == HS_OK; width--) {
        status = headers_find(&t->headers, row, c, width, t->labelled, true, out);
        if (!out->num)
            continue;
        t->width = width;
        t->by_place = true;
        return status;
    }
    return status;
}

/* The row says how all have to look. */
static enum hs_status begin_rows(struct text_decoder *t, struct span row, const struct cells *c)
{
    struct names names = {0}, all = {0};
    if (index_col_is_missing(&t->index))
        return decode_lost(t->d, "--index-col: no column is called '%.80s'", t->index.name);
    t->labelled = t->index.kind == INDEX_AUTO ? c->first_is_word || headers_for_index(&t->headers, row, c)
                                              : t->index.kind != INDEX_NONE && c->num > 1;
    t->by_place = false;
    t->separator = c->separator;
    t->width = c->separator == ' ' && c->first_is_word ? c->num - c->tail_begin : c->num - t->labelled;
    enum hs_status status = headers_find(&t->headers, row, c, t->width, t->labelled, false, &names);
    if (status == HS_OK && !names.num && c->separator == ' ' && c->first_is_word)
        status = find_numbered_names(t, row, c, &names);
    bool named = names.num > 0;
    if (status == HS_OK && named && t->labelled)
        status = headers_index_name(&t->headers, c, &all);
    if (status == HS_OK && named)
        status = set_col_labels(t, &names, all.num ? all.list[0] : NULL);
    else if (status == HS_OK && t->header_labels && t->d->meta && t->d->meta->num_col_labels != t->width)
        status = set_col_labels(t, &names, NULL);
    if (!named && t->headers.num)
        decode_hint(t->d, "the words above the numbers don't split into %lld names: the columns stay without", (long long)t->width);
    bool prose = c->separator == ' ' ? c->num > t->width + 1 : c->num_words > 1 || (c->num_words && !c->first_is_word);
    if (prose && !named && t->doubt == DOUBT_NONE)
        t->doubt = DOUBT_PROSE;
    names_free(&names);
    names_free(&all);
    return status;
}

/* --- rows --- */

/* How many cells of the line stand before its last `width` and name the row: 0, 1 or, between blanks, more. -1: it doesn't fit. */
static int64_t name_cells(const struct text_decoder *t, struct span line, const struct cells *c)
{
    int64_t name = c->num - t->width;
    if (c->separator != ' ')
        return name == t->labelled ? name : -1;
    if (name < t->labelled || (name && !t->labelled) || c->tail_begin > name)
        return -1;
    if (name <= 1 || c->tail_begin == name || t->by_place)
        return name <= 1 || c->first_is_word ? name : -1;
    struct span text = cells_before(line, t->width); /* numbers in the name: only before a gap, without one inside */
    const char *behind = text.at + text.len;
    if (!c->first_is_word || behind[1] != ' ' || memmem(text.at, text.len, "  ", 2))
        return -1;
    return name;
}

static void reject_row(struct text_decoder *t, const struct cells *c)
{
    char place[32], text[128];
    if (c->separator == ' ' && !t->labelled && c->num_words) {
        reject_line(t, c->first_is_word ? c->first : c->word, no_number);
        return;
    }
    snprintf(text, sizeof text, "%sa row of %lld cells among rows of %lld: ", where(t, place), (long long)(c->num - t->labelled),
             (long long)t->width);
    decode_reject(t->d, text, "row left out");
}

/* The second row has come: was the first one a row? Its values, those of this line from *begin on, move if not. */
static enum hs_status resolve_doubt(struct text_decoder *t, struct span line, struct span bare, const struct cells *c,
                                    size_t *begin)
{
    int64_t first_cells = t->width + t->labelled;
    struct span first = {t->first.data, t->first.len};
    bool alike = name_cells(t, bare, c) >= 0 && (c->separator != ' ' || c->first_is_word);
    if (t->doubt == DOUBT_PROSE ? alike : !header_over(first, line, c, first_cells)) {
        keep_first(t);
        return HS_OK;
    }
    size_t len = t->values.len - *begin;
    memmove(t->values.data, t->values.data + *begin, len);
    bool header = t->doubt == DOUBT_HEADER;
    drop_first(t, !header);
    t->values.len = len;
    *begin = 0;
    return !header || headers_keep(&t->headers, first) ? HS_OK : HS_ERR_MEMORY;
}

static bool name_row(struct text_decoder *t, struct span bare, const struct cells *c, int64_t name)
{
    if ((t->mode != MODE_FRAMES && !t->d->p->sole) || t->row_labels.num >= MAX_NAMES)
        return true;
    return names_append(&t->row_labels, name == 1 ? c->first : cells_before(bare, t->width));
}

/* The line's cells stand at the end of the values, from byte `begin` on. */
static enum hs_status add_row(struct text_decoder *t, struct span line, struct span bare, const struct cells *c, size_t begin)
{
    enum hs_status status = HS_OK;
    if (t->width && t->doubt && (status = resolve_doubt(t, line, bare, c, &begin)) != HS_OK)
        return status;
    if (!t->width && (status = begin_rows(t, line, c)) != HS_OK)
        return status;
    int64_t name = name_cells(t, bare, c);
    if (name < 0) {
        reject_row(t, c);
        t->values.len = begin;
        return HS_OK;
    }
    note_words(t, c, t->line);
    if (name) {
        char *row = t->values.data + begin;
        size_t len = (size_t)t->width * sizeof(double);
        memmove(row, row + (size_t)name * sizeof(double), len);
        t->values.len = begin + len;
        if (!name_row(t, bare, c, name))
            return HS_ERR_MEMORY;
    }
    t->num_rows++;
    t->num_bools += c->num_bools - (name && c->first_is_bool);
    t->any_rows = true;
    if (t->doubt) {
        t->first.len = 0;
        t->first_line = t->line;
        return buf_append(&t->first, line.at, line.len) ? HS_OK : HS_ERR_MEMORY;
    }
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
    if (is_blank_line(t, bytes, len))
        return blank_line(t);
    struct span line = cells_trim(bytes, len), whole = {bytes, (size_t)(line.at + line.len - bytes)};
    if (t->d->p->skip_cols && line.len) {
        whole = line = cells_behind(line, t->separator, t->d->p->skip_cols);
        line = cells_trim(line.at, line.len);
    }
    if (!line.len || t->too_large)
        return HS_OK;
    struct cells c;
    size_t begin = t->values.len;
    int fits = index_col_take(&t->index, &line, &whole, t->separator, !t->width);
    if (fits < 0 || !cells_scan(line, t->separator, t->c_locale, &t->values, &c))
        return HS_ERR_MEMORY;
    bool blanks = c.separator == ' ', sure = false;
    bool named_empty = !blanks && t->labelled && c.first_is_word && c.num_words == 1 && c.num == t->width + 1;
    bool row = c.num_words == 0 || named_empty || (c.num_numbers && (!blanks || (c.first_is_word && c.tail_begin < c.num)));
    if (row && !t->width && !t->headers.num &&
        header_of_numbers(whole, &c, (const double *)(t->values.data + begin), &sure) && !sure)
        t->doubt = DOUBT_HEADER;
    if (row && !sure && fits)
        return add_row(t, whole, line, &c, begin);
    t->values.len = begin;
    if (!fits && row)
        return reject_line(t, line, "has no column for --index-col: row left out"), HS_OK;
    if (sure || !c.num_numbers)
        return names_line(t, whole, line, c.num);
    reject_line(t, c.word.at ? c.word : c.first, no_number);
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
        end_doubt(t, true);
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
    if (t->num_rows)
        end_doubt(t, true);
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
    size_t name = strlen(d->p->name);
    if (t && !t->any_rows && !d->num_said && name > 4 && strcmp(d->p->name + name - 4, ".npy") == 0)
        decode_reject(d, "", "it is not an NPY file, whatever its name says: those begin with \\x93NUMPY");
    else if (t && !t->any_rows && t->headers.num && !d->num_said)
        decode_reject(d, "", "no row of numbers came, only words; one name may stand before the numbers of a row");
    return HS_OK;
}
