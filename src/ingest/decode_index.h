/* --index-col: which column of a text table names the rows. Private to the text decoder. */
#ifndef INGEST_DECODE_INDEX_H
#define INGEST_DECODE_INDEX_H

#include "ingest/decode_cells.h"
#include <stdint.h>

enum index_kind { INDEX_AUTO, INDEX_NONE, INDEX_AT, INDEX_NAMED };

struct index_col {
    enum index_kind kind;
    int64_t at;       /* INDEX_AT: that column, from 0; INDEX_NAMED: the same once its name was seen, before -1 */
    const char *name;
    struct buf line;  /* the line with that column first */
};

/* "auto" or NULL, "none", a number from 0, or a name; the text stays the caller's. */
void index_col_init(struct index_col *x, const char *text);
void index_col_fini(struct index_col *x);
/* No column of that name was there. */
bool index_col_is_missing(const struct index_col *x);
/* The same line with that column first (valid until the next call): trimmed, and with its leading blanks. names: it stands above the
 * rows, and may say which column has the name. 0: it has no such column; -1: no memory. */
int index_col_take(struct index_col *x, struct span *line, struct span *whole, char usual, bool names);

#endif
