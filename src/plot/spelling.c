/* Edit distance with swaps of neighbours (optimal string alignment), three rows at a time. Pure; any thread. */
#include "plot/spelling.h"
#include <string.h>
#include <strings.h>

static int least(int a, int b)
{
    return a < b ? a : b;
}

int spelling_distance(const char *a, size_t len_a, const char *b)
{
    int rows[3][SPELLING_MAX_NAME + 1];
    int len_b = (int)strnlen(b, SPELLING_MAX_NAME);
    if (len_a > SPELLING_MAX_NAME)
        len_a = SPELLING_MAX_NAME;
    for (int j = 0; j <= len_b; j++)
        rows[0][j] = 4 * j;
    for (int i = 1; i <= (int)len_a; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = 4 * i;
        for (int j = 1; j <= len_b; j++) {
            char ca = a[i - 1], cb = b[j - 1];
            int replace = ca == cb ? 0 : strncasecmp(&ca, &cb, 1) == 0 ? 1 : 4;
            row[j] = least(above[j - 1] + replace, least(row[j - 1], above[j]) + 4);
            if (i > 1 && j > 1 && ca == b[j - 2] && a[i - 2] == cb)
                row[j] = least(row[j], above2[j - 2] + 4);
        }
    }
    return rows[len_a % 3][len_b];
}
