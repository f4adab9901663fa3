/* --raw: frames without headers, as many as come. */
#include "ingest/decode_internal.h"

#include "base/log.h"
#include "data/raw_spec.h"

enum hs_status decode_raw(struct decoder *d)
{
    struct raw_spec spec;
    char why[256];
    if (raw_spec_parse(d->p->raw, &spec, why, sizeof why) != HS_OK) {
        log_error("%s: --raw: %s", d->p->name, why);
        return HS_ERR_USAGE;
    }
    if (spec.frame_bytes > DECODE_MAX_FRAME_BYTES)
        return decode_lost(d, "--raw %s: a frame of %lld bytes: 1 GiB at most in a stream", d->p->raw, (long long)spec.frame_bytes);
    struct npy_header h = {
        .dtype = spec.dtype, .swapped = spec.swapped, .num_dims = 2, .shape = {spec.rows, spec.cols},
        .num_cells = spec.rows * spec.cols, .payload_bytes = spec.frame_bytes, .item_bytes = (int64_t)dtype_size(spec.dtype),
    };
    enum hs_status status = decode_skip(d, spec.offset, "the bytes before the first raw frame");
    while (status == HS_OK) {
        const uint8_t *bytes;
        size_t got;
        status = reader_peek(d->r, 1, &bytes, &got);
        if (status != HS_OK)
            return decode_read_failed(d, status, "a raw frame", 0, 0);
        if (!got)
            return HS_OK;
        status = decode_array(d, &h);
    }
    return status;
}
