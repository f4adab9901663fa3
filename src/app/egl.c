/* EGL off screen, tried in this order: Mesa's surfaceless platform, each device, the default display. Before a display exists only
 * the EXT entry points of the client may be used. Render thread. */
#include "app/egl.h"
#include "base/log.h"
#include "base/memory.h"
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEVICES = 8 };

struct egl {
    void *library;
    PFNEGLGETPROCADDRESSPROC get_proc;
    PFNEGLGETDISPLAYPROC get_display;
    PFNEGLINITIALIZEPROC initialize;
    PFNEGLTERMINATEPROC terminate;
    PFNEGLBINDAPIPROC bind_api;
    PFNEGLCHOOSECONFIGPROC choose_config;
    PFNEGLCREATECONTEXTPROC create_context;
    PFNEGLDESTROYCONTEXTPROC destroy_context;
    PFNEGLCREATEPBUFFERSURFACEPROC create_pbuffer;
    PFNEGLMAKECURRENTPROC make_current;
    PFNEGLQUERYSTRINGPROC query_string;
    EGLDisplay display;
    EGLContext context;
    EGLSurface surface;
};

void *egl_get_proc(const char *name)
{
    /* the library is open already; this only finds it again */
    void *library = dlopen("libEGL.so.1", RTLD_LAZY | RTLD_NOLOAD);
    if (!library)
        return NULL;
    PFNEGLGETPROCADDRESSPROC get = (PFNEGLGETPROCADDRESSPROC)dlsym(library, "eglGetProcAddress");
    void *proc = get ? (void *)get(name) : NULL;
    dlclose(library);
    return proc;
}

static bool load(struct egl *e)
{
    e->library = dlopen("libEGL.so.1", RTLD_LAZY | RTLD_LOCAL);
    if (!e->library)
        return false;
#define LOAD(field, type, name) (e->field = (type)dlsym(e->library, name))
    return LOAD(get_proc, PFNEGLGETPROCADDRESSPROC, "eglGetProcAddress") &&
           LOAD(get_display, PFNEGLGETDISPLAYPROC, "eglGetDisplay") &&
           LOAD(initialize, PFNEGLINITIALIZEPROC, "eglInitialize") && LOAD(terminate, PFNEGLTERMINATEPROC, "eglTerminate") &&
           LOAD(bind_api, PFNEGLBINDAPIPROC, "eglBindAPI") && LOAD(choose_config, PFNEGLCHOOSECONFIGPROC, "eglChooseConfig") &&
           LOAD(create_context, PFNEGLCREATECONTEXTPROC, "eglCreateContext") &&
           LOAD(destroy_context, PFNEGLDESTROYCONTEXTPROC, "eglDestroyContext") &&
           LOAD(create_pbuffer, PFNEGLCREATEPBUFFERSURFACEPROC, "eglCreatePbufferSurface") &&
           LOAD(make_current, PFNEGLMAKECURRENTPROC, "eglMakeCurrent") &&
           LOAD(query_string, PFNEGLQUERYSTRINGPROC, "eglQueryString");
#undef LOAD
}

static void forget(struct egl *e)
{
    if (e->display == EGL_NO_DISPLAY)
        return;
    e->make_current(e->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (e->context != EGL_NO_CONTEXT)
        e->destroy_context(e->display, e->context);
    e->terminate(e->display); /* the surface goes with it */
    e->display = EGL_NO_DISPLAY;
    e->context = EGL_NO_CONTEXT;
    e->surface = EGL_NO_SURFACE;
}

static bool make_context(struct egl *e, EGLConfig config)
{
    static const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 3, EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                        EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
    static const EGLint tiny[] = {EGL_WIDTH, 1, EGL_HEIGHT, 1, EGL_NONE};
    e->context = e->create_context(e->display, config, EGL_NO_CONTEXT, attributes);
    if (e->context == EGL_NO_CONTEXT)
        return false;
    if (e->make_current(e->display, EGL_NO_SURFACE, EGL_NO_SURFACE, e->context))
        return true;
    e->surface = e->create_pbuffer(e->display, config, tiny); /* no surfaceless contexts here */
    return e->surface != EGL_NO_SURFACE && e->make_current(e->display, e->surface, e->surface, e->context);
}

static bool try_display(struct egl *e, EGLDisplay display)
{
    static const EGLint wanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT,
                                    EGL_RED_SIZE, 8, EGL_GREEN_SIZE, 8, EGL_BLUE_SIZE, 8, EGL_ALPHA_SIZE, 8, EGL_NONE};
    EGLint num = 0;
    EGLConfig config = NULL;
    if (display == EGL_NO_DISPLAY || !e->initialize(display, NULL, NULL))
        return false;
    e->display = display;
    if (e->bind_api(EGL_OPENGL_API) && e->choose_config(display, wanted, &config, 1, &num) && num > 0 && make_context(e, config))
        return true;
    forget(e);
    return false;
}

static bool try_platforms(struct egl *e)
{
    const char *client = e->query_string(EGL_NO_DISPLAY, EGL_EXTENSIONS);
    PFNEGLGETPLATFORMDISPLAYEXTPROC platform = (PFNEGLGETPLATFORMDISPLAYEXTPROC)e->get_proc("eglGetPlatformDisplayEXT");
    if (!client || !platform || !strstr(client, "EGL_EXT_platform_base"))
        return false;
    if (strstr(client, "EGL_MESA_platform_surfaceless") &&
        try_display(e, platform(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL)))
        return true;
    PFNEGLQUERYDEVICESEXTPROC query = (PFNEGLQUERYDEVICESEXTPROC)e->get_proc("eglQueryDevicesEXT");
    EGLDeviceEXT devices[MAX_DEVICES];
    EGLint num = 0;
    if (!query || !strstr(client, "EGL_EXT_platform_device") || !query(MAX_DEVICES, devices, &num))
        return false;
    for (EGLint i = 0; i < num; i++)
        if (try_display(e, platform(EGL_PLATFORM_DEVICE_EXT, devices[i], NULL)))
            return true;
    return false;
}

enum hs_status egl_create(struct egl **out, bool quiet)
{
    struct egl *e = mem_zeroed(1, sizeof *e);
    if (!e)
        return HS_ERR_MEMORY;
    bool loaded = load(e);
    if (loaded && (try_platforms(e) || try_display(e, e->get_display(EGL_DEFAULT_DISPLAY)))) {
        *out = e;
        return HS_OK;
    }
    if (!quiet)
        log_error(loaded ? "EGL gives no OpenGL 3.3 context here" : "there is no libEGL.so.1 (Debian: libegl1)");
    egl_destroy(e);
    return HS_ERR_GL;
}

void egl_destroy(struct egl *e)
{
    if (!e)
        return;
    if (e->display)
        forget(e);
    if (e->library)
        dlclose(e->library);
    free(e);
}
