/* Addresses of sockets: what --listen and tcp://, unix:// say; binding and connecting. */
#ifndef INGEST_ADDRESS_H
#define INGEST_ADDRESS_H

#include <heatscope/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#define ADDRESS_MAX_FDS 8

struct address {
    bool is_unix;
    char host[256]; /* "" (listening): loopback, IPv4 and IPv6 */
    int port;
    char path[108];
};

/* "5555", ":5555", "HOST:PORT", "[::1]:5555", a path; also with tcp:// or unix://. HS_ERR_USAGE with one line logged. */
enum hs_status address_parse_listen(const char *text, struct address *out);
/* "tcp://HOST:PORT", "unix://PATH". */
enum hs_status address_parse_dial(const char *text, struct address *out);

/* Listening sockets. */
struct address_listener {
    int fds[ADDRESS_MAX_FDS];
    int num_fds;
    int port;  /* the one it got */
    dev_t dev; /* of the Unix socket's file, so that only ours is removed */
    ino_t ino;
};

/* Bind and listen. One line is logged when it fails: HS_ERR_USAGE (not loopback without allow_remote), HS_ERR_IO. */
enum hs_status address_listen(const struct address *a, const char *text, bool allow_remote, struct address_listener *out);
void address_unlisten(const struct address *a, struct address_listener *l);

/* Connect; waits until it did or failed or cancel_fd is readable. The descriptor, or -1 with why written. */
int address_connect(const struct address *a, int cancel_fd, char *why, size_t why_size);
/* "tcp 127.0.0.1:40312" of an accepted connection; peer_address is what accept gave (the peer may be gone already). */
void address_peer_name(int fd, const struct address *a, const struct sockaddr_storage *peer_address, char *out, size_t out_size);

#endif
