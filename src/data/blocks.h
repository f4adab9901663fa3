/* Storage for frames: page-aligned blocks that the kernel backs as bytes arrive, recycled by size. Private to the history, under
 * its lock; only what blocks_bury is given is unmapped outside it. */
#ifndef DATA_BLOCKS_H
#define DATA_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>

struct block {
    struct block *next;
    void *bytes;
    size_t capacity;
    bool counted; /* part of used_bytes: its pages are there */
};

struct blocks {
    struct block *free, *dead;
    int num_free;
    size_t used_bytes; /* all counted blocks, the free ones too */
};

/* Fresh, uncounted, at least num_bytes. NULL: no memory. Needs no lock. */
struct block *block_map(size_t num_bytes);
/* The same with its memory in place, so that receiving into it takes no page faults. */
struct block *block_map_ready(size_t num_bytes);
/* Big enough, and not more than twice too big. NULL doesn't suit. */
bool block_suits(const struct block *b, size_t num_bytes);

/* A free one that suits, or NULL. */
struct block *blocks_find(struct blocks *all, size_t num_bytes);
/* Its bytes have arrived: from now on it counts until it is unmapped. */
void blocks_count(struct blocks *all, struct block *b);
/* Keep it for the next one who asks, or let it die. */
void blocks_recycle(struct blocks *all, struct block *b);
/* Let one free block die; false when there is none. */
bool blocks_trim(struct blocks *all);
/* Take the dead out, under the lock ... */
struct block *blocks_take_dead(struct blocks *all);
/* ... and unmap them, outside it. */
void blocks_bury(struct block *dead);

#endif
