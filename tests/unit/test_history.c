/* The history: policies, exact counting, settings in order, budget, waterfall. */
#include "data/history.h"
#include "base/memory.h"
#include "history_fixture.h"
#include "resident.h"
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

Test(history, latest_takes_the_newest)
{
    struct history *h = make(POLICY_LATEST, 1 << 20, 0);
    cr_assert_null(history_take(h, NULL));
    for (uint64_t i = 1; i <= 5; i++) {
        put(h, 64, i, NULL);
        CHECK_SUM(h);
    }
    cr_assert(history_pending(h));
    char *settings;
    struct frame *f = history_take(h, &settings);
    cr_assert_null(settings);
    cr_assert_eq(f->id, 5);
    cr_assert(!history_pending(h));
    CHECK_SUM(h);
    show_and_release(h, f);
    cr_assert_eq(SHOWN, 1);
    cr_assert_eq(DROPPED, 4);
    cr_assert_eq(history_queued(h), 0);
    cr_assert_null(history_take(h, NULL));
    history_destroy(h);
}

Test(history, all_takes_each_in_order)
{
    struct history *h = make(POLICY_ALL, 1 << 20, 0);
    for (uint64_t i = 1; i <= 10; i++)
        put(h, 64, i, NULL);
    for (uint64_t i = 1; i <= 10; i++) {
        struct frame *f = history_take(h, NULL);
        cr_assert_eq(f->id, i);
        show_and_release(h, f);
        CHECK_SUM(h);
    }
    cr_assert_eq(SHOWN, 10);
    cr_assert_eq(DROPPED, 0);
    history_destroy(h);
}

Test(history, every_takes_each_nth)
{
    struct history *h = make(POLICY_EVERY, 1 << 20, 3);
    for (uint64_t i = 1; i <= 9; i++)
        put(h, 64, i, NULL);
    for (uint64_t i = 1; i <= 7; i += 3) {
        struct frame *f = history_take(h, NULL);
        cr_assert_eq(f->id, i);
        show_and_release(h, f);
        CHECK_SUM(h);
    }
    cr_assert_null(history_take(h, NULL));
    cr_assert_eq(SHOWN, 3);
    cr_assert_eq(DROPPED, 6);
    history_destroy(h);
}

Test(history, finish_drops_what_is_queued_or_not_shown)
{
    struct history *h = make(POLICY_ALL, 1 << 20, 0);
    for (uint64_t i = 1; i <= 4; i++)
        put(h, 64, i, NULL);
    struct frame *held = history_take(h, NULL);
    show_and_release(h, history_take(h, NULL));
    history_finish(h);
    cr_assert_eq(SHOWN, 1);
    cr_assert_eq(DROPPED, 3);
    history_shown(h, held); /* too late: it has been counted */
    put(h, 64, 5, NULL);
    cr_assert_eq(SHOWN, 1);
    cr_assert_eq(DROPPED, 4);
    CHECK_SUM(h);
    history_destroy(h); /* frees the held one, too */
}

Test(history, shown_counts_once_and_unshown_release_drops)
{
    struct history *h = make(POLICY_ALL, 1 << 20, 0);
    put(h, 64, 1, NULL);
    put(h, 64, 2, NULL);
    struct frame *f = history_take(h, NULL);
    history_shown(h, f);
    history_shown(h, f);
    struct frame *again = history_peek(h, 1);
    cr_assert_eq(again, f);
    history_shown(h, again);
    history_release(h, again);
    history_release(h, f);
    history_release(h, history_take(h, NULL));
    cr_assert_eq(SHOWN, 1);
    cr_assert_eq(DROPPED, 1);
    CHECK_SUM(h);
    history_destroy(h);
}

Test(history, a_peeked_frame_that_is_shown_is_not_taken_again)
{
    struct history *h = make(POLICY_ALL, 1 << 20, 0);
    put(h, 64, 1, NULL);
    put(h, 64, 2, NULL);
    show_and_release(h, history_peek(h, 1));
    cr_assert_eq(history_queued(h), 1);
    struct frame *f = history_take(h, NULL);
    cr_assert_eq(f->id, 2);
    show_and_release(h, f);
    CHECK_SUM(h);
    history_destroy(h);
}

