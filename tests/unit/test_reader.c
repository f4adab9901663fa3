/* The byte reader, over memory, over pipes that give a byte at a time, and over TCP. */
#include <criterion/criterion.h>
#include "base/counters.h"
#include "ingest/reader.h"
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct writer {
    pthread_t thread;
    int fds[2];
    const char *bytes;
    size_t len, piece;
};

static void *write_pieces(void *arg)
{
    struct writer *w = arg;
    for (size_t at = 0; at < w->len; at += w->piece) {
        size_t n = w->len - at < w->piece ? w->len - at : w->piece;
        if (write(w->fds[1], w->bytes + at, n) != (ssize_t)n)
            break;
    }
    close(w->fds[1]);
    return NULL;
}

/* A connection within this machine: to read from fds[0], to write to fds[1]. */
static void tcp_pair(int *fds)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    cr_assert_eq(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
    cr_assert_eq(listen(listener, 1), 0);
    cr_assert_eq(getsockname(listener, (struct sockaddr *)&at, &len), 0);
    fds[1] = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(fds[1], (struct sockaddr *)&at, sizeof at), 0);
    fds[0] = accept(listener, NULL, NULL);
    cr_assert_geq(fds[0], 0);
    close(listener);
}

static void writer_start(struct writer *w, int (*make)(int *fds), const char *bytes, size_t len, size_t piece)
{
    *w = (struct writer){.bytes = bytes, .len = len, .piece = piece};
    if (make)
        cr_assert_eq(make(w->fds), 0);
    else
        tcp_pair(w->fds);
    cr_assert_eq(pthread_create(&w->thread, NULL, write_pieces, w), 0);
}

static void writer_join(struct writer *w)
{
    pthread_join(w->thread, NULL);
    close(w->fds[0]);
}

static void expect_line(struct reader *r, const char *expected)
{
    const char *line;
    size_t len;
    cr_assert_eq(reader_line(r, 100, &line, &len), HS_OK, "%s", expected);
    cr_assert(len == strlen(expected) && memcmp(line, expected, len) == 0, "%.*s, not %s", (int)len, line, expected);
}

static void read_everything(struct reader *r)
{
    const uint8_t *bytes;
    const char *line;
    size_t got;
    char word[5] = "";
    expect_line(r, "one");
    expect_line(r, "");
    expect_line(r, "two");
    cr_assert_eq(r->offset, 10);
    cr_assert(reader_peek(r, 4, &bytes, &got) == HS_OK && got >= 4 && memcmp(bytes, "body", 4) == 0);
    cr_assert(reader_read(r, word, 4) == HS_OK && strcmp(word, "body") == 0);
    cr_assert_eq(reader_discard(r, 2), HS_OK);
    expect_line(r, "last");
    cr_assert(reader_line(r, 100, &line, &got) == HS_ERR_END);
    cr_assert(reader_peek(r, 1, &bytes, &got) == HS_OK && got == 0);
    cr_assert_eq(reader_read(r, word, 1), HS_ERR_END);
    cr_assert_eq(reader_discard(r, 1), HS_ERR_END);
    cr_assert_eq(r->offset, 20);
}

static const char everything[] = "one\n\ntwo\r\nbody..last";

Test(reader, memory)
{
    struct reader r;
    cr_assert_eq(reader_init_memory(&r, everything, strlen(everything)), HS_OK);
    read_everything(&r);
    reader_fini(&r);
    cr_assert_eq(reader_init_memory(&r, NULL, 0), HS_OK);
    const uint8_t *bytes;
    size_t got;
    cr_assert(reader_peek(&r, 1, &bytes, &got) == HS_OK && got == 0);
    reader_fini(&r);
}

Test(reader, pipe_in_pieces)
{
    for (size_t piece = 1; piece < 25; piece += 3) {
        struct writer w;
        struct reader r;
        struct counters counters = {0};
        writer_start(&w, pipe, everything, strlen(everything), piece);
        cr_assert_eq(reader_init_fd(&r, w.fds[0], -1, &counters), HS_OK);
        read_everything(&r);
        cr_assert_eq(counter_get(&counters.bytes_received), strlen(everything));
        reader_fini(&r);
        writer_join(&w);
    }
}

static void large_reads_and_short_ends(int (*make)(int *fds))
{
    size_t len = 3000000;
    char *bytes = malloc(len), *got = malloc(len + 1);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)(i * 2654435761u >> 13);
    struct writer w;
    struct reader r;
    writer_start(&w, make, bytes, len, 100001);
    reader_init_fd(&r, w.fds[0], -1, NULL);
    cr_assert_eq(reader_read(&r, got, 10), HS_OK);
    cr_assert_eq(reader_read(&r, got + 10, 1000000), HS_OK);
    cr_assert_eq(reader_discard(&r, 500000), HS_OK);
    cr_assert_eq(memcmp(got, bytes, 1000010), 0);
    cr_assert_eq(r.offset, 1500010);
    cr_assert_eq(reader_read(&r, got, 1499991), HS_ERR_END, "one byte too many");
    cr_assert_eq(r.offset, len, "and what had come is known");
    cr_assert_eq(memcmp(got, bytes + 1500010, 1499990), 0);
    reader_fini(&r);
    writer_join(&w);
    free(bytes);
    free(got);
}

