/* The view of a waterfall: what is drawn after any number of steps is what a view shows that sees the same rows for the first time;
 * every row has a pixel; a step touches only what is new. */
#include <criterion/criterion.h>
#include "count_allocations.h"
#include "base/memory.h"
#include "data/history.h"
#include "draw/font.h"
#include "view/view.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLS = 300, MOST_ROWS = 4000 };

static struct counters counters;
static struct font *font;
static int64_t span_ns; /* of a row of the picture; rows come each microsecond */

static uint32_t next_random(uint32_t *state)
{
    return *state = *state * 1664525u + 1013904223u;
}

static double value_of(int64_t row, int64_t col, enum dtype t)
{
    uint32_t h = (uint32_t)(row * 7919 + col * 104729);
    h ^= h >> 7;
    h *= 2654435761u;
    if (dtype_is_float(t) && h % 97 == 3)
        return NAN;
    return (double)(h >> 20);
}

static void push(struct history *h, int64_t total, int64_t num, int64_t cols, enum dtype t)
{
    static double wide[MOST_ROWS * MOST_COLS];
    float *narrow = (float *)wide;
    for (int64_t i = 0; i < num * cols; i++) {
        double v = value_of(total + i / cols, i % cols, t);
        if (t == DTYPE_F8)
            wide[i] = v;
        else
            narrow[i] = (float)v;
    }
    struct array rows = array_c_order(wide, t, num, cols);
    cr_assert_eq(history_push_stamped_rows(h, &rows, NULL, NULL, 0, (total + num) * 1000), HS_OK);
}

static struct history *make_history(int64_t height)
{
    struct history_params p = {.max_rows = height, .budget_bytes = 64 << 20, .row_span_ns = span_ns, .counters = &counters};
    return history_create(&p);
}

static struct view *make_view(int w, int h, const char *scroll, const char *reduce, const char *origin)
{
    if (!font)
        font = font_create();
    struct view *v = view_create(NULL, font);
    view_set(v, "test", "bare", NULL);
    view_set(v, "test", "scroll", scroll);
    view_set(v, "test", "reduce", reduce);
    view_set(v, "test", "origin", origin);
    view_resize(v, w, h, 1);
    return v;
}

static const struct draw_heatmap *build(struct view *v, struct draw_list *l)
{
    cr_assert_eq(view_build(v, l), HS_OK);
    cr_assert_eq(l->num_heatmaps, 1);
    return &l->heatmaps[0];
}

/* What pixel (x, y) shows: its value and share of NaN; -2 where nothing is. */
static double texel(const struct draw_heatmap *h, int x, int y, int *share)
{
    *share = 0;
    if (h->col_map[x] < 0 || h->row_map[y] < 0)
        return -2;
    size_t at = (size_t)draw_map_texel(h->row_map[y]) * (size_t)h->num_cols + (size_t)draw_map_texel(h->col_map[x]);
    *share = h->nan_share ? h->nan_share[at] : 0;
    return (double)h->values[at];
}

/* But for the two oldest lines if `scroll` is given: a footprint that has lost rows keeps showing what they were. */
static void expect_same(const struct draw_heatmap *a, const struct draw_heatmap *b, const char *what, int step, const char *scroll)
{
    cr_assert(a->dst.w == b->dst.w && a->dst.h == b->dst.h);
    cr_assert(memcmp(&a->norm, &b->norm, sizeof a->norm) == 0, "%s step %d: %g..%g, not %g..%g", what, step, a->norm.vmin, a->norm.vmax,
              b->norm.vmin, b->norm.vmax);
    cr_assert_eq(a->nan_floor, b->nan_floor);
    for (int y = 0; y < a->dst.h; y++)
        for (int x = 0; x < a->dst.w; x++) {
            int s, t, w = a->dst.w, h = a->dst.h, way = scroll ? scroll[0] : 0;
            if ((way == 'u' && y < 2) || (way == 'd' && y >= h - 2) || (way == 'l' && x < 2) || (way == 'r' && x >= w - 2))
                continue;
            double p = texel(a, x, y, &s), q = texel(b, x, y, &t);
            cr_assert(s == t && (p == q || (isnan(p) && isnan(q))), "%s step %d, pixel %d, %d: %g (%d), not %g (%d)", what, step, x, y, p, s,
                      q, t);
        }
}

