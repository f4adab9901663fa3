/* dtype: names, values and texts of every element type. */
#include <criterion/criterion.h>
#include "data/dtype.h"
#include "data/half.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool parse(const char *text, enum dtype *t, bool *swapped)
{
    return dtype_parse(text, strlen(text), t, swapped);
}

Test(dtype, parses_codes_and_names)
{
#define EXPECT(id, code, bytes, name)                                                                          \
    {                                                                                                          \
        enum dtype t = DTYPE_NUM;                                                                              \
        bool swapped = true;                                                                                   \
        cr_assert(parse(code, &t, &swapped) && t == id && !swapped, code);                                     \
        cr_assert(parse(name, &t, &swapped) && t == id && !swapped, name);                                     \
        cr_assert(parse("<" code, &t, &swapped) && t == id && !swapped, "<" code);                             \
        cr_assert(parse(">" code, &t, &swapped) && t == id && swapped == (bytes > 1), ">" code);               \
        cr_assert(parse("=" code, &t, &swapped) && t == id && !swapped, "=" code);                             \
        cr_assert(dtype_size(id) == bytes && strcmp(dtype_name(id), name) == 0);                               \
    }
    DTYPE_LIST(EXPECT)
#undef EXPECT
    enum dtype t;
    bool swapped;
    cr_assert(parse("?", &t, &swapped) && t == DTYPE_B1);
    cr_assert(parse("|u1", &t, &swapped) && t == DTYPE_U1 && !swapped);
    cr_assert(parse("|b1", &t, &swapped) && t == DTYPE_B1);
    cr_assert(dtype_parse("f4,10x10", 2, &t, &swapped) && t == DTYPE_F4);
}

Test(dtype, refuses_what_is_no_dtype)
{
    const char *bad[] = {"", "<", "f3", "f16", "c8", "|O", "<U4", "float", "float32 ", "f", "<<f4", "F4", "M8[ns]", "\xff"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        enum dtype t;
        bool swapped;
        cr_assert_not(parse(bad[i], &t, &swapped), "%s", bad[i]);
    }
}

Test(dtype, kinds)
{
    for (int t = 0; t < DTYPE_NUM; t++) {
        const char *name = dtype_name((enum dtype)t);
        cr_assert_eq(dtype_is_float((enum dtype)t), strncmp(name, "float", 5) == 0, "%s", name);
        bool wide = t == DTYPE_F8 || (dtype_size((enum dtype)t) >= 4 && t != DTYPE_F4);
        cr_assert_eq(dtype_is_wide((enum dtype)t), wide, "%s", name);
    }
}

Test(dtype, reads_and_formats_unaligned)
{
    unsigned char bytes[16];
    char text[64];
#define CHECK(id, type, v, number, expected)                                                                    \
    do {                                                                                                        \
        type value_ = (v);                                                                                      \
        memcpy(bytes + 1, &value_, sizeof value_);                                                              \
        cr_assert_eq(dtype_read(id, bytes + 1), (double)(number));                                              \
        cr_assert_str_eq(dtype_format(id, bytes + 1, text, sizeof text), expected);                             \
    } while (0)
    CHECK(DTYPE_B1, uint8_t, 0, 0, "False");
    CHECK(DTYPE_B1, uint8_t, 1, 1, "True");
    CHECK(DTYPE_B1, uint8_t, 7, 1, "True");
    CHECK(DTYPE_I1, int8_t, -128, -128, "-128");
    CHECK(DTYPE_U1, uint8_t, 255, 255, "255");
    CHECK(DTYPE_I2, int16_t, -32768, -32768, "-32768");
    CHECK(DTYPE_U2, uint16_t, 65535, 65535, "65535");
    CHECK(DTYPE_I4, int32_t, INT32_MIN, INT32_MIN, "-2147483648");
    CHECK(DTYPE_U4, uint32_t, UINT32_MAX, UINT32_MAX, "4294967295");
    CHECK(DTYPE_I8, int64_t, INT64_MIN, INT64_MIN, "-9223372036854775808");
    CHECK(DTYPE_I8, int64_t, 9007199254740993, 9007199254740992.0, "9007199254740993");
    CHECK(DTYPE_U8, uint64_t, UINT64_MAX, 18446744073709551616.0, "18446744073709551615");
    CHECK(DTYPE_F2, uint16_t, 0x3c00, 1, "1");
    CHECK(DTYPE_F2, uint16_t, 0x2e66, 0x1.998p-4, "0.1");
    CHECK(DTYPE_F2, uint16_t, 0x0001, 0x1p-24, "6e-08");
    CHECK(DTYPE_F2, uint16_t, 0xfbff, -65504, "-65500");
    CHECK(DTYPE_F2, uint16_t, 0x7c00, INFINITY, "inf");
    CHECK(DTYPE_F4, float, 0.1f, 0.1f, "0.1");
    CHECK(DTYPE_F4, float, 16777216, 16777216, "16777216");
    CHECK(DTYPE_F4, float, -1234.5f, -1234.5f, "-1234.5");
    CHECK(DTYPE_F4, float, 1e-5f, 1e-5f, "1e-05");
    CHECK(DTYPE_F4, float, 0.00012f, 0.00012f, "0.00012");
    CHECK(DTYPE_F4, float, 1e10f, 1e10f, "10000000000");
    CHECK(DTYPE_F4, float, 3.4028235e38f, 3.4028235e38f, "3.4028235e+38");
    CHECK(DTYPE_F4, float, -INFINITY, -INFINITY, "-inf");
    CHECK(DTYPE_F8, double, 0.1, 0.1, "0.1");
    CHECK(DTYPE_F8, double, 0.30000000000000004, 0.30000000000000004, "0.30000000000000004");
    CHECK(DTYPE_F8, double, 0, 0, "0");
    CHECK(DTYPE_F8, double, 123456789012345.67, 123456789012345.67, "123456789012345.67");
    CHECK(DTYPE_F8, double, 1e16, 1e16, "1e+16");
    CHECK(DTYPE_F8, double, 5e-324, 5e-324, "5e-324");
#undef CHECK
    double nan_value = NAN;
    cr_assert(isnan(dtype_read(DTYPE_F8, &nan_value)));
    cr_assert_str_eq(dtype_format(DTYPE_F8, &nan_value, text, sizeof text), "nan");
    uint16_t nan_half = 0x7e01;
    cr_assert(isnan(dtype_read(DTYPE_F2, &nan_half)));
}

