/* Files linked into the program by cmake/Embed.cmake: fonts, colormaps, shaders. */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* without its folder; NULL ends a table */
    const unsigned char *begin, *end; /* *end is 0 */
};

extern const struct embedded_file fonts_embedded[], colormaps_embedded[], shaders_embedded[];

static inline const struct embedded_file *embedded_find(const struct embedded_file *table, const char *name)
{
    for (; table->name; table++)
        if (__builtin_strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

#endif
