/* Programs from the embedded shader files, or from --shader-dir, where they are compiled again when they change. */
#include "gpu/gpu_internal.h"
#include "base/embedded.h"
#include "base/log.h"
#include "base/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool from_dir(const struct gpu *g, const char *file, struct buf *text, time_t *changed)
{
    char *path = mem_format("%s/%s", g->shader_dir, file);
    struct stat st;
    FILE *f = path ? fopen(path, "rb") : NULL;
    bool ok = f && fstat(fileno(f), &st) == 0;
    char block[4096];
    for (size_t n; ok && (n = fread(block, 1, sizeof block, f)) > 0;)
        ok = buf_append(text, block, n);
    if (ok && st.st_mtime > *changed)
        *changed = st.st_mtime;
    if (!ok)
        log_error("--shader-dir: cannot read %s/%s", g->shader_dir, file);
    if (f)
        fclose(f);
    free(path);
    return ok;
}

static bool source(const struct gpu *g, const char *name, const char *ending, const char *defines, struct buf *text, time_t *changed)
{
    char file[64];
    snprintf(file, sizeof file, "%s.%s", name, ending);
    if (!buf_printf(text, "#version 330 core\n%s#line 1\n", defines))
        return false;
    if (g->shader_dir)
        return from_dir(g, file, text, changed);
    const struct embedded_file *e = embedded_find(shaders_embedded, file);
    return e && buf_append(text, e->begin, (size_t)(e->end - e->begin));
}

static void log_failure(const char *what, const char *name, const char *info)
{
    size_t len = strcspn(info, "\n");
    log_error("shader %s: %s: %.*s", name, what, (int)len, info);
}

static GLuint compile(const struct gpu *g, GLenum kind, const char *name, const char *defines, time_t *changed)
{
    struct buf text = {0};
    GLuint shader = 0;
    if (source(g, name, kind == GL_VERTEX_SHADER ? "vert" : "frag", defines, &text, changed)) {
        const char *data = text.data;
        shader = glCreateShader(kind);
        glShaderSource(shader, 1, &data, NULL);
        glCompileShader(shader);
        GLint ok = 0;
        glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
        if (!ok) {
            char info[512] = "";
            glGetShaderInfoLog(shader, sizeof info, NULL, info);
            log_failure(kind == GL_VERTEX_SHADER ? "vertex" : "fragment", name, info);
            glDeleteShader(shader);
            shader = 0;
        }
    }
    buf_free(&text);
    return shader;
}

static GLuint link_program(const char *name, GLuint vertex, GLuint fragment)
{
    GLuint id = glCreateProgram();
    glAttachShader(id, vertex);
    glAttachShader(id, fragment);
    glLinkProgram(id);
    GLint ok = 0;
    glGetProgramiv(id, GL_LINK_STATUS, &ok);
    if (ok)
        return id;
    char info[512] = "";
    glGetProgramInfoLog(id, sizeof info, NULL, info);
    log_failure("link", name, info);
    glDeleteProgram(id);
    return 0;
}

enum hs_status gpu_program_make(struct gpu *g, struct gpu_program *p, const char *name, const char *defines)
{
    time_t changed = 0;
    GLuint vertex = compile(g, GL_VERTEX_SHADER, name, defines, &changed);
    GLuint fragment = vertex ? compile(g, GL_FRAGMENT_SHADER, name, defines, &changed) : 0;
    GLuint id = vertex && fragment ? link_program(name, vertex, fragment) : 0;
    if (vertex)
        glDeleteShader(vertex);
    if (fragment)
        glDeleteShader(fragment);
    p->name = name;
    p->defines = defines;
    p->changed = changed;
    if (!id)
        return HS_ERR_GL;
    if (p->id)
        glDeleteProgram(p->id);
    p->id = id;
    gpu_label(g, GL_PROGRAM, id, name);
    return HS_OK;
}

bool gpu_program_reload(struct gpu *g, struct gpu_program *p)
{
    if (!p->name)
        return false;
    time_t newest = 0;
    for (int i = 0; i < 2; i++) {
        char *path = mem_format("%s/%s.%s", g->shader_dir, p->name, i ? "frag" : "vert");
        struct stat st;
        if (path && stat(path, &st) == 0 && st.st_mtime > newest)
            newest = st.st_mtime;
        free(path);
    }
    if (newest <= p->changed)
        return false;
    enum hs_status s = gpu_program_make(g, p, p->name, p->defines);
    p->changed = newest; /* a broken file is tried again when it changes again */
    return s == HS_OK;
}
