/* Told by the first 64 KiB: lines that are no rows, but for names above a table, against lines that are. Any thread. */
#include "ingest/prose.h"
#include "ingest/decode_cells.h"
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SAMPLE_BYTES = 64 << 10, FREE_NAMES = 2 };

struct tally {
    int rows, words;      /* lines in all; words: beyond the free ones */
    int before;           /* in this block, above its first row */
    int block_rows;
    bool first_block;
};

/* As the text decoder takes lines. */
static bool is_row(const struct cells *c)
{
    bool blanks = c->separator == ' ';
    return c->num_words == 0 || (c->num_numbers && (!blanks || (c->first_is_word && c->tail_begin < c->num)));
}

/* The lines above the first row of the file are names, however many, where a table follows; of a later block the last two. */
static void end_block(struct tally *t)
{
    int names = t->first_block && t->block_rows > 1 ? t->before : FREE_NAMES;
    t->words += t->before > names ? t->before - names : 0;
    t->first_block = t->first_block && !t->block_rows;
    t->before = t->block_rows = 0;
}

static void take_line(struct tally *t, const char *line, size_t len, void *c_locale, struct buf *values)
{
    struct span bare = cells_trim(line, len);
    struct cells c;
    if (!bare.len && memchr(line, '#', len))
        return; /* a comment */
    if (!bare.len) {
        end_block(t);
        return;
    }
    values->len = 0;
    if (bare.at[0] == '{' || !cells_scan(bare, 0, c_locale, values, &c))
        return;
    if (is_row(&c)) {
        t->rows++;
        t->block_rows++;
    } else if (t->block_rows)
        t->words++;
    else
        t->before++;
}

static bool is_text(const char *bytes, size_t len)
{
    bool picture = len > 2 && bytes[0] == 'P' && strchr("25Ff", bytes[1]) && strchr(" \t\r\n", bytes[2]);
    return len && (unsigned char)bytes[0] != 0x93 && !picture && !memchr(bytes, 0, len);
}

bool prose_is_most(int fd, int *words, int *lines)
{
    struct stat st;
    off_t at = lseek(fd, 0, SEEK_CUR);
    char *bytes = at >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? mem_resize(NULL, SAMPLE_BYTES, 1) : NULL;
    ssize_t len = bytes ? pread(fd, bytes, SAMPLE_BYTES, at) : 0;
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    struct tally t = {.first_block = true};
    struct buf values = {0};
    if (len > 0 && c_locale && is_text(bytes, (size_t)len)) {
        const char *p = bytes, *end = bytes + len;
        while (p < end) {
            const char *stop = memchr(p, '\n', (size_t)(end - p));
            if (!stop && len == SAMPLE_BYTES)
                break; /* the last line isn't whole */
            stop = stop ? stop : end;
            take_line(&t, p, (size_t)(stop - p), c_locale, &values);
            p = stop + 1;
        }
        end_block(&t);
    }
    buf_free(&values);
    if (c_locale)
        freelocale(c_locale);
    free(bytes);
    *words = t.words;
    *lines = t.rows + t.words;
    return t.rows && t.words > t.rows;
}
