/* Words for cells. Text is kept as words, and becomes numbers when it is known which of its cells are meant. One thread. */
#include "app/annot_file.h"
#include "app/side_matrix.h"
#include "base/log.h"
#include "base/memory.h"
#include "ingest/decode_cells.h"
#include "ingest/decode_internal.h"
#include "ingest/snapshot.h"
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct annot_file {
    struct snapshot file;
    struct array numbers;  /* of an .npy, copied */
    struct names words;    /* of a text, row by row */
    int64_t rows, cols;
    char point;            /* of its numbers */
    locale_t c_locale;
    double *values;        /* of the cells that were asked for, and their words */
    const char **cells;
};

void annot_file_free(struct annot_file *m)
{
    if (!m)
        return;
    snapshot_fini(&m->file);
    names_free(&m->words);
    free((void *)m->numbers.data);
    free(m->values);
    free(m->cells);
    if (m->c_locale)
        freelocale(m->c_locale);
    free(m);
}

/* One line into cells; all lines have as many, but the first may lack the corner above names. */
static enum hs_status add_line(struct annot_file *m, const char *path, struct span line, int64_t number, char *separator)
{
    int64_t before = m->words.num;
    line = cells_trim(line.at, line.len);
    if (!line.len)
        return HS_OK;
    *separator = cells_separator(line, *separator);
    if (!cells_split(line, *separator, &m->words))
        return HS_ERR_MEMORY;
    int64_t num = m->words.num - before;
    if (m->rows == 1 && num == m->cols + 1) {
        if (!names_append(&m->words, (struct span){"", 0}))
            return HS_ERR_MEMORY;
        char *corner = m->words.list[m->words.num - 1];
        memmove(m->words.list + 1, m->words.list, (size_t)(m->words.num - 1) * sizeof *m->words.list);
        m->words.list[0] = corner;
        m->cols++;
    } else if (m->rows && num != m->cols) {
        log_error("%s: line %lld has %lld cells, those above have %lld", path, (long long)number, (long long)num, (long long)m->cols);
        return HS_ERR_FORMAT;
    }
    m->cols = m->rows ? m->cols : num;
    m->rows++;
    return HS_OK;
}

static enum hs_status read_text(struct annot_file *m, const char *path)
{
    const char *p = (const char *)m->file.bytes, *end = p + m->file.size;
    char separator = 0;
    if (m->file.size >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
        p += 3;
    enum hs_status s = HS_OK;
    for (int64_t number = 1; p < end && s == HS_OK; number++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((stop ? stop : end) - p);
        s = add_line(m, path, (struct span){p, len}, number, &separator);
        p += len + 1;
    }
    if (s == HS_OK && !m->rows) {
        log_error("%s: no cells in it", path);
        s = HS_ERR_FORMAT;
    }
    m->point = separator == ';' && !memchr(m->file.bytes, '.', m->file.size) ? ',' : '.';
    m->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return s == HS_OK && !m->c_locale ? HS_ERR_MEMORY : s;
}

enum hs_status annot_file_read(const char *path, struct annot_file **out)
{
    struct annot_file *m = mem_zeroed(1, sizeof *m);
    if (!m)
        return HS_ERR_MEMORY;
    errno = 0;
    enum snapshot_result r = snapshot_read(&m->file, path);
    enum hs_status s = r == SNAPSHOT_FAILED ? HS_ERR_IO : m->file.size == 0 ? HS_ERR_FORMAT : HS_OK;
    if (r == SNAPSHOT_FAILED)
        log_error("%s: %s", path, errno ? strerror(errno) : "isn't a file");
    else if (s != HS_OK)
        log_error("%s: is empty", path);
    if (s == HS_OK)
        s = m->file.bytes[0] == 0x93 ? side_matrix_load("--annot-from", path, &m->numbers) : read_text(m, path);
    if (m->numbers.data) {
        m->rows = m->numbers.rows;
        m->cols = m->numbers.cols;
    }
    if (s == HS_ERR_MEMORY)
        log_error("%s: out of memory", path);
    if (s != HS_OK) {
        annot_file_free(m);
        return s;
    }
    *out = m;
    return HS_OK;
}

void annot_file_shape(const struct annot_file *m, int64_t *rows, int64_t *cols)
{
    *rows = m->rows;
    *cols = m->cols;
}

/* The text's cells without names, as numbers if they all are. */
static bool fit_text(struct annot_file *m, int64_t rows, int64_t cols, struct array *numbers, const char *const **words)
{
    size_t num = (size_t)rows * (size_t)cols;
    double *values = mem_resize(m->values, num, sizeof *values);
    m->values = values ? values : m->values;
    const char **cells = mem_resize(m->cells, num, sizeof *cells);
    m->cells = cells ? cells : m->cells;
    if (!values || !cells)
        return false;
    bool all_numbers = true;
    for (size_t i = 0; i < num; i++) {
        int64_t row = (int64_t)i / cols + m->rows - rows, col = (int64_t)i % cols + m->cols - cols;
        cells[i] = m->words.list[row * m->cols + col];
        const char *p = cells[i], *end = p + strlen(p);
        values[i] = NAN;
        all_numbers = all_numbers && (p == end || (decode_number(&p, end, m->point, m->c_locale, &values[i]) && p == end));
    }
    *numbers = array_c_order(values, DTYPE_F8, rows, cols);
    *words = all_numbers ? NULL : cells;
    return true;
}

bool annot_file_fit(struct annot_file *m, int64_t rows, int64_t cols, struct array *numbers, const char *const **words)
{
    bool text = m->words.num > 0;
    *words = NULL;
    *numbers = m->numbers;
    if (rows < 1 || cols < 1 || rows > m->rows || cols > m->cols || rows < m->rows - text || cols < m->cols - text)
        return false;
    return !text || fit_text(m, rows, cols, numbers, words);
}
