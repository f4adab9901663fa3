/* Parsing, binding and connecting. Looking a name up may block for long and can't be cancelled, so that happens in a thread of its
 * own which is left behind when nobody waits any more. Threads: any. */
#include "ingest/address.h"
#include "base/log.h"
#include "base/memory.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* --- parsing --- */

static bool parse_port(const char *text, int *port)
{
    int value = 0;
    for (const char *p = text; *p; p++) {
        if (*p < '0' || *p > '9' || (value = value * 10 + (*p - '0')) > 65535)
            return false;
    }
    *port = value;
    return *text != 0;
}

/* HOST:PORT, [HOST]:PORT, :PORT. */
static bool parse_host_port(const char *text, struct address *out)
{
    const char *colon = strrchr(text, ':'), *begin = text;
    if (!colon || !parse_port(colon + 1, &out->port))
        return false;
    const char *end = colon;
    if (*begin == '[') {
        if (end - begin < 3 || end[-1] != ']')
            return false;
        begin++;
        end--;
    } else if (memchr(begin, ':', (size_t)(end - begin))) {
        return false; /* IPv6 without brackets */
    }
    if ((size_t)(end - begin) >= sizeof out->host)
        return false;
    memcpy(out->host, begin, (size_t)(end - begin));
    out->host[end - begin] = 0;
    return true;
}

static enum hs_status parse_path(const char *text, const char *path, struct address *out)
{
    out->is_unix = true;
    if (!*path || strlen(path) >= sizeof out->path) {
        log_error("%s: a Unix socket's path has 1 to %zu bytes", text, sizeof out->path - 1);
        return HS_ERR_USAGE;
    }
    strcpy(out->path, path);
    return HS_OK;
}

enum hs_status address_parse_listen(const char *text, struct address *out)
{
    *out = (struct address){0};
    if (strncmp(text, "unix://", 7) == 0)
        return parse_path(text, text + 7, out);
    const char *rest = strncmp(text, "tcp://", 6) == 0 ? text + 6 : text;
    if (parse_port(rest, &out->port) || parse_host_port(rest, out))
        return HS_OK;
    bool number = *text >= '0' && *text <= '9'; /* a mistyped port is no file name */
    if (rest == text && *text && (strchr(text, '/') || (!strchr(text, ':') && !number)))
        return parse_path(text, text, out);
    log_error("--listen %s: isn't an address; give PORT (0 to 65535), HOST:PORT, [IPV6]:PORT or the path of a Unix socket", text);
    return HS_ERR_USAGE;
}

enum hs_status address_parse_dial(const char *text, struct address *out)
{
    *out = (struct address){0};
    if (strncmp(text, "unix://", 7) == 0)
        return parse_path(text, text + 7, out);
    if (parse_host_port(text + 6, out) && out->host[0] && out->port)
        return HS_OK;
    log_error("%s: isn't an address; give tcp://HOST:PORT or unix://PATH", text);
    return HS_ERR_USAGE;
}

/* --- listening --- */

static bool is_loopback(const struct sockaddr *sa)
{
    if (sa->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)sa)->sin_addr.s_addr) >> 24 == 127;
    const struct in6_addr *a = &((const struct sockaddr_in6 *)sa)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(a) || (IN6_IS_ADDR_V4MAPPED(a) && a->s6_addr[12] == 127);
}

static void set_port(struct sockaddr *sa, int port)
{
    if (sa->sa_family == AF_INET)
        ((struct sockaddr_in *)sa)->sin_port = htons((uint16_t)port);
    else
        ((struct sockaddr_in6 *)sa)->sin6_port = htons((uint16_t)port);
}

static int bound_port(int fd)
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;
    getsockname(fd, (struct sockaddr *)&sa, &len);
    return ntohs(sa.ss_family == AF_INET ? ((struct sockaddr_in *)&sa)->sin_port : ((struct sockaddr_in6 *)&sa)->sin6_port);
}

