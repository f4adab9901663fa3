/* Fields of structured NPY arrays: found by name while npy.c parses the header, read by offset while records arrive. Items have no
 * alignment, and any byte order. Any thread. */
#include "data/npy_fields.h"

#include "data/convert.h"
#include <ctype.h>
#include <math.h>
#include <string.h>

static const char *const names[NUM_FIELDS] = {
    [FIELD_DATA] = "data", [FIELD_ROW0] = "row0", [FIELD_COL0] = "col0", [FIELD_T_NS] = "t_ns", [FIELD_SEQ] = "seq",
    [FIELD_FRAME] = "frame", [FIELD_NTILES] = "ntiles", [FIELD_CHAN] = "chan", [FIELD_LEVEL] = "level",
    [FIELD_X] = "x", [FIELD_Y] = "y", [FIELD_W] = "w",
};

void npy_fields_add(struct npy_fields *f, const char *name, size_t len, const struct npy_field *field)
{
    for (int i = 0; i < NUM_FIELDS; i++) {
        if (strlen(names[i]) != len || memcmp(names[i], name, len) != 0)
            continue;
        if (!f->of[i].present)
            f->of[i] = *field;
        f->of[i].present = true;
        return;
    }
    if (!len || f->num_unknown == NPY_MAX_UNKNOWN_FIELDS)
        return;
    char *to = f->unknown[f->num_unknown++];
    for (size_t i = 0; i < len && i < NPY_FIELD_NAME_BYTES - 1; i++)
        to[i] = name[i] >= 0 && name[i] < ' ' ? '?' : name[i]; /* it will be printed */
}

/* Levenshtein's, of short names, whatever their case. */
static int edit_distance(const char *a, const char *b)
{
    int row[NPY_FIELD_NAME_BYTES + 1] = {0}, len = (int)strlen(b);
    for (int j = 0; j <= len; j++)
        row[j] = j;
    for (int i = 1; a[i - 1]; i++) {
        int corner = row[0];
        row[0] = i;
        for (int j = 1; j <= len; j++) {
            int change = corner + (tolower((unsigned char)a[i - 1]) != b[j - 1]), add = row[j] + 1, drop = row[j - 1] + 1;
            corner = row[j];
            row[j] = change < add ? change : add;
            row[j] = row[j] < drop ? row[j] : drop;
        }
    }
    return row[len];
}

/* Other words for the same, which no typing error explains. */
static bool is_alias(const char *name, enum npy_field_kind kind)
{
    static const struct {
        const char *name;
        enum npy_field_kind kind;
    } aliases[] = {
        {"r0", FIELD_ROW0},     {"c0", FIELD_COL0},     {"column", FIELD_COL0}, {"y0", FIELD_ROW0},    {"x0", FIELD_COL0},
        {"channel", FIELD_CHAN}, {"weight", FIELD_W},   {"time_ns", FIELD_T_NS},
    };
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (aliases[i].kind == kind && strcmp(aliases[i].name, name) == 0)
            return true;
    return false;
}

const char *npy_fields_meant(const struct npy_fields *f, const char *unknown, enum npy_field_kind first, enum npy_field_kind last)
{
    const char *meant = NULL;
    int best = NPY_FIELD_NAME_BYTES;
    for (int i = (int)first; i <= (int)last; i++) {
        int len = (int)strlen(names[i]), distance = edit_distance(unknown, names[i]);
        bool begins = len > 2 && strncmp(unknown, names[i], (size_t)len) == 0;
        bool near = is_alias(unknown, (enum npy_field_kind)i) || begins || distance <= len / 3;
        if (f->of[i].present || !near || distance >= best)
            continue;
        meant = names[i];
        best = distance;
    }
    return meant;
}

static int64_t to_integer(double v)
{
    if (isnan(v))
        return 0;
    v = floor(v);
    return v >= 0x1p63 ? INT64_MAX : v < -0x1p63 ? INT64_MIN : (int64_t)v;
}

int64_t npy_field_integer(const struct npy_field *f, const void *item)
{
    char bytes[8];
    memcpy(bytes, (const char *)item + f->offset, dtype_size(f->dtype));
    if (f->swapped)
        dtype_swap(f->dtype, bytes, 1);
    if (f->dtype == DTYPE_I8 || f->dtype == DTYPE_U8) { /* more digits than a double has */
        uint64_t v;
        memcpy(&v, bytes, sizeof v);
        return f->dtype == DTYPE_U8 && v > INT64_MAX ? INT64_MAX : (int64_t)v;
    }
    return to_integer(dtype_read(f->dtype, bytes));
}

void npy_field_doubles(const struct npy_field *f, const void *items, int64_t item_bytes, int num, double *out)
{
    enum { AT_ONCE = 512 };
    char swapped[AT_ONCE * 8];
    float narrow[AT_ONCE];
    size_t size = dtype_size(f->dtype);
    const char *p = (const char *)items + f->offset;
    for (int i = 0; i < num; i += AT_ONCE, p += item_bytes * AT_ONCE) {
        int n = num - i < AT_ONCE ? num - i : AT_ONCE;
        const char *from = p;
        int64_t stride = item_bytes;
        if (f->swapped) {
            for (int k = 0; k < n; k++)
                memcpy(swapped + (size_t)k * size, p + k * item_bytes, size);
            dtype_swap(f->dtype, swapped, (size_t)n);
            from = swapped;
            stride = (int64_t)size;
        }
        if (dtype_is_wide(f->dtype)) {
            convert_f64(f->dtype, from, stride, n, out + i);
            continue;
        }
        convert_f32(f->dtype, from, stride, n, narrow);
        for (int k = 0; k < n; k++)
            out[i + k] = (double)narrow[k];
    }
}
