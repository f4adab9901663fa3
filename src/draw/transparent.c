/* What is seen of white but not of black is the ground, and it shines through: alpha = 1 - (white - black). So neither executor needs
 * to know of transparency, anti-aliased text and half-transparent colours come out right, and both executors stay equal. Pure
 * function; any thread. */
#include "draw/transparent.h"

static unsigned at_least_0(int v)
{
    return v < 0 ? 0 : (unsigned)v;
}

void transparent_combine(uint8_t *on_black, const uint8_t *on_white, size_t num_pixels)
{
    for (size_t i = 0; i < num_pixels; i++, on_black += 4, on_white += 4) {
        unsigned ground = 0;
        for (int c = 0; c < 3; c++)
            ground += at_least_0(on_white[c] - on_black[c]);
        unsigned alpha = 255 - (ground + 1) / 3;
        for (int c = 0; c < 3; c++) {
            unsigned v = alpha ? (on_black[c] * 255u + alpha / 2) / alpha : 0;
            on_black[c] = (uint8_t)(v > 255 ? 255 : v);
        }
        on_black[3] = (uint8_t)alpha;
    }
}
