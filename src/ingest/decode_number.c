/* Decimal text to the nearest double, independent of the process's locale. Nearly all numbers take one exact multiplication or
 * division (Clinger): in double for up to 2^53, in 80-bit long double for up to 19 digits, where the second rounding (64 to 53
 * bits) can only go wrong if the first ended on a tie; what is left goes to strtod_l. */
#include "ingest/decode_internal.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_DIGITS = 19, MAX_TOKEN = 512 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool parse_word(const char **p, const char *end, bool negative, double *out)
{
    static const struct {
        const char *word;
        double value;
    } words[] = {{"infinity", INFINITY}, {"inf", INFINITY}, {"nan", NAN}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i].word);
        if ((size_t)(end - *p) >= len && strncasecmp(*p, words[i].word, len) == 0) {
            *p += len;
            *out = negative ? -words[i].value : words[i].value;
            return true;
        }
    }
    return false;
}

/* mantissa * 10^exponent, when one operation gives the correctly rounded result. */
static bool fast_product(uint64_t mantissa, int exponent, double *out)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (mantissa <= (uint64_t)1 << 53 && exponent >= -22 && exponent <= 22) {
        *out = exponent < 0 ? (double)mantissa / powers[-exponent] : (double)mantissa * powers[exponent];
        return true;
    }
#if LDBL_MANT_DIG == 64
    static const long double long_powers[] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,
                                              1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L,
                                              1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
    if (exponent >= -27 && exponent <= 27) {
        long double m = (long double)mantissa;
        long double v = exponent < 0 ? m / long_powers[-exponent] : m * long_powers[exponent];
        uint64_t bits;
        memcpy(&bits, &v, 8);
        *out = (double)v;
        return (bits & 0x7ff) != 0x400;
    }
#endif
    return false;
}

static bool slow_number(const char *begin, const char *end, void *c_locale, double *out)
{
    char token[MAX_TOKEN];
    size_t len = (size_t)(end - begin);
    if (len >= sizeof token)
        return false;
    memcpy(token, begin, len);
    token[len] = 0;
    char *comma = strchr(token, ',');
    if (comma)
        *comma = '.';
    *out = strtod_l(token, NULL, (locale_t)c_locale);
    return true;
}

/* Digits read so far: mantissa * 10^exponent, but for the digits behind the 19th. */
struct decimal {
    uint64_t mantissa;
    int digits, exponent; /* digits: without leading zeros; over MAX_DIGITS when some were left out */
    bool any;
};

static const char *read_digits(struct decimal *n, const char *c, const char *end, bool fraction)
{
    for (; c < end && is_digit(*c); c++) {
        n->any = true;
        if (n->digits < MAX_DIGITS) {
            n->mantissa = n->mantissa * 10 + (uint64_t)(*c - '0');
            n->digits += n->mantissa != 0;
            n->exponent -= fraction;
        } else {
            n->digits = MAX_DIGITS + 1;
            n->exponent += !fraction;
        }
    }
    return c;
}

/* An 'e' without digits behind it is left where it is. */
static const char *read_exponent(struct decimal *n, const char *c, const char *end)
{
    const char *e = c + 1;
    if (c == end || (*c != 'e' && *c != 'E'))
        return c;
    bool minus = e < end && *e == '-';
    if (e < end && (*e == '-' || *e == '+'))
        e++;
    if (e == end || !is_digit(*e))
        return c;
    int value = 0;
    for (; e < end && is_digit(*e); e++)
        value = value < 100000 ? value * 10 + (*e - '0') : value;
    n->exponent += minus ? -value : value;
    return e;
}

bool decode_number(const char **p, const char *end, char point, void *c_locale, double *out)
{
    const char *begin = *p, *c = begin;
    bool negative = c < end && *c == '-';
    if (c < end && (*c == '-' || *c == '+'))
        c++;
    if (c < end && (*c | 0x20) >= 'a') {
        if (!parse_word(&c, end, negative, out))
            return false;
        *p = c;
        return true;
    }
    struct decimal n = {0};
    c = read_digits(&n, c, end, false);
    if (c < end && (*c == '.' || *c == point))
        c = read_digits(&n, c + 1, end, true);
    if (!n.any)
        return false;
    c = read_exponent(&n, c, end);
    if (n.mantissa == 0)
        *out = 0;
    else if (n.digits > MAX_DIGITS || !fast_product(n.mantissa, n.exponent, out)) {
        if (!slow_number(begin, c, c_locale, out))
            return false;
        negative = false; /* the sign was read with it */
    }
    if (negative)
        *out = -*out;
    *p = c;
    return true;
}
