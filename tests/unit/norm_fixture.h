/* Norms of every kind for tests: the numbers beside range and gamma that a kind needs, and tables over its range. */
#ifndef TESTS_NORM_FIXTURE_H
#define TESTS_NORM_FIXTURE_H

#include "plot/norm.h"

/* n with its own numbers in place; the table is filled where the kind has one and the range has room for it. */
static inline struct norm norm_complete(struct norm n, struct norm_table *table)
{
    static const double QUANTILES[] = {0, 0.02, 0.021, 0.3, 0.3, 0.3, 0.7, 0.99, 1}, BLOCKS[] = {0, 0.1, 0.15, 0.4, 0.7, 0.71, 1};
    bool equalised = n.kind == NORM_HISTEQ;
    double at[9], low = n.vmin < n.vmax ? n.vmin : n.vmax, high = n.vmin < n.vmax ? n.vmax : n.vmin;
    int num = equalised ? 9 : 7;
    n.linthresh = high > low ? (high - low) / 64 : 1;
    n.base = 10;
    n.linear_width = n.linthresh * 3;
    n.vcenter = low + (high - low) * 0.25;
    n.table = table;
    for (int i = 0; i < num; i++)
        at[i] = i == num - 1 ? high : low + (high - low) * (equalised ? QUANTILES : BLOCKS)[i];
    if (equalised && low < high)
        norm_table_quantiles(table, at, num, low, high);
    else if (low < high)
        norm_table_blocks(table, at, num);
    else
        table->num = 0;
    return n;
}

static inline bool norm_has_table(enum norm_kind kind)
{
    return kind == NORM_BOUNDARY || kind == NORM_HISTEQ;
}

#endif
