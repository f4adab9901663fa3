/* Waiting for something to happen to a file or in a directory: inotify where it works, and looking again now and then where it
 * doesn't (network file systems). One thread, a source's. */
#ifndef INGEST_NOTICE_H
#define INGEST_NOTICE_H

#include <heatscope/status.h>
#include <stdint.h>

struct notice {
    int fd;        /* inotify; -1: none */
    int cancel_fd; /* the source's */
};

/* Changes of the file (which need not be there), and of the directory that it is in; or of the directory `path` itself. Never fails: without inotify it looks
 * more often. */
void notice_init(struct notice *n, const char *path, int cancel_fd);
void notice_fini(struct notice *n);
/* Until something may have changed, but not for long: look, then wait again. HS_ERR_CANCELLED. */
enum hs_status notice_wait(struct notice *n);

#endif
