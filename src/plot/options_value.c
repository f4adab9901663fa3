/* From text to a field, one function a type of option. A value is parsed whole before anything is written, so a bad one changes
 * nothing. Numbers are in the C locale (the program never calls setlocale). Any thread, each on its own structs. */
#include "plot/options_table.h"
#include "base/memory.h"
#include "plot/alert.h"
#include "plot/colormap.h"
#include "plot/format.h"
#include "plot/levels.h"
#include "plot/marks.h"
#include "plot/norm.h"
#include "plot/option_aliases.h"
#include "plot/option_names.h"
#include "plot/palette.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void *field(const struct option_row *row, void *base)
{
    return (char *)base + row->offset;
}

static void *aux_field(const struct option_row *row, void *base)
{
    return (char *)base + row->aux;
}

__attribute__((format(printf, 2, 3))) static bool wrong(char *message, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, OPTION_MESSAGE, fmt, args);
    va_end(args);
    return false;
}

static bool is_unset(const struct option_row *row, const char *text)
{
    return row->unset && strcmp(text, row->unset) == 0;
}

/* A decimal, finite number at text; *end is behind it. */
static bool scan_number(const char *text, const char **end, double *out)
{
    size_t len = strspn(text, "+-.0123456789eE"); /* nothing else that strtod takes: inf, nan, hexadecimal, blanks */
    if (len == 0)
        return false;
    char *stop;
    double v = strtod(text, &stop);
    if (stop == text || isinf(v) || (size_t)(stop - text) > len)
        return false;
    *end = stop;
    *out = v;
    return true;
}

static bool in_range(const struct option_row *row, double v)
{
    return (row->min == 0 && row->max == 0) || (v >= row->min && v <= row->max);
}

static bool range_error(const struct option_row *row, const char *text, char *message)
{
    if (row->min > 0 && row->min < 1e-300 && row->max > 1e300)
        return wrong(message, "%.80s: must be above 0", text);
    return wrong(message, "%.80s is out of range: %.16g to %.16g", text, row->min, row->max);
}

static bool parse_number(const struct option_row *row, const char *text, double *out, char *message)
{
    const char *end;
    if (!scan_number(text, &end, out) || *end)
        return wrong(message, "'%.80s' is not a number%s%s", text, row->unset ? ", nor " : "", row->unset ? row->unset : "");
    return in_range(row, *out) || range_error(row, text, message);
}

const char *option_number_text(double v, char *out)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, OPTION_NUMBER_TEXT, "%.*g", digits, v);
        if (strtod(out, NULL) == v)
            break;
    }
    return out;
}

/* --- the types --- */

static bool store_flag(const struct option_row *row, void *base, const char *text, char *message)
{
    static const char *const WORDS[] = {"false", "true", "off", "on", "no", "yes", "0", "1"};
    int *out = field(row, base);
    if (!text)
        return *out = 1, true;
    for (int i = 0; i < 8; i++)
        if (strcmp(text, WORDS[i]) == 0)
            return *out = i & 1, true;
    return wrong(message, "'%.80s' is neither true nor false", text);
}

static bool store_int(const struct option_row *row, void *base, const char *text, char *message)
{
    char *end;
    long long v = strtoll(text, &end, 10);
    if (end == text || *end || text[0] == ' ' || text[0] == '\t')
        return wrong(message, "'%.80s' is not a whole number", text);
    if (!in_range(row, (double)v))
        return range_error(row, text, message);
    *(int64_t *)field(row, base) = v;
    return true;
}

static bool store_number(const struct option_row *row, void *base, const char *text, char *message)
{
    double v = NAN;
    if (!is_unset(row, text) && !parse_number(row, text, &v, message))
        return false;
    *(double *)field(row, base) = v;
    return true;
}

