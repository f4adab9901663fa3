/* Pipes, FIFOs, terminals and other things that are read once: standard input, a path, an inherited descriptor. A FIFO is opened
 * without waiting for a writer; its reader then waits for the first one, and ends when the last is gone. Threads: the source's. */
#include "base/log.h"
#include "base/memory.h"
#include "ingest/source_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { PIPE_BYTES = 1 << 20 }; /* four times as fast as the 64 KiB they come with */

static enum hs_status pipe_open(struct source *s)
{
    int inherited = source_inherited_fd(s->p.spec);
    const char *base = strrchr(s->p.spec, '/');
    s->name = mem_strdup(inherited == 0 ? "stdin" : inherited < 0 && base && base[1] ? base + 1 : s->p.spec);
    s->finite = true;
    if (!s->name)
        return HS_ERR_MEMORY;
    /* An inherited one isn't opened anew: of a pipe whose writer is gone already, a new descriptor would never see the end. */
    s->fd = inherited >= 0 ? fcntl(inherited, F_DUPFD_CLOEXEC, 3) : open(s->p.spec, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (s->fd < 0) {
        log_error("%s: %s", s->p.spec, strerror(errno));
        return HS_ERR_IO;
    }
    fcntl(s->fd, F_SETPIPE_SZ, PIPE_BYTES);
    return HS_OK;
}

static void pipe_run(struct source *s)
{
    source_set_state(s, SOURCE_LIVE);
    source_set_ended(s, source_decode_fd(s, s->fd, s->cancel_fd, s->name, !s->p.live, s->p.live, NULL));
}

static void pipe_close(struct source *s)
{
    (void)s;
}

const struct source_driver source_pipe = {pipe_open, pipe_run, pipe_close};
