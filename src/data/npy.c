/* NPY headers: a recursive-descent parser of the one dict that NumPy writes. Strings are never unescaped or evaluated; names of
 * fields are passed over. Any thread. */
#include "data/npy.h"

#include "base/memory.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_NESTING = 16 };

struct parser {
    const char *p, *end;
    char *why;
    size_t why_size;
    struct npy_fields *fields; /* of the outermost structure */
};

struct text {
    const char *at;
    size_t len;
};

/* What a descr says. */
struct descr {
    int64_t bytes;    /* of one item */
    bool known_bytes; /* false: pickled objects, or nothing we know */
    bool simple;      /* a dtype we draw */
    bool structured;
    struct text name; /* of a dtype we don't draw */
};

__attribute__((format(printf, 2, 3))) static bool fail(struct parser *s, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(s->why, s->why_size, fmt, args);
    va_end(args);
    return false;
}

static void skip_blanks(struct parser *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r'))
        s->p++;
}

/* Takes c, with blanks round it. */
static bool accept(struct parser *s, char c)
{
    skip_blanks(s);
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    skip_blanks(s);
    return true;
}

static bool expect(struct parser *s, char c)
{
    return accept(s, c) || fail(s, "the NPY header's dict is malformed: '%c' is missing", c);
}

static bool accept_word(struct parser *s, const char *word)
{
    size_t len = strlen(word);
    if ((size_t)(s->end - s->p) < len || memcmp(s->p, word, len) != 0)
        return false;
    s->p += len;
    return true;
}

static bool parse_string(struct parser *s, struct text *out)
{
    if (s->p == s->end || (*s->p != '\'' && *s->p != '"'))
        return fail(s, "the NPY header's dict is malformed: a string is missing");
    char quote = *s->p++;
    out->at = s->p;
    for (; s->p < s->end && *s->p != quote; s->p++)
        if (*s->p == '\\' && s->p + 1 < s->end)
            s->p++;
    if (s->p == s->end)
        return fail(s, "the NPY header's dict is malformed: a string doesn't end");
    out->len = (size_t)(s->p++ - out->at);
    return true;
}

static bool parse_int(struct parser *s, int64_t *out)
{
    int64_t v = 0;
    const char *start = s->p;
    for (; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++)
        if (__builtin_mul_overflow(v, (int64_t)10, &v) || __builtin_add_overflow(v, (int64_t)(*s->p - '0'), &v))
            return fail(s, "a number in the NPY header is too large");
    if (s->p == start)
        return fail(s, "the NPY header's shape holds something else than sizes");
    if (s->p < s->end && *s->p == 'L') /* Python 2 */
        s->p++;
    *out = v;
    return true;
}

/* (), (3,), (3, 4): the first FRAME_MAX_DIMS sizes and the product of all. */
static bool parse_tuple(struct parser *s, int64_t *shape, int *num_dims, int64_t *product)
{
    int64_t num = 0, total = 1;
    bool empty = false, overflow = false;
    if (!expect(s, '('))
        return false;
    while (!accept(s, ')')) {
        int64_t size = 0;
        if (!parse_int(s, &size))
            return false;
        if (num < FRAME_MAX_DIMS && shape)
            shape[num] = size;
        num++;
        empty |= size == 0;
        overflow |= size && !mem_mul_i64(total, size, &total);
        if (accept(s, ','))
            continue;
        if (num == 1)
            return fail(s, "the NPY header's shape isn't a tuple");
        if (!expect(s, ')'))
            return false;
        break;
    }
    if (overflow && !empty)
        return fail(s, "the product of the NPY header's shape overflows");
    *num_dims = (int)num; /* a header has at most 64 KiB */
    *product = empty ? 0 : total;
    return true;
}

/* Size of what NumPy writes as kind and size, for kinds we don't draw: "c16", "U7", "M8[ns]". */
static bool other_dtype_bytes(struct text t, int64_t *bytes, bool *object)
{
    const char *p = t.at, *end = t.at + t.len;
    if (p < end && strchr("<>=|", *p))
        p++;
    if (p == end || !memchr("biufcmMOSaUV", *p, 12))
        return false;
    char kind = *p++;
    int64_t size = 0;
    bool digits = p < end && *p >= '0' && *p <= '9';
    for (; p < end && *p >= '0' && *p <= '9'; p++)
        if (__builtin_mul_overflow(size, (int64_t)10, &size) || __builtin_add_overflow(size, (int64_t)(*p - '0'), &size))
            return false;
    *object = kind == 'O';
    if (p < end && (kind == 'm' || kind == 'M') && *p == '[' && end[-1] == ']')
        p = end;
    *bytes = size;
    return p == end && (digits || *object) && (kind != 'U' || mem_mul_i64(size, 4, bytes));
}

static bool parse_descr(struct parser *s, struct descr *out, enum dtype *dtype, bool *swapped, int depth);

