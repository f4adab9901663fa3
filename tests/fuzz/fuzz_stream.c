/* Whole streams; the first byte picks how they are read. */
#include "fuzz_common.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (!len)
        return 0;
    struct decode_params p = {.lines = bytes[0] % 3, .live = bytes[0] / 3 % 2, .raw = bytes[0] >= 240 ? "<u2,3x5@2" : NULL};
    if (bytes[0] >= 200 && bytes[0] < 240) {
        p.event_rows = 5;
        p.event_cols = 7;
    }
    fuzz_stream(bytes + 1, len - 1, &p);
    return 0;
}
