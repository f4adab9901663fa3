/* Reading ahead. A view that has moved without a change of zoom, and is exact, is likely to move on by as much; what that would show is
 * read as a view of its own, of whose planes the next view copies what it has. It mustn't cost much where the guess is wrong: a share of
 * what views in sight have read may be read in vain, and what turns out to be of use is given back. Under the reader's lock. */
#include "data/grid_reader_internal.h"
#include <stdlib.h>

#define SHARE 0.08         /* of what is read for what is in sight */
#define MOST_BYTES 32e6    /* in vain, at once */
enum { MEMORY_SHARE = 16 }; /* planes take at most this part of all memory */

/* Footprints that the view has of what was read ahead, and not of the view before. */
static double gained(const struct grid_reader *r, const struct grid_job *j, int *lines, int *along)
{
    const struct grid_ahead *a = &r->ahead;
    int was_lines, was_along;
    if (!a->sight.job || !r->now.job || !grid_job_moved(r->grid, r->now.job, j, lines, along) ||
        !grid_job_moved(r->grid, r->now.job, a->sight.job, &was_lines, &was_along))
        return 0;
    if ((long)*lines * was_lines < 0 || (long)*along * was_along < 0 || (!was_lines != !*lines) || (!was_along != !*along))
        return 0;
    double x = was_lines ? (double)*lines / was_lines : 1, y = was_along ? (double)*along / was_along : 1, least = x < y ? x : y;
    return least < 1 ? least : 1;
}

void grid_ahead_judge(struct grid_reader *r, const struct grid_job *j)
{
    struct grid_ahead *a = &r->ahead;
    int lines = 0, along = 0;
    int64_t read = atomic_load(&a->read), seen = atomic_load(&r->bytes_read) - read;
    double useful = gained(r, j, &lines, &along);
    a->allowance += useful * (double)(read - a->judged) + SHARE * (double)(seen - a->seen);
    a->allowance = a->allowance < MOST_BYTES ? a->allowance : MOST_BYTES;
    a->judged = read;
    a->seen = seen;
    bool moved = r->now.job && grid_job_moved(r->grid, r->now.job, j, &lines, &along);
    a->lines = moved ? lines : 0;
    a->along = moved ? along : 0;
    a->tried = !a->lines && !a->along;
    grid_job_unref(a->sight.job);
    a->sight.job = NULL;
}

bool grid_ahead_may_read(struct grid_reader *r)
{
    const struct grid_ahead *a = &r->ahead;
    return (double)(atomic_load(&a->read) - a->judged) < a->allowance;
}

/* Moved on by so many footprints, as far as there are any. */
static void move_on(struct reduce_axis *a, int by, int64_t cells)
{
    int64_t last = reduce_num_footprints(a->ratio, a->phase, cells) - a->num, first = a->first + by;
    a->first = first < 0 ? 0 : first > last ? last : first;
}

bool grid_ahead_begin(struct grid_reader *r)
{
    struct grid_ahead *a = &r->ahead;
    if (a->tried)
        return a->sight.job != NULL;
    a->tried = true;
    const struct grid_job *j = r->now.job;
    size_t num = (size_t)j->lines.num * (size_t)j->along.num;
    if (num * (3 * r->fold->size + 2) > r->memory_bytes / MEMORY_SHARE || !grid_ahead_may_read(r))
        return false;
    struct grid_want want = j->want;
    bool by_columns = r->grid->by_columns;
    move_on(&want.rows, by_columns ? a->along : a->lines, r->grid->rows);
    move_on(&want.cols, by_columns ? a->lines : a->along, r->grid->cols);
    want.range = false;
    struct grid_job *next = grid_job_make(r->grid, &want, j->serial);
    if (!next || !grid_best_fill(r, &a->sight, next, NULL, true)) {
        grid_job_unref(next);
        return false;
    }
    a->sight.job = next;
    return true;
}
