/* Statistics of all cells, from the passes that pictures are made of. A cell counts the first time that the whole of its line in its
 * tile is read for an exact result; bits say of which lines that is so, and whoever sets one counts. So no cell counts twice, however
 * often it is read, and when as many have been counted as there are, nobody touches the threads' histograms any more. What can't be
 * read when it is its turn is given up. A search counts, too: what it puts in the cache isn't read again. Worker threads and that of a
 * search; histogram: the owner. */
#include "data/grid_reader_internal.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

bool grid_count_init(struct grid_reader *r)
{
    return (r->claimed = mem_zeroed((size_t)(r->num_strips * r->tiles_across), sizeof *r->claimed)) != NULL;
}

void grid_count_fini(struct grid_reader *r)
{
    for (int i = 0; i < GRID_NUM_HISTOGRAMS; i++)
        grid_histogram_fini(&r->histograms[i]);
    free(r->claimed);
}

bool grid_count_begin(struct grid_worker *w)
{
    w->histogram = &w->reader->histograms[atomic_fetch_add(&w->reader->num_histograms, 1)];
    return grid_histogram_init(w->histogram, w->reader->grid->dtype);
}

bool grid_count_begin_search(struct grid_worker *w)
{
    struct grid_reader *r = w->reader;
    pthread_mutex_lock(&r->lock);
    w->histogram = &r->histograms[GRID_MAX_THREADS];
    bool ready = w->histogram->bins || grid_is_counted(r) || grid_histogram_init(w->histogram, r->grid->dtype);
    pthread_mutex_unlock(&r->lock);
    return ready;
}

unsigned grid_count_claim(struct grid_worker *w, int64_t strip, int64_t tile, unsigned lines, int num)
{
    struct grid_reader *r = w->reader;
    _Atomic uint8_t *bits = &r->claimed[strip * r->tiles_across + tile];
    if ((atomic_load_explicit(bits, memory_order_relaxed) & lines) == lines)
        return 0;
    unsigned fresh = lines & ~(unsigned)atomic_fetch_or(bits, (uint8_t)lines);
    w->num_counted += (int64_t)__builtin_popcount(fresh) * num;
    return fresh;
}

bool grid_count_publish(struct grid_worker *w)
{
    struct grid_reader *r = w->reader;
    grid_range_widen(&r->range, &w->range);
    w->range = GRID_NO_RANGE;
    bool before = grid_is_counted(r);
    r->num_counted += w->num_counted;
    w->num_counted = 0;
    if (before || !grid_is_counted(r))
        return false;
    memset(r->strip_seen, 1, (size_t)r->num_strips);
    r->num_strips_seen = r->num_strips;
    return true;
}

const struct grid_histogram *grid_reader_histogram(struct grid_reader *r)
{
    pthread_mutex_lock(&r->lock);
    struct grid_histogram *all = NULL;
    for (int i = 0; i < GRID_NUM_HISTOGRAMS && grid_is_counted(r); i++) {
        struct grid_histogram *h = &r->histograms[i];
        if (all && h->bins) { /* the first time */
            grid_histogram_merge(all, h);
            grid_histogram_fini(h);
        } else if (h->bins) {
            all = h;
            grid_histogram_finish(all);
        }
    }
    pthread_mutex_unlock(&r->lock);
    return all;
}