static bool store_duration(const struct option_row *row, void *base, const char *text, char *message)
{
    static const struct { const char *name; double seconds; } UNITS[] = {{"", 1}, {"s", 1}, {"ms", 1e-3}, {"m", 60}, {"h", 3600}};
    const char *unit;
    double v;
    if (is_unset(row, text))
        return *(double *)field(row, base) = NAN, true;
    if (scan_number(text, &unit, &v))
        for (int i = 0; i < 5; i++)
            if (strcmp(unit, UNITS[i].name) == 0) {
                v *= UNITS[i].seconds;
                if (!in_range(row, v))
                    return range_error(row, text, message);
                return *(double *)field(row, base) = v, true;
            }
    return wrong(message, "'%.80s' is not a time: seconds, or with a unit as in 500ms, 90s, 15m, 8h", text);
}

/* "512M", "1.5G", "64KiB": powers of 1024 */
static bool store_bytes(const struct option_row *row, void *base, const char *text, char *message)
{
    int64_t *out = field(row, base);
    const char *unit;
    double v;
    if (is_unset(row, text))
        return *out = 0, true;
    if (!scan_number(text, &unit, &v))
        return wrong(message, "'%.80s' is not a size, as in 512M or 3G", text);
    static const char PREFIXES[] = "kmgt";
    const char *prefix = *unit ? strchr(PREFIXES, *unit | 0x20) : NULL;
    if (prefix && *prefix) {
        v = ldexp(v, 10 * (int)(prefix - PREFIXES + 1));
        unit++;
        unit += *unit == 'i';
    }
    if (strcmp(unit, "") != 0 && strcmp(unit, "B") != 0)
        return wrong(message, "'%.80s' is not a size, as in 512M or 3G", text);
    if (!in_range(row, v))
        return wrong(message, "%.80s is out of range: 64K to 1024T", text);
    *out = (int64_t)v;
    return true;
}

static bool store_size(const struct option_row *row, void *base, const char *text, char *message)
{
    double side[2];
    const char *end;
    if (!scan_number(text, &end, &side[0]) || (*end != 'x' && *end != 'X') || !scan_number(end + 1, &end, &side[1]) || *end ||
        side[0] != floor(side[0]) || side[1] != floor(side[1]))
        return wrong(message, "'%.80s' is not WIDTHxHEIGHT in pixels, as in 1280x720", text);
    if (!in_range(row, side[0]) || !in_range(row, side[1]))
        return range_error(row, text, message);
    *(int *)field(row, base) = (int)side[0];
    *(int *)aux_field(row, base) = (int)side[1];
    return true;
}

static bool replace_string(char **out, const char *text, char *message)
{
    char *copy = text ? mem_strdup(text) : NULL;
    if (text && !copy)
        return wrong(message, "out of memory");
    free(*out);
    *out = copy;
    return true;
}

static bool store_string(const struct option_row *row, void *base, const char *text, char *message)
{
    return replace_string(field(row, base), *text ? text : NULL, message);
}

static bool store_list(const struct option_row *row, void *base, const char *text, char *message)
{
    char **slot = field(row, base);
    if (!*text || !*slot)
        return replace_string(slot, *text ? text : NULL, message);
    char *both = mem_format("%s,%s", *slot, text);
    bool ok = both && replace_string(slot, both, message);
    free(both);
    return ok || wrong(message, "no memory");
}

static bool store_grid(const struct option_row *row, void *base, const char *text, char *message)
{
    int rows = 0, cols = 0, end = 0;
    if (!is_unset(row, text) && (sscanf(text, "%8dx%8d%n", &rows, &cols, &end) != 2 || text[end] || rows < 1 || cols < 1))
        return wrong(message, "'%.80s' is not ROWSxCOLS, as in 2x3", text);
    if (rows > row->max || cols > row->max)
        return wrong(message, "'%.80s' is too many: %.0f rows or columns at most", text, row->max);
    *(int *)field(row, base) = rows;
    *(int *)aux_field(row, base) = cols;
    return true;
}

