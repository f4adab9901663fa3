/* Ticks of a colorbar: positions that suit the norm. Any thread; nothing allocated. */
#include "plot/ticks_internal.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number of fewest digits in [lo, hi], ending in 5 or an even digit rather than others. */
static void roundest(double lo, double hi, int64_t *n, int *k)
{
    *k = (int)floor(log10(fmax(fabs(lo), fabs(hi)))) + 1;
    for (;; --*k) {
        double unit = ticks_from_decimal(1, *k), first = ceil(lo / unit), last = floor(hi / unit);
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
    if (e.num >= TICKS_MAX)
        return false;
    for (; e.k > k; e.k--) {
        if (ticks_widest_digits(&e) >= PLAIN_DIGITS)
            return false;
        for (int i = 0; i < e.num; i++)
            e.n[i] *= 10;
    }
    for (; k > e.k; k--)
        if (__builtin_mul_overflow(n, 10, &n))
            return false;
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
    bool curved = n->kind != NORM_POWER || n->gamma < 0.8 || n->gamma > 1.25;
    ticks_choose(&d, r, curved && max_num > 3 ? max_num * 2 / 3 : max_num, false);
    while (d.num >= 2 && d.num < max_num) {
        double widest = 0, from = 0;
        for (int i = 1; i < d.num; i++) {
            double a = norm_forward(n, ticks_from_decimal(d.n[i - 1], d.k)), b = norm_forward(n, ticks_from_decimal(d.n[i], d.k));
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
    ticks_clear(t);
    ticks_finish(t, &d, r, PLAIN_DIGITS, true);
}

/* On logarithmic scales numbers are plain where all are below 10^4 and none below 10^-3, else all are powers of ten. */
enum { LOG_PLAIN_MIN = -3, LOG_PLAIN_MAX = 3 };

static void log_label(char *out, size_t size, int mantissa, int exponent, bool plain)
{
    out[0] = 0;
    if (plain) {
        ticks_append_plain(out, size, mantissa, exponent, exponent < 0 ? -exponent : 0);
        return;
    }
    if (mantissa != 1) {
        ticks_append_plain(out, size, mantissa, 0, 0);
        ticks_append(out, size, TIMES);
    }
    ticks_append_power(out, size, exponent);
}

/* mantissas[] times every `every`-th power of ten in [lo, hi]; false when there are more than max_num. */
static bool log_try(struct ticks *t, double lo, double hi, int max_num, const int *mantissas, int num_mantissas, int every)
{
    int first = (int)floor(log10(lo)) - 1, last = (int)ceil(log10(hi)) + 1;
    int exponents[TICKS_MAX], which[TICKS_MAX];
    t->num = 0;
    for (int e = first; e <= last; e++) {
        if (e % every)
            continue;
        for (int i = 0; i < num_mantissas; i++) {
            double at = ticks_from_decimal(mantissas[i], e);
            if (at < lo * (1 - 1e-9) || at > hi * (1 + 1e-9))
                continue;
            if (t->num == max_num)
                return false;
            exponents[t->num] = e;
            which[t->num] = i;
            t->at[t->num++] = fmin(fmax(at, lo), hi);
        }
    }
    bool plain = t->num && exponents[0] >= LOG_PLAIN_MIN && exponents[t->num - 1] <= LOG_PLAIN_MAX;
    for (int i = 0; i < t->num; i++)
        log_label(t->text[i], sizeof t->text[i], mantissas[which[i]], exponents[i], plain);
    return true;
}

static void log_minor(struct ticks *t, double lo, double hi)
{
    for (int e = (int)floor(log10(lo)) - 1; e <= (int)ceil(log10(hi)); e++)
        for (int m = 2; m <= 9; m++) {
            double at = ticks_from_decimal(m, e);
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

/* --- powers of ten on both sides of 0 --- */

/* Every `every`-th power of ten in [lo, hi] that is at least `least` away from 0, below it and above it, and 0. */
static bool sides_try(struct ticks *t, double lo, double hi, double least, int every, int max_num)
{
    double largest = fmax(fabs(lo), fabs(hi));
    int first = (int)ceil(log10(least) - 1e-9), last = (int)floor(log10(largest) + 1e-9);
    bool plain = last <= LOG_PLAIN_MAX && first >= LOG_PLAIN_MIN;
    t->num = 0;
    for (int i = -(last - first) - 1; i <= last - first + 1; i++) {
        int e = last - (last - first + 1 - abs(i)); /* counted from the large end, so that this has a number */
        double at = i == 0 ? 0 : copysign(ticks_from_decimal(1, e), i);
        if (at < lo - largest * 1e-9 || at > hi + largest * 1e-9 || (i != 0 && (last - e) % every))
            continue;
        if (t->num == max_num)
            return false;
        char *text = t->text[t->num];
        t->at[t->num++] = fmin(fmax(at, lo), hi);
        log_label(text, sizeof t->text[0], i == 0 ? 0 : 1, i == 0 ? 0 : e, plain || i == 0);
        if (i < 0) {
            char positive[sizeof t->text[0]];
            memcpy(positive, text, sizeof positive);
            snprintf(text, sizeof t->text[0], "%s%.19s", MINUS, positive);
        }
    }
    return true;
}

static void ticks_sides(struct ticks *t, const struct norm *n, const struct range *r, int max_num)
{
    double least = n->kind == NORM_SYMLOG ? n->linthresh : n->linear_width, largest = fmax(fabs(r->lo), fabs(r->hi));
    if (least < 1e-306 || largest < least * 3) {
        ticks_linear(t, r->lo, r->hi, max_num, false);
        return;
    }
    for (int every = 1; !sides_try(t, r->lo, r->hi, least, every, max_num) && every < 700; every++)
        ;
    if (t->num < 3 && max_num >= 3)
        ticks_linear(t, r->lo, r->hi, max_num, false);
}

/* --- the edges of blocks --- */

/* What is written for an edge: the number itself where it is short, else three digits of the smaller block beside it. */
static double rounded_edge(const struct norm_table *table, int i)
{
    char text[32];
    double v = table->x[i], gap = INFINITY;
    snprintf(text, sizeof text, "%.6g", v);
    if (strtod(text, NULL) == v)
        return v;
    if (i > 0)
        gap = v - table->x[i - 1];
    if (i + 1 < table->num)
        gap = fmin(gap, table->x[i + 1] - v);
    snprintf(text, sizeof text, "%.*g", (int)fmax(floor(log10(fabs(v))) - floor(log10(gap)) + 3, 1), v);
    return strtod(text, NULL);
}

static void ticks_edges(struct ticks *t, const struct norm_table *table, int max_num)
{
    int every = (table->num - 1 + max_num - 2) / (max_num > 1 ? max_num - 1 : 1);
    struct decimals d = {.k = INT_MAX};
    every = every < 1 ? 1 : every;
    for (int i = 0; i < table->num; i += every) {
        char text[32];
        double v = rounded_edge(table, i);
        snprintf(text, sizeof text, "%.6e", v);
        int last = atoi(strchr(text, 'e') + 1) - 6; /* the place of its last digit that isn't 0 */
        for (char *c = strchr(text, 'e') - 1; *c == '0'; c--)
            last++;
        t->at[d.num++] = table->x[i];
        d.k = v != 0 && last < d.k ? last : d.k;
    }
    double largest = fmax(fabs(table->x[0]), fabs(table->x[table->num - 1]));
    d.k = (int)fmax(d.k, floor(log10(largest)) - 15);
    for (int i = 0; i < d.num; i++)
        d.n[i] = llround(rounded_edge(table, i * every) / ticks_from_decimal(1, d.k));
    ticks_write_labels(t, &d, 16, true);
    t->num = d.num;
}

/* --- two slopes: each side its own steps --- */

static void ticks_two_slope(struct ticks *t, const struct norm *n, const struct range *r, int max_num)
{
    struct decimals d = {0}, low = {0};
    struct range above, below;
    int half = max_num / 2 > 1 ? max_num / 2 : 1;
    if (!ticks_range_make(&below, n->vmin, n->vcenter) || !ticks_range_make(&above, n->vcenter, n->vmax) || n->vcenter <= n->vmin ||
        n->vcenter >= n->vmax) {
        ticks_linear(t, n->vmin, n->vmax, max_num, false);
        return;
    }
    ticks_choose(&d, &above, half, false);
    ticks_choose(&low, &below, half, false);
    for (int i = 0; i < low.num && d.num < max_num; i++) {
        bool there = false;
        for (int j = 0; j < d.num; j++)
            there |= ticks_from_decimal(d.n[j], d.k) == ticks_from_decimal(low.n[i], low.k);
        if (!there && !insert(&d, low.n[i], low.k))
            break;
    }
    ticks_finish(t, &d, r, PLAIN_DIGITS, true);
}

static bool is_stretched(enum norm_kind kind)
{
    return kind == NORM_POWER || kind == NORM_SQRT || kind == NORM_HISTEQ;
}

void ticks_norm(struct ticks *t, const struct norm *n, int max_num)
{
    double lo = fmin(n->vmin, n->vmax), hi = fmax(n->vmin, n->vmax);
    struct range r;
    bool wide = ticks_range_make(&r, n->vmin, n->vmax);
    if (max_num > TICKS_MAX)
        max_num = TICKS_MAX;
    ticks_clear(t);
    if (max_num < 1 || (n->kind == NORM_LOG && !(hi > 0))) /* nothing in its domain */
        return;
    if (n->kind == NORM_LOG && lo <= 0)
        lo = hi;
    if (wide && n->kind == NORM_LOG && lo < hi)
        ticks_log(t, lo, hi, max_num);
    else if (wide && (n->kind == NORM_SYMLOG || n->kind == NORM_ASINH))
        ticks_sides(t, n, &r, max_num);
    else if (wide && n->kind == NORM_TWO_SLOPE)
        ticks_two_slope(t, n, &r, max_num);
    else if (n->kind == NORM_BOUNDARY && n->table && n->table->num >= 2)
        ticks_edges(t, n->table, max_num);
    else if (wide && is_stretched(n->kind) && n->vmin < n->vmax)
        ticks_power(t, n, &r, max_num);
    else
        ticks_linear(t, lo, hi, max_num, false);
}
