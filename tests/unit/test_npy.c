/* NPY headers and raw specs. Real NumPy's records are decoded in test_decode.c. */
#include <criterion/criterion.h>
#include "data/npy.h"
#include "data/raw_spec.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct npy_header header;
static bool known;
static char why[256];

/* A header of this version round a dict. */
static enum hs_status parse_version(const char *dict, int version)
{
    size_t len = strlen(dict), prefix = version == 1 ? 10 : 12;
    uint8_t *bytes = malloc(prefix + len);
    memcpy(bytes, "\x93NUMPY", 6);
    bytes[6] = (uint8_t)version;
    bytes[7] = 0;
    for (size_t i = 8; i < prefix; i++)
        bytes[i] = (uint8_t)(len >> 8 * (i - 8));
    memcpy(bytes + prefix, dict, len);
    size_t size = 0;
    why[0] = 0;
    cr_assert_eq(npy_header_size(bytes, prefix + len, &size, why, sizeof why), HS_OK);
    cr_assert_eq(size, prefix + len);
    enum hs_status status = npy_header_parse(bytes, prefix + len, &header, &known, why, sizeof why);
    free(bytes);
    cr_assert_eq(status == HS_OK, !why[0], "%s", why);
    return status;
}

static enum hs_status parse(const char *dict)
{
    return parse_version(dict, 1);
}

static enum hs_status parse_descr(const char *descr)
{
    char dict[1024];
    snprintf(dict, sizeof dict, "{'descr': %s, 'fortran_order': False, 'shape': (3,), }          \n", descr);
    return parse(dict);
}

Test(npy, plain)
{
    for (int version = 1; version <= 3; version++) {
        cr_assert_eq(parse_version("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   \n", version), HS_OK);
        cr_assert(header.dtype == DTYPE_F4 && !header.swapped && !header.fortran && header.num_dims == 2);
        cr_assert(header.shape[0] == 3 && header.shape[1] == 4 && header.num_cells == 12 && header.payload_bytes == 48);
        cr_assert(header.item_bytes == 4 && known && !header.structured);
    }
    cr_assert_eq(parse("{\"shape\":(7,),'fortran_order':True,'descr':'>i8'}"), HS_OK);
    cr_assert(header.dtype == DTYPE_I8 && header.swapped && header.fortran && header.num_dims == 1 && header.payload_bytes == 56);
    cr_assert_eq(parse("{'descr': '|b1', 'fortran_order': False, 'shape': (2L, 3L, 4L)}"), HS_OK, "as Python 2 wrote it");
    cr_assert(header.num_dims == 3 && header.payload_bytes == 24);
}

