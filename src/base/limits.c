/* Limits are read from the system whenever they are asked for; that is at the start. Any thread. */
#include "base/limits.h"
#include "base/memory.h"
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PROGRAM_BYTES = 320 << 20, STACK_BYTES = 1 << 20, MAX_ARENAS = 2 };

/* The number in a file; INT64_MAX: there is none ("max"). */
static int64_t read_limit(const char *path)
{
    char text[32] = "";
    FILE *f = fopen(path, "re");
    if (!f)
        return INT64_MAX;
    size_t len = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    char *end;
    long long bytes = len ? strtoll(text, &end, 10) : 0;
    return len && end != text && bytes > 0 ? bytes : INT64_MAX;
}

/* The group's own limit and those above it. A path that isn't there (another namespace's) leaves the top. */
static int64_t group_limit(const char *root, const char *controller, const char *path, const char *file)
{
    int64_t least = INT64_MAX;
    char group[1024], name[2048];
    snprintf(group, sizeof group, "%s", path);
    for (;;) {
        snprintf(name, sizeof name, "%s%s%s/%s", root, controller, group, file);
        int64_t bytes = read_limit(name);
        least = bytes < least ? bytes : least;
        char *slash = strrchr(group, '/');
        if (!slash)
            return least;
        *slash = 0;
    }
}

/* "memory" among "cpu,memory". */
static bool has_memory(const char *controllers, size_t len)
{
    static const char word[] = "memory";
    for (const char *p = controllers, *end = controllers + len; p < end;) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        size_t n = (size_t)((comma ? comma : end) - p);
        if (n == sizeof word - 1 && memcmp(p, word, n) == 0)
            return true;
        p = comma ? comma + 1 : end;
    }
    return false;
}

int64_t limits_cgroup(const char *groups, const char *root)
{
    int64_t least = INT64_MAX;
    for (const char *line = groups; *line;) { /* NUMBER:CONTROLLERS:PATH */
        size_t len = strcspn(line, "\n");
        const char *first = memchr(line, ':', len), *second = first ? memchr(first + 1, ':', len - (size_t)(first + 1 - line)) : NULL;
        char path[1024];
        if (second) {
            snprintf(path, sizeof path, "%.*s", (int)(len - (size_t)(second + 1 - line)), second + 1);
            if (strcmp(path, "/") == 0)
                path[0] = 0;
            int64_t bytes = INT64_MAX;
            if (second == first + 1)
                bytes = group_limit(root, "", path, "memory.max");
            else if (has_memory(first + 1, (size_t)(second - first - 1)))
                bytes = group_limit(root, "/memory", path, "memory.limit_in_bytes");
            least = bytes < least ? bytes : least;
        }
        line += len + (line[len] == '\n');
    }
    return least;
}

int64_t limits_space(int64_t bytes)
{
    return bytes > 2 * (int64_t)PROGRAM_BYTES ? bytes - PROGRAM_BYTES : bytes / 2;
}

static int64_t own_cgroup(void)
{
    char groups[8192];
    FILE *f = fopen("/proc/self/cgroup", "re");
    if (!f)
        return INT64_MAX;
    size_t len = fread(groups, 1, sizeof groups - 1, f);
    fclose(f);
    groups[len] = 0;
    return limits_cgroup(groups, "/sys/fs/cgroup");
}

static int64_t own_space(void)
{
    struct rlimit r;
    return getrlimit(RLIMIT_AS, &r) == 0 && r.rlim_cur != RLIM_INFINITY && r.rlim_cur < INT64_MAX ? (int64_t)r.rlim_cur : INT64_MAX;
}

size_t limits_memory(void)
{
    int64_t least = (int64_t)sysconf(_SC_PHYS_PAGES) * (int64_t)sysconf(_SC_PAGESIZE), group = own_cgroup(), space = own_space();
    least = group < least ? group : least;
    space = space < INT64_MAX ? limits_space(space) : space;
    return (size_t)(space < least ? space : least);
}

void limits_save_space(void)
{
    pthread_attr_t attr;
    if (own_space() == INT64_MAX || pthread_attr_init(&attr) != 0)
        return;
    mallopt(M_ARENA_MAX, MAX_ARENAS); /* each reserves 64 MiB, by default one for each thread */
    if (pthread_attr_setstacksize(&attr, STACK_BYTES) == 0)
        pthread_setattr_default_np(&attr);
    pthread_attr_destroy(&attr);
}
