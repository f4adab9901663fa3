/* Axes in any dress: 500 figures of random size, dpi, labels, rotation, sides, scales and fonts. Every glyph lies in the picture and
 * outside of the heatmap, and no two texts overlap: their turned boxes are held against each other. And what the parts do one by one. */
#include "draw/figure_internal.h"
#include "draw/list.h"
#include "base/embedded.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct color INK = {20, 20, 20, 255}, WHITE = {255, 255, 255, 255};

enum { MAX_BOXES = 8192, NUM_NAMES = 200, NAME_BYTES = 64, NUM_COMBINATIONS = 500 };

struct scene {
    struct font *font;
    struct figure *figure;
    struct colormap cmap;
    struct figure_params p;
    struct draw_list list;
    struct rect plot;
    struct rect boxes[MAX_BOXES];
    struct text_box outlines[MAX_BOXES];
    char names[2][NUM_NAMES][NAME_BYTES];
    const char *name_of[2][NUM_NAMES];
    double ticks[2][TICKS_MAX], cells[2];
};

static struct scene scene;

static void scene_init(struct scene *s)
{
    memset(s, 0, sizeof(*s));
    s->font = font_create();
    s->figure = figure_create(s->font);
    cr_assert(s->font && s->figure && colormap_find("viridis", &s->cmap));
    s->figure->boxes = s->boxes;
    s->figure->outlines = s->outlines;
    s->figure->cap_boxes = MAX_BOXES;
    s->p = (struct figure_params){
        .width_px = 640, .height_px = 480, .scale = 100.0 / 72, .font_size_pt = 10, .title = "Title",
        .x = {.label = "x label", .lo = -0.5, .hi = 99.5, .full_lo = -0.5, .full_hi = 99.5, .cell_lo = 0, .cell_hi = 100},
        .y = {.label = "y label", .lo = 79.5, .hi = -0.5, .full_lo = 79.5, .full_hi = -0.5, .cell_lo = 0, .cell_hi = 80},
        .show_cbar = true, .cbar_label = "value", .norm = {NORM_LINEAR, 0, 1, 1}, .cmap = &s->cmap,
        .background = WHITE, .ink = INK,
    };
}

static void scene_fini(struct scene *s)
{
    draw_list_fini(&s->list);
    figure_destroy(s->figure);
    font_destroy(s->font);
}

static void scene_draw(struct scene *s)
{
    font_begin(s->font);
    s->plot = figure_layout(s->figure, &s->p);
    draw_list_begin(&s->list, s->p.width_px, s->p.height_px, s->p.background);
    s->figure->num_boxes = 0;
    figure_draw(s->figure, &s->p, &s->list);
    cr_assert(!s->list.failed);
}

/* --- boxes --- */

static void project(const struct text_box *b, double dx, double dy, double *lo, double *hi)
{
    *lo = INFINITY, *hi = -INFINITY;
    for (int i = 0; i < 4; i++) {
        double at = b->x[i] * dx + b->y[i] * dy;
        *lo = fmin(*lo, at), *hi = fmax(*hi, at);
    }
}

/* By how many pixels two turned boxes reach into each other, in the direction where that is least; 0 or less: they are apart. */
static double penetration(const struct text_box *a, const struct text_box *b)
{
    double least = INFINITY;
    for (int k = 0; k < 4; k++) {
        const struct text_box *of = k < 2 ? a : b;
        int i = k & 1;
        double dx = of->x[i + 1] - of->x[i], dy = of->y[i + 1] - of->y[i], len = hypot(dx, dy), a0, a1, b0, b1;
        if (len < 1e-9)
            continue;
        project(a, dx / len, dy / len, &a0, &a1);
        project(b, dx / len, dy / len, &b0, &b1);
        least = fmin(least, fmin(a1 - b0, b1 - a0));
    }
    return least;
}

static struct text_box of_rect(struct rect r)
{
    double x0 = r.x, y0 = r.y, x1 = r.x + r.w, y1 = r.y + r.h;
    return (struct text_box){{x0, x1, x1, x0}, {y0, y0, y1, y1}};
}

