/* What differs between a picture and the one before: an executor whose pixels still hold that one needs to draw no more. */
#ifndef DRAW_DAMAGE_H
#define DRAW_DAMAGE_H

#include "draw/list.h"

enum { DRAW_DAMAGE_MAX = 16 };

/* Rectangles within the picture; they may overlap. */
struct draw_damage {
    struct rect rects[DRAW_DAMAGE_MAX];
    int num;
};

/* The list drawn last. Zero-initialised: none, so all of the next one is damage. */
struct draw_memory {
    struct draw_list last; /* its arrays are copies; of the heatmaps nothing is followed */
    uint64_t atlas_version;
    bool valid;
};

/* Into *out what has changed since the last call, and remember the list. Without memory all has. */
void draw_damage_find(struct draw_memory *m, const struct draw_list *l, struct draw_damage *out);
/* The pixels are gone: all of the next list is damage. */
void draw_memory_forget(struct draw_memory *m);
void draw_memory_fini(struct draw_memory *m);

#endif
