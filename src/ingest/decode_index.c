/* A line's cells are put in another order, so that the decoder finds the names where it looks for them: in front. One thread per
 * connection. */
#include "ingest/decode_index.h"
#include <stdlib.h>
#include <string.h>

void index_col_init(struct index_col *x, const char *text)
{
    *x = (struct index_col){0};
    if (!text || strcmp(text, "auto") == 0)
        return;
    bool number = strlen(text) <= 9 && strspn(text, "0123456789") == strlen(text);
    x->kind = strcmp(text, "none") == 0 ? INDEX_NONE : number ? INDEX_AT : INDEX_NAMED;
    x->at = number ? atoi(text) : -1;
    x->name = text;
}

void index_col_fini(struct index_col *x)
{
    buf_free(&x->line);
}

bool index_col_is_missing(const struct index_col *x)
{
    return x->kind == INDEX_NAMED && x->at < 0;
}

static bool find(struct index_col *x, struct span line, char usual)
{
    struct names names = {0};
    bool ok = cells_split(line, cells_separator(line, usual), &names);
    for (int64_t i = 0; ok && i < names.num && x->at < 0; i++)
        if (strcmp(names.list[i], x->name) == 0)
            x->at = i;
    names_free(&names);
    return ok;
}

static int to_front(struct index_col *x, struct span *line, char usual)
{
    if (x->at <= 0)
        return 1;
    char separator = cells_separator(*line, usual);
    struct span cell;
    x->line.len = 0;
    if (!cells_at(*line, separator, x->at, &cell))
        return 0;
    const char *end = line->at + line->len, *before = cell.at, *behind = cell.at + cell.len;
    while (before > line->at && before[-1] != separator) /* the separator in front of it goes, too */
        before--;
    before -= before > line->at;
    while (behind < end && *behind != separator)
        behind++;
    if (!buf_append(&x->line, cell.at, cell.len) || !buf_append(&x->line, &separator, 1) ||
        !buf_append(&x->line, line->at, (size_t)(before - line->at)) || !buf_append(&x->line, behind, (size_t)(end - behind)))
        return -1;
    *line = (struct span){x->line.data, x->line.len};
    return 1;
}

int index_col_take(struct index_col *x, struct span *line, struct span *whole, char usual, bool names)
{
    if (names && index_col_is_missing(x) && !find(x, *line, usual))
        return -1;
    int fits = to_front(x, line, usual);
    if (fits > 0 && x->at > 0)
        *whole = *line;
    return fits;
}
