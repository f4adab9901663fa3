/* Textures and how pixels get into them. Mesa's drivers are fastest with plain glTexSubImage2D from our memory; NVIDIA's copy
 * that synchronously, so there uploads go through a ring of three persistently mapped buffers with fences. A texture is never made
 * anew per frame: that is 8 times slower. Thread: the one whose context is current. */
#include "gpu/gpu_internal.h"
#include "base/clock.h"
#include "base/log.h"
#include <string.h>

/* Less isn't worth a buffer of the ring: maps and colormaps would use all of it up within one picture, and wait. */
enum { STAGED_MIN_BYTES = 1 << 16 };

void gpu_label(const struct gpu *g, GLenum kind, GLuint id, const char *text)
{
    if (g->has_debug && id)
        glObjectLabel(kind, id, -1, text);
}

void gpu_uploader_init(struct gpu *g, int mode)
{
    bool mesa = strstr((const char *)glGetString(GL_VERSION), "Mesa") != NULL;
    g->uploader.mapped = GLAD_GL_ARB_buffer_storage && (mode == GPU_UPLOAD_MAPPED || (mode == GPU_UPLOAD_AUTO && !mesa));
}

static void drop_buffers(struct gpu_uploader *u)
{
    for (int i = 0; i < UPLOAD_BUFFERS; i++) {
        if (u->fences[i])
            glDeleteSync(u->fences[i]);
        if (u->buffers[i])
            glDeleteBuffers(1, &u->buffers[i]); /* unmaps it */
        u->fences[i] = NULL;
        u->buffers[i] = 0;
        u->memory[i] = NULL;
    }
    u->cap = 0;
}

void gpu_uploader_fini(struct gpu *g)
{
    drop_buffers(&g->uploader);
}

static bool make_buffers(struct gpu *g, size_t bytes)
{
    struct gpu_uploader *u = &g->uploader;
    const GLbitfield flags = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;
    drop_buffers(u);
    glGenBuffers(UPLOAD_BUFFERS, u->buffers);
    for (int i = 0; i < UPLOAD_BUFFERS; i++) {
        glBindBuffer(GL_PIXEL_UNPACK_BUFFER, u->buffers[i]);
        glBufferStorage(GL_PIXEL_UNPACK_BUFFER, (GLsizeiptr)bytes, NULL, flags);
        u->memory[i] = glMapBufferRange(GL_PIXEL_UNPACK_BUFFER, 0, (GLsizeiptr)bytes, flags);
        gpu_label(g, GL_BUFFER, u->buffers[i], "upload");
        if (!u->memory[i]) {
            glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
            drop_buffers(u);
            return false;
        }
    }
    u->cap = bytes;
    return true;
}

/* Copy into the next free buffer of the ring and bind it; false: upload from memory instead. */
static bool stage(struct gpu *g, const void *pixels, size_t bytes)
{
    struct gpu_uploader *u = &g->uploader;
    if (bytes > u->cap && !make_buffers(g, bytes + bytes / 4)) {
        u->mapped = false;
        return false;
    }
    GLsync fence = u->fences[u->next];
    if (fence) {
        glClientWaitSync(fence, GL_SYNC_FLUSH_COMMANDS_BIT, 1000000000);
        glDeleteSync(fence);
        u->fences[u->next] = NULL;
    }
    memcpy(u->memory[u->next], pixels, bytes);
    glBindBuffer(GL_PIXEL_UNPACK_BUFFER, u->buffers[u->next]);
    return true;
}

static enum hs_status specify(struct gpu *g, struct gpu_texture *t, GLint internal, GLenum format, GLenum type, int width,
                              int height, const char *label)
{
    if (!t->id)
        glGenTextures(1, &t->id);
    glBindTexture(GL_TEXTURE_2D, t->id);
    if (t->width == width && t->height == height)
        return HS_OK;
    for (int i = 0; i < 8 && glGetError() != GL_NO_ERROR; i++) /* somebody else's */
        ;
    glTexImage2D(GL_TEXTURE_2D, 0, internal, width, height, 0, format, type, NULL);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
    gpu_label(g, GL_TEXTURE, t->id, label);
    if (glGetError() != GL_NO_ERROR) {
        log_error("OpenGL has no memory for %d x %d texels (%s); --renderer soft does without", width, height, label);
        t->width = t->height = 0;
        return HS_ERR_GL;
    }
    t->width = width;
    t->height = height;
    t->version = 0;
    return HS_OK;
}

enum hs_status gpu_texture_upload(struct gpu *g, struct gpu_texture *t, GLint internal, GLenum format, GLenum type, int texel_bytes,
                                  int width, int height, const void *pixels, uint64_t version, const char *label)
{
    enum hs_status s = specify(g, t, internal, format, type, width, height, label);
    if (s != HS_OK || (version && t->version == version))
        return s;
    int64_t start = clock_now_ns();
    struct gpu_uploader *u = &g->uploader;
    size_t bytes = (size_t)width * (size_t)height * (size_t)texel_bytes;
    bool staged = u->mapped && bytes >= STAGED_MIN_BYTES && stage(g, pixels, bytes);
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width, height, format, type, staged ? NULL : pixels);
    if (staged) {
        u->fences[u->next] = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
        u->next = (u->next + 1) % UPLOAD_BUFFERS;
        glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    }
    t->version = version;
    g->upload_ns += clock_now_ns() - start;
    return HS_OK;
}

static void update_part(const struct gpu_texture *t, GLenum format, GLenum type, int texel_bytes, const char *pixels, int first,
                        int num, bool cols)
{
    if (num <= 0)
        return;
    if (cols) {
        glPixelStorei(GL_UNPACK_ROW_LENGTH, t->width);
        glTexSubImage2D(GL_TEXTURE_2D, 0, first, 0, num, t->height, format, type, pixels + (size_t)first * (size_t)texel_bytes);
        glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    } else {
        glTexSubImage2D(GL_TEXTURE_2D, 0, 0, first, t->width, num, format, type,
                        pixels + (size_t)first * (size_t)t->width * (size_t)texel_bytes);
    }
}

bool gpu_texture_update(struct gpu *g, struct gpu_texture *t, GLenum format, GLenum type, int texel_bytes, int width, int height,
                        const void *pixels, const struct draw_heatmap *h)
{
    if (!t->id || t->width != width || t->height != height || !h->base_version || t->version != h->base_version)
        return false;
    int64_t start = clock_now_ns();
    glBindTexture(GL_TEXTURE_2D, t->id);
    int lines = h->changed_cols ? width : height, room = lines - h->changed_first;
    int upper = h->changed_num < room ? h->changed_num : room;
    update_part(t, format, type, texel_bytes, pixels, h->changed_first, upper, h->changed_cols);
    update_part(t, format, type, texel_bytes, pixels, 0, h->changed_num - upper, h->changed_cols);
    t->version = h->values_version;
    g->upload_ns += clock_now_ns() - start;
    return true;
}

void gpu_texture_fini(struct gpu_texture *t)
{
    if (t->id)
        glDeleteTextures(1, &t->id);
    *t = (struct gpu_texture){0};
}
