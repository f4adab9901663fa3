/* Types of options of cells: conditions, edges, aspect. As options_value.c: whole texts are parsed before anything is written. */
#include "base/memory.h"
#include "plot/edges.h"
#include "plot/options_table.h"
#include "plot/spines.h"
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

/* "12", "12x8"; "12,8" from a JSON array. */
bool option_store_cell_size(const struct option_row *row, void *base, const char *text, char *message)
{
    double w = NAN, h = NAN;
    if (strcmp(text, row->unset) != 0) {
        char *end = "";
        bool ok = strspn(text, "+.0123456789eExX,") == strlen(text) && strncmp(text, "0x", 2) != 0 && strncmp(text, "0X", 2) != 0;
        w = h = ok ? strtod(text, &end) : 0;
        if (*end)
            h = strchr("xX,", *end) && strncmp(end + 1, "0x", 2) != 0 ? strtod(end + 1, &end) : 0;
        if (*end || !(w >= row->min && w <= row->max && h >= row->min && h <= row->max)) {
            snprintf(message, OPTION_MESSAGE, "'%.80s' is not PX or WIDTHxHEIGHT in pixels (%g to %g), as in 12 or 12x8", text, row->min, row->max);
            return false;
        }
    }
    *(double *)((char *)base + row->offset) = w;
    *(double *)((char *)base + row->aux) = h;
    return true;
}

static const struct { const char *name; int bits; } SPINES[] = {
    {"on", SPINE_ALL}, {"true", SPINE_ALL}, {"off", 0}, {"false", 0}, {"none", 0},
    {"left", SPINE_LEFT}, {"right", SPINE_RIGHT}, {"top", SPINE_TOP}, {"bottom", SPINE_BOTTOM},
};
enum { NUM_SPINES = sizeof SPINES / sizeof *SPINES, FIRST_SIDE = 5 };

bool option_store_spines(const struct option_row *row, void *base, const char *text, char *message)
{
    int bits = 0, num = 0;
    for (const char *p = text;; p++) {
        size_t len = strcspn(p, ",");
        int i = 0;
        while (i < NUM_SPINES && (strlen(SPINES[i].name) != len || strncmp(SPINES[i].name, p, len) != 0 || (num && i < FIRST_SIDE)))
            i++;
        if (i == NUM_SPINES || (p[len] && i < FIRST_SIDE)) {
            snprintf(message, OPTION_MESSAGE, "'%.80s' is none of on, off, or sides: left, right, top, bottom", text);
            return false;
        }
        bits |= SPINES[i].bits;
        num++;
        p += len;
        if (!*p)
            break;
    }
    *(int *)((char *)base + row->offset) = bits;
    return true;
}
