/* Rows of text: what the first row says of all, which cells name a row, and whether the first was one at all.
 *
 * Names: the last line of names before the numbers that has as many labels the columns (vmstat, pandas); a first cell that is no
 * number, or one under an empty header cell, names the row, and between blanks all words before the numbers do. The first row may
 * turn out to have been no row, but prose or names that are numbers: that is decided when the next line comes (enum doubt). */
#include "ingest/decode_text_internal.h"

#include "base/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_ROWS_AT_ONCE = 256,
    MAX_BYTES_AT_ONCE = 1 << 20,
};

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

/* --- is the first row one? --- */

void text_drop_first(struct text_decoder *t, bool prose)
{
    if (prose)
        text_reject_line(t, (struct span){t->first.data, t->first.len}, "above this line doesn't fit the rows below: row left out");
    text_forget_rows(t);
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
             (unsigned long long)line, text_quoted(word), word.at);
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

void text_end_doubt(struct text_decoder *t, bool at_end)
{
    if (t->doubt == DOUBT_PROSE && (!at_end || t->any_frames))
        text_drop_first(t, true);
    else
        keep_first(t);
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
        text_reject_line(t, c->first_is_word ? c->first : c->word, TEXT_NO_NUMBER);
        return;
    }
    snprintf(text, sizeof text, "%sa row of %lld cells among rows of %lld: ", text_where(t, place), (long long)(c->num - t->labelled),
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
    text_drop_first(t, !header);
    t->values.len = len;
    *begin = 0;
    return !header || headers_keep(&t->headers, first) ? HS_OK : HS_ERR_MEMORY;
}

static bool name_row(struct text_decoder *t, struct span bare, const struct cells *c, int64_t name)
{
    if ((t->mode != MODE_FRAMES && !t->d->p->sole) || t->row_labels.num >= TEXT_MAX_NAMES)
        return true;
    return names_append(&t->row_labels, name == 1 ? c->first : cells_before(bare, t->width));
}

enum hs_status text_add_row(struct text_decoder *t, struct span line, struct span bare, const struct cells *c, size_t begin)
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
        return text_flush(t);
    if ((int64_t)t->values.len > DECODE_MAX_FRAME_BYTES) {
        decode_reject(t->d, "", "text of more than 1 GiB of numbers in one frame: left out up to the next blank line");
        text_forget_rows(t);
        t->too_large = true;
    }
    return HS_OK;
}
