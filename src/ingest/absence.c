/* When the absence of a file is worth a word. One thread, a source's. */
#include "ingest/absence.h"
#include "base/clock.h"
#include "base/log.h"

enum { BETWEEN_VERSIONS_NS = 250000000 };

void absence_begin(struct absence *a, struct source *s)
{
    log_info("%s: isn't there yet; waiting for it", s->name);
    *a = (struct absence){clock_now_ns(), true};
    source_set_state(s, SOURCE_MISSING);
}

void absence_see(struct absence *a, struct source *s, bool there)
{
    int64_t now = clock_now_ns();
    if (there) {
        *a = (struct absence){0};
        source_set_state(s, SOURCE_LIVE);
    } else if (!a->since_ns)
        a->since_ns = now;
    else if (!a->told && now - a->since_ns >= BETWEEN_VERSIONS_NS) {
        log_info("%s: gone; waiting for it", s->name);
        a->told = true;
        source_set_state(s, SOURCE_MISSING);
    }
}
