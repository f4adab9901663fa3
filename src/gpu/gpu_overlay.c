/* Rectangles and glyphs: every corner of the list in one buffer, cut to the clip on the CPU; runs of them are one draw call. */
#include "gpu/gpu_internal.h"
#include "base/memory.h"

static bool room(struct gpu *g, size_t more)
{
    if (g->num_vertices + more <= g->cap_vertices)
        return true;
    size_t cap = (g->num_vertices + more) * 2;
    struct gpu_vertex *v = mem_resize(g->vertices, cap, sizeof *v);
    if (!v)
        return false;
    g->vertices = v;
    g->cap_vertices = cap;
    return true;
}

/* Two triangles of [x0, x1) x [y0, y1); the atlas position moves along with the corners, unless there is none (u < 0). */
static void quad(struct gpu *g, int x0, int y0, int x1, int y1, int u, int v, struct color c)
{
    bool glyph = u >= 0;
    const int xs[6] = {x0, x1, x0, x0, x1, x1}, ys[6] = {y0, y0, y1, y1, y0, y1};
    for (int i = 0; i < 6; i++)
        g->vertices[g->num_vertices++] = (struct gpu_vertex){
            (float)xs[i], (float)ys[i], glyph ? (float)(u + xs[i] - x0) : -1, glyph ? (float)(v + ys[i] - y0) : -1, c};
}

static void glyph_quad(struct gpu *g, const struct draw_glyph *d, struct rect clip, struct color c)
{
    int x0 = d->x > clip.x ? d->x : clip.x, y0 = d->y > clip.y ? d->y : clip.y;
    int x1 = d->x + d->w < clip.x + clip.w ? d->x + d->w : clip.x + clip.w;
    int y1 = d->y + d->h < clip.y + clip.h ? d->y + d->h : clip.y + clip.h;
    if (x0 < x1 && y0 < y1)
        quad(g, x0, y0, x1, y1, d->u + x0 - d->x, d->v + y0 - d->y, c);
}

enum hs_status gpu_overlay_upload(struct gpu *g, const struct draw_list *l, size_t *first_vertex)
{
    g->num_vertices = 0;
    for (int i = 0; i < l->num_cmds; i++) {
        const struct draw_cmd *c = &l->cmds[i];
        first_vertex[i] = g->num_vertices;
        if (c->kind == DRAW_RECT) {
            if (!room(g, 6))
                return HS_ERR_MEMORY;
            quad(g, c->clip.x, c->clip.y, c->clip.x + c->clip.w, c->clip.y + c->clip.h, -1, -1, c->color);
        } else if (c->kind == DRAW_GLYPHS) {
            if (!room(g, 6 * (size_t)c->num))
                return HS_ERR_MEMORY;
            for (int k = 0; k < c->num; k++)
                glyph_quad(g, &l->glyphs[c->first + k], c->clip, c->color);
        }
    }
    first_vertex[l->num_cmds] = g->num_vertices;
    size_t bytes = g->num_vertices * sizeof *g->vertices;
    glBindBuffer(GL_ARRAY_BUFFER, g->overlay_buffer);
    if (bytes > g->overlay_cap_bytes) {
        glBufferData(GL_ARRAY_BUFFER, (GLsizeiptr)(bytes * 2), NULL, GL_DYNAMIC_DRAW);
        g->overlay_cap_bytes = bytes * 2;
    }
    if (bytes)
        glBufferSubData(GL_ARRAY_BUFFER, 0, (GLsizeiptr)bytes, g->vertices);
    if (l->atlas && l->atlas->height > 0)
        gpu_texture_upload(g, &g->atlas, GL_R8, GL_RED, GL_UNSIGNED_BYTE, 1, l->atlas->width, l->atlas->height, l->atlas->pixels,
                           l->atlas->version, "glyphs");
    return HS_OK;
}

void gpu_overlay_draw(struct gpu *g, const struct draw_list *l, size_t first, size_t num)
{
    if (!num)
        return;
    GLuint p = g->overlay_program.id;
    glUseProgram(p);
    glUniform2i(glGetUniformLocation(p, "picture"), l->width, l->height);
    glUniform1i(glGetUniformLocation(p, "atlas"), 0);
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, g->atlas.id);
    glBindVertexArray(g->overlay_vao);
    glDrawArrays(GL_TRIANGLES, (GLint)first, (GLsizei)num);
}
