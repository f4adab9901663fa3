/* A blocking byte stream with look-ahead. Small reads go through one buffer that starts small and grows only when it is full of
 * bytes that came; large ones go from the descriptor straight to their place. Every wait is a poll on the descriptor and on the
 * owner's cancel_fd, so a source can always be closed.
 *
 * A TCP socket is told how much is waited for (SO_RCVLOWAT), at most BITE_BYTES at once: by default every segment wakes the reader,
 * and at gigabytes a second the wake-ups cost both ends more than the copy. It is read without blocking, for with a mark a plain
 * read waits for that much, where no cancel_fd could end it. One thread. */
#include "ingest/reader.h"

#include "base/memory.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    FIRST_CAP = 256 << 10,
    DIRECT_BYTES = 64 << 10,     /* reads at least this large bypass the buffer */
    MAX_READ_BYTES = 64 << 20,   /* per system call, so that cancelling is noticed */
    BITE_BYTES = 1 << 20,        /* of a large read from TCP */
};

static bool is_tcp(int fd)
{
    int protocol = 0;
    socklen_t len = sizeof protocol;
    return getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len) == 0 && protocol == IPPROTO_TCP;
}

enum hs_status reader_init_fd(struct reader *r, int fd, int cancel_fd, struct counters *counters)
{
    *r = (struct reader){.fd = fd, .cancel_fd = cancel_fd, .idle_ms = -1, .counters = counters, .tcp = is_tcp(fd), .low_mark = 1};
    r->buf = mem_resize(NULL, FIRST_CAP, 1);
    if (!r->buf)
        return HS_ERR_MEMORY;
    r->cap = FIRST_CAP;
    return HS_OK;
}

enum hs_status reader_init_memory(struct reader *r, const void *bytes, size_t len)
{
    /* cap 0: the buffer isn't ours; with eof set nothing is ever written to it */
    *r = (struct reader){.fd = -1, .cancel_fd = -1, .idle_ms = -1, .buf = (uint8_t *)(len ? bytes : ""), .end = len, .eof = true};
    return HS_OK;
}

void reader_fini(struct reader *r)
{
    if (r->cap)
        free(r->buf);
    r->buf = NULL;
    r->begin = r->end = r->cap = 0;
}

/* Be woken only when this much is there, or the end. The kernel keeps the mark within its own buffer. */
static void set_low_mark(struct reader *r, size_t num)
{
    int mark = num < BITE_BYTES ? (int)num : BITE_BYTES;
    if (r->tcp && mark != r->low_mark && setsockopt(r->fd, SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof mark) == 0)
        r->low_mark = mark;
}

/* A producer that sends a frame in pieces (a header, then cells) and hasn't switched off Nagle's algorithm holds each piece back until the
 * one before is acknowledged, which Linux else puts off by 40 ms. The kernel forgets this wish after a while. */
