/* The ring of rows behind a waterfall. Writers fold rows in under the history's lock; the reader's snapshot is two memcpy's.
 * Threads: any, under the lock of history.c. */
#include "data/waterfall.h"
#include <string.h>
#include <sys/mman.h>

bool waterfall_fits(const struct waterfall *w, const struct array *rows)
{
    return w->ring && w->dtype == rows->dtype && w->cols == rows->cols;
}

void waterfall_fini(struct waterfall *w)
{
    if (w->ring)
        munmap(w->ring, w->ring_bytes);
    meta_unref(w->meta);
    *w = (struct waterfall){0};
}

enum hs_status waterfall_start(struct waterfall *w, const struct array *rows, int64_t height)
{
    waterfall_fini(w);
    size_t row_bytes = (size_t)rows->cols * dtype_size(rows->dtype);
    size_t bytes = row_bytes * (size_t)height; /* bounded by the history's limit */
    void *ring = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (ring == MAP_FAILED)
        return HS_ERR_MEMORY;
    w->ring = ring;
    w->ring_bytes = bytes;
    w->row_bytes = row_bytes;
    w->dtype = rows->dtype;
    w->cols = rows->cols;
    w->height = height;
    return HS_OK;
}

static void copy_row(char *dst, const struct array *rows, int64_t row, size_t row_bytes)
{
    size_t size = dtype_size(rows->dtype);
    if (rows->col_stride == (int64_t)size) {
        memcpy(dst, array_cell(rows, row, 0), row_bytes);
        return;
    }
    for (int64_t col = 0; col < rows->cols; col++)
        memcpy(dst + (size_t)col * size, array_cell(rows, row, col), size);
}

void waterfall_append(struct waterfall *w, const struct array *rows)
{
    int64_t first = rows->rows > w->height ? rows->rows - w->height : 0;
    for (int64_t row = first; row < rows->rows; row++) {
        copy_row(w->ring + (size_t)w->next * w->row_bytes, rows, row, w->row_bytes);
        w->next = w->next + 1 == w->height ? 0 : w->next + 1;
        w->num += w->num < w->height;
    }
    w->dirty = true;
}

void waterfall_copy(const struct waterfall *w, void *dst)
{
    int64_t oldest = (w->next - w->num + w->height) % w->height;
    int64_t upper = w->height - oldest < w->num ? w->height - oldest : w->num;
    memcpy(dst, w->ring + (size_t)oldest * w->row_bytes, (size_t)upper * w->row_bytes);
    memcpy((char *)dst + (size_t)upper * w->row_bytes, w->ring, (size_t)(w->num - upper) * w->row_bytes);
}

void waterfall_clear(struct waterfall *w)
{
    w->num = w->next = 0;
    w->dirty = false;
    w->t_ns = 0;
    meta_unref(w->meta);
    w->meta = NULL;
}