Test(history, looking_back_after_dropping)
{
    struct history *h = make(POLICY_LATEST, 1 << 20, 0);
    uint64_t oldest, newest;
    history_range(h, &oldest, &newest);
    cr_assert(oldest == 0 && newest == 0);
    for (uint64_t i = 1; i <= 6; i++)
        put(h, 64, i, NULL);
    history_range(h, &oldest, &newest);
    cr_assert(oldest == 1 && newest == 6);
    struct frame *f = history_peek(h, 3);
    cr_assert_eq(f->t_ns, 3);
    show_and_release(h, f);
    cr_assert_eq(SHOWN, 0); /* it had been dropped */
    cr_assert_null(history_peek(h, 7));
    cr_assert_null(history_peek(h, 0));
    history_destroy(h);
}

Test(history, pause_latest_keeps_one_queued)
{
    struct history *h = make(POLICY_LATEST, 1 << 20, 0);
    history_pause(h, true);
    for (uint64_t i = 1; i <= 100; i++) {
        put(h, 64, i, NULL);
        cr_assert_null(history_take(h, NULL));
        cr_assert_eq(history_queued(h), 1);
        CHECK_SUM(h);
    }
    cr_assert(!history_pending(h));
    history_pause(h, false);
    struct frame *f = history_take(h, NULL);
    cr_assert_eq(f->id, 100);
    show_and_release(h, f);
    CHECK_SUM(h);
    history_destroy(h);
}

Test(history, budget_holds_and_the_held_frame_stays)
{
    struct history *h = make(POLICY_LATEST, 1 << 20, 0);
    put(h, 65536, 1, NULL);
    struct frame *held = history_take(h, NULL);
    for (uint64_t i = 2; i <= 1000; i++)
        put(h, 65536, i, NULL);
    uint64_t oldest, newest;
    history_range(h, &oldest, &newest);
    cr_assert_eq(newest, 1000);
    cr_assert_leq(newest - oldest + 1, 16);
    cr_assert_geq(newest - oldest + 1, 14);
    cr_assert(intact(held));
    cr_assert_null(history_peek(h, 1));
    history_shown(h, held);
    history_release(h, held);
    CHECK_SUM(h);
    history_destroy(h);
}

Test(history, storage_is_recycled)
{
    struct history *h = make(POLICY_LATEST, 1 << 20, 0);
    const void *seen[64];
    int num_seen = 0;
    for (uint64_t i = 0; i < 500; i++) {
        put(h, 65536, i, NULL);
        struct frame *f = history_take(h, NULL);
        int k = 0;
        while (k < num_seen && seen[k] != f->bytes)
            k++;
        if (k == num_seen) {
            cr_assert_lt(num_seen, 20, "fresh storage in a steady state");
            seen[num_seen++] = f->bytes;
        }
        show_and_release(h, f);
    }
    history_destroy(h);
}

Test(history, max_frames)
{
    struct history_params p = {.policy = POLICY_LATEST, .max_frames = 5, .counters = &counters};
    struct history *h = history_create(&p);
    for (uint64_t i = 1; i <= 5000; i++)
        put(h, 8, i, NULL);
    uint64_t oldest, newest;
    history_range(h, &oldest, &newest);
    cr_assert(oldest == 4996 && newest == 5000);
    CHECK_SUM(h);
    history_destroy(h);
}

Test(history, too_large_and_growing_budget)
{
    struct history_params p = {.budget_bytes = 1 << 20, .max_bytes = 12 << 20, .policy = POLICY_LATEST, .counters = &counters};
    struct history *h = history_create(&p);
    struct frame *f;
    cr_assert_eq(history_reserve(h, (4 << 20) + 1, &f), HS_ERR_LIMIT);
    cr_assert_null(f);
    for (uint64_t i = 1; i <= 10; i++)
        put(h, 4 << 20, i, NULL);
    uint64_t oldest, newest;
    history_range(h, &oldest, &newest);
    cr_assert_eq(newest - oldest + 1, 3);
    history_destroy(h);
}

Test(history, what_comes_in_a_pause_is_told_apart)
{
    struct history *h = make(POLICY_LATEST, 4 << 20, 0);
    struct history_item items[16];
    for (uint64_t i = 0; i < 3; i++)
        put(h, 4096, i, NULL); /* 1 and 2 are passed over live */
    show_and_release(h, history_take(h, NULL));
    cr_assert_eq(history_num_in_pause(h), 0);
    history_pause(h, true);
    for (uint64_t i = 3; i < 8; i++)
        put(h, 4096, i, NULL); /* 8 is still to be shown */
    cr_assert_eq(history_num_in_pause(h), 4);
    cr_assert_eq(DROPPED, 6);
    CHECK_SUM(h);
    cr_assert_eq(history_list(h, 1, items, 16), 8);
    for (int i = 0; i < 8; i++) {
        cr_assert_eq(items[i].dropped, i < 2 || (i > 2 && i < 7));
        cr_assert_eq(items[i].in_pause, i > 2 && i < 7);
    }
    history_pause(h, false);
    show_and_release(h, history_take(h, NULL));
    cr_assert_eq(history_num_in_pause(h), 4);
    for (uint64_t i = 8; i < 14; i++) /* now they are lost, one after the other */
        put(h, 1 << 20, i, NULL);
    cr_assert_eq(history_num_in_pause(h), 0);
    CHECK_SUM(h);
    history_destroy(h);
}

