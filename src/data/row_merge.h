/* Rows of one span of time, folded into one row that loses nothing: the display row of --row-span. Private to the waterfall. */
#ifndef DATA_ROW_MERGE_H
#define DATA_ROW_MERGE_H

#include "data/array.h"
#include "data/reduce.h"

struct row_merge;

/* NULL without memory. */
struct row_merge *row_merge_create(int64_t cols, int64_t span_ns);
void row_merge_destroy(struct row_merge *m);
/* The dtype of merged rows: float32, or float64 where that would lose digits. */
enum dtype row_merge_dtype(enum dtype t);
/* True when a row of this time begins another span; times before the current span belong to it. */
bool row_merge_is_next(const struct row_merge *m, int64_t t_ns);
/* Forget all rows; the next one is of t_ns. */
void row_merge_begin(struct row_merge *m, int64_t t_ns);
void row_merge_add(struct row_merge *m, const struct array *rows, int64_t row);
/* The row as it is, in dtype row_merge_dtype(t), and the time at which its span began. A cell without a number is NaN. AUTO: the
 * mean, unless the value farthest from it stands out of the others (of two: the greater): then that, so that a cell that was hot for
 * one row stays hot. */
void row_merge_finish(const struct row_merge *m, enum reduce_mode mode, enum dtype t, void *dst, int64_t *t_ns);

#endif
