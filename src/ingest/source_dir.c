/* A directory as a sequence of frames: its files in the order of their names, numbers in them by their value. With --watch new
 * ones are shown as they appear, each once it is complete. Threads: the source's. */
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "ingest/notice.h"
#include "ingest/snapshot.h"
#include "ingest/source_dir.h"
#include "ingest/source_internal.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define GIVE_UP_NS 2000000000ll /* on a file that stays incomplete while newer ones are there */
#define RETRY_NS 100000000ll

/* --- names --- */

int source_dir_compare(const char *a, const char *b)
{
    const char *x = a, *y = b;
    while (*x && *y) {
        if (isdigit((unsigned char)*x) && isdigit((unsigned char)*y)) {
            x += strspn(x, "0");
            y += strspn(y, "0");
            size_t nx = strspn(x, "0123456789"), ny = strspn(y, "0123456789");
            int order = nx != ny ? (nx < ny ? -1 : 1) : strncmp(x, y, nx);
            if (order)
                return order;
            x += nx;
            y += ny;
            continue;
        }
        if (*x != *y)
            return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
        x++;
        y++;
    }
    return *x || *y ? (*x ? 1 : -1) : strcmp(a, b);
}

static int by_name(const void *a, const void *b)
{
    return source_dir_compare(*(char *const *)a, *(char *const *)b);
}

static bool is_matrix(const char *name, bool raw)
{
    static const char *const ENDINGS[] = {".npy", ".txt", ".csv", ".tsv", ".pgm", ".pfm"};
    const char *dot = strrchr(name, '.');
    if (name[0] == '.')
        return false;
    for (size_t i = 0; dot && i < sizeof ENDINGS / sizeof *ENDINGS; i++)
        if (strcasecmp(dot, ENDINGS[i]) == 0)
            return true;
    return raw;
}

struct list {
    char **names;
    size_t num, cap;
};

static void list_clear(struct list *l)
{
    for (size_t i = 0; i < l->num; i++)
        free(l->names[i]);
    l->num = 0;
}

static void list_fini(struct list *l)
{
    list_clear(l);
    free(l->names);
}

static bool list_add(struct list *l, const char *name)
{
    if (l->num == l->cap) {
        char **names = mem_resize(l->names, l->cap ? l->cap * 2 : 64, sizeof *names);
        if (!names)
            return false;
        l->names = names;
        l->cap = l->cap ? l->cap * 2 : 64;
    }
    char *copy = mem_strdup(name);
    if (copy)
        l->names[l->num++] = copy;
    return copy != NULL;
}

static bool list_has(const struct list *sorted, const char *name)
{
    return sorted->num && bsearch(&name, sorted->names, sorted->num, sizeof *sorted->names, by_name);
}

/* The matrices there now, in order; one line is logged when that fails. */
static enum hs_status scan(const struct source *s, struct list *out)
{
    list_clear(out);
    DIR *d = opendir(s->p.spec);
    if (!d) {
        log_error("%s: %s", s->p.spec, strerror(errno));
        return HS_ERR_IO;
    }
    bool ok = true;
    for (const struct dirent *e; ok && (e = readdir(d));)
        if (is_matrix(e->d_name, s->p.raw != NULL) && e->d_type != DT_DIR)
            ok = list_add(out, e->d_name);
    closedir(d);
    if (!ok) {
        log_error("%s: no memory for its file names", s->p.spec);
        return HS_ERR_MEMORY;
    }
    if (out->num)
        qsort(out->names, out->num, sizeof *out->names, by_name);
    return HS_OK;
}

/* --- the driver --- */

static enum hs_status dir_open(struct source *s)
{
    size_t len = strlen(s->p.spec);
    while (len > 1 && s->p.spec[len - 1] == '/')
        len--;
    size_t begin = len;
    while (begin > 0 && s->p.spec[begin - 1] != '/')
        begin--;
    s->name = mem_format("%.*s", (int)(len - (begin < len ? begin : 0)), s->p.spec + (begin < len ? begin : 0));
    s->finite = !s->p.loop && !s->p.watch;
    if (!s->name)
        return HS_ERR_MEMORY;
    struct list l = {0};
    enum hs_status status = scan(s, &l);
    if (status == HS_OK && !l.num && !s->p.watch) {
        log_error("%s: is a directory without matrices (.npy, .txt, .csv, .tsv, .pgm, .pfm)", s->p.spec);
        status = HS_ERR_FORMAT;
    }
    list_fini(&l);
    return status;
}

static bool fatal(enum hs_status s)
{
    return s == HS_ERR_CANCELLED || s == HS_ERR_MEMORY;
}

static enum hs_status decode_file(struct source *s, const char *name, int fd, const char *shown)
{
    s->file = name;
    enum hs_status status = source_decode_fd(s, fd, s->cancel_fd, shown, true, false, NULL);
    s->file = NULL;
    return status;
}

