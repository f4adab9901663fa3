/* One line on stderr per message, written by one write(2) so that threads don't mix. Control characters in the arguments are
 * escaped (\x1b becomes "\\x1b"): peers' strings can't drive a terminal. Any thread. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/* "heatscope: error: ..." -- say what was wrong, where, and what to do. */
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "heatscope: warning: ..." */
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "heatscope: ..." */
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
