/* The heatmap pass: five small textures and one quad; the shader does the rest. */
#include "gpu/gpu_internal.h"

static const char *const variant_defines[NUM_VARIANTS] = {
    [VARIANT_PLAIN] = "",
    [VARIANT_NAN] = "#define HAS_NAN\n",
    [VARIANT_NORMALISED] = "#define NORMALISED\n",
    [VARIANT_NORMALISED_NAN] = "#define NORMALISED\n#define HAS_NAN\n",
};

static GLint place(GLuint program, const char *name)
{
    return glGetUniformLocation(program, name);
}

static void put_color(GLuint program, const char *name, struct color c)
{
    glUniform4i(place(program, name), c.r, c.g, c.b, c.a);
}

static void put_uniforms(GLuint p, const struct draw_list *l, const struct draw_heatmap *h)
{
    static const char *const samplers[] = {"values", "nan_share", "col_map", "row_map", "lut"};
    for (int i = 0; i < 5; i++)
        glUniform1i(place(p, samplers[i]), i);
    struct norm_f32 n = norm_to_f32(&h->norm);
    glUniform4i(place(p, "dst"), h->dst.x, h->dst.y, h->dst.w, h->dst.h);
    glUniform2i(place(p, "picture"), l->width, l->height);
    glUniform1i(place(p, "norm_kind"), n.kind);
    glUniform1f(place(p, "norm_offset"), n.offset);
    glUniform1f(place(p, "norm_scale"), n.scale);
    glUniform1f(place(p, "norm_gamma"), n.gamma);
    glUniform1f(place(p, "norm_vmin"), n.vmin);
    glUniform1f(place(p, "norm_vmax"), n.vmax);
    glUniform1i(place(p, "nan_floor"), h->nan_floor);
    put_color(p, "bad", h->bad);
    put_color(p, "under", h->under);
    put_color(p, "over", h->over);
    put_color(p, "line_color", h->line_color);
}

static void upload(struct gpu *g, struct gpu_heatmap *s, const struct draw_heatmap *h)
{
    glActiveTexture(GL_TEXTURE0);
    gpu_texture_upload(g, &s->values, GL_R32F, GL_RED, GL_FLOAT, 4, h->num_cols, h->num_rows, h->values, h->values_version, "values");
    glActiveTexture(GL_TEXTURE1);
    if (h->nan_share)
        gpu_texture_upload(g, &s->nan_share, GL_R8UI, GL_RED_INTEGER, GL_UNSIGNED_BYTE, 1, h->num_cols, h->num_rows, h->nan_share,
                           h->values_version, "NaN shares");
    glActiveTexture(GL_TEXTURE2);
    gpu_texture_upload(g, &s->col_map, GL_R32I, GL_RED_INTEGER, GL_INT, 4, h->dst.w, 1, h->col_map, h->maps_version, "column map");
    glActiveTexture(GL_TEXTURE3);
    gpu_texture_upload(g, &s->row_map, GL_R32I, GL_RED_INTEGER, GL_INT, 4, h->dst.h, 1, h->row_map, h->maps_version, "row map");
    glActiveTexture(GL_TEXTURE4);
    gpu_texture_upload(g, &s->lut, GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE, 4, COLORMAP_SIZE, 1, h->lut, h->lut_version, "colormap");
    glActiveTexture(GL_TEXTURE0);
}

enum hs_status gpu_heatmap_draw(struct gpu *g, const struct draw_list *l, int index)
{
    const struct draw_heatmap *h = &l->heatmaps[index];
    struct gpu_heatmap *slot = &g->heatmaps[index % HEATMAP_SLOTS];
    int variant = (h->normalised ? VARIANT_NORMALISED : VARIANT_PLAIN) + (h->nan_share ? 1 : 0);
    struct gpu_program *p = &g->heatmap_programs[variant];
    if (!p->id) {
        enum hs_status s = gpu_program_make(g, p, "heatmap", variant_defines[variant]);
        if (s != HS_OK)
            return s;
    }
    if (index >= HEATMAP_SLOTS) /* the slot holds another command's textures */
        slot->values.version = slot->nan_share.version = slot->col_map.version = slot->row_map.version = slot->lut.version = 0;
    upload(g, slot, h);
    glUseProgram(p->id);
    put_uniforms(p->id, l, h);
    glBindVertexArray(g->empty_vao);
    glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
    return HS_OK;
}

void gpu_heatmap_fini(struct gpu_heatmap *h)
{
    gpu_texture_fini(&h->values);
    gpu_texture_fini(&h->nan_share);
    gpu_texture_fini(&h->col_map);
    gpu_texture_fini(&h->row_map);
    gpu_texture_fini(&h->lut);
}
