/* Options from the three places they come from: the command line, a config file, a JSON line of a stream. Each only takes its
 * syntax apart; names and values go through options_set. */
#include "base/log.h"
#include "base/memory.h"
#include "plot/marks.h"
#include "plot/format.h"
#include "plot/norm.h"
#include "plot/option_names.h"
#include "plot/options.h"
#include "plot/options_table.h"
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- command line --- */

struct args {
    struct options *o;
    char **argv;
    int argc, next; /* argv[next] comes next */
};

int options_num_addresses(const char *list)
{
    int num = list != NULL;
    for (const char *p = list; p && *p; p++)
        num += *p == ',';
    return num;
}

static enum hs_status add_source(struct run *run, const char *source)
{
    if (!*source) {
        log_error("a source without a name; a path, -, tcp://HOST:PORT or unix://PATH is expected");
        return HS_ERR_USAGE;
    }
    if (run->num_sources == OPTIONS_MAX_SOURCES) {
        log_error("more than %d sources", OPTIONS_MAX_SOURCES);
        return HS_ERR_USAGE;
    }
    char *copy = mem_strdup(source);
    if (!copy)
        return HS_ERR_MEMORY;
    run->num_listen_before[run->num_sources] = options_num_addresses(run->listen);
    run->sources[run->num_sources++] = copy;
    return HS_OK;
}

/* The value in the next argument. NULL: there is none, or it is the next option (a value like that needs "--name=value"). */
static const char *next_value(struct args *a, const char *where)
{
    const char *value = a->next < a->argc ? a->argv[a->next] : NULL;
    bool option = value && value[0] == '-' && ((value[1] == '-' && value[2]) || (value[1] && !value[2] && option_find_short(value[1])));
    if (option) {
        log_error("%s: needs a value before '%.80s' (one that begins with -- is given as %s%svalue)", where, value, where,
                  where[1] == '-' ? "=" : "");
        return NULL;
    }
    if (!value)
        log_error("%s: needs a value", where);
    a->next += value != NULL;
    return value;
}

/* "5,95" */
static bool is_pair(const char *text)
{
    size_t first = strspn(text, "0123456789."), second = text[first] == ',' ? strspn(text + first + 1, "0123456789.") : 0;
    return first && second && !text[first + 1 + second];
}

/* ".2f", unless it is a file */
static bool is_format(const char *text)
{
    struct number_format f;
    char why[128];
    return text[0] == '.' && text[1] >= '0' && text[1] <= '9' && format_parse(text, &f, why, sizeof why) && access(text, F_OK) != 0;
}

static enum hs_status parse_long(struct args *a, const char *arg)
{
    const char *equals = strchr(arg, '=');
    size_t len = equals ? (size_t)(equals - arg) : strlen(arg);
    char name[128], where[132];
    if (len - 2 >= sizeof name)
        len = sizeof name + 1; /* no known one is that long */
    snprintf(name, sizeof name, "%.*s", (int)(len - 2), arg + 2);
    snprintf(where, sizeof where, "--%s", name);
    bool negated;
    const struct option_row *row = option_find(name, strlen(name), &negated);
    const char *value = equals ? equals + 1 : NULL;
    if (row && !value && row->type == OPTION_ROBUST && a->next < a->argc && is_pair(a->argv[a->next]))
        value = a->argv[a->next++]; /* "--robust 5,95": what else could it be? */
    if (row && !value && row->type == OPTION_ANNOT && a->next < a->argc && is_format(a->argv[a->next]))
        value = a->argv[a->next++];
    if (row && !value && !option_value_is_optional(row)) {
        value = next_value(a, where);
        if (!value)
            return HS_ERR_USAGE;
    }
    return options_set(&a->o->look, &a->o->run, OPTION_FROM_ARGV, where, name, value);
}

/* "-o FILE", "-oFILE", "-h" */
static enum hs_status parse_short(struct args *a, const char *arg)
{
    const struct option_row *row = option_find_short(arg[1]);
    const char *value = arg[2] ? arg + 2 : NULL;
    char where[3] = {'-', arg[1], 0};
    if (!row || (value && option_value_is_optional(row))) {
        log_error("unknown option '%.80s' (--help shows all)", arg);
        return HS_ERR_USAGE;
    }
    if (!value && !option_value_is_optional(row)) {
        value = next_value(a, where);
        if (!value)
            return HS_ERR_USAGE;
    }
    return options_set(&a->o->look, &a->o->run, OPTION_FROM_ARGV, where, row->name, value);
}

