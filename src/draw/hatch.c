/* Tiles are drawn once, by the distance from the pattern's lines. Any thread. */
#include "draw/hatch.h"
#include <math.h>

/* The least distance of (x, y) from the pattern, in a tile of side p. Lines pass through the tile's middle. */
static double distance(enum hatch_kind kind, double x, double y, double p)
{
    double across = fabs(fmod(x + y, p) - p / 2) * M_SQRT1_2, back = fabs(fmod(x - y + p, p) - p / 2) * M_SQRT1_2;
    double level = fabs(y - p / 2), upright = fabs(x - p / 2);
    switch (kind) {
    case HATCH_SLASH: return across;
    case HATCH_BACKSLASH: return back;
    case HATCH_CROSS: return fmin(across, back);
    case HATCH_DOT: return hypot(level, upright) - 0.06 * p;
    case HATCH_HORIZONTAL: return level;
    case HATCH_VERTICAL: return upright;
    case HATCH_PLUS: return fmin(level, upright);
    default: return INFINITY;
    }
}

void hatch_make(struct hatch *h, enum hatch_kind kind, double scale)
{
    enum { SAMPLES = 4 };
    int size = (int)lround(fmin(fmax(5 * scale, 5), HATCH_MAX - 1)) | 1; /* odd: a pixel lies in the middle */
    double half = fmax(0.5, 0.35 * scale);
    h->size = kind == HATCH_NONE ? 0 : size;
    for (int i = 0; i < h->size * h->size; i++) {
        int inside = 0;
        for (int s = 0; s < SAMPLES * SAMPLES; s++) {
            double x = i % size + (s % SAMPLES + 0.5) / SAMPLES, y = i / size + (s / SAMPLES + 0.5) / SAMPLES;
            inside += distance(kind, x, y, size) < half;
        }
        h->tile[i] = (uint8_t)(inside * 255 / (SAMPLES * SAMPLES));
    }
}

static uint8_t towards(int from, int to)
{
    return (uint8_t)((from * 55 + to * 45) / 100);
}

struct color hatch_color(struct color g)
{
    if (g.a < 128)
        return (struct color){128, 128, 128, 255};
    int to = g.r * 2126 + g.g * 7152 + g.b * 722 > 1100000 ? 0 : 255;
    return (struct color){towards(g.r, to), towards(g.g, to), towards(g.b, to), 255};
}