Test(history, a_claim_costs_nothing)
{
    struct history_params p = {.budget_bytes = (size_t)3 << 40, .policy = POLICY_LATEST, .counters = &counters};
    struct history *h = history_create(&p);
    struct frame *f;
    cr_assert_eq(history_reserve(h, (size_t)1 << 38, &f), HS_OK); /* 256 GiB */
    ((char *)f->bytes)[0] = 1;
    f->settings = mem_strdup("{}");
    history_abort(h, f);
    cr_assert_eq(RECEIVED, 0);
    cr_assert_eq(history_reserve(h, (size_t)1 << 38, &f), HS_OK); /* left half received: freed with the history */
    history_destroy(h);
}

static int num_released;

static void count_release(void *arg)
{
    cr_assert_eq(arg, &num_released);
    num_released++;
}

Test(history, external_frames_are_released_once)
{
    struct history_params p = {.policy = POLICY_LATEST, .max_frames = 4, .counters = &counters};
    struct history *h = history_create(&p);
    static const double cells[4] = {1, 2, 3, 4};
    struct frame *f;
    for (int i = 0; i < 10; i++) {
        cr_assert_eq(history_reserve_external(h, count_release, &num_released, &f), HS_OK);
        cr_assert_null(f->bytes);
        f->cells = array_c_order(cells, DTYPE_F8, 2, 2);
        history_commit(h, f);
    }
    cr_assert_eq(num_released, 6);
    cr_assert_eq(history_reserve_external(h, count_release, &num_released, &f), HS_OK);
    history_abort(h, f);
    cr_assert_eq(num_released, 7);
    f = history_take(h, NULL);
    cr_assert_eq(f->cells.data, cells);
    history_destroy(h);
    cr_assert_eq(num_released, 11);
}

Test(history, settings_merge_in_order_also_of_dropped_frames)
{
    struct history *h = make(POLICY_LATEST, 1 << 20, 0);
    put(h, 64, 1, "{\"a\":1,\"b\":1}");
    put(h, 64, 2, "{\"a\":2}");
    put(h, 64, 3, NULL);
    put(h, 64, 4, "{\"c\":4}");
    char *s;
    struct frame *f = history_take(h, &s);
    cr_assert(s && strstr(s, "\"a\":2") && strstr(s, "\"b\":1") && strstr(s, "\"c\":4"), "%s", s);
    free(s);
    show_and_release(h, f);
    cr_assert_null(history_take_settings(h));
    history_destroy(h);
}

Test(history, settings_of_evicted_frames_survive)
{
    struct history *h = make(POLICY_LATEST, 1 << 18, 0);
    put(h, 65536, 1, "{\"a\":1}");
    for (uint64_t i = 2; i < 100; i++)
        put(h, 65536, i, i == 50 ? "{\"b\":50}" : i == 51 ? "{\"b\":51}" : NULL);
    char *s;
    struct frame *f = history_take(h, &s);
    cr_assert(s && strstr(s, "\"a\":1") && strstr(s, "\"b\":51"), "%s", s);
    free(s);
    show_and_release(h, f);
    history_destroy(h);
}

Test(history, settings_behind_the_last_one_taken)
{
    struct history *h = make(POLICY_EVERY, 1 << 20, 3);
    put(h, 64, 1, "{\"a\":1}");
    put(h, 64, 2, "{\"a\":2}");
    char *s;
    struct frame *f = history_take(h, &s);
    cr_assert(s && strstr(s, "\"a\":1"), "not of frames to come: %s", s);
    free(s);
    show_and_release(h, f);
    put(h, 64, 3, "{\"b\":3}");
    put(h, 64, 4, "{\"b\":4}"); /* to be taken */
    s = history_take_settings(h);
    cr_assert(s && strstr(s, "\"a\":2") && strstr(s, "\"b\":3"), "%s", s);
    free(s);
    f = history_take(h, &s);
    cr_assert_eq(f->id, 4);
    cr_assert(s && strstr(s, "\"b\":4"), "%s", s);
    free(s);
    history_destroy(h);
}

