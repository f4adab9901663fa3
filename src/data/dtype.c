/* The element types: one table made from DTYPE_LIST, and one cell as a number or as text. Any thread. */
#include "data/dtype.h"

#include "data/half.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *code, *name;
    size_t size;
} dtypes[DTYPE_NUM] = {
#define DTYPE_ROW(id, code, size, name) [id] = {code, name, size},
    DTYPE_LIST(DTYPE_ROW)
#undef DTYPE_ROW
};

size_t dtype_size(enum dtype t)
{
    return dtypes[t].size;
}

const char *dtype_name(enum dtype t)
{
    return dtypes[t].name;
}

bool dtype_is_wide(enum dtype t)
{
    return t == DTYPE_I4 || t == DTYPE_U4 || t == DTYPE_I8 || t == DTYPE_U8 || t == DTYPE_F8;
}

bool dtype_is_float(enum dtype t)
{
    return t == DTYPE_F2 || t == DTYPE_F4 || t == DTYPE_F8;
}

static bool same_text(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(text, word, len) == 0;
}

bool dtype_parse(const char *text, size_t len, enum dtype *out, bool *swapped)
{
    const char other = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '>' : '<';
    char order = '=';
    if (len && memchr("<>=|", text[0], 4)) {
        order = text[0];
        text++;
        len--;
    }
    for (int t = 0; t < DTYPE_NUM; t++) {
        if (same_text(text, len, dtypes[t].code) || same_text(text, len, dtypes[t].name) ||
            (t == DTYPE_B1 && same_text(text, len, "?"))) {
            *out = (enum dtype)t;
            *swapped = order == other && dtypes[t].size > 1;
            return true;
        }
    }
    return false;
}

/* The value of type `type` at p, whatever its alignment. */
#define LOAD(type, p) (__extension__({ type load_; memcpy(&load_, p, sizeof load_); load_; }))

double dtype_read(enum dtype t, const void *p)
{
    switch (t) {
    case DTYPE_B1: return LOAD(uint8_t, p) != 0;
    case DTYPE_I1: return LOAD(int8_t, p);
    case DTYPE_I2: return LOAD(int16_t, p);
    case DTYPE_I4: return LOAD(int32_t, p);
    case DTYPE_I8: return (double)LOAD(int64_t, p);
    case DTYPE_U1: return LOAD(uint8_t, p);
    case DTYPE_U2: return LOAD(uint16_t, p);
    case DTYPE_U4: return LOAD(uint32_t, p);
    case DTYPE_U8: return (double)LOAD(uint64_t, p);
    case DTYPE_F2: return half_to_float(LOAD(uint16_t, p));
    case DTYPE_F4: return LOAD(float, p);
    case DTYPE_F8: return LOAD(double, p);
    case DTYPE_NUM: break;
    }
    return NAN;
}

/* True when text reads back as v in dtype t. */
static bool reads_back(enum dtype t, const char *text, double v)
{
    if (t == DTYPE_F4)
        return strtof(text, NULL) == (float)v;
    double back = strtod(text, NULL);
    return t == DTYPE_F8 ? back == v : half_from_double(back) == half_from_double(v);
}

/* v is finite. Digits without an exponent for 1e-4 <= |v| < 1e16, as NumPy does. */
static void format_float(enum dtype t, double v, char *out, size_t out_size)
{
    char scientific[40];
    int precision = 0;
    do
        snprintf(scientific, sizeof scientific, "%.*e", precision, v);
    while (!reads_back(t, scientific, v) && ++precision < 17);
    char *e = strchr(scientific, 'e');
    int exponent = atoi(e + 1);
    if (exponent < -4 || exponent >= 16) {
        snprintf(out, out_size, "%s", scientific);
        return;
    }
    char digits[40];
    int num = 0;
    for (const char *c = scientific; c < e; c++)
        if (*c >= '0' && *c <= '9')
            digits[num++] = *c;
    char text[64], *to = text;
    if (scientific[0] == '-')
        *to++ = '-';
    for (int place = exponent < 0 ? exponent : 0; place < num || place <= exponent; place++) {
        if (place == exponent + 1)
            *to++ = '.';
        *to++ = place < 0 || place >= num ? '0' : digits[place];
    }
    *to = 0;
    snprintf(out, out_size, "%s", text);
}

const char *dtype_format(enum dtype t, const void *p, char *out, size_t out_size)
{
    if (t == DTYPE_B1) {
        snprintf(out, out_size, "%s", LOAD(uint8_t, p) ? "True" : "False");
    } else if (t == DTYPE_U8) {
        snprintf(out, out_size, "%" PRIu64, LOAD(uint64_t, p));
    } else if (t == DTYPE_I8) {
        snprintf(out, out_size, "%" PRId64, LOAD(int64_t, p));
    } else if (!dtype_is_float(t)) {
        snprintf(out, out_size, "%.0f", dtype_read(t, p));
    } else {
        double v = dtype_read(t, p);
        switch (fpclassify(v)) {
        case FP_NAN: snprintf(out, out_size, "nan"); break;
        case FP_INFINITE: snprintf(out, out_size, signbit(v) ? "-inf" : "inf"); break;
        default: format_float(t, v, out, out_size);
        }
    }
    return out;
}

void dtype_swap(enum dtype t, void *data, size_t num)
{
    char *bytes = data;
    switch (dtypes[t].size) {
    case 2:
        for (size_t i = 0; i < num; i++, bytes += 2) {
            uint16_t v = __builtin_bswap16(LOAD(uint16_t, bytes));
            memcpy(bytes, &v, 2);
        }
        break;
    case 4:
        for (size_t i = 0; i < num; i++, bytes += 4) {
            uint32_t v = __builtin_bswap32(LOAD(uint32_t, bytes));
            memcpy(bytes, &v, 4);
        }
        break;
    case 8:
        for (size_t i = 0; i < num; i++, bytes += 8) {
            uint64_t v = __builtin_bswap64(LOAD(uint64_t, bytes));
            memcpy(bytes, &v, 8);
        }
        break;
    default: break;
    }
}
