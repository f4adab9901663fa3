/* Parallel loops: every item once, whatever the grain; workers' numbers; many loops on one pool. */
#include "base/pool.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ITEMS = 10000 };

static atomic_int visits[MAX_ITEMS];
static atomic_int bad_worker;

static void visit(void *arg, int begin, int end, int worker)
{
    int num_workers = *(int *)arg;
    if (worker < 0 || worker >= num_workers || begin >= end)
        bad_worker = 1;
    for (int i = begin; i < end; i++)
        visits[i]++;
}

static void check(struct pool *pool, int num_items, int grain)
{
    int num_workers = pool_num_workers(pool);
    memset((void *)visits, 0, sizeof visits);
    pool_run(pool, visit, &num_workers, num_items, grain);
    for (int i = 0; i < MAX_ITEMS; i++)
        cr_assert_eq(visits[i], i < num_items, "item %d of %d, grain %d", i, num_items, grain);
    cr_assert_eq(bad_worker, 0);
}

Test(pool, every_item_once)
{
    static const int nums[] = {0, 1, 2, 3, 7, 64, 1000, MAX_ITEMS}, grains[] = {0, 1, 3, 64, MAX_ITEMS * 2};
    for (int threads = 1; threads <= 5; threads += 2) {
        struct pool *pool = pool_create(threads);
        cr_assert_eq(pool_num_workers(pool), threads);
        for (size_t n = 0; n < sizeof nums / sizeof *nums; n++) {
            for (size_t g = 0; g < sizeof grains / sizeof *grains; g++)
                check(pool, nums[n], grains[g]);
        }
        pool_destroy(pool);
    }
}

Test(pool, without_one_it_runs_inline)
{
    cr_assert_eq(pool_num_workers(NULL), 1);
    check(NULL, 100, 7);
    pool_destroy(NULL);
}

static void add(void *arg, int begin, int end, int worker)
{
    (void)worker;
    atomic_fetch_add((atomic_long *)arg, end - begin);
}

Test(pool, many_loops, .timeout = 30)
{
    struct pool *pool = pool_create(4);
    for (int i = 0; i < 5000; i++) {
        atomic_long sum = 0;
        pool_run(pool, add, &sum, 64, 4);
        cr_assert_eq(sum, 64);
    }
    pool_destroy(pool);
}

Test(pool, made_and_destroyed_unused, .timeout = 30)
{
    for (int i = 0; i < 100; i++)
        pool_destroy(pool_create(3));
    struct pool *pool = pool_create(0);
    cr_assert_geq(pool_num_workers(pool), 1);
    pool_destroy(pool);
}

static atomic_bool rouses;

static void *rouse(void *pool)
{
    while (rouses) {
        pool_rouse(pool);
        usleep(50);
    }
    return NULL;
}

/* At any moment of a loop, and between loops, also when the workers sleep. */
Test(pool, roused_by_another_thread, .timeout = 60)
{
    struct pool *pool = pool_create(4);
    pthread_t thread;
    rouses = true;
    cr_assert_eq(pthread_create(&thread, NULL, rouse, pool), 0);
    for (int i = 0; i < 1000; i++) {
        atomic_long sum = 0;
        pool_run(pool, add, &sum, 64, 4);
        cr_assert_eq(sum, 64);
        if (i % 10 == 0)
            usleep(1000);
    }
    rouses = false;
    pthread_join(thread, NULL);
    pool_destroy(pool);
    pool_rouse(NULL);
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

Test(pool, roused_for_nothing_workers_sleep_again, .timeout = 60)
{
    struct pool *pool = pool_create(4);
    check(pool, 100, 1);
    pool_rouse(pool);
    double before = cpu_seconds();
    usleep(500000);
    cr_assert_lt(cpu_seconds() - before, 0.1); /* one that doesn't takes 0.5 */
    check(pool, 100, 1);
    pool_destroy(pool);
}