static bool store_cmap(const struct option_row *row, void *base, const char *text, char *message)
{
    struct colormap map;
    bool found = colormap_find(text, &map), written = strpbrk(text, ",:") != NULL;
    if (!found && palette_is_file(text))
        return wrong(message, "no colours in '%.80s': a file of at least two lines R,G,B (0 to 1, or 0 to 255) is expected", text);
    if (!found && written)
        return wrong(message, "'%.80s' is not at least two colours, as in red,white,#0000ff, nor light:C, dark:C, blend:C,D", text);
    if (!found)
        return wrong(message, "no colormap '%.80s'; did you mean '%s'? (--list-cmaps shows all)", text, colormap_suggest(text));
    return replace_string(field(row, base), text, message);
}

static int choice_index(const struct option_row *row, const char *text, char *message)
{
    char list[200] = "";
    for (int i = 0; row->choices[i]; i++) {
        if (strcmp(row->choices[i], text) == 0)
            return i;
        size_t len = strlen(list);
        snprintf(list + len, sizeof list - len, "%s%s", i == 0 ? "" : row->choices[i + 1] ? ", " : " or ", row->choices[i]);
    }
    wrong(message, "'%.80s' is none of %s", text, list);
    return -1;
}

static bool store_choice(const struct option_row *row, void *base, const char *text, char *message)
{
    int i = choice_index(row, text, message);
    if (i < 0)
        return false;
    *(int *)field(row, base) = i;
    return true;
}

/* Only the power norm has a gamma. Which of two contradicting options gives way is for options.c to say. */
static bool store_norm(const struct option_row *row, void *base, const char *text, char *message)
{
    struct look *look = base;
    const char *meant = norm_alias(text);
    int i = choice_index(row, text, message);
    if (i < 0 && meant)
        return wrong(message, "'%.80s' is '%s' here", text, meant);
    if (i < 0)
        return false;
    if (i != NORM_POWER && !isnan(look->gamma))
        return wrong(message, "the %s norm has no gamma, but gamma %g is set; leave one out ('gamma none' takes it back)", text,
                     look->gamma);
    look->norm = i;
    look->norm_set = 1;
    return true;
}

static bool store_gamma(const struct option_row *row, void *base, const char *text, char *message)
{
    struct look *look = base;
    if (is_unset(row, text)) {
        look->gamma = NAN;
        if (!look->norm_set)
            look->norm = NORM_LINEAR;
        return true;
    }
    double v;
    if (!parse_number(row, text, &v, message))
        return false;
    if (look->norm_set && look->norm != NORM_POWER)
        return wrong(message, "the %s norm has no gamma; leave one out, or choose norm power",
                     norm_name((enum norm_kind)look->norm));
    look->gamma = v;
    look->norm = NORM_POWER;
    return true;
}

static bool store_color(const struct option_row *row, void *base, const char *text, char *message)
{
    struct color c = {0, 0, 0, 0};
    bool unset = is_unset(row, text);
    if (!unset && !color_parse(text, &c))
        return wrong(message, "'%.80s' is not a colour, as in red, tab:blue, #ff8000 or 0.8 (grey)", text);
    *(struct color *)field(row, base) = c;
    if (row->aux)
        *(int *)aux_field(row, base) = !unset;
    return true;
}

/* Four numbers with these separators between them. */
static bool scan_four(const char *text, const char *separators, double out[4])
{
    const char *p = text;
    for (int i = 0; i < 4; i++) {
        p += strspn(p, " ");
        if (!scan_number(p, &p, &out[i]))
            return false;
        p += strspn(p, " ");
        if (*p != separators[i])
            return false;
        p += i < 3;
    }
    return true;
}

static bool store_four(const struct option_row *row, void *base, const double v[4])
{
    static const double none[4] = {NAN, NAN, NAN, NAN};
    memcpy(field(row, base), v ? v : none, sizeof none);
    return true;
}

