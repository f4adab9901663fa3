/* How long ago, in words. Pure; any thread. */
#ifndef APP_AGE_H
#define APP_AGE_H

#include <stddef.h>

/* "8.3 ms", "420 ms", "3.2 s", "2 min 05 s", "3 h 20 min", "12 days": as exact as it matters. */
void age_text(double ms, char *out, size_t size);

#endif
