/* What the tests of the GL executor share: a context off screen, and a main that exits with 77 (skipped) where there is none. */
#ifndef TESTS_GL_CONTEXT_H
#define TESTS_GL_CONTEXT_H

#include <criterion/criterion.h>
#include <criterion/options.h>
#include "app/egl.h"
#include "gpu/gpu.h"
#include <stdio.h>

/* Mesa and LLVM keep memory until the process ends, in libraries that are unloaded by then: ours couldn't be told from it. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

static inline struct egl *context_create(void)
{
    struct egl *e = NULL;
    cr_assert(egl_create(&e, false) == HS_OK);
    return e;
}

static inline struct gpu *context_gpu(struct gpu_params p)
{
    struct gpu *g = NULL;
    p.get_proc = egl_get_proc;
    cr_assert(gpu_create(&p, &g) == HS_OK);
    return g;
}

int main(int argc, char *argv[])
{
    struct egl *e = NULL;
    struct gpu *g = NULL;
    bool there = egl_create(&e, true) == HS_OK && gpu_create(&(struct gpu_params){.get_proc = egl_get_proc}, &g) == HS_OK;
    if (there)
        printf("%s, OpenGL %s\n", gpu_renderer(g), gpu_version(g));
    else
        printf("skipped: no OpenGL 3.3 through EGL here\n");
    fflush(stdout);
    gpu_destroy(g);
    egl_destroy(e);
    if (!there)
        return 77;
    struct criterion_test_set *tests = criterion_initialize();
    int result = criterion_handle_args(argc, argv, true) ? !criterion_run_all_tests(tests) : 0;
    criterion_finalize(tests);
    return result;
}

#endif
