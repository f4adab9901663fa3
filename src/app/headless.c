/* Without a window: pictures into files (-o), or a run that only draws and counts (--headless).
 *
 * -o FILE.png keeps the frame asked for (--frame, the last by default) and draws it at the end: when files and pipes end, at the first
 * frame of a socket, or at the end of --duration. -o f%05d.png draws every frame. --headless draws what the policy gives, `latest` at
 * a display's rate. */
#include "app/check.h"
#include "app/panels.h"
#include "app/picture.h"
#include "base/clock.h"
#include "base/log.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REFRESH_NS = 1000000000 / 60 };

enum { FRAME_LAST = -1 };

struct headless {
    struct app app;
    struct render *render;
    const char *output;   /* NULL: --headless alone */
    bool sequence;        /* every frame into a file of its own */
    int64_t wanted;       /* number of the frame wanted, or FRAME_LAST */
    int64_t num_latched, num_written;
    bool lacks_cells;     /* a picture was written in which some could not be read */
};

/* The number where the pattern has its %d, which main has checked; never handed to printf. */
static void picture_path(const struct headless *h, char *out, size_t size)
{
    const char *percent = h->sequence ? strchr(h->output, '%') : NULL;
    if (!percent) {
        snprintf(out, size, "%s", h->output);
        return;
    }
    char *rest;
    bool zero = percent[1] == '0';
    int width = (int)strtol(percent + 1, &rest, 10);
    snprintf(out, size, zero ? "%.*s%0*lld%s" : "%.*s%*lld%s", (int)(percent - h->output), h->output, width, (long long)h->num_written,
             rest + 1);
}

/* --cell-size without --size: the picture is as large as its cells make it. Margins depend on the size a little, so a few times. */
static void fit_to_cells(struct headless *h)
{
    struct app *a = &h->app;
    struct view *v = panel_view(a->panel);
    if (a->options->run.size_set || a->num_panels != 1 || isnan(view_look(v)->cell_width))
        return;
    enum { ROUNDS = 4, MOST_PX = 16384 };
    for (int i = 0; i < ROUNDS && panels_build(a) == HS_OK; i++) {
        int w, h_px;
        view_excess(v, &w, &h_px);
        w = a->width - w;
        h_px = a->height - h_px;
        w = w < 1 ? 1 : w > MOST_PX ? MOST_PX : w;
        h_px = h_px < 1 ? 1 : h_px > MOST_PX ? MOST_PX : h_px;
        if (w == a->width && h_px == a->height)
            return;
        panels_resize(a, w, h_px, 1);
    }
}

/* Nobody said which of a file's frames. */
static void say_which(struct headless *h)
{
    struct app *a = &h->app;
    const struct run *r = &a->options->run;
    const char *source = r->num_sources == 1 ? r->sources[0] : "-";
    int64_t num = panel_frame_index(a->panel) + 1;
    if (h->wanted == FRAME_LAST && !r->frame && r->frames == 0 && strcmp(source, "-") != 0 && num > 1 && panel_frame_id(a->panel) &&
        panels_are_finite(a) && !r->loop && isnan(r->duration_s))
        log_info("%s: drew the last of %lld frames; --frame N picks another", panel_source_name(a->panel), (long long)num);
}

static enum hs_status write_picture(struct headless *h)
{
    fit_to_cells(h);
    char path[4096];
    const char *check = h->app.options->run.check;
    picture_path(h, path, sizeof path);
    bool report_alone = check && strcmp(path, "-") == 0;
    enum hs_status s = report_alone ? panels_build(&h->app) : picture_write(&h->app, h->render, path);
    if (s == HS_OK && report_alone)
        s = picture_is_whole(&h->app, "report");
    if (s == HS_OK && check)
        s = check_report(&h->app, strcmp(check, "json") == 0);
    if (s == HS_OK) {
        h->num_written++;
        panels_shown(&h->app);
        for (int i = 0; i < h->app.num_panels; i++)
            h->lacks_cells = h->lacks_cells || view_lacks_cells(panel_view(h->app.panels[i]));
    }
    return s;
}

/* Draw one latched frame, at once. */
static enum hs_status present(struct headless *h)
{
    int64_t start = clock_now_ns();
    uint8_t *rgba;
    enum hs_status s = h->sequence ? write_picture(h) : picture_draw(&h->app, h->render, &rgba);
    if (s == HS_OK && !h->sequence)
        panels_shown(&h->app);
    if (s == HS_OK)
        tour_shown(h->app.tour, &h->app);
    double ms = (double)(clock_now_ns() - start) / 1e6;
    quantile_add(&h->app.frame_ms, ms);
    trace_picture(h->app.trace, ms);
    trace_flush(h->app.trace);
    return s;
}

