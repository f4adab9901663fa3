/* Nice tick positions and their numbers.
 *
 * A tick is an integer times a power of ten: n * 10^k. Position and text are both made from that pair, the one by a correctly
 * rounded product, the other by writing the digits down, so they can't disagree and no printf rounding shows. Any thread; nothing
 * allocated. */
#include "plot/ticks_internal.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

double ticks_from_decimal(int64_t n, int k)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (k >= -22 && k <= 22 && n < (INT64_C(1) << 53) && n > -(INT64_C(1) << 53))
        return k < 0 ? (double)n / powers[-k] : (double)n * powers[k];
    char text[40];
    snprintf(text, sizeof(text), "%llde%d", (long long)n, k);
    return strtod(text, NULL); /* no decimal point in it: the same in every locale */
}

static int num_digits(int64_t n)
{
    int digits = 1;
    for (; n >= 10 || n <= -10; n /= 10)
        digits++;
    return digits;
}

/* The larger of the two ends' digit counts: n is ascending. */
int ticks_widest_digits(const struct decimals *d)
{
    int a = num_digits(d->n[0]), b = num_digits(d->n[d->num - 1]);
    return a > b ? a : b;
}

static bool all_zero(const struct decimals *d)
{
    for (int i = 0; i < d->num; i++)
        if (d->n[i])
            return false;
    return true;
}

static void strip_zeros(struct decimals *d)
{
    if (all_zero(d)) {
        d->k = 0;
        return;
    }
    for (;;) {
        for (int i = 0; i < d->num; i++)
            if (d->n[i] % 10)
                return;
        for (int i = 0; i < d->num; i++)
            d->n[i] /= 10;
        d->k++;
    }
}