static bool overlap(struct rect a, struct rect b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static bool inside(struct rect a, struct rect b)
{
    return a.x >= b.x && a.y >= b.y && a.x + a.w <= b.x + b.w && a.y + a.h <= b.y + b.h;
}

#define TOLERANCE_PX 1.01 /* rounding of metrics and anchors to pixels */

static void check(const struct scene *s, const char *what)
{
    const struct draw_list *l = &s->list;
    const struct figure *f = s->figure;
    const struct rect picture = {0, 0, l->width, l->height};
    char where[256];
    snprintf(where, sizeof where, "%s: %dx%d scale %.2f font %.1f, x %d deg side %d, y %d deg side %d, plot %d,%d %dx%d", what, l->width,
             l->height, s->p.scale, s->p.font_size_pt, s->p.x.degrees, (int)s->p.x.side, s->p.y.degrees, (int)s->p.y.side, s->plot.x,
             s->plot.y, s->plot.w, s->plot.h);
    cr_assert(f->num_boxes < MAX_BOXES);
    for (int i = 0; i < l->num_glyphs; i++) {
        struct rect g = {l->glyphs[i].x, l->glyphs[i].y, l->glyphs[i].w, l->glyphs[i].h};
        cr_assert(inside(g, picture) && !overlap(g, s->plot), "%s: glyph at %d,%d %dx%d", where, g.x, g.y, g.w, g.h);
    }
    for (int i = 0; i < f->num_boxes; i++) {
        for (int j = 0; j < i; j++) {
            const struct text_box *a = &f->outlines[i], *b = &f->outlines[j];
            double deep = penetration(a, b);
            cr_assert(deep <= TOLERANCE_PX, "%s: text at %.0f,%.0f and text at %.0f,%.0f overlap by %.1f px", where, a->x[0], a->y[0],
                      b->x[0], b->y[0], deep);
        }
        for (int k = 0; k < l->num_cmds; k++) {
            if (l->cmds[k].kind != DRAW_RECT && l->cmds[k].kind != DRAW_HEATMAP)
                continue;
            struct text_box line = of_rect(l->cmds[k].clip);
            double deep = penetration(&f->outlines[i], &line);
            cr_assert(deep <= TOLERANCE_PX, "%s: text at %.0f,%.0f lies %.1f px on a line or bar", where, f->outlines[i].x[0],
                      f->outlines[i].y[0], deep);
        }
    }
}

/* --- at random --- */

static double uniform(unsigned *seed) { return rand_r(seed) / (double)RAND_MAX; }

static int pick(unsigned *seed, int num) { return (int)(rand_r(seed) % (unsigned)num); }

static void make_names(struct scene *s, unsigned *seed)
{
    static const char *const WORDS[] = {"a", "W", "Channel ", "\u03b1\u03b2", "m\u00b2", "January", "x\u2081", "\u00c5ngstr\u00f6m ", "10\u207b\u2076", "gj"};
    for (int axis = 0; axis < 2; axis++) {
        int longest = 1 + pick(seed, 6);
        for (int i = 0; i < NUM_NAMES; i++) {
            char *name = s->names[axis][i];
            name[0] = 0;
            for (int w = 1 + pick(seed, longest); w > 0 && strlen(name) < NAME_BYTES - 14; w--)
                strcat(name, WORDS[pick(seed, 10)]);
            s->name_of[axis][i] = name;
        }
    }
}

/* Cells that grow: the first the narrowest. */
static double growing(const void *arg, double cell)
{
    double cells = *(const double *)arg;
    return cell > 0 && cell < cells ? cell * cell / cells : cell;
}

static void random_axis(struct scene *s, struct figure_axis *a, unsigned *seed, int which)
{
    static const char *const LABELS[] = {NULL, "time / s", "\u03bb / \u00b5m", "Frequency of the carrier (MHz), as measured by the receiver on the roof"};
    static const char *const FORMATS[] = {"auto", "auto", "si", "sci", "plain", ".3f", "{:.1f} kg"};
    double cells = 1 + floor(pow(10, uniform(seed) * 4)), lo = (uniform(seed) - 0.5) * pow(10, pick(seed, 14) - 6), hi = lo + pow(10, pick(seed, 14) - 6);
    *a = (struct figure_axis){.label = LABELS[pick(seed, 4)], .side = (enum side_mode)pick(seed, 4), .log = pick(seed, 5) == 0};
    if (pick(seed, 3)) {
        a->rotated = true;
        a->degrees = pick(seed, 3) ? pick(seed, 181) - 90 : (pick(seed, 5) - 2) * 45;
    }
    cr_assert(tick_format_parse(FORMATS[pick(seed, 7)], &a->format));
    if (a->log)
        lo = uniform(seed) * 6 - 3, hi = lo + 0.1 + uniform(seed) * 8;
    a->lo = a->full_lo = which && pick(seed, 2) ? hi : lo;
    a->hi = a->full_hi = a->lo == lo ? hi : lo;
    a->cell_lo = 0;
    a->cell_hi = cells;
    if (pick(seed, 4) == 0) {
        s->cells[which] = cells;
        a->cell_place = growing;
        a->cell_place_arg = &s->cells[which];
    }
    if (pick(seed, 3) == 0) {
        a->names = s->name_of[which];
        a->num_names = cells < NUM_NAMES ? (int64_t)cells : NUM_NAMES;
    }
    if (pick(seed, 4) == 0) {
        a->ticks_at = s->ticks[which];
        a->num_ticks_at = 1 + pick(seed, TICKS_MAX);
        for (int i = 0; i < a->num_ticks_at; i++) {
            double at = lo + (hi - lo) * (uniform(seed) * 1.2 - 0.1);
            s->ticks[which][i] = a->log ? pow(10, at) : at;
        }
        if (pick(seed, 2)) {
            a->tick_names = s->name_of[which];
            a->num_tick_names = a->num_ticks_at;
        }
    }
}

static void random_figure(struct scene *s, unsigned *seed)
{
    static const char *const TITLES[] = {NULL, "Room 3", "\u0394\u00b2, x\u2081 and 10\u207b\u2076",
                                         "A long title that goes on, and says what was measured, when, where and why it matters, at length",
                                         "Two lines\nof title"};
    struct figure_params *p = &s->p;
    bool small = pick(seed, 3) == 0;
    p->width_px = 200 + (int)(uniform(seed) * (small ? 300 : 3640));
    p->height_px = 150 + (int)(uniform(seed) * (small ? 200 : 2010));
    p->scale = (50 + uniform(seed) * uniform(seed) * 250) / 72;
    p->font_size_pt = 5 + uniform(seed) * uniform(seed) * 20;
    p->title_size_pt = pick(seed, 4) ? 0 : 4 + uniform(seed) * 24;
    p->label_size_pt = pick(seed, 4) ? 0 : 4 + uniform(seed) * 20;
    p->tick_size_pt = pick(seed, 4) ? 0 : 4 + uniform(seed) * 16;
    p->title = TITLES[pick(seed, 5)];
    p->cbar_label = TITLES[pick(seed, 4)];
    p->status = pick(seed, 3) ? NULL : "sampled: 3 % of the cells; 1234 frames dropped";
    p->show_cbar = pick(seed, 4) > 0;
    p->cbar = (struct figure_cbar){.side = (enum cbar_side)pick(seed, 4), .shrink = pick(seed, 3) ? 0 : 0.3 + 0.7 * uniform(seed),
                                   .has_hist = pick(seed, 2), .minor = pick(seed, 2), .share_over = pick(seed, 2) * 0.125,
                                   .share_under = pick(seed, 2) * 0.25};
    p->plot_aspect = pick(seed, 4) ? 0 : 0.2 + uniform(seed) * 3;
    p->norm.vmin = (uniform(seed) - 0.5) * pow(10, pick(seed, 12) - 4);
    p->norm.vmax = p->norm.vmin + uniform(seed) * pow(10, pick(seed, 12) - 4);
    p->has_bad = pick(seed, 2), p->has_over = pick(seed, 2), p->has_under = pick(seed, 2);
    random_axis(s, &p->x, seed, 0);
    random_axis(s, &p->y, seed, 1);
}

/* Another font each time a scene begins: the embedded one, it and its bold sister as a user's, and what the system has. */
static void other_font(struct scene *s, int round)
{
    static const char *const SYSTEM[] = {"/usr/share/fonts/truetype/open-sans/OpenSans-Regular.ttf",
                                         "/usr/share/fonts/opentype/urw-base35/NimbusRoman-Italic.otf",
                                         "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"};
    char path[] = "/tmp/heatscope-font-XXXXXX";
    const struct embedded_file *bold = embedded_find(fonts_embedded, "DejaVuSans-Bold.ttf");
    if (round % 5 == 1 && bold) {
        int fd = mkstemp(path);
        size_t size = (size_t)(bold->end - bold->begin);
        cr_assert(fd >= 0 && write(fd, bold->begin, size) == (ssize_t)size);
        close(fd);
        cr_assert_eq(font_load(s->font, path), HS_OK);
        unlink(path);
    } else if (round % 5 > 1 && access(SYSTEM[round % 5 - 2], R_OK) == 0)
        cr_assert_eq(font_load(s->font, SYSTEM[round % 5 - 2]), HS_OK);
}

Test(axes, texts_are_never_cut_and_never_overlap)
{
    unsigned seed = 7;
    long texts = 0, slanted = 0;
    for (int i = 0; i < NUM_COMBINATIONS; i++) {
        if (i % 25 == 0) {
            if (i)
                scene_fini(&scene);
            scene_init(&scene);
            other_font(&scene, i / 25);
        }
        make_names(&scene, &seed);
        random_figure(&scene, &seed);
        char what[32];
        snprintf(what, sizeof what, "figure %d", i);
        scene_draw(&scene);
        check(&scene, what);
        texts += scene.figure->num_boxes;
        for (int k = 0; k < scene.figure->num_boxes; k++)
            slanted += fabs(scene.outlines[k].y[0] - scene.outlines[k].y[1]) > 1 && fabs(scene.outlines[k].x[0] - scene.outlines[k].x[1]) > 1;
    }
    scene_fini(&scene);
    cr_assert(texts > 5 * NUM_COMBINATIONS && slanted > NUM_COMBINATIONS, "%ld texts, %ld slanted", texts, slanted);
}

/* Ticks of names stand at the centres of their cells, however wide those are. */
Test(axes, names_stand_at_uneven_cells)
{
    static const char *const NAMES[] = {"a", "b", "c", "d"};
    double cells = 4;
    scene_init(&scene);
    scene.p.title = NULL;
    scene.p.show_cbar = false;
    scene.p.y.no_ticks = true;
    scene.p.x = (struct figure_axis){.lo = 0, .hi = 4, .full_lo = 0, .full_hi = 4, .cell_lo = 0, .cell_hi = 4, .names = NAMES, .num_names = 4,
                                     .cell_place = growing, .cell_place_arg = &cells};
    scene.p.x.label = scene.p.y.label = NULL;
    scene_draw(&scene);
    cr_assert_eq(scene.figure->num_boxes, 4, "%d", scene.figure->num_boxes);
    for (int i = 0; i < 4; i++) {
        double at = scene.plot.x + growing(&cells, i + 0.5) / 4 * scene.plot.w;
        cr_assert(fabs(scene.boxes[i].x + scene.boxes[i].w / 2.0 - at) < 3, "%d: %d, not %g", i, scene.boxes[i].x, at);
    }
    scene.p.x.ticks_at = (const double[]){0.1, 1.9, 3.9}; /* in cells 0, 2 and 3 */
    scene.p.x.num_ticks_at = 3;
    struct axis_plan plan;
    axis_plan_make(scene.figure, &plan, &scene.p.x, true, 400, TURN_NEVER);
    cr_assert_eq(plan.ticks.num, 3);
    cr_assert_str_eq(axis_tick_text(&plan, &scene.p.x, 0), "a");
    cr_assert_str_eq(axis_tick_text(&plan, &scene.p.x, 1), "c");
    cr_assert_str_eq(axis_tick_text(&plan, &scene.p.x, 2), "d");
    scene_fini(&scene);
}

Test(axes, log_ticks_are_spaced_by_their_logarithms)
{
    struct axis_plan plan;
    scene_init(&scene);
    scene_draw(&scene);
    struct figure_axis a = {.lo = 0, .hi = 3, .full_lo = 0, .full_hi = 3, .log = true};
    axis_plan_make(scene.figure, &plan, &a, true, 600, TURN_NEVER);
    cr_assert(plan.ticks.num >= 4 && plan.ticks.num_minor >= 8, "%d and %d", plan.ticks.num, plan.ticks.num_minor);
    for (int i = 0; i < plan.ticks.num; i++)
        if (strcmp(plan.ticks.text[i], "100") == 0)
            cr_assert_float_eq(plan.ticks.at[i], 2, 1e-12);
    cr_assert_float_eq(figure_axis_px(&a, 10, 600), 200, 1e-9);
    cr_assert(isnan(figure_axis_px(&a, -1, 600)));
    scene_fini(&scene);
}

Test(axes, a_long_title_is_wrapped_and_a_longer_one_shortened)
{
    scene_init(&scene);
    scene.p.x.no_ticks = scene.p.y.no_ticks = true;
    scene.p.x.label = scene.p.y.label = NULL;
    scene.p.show_cbar = false;
    scene_draw(&scene);
    cr_assert_eq(scene.figure->num_boxes, 1);
    int top = scene.plot.y;
    scene.p.title = "A long title that goes on, and says what was measured, when, where and why it matters";
    scene_draw(&scene);
    cr_assert_eq(scene.figure->num_boxes, 2);
    cr_assert_eq(scene.plot.y - top, scene.figure->m.title_line);
    scene.p.title = "A long title that goes on, and says what was measured, when, where and why it matters, again and again, until three lines "
                    "can't hold it any more, since it says everything three times, and then once more for good measure, at the very least, "
                    "and yet goes on";
    scene_draw(&scene);
    cr_assert_eq(scene.figure->num_boxes, 3);
    check(&scene, "three lines");
    scene_fini(&scene);
}
