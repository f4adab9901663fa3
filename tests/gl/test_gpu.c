/* The GL executor apart from its pixels (golden/test_executors.c): debug output, shaders that change while it runs, the picture on
 * framebuffer 0, and state left behind by the owner of the context. */
#include "gl/context.h"
#include "app/egl.h"
#include "base/clock.h"
#include "base/embedded.h"
#include "draw/list.h"
#include "gpu/gpu.h"
#include <EGL/egl.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 64, HEIGHT = 48, NUM_BYTES = WIDTH * HEIGHT * 4 };

/* GL by name: only src/gpu knows the loader. */
enum { SCISSOR_TEST = 0x0C11, UNPACK_ROW_LENGTH = 0x0CF2, UNPACK_SKIP_ROWS = 0x0CF3, RGBA = 0x1908,
       UNSIGNED_BYTE = 0x1401, CULL_FACE = 0x0B44, BLEND_REVERSE_SUBTRACT = 0x800B, NO_SUCH_ENUM = 0x7abc };
#define GL(type, name) ((type)egl_get_proc(#name))
typedef void (*enum_fn)(unsigned);
typedef void (*enum_int_fn)(unsigned, int);
typedef void (*mask_fn)(unsigned char, unsigned char, unsigned char, unsigned char);
typedef void (*rect_fn)(int, int, int, int);
typedef void (*read_fn)(int, int, int, int, unsigned, unsigned, void *);

/* Every pass: a heatmap of each variant, rectangles, glyphs. */
struct picture {
    struct draw_list list;
    float values[6];
    uint8_t shares[6], coverage[64];
    draw_map cols[WIDTH], rows[HEIGHT];
    struct color lut[COLORMAP_SIZE];
    struct draw_atlas atlas;
};

static void picture_make(struct picture *p)
{
    *p = (struct picture){.values = {0.1f, 0.4f, 0.7f, 2, -1, 0.9f}, .shares = {0, 200, 0, 0, 90, 0}};
    for (int i = 0; i < WIDTH; i++)
        p->cols[i] = draw_map_pack(i * 3 / WIDTH, 0);
    for (int i = 0; i < HEIGHT; i++)
        p->rows[i] = draw_map_pack(i * 2 / HEIGHT, i == HEIGHT / 2 ? 255 : 0);
    for (int i = 0; i < COLORMAP_SIZE; i++)
        p->lut[i] = (struct color){0, (uint8_t)i, (uint8_t)(255 - i), 255};
    memset(p->coverage, 255, sizeof p->coverage);
    p->atlas = (struct draw_atlas){p->coverage, 8, 8, 1};
    draw_list_begin(&p->list, WIDTH, HEIGHT, (struct color){0, 40, 80, 255});
    p->list.atlas = &p->atlas;
    for (int i = 0; i < 4; i++) {
        struct draw_heatmap h = {.dst = {i * 8, i * 6, WIDTH / 2, HEIGHT / 2}, .num_cols = 3, .num_rows = 2, .values = p->values,
                                 .nan_share = i & 1 ? p->shares : NULL, .col_map = p->cols, .row_map = p->rows,
                                 .normalised = i & 2, .norm = {NORM_LOG, 0.01, 1, 1}, .lut = p->lut, .bad = {0, 255, 255, 255},
                                 .under = {0, 1, 0, 255}, .over = {0, 254, 0, 255}, .line_color = {0, 9, 9, 255}};
        draw_list_heatmap(&p->list, &h);
        draw_list_rect(&p->list, (struct rect){i * 10, 40, 7, 5}, (struct color){0, 200, 9, 100});
        draw_list_glyphs(&p->list, (struct color){0, 77, 99, 255}, (struct rect){0, 0, WIDTH, HEIGHT});
        draw_list_glyph(&p->list, (struct draw_glyph){50, i * 10, 0, 0, 8, 8});
    }
}

static void draw(struct gpu *g, const struct picture *p, uint8_t rgba[NUM_BYTES])
{
    memset(rgba, 0, NUM_BYTES);
    cr_assert(gpu_draw_pixels(g, &p->list, rgba, WIDTH * 4) == HS_OK);
}

