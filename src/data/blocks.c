/* Blocks of the history. A short list of free ones is enough: in a steady state the frame that goes has the size of the one that
 * comes. Threads: under the history's lock, but for block_map and blocks_bury. */
#include "data/blocks.h"
#include "base/memory.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_FREE = 4 };

struct block *block_map(size_t num_bytes)
{
    struct block *b = mem_zeroed(1, sizeof *b);
    if (!b)
        return NULL;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    b->capacity = num_bytes ? (num_bytes + page - 1) / page * page : page;
    b->bytes = mmap(NULL, b->capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (b->bytes == MAP_FAILED) {
        free(b);
        return NULL;
    }
    return b;
}

struct block *block_map_ready(size_t num_bytes)
{
    struct block *b = block_map(num_bytes);
#ifdef MADV_POPULATE_WRITE
    if (b)
        madvise(b->bytes, b->capacity, MADV_POPULATE_WRITE); /* refused by old kernels: its pages come one by one, then */
#endif
    return b;
}

bool block_suits(const struct block *b, size_t num_bytes)
{
    return b && b->capacity >= num_bytes && (b->capacity / 2 <= num_bytes || b->capacity <= (size_t)sysconf(_SC_PAGESIZE));
}

struct block *blocks_find(struct blocks *all, size_t num_bytes)
{
    for (struct block **link = &all->free; *link; link = &(*link)->next) {
        struct block *b = *link;
        if (block_suits(b, num_bytes)) {
            *link = b->next;
            all->num_free--;
            return b;
        }
    }
    return NULL;
}

void blocks_count(struct blocks *all, struct block *b)
{
    if (!b->counted)
        all->used_bytes += b->capacity;
    b->counted = true;
}

static void let_die(struct blocks *all, struct block *b)
{
    if (b->counted)
        all->used_bytes -= b->capacity;
    b->next = all->dead;
    all->dead = b;
}

void blocks_recycle(struct blocks *all, struct block *b)
{
    /* One that was never filled has few pages: it isn't worth keeping, and would count for more than it is. */
    if (!b->counted) {
        let_die(all, b);
        return;
    }
    b->next = all->free;
    all->free = b;
    all->num_free++;
    if (all->num_free > MAX_FREE) { /* the one that has waited longest goes */
        struct block **link = &all->free;
        while ((*link)->next)
            link = &(*link)->next;
        b = *link;
        *link = NULL;
        all->num_free--;
        let_die(all, b);
    }
}

bool blocks_trim(struct blocks *all)
{
    struct block *b = all->free;
    if (!b)
        return false;
    all->free = b->next;
    all->num_free--;
    let_die(all, b);
    return true;
}

struct block *blocks_take_dead(struct blocks *all)
{
    struct block *dead = all->dead;
    all->dead = NULL;
    return dead;
}

void blocks_bury(struct block *dead)
{
    while (dead) {
        struct block *next = dead->next;
        munmap(dead->bytes, dead->capacity);
        free(dead);
        dead = next;
    }
}
