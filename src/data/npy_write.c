/* NPY headers, the other way round. */
#include "data/npy.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { PREFIX = 10, ALIGN = 64 };

static const char *descr(enum dtype t)
{
    static const char *const codes[DTYPE_NUM] = {
#define DTYPE_CODE(id, code, size, name) [id] = code,
        DTYPE_LIST(DTYPE_CODE)
#undef DTYPE_CODE
    };
    return codes[t];
}

static char byte_order(enum dtype t)
{
    if (dtype_size(t) == 1)
        return '|';
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '<' : '>';
}

size_t npy_header_write(char *out, enum dtype dtype, int num_dims, const int64_t *shape)
{
    char dims[128] = "";
    size_t len = 0;
    assert(num_dims <= 4);
    for (int i = 0; i < num_dims; i++)
        len += (size_t)snprintf(dims + len, sizeof dims - len, i ? ", %lld" : "%lld", (long long)shape[i]);
    if (num_dims == 1)
        snprintf(dims + len, sizeof dims - len, ",");
    char *text = out + PREFIX;
    size_t used = (size_t)snprintf(text, NPY_MAX_WRITTEN - PREFIX, "{'descr': '%c%s', 'fortran_order': False, 'shape': (%s), }",
                                   byte_order(dtype), descr(dtype), dims);
    size_t total = (PREFIX + used + 1 + ALIGN - 1) / ALIGN * ALIGN;
    memset(text + used, ' ', total - PREFIX - used - 1);
    out[total - 1] = '\n';
    memcpy(out, "\x93NUMPY\x01\x00", 8);
    out[8] = (char)((total - PREFIX) & 255);
    out[9] = (char)((total - PREFIX) >> 8);
    return total;
}
