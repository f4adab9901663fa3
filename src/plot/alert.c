/* The grammar of --alert. Numbers are in the C locale (the program never calls setlocale). Any thread. */
#include "plot/alert.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const WHATS[ALERT_NUM_WHATS] = {"max", "min", "mean", "absmax", "nan"};

static bool wrong(const char *text, size_t len, char *why, size_t size)
{
    snprintf(why, size, "'%.*s' is not a condition: max, min, mean, absmax or nan, then > < >= or <=, then a number, as in max>0.9; "
             "commas between several",
             len > 40 ? 40 : (int)len, text);
    return false;
}

/* One condition without blanks. */
static bool parse_rule(const char *text, struct alert_rule *r)
{
    const char *p = text;
    int what = 0;
    for (; what < ALERT_NUM_WHATS; what++) {
        size_t len = strlen(WHATS[what]);
        if (strncmp(p, WHATS[what], len) == 0 && (p[len] == '<' || p[len] == '>')) {
            p += len;
            break;
        }
    }
    if (what == ALERT_NUM_WHATS)
        return false;
    r->what = (enum alert_what)what;
    r->op = *p == '>' ? ALERT_ABOVE : ALERT_BELOW;
    p++;
    if (*p == '=') {
        r->op = r->op == ALERT_ABOVE ? ALERT_AT_LEAST : ALERT_AT_MOST;
        p++;
    }
    char *end;
    if (!*p || strspn(p, "+-.0123456789eE") != strlen(p))
        return false;
    r->value = strtod(p, &end);
    return !*end && isfinite(r->value);
}

bool alert_parse(const char *text, struct alert_rule rules[ALERT_MAX_RULES], int *num, char *why, size_t why_size)
{
    *num = 0;
    for (const char *p = text;; p++) {
        size_t len = strcspn(p, ",");
        struct alert_rule r;
        size_t used = 0;
        for (size_t i = 0; i < len; i++) {
            if (p[i] == ' ' || p[i] == '\t')
                continue;
            if (used == sizeof r.text - 1)
                return wrong(p, len, why, why_size);
            r.text[used++] = p[i];
        }
        r.text[used] = 0;
        if (!parse_rule(r.text, &r))
            return wrong(p, len, why, why_size);
        if (*num == ALERT_MAX_RULES) {
            snprintf(why, why_size, "more than %d conditions", ALERT_MAX_RULES);
            return false;
        }
        rules[(*num)++] = r;
        p += len;
        if (!*p)
            return true;
    }
}

bool alert_is_met(const struct alert_rule *r, double value)
{
    switch (r->op) { /* NaN compares false */
    case ALERT_ABOVE: return value > r->value;
    case ALERT_BELOW: return value < r->value;
    case ALERT_AT_LEAST: return value >= r->value;
    case ALERT_AT_MOST: return value <= r->value;
    }
    return false;
}

bool alert_has_cells(const struct alert_rule *r)
{
    bool up = r->op == ALERT_ABOVE || r->op == ALERT_AT_LEAST;
    return r->what == ALERT_MIN ? !up : r->what == ALERT_MEAN ? false : up;
}
