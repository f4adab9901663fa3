/* How a picture looks to people with another colour vision. The model: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A
 * Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009: matrices on linear RGB, published in steps
 * of 0.1 of severity, straight lines between; and for mono the luminance (Rec. 709). Pure functions; any thread. */
#ifndef PLOT_CVD_H
#define PLOT_CVD_H

#include "plot/color.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cvd_kind { CVD_NONE, CVD_PROTAN, CVD_DEUTAN, CVD_TRITAN, CVD_MONO, CVD_NUM };

struct cvd {
    enum cvd_kind kind;
    int per_mille; /* severity, 0..1000 */
};

const char *cvd_name(enum cvd_kind kind); /* "none", "protan", ... */
/* "protan", "deutan=0.6"; "none". False: message says why. */
bool cvd_parse(const char *text, struct cvd *out, char *message, size_t size);
/* On linear RGB, row by row. */
void cvd_matrix(struct cvd c, double m[9]);

/* The same in integers, for both executors: linear light has CVD_ONE for full, the matrix CVD_UNIT for 1; what comes out is clamped and
 * looked up in encoded. A severity of 0 changes nothing. */
enum { CVD_BITS = 14, CVD_UNIT = 1 << CVD_BITS, CVD_ONE = CVD_UNIT - 1 };
struct cvd_table {
    uint64_t version; /* tells tables apart; 0: none made yet */
    int32_t m[9];
    uint16_t linear[256];
    uint8_t encoded[CVD_UNIT];
};
/* Does nothing where the table is that of c already. */
void cvd_table_make(struct cvd_table *t, struct cvd c);

static inline uint8_t cvd_channel(const struct cvd_table *t, const int32_t m[3], int32_t r, int32_t g, int32_t b)
{
    int32_t v = (m[0] * r + m[1] * g + m[2] * b + CVD_UNIT / 2) >> CVD_BITS;
    return t->encoded[v < 0 ? 0 : v > CVD_ONE ? CVD_ONE : v];
}

static inline struct color cvd_color(const struct cvd_table *t, struct color c)
{
    int32_t r = t->linear[c.r], g = t->linear[c.g], b = t->linear[c.b];
    return (struct color){cvd_channel(t, t->m, r, g, b), cvd_channel(t, t->m + 3, r, g, b), cvd_channel(t, t->m + 6, r, g, b), c.a};
}

#endif
