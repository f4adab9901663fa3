/* NPY headers: as they come, and as the dict alone behind a right prefix. */
#include "data/npy.h"
#include "data/raw_spec.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void parse(const uint8_t *bytes, size_t len)
{
    struct npy_header h;
    bool known;
    char why[64] = "";
    enum hs_status status = npy_header_parse(bytes, len, &h, &known, why, sizeof why);
    if (status != HS_OK && !why[0])
        abort();
    if (status == HS_OK &&
        (!known || h.num_dims < 1 || h.num_cells < 1 || h.payload_bytes / h.item_bytes != h.num_cells || h.structured))
        abort();
    if (status == HS_ERR_UNSUPPORTED && (!known || h.payload_bytes < 0))
        abort();
    if (status == HS_ERR_FORMAT && known)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    parse(bytes, len);
    if (len > 60000)
        return 0;
    uint8_t *whole = malloc(len + 12);
    memcpy(whole, "\x93NUMPY\x02\0", 8);
    for (int i = 0; i < 4; i++)
        whole[8 + i] = (uint8_t)(len >> 8 * i);
    memcpy(whole + 12, bytes, len);
    parse(whole, len + 12);
    memcpy(whole, bytes, len);
    whole[len] = 0;
    struct raw_spec spec;
    char why[64];
    if (raw_spec_parse((char *)whole, &spec, why, sizeof why) == HS_OK && (spec.rows < 1 || spec.cols < 1 || spec.offset < 0))
        abort();
    free(whole);
    return 0;
}
