/* When a live source has sent nothing for two seconds, or for ten times as long as its frames usually take, the picture is stale and
 * says so, with an age that is brought up to date once a second. Render thread. */
#ifndef APP_STALE_H
#define APP_STALE_H

#include <stdbool.h>
#include <stdint.h>

struct stale {
    int64_t newest_ns;   /* the last frame came; 0: none yet */
    int64_t interval_ns; /* between two frames, averaged; 0: not known */
    uint64_t newest_id;
    int64_t told_ns;     /* what text says is as of then; 0: not stale */
    char text[64];
    int64_t ago_told_ns; /* the same of ago */
    char ago[48];
};

/* A new frame, at monotonic now_ns. id: of the history, 0 for a waterfall; frames passed over count for the interval. */
void stale_frame(struct stale *s, uint64_t id, int64_t now_ns);
/* The line to show, or NULL: not stale. The same until a second has passed. */
const char *stale_text(struct stale *s, int64_t now_ns);
/* "last frame 3.2 s ago", the same until a second has passed; newest_ns: of the frame, if a newer one than what was told of is known,
 * else 0. NULL: none came yet. */
const char *stale_ago(struct stale *s, int64_t newest_ns, int64_t now_ns);
/* When that will say something new. */
int64_t stale_next_ago_ns(const struct stale *s);
/* When stale_text will say something new; INT64_MAX before the first frame. */
int64_t stale_next_ns(const struct stale *s);

#endif
