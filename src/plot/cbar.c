/* Words of the colorbar's options. Any thread. */
#include "plot/cbar.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool cbar_size_parse(const char *text, double *pt, double *share, char *message, size_t size)
{
    char *end;
    double v = strtod(text, &end);
    bool percent = strcmp(end, "%") == 0, px = !*end || strcmp(end, "px") == 0;
    *pt = px ? v * 72 / 100 : 0;
    *share = percent ? v / 100 : 0;
    if (end != text && (percent || px) && v > 0 && v <= (percent ? 30 : 1000))
        return true;
    snprintf(message, size, "'%.80s' is neither pixels (at 100 dpi), as in 20, nor a share of the picture, as in 3%%", text);
    return false;
}

bool cbar_ticks_parse(const char *text, int *max_num, double at[CBAR_MAX_TICKS], int *num, char *message, size_t size)
{
    *num = 0;
    *max_num = 0;
    if (strcmp(text, "none") == 0)
        return true;
    bool whole = *text && strspn(text, "0123456789") == strlen(text);
    if (whole && strlen(text) <= 2 && (*max_num = atoi(text)) > 0)
        return true;
    for (const char *p = text; strchr(text, ',') && *num < CBAR_MAX_TICKS; p++) {
        char *end;
        double v = strtod(p, &end);
        end += strspn(end, " ");
        if (end == p || !isfinite(v) || (*end && *end != ','))
            break;
        at[(*num)++] = v;
        p = end;
        if (!*end || !end[1]) /* a lone comma at the end: one tick */
            return true;
    }
    snprintf(message, size, "'%.80s' is none of auto, none, a number of ticks (1 to 99), or values, as in 0,2.5,10", text);
    return false;
}
