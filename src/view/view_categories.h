/* Categories in a view. Render thread. */
#ifndef VIEW_VIEW_CATEGORIES_H
#define VIEW_VIEW_CATEGORIES_H

#include "view/view_internal.h"

/* For the cells at hand: before they are reduced. */
void view_categories_update(struct view *v);
/* The norm becomes one of blocks, a category each, made in v->table_next. False: no. */
bool view_categories_norm(struct view *v, struct norm *n);
/* A pixel that covers several cells shows one of their categories, the highest; between two there is nothing. */
int view_reduce_mode(const struct view *v);
/* The colour of what is below the first colour, or above the last. */
struct color view_color_outside(const struct view *v, bool above);
void view_categories_params(struct view *v, struct figure_cbar *p);
void view_categories_fini(struct view *v);

#endif
