/* Holding tiles back: copies one behind the other in a buffer that is used again. Threads: any, under the canvas's lock. */
#include "data/tilestage.h"

#include <stdlib.h>
#include <string.h>

struct staged_tile {
    struct frame_rect where;
    enum dtype dtype;
    size_t at; /* in the buffer */
};

bool tilestage_add(struct tilestage *s, const struct array *cells, const struct frame_rect *where)
{
    if (s->num == s->cap) {
        int cap = s->cap ? s->cap * 2 : 64;
        struct staged_tile *list = mem_resize(s->list, (size_t)cap, sizeof *list);
        if (!list)
            return false;
        s->list = list;
        s->cap = cap;
    }
    size_t row_bytes = (size_t)cells->cols * dtype_size(cells->dtype), begin = s->bytes.len;
    if (!buf_reserve(&s->bytes, row_bytes * (size_t)cells->rows))
        return false;
    for (int64_t r = 0; r < cells->rows; r++, s->bytes.len += row_bytes)
        memcpy(s->bytes.data + s->bytes.len, array_cell(cells, r, 0), row_bytes);
    s->list[s->num++] = (struct staged_tile){*where, cells->dtype, begin};
    return true;
}

enum hs_status tilestage_paint(struct tilestage *s, struct tilegrid *g)
{
    enum hs_status status = HS_OK;
    for (int i = 0; i < s->num; i++) {
        const struct staged_tile *t = &s->list[i];
        enum hs_status fits = tilegrid_fit(g, t->dtype, &t->where);
        struct array cells = array_c_order(s->bytes.data + t->at, t->dtype, t->where.rows, t->where.cols);
        if (fits == HS_OK)
            tilegrid_paint(g, &cells, &t->where);
        else
            status = fits;
    }
    s->num = 0;
    s->bytes.len = 0;
    return status;
}

void tilestage_fini(struct tilestage *s)
{
    buf_free(&s->bytes);
    free(s->list);
    *s = (struct tilestage){0};
}