static int listen_on(const struct sockaddr *sa, socklen_t len)
{
    int one = 1, fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (sa->sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one); /* IPv4 has its own */
    if (bind(fd, sa, len) == 0 && listen(fd, 64) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static int look_up(const char *host, int port, bool passive, struct addrinfo **out)
{
    char service[8];
    snprintf(service, sizeof service, "%d", port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | (passive ? AI_PASSIVE : 0)};
    return getaddrinfo(host, service, &hints, out);
}

static enum hs_status listen_tcp(const struct address *a, const char *text, bool allow_remote, struct address_listener *out)
{
    struct addrinfo *list = NULL;
    const char *host = !a->host[0] ? "127.0.0.1" : strcmp(a->host, "*") == 0 ? NULL : a->host;
    int error = look_up(host, a->port, true, &list);
    if (error) {
        log_error("--listen %s: %s", text, error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error));
        return HS_ERR_IO;
    }
    enum hs_status status = HS_OK;
    bool remote = false;
    for (struct addrinfo *i = list; i; i = i->ai_next)
        remote |= !is_loopback(i->ai_addr);
    if (remote && !allow_remote) {
        log_error("--listen %s: other machines could connect; add --allow-remote if that is meant", text);
        freeaddrinfo(list);
        return HS_ERR_USAGE;
    }
    int first_error = 0;
    for (struct addrinfo *i = list; i && out->num_fds < ADDRESS_MAX_FDS; i = i->ai_next) {
        if (out->num_fds) /* all on the same port */
            set_port(i->ai_addr, out->port);
        int fd = listen_on(i->ai_addr, i->ai_addrlen);
        if (fd < 0) {
            first_error = first_error ? first_error : errno;
            continue;
        }
        out->fds[out->num_fds++] = fd;
        out->port = bound_port(fd);
    }
    freeaddrinfo(list);
    if (!out->num_fds) {
        log_error("--listen %s: %s%s", text, strerror(first_error), first_error == EADDRINUSE ? "; give another port" : "");
        return HS_ERR_IO;
    }
    if (!a->host[0]) { /* who dials localhost may try IPv6 first; a machine without it is fine */
        struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)out->port),
                                   .sin6_addr = IN6ADDR_LOOPBACK_INIT};
        int fd = listen_on((struct sockaddr *)&six, sizeof six);
        if (fd >= 0)
            out->fds[out->num_fds++] = fd;
    }
    if (remote)
        log_warn("--listen %s: whoever reaches this machine can connect and be shown", text);
    return status;
}

static int connect_unix(const struct address *a)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    memcpy(sa.sun_path, a->path, sizeof sa.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&sa, sizeof sa) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* A socket's file that nobody listens on any more is in the way. */
static bool clear_stale(const struct address *a, const char *text)
{
    struct stat st;
    if (lstat(a->path, &st) != 0)
        return true;
    if (!S_ISSOCK(st.st_mode)) {
        log_error("--listen %s: exists and isn't a socket; give another path", text);
        return false;
    }
    int fd = connect_unix(a);
    if (fd < 0 && errno == ECONNREFUSED && unlink(a->path) == 0)
        return true;
    if (fd >= 0)
        close(fd);
    log_error("--listen %s: somebody listens there already; give another path", text);
    return false;
}

