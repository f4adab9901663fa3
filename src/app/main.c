/* heatscope: options, and which way to run. */
#include "app/app.h"
#include "app/check.h"
#include "app/demo.h"
#include "app/info.h"
#include "base/limits.h"
#include "base/log.h"
#include "output/png.h"
#include "plot/options_figure.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

/* Each place wins over the one before: defaults, config file, the figure to be like, command line. */
static enum hs_status merge(struct options *o, const struct run *given, const char *figure, bool diff, int argc, char **argv)
{
    char where[512];
    options_init(o);
    if (diff) { /* what a difference looks like until told otherwise */
        options_set(&o->look, NULL, OPTION_FROM_CONFIG, "--diff", "cmap", "RdBu_r");
        options_set(&o->look, NULL, OPTION_FROM_CONFIG, "--diff", "center", "0");
    }
    enum hs_status s = given->config ? options_parse_config(o, given->config) : HS_OK;
    if (s == HS_OK && figure) {
        snprintf(where, sizeof where, "--like %.500s", given->like);
        s = options_set_figure_json(o, where, figure);
    }
    return s == HS_OK ? options_parse_argv(o, argc, argv) : s;
}

/* The options inside a PNG. */
static enum hs_status read_figure(const char *path, char **figure)
{
    enum hs_status s = png_read_text(path, OPTIONS_FIGURE_KEY, figure);
    if (s == HS_OK && !*figure) {
        log_error("--like: %s has no heatscope options inside; it must be a PNG that heatscope wrote", path);
        s = HS_ERR_FORMAT;
    }
    return s;
}

static enum hs_status read_options(struct options *o, int argc, char **argv)
{
    options_init(o);
    enum hs_status s = options_parse_argv(o, argc, argv);
    if (s != HS_OK || (!o->run.config && !o->run.like && !o->run.diff))
        return s;
    char *figure = NULL;
    if (o->run.like)
        s = read_figure(o->run.like, &figure);
    for (bool diff = o->run.diff, again = true; s == HS_OK && again; diff = o->run.diff) {
        struct options merged;
        s = merge(&merged, &o->run, figure, diff, argc, argv);
        options_fini(o);
        *o = merged;
        again = o->run.diff != diff; /* the config file or the figure has said it */
    }
    free(figure);
    return s;
}

/* -o f%05d.png: one %d with an optional width, nothing else that looks like a format. */
static bool check_output(const char *output)
{
    const char *percent = output ? strchr(output, '%') : NULL;
    if (!percent)
        return true;
    const char *p = percent + 1 + strspn(percent + 1, "0123456789");
    if (*p == 'd' && p - percent <= 4 && !strchr(p, '%'))
        return true;
    log_error("-o: '%s': a sequence is named with one %%d or %%05d in it", output);
    return false;
}

/* FILE.png, or something that isn't a file's name: -, a device. */
static bool check_format(const char *output)
{
    const char *slash = output ? strrchr(output, '/') : NULL, *dot = output ? strrchr(slash ? slash : output, '.') : NULL;
    if (!dot || strcasecmp(dot, ".png") == 0)
        return true;
    log_error("-o: '%s': only PNG is written; name it %.*s.png", output, (int)(dot - output), output);
    return false;
}

static int print_text(char *text)
{
    if (!text)
        return 1;
    fputs(text, stdout);
    free(text);
    return 0;
}

/* As a picture is made, of the same frame; with -o FILE that picture as well. */
static int run_check(const struct options *o)
{
    struct options still = *o;
    const struct run *r = &o->run;
    if (r->num_sources == 0 && !r->listen && !r->demo && (isatty(STDIN_FILENO) || !demo_stdin_is_data()))
        return check_report_map(&o->look, strcmp(r->check, "json") == 0) != HS_OK;
    if (!still.run.output)
        still.run.output = (char *)"-"; /* never written */
    return headless_run(&still);
}

static int run(const struct options *o)
{
    const struct run *r = &o->run;
    if (r->help)
        return print_text(options_help_text());
    if (r->list_options)
        return print_text(options_list_text());
    if (r->version)
        return printf("heatscope %s\n", HEATSCOPE_VERSION) < 0;
    if (r->list_cmaps)
        return info_print_cmaps(), 0;
    if (r->list_keys)
        return info_print_keys(), 0;
    if (r->info)
        return info_print(), 0;
    if (!check_output(r->output) || !check_format(r->output))
        return EXIT_USAGE;
    if (r->check)
        return run_check(o);
    if (r->output || r->headless)
        return headless_run(o);
#ifdef HEATSCOPE_WINDOW
    return window_run(o);
#else
    log_error("built without a window: use -o FILE.png or --headless");
    return 1;
#endif
}

int main(int argc, char **argv)
{
    limits_save_space();
    app_block_signals();
    struct options o;
    enum hs_status s = read_options(&o, argc - 1, argv + 1);
    int code = s == HS_OK ? run(&o) : s == HS_ERR_USAGE ? EXIT_USAGE : 1;
    options_fini(&o);
    return code;
}
