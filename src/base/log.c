/* Messages for people: one line, one write, nothing a terminal would obey. */
#include "base/log.h"
#include "base/memory.h"
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { MAX_LINE = 1024 };

static void write_line(const char *kind, const char *fmt, va_list args)
{
    char text[MAX_LINE], line[4 * MAX_LINE + 64];
    vsnprintf(text, sizeof text, fmt, args);
    int len = snprintf(line, sizeof line, "heatscope: %s", kind);
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p < 0x20 || *p == 0x7f)
            len += snprintf(line + len, sizeof line - (size_t)len, "\\x%02x", *p);
        else if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0) { /* C1 controls in UTF-8 */
            len += snprintf(line + len, sizeof line - (size_t)len, "\\u%04x", p[1]);
            p++;
        } else
            line[len++] = (char)*p;
    }
    line[len++] = '\n';
    ssize_t ignored = write(STDERR_FILENO, line, (size_t)len);
    (void)ignored;
}

#define LOG_FUNCTION(name, kind)          \
    void name(const char *fmt, ...)       \
    {                                     \
        va_list args;                     \
        va_start(args, fmt);              \
        write_line(kind, fmt, args);      \
        va_end(args);                     \
    }

LOG_FUNCTION(log_error, "error: ")
LOG_FUNCTION(log_warn, "warning: ")
LOG_FUNCTION(log_info, "")
