/* Types of options of cells: conditions, edges, aspect. As options_value.c: whole texts are parsed before anything is written. */
#include "base/memory.h"
#include "plot/edges.h"
#include "plot/options_table.h"
#include "plot/where.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool replace(const struct option_row *row, void *base, const char *text, char *message)
{
    char **slot = (char **)((char *)base + row->offset), *copy = *text ? mem_strdup(text) : NULL;
    if (*text && !copy) {
        snprintf(message, OPTION_MESSAGE, "out of memory");
        return false;
    }
    free(*slot);
    *slot = copy;
    return true;
}

bool option_store_where(const struct option_row *row, void *base, const char *text, char *message)
{
    struct where where;
    if (*text && !where_parse(text, false, &where, message, OPTION_MESSAGE))
        return false;
    return replace(row, base, text, message);
}

/* Kept as a list, so that a file isn't needed again. */
bool option_store_edges(const struct option_row *row, void *base, const char *text, char *message)
{
    double *values;
    int64_t num;
    if (!*text)
        return replace(row, base, text, message);
    if (!edges_parse(text, &values, &num, message, OPTION_MESSAGE))
        return false;
    struct buf list = {0};
    bool ok = true;
    char number[OPTION_NUMBER_TEXT];
    for (int64_t i = 0; i < num; i++)
        ok = ok && buf_printf(&list, "%s%s", i ? "," : "", option_number_text(values[i], number));
    free(values);
    if (!ok)
        snprintf(message, OPTION_MESSAGE, "out of memory");
    ok = ok && replace(row, base, list.data, message);
    buf_free(&list);
    return ok;
}

/* "equal" is the number 1. */
bool option_store_aspect(const struct option_row *row, void *base, const char *text, char *message)
{
    double ratio = 1;
    char *end = "";
    bool fills = strcmp(text, "auto") == 0, number = !fills && strcmp(text, "equal") != 0;
    if (number)
        ratio = strspn(text, "+.0123456789eE-") == strlen(text) ? strtod(text, &end) : 0;
    if (*end || !(ratio >= 1e-6 && ratio <= 1e6)) {
        snprintf(message, OPTION_MESSAGE, "'%.80s' is none of auto, equal, or a number (height over width of a unit, above 0)", text);
        return false;
    }
    *(int *)((char *)base + row->offset) = fills ? ASPECT_AUTO : ASPECT_EQUAL;
    *(double *)((char *)base + row->aux) = ratio;
    return true;
}
