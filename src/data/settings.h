/* Options on their way from a stream to a view: one JSON object as text, not interpreted here. */
#ifndef DATA_SETTINGS_H
#define DATA_SETTINGS_H

/* Both objects as one; keys of `newer` win. Either may be NULL. Both are freed; the result is malloc'ed (NULL if both were). */
char *settings_merge(char *older, char *newer);

#endif
