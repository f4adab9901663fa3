/* Which words of a line above the numbers name which columns. Between commas, tabs and semicolons that is a matter of counting.
 * Between blanks names may hold blanks themselves: then gaps of two and more part them, or their place above the cells does
 * (pandas and R align both at the right). One thread per connection. */
#include "ingest/decode_header.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct span trim(const char *begin, const char *end)
{
    while (begin < end && is_space(*begin))
        begin++;
    while (begin < end && is_space(end[-1]))
        end--;
    return (struct span){begin, (size_t)(end - begin)};
}

/* Characters before p: columns on a terminal, for most alphabets. */
static int64_t column_of(struct span line, const char *p)
{
    int64_t n = 0;
    for (const char *c = line.at; c < p; c++)
        n += ((unsigned char)*c & 0xc0) != 0x80;
    return n;
}

static const char *at_column(struct span line, const char *from, int64_t columns)
{
    const char *c = from, *end = line.at + line.len;
    for (; c < end && columns > 0; columns--)
        for (c++; c < end && ((unsigned char)*c & 0xc0) == 0x80;)
            c++;
    return c;
}

/* --- by gaps --- */

/* The chunks between gaps of two blanks and more. */
static bool split_at_gaps(struct span line, struct names *out)
{
    struct span rest = trim(line.at, line.at + line.len);
    const char *p = rest.at, *end = rest.at + rest.len;
    while (p < end) {
        const char *stop = p;
        while (stop < end && !(is_space(*stop) && (stop + 1 == end || is_space(stop[1]))))
            stop++;
        if (!names_append(out, (struct span){p, (size_t)(stop - p)}))
            return false;
        for (p = stop; p < end && is_space(*p);)
            p++;
    }
    return true;
}

/* The last `width` of the names stay. */
static void keep_last(struct names *n, int64_t width)
{
    struct names rest = {n->list, n->num - width, n->cap};
    char *moved;
    for (int64_t i = 0; i < width; i++) { /* rotate, so that what goes stands at the end */
        moved = n->list[i];
        n->list[i] = n->list[n->num - width + i];
        n->list[n->num - width + i] = moved;
    }
    rest.list = n->list + width;
    names_clear(&rest);
    n->num = width;
}

/* --- by place --- */

/* Cell i of the last `width` of a row with blanks between. */
static void find_cells(struct span row, int64_t width, int64_t *begins, int64_t *ends)
{
    const char *p = row.at + row.len;
    int64_t column = column_of(row, p);
    for (int64_t i = width - 1; i >= 0; i--) {
        for (; p > row.at && is_space(p[-1]); p--)
            column--;
        ends[i] = column;
        for (; p > row.at && !is_space(p[-1]); p--)
            column -= ((unsigned char)p[-1] & 0xc0) != 0x80;
        begins[i] = column;
    }
}

/* A name above each cell: they end (right) or begin (left) in the same column. Stops with fewer names where that isn't so. */
static bool split_by_place(struct span header, const int64_t *edges, int64_t first, int64_t width, bool right, struct names *out)
{
    const char *end = header.at + header.len, *p = at_column(header, header.at, first);
    int64_t column = first;
    if (p > header.at && p < end && !is_space(*p) && !is_space(p[-1]))
        return true; /* through a word */
    for (int64_t i = 0; i < width; i++) {
        int64_t stop_column = right ? edges[i] : i + 1 < width ? edges[i + 1] : INT64_MAX;
        const char *stop = at_column(header, p, stop_column - column);
        struct span name = trim(p, stop);
        bool fits = name.len && (right ? name.at + name.len == stop : i == 0 || name.at == p);
        if (right)
            fits = fits && column_of((struct span){p, 0}, stop) == stop_column - column && (stop == end || is_space(*stop));
        else
            fits = fits && (i + 1 == width || (stop < end && is_space(stop[-1])));
        if (!fits)
            return true;
        if (!names_append(out, name))
            return false;
        p = stop;
        column = stop_column;
    }
    if (right && p != end)
        names_clear(out);
    return true;
}

