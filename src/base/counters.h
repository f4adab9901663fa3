/* What --stats reports. Atomic: sources add, the render thread adds and reads. frames_received = shown + dropped + queued. */
#ifndef BASE_COUNTERS_H
#define BASE_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

#define COUNTERS_LIST(X)                                                                                            \
    X(frames_received) X(frames_shown) X(frames_dropped) X(rows_received) X(tiles_received) X(tiles_dropped)        \
    X(tiles_outside) X(events_received) X(events_outside)                                                                            \
    X(records_rejected) X(bytes_received) X(connections)

struct counters {
#define COUNTERS_FIELD(name) _Atomic uint64_t name;
    COUNTERS_LIST(COUNTERS_FIELD)
#undef COUNTERS_FIELD
};

static inline void counter_add(_Atomic uint64_t *c, uint64_t n) { atomic_fetch_add_explicit(c, n, memory_order_relaxed); }
static inline uint64_t counter_get(const _Atomic uint64_t *c) { return atomic_load_explicit(c, memory_order_relaxed); }

#endif
