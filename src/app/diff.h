/* --diff: the frame of a panel less that of another, which isn't shown itself. Render thread. */
#ifndef APP_DIFF_H
#define APP_DIFF_H

#include "app/panel.h"

struct diff;

/* Takes the second panel over. most_bytes: how large a difference may be. NULL without memory (then the panel is still the caller's). */
struct diff *diff_create(struct panel *minus, struct pool *pool, size_t most_bytes);
/* And the second panel; NULL is fine. */
void diff_destroy(struct diff *d);
struct panel *diff_minus(const struct diff *d);
/* The difference of the first panel's frame and the second's, valid until the next call; NULL: one of them has none yet, or they can't be
 * subtracted (said once). num: the first's number. */
const struct frame *diff_make(struct diff *d, const char *name, const struct frame *f);
/* What is subtracted from what: "a.npy − b.npy, frames 12 and 7". */
const char *diff_title(const struct diff *d);
/* The last pair couldn't be subtracted. */
bool diff_has_failed(const struct diff *d);
/* Of two sequences from files frame n belongs to frame n: the panel `p` has to wait for `other`. Live sources never do. */
bool diff_is_ahead(struct panel *p, struct panel *other);
/* The second panel goes to the frame that belongs to f: that of the same number in files, else the one that was the newest then. */
void diff_seek(struct diff *d, const struct frame *f, bool files);

#endif
