/* The window: the only file that knows GLFW. One loop: wait until something happens, latch the newest frame, make the picture if it
 * changed, present it. On a GPU the GL executor draws; where GL itself is software the CPU executor draws, and X11 (then GL isn't even
 * loaded), or else GL, only shows the result.
 *
 * Nothing is drawn while nothing changes. Sources wake the loop by an empty event, at most one at a time. Where swapping doesn't wait
 * for the display (software GL), the loop keeps the display's rate itself. */
#include "app/age.h"
#include "app/commands.h"
#include "app/graphics_device.h"
#include "app/input.h"
#include "app/panels.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "gpu/gpu.h"
#include "soft/soft.h"
#include <GLFW/glfw3.h>
#ifdef HEATSCOPE_XSHM
#include "app/present_x11.h"
#include <dlfcn.h>
#endif
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_EVERY_NS 500000000ll

struct window {
    struct app app;
    struct ui ui;
    GLFWwindow *handle;
    struct gpu *gpu;
    bool soft;            /* the CPU executor draws */
    struct draw_memory drawn; /* what is in its pixels */
    struct present_x11 *x11; /* and its pictures go to the window without GL; NULL: GL shows them */
    uint8_t *pixels;
    size_t cap_pixels;
    int width, height;    /* framebuffer; 0 while minimised */
    bool exposed;         /* the window system wants the picture again */
    int64_t period_ns;    /* between two presents; 0: as fast as can be */
    int64_t due_ns;       /* when the next present may be */
    int64_t titled_ns;
    int titled_state;  /* stale, paused, playing: told at once */
    char title[256];
    struct buf title_text;
    int windowed[4];      /* x, y, w, h to come back to from full screen */
};

static struct window *window_of(GLFWwindow *handle)
{
    return glfwGetWindowUserPointer(handle);
}

/* --- events --- */

static void on_error(int code, const char *text)
{
    (void)code;
    log_error("window system: %s", text);
}

static void on_char(GLFWwindow *handle, unsigned codepoint)
{
    commands_key(&window_of(handle)->ui, (int)codepoint);
}

static void on_key(GLFWwindow *handle, int key, int scancode, int action, int mods)
{
    (void)scancode;
    (void)mods;
    static const struct {
        int glfw, key;
    } keys[] = {
        {GLFW_KEY_LEFT, KEY_LEFT},   {GLFW_KEY_RIGHT, KEY_RIGHT},   {GLFW_KEY_UP, KEY_UP}, {GLFW_KEY_DOWN, KEY_DOWN},
        {GLFW_KEY_HOME, KEY_HOME},   {GLFW_KEY_ESCAPE, KEY_ESCAPE}, {GLFW_KEY_F1, KEY_F1}, {GLFW_KEY_END, KEY_END},
        {GLFW_KEY_PAGE_UP, KEY_PAGE_UP}, {GLFW_KEY_PAGE_DOWN, KEY_PAGE_DOWN}, {GLFW_KEY_TAB, KEY_TAB},
        {GLFW_KEY_ENTER, KEY_ENTER}, {GLFW_KEY_KP_ENTER, KEY_ENTER}, {GLFW_KEY_BACKSPACE, KEY_BACKSPACE},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].glfw == key && action != GLFW_RELEASE)
            commands_key(&window_of(handle)->ui, keys[i].key);
}

/* Window coordinates to framebuffer pixels: they differ on HiDPI screens. */
static void pointer_px(struct window *w, double *x, double *y)
{
    int ww, wh;
    glfwGetWindowSize(w->handle, &ww, &wh);
    if (ww > 0 && wh > 0) {
        *x *= (double)w->width / ww;
        *y *= (double)w->height / wh;
    }
}

static void on_pointer(GLFWwindow *handle, double x, double y)
{
    pointer_px(window_of(handle), &x, &y);
    input_pointer(&window_of(handle)->ui, x, y);
}

static void on_enter(GLFWwindow *handle, int entered)
{
    if (!entered) {
        input_pointer_left(&window_of(handle)->ui);
        return;
    }
    double x, y; /* it may stay where it came in */
    glfwGetCursorPos(handle, &x, &y);
    on_pointer(handle, x, y);
}

