/* The reduction (data/reduce.h) for footprints that are listed one by one, as cells of different sizes make them. By the same rules, but
 * without reduce.c's speed: a mean of a footprint is over its cells whatever their size. */
#ifndef DATA_REDUCE_LISTED_H
#define DATA_REDUCE_LISTED_H

#include "data/reduce.h"

/* Footprint i covers cells [begin[i], end[i]), at least one; begin and end never go back. */
struct reduce_list {
    int num;
    const int64_t *begin, *end;
};

struct listed_reducer;

struct listed_reducer *listed_reducer_create(void);
void listed_reducer_destroy(struct listed_reducer *r);
/* As reduce_run. */
enum hs_status listed_reducer_run(struct listed_reducer *r, struct pool *pool, const struct array *cells, struct reduce_list rows,
                                  struct reduce_list cols, enum reduce_mode mode, struct reduce_result *out);

#endif
