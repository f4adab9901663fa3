/* What text becomes: rows of the waterfall, or frames. Which of both it is the stream may decide itself: until the first blank line it is
 * rows, of which a copy is kept. */
#include "ingest/decode_text_internal.h"

#include <string.h>

enum { MAX_WHOLE_BYTES = 64 << 20 /* of numbers before the first blank line */ };

void text_forget_rows(struct text_decoder *t)
{
    t->values.len = 0;
    t->num_rows = t->num_bools = 0;
    names_clear(&t->row_labels);
}

void text_forget_layout(struct text_decoder *t)
{
    t->width = 0;
    t->labelled = t->pushed = t->too_large = false;
    t->separator = 0;
    t->doubt = DOUBT_NONE;
    t->headers.num = 0;
}

/* Another copy of the rows that go to the waterfall now, up to a limit: such a tall matrix is no matrix, but a log. */
static void keep_whole(struct text_decoder *t)
{
    if (t->mode != MODE_UNDECIDED || t->whole_lost)
        return;
    t->whole_lost = t->whole.len + t->values.len > MAX_WHOLE_BYTES || !buf_append(&t->whole, t->values.data, t->values.len);
    t->num_whole += t->num_rows;
    if (t->whole_lost)
        buf_free(&t->whole);
}

enum hs_status text_flush(struct text_decoder *t)
{
    if (t->mode == MODE_FRAMES || !t->num_rows || t->doubt)
        return HS_OK;
    struct array rows = array_c_order(t->values.data, DTYPE_F8, t->num_rows, t->width);
    struct meta *bare = t->d->meta, *named = NULL;
    keep_whole(t);
    if (t->row_labels.num == t->num_rows) {
        row_names_keep(&t->newest, &t->row_labels);
        named = row_names_newest(bare, &t->newest);
    }
    t->d->meta = named ? named : bare;
    enum hs_status status = decode_push_rows(t->d, &rows, 0, t->num_rows);
    t->d->meta = bare;
    meta_unref(named);
    t->d->t_ns = 0;
    t->pushed = true;
    text_forget_rows(t);
    return status == HS_ERR_LIMIT ? HS_OK : status;
}

/* What was gathered becomes a frame. */
enum hs_status text_close_frame(struct text_decoder *t)
{
    if (t->mode != MODE_FRAMES || !t->num_rows)
        return HS_OK;
    struct frame *f;
    enum dtype dtype = t->num_bools == t->num_rows * t->width ? DTYPE_B1 : DTYPE_F8;
    if (dtype == DTYPE_B1)
        cells_to_bytes(&t->values);
    enum hs_status status = decode_reserve(t->d, (int64_t)t->values.len, &f);
    if (status == HS_OK) {
        memcpy(f->bytes, t->values.data, t->values.len);
        f->cells = array_c_order(f->bytes, dtype, t->num_rows, t->width);
        if (t->row_labels.num == t->num_rows)
            f->meta = row_names_meta(t->d->meta, &t->row_labels);
        decode_commit(t->d, f);
        t->d->t_ns = 0;
        t->any_frames = true;
    }
    text_forget_rows(t);
    return status == HS_ERR_LIMIT ? HS_OK : status;
}

enum hs_status text_decide_on_frames(struct text_decoder *t)
{
    enum hs_status status = text_flush(t);
    t->mode = MODE_FRAMES;
    if (status != HS_OK)
        return status;
    struct frame *f = NULL;
    if (t->num_whole && !t->whole_lost)
        status = decode_reserve(t->d, (int64_t)t->whole.len, &f);
    if (status == HS_OK && f) {
        memcpy(f->bytes, t->whole.data, t->whole.len);
        f->cells = array_c_order(f->bytes, DTYPE_F8, t->num_whole, t->width);
        f->meta = t->newest.num == t->num_whole ? row_names_meta(t->d->meta, &t->newest) : meta_ref(t->d->meta);
        history_commit_for_rows(t->d->p->history, f);
    } else if (status == HS_OK || status == HS_ERR_LIMIT) {
        if (t->whole_lost)
            decode_hint(t->d, "more than 64 MiB of numbers before the first blank line: of the first frame the newest rows are "
                              "kept; --lines frames keeps all");
        status = history_rows_to_frame(t->d->p->history);
    }
    buf_free(&t->whole);
    return status;
}
