/* The GL executor gives the pixels of the CPU executor, over random lists and at the edges of the norms.
 *
 * Tolerances. Positions, maps, lines, NaN shares, and everything opaque: none. Where colours with alpha are blended: 1/255 for
 * each, at most 3/255 (GL blends in its own rounding). A heatmap's t may be off by T_LINEAR; with the functions of GLSL, which may
 * be rough, log(v) by LOG_ERROR and a power by POWER_ERROR of itself: a pixel that close to the edge of a colour may have the
 * neighbour's. A pixel that differs is drawn again on the CPU, alone, with every t of it moved up and down by as much: one of these
 * must be what GL drew. */
#include "golden/random_lists.h"
#include "gl/context.h"
#include "app/egl.h"
#include "draw/font.h"
#include "draw/list.h"
#include "gpu/gpu.h"
#include "plot/norm.h"
#include "unit/norm_fixture.h"
#include "soft/soft.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define T_LINEAR (2e-3f / 256)
#define LOG_ERROR 8e-6f
#define POWER_ERROR 2e-5f

enum { MAX_WIDTH = 900, MAX_HEIGHT = 700 };

/* --- one pixel, drawn alone --- */

struct pixel {
    struct draw_list list; /* 1x1 */
    float t[MAX_HEATMAPS], error[MAX_HEATMAPS], moved[MAX_HEATMAPS];
    int num_alphas;
};

