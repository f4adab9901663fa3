/* Nice tick positions and their numbers.
 *
 * A tick is an integer times a power of ten: n * 10^k. Position and text are both made from that pair, the one by a correctly
 * rounded product, the other by writing the digits down, so they can't disagree and no printf rounding shows. Any thread; nothing
 * allocated. */
#include "plot/ticks.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUS "\u2212"
#define TIMES "\u00d7"

enum {
    PLAIN_DIGITS = 7,      /* more significant digits than this: an offset is split off */
    INTEGER_DIGITS = 10,   /* the same where only whole numbers (cell indices) are shown: those are worth reading in full */
    PLAIN_MAX_EXPONENT = 5,
    PLAIN_MIN_EXPONENT = -3,
};

struct decimals {
    int num, k;            /* tick i is n[i] * 10^k */
    int64_t n[TICKS_MAX];
};

static double from_decimal(int64_t n, int k)
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
static int widest_digits(const struct decimals *d)
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
static void append_power(char *out, size_t size, int exponent)
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
static void append_plain(char *out, size_t size, int64_t n, int k, int places)
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

static void append(char *out, size_t size, const char *text)
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
        append(out, size, "+");
    if (exponent <= PLAIN_MAX_EXPONENT + 1 && exponent >= PLAIN_MIN_EXPONENT) {
        append_plain(out, size, n, k, k < 0 ? -k : 0);
        return;
    }
    if (n == -1 || n == 1) {
        append(out, size, n < 0 ? MINUS : "");
    } else {
        append_plain(out, size, n, -(digits - 1), digits - 1);
        append(out, size, TIMES);
    }
    append_power(out, size, exponent);
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
static void write_labels(struct ticks *t, struct decimals *d, int max_digits, bool own_places)
{
    strip_zeros(d);
    int k = d->k, factor = 0;
    int64_t offset = 0;
    if (!all_zero(d) && widest_digits(d) > max_digits) {
        offset = split_offset(d);
        strip_zeros(d);
    }
    int exponent = all_zero(d) ? 0 : d->k + widest_digits(d) - 1;
    int max_exponent = max_digits == INTEGER_DIGITS ? INTEGER_DIGITS - 1 : PLAIN_MAX_EXPONENT;
    if (exponent > max_exponent || exponent < PLAIN_MIN_EXPONENT)
        factor = floor3(exponent);
    for (int i = 0; i < d->num; i++) {
        int64_t n = d->n[i];
        int shown = d->k - factor;
        for (; own_places && shown < 0 && n % 10 == 0; shown++)
            n /= 10;
        t->text[i][0] = 0;
        append_plain(t->text[i], sizeof(t->text[i]), n, shown, shown < 0 ? -shown : 0);
    }
    t->offset[0] = 0;
    if (factor) {
        append(t->offset, sizeof(t->offset), TIMES);
        append_power(t->offset, sizeof(t->offset), factor);
    }
    if (offset) {
        if (factor)
            append(t->offset, sizeof(t->offset), " ");
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
    write_labels(t, &d, PLAIN_DIGITS, false);
}

struct range {
    double lo, hi, tolerance;
};

/* The multiples of m * 10^k in the range into d (at most TICKS_MAX); the number there are. */
static int64_t collect(struct decimals *d, const struct range *r, int m, int k)
{
    double step = from_decimal(m, k);
    double first = ceil(r->lo / step - 1e-6), last = floor(r->hi / step + 1e-6);
    d->num = 0;
    d->k = k;
    if (last - first > 1e6)
        return 1000000;
    for (int64_t i = (int64_t)first; i <= (int64_t)last; i++) {
        double at = from_decimal(i * m, k);
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
static void choose(struct decimals *d, const struct range *r, int max_num, bool integers)
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
            if ((integers && e < 0 && m % 10) || from_decimal(m, e) < least * 0.999)
                continue;
            int64_t num = m % 10 ? collect(d, r, m, e) : collect(d, r, m / 10, e + 1);
            if (num > 0 && num <= max_num)
                return;
            if (num == 0 && finer.num > 0) {
                *d = finer;
                thin(d, max_num);
                return;
            }
            if (num == 0 && from_decimal(m, e) > 4 * size)
                return;
            if (num <= TICKS_MAX)
                finer = *d;
        }
}

/* In order, with room between them; false: too narrow to tell ends apart, or not finite. */
static bool range_make(struct range *r, double lo, double hi)
{
    *r = (struct range){fmin(lo, hi), fmax(lo, hi), 0};
    double span = r->hi / 2 - r->lo / 2;
    r->tolerance = span * 1e-9;
    return isfinite(lo) && isfinite(hi) && span > 4e-16 * fmax(fabs(r->lo), fabs(r->hi)) && span >= 1e-307;
}

static void finish(struct ticks *t, struct decimals *d, const struct range *r, int max_digits, bool own_places)
{
    t->num = d->num;
    for (int i = 0; i < d->num; i++)
        t->at[i] = fmin(fmax(from_decimal(d->n[i], d->k), r->lo), r->hi);
    if (d->num)
        write_labels(t, d, max_digits, own_places);
}

static void clear(struct ticks *t)
{
    t->num = t->num_minor = 0;
    t->offset[0] = 0;
}

void ticks_linear(struct ticks *t, double lo, double hi, int max_num, bool integers)
{
    clear(t);
    if (!isfinite(lo) || !isfinite(hi) || max_num < 1)
        return;
    struct range r;
    if (!range_make(&r, lo, hi)) {
        if (!integers || floor(lo) == lo)
            single(t, lo);
        return;
    }
    struct decimals d = {0};
    choose(&d, &r, max_num < TICKS_MAX ? max_num : TICKS_MAX, integers);
    finish(t, &d, &r, integers ? INTEGER_DIGITS : PLAIN_DIGITS, false);
}

/* The number of fewest digits in [lo, hi], ending in 5 or an even digit rather than others. */
static void roundest(double lo, double hi, int64_t *n, int *k)
{
    *k = (int)floor(log10(fmax(fabs(lo), fabs(hi)))) + 1;
    for (;; --*k) {
        double unit = from_decimal(1, *k), first = ceil(lo / unit), last = floor(hi / unit);
        if (first > last && fabs(lo) / unit < 1e15)
            continue;
        *n = (int64_t)first;
        for (int64_t i = (int64_t)first; i <= (int64_t)last && i < (int64_t)first + 10; i++) {
            int rank = i % 5 == 0 ? 2 : i % 2 == 0, best = *n % 5 == 0 ? 2 : *n % 2 == 0;
            if (rank > best)
                *n = i;
        }
        return;
    }
}

/* Put n * 10^k in its place; false when that takes more digits than labels should have. */
static bool insert(struct decimals *d, int64_t n, int k)
{
    struct decimals e = *d;
    for (; e.k > k; e.k--) {
        if (widest_digits(&e) >= PLAIN_DIGITS)
            return false;
        for (int i = 0; i < e.num; i++)
            e.n[i] *= 10;
    }
    for (; k > e.k; k--)
        n *= 10;
    int at = e.num++;
    for (; at > 0 && e.n[at - 1] > n; at--)
        e.n[at] = e.n[at - 1];
    e.n[at] = n;
    *d = e;
    return at == 0 || d->n[at - 1] != n;
}

/* Even steps, and where the norm stretches one of them, round numbers within it: 0 0.2 1 5 10 20 40 60 80 100. */
static void ticks_power(struct ticks *t, const struct norm *n, const struct range *r, int max_num)
{
    struct decimals d = {0};
    bool curved = n->gamma < 0.8 || n->gamma > 1.25;
    choose(&d, r, curved && max_num > 3 ? max_num * 2 / 3 : max_num, false);
    while (d.num >= 2 && d.num < max_num) {
        double widest = 0, from = 0;
        for (int i = 1; i < d.num; i++) {
            double a = norm_forward(n, from_decimal(d.n[i - 1], d.k)), b = norm_forward(n, from_decimal(d.n[i], d.k));
            if (b - a > widest) {
                widest = b - a;
                from = a;
            }
        }
        int64_t digits;
        int k;
        double lo = norm_inverse(n, from + widest * 0.3), hi = norm_inverse(n, from + widest * 0.7);
        if (widest < 2.2 / max_num || !(lo < hi))
            break;
        roundest(lo, hi, &digits, &k);
        if (!insert(&d, digits, k))
            break;
    }
    clear(t);
    finish(t, &d, r, PLAIN_DIGITS, true);
}

static void log_label(char *out, size_t size, int mantissa, int exponent, bool plain)
{
    out[0] = 0;
    if (plain) {
        append_plain(out, size, mantissa, exponent, exponent < 0 ? -exponent : 0);
        return;
    }
    if (mantissa != 1) {
        append_plain(out, size, mantissa, 0, 0);
        append(out, size, TIMES);
    }
    append_power(out, size, exponent);
}

/* mantissas[] times every `every`-th power of ten in [lo, hi]; false when there are more than max_num. */
static bool log_try(struct ticks *t, double lo, double hi, int max_num, const int *mantissas, int num_mantissas, int every)
{
    int first = (int)floor(log10(lo)) - 1, last = (int)ceil(log10(hi)) + 1;
    bool plain = lo >= 0.9e-3 && hi < 1.1e4;
    t->num = 0;
    for (int e = first; e <= last; e++) {
        if (e % every)
            continue;
        for (int i = 0; i < num_mantissas; i++) {
            double at = from_decimal(mantissas[i], e);
            if (at < lo * (1 - 1e-9) || at > hi * (1 + 1e-9))
                continue;
            if (t->num == max_num)
                return false;
            t->at[t->num] = fmin(fmax(at, lo), hi);
            log_label(t->text[t->num++], sizeof(t->text[0]), mantissas[i], e, plain);
        }
    }
    return true;
}

static void log_minor(struct ticks *t, double lo, double hi)
{
    for (int e = (int)floor(log10(lo)) - 1; e <= (int)ceil(log10(hi)); e++)
        for (int m = 2; m <= 9; m++) {
            double at = from_decimal(m, e);
            bool major = false;
            for (int i = 0; i < t->num; i++)
                major |= fabs(t->at[i] - at) <= at * 1e-9;
            if (at < lo || at > hi || major)
                continue;
            if (t->num_minor == TICKS_MAX) {
                t->num_minor = 0; /* too many decades for them */
                return;
            }
            t->minor[t->num_minor++] = at;
        }
}

static void ticks_log(struct ticks *t, double lo, double hi, int max_num)
{
    static const int ones[] = {1}, ones_threes[] = {1, 3}, ones_twos_fives[] = {1, 2, 5};
    double decades = log10(hi) - log10(lo);
    bool done = decades < 3 && (log_try(t, lo, hi, max_num, ones_twos_fives, 3, 1) ||
                                       log_try(t, lo, hi, max_num, ones_threes, 2, 1));
    for (int every = 1; !done; every++)
        done = log_try(t, lo, hi, max_num, ones, 1, every);
    if (max_num > t->num && ((t->num < 2 && decades < 1.5) || (t->num < 4 && decades < 1))) {
        ticks_linear(t, lo, hi, max_num, false);
        return;
    }
    log_minor(t, lo, hi);
}

void ticks_norm(struct ticks *t, const struct norm *n, int max_num)
{
    double lo = fmin(n->vmin, n->vmax), hi = fmax(n->vmin, n->vmax);
    struct range r;
    bool wide = range_make(&r, n->vmin, n->vmax);
    if (max_num > TICKS_MAX)
        max_num = TICKS_MAX;
    clear(t);
    if (max_num < 1 || (n->kind == NORM_LOG && !(hi > 0))) /* nothing in its domain */
        return;
    if (n->kind == NORM_LOG && lo <= 0)
        lo = hi;
    if (wide && n->kind == NORM_LOG && lo < hi)
        ticks_log(t, lo, hi, max_num);
    else if (wide && n->kind == NORM_POWER && n->vmin < n->vmax)
        ticks_power(t, n, &r, max_num);
    else
        ticks_linear(t, lo, hi, max_num, false);
}