/* --- rows --- */

static void push(struct history *h, int first, int num, int cols)
{
    int32_t cells[64 * 8];
    for (int i = 0; i < num * cols; i++)
        cells[i] = (first + i / cols) * 100 + i % cols;
    struct array rows = array_c_order(cells, DTYPE_I4, num, cols);
    cr_assert_eq(history_push_rows(h, &rows, NULL, NULL, 0), HS_OK);
}

static void check_rows(struct history *h, struct frame *f, int first, int num, int cols)
{
    cr_assert(f);
    cr_assert_eq(f->cells.rows, num);
    cr_assert_eq(f->cells.cols, cols);
    for (int r = 0; r < num; r++) {
        for (int c = 0; c < cols; c++)
            cr_assert_eq(dtype_read(DTYPE_I4, array_cell(&f->cells, r, c)), (first + r) * 100 + c);
    }
    history_shown(h, f);
    history_release(h, f);
}

Test(history, rows_roll_newest_at_the_bottom)
{
    struct history_params p = {.policy = POLICY_LATEST, .max_rows = 10, .counters = &counters};
    struct history *h = history_create(&p);
    push(h, 0, 3, 4);
    cr_assert(history_pending(h));
    struct frame *f = history_take(h, NULL);
    cr_assert_eq(f->id, 0);
    check_rows(h, f, 0, 3, 4);
    cr_assert(!history_pending(h));
    cr_assert_null(history_take(h, NULL));
    for (int i = 3; i < 27; i++)
        push(h, i, 1, 4);
    check_rows(h, history_take(h, NULL), 17, 10, 4);
    push(h, 27, 25, 4); /* more than it holds at once */
    check_rows(h, history_take(h, NULL), 42, 10, 4);
    push(h, 0, 2, 5); /* another width: a new one */
    check_rows(h, history_take(h, NULL), 0, 2, 5);
    cr_assert_eq(counter_get(&counters.rows_received), 54);
    cr_assert_eq(RECEIVED, 0);
    cr_assert_eq(SHOWN, 0);
    history_destroy(h);
}

Test(history, strided_rows)
{
    struct history *h = make(POLICY_LATEST, 1 << 20, 0);
    int32_t cells[6] = {0, 100, 1, 101, 2, 102}; /* 2 x 3 in Fortran order */
    struct array rows = {cells, DTYPE_I4, 2, 3, 4, 8};
    cr_assert_eq(history_push_rows(h, &rows, NULL, NULL, 7), HS_OK);
    struct frame *f = history_take(h, NULL);
    cr_assert_eq(f->t_ns, 7);
    check_rows(h, f, 0, 2, 3);
    history_destroy(h);
}

Test(history, rows_become_a_frame)
{
    struct history *h = make(POLICY_ALL, 1 << 20, 0);
    cr_assert_eq(history_rows_to_frame(h), HS_OK);
    cr_assert_eq(RECEIVED, 0);
    push(h, 0, 3, 4);
    cr_assert_eq(history_rows_to_frame(h), HS_OK);
    cr_assert_eq(RECEIVED, 1);
    push(h, 5, 2, 4);
    struct frame *f = history_take(h, NULL);
    cr_assert_eq(f->id, 1);
    check_rows(h, f, 0, 3, 4);
    cr_assert_eq(SHOWN, 1);
    check_rows(h, history_take(h, NULL), 5, 2, 4);
    CHECK_SUM(h);
    history_destroy(h);
}

Test(history, rows_and_frames_in_order)
{
    for (int latest = 0; latest < 2; latest++) {
        struct history *h = make(latest ? POLICY_LATEST : POLICY_ALL, 1 << 20, 0);
        push(h, 0, 1, 4);
        put(h, 64, 1, NULL);
        struct frame *f = history_take(h, NULL);
        cr_assert_eq(f->id, (uint64_t)latest); /* all: the rows first; latest: the frame has superseded them */
        history_release(h, f);
        f = history_take(h, NULL);
        cr_assert_eq(f != NULL, !latest);
        history_release(h, f);
        put(h, 64, 2, NULL);
        push(h, 1, 1, 4);
        f = history_take(h, NULL);
        cr_assert_eq(f->id, 2);
        history_release(h, f);
        check_rows(h, history_take(h, NULL), 0, 2, 4);
        history_destroy(h);
    }
}

