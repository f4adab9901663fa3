/* Staleness of a picture. The age is told in steps of a second, so that a picture that stands still isn't drawn again and again.
 * Render thread. */
#include "app/stale.h"
#include <stdio.h>

#define SECOND_NS 1000000000ll
#define PATIENCE_NS (2 * SECOND_NS)
#define PATIENCE_FRAMES 10

static int64_t patience(const struct stale *s)
{
    int64_t frames = s->interval_ns * PATIENCE_FRAMES;
    return frames > PATIENCE_NS ? frames : PATIENCE_NS;
}

void stale_frame(struct stale *s, uint64_t id, int64_t now_ns)
{
    if (s->newest_ns) {
        int64_t num = id > s->newest_id && s->newest_id ? (int64_t)(id - s->newest_id) : 1;
        int64_t interval = (now_ns - s->newest_ns) / num;
        s->interval_ns = s->interval_ns ? s->interval_ns + (interval - s->interval_ns) / 4 : interval;
    }
    s->newest_ns = now_ns;
    s->newest_id = id;
    s->told_ns = 0;
}

const char *stale_text(struct stale *s, int64_t now_ns)
{
    if (now_ns < stale_next_ns(s))
        return s->told_ns ? s->text : NULL;
    double age = (double)(now_ns - s->newest_ns) / SECOND_NS;
    if (age < 60)
        snprintf(s->text, sizeof s->text, "stale: last frame %.1f s ago", age);
    else
        snprintf(s->text, sizeof s->text, "stale: last frame %d:%02d ago", (int)age / 60, (int)age % 60);
    s->told_ns = now_ns;
    return s->text;
}

int64_t stale_next_ns(const struct stale *s)
{
    if (!s->newest_ns)
        return INT64_MAX;
    return s->told_ns ? s->told_ns + SECOND_NS : s->newest_ns + patience(s);
}
