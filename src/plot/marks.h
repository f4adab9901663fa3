/* What is drawn over the heatmap on request: words, lines across and down, and shaded spans. */
#ifndef PLOT_MARKS_H
#define PLOT_MARKS_H

#include "plot/color.h"
#include <stdbool.h>
#include <stddef.h>

enum mark_kind { MARK_HSPAN, MARK_VSPAN, MARK_HLINE, MARK_VLINE, MARK_TEXT, MARK_NUM_KINDS }; /* drawn in this order */
enum mark_place { MARK_START, MARK_CENTER, MARK_END }; /* left or top, centre, right or bottom: the side of the words that is at X, Y */

struct mark {
    enum mark_kind kind;
    bool axes;               /* a, b are 0..1 across the axes (from the lower left), not data coordinates */
    double a, b;             /* TEXT: x, y; lines: a; spans: from a to b */
    struct color color;
    double width_pt;
    bool dashed;
    enum mark_place ha, va;
    double size_pt;          /* NaN: that of labels */
    int degrees;
    struct color halo;       /* alpha 0: none */
    bool own_halo;           /* it was asked for */
    const char *words;       /* within the text that was parsed */
    size_t words_len;
};

/* "X,Y,WORDS", "V" or "A,B", each with ";name=value" behind it; false: message says why. */
bool mark_parse(enum mark_kind kind, const char *text, size_t len, struct mark *out, char *message, size_t message_size);

/* Several in one string: each but the first is behind a separator. */
#define MARKS_SEPARATOR '\x1e'
enum { MARKS_MAX = 4096 }; /* of a kind */

/* The marks of all kinds, parsed when their texts change. Zero-initialise. */
struct marks {
    char *texts[MARK_NUM_KINDS];
    struct mark *items;
    int num, cap;
};
void marks_update(struct marks *m, const char *const texts[MARK_NUM_KINDS]);
void marks_fini(struct marks *m);

#endif
