/* Rectangles and glyphs: every corner of the list in one buffer, cut to the clip on the CPU; runs of them are one draw call.
 * Thread: the one whose context is current. */
#include "gpu/gpu_internal.h"
#include "base/log.h"
#include "base/memory.h"
#include <stddef.h>
#include <stdlib.h>

enum hs_status gpu_overlay_init(struct gpu *g)
{
    static const char *const NO_DEFINES[] = {""};
    glGenVertexArrays(1, &g->overlay_vao);
    glGenBuffers(1, &g->overlay_buffer);
    glBindVertexArray(g->overlay_vao);
    glBindBuffer(GL_ARRAY_BUFFER, g->overlay_buffer);
    glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, sizeof(struct gpu_vertex), (void *)offsetof(struct gpu_vertex, x));
    glVertexAttribPointer(1, 2, GL_FLOAT, GL_FALSE, sizeof(struct gpu_vertex), (void *)offsetof(struct gpu_vertex, u));
    glVertexAttribPointer(2, 4, GL_UNSIGNED_BYTE, GL_TRUE, sizeof(struct gpu_vertex), (void *)offsetof(struct gpu_vertex, color));
    for (GLuint i = 0; i < 3; i++)
        glEnableVertexAttribArray(i);
    glBindVertexArray(0);
    gpu_label(g, GL_BUFFER, g->overlay_buffer, "overlay");
    return gpu_shaders_make(g, &g->overlay_shaders, "overlay", NO_DEFINES, 1);
}

void gpu_overlay_fini(struct gpu *g)
{
    gpu_texture_fini(&g->atlas);
    gpu_shaders_fini(&g->overlay_shaders);
    glDeleteBuffers(1, &g->overlay_buffer);
    glDeleteVertexArrays(1, &g->overlay_vao);
    free(g->vertices);
    free(g->first_vertex);
}

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

/* Corners of every command, in order; false without memory. */
static bool build(struct gpu *g, const struct draw_list *l)
{
    size_t num = (size_t)l->num_cmds + 1;
    if (num > g->cap_first_vertex) {
        size_t *first = mem_resize(g->first_vertex, num * 2, sizeof *first);
        if (!first)
            return false;
        g->first_vertex = first;
        g->cap_first_vertex = num * 2;
    }
    g->num_vertices = 0;
    for (int i = 0; i < l->num_cmds; i++) {
        const struct draw_cmd *c = &l->cmds[i];
        g->first_vertex[i] = g->num_vertices;
        if (c->kind == DRAW_RECT) {
            if (!room(g, 6))
                return false;
            quad(g, c->clip.x, c->clip.y, c->clip.x + c->clip.w, c->clip.y + c->clip.h, -1, -1, c->color);
        } else if (c->kind == DRAW_GLYPHS && l->atlas) {
            if (!room(g, 6 * (size_t)c->num))
                return false;
            for (int k = 0; k < c->num; k++)
                glyph_quad(g, &l->glyphs[c->first + k], c->clip, c->color);
        }
    }
    g->first_vertex[l->num_cmds] = g->num_vertices;
    return true;
}

enum hs_status gpu_overlay_upload(struct gpu *g, const struct draw_list *l)
{
    if (!build(g, l)) {
        log_error("out of memory for a picture of %d commands", l->num_cmds);
        return HS_ERR_MEMORY;
    }
    size_t bytes = g->num_vertices * sizeof *g->vertices;
    glBindBuffer(GL_ARRAY_BUFFER, g->overlay_buffer);
    if (bytes > g->overlay_cap_bytes) {
        glBufferData(GL_ARRAY_BUFFER, (GLsizeiptr)(bytes * 2), NULL, GL_DYNAMIC_DRAW);
        g->overlay_cap_bytes = bytes * 2;
    }
    if (bytes)
        glBufferSubData(GL_ARRAY_BUFFER, 0, (GLsizeiptr)bytes, g->vertices);
    if (!l->atlas || l->atlas->height == 0)
        return HS_OK;
    glActiveTexture(GL_TEXTURE0 + UNIT_ATLAS);
    return gpu_texture_upload(g, &g->atlas, GL_R8, GL_RED, GL_UNSIGNED_BYTE, 1, l->atlas->width, l->atlas->height, l->atlas->pixels,
                              l->atlas->version, "glyphs");
}

void gpu_overlay_draw(struct gpu *g, const struct draw_list *l, int begin, int end)
{
    size_t first = g->first_vertex[begin], num = g->first_vertex[end] - first;
    if (!num)
        return;
    const struct gpu_program *p = &g->overlay_shaders.programs[0];
    glUseProgram(p->id);
    glUniform2i(p->at[U_PICTURE], l->width, l->height);
    glActiveTexture(GL_TEXTURE0 + UNIT_ATLAS);
    glBindTexture(GL_TEXTURE_2D, g->atlas.id);
    glBindVertexArray(g->overlay_vao);
    glDrawArrays(GL_TRIANGLES, (GLint)first, (GLsizei)num);
}
