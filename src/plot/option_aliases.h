/* What matplotlib and seaborn call things that have another name here, for "did you mean". */
#ifndef PLOT_OPTION_ALIASES_H
#define PLOT_OPTION_ALIASES_H

#include <stddef.h>

/* The option that does what their keyword (or rcParam, or method) does, with a value where one is needed, as in "origin lower"; NULL:
 * it is none of theirs. '-', '_' and '.' are the same. */
const char *option_alias(const char *keyword, size_t len);
/* The norm here that matplotlib's class is ("LogNorm": "log"); NULL: it is none. */
const char *norm_alias(const char *name);

#endif
