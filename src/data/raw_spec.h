/* "DTYPE,ROWSxCOLS[@OFFSET]" of --raw: frames without headers, one after the other. */
#ifndef DATA_RAW_SPEC_H
#define DATA_RAW_SPEC_H

#include "data/dtype.h"
#include <heatscope/status.h>

struct raw_spec {
    enum dtype dtype;
    bool swapped;        /* the bytes are in the other order */
    int64_t rows, cols;  /* at least 1 */
    int64_t frame_bytes;
    int64_t offset;      /* bytes before the first frame */
};

/* HS_ERR_USAGE: why says what is wrong, without the option's name. Logs nothing. */
enum hs_status raw_spec_parse(const char *text, struct raw_spec *out, char *why, size_t why_size);

#endif
