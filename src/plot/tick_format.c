/* Numbers as words. Digits are as many as tell neighbours apart, unless a format says how many. Any thread; nothing allocated. */
#include "plot/tick_format.h"
#include "plot/ticks_internal.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DECIMALS = 12 };

static bool copy_part(char *out, size_t size, const char *from, size_t len)
{
    if (len >= size)
        return false;
    memcpy(out, from, len);
    out[len] = 0;
    return true;
}

/* ".3f" of `len` bytes; nothing is "g": no more digits than it takes. */
static bool parse_spec(const char *s, size_t len, struct tick_format *f)
{
    char spec[32], why[128];
    if (len > 1 && (*s == ':' || *s == '%')) { /* "%.1f" and ":.1f" are the same */
        s++;
        len--;
    }
    if (len == 0)
        return format_parse("g", &f->number, why, sizeof why);
    if (!copy_part(spec, sizeof spec, s, len) || !format_parse(spec, &f->number, why, sizeof why) || f->number.type == 's')
        return false;
    f->number.no_negative_zero = true;
    return true;
}

bool tick_format_parse(const char *text, struct tick_format *f)
{
    static const char *const NAMES[] = {"auto", "si", "sci", "plain"};
    *f = (struct tick_format){.kind = TICK_FORMAT_AUTO};
    for (int i = 0; text && i < 4; i++)
        if (strcmp(text, NAMES[i]) == 0)
            return f->kind = (enum tick_format_kind)i, true;
    if (!text || !*text)
        return true;
    f->kind = TICK_FORMAT_SPEC;
    const char *open = strchr(text, '{'), *close = open ? strchr(open, '}') : NULL;
    if (!open)
        return parse_spec(text, strlen(text), f);
    if (!close || !copy_part(f->before, sizeof f->before, text, (size_t)(open - text)) ||
        !copy_part(f->after, sizeof f->after, close + 1, strlen(close + 1)))
        return false;
    return parse_spec(open + 1, (size_t)(close - open - 1), f);
}

/* The fewest decimals that give v to within a thousandth of the step; and by themselves, none that are zeros. */
static int decimals_for(double v, double step)
{
    double tolerance = step > 0 ? step * 1e-3 : fabs(v) * 1e-6, unit = 1;
    for (int d = 0; d < MAX_DECIMALS; d++, unit *= 10)
        if (fabs(round(v * unit) / unit - v) <= tolerance)
            return d;
    return MAX_DECIMALS;
}

static int exponent_of(double v)
{
    char text[32];
    snprintf(text, sizeof text, "%.6e", v);
    return atoi(strchr(text, 'e') + 1);
}

/* With U+2212, and nothing negative about zero. */
static void append_fixed(char *out, size_t size, double v, int decimals, bool plus)
{
    char text[400];
    snprintf(text, sizeof text, "%.*f", decimals, v);
    bool negative = text[0] == '-', zero = !text[strspn(text, "-0.")];
    ticks_append(out, size, negative && !zero ? MINUS : plus && !negative ? "+" : "");
    ticks_append(out, size, text + negative);
}

/* v / 10^e, also where 10^e isn't a double. */
static double without_power(double v, int e)
{
    return e > 300 ? v / 1e300 / pow(10, e - 300) : e < -300 ? v * 1e300 / pow(10, e + 300) : v / pow(10, e);
}

static void scientific(double v, double step, char *out, size_t size)
{
    int e = exponent_of(v);
    double m = without_power(v, e);
    int decimals = decimals_for(m, step > 0 ? step / fabs(v) * fabs(m) : 0);
    append_fixed(out, size, m, decimals > 6 ? 6 : decimals, false);
    if (e == 0)
        return;
    ticks_append(out, size, TIMES);
    ticks_append_power(out, size, e);
}

