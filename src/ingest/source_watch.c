/* --watch: a file that is rewritten, in place or by a rename. Each version is read whole into memory and decoded from there, so
 * that a picture never mixes two; a half-written one waits for its rest while the last picture stays. Threads: the source's. */
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "ingest/absence.h"
#include "ingest/notice.h"
#include "ingest/snapshot.h"
#include "ingest/source_internal.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { SETTLE_NS = 40000000, MAX_SETTLES = 10 }; /* a file written in place has come to rest; one that never rests is read anyway */

static enum hs_status watch_open(struct source *s)
{
    const char *base = strrchr(s->p.spec, '/');
    s->name = mem_strdup(base && base[1] ? base + 1 : s->p.spec);
    s->finite = false;
    if (!s->name)
        return HS_ERR_MEMORY;
    if (access(s->p.spec, R_OK) != 0 && errno != ENOENT) {
        log_error("%s: %s", s->p.spec, strerror(errno));
        return HS_ERR_IO;
    }
    return HS_OK;
}

/* Until the file is another one than *seen. */
static enum hs_status wait_for_change(struct source *s, struct notice *n, struct absence *absence, struct stat *seen)
{
    struct stat now;
    for (;;) {
        bool there = stat(s->p.spec, &now) == 0;
        absence_see(absence, s, there);
        if (there && S_ISREG(now.st_mode) && !snapshot_same_version(&now, seen))
            break;
        if (there && S_ISDIR(now.st_mode)) {
            log_error("%s: is a directory now; start again to watch it", s->name);
            return HS_ERR_IO;
        }
        enum hs_status status = notice_wait(n);
        if (status != HS_OK)
            return status;
    }
    bool renamed = now.st_ino != seen->st_ino || now.st_dev != seen->st_dev;
    for (int i = 0; i < MAX_SETTLES && !renamed; i++) {
        *seen = now;
        if (!source_wait_until(s, clock_now_ns() + SETTLE_NS))
            return HS_ERR_CANCELLED;
        if (stat(s->p.spec, &now) != 0 || snapshot_same_version(&now, seen))
            break;
    }
    *seen = now;
    return HS_OK;
}

static void watch_run(struct source *s)
{
    struct notice n;
    struct snapshot copy = {0};
    struct stat seen = {0};
    struct absence absence = {0};
    enum hs_status status = HS_OK;
    notice_init(&n, s->p.spec, s->cancel_fd);
    if (access(s->p.spec, F_OK) != 0)
        absence_begin(&absence, s);
    while (status == HS_OK) {
        status = wait_for_change(s, &n, &absence, &seen);
        if (status != HS_OK)
            break;
        enum snapshot_result r = snapshot_read(&copy, s->p.spec);
        if (r == SNAPSHOT_FAILED && errno != ENOENT)
            log_error("%s: %s", s->name, strerror(errno));
        if (r != SNAPSHOT_FAILED)
            seen = copy.at;
        if (r == SNAPSHOT_WHOLE)
            status = source_decode_memory(s, copy.bytes, copy.size, s->name);
        if (status == HS_ERR_FORMAT) /* said, and the next version may be better */
            status = HS_OK;
        notice_fini(&n); /* a rename leaves it with the old file */
        notice_init(&n, s->p.spec, s->cancel_fd);
    }
    notice_fini(&n);
    snapshot_fini(&copy);
    source_set_ended(s, status);
}

static void watch_close(struct source *s)
{
    (void)s;
}

const struct source_driver source_watch = {watch_open, watch_run, watch_close};
