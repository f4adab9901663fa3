/* Log-binned quantiles: bin i covers values around 1e-6 * 2^(i / 32). */
#include "base/quantile.h"
#include <math.h>

#define FIRST 1e-6
#define BINS_PER_OCTAVE 32

void quantile_add(struct quantile *q, double value)
{
    if (!(value >= 0))
        return;
    double place = value > FIRST ? log2(value / FIRST) * BINS_PER_OCTAVE : 0;
    int bin = place < QUANTILE_NUM_BINS - 1 ? (int)place : QUANTILE_NUM_BINS - 1;
    q->bins[bin]++;
    q->num++;
    if (value > q->max)
        q->max = value;
}

double quantile_get(const struct quantile *q, double p)
{
    if (!q->num)
        return NAN;
    uint64_t rank = (uint64_t)ceil(p * (double)q->num), seen = 0;
    if (rank < 1)
        rank = 1;
    for (int i = 0; i < QUANTILE_NUM_BINS; i++) {
        seen += q->bins[i];
        if (seen >= rank)
            return fmin(FIRST * exp2((i + 0.5) / BINS_PER_OCTAVE), q->max);
    }
    return q->max;
}
