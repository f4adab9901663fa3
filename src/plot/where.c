/* The grammar of --mask-where, by recursive descent. Each condition becomes a set of values at once, `and` is an intersection, `or` a
 * union, so that looking at a cell costs a few comparisons whatever was written. Ends that don't belong to an interval are replaced by
 * the next value there is. Numbers are in the C locale (the program never calls setlocale). Any thread. */
#include "plot/where.h"
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum where_op { OP_NONE, OP_LESS, OP_AT_MOST, OP_MORE, OP_AT_LEAST, OP_EQUAL, OP_OTHER };

struct parser {
    const char *text, *at;
    bool single;
    char *why;
    size_t why_size;
};

__attribute__((format(printf, 2, 3))) static bool wrong(struct parser *p, const char *fmt, ...)
{
    char what[160];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    size_t len = strcspn(p->at, " \t");
    char found[32];
    snprintf(found, sizeof found, len ? "'%.*s'" : "the end", len > 20 ? 20 : (int)len, p->at);
    snprintf(p->why, p->why_size, "column %d: %s, not %s", (int)(p->at - p->text) + 1, what, found);
    return false;
}

static void skip_blanks(struct parser *p)
{
    p->at += strspn(p->at, " \t");
}

/* --- sets --- */

static bool add(struct where *w, double lo, double hi)
{
    if (!(lo <= hi))
        return true;
    if (w->num && lo <= w->in[w->num - 1].hi) {
        w->in[w->num - 1].hi = fmax(w->in[w->num - 1].hi, hi);
        return true;
    }
    if (w->num == WHERE_MAX_INTERVALS)
        return false;
    w->in[w->num++] = (struct where_interval){lo, hi};
    return true;
}

static bool intersect(const struct where *a, const struct where *b, struct where *out)
{
    struct where r = {.nan = a->nan && b->nan};
    bool ok = true;
    for (int i = 0, j = 0; i < a->num && j < b->num;) {
        ok = ok && add(&r, fmax(a->in[i].lo, b->in[j].lo), fmin(a->in[i].hi, b->in[j].hi));
        if (a->in[i].hi < b->in[j].hi)
            i++;
        else
            j++;
    }
    *out = r;
    return ok;
}

static bool unite(const struct where *a, const struct where *b, struct where *out)
{
    struct where r = {.nan = a->nan || b->nan};
    bool ok = true;
    for (int i = 0, j = 0; i < a->num || j < b->num;) {
        bool first = j == b->num || (i < a->num && a->in[i].lo <= b->in[j].lo);
        const struct where_interval *next = first ? &a->in[i++] : &b->in[j++];
        ok = ok && add(&r, next->lo, next->hi);
    }
    *out = r;
    return ok;
}

static double beside(const struct parser *p, double v, double towards)
{
    bool fits = p->single && (double)(float)v == v;
    return fits ? (double)nextafterf((float)v, (float)towards) : nextafter(v, towards);
}

static struct where compared(const struct parser *p, enum where_op op, double v)
{
    struct where w = {.nan = op == OP_OTHER};
    if (op == OP_LESS || op == OP_OTHER)
        if (v > -INFINITY)
            add(&w, -INFINITY, beside(p, v, -INFINITY));
    if (op == OP_MORE || op == OP_OTHER)
        if (v < INFINITY)
            add(&w, beside(p, v, INFINITY), INFINITY);
    if (op == OP_AT_MOST)
        add(&w, -INFINITY, v);
    if (op == OP_AT_LEAST)
        add(&w, v, INFINITY);
    if (op == OP_EQUAL)
        add(&w, v, v);
    return w;
}

/* --- words --- */

static enum where_op take_op(struct parser *p)
{
    static const struct { const char *text; enum where_op op; } OPS[] = { /* longer ones first */
        {"<=", OP_AT_MOST}, {">=", OP_AT_LEAST}, {"==", OP_EQUAL}, {"!=", OP_OTHER}, {"<", OP_LESS}, {">", OP_MORE}, {"=", OP_EQUAL}};
    skip_blanks(p);
    for (size_t i = 0; i < sizeof OPS / sizeof *OPS; i++) {
        size_t len = strlen(OPS[i].text);
        if (strncmp(p->at, OPS[i].text, len) == 0) {
            p->at += len;
            return OPS[i].op;
        }
    }
    return OP_NONE;
}