/* What no single option can see. */
static enum hs_status check_together(const struct look *l)
{
    if (l->vmin > l->vmax) { /* NaN: not given */
        log_error("--vmin %g is above --vmax %g (to turn the colours round, append _r to the colormap's name)", l->vmin, l->vmax);
        return HS_ERR_USAGE;
    }
    double end = l->vmin <= 0 ? l->vmin : l->vmax;
    if (l->norm == NORM_LOG && !isnan(l->center)) {
        log_error("--center: the log norm has no middle to move; use --norm linear");
        return HS_ERR_USAGE;
    }
    if (!isnan(l->vcenter) && l->norm != NORM_TWO_SLOPE)
        log_warn("--vcenter: the %s norm doesn't use it; use --norm two-slope, or --center %g", norm_name((enum norm_kind)l->norm), l->vcenter);
    if (l->norm == NORM_LOG && end <= 0) {
        log_error("--norm log needs --vmin and --vmax above 0, not %g", end);
        return HS_ERR_USAGE;
    }
    if (l->standard_scale && l->z_score) {
        log_error("--z-score and --standard-scale: choose one");
        return HS_ERR_USAGE;
    }
    return HS_OK;
}

enum hs_status options_parse_argv(struct options *o, int argc, char **argv)
{
    struct args a = {o, argv, argc, 0};
    bool only_sources = false;
    while (a.next < argc) {
        const char *arg = argv[a.next++];
        enum hs_status s = HS_OK;
        if (only_sources || arg[0] != '-' || !arg[1])
            s = add_source(&o->run, arg);
        else if (strcmp(arg, "--") == 0)
            only_sources = true;
        else if (arg[1] == '-')
            s = parse_long(&a, arg);
        else
            s = parse_short(&a, arg);
        if (s != HS_OK)
            return s;
    }
    return check_together(&o->look);
}

/* --- config file --- */

static char *trim(char *text)
{
    text += strspn(text, " \t\r\n");
    size_t len = strlen(text);
    while (len && strchr(" \t\r\n", text[len - 1]))
        text[--len] = 0;
    return text;
}

/* A '#' at the start, or with a blank before and behind it (so that "#d3d3d3" stays a colour), not within quotes. */
static void cut_comment(char *line)
{
    bool quoted = false;
    for (char *p = line; *p; p++) {
        quoted ^= *p == '"';
        bool alone = p == line || ((p[-1] == ' ' || p[-1] == '\t') && (!p[1] || strchr(" \t\r\n", p[1])));
        if (*p == '#' && !quoted && alone) {
            *p = 0;
            return;
        }
    }
}

static enum hs_status parse_config_line(struct options *o, const char *where, char *line)
{
    line = trim(line);
    cut_comment(line);
    line = trim(line);
    if (!*line)
        return HS_OK;
    char *equals = strchr(line, '='), *value = NULL;
    if (equals) {
        *equals = 0;
        value = trim(equals + 1);
        size_t len = strlen(value);
        if (len >= 2 && value[0] == '"' && value[len - 1] == '"') {
            value[len - 1] = 0;
            value++;
        }
    }
    if (!equals && strchr(line, ':')) {
        log_error("%s: '%.80s': a line is NAME = VALUE", where, line);
        return HS_ERR_USAGE;
    }
    return options_set(&o->look, &o->run, OPTION_FROM_CONFIG, where, trim(line), value);
}

enum hs_status options_parse_config(struct options *o, const char *path)
{
    FILE *f = fopen(path, "re");
    enum hs_status result = HS_OK;
    char *line = NULL;
    size_t cap = 0;
    ssize_t len = 0;
    errno = f ? 0 : errno;
    for (int number = 1; f && (len = getline(&line, &cap, f)) >= 0; number++) {
        char where[512];
        snprintf(where, sizeof where, "%.480s:%d", path, number);
        char *text = number == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0 ? line + 3 : line;
        if (strlen(line) != (size_t)len) {
            log_error("%s: not text: a zero byte", where);
            result = HS_ERR_USAGE;
        } else if (parse_config_line(o, where, text) != HS_OK)
            result = HS_ERR_USAGE;
    }
    if (!f || ferror(f)) {
        log_error("--config: can't read '%s': %s", path, strerror(errno));
        result = HS_ERR_IO;
    }
    free(line);
    if (f)
        fclose(f);
    return result;
}

/* --- JSON --- */

