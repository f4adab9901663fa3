/* --bad-hatch: the tile, made again when the pattern or the size of text changes. Render thread. */
#include "view/view_internal.h"
#include <string.h>

void view_hatch_update(struct view *v)
{
    double key[2] = {v->look.bad_hatch, v->look.dpi / 72 * v->ui_scale};
    if (memcmp(key, v->hatch_key, sizeof key) == 0)
        return;
    memcpy(v->hatch_key, key, sizeof key);
    hatch_make(&v->hatch, (enum hatch_kind)v->look.bad_hatch, key[1]);
    v->hatch_version = ++v->version;
}
