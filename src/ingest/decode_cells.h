/* One line of text as cells. Private to the text decoder. */
#ifndef INGEST_DECODE_CELLS_H
#define INGEST_DECODE_CELLS_H

#include "base/memory.h"

struct span {
    const char *at;
    size_t len;
};

/* A growing list of names, UTF-8 each. */
struct names {
    char **list;
    int64_t num, cap;
};

/* What a line holds. Cells are numbers, empty, or else words. */
struct cells {
    char separator; /* ';', ',', '\t', or ' ' for blanks */
    int64_t num, num_numbers, num_words;
    int64_t num_bools;   /* of the numbers: False and True, which count as 0 and 1 */
    int64_t tail_begin; /* the cells from here on hold no word */
    bool first_is_word, first_is_empty, first_is_bool;
    struct span first, word; /* the first cell; the first word behind it */
};

/* A line without its comment and the blanks round it. */
struct span cells_trim(const char *line, size_t len);
/* What parts the cells of a trimmed line: ';', else ',', else a tab, else blanks. usual: what parted those of the lines before, 0
 * if there are none; a comma stays one, then. */
char cells_separator(struct span line, char usual);
/* The line without its first num cells; usual as above. Empty: it has no more. */
struct span cells_behind(struct span line, char usual, int64_t num);
/* Cells of a trimmed line; their values (NaN for words and empty ones) are appended to values as doubles. usual as
 * in cells_separator, c_locale as in decode_number. False: no memory. */
bool cells_scan(struct span line, char usual, void *c_locale, struct buf *values, struct cells *out);
/* Doubles that are 0 or 1 become a byte each. */
void cells_to_bytes(struct buf *values);
/* A line with blanks between its cells without the last num of them. */
struct span cells_before(struct span line, int64_t num);
/* Cell `at`, from 0; false: there are fewer. */
bool cells_at(struct span line, char separator, int64_t at, struct span *out);
/* Append all cells as names. False: no memory. */
bool cells_split(struct span line, char separator, struct names *out);

/* A cell as a name: without its quotes, bytes that aren't UTF-8 as '?'. False: no memory. */
bool names_append(struct names *n, struct span cell);
void names_clear(struct names *n);
void names_free(struct names *n);

#endif