static bool append_number(struct buf *b, double v)
{
    char text[OPTION_NUMBER_TEXT];
    option_number_text(v, text);
    return buf_append(b, text, strlen(text));
}

/* A number or a string, as text. */
static bool append_scalar(struct buf *b, const json_t *value)
{
    if (json_is_number(value))
        return append_number(b, json_number_value(value));
    return json_is_string(value) && buf_append(b, json_string_value(value), json_string_length(value));
}

/* Elements with commas between them; names and marks, which may hold commas, in their own way. */
static bool append_array(struct buf *b, const char *name, const json_t *value)
{
    static const char marks = MARKS_SEPARATOR, names = NAMES_SEPARATOR;
    bool negated;
    const struct option_row *row = option_find(name, strlen(name), &negated);
    enum option_type type = row ? row->type : OPTION_STRING;
    const char *separator = type == OPTION_MARKS ? &marks : type == OPTION_NAMES ? &names : ",";
    if (type == OPTION_NAMES && json_array_size(value) == 0)
        return buf_append(b, "none", 4);
    for (size_t i = 0; i < json_array_size(value); i++)
        if (((i > 0 || type == OPTION_NAMES) && !buf_append(b, separator, 1)) || !append_scalar(b, json_array_get(value, i)))
            return false;
    return buf_append(b, "", 0);
}

static enum hs_status set_default(struct look *look, const char *where, const char *name)
{
    bool negated;
    const struct option_row *row = option_find(name, strlen(name), &negated);
    if (row && row->access == ACCESS_LOOK)
        return option_reset(row, look) ? HS_OK : HS_ERR_MEMORY;
    return options_set(look, NULL, OPTION_FROM_STREAM, where, name, NULL); /* says what is wrong */
}

/* true and false are for flags (and for what may go without a value, or be off), never words. */
static enum hs_status set_boolean(struct look *look, const char *where, const char *name, bool value)
{
    bool negated;
    const struct option_row *row = option_find(name, strlen(name), &negated);
    if (row && row->access == ACCESS_LOOK && !option_value_is_optional(row) && row->type != OPTION_SPINES) {
        log_error("%s: %s: %s is no %s", where, row->name, value ? "true" : "false", option_type_name(row));
        return HS_ERR_USAGE;
    }
    return options_set(look, NULL, OPTION_FROM_STREAM, where, name, value ? "true" : "false");
}

static enum hs_status set_member(struct look *look, const char *where, const char *name, const json_t *value)
{
    if (json_is_null(value))
        return set_default(look, where, name);
    if (json_is_boolean(value))
        return set_boolean(look, where, name, json_is_true(value));
    struct buf text = {0};
    enum hs_status s;
    if (json_is_array(value) ? append_array(&text, name, value) : append_scalar(&text, value))
        s = options_set(look, NULL, OPTION_FROM_STREAM, where, name, text.data);
    else {
        log_error("%s: %.80s: a number, a string, true, false, null or a list of numbers or strings is expected", where, name);
        s = HS_ERR_USAGE;
    }
    buf_free(&text);
    return s;
}

static bool is_metadata(const char *key)
{
    static const char *const KEYS[] = {"t_ns", "shape", "units", "axes", "row_labels", "col_labels", "channels", "dtype", "nbytes"};
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
        if (strcmp(key, KEYS[i]) == 0)
            return true;
    return false;
}

/* Defaults first, then the norm, then the rest: so the order of keys, which means nothing in JSON, means nothing here. */
static int turn_of(const char *key, const json_t *value)
{
    return json_is_null(value) ? 0 : strcmp(key, "norm") == 0 ? 1 : 2;
}

enum hs_status options_set_json(struct look *look, const char *where, const char *json)
{
    json_error_t error;
    /* Whole numbers as doubles: one beyond 64 bits is no reason to refuse its neighbours. */
    json_t *object = json_loads(json, JSON_DECODE_INT_AS_REAL, &error);
    if (!json_is_object(object)) {
        log_error("%s: settings must be a JSON object%s%s", where, object ? "" : ": ", object ? "" : error.text);
        json_decref(object);
        return HS_ERR_USAGE;
    }
    enum hs_status result = HS_OK;
    for (int turn = 0; turn < 3; turn++) {
        const char *key;
        json_t *value;
        json_object_foreach(object, key, value) {
            if (is_metadata(key) || turn_of(key, value) != turn)
                continue;
            enum hs_status s = set_member(look, where, key, value);
            if (s != HS_OK)
                result = s;
        }
    }
    json_decref(object);
    return result;
}
