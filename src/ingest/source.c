/* What all sources share: choosing the driver by what was named, the thread, the state, the end. Threads: open and close by the
 * owner; state by any; run by the source's own. */
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/raw_spec.h"
#include "ingest/source_internal.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

bool source_start_thread(pthread_t *out, void *(*fn)(void *arg), void *arg)
{
    sigset_t block, old;
    sigfillset(&block); /* but for those that a thread raises itself: a mapped file that shrinks raises SIGBUS */
    sigdelset(&block, SIGBUS);
    sigdelset(&block, SIGSEGV);
    sigdelset(&block, SIGFPE);
    sigdelset(&block, SIGILL);
    pthread_sigmask(SIG_SETMASK, &block, &old);
    bool ok = pthread_create(out, NULL, fn, arg) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return ok;
}

void source_set_state(struct source *s, enum source_state state)
{
    if (atomic_exchange(&s->state, (int)state) != (int)state && s->p.changed)
        s->p.changed(s->p.changed_arg);
}

void source_set_ended(struct source *s, enum hs_status status)
{
    source_set_state(s, status == HS_OK || status == HS_ERR_CANCELLED ? SOURCE_ENDED : SOURCE_FAILED);
}

bool source_wait_until(struct source *s, int64_t when_ns)
{
    for (;;) {
        struct pollfd fd = {.fd = s->cancel_fd, .events = POLLIN};
        int64_t left = when_ns - clock_now_ns();
        struct timespec wait = {left / 1000000000, left % 1000000000};
        if (left < 0)
            wait = (struct timespec){0};
        int n = ppoll(&fd, 1, &wait, NULL);
        if (n > 0)
            return false;
        if (n == 0)
            return true;
    }
}

static enum hs_status decode(struct source *s, struct reader *r, const char *name, bool one_array, bool live)
{
    struct decode_params p = {
        .history = s->p.history, .counters = s->p.counters, .name = name, .lines = s->p.lines, .index_col = s->p.index_col, .live = live, .raw = s->p.raw,
        .event_rows = s->p.event_rows, .event_cols = s->p.event_cols, .one_array = one_array, .file = s->file, .sole = !s->p.listen,
        .complaints = &s->complaints, .no_options = s->p.no_options, .skip_cols = s->p.skip_cols,
        .pace = s->pace ? pace_wait : NULL, .pace_arg = s->pace,
    };
    return decode_stream(r, &p);
}

enum hs_status source_decode_memory(struct source *s, const void *bytes, size_t len, const char *name)
{
    struct reader r;
    enum hs_status status = reader_init_memory(&r, bytes, len);
    if (status == HS_OK)
        status = decode(s, &r, name, true, false);
    counter_add(&s->p.counters->bytes_received, len);
    reader_fini(&r);
    return status;
}

enum hs_status source_decode_fd(struct source *s, int fd, int cancel_fd, const char *name, bool one_array, bool live,
                                uint64_t *num_bytes)
{
    struct reader r;
    if (num_bytes)
        *num_bytes = 0;
    enum hs_status status = reader_init_fd(&r, fd, cancel_fd, s->p.counters);
    if (status != HS_OK) {
        log_error("%s: %s", name, hs_status_text(status));
        return status;
    }
    r.more = s->more;
    r.more_arg = s->more_arg;
    status = decode(s, &r, name, one_array, live);
    if (num_bytes)
        *num_bytes = r.offset;
    reader_fini(&r);
    return status;
}

int source_inherited_fd(const char *spec)
{
    if (strcmp(spec, "-") == 0 || strcmp(spec, "/dev/stdin") == 0)
        return 0;
    const char *digits = strncmp(spec, "/dev/fd/", 8) == 0 ? spec + 8 : strncmp(spec, "/proc/self/fd/", 14) == 0 ? spec + 14 : "";
    char *end;
    long fd = strtol(digits, &end, 10);
    return *digits >= '0' && *digits <= '9' && !*end && fd < 1 << 20 ? (int)fd : -1;
}

static bool is_dial(const char *spec)
{
    return spec && (strncmp(spec, "tcp://", 6) == 0 || strncmp(spec, "unix://", 7) == 0);
}

static bool stat_spec(const char *spec, struct stat *st)
{
    int fd = source_inherited_fd(spec);
    return (fd >= 0 ? fstat(fd, st) : stat(spec, st)) == 0;
}

/* Of something that has a name; NULL: one line was logged. */
static const struct source_driver *choose_by_type(const struct source_params *p, const char *shown, mode_t mode)
{
    bool regular = S_ISREG(mode), directory = S_ISDIR(mode);
    if ((p->follow && directory) || (p->follow && regular && source_inherited_fd(p->spec) >= 0))
        log_error("%s: --follow needs the name of a file that grows%s", shown,
                  directory ? "; --watch shows new files of a directory" : "");
    else if (p->watch && (source_inherited_fd(p->spec) >= 0 || !(regular || directory)))
        log_error("%s: --watch needs the name of a file or a directory", shown);
    else if (directory)
        return &source_dir;
    else if (regular)
        return p->follow ? &source_follow : p->watch ? &source_watch : &source_file;
    else
        return &source_pipe;
    return NULL;
}