/* "10⁻⁶" */
void ticks_append_power(char *out, size_t size, int exponent)
{
    static const char *const superscript[] = {"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                              "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
    char digits[16];
    snprintf(digits, sizeof(digits), "%d", abs(exponent));
    size_t len = strlen(out);
    len += (size_t)snprintf(out + len, size - len, "10%s", exponent < 0 ? "\u207b" : "");
    for (const char *c = digits; *c && len < size; c++)
        len += (size_t)snprintf(out + len, size - len, "%s", superscript[*c - '0']);
}

/* n * 10^k as plain digits with `places` decimals (places >= -k). */
void ticks_append_plain(char *out, size_t size, int64_t n, int k, int places)
{
    char digits[64], *end = digits + sizeof(digits) - 1, *c = end;
    uint64_t m = n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n;
    int exponent = -places;
    if (m == 0)
        k = exponent;
    *c = 0;
    while (c > digits + 1 && (exponent < k || m || exponent <= 0)) {
        char digit = exponent < k ? '0' : (char)('0' + m % 10);
        if (exponent >= k)
            m /= 10;
        if (exponent == 0 && places > 0)
            *--c = '.';
        *--c = digit;
        exponent++;
    }
    size_t len = strlen(out);
    snprintf(out + len, size - len, "%s%s", n < 0 ? MINUS : "", c);
}

void ticks_append(char *out, size_t size, const char *text)
{
    size_t len = strlen(out);
    snprintf(out + len, size - len, "%s", text);
}

/* The common offset with its sign, "+12.5" or "−1.2×10⁹". */
static void append_offset(char *out, size_t size, int64_t n, int k)
{
    while (n && n % 10 == 0) {
        n /= 10;
        k++;
    }
    int digits = num_digits(n), exponent = k + digits - 1;
    if (n > 0)
        ticks_append(out, size, "+");
    if (exponent <= PLAIN_MAX_EXPONENT + 1 && exponent >= PLAIN_MIN_EXPONENT) {
        ticks_append_plain(out, size, n, k, k < 0 ? -k : 0);
        return;
    }
    if (n == -1 || n == 1) {
        ticks_append(out, size, n < 0 ? MINUS : "");
    } else {
        ticks_append_plain(out, size, n, -(digits - 1), digits - 1);
        ticks_append(out, size, TIMES);
    }
    ticks_append_power(out, size, exponent);
}

/* The roundest number a little below (or among) the ticks; what is left of them is at most ten times their span. */
static int64_t split_offset(struct decimals *d)
{
    int64_t first = d->n[0], last = d->n[d->num - 1], span = last - first > 0 ? last - first : 1;
    int64_t low = first - 9 * span, high = last + span;
    for (int64_t unit = INT64_C(1000000000000000000); unit > 1; unit /= 10) {
        int64_t at = low / unit * unit;
        if (at < low)
            at += unit;
        if (at > high)
            continue;
        int64_t next = at;
        while (next <= first - unit) /* the nearest one below, of those equally round: at most some tens of steps */
            next += unit;
        for (int i = 0; i < d->num; i++)
            d->n[i] -= next;
        return next;
    }
    return 0;
}

static int floor3(int e) { return (e >= 0 ? e : e - 2) / 3 * 3; }

/* own_places: every label with as many decimals as it needs itself, where steps differ. */
void ticks_write_labels(struct ticks *t, struct decimals *d, int max_digits, bool own_places)
{
    strip_zeros(d);
    int k = d->k, factor = 0;
    int64_t offset = 0;
    if (!all_zero(d) && ticks_widest_digits(d) > max_digits) {
        offset = split_offset(d);
        strip_zeros(d);
    }
    int exponent = all_zero(d) ? 0 : d->k + ticks_widest_digits(d) - 1;
    int max_exponent = max_digits == INTEGER_DIGITS ? INTEGER_DIGITS - 1 : PLAIN_MAX_EXPONENT;
    if (exponent > max_exponent || exponent < PLAIN_MIN_EXPONENT) {
        factor = floor3(exponent);
        if (d->k - factor > 1) /* 1 2 3 rather than 100 200 300 */
            factor = exponent;
    }
    for (int i = 0; i < d->num; i++) {
        int64_t n = d->n[i];
        int shown = d->k - factor;
        for (; own_places && shown < 0 && n % 10 == 0; shown++)
            n /= 10;
        t->text[i][0] = 0;
        ticks_append_plain(t->text[i], sizeof(t->text[i]), n, shown, shown < 0 ? -shown : 0);
    }
    t->offset[0] = 0;
    if (factor) {
        ticks_append(t->offset, sizeof(t->offset), TIMES);
        ticks_append_power(t->offset, sizeof(t->offset), factor);
    }
    if (offset) {
        if (factor)
            ticks_append(t->offset, sizeof(t->offset), " ");
        append_offset(t->offset, sizeof(t->offset), offset, k);
    }
}

/* One tick at v, written with at most seven digits. */
static void single(struct ticks *t, double v)
{
    char text[40];
    snprintf(text, sizeof(text), "%.6e", v);
    char *e = strchr(text, 'e');
    struct decimals d = {.num = 1, .k = atoi(e + 1) - 6};
    for (char *c = text; c < e; c++)
        if (*c >= '0' && *c <= '9')
            d.n[0] = d.n[0] * 10 + (*c - '0');
    if (v < 0)
        d.n[0] = -d.n[0];
    t->num = 1;
    t->at[0] = v;
    ticks_write_labels(t, &d, PLAIN_DIGITS, false);
}

/* The multiples of m * 10^k in the range into d (at most TICKS_MAX); the number there are. */
static int64_t collect(struct decimals *d, const struct range *r, int m, int k)
{
    double step = ticks_from_decimal(m, k);
    double first = ceil(r->lo / step - 1e-6), last = floor(r->hi / step + 1e-6);
    d->num = 0;
    d->k = k;
    if (last - first > 1e6)
        return 1000000;
    for (int64_t i = (int64_t)first; i <= (int64_t)last; i++) {
        double at = ticks_from_decimal(i * m, k);
        if (at < r->lo - r->tolerance || at > r->hi + r->tolerance)
            continue;
        if (d->num == TICKS_MAX)
            return TICKS_MAX + 1;
        d->n[d->num++] = i * m;
    }
    return d->num;
}

static void thin(struct decimals *d, int max_num)
{
    int every = (d->num + max_num - 1) / max_num, num = 0;
    for (int i = every / 2; i < d->num; i += every)
        d->n[num++] = d->n[i];
    d->num = num;
}

/* The finest allowed step that gives at most max_num ticks. */
void ticks_choose(struct decimals *d, const struct range *r, int max_num, bool integers)
{
    static const int mantissas[] = {10, 20, 25, 50}; /* times 10^(k-1) */
    double size = fmax(fabs(r->lo), fabs(r->hi));
    double least = fmax(r->hi / (max_num + 1) - r->lo / (max_num + 1), size * 1e-15); /* finer steps are lost in rounding */
    if (integers)
        least = fmax(least, 1);
    int k = least < 1e308 ? (int)floor(log10(least)) - 1 : 307;
    if (integers && k < 0)
        k = 0;
    struct decimals finer = {0};
    for (; k < 310; k++)
        for (int i = 0; i < 4; i++) {
            int m = mantissas[i], e = k - 1;
            if ((integers && e < 0 && m % 10) || ticks_from_decimal(m, e) < least * 0.999)
                continue;
            int64_t num = m % 10 ? collect(d, r, m, e) : collect(d, r, m / 10, e + 1);
            if (num > 0 && num <= max_num)
                return;
            if (num == 0 && finer.num > 0) {
                *d = finer;
                thin(d, max_num);
                return;
            }
            if (num == 0 && ticks_from_decimal(m, e) > 4 * size)
                return;
            if (num <= TICKS_MAX)
                finer = *d;
        }
}

/* In order, with room between them; false: too narrow to tell ends apart, or not finite. */
bool ticks_range_make(struct range *r, double lo, double hi)
{
    *r = (struct range){fmin(lo, hi), fmax(lo, hi), 0};
    double span = r->hi / 2 - r->lo / 2;
    r->tolerance = span * 1e-9;
    return isfinite(lo) && isfinite(hi) && span > 4e-16 * fmax(fabs(r->lo), fabs(r->hi)) && span >= 1e-307;
}

void ticks_finish(struct ticks *t, struct decimals *d, const struct range *r, int max_digits, bool own_places)
{
    t->num = d->num;
    for (int i = 0; i < d->num; i++)
        t->at[i] = fmin(fmax(ticks_from_decimal(d->n[i], d->k), r->lo), r->hi);
    if (d->num)
        ticks_write_labels(t, d, max_digits, own_places);
}

void ticks_clear(struct ticks *t)
{
    t->num = t->num_minor = 0;
    t->offset[0] = 0;
}

void ticks_linear(struct ticks *t, double lo, double hi, int max_num, bool integers)
{
    ticks_clear(t);
    if (!isfinite(lo) || !isfinite(hi) || max_num < 1)
        return;
    struct range r;
    if (!ticks_range_make(&r, lo, hi)) {
        if (!integers || floor(lo) == lo)
            single(t, lo);
        return;
    }
    struct decimals d = {0};
    ticks_choose(&d, &r, max_num < TICKS_MAX ? max_num : TICKS_MAX, integers);
    ticks_finish(t, &d, &r, integers ? INTEGER_DIGITS : PLAIN_DIGITS, false);
}
