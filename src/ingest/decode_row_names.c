/* Names of rows: of a frame's, and of the newest rows of a waterfall, which one text alone feeds. One thread. */
#include "ingest/decode_row_names.h"
#include <stdlib.h>
#include <string.h>

struct meta *row_names_meta(const struct meta *bare, struct names *names)
{
    struct meta *m = meta_copy(bare);
    if (!m)
        return NULL;
    for (int64_t i = 0; i < m->num_row_labels; i++)
        free(m->row_labels[i]);
    free(m->row_labels);
    m->row_labels = names->list;
    m->num_row_labels = names->num;
    *names = (struct names){0};
    return m;
}

/* No memory: none is kept. */
static void give_up(struct names *kept, struct names *more)
{
    names_free(kept);
    names_free(more);
}

void row_names_keep(struct names *kept, struct names *more)
{
    int64_t need = kept->num + more->num;
    if (need > kept->cap) {
        char **list = mem_resize(kept->list, (size_t)(need + need / 2), sizeof *list);
        if (!list) {
            give_up(kept, more);
            return;
        }
        kept->list = list;
        kept->cap = need + need / 2;
    }
    memcpy(kept->list + kept->num, more->list, (size_t)more->num * sizeof *kept->list);
    kept->num = need;
    more->num = 0; /* the texts are the others' now */
    int64_t over = kept->num - ROW_NAMES_KEPT;
    for (int64_t i = 0; i < over; i++)
        free(kept->list[i]);
    if (over > 0) {
        memmove(kept->list, kept->list + over, ROW_NAMES_KEPT * sizeof *kept->list);
        kept->num = ROW_NAMES_KEPT;
    }
}

struct meta *row_names_newest(const struct meta *bare, const struct names *kept)
{
    struct meta *m = meta_copy(bare);
    char **list = m ? mem_zeroed((size_t)kept->num, sizeof *list) : NULL;
    if (!list) {
        meta_unref(m);
        return NULL;
    }
    struct names copy = {list, kept->num, kept->num};
    bool ok = true;
    for (int64_t i = 0; i < kept->num; i++)
        ok = (list[i] = mem_strdup(kept->list[i])) && ok;
    meta_unref(m);
    m = ok ? row_names_meta(bare, &copy) : NULL;
    names_free(&copy);
    if (m)
        m->labels_newest = true;
    return m;
}
