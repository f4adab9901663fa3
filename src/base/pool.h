/* Worker threads for data-parallel loops. One owner thread calls pool_run; it works too. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

struct pool;

/* Called with disjoint [begin, end) ranges that together cover the items; `worker` is 0 .. pool_num_workers - 1. */
typedef void pool_fn(void *arg, int begin, int end, int worker);

/* num_threads counts the caller; 0 means one per available core (at most 64). NULL when threads can't be made. */
struct pool *pool_create(int num_threads);
void pool_destroy(struct pool *pool);
/* At least 1; also for NULL. */
int pool_num_workers(const struct pool *pool);
/* Run fn over [0, num_items) in chunks of `grain` (at least 1) and wait. pool may be NULL: runs inline. Allocates nothing. */
void pool_run(struct pool *pool, pool_fn *fn, void *arg, int num_items, int grain);
/* The owner is about to be woken for a loop: wakes the workers beside it, not after it. They sleep again when none comes. Any thread; pool
 * may be NULL. */
void pool_rouse(struct pool *pool);

#endif
