/* Sockets. Listening: one thread accepts and reaps, one more per connection decodes. Dialling: one thread connects, decodes, and
 * connects again for ever. Threads: the source's own, and the connections'; a connection's fields are the accepting thread's but
 * for `done`. */
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "ingest/source_internal.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MAX_CONNECTIONS = 64,
    SILENT_MS = 5000,        /* one that has said nothing for so long makes place for a new one */
    FIRST_DELAY_MS = 100,    /* before dialling again; doubles to */
    LAST_DELAY_MS = 5000,
};

struct connection {
    struct source *source;
    int fd; /* -1: free */
    pthread_t thread;
    char name[160];
    atomic_bool done; /* by its thread, last of all */
};

struct listener {
    struct address_listener sockets;
    int reap_fd; /* written by connections that are done */
    struct connection connections[MAX_CONNECTIONS];
    int num;
};

/* --- listening --- */

static enum hs_status listen_open(struct source *s)
{
    struct listener *l = mem_zeroed(1, sizeof *l);
    s->data = l;
    if (!l)
        return HS_ERR_MEMORY;
    for (int i = 0; i < MAX_CONNECTIONS; i++)
        l->connections[i].fd = -1;
    l->reap_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    enum hs_status status = address_parse_listen(s->p.listen, &s->address);
    if (status == HS_OK)
        status = address_listen(&s->address, s->p.listen, s->p.allow_remote, &l->sockets);
    if (status != HS_OK)
        return status;
    s->port = l->sockets.port;
    if (s->address.is_unix)
        s->name = mem_strdup(s->address.path);
    else
        s->name = mem_format(strchr(s->address.host, ':') ? "[%s]:%d" : "%s:%d", s->address.host, s->port);
    return s->name && l->reap_fd >= 0 ? HS_OK : HS_ERR_MEMORY;
}

static void *connection_main(void *arg)
{
    pthread_setname_np(pthread_self(), "connection");
    struct connection *c = arg;
    struct source *s = c->source;
    struct listener *l = s->data;
    source_decode_fd(s, c->fd, s->cancel_fd, c->name, false, s->p.live, NULL);
    shutdown(c->fd, SHUT_RDWR); /* a peer whose framing is lost shall know at once */
    atomic_store(&c->done, true);
    eventfd_write(l->reap_fd, 1);
    return NULL;
}

/* Join those that are done; all of them when `all` (they see the same cancel_fd). */
static void reap(struct source *s, bool all)
{
    struct listener *l = s->data;
    eventfd_t ignored;
    if (l->num)
        eventfd_read(l->reap_fd, &ignored);
    for (int i = 0; i < MAX_CONNECTIONS; i++) {
        struct connection *c = &l->connections[i];
        if (c->fd < 0 || !(all || atomic_load(&c->done)))
            continue;
        pthread_join(c->thread, NULL);
        close(c->fd);
        c->fd = -1;
        l->num--;
    }
    atomic_store(&s->num_connections, l->num);
    if (l->num == 0 && !all)
        source_set_state(s, SOURCE_CONNECTING);
}

/* How long the peer has said nothing, by the kernel's own clock. One whose bytes wait for us isn't silent, we are slow; of a Unix
 * socket (only this user can connect) it isn't known. */
static int64_t silent_ms(const struct source *s, const struct connection *c)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    int unread = 0;
    if (s->address.is_unix || ioctl(c->fd, FIONREAD, &unread) != 0 || unread)
        return 0;
    return getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 ? (int64_t)info.tcpi_last_data_recv : 0;
}

/* Room for one more: the connection silent for the longest goes. */
static bool make_room(struct source *s)
{
    struct listener *l = s->data;
    struct connection *most = NULL;
    int64_t most_ms = SILENT_MS - 1;
    for (int i = 0; i < MAX_CONNECTIONS; i++) {
        int64_t ms = silent_ms(s, &l->connections[i]);
        if (ms > most_ms) {
            most_ms = ms;
            most = &l->connections[i];
        }
    }
    if (!most)
        return false;
    log_warn("%s: closed, silent for %lld s, to make room for another connection", most->name, (long long)most_ms / 1000);
    shutdown(most->fd, SHUT_RDWR); /* its thread sees the end; unless the history makes it wait, and then there is no room yet */
    struct pollfd reaping = {.fd = l->reap_fd, .events = POLLIN};
    if (poll(&reaping, 1, 100) > 0)
        reap(s, false);
    return l->num < MAX_CONNECTIONS;
}

