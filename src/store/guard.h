/* Mapped files may shrink while they are shown; touching what is gone raises SIGBUS. A guarded mapping reads zeros there instead,
 * and says so. */
#ifndef STORE_GUARD_H
#define STORE_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/* Guard [begin, begin + len). A handle, or -1: too many (then it isn't guarded). Any thread. */
int guard_add(void *begin, size_t len);
/* Before munmap. -1 is fine. */
void guard_remove(int handle);
/* Some page of it was gone when it was read. */
bool guard_tripped(int handle);

#endif
