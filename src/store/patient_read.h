/* Reads with an end to patience: on file systems over a network or in another process a read may never return. Threads of its own do
 * the reading; who waits for one goes on when it takes too long. Any thread. */
#ifndef STORE_PATIENT_READ_H
#define STORE_PATIENT_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct patient_reader;

/* Close a file whose reads may stall: so may that. */
void patient_close(int fd);
/* Reads of this file may stall, as far as the kind of its file system tells. */
bool patient_is_needed(int fd);
/* fd is duplicated. NULL: no memory, or no descriptor. */
struct patient_reader *patient_create(int fd);
/* Nobody may be waiting any more; reads that hang are left to themselves. NULL is fine. */
void patient_destroy(struct patient_reader *p);
/* All who wait at this moment give up. */
void patient_give_up(struct patient_reader *p);

/* Like pread, all of it or up to the file's end; the file's errno, negative; -ETIMEDOUT: it hasn't come in time, or other reads there
 * hang. [whole_begin, whole_end): bytes that this is a part of; once it hangs, others in there aren't tried before it has returned. */
ssize_t patient_pread(struct patient_reader *p, void *to, size_t len, int64_t offset, int64_t whole_begin, int64_t whole_end,
                      int64_t patience_ns);

#endif
