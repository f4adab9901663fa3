/* Staleness of a picture. The age is told in steps of a second, so that a picture that stands still isn't drawn again and again.
 * Render thread. */
#include "app/stale.h"
#include "app/age.h"
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
    s->ago_told_ns = 0;
}

static void write_ago(int64_t age_ns, char *out, size_t size)
{
    char age[32];
    age_text((double)age_ns / 1e6, age, sizeof age);
    snprintf(out, size, "last frame %s ago", age);
}

const char *stale_ago(struct stale *s, int64_t newest_ns, int64_t now_ns)
{
    newest_ns = newest_ns > s->newest_ns ? newest_ns : s->newest_ns;
    if (!newest_ns)
        return NULL;
    if (now_ns >= stale_next_ago_ns(s)) {
        write_ago(now_ns - newest_ns, s->ago, sizeof s->ago);
        s->ago_told_ns = now_ns;
    }
    return s->ago;
}

int64_t stale_next_ago_ns(const struct stale *s)
{
    return s->ago_told_ns ? s->ago_told_ns + SECOND_NS : 0;
}

const char *stale_text(struct stale *s, int64_t now_ns)
{
    if (now_ns < stale_next_ns(s))
        return s->told_ns ? s->text : NULL;
    char ago[48];
    write_ago(now_ns - s->newest_ns, ago, sizeof ago);
    snprintf(s->text, sizeof s->text, "stale: %s", ago);
    s->told_ns = now_ns;
    return s->text;
}

int64_t stale_next_ns(const struct stale *s)
{
    if (!s->newest_ns)
        return INT64_MAX;
    return s->told_ns ? s->told_ns + SECOND_NS : s->newest_ns + patience(s);
}
