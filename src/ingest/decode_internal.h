/* What the decoders of one connection share. Private to decode*.c; one thread. */
#ifndef INGEST_DECODE_INTERNAL_H
#define INGEST_DECODE_INTERNAL_H

#include "base/memory.h"
#include "data/npy.h"
#include "data/settings.h"
#include "ingest/decode.h"

#define DECODE_MAX_FRAME_BYTES ((int64_t)1 << 30)
#define DECODE_MAX_JSON_BYTES ((size_t)1 << 20)
#define DECODE_MAX_LINE_BYTES ((size_t)16 << 20)

enum { DECODE_MAX_MESSAGES = 32, DECODE_KEPT_HEADER_BYTES = 256 };

/* What "axes" made of arrays: plain (rows, frames, sequences), "CYX" (3-D: one frame of channels), "TX" (2-D: rows). */
enum decode_axes { AXES_PLAIN, AXES_CYX, AXES_TX };

struct text_decoder;
struct tile_seqs;
struct event_gatherer;

struct decoder {
    struct reader *r;
    const struct decode_params *p;
    struct meta *meta;       /* of the connection; NULL: nothing was said */
    char *settings;          /* options waiting for the next frame */
    int64_t t_ns;            /* of the next record; 0: none */
    enum decode_axes axes;
    bool seen_binary;        /* a record that isn't text or JSON has come */
    bool skip_space;         /* white space may stand before the next record (after a P2) */
    struct buf scratch;
    bool stamp_rows;         /* rows without a time get that of their arrival: a live source, no file */
    int64_t rows_t_ns;       /* the producer's time of the last rows */
    /* The last NPY header that was accepted: records that begin with the same bytes need no parsing. */
    uint8_t header_bytes[DECODE_KEPT_HEADER_BYTES];
    size_t header_size;      /* 0: none */
    struct npy_header header;
    int64_t grid_rows, grid_cols; /* "shape": of the grid for tiles and events; 0: grows */
    bool grid_news;               /* and the history hasn't been told yet */
    bool sent_tiles, told_fields, told_outside;
    double half_life_s;           /* "half-life" among the options, for the next events; 0: none. INFINITY: none any more */
    struct tile_seqs *seqs;       /* the newest seq of each tile; NULL: none came */
    struct event_gatherer *events;
    struct text_decoder *text; /* NULL until the stream is known to be text */
    uint64_t record_begin;     /* the reader's offset there */
    int64_t record_bytes;      /* of the record that is being read; 0: not known yet */
    int64_t came;              /* of it, when nothing came for a while; -1: no such while */
    uint64_t said[DECODE_MAX_MESSAGES];
    int num_said;
};

/* --- messages: decode.c --- */

/* A record was left out: counted, and said unless the same was said before on this connection. `where` ("line 7: ", may be "")
 * doesn't make a message another one. */
void decode_reject(struct decoder *d, const char *where, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Something is wrong, but nothing is left out. Said once. */
void decode_warn(struct decoder *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A hint, said once. */
void decode_hint(struct decoder *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The framing is lost: said, counted, HS_ERR_FORMAT. */
enum hs_status decode_lost(struct decoder *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* By its name it is a .npy file. */
bool decode_is_named_npy(const struct decoder *d);
/* What a failed read of `what` means. The end of the stream: truncated, said and counted, HS_ERR_FORMAT; `of` is its length (0:
 * not known) and `begin` the reader's offset where it began. Others are said where nobody else does. */
enum hs_status decode_read_failed(struct decoder *d, enum hs_status status, const char *what, uint64_t begin, int64_t of);

/* --- into the history: decode.c --- */

/* Storage for a frame. HS_ERR_LIMIT: larger than the memory for frames allows; said and counted. */
enum hs_status decode_reserve(struct decoder *d, int64_t num_bytes, struct frame **out);
/* With the connection's meta (unless the frame has one), t_ns and settings. */
void decode_commit(struct decoder *d, struct frame *f);
/* Rows for the waterfall, likewise: the first `done + rows` of `all` that come in one record. HS_ERR_LIMIT is said and counted. */
enum hs_status decode_push_rows(struct decoder *d, const struct array *rows, int64_t done, int64_t all);

/* Tell the history of a new "shape", before what is to be painted in it. */
enum hs_status decode_grid_shape(struct decoder *d);

/* --- records. HS_OK: go on with the next one --- */

enum hs_status decode_npy(struct decoder *d);
/* The payload of an array whose header was accepted: NPY, and JSON with dtype, shape and nbytes. */
enum hs_status decode_array(struct decoder *d, const struct npy_header *h);
/* A record of known length that can't be used, said and counted already. */
enum hs_status decode_skip(struct decoder *d, int64_t num_bytes, const char *what);
/* A structured array: tiles or events. The header was read. */
enum hs_status decode_tiles(struct decoder *d, const struct npy_header *h);
enum hs_status decode_events(struct decoder *d, const struct npy_header *h);
/* num bytes into the scratch buffer, which grows as they come. */
enum hs_status decode_read_scratch(struct decoder *d, int64_t num);
/* What an end inside an array that began at `begin` means. */
enum hs_status decode_array_ended(struct decoder *d, enum hs_status status, uint64_t begin, int64_t bytes);
/* Lines of "x y [w]", until the end of the stream or the first byte of an NPY record. */
enum hs_status decode_event_lines(struct decoder *d);
void decode_tiles_destroy(struct tile_seqs *s);
void decode_events_destroy(struct event_gatherer *e);
enum hs_status decode_json(struct decoder *d);
/* A line without its end; what it announces is read from the reader. */
enum hs_status decode_json_line(struct decoder *d, const char *line, size_t len);
enum hs_status decode_pnm(struct decoder *d);
enum hs_status decode_raw(struct decoder *d);
/* Text lines until the end of the stream or the first byte of an NPY record. */
enum hs_status decode_text(struct decoder *d);
/* The stream has ended: what was gathered becomes the last frame. */
enum hs_status decode_text_finish(struct decoder *d);
void decode_text_destroy(struct text_decoder *t);

/* --- numbers: decode_number.c --- */

/* The number at *p (decimal, "nan", "inf", "infinity" in any case, signed) rounded to the nearest double, whatever the locale;
 * *p moves behind it. False: none there. point: the decimal point, ',' or '.'; '.' is always one. c_locale: newlocale's "C", as a
 * void pointer. */
bool decode_number(const char **p, const char *end, char point, void *c_locale, double *out);

#endif