/* With a view to which the same rows are new. */
static void compare_with_fresh(struct view *seen, struct draw_list *list, const struct frame *f, struct view *fresh,
                               struct draw_list *fresh_list, const char *what, int step, const char *scroll)
{
    view_set_frame(seen, f);
    const struct draw_heatmap *a = build(seen, list);
    struct frame other = *f; /* another number of the waterfall: everything is reduced */
    other.waterfall.run += 1000 + (uint64_t)step;
    view_set_frame(fresh, &other);
    const struct draw_heatmap *b = build(fresh, fresh_list);
    expect_same(a, b, what, step, scroll);
    view_set_frame(fresh, NULL);
}

static void run_steps(int w, int h, int64_t height, int64_t cols, enum dtype t, const char *scroll, const char *reduce,
                      const char *origin)
{
    char what[200];
    snprintf(what, sizeof what, "%dx%d, %d rows of %d %s, %s, %s, %s", w, h, (int)height, (int)cols, dtype_name(t), scroll, reduce,
             origin);
    struct history *history = make_history(height);
    struct view *seen = make_view(w, h, scroll, reduce, origin), *fresh = make_view(w, h, scroll, reduce, origin);
    struct draw_list list = {0}, fresh_list = {0};
    struct frame *shown = NULL;
    uint32_t random = 7;
    int64_t total = 0;
    bool few = height <= (strcmp(scroll, "up") == 0 || strcmp(scroll, "down") == 0 ? h : w);
    for (int step = 0; step < 60; step++) {
        int64_t num = 1 + (int64_t)(next_random(&random) >> 8) % (step % 7 == 3 ? 2 * height : step % 2 ? 3 : height / 10 + 1);
        push(history, total, num, cols, t);
        total += num;
        struct frame *f = history_take(history, NULL);
        compare_with_fresh(seen, &list, f, fresh, &fresh_list, what, step, few ? NULL : scroll);
        history_release(history, shown);
        shown = f;
    }
    draw_list_fini(&list);
    draw_list_fini(&fresh_list);
    view_destroy(seen);
    view_destroy(fresh);
    history_release(history, shown);
    history_destroy(history);
}

Test(scroll, steps_equal_a_fresh_view)
{
    static const char *const ways[] = {"up", "down", "left", "right"};
    for (int i = 0; i < 4; i++) {
        run_steps(50, 40, 30, 120, DTYPE_F4, ways[i], "max", "upper"); /* a row a pixel and more */
        run_steps(50, 40, 30, 20, DTYPE_F8, ways[i], "mean", "lower");
        run_steps(50, 40, 400, 60, DTYPE_F4, ways[i], "min", "lower");
        run_steps(50, 40, 400, 33, DTYPE_F8, ways[i], "absmax", "upper");
    }
}

/* The newest row changes until its span is over. */
Test(scroll, open_rows)
{
    span_ns = 7000;
    run_steps(50, 40, 30, 120, DTYPE_F4, "up", "max", "upper");
    run_steps(50, 40, 400, 33, DTYPE_F8, "left", "mean", "lower");
}