static void on_button(GLFWwindow *handle, int button, int action, int mods)
{
    (void)mods; /* where the pointer was at the press is what on_pointer was told last: it may be elsewhere by now */
    if (button == GLFW_MOUSE_BUTTON_LEFT || button == GLFW_MOUSE_BUTTON_RIGHT)
        input_button(&window_of(handle)->ui, button == GLFW_MOUSE_BUTTON_LEFT ? BUTTON_LEFT : BUTTON_RIGHT, action == GLFW_PRESS);
}

static void on_wheel(GLFWwindow *handle, double dx, double dy)
{
    (void)dx;
    input_wheel(&window_of(handle)->ui, dy);
}

static void on_refresh(GLFWwindow *handle)
{
    window_of(handle)->exposed = true;
}

static void fit_framebuffer(struct window *w)
{
    float sx = 1, sy = 1;
    glfwGetFramebufferSize(w->handle, &w->width, &w->height);
    glfwGetWindowContentScale(w->handle, &sx, &sy);
    if (w->width > 0 && w->height > 0) {
        panels_resize(&w->app, w->width, w->height, sx > 0 ? sx : 1);
        w->ui.scale = view_look(panel_view(w->app.panel))->dpi / 72 * sx;
    }
    w->exposed = true;
}

static void on_resize(GLFWwindow *handle, int width, int height)
{
    (void)width;
    (void)height;
    fit_framebuffer(window_of(handle));
}

static void listen_to_events(struct window *w)
{
    glfwSetWindowUserPointer(w->handle, w);
    glfwSetCharCallback(w->handle, on_char);
    glfwSetKeyCallback(w->handle, on_key);
    glfwSetCursorPosCallback(w->handle, on_pointer);
    glfwSetCursorEnterCallback(w->handle, on_enter);
    glfwSetMouseButtonCallback(w->handle, on_button);
    glfwSetScrollCallback(w->handle, on_wheel);
    glfwSetWindowRefreshCallback(w->handle, on_refresh);
    glfwSetFramebufferSizeCallback(w->handle, on_resize);
}

/* --- set-up --- */

static struct present_x11 *find_x11(GLFWwindow *handle);

static void *get_proc(const char *name)
{
    return (void *)glfwGetProcAddress(name);
}

static bool make_handle(struct window *w, const struct options *o)
{
    glfwWindowHintString(GLFW_X11_CLASS_NAME, "heatscope");
    glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "heatscope");
    w->handle = glfwCreateWindow(o->run.width, o->run.height, "heatscope", NULL, NULL);
    return w->handle != NULL;
}

/* Where the CPU draws anyway and X11 takes its pictures, GL isn't even loaded. False: it is needed. */
static bool open_without_gl(struct window *w, const struct options *o)
{
    const struct run *r = &o->run;
    bool may = r->renderer == RENDERER_SOFT || (r->renderer == RENDERER_AUTO && !graphics_device_exists());
    if (!may || r->shader_dir || r->gpu_debug)
        return false;
    glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
    if (make_handle(w, o) && (w->x11 = find_x11(w->handle)))
        return true;
    if (w->handle)
        glfwDestroyWindow(w->handle);
    w->handle = NULL;
    glfwDefaultWindowHints();
    return false;
}

static enum hs_status open_with_gl(struct window *w, const struct options *o)
{
    const char *why = NULL;
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    glfwWindowHint(GLFW_OPENGL_DEBUG_CONTEXT, o->run.gpu_debug);
    glfwWindowHint(GLFW_DEPTH_BITS, 0);
    glfwWindowHint(GLFW_STENCIL_BITS, 0);
    if (!make_handle(w, o)) {
        glfwGetError(&why);
        log_error("no window with OpenGL 3.3 (%s); -o FILE.png or --headless draws without OpenGL", why ? why : "unknown");
        return HS_ERR_GL;
    }
    glfwMakeContextCurrent(w->handle);
    struct gpu_params p = {.get_proc = get_proc, .shader_dir = o->run.shader_dir, .debug = o->run.gpu_debug};
    enum hs_status s = gpu_create(&p, &w->gpu);
    if (s != HS_OK)
        return s;
    w->soft = o->run.renderer == RENDERER_SOFT || (o->run.renderer == RENDERER_AUTO && gpu_is_software(w->gpu));
    if (w->soft)
        w->x11 = find_x11(w->handle);
    glfwSwapInterval(o->run.no_vsync ? 0 : 1);
    return HS_OK;
}