static bool names_by_place(struct span header, struct span row, int64_t width, bool labelled, struct names *out)
{
    if (memchr(header.at, '\t', header.len) || memchr(row.at, '\t', row.len))
        return true;
    if (!memmem(header.at, header.len, "  ", 2) && !memmem(row.at, row.len, "  ", 2))
        return true; /* nothing was aligned */
    int64_t *begins = mem_zeroed((size_t)width * 2, sizeof *begins), *ends = begins + width;
    if (!begins)
        return false;
    find_cells(row, width, begins, ends);
    struct span name = cells_before(row, width);
    int64_t first = labelled ? column_of(row, name.at + name.len) : 0;
    bool ok = split_by_place(header, ends, first, width, true, out);
    if (ok && out->num != width) {
        names_clear(out);
        ok = split_by_place(header, begins, labelled ? begins[0] : 0, width, false, out);
    }
    free(begins);
    return ok;
}

/* --- which one --- */

static int64_t leading_columns(struct span line)
{
    return column_of(line, trim(line.at, line.at + line.len).at);
}

/* The header begins to the right of the row's first cell. */
static bool begins_behind_name(struct span header, struct span row)
{
    struct span rest = trim(row.at, row.at + row.len);
    const char *p = rest.at, *end = rest.at + rest.len;
    while (p < end && !is_space(*p))
        p++;
    return leading_columns(header) >= column_of(row, p);
}

/* The names in `header`, as headers_find. */
static enum hs_status split_header(struct span header, struct span row, const struct cells *c, int64_t width, bool labelled,
                                   bool by_place, struct names *out)
{
    struct span bare = cells_trim(header.at, header.len);
    char separator = cells_separator(bare, c->separator);
    names_clear(out);
    if (!by_place && !cells_split(bare, separator, out))
        return HS_ERR_MEMORY;
    if (out->num == width)
        return HS_OK;
    if (separator != ' ' || c->separator != ' ') {
        if (out->num == c->num)
            keep_last(out, width);
        else
            names_clear(out);
        return HS_OK;
    }
    struct names chunks = {0};
    bool ok = by_place || split_at_gaps(header, &chunks), for_index = labelled && begins_behind_name(header, row);
    if (ok && chunks.num == width && (for_index || out->num != c->num)) {
        names_free(out);
        *out = chunks;
        return HS_OK;
    }
    names_free(&chunks);
    if (ok && out->num == c->num && out->num > width && !for_index) {
        keep_last(out, width);
        return HS_OK;
    }
    names_clear(out);
    ok = ok && names_by_place(header, row, width, labelled, out);
    if (out->num != width)
        names_clear(out);
    return ok ? HS_OK : HS_ERR_MEMORY;
}

static bool is_number(const char *text)
{
    size_t len = strlen(text);
    return len && strspn(text, "+-.,0123456789eE") == len && strpbrk(text, "0123456789");
}

/* "depth" above the rows' names, numbers above all others: coordinates, and what they cross. */
static bool only_first_is_word(const struct names *n)
{
    if (n->num < 3 || is_number(n->list[0]))
        return false;
    for (int64_t i = 1; i < n->num; i++)
        if (!is_number(n->list[i]))
            return false;
    return true;
}

static bool leaves_index(struct span header, struct span row, const struct cells *c)
{
    struct names names = {0};
    struct span bare = cells_trim(header.at, header.len);
    char separator = cells_separator(bare, c->separator);
    bool is = false;
    if (c->num < 2)
        return false;
    if (separator != ' ') {
        is = cells_split(bare, separator, &names) && names.num == c->num && (!*names.list[0] || only_first_is_word(&names));
    } else if (c->separator == ' ' && begins_behind_name(header, row)) {
        is = split_header(header, row, c, c->num - 1, true, false, &names) == HS_OK && names.num == c->num - 1;
    }
    names_free(&names);
    return is;
}

/* --- the lines kept --- */

void headers_free(struct headers *h)
{
    for (int i = 0; i < HEADERS_MAX; i++)
        buf_free(&h->lines[i]);
}

bool headers_keep(struct headers *h, struct span line)
{
    struct buf oldest = h->lines[HEADERS_MAX - 1];
    memmove(h->lines + 1, h->lines, (HEADERS_MAX - 1) * sizeof *h->lines);
    oldest.len = 0;
    h->lines[0] = oldest;
    h->num += h->num < HEADERS_MAX;
    return buf_append(&h->lines[0], line.at, line.len);
}