/* Values of the array, the picture's pixels one to one. */
Test(scroll, directions)
{
    static const struct {
        const char *scroll, *origin;
    } all[] = {{"up", "upper"}, {"up", "lower"}, {"down", "upper"}, {"left", "upper"}, {"left", "lower"}, {"right", "upper"}, {"right", "lower"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        bool across = all[i].scroll[0] == 'l' || all[i].scroll[0] == 'r';
        int rows = 6, cols = 4, w = across ? rows : cols, h = across ? cols : rows;
        struct history *history = make_history(rows);
        struct view *v = make_view(w, h, all[i].scroll, "auto", all[i].origin);
        struct draw_list list = {0};
        float cells[9 * 4];
        for (int k = 0; k < 9 * 4; k++)
            cells[k] = (float)(k / 4 * 10 + k % 4);
        for (int step = 0; step < 3; step++) {
            struct array part = array_c_order(cells + step * 12, DTYPE_F4, 3, 4);
            history_push_rows(history, &part, NULL, NULL, 0);
            struct frame *f = history_take(history, NULL);
            view_set_frame(v, f);
            build(v, &list);
        }
        const struct draw_heatmap *m = build(v, &list);
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                int time = across ? x : y, col = across ? y : x, share;
                bool back = all[i].scroll[0] == 'd' || all[i].scroll[0] == 'r';
                time = 3 + (back ? rows - 1 - time : time);
                col = across && all[i].origin[0] == 'l' ? cols - 1 - col : col;
                cr_assert_eq(texel(m, x, y, &share), time * 10 + col, "%s %s: pixel %d, %d is %g", all[i].scroll, all[i].origin, x, y,
                             texel(m, x, y, &share));
                struct view_probe probe;
                cr_assert(view_probe_at(v, x + 0.5, y + 0.5, &probe));
                cr_assert(probe.row == time - 3 && probe.col == col && atof(probe.value) == time * 10 + col);
            }
        draw_list_fini(&list);
        view_destroy(v);
        history_destroy(history);
    }
}

/* Taller than the picture: each row in it has a pixel that shows its lone hot cell, while it grows and when it scrolls. */
Test(scroll, every_row_has_a_pixel)
{
    enum { HEIGHT = 997, COLS = 64 };
    struct history *history = make_history(HEIGHT);
    struct view *v = make_view(32, 45, "up", "auto", "upper");
    struct draw_list list = {0};
    float cells[100 * COLS];
    uint32_t random = 3;
    for (int64_t total = 0, step = 0; step < 60; step++) {
        int num = 1 + (int)((next_random(&random) >> 8) % 100);
        for (int i = 0; i < num * COLS; i++)
            cells[i] = (total + i / COLS) % 10 == 0 && i % COLS == (total + i / COLS) / 10 % COLS ? 1000 + (float)(total + i / COLS) : 0;
        struct array rows = array_c_order(cells, DTYPE_F4, num, COLS);
        history_push_rows(history, &rows, NULL, NULL, 0);
        total += num;
        struct frame *f = history_take(history, NULL);
        view_set_frame(v, f);
        const struct draw_heatmap *m = build(v, &list);
        for (int64_t r = 0; r < f->cells.rows; r++) {
            int64_t row = f->waterfall.first + r;
            if (row % 10)
                continue;
            bool seen = false;
            int share;
            for (int y = 0; y < 45 && !seen; y++) {
                double value = texel(m, (int)(row / 10 % COLS) / 2, y, &share);
                seen = value >= 1000 && fabs(value - (double)(1000 + row)) < 640; /* itself, or a hotter one of the same pixel */
            }
            cr_assert(seen, "row %d of %d..%d", (int)row, (int)f->waterfall.first, (int)total);
        }
        for (int y = 0; y < 45; y++)
            cr_assert_geq(m->row_map[y], 0, "a gap");
        history_release(history, f);
    }
    draw_list_fini(&list);
    view_destroy(v);
    history_destroy(history);
}