static enum hs_status open_window(struct window *w, const struct options *o)
{
    const char *why = NULL;
    if (!glfwInit()) {
        glfwGetError(&why);
        log_error("no display to open a window on (%s); -o FILE.png or --headless draws without one", why ? why : "unknown");
        return HS_ERR_SYSTEM;
    }
    w->soft = open_without_gl(w, o);
    enum hs_status s = w->soft ? HS_OK : open_with_gl(w, o);
    if (s != HS_OK)
        return s;
    glfwSetErrorCallback(on_error); /* from here on: before, the errors are ours to tell */
    if (!o->run.no_vsync && (w->x11 || gpu_is_software(w->gpu))) {
        GLFWmonitor *monitor = glfwGetPrimaryMonitor();
        const GLFWvidmode *mode = monitor ? glfwGetVideoMode(monitor) : NULL;
        w->period_ns = 1000000000 / (mode && mode->refreshRate > 0 ? mode->refreshRate : 60);
    }
    return HS_OK;
}

static void toggle_fullscreen(struct window *w)
{
    w->ui.toggle_fullscreen = false;
    if (glfwGetWindowMonitor(w->handle)) {
        glfwSetWindowMonitor(w->handle, NULL, w->windowed[0], w->windowed[1], w->windowed[2], w->windowed[3], GLFW_DONT_CARE);
        return;
    }
    GLFWmonitor *monitor = glfwGetPrimaryMonitor();
    const GLFWvidmode *mode = monitor ? glfwGetVideoMode(monitor) : NULL;
    if (!mode)
        return;
    glfwGetWindowPos(w->handle, &w->windowed[0], &w->windowed[1]);
    glfwGetWindowSize(w->handle, &w->windowed[2], &w->windowed[3]);
    glfwSetWindowMonitor(w->handle, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

/* --- pictures --- */

/* From start on textures were filled, from uploaded on it was drawn, from drawn until now presented. */
static void count_stages(struct window *w, int64_t start, int64_t uploaded, int64_t drawn)
{
    struct trace *t = w->app.trace;
    uint64_t id = panel_frame_id(w->app.panel);
    if (uploaded > start)
        trace_add(t, TRACE_UPLOAD, id, start, uploaded);
    trace_add(t, TRACE_DRAW, id, uploaded, drawn);
    trace_add(t, TRACE_PRESENT, id, drawn, clock_now_ns());
}

#ifdef HEATSCOPE_XSHM
/* GLFW for Wayland doesn't have these two, so they are looked up. */
static struct present_x11 *find_x11(GLFWwindow *handle)
{
    void *(*display)(void) = (void *(*)(void))dlsym(RTLD_DEFAULT, "glfwGetX11Display");
    unsigned long (*window)(GLFWwindow *) = (unsigned long (*)(GLFWwindow *))dlsym(RTLD_DEFAULT, "glfwGetX11Window");
    return display && window && display() ? present_x11_create(display(), window(handle)) : NULL;
}

static bool show_x11(struct window *w)
{
    struct draw_damage damage, all = {{{0, 0, w->width, w->height}}, 1};
    ptrdiff_t stride;
    bool kept;
    uint8_t *pixels = w->x11 ? present_x11_begin(w->x11, w->width, w->height, &stride, &kept) : NULL;
    if (!pixels)
        return false;
    int64_t start = clock_now_ns();
    if (!kept)
        draw_memory_forget(&w->drawn);
    draw_damage_find(&w->drawn, &w->app.list, &damage);
    soft_draw_bgra(&w->app.list, &damage, w->app.pool, pixels, stride);
    int64_t drawn = clock_now_ns();
    present_x11_show(w->x11, w->exposed ? &all : &damage); /* what was uncovered may be anything */
    count_stages(w, start, start, drawn);
    return true;
}
#else
static struct present_x11 *find_x11(GLFWwindow *handle)
{
    (void)handle;
    return NULL;
}

static void present_x11_destroy(struct present_x11 *p)
{
    (void)p;
}

static bool show_x11(struct window *w)
{
    (void)w;
    return false;
}
#endif

static enum hs_status show_gpu(struct window *w)
{
    int64_t start = clock_now_ns();
    enum hs_status s = gpu_draw(w->gpu, &w->app.list);
    int64_t drawn = clock_now_ns();
    if (s == HS_OK)
        glfwSwapBuffers(w->handle);
    count_stages(w, start, start + gpu_upload_ns(w->gpu), drawn);
    return s;
}

static enum hs_status show_soft(struct window *w)
{
    if (show_x11(w))
        return HS_OK;
    if (!w->gpu) {
        log_error("the X server takes no pictures of %dx%d by shared memory any more", w->width, w->height);
        return HS_ERR_SYSTEM;
    }
    size_t need = (size_t)w->width * (size_t)w->height * 4;
    if (need > w->cap_pixels) {
        uint8_t *pixels = mem_resize(w->pixels, need, 1);
        if (!pixels)
            return HS_ERR_MEMORY;
        w->pixels = pixels;
        w->cap_pixels = need;
    }
    ptrdiff_t stride = (ptrdiff_t)w->width * 4; /* bottom row first, as gpu_show wants it */
    int64_t start = clock_now_ns();
    soft_draw(&w->app.list, w->app.pool, w->pixels + (w->height - 1) * stride, -stride);
    int64_t drawn = clock_now_ns();
    enum hs_status s = gpu_show(w->gpu, w->pixels, w->width, w->height);
    if (s == HS_OK)
        glfwSwapBuffers(w->handle);
    count_stages(w, start, start, drawn);
    return s;
}

static enum hs_status present(struct window *w)
{
    struct app *a = &w->app;
    int64_t start = clock_now_ns();
    enum hs_status s = panels_build(a);
    if (s == HS_OK) {
        ui_update(&w->ui); /* reads what is under the pointer in the picture just built */
        ui_draw(&w->ui);
        s = w->soft ? show_soft(w) : show_gpu(w);
    }
    if (s != HS_OK) {
        if (s != HS_ERR_UNSUPPORTED) /* a view has said that */
            log_error("drawing failed: %s", hs_status_text(s));
        return s;
    }
    panels_shown(a);
    tour_shown(a->tour, a);
    w->ui.dirty = w->exposed = false;
    w->due_ns = w->due_ns + w->period_ns > start ? w->due_ns + w->period_ns : start; /* a steady beat; anew after a rest */
    double ms = (double)(clock_now_ns() - start) / 1e6;
    quantile_add(&a->frame_ms, ms);
    trace_picture(a->trace, ms);
    trace_flush(a->trace);
    return HS_OK;
}

/* Source, shape, rate, dropped. */
static void update_title(struct window *w)
{
    int64_t now = clock_now_ns();
    struct panel *p = w->app.panel;
    bool stale = panel_is_stale(p);
    int state = stale | panel_is_paused(p) << 1 | (panel_playback(p)->direction != 0) << 2;
    if (now - w->titled_ns < TITLE_EVERY_NS && state == w->titled_state)
        return;
    w->titled_ns = now;
    w->titled_state = state;
    const struct frame *f = view_frame(panel_view(p));
    struct buf *b = &w->title_text;
    b->len = 0;
    buf_printf(b, "%s", panel_source_name(p));
    if (panel_file(p))
        buf_printf(b, "/%s", panel_file(p));
    if (f)
        buf_printf(b, " · %lld×%lld %s", (long long)f->cells.rows, (long long)f->cells.cols, dtype_name(f->cells.dtype));
    double rate = panel_rate(p);
    if (rate > 0)
        buf_printf(b, " · %.*f/s", rate < 10 ? 1 : 0, rate);
    if (stale)
        buf_printf(b, " · stale");
    else if (panel_is_paused(p))
        buf_printf(b, panel_playback(p)->direction ? " · playing" : " · paused");
    else if (rate > 0 && isfinite(panel_age_ms(p))) {
        char age[32];
        age_text(panel_age_ms(p), age, sizeof age);
        buf_printf(b, " · %s old", age);
    }
    uint64_t kept, dropped = panel_lost(p, &kept);
    if (dropped)
        buf_printf(b, " · %llu dropped", (unsigned long long)dropped);
    if (kept)
        buf_printf(b, " · %llu kept, not shown live", (unsigned long long)kept);
    buf_printf(b, " · heatscope");
    if (b->data && strncmp(b->data, w->title, sizeof w->title - 1) != 0) {
        snprintf(w->title, sizeof w->title, "%s", b->data);
        glfwSetWindowTitle(w->handle, w->title);
    }
}

/* --- the loop --- */

static void window_wake(void)
{
    glfwPostEmptyEvent();
}

/* Until when nothing has to be done, events and wake-ups apart. */
static int64_t sleep_until(struct window *w, bool wants_picture)
{
    struct panel *p = w->app.panel;
    if (wants_picture)
        return w->due_ns;
    int64_t tour = tour_due_ns(w->app.tour);
    if (tour != INT64_MAX && tour < w->due_ns)
        tour = w->due_ns;
    int64_t until = app_end_ns(&w->app), ui = ui_next_update_ns(&w->ui);
    until = ui < until ? ui : until;
    until = tour < until ? tour : until;
    for (int i = 0; i < w->app.num_panels; i++) {
        int64_t stale = panel_next_update_ns(w->app.panels[i]);
        until = stale < until ? stale : until;
        int64_t map = w->width > 0 ? view_next_ns(panel_view(w->app.panels[i])) : INT64_MAX;
        until = map < until ? map : until;
    }
    int64_t fading = panels_due_ns(&w->app);
    until = fading < until ? fading : until;
    bool stream_alive = counter_get(&panel_counters(p)->frames_received) > 1 && panel_rate(p) > 0; /* its title has yet to come to rest */
    int64_t title = w->titled_ns + 2 * TITLE_EVERY_NS;
    return stream_alive && title < until ? title : until;
}

static void wait_events(struct window *w, int64_t until_ns)
{
    atomic_store(&w->app.draws_from_ns, w->due_ns);
    int64_t now = clock_now_ns();
    if (until_ns == INT64_MAX)
        glfwWaitEvents();
    else if (until_ns > now)
        glfwWaitEventsTimeout((double)(until_ns - now) / 1e9);
    else
        glfwPollEvents();
    atomic_store(&w->app.draws_from_ns, INT64_MAX);
}

static enum hs_status loop(struct window *w)
{
    struct app *a = &w->app;
    enum hs_status s = HS_OK;
    while (s == HS_OK && !app_is_over(a) && !glfwWindowShouldClose(w->handle)) {
        atomic_store(&a->woken, false); /* from here on a wake-up makes a new event */
        bool due = clock_now_ns() >= w->due_ns;
        if (due) {
            panels_latch(a);
            tour_go_on(a->tour, a);
        }
        panels_follow_focus(a);
        panels_update_status(a);
        if (w->ui.toggle_fullscreen)
            toggle_fullscreen(w);
        ui_update(&w->ui);
        if (w->gpu && gpu_reload(w->gpu))
            w->exposed = true;
        bool dirty = panels_are_dirty(a) || w->ui.dirty || w->exposed;
        bool visible = w->width > 0 && w->height > 0;
        if (dirty && visible && due) {
            s = present(w);
            dirty = false;
        }
        update_title(w);
        if (panel_is_hopeless(a->panels[0])) /* which has been said */
            return HS_ERR_FORMAT;
        if (app_is_over(a)) /* that picture was the last: nothing may come that would end a wait */
            break;
        bool pending = panels_pending(a);
        wait_events(w, sleep_until(w, pending || (dirty && visible)));
    }
    return s;
}

int window_run(const struct options *o)
{
    struct window *w = calloc(1, sizeof *w);
    if (!w)
        return 1;
    enum hs_status s = panels_check(o);
    if (s == HS_OK)
        s = open_window(w, o); /* before the panel: a source that fails must not flash a window, but GL needs one */
    if (s == HS_OK)
        s = app_init(&w->app, o, true, window_wake);
    int code = s == HS_ERR_USAGE ? 2 : 1;
    if (s == HS_OK) {
        w->app.renderer = w->soft ? "soft" : gpu_renderer(w->gpu);
        ui_init(&w->ui, &w->app);
        w->ui.overlay.budget_ms = w->period_ns ? (float)w->period_ns / 1e6f : 1000.f / 60;
        listen_to_events(w);
        fit_framebuffer(w);
        s = loop(w);
        atomic_store(&w->app.quit, true); /* closing the window is a wish, too */
        code = app_finish(&w->app);
        code = s == HS_OK ? code : 1;
        ui_fini(&w->ui);
    }
    app_fini(&w->app);
    present_x11_destroy(w->x11);
    draw_memory_fini(&w->drawn);
    gpu_destroy(w->gpu);
    if (w->handle)
        glfwDestroyWindow(w->handle);
    glfwTerminate();
    free(w->pixels);
    buf_free(&w->title_text);
    free(w);
    return code;
}
