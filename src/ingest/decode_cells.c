/* Lines to cells. Nearly every cell is a number with a separator behind it, so that is tried first; quotes and words take the
 * longer way. */
#include "ingest/decode_cells.h"

#include "ingest/decode_internal.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Blanks inside a cell: a tab may be the separator. */
static bool is_padding(char c, char separator)
{
    return c == ' ' || (is_blank(c) && c != separator);
}

struct span cells_trim(const char *line, size_t len)
{
    const char *p = line, *counted = line;
    bool quoted = false;
    for (; (p = memchr(p, '#', (size_t)(line + len - p))); p++) {
        for (; counted < p; counted++)
            quoted ^= *counted == '"';
        if (!quoted && (p == line || is_blank(p[-1]))) {
            len = (size_t)(p - line);
            break;
        }
    }
    /* tabs stay where other cells are: the first or the last may be empty */
    while (len && is_blank(line[len - 1]) && line[len - 1] != '\t')
        len--;
    while (len && is_blank(*line) && *line != '\t') {
        line++;
        len--;
    }
    size_t tabs = 0;
    while (tabs < len && is_blank(line[tabs]))
        tabs++;
    return (struct span){line, p && tabs == len ? 0 : len};
}

/* The end of the cell at p: quotes hide separators, a doubled quote is one of the text. */
static const char *cell_end(const char *p, const char *end, char separator)
{
    if (p < end && *p == '"') {
        for (p++; p < end && (*p != '"' || (p + 1 < end && p[1] == '"')); p++)
            p += *p == '"';
        if (p < end)
            p++;
    }
    if (separator != ' ') {
        const char *at = memchr(p, separator, (size_t)(end - p));
        return at ? at : end;
    }
    while (p < end && !is_blank(*p))
        p++;
    return p;
}

static struct span trim_cell(const char *p, const char *end, char separator)
{
    while (end > p && is_padding(end[-1], separator))
        end--;
    return (struct span){p, (size_t)(end - p)};
}

/* The next cell of a line; false behind the last one. Start with *p at the line's first byte and *more true. */
static bool next_cell(const char **p, const char *end, char separator, bool *more, struct span *out)
{
    while (*p < end && is_padding(**p, separator))
        ++*p;
    if (!*more || (separator == ' ' && *p == end))
        return false;
    const char *stop = cell_end(*p, end, separator);
    *out = trim_cell(*p, stop, separator);
    *more = stop < end;
    *p = stop < end ? stop + 1 : end;
    return true;
}

/* A semicolon that no quotes hide. */
static bool has_semicolon(struct span line)
{
    const char *end = line.at + line.len, *counted = line.at;
    bool quoted = false;
    for (const char *p = line.at; (p = memchr(p, ';', (size_t)(end - p))); p++) {
        for (; counted < p; counted++)
            quoted ^= *counted == '"';
        if (!quoted)
            return true;
    }
    return false;
}

char cells_separator(struct span line, char usual)
{
    if (usual == ',' && memchr(line.at, ',', line.len))
        return ',';
    return has_semicolon(line) ? ';' : memchr(line.at, ',', line.len) ? ',' : memchr(line.at, '\t', line.len) ? '\t' : ' ';
}

/* Between semicolons a comma is a decimal one. */
static char decimal_point(char separator)
{
    return separator == ';' ? ',' : '.';
}

/* A number that fills its cell, quotes or not. */
static bool cell_number(struct span cell, char separator, void *c_locale, double *out)
{
    if (cell.len >= 2 && cell.at[0] == '"' && cell.at[cell.len - 1] == '"') {
        cell.at++;
        cell.len -= 2;
    }
    const char *p = cell.at, *end = p + cell.len;
    return decode_number(&p, end, decimal_point(separator), c_locale, out) && p == end;
}

/* As pandas, R and spreadsheets write them. */
static bool cell_bool(struct span cell, double *out)
{
    static const char *const WORDS[] = {"False", "True", "false", "true", "FALSE", "TRUE"};
    for (int i = 0; i < 6; i++)
        if (cell.len == strlen(WORDS[i]) && memcmp(cell.at, WORDS[i], cell.len) == 0)
            return *out = i % 2, true;
    return false;
}

static bool is_empty(struct span cell)
{
    return cell.len == 0 || (cell.len == 2 && memcmp(cell.at, "\"\"", 2) == 0);
}

/* A number with its separator, the common case; *p moves behind both. */
static bool quick_number(const char **p, const char *end, char separator, void *c_locale, bool *more, double *out)
{
    const char *c = *p;
    while (c < end && is_padding(*c, separator))
        c++;
    if (!decode_number(&c, end, decimal_point(separator), c_locale, out))
        return false;
    bool padded = c < end && is_padding(*c, separator);
    while (c < end && is_padding(*c, separator))
        c++;
    if (c < end && separator == ' ' && !padded)
        return false;
    if (c < end && separator != ' ' && *c != separator)
        return false;
    *more = c < end;
    *p = c < end && separator != ' ' ? c + 1 : c;
    return true;
}

