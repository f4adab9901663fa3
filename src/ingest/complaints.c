/* The last complaint and the last wait of a source, under a lock of their own. Threads: see the header. */
#include "ingest/complaints.h"
#include <stdio.h>
#include <string.h>

void complaints_init(struct complaints *c, void (*changed)(void *arg), void *arg)
{
    *c = (struct complaints){.changed = changed, .arg = arg};
    pthread_mutex_init(&c->lock, NULL);
}

void complaints_fini(struct complaints *c)
{
    pthread_mutex_destroy(&c->lock);
}

void complaints_add(struct complaints *c, const char *place, const char *text)
{
    pthread_mutex_lock(&c->lock);
    bool first = c->num++ == 0, news = first || strncmp(c->what, text, sizeof c->what - 1) != 0;
    snprintf(c->what, sizeof c->what, "%s", text);
    snprintf(c->last, sizeof c->last, "%s%s", place, text);
    pthread_mutex_unlock(&c->lock);
    if (news && c->changed)
        c->changed(c->arg);
}

void complaints_wait(struct complaints *c, const void *who, const char *text)
{
    pthread_mutex_lock(&c->lock);
    bool news = text || c->who == who;
    if (news) {
        c->who = text ? who : NULL;
        snprintf(c->waiting, sizeof c->waiting, "%s", text ? text : "");
    }
    pthread_mutex_unlock(&c->lock);
    if (news && c->changed)
        c->changed(c->arg);
}

uint64_t complaints_read(struct complaints *c, char last[COMPLAINT_BYTES], char waiting[COMPLAINT_BYTES])
{
    pthread_mutex_lock(&c->lock);
    uint64_t num = c->num;
    memcpy(last, c->last, COMPLAINT_BYTES);
    memcpy(waiting, c->waiting, COMPLAINT_BYTES);
    pthread_mutex_unlock(&c->lock);
    return num;
}