/* One ('name', descr[, shape]) of a structure. */
static bool parse_field(struct parser *s, struct descr *whole, int depth)
{
    struct text name;
    struct descr field;
    enum dtype dtype;
    bool swapped;
    if (!expect(s, '('))
        return false;
    if (accept(s, '(')) { /* a title and a name */
        if (!parse_string(s, &name) || !expect(s, ',') || !parse_string(s, &name) || !expect(s, ')'))
            return false;
    } else if (!parse_string(s, &name)) {
        return false;
    }
    if (!expect(s, ',') || !parse_descr(s, &field, &dtype, &swapped, depth + 1))
        return false;
    int64_t num = 1, shape[FRAME_MAX_DIMS] = {0};
    int num_dims = 0;
    if (accept(s, ',') && s->p < s->end && *s->p == '(' && !parse_tuple(s, shape, &num_dims, &num))
        return false;
    if (!expect(s, ')'))
        return false;
    if (depth == 0 && field.simple) {
        struct npy_field ours = {.dtype = dtype, .swapped = swapped, .offset = whole->bytes, .num_dims = num_dims,
                                 .shape = {shape[0], shape[1]}, .num = num};
        npy_fields_add(s->fields, name.at, name.len, &ours);
    }
    if (!field.known_bytes) {
        whole->known_bytes = false;
        whole->name = field.name;
    } else if (!mem_mul_i64(field.bytes, num, &field.bytes) ||
               __builtin_add_overflow(whole->bytes, field.bytes, &whole->bytes)) {
        return fail(s, "the size of the NPY header's structure overflows");
    }
    return true;
}

static bool parse_descr(struct parser *s, struct descr *out, enum dtype *dtype, bool *swapped, int depth)
{
    *out = (struct descr){.known_bytes = true};
    if (depth > MAX_NESTING)
        return fail(s, "the NPY header's structure is nested too deep");
    if (accept(s, '[')) {
        out->structured = true;
        while (!accept(s, ']')) {
            if (!parse_field(s, out, depth))
                return false;
            if (!accept(s, ',')) {
                if (!expect(s, ']'))
                    return false;
                break;
            }
        }
        return true;
    }
    if (!parse_string(s, &out->name))
        return false;
    if (dtype_parse(out->name.at, out->name.len, dtype, swapped)) {
        out->simple = true;
        out->bytes = (int64_t)dtype_size(*dtype);
        return true;
    }
    bool object = false;
    out->known_bytes = other_dtype_bytes(out->name, &out->bytes, &object) && !object;
    return true;
}

/* Why a dtype isn't drawn, and what to send in its place. */
static void explain_dtype(struct parser *s, const struct descr *d)
{
    const char *text = d->name.at;
    size_t len = d->name.len;
    if (len && strchr("<>=|", *text)) {
        text++;
        len--;
    }
    if (d->structured && d->known_bytes) {
        fail(s, "structured arrays are drawn as tiles (a field 'data') or events (fields 'x' and 'y') of a stream");
        return;
    }
    switch (len ? *text : 0) {
    case 'c': fail(s, "complex%d isn't drawn: send np.abs(a) or a.real", (int)(d->bytes > 64 ? 0 : d->bytes * 8)); break;
    case 'O': fail(s, "object arrays (pickles) are never read: send a.astype(float)"); break;
    case 'S': /* fall through */
    case 'a': fail(s, "byte strings (%.*s) aren't drawn: send numbers", (int)(len > 20 ? 20 : len), text); break;
    case 'U': fail(s, "strings (%.*s) aren't drawn: send numbers", (int)(len > 20 ? 20 : len), text); break;
    case 'M': fail(s, "datetime64 isn't drawn: send a.astype('i8')"); break;
    case 'm': fail(s, "timedelta64 isn't drawn: send a.astype('i8')"); break;
    case 'V': fail(s, "void data (%.*s) isn't drawn: send numbers", (int)(len > 20 ? 20 : len), text); break;
    case 'f': fail(s, "float%d isn't drawn: send a.astype('f8')", (int)(d->bytes > 64 ? 0 : d->bytes * 8)); break;
    default: fail(s, "dtype '%.*s' isn't known", (int)(len > 40 ? 40 : len), len ? text : ""); break;
    }
}

