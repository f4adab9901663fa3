/* What was wrong with a source's bytes last, for those who look at the picture and not at the messages: kept by the source, written by
 * its threads, read by the render thread. */
#ifndef INGEST_COMPLAINTS_H
#define INGEST_COMPLAINTS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COMPLAINT_BYTES = 240 };

struct complaints {
    pthread_mutex_t lock;
    uint64_t num;               /* that came so far */
    char what[COMPLAINT_BYTES], last[COMPLAINT_BYTES]; /* last: with the place before it */
    const void *who;            /* waits for the rest of a record; NULL: nobody */
    char waiting[COMPLAINT_BYTES];
    void (*changed)(void *arg); /* from the thread that writes, without the lock; may be NULL */
    void *arg;
};

void complaints_init(struct complaints *c, void (*changed)(void *arg), void *arg);
void complaints_fini(struct complaints *c);
/* Something was wrong, at a place ("line 7: ", may be "") that doesn't make it another complaint. Any thread. */
void complaints_add(struct complaints *c, const char *place, const char *text);
/* A connection waits for the rest of a record; text NULL: it waits no more. Any thread. */
void complaints_wait(struct complaints *c, const void *who, const char *text);
/* How many came so far; the last one, and what is waited for ("": nothing). Any thread. */
uint64_t complaints_read(struct complaints *c, char last[COMPLAINT_BYTES], char waiting[COMPLAINT_BYTES]);

#endif
