/* Views of a large frame in memory that stays while one looks around: made of summaries of its cells. Private to the view; render
 * thread. */
#ifndef VIEW_VIEW_SUMMARY_H
#define VIEW_VIEW_SUMMARY_H

#include "view/view_internal.h"

/* NULL without memory. */
struct view_summary *view_summary_create(void);
void view_summary_destroy(struct view_summary *s); /* NULL is fine */

/* Drops what is of other cells than those at hand. */
void view_summary_refresh(struct view *v);

/* What the job on the frame at hand is to be made of; NULL: its cells. */
const struct reduce_level *view_summary_level(struct view *v, const struct reduce_job *job);

#endif