static bool store_view(const struct option_row *row, void *base, const char *text, char *message)
{
    double v[4];
    if (is_unset(row, text))
        return store_four(row, base, NULL);
    if (!scan_four(text, ":,:", v) && !scan_four(text, ",,,", v)) /* commas: from a JSON array */
        return wrong(message, "'%.80s' is not R0:R1,C0:C1, as in 0:100,200:300", text);
    if (!(v[0] < v[1] && v[2] < v[3]))
        return wrong(message, "'%.80s' shows nothing: R0 must be less than R1, C0 than C1", text);
    return store_four(row, base, v);
}

static bool store_extent(const struct option_row *row, void *base, const char *text, char *message)
{
    double v[4];
    if (is_unset(row, text))
        return store_four(row, base, NULL);
    if (!scan_four(text, ",,,", v))
        return wrong(message, "'%.80s' is not LEFT,RIGHT,BOTTOM,TOP, as in 0,10,-1,1", text);
    if (v[0] == v[1] || v[2] == v[3])
        return wrong(message, "'%.80s' has no width or no height", text);
    return store_four(row, base, v);
}

static bool store_robust(const struct option_row *row, void *base, const char *text, char *message)
{
    double lo = 2, hi = 98;
    const char *p = text;
    if (text && (is_unset(row, text) || strcmp(text, "false") == 0))
        lo = hi = NAN;
    else if (text && strcmp(text, "true") != 0 && strcmp(text, "on") != 0) {
        if (!scan_number(p, &p, &lo) || *p++ != ',' || !scan_number(p + strspn(p, " "), &p, &hi) || *p)
            return wrong(message, "'%.80s' is not LO,HI in percent, as in 2,98", text);
        if (!(lo >= 0 && lo < hi && hi <= 100))
            return wrong(message, "'%.80s': percentiles must be 0 <= LO < HI <= 100", text);
    }
    *(double *)field(row, base) = lo;
    *(double *)aux_field(row, base) = hi;
    return true;
}

static bool store_levels(const struct option_row *row, void *base, const char *text, char *message)
{
    struct levels levels;
    if (is_unset(row, text))
        return replace_string(field(row, base), NULL, message);
    if (!levels_parse(text, &levels))
        return wrong(message, "'%.80s' is neither a number of blocks (1 to 256) nor edges that grow, as in 0,1,10", text);
    return replace_string(field(row, base), text, message);
}

/* The order of enum policy (data/history.h): latest, all, every; -1: by the kind of source. */
static bool store_policy(const struct option_row *row, void *base, const char *text, char *message)
{
    int *policy = field(row, base), *every = aux_field(row, base);
    if (is_unset(row, text))
        return *policy = -1, *every = 1, true;
    if (strcmp(text, "latest") == 0)
        return *policy = 0, *every = 1, true;
    if (strcmp(text, "all") == 0)
        return *policy = 1, *every = 1, true;
    double n;
    const char *end;
    if (strncmp(text, "every=", 6) != 0 || !scan_number(text + 6, &end, &n) || *end || n != floor(n) || n < 1 || n > 1e9)
        return wrong(message, "'%.80s' is none of latest, all or every=N (N from 1)", text);
    *policy = 2;
    *every = (int)n;
    return true;
}

static bool store_frame(const struct option_row *row, void *base, const char *text, char *message)
{
    if (is_unset(row, text))
        return replace_string(field(row, base), NULL, message);
    bool number = *text && strlen(text) <= 15 && strspn(text, "0123456789") == strlen(text);
    if (!number && strcmp(text, "first") != 0 && strcmp(text, "last") != 0)
        return wrong(message, "'%.80s' is none of first, last, or a number counted from 0", text);
    return replace_string(field(row, base), text, message);
}

