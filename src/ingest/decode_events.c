/* Events: items of a structured array, or lines of text, gathered into batches of doubles and added up. One thread per connection. */
#include "ingest/decode_cells.h"
#include "ingest/decode_internal.h"

#include "base/log.h"
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BATCH = 4096,             /* events added at once: their numbers stay in cache, and nobody waits long for the grid */
    CHUNK_BYTES = 1 << 18,    /* read at once */
};

struct event_gatherer {
    double x[BATCH], y[BATCH], w[BATCH];
    int64_t t_ns[BATCH];
    int num;            /* lines gathered */
    bool weighted;      /* one of them has a weight */
    locale_t c_locale;  /* of lines; 0: not needed yet */
    uint64_t line;
    struct buf values;
    struct decoder *d;
    enum hs_status idle_status;
};

void decode_events_destroy(struct event_gatherer *e)
{
    if (!e)
        return;
    if (e->c_locale)
        freelocale(e->c_locale);
    buf_free(&e->values);
    free(e);
}

static struct event_gatherer *gatherer(struct decoder *d)
{
    if (!d->events)
        d->events = mem_zeroed(1, sizeof *d->events);
    if (!d->events)
        log_error("%s: no memory for events", d->p->name);
    else
        d->events->d = d;
    return d->events;
}

static enum hs_status push(struct decoder *d, struct event_batch *e, int64_t t_ns)
{
    char *settings = d->settings;
    d->settings = NULL;
    e->half_life_s = d->half_life_s;
    d->half_life_s = 0;
    enum hs_status status = decode_grid_shape(d);
    if (status == HS_OK)
        status = history_push_events(d->p->history, e, d->meta, settings, t_ns);
    else
        free(settings);
    return status;
}

/* --- arrays --- */

static enum hs_status take_items(struct decoder *d, const struct npy_header *h, const char *items, int num)
{
    struct event_gatherer *g = d->events;
    const struct npy_field *w = &h->fields.of[FIELD_W], *t = &h->fields.of[FIELD_T_NS];
    struct event_batch e = {num, g->x, g->y, w->present ? g->w : NULL, t->present ? g->t_ns : NULL, 0};
    npy_field_doubles(&h->fields.of[FIELD_X], items, h->item_bytes, num, g->x);
    npy_field_doubles(&h->fields.of[FIELD_Y], items, h->item_bytes, num, g->y);
    if (w->present)
        npy_field_doubles(w, items, h->item_bytes, num, g->w);
    for (int i = 0; t->present && i < num; i++)
        g->t_ns[i] = npy_field_integer(t, items + i * h->item_bytes);
    return push(d, &e, t->present ? g->t_ns[num - 1] : d->t_ns);
}

/* Once a connection. */
static void hint_at_fields(struct decoder *d, const struct npy_fields *f)
{
    for (int i = 0; i < f->num_unknown && !d->told_fields; i++) {
        const char *meant = npy_fields_meant(f, f->unknown[i], FIELD_X, FIELD_W);
        meant = meant ? meant : npy_fields_meant(f, f->unknown[i], FIELD_T_NS, FIELD_T_NS);
        if (meant)
            decode_hint(d, "unknown field \"%s\": did you mean \"%s\"?", f->unknown[i], meant);
    }
    d->told_fields = true;
}

enum hs_status decode_events(struct decoder *d, const struct npy_header *h)
{
    hint_at_fields(d, &h->fields);
    uint64_t begin = d->r->offset;
    const enum npy_field_kind kinds[] = {FIELD_X, FIELD_Y, FIELD_W, FIELD_T_NS};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (h->fields.of[kinds[i]].present && h->fields.of[kinds[i]].num_dims) {
            decode_reject(d, "", "events whose x, y, w or t_ns is a sub-array are left out");
            return decode_skip(d, h->payload_bytes, "events");
        }
    if (!gatherer(d))
        return HS_ERR_MEMORY;
    int64_t at_once = CHUNK_BYTES / h->item_bytes;
    at_once = at_once < 1 ? 1 : at_once;
    for (int64_t i = 0; i < h->num_cells;) {
        int64_t num = h->num_cells - i < at_once ? h->num_cells - i : at_once;
        enum hs_status status = decode_read_scratch(d, num * h->item_bytes);
        if (status != HS_OK)
            return decode_array_ended(d, status, begin, h->payload_bytes);
        for (int64_t k = 0; k < num && status == HS_OK; k += BATCH)
            status = take_items(d, h, d->scratch.data + k * h->item_bytes, (int)(num - k < BATCH ? num - k : BATCH));
        if (status != HS_OK)
            return status;
        i += num;
    }
    return HS_OK;
}

