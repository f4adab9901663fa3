/* What a panel is called, and slices of arrays of more than two dimensions: each one asked for is a frame of its own, which lies in the mapped file. Render thread. */
#include "app/panel_internal.h"
#include "base/memory.h"
#include <stdio.h>
#include <stdlib.h>

const struct nd_index *panel_slice(const struct panel *p)
{
    return p->nd.num_leading ? &p->nd : NULL;
}

void panel_name_slice(struct panel *p)
{
    char title[256], which[200];
    nd_index_text(&p->nd, which, sizeof which);
    const char *name = p->diff ? diff_title(p->diff) : p->several ? panel_source_name(p) : "";
    snprintf(title, sizeof title, "%.200s%s%.200s", name, name[0] && which[0] ? ", " : "", which);
    view_set_own_title(p->view, title);
}

bool panel_rename(struct panel *p, const char *name)
{
    char *copy = mem_strdup(name);
    if (!copy)
        return false;
    free(p->name);
    p->name = copy;
    panel_name_slice(p);
    return true;
}

bool panel_show_slice(struct panel *p, int axis, int64_t at)
{
    if (!p->source || !p->nd.num_leading || axis < 0 || axis >= p->nd.num_axes || p->nd.at[axis] < 0)
        return false;
    at = at < 0 ? 0 : at >= p->nd.size[axis] ? p->nd.size[axis] - 1 : at;
    if (at == p->nd.at[axis])
        return false;
    p->nd.at[axis] = at;
    panel_live(p);
    if (source_show_slice(p->source, &p->nd) != HS_OK)
        return false;
    if (p->diff)
        panel_show_slice(diff_minus(p->diff), axis, at);
    panel_name_slice(p);
    return true;
}