Test(dtype, texts_read_back)
{
    char text[64];
    srand(1);
    for (int i = 0; i < 20000; i++) {
        uint32_t bits = (uint32_t)rand() << 9 ^ (uint32_t)rand();
        float f;
        memcpy(&f, &bits, 4);
        if (!isfinite(f))
            continue;
        cr_assert_eq(strtof(dtype_format(DTYPE_F4, &f, text, sizeof text), NULL), f, "%s", text);
        double d = (double)f * 1.1;
        cr_assert_eq(strtod(dtype_format(DTYPE_F8, &d, text, sizeof text), NULL), d, "%s", text);
    }
    float f = 0.125f;
    cr_assert_str_eq(dtype_format(DTYPE_F4, &f, text, 4), "0.1", "cut to the room there is");
}

/* Every half: reads as its definition says, and conversion there and back is the identity. */
Test(dtype, halves)
{
    for (unsigned h = 0; h < 65536; h++) {
        uint16_t half = (uint16_t)h;
        unsigned exponent = h >> 10 & 31, mantissa = h & 1023;
        double v = dtype_read(DTYPE_F2, &half);
        if (exponent == 31 && mantissa) {
            cr_assert(isnan(v));
            continue;
        }
        double magnitude = exponent == 31 ? INFINITY
                         : exponent ? ldexp(1024 + mantissa, (int)exponent - 25)
                                    : ldexp(mantissa, -24);
        cr_assert_eq(v, h & 0x8000 ? -magnitude : magnitude);
        cr_assert_eq(half_from_double(v), h);
        char text[64];
        if (exponent < 31)
            cr_assert_eq(half_from_double(strtod(dtype_format(DTYPE_F2, &half, text, sizeof text), NULL)), h, "%s", text);
    }
    cr_assert_eq(half_from_double(65519.99), 0x7bff);
    cr_assert_eq(half_from_double(65520), 0x7c00);
    cr_assert_eq(half_from_double(1 + 0x1p-11), 0x3c00, "ties go to even");
    cr_assert_eq(half_from_double(1 + 3 * 0x1p-11), 0x3c02);
    cr_assert_eq(half_from_double(2047.5 / 2048), 0x3c00, "carries into the exponent");
    cr_assert_eq(half_from_double(-0x1p-26), 0x8000);
}

Test(dtype, swaps)
{
    unsigned char bytes[19] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
    dtype_swap(DTYPE_U1, bytes, 19);
    cr_assert_eq(bytes[0], 0);
    dtype_swap(DTYPE_I2, bytes + 1, 1);
    cr_assert(bytes[1] == 2 && bytes[2] == 1 && bytes[3] == 3);
    dtype_swap(DTYPE_F4, bytes + 3, 2);
    cr_assert(bytes[3] == 6 && bytes[6] == 3 && bytes[7] == 10 && bytes[10] == 7 && bytes[11] == 11);
    dtype_swap(DTYPE_F8, bytes + 11, 1);
    cr_assert(bytes[11] == 18 && bytes[18] == 11);
    dtype_swap(DTYPE_F8, bytes, 0);
}