/* --- debug output --- */

Test(gpu, no_errors_in_any_pass)
{
    struct egl *e = context_create();
    struct gpu *g = context_gpu((struct gpu_params){.debug = true});
    static struct picture p;
    static uint8_t rgba[NUM_BYTES];
    picture_make(&p);
    for (int i = 0; i < 5; i++)
        draw(g, &p, rgba);
    cr_expect(gpu_num_errors(g) == 0);
    cr_expect(gpu_renderer(g)[0] && gpu_version(g)[0] && gpu_max_size(g) >= 1024);
    GL(enum_fn, glEnable)(NO_SUCH_ENUM); /* so that it is known to count */
    cr_expect(gpu_num_errors(g) == 1);
    gpu_destroy(g);
    GL(enum_fn, glEnable)(NO_SUCH_ENUM); /* nobody is told any more */
    draw_list_fini(&p.list);
    egl_destroy(e);
}

Test(gpu, contexts_come_and_go)
{
    static uint8_t first[NUM_BYTES], rgba[NUM_BYTES];
    for (int i = 0; i < 5; i++) {
        struct egl *e = context_create();
        struct gpu *g = context_gpu((struct gpu_params){0});
        static struct picture p;
        picture_make(&p);
        draw(g, &p, i ? rgba : first);
        cr_expect(i == 0 || memcmp(first, rgba, NUM_BYTES) == 0);
        draw_list_fini(&p.list);
        gpu_destroy(g);
        egl_destroy(e);
    }
    gpu_destroy(NULL);
    egl_destroy(NULL);
}

/* --- the owner of the context --- */

Test(gpu, any_state_of_the_context_will_do)
{
    struct egl *e = context_create();
    struct gpu *g = context_gpu((struct gpu_params){0});
    static struct picture p;
    static uint8_t want[NUM_BYTES], got[NUM_BYTES];
    picture_make(&p);
    draw(g, &p, want);
    gpu_destroy(g);
    g = context_gpu((struct gpu_params){0});
    GL(enum_fn, glEnable)(SCISSOR_TEST);
    GL(rect_fn, glScissor)(3, 3, 5, 5);
    GL(enum_fn, glEnable)(CULL_FACE);
    GL(mask_fn, glColorMask)(0, 1, 0, 1);
    GL(enum_int_fn, glPixelStorei)(UNPACK_ROW_LENGTH, 77);
    GL(enum_int_fn, glPixelStorei)(UNPACK_SKIP_ROWS, 2);
    GL(enum_fn, glBlendEquation)(BLEND_REVERSE_SUBTRACT);
    draw(g, &p, got);
    cr_expect(memcmp(want, got, NUM_BYTES) == 0);
    draw_list_fini(&p.list);
    gpu_destroy(g);
    egl_destroy(e);
}

/* --- shaders that change --- */

struct shader_dir {
    char path[64];
};

static void write_file(const struct shader_dir *d, const char *name, const void *text, size_t len)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", d->path, name);
    FILE *f = fopen(path, "wb");
    cr_assert(f && fwrite(text, 1, len, f) == len && fclose(f) == 0);
}

static void write_original(const struct shader_dir *d, const char *name)
{
    const struct embedded_file *e = embedded_find(shaders_embedded, name);
    cr_assert(e != NULL);
    write_file(d, name, e->begin, (size_t)(e->end - e->begin));
}

static void shader_dir_make(struct shader_dir *d)
{
    snprintf(d->path, sizeof d->path, "/tmp/heatscope_shaders_XXXXXX");
    cr_assert(mkdtemp(d->path) != NULL);
    for (const struct embedded_file *e = shaders_embedded; e->name; e++)
        write_original(d, e->name);
}

static void shader_dir_remove(const struct shader_dir *d)
{
    for (const struct embedded_file *e = shaders_embedded; e->name; e++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", d->path, e->name);
        unlink(path);
    }
    cr_expect(rmdir(d->path) == 0);
}