static uint64_t hash_line(struct span line)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < line.len; i++)
        hash = (hash ^ (unsigned char)line.at[i]) * 1099511628211u;
    return hash;
}

bool headers_known(const struct headers *h, struct span bare)
{
    uint64_t hash = hash_line(bare);
    for (int i = 0; i < h->num_known; i++)
        if (h->known[i] == hash)
            return true;
    return false;
}

void headers_learn(struct headers *h, struct span bare)
{
    if (h->num_known < HEADERS_MAX_KNOWN && !headers_known(h, bare))
        h->known[h->num_known++] = hash_line(bare);
}

static struct span header_at(const struct headers *h, int i)
{
    return (struct span){h->lines[i].data, h->lines[i].len};
}

enum hs_status headers_find(const struct headers *h, struct span row, const struct cells *c, int64_t width, bool labelled,
                            bool by_place, struct names *out)
{
    enum hs_status status = HS_OK;
    for (int i = 0; i < h->num && status == HS_OK && !out->num; i++)
        status = split_header(header_at(h, i), row, c, width, labelled, by_place, out);
    return status;
}

bool headers_for_index(const struct headers *h, struct span row, const struct cells *c)
{
    for (int i = 0; i < h->num; i++)
        if (leaves_index(header_at(h, i), row, c))
            return true;
    return false;
}

enum hs_status headers_index_name(const struct headers *h, const struct cells *c, struct names *out)
{
    for (int i = 0; i < h->num; i++) {
        struct span bare = cells_trim(header_at(h, i).at, header_at(h, i).len);
        char separator = cells_separator(bare, c->separator);
        names_clear(out);
        if (separator != ' ' && !cells_split(bare, separator, out))
            return HS_ERR_MEMORY;
        if (out->num == c->num)
            return HS_OK;
    }
    names_clear(out);
    return HS_OK;
}

/* --- names that are numbers --- */

enum { FIRST_YEAR = 1800, LAST_YEAR = 2199 };

static bool ascend(const double *values, int64_t num, bool *whole, bool *years)
{
    *years = *whole = true;
    for (int64_t i = 0; i < num; i++) {
        if (!(fabs(values[i]) < 1e15) || (i && values[i] <= values[i - 1]))
            return false;
        *whole = *whole && values[i] == floor(values[i]);
        *years = *years && *whole && values[i] >= FIRST_YEAR && values[i] <= LAST_YEAR;
    }
    return true;
}

bool header_of_numbers(struct span line, const struct cells *c, const double *values, bool *sure)
{
    bool led = c->separator == ' ' && c->num == c->num_numbers && leading_columns(line) > 0, years, whole;
    int64_t first = !led;
    *sure = false;
    if (c->num - first < 2 || c->num_numbers != c->num - first || !(led || c->first_is_empty || c->first_is_word) ||
        !ascend(values + first, c->num - first, &whole, &years))
        return false;
    if (!whole || memchr(line.at, '.', line.len))
        return c->first_is_word && c->separator != ' ';
    *sure = c->first_is_empty || (c->first_is_word && years);
    return true;
}

/* All numbers of the row are written with a fraction, an exponent, or as nan. */
static bool all_fractions(struct span row, const struct cells *c)
{
    struct names cells = {0};
    bool all = c->num >= 4 && cells_split(cells_trim(row.at, row.len), c->separator, &cells);
    for (int64_t i = 1; i < cells.num && all; i++)
        all = strpbrk(cells.list[i], ".,eEnN") != NULL;
    names_free(&cells);
    return all;
}

bool header_over(struct span header, struct span row, const struct cells *c, int64_t header_cells)
{
    char separator = cells_separator(cells_trim(header.at, header.len), c->separator);
    if (separator != c->separator)
        return false;
    if (separator == ' ' && leading_columns(header) > 0)
        return (c->num == header_cells + 1 || (c->first_is_word && c->num - c->tail_begin == header_cells)) &&
               begins_behind_name(header, row);
    bool numbered = !c->first_is_word && !c->first_is_empty, whole = !memchr(header.at, '.', header.len);
    return c->num == header_cells && (numbered || (whole && all_fractions(row, c)));
}
