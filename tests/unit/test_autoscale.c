/* autoscale: made-up sequences of ranges. */
#include <criterion/criterion.h>
#include "view/autoscale.h"
#include <math.h>

static struct autoscale s;

static void feed(enum autoscale_mode mode, double lo, double hi, int num)
{
    for (int i = 0; i < num; i++)
        autoscale_step(&s, mode, lo, hi);
}

static bool near(double a, double b, double slack)
{
    return fabs(a - b) <= slack;
}

Test(autoscale, frame_is_each_frames_own)
{
    autoscale_reset(&s);
    feed(AUTOSCALE_FRAME, 0, 1, 1);
    cr_assert(s.lo == 0 && s.hi == 1 && !s.dir_lo && !s.dir_hi);
    feed(AUTOSCALE_FRAME, -2, 0.5, 1);
    cr_assert(s.lo == -2 && s.hi == 0.5 && s.dir_lo == -1 && s.dir_hi == -1);
    feed(AUTOSCALE_FRAME, -2, 0.5, 1);
    cr_assert(!s.dir_lo && !s.dir_hi);
}

Test(autoscale, slow_rests_in_noise)
{
    autoscale_reset(&s);
    int moves = 0;
    for (int i = 0; i < 1000; i++) {
        double wobble = 0.1 * sin(i * 2.39996);
        autoscale_step(&s, AUTOSCALE_SLOW, -wobble, 10 + wobble);
        moves += s.dir_lo || s.dir_hi;
    }
    cr_assert_eq(moves, 0);
    cr_assert(near(s.lo, 0, 0.2) && near(s.hi, 10, 0.2));
}

Test(autoscale, slow_follows_a_step_smoothly_and_then_rests)
{
    autoscale_reset(&s);
    feed(AUTOSCALE_SLOW, 0, 10, 50);
    double last = s.hi, largest = 0;
    for (int i = 0; i < 200; i++) {
        autoscale_step(&s, AUTOSCALE_SLOW, 0, 14);
        cr_assert(s.hi >= last - 1e-12, "no way back at frame %d", i);
        largest = fmax(largest, s.hi - last);
        last = s.hi;
        if (i == 0)
            cr_assert(s.hi < 10.5, "not at once");
    }
    cr_assert(near(s.hi, 14, 0.3), "%g", s.hi);
    cr_assert(near(s.lo, 0, 1e-9));
    cr_assert(largest < 0.5, "a jump of %g", largest);
    cr_assert(!s.dir_hi, "it rests again");
}

Test(autoscale, slow_follows_a_drift)
{
    autoscale_reset(&s);
    for (int i = 0; i < 2000; i++) {
        double up = i * 0.01;
        autoscale_step(&s, AUTOSCALE_SLOW, up, up + 10);
        cr_assert(near(s.hi, up + 10, 1.3), "frame %d: %g for %g", i, s.hi, up + 10);
    }
    cr_assert_gt(s.lo, 18);
}

Test(autoscale, slow_ignores_a_flash)
{
    autoscale_reset(&s);
    feed(AUTOSCALE_SLOW, 0, 10, 50);
    for (int i = 0; i < 20; i++) {
        feed(AUTOSCALE_SLOW, -1e6, 1e9, 1);
        cr_assert(s.hi < 11, "flash %d: %g", i, s.hi);
        feed(AUTOSCALE_SLOW, 0, 10, 60);
    }
    cr_assert(near(s.hi, 10, 0.9) && near(s.lo, 0, 0.9), "%g to %g", s.lo, s.hi);
}

Test(autoscale, slow_settles_between_two_that_take_turns)
{
    autoscale_reset(&s);
    for (int i = 0; i < 400; i++)
        autoscale_step(&s, AUTOSCALE_SLOW, 0, i & 1 ? 10 : 1);
    double middle = s.hi, least = INFINITY, most = -INFINITY;
    for (int i = 0; i < 100; i++) {
        autoscale_step(&s, AUTOSCALE_SLOW, 0, i & 1 ? 10 : 1);
        least = fmin(least, s.hi);
        most = fmax(most, s.hi);
    }
    cr_assert(middle > 3 && middle < 8, "%g", middle);
    cr_assert(most - least < 0.1 * middle, "it flickers: %g to %g", least, most);
}

Test(autoscale, slow_takes_a_new_scene_over)
{
    autoscale_reset(&s);
    feed(AUTOSCALE_SLOW, 0, 10, 50);
    feed(AUTOSCALE_SLOW, 1000, 3000, 3);
    cr_assert(s.lo == 1000 && s.hi == 3000, "%g to %g", s.lo, s.hi);
    cr_assert(s.dir_lo == 1 && s.dir_hi == 1);
    feed(AUTOSCALE_SLOW, 0, 0.1, 3);
    cr_assert(s.lo == 0 && s.hi == 0.1);
}

Test(autoscale, slow_starts_from_nothing)
{
    autoscale_reset(&s);
    feed(AUTOSCALE_SLOW, 0, 0, 10);
    cr_assert(s.lo == 0 && s.hi == 0);
    feed(AUTOSCALE_SLOW, 0, 5, 3);
    cr_assert(s.lo == 0 && s.hi == 5);
    for (int i = 0; i < 10; i++) { /* a single cell that wanders */
        autoscale_reset(&s);
        feed(AUTOSCALE_SLOW, 1, 1, 1);
        feed(AUTOSCALE_SLOW, 2 + i, 2 + i, 1);
        cr_assert_eq(s.hi, 2 + i);
    }
}

Test(autoscale, nothing_poisons_it)
{
    for (int mode = AUTOSCALE_FRAME; mode <= AUTOSCALE_OFF; mode++) {
        autoscale_reset(&s);
        feed(mode, NAN, NAN, 3);
        cr_assert_not(s.started);
        feed(mode, 1, 2, 5);
        feed(mode, NAN, NAN, 5);
        feed(mode, -INFINITY, INFINITY, 5);
        cr_assert(s.lo == 1 && s.hi == 2, "mode %d: %g to %g", mode, s.lo, s.hi);
        feed(mode, -1e308, 1e308, 50);
        cr_assert(isfinite(s.lo) && isfinite(s.hi) && isfinite(s.mean_lo) && isfinite(s.mean_hi), "mode %d", mode);
    }
    feed(AUTOSCALE_SLOW, 1, 2, 50);
    cr_assert(near(s.lo, 1, 1) && near(s.hi, 2, 1));
}

Test(autoscale, grow_and_off)
{
    autoscale_reset(&s);
    feed(AUTOSCALE_GROW, 0, 1, 1);
    feed(AUTOSCALE_GROW, -3, 0.5, 1);
    cr_assert(s.lo == -3 && s.hi == 1 && s.dir_lo == -1 && s.dir_hi == 0);
    feed(AUTOSCALE_GROW, 0, 0, 5);
    cr_assert(s.lo == -3 && s.hi == 1 && !s.dir_lo);
    autoscale_reset(&s);
    feed(AUTOSCALE_OFF, 2, 3, 1);
    feed(AUTOSCALE_OFF, -100, 100, 9);
    cr_assert(s.lo == 2 && s.hi == 3 && !s.dir_hi);
}