/* The original with its last statement followed by one more. */
static void write_changed(const struct shader_dir *d, const char *name, const char *statement)
{
    const struct embedded_file *e = embedded_find(shaders_embedded, name);
    size_t len = (size_t)(e->end - e->begin);
    while (len > 0 && e->begin[len - 1] != '}')
        len--;
    char *text = NULL;
    cr_assert(asprintf(&text, "%.*s%s\n}\n", (int)len - 1, (const char *)e->begin, statement) > 0);
    write_file(d, name, text, strlen(text));
    free(text);
}

/* Asked for half a second, as a render loop does. */
static bool reloads(struct gpu *g)
{
    int64_t start = clock_now_ns(), now;
    while ((now = clock_now_ns()) < start + 500000000) {
        if (gpu_reload(g))
            return true;
        clock_sleep_until_ns(now + 5000000);
    }
    return false;
}

/* reloads(), counting the lines on stderr meanwhile. */
static bool reloads_with_lines(struct gpu *g, int *num_lines)
{
    char path[] = "/tmp/heatscope_stderr_XXXXXX", text[4096];
    int kept = dup(STDERR_FILENO), file = mkstemp(path);
    cr_assert(kept >= 0 && file >= 0);
    unlink(path);
    dup2(file, STDERR_FILENO);
    bool result = reloads(g);
    dup2(kept, STDERR_FILENO);
    close(kept);
    ssize_t len = pread(file, text, sizeof text, 0);
    close(file);
    *num_lines = 0;
    for (ssize_t i = 0; i < len; i++)
        *num_lines += text[i] == '\n';
    return result;
}

static bool has_red(const uint8_t rgba[NUM_BYTES])
{
    for (int i = 0; i < NUM_BYTES; i += 4)
        if (rgba[i] == 255)
            return true;
    return false;
}

static void check_reload(const char *file)
{
    struct shader_dir dir;
    shader_dir_make(&dir);
    struct egl *e = context_create();
    struct gpu *g = context_gpu((struct gpu_params){.shader_dir = dir.path});
    static struct picture p;
    static uint8_t original[NUM_BYTES], rgba[NUM_BYTES];
    int num_lines;
    picture_make(&p);
    draw(g, &p, original);
    cr_expect(!has_red(original));
    cr_expect(!reloads_with_lines(g, &num_lines) && num_lines == 0, "nothing has changed");

    write_changed(&dir, file, "color.r = 1.0; color.a = 1.0;");
    cr_expect(reloads_with_lines(g, &num_lines) && num_lines == 0, "%s: no new picture in time", file);
    draw(g, &p, rgba);
    cr_expect(has_red(rgba), "%s: the change doesn't show", file);

    write_changed(&dir, file, "colour = nonsense;");
    cr_expect(!reloads_with_lines(g, &num_lines));
    cr_expect(num_lines == 1, "%s: an error takes %d lines", file, num_lines);
    draw(g, &p, rgba);
    cr_expect(has_red(rgba), "%s: an error takes the picture away", file);
    cr_expect(!reloads_with_lines(g, &num_lines) && num_lines == 0, "%s: the same error twice", file);

    write_original(&dir, file);
    cr_expect(reloads(g));
    draw(g, &p, rgba);
    cr_expect(memcmp(rgba, original, NUM_BYTES) == 0, "%s: mended, yet another picture", file);
    draw_list_fini(&p.list);
    gpu_destroy(g);
    egl_destroy(e);
    shader_dir_remove(&dir);
}

Test(gpu, a_changed_heatmap_shader_is_loaded)
{
    check_reload("heatmap.frag");
}

Test(gpu, a_changed_overlay_shader_is_loaded)
{
    check_reload("overlay.frag");
}

Test(gpu, shaders_that_cannot_be_read_are_an_error)
{
    struct egl *e = context_create();
    struct gpu *g = NULL;
    struct gpu_params p = {.get_proc = egl_get_proc, .shader_dir = "/nonexistent"};
    cr_expect(gpu_create(&p, &g) == HS_ERR_GL && !g);
    egl_destroy(e);
}

