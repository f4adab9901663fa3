/* Ages in words: two figures of what counts, and the next smaller unit where it still matters. */
#include "app/age.h"
#include <math.h>
#include <stdio.h>

void age_text(double ms, char *out, size_t size)
{
    double s = floor(ms) / 1000;
    if (ms < 1000)
        snprintf(out, size, "%.*f ms", ms < 10 ? 1 : 0, ms < 10 ? ms : floor(ms));
    else if (s < 60)
        snprintf(out, size, "%.1f s", floor(s * 10) / 10);
    else if (s < 3600)
        snprintf(out, size, "%d min %02d s", (int)(s / 60), (int)s % 60);
    else if (s < 2 * 86400)
        snprintf(out, size, "%d h %02d min", (int)(s / 3600), (int)(s / 60) % 60);
    else
        snprintf(out, size, "%.0f days", floor(s / 86400));
}