static bool store_alert(const struct option_row *row, void *base, const char *text, char *message)
{
    struct alert_rule rules[ALERT_MAX_RULES];
    int num;
    if (*text && !alert_parse(text, rules, &num, message, OPTION_MESSAGE))
        return false;
    return replace_string(field(row, base), *text ? text : NULL, message);
}

static bool store_checked(const struct option_row *row, void *base, const char *text, char *message)
{
    if (!is_unset(row, text) && !row->check(text, message, OPTION_MESSAGE))
        return false;
    return replace_string(field(row, base), is_unset(row, text) ? NULL : text, message);
}

/* A file is read here and now; options.c keeps streams from it. */
static bool store_names(const struct option_row *row, void *base, const char *text, char *message)
{
    if (!names_is_file(text))
        return replace_string(field(row, base), *text ? text : NULL, message);
    char *names = names_read_file(text, message, OPTION_MESSAGE);
    bool ok = names && replace_string(field(row, base), names, message);
    free(names);
    return ok;
}

static enum mark_kind mark_kind_of(const struct option_row *row)
{
    static const char *const NAMES[MARK_NUM_KINDS] = {
        [MARK_HSPAN] = "hspan", [MARK_VSPAN] = "vspan", [MARK_HLINE] = "hline", [MARK_VLINE] = "vline", [MARK_TEXT] = "text"};
    int kind = 0;
    while (kind < MARK_NUM_KINDS - 1 && strcmp(NAMES[kind], row->name) != 0)
        kind++;
    return (enum mark_kind)kind;
}

/* One, or several with separators between them (from a JSON list); behind those that are there. */
static bool store_marks(const struct option_row *row, void *base, const char *text, char *message)
{
    char **slot = field(row, base);
    int num = 0;
    if (!*text)
        return replace_string(slot, NULL, message);
    for (const char *p = *slot; p && *p; p++)
        num += *p == MARKS_SEPARATOR;
    for (const char *p = text, *end; p; p = *end ? end + 1 : NULL) {
        struct mark mark;
        end = strchrnul(p, MARKS_SEPARATOR);
        if (!mark_parse(mark_kind_of(row), p, (size_t)(end - p), &mark, message, OPTION_MESSAGE))
            return false;
        if (++num >= MARKS_MAX)
            return wrong(message, "more than %d of them", MARKS_MAX);
    }
    if (!*slot)
        return replace_string(slot, text, message);
    char *both = mem_format("%s%c%s", *slot, MARKS_SEPARATOR, text);
    bool ok = both && replace_string(slot, both, message);
    free(both);
    return ok || wrong(message, "no memory");
}

/* On, off, or a format and on. On alone keeps the format that was given before, so that a key can switch. */
static bool store_annot(const struct option_row *row, void *base, const char *text, char *message)
{
    static const char *const OFF[] = {"false", "off", "no"}, *const ON[] = {"true", "on", "yes"};
    int *mode = aux_field(row, base);
    struct number_format format;
    if (text && is_unset(row, text))
        return *mode = ANNOT_AUTO, replace_string(field(row, base), NULL, message);
    for (int i = 0; i < 3; i++)
        if (text && strcmp(text, OFF[i]) == 0)
            return *mode = ANNOT_OFF, true;
        else if (!text || strcmp(text, ON[i]) == 0)
            return *mode = ANNOT_ON, true;
    if (!format_parse(text, &format, message, OPTION_MESSAGE) || !replace_string(field(row, base), text, message))
        return false;
    return *mode = ANNOT_ON, true;
}

static bool store_report(const struct option_row *row, void *base, const char *text, char *message)
{
    if (text && is_unset(row, text))
        return replace_string(field(row, base), NULL, message);
    if (text && strcmp(text, "text") != 0 && strcmp(text, "json") != 0 && strcmp(text, "true") != 0)
        return wrong(message, "'%.80s' is neither text nor json", text);
    return replace_string(field(row, base), text && strcmp(text, "json") == 0 ? text : "text", message);
}