static enum hs_status listen_unix(const struct address *a, const char *text, struct address_listener *out)
{
    struct stat st;
    if (!clear_stale(a, text))
        return HS_ERR_IO;
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    memcpy(sa.sun_path, a->path, sizeof sa.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* The mode is set before bind (umask belongs to all threads) and made sure of before anybody can connect. */
    bool ok = fd >= 0 && fchmod(fd, 0600) == 0 && bind(fd, (struct sockaddr *)&sa, sizeof sa) == 0;
    if (ok && (chmod(a->path, 0600) != 0 || stat(a->path, &st) != 0 || listen(fd, 64) != 0)) {
        int error = errno;
        unlink(a->path);
        errno = error;
        ok = false;
    }
    if (!ok) {
        log_error("--listen %s: %s", text, strerror(errno));
        if (fd >= 0)
            close(fd);
        return HS_ERR_IO;
    }
    out->fds[out->num_fds++] = fd;
    out->dev = st.st_dev;
    out->ino = st.st_ino;
    return HS_OK;
}

enum hs_status address_listen(const struct address *a, const char *text, bool allow_remote, struct address_listener *out)
{
    *out = (struct address_listener){0};
    return a->is_unix ? listen_unix(a, text, out) : listen_tcp(a, text, allow_remote, out);
}

void address_unlisten(const struct address *a, struct address_listener *l)
{
    struct stat st;
    if (a->is_unix && l->num_fds && lstat(a->path, &st) == 0 && st.st_dev == l->dev && st.st_ino == l->ino)
        unlink(a->path);
    while (l->num_fds)
        close(l->fds[--l->num_fds]);
}

/* --- connecting --- */

/* A name being looked up by a thread; freed by whoever comes last. */
struct lookup {
    atomic_int refs;
    char host[256];
    int port;
    int done_fd;
    atomic_bool done; /* set last, before done_fd is written: publishes the two below */
    int error;
    struct addrinfo *list;
};

static void lookup_unref(struct lookup *l)
{
    if (atomic_fetch_sub(&l->refs, 1) != 1)
        return;
    if (l->list)
        freeaddrinfo(l->list);
    close(l->done_fd);
    free(l);
}

static void *lookup_main(void *arg)
{
    struct lookup *l = arg;
    l->error = look_up(l->host, l->port, false, &l->list);
    atomic_store(&l->done, true);
    eventfd_write(l->done_fd, 1);
    lookup_unref(l);
    return NULL;
}

static struct lookup *lookup_start(const struct address *a)
{
    struct lookup *l = mem_zeroed(1, sizeof *l);
    if (!l)
        return NULL;
    l->refs = 2;
    l->port = a->port;
    memcpy(l->host, a->host, sizeof l->host);
    l->done_fd = eventfd(0, EFD_CLOEXEC);
    pthread_t thread;
    pthread_attr_t attr;
    sigset_t all, old;
    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    bool ok = l->done_fd >= 0 && pthread_create(&thread, &attr, lookup_main, l) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    if (ok)
        return l;
    if (l->done_fd >= 0)
        close(l->done_fd);
    free(l);
    return NULL;
}

/* Until fd has one of `events`; false: cancelled, or timeout_ms is over. */
static bool wait_for(int fd, short events, int cancel_fd, int timeout_ms)
{
    struct pollfd fds[2] = {{.fd = fd, .events = events}, {.fd = cancel_fd, .events = POLLIN}};
    int n;
    while ((n = poll(fds, 2, timeout_ms)) < 0 && errno == EINTR)
        ;
    return n > 0 && !fds[1].revents;
}

static int connect_one(const struct addrinfo *i, int cancel_fd)
{
    int error = 0, one = 1;
    socklen_t len = sizeof error;
    int fd = socket(i->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
    if (connect(fd, i->ai_addr, i->ai_addrlen) == 0)
        return fd;
    error = errno;
    if (error == EINPROGRESS) {
        error = ETIMEDOUT;
        if (wait_for(fd, POLLOUT, cancel_fd, 10000) && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && !error)
            return fd;
    }
    close(fd);
    errno = error;
    return -1;
}

static int connect_tcp(const struct address *a, int cancel_fd, char *why, size_t why_size)
{
    int fd = -1;
    struct lookup *l = lookup_start(a);
    if (!l) {
        snprintf(why, why_size, "no thread to look the name up");
        return -1;
    }
    if (!wait_for(l->done_fd, POLLIN, cancel_fd, -1) || !atomic_load(&l->done)) {
        snprintf(why, why_size, "cancelled");
    } else if (l->error) {
        snprintf(why, why_size, "%s", gai_strerror(l->error));
    } else {
        for (struct addrinfo *i = l->list; i && fd < 0; i = i->ai_next)
            fd = connect_one(i, cancel_fd);
        if (fd < 0)
            snprintf(why, why_size, "%s", strerror(errno));
    }
    lookup_unref(l);
    return fd;
}

int address_connect(const struct address *a, int cancel_fd, char *why, size_t why_size)
{
    if (!a->is_unix)
        return connect_tcp(a, cancel_fd, why, why_size);
    int fd = connect_unix(a);
    if (fd < 0)
        snprintf(why, why_size, "%s", strerror(errno));
    return fd;
}

void address_peer_name(int fd, const struct address *a, const struct sockaddr_storage *peer_address, char *out, size_t out_size)
{
    char host[64] = "?", port[8] = "?";
    if (a->is_unix) {
        struct ucred peer;
        socklen_t len = sizeof peer;
        if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0)
            snprintf(out, out_size, "unix %s (process %d)", a->path, (int)peer.pid);
        else
            snprintf(out, out_size, "unix %s", a->path);
        return;
    }
    getnameinfo((const struct sockaddr *)peer_address, sizeof *peer_address, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(out, out_size, strchr(host, ':') ? "tcp [%s]:%s" : "tcp %s:%s", host, port);
}
