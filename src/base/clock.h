#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Monotonic nanoseconds. */
int64_t clock_now_ns(void);
/* Nanoseconds since the Unix epoch. */
int64_t clock_unix_ns(void);
/* Sleep until monotonic `when_ns`. */
void clock_sleep_until_ns(int64_t when_ns);

#endif
