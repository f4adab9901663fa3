/* Rectangles and glyphs. Rectangles are corners in a buffer; glyphs are uploaded as the list has them, an instance each, and cut to
 * their clip by the scissor: 50,000 numbers are 3 MB then, not 25, and the CPU only copies them. Runs of rectangles are one draw call,
 * and so is every command of glyphs. Thread: the one whose context is current. */
#include "gpu/gpu_internal.h"
#include "base/log.h"
#include "base/memory.h"
#include <stddef.h>
#include <stdlib.h>

enum { PROGRAM_RECTS, PROGRAM_GLYPHS };

enum hs_status gpu_overlay_init(struct gpu *g)
{
    static const char *const DEFINES[] = {"", "#define GLYPHS\n"};
    glGenVertexArrays(1, &g->overlay_vao);
    glGenBuffers(1, &g->overlay_buffer);
    glBindVertexArray(g->overlay_vao);
    glBindBuffer(GL_ARRAY_BUFFER, g->overlay_buffer);
    glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, sizeof(struct gpu_vertex), (void *)offsetof(struct gpu_vertex, x));
    glVertexAttribPointer(1, 4, GL_UNSIGNED_BYTE, GL_TRUE, sizeof(struct gpu_vertex), (void *)offsetof(struct gpu_vertex, color));
    glGenVertexArrays(1, &g->glyph_vao);
    glGenBuffers(1, &g->glyph_buffer);
    for (GLuint i = 0; i < 4; i++) {
        glBindVertexArray(i < 2 ? g->overlay_vao : g->glyph_vao);
        glEnableVertexAttribArray(i % 2);
        glVertexAttribDivisor(i % 2, i / 2);
    }
    glBindBuffer(GL_ARRAY_BUFFER, g->glyph_buffer);
    glBindVertexArray(0);
    gpu_label(g, GL_BUFFER, g->overlay_buffer, "rectangles");
    gpu_label(g, GL_BUFFER, g->glyph_buffer, "glyphs");
    return gpu_shaders_make(g, &g->overlay_shaders, "overlay", DEFINES, 2);
}

void gpu_overlay_fini(struct gpu *g)
{
    gpu_texture_fini(&g->atlas);
    gpu_shaders_fini(&g->overlay_shaders);
    glDeleteBuffers(1, &g->overlay_buffer);
    glDeleteBuffers(1, &g->glyph_buffer);
    glDeleteVertexArrays(1, &g->overlay_vao);
    glDeleteVertexArrays(1, &g->glyph_vao);
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

/* Two triangles. */
static void quad(struct gpu *g, struct rect r, struct color c)
{
    const int xs[6] = {0, 1, 0, 0, 1, 1}, ys[6] = {0, 0, 1, 1, 0, 1};
    for (int i = 0; i < 6; i++)
        g->vertices[g->num_vertices++] = (struct gpu_vertex){(float)(r.x + xs[i] * r.w), (float)(r.y + ys[i] * r.h), c};
}

/* Corners of every rectangle, in order; false without memory. */
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
        g->first_vertex[i] = g->num_vertices;
        if (l->cmds[i].kind != DRAW_RECT)
            continue;
        if (!room(g, 6))
            return false;
        quad(g, l->cmds[i].clip, l->cmds[i].color);
    }
    g->first_vertex[l->num_cmds] = g->num_vertices;
    return true;
}

static void fill(GLuint buffer, size_t *cap, const void *from, size_t bytes)
{
    glBindBuffer(GL_ARRAY_BUFFER, buffer);
    if (bytes > *cap) {
        *cap = bytes * 2;
        glBufferData(GL_ARRAY_BUFFER, (GLsizeiptr)*cap, NULL, GL_DYNAMIC_DRAW);
    }
    if (bytes)
        glBufferSubData(GL_ARRAY_BUFFER, 0, (GLsizeiptr)bytes, from);
}

enum hs_status gpu_overlay_upload(struct gpu *g, const struct draw_list *l)
{
    if (!build(g, l)) {
        log_error("out of memory for a picture of %d commands", l->num_cmds);
        return HS_ERR_MEMORY;
    }
    fill(g->overlay_buffer, &g->overlay_cap_bytes, g->vertices, g->num_vertices * sizeof *g->vertices);
    fill(g->glyph_buffer, &g->glyph_cap_bytes, l->glyphs, (size_t)l->num_glyphs * sizeof *l->glyphs);
    if (!l->atlas || l->atlas->height == 0)
        return HS_OK;
    glActiveTexture(GL_TEXTURE0 + UNIT_ATLAS);
    return gpu_texture_upload(g, &g->atlas, GL_R8, GL_RED, GL_UNSIGNED_BYTE, 1, l->atlas->width, l->atlas->height, l->atlas->pixels,
                              l->atlas->version, "glyphs");
}

static const struct gpu_program *use(const struct gpu *g, int program, const struct draw_list *l)
{
    const struct gpu_program *p = &g->overlay_shaders.programs[program];
    glUseProgram(p->id);
    glUniform2i(p->at[U_PICTURE], l->width, l->height);
    glBindVertexArray(program == PROGRAM_GLYPHS ? g->glyph_vao : g->overlay_vao);
    return p;
}

static void draw_rects(const struct gpu *g, const struct draw_list *l, int begin, int end)
{
    size_t first = g->first_vertex[begin], num = g->first_vertex[end] - first;
    if (!num)
        return;
    use(g, PROGRAM_RECTS, l);
    glDrawArrays(GL_TRIANGLES, (GLint)first, (GLsizei)num);
}

static void draw_glyphs(const struct gpu *g, const struct draw_list *l, int begin, int end)
{
    const struct gpu_program *p = use(g, PROGRAM_GLYPHS, l);
    glActiveTexture(GL_TEXTURE0 + UNIT_ATLAS);
    glBindTexture(GL_TEXTURE_2D, g->atlas.id);
    glBindBuffer(GL_ARRAY_BUFFER, g->glyph_buffer);
    glEnable(GL_SCISSOR_TEST);
    for (int i = begin; i < end; i++) {
        const struct draw_cmd *c = &l->cmds[i];
        const char *at = (const char *)((size_t)c->first * sizeof(struct draw_glyph));
        if (c->num <= 0 || c->clip.w <= 0 || c->clip.h <= 0)
            continue;
        glScissor(c->clip.x, l->height - c->clip.y - c->clip.h, c->clip.w, c->clip.h);
        glUniform4i(p->at[U_INK_COLOR], c->color.r, c->color.g, c->color.b, c->color.a);
        glVertexAttribIPointer(0, 2, GL_INT, sizeof(struct draw_glyph), at + offsetof(struct draw_glyph, x));
        glVertexAttribIPointer(1, 4, GL_UNSIGNED_SHORT, sizeof(struct draw_glyph), at + offsetof(struct draw_glyph, u));
        glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, c->num);
    }
    glDisable(GL_SCISSOR_TEST);
}

void gpu_overlay_draw(struct gpu *g, const struct draw_list *l, int begin, int end)
{
    while (begin < end) {
        bool glyphs = l->cmds[begin].kind == DRAW_GLYPHS;
        int next = begin + 1;
        while (next < end && (l->cmds[next].kind == DRAW_GLYPHS) == glyphs)
            next++;
        if (!glyphs)
            draw_rects(g, l, begin, next);
        else if (l->atlas)
            draw_glyphs(g, l, begin, next);
        begin = next;
    }
}
