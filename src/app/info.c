/* What this program and this machine can do, on standard output. */
#include "app/info.h"
#include "app/commands.h"
#include "app/egl.h"
#include "base/limits.h"
#include "base/pool.h"
#include "data/dtype.h"
#include "gpu/gpu.h"
#include "plot/colormap.h"
#include <jansson.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_gl(void)
{
    struct egl *egl = NULL;
    struct gpu *gpu = NULL;
    if (egl_create(&egl, true) == HS_OK && gpu_create(&(struct gpu_params){.get_proc = egl_get_proc}, &gpu) == HS_OK)
        printf("OpenGL off screen   %s, OpenGL %s%s, pictures up to %d pixels wide\n", gpu_renderer(gpu), gpu_version(gpu),
               gpu_is_software(gpu) ? " (software: the CPU renderer is used instead)" : "", gpu_max_size(gpu));
    else
        printf("OpenGL off screen   none here (the CPU renderer draws)\n");
    gpu_destroy(gpu);
    egl_destroy(egl);
}

void info_print(void)
{
    printf("heatscope %s\n", HEATSCOPE_VERSION);
#ifdef HEATSCOPE_WINDOW
    printf("window              yes (GLFW)\n");
#else
    printf("window              not built in (-DHEATSCOPE_WINDOW=OFF)\n");
#endif
    print_gl();
    struct pool *pool = pool_create(0);
    printf("threads             %d\n", pool_num_workers(pool));
    pool_destroy(pool);
    double memory = (double)limits_memory();
    printf("memory              %.1f GiB, at most %.1f GiB used (--memory)\n", memory / (1 << 30), memory / 4 / (1 << 30));
    printf("dtypes              ");
    for (int t = 0; t < DTYPE_NUM; t++)
        printf("%s%s", dtype_name((enum dtype)t), t + 1 < DTYPE_NUM ? " " : "\n");
    printf("colormaps           %d, each with _r (--list-cmaps)\n", colormap_count());
    printf("libraries           libpng %s, jansson %s\n", PNG_LIBPNG_VER_STRING, JANSSON_VERSION);
}

void info_print_cmaps(void)
{
    for (int i = 0; i < colormap_count(); i++)
        printf("%s\n%s_r\n", colormap_name(i), colormap_name(i));
}

void info_print_keys(void)
{
    char *help = commands_help();
    if (!help)
        return;
    for (char *line = strtok(help, "\n"); line; line = strtok(NULL, "\n")) {
        char *tab = strchr(line, '\t');
        printf("%.*s\t%s\n", (int)(tab - line), line, tab + 1);
    }
    free(help);
}
