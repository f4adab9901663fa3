/* Indices into arrays of many dimensions, and what is wrong with them. Pure functions; any thread. */
#include "data/nd_index.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    bool all;
    int64_t at;
};

/* One entry; *text moves behind it and the comma. */
static bool scan_entry(const char **text, struct entry *out)
{
    const char *p = *text + strspn(*text, " ");
    char *end;
    if (*p == ':') {
        *out = (struct entry){.all = true};
        end = (char *)p + 1;
    } else {
        errno = 0;
        *out = (struct entry){.at = strtoll(p, &end, 10)};
        if (end == p || errno)
            return false;
    }
    end += strspn(end, " ");
    if (*end && *end != ',')
        return false;
    *text = *end ? end + 1 : end;
    return *end == 0 || **text != 0;
}

/* How many entries; -1: why says what is wrong. */
static int scan(const char *text, struct entry out[FRAME_MAX_DIMS], char *why, size_t why_size)
{
    int num = 0, num_all = 0;
    for (const char *p = text; *p; num++) {
        struct entry e;
        if (!scan_entry(&p, &e)) {
            snprintf(why, why_size, "'%.80s' is not whole numbers and two colons separated by commas, as in 3,:,:,0", text);
            return -1;
        }
        if (num == FRAME_MAX_DIMS) {
            snprintf(why, why_size, "'%.80s': more than %d axes", text, FRAME_MAX_DIMS);
            return -1;
        }
        out[num] = e;
        num_all += e.all;
    }
    if (num_all == 2)
        return num;
    snprintf(why, why_size, "'%.80s' has %d colon%s; two are needed, for the rows and for the columns, as in 3,:,:,0", text, num_all,
             num_all == 1 ? "" : "s");
    return -1;
}

static void shape_text(const int64_t *shape, int num, char *out, size_t size)
{
    size_t len = 0;
    for (int i = 0; i < num && len < size; i++)
        len += (size_t)snprintf(out + len, size - len, "%s%lld", i ? ", " : "", (long long)shape[i]);
}

static void add_axis(struct nd_index *i, int axis, bool all, int64_t at)
{
    i->at[axis] = all ? -1 : at;
    if (!all)
        i->leading[i->num_leading++] = axis;
    else if (i->row_axis < 0)
        i->row_axis = axis;
    else
        i->col_axis = axis;
}

bool nd_index_parse(const char *text, const int64_t *shape, int num_axes, struct nd_index *out, char *why, size_t why_size)
{
    struct entry entries[FRAME_MAX_DIMS] = {{0}};
    char sizes[FRAME_MAX_DIMS * 22];
    *out = (struct nd_index){.num_axes = num_axes, .row_axis = -1};
    int num = text ? scan(text, entries, why, why_size) : num_axes;
    if (num < 0)
        return false;
    if (num != num_axes || num_axes < 2) {
        shape_text(shape, num_axes, sizes, sizeof sizes);
        snprintf(why, why_size, "'%.80s' has %d entries, but the array has %d ax%s: (%s)", text ? text : "", num, num_axes,
                 num_axes == 1 ? "is" : "es", sizes);
        return false;
    }
    for (int axis = 0; axis < num; axis++) {
        struct entry *e = &entries[axis];
        e->all = text ? e->all : axis >= num - 2;
        out->size[axis] = shape[axis];
        if (!e->all && (e->at >= shape[axis] || e->at < -shape[axis])) {
            snprintf(why, why_size, "index %lld is out of range: axis %d has size %lld (%lld to %lld)", (long long)e->at, axis,
                     (long long)shape[axis], -(long long)shape[axis], (long long)shape[axis] - 1);
            return false;
        }
        add_axis(out, axis, e->all, e->at < 0 ? e->at + shape[axis] : e->at);
    }
    return true;
}

const char *nd_index_text(const struct nd_index *i, char *out, size_t size)
{
    size_t len = 0;
    out[0] = 0;
    for (int k = 0; k < i->num_leading && len < size; k++)
        len += (size_t)snprintf(out + len, size - len, "%saxis %d: %lld of 0–%lld", k ? ", " : "", i->leading[k],
                                (long long)i->at[i->leading[k]], (long long)i->size[i->leading[k]] - 1);
    return out;
}