/* What is wrong with a file is said by its decoder; the next one may be better. */
static enum hs_status play_file(struct source *s, const char *name)
{
    char *path = mem_format("%s/%s", s->p.spec, name), *shown = mem_format("%s/%s", s->name, name);
    enum hs_status status = path && shown ? HS_OK : HS_ERR_MEMORY;
    int fd = status == HS_OK ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    struct stat st = {0};
    if (status == HS_OK && (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)))
        log_error("%s: %s", shown, fd < 0 ? strerror(errno) : "isn't a file; it is left out");
    else if (status == HS_OK)
        status = decode_file(s, name, fd, shown);
    if (fd >= 0)
        close(fd);
    free(path);
    free(shown);
    return fatal(status) ? status : HS_OK;
}

static enum hs_status play(struct source *s)
{
    struct list l = {0};
    enum hs_status status = scan(s, &l);
    uint64_t before;
    do {
        before = counter_get(&s->p.counters->frames_received);
        for (size_t i = 0; i < l.num && status == HS_OK; i++)
            status = play_file(s, l.names[i]);
    } while (status == HS_OK && s->p.loop && counter_get(&s->p.counters->frames_received) > before);
    list_fini(&l);
    return status;
}

static enum hs_status decode_copy(struct source *s, const char *name, const struct snapshot *copy, const char *shown)
{
    s->file = name;
    enum hs_status status = source_decode_memory(s, copy->bytes, copy->size, shown);
    s->file = NULL;
    return status;
}

/* Shows the file if it is complete; *done: it needs no other look. */
static enum hs_status show_new(struct source *s, struct snapshot *copy, const char *name, bool *done)
{
    char *path = mem_format("%s/%s", s->p.spec, name), *shown = mem_format("%s/%s", s->name, name);
    enum hs_status status = path && shown ? HS_OK : HS_ERR_MEMORY;
    enum snapshot_result r = status == HS_OK ? snapshot_read(copy, path) : SNAPSHOT_FAILED;
    int64_t age_ns = clock_unix_ns() - ((int64_t)copy->at.st_mtim.tv_sec * 1000000000 + copy->at.st_mtim.tv_nsec);
    bool npy = r == SNAPSHOT_WHOLE && copy->bytes[0] == 0x93; /* knows its length: no need to wait and see */
    *done = r == SNAPSHOT_FAILED || (r == SNAPSHOT_WHOLE && (npy || age_ns > RETRY_NS || age_ns < 0));
    if (status == HS_OK && r == SNAPSHOT_FAILED && errno != ENOENT)
        log_error("%s: %s", shown, strerror(errno));
    else if (status == HS_OK && *done && r == SNAPSHOT_WHOLE)
        status = decode_copy(s, name, copy, shown);
    free(path);
    free(shown);
    return fatal(status) ? status : HS_OK;
}

/* Shows, in order, what isn't in `old`; stops at one that isn't complete, unless that has lasted. *again: look soon. `shown`
 * becomes what is there of both. */
static enum hs_status show_all_new(struct source *s, struct snapshot *copy, const struct list *now, const struct list *old,
                                   struct list *shown, int64_t *stuck_since_ns, bool *again)
{
    enum hs_status status = HS_OK;
    *again = false;
    for (size_t i = 0; i < now->num && status == HS_OK; i++) {
        bool known = list_has(old, now->names[i]), done = !*again;
        if (!known && done) {
            status = show_new(s, copy, now->names[i], &done);
            int64_t t = clock_now_ns();
            *stuck_since_ns = done ? 0 : *stuck_since_ns ? *stuck_since_ns : t;
            if (!done && i + 1 < now->num && t - *stuck_since_ns > GIVE_UP_NS) {
                log_warn("%s/%s: stays incomplete; it is left out", s->name, now->names[i]);
                *stuck_since_ns = 0;
                done = true;
            }
        }
        *again = *again || (!known && !done);
        if ((known || done) && status == HS_OK && !list_add(shown, now->names[i]))
            status = HS_ERR_MEMORY;
    }
    return status;
}

static enum hs_status play_and_watch(struct source *s)
{
    struct list now = {0}, old = {0}, shown = {0};
    struct snapshot copy = {0};
    struct notice n;
    int64_t stuck_since_ns = 0;
    notice_init(&n, s->p.spec, s->cancel_fd);
    enum hs_status status = HS_OK;
    while (status == HS_OK) {
        bool again;
        status = scan(s, &now);
        if (status != HS_OK)
            break;
        list_clear(&shown);
        status = show_all_new(s, &copy, &now, &old, &shown, &stuck_since_ns, &again);
        struct list swap = old; /* names that are gone are forgotten: they may come again */
        old = shown;
        shown = swap;
        if (status == HS_OK && again && !source_wait_until(s, clock_now_ns() + RETRY_NS))
            status = HS_ERR_CANCELLED;
        else if (status == HS_OK && !again)
            status = notice_wait(&n);
    }
    notice_fini(&n);
    snapshot_fini(&copy);
    list_fini(&now);
    list_fini(&old);
    list_fini(&shown);
    return status;
}

static void dir_run(struct source *s)
{
    struct pace pace;
    pace_init(&pace, s);
    s->pace = &pace;
    source_set_state(s, SOURCE_LIVE);
    enum hs_status status = s->p.watch ? play_and_watch(s) : play(s);
    s->pace = NULL;
    source_set_ended(s, status);
}

static void dir_close(struct source *s)
{
    (void)s;
}

const struct source_driver source_dir = {dir_open, dir_run, dir_close};
