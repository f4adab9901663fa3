/* Options as a whole: defaults, copies, and setting one of them by name with the rules that hold for all: who may set it, what is
 * said when it fails. Everything walks the table. Any thread, each on its own structs. */
#include "plot/options.h"
#include "base/log.h"
#include "base/memory.h"
#include "plot/edges.h"
#include "plot/norm.h"
#include "plot/options_table.h"
#include "plot/palette.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *base_of(const struct option_row *row, struct look *look, struct run *run)
{
    return row->access == ACCESS_LOOK ? (void *)look : (void *)run;
}

void options_init(struct options *o)
{
    *o = (struct options){.look.gamma = NAN};
    for (int i = 0; i < OPTIONS_NUM; i++)
        option_reset(&OPTIONS_TABLE[i], base_of(&OPTIONS_TABLE[i], &o->look, &o->run));
}

/* The i-th row if it is a string of the struct look (or of run), else NULL. */
static char **string_field(int i, bool of_look, void *base)
{
    const struct option_row *row = &OPTIONS_TABLE[i];
    bool here = (row->access == ACCESS_LOOK) == of_look && option_is_string(row);
    return here ? (char **)((char *)base + row->offset) : NULL;
}

static void free_strings(bool of_look, void *base)
{
    for (int i = 0; i < OPTIONS_NUM; i++) {
        char **text = string_field(i, of_look, base);
        if (text) {
            free(*text);
            *text = NULL;
        }
    }
}

void look_fini(struct look *l)
{
    free_strings(true, l);
}

void look_copy(struct look *to, const struct look *from)
{
    *to = *from;
    for (int i = 0; i < OPTIONS_NUM; i++) {
        char **text = string_field(i, true, to);
        if (text && *text)
            *text = mem_strdup(*text);
    }
}

void options_fini(struct options *o)
{
    look_fini(&o->look);
    free_strings(false, &o->run);
    for (int i = 0; i < o->run.num_sources; i++)
        free(o->run.sources[i]);
    o->run.num_sources = 0;
}

/* "no-x" for a flag x, or the other way round: the value turned into its opposite. */
static bool store_negated(const struct option_row *row, void *base, const char *value, char *message)
{
    int given;
    struct option_row alone = *row;
    alone.offset = 0;
    return option_store(&alone, &given, value, message) && option_store(row, base, given ? "false" : "true", message);
}

static bool store_plain(const struct option_row *row, void *base, const char *value, char *message)
{
    struct option_row plain = *row;
    plain.type = OPTION_STRING;
    return option_store(&plain, base, value, message);
}

/* A stream's list is the whole list. */
static bool replace_marks(const struct option_row *row, void *base, const char *value, char *message)
{
    char **slot = (char **)((char *)base + row->offset), *old = *slot;
    *slot = NULL;
    if (option_store(row, base, value, message)) {
        free(old);
        return true;
    }
    *slot = old;
    return false;
}

/* On the command line a gamma and another norm contradict each other. A stream's later line just wins, and the gamma goes. */
static bool store_from_stream(const struct option_row *row, void *base, const char *value, char *message)
{
    if (row->type == OPTION_CMAP && value && palette_is_file(value)) {
        snprintf(message, OPTION_MESSAGE, "'%.80s': a stream can't read files here; give the colours, separated by commas", value);
        return false;
    }
    if (row->type == OPTION_NAMES && value && *value == '@') {
        snprintf(message, OPTION_MESSAGE, "'%.80s': a stream can't read files here; give the names", value);
        return false;
    }
    if (row->type == OPTION_NAMES && value) /* never a path */
        return store_plain(row, base, value, message);
    if (row->type == OPTION_MARKS)
        return replace_marks(row, base, value, message);
    if (row->type == OPTION_EDGES && value && edges_is_file(value)) {
        snprintf(message, OPTION_MESSAGE, "'%.80s': a stream can't read files here; give the numbers", value);
        return false;
    }
    if (row->type != OPTION_NORM)
        return option_store(row, base, value, message);
    struct look *look = base;
    double gamma = look->gamma;
    if (!value || strcmp(value, norm_name(NORM_POWER)) != 0)
        look->gamma = NAN;
    if (option_store(row, base, value, message))
        return true;
    look->gamma = gamma;
    return false;
}

static enum hs_status unknown(enum option_origin origin, const char *where, const char *name)
{
    const char *dashes = origin == OPTION_FROM_ARGV ? "--" : "";
    const char *near = option_suggest(name, strlen(name));
    char prefix[160] = "";
    if (origin != OPTION_FROM_ARGV)
        snprintf(prefix, sizeof prefix, "%.150s: ", where);
    if (near)
        log_error("%sunknown option '%s%.80s'; did you mean '%s%s'?", prefix, dashes, name, dashes, near);
    else
        log_error("%sunknown option '%s%.80s' (--list-options shows all)", prefix, dashes, name);
    return HS_ERR_USAGE;
}

static bool allowed(const struct option_row *row, enum option_origin origin, const struct run *run)
{
    return row->access == ACCESS_LOOK || (run && origin == OPTION_FROM_ARGV) ||
           (run && origin == OPTION_FROM_CONFIG && row->access == ACCESS_RUN);
}

enum hs_status options_set(struct look *look, struct run *run, enum option_origin origin, const char *where, const char *name,
                           const char *value)
{
    bool negated;
    const struct option_row *row = option_find(name, strlen(name), &negated);
    if (!row)
        return unknown(origin, where, name);
    if (!allowed(row, origin, run)) {
        const char *from = origin == OPTION_FROM_CONFIG ? "config file" : "stream";
        log_error("%s: option '%s' can't be set from a %s", where, row->name, from);
        return HS_ERR_USAGE;
    }
    void *base = base_of(row, look, run);
    char message[OPTION_MESSAGE];
    bool ok = negated ? store_negated(row, base, value, message)
            : origin == OPTION_FROM_STREAM ? store_from_stream(row, base, value, message)
                                           : option_store(row, base, value, message);
    if (ok && row->type == OPTION_SIZE)
        run->size_set = 1;
    if (ok)
        return HS_OK;
    if (origin == OPTION_FROM_ARGV)
        log_error("%s: %s", where, message);
    else
        log_error("%s: %s: %s", where, row->name, message);
    return HS_ERR_USAGE;
}
