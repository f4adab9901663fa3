/* The history with several writers against a reader, writers that wait, and memory that stays flat. */
#include "data/history.h"
#include "base/memory.h"
#include "history_fixture.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *write_three(void *arg)
{
    for (uint64_t i = 1; i <= 200; i++)
        put(arg, 64, i, NULL);
    return NULL;
}

Test(history_threads, all_makes_the_writer_wait)
{
    struct history *h = make(POLICY_ALL, 1 << 20, 0);
    pthread_t t;
    pthread_create(&t, NULL, write_three, h);
    usleep(50000);
    cr_assert_eq(history_queued(h), 64);
    for (uint64_t i = 1; i <= 200; i++) {
        struct frame *f;
        while (!(f = history_take(h, NULL)))
            usleep(100);
        cr_assert_eq(f->id, i);
        show_and_release(h, f);
    }
    pthread_join(t, NULL);
    cr_assert_eq(SHOWN, 200);
    cr_assert_eq(DROPPED, 0);
    history_destroy(h);
}

Test(history_threads, all_waits_for_bytes)
{
    struct history *h = make(POLICY_ALL, 8192, 0); /* two pages: a third of it isn't one, so frames of up to 2730 bytes */
    struct frame *f;
    cr_assert_eq(history_reserve(h, 4096, &f), HS_ERR_LIMIT);
    put(h, 2048, 1, NULL);
    pthread_t t;
    pthread_create(&t, NULL, write_three, h);
    usleep(50000);
    cr_assert_leq(history_queued(h), 2);
    for (int i = 0; i < 201; i++) {
        while (!(f = history_take(h, NULL)))
            usleep(100);
        show_and_release(h, f);
    }
    pthread_join(t, NULL);
    cr_assert_eq(SHOWN, 201);
    history_destroy(h);
}

static void *write_until_cancelled(void *arg)
{
    struct frame *f;
    enum hs_status status;
    while ((status = history_reserve(arg, 64, &f)) == HS_OK)
        history_commit(arg, f);
    return (void *)(intptr_t)status;
}

Test(history_threads, cancel_wakes_waiting_writers, .timeout = 5)
{
    struct history *h = make(POLICY_ALL, 1 << 20, 0);
    pthread_t t;
    pthread_create(&t, NULL, write_until_cancelled, h);
    usleep(20000);
    history_cancel(h);
    void *status;
    pthread_join(t, &status);
    cr_assert_eq((intptr_t)status, HS_ERR_CANCELLED);
    struct frame *f;
    cr_assert_eq(history_reserve_external(h, NULL, NULL, &f), HS_ERR_CANCELLED);
    history_finish(h);
    CHECK_SUM(h);
    cr_assert_eq(history_queued(h), 0);
    history_destroy(h);
}

struct writer {
    struct history *h;
    unsigned seed;
    int num;
    bool ok;
    pthread_t thread;
};

static void *write_many(void *arg)
{
    struct writer *w = arg;
    w->ok = true;
    for (int i = 0; i < w->num; i++) {
        size_t num_bytes = 8 + (size_t)(rand_r(&w->seed) % 3000) * 8;
        struct frame *f;
        if (history_reserve(w->h, num_bytes, &f) != HS_OK) {
            w->ok = false;
            break;
        }
        uint64_t *words = f->bytes, value = rand_r(&w->seed);
        for (size_t k = 0; k < num_bytes / 8; k++)
            words[k] = value + k * 0x9e3779b97f4a7c15u;
        f->t_ns = (int64_t)value;
        f->cells = array_c_order(words, DTYPE_U8, 1, (int64_t)(num_bytes / 8));
        if (rand_r(&w->seed) % 16 == 0)
            history_abort(w->h, f);
        else
            history_commit(w->h, f);
        if (rand_r(&w->seed) % 8 == 0) {
            uint64_t row[16] = {value};
            struct array rows = array_c_order(row, DTYPE_U8, 1, 16);
            history_push_rows(w->h, &rows, NULL, NULL, 0);
        }
    }
    return NULL;
}

static void stress(enum policy policy)
{
    struct history *h = make(policy, 1 << 18, 4);
    struct writer writers[4];
    enum { NUM = 2000 };
    for (int i = 0; i < 4; i++) {
        writers[i] = (struct writer){.h = h, .seed = (unsigned)i + 1, .num = NUM};
        pthread_create(&writers[i].thread, NULL, write_many, &writers[i]);
    }
    struct frame *held = NULL;
    unsigned seed = 99;
    uint64_t last = 0, num_taken = 0, oldest, newest;
    int idle = 0;
    while (idle < 200) {
        struct frame *f = history_take(h, NULL);
        if (!f) {
            idle++;
            usleep(1000);
            continue;
        }
        idle = 0;
        if (f->id) {
            cr_assert_gt(f->id, last);
            cr_assert(policy != POLICY_ALL || f->id == last + 1);
            last = f->id;
            num_taken++;
            cr_assert(intact(f));
        }
        history_shown(h, f);
        history_release(h, held);
        held = f;
        history_range(h, &oldest, &newest);
        if (newest && rand_r(&seed) % 4 == 0) {
            struct frame *old = history_peek(h, oldest + (uint64_t)rand_r(&seed) % (newest - oldest + 1));
            cr_assert(!old || intact(old));
            history_release(h, old);
        }
        if (rand_r(&seed) % 64 == 0)
            usleep(500);
        if (held->id)
            cr_assert(intact(held));
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(writers[i].thread, NULL);
        cr_assert(writers[i].ok);
    }
    CHECK_SUM(h);
    cr_assert_eq(SHOWN, num_taken);
    history_release(h, held);
    history_finish(h);
    cr_assert_eq(RECEIVED, SHOWN + DROPPED);
    cr_assert_gt(RECEIVED, 4 * NUM * 8 / 10);
    cr_assert(policy != POLICY_ALL || DROPPED == 0);
    history_destroy(h);
}

Test(history_threads, writers_against_a_reader_latest, .timeout = 60) { stress(POLICY_LATEST); }
Test(history_threads, writers_against_a_reader_all, .timeout = 60) { stress(POLICY_ALL); }
Test(history_threads, writers_against_a_reader_every, .timeout = 60) { stress(POLICY_EVERY); }

static long resident_pages(void)
{
    long total, resident = -1;
    FILE *f = fopen("/proc/self/statm", "r");
    cr_assert(f && fscanf(f, "%ld %ld", &total, &resident) == 2);
    fclose(f);
    return resident;
}

Test(history_threads, memory_stays_flat_under_overload, .timeout = 60)
{
    struct history *h = make(POLICY_LATEST, 8 << 20, 0);
    for (uint64_t i = 0; i < 300; i++)
        put(h, 65536, i, NULL);
    long before = resident_pages();
    for (uint64_t i = 0; i < 20000; i++) {
        put(h, 65536 - (i % 7) * 8192, i, NULL); /* sizes that go round */
        if (i % 10 == 0)
            show_and_release(h, history_take(h, NULL));
    }
    cr_assert_lt(resident_pages() - before, 512, "2 MiB");
    CHECK_SUM(h);
    history_destroy(h);
}