static const struct type_row {
    const char *name;
    bool optional; /* store takes NULL for "no value given" */
    bool (*store)(const struct option_row *row, void *base, const char *text, char *message);
} TYPES[OPTION_NUM_TYPES] = {
    [OPTION_FLAG] = {"flag", true, store_flag},
    [OPTION_INT] = {"integer", false, store_int},
    [OPTION_NUMBER] = {"number", false, store_number},
    [OPTION_DURATION] = {"duration", false, store_duration},
    [OPTION_BYTES] = {"bytes", false, store_bytes},
    [OPTION_SIZE] = {"size", false, store_size},
    [OPTION_STRING] = {"string", false, store_string},
    [OPTION_LIST] = {"list", false, store_list},
    [OPTION_GRID] = {"grid", false, store_grid},
    [OPTION_CMAP] = {"colormap", false, store_cmap},
    [OPTION_CHOICE] = {"choice", false, store_choice},
    [OPTION_NORM] = {"choice", false, store_norm},
    [OPTION_GAMMA] = {"number", false, store_gamma},
    [OPTION_COLOR] = {"colour", false, store_color},
    [OPTION_VIEW] = {"view", false, store_view},
    [OPTION_EXTENT] = {"extent", false, store_extent},
    [OPTION_ROBUST] = {"percentiles", true, store_robust},
    [OPTION_LEVELS] = {"levels", false, store_levels},
    [OPTION_POLICY] = {"policy", false, store_policy},
    [OPTION_FRAME] = {"frame", false, store_frame},
    [OPTION_ALERT] = {"conditions", false, store_alert},
    [OPTION_WHERE] = {"condition", false, option_store_where},
    [OPTION_ASPECT] = {"aspect", false, option_store_aspect},
    [OPTION_CELL_SIZE] = {"cell size", false, option_store_cell_size},
    [OPTION_SPINES] = {"sides", false, option_store_spines},
    [OPTION_EDGES] = {"edges", false, option_store_edges},
    [OPTION_REPORT] = {"report", true, store_report},
    [OPTION_CHECKED] = {"string", false, store_checked},
    [OPTION_NAMES] = {"names", false, store_names},
    [OPTION_MARKS] = {"marks", false, store_marks},
    [OPTION_ANNOT] = {"format", true, store_annot},
};

bool option_store(const struct option_row *row, void *base, const char *text, char *message)
{
    if (!text && !TYPES[row->type].optional)
        return wrong(message, "needs a value: %s", row->placeholder);
    return TYPES[row->type].store(row, base, text, message);
}

bool option_reset(const struct option_row *row, void *base)
{
    char message[OPTION_MESSAGE];
    if (row->type == OPTION_NORM) { /* nobody's choice any more: gamma decides */
        struct look *look = base;
        look->norm = isnan(look->gamma) ? NORM_LINEAR : NORM_POWER;
        look->norm_set = 0;
        return true;
    }
    bool ok = TYPES[row->type].store(row, base, row->default_text, message);
    if (row->type == OPTION_COLOR && row->aux)
        *(int *)aux_field(row, base) = 0;
    return ok;
}

bool option_is_string(const struct option_row *row)
{
    return row->type == OPTION_STRING || row->type == OPTION_LIST || row->type == OPTION_CMAP || row->type == OPTION_LEVELS ||
           row->type == OPTION_FRAME || row->type == OPTION_ALERT || row->type == OPTION_WHERE || row->type == OPTION_CHECKED ||
           row->type == OPTION_NAMES || row->type == OPTION_MARKS ||
           row->type == OPTION_ANNOT || row->type == OPTION_EDGES || row->type == OPTION_REPORT;
}

bool option_value_is_optional(const struct option_row *row)
{
    return TYPES[row->type].optional;
}

const char *option_type_name(const struct option_row *row)
{
    return TYPES[row->type].name;
}
