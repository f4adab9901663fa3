/* Numbers are in the C locale (the program never calls setlocale). */
#include "plot/edges.h"
#include "base/memory.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 64 << 20, MESSAGE_CHARS = 40 };

static const char SEPARATORS[] = " \t\r\n,;[]", NUMBER[] = "+-.0123456789eE";

bool edges_is_file(const char *text)
{
    for (const char *p = text; *p; p++)
        if (!strchr(SEPARATORS, *p) && !strchr(NUMBER, *p))
            return true;
    return false;
}

static char *read_file(const char *path, char *why, size_t why_size)
{
    struct buf b = {0};
    FILE *f = fopen(path, "rb");
    bool ok = f != NULL;
    while (ok && b.len < MOST_BYTES && buf_reserve(&b, 65536)) {
        size_t num = fread(b.data + b.len, 1, 65535, f);
        b.len += num;
        b.data[b.len] = 0;
        if (!num)
            break;
    }
    if (!ok || ferror(f) || !b.data || memchr(b.data, 0, b.len)) {
        snprintf(why, why_size, "'%.80s': %s", path, !ok || ferror(f) ? strerror(errno) : "a list of numbers, or a text file of them, is expected");
        buf_free(&b);
    }
    if (f)
        fclose(f);
    return b.data;
}

static bool parse_list(const char *text, double **values, int64_t *num, char *why, size_t why_size)
{
    int64_t cap = 0;
    for (const char *p = text + strspn(text, SEPARATORS); *p; p += strspn(p, SEPARATORS)) {
        char *end;
        size_t len = strcspn(p, SEPARATORS);
        double v = strspn(p, NUMBER) >= len ? strtod(p, &end) : NAN;
        if (!isfinite(v) || end != p + len) {
            snprintf(why, why_size, "'%.*s' (number %lld) is not a number", len > MESSAGE_CHARS ? MESSAGE_CHARS : (int)len, p, (long long)*num + 1);
            return false;
        }
        if (*num == cap) {
            cap = cap ? 2 * cap : 64;
            double *more = mem_resize(*values, (size_t)cap, sizeof *more);
            if (!more) {
                snprintf(why, why_size, "out of memory");
                return false;
            }
            *values = more;
        }
        (*values)[(*num)++] = v;
        p += len;
    }
    return true;
}

bool edges_parse(const char *text, double **values, int64_t *num, char *why, size_t why_size)
{
    char *content = edges_is_file(text) ? read_file(text, why, why_size) : NULL;
    *values = NULL;
    *num = 0;
    if (edges_is_file(text) && !content)
        return false;
    bool ok = parse_list(content ? content : text, values, num, why, why_size);
    free(content);
    const double *v = *values;
    if (ok && *num < 2) {
        snprintf(why, why_size, "at least two edges are needed, as in 0,1,10,100");
        ok = false;
    }
    for (int64_t i = 1; ok && i < *num; i++)
        if (!(v[1] > v[0] ? v[i] > v[i - 1] : v[i] < v[i - 1])) {
            snprintf(why, why_size, "%.9g comes after %.9g (number %lld of %lld): edges must grow, or fall, all along", v[i], v[i - 1],
                     (long long)i + 1, (long long)*num);
            ok = false;
        }
    if (ok && !isfinite(v[*num - 1] - v[0])) {
        snprintf(why, why_size, "they are too far apart");
        ok = false;
    }
    if (!ok) {
        free(*values);
        *values = NULL;
    }
    return ok;
}
