/* A figure's options to JSON and back. Values are formatted by type, in words that option_store reads again; a test sends every row of
 * the table there and back. What is a choice
 * of data, as sources and --frame are, isn't in there. Any thread, each on its own structs. */
#include "plot/options_figure.h"
#include "base/log.h"
#include "base/memory.h"
#include "plot/colormap.h"
#include "plot/norm.h"
#include "plot/options_table.h"
#include "plot/palette.h"
#include "plot/spines.h"
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Options of a run that make a figure what it is. */
static const char *const OF_RUN[] = {"size", "panels", "share-range", "diff"};

static const void *field(const struct option_row *row, const void *base)
{
    return (const char *)base + row->offset;
}

static const void *aux_field(const struct option_row *row, const void *base)
{
    return (const char *)base + row->aux;
}

static double number_at(const void *at)
{
    double v;
    memcpy(&v, at, sizeof v);
    return v;
}

static json_t *number(double v)
{
    return v == floor(v) && fabs(v) < 9e15 ? json_integer((json_int_t)v) : json_real(v);
}

static json_t *numbers(const struct option_row *row, const double *v, int num, const char *separators)
{
    char text[160] = "";
    if (isnan(v[0]))
        return json_string(row->unset);
    for (int i = 0; i < num; i++) {
        char one[OPTION_NUMBER_TEXT];
        size_t len = strlen(text);
        snprintf(text + len, sizeof text - len, "%s%.1s", option_number_text(v[i], one), i + 1 < num ? separators + i : "");
    }
    return json_string(text);
}

/* A file of colours may not be there the next time. */
static json_t *colormap(const char *text)
{
    struct colormap map;
    struct buf list = {0};
    char hex[10];
    if (!text || !palette_is_file(text) || !colormap_find(text, &map))
        return json_string(text ? text : "");
    for (int i = 0; i < COLORMAP_SIZE; i++)
        buf_printf(&list, "%s%s", i ? "," : "", color_format(map.lut[i], hex));
    json_t *value = list.data ? json_string(list.data) : NULL;
    buf_free(&list);
    return value;
}

static json_t *pair(const struct option_row *row, int a, int b, bool set)
{
    char text[40];
    snprintf(text, sizeof text, "%dx%d", a, b);
    return json_string(set ? text : row->unset);
}

static json_t *color(const struct option_row *row, const void *base)
{
    char hex[10];
    bool set = !row->aux || *(const int *)aux_field(row, base);
    return json_string(!set ? (row->unset ? row->unset : row->default_text) : color_format(*(const struct color *)field(row, base), hex));
}

static json_t *annot(const struct option_row *row, const void *base)
{
    const char *fmt = *(char *const *)field(row, base);
    int mode = *(const int *)aux_field(row, base);
    if (mode == ANNOT_AUTO)
        return json_string(row->unset);
    return mode == ANNOT_ON && fmt ? json_string(fmt) : json_boolean(mode == ANNOT_ON);
}

