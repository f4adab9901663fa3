/* Private to norm*.c: what norms that go by a table do with a value. A table has at least two knots. */
#ifndef PLOT_NORM_TABLE_H
#define PLOT_NORM_TABLE_H

#include "plot/norm.h"

double norm_table_forward(const struct norm_table *table, double v);
double norm_table_place(const struct norm_table *table, double v);
double norm_table_at(const struct norm_table *table, double place);
void norm_table_apply(const struct norm_f32 *n, const float *values, float *t, int num);

#endif
