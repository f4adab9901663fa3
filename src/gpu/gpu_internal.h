/* Shared by the files of the GL executor only. */
#ifndef GPU_GPU_INTERNAL_H
#define GPU_GPU_INTERNAL_H

#include "gpu/gpu.h"
#include <glad/gl.h>

/* Every uniform that isn't a sampler; their names are in gpu_shader.c. */
enum gpu_uniform {
    U_PICTURE, U_DST, U_NORM_KIND, U_NORM_OFFSET, U_NORM_SCALE, U_NORM_GAMMA, U_NORM_UNIT, U_NORM_BEND, U_NORM_RATE,
    U_NORM_VMIN, U_NORM_VMAX, U_NAN_FLOOR, U_BAD, U_UNDER, U_OVER, U_LINE_COLOR, U_MASKED_SHARE, U_MASKED,
    U_HATCH_SIZE, U_HATCH_COLOR, U_CVD_MATRIX, U_INK_COLOR, NUM_UNIFORMS
};
/* Texture units, and what the samplers that read them are called. */
enum gpu_unit {
    UNIT_VALUES, UNIT_NAN_SHARE, UNIT_COL_MAP, UNIT_ROW_MAP, UNIT_LUT, UNIT_KNOTS, UNIT_LINEAR, UNIT_ENCODED, UNIT_HATCH, NUM_UNITS,
    UNIT_ATLAS = 0
};

struct gpu_program {
    GLuint id;
    GLint at[NUM_UNIFORMS]; /* -1: not in this program; GL ignores what is put there */
};

enum gpu_heatmap_variant { VARIANT_PLAIN, VARIANT_NAN, VARIANT_NORMALISED, VARIANT_NORMALISED_NAN, NUM_VARIANTS };

/* Tells a changed file in shader_dir: mtime has the grain of a clock tick, so the size counts, too. */
struct gpu_stamp {
    int64_t mtime_ns, size;
};

/* Programs from the same two files, NAME.vert and NAME.frag, behind #version and a variant's defines: made, and made again, all or
 * none. */
struct gpu_shaders {
    const char *name;
    const char *const *defines;
    int num;
    struct gpu_program programs[NUM_VARIANTS];
    struct gpu_stamp stamps[2];
};

/* A texture of one level that is specified again only when its size changes. */
struct gpu_texture {
    GLuint id;
    int width, height;
    uint64_t version; /* of what it holds; 0: nothing */
};

enum { UPLOAD_BUFFERS = 3 };

/* What a heatmap command needs on the GPU; kept per index in the list. */
struct gpu_heatmap {
    struct gpu_texture values, nan_share, col_map, row_map, lut, knots, hatch;
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

/* The last pass, for another colour vision (gpu_cvd.c); num 0: not made yet. */
struct gpu_cvd {
    struct gpu_shaders shaders;
    struct gpu_texture linear, encoded, result;
};

struct gpu {
    const char *shader_dir;
    char renderer[256], version[128];
    bool software, has_debug, debugging;
    int max_size, num_errors;
    struct gpu_shaders heatmap_shaders, overlay_shaders;
    struct gpu_heatmap *heatmaps;
    int num_heatmaps;
    struct gpu_texture atlas, shown, target;
    GLuint empty_vao, overlay_vao, overlay_buffer, glyph_vao, glyph_buffer, framebuffer;
    size_t overlay_cap_bytes, glyph_cap_bytes;
    struct gpu_vertex *vertices; /* of the list being drawn */
    size_t num_vertices, cap_vertices;
    size_t *first_vertex; /* of each command, and the end */
    size_t cap_first_vertex;
    struct gpu_cvd cvd;
    struct gpu_uploader uploader;
    int64_t reload_checked_ns, upload_ns;
};

/* A corner of a rectangle. */
struct gpu_vertex {
    float x, y;
    struct color color;
};

/* gpu_shader.c: on an error one line is logged and the old programs stay. */
enum hs_status gpu_shaders_make(struct gpu *g, struct gpu_shaders *s, const char *name, const char *const *defines, int num);
bool gpu_shaders_reload(struct gpu *g, struct gpu_shaders *s); /* true: there are new programs */
void gpu_shaders_fini(struct gpu_shaders *s);

/* gpu_upload.c */
void gpu_uploader_init(struct gpu *g, int mode);
void gpu_uploader_fini(struct gpu *g);
/* Make `t`, bound to the active unit, hold width x height texels of `pixels` (rows packed) unless it holds `version` already (0:
 * always upload). HS_ERR_GL with one line logged: no memory. */
enum hs_status gpu_texture_upload(struct gpu *g, struct gpu_texture *t, GLint internal, GLenum format, GLenum type, int texel_bytes,
                                  int width, int height, const void *pixels, uint64_t version, const char *label);
/* The same of some rows (columns) alone, from `first` on and over the last one to the first, where `t` holds base_version already;
 * false: it doesn't. */
bool gpu_texture_update(struct gpu *g, struct gpu_texture *t, GLenum format, GLenum type, int texel_bytes, int width, int height,
                        const void *pixels, const struct draw_heatmap *h);
void gpu_texture_fini(struct gpu_texture *t);
void gpu_label(const struct gpu *g, GLenum kind, GLuint id, const char *text);

/* gpu_heatmap.c */
enum hs_status gpu_heatmaps_init(struct gpu *g);
void gpu_heatmaps_fini(struct gpu *g);
enum hs_status gpu_heatmap_draw(struct gpu *g, const struct draw_list *l, int index);

/* gpu_overlay.c: all vertices of the list are uploaded at once; then runs of commands are drawn in order. */
enum hs_status gpu_overlay_init(struct gpu *g);
void gpu_overlay_fini(struct gpu *g);
enum hs_status gpu_overlay_upload(struct gpu *g, const struct draw_list *l);
/* The commands [begin, end), none of which is a heatmap. */
void gpu_overlay_draw(struct gpu *g, const struct draw_list *l, int begin, int end);

/* gpu_cvd.c: from g->target to the framebuffer that is bound. */
enum hs_status gpu_cvd_draw(struct gpu *g, const struct cvd_table *t);
void gpu_cvd_fini(struct gpu *g);

#endif
