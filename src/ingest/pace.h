/* The pace of files: when the next frame of a recording is due. By --fps; without it by the time stamps that came with the frames, or
 * at 30 a second. One thread, a source's, but for the speed, which anybody may set (source_set_speed). */
#ifndef INGEST_PACE_H
#define INGEST_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct source;

struct pace {
    struct source *source;
    double fps;        /* NaN: stamps, else 30 a second; 0: as fast as they are taken */
    bool started;
    int64_t due_ns;    /* monotonic: of the frame before */
    int64_t stamp_ns;  /* the stamp of the frame before; 0: none */
    int64_t at_ns;     /* how far playing has come, in the stamps' time */
};

/* A pace for this source's fps. */
void pace_init(struct pace *p, struct source *s);
/* Wait until the next frame is due. t_ns: its stamp, or 0; rows: it is rows, which wait for stamps and an explicit fps only. False:
 * cancelled. Fits decode_params.pace. */
bool pace_wait(void *pace, int64_t t_ns, bool rows);

#endif