static bool take_word(struct parser *p, const char *word)
{
    skip_blanks(p);
    size_t len = strlen(word);
    if (strncmp(p->at, word, len) != 0 || isalnum((unsigned char)p->at[len]) || p->at[len] == '_')
        return false;
    p->at += len;
    return true;
}

static bool take_number(struct parser *p, double *out)
{
    skip_blanks(p);
    const char *start = p->at;
    double sign = *start == '-' ? -1 : 1;
    struct parser signless = *p;
    signless.at += *start == '-' || *start == '+';
    if (take_word(&signless, "inf")) {
        *out = sign * INFINITY;
        p->at = signless.at;
        return true;
    }
    size_t len = strspn(start, "+-.0123456789eE");
    char *end;
    double v = strtod(start, &end);
    if (!len || end == start || (size_t)(end - start) > len || isinf(v))
        return false;
    if (p->single && isfinite((float)v))
        v = (double)(float)v;
    *out = v;
    p->at = end;
    return true;
}

/* --- the grammar --- */

/* The comparison read from its other side: 0 < v is v > 0. */
static enum where_op mirrored(enum where_op op)
{
    static const enum where_op OTHER_SIDE[] = {OP_NONE, OP_MORE, OP_AT_LEAST, OP_LESS, OP_AT_MOST, OP_EQUAL, OP_OTHER};
    return OTHER_SIDE[op];
}

/* Behind the value: "< 3". */
static bool parse_right(struct parser *p, struct where *out)
{
    double v;
    enum where_op op = take_op(p);
    if (op == OP_NONE)
        return wrong(p, "< <= > >= == or != is expected");
    if (!take_number(p, &v))
        return wrong(p, "a number is expected");
    *out = compared(p, op, v);
    return true;
}

static bool parse_condition(struct parser *p, struct where *out)
{
    *out = (struct where){0};
    skip_blanks(p);
    const char *start = p->at;
    if (take_word(p, "nan"))
        return out->nan = true;
    double left;
    if (take_number(p, &left)) {
        enum where_op op = take_op(p);
        if (op == OP_NONE && isinf(left)) { /* "inf" alone: either; "-inf": that one */
            add(out, -INFINITY, -INFINITY);
            if (*start != '-')
                add(out, INFINITY, INFINITY);
            if (*start == '+')
                *out = (struct where){.num = 1, .in = {{INFINITY, INFINITY}}};
            return true;
        }
        if (op == OP_NONE)
            return wrong(p, "< <= > >= == or != is expected behind the number");
        if (!take_word(p, "v"))
            return wrong(p, "v, the value, is expected, as in 0<v<1");
        struct where right;
        *out = compared(p, mirrored(op), left);
        skip_blanks(p);
        if (!strchr("<>=!", *p->at) || !*p->at)
            return true;
        return parse_right(p, &right) && intersect(out, &right, out);
    }
    skip_blanks(p);
    if (!take_word(p, "v") && (!*p->at || !strchr("<>=!", *p->at)))
        return wrong(p, "a condition is expected, as in <0, >=3, 0<v<1, nan or inf");
    return parse_right(p, out);
}

static bool parse_all_of(struct parser *p, struct where *out)
{
    if (!parse_condition(p, out))
        return false;
    while (take_word(p, "and")) {
        struct where next;
        if (!parse_condition(p, &next))
            return false;
        if (!intersect(out, &next, out))
            return wrong(p, "there are too many conditions");
    }
    return true;
}

bool where_parse(const char *text, bool single, struct where *out, char *why, size_t why_size)
{
    struct parser p = {text, text, single, why, why_size};
    if (!parse_all_of(&p, out))
        return false;
    for (;;) {
        skip_blanks(&p);
        if (!*p.at)
            return true;
        struct where next;
        if (*p.at == ',')
            p.at++;
        else if (!take_word(&p, "or"))
            return wrong(&p, "and, or, or a comma is expected");
        if (!parse_all_of(&p, &next))
            return false;
        if (!unite(out, &next, out))
            return wrong(&p, "there are too many conditions");
    }
}

bool where_holds(const struct where *w, double value)
{
    if (isnan(value))
        return w->nan;
    for (int i = 0; i < w->num; i++)
        if (value >= w->in[i].lo && value <= w->in[i].hi)
            return true;
    return false;
}
