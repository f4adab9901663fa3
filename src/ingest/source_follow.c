/* --follow: a file that grows, as tail -F reads it. It is decoded like a pipe; at its present end the reader asks here, and waits
 * until there is more. A file that was replaced (its name means another one) is read to its end and then anew, as is one that was
 * cut short. Threads: the source's. */
#include "base/log.h"
#include "base/memory.h"
#include "ingest/absence.h"
#include "ingest/notice.h"
#include "ingest/source_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct follow {
    struct source *source;
    struct notice notice;
    struct absence absence;
    const char *anew; /* why it starts anew; NULL: it doesn't */
};

static enum hs_status follow_open(struct source *s)
{
    const char *base = strrchr(s->p.spec, '/');
    s->name = mem_strdup(base && base[1] ? base + 1 : s->p.spec);
    s->finite = false;
    if (!s->name)
        return HS_ERR_MEMORY;
    s->fd = open(s->p.spec, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0 && errno != ENOENT) {
        log_error("%s: %s", s->p.spec, strerror(errno));
        return HS_ERR_IO;
    }
    return HS_OK;
}

/* Until the file that the name means can be opened. */
static enum hs_status open_file(struct source *s, struct follow *f)
{
    enum hs_status status = HS_OK;
    while (status == HS_OK && (s->fd = open(s->p.spec, O_RDONLY | O_CLOEXEC)) < 0) {
        absence_see(&f->absence, s, errno != ENOENT);
        status = notice_wait(&f->notice);
    }
    if (status == HS_OK)
        absence_see(&f->absence, s, true);
    return status;
}

/* The reader has come to the end: HS_OK when there is more, HS_ERR_END when there won't be. */
static enum hs_status more(void *arg)
{
    struct follow *f = arg;
    struct source *s = f->source;
    for (;;) {
        struct stat open_file, named;
        off_t at = lseek(s->fd, 0, SEEK_CUR);
        bool is_named = stat(s->p.spec, &named) == 0; /* before the size: what was written before it was replaced is read */
        if (fstat(s->fd, &open_file) != 0 || at < 0)
            return HS_ERR_IO;
        if (open_file.st_size > at)
            return HS_OK;
        bool other = is_named && (named.st_ino != open_file.st_ino || named.st_dev != open_file.st_dev);
        if (other || open_file.st_size < at) {
            f->anew = other ? "was replaced" : "was cut short";
            return HS_ERR_END;
        }
        absence_see(&f->absence, s, is_named);
        enum hs_status status = notice_wait(&f->notice);
        if (status != HS_OK)
            return status;
    }
}

/* The file that the name means now. */
static enum hs_status open_again(struct source *s, struct follow *f)
{
    log_info("%s: %s; it is read from its beginning", s->name, f->anew);
    f->anew = NULL;
    close(s->fd);
    enum hs_status status = open_file(s, f);
    if (status != HS_OK)
        return status;
    notice_fini(&f->notice); /* it watches the file that was */
    notice_init(&f->notice, s->p.spec, s->cancel_fd);
    return HS_OK;
}

static void follow_run(struct source *s)
{
    struct follow f = {.source = s};
    enum hs_status status = HS_OK;
    notice_init(&f.notice, s->p.spec, s->cancel_fd);
    s->more = more;
    s->more_arg = &f;
    if (s->fd < 0) {
        absence_begin(&f.absence, s);
        status = open_file(s, &f);
    } else
        source_set_state(s, SOURCE_LIVE);
    while (status == HS_OK) {
        status = source_decode_fd(s, s->fd, s->cancel_fd, s->name, false, true, NULL);
        if (f.anew && status != HS_ERR_CANCELLED) /* whatever the old one ended with */
            status = open_again(s, &f);
        else if (status == HS_OK)
            break;
    }
    notice_fini(&f.notice);
    s->more = NULL;
    source_set_ended(s, status);
}

static void follow_close(struct source *s)
{
    (void)s;
}

const struct source_driver source_follow = {follow_open, follow_run, follow_close};
