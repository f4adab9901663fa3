/* Programs from the embedded shader files, or from --shader-dir, where they are compiled again when they change. Where a program
 * wants its uniforms is looked up once, when it is linked. Thread: the one whose context is current. */
#include "gpu/gpu_internal.h"
#include "base/embedded.h"
#include "base/log.h"
#include "base/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const UNIFORMS[NUM_UNIFORMS] = {
    [U_PICTURE] = "picture",         [U_DST] = "dst",               [U_NORM_KIND] = "norm_kind", [U_NORM_OFFSET] = "norm_offset",
    [U_NORM_SCALE] = "norm_scale",   [U_NORM_GAMMA] = "norm_gamma", [U_NORM_VMIN] = "norm_vmin", [U_NORM_VMAX] = "norm_vmax",
    [U_NAN_FLOOR] = "nan_floor",     [U_BAD] = "bad",               [U_UNDER] = "under",         [U_OVER] = "over",
    [U_LINE_COLOR] = "line_color",   [U_NORM_UNIT] = "norm_unit",   [U_NORM_BEND] = "norm_bend", [U_NORM_RATE] = "norm_rate",
    [U_MASKED] = "masked",           [U_MASKED_SHARE] = "masked_share",
    [U_HATCH_SIZE] = "hatch_size",   [U_HATCH_COLOR] = "hatch_color", [U_CVD_MATRIX] = "cvd_matrix",
    [U_INK_COLOR] = "ink_color",
};

static const struct {
    const char *name;
    enum gpu_unit unit;
} SAMPLERS[] = {
    {"values", UNIT_VALUES},   {"nan_share", UNIT_NAN_SHARE}, {"col_map", UNIT_COL_MAP},
    {"row_map", UNIT_ROW_MAP}, {"lut", UNIT_LUT},             {"atlas", UNIT_ATLAS},
    {"knots", UNIT_KNOTS},     {"linear_light", UNIT_LINEAR},   {"encoded", UNIT_ENCODED},
    {"hatch", UNIT_HATCH},
};

static const char *const ENDINGS[2] = {"vert", "frag"};

static bool from_dir(const struct gpu *g, const char *file, struct buf *text)
{
    char *path = mem_format("%s/%s", g->shader_dir, file);
    FILE *f = path ? fopen(path, "rb") : NULL;
    bool ok = f != NULL;
    char block[4096];
    for (size_t n; ok && (n = fread(block, 1, sizeof block, f)) > 0;)
        ok = buf_append(text, block, n);
    ok = ok && !ferror(f);
    if (!ok)
        log_error("--shader-dir: cannot read %s/%s", g->shader_dir, file);
    if (f)
        fclose(f);
    free(path);
    return ok;
}

static bool source(const struct gpu *g, const char *file, const char *defines, struct buf *text)
{
    if (!buf_printf(text, "#version 330 core\n%s#line 1\n", defines))
        return false;
    if (g->shader_dir)
        return from_dir(g, file, text);
    const struct embedded_file *e = embedded_find(shaders_embedded, file);
    return e && buf_append(text, e->begin, (size_t)(e->end - e->begin));
}

static void log_failure(const char *what, const char *info)
{
    size_t len = strcspn(info, "\n");
    log_error("shader %s: %.*s", what, (int)len, info);
}

static GLuint compile(const struct gpu *g, GLenum kind, const char *name, const char *defines)
{
    struct buf text = {0};
    char file[64], info[512] = "";
    GLuint shader = 0;
    GLint ok = 0;
    snprintf(file, sizeof file, "%s.%s", name, ENDINGS[kind == GL_FRAGMENT_SHADER]);
    if (source(g, file, defines, &text)) {
        const char *data = text.data;
        shader = glCreateShader(kind);
        glShaderSource(shader, 1, &data, NULL);
        glCompileShader(shader);
        glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
        if (!ok) {
            glGetShaderInfoLog(shader, sizeof info, NULL, info);
            log_failure(file, info);
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
    GLint ok = 0;
    char info[512] = "";
    glAttachShader(id, vertex);
    glAttachShader(id, fragment);
    glLinkProgram(id);
    glGetProgramiv(id, GL_LINK_STATUS, &ok);
    if (ok)
        return id;
    glGetProgramInfoLog(id, sizeof info, NULL, info);
    log_failure(name, info);
    glDeleteProgram(id);
    return 0;
}

static struct gpu_program make_program(const struct gpu *g, const char *name, const char *defines)
{
    struct gpu_program p = {0};
    GLuint vertex = compile(g, GL_VERTEX_SHADER, name, defines);
    GLuint fragment = vertex ? compile(g, GL_FRAGMENT_SHADER, name, defines) : 0;
    if (fragment)
        p.id = link_program(name, vertex, fragment);
    glDeleteShader(vertex); /* 0 is fine */
    glDeleteShader(fragment);
    if (!p.id)
        return p;
    gpu_label(g, GL_PROGRAM, p.id, name);
    for (int i = 0; i < NUM_UNIFORMS; i++)
        p.at[i] = glGetUniformLocation(p.id, UNIFORMS[i]);
    glUseProgram(p.id);
    for (size_t i = 0; i < sizeof SAMPLERS / sizeof *SAMPLERS; i++)
        glUniform1i(glGetUniformLocation(p.id, SAMPLERS[i].name), (GLint)SAMPLERS[i].unit);
    glUseProgram(0);
    return p;
}

/* False: there is nothing to be read now; an editor may be putting a new file in place. */
static bool read_stamps(const struct gpu *g, const char *name, struct gpu_stamp stamps[2])
{
    for (int i = 0; i < 2; i++) {
        char *path = mem_format("%s/%s.%s", g->shader_dir, name, ENDINGS[i]);
        struct stat st;
        bool ok = path && stat(path, &st) == 0;
        free(path);
        if (!ok)
            return false;
        stamps[i] = (struct gpu_stamp){(int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec, (int64_t)st.st_size};
    }
    return true;
}

static enum hs_status make_all(struct gpu *g, struct gpu_shaders *s)
{
    struct gpu_program made[NUM_VARIANTS];
    for (int i = 0; i < s->num; i++) {
        made[i] = make_program(g, s->name, s->defines[i]);
        if (made[i].id)
            continue;
        while (i-- > 0)
            glDeleteProgram(made[i].id);
        return HS_ERR_GL;
    }
    gpu_shaders_fini(s);
    memcpy(s->programs, made, (size_t)s->num * sizeof *made);
    return HS_OK;
}

enum hs_status gpu_shaders_make(struct gpu *g, struct gpu_shaders *s, const char *name, const char *const *defines, int num)
{
    s->name = name;
    s->defines = defines;
    s->num = num;
    if (g->shader_dir)
        read_stamps(g, name, s->stamps);
    return make_all(g, s);
}

bool gpu_shaders_reload(struct gpu *g, struct gpu_shaders *s)
{
    struct gpu_stamp now[2];
    if (!read_stamps(g, s->name, now) || memcmp(now, s->stamps, sizeof now) == 0)
        return false;
    /* Taken before the files are read: a change in between is seen next time. A broken file isn't tried again. */
    memcpy(s->stamps, now, sizeof now);
    return make_all(g, s) == HS_OK;
}

void gpu_shaders_fini(struct gpu_shaders *s)
{
    for (int i = 0; i < NUM_VARIANTS; i++) {
        if (s->programs[i].id)
            glDeleteProgram(s->programs[i].id);
        s->programs[i].id = 0;
    }
}
