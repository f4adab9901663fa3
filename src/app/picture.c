/* Pictures with what belongs to them: alpha where there is no ground, dots per inch, and the options that make the figure again
 * (plot/options_figure.h), those of the panel in focus as they are now. Render thread. */
#include "app/picture.h"
#include "app/panels.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "draw/transparent.h"
#include "output/png.h"
#include "plot/options_figure.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum hs_status render_transparent(struct app *a, struct render *r, uint8_t **rgba)
{
    size_t bytes = (size_t)a->list.width * (size_t)a->list.height * 4;
    uint8_t *white = mem_zeroed(bytes, 1);
    enum hs_status s = white ? HS_OK : HS_ERR_MEMORY;
    const struct color ground = a->list.clear;
    if (s == HS_OK) {
        a->list.clear = (struct color){255, 255, 255, 255};
        s = render_pixels(r, &a->list, rgba);
    }
    if (s == HS_OK) {
        memcpy(white, *rgba, bytes);
        a->list.clear = (struct color){0, 0, 0, 255};
        s = render_pixels(r, &a->list, rgba);
    }
    if (s == HS_OK)
        transparent_combine(*rgba, white, bytes / 4);
    a->list.clear = ground;
    free(white);
    return s;
}

enum hs_status picture_draw(struct app *a, struct render *r, uint8_t **rgba)
{
    enum hs_status s = panels_build(a);
    int64_t start = trace_now(a->trace);
    bool transparent = view_look(panel_view(a->panels[0]))->transparent;
    if (s == HS_OK)
        s = transparent ? render_transparent(a, r, rgba) : render_pixels(r, &a->list, rgba);
    if (s == HS_OK)
        trace_add(a->trace, TRACE_DRAW, panel_frame_id(a->panel), start, clock_now_ns());
    else if (s != HS_ERR_UNSUPPORTED) /* a view has said that */
        log_error("drawing failed: %s", hs_status_text(s));
    return s;
}

enum hs_status picture_is_whole(const struct app *a, const char *path)
{
    double share = 1;
    bool exact = true;
    for (int i = 0; i < a->num_panels; i++) {
        const struct view *v = panel_view(a->panels[i]);
        exact = exact && view_is_exact(v);
        share = view_is_exact(v) ? share : fmin(share, view_exact_share(v));
    }
    if (exact || a->options->run.draft || !atomic_load(&a->quit))
        return HS_OK;
    log_error("%s not written: interrupted at %.0f %% (--draft writes what there is)", strcmp(path, "-") == 0 ? "picture" : path,
              fmin(floor(share * 100), 99));
    return HS_ERR_CANCELLED;
}

/* Numbers that were asked for and aren't there: once. */
static void say_what_lacks(struct app *a)
{
    int w = 0, h = 0;
    for (int i = 0; i < a->num_panels && !a->said_no_annot; i++)
        if (view_lacks_annot(panel_view(a->panels[i]), &w, &h)) {
            a->said_no_annot = true;
            if (a->num_panels > 1)
                log_warn("--annot: the numbers don't fit their cells; each panel needs about %dx%d pixels", w, h);
            else
                log_warn("--annot: the numbers don't fit their cells; about --size %dx%d is needed", w, h);
        }
}

enum hs_status picture_write(struct app *a, struct render *r, const char *path)
{
    uint8_t *rgba;
    enum hs_status s = picture_draw(a, r, &rgba);
    if (s == HS_OK && a->options->run.output)
        s = picture_is_whole(a, path);
    for (int i = 0; i < a->num_panels && s == HS_OK && a->options->run.output; i++) /* a window saves what it shows */
        if (view_misfits(panel_view(a->panels[i])) || !panel_texts_fit(a->panels[i]))
            return HS_ERR_USAGE; /* it isn't what was asked for; that has been said */
    if (s != HS_OK)
        return s;
    if (a->options->run.output)
        say_what_lacks(a);
    const struct look *look = view_look(panel_view(a->panel));
    struct run run = a->options->run; /* its strings are borrowed */
    if (run.size_set || isnan(look->cell_width)) { /* else the cells make it */
        run.width = a->width;
        run.height = a->height;
    }
    char *figure = options_figure_json(look, &run);
    const struct png_text texts[] = {{"Software", "heatscope " HEATSCOPE_VERSION}, {OPTIONS_FIGURE_KEY, figure}};
    const struct draw_list *l = &a->list;
    s = png_write(path, rgba, l->width, l->height, (size_t)l->width * 4, view_look(panel_view(a->panels[0]))->transparent, look->dpi,
                  texts, figure ? 2 : 1);
    free(figure);
    return s;
}
