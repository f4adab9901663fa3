/* What the tests of the history share: frames whose content tells whether they are whole, and the sum that must hold. */
#ifndef TESTS_HISTORY_FIXTURE_H
#define TESTS_HISTORY_FIXTURE_H

#include "base/memory.h"
#include "data/history.h"
#include <criterion/criterion.h>
#include <string.h>

static struct counters counters;

static inline struct history *make(enum policy policy, size_t budget, int every)
{
    struct history_params p = {.budget_bytes = budget, .policy = policy, .every = every, .counters = &counters};
    memset(&counters, 0, sizeof counters);
    struct history *h = history_create(&p);
    cr_assert(h);
    return h;
}

/* Content is a pattern of the seed, so that torn or swapped frames are seen. */
static inline void put(struct history *h, size_t num_bytes, uint64_t seed, const char *settings)
{
    struct frame *f;
    cr_assert_eq(history_reserve(h, num_bytes, &f), HS_OK);
    cr_assert_geq(f->capacity_bytes, num_bytes);
    cr_assert_eq(f->channels, 1);
    cr_assert_eq(f->index, -1);
    uint64_t *words = f->bytes;
    for (size_t i = 0; i < num_bytes / 8; i++)
        words[i] = seed + i * 0x9e3779b97f4a7c15u;
    f->cells = array_c_order(f->bytes, DTYPE_U8, 1, (int64_t)(num_bytes / 8));
    f->t_ns = (int64_t)seed;
    f->settings = settings ? mem_strdup(settings) : NULL;
    history_commit(h, f);
}

static inline bool intact(const struct frame *f)
{
    const uint64_t *words = f->cells.data;
    for (int64_t i = 0; i < f->cells.cols; i++) {
        if (words[i] != (uint64_t)f->t_ns + (uint64_t)i * 0x9e3779b97f4a7c15u)
            return false;
    }
    return true;
}

#define RECEIVED counter_get(&counters.frames_received)
#define SHOWN counter_get(&counters.frames_shown)
#define DROPPED counter_get(&counters.frames_dropped)
#define CHECK_SUM(h) cr_assert_eq(RECEIVED, SHOWN + DROPPED + history_queued(h))

static inline void show_and_release(struct history *h, struct frame *f)
{
    cr_assert(f);
    cr_assert(intact(f));
    history_shown(h, f);
    history_release(h, f);
}

#endif
