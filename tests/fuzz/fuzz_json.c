/* JSON lines and what they announce; and the merging of settings. */
#include "data/settings.h"
#include "fuzz_common.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    uint8_t *line = malloc(len + 1);
    line[0] = '{';
    memcpy(line + 1, bytes, len);
    fuzz_stream(line, len + 1, &(struct decode_params){.live = true});
    const uint8_t *cut = memchr(bytes, '\n', len);
    if (cut) {
        size_t first = (size_t)(cut - bytes);
        char *older = strndup((const char *)bytes, first), *newer = strndup((const char *)cut + 1, len - first - 1);
        free(settings_merge(older, newer));
    }
    free(line);
    return 0;
}
