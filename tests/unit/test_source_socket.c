/* Sources that are sockets: listening, dialling, and what peers do. */
#include "base/clock.h"
#include "ingest/address.h"
#include "ingest/complaints.h"
#include "ingest/source.h"
#include "resident.h"
#include "source_fixture.h"
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

TestSuite(source_socket, .init = set_up, .fini = tear_down, .timeout = 60);

/* --- sockets --- */

static int dial_port(int port)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    return fd;
}

static int dial_path(const char *p)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", p);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    return fd;
}

/* 0: the peer has closed it. */
static bool is_closed(int fd)
{
    char byte;
    struct timeval patience = {.tv_sec = 5};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return recv(fd, &byte, 1, 0) == 0;
}

Test(source_socket, listening_on_tcp)
{
    struct source *s = open_listen("0");
    int port = source_port(s);
    cr_assert_gt(port, 0);
    char name[32];
    snprintf(name, sizeof name, ":%d", port);
    cr_assert_str_eq(source_name(s), name);
    cr_assert(!source_is_finite(s));
    cr_assert_eq(source_state(s), SOURCE_CONNECTING);
    int a = dial_port(port), b = dial_port(port);
    send_record(a, 1);
    expect_frame(1);
    send_record(b, 2);
    expect_frame(2);
    cr_assert_eq(source_state(s), SOURCE_LIVE);
    cr_assert_eq(counter_get(&counters.connections), 2);
    close(a);
    send_record(b, 3);
    expect_frame(3);
    close(b);
    wait_state(s, SOURCE_CONNECTING);
    a = dial_port(port);
    send_record(a, 4);
    expect_frame(4);
    close_source(s); /* with a connection open */
    close(a);
}

Test(source_socket, listening_on_ipv6_too)
{
    struct source *s = open_listen(":0");
    struct sockaddr_in6 sa = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)source_port(s)),
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&sa, sizeof sa) == 0) {
        send_record(fd, 1);
        expect_frame(1);
    } else {
        cr_skip_test("no IPv6 loopback here");
    }
    close(fd);
    close_source(s);
}

