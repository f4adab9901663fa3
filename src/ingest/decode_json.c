/* JSON lines: metadata change the connection, dtype + shape + nbytes announce raw bytes, everything else is an option and passed
 * on unparsed. A line applies as a whole or, when something in it is wrong, not at all; the stream goes on either way, since the
 * line itself is the framing. */
#include "ingest/decode_internal.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one line says. */
struct json_line {
    struct meta *meta; /* changed copy; NULL: as it was */
    bool has_t_ns;
    int64_t t_ns;
    bool has_axes;
    enum decode_axes axes;
    bool has_grid;
    int64_t grid_rows, grid_cols;
    bool has_payload;
    int64_t nbytes;    /* -1: not given */
    struct npy_header array;
    char why[256];     /* what is wrong; "" when all is well */
};

__attribute__((format(printf, 2, 3))) static bool wrong(struct json_line *j, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(j->why, sizeof j->why, fmt, args);
    va_end(args);
    return false;
}

/* --- metadata --- */

static void free_labels(char **labels, int64_t num)
{
    for (int64_t i = 0; i < num; i++)
        free(labels[i]);
    free(labels);
}

static bool parse_labels(struct json_line *j, const char *key, const json_t *value, char ***labels, int64_t *num)
{
    free_labels(*labels, *labels ? *num : 0);
    *labels = NULL;
    *num = 0;
    if (json_is_null(value))
        return true;
    if (!json_is_array(value))
        return wrong(j, "\"%s\" isn't an array of strings", key);
    size_t size = json_array_size(value);
    *labels = mem_zeroed(size, sizeof **labels);
    for (size_t i = 0; *labels && i < size; i++) {
        const char *text = json_string_value(json_array_get(value, i));
        if (!text)
            return wrong(j, "\"%s\" isn't an array of strings", key);
        (*labels)[i] = mem_strdup(text);
        if (!(*labels)[i])
            return wrong(j, "no memory for \"%s\"", key);
        *num = (int64_t)i + 1;
    }
    return *labels || wrong(j, "no memory for \"%s\"", key);
}

static bool parse_units(struct json_line *j, const json_t *value)
{
    if (!json_is_string(value) && !json_is_null(value))
        return wrong(j, "\"units\" isn't a string");
    free(j->meta->units);
    j->meta->units = json_is_string(value) ? mem_strdup(json_string_value(value)) : NULL;
    return true;
}

static bool parse_t_ns(struct json_line *j, const json_t *value)
{
    double v = json_number_value(value);
    if (!json_is_number(value) || !(v > -9e18 && v < 9e18))
        return wrong(j, "\"t_ns\" isn't a number of nanoseconds since 1970");
    j->has_t_ns = true;
    j->t_ns = json_is_integer(value) ? json_integer_value(value) : (int64_t)v;
    return true;
}

static bool parse_axes(struct json_line *j, const json_t *value)
{
    const char *text = json_is_null(value) ? "" : json_string_value(value);
    j->has_axes = true;
    j->axes = AXES_PLAIN;
    if (text && strcmp(text, "CYX") == 0)
        j->axes = AXES_CYX;
    else if (text && strcmp(text, "TX") == 0)
        j->axes = AXES_TX;
    else if (!text || (*text && strcmp(text, "X") != 0 && strcmp(text, "YX") != 0 && strcmp(text, "TYX") != 0))
        return wrong(j, "\"axes\" isn't one of \"TX\", \"YX\", \"TYX\", \"CYX\"");
    return true;
}