bool cells_scan(struct span line, char usual, void *c_locale, struct buf *values, struct cells *out)
{
    const char *p = line.at, *end = p + line.len;
    char separator = cells_separator(line, usual);
    bool more = true;
    *out = (struct cells){.separator = separator};
    for (;;) {
        double value = NAN;
        struct span cell = {p, 0};
        if (more && quick_number(&p, end, separator, c_locale, &more, &value)) {
            out->num_numbers++;
            cell = trim_cell(cell.at, p > cell.at && separator != ' ' && more ? p - 1 : p, separator);
        } else if (!next_cell(&p, end, separator, &more, &cell)) {
            break;
        } else if (is_empty(cell)) {
            value = NAN;
            out->first_is_empty |= out->num == 0;
        } else if (cell_number(cell, separator, c_locale, &value)) {
            out->num_numbers++;
        } else if (separator != ' ' && cell_bool(cell, &value)) {
            out->num_numbers++;
            out->num_bools++;
            out->first_is_bool |= out->num == 0;
        } else {
            if (out->num && !out->word.at)
                out->word = cell;
            out->first_is_word |= out->num == 0;
            value = NAN; /* "12:00" begins with a number */
            out->num_words++;
            out->tail_begin = out->num + 1;
        }
        if (out->num++ == 0)
            out->first = cell;
        if (values->cap - values->len <= sizeof value && !buf_reserve(values, sizeof value))
            return false;
        memcpy(values->data + values->len, &value, sizeof value);
        values->len += sizeof value;
    }
    return true;
}

void cells_to_bytes(struct buf *values)
{
    size_t num = values->len / sizeof(double);
    for (size_t i = 0; i < num; i++) {
        double v;
        memcpy(&v, values->data + i * sizeof v, sizeof v);
        values->data[i] = v != 0;
    }
    values->len = num;
}

struct span cells_before(struct span line, int64_t num)
{
    while (num-- > 0) {
        while (line.len && is_blank(line.at[line.len - 1]))
            line.len--;
        while (line.len && !is_blank(line.at[line.len - 1]))
            line.len--;
    }
    while (line.len && is_blank(line.at[line.len - 1]))
        line.len--;
    return line;
}

struct span cells_behind(struct span line, char usual, int64_t num)
{
    char separator = num > 0 ? cells_separator(line, usual) : 0;
    const char *p = line.at, *end = line.at + line.len;
    for (; num > 0 && p < end; num--) {
        bool quoted = false;
        for (; p < end && (quoted || !(*p == separator || (separator == ' ' && *p == '\t'))); p++)
            quoted = quoted != (*p == '"');
        do /* the separator; of blanks, all there are */
            p += p < end;
        while (separator == ' ' && p < end && (*p == ' ' || *p == '\t'));
    }
    return (struct span){p, (size_t)(end - p)};
}

bool cells_at(struct span line, char separator, int64_t at, struct span *out)
{
    const char *p = line.at, *end = line.at + line.len;
    bool more = true;
    while (next_cell(&p, end, separator, &more, out))
        if (at-- == 0)
            return true;
    return false;
}

bool cells_split(struct span line, char separator, struct names *out)
{
    const char *p = line.at, *end = p + line.len;
    bool more = true;
    struct span cell;
    while (next_cell(&p, end, separator, &more, &cell))
        if (!names_append(out, cell))
            return false;
    return true;
}

/* Bytes of the UTF-8 sequence at s, or 0: none. */
static size_t utf8_length(const unsigned char *s, size_t len)
{
    size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    if (n > len)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0) || (s[0] == 0xf0 && s[1] < 0x90) ||
        (s[0] == 0xf4 && s[1] >= 0x90))
        return 0;
    return n;
}

bool names_append(struct names *n, struct span cell)
{
    if (n->num == n->cap) {
        int64_t cap = n->cap ? n->cap * 2 : 16;
        char **list = mem_resize(n->list, (size_t)cap, sizeof *list);
        if (!list)
            return false;
        n->list = list;
        n->cap = cap;
    }
    char *text = mem_resize(NULL, cell.len + 1, 1), *to = text;
    if (!text)
        return false;
    bool quoted = cell.len >= 2 && cell.at[0] == '"' && cell.at[cell.len - 1] == '"';
    const char *p = cell.at + quoted, *end = cell.at + cell.len - quoted;
    while (p < end) {
        size_t len = utf8_length((const unsigned char *)p, (size_t)(end - p));
        if (!len) {
            *to++ = '?';
            p++;
            continue;
        }
        memcpy(to, p, len);
        to += len;
        p += len;
        if (quoted && p[-1] == '"' && p < end && *p == '"')
            p++;
    }
    *to = 0;
    n->list[n->num++] = text;
    return true;
}

void names_clear(struct names *n)
{
    for (int64_t i = 0; i < n->num; i++)
        free(n->list[i]);
    n->num = 0;
}

void names_free(struct names *n)
{
    names_clear(n);
    free(n->list);
    *n = (struct names){0};
}
