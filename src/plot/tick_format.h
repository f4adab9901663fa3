/* How numbers beside an axis are written: by rule (auto), with SI prefixes, as powers of ten, plainly, or as a format says. */
#ifndef PLOT_TICK_FORMAT_H
#define PLOT_TICK_FORMAT_H

#include "plot/format.h"
#include "plot/ticks.h"
#include <stdbool.h>
#include <stddef.h>

enum tick_format_kind { TICK_FORMAT_AUTO, TICK_FORMAT_SI, TICK_FORMAT_SCI, TICK_FORMAT_PLAIN, TICK_FORMAT_SPEC };

struct tick_format {
    enum tick_format_kind kind;
    /* SPEC: Python's (plot/format.h), as in ".1f", "+.0e", ".0%", ",d"; or with words round it: "{:.1f} kg" */
    struct number_format number;
    char before[24], after[24];
};

/* auto, si, sci, plain, or a format; false: none of them. NULL is auto. */
bool tick_format_parse(const char *text, struct tick_format *f);
/* As checks of options: false, and message says why. */
bool tick_format_check(const char *text, char *message, size_t size);
bool ticks_check(const char *text, char *message, size_t size);
/* One number. step: what tells it from its neighbours (0: nothing known); as many digits as that asks for. UTF-8, U+2212 for minus. */
void tick_format_text(const struct tick_format *f, double v, double step, char *out, size_t size);
/* New texts for ticks whose `at` are the values; the common factor and offset go. AUTO: as they were. */
void ticks_apply_format(struct ticks *t, const struct tick_format *f);
/* "1,2.5,10": at most TICKS_MAX values, in their order; blanks round them are allowed. */
bool ticks_parse_list(const char *text, double at[TICKS_MAX], int *num);

#endif