static void acknowledge_at_once(const struct reader *r)
{
    int one = 1;
    if (r->tcp)
        setsockopt(r->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
}

/* Until a byte (or the end) is there. The idle hook is called once per wait. */
static enum hs_status wait_readable(struct reader *r)
{
    bool hook = r->idle && r->idle_ms >= 0;
    for (;;) {
        struct pollfd fds[2] = {{.fd = r->fd, .events = POLLIN}, {.fd = r->cancel_fd, .events = POLLIN}};
        int n = poll(fds, 2, hook ? r->idle_ms : -1);
        if (n < 0 && errno != EINTR)
            return HS_ERR_IO;
        if (n < 0)
            continue;
        if (fds[1].revents)
            return HS_ERR_CANCELLED;
        if (fds[0].revents)
            return HS_OK;
        if (hook)
            r->idle(r->idle_arg);
        hook = false;
    }
}

/* A file that grows may have more. */
static enum hs_status at_end(struct reader *r)
{
    if (r->more && r->idle && r->idle_ms >= 0)
        r->idle(r->idle_arg);
    enum hs_status status = r->more ? r->more(r->more_arg) : HS_ERR_END;
    r->eof = status == HS_ERR_END;
    return r->eof ? HS_OK : status;
}

/* Some bytes into dst, when at least `least` are there; *got 0 with eof set: the end. */
static enum hs_status read_some(struct reader *r, void *dst, size_t room, size_t least, size_t *got)
{
    *got = 0;
    if (room > MAX_READ_BYTES)
        room = MAX_READ_BYTES;
    set_low_mark(r, least);
    while (!r->eof) {
        acknowledge_at_once(r);
        enum hs_status status = wait_readable(r);
        if (status != HS_OK)
            return status;
        ssize_t n = r->tcp ? recv(r->fd, dst, room, MSG_DONTWAIT) : read(r->fd, dst, room);
        if (n > 0) {
            *got = (size_t)n;
            if (r->counters)
                counter_add(&r->counters->bytes_received, (uint64_t)n);
            return HS_OK;
        }
        if (n == 0) {
            status = at_end(r);
            if (status != HS_OK)
                return status;
        } else if (errno != EINTR && errno != EAGAIN)
            return HS_ERR_IO;
    }
    return HS_OK;
}

/* More look-ahead: at least a byte, unless the end has come. */
static enum hs_status fill(struct reader *r)
{
    if (r->eof)
        return HS_OK;
    if (r->begin == r->end)
        r->begin = r->end = 0;
    if (r->cap - r->end < r->cap / 4 && r->begin >= r->cap / 2) { /* no reading by the spoonful */
        memmove(r->buf, r->buf + r->begin, r->end - r->begin);
        r->end -= r->begin;
        r->begin = 0;
    }
    if (r->end == r->cap) {
        uint8_t *larger = mem_resize(r->buf, r->cap, 2);
        if (!larger)
            return HS_ERR_MEMORY;
        r->buf = larger;
        r->cap *= 2;
    }
    size_t got;
    enum hs_status status = read_some(r, r->buf + r->end, r->cap - r->end, 1, &got);
    r->end += got;
    return status;
}

enum hs_status reader_peek(struct reader *r, size_t n, const uint8_t **bytes, size_t *got)
{
    enum hs_status status = HS_OK;
    while (r->end - r->begin < n && !r->eof && status == HS_OK)
        status = fill(r);
    *bytes = r->buf + r->begin;
    *got = r->end - r->begin;
    return status;
}

void reader_skip_peeked(struct reader *r, size_t n)
{
    r->begin += n;
    r->offset += n;
}

/* Up to n bytes of the look-ahead into dst (NULL: nowhere). */
static size_t take_buffered(struct reader *r, uint8_t *dst, uint64_t n)
{
    size_t have = r->end - r->begin;
    size_t take = n < have ? (size_t)n : have;
    if (take && dst)
        memcpy(dst, r->buf + r->begin, take);
    reader_skip_peeked(r, take);
    return take;
}

enum hs_status reader_read(struct reader *r, void *dst, size_t n)
{
    uint8_t *to = dst;
    while (n) {
        size_t got = take_buffered(r, to, n);
        enum hs_status status = HS_OK;
        if (!got && n >= DIRECT_BYTES) {
            status = read_some(r, to, n, n, &got);
            r->offset += got;
        } else if (!got) {
            status = fill(r);
            if (status == HS_OK && r->begin == r->end)
                return HS_ERR_END;
            if (status == HS_OK)
                continue;
        }
        if (status != HS_OK)
            return status;
        if (!got)
            return HS_ERR_END;
        to += got;
        n -= got;
    }
    return HS_OK;
}

enum hs_status reader_discard(struct reader *r, uint64_t n)
{
    while (n) {
        size_t got = take_buffered(r, NULL, n);
        n -= got;
        if (got)
            continue;
        enum hs_status status = fill(r);
        if (status != HS_OK)
            return status;
        if (r->begin == r->end)
            return HS_ERR_END;
    }
    return HS_OK;
}

enum hs_status reader_line(struct reader *r, size_t max, const char **line, size_t *len)
{
    size_t searched = 0;
    for (;;) {
        size_t have = r->end - r->begin;
        size_t reach = have < max + 2 ? have : max + 2; /* the line and its CR LF */
        const uint8_t *start = r->buf + r->begin;
        const uint8_t *lf = reach > searched ? memchr(start + searched, '\n', reach - searched) : NULL;
        searched = reach;
        bool at_end = r->eof && reach == have;
        if (lf || at_end || reach == max + 2) {
            size_t whole = lf ? (size_t)(lf - start) : reach;
            size_t cut = whole && start[whole - 1] == '\r' ? whole - 1 : whole;
            *line = (const char *)start;
            *len = cut < max ? cut : max;
            if (!lf && !have)
                return HS_ERR_END;
            if (cut > max) {
                reader_skip_peeked(r, max);
                return HS_ERR_LIMIT;
            }
            reader_skip_peeked(r, lf ? whole + 1 : whole);
            return HS_OK;
        }
        enum hs_status status = fill(r);
        if (status != HS_OK)
            return status;
    }
}
