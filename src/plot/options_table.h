/* Private to options*.c: the table of options, and the types of their values. */
#ifndef PLOT_OPTIONS_TABLE_H
#define PLOT_OPTIONS_TABLE_H

#include "plot/options.h"
#include <stdbool.h>
#include <stddef.h>

enum option_type {
    OPTION_FLAG,
    OPTION_INT,      /* int64_t */
    OPTION_NUMBER,   /* double */
    OPTION_DURATION, /* double, seconds */
    OPTION_BYTES,    /* int64_t */
    OPTION_SIZE,     /* two ints: offset, aux */
    OPTION_STRING,   /* char *, NULL when empty */
    OPTION_LIST,     /* char *, separated by commas; given again, it grows */
    OPTION_GRID,     /* two ints, rows and columns: offset, aux */
    OPTION_CMAP,     /* char * */
    OPTION_CHOICE,   /* int: index into choices */
    OPTION_NORM,     /* a choice that minds gamma */
    OPTION_GAMMA,    /* a number that selects the power norm */
    OPTION_COLOR,    /* struct color; aux: the flag that it was given */
    OPTION_VIEW,     /* double[4] */
    OPTION_EXTENT,   /* double[4] */
    OPTION_ROBUST,   /* two doubles: offset, aux */
    OPTION_LEVELS,   /* char * */
    OPTION_POLICY,   /* two ints, policy and every: offset, aux */
    OPTION_FRAME,    /* char * */
    OPTION_ALERT,    /* char *, NULL when empty */
    OPTION_WHERE,    /* char *, NULL when empty */
    OPTION_CELL_SIZE, /* two doubles: offset, aux */
    OPTION_SPINES,   /* int: bits */
    OPTION_EDGES,    /* char *, a list of numbers, NULL when empty */
    OPTION_ASPECT,   /* int and double, aspect and aspect_ratio: offset, aux */
    OPTION_REPORT,   /* char *: "text" or "json"; NULL: none */
    OPTION_CHECKED,  /* char *, NULL when it is the word for unset; `check` knows what is right */
    OPTION_NAMES,    /* char *: names of tick labels, perhaps from a file */
    OPTION_MARKS,    /* char *, NULL when empty; given again, it grows (from a stream: is replaced) */
    OPTION_ANNOT,    /* char *, a format, NULL when none was given; aux: enum annot_mode */
    OPTION_NUM_TYPES
};

enum option_group { GROUP_OUTPUT, GROUP_SOURCE, GROUP_COLOR, GROUP_CELLS, GROUP_AXES, GROUP_WORDS, GROUP_TIME, GROUP_ABOUT, NUM_GROUPS };

/* Where an option may come from. */
enum option_access {
    ACCESS_LOOK, /* anywhere; its field is in struct look */
    ACCESS_RUN,  /* command line and config file; its field is in struct run */
    ACCESS_ARGV, /* command line only; its field is in struct run */
};

struct option_row {
    const char *name;
    char short_name; /* 0: none */
    enum option_group group;
    enum option_access access;
    enum option_type type;
    size_t offset, aux; /* into struct look or struct run; aux 0: none */
    double min, max;    /* numbers; both 0: any */
    bool above_min;     /* min itself is out */
    const char *const *choices; /* NULL ends */
    const char *unset;  /* a word for "not set", or NULL */
    const char *default_text; /* parses to the default */
    const char *placeholder;  /* NULL: flags */
    const char *help;
    bool (*check)(const char *text, char *message, size_t size); /* CHECKED */
};

extern const struct option_row OPTIONS_TABLE[];
extern const int OPTIONS_NUM;

/* The row of a long name ('_' counts as '-'). *negated: "no-x" for a flag x, "x" for a flag "no-x". NULL: unknown. */
const struct option_row *option_find(const char *name, size_t len, bool *negated);
const struct option_row *option_find_short(char c);
/* What matplotlib's name means here (option_aliases.h), else the known name nearest in spelling; NULL: none is near. */
const char *option_suggest(const char *name, size_t len);

/* Room for what was wrong: goes behind "where: ". */
#define OPTION_MESSAGE 512

/* Write text into the row's field; base is the struct look or run. False: message says why, and the field is as before. text NULL:
 * no value was given. */
bool option_store(const struct option_row *row, void *base, const char *text, char *message);
/* The default again. */
bool option_reset(const struct option_row *row, void *base);
/* Its field is a char * of malloc'ed text or NULL. */
bool option_is_string(const struct option_row *row);
/* A flag, or an option whose value may be left out. */
bool option_value_is_optional(const struct option_row *row);
/* The shortest decimal that reads back as v. */
#define OPTION_NUMBER_TEXT 32
const char *option_number_text(double v, char *out);
/* "flag", "number", ... for --list-options. */
const char *option_type_name(const struct option_row *row);

/* options_cells.c: see option_store. */
bool option_store_where(const struct option_row *row, void *base, const char *text, char *message);
bool option_store_edges(const struct option_row *row, void *base, const char *text, char *message);
bool option_store_cell_size(const struct option_row *row, void *base, const char *text, char *message);
bool option_store_spines(const struct option_row *row, void *base, const char *text, char *message);
bool option_store_aspect(const struct option_row *row, void *base, const char *text, char *message);

#endif
