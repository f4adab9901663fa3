/* The heatmap pass: small textures and one quad; the shader does the rest. Thread: the one whose context is current. */
#include "gpu/gpu_internal.h"
#include "base/log.h"
#include "base/memory.h"
#include <stdlib.h>

static const char *const VARIANT_DEFINES[NUM_VARIANTS] = {
    [VARIANT_PLAIN] = "",
    [VARIANT_NAN] = "#define HAS_NAN\n",
    [VARIANT_NORMALISED] = "#define NORMALISED\n",
    [VARIANT_NORMALISED_NAN] = "#define NORMALISED\n#define HAS_NAN\n",
};

enum hs_status gpu_heatmaps_init(struct gpu *g)
{
    glGenVertexArrays(1, &g->empty_vao);
    return gpu_shaders_make(g, &g->heatmap_shaders, "heatmap", VARIANT_DEFINES, NUM_VARIANTS);
}

static void put_color(GLint at, struct color c)
{
    glUniform4i(at, c.r, c.g, c.b, c.a);
}

static void put_uniforms(const struct gpu_program *p, const struct draw_list *l, const struct draw_heatmap *h)
{
    const GLint *at = p->at;
    struct norm_f32 n = norm_to_f32(&h->norm);
    glUniform2i(at[U_PICTURE], l->width, l->height);
    glUniform4i(at[U_DST], h->dst.x, h->dst.y, h->dst.w, h->dst.h);
    glUniform1i(at[U_NORM_KIND], n.kind);
    glUniform1f(at[U_NORM_OFFSET], n.offset);
    glUniform1f(at[U_NORM_SCALE], n.scale);
    glUniform1f(at[U_NORM_GAMMA], n.gamma);
    glUniform1f(at[U_NORM_UNIT], n.unit);
    glUniform1f(at[U_NORM_BEND], n.bend);
    glUniform1f(at[U_NORM_RATE], n.rate);
    glUniform1f(at[U_NORM_VMIN], n.vmin);
    glUniform1f(at[U_NORM_VMAX], n.vmax);
    glUniform1i(at[U_NAN_FLOOR], h->nan_floor);
    put_color(at[U_BAD], h->bad);
    put_color(at[U_UNDER], h->under);
    put_color(at[U_OVER], h->over);
    put_color(at[U_LINE_COLOR], h->line_color);
    glUniform1i(at[U_MASKED_SHARE], h->masked_share);
    put_color(at[U_MASKED], h->masked);
    glUniform1i(at[U_HATCH_SIZE], h->hatch ? h->hatch_size : 0);
    put_color(at[U_HATCH_COLOR], h->hatch_color);
}

/* Leaves every texture bound to its unit. */
static enum hs_status upload(struct gpu *g, struct gpu_heatmap *t, const struct draw_heatmap *h)
{
    glActiveTexture(GL_TEXTURE0 + UNIT_VALUES);
    enum hs_status s = HS_OK;
    if (!gpu_texture_update(g, &t->values, GL_RED, GL_FLOAT, 4, h->num_cols, h->num_rows, h->values, h))
        s = gpu_texture_upload(g, &t->values, GL_R32F, GL_RED, GL_FLOAT, 4, h->num_cols, h->num_rows, h->values,
                               h->values_version, "values");
    glActiveTexture(GL_TEXTURE0 + UNIT_NAN_SHARE);
    if (s == HS_OK && h->nan_share &&
        !gpu_texture_update(g, &t->nan_share, GL_RED_INTEGER, GL_UNSIGNED_BYTE, 1, h->num_cols, h->num_rows, h->nan_share, h))
        s = gpu_texture_upload(g, &t->nan_share, GL_R8UI, GL_RED_INTEGER, GL_UNSIGNED_BYTE, 1, h->num_cols, h->num_rows,
                               h->nan_share, h->values_version, "NaN shares");
    glActiveTexture(GL_TEXTURE0 + UNIT_COL_MAP);
    if (s == HS_OK)
        s = gpu_texture_upload(g, &t->col_map, GL_R32I, GL_RED_INTEGER, GL_INT, 4, h->dst.w, 1, h->col_map, h->maps_version,
                               "column map");
    glActiveTexture(GL_TEXTURE0 + UNIT_ROW_MAP);
    if (s == HS_OK)
        s = gpu_texture_upload(g, &t->row_map, GL_R32I, GL_RED_INTEGER, GL_INT, 4, h->dst.h, 1, h->row_map, h->maps_version,
                               "row map");
    glActiveTexture(GL_TEXTURE0 + UNIT_LUT);
    if (s == HS_OK)
        s = gpu_texture_upload(g, &t->lut, GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE, 4, COLORMAP_SIZE, 1, h->lut, h->lut_version,
                               "colormap");
    const struct norm_table *table = norm_to_f32(&h->norm).table;
    glActiveTexture(GL_TEXTURE0 + UNIT_KNOTS);
    if (s == HS_OK && table && table->num && !h->normalised)
        s = gpu_texture_upload(g, &t->knots, GL_RGBA32F, GL_RGBA, GL_FLOAT, sizeof *table->knots, table->num, 1, table->knots,
                               h->norm.table_version, "knots");
    glActiveTexture(GL_TEXTURE0 + UNIT_HATCH);
    if (s == HS_OK && h->hatch)
        s = gpu_texture_upload(g, &t->hatch, GL_R8UI, GL_RED_INTEGER, GL_UNSIGNED_BYTE, 1, h->hatch_size, h->hatch_size, h->hatch,
                               h->hatch_version, "hatch");
    return s;
}

/* The textures of the index-th heatmap of a list; there are as many as any list had heatmaps. */
static struct gpu_heatmap *textures_of(struct gpu *g, int index)
{
    if (index >= g->num_heatmaps) {
        struct gpu_heatmap *more = mem_resize(g->heatmaps, (size_t)index + 1, sizeof *more);
        if (!more) {
            log_error("out of memory for heatmap %d of a picture", index + 1);
            return NULL;
        }
        g->heatmaps = more;
        while (g->num_heatmaps <= index)
            g->heatmaps[g->num_heatmaps++] = (struct gpu_heatmap){0};
    }
    return &g->heatmaps[index];
}

enum hs_status gpu_heatmap_draw(struct gpu *g, const struct draw_list *l, int index)
{
    const struct draw_heatmap *h = &l->heatmaps[index];
    struct gpu_heatmap *textures = textures_of(g, index);
    if (!textures)
        return HS_ERR_MEMORY;
    enum hs_status s = upload(g, textures, h);
    if (s != HS_OK)
        return s;
    int variant = (h->normalised ? VARIANT_NORMALISED : VARIANT_PLAIN) + (h->nan_share ? 1 : 0);
    const struct gpu_program *p = &g->heatmap_shaders.programs[variant];
    glUseProgram(p->id);
    put_uniforms(p, l, h);
    glBindVertexArray(g->empty_vao);
    glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
    return HS_OK;
}

void gpu_heatmaps_fini(struct gpu *g)
{
    for (int i = 0; i < g->num_heatmaps; i++) {
        struct gpu_heatmap *h = &g->heatmaps[i];
        gpu_texture_fini(&h->values);
        gpu_texture_fini(&h->nan_share);
        gpu_texture_fini(&h->col_map);
        gpu_texture_fini(&h->row_map);
        gpu_texture_fini(&h->lut);
        gpu_texture_fini(&h->knots);
        gpu_texture_fini(&h->hatch);
    }
    free(g->heatmaps);
    gpu_shaders_fini(&g->heatmap_shaders);
    glDeleteVertexArrays(1, &g->empty_vao);
}
