/* Tick labels from a file, a name a line. Read when the option is set (command line, config file), never for a stream. */
#include "plot/option_names.h"
#include "base/memory.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_NAMES_BYTES = 64 << 20 };

bool names_is_file(const char *text)
{
    struct stat st;
    bool word = strcmp(text, "auto") == 0 || strcmp(text, "none") == 0 || !text[strspn(text, "0123456789")];
    return text[0] == '@' || (!word && !strchr(text, ',') && stat(text, &st) == 0 && S_ISREG(st.st_mode));
}

/* Lines to names: a separator before each, carriage returns and a last line feed gone. */
static bool read_lines(FILE *file, struct buf *b)
{
    static const char separator = NAMES_SEPARATOR;
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    bool ok = true, first = true;
    while (ok && (len = getline(&line, &cap, file)) >= 0) {
        while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
            len--;
        size_t bom = first && len >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
        ok = b->len + (size_t)len < MAX_NAMES_BYTES && !memchr(line, 0, (size_t)len) && buf_append(b, &separator, 1) &&
             buf_append(b, line + bom, (size_t)len - bom);
        first = false;
    }
    free(line);
    return ok;
}

char *names_read_file(const char *text, char *message, size_t message_size)
{
    const char *path = text[0] == '@' ? text + 1 : text;
    FILE *file = fopen(path, "re");
    struct buf b = {0};
    struct stat st;
    if (!file || fstat(fileno(file), &st) != 0 || S_ISDIR(st.st_mode)) {
        snprintf(message, message_size, "can't read '%.200s': %s", path, file ? "it is a directory" : strerror(errno));
    } else if (!read_lines(file, &b) || ferror(file)) {
        snprintf(message, message_size, "'%.200s' is no file of names, one a line", path);
        buf_free(&b);
    } else if (!b.len) {
        snprintf(message, message_size, "'%.200s' is empty; a name a line is expected", path);
        buf_free(&b);
    }
    if (file)
        fclose(file);
    return b.data;
}
