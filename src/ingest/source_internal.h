/* What source.c and its drivers share. A driver's open runs in the caller's thread and says what can be told at once; run is the
 * source's own thread; close comes after it was joined. */
#ifndef INGEST_SOURCE_INTERNAL_H
#define INGEST_SOURCE_INTERNAL_H

#include "ingest/address.h"
#include "ingest/decode.h"
#include "ingest/pace.h"
#include "ingest/source.h"
#include <pthread.h>
#include <stdatomic.h>

struct source_driver {
    enum hs_status (*open)(struct source *s);
    void (*run)(struct source *s);
    void (*close)(struct source *s); /* also after an open that failed */
};

struct source {
    /* constant once open */
    struct source_params p; /* strings are ours */
    const struct source_driver *driver;
    char *name;             /* the driver's open sets it */
    struct address address; /* sockets */
    bool finite;
    int port;
    int cancel_fd;          /* readable: give up */
    void *data;             /* the driver's */
    struct nd_index nd;     /* of a file that is looked at in slices; num_axes 0: it is none */
    int fd;                 /* pipes and files read as streams; -1 */
    enum hs_status (*more)(void *arg); /* the driver's, at the end of a file: see reader.h; NULL */
    void *more_arg;
    const char *file;       /* of a directory: the one being read; NULL */
    struct pace *pace;      /* of what is decoded from a file, on its run's stack; NULL: none */
    struct complaints complaints;
    pthread_t thread;
    bool has_thread;
    /* any thread */
    atomic_int state;
    atomic_int num_connections; /* of a socket */
    atomic_int speed_milli;
};

/* source_file.c */
enum hs_status source_file_show_slice(struct source *s, const struct nd_index *index);

extern const struct source_driver source_file, source_pipe, source_listen, source_dial, source_follow, source_watch, source_dir;

/* A thread with the signals blocked that belong to the main thread. */
bool source_start_thread(pthread_t *out, void *(*fn)(void *arg), void *arg);
void source_set_state(struct source *s, enum source_state state);
/* The end of a run: ENDED or FAILED, by how it went. */
void source_set_ended(struct source *s, enum hs_status status);
/* Wait till monotonic when_ns; false: cancelled. */
bool source_wait_until(struct source *s, int64_t when_ns);
/* Decode a descriptor to its end. *num_bytes (may be NULL): how many were consumed. */
enum hs_status source_decode_fd(struct source *s, int fd, int cancel_fd, const char *name, bool one_array, bool live,
                                uint64_t *num_bytes);
/* Decode a whole file that lies in memory, at the pace of files. */
enum hs_status source_decode_memory(struct source *s, const void *bytes, size_t len, const char *name);
/* The descriptor that "-", "/dev/stdin" or "/dev/fd/N" means, or -1: an ordinary path. */
int source_inherited_fd(const char *spec);

#endif
