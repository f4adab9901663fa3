/* Labels, channel names and units of frames. The count of references is atomic, so any thread may let go of a meta. */
#include "data/meta.h"

#include "base/memory.h"
#include <stdlib.h>

struct meta *meta_create(void)
{
    struct meta *m = mem_zeroed(1, sizeof *m);
    if (m)
        atomic_init(&m->refs, 1);
    return m;
}

static void free_texts(char **texts, int64_t num)
{
    if (!texts)
        return;
    for (int64_t i = 0; i < num; i++)
        free(texts[i]);
    free(texts);
}

/* False without memory; *to and *num_to then hold what could be copied, so that meta_unref frees it. */
static bool copy_texts(char *const *from, int64_t num, char ***to, int64_t *num_to)
{
    if (!from)
        return true;
    *to = mem_zeroed((size_t)num, sizeof **to);
    if (!*to)
        return false;
    *num_to = num;
    for (int64_t i = 0; i < num; i++)
        if (from[i] && !((*to)[i] = mem_strdup(from[i])))
            return false;
    return true;
}

struct meta *meta_copy(const struct meta *from)
{
    struct meta *m = meta_create();
    if (!m || !from)
        return m;
    m->labels_newest = from->labels_newest;
    if (copy_texts(from->row_labels, from->num_row_labels, &m->row_labels, &m->num_row_labels) &&
        copy_texts(from->col_labels, from->num_col_labels, &m->col_labels, &m->num_col_labels) &&
        copy_texts(from->channels, from->num_channels, &m->channels, &m->num_channels) &&
        (!from->row_title || (m->row_title = mem_strdup(from->row_title))) &&
        (!from->units || (m->units = mem_strdup(from->units))) && (!from->file || (m->file = mem_strdup(from->file))))
        return m;
    meta_unref(m);
    return NULL;
}

struct meta *meta_ref(struct meta *m)
{
    if (m)
        atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
    return m;
}

void meta_unref(struct meta *m)
{
    if (!m || atomic_fetch_sub_explicit(&m->refs, 1, memory_order_acq_rel) != 1)
        return;
    free_texts(m->row_labels, m->num_row_labels);
    free_texts(m->col_labels, m->num_col_labels);
    free_texts(m->channels, m->num_channels);
    free(m->row_title);
    free(m->units);
    free(m->file);
    free(m);
}
