/* Figures are recorded, and the boxes of what was recorded (rectangles, and texts as the figure reports them to tests) held
 * against the picture, the plot rectangle and each other. */
#include "draw/figure_internal.h"
#include "draw/list.h"
#include "plot/ticks.h"

#include <criterion/criterion.h>
#include "count_allocations.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct color INK = {20, 20, 20, 255}, WHITE = {255, 255, 255, 255};

enum { MAX_BOXES = 4096 };

struct scene {
    struct font *font;
    struct figure *figure;
    struct colormap cmap;
    struct figure_params p;
    struct draw_list list;
    struct rect plot;
    struct rect boxes[MAX_BOXES];
};

static void scene_init(struct scene *s)
{
    memset(s, 0, sizeof(*s));
    s->font = font_create();
    s->figure = figure_create(s->font);
    cr_assert(s->font && s->figure && colormap_find("viridis", &s->cmap));
    s->figure->boxes = s->boxes;
    s->figure->cap_boxes = MAX_BOXES;
    s->p = (struct figure_params){
        .width_px = 1280, .height_px = 720, .scale = 100.0 / 72, .font_size_pt = 10,
        .title = "Title", .x = {"x label", -0.5, 99.5, -0.5, 99.5, true}, .y = {"y label", 79.5, -0.5, 79.5, -0.5, true},
        .show_cbar = true, .cbar_label = "value", .norm = {NORM_LINEAR, 0, 1, 1}, .cmap = &s->cmap,
        .under = {0, 0, 255, 255}, .over = {255, 0, 0, 255}, .bad = {211, 211, 211, 255},
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
    s->plot = figure_layout(s->figure, &s->p);
    draw_list_begin(&s->list, s->p.width_px, s->p.height_px, s->p.background);
    s->figure->num_boxes = 0;
    figure_draw(s->figure, &s->p, &s->list);
    cr_assert(!s->list.failed);
}

static bool overlap(struct rect a, struct rect b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h && a.w > 0 && a.h > 0 && b.w > 0 && b.h > 0;
}

static bool inside(struct rect a, struct rect b)
{
    return a.x >= b.x && a.y >= b.y && a.x + a.w <= b.x + b.w && a.y + a.h <= b.y + b.h;
}

/* Texts overlap neither each other nor any line, bar or the plot; nothing leaves the picture or enters the plot. */
static void check_boxes(const struct scene *s, const char *what)
{
    const struct draw_list *l = &s->list;
    const struct rect picture = {0, 0, l->width, l->height};
    const struct figure *f = s->figure;
    cr_assert(f->num_boxes < MAX_BOXES);
    for (int i = 0; i < l->num_glyphs; i++) {
        struct rect g = {l->glyphs[i].x, l->glyphs[i].y, l->glyphs[i].w, l->glyphs[i].h};
        cr_assert(!overlap(g, s->plot) && inside(g, picture), "%s: glyph %d,%d %dx%d; plot %d,%d %dx%d of %dx%d", what, g.x, g.y,
                  g.w, g.h, s->plot.x, s->plot.y, s->plot.w, s->plot.h, l->width, l->height);
    }
    for (int j = 0; j < l->num_cmds; j++) {
        if (l->cmds[j].kind == DRAW_GLYPHS)
            continue;
        struct rect b = l->cmds[j].kind == DRAW_RECT ? l->cmds[j].clip : l->heatmaps[l->cmds[j].first].dst;
        cr_assert(!overlap(b, s->plot) && inside(b, picture), "%s: kind %d at %d,%d %dx%d", what, (int)l->cmds[j].kind, b.x, b.y,
                  b.w, b.h);
        for (int i = 0; i < f->num_boxes; i++) {
            struct rect a = f->boxes[i];
            cr_assert(!overlap(a, b), "%s: text %d %d,%d %dx%d on kind %d %d,%d %dx%d (%dx%d scale %g font %g)", what, i, a.x, a.y,
                      a.w, a.h, (int)l->cmds[j].kind, b.x, b.y, b.w, b.h, l->width, l->height, s->p.scale, s->p.font_size_pt);
        }
    }
    for (int i = 0; i < f->num_boxes; i++)
        for (int j = 0; j < i; j++) {
            struct rect a = f->boxes[i], b = f->boxes[j];
            cr_assert(!overlap(a, b), "%s: text %d %d,%d %dx%d on text %d %d,%d %dx%d (%dx%d scale %g font %g)", what, i, a.x, a.y,
                      a.w, a.h, j, b.x, b.y, b.w, b.h, l->width, l->height, s->p.scale, s->p.font_size_pt);
        }
}

static int num_words(const struct scene *s) { return s->figure->num_boxes; }

static double uniform(unsigned *seed) { return rand_r(seed) / (double)RAND_MAX; }

static double random_value(unsigned *seed) { return (uniform(seed) - 0.5) * pow(10, (int)(uniform(seed) * 20) - 8); }

enum { NUM_NAMES = 2000 };

static const char **make_names(unsigned *seed)
{
    const char **names = calloc(NUM_NAMES, sizeof(*names));
    int longest = 1 + (int)(uniform(seed) * 40);
    for (int i = 0; i < NUM_NAMES; i++) {
        char *name = calloc(64, 1);
        int len = 1 + (int)(uniform(seed) * longest);
        for (int j = 0; j < len; j++)
            name[j] = (char)("abcdefghij ÅWMg_"[rand_r(seed) % 10]);
        names[i] = name;
    }
    return names;
}

static void free_names(const char **names)
{
    for (int i = 0; i < NUM_NAMES; i++)
        free((void *)names[i]);
    free(names);
}

static void random_axis(struct figure_axis *a, unsigned *seed, const char **names, bool is_y)
{
    static const char *const labels[] = {NULL, "", "time / s",
                                         "Frequency of the carrier (MHz), as measured by the receiver on the roof"};
    *a = (struct figure_axis){.label = labels[rand_r(seed) % 4], .no_ticks = rand_r(seed) % 12 == 0};
    double cells = 1 + floor(pow(10, uniform(seed) * 5)), from = uniform(seed) * cells * 0.5;
    double to = from + (cells - from) * (rand_r(seed) % 3 ? 1 : uniform(seed) + 1e-3);
    if (rand_r(seed) % 3 == 0)
        from = 0, to = cells;
    a->integers = rand_r(seed) % 2;
    double lo = a->integers ? -0.5 : random_value(seed), per_cell = a->integers ? 1 : (random_value(seed) - lo) / cells;
    a->full_lo = lo;
    a->full_hi = lo + cells * per_cell;
    a->lo = lo + from * per_cell;
    a->hi = lo + to * per_cell;
    a->cell_lo = from;
    a->cell_hi = to;
    if (rand_r(seed) % 3 == 0) {
        a->names = names;
        a->num_names = cells < NUM_NAMES ? (int64_t)cells : NUM_NAMES;
    }
    if (rand_r(seed) % 8 == 0)
        a->names_every = 1 + rand_r(seed) % 5;
    if (is_y && rand_r(seed) % 2) {
        double t = a->lo;
        a->lo = a->hi, a->hi = t;
        t = a->cell_lo, a->cell_lo = a->cell_hi, a->cell_hi = t;
        t = a->full_lo, a->full_lo = a->full_hi, a->full_hi = t;
    }
}

static void random_cbar(struct figure_cbar *c, unsigned *seed)
{
    static uint32_t counts[CBAR_HIST_BINS];
    static const double at[] = {-1, 0, 0.001, 0.5, 1, 1e6};
    static const char *const names[] = {"sea", "land", "a rather long name of a category", "ice", "x"};
    static struct color colors[5];
    *c = (struct figure_cbar){.side = (enum cbar_side)(rand_r(seed) % 4), .minor = rand_r(seed) % 2, .has_hist = rand_r(seed) % 3};
    for (int i = 0; i < CBAR_HIST_BINS; i++)
        counts[i] = rand_r(seed) % 3 ? (uint32_t)rand_r(seed) : 0;
    c->hist = c->has_hist ? counts : NULL;
    c->shrink = rand_r(seed) % 3 ? 1 : 0.1 + uniform(seed);
    c->size_pt = rand_r(seed) % 5 ? 0 : uniform(seed) * 30;
    c->size_share = rand_r(seed) % 8 ? 0 : uniform(seed) * 0.1;
    c->ticks = (enum cbar_ticks)(rand_r(seed) % 8 < 4 ? rand_r(seed) % 4 : 0);
    c->max_ticks = 1 + rand_r(seed) % 20;
    c->ticks_at = at;
    c->num_ticks_at = 6;
    c->share_under = rand_r(seed) % 3 ? 0 : uniform(seed) * uniform(seed);
    c->share_over = rand_r(seed) % 3 ? 0 : 1e-5;
    c->categories = names;
    c->category_colors = colors;
    c->num_categories = rand_r(seed) % 6 ? 0 : 1 + rand_r(seed) % 5;
}

static void random_params(struct scene *s, unsigned *seed, const char **names)
{
    static const char *const titles[] = {NULL, "Room 3",
                                         "A long title that goes on, and says what was measured, when, where and why it matters"};
    static const char *const status[] = {NULL, "ended", "waiting for data", "sampled: 3 % of the cells; 1234 frames dropped"};
    struct figure_params *p = &s->p;
    p->width_px = 320 + (int)(uniform(seed) * (rand_r(seed) % 2 ? 7360 : 800));
    p->height_px = 200 + (int)(uniform(seed) * (rand_r(seed) % 2 ? 4120 : 500));
    p->scale = 0.5 + uniform(seed) * uniform(seed) * 4;
    p->font_size_pt = 6 + uniform(seed) * uniform(seed) * 20;
    p->title = titles[rand_r(seed) % 3];
    p->status = status[rand_r(seed) % 4];
    random_axis(&p->x, seed, names, false);
    random_axis(&p->y, seed, names, true);
    p->show_cbar = rand_r(seed) % 5 > 0;
    p->cbar_label = titles[rand_r(seed) % 3];
    p->norm.kind = (enum norm_kind)(rand_r(seed) % NORM_NUM);
    p->norm.gamma = 0.2 + uniform(seed) * 3;
    double v = random_value(seed);
    p->norm.vmin = p->norm.kind == NORM_LOG ? fabs(v) : v;
    p->norm.vmax = p->norm.vmin + fabs(random_value(seed)) * (rand_r(seed) % 6 > 0);
    p->has_under = rand_r(seed) % 2;
    p->has_over = rand_r(seed) % 2;
    p->has_bad = rand_r(seed) % 2;
    unsigned other = *seed;
    random_cbar(&p->cbar, &other);
}

Test(figure, random_figures_neither_overlap_nor_cut)
{
    struct scene s;
    scene_init(&s);
    unsigned seed = 11;
    for (int i = 0; i < 1000; i++) {
        const char **names = make_names(&seed);
        random_params(&s, &seed, names);
        char what[32];
        snprintf(what, sizeof(what), "figure %d", i);
        scene_draw(&s);
        check_boxes(&s, what);
        double scale_px = s.p.scale * s.p.font_size_pt;
        if (scale_px <= 14 && !s.p.x.names && !s.p.y.names)
            cr_assert(s.plot.w * 10 >= s.p.width_px * 4 && s.plot.h * 10 >= s.p.height_px * 4, "%s: %dx%d in %dx%d", what, s.plot.w,
                      s.plot.h, s.p.width_px, s.p.height_px);
        free_names(names);
        if (i % 50 == 49) { /* a fresh atlas: hundreds of font sizes */
            scene_fini(&s);
            scene_init(&s);
        }
    }
    scene_fini(&s);
}

/* The range moves, the view pans and zooms: the same figure all along. */
Test(figure, a_moving_figure_grows_and_rests)
{
    struct scene s;
    scene_init(&s);
    unsigned seed = 3;
    struct rect before = {0, 0, 0, 0};
    int moves = 0;
    for (int i = 0; i < 400; i++) {
        double from = uniform(&seed) * 90, span = 1 + uniform(&seed) * 20;
        s.p.x.lo = from - 0.5, s.p.x.hi = from + span - 0.5;
        s.p.y.lo = from + span - 0.5, s.p.y.hi = from - 0.5;
        s.p.norm.vmin = -uniform(&seed) * 100;
        s.p.norm.vmax = uniform(&seed) * 1000;
        s.p.has_over = rand_r(&seed) % 2;
        s.p.has_under = rand_r(&seed) % 2;
        s.p.has_bad = rand_r(&seed) % 2;
        scene_draw(&s);
        check_boxes(&s, "moving");
        if (i > 0) {
            moves += memcmp(&before, &s.plot, sizeof(before)) != 0;
            cr_assert(s.plot.w <= before.w && s.plot.h <= before.h, "the plot grew back");
        }
        before = s.plot;
    }
    cr_assert(moves <= 6, "moved %d times", moves);
    scene_fini(&s);
}

/* The camera moves after the layout: what doesn't fit is left out. */
Test(figure, drawing_other_ranges_than_laid_out)
{
    struct scene s;
    scene_init(&s);
    unsigned seed = 21;
    for (int i = 0; i < 300; i++) {
        const char **names = make_names(&seed);
        random_params(&s, &seed, names);
        s.plot = figure_layout(s.figure, &s.p);
        double a = random_value(&seed), b = random_value(&seed);
        s.p.x.lo = s.p.y.hi = a;
        s.p.x.hi = s.p.y.lo = b;
        s.p.x.full_lo = s.p.x.full_hi = s.p.y.full_lo = s.p.y.full_hi = 0;
        s.p.x.cell_hi = s.p.x.cell_lo + (s.p.x.cell_hi - s.p.x.cell_lo) * uniform(&seed);
        s.p.y.cell_hi = s.p.y.cell_lo + (s.p.y.cell_hi - s.p.y.cell_lo) * uniform(&seed);
        s.p.norm.vmin = s.p.norm.kind == NORM_LOG ? fabs(a) : fmin(a, b);
        s.p.norm.vmax = s.p.norm.kind == NORM_LOG ? fabs(a) + fabs(b) : fmax(a, b);
        s.p.has_bad = s.p.has_over = s.p.has_under = true;
        draw_list_begin(&s.list, s.p.width_px, s.p.height_px, s.p.background);
        s.figure->num_boxes = 0;
        figure_draw(s.figure, &s.p, &s.list);
        check_boxes(&s, "other ranges");
        free_names(names);
        if (i % 50 == 49) {
            scene_fini(&s);
            scene_init(&s);
        }
    }
    scene_fini(&s);
}

Test(figure, layout_is_deterministic_and_reset_forgets)
{
    struct scene s;
    scene_init(&s);
    scene_draw(&s);
    struct rect first = s.plot;
    s.p.norm.vmax = 123456;
    scene_draw(&s);
    cr_assert(s.plot.w < first.w);
    s.p.norm.vmax = 1;
    scene_draw(&s);
    cr_assert(s.plot.w < first.w);
    figure_reset(s.figure);
    scene_draw(&s);
    cr_assert(memcmp(&first, &s.plot, sizeof(first)) == 0);
    scene_fini(&s);
}

Test(figure, everything_at_320x200_leaves_room)
{
    struct scene s;
    scene_init(&s);
    s.p.width_px = 320;
    s.p.height_px = 200;
    s.p.status = "ended";
    s.p.has_under = s.p.has_over = s.p.has_bad = true;
    scene_draw(&s);
    check_boxes(&s, "320x200");
    cr_assert(s.plot.w >= 128 && s.plot.h >= 80, "%dx%d", s.plot.w, s.plot.h);
    cr_assert(s.list.num_heatmaps == 2, "the colorbar is there, and the mark of bad values");
    scene_fini(&s);
}

Test(figure, tiny_pictures)
{
    struct scene s;
    scene_init(&s);
    s.p.status = "ended";
    for (int w = 1; w < 340; w += 1 + w / 8)
        for (int h = 1; h < 220; h += 1 + h / 8) {
            s.p.width_px = w;
            s.p.height_px = h;
            scene_draw(&s);
            cr_assert(s.plot.w >= 1 && s.plot.h >= 1 && s.plot.x >= 0 && s.plot.y >= 0 && s.plot.x + s.plot.w <= w &&
                      s.plot.y + s.plot.h <= h);
            check_boxes(&s, "tiny");
        }
    scene_fini(&s);
}

Test(figure, bare_is_the_heatmap_alone)
{
    struct scene s;
    scene_init(&s);
    s.p.bare = true;
    scene_draw(&s);
    cr_assert(s.plot.x == 0 && s.plot.y == 0 && s.plot.w == 1280 && s.plot.h == 720);
    cr_assert_eq(s.list.num_cmds, 0);
    scene_fini(&s);
}

Test(figure, odd_norms_and_ranges)
{
    struct scene s;
    scene_init(&s);
    const double odd[] = {0, -0.0, 1, -1, NAN, INFINITY, -INFINITY, 1e300, -1e300, 1e-300, 5e-324, 1.7e308};
    enum { NUM = sizeof(odd) / sizeof(*odd) };
    for (int k = 0; k < NORM_NUM; k++)
        for (int i = 0; i < NUM; i++)
            for (int j = 0; j < NUM; j++) {
                s.p.norm = (struct norm){(enum norm_kind)k, odd[i], odd[j], 0.5};
                s.p.x.lo = s.p.y.lo = odd[i];
                s.p.x.hi = s.p.y.hi = odd[j];
                s.p.x.full_lo = s.p.x.full_hi = s.p.y.full_lo = s.p.y.full_hi = 0;
                s.p.x.integers = s.p.y.integers = (i + j) & 1;
                scene_draw(&s);
                check_boxes(&s, "odd");
            }
    s.p.norm = (struct norm){NORM_LINEAR, 3.5, 3.5, 1};
    s.p.x.no_ticks = s.p.y.no_ticks = true;
    scene_draw(&s);
    cr_assert_eq(num_words(&s), 5, "title, three labels, and one number on the colorbar: %d", num_words(&s));
    scene_fini(&s);
}

/* Pixel (row) of the list's colorbar, and the marks of its ticks. */
Test(figure, colorbar_shows_every_value_where_its_tick_is)
{
    struct scene s;
    scene_init(&s);
    s.p.norm = (struct norm){NORM_LINEAR, -2, 3, 1};
    s.p.x.no_ticks = s.p.y.no_ticks = true;
    scene_draw(&s);
    const struct draw_heatmap *h = &s.list.heatmaps[0];
    cr_assert(h->normalised && h->num_cols == 1 && h->num_rows == h->dst.h && h->dst.h == s.plot.h && h->dst.y == s.plot.y);
    for (int y = 0; y < h->dst.h; y++) {
        cr_assert_eq(draw_map_texel(h->row_map[y]), y);
        cr_assert_float_eq(h->values[y], 1 - (y + 0.5) / h->dst.h, 1e-6);
    }
    struct ticks t;
    int marks = 0;
    ticks_norm(&t, &s.p.norm, 11);
    for (int i = 0; i < s.list.num_cmds; i++) {
        struct rect r = s.list.cmds[i].clip;
        if (s.list.cmds[i].kind != DRAW_RECT || r.x != h->dst.x + h->dst.w + 1 || r.h != 1)
            continue;
        double v = -2 + 5 * (1 - (r.y + 0.5 - h->dst.y) / h->dst.h), nearest = INFINITY;
        for (int j = 0; j < t.num; j++)
            nearest = fmin(nearest, fabs(v - t.at[j]));
        cr_assert(nearest <= 5.0 / h->dst.h, "a mark at %g", v);
        marks++;
    }
    cr_assert_eq(marks, t.num);
    scene_fini(&s);
}

Test(figure, versions_change_with_content_only)
{
    struct scene s;
    scene_init(&s);
    scene_draw(&s);
    struct draw_heatmap a = s.list.heatmaps[0];
    s.p.norm.vmax = 0.5;
    scene_draw(&s);
    struct draw_heatmap b = s.list.heatmaps[0];
    cr_assert(a.values_version == b.values_version && a.maps_version == b.maps_version && a.lut_version == b.lut_version);
    cr_assert(a.values_version >> 60 && a.values_version != a.maps_version && a.maps_version != a.lut_version);
    cr_assert(colormap_find("magma", &s.cmap));
    scene_draw(&s);
    b = s.list.heatmaps[0];
    cr_assert(a.values_version == b.values_version && a.lut_version != b.lut_version);
    cr_assert(memcmp(b.lut, s.cmap.lut, sizeof(s.cmap.lut)) == 0);
    s.p.height_px = 700;
    scene_draw(&s);
    cr_assert(a.values_version != s.list.heatmaps[0].values_version);
    scene_fini(&s);
}

Test(figure, marks_only_when_there_is_something)
{
    struct scene s;
    scene_init(&s);
    scene_draw(&s);
    int words = num_words(&s), glyphs = s.list.num_glyphs;
    struct rect bar = s.list.heatmaps[0].dst;
    s.p.has_over = true;
    scene_draw(&s);
    cr_assert_eq(num_words(&s), words);
    cr_assert_eq(s.list.num_glyphs, glyphs + 2); /* the triangle: ink and colour */
    cr_assert(s.list.heatmaps[0].dst.y > bar.y && s.list.heatmaps[0].dst.y + s.list.heatmaps[0].dst.h == bar.y + bar.h);
    s.p.has_over = false;
    s.p.has_bad = true;
    scene_draw(&s);
    struct rect after = s.list.heatmaps[0].dst;
    cr_assert(after.y + after.h < bar.y + bar.h - 10, "room for the swatch");
    cr_assert_eq(s.list.num_glyphs, glyphs + 3, "the word NaN");
    scene_fini(&s);
}

Test(figure, names_by_content_and_many)
{
    struct scene s;
    scene_init(&s);
    enum { MANY = 100000 };
    char(*text)[16] = calloc(MANY, sizeof(*text));
    const char **names = calloc(MANY, sizeof(*names));
    for (int i = 0; i < MANY; i++) {
        snprintf(text[i], sizeof(text[i]), "n%d", i);
        names[i] = text[i];
    }
    s.p.y.names = names;
    s.p.y.num_names = MANY;
    s.p.y.cell_lo = 0;
    s.p.y.cell_hi = MANY;
    scene_draw(&s);
    check_boxes(&s, "many names");
    int words = num_words(&s), left = s.plot.x;
    cr_assert(words > 20 && words < 100, "%d", words);
    for (int i = 0; i < MANY; i++)
        strcpy(text[i], "a");
    scene_draw(&s);
    cr_assert(s.plot.x < left, "shorter names in the same memory are noticed");
    free(text);
    free(names);
    scene_fini(&s);
}

Test(figure, x_names_turn_when_that_shows_more)
{
    struct scene s;
    scene_init(&s);
    const char *names[40];
    for (int i = 0; i < 40; i++)
        names[i] = "channel of air";
    s.p.y.no_ticks = true;
    s.p.show_cbar = false;
    s.p.x.names = names;
    s.p.x.num_names = 40;
    s.p.x.cell_hi = 40;
    scene_draw(&s);
    check_boxes(&s, "turned");
    cr_assert_eq(num_words(&s), 40 + 3, "all of them: %d", num_words(&s));
    figure_reset(s.figure);
    s.p.x.cell_hi = 8;
    scene_draw(&s);
    check_boxes(&s, "lying");
    cr_assert_eq(num_words(&s), 8 + 3);
    s.p.x.names_every = 3;
    scene_draw(&s);
    cr_assert_eq(num_words(&s), 3 + 3);
    scene_fini(&s);
}

#ifndef __SANITIZE_ADDRESS__
Test(figure, steady_state_allocates_nothing)
{
    struct scene s;
    scene_init(&s);
    s.p.has_under = s.p.has_over = s.p.has_bad = true;
    scene_draw(&s);
    cr_assert(num_allocations > 0, "they are counted");
    scene_draw(&s);
    int before = num_allocations;
    for (int i = 0; i < 50; i++)
        scene_draw(&s);
    cr_assert_eq(num_allocations, before, "%d allocations", num_allocations - before);
    scene_fini(&s);
}
#endif
