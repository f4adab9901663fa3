/* inotify on a file and its directory. An event says only "look again", so that none can be misunderstood, and a timeout looks
 * anyway. One thread, a source's. */
#include "ingest/notice.h"
#include "base/memory.h"
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
    LOOK_MS = 1000, /* with inotify: in case it doesn't see what others do */
    BLIND_MS = 100, /* without */
    EVENTS = IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
             IN_DELETE_SELF | IN_MOVE_SELF,
};

void notice_init(struct notice *n, const char *path, int cancel_fd)
{
    *n = (struct notice){.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .cancel_fd = cancel_fd};
    const char *slash = strrchr(path, '/');
    char *parent = slash ? mem_format("%.*s", slash == path ? 1 : (int)(slash - path), path) : mem_strdup(".");
    bool ok = parent && n->fd >= 0 && (inotify_add_watch(n->fd, path, EVENTS) >= 0 || errno == ENOENT) &&
              inotify_add_watch(n->fd, parent, EVENTS) >= 0;
    free(parent);
    if (!ok)
        notice_fini(n);
}

void notice_fini(struct notice *n)
{
    if (n->fd >= 0)
        close(n->fd);
    n->fd = -1;
}

static void drain(int fd)
{
    char events[4096] __attribute__((aligned(8)));
    while (read(fd, events, sizeof events) > 0) {
    }
}

enum hs_status notice_wait(struct notice *n)
{
    struct pollfd fds[2] = {{.fd = n->cancel_fd, .events = POLLIN}, {.fd = n->fd, .events = POLLIN}};
    int num = poll(fds, 2, n->fd >= 0 ? LOOK_MS : BLIND_MS);
    if (num < 0 && errno != EINTR)
        return HS_ERR_SYSTEM;
    if (num > 0 && fds[0].revents)
        return HS_ERR_CANCELLED;
    if (num > 0 && fds[1].revents)
        drain(n->fd);
    return HS_OK;
}
