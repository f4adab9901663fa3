/* How the colour range follows the data from frame to frame (--autoscale). Numbers only: no frames, no options. One thread. */
#ifndef VIEW_AUTOSCALE_H
#define VIEW_AUTOSCALE_H

#include <stdbool.h>

/* The order of the option's choices. */
enum autoscale_mode {
    AUTOSCALE_FRAME, /* each frame's own range */
    AUTOSCALE_SLOW,  /* a low-pass of some 20 frames, at rest while it stays near; a new scene is taken over at once */
    AUTOSCALE_GROW,  /* the range of everything that has come */
    AUTOSCALE_OFF,   /* the first frame's range is held */
};

struct autoscale {
    bool started;
    double lo, hi;           /* on show */
    double mean_lo, mean_hi; /* slow: the low-pass */
    bool moving;             /* slow: the range is on its way to the low-pass */
    int num_far;             /* slow: frames in a row that are far from the low-pass and near each other */
    double far_lo, far_hi;
    int dir_lo, dir_hi;      /* the last step moved an end down (-1), up (1), or not to speak of (0) */
};

/* Forget everything: the next frame is the first. */
void autoscale_reset(struct autoscale *s);
/* The next frame's range; NaN or infinite (no number in the frame) changes nothing. Afterwards lo and hi are the range to show, if
 * started. The unit is whatever is shown evenly: values, or their logarithm. */
void autoscale_step(struct autoscale *s, enum autoscale_mode mode, double lo, double hi);

#endif