/* --- framebuffer 0 --- */

struct pbuffer {
    EGLDisplay display;
    EGLContext context;
    EGLSurface surface;
    __typeof__(&eglMakeCurrent) make_current;
    __typeof__(&eglDestroySurface) destroy;
};

/* A default framebuffer for the context that is current; false: it can't have one. */
static bool pbuffer_make(struct pbuffer *b)
{
    __typeof__(&eglGetCurrentDisplay) display = egl_get_proc("eglGetCurrentDisplay");
    __typeof__(&eglGetCurrentContext) context = egl_get_proc("eglGetCurrentContext");
    __typeof__(&eglQueryContext) query = egl_get_proc("eglQueryContext");
    __typeof__(&eglChooseConfig) choose = egl_get_proc("eglChooseConfig");
    __typeof__(&eglCreatePbufferSurface) create = egl_get_proc("eglCreatePbufferSurface");
    b->make_current = egl_get_proc("eglMakeCurrent");
    b->destroy = egl_get_proc("eglDestroySurface");
    if (!display || !context || !query || !choose || !create || !b->make_current || !b->destroy)
        return false;
    b->display = display();
    b->context = context();
    EGLint id = 0, num = 0;
    EGLConfig config;
    if (!query(b->display, b->context, EGL_CONFIG_ID, &id))
        return false;
    const EGLint same[] = {EGL_CONFIG_ID, id, EGL_NONE}, size[] = {EGL_WIDTH, WIDTH, EGL_HEIGHT, HEIGHT, EGL_NONE};
    if (!choose(b->display, same, &config, 1, &num) || num != 1)
        return false;
    b->surface = create(b->display, config, size);
    return b->surface != EGL_NO_SURFACE && b->make_current(b->display, b->surface, b->surface, b->context);
}

static void read_framebuffer_0(uint8_t rgba[NUM_BYTES])
{
    GL(void (*)(unsigned, unsigned), glBindFramebuffer)(0x8D40, 0);
    GL(read_fn, glReadPixels)(0, 0, WIDTH, HEIGHT, RGBA, UNSIGNED_BYTE, rgba);
}

static void turn_over(const uint8_t from[NUM_BYTES], uint8_t to[NUM_BYTES])
{
    for (int y = 0; y < HEIGHT; y++)
        memcpy(to + y * WIDTH * 4, from + (HEIGHT - 1 - y) * WIDTH * 4, WIDTH * 4);
}

Test(gpu, draws_and_shows_on_framebuffer_0)
{
    struct egl *e = context_create();
    struct pbuffer b;
    if (!pbuffer_make(&b)) {
        egl_destroy(e);
        cr_skip_test("no default framebuffer off screen");
    }
    struct gpu *g = context_gpu((struct gpu_params){.debug = true});
    static struct picture p;
    static uint8_t off_screen[NUM_BYTES], want[NUM_BYTES], got[NUM_BYTES];
    picture_make(&p);
    draw(g, &p, off_screen);
    turn_over(off_screen, want);
    cr_assert(gpu_draw(g, &p.list) == HS_OK);
    read_framebuffer_0(got);
    cr_expect(memcmp(want, got, NUM_BYTES) == 0, "drawn");
    for (int i = 0; i < NUM_BYTES; i++)
        want[i] = (uint8_t)(i % 4 == 3 ? 255 : i * 7 + i / 256);
    GL(enum_fn, glEnable)(SCISSOR_TEST);
    GL(rect_fn, glScissor)(3, 3, 5, 5);
    cr_assert(gpu_show(g, want, WIDTH, HEIGHT) == HS_OK);
    read_framebuffer_0(got);
    cr_expect(memcmp(want, got, NUM_BYTES) == 0, "shown");
    cr_expect(gpu_num_errors(g) == 0);
    draw_list_fini(&p.list);
    gpu_destroy(g);
    b.make_current(b.display, EGL_NO_SURFACE, EGL_NO_SURFACE, b.context);
    b.destroy(b.display, b.surface);
    egl_destroy(e);
}
