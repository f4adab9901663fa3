/* A file that --follow or --watch wants and that isn't there. For a moment it may be between two versions; then that is said, once, and
 * the source's state is MISSING until it is there (again). One thread, a source's. */
#ifndef INGEST_ABSENCE_H
#define INGEST_ABSENCE_H

#include "ingest/source_internal.h"

struct absence {
    int64_t since_ns; /* monotonic; 0: it is there */
    bool told;
};

/* While opening: it isn't there yet. */
void absence_begin(struct absence *a, struct source *s);
/* It has been looked for. */
void absence_see(struct absence *a, struct source *s, bool there);

#endif
