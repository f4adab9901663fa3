/* Text: a row of numbers per line. Rows are gathered in one buffer of doubles, which is either pushed to the waterfall (when it is
 * large, or when no byte is waiting) or becomes a frame at a blank line. Which of both it is the stream may decide itself: until
 * the first blank line it is rows. decode_text_rows.c knows rows, decode_text_frames.c passes them on. */
#include "ingest/decode_text_internal.h"

#include "base/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

const char *text_where(const struct text_decoder *t, char out[32])
{
    snprintf(out, 32, "line %llu: ", (unsigned long long)t->line);
    return out;
}

int text_quoted(struct span s)
{
    return s.len > TEXT_QUOTED_CHARS ? TEXT_QUOTED_CHARS : (int)s.len;
}

void text_reject_line(struct text_decoder *t, struct span what, const char *why)
{
    char place[32], text[32 + 2 * TEXT_QUOTED_CHARS];
    snprintf(text, sizeof text, "%s\"%.*s\" ", text_where(t, place), text_quoted(what), what.at);
    decode_reject(t->d, text, "%s", why);
}

/* --- lines --- */

/* The reader is about to wait: what has come is shown. */
static void on_idle(void *arg)
{
    struct text_decoder *t = arg;
    enum hs_status status = text_flush(t);
    if (t->idle_status == HS_OK)
        t->idle_status = status;
}

static enum hs_status blank_line(struct text_decoder *t)
{
    enum hs_status status = HS_OK;
    if (t->mode == MODE_ROWS || (!t->width && !t->too_large))
        return HS_OK;
    text_end_doubt(t, false);
    if (!t->width && !t->too_large) {
        text_forget_layout(t);
        return HS_OK;
    }
    if (t->mode == MODE_FRAMES) {
        status = text_close_frame(t);
    } else {
        t->any_frames = true;
        status = text_decide_on_frames(t);
    }
    text_forget_layout(t);
    return status;
}

/* A line without a number: kept as a header before the numbers; among them it may only repeat one. */
static enum hs_status names_line(struct text_decoder *t, struct span line, struct span bare, int64_t num)
{
    if (t->doubt == DOUBT_PROSE)
        text_drop_first(t, true);
    if (t->width) {
        if (!headers_known(&t->headers, bare))
            text_reject_line(t, bare, "holds no number: row left out");
        return HS_OK;
    }
    headers_learn(&t->headers, bare);
    return num > TEXT_MAX_NAMES || headers_keep(&t->headers, line) ? HS_OK : HS_ERR_MEMORY;
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
        return text_add_row(t, whole, line, &c, begin);
    t->values.len = begin;
    if (!fits && row)
        return text_reject_line(t, line, "has no column for --index-col: row left out"), HS_OK;
    if (sure || !c.num_numbers)
        return names_line(t, whole, line, c.num);
    text_reject_line(t, c.word.at ? c.word : c.first, TEXT_NO_NUMBER);
    return HS_OK;
}

/* --- the stream --- */

#define NOT_NPY "it is not an NPY file, whatever its name says: those begin with \\x93NUMPY"

/* Whoever gave it its name doesn't take it for text. */
static bool is_misnamed(const struct text_decoder *t)
{
    return !t->any_rows && decode_is_named_npy(t->d);
}

static enum hs_status next_line(struct text_decoder *t)
{
    struct decoder *d = t->d;
    const char *line;
    size_t len;
    t->line++;
    enum hs_status status = reader_line(d->r, DECODE_MAX_LINE_BYTES, &line, &len);
    if (status == HS_ERR_LIMIT)
        return is_misnamed(t) ? decode_lost(d, NOT_NPY) : decode_lost(d, "line %llu is longer than 16 MiB", (unsigned long long)t->line);
    if (status != HS_OK)
        return decode_read_failed(d, status, "a line", 0, 0);
    if (t->idle_status != HS_OK)
        return t->idle_status;
    if (len && line[0] == '{') {
        if (len > DECODE_MAX_JSON_BYTES) {
            decode_reject(d, "", "a JSON line is longer than 1 MiB");
            return HS_OK;
        }
        text_end_doubt(t, true);
        status = text_flush(t);
        return status == HS_OK ? decode_json_line(d, line, len) : status;
    }
    if (memchr(line, 0, len))
        return is_misnamed(t) ? decode_lost(d, NOT_NPY) : decode_lost(d, "line %llu isn't text: it holds zero bytes", (unsigned long long)t->line);
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
        text_end_doubt(t, true);
    enum hs_status flushed = status == HS_ERR_CANCELLED ? HS_OK : text_flush(t); /* complete lines count, whatever came then */
    if (status == HS_OK && flushed == HS_OK)
        flushed = text_close_frame(t);
    if (t->mode == MODE_FRAMES && t->width)
        text_forget_layout(t);
    return status == HS_OK ? flushed : status;
}

enum hs_status decode_text_finish(struct decoder *d)
{
    struct text_decoder *t = d->text;
    if (t && !d->num_said && is_misnamed(t))
        decode_reject(d, "", NOT_NPY);
    else if (t && !t->any_rows && t->headers.num && !d->num_said)
        decode_reject(d, "", "no row of numbers came, only words; one name may stand before the numbers of a row");
    return HS_OK;
}