/* All metadata of the line; the keys are taken out of it. */
static bool parse_meta(struct json_line *j, json_t *line, const struct meta *old)
{
    const json_t *value;
    if ((value = json_object_get(line, "t_ns")) && !parse_t_ns(j, value))
        return false;
    if ((value = json_object_get(line, "axes")) && !parse_axes(j, value))
        return false;
    const json_t *rows = json_object_get(line, "row_labels"), *cols = json_object_get(line, "col_labels");
    const json_t *channels = json_object_get(line, "channels"), *units = json_object_get(line, "units");
    if (rows || cols || channels || units) {
        struct meta *m = j->meta = meta_copy(old);
        if (!m)
            return wrong(j, "no memory for its metadata");
        if ((rows && !parse_labels(j, "row_labels", rows, &m->row_labels, &m->num_row_labels)) ||
            (cols && !parse_labels(j, "col_labels", cols, &m->col_labels, &m->num_col_labels)) ||
            (channels && !parse_labels(j, "channels", channels, &m->channels, &m->num_channels)) ||
            (units && !parse_units(j, units)))
            return false;
    }
    static const char *const keys[] = {"t_ns", "axes", "row_labels", "col_labels", "channels", "units"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        json_object_del(line, keys[i]);
    return true;
}

/* --- arrays --- */

static bool parse_shape(struct json_line *j, const json_t *value, struct npy_header *h)
{
    h->num_dims = (int)json_array_size(value);
    h->num_cells = 1;
    if (!json_is_array(value) || json_array_size(value) > FRAME_MAX_DIMS)
        return wrong(j, "\"shape\" isn't an array of up to %d sizes", FRAME_MAX_DIMS);
    for (int i = 0; i < h->num_dims; i++) {
        const json_t *size = json_array_get(value, (size_t)i);
        h->shape[i] = json_integer_value(size);
        if (!json_is_integer(size) || h->shape[i] < 1)
            return wrong(j, "\"shape\" holds something else than sizes of 1 and more");
        if (!mem_mul_i64(h->num_cells, h->shape[i], &h->num_cells))
            return wrong(j, "the product of \"shape\" overflows");
    }
    return true;
}

static bool parse_dtype(struct json_line *j, const json_t *dtype, struct npy_header *h)
{
    const char *text = json_string_value(dtype);
    if (!text || !dtype_parse(text, strlen(text), &h->dtype, &h->swapped))
        return wrong(j, "dtype '%.40s' isn't drawn: b1, i1 to i8, u1 to u8, f2, f4 and f8 are", text ? text : "");
    h->item_bytes = (int64_t)dtype_size(h->dtype);
    return true;
}

/* dtype, shape and nbytes, or a shape alone (the grid for tiles and events); the keys are taken out of the line. */
static bool parse_payload(struct json_line *j, json_t *line)
{
    struct npy_header *h = &j->array;
    const json_t *dtype = json_object_get(line, "dtype"), *shape = json_object_get(line, "shape");
    const json_t *nbytes = json_object_get(line, "nbytes");
    j->nbytes = -1;
    if (nbytes) { /* first, so that the bytes can be skipped whatever else is wrong */
        if (!json_is_integer(nbytes) || json_integer_value(nbytes) < 0)
            return wrong(j, "\"nbytes\" isn't a number of bytes");
        j->nbytes = json_integer_value(nbytes);
    }
    if ((dtype || nbytes) && !(dtype && nbytes && shape))
        return wrong(j, "raw bytes need \"dtype\", \"shape\" and \"nbytes\", all three");
    if (shape && !(json_is_null(shape) && !dtype) && !parse_shape(j, shape, h))
        return false;
    if (dtype) {
        if (!parse_dtype(j, dtype, h))
            return false;
        if (h->num_dims < 1 || h->num_dims > 3)
            return wrong(j, "an array of %d dimensions isn't drawn: send 1-D rows, 2-D frames or 3-D sequences", h->num_dims);
        if (!mem_mul_i64(h->num_cells, h->item_bytes, &h->payload_bytes) || h->payload_bytes != j->nbytes)
            return wrong(j, "\"nbytes\" is %lld, but \"shape\" and \"dtype\" make %lld", (long long)j->nbytes,
                         (long long)h->payload_bytes);
        j->has_payload = true;
    } else if (shape) {
        j->has_grid = true;
        if (!json_is_null(shape) && h->num_dims != 2)
            return wrong(j, "\"shape\" isn't [rows, columns]");
        if (!json_is_null(shape) && h->num_cells > TILEGRID_MAX_CELLS)
            return wrong(j, "\"shape\" has more than 2^30 cells");
        j->grid_rows = json_is_null(shape) ? 0 : h->shape[0];
        j->grid_cols = json_is_null(shape) ? 0 : h->shape[1];
    }
    json_object_del(line, "dtype");
    json_object_del(line, "shape");
    json_object_del(line, "nbytes");
    return true;
}

/* --- the line --- */

/* An option passes through to the view, which is too late for this one: events are weighed as they arrive. Seconds, as a number or
 * with a unit; what the view would refuse is left to it to refuse. */
static void peek_half_life(struct decoder *d, const json_t *options)
{
    static const struct { const char *name; double seconds; } units[] = {{"", 1}, {"s", 1}, {"ms", 1e-3}, {"m", 60}, {"h", 3600}};
    const json_t *value = json_object_get(options, "half-life");
    if (!value)
        value = json_object_get(options, "half_life");
    const char *text = json_string_value(value);
    double v = json_number_value(value);
    if (json_is_null(value) || (text && strcmp(text, "none") == 0))
        d->half_life_s = INFINITY;
    if (text) {
        char *end;
        double number = strtod(text, &end);
        for (size_t i = 0; i < sizeof units / sizeof *units; i++)
            if (end != text && strcmp(end, units[i].name) == 0)
                v = number * units[i].seconds;
    }
    if (v >= 1e-3 && v <= 1e9)
        d->half_life_s = v;
}

static bool apply(struct decoder *d, struct json_line *j, const json_t *options)
{
    if (d->p->no_options) {
        if (json_object_size(options))
            decode_hint(d, "options in the stream are left out, as --no-stream-options says");
    } else if (json_object_size(options)) {
        if (d->settings && strlen(d->settings) > DECODE_MAX_JSON_BYTES)
            return wrong(j, "more than 1 MiB of options are waiting for a frame");
        char *text = json_dumps(options, JSON_COMPACT);
        if (!text)
            return wrong(j, "no memory for its options");
        d->settings = settings_merge(d->settings, text);
    }
    if (!d->p->no_options)
        peek_half_life(d, options);
    if (j->meta) {
        meta_unref(d->meta);
        d->meta = j->meta;
        j->meta = NULL;
    }
    if (j->has_t_ns)
        d->t_ns = j->t_ns;
    if (j->has_axes)
        d->axes = j->axes;
    if (j->has_grid) {
        d->grid_news = j->grid_rows != d->grid_rows || j->grid_cols != d->grid_cols;
        d->grid_rows = j->grid_rows;
        d->grid_cols = j->grid_cols;
    }
    return true;
}

enum hs_status decode_json_line(struct decoder *d, const char *line, size_t len)
{
    json_error_t error;
    json_t *object = json_loadb(line, len, 0, &error);
    if (!object) {
        decode_reject(d, "", "a JSON line is malformed: %s (column %d)", error.text, error.column);
        return HS_OK;
    }
    struct json_line j = {0};
    bool ok = parse_payload(&j, object) && parse_meta(&j, object, d->meta) && apply(d, &j, object);
    json_decref(object);
    meta_unref(j.meta);
    if (!ok) {
        decode_reject(d, "", "a JSON line is left out: %s", j.why);
        return j.nbytes > 0 ? decode_skip(d, j.nbytes, "an array") : HS_OK;
    }
    if (!j.has_payload)
        return HS_OK;
    d->seen_binary = true;
    enum hs_status status = decode_array(d, &j.array);
    d->t_ns = 0;
    return status;
}

enum hs_status decode_json(struct decoder *d)
{
    const char *line;
    size_t len;
    enum hs_status status = reader_line(d->r, DECODE_MAX_JSON_BYTES, &line, &len);
    if (status == HS_ERR_LIMIT)
        return decode_lost(d, "a JSON line is longer than 1 MiB");
    if (status != HS_OK)
        return decode_read_failed(d, status, "a JSON line", 0, 0);
    return decode_json_line(d, line, len);
}
