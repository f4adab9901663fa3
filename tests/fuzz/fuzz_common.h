/* Bytes through a decoder into a small history that is drained: for the fuzz targets and for the replay of their corpora. */
#ifndef FUZZ_COMMON_H
#define FUZZ_COMMON_H

#include "ingest/decode.h"
#include <stdlib.h>

/* Take and look at everything that came; every cell is read through its strides. */
static inline uint64_t fuzz_drain(struct history *h)
{
    uint64_t sum = 0;
    char *settings = NULL;
    struct frame *f;
    while ((f = history_take(h, &settings))) {
        for (int64_t channel = 0; channel < f->channels; channel++) {
            struct array a = f->cells;
            a.data = (const char *)a.data + channel * f->channel_bytes;
            for (int64_t r = 0; r < a.rows; r++)
                for (int64_t c = 0; c < a.cols; c++)
                    for (size_t i = 0; i < dtype_size(a.dtype); i++)
                        sum += ((const uint8_t *)array_cell(&a, r, c))[i];
        }
        for (int64_t i = 0; f->meta && i < f->meta->num_col_labels; i++)
            sum += (uint8_t)f->meta->col_labels[i][0];
        for (int64_t i = 0; f->meta && i < f->meta->num_row_labels; i++)
            sum += (uint8_t)f->meta->row_labels[i][0];
        history_shown(h, f);
        history_release(h, f);
        free(settings);
        settings = NULL;
    }
    free(settings);
    return sum;
}

/* The bookkeeping must hold whatever came: aborts otherwise. */
static inline void fuzz_stream(const uint8_t *bytes, size_t len, const struct decode_params *how)
{
    struct counters counters = {0};
    struct history_params params = {.budget_bytes = (size_t)16 << 20, .max_frames = 64, .max_rows = 16, .counters = &counters};
    struct history *h = history_create(&params);
    struct reader r;
    struct decode_params p = *how;
    if (!h || reader_init_memory(&r, bytes, len) != HS_OK)
        abort();
    p.history = h;
    p.counters = &counters;
    p.name = "fuzz";
    enum hs_status status = decode_stream(&r, &p);
    if (status != HS_OK && status != HS_ERR_FORMAT && status != HS_ERR_USAGE && status != HS_ERR_MEMORY)
        abort();
    if (status == HS_OK && r.offset != len)
        abort();
    if (status == HS_ERR_FORMAT && !counter_get(&counters.records_rejected))
        abort();
    reader_fini(&r);
    volatile uint64_t sum = fuzz_drain(h);
    (void)sum;
    history_finish(h);
    if (counter_get(&counters.frames_received) != counter_get(&counters.frames_shown) + counter_get(&counters.frames_dropped))
        abort();
    history_destroy(h);
}

#endif
