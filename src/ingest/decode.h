/* Bytes to records (DESIGN §2): NPY, JSON lines, text rows, PGM/PFM, raw. Pulls from a reader, commits into a history. */
#ifndef INGEST_DECODE_H
#define INGEST_DECODE_H

#include "data/history.h"
#include "ingest/complaints.h"
#include "ingest/reader.h"

struct decode_params {
    struct history *history;
    struct counters *counters;
    const char *name;      /* begins every message: "stdin", "tcp 127.0.0.1:40312" */
    int lines;             /* enum lines_mode */
    const char *index_col; /* of text: which column names the rows: "none", a number from 0, a name; NULL: as it looks */
    bool live;             /* text lines show at once as rows, until the first blank line */
    const char *raw;       /* DTYPE,ROWSxCOLS[@OFFSET]: no records, frames of that; NULL */
    int64_t event_rows, event_cols; /* text lines are events in a grid of this shape; 0: rows of numbers */
    const char *file;      /* the frames' meta.file; NULL */
    bool sole;             /* nobody else writes into this history */
    bool one_array;        /* a file: text is one frame unless blank lines part it; labels kept */
    /* Before room is made for a frame (or rows): may wait until it is due. t_ns: its stamp or 0. False: HS_ERR_CANCELLED. NULL: none. */
    bool (*pace)(void *arg, int64_t t_ns, bool rows);
    void *pace_arg;
    struct complaints *complaints; /* what is wrong goes there, too; may be NULL */
    int64_t skip_cols;     /* of text: so many columns on the left are left out */
    bool no_options;       /* those of JSON lines are left out; metadata are taken */
};

/* Decode until the end. HS_OK: ended at a record's edge. HS_ERR_FORMAT: framing lost, or ended inside a record; one line was logged
 * and what was half received is discarded. HS_ERR_CANCELLED. HS_ERR_IO, HS_ERR_MEMORY: logged. HS_ERR_USAGE: malformed raw, logged.
 * Bad records of known length are skipped, logged (the same text once per connection) and counted in records_rejected; a record
 * that lost the framing counts, too. */
enum hs_status decode_stream(struct reader *r, const struct decode_params *p);

#endif
