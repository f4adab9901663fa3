/* Names of tick labels, as an option's value keeps them. */
#ifndef PLOT_OPTION_NAMES_H
#define PLOT_OPTION_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Such a value begins with it, and it stands between names; a value without it is names separated by commas (or auto, none, a number). */
#define NAMES_SEPARATOR '\x1e'

/* "@FILE", or the path of a file that is there. */
bool names_is_file(const char *text);
/* Its lines as a value; malloc'ed. NULL: message says why. */
char *names_read_file(const char *text, char *message, size_t message_size);

#endif
