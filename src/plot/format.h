/* Numbers as text by Python's format specifications (seaborn's `fmt`): [[fill]align][sign][z][#][0][width][,|_][.precision][type].
 * Parsed here and carried out here; what a user wrote never reaches printf. Any thread. */
#ifndef PLOT_FORMAT_H
#define PLOT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FORMAT_MAX_TEXT = 512 }; /* of any number in any format, with its end */

/* Zero-initialised it isn't valid: see format_parse. */
struct number_format {
    char fill[8];     /* one character, UTF-8 */
    char align;       /* '<' '>' '^' '='; 0: numbers to the right, words to the left */
    char sign;        /* '-', '+' or ' ' */
    bool no_negative_zero, alternate;
    char grouping;    /* ',' or '_' between thousands; 0: none */
    int width;        /* 0: as wide as it is */
    int precision;    /* -1: the type's */
    char type;        /* d e E f F g G % n s; 0: as Python's str() */
};

/* Types of numbers that the shortest text reads back in. */
enum format_digits { FORMAT_HALF, FORMAT_SINGLE, FORMAT_DOUBLE };

/* "", ".2f", "+,d", "{:.1f}"; NULL is "". False: why says what is wrong. */
bool format_parse(const char *text, struct number_format *out, char *why, size_t why_size);
/* As Python's format(v, ...), of which type d has the integer that is nearest. Returns the length; out is cut to fit. */
size_t format_float(const struct number_format *f, double v, enum format_digits kept, char *out, size_t out_size);
/* Exact with the types d, n, s and none (then a precision is ignored); else as of the nearest double. */
size_t format_integer(const struct number_format *f, bool negative, uint64_t magnitude, char *out, size_t out_size);
/* Words are cut to the precision, and filled up to the width; signs and types of numbers say nothing to them. */
size_t format_words(const struct number_format *f, const char *utf8, char *out, size_t out_size);

#endif