static bool inside(struct rect r, int x, int y)
{
    return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

/* How far t may be off. */
static float t_error(const struct draw_heatmap *h, const struct norm_f32 *n, float t)
{
    if (h->normalised || n->kind == NORM_LINEAR || !(fabsf(t) < 1e6f))
        return T_LINEAR;
    if (n->kind == NORM_SYMLOG || n->kind == NORM_ASINH)
        return T_LINEAR + LOG_ERROR * fabsf(n->scale) * (1 + n->rate);
    if (n->kind != NORM_POWER && n->kind != NORM_SQRT && n->kind != NORM_LOG)
        return T_LINEAR;
    if (n->kind == NORM_LOG)
        return T_LINEAR + LOG_ERROR * fabsf(n->scale);
    return T_LINEAR + POWER_ERROR * fabsf(t);
}

static bool is_opaque(const struct draw_heatmap *h, bool line)
{
    unsigned alpha = h->bad.a & h->under.a & h->over.a & (line ? h->line_color.a : 255u);
    for (int i = 0; i < COLORMAP_SIZE; i++)
        alpha &= h->lut[i].a;
    return alpha == 255;
}

static void pixel_heatmap(struct pixel *p, const struct draw_heatmap *h, int x, int y)
{
    const draw_map *col = h->col_map + (x - h->dst.x), *row = h->row_map + (y - h->dst.y);
    if (*col < 0 || *row < 0)
        return;
    size_t at = (size_t)draw_map_texel(*row) * (size_t)h->num_cols + (size_t)draw_map_texel(*col);
    int i = p->list.num_heatmaps;
    struct norm_f32 n = norm_to_f32(&h->norm);
    p->t[i] = h->values[at];
    if (!h->normalised)
        norm_apply_f32(&n, &h->values[at], &p->t[i], 1);
    p->error[i] = t_error(h, &n, p->t[i]);
    if (n.table && p->t[i] == -1 && fabsf(h->values[at]) < FLT_MIN) /* GL may take a denormal under the first edge, 0, for 0 */
        p->error[i] = 1.0001f;
    static draw_map lines[MAX_HEATMAPS][2];
    lines[i][0] = draw_map_line(*col);
    lines[i][1] = draw_map_line(*row);
    struct draw_heatmap one = *h;
    one.dst = (struct rect){0, 0, 1, 1};
    one.num_cols = one.num_rows = 1;
    one.values = &p->moved[i];
    one.nan_share = h->nan_share ? h->nan_share + at : NULL;
    one.col_map = &lines[i][0];
    one.row_map = &lines[i][1];
    one.normalised = true;
    draw_list_heatmap(&p->list, &one);
    p->num_alphas += !is_opaque(h, lines[i][0] || lines[i][1]);
}

static void pixel_glyphs(struct pixel *p, const struct draw_list *l, const struct draw_cmd *c, int x, int y)
{
    draw_list_glyphs(&p->list, c->color, (struct rect){0, 0, 1, 1});
    for (int i = c->first; i < c->first + c->num; i++) {
        struct draw_glyph g = l->glyphs[i];
        if (!inside((struct rect){g.x, g.y, g.w, g.h}, x, y))
            continue;
        g.x -= x;
        g.y -= y;
        draw_list_glyph(&p->list, g);
        p->num_alphas++;
    }
}

static void pixel_make(struct pixel *p, const struct draw_list *l, int x, int y)
{
    draw_list_begin(&p->list, 1, 1, l->clear);
    p->list.atlas = l->atlas;
    p->num_alphas = 0;
    for (int i = 0; i < l->num_cmds; i++) {
        const struct draw_cmd *c = &l->cmds[i];
        if (!inside(c->clip, x, y))
            continue;
        if (c->kind == DRAW_HEATMAP)
            pixel_heatmap(p, &l->heatmaps[c->first], x, y);
        else if (c->kind == DRAW_GLYPHS)
            pixel_glyphs(p, l, c, x, y);
        else
            draw_list_rect(&p->list, (struct rect){0, 0, 1, 1}, c->color);
        p->num_alphas += c->kind == DRAW_RECT && c->color.a < 255;
    }
}

/* How far from GL's pixel; `choice` in base 3 says how each t is moved. */
static int pixel_distance(struct pixel *p, int choice, const uint8_t *got)
{
    uint8_t want[4];
    int most = 0;
    for (int i = 0; i < p->list.num_heatmaps; i++, choice /= 3)
        p->moved[i] = choice % 3 == 0 ? p->t[i] : p->t[i] + (choice % 3 == 1 ? p->error[i] : -p->error[i]);
    soft_draw(&p->list, NULL, want, 4);
    for (int i = 0; i < 4; i++)
        most = abs(want[i] - got[i]) > most ? abs(want[i] - got[i]) : most;
    return most;
}

static bool pixel_explains(struct pixel *p, const struct draw_list *l, int x, int y, const uint8_t *got)
{
    pixel_make(p, l, x, y);
    int choices = 1;
    for (int i = 0; i < p->list.num_heatmaps; i++)
        choices *= 3;
    for (int i = 0; i < choices; i++)
        if (pixel_distance(p, i, got) <= (p->num_alphas < 3 ? p->num_alphas : 3))
            return true;
    return false;
}

/* --- both executors --- */

struct stage {
    struct egl *egl;
    struct gpu *plain, *mapped;
    uint8_t *want, *got;
    struct pixel pixel;
    int64_t num_pixels, num_other;
};

static void stage_init(struct stage *s)
{
    *s = (struct stage){.egl = context_create()};
    s->plain = context_gpu((struct gpu_params){.upload = GPU_UPLOAD_PLAIN, .debug = true});
    s->mapped = context_gpu((struct gpu_params){.upload = GPU_UPLOAD_MAPPED});
    s->want = malloc((size_t)MAX_WIDTH * MAX_HEIGHT * 4);
    s->got = malloc((size_t)(MAX_WIDTH + 3) * MAX_HEIGHT * 4);
}

static void stage_fini(struct stage *s)
{
    cr_assert(gpu_num_errors(s->plain) == 0);
    gpu_destroy(s->plain);
    gpu_destroy(s->mapped);
    egl_destroy(s->egl);
    draw_list_fini(&s->pixel.list);
    free(s->want);
    free(s->got);
}

static void expect_same(struct stage *s, struct gpu *gpu, const struct draw_list *l, const char *what)
{
    size_t row = (size_t)l->width * 4, stride = row + 12;
    soft_draw(l, NULL, s->want, (ptrdiff_t)row);
    memset(s->got, 0x5a, stride * (size_t)l->height);
    cr_assert(gpu_draw_pixels(gpu, l, s->got, stride) == HS_OK, "%s", what);
    for (int y = 0; y < l->height; y++) {
        const uint8_t *got = s->got + (size_t)y * stride, *want = s->want + (size_t)y * row;
        for (int x = 0; x < l->width; x++, got += 4, want += 4) {
            if (memcmp(got, want, 4) == 0)
                continue;
            s->num_other++;
            if (pixel_explains(&s->pixel, l, x, y, got))
                continue;
            const struct pixel *p = &s->pixel;
            int top = p->list.num_heatmaps - 1;
            cr_assert_fail("%s: pixel (%d, %d) is %d %d %d %d, should be %d %d %d %d (%d heatmaps, the last one's t is %.9g; "
                           "%d alphas)", what, x, y, got[0], got[1], got[2], got[3], want[0], want[1], want[2], want[3], top + 1,
                           top < 0 ? 0.0 : (double)p->t[top], p->num_alphas);
        }
        for (int i = 0; i < 12; i++)
            cr_assert(got[i] == 0x5a, "%s: wrote behind row %d", what, y);
    }
    s->num_pixels += (int64_t)l->width * l->height;
}

static void random_size(int round, int *width, int *height)
{
    *width = round % 25 == 0 ? between(600, MAX_WIDTH) : between(1, 240);
    *height = round % 25 == 0 ? between(400, MAX_HEIGHT) : between(1, 160);
    if (round % 40 == 1)
        *width = *height = 1;
}

Test(executors, random_lists_give_the_same_pixels)
{
    struct stage s;
    struct draw_list l = {0};
    struct font *font = font_create();
    stage_init(&s);
    for (int round = 0; round < 300; round++) {
        struct owned owned[MAX_HEATMAPS] = {0};
        int width, height;
        char what[64];
        seed(round);
        random_size(round, &width, &height);
        font_begin(font);
        draw_list_begin(&l, width, height, random_color(next() % 2));
        int num = round % 10 == 9 ? between(5, MAX_HEATMAPS) : between(0, 3);
        for (int i = 0; i <= num; i++) {
            add_extras(&l, font);
            if (i < num)
                add_heatmap(&l, &owned[i]);
        }
        l.atlas = font_atlas(font);
        cr_assert(!l.failed);
        snprintf(what, sizeof what, "round %d, %d x %d", round, width, height);
        expect_same(&s, round % 3 ? s.plain : s.mapped, &l, what);
        if (round % 5 == 0)
            expect_same(&s, round % 3 ? s.plain : s.mapped, &l, "drawn again");
        for (int i = 0; i < num; i++)
            owned_free(&owned[i]);
    }
    printf("%lld pixels, %.3f %% not identical but within the tolerances\n", (long long)s.num_pixels,
           100.0 * (double)s.num_other / (double)s.num_pixels);
    draw_list_fini(&l);
    stage_fini(&s);
    font_destroy(font);
}

/* --- norms, value by value --- */

static float edge_value(const struct norm *n, int i)
{
    static const int STEPS = 1200;
    if (i < NUM_SPECIAL)
        return SPECIAL[i];
    if (i == NUM_SPECIAL || i == NUM_SPECIAL + 1)
        return (float)(i == NUM_SPECIAL ? n->vmin : n->vmax);
    float end = (float)(i % 2 ? n->vmin : n->vmax);
    if (i < NUM_SPECIAL + 6)
        return nextafterf(end, i % 4 < 2 ? INFINITY : -INFINITY);
    return (float)norm_inverse(n, (double)i / STEPS * 1.2 - 0.1);
}

Test(executors, norms_agree_at_their_edges)
{
    static const struct norm NORMS[] = {
        {NORM_LINEAR, 0, 1, 1},          {NORM_LINEAR, 3, 3, 1},       {NORM_LINEAR, -3e38, 3e38, 1}, {NORM_LINEAR, 4, -4, 1},
        {NORM_LINEAR, 0, 1e300, 1},      {NORM_LINEAR, -1e300, 1e300, 1}, {NORM_LINEAR, NAN, 1, 1},  {NORM_LINEAR, 1, 1 + 1e-12, 1},
        {NORM_LOG, 1, 1000, 1},          {NORM_LOG, 0.1, 0.1, 1},      {NORM_LOG, 1e-37, 3e38, 1},    {NORM_LOG, 0, 10, 1},
        {NORM_LOG, 1000, 1, 1},          {NORM_LOG, 1e-300, 1e300, 1}, {NORM_LOG, 1e10, 1.01e10, 1}, {NORM_POWER, 0, 1, 0.5},
        {NORM_POWER, -2, 7, 2.2},        {NORM_POWER, 5, 5, 2},        {NORM_POWER, -3e38, 3e38, 0.5}, {NORM_POWER, 7, -2, 0.4},
        {NORM_POWER, -3e38, 3e38, 3},    {NORM_POWER, 0, 10, 1},
        /* ends that are no float32 */
        {NORM_LINEAR, -1e300, 0, 1},     {NORM_LINEAR, -1e300, 5, 1},  {NORM_LINEAR, 5, -1e300, 1},    {NORM_LINEAR, 1e300, 0, 1},
        {NORM_LINEAR, 1e300, 2e300, 1}, {NORM_LINEAR, 0, INFINITY, 1}, {NORM_LINEAR, -INFINITY, 0, 1}, {NORM_POWER, -1e300, 1, 0.5},
        {NORM_LOG, 1, INFINITY, 1},      {NORM_LOG, INFINITY, 5, 1},
        {NORM_SYMLOG, -100, 1e4, 1},     {NORM_SYMLOG, 5, 5, 1},       {NORM_SYMLOG, 100, 3000, 1},   {NORM_ASINH, -3, 1e5, 1},
        {NORM_ASINH, 10, 20, 1},         {NORM_SQRT, 0, 10, 1},        {NORM_TWO_SLOPE, -1, 100, 1},  {NORM_TWO_SLOPE, 3, 3, 1},
        {NORM_BOUNDARY, -7, 12, 1},      {NORM_BOUNDARY, 0.1, 0.2, 1}, {NORM_BOUNDARY, 1, 1, 1},      {NORM_HISTEQ, -5, 70, 1},
        {NORM_HISTEQ, 0.1, 0.3, 1},      {NORM_ZSCALE, -2, 3, 1},      {NORM_TWO_SLOPE, 7, -2, 1},
    };
    enum { NUM = 1200 };
    static float values[NUM];
    static draw_map cols[NUM], row;
    struct draw_list l = {0};
    struct stage s;
    stage_init(&s);
    free(s.want);
    free(s.got);
    s.want = malloc(NUM * 4);
    s.got = malloc(NUM * 4 + 12);
    struct color lut[COLORMAP_SIZE];
    for (int i = 0; i < COLORMAP_SIZE; i++)
        lut[i] = random_color(true);
    for (int i = 0; i < NUM; i++)
        cols[i] = draw_map_pack(i, 0);
    for (size_t k = 0; k < sizeof NORMS / sizeof *NORMS; k++) {
        char what[64];
        static struct norm_table table;
        struct norm n = norm_complete(NORMS[k], &table);
        for (int i = 0; i < NUM; i++)
            values[i] = edge_value(&n, i);
        struct draw_heatmap h = {.dst = {0, 0, NUM, 1}, .num_cols = NUM, .num_rows = 1, .values = values, .col_map = cols,
                                 .row_map = &row, .norm = n, .lut = lut, .bad = {1, 1, 1, 255}, .under = {2, 2, 2, 255},
                                 .over = {3, 3, 3, 255}, .values_version = ++versions, .maps_version = 1, .lut_version = 2};
        draw_list_begin(&l, NUM, 1, (struct color){0, 0, 0, 255});
        draw_list_heatmap(&l, &h);
        snprintf(what, sizeof what, "norm %zu", k);
        expect_same(&s, s.plain, &l, what);
    }
    draw_list_fini(&l);
    stage_fini(&s);
}

/* Both ends are inside, whatever GLSL's log rounds to: vmin itself is never under, vmax never over. */
Test(executors, the_ends_of_a_log_norm_are_inside)
{
    enum { NUM = 900 };
    struct stage s;
    struct draw_list l = {0};
    struct color lut[COLORMAP_SIZE];
    draw_map zero = 0;
    stage_init(&s);
    for (int i = 0; i < COLORMAP_SIZE; i++)
        lut[i] = (struct color){0, 255, (uint8_t)i, 255};
    for (int i = 0; i < NUM; i++) {
        seed(i);
        float low = expf((float)between(-20000, 20000) / 1000), high = low * (1 + (float)between(1, 100000) / 5000);
        float value = i % 2 ? low : high;
        struct draw_heatmap h = {.dst = {0, 0, 1, 1}, .num_cols = 1, .num_rows = 1, .values = &value, .col_map = &zero,
                                 .row_map = &zero, .norm = {NORM_LOG, low, high, 1}, .lut = lut, .bad = {255, 0, 0, 255},
                                 .under = {255, 0, 0, 255}, .over = {255, 0, 0, 255}};
        draw_list_begin(&l, 1, 1, (struct color){0, 0, 0, 255});
        draw_list_heatmap(&l, &h);
        cr_assert(gpu_draw_pixels(s.plain, &l, s.got, 4) == HS_OK);
        cr_assert(s.got[1] == 255 && s.got[2] == (i % 2 ? 0 : 255), "%.9g in %.9g .. %.9g: %d %d %d", (double)value, (double)low,
                  (double)high, s.got[0], s.got[1], s.got[2]);
    }
    draw_list_fini(&l);
    stage_fini(&s);
}

/* --- versions --- */

/* A heatmap of one cell per pixel, all of one value, big enough to go through a mapped buffer. */
struct flat {
    float values[200 * 200];
    uint8_t shares[200 * 200];
    draw_map map[200];
    struct color lut[COLORMAP_SIZE];
    struct draw_heatmap h;
};

static void flat_fill(struct flat *f, float value, int share)
{
    for (int i = 0; i < 200 * 200; i++) {
        f->values[i] = value;
        f->shares[i] = (uint8_t)share;
    }
}

static struct flat *flat_make(int size)
{
    struct flat *f = calloc(1, sizeof *f);
    flat_fill(f, 0.25f, 0);
    for (int i = 0; i < 200; i++)
        f->map[i] = draw_map_pack(i, 0);
    for (int i = 0; i < COLORMAP_SIZE; i++)
        f->lut[i] = (struct color){(uint8_t)i, 0, 0, 255};
    f->h = (struct draw_heatmap){.dst = {0, 0, size, size}, .num_cols = size, .num_rows = size, .values = f->values,
                                 .nan_share = f->shares, .col_map = f->map, .row_map = f->map, .normalised = true, .lut = f->lut,
                                 .bad = {0, 0, 255, 255}, .values_version = ++versions, .maps_version = ++versions,
                                 .lut_version = ++versions};
    return f;
}

/* The pixel in the middle, as red * 1000 + blue. */
static int middle(struct stage *s, struct gpu *gpu, const struct flat *f)
{
    struct draw_list l = {0};
    int size = f->h.dst.w;
    draw_list_begin(&l, size, size, (struct color){0, 255, 0, 255});
    draw_list_heatmap(&l, &f->h);
    cr_assert(gpu_draw_pixels(gpu, &l, s->got, (size_t)size * 4) == HS_OK);
    draw_list_fini(&l);
    const uint8_t *p = s->got + ((size_t)(size / 2) * (size_t)size + (size_t)size / 2) * 4;
    return p[0] * 1000 + p[2];
}

static void check_versions(struct stage *s, struct gpu *gpu, int size)
{
    struct flat *f = flat_make(size);
    cr_expect(middle(s, gpu, f) == 64000);
    flat_fill(f, 0.5f, 255); /* behind the executor's back: nothing is uploaded again ... */
    for (int i = 0; i < COLORMAP_SIZE; i++)
        f->lut[i].r = (uint8_t)(255 - i);
    for (int i = 0; i < 200; i++)
        f->map[i] = DRAW_MAP_OUTSIDE;
    cr_expect(middle(s, gpu, f) == 64000, "size %d: uploaded in spite of its version", size);
    f->h.lut_version = ++versions; /* ... until told, and then only that */
    cr_expect(middle(s, gpu, f) == (255 - 64) * 1000);
    f->h.values_version = ++versions;
    cr_expect(middle(s, gpu, f) == 255);
    flat_fill(f, 0.5f, 0);
    f->h.values_version = 0; /* always */
    cr_expect(middle(s, gpu, f) == (255 - 128) * 1000);
    f->h.values_version = ++versions;
    f->h.maps_version = ++versions;
    cr_expect(middle(s, gpu, f) == 0);
    for (int i = 0; i < 200; i++)
        f->map[i] = draw_map_pack(i, 0);
    flat_fill(f, 0.75f, 0);
    f->h.dst.w = f->h.dst.h = f->h.num_cols = f->h.num_rows = size / 2 + 1; /* another size is new whatever its version says */
    cr_expect(middle(s, gpu, f) == (255 - 192) * 1000);
    free(f);
}

Test(executors, only_new_versions_are_uploaded)
{
    struct stage s;
    stage_init(&s);
    check_versions(&s, s.plain, 200);
    check_versions(&s, s.mapped, 200);
    check_versions(&s, s.mapped, 3);
    stage_fini(&s);
}

/* Every frame with new values, sizes going up and down: more pictures than the ring has buffers. */
Test(executors, a_stream_of_frames)
{
    struct stage s;
    stage_init(&s);
    struct flat *f = flat_make(200);
    for (int i = 0; i < 60; i++) {
        int size = i % 20 < 10 ? 200 : 60 + i;
        struct gpu *gpu = i % 2 ? s.plain : s.mapped;
        f->h.dst.w = f->h.dst.h = f->h.num_cols = f->h.num_rows = size;
        flat_fill(f, (float)i / 256 + 0.001f, 0);
        f->h.values_version = ++versions;
        f->h.maps_version = ++versions;
        cr_assert(middle(&s, gpu, f) == i * 1000, "frame %d", i);
    }
    free(f);
    stage_fini(&s);
}

/* Too big for a texture: refused, and the executor goes on. */
Test(executors, what_is_too_big_is_refused)
{
    struct stage s;
    stage_init(&s);
    struct flat *f = flat_make(200);
    struct draw_list l = {0};
    draw_list_begin(&l, 200, 200, (struct color){0, 0, 0, 255});
    f->h.num_cols = gpu_max_size(s.plain) + 1;
    draw_list_heatmap(&l, &f->h);
    cr_assert(gpu_draw_pixels(s.plain, &l, s.got, 800) == HS_ERR_LIMIT);
    draw_list_begin(&l, gpu_max_size(s.plain) + 1, 1, (struct color){0, 0, 0, 255});
    cr_assert(gpu_draw_pixels(s.plain, &l, s.got, (size_t)l.width * 4) == HS_ERR_LIMIT);
    f->h.num_cols = 200;
    cr_assert(middle(&s, s.plain, f) == 64000);
    draw_list_fini(&l);
    free(f);
    stage_fini(&s);
}
