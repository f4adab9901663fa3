/* Text; the first byte picks how it is read. */
#include "fuzz_common.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (!len)
        return 0;
    struct decode_params p = {.lines = bytes[0] % 3, .live = bytes[0] / 3 % 2, .one_array = bytes[0] / 6 % 2};
    fuzz_stream(bytes + 1, len - 1, &p);
    return 0;
}
