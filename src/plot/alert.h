/* What --alert asks for: conditions on a frame's numbers, "max>0.9,nan>0". Pure; any thread. */
#ifndef PLOT_ALERT_H
#define PLOT_ALERT_H

#include <stdbool.h>
#include <stddef.h>

enum { ALERT_MAX_RULES = 8, ALERT_TEXT_BYTES = 48 };

enum alert_what { ALERT_MAX, ALERT_MIN, ALERT_MEAN, ALERT_ABSMAX, ALERT_NAN, ALERT_NUM_WHATS };
enum alert_op { ALERT_ABOVE, ALERT_BELOW, ALERT_AT_LEAST, ALERT_AT_MOST };

struct alert_rule {
    enum alert_what what;
    enum alert_op op;
    double value;
    char text[ALERT_TEXT_BYTES]; /* as given, without blanks */
};

/* "WHAT OP NUMBER", several separated by commas; WHAT is max, min, mean, absmax or nan (the number of NaN cells), OP one of > < >=
 * <=. False: why says what is wrong. */
bool alert_parse(const char *text, struct alert_rule rules[ALERT_MAX_RULES], int *num, char *why, size_t why_size);
/* NaN (there is no such number in the frame) meets nothing. */
bool alert_is_met(const struct alert_rule *r, double value);
/* There are cells to blame: those beyond the limit, or NaN. "max<3" holds for a frame as a whole. */
bool alert_has_cells(const struct alert_rule *r);

#endif
