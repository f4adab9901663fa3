/* Saving what the history keeps: as a stream of records with their stamps, FILE.hsr, that heatscope plays in its own time; and where all
 * frames have one shape and dtype as one array (T, Y, X), FILE.npy. Frames are held until they are written; a thread of its own writes. */
#ifndef APP_SAVE_HISTORY_H
#define APP_SAVE_HISTORY_H

#include "data/history.h"

struct save_history;

/* Hold every frame kept and start writing. NULL: nothing is kept, or no memory. Render thread; wake comes from the writing thread when
 * it is done. */
struct save_history *save_history_start(struct history *h, void (*wake)(void *arg), void *wake_arg);
int save_history_num_frames(const struct save_history *s);
bool save_history_is_done(struct save_history *s);
/* What became of it, in a line; once it is done. */
const char *save_history_text(const struct save_history *s);
/* Waits until it is written; NULL is fine. */
void save_history_end(struct save_history *s);

#endif