Test(reader, large_reads_and_short_ends)
{
    large_reads_and_short_ends(pipe);
}

Test(reader, large_reads_and_short_ends_over_tcp)
{
    large_reads_and_short_ends(NULL);
}

Test(reader, line_limits)
{
    struct reader r;
    const char *line;
    size_t len;
    const char *text = "12345\n123456\r\n1234567\n1234567";
    reader_init_memory(&r, text, strlen(text));
    cr_assert(reader_line(&r, 6, &line, &len) == HS_OK && len == 5);
    cr_assert(reader_line(&r, 6, &line, &len) == HS_OK && len == 6);
    cr_assert(reader_line(&r, 6, &line, &len) == HS_ERR_LIMIT && len == 6 && memcmp(line, "123456", 6) == 0);
    cr_assert(reader_line(&r, 6, &line, &len) == HS_OK && len == 1 && *line == '7');
    cr_assert(reader_line(&r, 6, &line, &len) == HS_ERR_LIMIT && len == 6);
    reader_fini(&r);

    size_t long_len = 2000000;
    char *bytes = malloc(long_len + 2);
    memset(bytes, 'x', long_len);
    memcpy(bytes + long_len, "\ny", 2);
    struct writer w;
    writer_start(&w, pipe, bytes, long_len + 2, 65536);
    reader_init_fd(&r, w.fds[0], -1, NULL);
    cr_assert(reader_line(&r, 16 << 20, &line, &len) == HS_OK && len == long_len);
    expect_line(&r, "y");
    cr_assert_leq(r.cap, 4u << 20, "the buffer grows with what came");
    reader_fini(&r);
    writer_join(&w);
    free(bytes);
}

static void count_idle(void *arg)
{
    struct writer *w = arg;
    w->piece++;
    if (w->piece == 3)
        cr_assert_eq(write(w->fds[1], "x\n", 2), 2); /* only now can the reader go on */
    else
        cr_assert_eq(write(w->fds[1], "x", 1), 1);
}

Test(reader, idle_hook_before_waiting)
{
    struct writer w = {0};
    struct reader r;
    const char *line;
    size_t len;
    cr_assert_eq(pipe(w.fds), 0);
    reader_init_fd(&r, w.fds[0], -1, NULL);
    r.idle = count_idle;
    r.idle_arg = &w;
    r.idle_ms = 0;
    cr_assert(reader_line(&r, 100, &line, &len) == HS_OK && len == 3);
    cr_assert_eq(w.piece, 3, "once per wait");
    reader_fini(&r);
    close(w.fds[0]);
    close(w.fds[1]);
}

static void *cancel_soon(void *arg)
{
    uint64_t one = 1;
    usleep(20000);
    cr_assert_eq(write(*(int *)arg, &one, 8), 8);
    return NULL;
}

/* While one byte is waited for, while a byte is thrown away, and while most of a large read is still to come. */
static void cancel_while_waiting(int *fds)
{
    int cancel = eventfd(0, 0);
    pthread_t thread;
    struct reader r;
    static char bytes[2 << 20];
    reader_init_fd(&r, fds[0], cancel, NULL);
    pthread_create(&thread, NULL, cancel_soon, &cancel);
    cr_assert_eq(reader_read(&r, bytes, 1), HS_ERR_CANCELLED);
    cr_assert_eq(reader_discard(&r, 1), HS_ERR_CANCELLED);
    pthread_join(thread, NULL);
    uint64_t cancels;
    cr_assert_eq(read(cancel, &cancels, 8), 8);
    cr_assert_eq(write(fds[1], bytes, 50000), 50000);
    pthread_create(&thread, NULL, cancel_soon, &cancel);
    cr_assert_eq(reader_read(&r, bytes, sizeof bytes), HS_ERR_CANCELLED);
    pthread_join(thread, NULL);
    reader_fini(&r);
    close(fds[0]);
    close(fds[1]);
    close(cancel);
}

Test(reader, cancel)
{
    int fds[2];
    cr_assert_eq(pipe(fds), 0);
    cancel_while_waiting(fds);
}

Test(reader, cancel_over_tcp)
{
    int fds[2];
    tcp_pair(fds);
    cancel_while_waiting(fds);
}

/* A large read waits for more at once than a small one after it may. */
Test(reader, small_after_large_over_tcp)
{
    int fds[2];
    static char bytes[300000];
    struct reader r;
    tcp_pair(fds);
    reader_init_fd(&r, fds[0], -1, NULL);
    cr_assert_eq(write(fds[1], bytes, sizeof bytes), (ssize_t)sizeof bytes);
    cr_assert_eq(reader_read(&r, bytes, sizeof bytes), HS_OK);
    cr_assert_eq(write(fds[1], "x", 1), 1);
    cr_assert_eq(reader_read(&r, bytes, 1), HS_OK);
    cr_assert_eq(bytes[0], 'x');
    reader_fini(&r);
    close(fds[0]);
    close(fds[1]);
}

Test(reader, errors)
{
    struct reader r;
    char byte;
    int fds[2];
    cr_assert_eq(pipe(fds), 0);
    reader_init_fd(&r, fds[1], -1, NULL); /* the end that can't be read; poll would wait, so close the other */
    close(fds[0]);
    cr_assert_eq(reader_read(&r, &byte, 1), HS_ERR_IO);
    reader_fini(&r);
    close(fds[1]);
}