static void si(double v, double step, char *out, size_t size)
{
    static const char *const PREFIXES[] = {"y", "z", "a", "f", "p", "n", "\u00b5", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y"};
    int e = exponent_of(v), third = (int)floor(e / 3.0);
    if (third < -8 || third > 8) { /* no name for it */
        scientific(v, step, out, size);
        return;
    }
    double unit = ticks_from_decimal(1, abs(3 * third)), m = third < 0 ? v * unit : v / unit;
    append_fixed(out, size, m, decimals_for(m, third < 0 ? step * unit : step / unit), false);
    ticks_append(out, size, third ? " " : "");
    ticks_append(out, size, PREFIXES[third + 8]);
}

static void by_spec(const struct tick_format *f, double v, char *out, size_t size)
{
    char text[FORMAT_MAX_TEXT];
    format_float(&f->number, v, FORMAT_DOUBLE, text, sizeof text);
    bool negative = text[0] == '-';
    ticks_append(out, size, f->before);
    ticks_append(out, size, negative ? MINUS : "");
    ticks_append(out, size, text + negative);
    ticks_append(out, size, f->after);
}

void tick_format_text(const struct tick_format *f, double v, double step, char *out, size_t size)
{
    out[0] = 0;
    if (!isfinite(v)) {
        ticks_append(out, size, isnan(v) ? "nan" : v > 0 ? "inf" : MINUS "inf");
        return;
    }
    step = isfinite(step) ? fabs(step) : 0;
    if (fabs(v) < step * 1e-6)
        v = 0;
    if (f->kind == TICK_FORMAT_SPEC)
        by_spec(f, v, out, size);
    else if (v == 0)
        ticks_append(out, size, "0");
    else if (f->kind == TICK_FORMAT_SI)
        si(v, step, out, size);
    else if (f->kind == TICK_FORMAT_SCI)
        scientific(v, step, out, size);
    else if ((f->kind == TICK_FORMAT_PLAIN && fabs(v) >= 1e-12) || (fabs(v) < 1e6 && fabs(v) >= 1e-3))
        append_fixed(out, size, v, decimals_for(v, step), false);
    else
        scientific(v, step, out, size);
}

/* Ticks with even steps, or of one size: they can share a power of ten, that of the largest. */
static bool common_power(const struct ticks *t, double step, int *e)
{
    bool even = true, any = false;
    int lo = 0, hi = 0;
    for (int i = 0; i < t->num; i++) {
        even = even && (i == 0 || fabs(fabs(t->at[i] - t->at[i - 1]) - step) <= step * 1e-6);
        if (fabs(t->at[i]) <= step * 1e-6)
            continue;
        int own = exponent_of(t->at[i]);
        lo = any && lo < own ? lo : own;
        hi = any && hi > own ? hi : own;
        any = true;
    }
    *e = hi;
    return any && (even || hi - lo <= 1);
}

/* "sci" with the power of ten once, beside the axis. */
static bool write_common(struct ticks *t, double step)
{
    int e, most = 0;
    if (!common_power(t, step, &e))
        return false;
    double unit_step = without_power(step, e);
    for (int i = 0; i < t->num; i++) {
        int d = decimals_for(without_power(t->at[i], e), unit_step);
        most = d > most ? d : most;
    }
    for (int i = 0; i < t->num; i++) {
        double v = fabs(t->at[i]) < step * 1e-6 ? 0 : without_power(t->at[i], e);
        t->text[i][0] = 0;
        append_fixed(t->text[i], sizeof t->text[i], v, most > 6 ? 6 : most, false);
    }
    t->offset[0] = 0;
    if (e) {
        ticks_append(t->offset, sizeof t->offset, TIMES);
        ticks_append_power(t->offset, sizeof t->offset, e);
    }
    return true;
}

void ticks_apply_format(struct ticks *t, const struct tick_format *f)
{
    if (f->kind == TICK_FORMAT_AUTO)
        return;
    double step = 0;
    for (int i = 1; i < t->num; i++) {
        double d = fabs(t->at[i] - t->at[i - 1]);
        step = d > 0 && (step == 0 || d < step) ? d : step;
    }
    if (f->kind == TICK_FORMAT_SCI && write_common(t, step))
        return;
    int most = 0;
    for (int i = 0; i < t->num; i++) {
        int d = decimals_for(t->at[i], step);
        most = d > most ? d : most;
    }
    for (int i = 0; i < t->num; i++) {
        tick_format_text(f, t->at[i], step, t->text[i], sizeof t->text[i]);
        if (f->kind == TICK_FORMAT_PLAIN && most < MAX_DECIMALS) { /* all with as many decimals: they line up */
            t->text[i][0] = 0;
            append_fixed(t->text[i], sizeof t->text[i], fabs(t->at[i]) < step * 1e-6 ? 0 : t->at[i], most, false);
        }
    }
    t->offset[0] = 0;
}

bool ticks_parse_list(const char *text, double at[TICKS_MAX], int *num)
{
    *num = 0;
    for (const char *p = text;;) {
        char *end;
        p += strspn(p, " ");
        double v = strtod(p, &end);
        if (end == p || !isfinite(v) || *num == TICKS_MAX)
            return false;
        at[(*num)++] = v;
        p = end + strspn(end, " ");
        if (!*p)
            break;
        if (*p++ != ',')
            return false;
    }
    return true;
}

bool tick_format_check(const char *text, char *message, size_t size)
{
    struct tick_format f;
    if (!tick_format_parse(text, &f))
        snprintf(message, size, "'%.80s' is none of auto, si, sci, plain, or a format as in .1f, .3g, .0%%, '{:.2f} kg'", text);
    else
        return true;
    return false;
}

bool ticks_check(const char *text, char *message, size_t size)
{
    double at[TICKS_MAX];
    int num;
    if (strcmp(text, "none") == 0 || ticks_parse_list(text, at, &num))
        return true;
    snprintf(message, size, "'%.80s' is none of auto, none, or at most %d values, as in 0,2.5,10", text, TICKS_MAX);
    return false;
}
