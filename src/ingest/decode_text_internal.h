/* What the files of the text decoder share: the state of one connection's text. A connection's thread. */
#ifndef INGEST_DECODE_TEXT_INTERNAL_H
#define INGEST_DECODE_TEXT_INTERNAL_H

#include "ingest/decode_cells.h"
#include "ingest/decode_header.h"
#include "ingest/decode_index.h"
#include "ingest/decode_internal.h"
#include "ingest/decode_row_names.h"

#include <locale.h>

#define TEXT_NO_NUMBER "isn't a number: row left out (between commas it would count as NaN)"

enum {
    TEXT_MAX_NAMES = 1 << 20, /* columns or rows beyond this many stay without names */
    TEXT_QUOTED_CHARS = 40,   /* of a line, in messages */
};

enum text_mode { MODE_ROWS, MODE_UNDECIDED, MODE_FRAMES };

/* What the first row may be instead. */
enum doubt { DOUBT_NONE, DOUBT_PROSE, DOUBT_HEADER };

struct text_decoder {
    struct decoder *d;
    enum text_mode mode;
    locale_t c_locale;
    uint64_t line;
    /* The rows of the frame or waterfall we are in. */
    int64_t width;          /* numbers in each; 0: none has come */
    bool labelled;          /* their first cell is a name */
    bool by_place;          /* names may end in numbers, the header told how many columns there are */
    char separator;         /* of their cells; 0: none has come */
    enum doubt doubt;       /* only while the first is the only one */
    struct buf first;       /* that first line, then */
    uint64_t first_line;
    bool pushed;            /* some are in the waterfall */
    bool too_large;         /* a frame over 1 GiB: left out up to the next blank line */
    struct buf values;      /* rows not passed on yet */
    int64_t num_rows;
    int64_t num_bools;      /* of their cells: as many as there are, and the frame is one of bool */
    /* While it is undecided, all rows since the beginning: a matrix taller than the waterfall must come whole. */
    struct buf whole;
    int64_t num_whole;
    bool whole_lost;        /* they were more than is kept */
    struct names row_labels;
    struct names newest;    /* of the rows passed on */
    struct headers headers;
    struct index_col index; /* which column names the rows */
    bool header_labels;     /* the connection's column labels came from such a line */
    bool any_rows, any_frames;
    bool said_nan;          /* that words count as NaN */
    enum hs_status idle_status;
};

/* decode_text.c: messages. "line 7: " into out. */
const char *text_where(const struct text_decoder *t, char out[32]);
int text_quoted(struct span s);
/* Left out: said once for each reason, with the first such line. */
void text_reject_line(struct text_decoder *t, struct span what, const char *why);

/* decode_text_rows.c. The line's cells stand at the end of the values, from byte `begin` on. */
enum hs_status text_add_row(struct text_decoder *t, struct span line, struct span bare, const struct cells *c, size_t begin);
/* The first row was none. prose: counted as left out. */
void text_drop_first(struct text_decoder *t, bool prose);
/* No line follows that could tell what the first row was. */
void text_end_doubt(struct text_decoder *t, bool at_end);

/* decode_text_frames.c: passing on what was gathered, rows to the waterfall, */
enum hs_status text_flush(struct text_decoder *t);
/* as a frame, */
enum hs_status text_close_frame(struct text_decoder *t);
/* and at the first blank line: what was shown as rows so far was the first frame. */
enum hs_status text_decide_on_frames(struct text_decoder *t);
void text_forget_rows(struct text_decoder *t);
void text_forget_layout(struct text_decoder *t);

#endif