Test(npy, refused_dtypes_of_known_length)
{
    static const struct {
        const char *descr, *say;
        int64_t bytes;
    } cases[] = {
        {"'<c16'", "complex128 isn't drawn: send np.abs(a)", 48}, {"'<c8'", "complex64", 24}, {"'<U7'", "strings (U7)", 84},
        {"'|S5'", "byte strings (S5)", 15}, {"'<M8[ns]'", "datetime64", 24}, {"'<m8[25us]'", "timedelta64", 24},
        {"'|V3'", "void data", 9}, {"'<f16'", "float128", 48}, {"[('a', '<f4'), ('b', '|u1')]", "structured", 15},
        {"[('data', '<f4', (2, 3)), ('', '|V8'), (('title', 'n'), [('x', '<i2')])]", "structured", 102}, {"[]", "structured", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(parse_descr(cases[i].descr), HS_ERR_UNSUPPORTED, "%s: %s", cases[i].descr, why);
        cr_assert(known && header.payload_bytes == cases[i].bytes, "%s: %ld", cases[i].descr, (long)header.payload_bytes);
        cr_assert(strstr(why, cases[i].say), "%s", why);
        cr_assert_eq(header.structured, cases[i].descr[0] == '[');
    }
}

Test(npy, unknown_fields_and_what_they_may_mean)
{
    static const struct {
        const char *name, *meant;
    } cases[] = {
        {"row", "row0"},   {"col", "col0"},     {"Row0", "row0"},       {"rwo0", NULL},    {"r0", "row0"},       {"column", "col0"},
        {"row00", "row0"}, {"n_tiles", "ntiles"}, {"sequence", "seq"},  {"frame_id", "frame"}, {"channel", "chan"}, {"t_nsec", "t_ns"},
        {"sensor", NULL},  {"name", NULL},      {"id", NULL},           {"temperature_of_the_outer_hull_in_kelvin", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char descr[256];
        snprintf(descr, sizeof descr, "[('data', '<f4', (2, 3)), ('%s', '<i4'), ('', '|V4')]", cases[i].name);
        cr_assert_eq(parse_descr(descr), HS_ERR_UNSUPPORTED);
        cr_assert_eq(header.fields.num_unknown, 1);
        cr_assert(strncmp(header.fields.unknown[0], cases[i].name, NPY_FIELD_NAME_BYTES - 1) == 0);
        const char *meant = npy_fields_meant(&header.fields, header.fields.unknown[0], FIELD_DATA, FIELD_LEVEL);
        cr_assert(meant == cases[i].meant || (meant && cases[i].meant && strcmp(meant, cases[i].meant) == 0), "%s: %s", cases[i].name,
                  meant ? meant : "nothing");
    }
    parse_descr("[('data', '<f4'), ('row0', '<i4'), ('row', '<i4')]"); /* what is there can't be meant */
    cr_assert_null(npy_fields_meant(&header.fields, "row", FIELD_DATA, FIELD_LEVEL));
}

Test(npy, refused_shapes)
{
    static const struct {
        const char *shape;
        int64_t bytes;
    } cases[] = {{"()", 1}, {"(0,)", 0}, {"(0, 4)", 0}, {"(9223372036854775807, 9, 0)", 0}, {"(1, 2, 3, 4)", 24},
                 {"(1, 1, 1, 1, 1, 1, 1, 1, 5)", 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char dict[256];
        snprintf(dict, sizeof dict, "{'descr': '|u1', 'fortran_order': False, 'shape': %s}", cases[i].shape);
        cr_assert_eq(parse(dict), HS_ERR_UNSUPPORTED, "%s", dict);
        cr_assert(known && header.payload_bytes == cases[i].bytes, "%s", dict);
    }
}

Test(npy, lost_framing)
{
    static const char *const dicts[] = {
        "", "{", "{}", "[]", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (3,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': 3}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (-3,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3, x)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (3,",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'a': 1}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693952,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f4, 'fortran_order': False, 'shape': (3,)}", "{'descr': 'nonsense', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (3,)}", "{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (3,)}",
        "{'descr': [('a', '<f4', (9999999999, 9999999999))], 'fortran_order': False, 'shape': (3,)}",
        "{'descr': [[[[[[[[[[[[[[[[[[[[[", "{'descr': __import__('os'), 'fortran_order': False, 'shape': (3,)}",
    };
    for (size_t i = 0; i < sizeof dicts / sizeof *dicts; i++) {
        cr_assert_eq(parse(dicts[i]), HS_ERR_FORMAT, "%s", dicts[i]);
        cr_assert_not(known, "%s", dicts[i]);
    }
    parse_descr("'|O'");
    cr_assert(strstr(why, "object"), "%s", why);
    char deep[400] = "";
    for (int i = 0; i < 40; i++)
        strcat(deep, "[('a', ");
    cr_assert_eq(parse_descr(deep), HS_ERR_FORMAT);
}

Test(npy, prefix)
{
    size_t size;
    uint8_t v1[] = "\x93NUMPY\x01\x00\x76\x00", v2[] = "\x93NUMPY\x02\x00\x00\x00\x01\x00";
    cr_assert(npy_header_size(v1, 10, &size, why, sizeof why) == HS_OK && size == 128);
    for (size_t len = 1; len < 10; len++) {
        cr_assert_eq(npy_header_size(v1, len, &size, why, sizeof why), HS_ERR_FORMAT);
        cr_assert(strstr(why, "cut short"), "%zu: %s", len, why);
        cr_assert_eq(npy_header_size((const uint8_t *)"\x93NUMPX\x01\x00\x76" + (len < 6), len, &size, why, sizeof why), HS_ERR_FORMAT);
        cr_assert(strstr(why, "begin with"), "%zu: %s", len, why);
    }
    cr_assert_eq(npy_header_size(v2, 12, &size, why, sizeof why), HS_ERR_LIMIT, "64 KiB of dict and a prefix");
    v2[10] = 0;
    cr_assert(npy_header_size(v2, 12, &size, why, sizeof why) == HS_OK && size == 12);
    cr_assert_eq(npy_header_size(v2, 10, &size, why, sizeof why), HS_ERR_FORMAT);
    v1[6] = 4;
    cr_assert_eq(npy_header_size(v1, 10, &size, why, sizeof why), HS_ERR_FORMAT);
    v1[6] = 1;
    v1[0] = 'x';
    cr_assert_eq(npy_header_size(v1, 10, &size, why, sizeof why), HS_ERR_FORMAT);
    v1[0] = 0x93;
    cr_assert_eq(npy_header_parse(v1, 10, &header, &known, why, sizeof why), HS_ERR_FORMAT, "cut short");
}

Test(raw_spec, parses)
{
    struct raw_spec s;
    cr_assert_eq(raw_spec_parse(">u2,512x640@128", &s, why, sizeof why), HS_OK);
    cr_assert(s.dtype == DTYPE_U2 && s.swapped && s.rows == 512 && s.cols == 640 && s.offset == 128 && s.frame_bytes == 655360);
    cr_assert_eq(raw_spec_parse("float32,1x1", &s, why, sizeof why), HS_OK);
    cr_assert(s.dtype == DTYPE_F4 && !s.swapped && s.offset == 0 && s.frame_bytes == 4);
    static const char *const bad[] = {
        "", "f4", "f4,", "f4,3", "f4,3x", "f4,0x3", "f4,3x0", "f4,3x3@", "f4,3x3 ", "f4,-3x3", "f4,3x3@-1", "c8,3x3", ",3x3",
        "f8,4294967296x4294967296", "f4,99999999999999999999x1", "f4,3x3x3",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why[0] = 0;
        cr_assert_eq(raw_spec_parse(bad[i], &s, why, sizeof why), HS_ERR_USAGE, "%s", bad[i]);
        cr_assert(why[0]);
    }
}

Test(npy, written_headers_are_read_back)
{
    static const int64_t shape[] = {7, 1, 123456789012, 3};
    for (int t = 0; t < DTYPE_NUM; t++) {
        for (int dims = 1; dims <= 4; dims++) {
            char text[NPY_MAX_WRITTEN];
            size_t size, len = npy_header_write(text, (enum dtype)t, dims, shape);
            cr_assert(len % 64 == 0 && text[len - 1] == '\n');
            cr_assert_eq(npy_header_size((uint8_t *)text, len, &size, why, sizeof why), HS_OK);
            cr_assert_eq(size, len);
            enum hs_status s = npy_header_parse((uint8_t *)text, len, &header, &known, why, sizeof why);
            cr_assert_eq(s, dims < 4 ? HS_OK : s, "%s", why);
            if (dims < 4)
                cr_assert(header.dtype == (enum dtype)t && !header.swapped && !header.fortran && header.num_dims == dims &&
                          memcmp(header.shape, shape, (size_t)dims * sizeof *shape) == 0);
        }
    }
}
