/* Names above the columns of a text table. Private to the text decoder. */
#ifndef INGEST_DECODE_HEADER_H
#define INGEST_DECODE_HEADER_H

#include "ingest/decode_cells.h"
#include <heatscope/status.h>
#include <stdint.h>

enum { HEADERS_MAX = 2, HEADERS_MAX_KNOWN = 16 };

/* Lines of names before the numbers, with their leading blanks, the newest first; known: hashes of such lines, which may come
 * again. */
struct headers {
    struct buf lines[HEADERS_MAX];
    int num; /* set to 0 to forget the lines */
    uint64_t known[HEADERS_MAX_KNOWN];
    int num_known;
};

void headers_free(struct headers *h);
/* A line more, for the first row to choose from. False: no memory. */
bool headers_keep(struct headers *h, struct span line);
void headers_learn(struct headers *h, struct span bare);
bool headers_known(const struct headers *h, struct span bare);
/* The names for the last `width` cells of `row` in the newest line that splits into as many, or none. row: with its leading blanks;
 * c: its cells. labelled: what is left of those cells is the row's name. by_place: only where each name ends or begins where its
 * cell does. */
enum hs_status headers_find(const struct headers *h, struct span row, const struct cells *c, int64_t width, bool labelled,
                            bool by_place, struct names *out);
/* The first column is that of the rows' names, be they numbers: a line leaves it without a name, or gives it the only one that is no
 * number. */
bool headers_for_index(const struct headers *h, struct span row, const struct cells *c);

/* What the newest line that has a name for each of the row's cells calls the first column; "": nothing. *out holds it. */
enum hs_status headers_index_name(const struct headers *h, const struct cells *c, struct names *out);

/* Are these the names of columns, though they are numbers? Strictly ascending whole numbers behind a first cell that is empty or a
 * word (then with fractions, too), or (blanks between) all cells of a line that begins with blanks. *sure: they are; else they are if the next line
 * looks like a row below names (header_over). */
bool header_of_numbers(struct span line, const struct cells *c, const double *values, bool *sure);
/* The next line, a row, says that `header` (header_of_numbers, not sure) names columns. */
bool header_over(struct span header, struct span row, const struct cells *c, int64_t header_cells);

#endif