enum hs_status npy_header_size(const uint8_t *bytes, size_t len, size_t *size, char *why, size_t why_size)
{
    struct parser s = {.why = why, .why_size = why_size};
    if (memcmp(bytes, "\x93NUMPY", len < 6 ? len : 6) == 0 && len > 0 && len < 10) {
        fail(&s, "the NPY header is cut short");
        return HS_ERR_FORMAT;
    }
    if (len < 10 || memcmp(bytes, "\x93NUMPY", 6) != 0) {
        fail(&s, "not an NPY record: it doesn't begin with \\x93NUMPY");
        return HS_ERR_FORMAT;
    }
    if (bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0) {
        fail(&s, "NPY version %d.%d isn't known: 1.0, 2.0 and 3.0 are", bytes[6], bytes[7]);
        return HS_ERR_FORMAT;
    }
    if (bytes[6] == 1) {
        *size = 10 + (size_t)(bytes[8] | bytes[9] << 8);
    } else if (len < NPY_PREFIX_BYTES) {
        fail(&s, "the NPY header is cut short");
        return HS_ERR_FORMAT;
    } else {
        *size = NPY_PREFIX_BYTES + ((size_t)bytes[8] | (size_t)bytes[9] << 8 | (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24);
    }
    if (*size > NPY_MAX_HEADER_BYTES) {
        fail(&s, "the NPY header has %zu bytes: %d at most", *size, NPY_MAX_HEADER_BYTES);
        return HS_ERR_LIMIT;
    }
    return HS_OK;
}

/* The dict: each of the three keys once, in any order, and nothing else. */
static bool parse_dict(struct parser *s, struct npy_header *h, struct descr *descr)
{
    enum { DESCR = 1, ORDER = 2, SHAPE = 4 };
    int seen = 0;
    if (!expect(s, '{'))
        return false;
    while (!accept(s, '}')) {
        struct text key;
        if (!parse_string(s, &key) || !expect(s, ':'))
            return false;
        int bit = 0;
        bool ok = true;
        if (key.len == 5 && memcmp(key.at, "descr", 5) == 0) {
            bit = DESCR;
            ok = parse_descr(s, descr, &h->dtype, &h->swapped, 0);
        } else if (key.len == 13 && memcmp(key.at, "fortran_order", 13) == 0) {
            bit = ORDER;
            h->fortran = accept_word(s, "True");
            ok = h->fortran || accept_word(s, "False") || fail(s, "the NPY header's fortran_order isn't True or False");
        } else if (key.len == 5 && memcmp(key.at, "shape", 5) == 0) {
            bit = SHAPE;
            ok = parse_tuple(s, h->shape, &h->num_dims, &h->num_cells);
        } else {
            ok = fail(s, "the NPY header has the key '%.*s', which np.load refuses, too", (int)(key.len > 40 ? 40 : key.len),
                      key.at);
        }
        if (ok && (seen & bit))
            ok = fail(s, "the NPY header has the key '%.*s' twice", (int)key.len, key.at);
        if (!ok)
            return false;
        seen |= bit;
        if (!accept(s, ',')) {
            if (!expect(s, '}'))
                return false;
            break;
        }
    }
    if (s->p != s->end)
        return fail(s, "the NPY header has something behind its dict");
    return seen == (DESCR | ORDER | SHAPE) || fail(s, "the NPY header lacks descr, fortran_order or shape");
}

/* A shape we don't draw; *ok otherwise. */
static bool drawable_shape(struct parser *s, struct npy_header *h)
{
    if (h->num_dims == 0)
        return fail(s, "a single number (shape ()) isn't drawn: send np.atleast_1d(a)");
    if (h->num_dims > FRAME_MAX_DIMS)
        return fail(s, "an array of %d dimensions: %d at most", h->num_dims, FRAME_MAX_DIMS);
    h->many_dims = h->num_dims > 3 && h->num_cells > 0;
    if (h->num_dims > 3)
        return fail(s, "an array of %d dimensions isn't drawn: send 1-D rows, 2-D frames or 3-D sequences", h->num_dims);
    return h->num_cells > 0 || fail(s, "an array with a dimension of 0 has nothing to draw");
}

enum hs_status npy_header_parse(const uint8_t *bytes, size_t len, struct npy_header *out, bool *known_length, char *why,
                                size_t why_size)
{
    size_t size;
    *out = (struct npy_header){0};
    *known_length = false;
    enum hs_status status = npy_header_size(bytes, len, &size, why, why_size);
    if (status != HS_OK)
        return status;
    size_t prefix = bytes[6] == 1 ? 10 : NPY_PREFIX_BYTES;
    struct parser s = {(const char *)bytes + prefix, (const char *)bytes + size, why, why_size, &out->fields};
    if (len < size) {
        fail(&s, "the NPY header is cut short: %zu of %zu bytes", len, size);
        return HS_ERR_FORMAT;
    }
    struct descr descr = {0};
    if (!parse_dict(&s, out, &descr))
        return HS_ERR_FORMAT;
    if (!descr.known_bytes) {
        explain_dtype(&s, &descr);
        return HS_ERR_FORMAT;
    }
    out->structured = descr.structured;
    out->item_bytes = descr.bytes;
    if (!mem_mul_i64(out->num_cells, descr.bytes, &out->payload_bytes)) {
        fail(&s, "the size of the array overflows");
        return HS_ERR_FORMAT;
    }
    *known_length = true;
    if (!descr.simple) {
        explain_dtype(&s, &descr);
        return HS_ERR_UNSUPPORTED;
    }
    return drawable_shape(&s, out) ? HS_OK : HS_ERR_UNSUPPORTED;
}
