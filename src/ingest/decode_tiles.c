/* Tiles: items of a structured array, received one by one and painted. A connection remembers the newest `seq` of each of its tiles,
 * so that one that was overtaken on its way doesn't overwrite a newer one. One thread per connection. */
#include "ingest/decode_internal.h"

#include "base/log.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_TILES = 1 << 20 }; /* places whose seq is remembered; beyond, tiles are taken as they come */

/* --- seq --- */

struct tile_key {
    int64_t row0, col0, channel;
};

struct tile_entry {
    struct tile_key key;
    int64_t seq;
    bool used;
};

/* Open addressing; cap is a power of two and never more than half full. */
struct tile_seqs {
    struct tile_entry *list;
    size_t num, cap;
};

void decode_tiles_destroy(struct tile_seqs *s)
{
    if (!s)
        return;
    free(s->list);
    free(s);
}

static struct tile_entry *find(struct tile_entry *list, size_t cap, const struct tile_key *key)
{
    uint64_t hash = (uint64_t)key->row0 * 0x9e3779b97f4a7c15u ^ (uint64_t)key->col0 * 0xc2b2ae3d27d4eb4fu ^
                    (uint64_t)key->channel * 0x165667b19e3779f9u;
    hash ^= hash >> 29;
    size_t at = (size_t)(hash * 0xbf58476d1ce4e5b9u >> 20) & (cap - 1);
    while (list[at].used && memcmp(&list[at].key, key, sizeof *key) != 0)
        at = (at + 1) & (cap - 1);
    return &list[at];
}

static bool grow(struct tile_seqs *s)
{
    size_t cap = s->cap ? s->cap * 2 : 64;
    struct tile_entry *list = mem_zeroed(cap, sizeof *list);
    if (!list)
        return false;
    for (size_t i = 0; i < s->cap; i++)
        if (s->list[i].used)
            *find(list, cap, &s->list[i].key) = s->list[i];
    free(s->list);
    s->list = list;
    s->cap = cap;
    return true;
}

/* Is this seq newer than the last of its tile? Remembers it. Without memory everything is. */
static bool is_newer(struct decoder *d, const struct tile *t, int64_t seq)
{
    if (!d->seqs)
        d->seqs = mem_zeroed(1, sizeof *d->seqs);
    struct tile_seqs *s = d->seqs;
    if (!s || (s->num * 2 >= s->cap && s->num < MAX_TILES && !grow(s)) || !s->cap)
        return true;
    struct tile_key key = {t->row0, t->col0, t->channel};
    struct tile_entry *e = find(s->list, s->cap, &key);
    if (!e->used && s->num >= MAX_TILES)
        return true;
    if (e->used && seq <= e->seq)
        return false;
    s->num += !e->used;
    *e = (struct tile_entry){key, seq, true};
    return true;
}

/* --- tiles --- */

static int64_t integer(const struct npy_header *h, enum npy_field_kind kind, const void *item, int64_t otherwise)
{
    const struct npy_field *f = &h->fields.of[kind];
    return f->present ? npy_field_integer(f, item) : otherwise;
}

static enum hs_status push(struct decoder *d, const struct tile *t, int64_t t_ns)
{
    char *settings = d->settings;
    d->settings = NULL;
    bool outside = false;
    enum hs_status status = decode_grid_shape(d);
    if (status == HS_OK)
        status = history_push_tile(d->p->history, t, d->meta, settings, t_ns, &outside);
    else
        free(settings);
    d->sent_tiles = true;
    if (outside && !d->told_outside) {
        d->told_outside = true;
        decode_hint(d, "a tile of %lld x %lld cells at row %lld, column %lld lies outside the grid; such tiles are only counted (tiles_outside)",
                    (long long)t->cells.rows, (long long)t->cells.cols, (long long)t->row0, (long long)t->col0);
    }
    if (status == HS_ERR_LIMIT)
        decode_reject(d, "", "a tile of %lld x %lld cells at row %lld, column %lld, channel %lld lies beyond what a grid may hold: "
                             "2^30 cells, 1024 channels, a third of the memory for frames (--memory, --history)",
                      (long long)t->cells.rows, (long long)t->cells.cols, (long long)t->row0, (long long)t->col0, (long long)t->channel);
    else if (status == HS_ERR_MEMORY)
        log_error("%s: no memory for a tile", d->p->name);
    return status == HS_ERR_LIMIT ? HS_OK : status;
}