/* The value of a row; NULL: this type makes no figure. */
static json_t *value_of(const struct option_row *row, const void *base)
{
    const void *at = field(row, base);
    double v[4];
    switch (row->type) {
    case OPTION_FLAG:
        return json_boolean(*(const int *)at);
    case OPTION_INT:
        return json_integer((json_int_t)*(const int64_t *)at);
    case OPTION_NUMBER:
    case OPTION_DURATION:
    case OPTION_GAMMA:
        return isnan(number_at(at)) ? json_string(row->unset ? row->unset : "") : number(number_at(at));
    case OPTION_SIZE:
        return pair(row, *(const int *)at, *(const int *)aux_field(row, base), true);
    case OPTION_GRID:
        return pair(row, *(const int *)at, *(const int *)aux_field(row, base), *(const int *)at > 0);
    case OPTION_CMAP:
        return colormap(*(char *const *)at);
    case OPTION_NORM:
    case OPTION_CHOICE:
        return json_string(row->choices[*(const int *)at]);
    case OPTION_COLOR:
        return color(row, base);
    case OPTION_CELL_SIZE: {
        char a[OPTION_NUMBER_TEXT], b[OPTION_NUMBER_TEXT], both[2 * OPTION_NUMBER_TEXT];
        snprintf(both, sizeof both, "%sx%s", option_number_text(number_at(at), a), option_number_text(number_at(aux_field(row, base)), b));
        return json_string(isnan(number_at(at)) ? row->unset : both);
    }
    case OPTION_SPINES: {
        int bits = *(const int *)at;
        char sides[40];
        snprintf(sides, sizeof sides, "%s%s%s%s", bits & SPINE_LEFT ? ",left" : "", bits & SPINE_RIGHT ? ",right" : "", bits & SPINE_TOP ? ",top" : "",
                 bits & SPINE_BOTTOM ? ",bottom" : "");
        return json_string(bits == SPINE_ALL ? "on" : bits ? sides + 1 : "off");
    }
    case OPTION_ASPECT:
        return *(const int *)at && number_at(aux_field(row, base)) != 1 ? number(number_at(aux_field(row, base))) : json_string(row->choices[*(const int *)at]);
    case OPTION_VIEW:
    case OPTION_EXTENT:
        memcpy(v, at, sizeof v);
        return numbers(row, v, 4, row->type == OPTION_VIEW ? ":,:" : ",,,");
    case OPTION_ROBUST:
        v[0] = number_at(at);
        v[1] = number_at(aux_field(row, base));
        return numbers(row, v, 2, ",");
    case OPTION_ANNOT:
        return annot(row, base);
    default:
        return !option_is_string(row) ? NULL : json_string(*(char *const *)at ? *(char *const *)at : row->unset ? row->unset : "");
    }
}

static bool of_figure(const struct option_row *row)
{
    for (size_t i = 0; i < sizeof OF_RUN / sizeof *OF_RUN; i++)
        if (strcmp(row->name, OF_RUN[i]) == 0)
            return true;
    return row->access == ACCESS_LOOK;
}

/* The norm power alone would be kept from its gamma, and a gamma chooses it. */
static bool is_implied(const struct option_row *row, const struct look *look)
{
    return row->type == OPTION_NORM && look->norm == NORM_POWER && !isnan(look->gamma);
}

char *options_figure_json(const struct look *look, const struct run *run)
{
    struct options defaults;
    json_t *object = json_object();
    options_init(&defaults);
    for (int i = 0; i < OPTIONS_NUM; i++) {
        const struct option_row *row = &OPTIONS_TABLE[i];
        bool of_look = row->access == ACCESS_LOOK;
        if (!of_figure(row) || is_implied(row, look))
            continue;
        json_t *value = value_of(row, of_look ? (const void *)look : (const void *)run);
        json_t *plain = value_of(row, of_look ? (const void *)&defaults.look : (const void *)&defaults.run);
        if (value && !json_equal(value, plain))
            json_object_set(object, row->name, value);
        json_decref(value);
        json_decref(plain);
    }
    options_fini(&defaults);
    char *text = json_dumps(object, JSON_PRESERVE_ORDER | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(17));
    json_decref(object);
    return text;
}

/* Those of the run are set here and taken out, the rest is a look's. */
enum hs_status options_set_figure_json(struct options *o, const char *where, const char *json)
{
    json_error_t error;
    json_t *object = json_loads(json, 0, &error);
    enum hs_status result = HS_OK;
    for (size_t i = 0; json_is_object(object) && i < sizeof OF_RUN / sizeof *OF_RUN; i++) {
        json_t *value = json_object_get(object, OF_RUN[i]);
        const char *text = json_is_string(value) ? json_string_value(value) : json_is_true(value) ? "true" : "false";
        if (value && options_set(&o->look, &o->run, OPTION_FROM_CONFIG, where, OF_RUN[i], text) != HS_OK)
            result = HS_ERR_USAGE;
        json_object_del(object, OF_RUN[i]);
    }
    char *rest = json_is_object(object) ? json_dumps(object, JSON_REAL_PRECISION(17)) : NULL;
    enum hs_status s = options_set_json(&o->look, where, rest ? rest : json);
    free(rest);
    json_decref(object);
    return s != HS_OK ? s : result;
}
