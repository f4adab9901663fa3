/* --interpolation: between values and picture, when cells are larger than pixels. The maps then show each pixel a texel of its own; what
 * asks which cells a pixel shows (read-out, outlines) still goes by the maps of cells. Render thread. */
#include "view/view_interpolate.h"
#include "view/view_edges.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

struct interpolate_key {
    struct view_values_key values;
    uint64_t maps_version;
    int filter, width, height;
};

struct view_interpolation {
    struct resampler *resampler;
    struct resample_axis rows, cols;
    int32_t *nearest;
    draw_map *maps; /* of columns, then of rows */
    int cap;
    bool active;    /* in the picture before */
    struct interpolate_key key;
    struct reduce_result result;
};

struct view_interpolation *view_interpolation_create(void)
{
    struct view_interpolation *n = mem_zeroed(1, sizeof *n);
    if (n)
        n->resampler = resampler_create();
    if (n && !n->resampler) {
        free(n);
        return NULL;
    }
    return n;
}

void view_interpolation_destroy(struct view_interpolation *n)
{
    if (!n)
        return;
    resampler_destroy(n->resampler);
    resample_axis_fini(&n->rows);
    resample_axis_fini(&n->cols);
    free(n->nearest);
    free(n->maps);
    free(n);
}

static enum resample_filter filter_of(const struct view *v, const struct camera_axis *a)
{
    bool equal = !view_edges(v, a == &v->camera.y); /* cells of different sizes are drawn as they are */
    return a->scale < 1 && equal ? (enum resample_filter)v->look.interpolation : RESAMPLE_NEAREST;
}

int view_interpolation_reach(const struct view *v, const struct camera_axis *a)
{
    return resample_reach(filter_of(v, a));
}

static bool make_axis(struct view *v, struct resample_axis *out, const struct view_axis_map *m, const struct camera_axis *a, int px,
                      double cells, draw_map *map)
{
    int32_t *nearest = v->interpolation->nearest;
    for (int p = 0; p < px; p++) {
        nearest[p] = m->map[p] < 0 ? -1 : draw_map_texel(m->map[p]);
        map[p] = m->map[p] < 0 ? m->map[p] : draw_map_pack(p, draw_map_line(m->map[p]));
    }
    return resample_axis_make(out, filter_of(v, a), nearest, px, a->origin, a->scale, (int64_t)cells, m->footprints.first);
}

static enum hs_status interpolate(struct view *v)
{
    struct view_interpolation *n = v->interpolation;
    int w = v->plot.w, h = v->plot.h;
    if (w + h > n->cap) {
        draw_map *maps = mem_resize(n->maps, (size_t)(w + h), sizeof *maps);
        n->maps = maps ? maps : n->maps;
        int32_t *nearest = mem_resize(n->nearest, (size_t)(w + h), sizeof *nearest);
        n->nearest = nearest ? nearest : n->nearest;
        if (!maps || !nearest)
            return HS_ERR_MEMORY;
        n->cap = w + h;
    }
    if (!make_axis(v, &n->cols, &v->cols, &v->camera.x, w, view_num_cols(v), n->maps) ||
        !make_axis(v, &n->rows, &v->rows, &v->camera.y, h, view_num_rows(v), n->maps + w))
        return HS_ERR_MEMORY;
    return resample_run(n->resampler, v->pool, &v->values, &n->rows, &n->cols, &n->result);
}

enum hs_status view_interpolate(struct view *v)
{
    struct view_interpolation *n = v->interpolation;
    bool wanted = view_interpolation_reach(v, &v->camera.x) + view_interpolation_reach(v, &v->camera.y) > 0 && v->values.rows && v->values.cols;
    bool toggled = wanted != n->active;
    n->active = wanted;
    v->shown = v->values;
    v->shown_cols = v->cols.map;
    v->shown_rows = v->rows.map;
    if (toggled) {
        v->values_version = ++v->version;
        v->maps_version = ++v->version;
        v->canvas_base = 0;
    }
    if (!wanted)
        return HS_OK;
    struct interpolate_key key;
    memset(&key, 0, sizeof key); /* compared as bytes */
    memcpy(&key.values, &v->values_key, sizeof key.values);
    key.maps_version = v->maps_version;
    key.filter = v->look.interpolation;
    key.width = v->plot.w;
    key.height = v->plot.h;
    if (toggled || memcmp(&key, &n->key, sizeof key) != 0) {
        memset(&n->key, 0, sizeof n->key); /* of nothing, if this fails */
        enum hs_status s = interpolate(v);
        if (s != HS_OK)
            return s;
        n->key = key;
        v->values_version = ++v->version;
    }
    v->shown = n->result;
    v->shown_cols = n->maps;
    v->shown_rows = n->maps + v->plot.w;
    v->canvas_base = 0;
    return HS_OK;
}
