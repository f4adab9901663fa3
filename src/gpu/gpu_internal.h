/* Shared by the files of the GL executor only. */
#ifndef GPU_GPU_INTERNAL_H
#define GPU_GPU_INTERNAL_H

#include "gpu/gpu.h"
#include <glad/gl.h>
#include <time.h>

/* A linked program, and where its sources came from. */
struct gpu_program {
    const char *name, *defines; /* shaders NAME.vert and NAME.frag, behind #version and the defines; NULL: not made yet */
    GLuint id;
    time_t changed; /* newest of its files in shader_dir */
};

/* A texture of one level that is specified again only when its size changes. */
struct gpu_texture {
    GLuint id;
    int width, height;
    uint64_t version; /* of what it holds; 0: nothing */
};

enum { HEATMAP_SLOTS = 4, UPLOAD_BUFFERS = 3 };

/* What a heatmap command needs on the GPU; kept per position in the list. */
struct gpu_heatmap {
    struct gpu_texture values, nan_share, col_map, row_map, lut;
};

/* A ring of mapped buffers that texture uploads go through, where the driver likes that better (gpu_upload.c). */
struct gpu_uploader {
    bool mapped;
    GLuint buffers[UPLOAD_BUFFERS];
    uint8_t *memory[UPLOAD_BUFFERS];
    GLsync fences[UPLOAD_BUFFERS];
    size_t cap;
    int next;
};

enum gpu_heatmap_variant { VARIANT_PLAIN, VARIANT_NAN, VARIANT_NORMALISED, VARIANT_NORMALISED_NAN, NUM_VARIANTS };

struct gpu {
    const char *shader_dir;
    char renderer[256], version[128];
    bool software, has_debug;
    int max_size, num_errors;
    struct gpu_program heatmap_programs[NUM_VARIANTS], overlay_program;
    struct gpu_heatmap heatmaps[HEATMAP_SLOTS];
    struct gpu_texture atlas, shown, target;
    GLuint empty_vao, overlay_vao, overlay_buffer, framebuffer;
    size_t overlay_cap_bytes;
    struct gpu_vertex *vertices; /* of the list being drawn */
    size_t num_vertices, cap_vertices;
    struct gpu_uploader uploader;
    int64_t reload_checked_ns;
};

/* A corner of a rectangle or glyph. */
struct gpu_vertex {
    float x, y, u, v;
    struct color color;
};

/* gpu_shader.c: compile (again); on an error one line is logged and the old program stays. */
enum hs_status gpu_program_make(struct gpu *g, struct gpu_program *p, const char *name, const char *defines);
bool gpu_program_reload(struct gpu *g, struct gpu_program *p);

/* gpu_upload.c */
void gpu_uploader_init(struct gpu *g, int mode);
void gpu_uploader_fini(struct gpu *g);
/* Make `t` hold width x height texels of `pixels` (rows packed) unless it holds `version` already (0: always upload). */
void gpu_texture_upload(struct gpu *g, struct gpu_texture *t, GLint internal, GLenum format, GLenum type, int texel_bytes, int width,
                        int height, const void *pixels, uint64_t version, const char *label);
void gpu_texture_fini(struct gpu_texture *t);
void gpu_label(const struct gpu *g, GLenum kind, GLuint id, const char *text);

/* gpu_heatmap.c */
enum hs_status gpu_heatmap_draw(struct gpu *g, const struct draw_list *l, int index);
void gpu_heatmap_fini(struct gpu_heatmap *h);

/* gpu_overlay.c: all vertices of the list are uploaded at once; then runs of commands are drawn in order. */
enum hs_status gpu_overlay_upload(struct gpu *g, const struct draw_list *l, size_t *first_vertex);
void gpu_overlay_draw(struct gpu *g, const struct draw_list *l, size_t first, size_t num);

#endif
