/* Blocks of colour from an option's text, or at round numbers. Pure functions; any thread. */
#include "plot/levels.h"
#include "plot/ticks.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BLOCKS = NORM_TABLE_MAX - 1, ROUND_NUMBERS = 11 };

bool levels_parse(const char *text, struct levels *out)
{
    out->num = 0;
    if (!text)
        return true;
    int num = 0;
    for (const char *p = text;; p++) {
        char *end;
        size_t len = strspn(p, " +-.0123456789eE"); /* nothing that only strtod takes: hexadecimal, words */
        if (num > MAX_BLOCKS)
            return false;
        double v = strtod(p, &end);
        if (end == p || (size_t)(end - p) > len || !isfinite(v) || (num > 0 && !(v > out->edges[num - 1])))
            return false;
        out->edges[num++] = v;
        p = end + strspn(end, " ");
        if (!*p)
            break;
        if (*p != ',')
            return false;
    }
    out->even = num == 1;
    out->num = out->even ? 0 : num - 1;
    double count = out->edges[0];
    if (out->even && count == floor(count) && count >= 1 && count <= MAX_BLOCKS)
        out->num = (int)count;
    return out->num > 0;
}

void levels_round(double lo, double hi, struct levels *out)
{
    struct ticks t;
    int num = 0;
    ticks_linear(&t, lo, hi, ROUND_NUMBERS, false);
    double step = t.num > 1 ? (t.at[t.num - 1] - t.at[0]) / (t.num - 1) : 0;
    *out = (struct levels){.num = 0};
    if (!(step > 0))
        return;
    if (lo < t.at[0])
        out->edges[num++] = t.at[0] - step;
    for (int i = 0; i < t.num; i++)
        out->edges[num++] = t.at[i];
    if (hi > t.at[t.num - 1])
        out->edges[num++] = t.at[t.num - 1] + step;
    out->num = num - 1;
}