/* -o FILE: is the frame at hand the one? */
static bool is_final(struct headless *h)
{
    struct app *a = &h->app;
    struct panel *p = a->panel;
    const struct run *r = &h->app.options->run;
    if (h->wanted != FRAME_LAST)
        return panel_frame_index(p) >= h->wanted;
    if (r->frames > 0)
        return h->num_latched >= r->frames;
    return !panels_are_finite(a) && isnan(r->duration_s);
}

static bool over(const struct headless *h)
{
    if (h->output && !h->sequence) /* --frames counts what comes, not what is shown */
        return atomic_load(&h->app.quit) || clock_now_ns() >= app_end_ns(&h->app);
    return app_is_over(&h->app);
}

/* When there is something to do although nothing comes. */
static int64_t next_ns(struct app *a)
{
    int64_t until = app_end_ns(a), due = panels_due_ns(a), tour = tour_due_ns(a->tour);
    until = due < until ? due : until;
    return tour < until ? tour : until;
}

/* A file that nothing has come of yet: there would have been a picture. A stream may end whenever it likes. */
static enum hs_status interrupted_early(const struct headless *h)
{
    const struct app *a = &h->app;
    if (!atomic_load(&a->quit) || !panel_is_file(a->panel) || !panel_is_finite(a->panel))
        return HS_OK;
    log_error("%s not written: interrupted before there was anything of %s", strcmp(h->output, "-") == 0 ? "picture" : h->output,
              panel_source_name(a->panel));
    return HS_ERR_CANCELLED;
}

/* Whoever waits for alerts must not take their silence for none. */
static bool lacks_alerts(const struct app *a)
{
    for (int i = 0; i < a->num_panels; i++)
        if (view_lacks_alerts(panel_view(a->panels[i])))
            return true;
    return false;
}

static enum hs_status loop(struct headless *h)
{
    struct app *a = &h->app;
    const struct run *r = &a->options->run;
    bool paced = !h->output && !r->no_vsync && !panels_are_finite(a);
    enum hs_status s = HS_OK;
    while (s == HS_OK && !over(h)) {
        int64_t start = clock_now_ns();
        bool ended = panels_ended(a); /* before the latch: what comes between is latched below */
        if (panels_latch(a)) {
            h->num_latched++;
            if (lacks_alerts(a))
                return HS_ERR_UNSUPPORTED;
            if (h->sequence || !h->output)
                s = present(h);
            else {
                for (int i = 0; i < a->num_panels; i++)
                    view_follow_range(panel_view(a->panels[i]));
                if (is_final(h))
                    break;
            }
            if (paced && s == HS_OK)
                while (!atomic_load(&a->quit) && clock_now_ns() < start + REFRESH_NS)
                    clock_sleep_until_ns(start + REFRESH_NS);
        } else if (tour_go_on(a->tour, a))
            s = present(h);
        else if (ended && tour_due_ns(a->tour) == INT64_MAX)
            break;
        else
            app_wait(a, next_ns(a));
    }
    if (s != HS_OK || !h->output || h->sequence)
        return s;
    if (!panels_have_frame(a))
        return interrupted_early(h);
    if (h->wanted != FRAME_LAST && panel_frame_index(a->panel) < h->wanted) {
        log_error("--frame %lld: %s has %lld frames, 0 to %lld", (long long)h->wanted, panel_source_name(a->panel),
                  (long long)panel_frame_index(a->panel) + 1, (long long)panel_frame_index(a->panel));
        return HS_ERR_USAGE;
    }
    s = write_picture(h);
    if (s == HS_OK)
        say_which(h);
    return s;
}

static void frame_wanted(struct headless *h, const struct run *r)
{
    h->wanted = !r->frame || strcmp(r->frame, "last") == 0 ? FRAME_LAST : strcmp(r->frame, "first") == 0 ? 0 : strtoll(r->frame, NULL, 10);
}

int headless_run(const struct options *o)
{
    struct headless *h = calloc(1, sizeof *h);
    if (!h)
        return 1;
    h->output = o->run.output;
    h->sequence = h->output && strchr(h->output, '%');
    frame_wanted(h, &o->run);
    enum hs_status s = app_init(&h->app, o, false, NULL);
    if (s == HS_OK && h->output && !h->sequence && o->run.frame && h->wanted == FRAME_LAST && !panels_are_finite(&h->app) &&
        isnan(o->run.duration_s) && !o->run.frames) {
        log_error("--frame last: %s has no end; say when with --duration or --frames", panel_source_name(h->app.panel));
        s = HS_ERR_USAGE;
    }
    if (s == HS_OK)
        s = render_create(&o->run, h->app.pool, &h->render);
    int code = s == HS_ERR_USAGE ? 2 : 1;
    if (s == HS_OK) {
        h->app.renderer = render_name(h->render);
        panels_resize(&h->app, o->run.width, o->run.height, 1);
        s = loop(h);
        code = s == HS_OK ? app_finish(&h->app) : 1;
        code = h->lacks_cells ? 1 : code;
    }
    render_destroy(h->render);
    app_fini(&h->app);
    free(h);
    return code;
}
