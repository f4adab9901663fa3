/* The range from frame to frame. Slow is made of four parts, after libplacebo's peak detection:
 *
 * - a low-pass over about 20 frames. A frame that is far away pulls no harder than one at a span's distance, so that a single flash
 *   hardly moves it, while what goes on for long does;
 * - hysteresis: the range on show rests until the low-pass is more than a twelfth of the span away, then follows until it is near;
 * - scenes: three frames in a row that are far from the low-pass but near each other are a new scene, which is taken over at once;
 * - a frame without numbers is passed over.
 *
 * One thread. */
#include "view/autoscale.h"
#include <math.h>

enum { SCENE_FRAMES = 3 };

#define PERIOD 20.0   /* frames of the low-pass */
#define LEAVE 0.08    /* of the span: the range starts to move */
#define ARRIVE 0.004  /* of the span: it rests again */
#define APPROACH 0.2  /* share of the way, per frame, while it moves */
#define FAR 0.75      /* of the smaller span: may be another scene */
#define SAME 0.25     /* of the smaller span: the same scene */
#define VISIBLE 0.005 /* of the span: a step worth a mark */
#define LARGEST 1e307 /* differences stay finite */

void autoscale_reset(struct autoscale *s)
{
    *s = (struct autoscale){0};
}

/* How far apart two ranges are: their ends' larger distance. */
static double distance(double lo, double hi, double other_lo, double other_hi)
{
    return fmax(fabs(lo - other_lo), fabs(hi - other_hi));
}

static double smaller_span(double lo, double hi, double other_lo, double other_hi)
{
    return fmin(hi - lo, other_hi - other_lo);
}

static bool is_near(double lo, double hi, double other_lo, double other_hi, double share)
{
    return distance(lo, hi, other_lo, other_hi) <= share * smaller_span(lo, hi, other_lo, other_hi);
}

static double clamp(double v, double most)
{
    return fmin(fmax(v, -most), most);
}

static void set(struct autoscale *s, double lo, double hi)
{
    s->lo = s->mean_lo = lo;
    s->hi = s->mean_hi = hi;
    s->moving = false;
    s->num_far = 0;
}

/* True when this frame makes a new scene sure. */
static bool is_new_scene(struct autoscale *s, double lo, double hi)
{
    if (is_near(lo, hi, s->mean_lo, s->mean_hi, FAR)) {
        s->num_far = 0;
        return false;
    }
    s->num_far = s->num_far && is_near(lo, hi, s->far_lo, s->far_hi, SAME) ? s->num_far + 1 : 1;
    s->far_lo = lo;
    s->far_hi = hi;
    return s->num_far >= SCENE_FRAMES;
}

static void step_slow(struct autoscale *s, double lo, double hi)
{
    if (is_new_scene(s, lo, hi)) {
        set(s, lo, hi);
        return;
    }
    double k = 1 - exp(-1 / PERIOD), reach = s->mean_hi - s->mean_lo;
    if (reach == 0)
        reach = (hi - lo) * 0.1;
    if (reach == 0) { /* one value in each frame: there is no scale to be slow on */
        set(s, lo, hi);
        return;
    }
    s->mean_lo += k * clamp(lo - s->mean_lo, reach);
    s->mean_hi += k * clamp(hi - s->mean_hi, reach);
    double away = distance(s->lo, s->hi, s->mean_lo, s->mean_hi), span = s->mean_hi - s->mean_lo;
    if (away > LEAVE * span)
        s->moving = true;
    if (!s->moving)
        return;
    s->lo += APPROACH * (s->mean_lo - s->lo);
    s->hi += APPROACH * (s->mean_hi - s->hi);
    if (distance(s->lo, s->hi, s->mean_lo, s->mean_hi) <= ARRIVE * span)
        s->moving = false;
}

static int direction(double from, double to, double least)
{
    return to > from + least ? 1 : to < from - least ? -1 : 0;
}

void autoscale_step(struct autoscale *s, enum autoscale_mode mode, double lo, double hi)
{
    s->dir_lo = s->dir_hi = 0;
    if (!isfinite(lo) || !isfinite(hi))
        return;
    lo = clamp(lo, LARGEST);
    hi = clamp(hi, LARGEST);
    if (!s->started) {
        set(s, lo, hi);
        s->started = true;
        return;
    }
    double old_lo = s->lo, old_hi = s->hi;
    switch (mode) {
    case AUTOSCALE_FRAME: set(s, lo, hi); break;
    case AUTOSCALE_SLOW: step_slow(s, lo, hi); break;
    case AUTOSCALE_GROW: set(s, fmin(lo, s->lo), fmax(hi, s->hi)); break;
    case AUTOSCALE_OFF: break;
    }
    double least = mode == AUTOSCALE_SLOW ? 0 : VISIBLE * (old_hi - old_lo);
    s->dir_lo = direction(old_lo, s->lo, least);
    s->dir_hi = direction(old_hi, s->hi, least);
}