/* NULL: one line was logged. */
static const struct source_driver *choose_driver(const struct source_params *p)
{
    struct stat st;
    if (p->listen)
        return &source_listen;
    if (is_dial(p->spec))
        return &source_dial;
    const char *shown = strcmp(p->spec, "-") == 0 ? "stdin" : p->spec;
    if (!stat_spec(p->spec, &st) && errno == ENOENT && (p->follow || p->watch) && source_inherited_fd(p->spec) < 0)
        return p->follow ? &source_follow : &source_watch; /* it may come */
    if (!stat_spec(p->spec, &st)) {
        bool port = shown[shown[0] == ':'] && !shown[strspn(shown, ":0123456789")];
        log_error("%s: %s%s%s", shown, errno == EBADF ? "is closed" : strerror(errno), port ? "; to accept producers there: --listen " : "",
                  port ? shown : "");
        return NULL;
    }
    if (S_ISSOCK(st.st_mode) && source_inherited_fd(p->spec) < 0) {
        log_error("%s: is a socket; give unix://%s to connect to it", shown, shown);
        return NULL;
    }
    return choose_by_type(p, shown, st.st_mode);
}

enum policy source_default_policy(const char *spec, const char *listen, bool window)
{
    struct stat st;
    if (listen || is_dial(spec))
        return POLICY_LATEST;
    if (!stat_spec(spec, &st) || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
        return POLICY_ALL;
    return window ? POLICY_LATEST : POLICY_ALL;
}

static enum hs_status check_raw(const char *raw)
{
    struct raw_spec spec;
    char why[256];
    enum hs_status status = raw ? raw_spec_parse(raw, &spec, why, sizeof why) : HS_OK;
    if (status != HS_OK)
        log_error("--raw: %s", why);
    return status;
}

static bool copy_strings(struct source *s)
{
    const char **texts[] = {&s->p.spec, &s->p.listen, &s->p.raw, &s->p.index, &s->p.index_col};
    bool ok = true;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (*texts[i])
            ok = (*texts[i] = mem_strdup(*texts[i])) && ok;
    }
    return ok;
}

const struct nd_index *source_nd_index(const struct source *s)
{
    return s->nd.num_axes ? &s->nd : NULL;
}

enum hs_status source_show_slice(struct source *s, const struct nd_index *index)
{
    return source_file_show_slice(s, index);
}

static void *source_main(void *arg)
{
    pthread_setname_np(pthread_self(), "source");
    struct source *s = arg;
    s->driver->run(s);
    return NULL;
}

enum hs_status source_check(const struct source_params *params)
{
    return choose_driver(params) ? HS_OK : HS_ERR_IO;
}

enum hs_status source_open(const struct source_params *params, struct source **out)
{
    *out = NULL;
    enum hs_status status = check_raw(params->raw);
    if (status == HS_OK && params->follow + params->watch + params->loop > 1) {
        log_error("--follow, --watch and --loop exclude each other: a file grows, is rewritten, or is played again");
        status = HS_ERR_USAGE;
    }
    if (status != HS_OK)
        return status;
    const struct source_driver *driver = choose_driver(params);
    if (!driver)
        return HS_ERR_IO;
    if (params->index && driver != &source_file) {
        log_error("--index is for .npy files; %s is something else, or is followed", params->spec ? params->spec : params->listen);
        return HS_ERR_USAGE;
    }
    struct source *s = mem_zeroed(1, sizeof *s);
    if (!s) {
        log_error("out of memory");
        return HS_ERR_MEMORY;
    }
    s->p = *params;
    complaints_init(&s->complaints, params->changed, params->changed_arg);
    s->driver = driver;
    s->fd = -1;
    s->state = SOURCE_CONNECTING;
    s->speed_milli = 1000;
    s->cancel_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!copy_strings(s) || s->cancel_fd < 0) {
        log_error("no memory or no descriptors left for a source");
        status = HS_ERR_SYSTEM;
    }
    if (status == HS_OK)
        status = driver->open(s);
    if (status == HS_OK && !(s->has_thread = source_start_thread(&s->thread, source_main, s))) {
        log_error("%s: no thread to read it: %s", s->name, strerror(errno));
        status = HS_ERR_SYSTEM;
    }
    if (status != HS_OK) {
        source_close(s);
        return status;
    }
    *out = s;
    return HS_OK;
}

enum source_state source_state(struct source *s)
{
    return (enum source_state)atomic_load(&s->state);
}

bool source_is_finite(const struct source *s)
{
    return s->finite;
}

const char *source_name(const struct source *s)
{
    return s->name;
}

struct complaints *source_complaints(struct source *s)
{
    return &s->complaints;
}

int source_num_connections(const struct source *s)
{
    bool socket = s->driver == &source_listen || s->driver == &source_dial;
    return socket ? atomic_load(&s->num_connections) : -1;
}

int source_port(const struct source *s)
{
    return s->port;
}

void source_set_speed(struct source *s, double speed)
{
    double milli = speed * 1000;
    atomic_store(&s->speed_milli, milli < 1 ? 1 : milli > 1e9 ? 1000000000 : (int)milli);
}

void source_close(struct source *s)
{
    if (!s)
        return;
    if (s->has_thread) {
        eventfd_write(s->cancel_fd, 1);
        pthread_join(s->thread, NULL);
    }
    s->driver->close(s);
    if (s->fd > 2)
        close(s->fd);
    if (s->cancel_fd >= 0)
        close(s->cancel_fd);
    free((char *)s->p.spec);
    free((char *)s->p.listen);
    free((char *)s->p.index_col);
    free((char *)s->p.raw);
    free((char *)s->p.index);
    free(s->name);
    complaints_fini(&s->complaints);
    free(s);
}
