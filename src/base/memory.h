/* Checked allocation: sizes are multiplied without overflow. NULL when there is no memory; nothing is logged. Free with free(). */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

void *mem_zeroed(size_t num, size_t size);
/* realloc to `num` items of `size` bytes; the old block stays valid on NULL. */
void *mem_resize(void *old, size_t num, size_t size);
/* Room for `num` items in the array whose pointer `slot` points to and whose room is *cap; what is in it stays. False: no memory, and
 * nothing has changed. */
bool mem_reserve(void *slot, size_t *cap, size_t num, size_t size);
char *mem_strdup(const char *text);
/* printf into fresh memory. */
char *mem_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* *out = a * b; false on overflow or a negative factor. */
bool mem_mul_i64(int64_t a, int64_t b, int64_t *out);

/* A growable byte buffer. Zero-initialise; buf_free when done. */
struct buf {
    char *data;
    size_t len, cap;
};
/* Make room for `extra` more bytes; false when there is no memory. */
bool buf_reserve(struct buf *b, size_t extra);
/* Append bytes; data stays NUL-terminated behind len. */
bool buf_append(struct buf *b, const void *bytes, size_t len);
bool buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_free(struct buf *b);

#endif