static void start_connection(struct source *s, int fd, const struct sockaddr_storage *peer)
{
    struct listener *l = s->data;
    int one = 1;
    char name[sizeof l->connections[0].name];
    address_peer_name(fd, &s->address, peer, name, sizeof name);
    if (l->num == MAX_CONNECTIONS)
        reap(s, false);
    if (l->num == MAX_CONNECTIONS && !make_room(s)) {
        log_warn("%s: refused, %d connections are open already", name, MAX_CONNECTIONS);
        close(fd);
        return;
    }
    struct connection *c = l->connections;
    while (c->fd >= 0)
        c++;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one); /* a machine that vanishes sends no end */
    memcpy(c->name, name, sizeof name);
    c->source = s;
    c->fd = fd;
    atomic_store(&c->done, false);
    if (!source_start_thread(&c->thread, connection_main, c)) {
        log_warn("%s: refused, no thread to read it", name);
        close(fd);
        c->fd = -1;
        return;
    }
    l->num++;
    atomic_store(&s->num_connections, l->num);
    counter_add(&s->p.counters->connections, 1);
    source_set_state(s, SOURCE_LIVE);
}

static void accept_all(struct source *s, int listen_fd)
{
    for (;;) {
        struct sockaddr_storage peer = {0};
        socklen_t len = sizeof peer;
        int fd = accept4(listen_fd, (struct sockaddr *)&peer, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0) {
            start_connection(s, fd, &peer);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            log_warn("%s: a connection waits: %s", s->name, strerror(errno));
            source_wait_until(s, clock_now_ns() + 1000000000);
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

static void listen_run(struct source *s)
{
    struct listener *l = s->data;
    struct pollfd fds[ADDRESS_MAX_FDS + 2] = {{.fd = s->cancel_fd, .events = POLLIN}, {.fd = l->reap_fd, .events = POLLIN}};
    for (int i = 0; i < l->sockets.num_fds; i++)
        fds[i + 2] = (struct pollfd){.fd = l->sockets.fds[i], .events = POLLIN};
    while (!fds[0].revents) {
        if (poll(fds, (nfds_t)l->sockets.num_fds + 2, -1) < 0)
            continue;
        if (fds[1].revents)
            reap(s, false);
        for (int i = 0; i < l->sockets.num_fds && !fds[0].revents; i++) {
            if (fds[i + 2].revents)
                accept_all(s, l->sockets.fds[i]);
        }
    }
    reap(s, true);
    source_set_state(s, SOURCE_ENDED);
}

static void listen_close(struct source *s)
{
    struct listener *l = s->data;
    if (!l)
        return;
    address_unlisten(&s->address, &l->sockets);
    if (l->reap_fd >= 0)
        close(l->reap_fd);
    free(l);
}

const struct source_driver source_listen = {listen_open, listen_run, listen_close};

/* --- dialling --- */

static enum hs_status dial_open(struct source *s)
{
    enum hs_status status = address_parse_dial(s->p.spec, &s->address);
    if (status != HS_OK)
        return status;
    s->name = mem_strdup(s->address.is_unix ? s->address.path : s->p.spec + 6);
    return s->name ? HS_OK : HS_ERR_MEMORY;
}

/* Between three quarters and five quarters of delay_ms, so that many viewers don't come back in step. */
static int64_t jitter_ns(int64_t delay_ms, uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return delay_ms * 750000 + (int64_t)((*seed >> 33) % 1000) * delay_ms * 500;
}

static void dial_run(struct source *s)
{
    int64_t delay_ms = FIRST_DELAY_MS;
    uint64_t seed = (uint64_t)clock_now_ns();
    bool told = false;     /* that it isn't there; until bytes have come again */
    bool announce = false; /* that it is there again */
    do {
        char why[128];
        uint64_t num_bytes = 0;
        int fd = address_connect(&s->address, s->cancel_fd, why, sizeof why);
        if (fd >= 0) {
            source_set_state(s, SOURCE_LIVE);
            atomic_store(&s->num_connections, 1);
            counter_add(&s->p.counters->connections, 1);
            if (announce)
                log_info("%s: connected", s->p.spec);
            announce = false;
            enum hs_status status = source_decode_fd(s, fd, s->cancel_fd, s->p.spec, false, s->p.live, &num_bytes);
            close(fd);
            if (status == HS_ERR_CANCELLED)
                break;
            strcpy(why, "the connection was closed");
        }
        atomic_store(&s->num_connections, 0);
        source_set_state(s, SOURCE_CONNECTING);
        if (num_bytes) {
            delay_ms = FIRST_DELAY_MS;
            told = false;
        }
        if (!told && source_wait_until(s, 0)) {
            log_warn("%s: %s; trying again until it answers", s->p.spec, why);
            told = announce = true;
        }
        if (!source_wait_until(s, clock_now_ns() + jitter_ns(delay_ms, &seed)))
            break;
        delay_ms = delay_ms * 2 < LAST_DELAY_MS ? delay_ms * 2 : LAST_DELAY_MS;
    } while (true);
    source_set_state(s, SOURCE_ENDED);
}

static void dial_close(struct source *s)
{
    (void)s;
}

const struct source_driver source_dial = {dial_open, dial_run, dial_close};