/* --- lines --- */

static enum hs_status flush(struct event_gatherer *g)
{
    struct event_batch e = {g->num, g->x, g->y, g->weighted ? g->w : NULL, NULL, 0};
    g->num = 0;
    g->weighted = false;
    return e.num ? push(g->d, &e, g->d->t_ns) : HS_OK;
}

/* The reader is about to wait: what has come is shown. */
static void on_idle(void *arg)
{
    struct event_gatherer *g = arg;
    enum hs_status status = flush(g);
    if (g->idle_status == HS_OK)
        g->idle_status = status;
}

static enum hs_status take_line(struct event_gatherer *g, const char *bytes, size_t len)
{
    struct span line = cells_trim(bytes, len);
    struct cells c;
    if (!line.len)
        return HS_OK;
    g->values.len = 0;
    if (!cells_scan(line, 0, g->c_locale, &g->values, &c))
        return HS_ERR_MEMORY;
    if (c.num_numbers != c.num || c.num < 2 || c.num > 3) {
        char where[32];
        snprintf(where, sizeof where, "line %llu: ", (unsigned long long)g->line);
        decode_reject(g->d, where, "not an event, \"x y\" or \"x y weight\": left out");
        return HS_OK;
    }
    double values[3] = {0, 0, 1};
    memcpy(values, g->values.data, (size_t)c.num * sizeof *values);
    g->x[g->num] = values[0];
    g->y[g->num] = values[1];
    g->w[g->num++] = values[2];
    g->weighted |= c.num == 3;
    return g->num == BATCH ? flush(g) : HS_OK;
}

static enum hs_status next_line(struct event_gatherer *g)
{
    struct decoder *d = g->d;
    const char *line;
    size_t len;
    g->line++;
    enum hs_status status = reader_line(d->r, DECODE_MAX_LINE_BYTES, &line, &len);
    if (status == HS_ERR_LIMIT)
        return decode_lost(d, "line %llu is longer than 16 MiB", (unsigned long long)g->line);
    if (status != HS_OK)
        return decode_read_failed(d, status, "a line", 0, 0);
    if (len && line[0] == '{') {
        status = flush(g);
        return status == HS_OK ? decode_json_line(d, line, len) : status;
    }
    if (memchr(line, 0, len))
        return decode_lost(d, "line %llu isn't text: it holds zero bytes", (unsigned long long)g->line);
    status = take_line(g, line, len);
    if (status == HS_ERR_MEMORY)
        log_error("%s: no memory for line %llu", d->p->name, (unsigned long long)g->line);
    return status;
}

enum hs_status decode_event_lines(struct decoder *d)
{
    struct event_gatherer *g = gatherer(d);
    if (g && !g->c_locale)
        g->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!g || !g->c_locale)
        return HS_ERR_MEMORY;
    d->r->idle = on_idle;
    d->r->idle_arg = g;
    d->r->idle_ms = 0;
    enum hs_status status;
    for (;;) {
        const uint8_t *bytes;
        size_t got;
        status = reader_peek(d->r, 1, &bytes, &got);
        if (status != HS_OK)
            status = decode_read_failed(d, status, "a line", 0, 0);
        if (status == HS_OK)
            status = g->idle_status;
        if (status != HS_OK || !got || bytes[0] == 0x93)
            break;
        status = next_line(g);
        if (status != HS_OK)
            break;
    }
    d->r->idle = NULL;
    d->r->idle_ms = -1;
    enum hs_status flushed = status == HS_ERR_CANCELLED ? HS_OK : flush(g);
    return status == HS_OK ? flushed : status;
}
