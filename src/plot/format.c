/* Python's format specifications. A number is first made the text of its magnitude (the body), then sign, thousands and filling go
 * round it. Bodies of everyday numbers are made from one integer, value times a power of ten, when rounding it can't go wrong; all
 * others by printf with formats of our own, which rounds correctly and takes five times as long. Any thread. */
#include "plot/format.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WIDTH = 64, MAX_PRECISION = 100, BODY = 448 };

static const double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* --- reading a specification --- */

static size_t char_bytes(const char *s)
{
    size_t n = *s != 0;
    while (n && n < 4 && ((unsigned char)s[n] & 0xc0) == 0x80)
        n++;
    return n;
}

static bool is_align(char c)
{
    return c && strchr("<>^=", c);
}

/* Digits at *p, at most `most`. */
static bool read_number(const char **p, int most, int *out)
{
    int v = 0;
    for (; **p >= '0' && **p <= '9'; (*p)++) {
        v = v * 10 + (**p - '0');
        if (v > most)
            return false;
    }
    *out = v;
    return true;
}

static void read_fill_and_align(const char **p, struct number_format *f, bool *filled)
{
    size_t n = char_bytes(*p);
    *filled = n && is_align((*p)[n]);
    if (*filled) {
        memcpy(f->fill, *p, n);
        f->fill[n] = 0;
        f->align = (*p)[n];
        *p += n + 1;
    } else if (is_align(**p))
        f->align = *(*p)++;
}

