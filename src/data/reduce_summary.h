/* Summaries of cells in memory that stay while one looks around: blocks, small ones and ones of twice their sides, of which views of many
 * cells a pixel are made without reading the cells again. They are made part by part, so that no picture waits for all of them. One thread at a time. */
#ifndef DATA_REDUCE_SUMMARY_H
#define DATA_REDUCE_SUMMARY_H

#include "base/pool.h"
#include "data/array.h"
#include <heatscope/status.h>
#include <stdbool.h>
#include <stdint.h>

struct reduce_job;
struct reduce_summary;

/* Blocks of unit[0] x unit[1] cells, row by row along the cells' slower direction; those at the far edges may be cut. Float, or double of wide
 * dtypes. */
struct reduce_level {
    int unit[2];        /* cells along the slower and the faster direction */
    int64_t rows, cols;
    void *low, *high;   /* NaN is left out; +Inf, -Inf where there is nothing else */
    void *sum;          /* of the finite */
    uint16_t *bad;      /* how many are NaN, and, times 256, Inf; only in rows that have some: */
    uint8_t *has_bad;   /* [rows] */
};

/* Nothing is read yet; blocks are shaped for views like the job. Its cells must outlive it. NULL: no memory, or they are better read as
 * they are. */
struct reduce_summary *reduce_summary_create(const struct reduce_job *job);
void reduce_summary_destroy(struct reduce_summary *s); /* NULL is fine */
bool reduce_summary_is_of(const struct reduce_summary *s, const struct array *cells);

/* Make more, what the job needs first, of about an eighth of the cells; nothing if the job wouldn't be made of blocks. A part made before is
 * looked at again: where the cells are others by now (a mapped file may be written to), all is forgotten. HS_ERR_MEMORY. */
enum hs_status reduce_summary_grow(struct reduce_summary *s, struct pool *pool, const struct reduce_job *job);

/* What the job can be made of: at least one and a half blocks a footprint each way. NULL: the cells, or not all that it needs is there yet. */
const struct reduce_level *reduce_summary_level(const struct reduce_summary *s, const struct reduce_job *job);

#endif
