/* Playing the history at real frame times, and the notes of frames' ranges. Time is the clock's, so distances are far apart: due long ago,
 * or not for long. */
#include "app/playback.h"
#include "base/clock.h"
#include "history_fixture.h"
#include <criterion/criterion.h>
#include <math.h>

#define SECOND 1000000000ll

static struct history *history;
static struct playback play;

static void set_up(void)
{
    history = make(POLICY_LATEST, 1 << 20, 1);
    cr_assert(playback_init(&play, history, 64, false));
}

static void tear_down(void)
{
    playback_fini(&play);
    history_destroy(history);
}

TestSuite(playback, .init = set_up, .fini = tear_down);

/* A frame of two float64, with that stamp. */
static void put_stamped(int64_t t_ns, double low, double high)
{
    struct frame *f;
    cr_assert_eq(history_reserve(history, 16, &f), HS_OK);
    ((double *)f->bytes)[0] = low;
    ((double *)f->bytes)[1] = high;
    f->cells = array_c_order(f->bytes, DTYPE_F8, 1, 2);
    f->t_ns = t_ns;
    history_commit(history, f);
}

static struct frame *step(struct frame *f, bool *at_end)
{
    struct frame *next = playback_next(&play, f, at_end);
    if (next)
        history_release(history, f);
    return next ? next : f;
}

Test(playback, distances_are_the_stamps_divided_by_the_speed)
{
    bool at_end;
    for (int i = 0; i < 5; i++)
        put_stamped(i * 100 * SECOND + 1, 0, 1);
    struct frame *f = history_peek(history, 2);
    playback_start(&play, 1);
    int64_t begin = play.shown_due_ns;
    cr_assert_null(playback_next(&play, f, &at_end));
    cr_assert(!at_end);
    cr_assert_eq(play.next_due_ns - begin, 100 * SECOND);
    for (int i = 0; i < 2; i++)
        cr_assert(playback_change_speed(&play, 1));
    cr_assert_null(playback_next(&play, f, &at_end));
    cr_assert_eq(play.next_due_ns - begin, 25 * SECOND, "a new speed counts at once");
    play.shown_due_ns -= 60 * SECOND; /* two are due since, the last one isn't */
    f = step(f, &at_end);
    cr_assert_eq(f->id, 4);
    cr_assert(!at_end);
    play.shown_due_ns -= 60 * SECOND;
    f = step(f, &at_end);
    cr_assert_eq(f->id, 5);
    cr_assert(at_end);
    history_release(history, f);
}

Test(playback, backwards_and_stamps_that_go_back)
{
    bool at_end;
    put_stamped(200 * SECOND, 0, 1);
    put_stamped(100 * SECOND, 0, 1); /* no distance */
    put_stamped(400 * SECOND, 0, 1);
    struct frame *f = history_peek(history, 3);
    playback_start(&play, -1);
    cr_assert_null(playback_next(&play, f, &at_end));
    cr_assert(!at_end && play.next_due_ns > clock_now_ns() + 290 * SECOND);
    play.shown_due_ns -= 301 * SECOND;
    f = step(f, &at_end);
    cr_assert_eq(f->id, 1);
    cr_assert(at_end);
    history_release(history, f);
}

Test(playback, without_jumping_over_unseen_frames)
{
    bool at_end;
    struct history *all = make(POLICY_ALL, 1 << 20, 1);
    playback_fini(&play);
    cr_assert(playback_init(&play, all, 64, true));
    for (uint64_t i = 0; i < 4; i++)
        put(all, 16, 1 + i, NULL);
    struct frame *f = history_peek(all, 1), *next;
    history_shown(all, f);
    playback_start(&play, 1);
    play.shown_due_ns -= SECOND;
    for (uint64_t id = 2; id <= 4; id++, f = next) {
        next = playback_next(&play, f, &at_end);
        cr_assert(next && next->id == id);
        history_shown(all, next);
        history_release(all, f);
    }
    history_release(all, f);
    cr_assert_eq(SHOWN, 4);
    history_destroy(all);
}

Test(playback, speeds_have_ends)
{
    int steps = 0;
    cr_assert_str_eq(playback_speed_text(&play), "1x");
    while (playback_change_speed(&play, 1))
        steps++;
    cr_assert(steps == 6 && playback_speed(&play) == 64);
    cr_assert_str_eq(playback_speed_text(&play), "64x");
    while (playback_change_speed(&play, -1))
        steps++;
    cr_assert(steps == 15 && playback_speed(&play) == 0.125);
    cr_assert_str_eq(playback_speed_text(&play), "1/8x");
}

Test(playback, what_is_clipped)
{
    struct pool *pool = pool_create(2);
    put_stamped(1, 0, 1);
    put_stamped(2, -1, 5);
    put_stamped(3, NAN, INFINITY);
    playback_note_range(&play, 2, 0, 4);
    cr_assert(!playback_is_clipped(&play, 2, 0, 4), "not looked at yet");
    cr_assert(!playback_scan(&play, pool, INT64_MAX));
    cr_assert(playback_is_clipped(&play, 2, NAN, NAN), "in the range it was shown in");
    cr_assert(!playback_is_clipped(&play, 1, NAN, NAN), "never shown");
    cr_assert(playback_is_clipped(&play, 1, 0.5, 2) && playback_is_clipped(&play, 1, 0, 0.5) && !playback_is_clipped(&play, 1, 0, 1));
    cr_assert(!playback_is_clipped(&play, 3, 0, 1), "no finite cell");
    put_stamped(4, 0, 9);
    cr_assert(playback_scan(&play, pool, 0), "no time, and one to go");
    cr_assert(!playback_scan(&play, pool, INT64_MAX));
    cr_assert(playback_is_clipped(&play, 4, 0, 1));
    pool_destroy(pool);
}

Test(playback, the_list_tells_fates)
{
    struct history_item items[8];
    for (int i = 1; i <= 4; i++)
        put_stamped(i, 0, 1);
    struct frame *f = history_take(history, NULL);
    history_shown(history, f);
    history_release(history, f);
    put_stamped(5, 0, 1);
    cr_assert_eq(history_list(history, 0, items, 8), 5);
    for (int i = 0; i < 5; i++) {
        cr_assert_eq(items[i].id, (uint64_t)i + 1);
        cr_assert_eq(items[i].t_ns, i + 1);
        cr_assert_eq(items[i].dropped, i < 3);
        cr_assert_eq(items[i].unseen, i == 4);
    }
    cr_assert_eq(history_list(history, 4, items, 1), 1);
    cr_assert_eq(items[0].id, 4);
    cr_assert_eq(history_list(history, 6, items, 8), 0);
}