static bool fail(char *why, size_t size, const char *spec, const char *reason)
{
    char shown[81];
    snprintf(shown, sizeof shown, "%s", spec);
    for (char *c = shown; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' '; /* one line */
    snprintf(why, size, "'%s' is no format: %s", shown, reason);
    return false;
}

/* Everything up to the type; NULL: the text of what is wrong is in *reason. */
static const char *read_parts(const char *p, struct number_format *f, const char **reason)
{
    bool filled;
    read_fill_and_align(&p, f, &filled);
    if (*p && strchr("+- ", *p))
        f->sign = *p++;
    f->no_negative_zero = *p == 'z';
    p += f->no_negative_zero;
    f->alternate = *p == '#';
    p += f->alternate;
    if (*p == '0' && !filled) {
        f->fill[0] = '0';
        f->align = f->align ? f->align : '=';
        p++;
    }
    *reason = "a width is at most 64";
    if (!read_number(&p, MAX_WIDTH, &f->width))
        return NULL;
    if (*p == ',' || *p == '_')
        f->grouping = *p++;
    if (*p == '.') {
        p++;
        *reason = "digits must follow the point";
        if (*p < '0' || *p > '9')
            return NULL;
        *reason = "a precision is at most 100";
        if (!read_number(&p, MAX_PRECISION, &f->precision))
            return NULL;
    }
    return p;
}

bool format_parse(const char *text, struct number_format *out, char *why, size_t why_size)
{
    char spec[128];
    struct number_format f = {.fill = " ", .sign = '-', .precision = -1};
    const char *reason = "too long";
    snprintf(spec, sizeof spec, "%s", text ? text : "");
    size_t len = strlen(spec);
    if (text && strlen(text) != len)
        return fail(why, why_size, spec, reason);
    const char *p = spec;
    if (len >= 2 && spec[0] == '{' && spec[len - 1] == '}' && (len == 2 || spec[1] == ':')) {
        spec[len - 1] = 0;
        p += len == 2 ? 1 : 2;
    }
    p = read_parts(p, &f, &reason);
    if (!p)
        return fail(why, why_size, spec, reason);
    if (*p)
        f.type = *p++;
    if (*p || (f.type && !strchr("deEfFgG%ns", f.type)))
        return fail(why, why_size, spec, "Python's are meant, as in .2f, .3g, d, +.1e, ,d, .0%");
    if (f.type == 'd' && f.precision >= 0)
        return fail(why, why_size, spec, "d has no precision");
    if ((f.type == 'n' || f.type == 's') && f.grouping)
        return fail(why, why_size, spec, "n and s have no thousands");
    *out = f;
    return true;
}

/* --- the parts round a body --- */

static size_t put(char *out, size_t out_size, size_t at, const char *text, size_t len)
{
    if (at < out_size)
        memcpy(out + at, text, len < out_size - at ? len : out_size - at);
    return at + len;
}

static size_t put_fill(char *out, size_t out_size, size_t at, const struct number_format *f, int num)
{
    size_t bytes = strlen(f->fill);
    for (int i = 0; i < num; i++)
        at = put(out, out_size, at, f->fill, bytes);
    return at;
}

static size_t end(char *out, size_t out_size, size_t len)
{
    if (!out_size)
        return 0;
    len = len < out_size ? len : out_size - 1;
    out[len] = 0;
    return len;
}

/* Digits with a separator before every third from the right, with zeros in front up to min_width characters. */
static size_t group(const char *digits, size_t num, char separator, size_t min_width, char *out)
{
    char reversed[BODY];
    size_t len = 0;
    for (size_t i = 0; len + 2 < sizeof reversed && (i < num || len < min_width); i++) {
        if (i && i % 3 == 0)
            reversed[len++] = separator;
        reversed[len++] = i < num ? digits[num - 1 - i] : '0';
    }
    for (size_t i = 0; i < len; i++)
        out[i] = reversed[len - 1 - i];
    return len;
}

/* Sign, thousands and filling for the body of a number. */
static size_t finish(const struct number_format *f, bool negative, const char *body, size_t len, char *out, size_t out_size)
{
    char grouped[2 * BODY];
    char sign = negative ? '-' : f->sign == '-' ? 0 : f->sign;
    size_t num_digits = strspn(body, "0123456789");
    if (f->grouping && num_digits) {
        bool zeros = f->align == '=' && strcmp(f->fill, "0") == 0;
        size_t rest = len - num_digits, used = rest + (sign != 0);
        size_t min_width = zeros && (size_t)f->width > used ? (size_t)f->width - used : 0;
        size_t n = group(body, num_digits, f->grouping, min_width, grouped);
        memcpy(grouped + n, body + num_digits, rest);
        body = grouped;
        len = n + rest;
    }
    int missing = f->width - (int)len - (sign != 0);
    if (missing <= 0 && !sign) {
        if (len < out_size) { /* nearly always */
            memcpy(out, body, len);
            out[len] = 0;
            return len;
        }
        return end(out, out_size, put(out, out_size, 0, body, len));
    }
    missing = missing > 0 ? missing : 0;
    char align = f->align ? f->align : '>';
    int before = align == '>' ? missing : align == '^' ? missing / 2 : 0, between = align == '=' ? missing : 0;
    size_t at = put_fill(out, out_size, 0, f, before);
    if (sign)
        at = put(out, out_size, at, &sign, 1);
    at = put_fill(out, out_size, at, f, between);
    at = put(out, out_size, at, body, len);
    return end(out, out_size, put_fill(out, out_size, at, f, missing - before - between));
}

/* --- bodies --- */

static size_t write_digits(uint64_t v, char *out)
{
    char reversed[20];
    size_t n = 0;
    do
        reversed[n++] = (char)('0' + v % 10);
    while (v /= 10);
    for (size_t i = 0; i < n; i++)
        out[i] = reversed[n - 1 - i];
    out[n] = 0;
    return n;
}

/* *out: the integer nearest to a * 10^places, where that is beyond doubt: the product's error is far smaller than its distance from
 * a half. */
static bool scale(double a, int places, uint64_t *out)
{
    if (places < -22 || places > 22)
        return false;
    double y = places < 0 ? a / POWERS[-places] : a * POWERS[places];
    if (!(y < 1e15))
        return false;
    double whole = floor(y), rest = y - whole;
    if (fabs(rest - 0.5) <= y * 1e-15)
        return false;
    *out = (uint64_t)whole + (rest > 0.5);
    return true;
}

/* digits with a point before the last `places`. */
static size_t write_fixed(uint64_t digits, int places, char *out)
{
    char text[24];
    size_t n = write_digits(digits, text), whole = n > (size_t)places ? n - (size_t)places : 0, at = 0;
    if (!whole)
        out[at++] = '0';
    memcpy(out + at, text, whole);
    at += whole;
    if (places) {
        out[at++] = '.';
        for (size_t i = n; i < (size_t)places; i++)
            out[at++] = '0';
        memcpy(out + at, text + whole, n - whole);
        at += n - whole;
    }
    out[at] = 0;
    return at;
}

static size_t write_exponent(int exponent, char letter, char *out)
{
    size_t at = 0;
    out[at++] = letter;
    out[at++] = exponent < 0 ? '-' : '+';
    exponent = abs(exponent);
    if (exponent < 10)
        out[at++] = '0';
    return at + write_digits((uint64_t)exponent, out + at);
}

static size_t fixed(double a, int places, bool point, char *out)
{
    uint64_t digits;
    if (places <= 15 && !point && scale(a, places, &digits))
        return write_fixed(digits, places, out);
    return (size_t)snprintf(out, BODY, point ? "%#.*f" : "%.*f", places, a);
}

static int exponent_of(double a)
{
    int e = 0;
    if (a >= 1)
        for (; e < 22 && a >= POWERS[e + 1]; e++)
            ;
    else
        for (e = -1; e > -22 && a * POWERS[-e] < 1; e--)
            ;
    return e;
}

/* num_digits significant ones of a > 0: *digits * 10^(*exponent - num_digits + 1). */
static bool significant(double a, int num_digits, uint64_t *digits, int *exponent)
{
    if (!(a >= 1e-15 && a < 1e15) || num_digits > 15)
        return false;
    *exponent = exponent_of(a);
    if (!scale(a, num_digits - 1 - *exponent, digits))
        return false;
    if ((double)*digits >= POWERS[num_digits]) { /* 9.99 */
        *digits /= 10;
        ++*exponent;
    }
    return (double)*digits >= POWERS[num_digits - 1];
}

static size_t scientific(double a, int places, char letter, bool point, char *out)
{
    uint64_t digits;
    int exponent;
    if (!point && places < 15 && significant(a, places + 1, &digits, &exponent)) {
        size_t n = write_fixed(digits, places, out);
        return n + write_exponent(exponent, letter, out + n);
    }
    size_t n = (size_t)snprintf(out, BODY, point ? "%#.*e" : "%.*e", places, a);
    char *e = strchr(out, 'e');
    if (e)
        *e = letter;
    return n;
}

/* With the zeros that "#" keeps. glibc 2.36 drops some of them ("%#.6g" of 999999.5). */
static size_t general_with_zeros(double a, int num_digits, char letter, char *out)
{
    char text[BODY];
    snprintf(text, sizeof text, "%.*e", num_digits - 1, a);
    int exponent = atoi(strchr(text, 'e') + 1);
    if (exponent < -4 || exponent >= num_digits)
        return scientific(a, num_digits - 1, letter, true, out);
    return fixed(a, num_digits - 1 - exponent, true, out);
}

static size_t general(double a, int num_digits, char letter, bool keep_zeros, char *out)
{
    uint64_t digits;
    int exponent;
    num_digits = num_digits ? num_digits : 1;
    if (keep_zeros)
        return general_with_zeros(a, num_digits, letter, out);
    if (!significant(a, num_digits, &digits, &exponent)) {
        size_t n = (size_t)snprintf(out, BODY, "%.*g", num_digits, a);
        char *e = strchr(out, 'e');
        if (e)
            *e = letter;
        return n;
    }
    int places = num_digits - 1;
    while (places && digits % 10 == 0) {
        digits /= 10;
        places--;
    }
    if (exponent < -4 || exponent >= num_digits) {
        size_t n = write_fixed(digits, places, out);
        return n + write_exponent(exponent, letter, out + n);
    }
    for (; places < exponent; places++)
        digits *= 10;
    return write_fixed(digits, places - exponent, out);
}

static bool reads_back(double a, const char *text, enum format_digits kept)
{
    if (kept == FORMAT_SINGLE)
        return strtof(text, NULL) == (float)a;
    if (kept == FORMAT_DOUBLE)
        return strtod(text, NULL) == a;
    int exponent;
    frexp(a, &exponent); /* half a step of 11 significant bits, or of the denormals */
    return fabs(strtod(text, NULL) - a) < ldexp(1, (exponent < -13 ? -13 : exponent) - 12);
}

/* Python's repr: the fewest digits that read back the same, with an exponent from 10^16 on; or num_digits of them, with one from the
 * last digit on. */
static size_t plain(double a, int num_digits, enum format_digits kept, bool point, char *out)
{
    char text[BODY];
    bool shortest = num_digits < 0;
    int first = kept == FORMAT_DOUBLE && a > 1e-300 ? 15 : kept == FORMAT_SINGLE && a > 1e-37 ? 6 : 1; /* denormals have fewer */
    num_digits = shortest ? first : num_digits ? num_digits : 1;
    for (;; num_digits++) {
        snprintf(text, sizeof text, "%.*e", num_digits - 1, a);
        if (!shortest || num_digits >= 17 || reads_back(a, text, kept))
            break;
    }
    int exponent = atoi(strchr(text, 'e') + 1), num = 0;
    char digits[BODY];
    for (const char *c = text; *c != 'e'; c++)
        if (*c != '.')
            digits[num++] = *c;
    while (num > 1 && digits[num - 1] == '0' && !(point && !shortest))
        num--;
    size_t at = 0;
    if (exponent < -4 || exponent >= (shortest ? 16 : num_digits - 1)) {
        out[at++] = digits[0];
        if (num > 1 || point)
            out[at++] = '.';
        memcpy(out + at, digits + 1, (size_t)num - 1);
        at += (size_t)num - 1;
        return at + write_exponent(exponent, 'e', out + at);
    }
    int place = exponent < 0 ? exponent : 0;
    for (; place < num || place <= exponent + 1; place++) { /* at least one behind the point */
        if (place == exponent + 1)
            out[at++] = '.';
        out[at++] = place < 0 || place >= num ? '0' : digits[place];
    }
    out[at] = 0;
    return at;
}

static size_t body_of(const struct number_format *f, double a, enum format_digits kept, char *out)
{
    int precision = f->precision < 0 ? 6 : f->precision;
    switch (f->type) {
    case 'd': return fixed(a, 0, false, out);
    case 'e': return scientific(a, precision, 'e', f->alternate, out);
    case 'E': return scientific(a, precision, 'E', f->alternate, out);
    case 'f':
    case 'F': return fixed(a, precision, f->alternate, out);
    case '%': {
        size_t n = isfinite(a * 100) ? fixed(a * 100, precision, f->alternate, out) : (size_t)snprintf(out, BODY, "inf");
        out[n] = '%';
        out[n + 1] = 0;
        return n + 1;
    }
    case 'g':
    case 'n': return general(a, precision, 'e', f->alternate, out);
    case 'G': return general(a, precision, 'E', f->alternate, out);
    default: return plain(a, f->type == 's' ? -1 : f->precision, kept, f->alternate, out);
    }
}

size_t format_float(const struct number_format *f, double v, enum format_digits kept, char *out, size_t out_size)
{
    char body[BODY + 8];
    bool negative = signbit(v), capital = f->type == 'E' || f->type == 'F' || f->type == 'G';
    size_t len;
    if (isnan(v) || isinf(v)) {
        const char *word = isnan(v) ? (capital ? "NAN" : "nan") : capital ? "INF" : "inf";
        len = (size_t)snprintf(body, sizeof body, "%s%s", word, f->type == '%' ? "%" : "");
        negative = negative && !isnan(v);
    } else {
        len = body_of(f, fabs(v), kept, body);
        bool no_zero = f->no_negative_zero || f->type == 'd';
        if (negative && no_zero && body[0] != 'i' && strcspn(body, "123456789") == len)
            negative = false;
    }
    return finish(f, negative, body, len, out, out_size);
}

size_t format_integer(const struct number_format *f, bool negative, uint64_t magnitude, char *out, size_t out_size)
{
    char body[24];
    if (f->type && strchr("eEfFgG%", f->type))
        return format_float(f, negative ? -(double)magnitude : (double)magnitude, FORMAT_DOUBLE, out, out_size);
    return finish(f, negative && magnitude, body, write_digits(magnitude, body), out, out_size);
}

size_t format_words(const struct number_format *f, const char *utf8, char *out, size_t out_size)
{
    size_t len = 0, bytes;
    int num = 0, most = (!f->type || f->type == 's') && f->precision >= 0 ? f->precision : INT32_MAX;
    for (; num < most && (bytes = char_bytes(utf8 + len)); num++)
        len += bytes;
    int missing = f->width > num ? f->width - num : 0;
    int before = f->align == '>' || f->align == '=' ? missing : f->align == '^' ? missing / 2 : 0;
    size_t at = put_fill(out, out_size, 0, f, before);
    at = put(out, out_size, at, utf8, len);
    return end(out, out_size, put_fill(out, out_size, at, f, missing - before));
}
