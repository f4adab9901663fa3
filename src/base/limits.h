/* How much memory this process may have. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

/* Bytes: the machine's memory, or less where the process is limited: by its control group (memory.max, memory.limit_in_bytes, its own
 * or that of one above) or its address space (ulimit -v, less room for the program itself). */
size_t limits_memory(void);
/* The least limit that the control groups named in `groups` (as in /proc/self/cgroup) set, in a hierarchy mounted at `root`; INT64_MAX:
 * none. */
int64_t limits_cgroup(const char *groups, const char *root);
/* What an address space of so many bytes leaves for data. */
int64_t limits_space(int64_t bytes);
/* Where address space is limited, threads and allocation reserve less of it. At the start, before there are threads. */
void limits_save_space(void);

#endif
