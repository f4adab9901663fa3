/* The parser of --raw. Any thread. */
#include "data/raw_spec.h"

#include "base/memory.h"
#include <stdio.h>
#include <string.h>

/* Decimal digits at *p, at most INT64_MAX. Moves *p behind them. */
static bool parse_number(const char **p, int64_t *out)
{
    const char *c = *p;
    int64_t v = 0;
    for (; *c >= '0' && *c <= '9'; c++)
        if (__builtin_mul_overflow(v, (int64_t)10, &v) || __builtin_add_overflow(v, (int64_t)(*c - '0'), &v))
            return false;
    bool any = c != *p;
    *p = c;
    *out = v;
    return any;
}

enum hs_status raw_spec_parse(const char *text, struct raw_spec *out, char *why, size_t why_size)
{
    *out = (struct raw_spec){0};
    const char *comma = strchr(text, ',');
    if (!comma) {
        snprintf(why, why_size, "'%s' isn't DTYPE,ROWSxCOLS[@OFFSET], for example u2,512x640@128", text);
        return HS_ERR_USAGE;
    }
    if (!dtype_parse(text, (size_t)(comma - text), &out->dtype, &out->swapped)) {
        snprintf(why, why_size, "'%.*s' is no dtype: b1, i1 to i8, u1 to u8, f2, f4, f8, with < or > for the byte order",
                 (int)(comma - text), text);
        return HS_ERR_USAGE;
    }
    const char *p = comma + 1;
    bool ok = parse_number(&p, &out->rows) && (*p == 'x' || *p == 'X') && (p++, parse_number(&p, &out->cols)) &&
              (*p != '@' || (p++, parse_number(&p, &out->offset))) && !*p;
    if (!ok || !out->rows || !out->cols) {
        snprintf(why, why_size, "'%s' isn't ROWSxCOLS[@OFFSET], for example 512x640@128", comma + 1);
        return HS_ERR_USAGE;
    }
    int64_t cells;
    if (!mem_mul_i64(out->rows, out->cols, &cells) || !mem_mul_i64(cells, (int64_t)dtype_size(out->dtype), &out->frame_bytes)) {
        snprintf(why, why_size, "%s is more than a machine can address", comma + 1);
        return HS_ERR_USAGE;
    }
    return HS_OK;
}