/* A row that is hot all over stands out from its footprint, wherever it falls, alone or before the next one. */
Test(scroll, hot_rows_stand_out)
{
    enum { HEIGHT = 2000, COLS = 100, NUM = 5000 };
    static float cells[100 * COLS];
    struct history *history = make_history(HEIGHT);
    struct view *v = make_view(120, 90, "up", "auto", "upper");
    struct draw_list list = {0};
    uint32_t random = 11;
    for (int64_t total = 0; total < NUM;) {
        int num = 1 + (int)((next_random(&random) >> 8) % 100);
        for (int i = 0; i < num * COLS; i++)
            cells[i] = (total + i / COLS) % 251 == 3 ? 40 : (float)(next_random(&random) >> 8) / (1 << 23) - 1;
        struct array rows = array_c_order(cells, DTYPE_F4, num, COLS);
        history_push_rows(history, &rows, NULL, NULL, 0);
        total += num;
        struct frame *f = history_take(history, NULL);
        view_set_frame(v, f);
        const struct draw_heatmap *m = build(v, &list);
        int hot = 0, lines = 0, share;
        for (int64_t r = f->waterfall.first; r < total; r++)
            hot += r % 251 == 3;
        for (int y = 0, last = -1; y < 90; y++) {
            bool is_hot = texel(m, 60, y, &share) == 40, again = draw_map_texel(m->row_map[y]) == last;
            lines += is_hot && !again;
            last = draw_map_texel(m->row_map[y]);
        }
        cr_assert_geq(lines, hot, "%d hot rows, %d lines at row %d", hot, lines, (int)total);
        history_release(history, f);
    }
    draw_list_fini(&list);
    view_destroy(v);
    history_destroy(history);
}

/* One new row: one line of texels changes, and the version it builds on is the one shown before. */
Test(scroll, a_step_sends_one_line)
{
    for (int wide = 0; wide < 2; wide++) {
        enum dtype t = wide ? DTYPE_F8 : DTYPE_F4;
        struct history *history = make_history(40);
        struct view *v = make_view(50, 60, wide ? "left" : "up", "max", "upper");
        view_set(v, "test", "vmin", "0");
        view_set(v, "test", "vmax", "5000");
        struct draw_list list = {0};
        uint64_t version = 0;
        float *before = calloc(100 * 100, sizeof *before);
        for (int64_t step = 0; step < 150; step++) {
            push(history, step, 1, 100, t);
            struct frame *f = history_take(history, NULL);
            view_set_frame(v, f);
            const struct draw_heatmap *m = build(v, &list);
            size_t num = (size_t)m->num_rows * (size_t)m->num_cols;
            if (step > 1) {
                cr_assert_eq(m->base_version, version);
                cr_assert(m->changed_num >= 1 && m->changed_num <= 2, "%d lines at step %d", m->changed_num, (int)step);
                cr_assert_eq(m->changed_cols, (bool)wide);
                for (size_t i = 0; i < num; i++) {
                    int line = (int)(wide ? i % (size_t)m->num_cols : i / (size_t)m->num_cols), lines = wide ? m->num_cols : m->num_rows;
                    bool changed = (line - m->changed_first + lines) % lines < m->changed_num;
                    cr_assert(changed || memcmp(&before[i], &m->values[i], sizeof *before) == 0);
                }
            }
            memcpy(before, m->values, num * sizeof *before);
            version = m->values_version;
            history_release(history, f);
        }
        free(before);
        draw_list_fini(&list);
        view_destroy(v);
        history_destroy(history);
    }
}

/* From rows to the list: once the waterfall is full nothing is allocated any more, whole or merged rows, a few or many a step. */
Test(scroll, steady_state_allocates_nothing)
{
#ifdef __SANITIZE_ADDRESS__
    cr_skip_test("the sanitizer has its own allocator");
#else
    for (int i = 0; i < 4; i++) {
        span_ns = i % 2 ? 3000 : 0;
        struct history *history = make_history(200);
        struct view *v = make_view(70, 60, i / 2 ? "left" : "up", "auto", "upper");
        struct draw_list list = {0};
        struct frame *shown = NULL;
        int before = 0;
        int64_t total = 0;
        for (int step = 0; step < 400; step++) {
            int64_t num = 1 + step % 11 * 7;
            push(history, total, num, 150, i / 2 ? DTYPE_F8 : DTYPE_F4);
            total += num;
            struct frame *f = history_take(history, NULL);
            view_set_frame(v, f);
            build(v, &list);
            history_release(history, shown);
            shown = f;
            if (step == 200)
                before = num_allocations;
        }
        cr_assert(before > 0, "they are counted");
        cr_assert_eq(num_allocations, before, "%d allocations in case %d", num_allocations - before, i);
        history_release(history, shown);
        draw_list_fini(&list);
        view_destroy(v);
        history_destroy(history);
    }
#endif
}
