/* Checked allocation and the growable buffer. */
#include "base/memory.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *mem_zeroed(size_t num, size_t size)
{
    return calloc(num ? num : 1, size ? size : 1);
}

void *mem_resize(void *old, size_t num, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(num, size, &bytes))
        return NULL;
    return realloc(old, bytes ? bytes : 1);
}

bool mem_reserve(void *slot, size_t *cap, size_t num, size_t size)
{
    void *block;
    if (num <= *cap)
        return true;
    memcpy(&block, slot, sizeof block); /* it may be of any type */
    block = mem_resize(block, num, size);
    if (!block)
        return false;
    memcpy(slot, &block, sizeof block);
    *cap = num;
    return true;
}

char *mem_strdup(const char *text)
{
    return strdup(text);
}

char *mem_format(const char *fmt, ...)
{
    char *out = NULL;
    va_list args;
    va_start(args, fmt);
    if (vasprintf(&out, fmt, args) < 0)
        out = NULL;
    va_end(args);
    return out;
}

bool mem_mul_i64(int64_t a, int64_t b, int64_t *out)
{
    return a >= 0 && b >= 0 && !__builtin_mul_overflow(a, b, out);
}

bool buf_reserve(struct buf *b, size_t extra)
{
    size_t need;
    if (__builtin_add_overflow(b->len, extra, &need) || __builtin_add_overflow(need, 1, &need))
        return false;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap : 256;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    char *data = realloc(b->data, cap);
    if (!data)
        return false;
    b->data = data;
    b->cap = cap;
    return true;
}

bool buf_append(struct buf *b, const void *bytes, size_t len)
{
    if (!buf_reserve(b, len))
        return false;
    if (len)
        memcpy(b->data + b->len, bytes, len);
    b->len += len;
    b->data[b->len] = 0;
    return true;
}

bool buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    bool ok = len >= 0 && buf_reserve(b, (size_t)len);
    if (ok) {
        vsnprintf(b->data + b->len, (size_t)len + 1, fmt, again);
        b->len += (size_t)len;
    }
    va_end(again);
    va_end(args);
    return ok;
}

void buf_free(struct buf *b)
{
    free(b->data);
    *b = (struct buf){0};
}