Test(history, settings_with_rows)
{
    struct history *h = make(POLICY_LATEST, 1 << 20, 0);
    int32_t cell = 5;
    struct array rows = array_c_order(&cell, DTYPE_I4, 1, 1);
    history_push_rows(h, &rows, NULL, mem_strdup("{\"a\":1}"), 0);
    history_push_rows(h, &rows, NULL, mem_strdup("{\"b\":2}"), 0);
    char *s;
    struct frame *f = history_take(h, &s);
    cr_assert(s && strstr(s, "\"a\":1") && strstr(s, "\"b\":2"), "%s", s);
    free(s);
    history_release(h, f);
    history_push_rows(h, &rows, NULL, mem_strdup("{\"a\":3}"), 0);
    put(h, 64, 1, "{\"b\":4}");
    f = history_take(h, &s);
    cr_assert_eq(f->id, 1);
    cr_assert(s && strstr(s, "\"a\":3") && strstr(s, "\"b\":4"), "%s", s);
    free(s);
    history_destroy(h);
}

Test(history, rows_wider_than_the_budget)
{
    struct history_params p = {.policy = POLICY_LATEST, .budget_bytes = 3 << 20, .counters = &counters};
    struct history *h = history_create(&p);
    char *cells = mem_zeroed((1 << 20) + 1, 1);
    struct array rows = array_c_order(cells, DTYPE_U1, 1, (1 << 20) + 1);
    cr_assert_eq(history_push_rows(h, &rows, NULL, NULL, 0), HS_ERR_LIMIT);
    rows.cols = 1 << 19;
    for (int i = 0; i < 5; i++)
        cr_assert_eq(history_push_rows(h, &rows, NULL, NULL, 0), HS_OK);
    struct frame *f = history_take(h, NULL);
    cr_assert_eq(f->cells.rows, 2); /* a third of the budget holds two */
    history_destroy(h);
    free(cells);
}

static atomic_int num_wakes;

static void count_wake(void *arg)
{
    (void)arg;
    num_wakes++;
}

Test(history, wakes_the_reader)
{
    struct history_params p = {.policy = POLICY_LATEST, .counters = &counters, .wake = count_wake};
    struct history *h = history_create(&p);
    put(h, 64, 1, NULL);
    cr_assert_eq(num_wakes, 1);
    push(h, 0, 1, 4);
    cr_assert_eq(num_wakes, 2);
    push(h, 1, 1, 4); /* it has been woken and hasn't looked yet */
    cr_assert_eq(num_wakes, 2);
    history_release(h, history_take(h, NULL));
    history_release(h, history_take(h, NULL));
    push(h, 2, 1, 4);
    cr_assert_eq(num_wakes, 3);
    history_destroy(h);
}

/* Of num_bytes, a whole number of pages: how many pages have memory. */
static size_t num_resident(void *bytes, size_t num_bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), num = 0;
    unsigned char there[512];
    cr_assert_leq(num_bytes / page, sizeof there);
    cr_assert_eq(mincore(bytes, num_bytes, there), 0);
    for (size_t i = 0; i < num_bytes / page; i++)
        num += there[i] & 1;
    return num;
}

/* In between frames, and at the latest when one comes that is no larger than those before; never for what is only announced. */
Test(history, memory_is_there_before_the_frame)
{
    enum { SIZE = 1 << 20 };
    long page = sysconf(_SC_PAGESIZE);
    skip_without_populate();
    struct history *h = make(POLICY_LATEST, 16 << 20, 0);
    struct frame *f;
    cr_assert_eq(history_reserve(h, SIZE, &f), HS_OK);
    cr_assert_eq(num_resident(f->bytes, SIZE), 0);
    history_abort(h, f);
    history_prepare(h); /* for what? */
    put(h, SIZE, 1, NULL);
    long before = resident_pages();
    history_prepare(h);
    history_prepare(h);
    cr_assert_geq(resident_pages(), before + SIZE / page * 9 / 10);
    cr_assert_lt(resident_pages(), before + SIZE / page * 3 / 2, "one is enough");
    for (uint64_t i = 2; i < 4; i++) { /* the second finds none ready */
        cr_assert_eq(history_reserve(h, SIZE, &f), HS_OK);
        cr_assert_eq(num_resident(f->bytes, SIZE), (size_t)(SIZE / page));
        f->cells = array_c_order(f->bytes, DTYPE_U1, 1, SIZE);
        history_commit(h, f);
    }
    cr_assert_eq(history_reserve(h, 2 * SIZE, &f), HS_OK);
    cr_assert_eq(num_resident(f->bytes, 2 * SIZE), 0);
    history_abort(h, f);
    history_destroy(h);
}