Test(source_socket, addresses)
{
    struct address a;
    static const struct {
        const char *text, *host;
        int port;
    } good[] = {{"5555", "", 5555}, {":5555", "", 5555}, {"0", "", 0}, {"host:1", "host", 1}, {"[::1]:65535", "::1", 65535},
                {"127.0.0.1:80", "127.0.0.1", 80}, {"tcp://:80", "", 80}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        cr_assert_eq(address_parse_listen(good[i].text, &a), HS_OK, "%s", good[i].text);
        cr_assert(!a.is_unix && a.port == good[i].port && strcmp(a.host, good[i].host) == 0, "%s", good[i].text);
    }
    static const char *const paths[] = {"/tmp/x", "./5555", "feed.sock", "unix:///tmp/x", "dir/a:b"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        cr_assert(address_parse_listen(paths[i], &a) == HS_OK && a.is_unix, "%s", paths[i]);
    static const char *const bad[] = {"", "host:abc", "host:70000", "::1:5555", "host:", "tcp://x", "[::1]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(address_parse_listen(bad[i], &a), HS_ERR_USAGE, "%s", bad[i]);
    char lengthy[256] = "/";
    memset(lengthy + 1, 'x', 200);
    cr_assert_eq(address_parse_listen(lengthy, &a), HS_ERR_USAGE);
}

Test(source_socket, remote_needs_leave)
{
    struct source_params p = params(NULL, "0.0.0.0:0");
    cr_assert_eq(open_fails(&p), HS_ERR_USAGE);
    p.allow_remote = true;
    struct source *s = open_params(&p);
    int fd = dial_port(source_port(s));
    send_record(fd, 1);
    expect_frame(1);
    close(fd);
    close_source(s);
}

Test(source_socket, an_address_in_use)
{
    struct source *s = open_listen("127.0.0.1:0");
    char same[32];
    snprintf(same, sizeof same, "127.0.0.1:%d", source_port(s));
    struct source_params p = params(NULL, same);
    cr_assert_eq(open_fails(&p), HS_ERR_IO);
    close_source(s);
}

Test(source_socket, listening_on_a_unix_socket)
{
    struct stat st;
    struct source *s = open_listen(path);
    cr_assert_eq(stat(path, &st), 0);
    cr_assert(S_ISSOCK(st.st_mode));
    cr_assert_eq(st.st_mode & 0777, 0600);
    int fd = dial_path(path);
    send_record(fd, 5);
    expect_frame(5);
    close(fd);
    struct source_params p = params(NULL, path);
    cr_assert_eq(open_fails(&p), HS_ERR_IO); /* somebody answers there */
    cr_assert_eq(stat(path, &st), 0);
    close_source(s);
    cr_assert_neq(stat(path, &st), 0, "it takes its file away");
}

Test(source_socket, a_stale_unix_socket_is_replaced_and_a_file_is_not)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    close(fd);
    struct source *s = open_listen(path);
    fd = dial_path(path);
    send_record(fd, 6);
    expect_frame(6);
    close(fd);
    close_source(s);
    close(open(path, O_CREAT | O_WRONLY, 0600));
    struct source_params p = params(NULL, path);
    cr_assert_eq(open_fails(&p), HS_ERR_IO);
    cr_assert_eq(access(path, F_OK), 0);
}

Test(source_socket, lost_framing_closes_only_that_connection)
{
    struct source *s = open_listen("0");
    int good = dial_port(source_port(s)), bad = dial_port(source_port(s));
    send_record(bad, 1);
    expect_frame(1);
    cr_assert_eq(write(bad, "\x01\x02\x03\x04nonsense", 12), 12);
    cr_assert(is_closed(bad));
    send_record(good, 2);
    expect_frame(2);
    cr_assert_geq(counter_get(&counters.records_rejected), 1);
    close(good);
    close(bad);
    close_source(s);
}

Test(source_socket, a_peer_that_vanishes_inside_a_record)
{
    struct source *s = open_listen("0");
    char record[512];
    for (int i = 0; i < 20; i++) {
        int fd = dial_port(source_port(s));
        size_t len = make_record(record, 1);
        cr_assert_eq(write(fd, record, len - 8), (ssize_t)len - 8);
        if (i % 2) { /* by reset */
            struct linger now = {.l_onoff = 1};
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        }
        close(fd);
    }
    int fd = dial_port(source_port(s));
    send_record(fd, 2);
    expect_frame(2);
    close(fd);
    wait_state(s, SOURCE_CONNECTING);
    cr_assert_eq(counter_get(&counters.frames_received), 1);
    cr_assert_eq(counter_get(&counters.connections), 21);
    close_source(s);
}

Test(source_socket, the_65th_connection)
{
    struct source *s = open_listen("0");
    int fds[65];
    for (int i = 0; i < 64; i++)
        fds[i] = dial_port(source_port(s));
    for (int i = 0; i < 5000 && counter_get(&counters.connections) < 64; i++)
        usleep(1000);
    cr_assert_eq(counter_get(&counters.connections), 64);
    int extra = dial_port(source_port(s));
    cr_assert(is_closed(extra), "nobody has been silent for long");
    close(extra);
    usleep(4500000);
    for (int i = 1; i < 64; i++) { /* all but the first say something */
        send_record(fds[i], i);
        done_with(next_frame());
    }
    usleep(1000000);
    fds[64] = dial_port(source_port(s));
    cr_assert(is_closed(fds[0]), "the silent one makes room");
    send_record(fds[64], 100);
    expect_frame(100);
    send_record(fds[1], 7);
    expect_frame(7);
    for (int i = 0; i < 65; i++)
        close(fds[i]);
    close_source(s);
}

Test(source_socket, closing_while_a_writer_waits_for_room)
{
    struct source *s = open_listen("0");
    int fd = dial_port(source_port(s));
    for (int i = 0; i < 200; i++) /* policy all: 64 are queued, the rest waits */
        send_record(fd, i);
    usleep(50000);
    cr_assert_eq(history_queued(history), 64);
    close_source(s);
    close(fd);
}

/* --- dialling --- */

static int listen_port(int *port)
{
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof sa;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    cr_assert_eq(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    cr_assert_eq(listen(fd, 8), 0);
    getsockname(fd, (struct sockaddr *)&sa, &len);
    *port = ntohs(sa.sin_port);
    return fd;
}

Test(source_socket, dialling_and_dialling_again)
{
    int port = 0;
    int server = listen_port(&port);
    char spec[64];
    snprintf(spec, sizeof spec, "tcp://localhost:%d", port);
    cr_assert_eq(source_default_policy(spec, NULL, false), POLICY_LATEST);
    struct source *s = open_spec(spec);
    cr_assert(!source_is_finite(s));
    for (int i = 0; i < 3; i++) {
        int fd = accept(server, NULL, NULL);
        send_record(fd, i);
        expect_frame(i);
        cr_assert_eq(source_state(s), SOURCE_LIVE);
        close(fd);
    }
    close(server);
    usleep(300000); /* refused for a while */
    cr_assert_eq(source_state(s), SOURCE_CONNECTING);
    int64_t begin = clock_now_ns();
    server = listen_port(&port);
    int fd = accept(server, NULL, NULL);
    cr_assert_lt(ms_since(begin), 2000);
    send_record(fd, 9);
    expect_frame(9);
    cr_assert_eq(write(fd, "\x01\x02", 2), 2); /* framing lost: closed, and dialled again */
    cr_assert(is_closed(fd));
    close(fd);
    fd = accept(server, NULL, NULL);
    send_record(fd, 10);
    expect_frame(10);
    close_source(s);
    close(fd);
    close(server);
}

Test(source_socket, dialling_a_unix_socket)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    char spec[160];
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", path);
    snprintf(spec, sizeof spec, "unix://%s", path);
    struct source *s = open_spec(spec); /* before anybody listens there */
    usleep(20000);
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert_eq(bind(server, (struct sockaddr *)&sa, sizeof sa), 0);
    cr_assert_eq(listen(server, 1), 0);
    int fd = accept(server, NULL, NULL);
    send_record(fd, 11);
    expect_frame(11);
    close(fd);
    close(server);
    close_source(s);
}

Test(source_socket, closing_while_dialling)
{
    struct source *s = open_spec("tcp://127.0.0.1:1");
    usleep(30000);
    cr_assert_eq(source_state(s), SOURCE_CONNECTING);
    close_source(s);
}

/* --- many producers at once, contents intact --- */

struct producer {
    int port, num, seed;
    pthread_t thread;
};

static void *produce(void *arg)
{
    struct producer *p = arg;
    int fd = dial_port(p->port);
    for (int i = 0; i < p->num; i++)
        send_record(fd, p->seed * 1000 + i);
    close(fd);
    return NULL;
}

Test(source_socket, several_producers_share_a_history)
{
    enum { NUM = 8, EACH = 200 };
    struct source *s = open_listen("0");
    struct producer producers[NUM];
    int next[NUM] = {0};
    for (int i = 0; i < NUM; i++) {
        producers[i] = (struct producer){.port = source_port(s), .num = EACH, .seed = i};
        pthread_create(&producers[i].thread, NULL, produce, &producers[i]);
    }
    for (int i = 0; i < NUM * EACH; i++) {
        struct frame *f = next_frame();
        double first = dtype_read(f->cells.dtype, f->cells.data);
        int from = (int)(first / 1000);
        cr_assert(from >= 0 && from < NUM);
        cr_assert_eq(first, from * 1000 + next[from]++, "each connection's frames come in order");
        for (int k = 0; k < 6; k++)
            cr_assert_eq(dtype_read(f->cells.dtype, array_cell(&f->cells, k / 3, k % 3)), first + k);
        done_with(f);
    }
    for (int i = 0; i < NUM; i++)
        pthread_join(producers[i].thread, NULL);
    wait_state(s, SOURCE_CONNECTING);
    cr_assert_eq(counter_get(&counters.frames_shown), NUM * EACH);
    close_source(s);
}

/* Not while the frame before may still be drawn, and without waiting for the one after. */
Test(source_socket, memory_for_the_next_frame_while_nothing_comes)
{
    enum { SIZE = 8 << 20 };
    skip_without_populate();
    struct source *s = open_listen("0");
    int fd = dial_port(source_port(s));
    char header[256], *cells = calloc(1, SIZE);
    long want = 2 * SIZE / sysconf(_SC_PAGESIZE), before = resident_pages(); /* the frame's, and the next one's */
    size_t len = npy_make_header(header, "|u1", 0, "(1024, 8192)");
    cr_assert_eq(send(fd, header, len, 0), (ssize_t)len);
    for (size_t at = 0; at < SIZE;) {
        ssize_t n = send(fd, cells, SIZE - at, 0);
        cr_assert_gt(n, 0);
        at += (size_t)n;
    }
    struct frame *f = next_frame();
    for (int64_t begin = clock_now_ns(); resident_pages() - before < want * 9 / 10 && ms_since(begin) < 5000;)
        usleep(1000);
    cr_assert_geq(resident_pages() - before, want * 9 / 10);
    done_with(f);
    close(fd);
    close_source(s);
    free(cells);
}

/* Of two of one kind, too, the last one's place is said. */
Test(source_socket, the_last_complaint_says_where)
{
    struct source *s = open_listen("0");
    int fd = dial_port(source_port(s));
    const char text[] = "1 2 3\n4 5\n7 8 9\n6 7\n1 1 1\n";
    cr_assert_eq(send(fd, text, sizeof text - 1, 0), (ssize_t)sizeof text - 1);
    char last[COMPLAINT_BYTES] = "", waiting[COMPLAINT_BYTES];
    for (int64_t begin = clock_now_ns(); complaints_read(source_complaints(s), last, waiting) < 2 && ms_since(begin) < 5000;)
        usleep(1000);
    cr_assert_str_eq(last, "line 4: a row of 2 cells among rows of 3: row left out");
    close(fd);
    close_source(s);
}