/* One item, which lies in the scratch buffer; its cells are swapped there. */
static enum hs_status take_tile(struct decoder *d, const struct npy_header *h, char *item)
{
    const struct npy_field *data = &h->fields.of[FIELD_DATA];
    if (integer(h, FIELD_LEVEL, item, 0) != 0) {
        decode_reject(d, "", "a tile of another level than 0 is left out");
        return HS_OK;
    }
    char *cells = item + data->offset;
    if (data->swapped)
        dtype_swap(data->dtype, cells, (size_t)data->num);
    bool flat = data->num_dims < 2;
    struct tile t = {
        .cells = array_c_order(cells, data->dtype, flat ? 1 : data->shape[0], flat ? data->num : data->shape[1]),
        .row0 = integer(h, FIELD_ROW0, item, 0),
        .col0 = integer(h, FIELD_COL0, item, 0),
        .channel = integer(h, FIELD_CHAN, item, 0),
        .framed = h->fields.of[FIELD_FRAME].present && h->fields.of[FIELD_NTILES].present,
        .frame = integer(h, FIELD_FRAME, item, 0),
        .num_tiles = integer(h, FIELD_NTILES, item, 1),
        .first = !d->sent_tiles,
    };
    if (h->fields.of[FIELD_SEQ].present && !is_newer(d, &t, npy_field_integer(&h->fields.of[FIELD_SEQ], item))) {
        counter_add(&d->p->counters->tiles_received, 1);
        counter_add(&d->p->counters->tiles_dropped, 1);
        return HS_OK;
    }
    return push(d, &t, integer(h, FIELD_T_NS, item, d->t_ns));
}

/* Once a connection. Names that come near none of ours are the producer's own affair, unless the place is missing. */
static void hint_at_fields(struct decoder *d, const struct npy_fields *f)
{
    bool placed = f->of[FIELD_ROW0].present || f->of[FIELD_COL0].present;
    if (d->told_fields)
        return;
    d->told_fields = true;
    for (int i = 0; i < f->num_unknown; i++) {
        const char *meant = npy_fields_meant(f, f->unknown[i], FIELD_DATA, FIELD_LEVEL);
        if (meant) {
            decode_hint(d, "unknown field \"%s\": did you mean \"%s\"?", f->unknown[i], meant);
            return;
        }
    }
    if (!placed && (f->of[FIELD_X].present || f->of[FIELD_Y].present))
        decode_hint(d, "\"x\" and \"y\" are for events; the place of a tile is \"row0\" and \"col0\"");
    else if (!placed && f->num_unknown)
        decode_hint(d, "unknown field \"%s\"; without \"row0\" and \"col0\" tiles lie at row 0, column 0", f->unknown[0]);
}

enum hs_status decode_tiles(struct decoder *d, const struct npy_header *h)
{
    hint_at_fields(d, &h->fields);
    const struct npy_field *data = &h->fields.of[FIELD_DATA];
    uint64_t begin = d->r->offset;
    if (data->num_dims > 2 || data->num < 1) {
        decode_reject(d, "", "a tile's data has %d dimensions and %lld cells: send 2-D sub-arrays", data->num_dims, (long long)data->num);
        return decode_skip(d, h->payload_bytes, "tiles");
    }
    if (h->item_bytes > DECODE_MAX_FRAME_BYTES) {
        decode_reject(d, "", "a tile of %lld bytes: 1 GiB at most", (long long)h->item_bytes);
        return decode_skip(d, h->payload_bytes, "tiles");
    }
    for (int64_t i = 0; i < h->num_cells; i++) {
        enum hs_status status = decode_read_scratch(d, h->item_bytes);
        if (status != HS_OK)
            return decode_array_ended(d, status, begin, h->payload_bytes);
        status = take_tile(d, h, d->scratch.data);
        if (status != HS_OK)
            return status;
    }
    return HS_OK;
}
