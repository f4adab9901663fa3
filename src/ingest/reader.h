/* A blocking byte stream with look-ahead, over a file descriptor or memory. Large reads bypass the buffer. One thread, but for
 * reader_cancel. */
#ifndef INGEST_READER_H
#define INGEST_READER_H

#include "base/counters.h"
#include <heatscope/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
    int fd;                  /* -1: memory only */
    int cancel_fd;           /* readable: give up (an eventfd of the owner); -1: none */
    uint8_t *buf;            /* look-ahead */
    size_t begin, end, cap;
    bool eof;
    bool tcp;
    int low_mark;            /* TCP: bytes that have to be there for a wake-up */
    uint64_t offset;         /* of the next byte, for messages */
    struct counters *counters; /* bytes_received; may be NULL */
    /* When >= 0: the idle hook, called when no byte came for idle_ms (text: flush what is there); may be NULL */
    int idle_ms;
    void (*idle)(void *arg);
    void *idle_arg;
    /* Asked at the end of what there is: HS_OK when more has come, HS_ERR_END when that was all; it may wait. NULL: it always
     * was. */
    enum hs_status (*more)(void *arg);
    void *more_arg;
};

enum hs_status reader_init_fd(struct reader *r, int fd, int cancel_fd, struct counters *counters);
/* memory stays the caller's */
enum hs_status reader_init_memory(struct reader *r, const void *bytes, size_t len);
void reader_fini(struct reader *r);
/* At least n bytes of look-ahead (n up to 16 MiB), *got how many there are: fewer than n only at the end. HS_ERR_CANCELLED,
 * HS_ERR_IO (errno says why). */
enum hs_status reader_peek(struct reader *r, size_t n, const uint8_t **bytes, size_t *got);
void reader_skip_peeked(struct reader *r, size_t n);
/* Exactly n bytes into dst; HS_ERR_END when the stream ends first. */
enum hs_status reader_read(struct reader *r, void *dst, size_t n);
/* Throw n bytes away. HS_ERR_END likewise. */
enum hs_status reader_discard(struct reader *r, uint64_t n);
/* A line up to max bytes, without its end (LF or CRLF); a last line without LF counts. Valid until the next call. HS_ERR_END: no
 * more. HS_ERR_LIMIT: longer than max; *len then is max, and the rest of the line is still unread. */
enum hs_status reader_line(struct reader *r, size_t max, const char **line, size_t *len);

#endif
