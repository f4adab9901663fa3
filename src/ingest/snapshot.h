/* A whole file as it was at one moment, although others write to it. One thread. */
#ifndef INGEST_SNAPSHOT_H
#define INGEST_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

struct snapshot {
    uint8_t *bytes;
    size_t size, cap;
    struct stat at; /* which version of the file: see snapshot_same_version */
};

enum snapshot_result {
    SNAPSHOT_WHOLE,
    SNAPSHOT_PARTIAL, /* it changed meanwhile, is empty, or ends inside an NPY array: somebody is writing it */
    SNAPSHOT_FAILED,  /* it isn't there, can't be read, or there is no memory; errno says why */
};

/* Zero-initialise; the memory is used again. */
enum snapshot_result snapshot_read(struct snapshot *s, const char *path);
void snapshot_fini(struct snapshot *s);
bool snapshot_same_version(const struct stat *a, const struct stat *b);

#endif
