/* Deep zoom at the far corner of 100,000 x 100,000 cells, in a sparse file, mapped and as a grid: cells are crisp, and stand on the same
 * whole pixels however often the view is panned there and back; every zoom from all of it to one cell. */
#include "base/memory.h"
#include "base/pool.h"
#include "draw/font.h"
#include "soft/soft.h"
#include "store/npy_file.h"
#include "view/view.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIDE = 100000, CORNER = 64, MOST_PX = 400 };

static char path[64];
static struct font *font;
static struct draw_list list;
static uint32_t pictures[2][MOST_PX * MOST_PX], *picture = pictures[1];

static uint8_t value_of(int64_t row, int64_t col)
{
    uint32_t h = (uint32_t)(row * 7919 + col * 104729);
    h ^= h >> 7;
    return (uint8_t)(h * 2654435761u >> 24 | 1);
}

/* Zeros but for the far corner. */
static void make_file(void)
{
    snprintf(path, sizeof path, "/tmp/hs_corner_XXXXXX");
    int fd = mkstemp(path);
    struct stat st;
    for (int64_t row = SIDE - CORNER; row < SIDE; row++) {
        uint8_t cells[CORNER];
        for (int i = 0; i < CORNER; i++)
            cells[i] = value_of(row, SIDE - CORNER + i);
        cr_assert_eq(pwrite(fd, cells, CORNER, row * SIDE + SIDE - CORNER), CORNER);
    }
    bool sparse = fstat(fd, &st) == 0 && st.st_blocks < 1 << 16;
    close(fd);
    if (!sparse) {
        unlink(path);
        cr_skip_test("no sparse files here");
    }
    font = font_create();
}

static void remove_file(void)
{
    unlink(path);
    draw_list_fini(&list);
    font_destroy(font);
}

TestSuite(far_corner, .init = make_file, .fini = remove_file, .timeout = 120);

struct scene {
    struct npy_file *file;
    struct frame frame;
    struct view *view;
    int w, h;
};

static void open_scene(struct scene *s, bool mapped, int w, int h, const char *cells)
{
    char raw[64];
    snprintf(raw, sizeof raw, "u1,%dx%d", SIDE, SIDE);
    cr_assert_eq(npy_file_open_raw(path, raw, &s->file), HS_OK);
    struct npy_cells where = npy_file_frame_cells(s->file, 0);
    s->frame = (struct frame){.cells = where.array, .channels = 1, .id = 1};
    if (mapped)
        cr_assert(npy_file_map(s->file, &where, &s->frame.cells));
    else
        cr_assert_eq(npy_file_grid(s->file, &where, &s->frame.grid), HS_OK);
    s->view = view_create(NULL, font);
    s->w = w;
    s->h = h;
    view_set_reading(s->view, &(struct view_reading){.patience = VIEW_READ_EXACT, .memory_bytes = 64 << 20});
    view_resize(s->view, w, h, 1);
    view_set(s->view, "test", "bare", NULL);
    view_set(s->view, "test", "vmin", "0");
    view_set(s->view, "test", "vmax", "255");
    view_set(s->view, "test", "view", cells);
    view_set_frame(s->view, &s->frame);
}

static void close_scene(struct scene *s)
{
    view_destroy(s->view);
    grid_unref(s->frame.grid);
    npy_file_unref(s->file);
}

static void draw(struct scene *s, uint32_t *to)
{
    cr_assert_eq(view_build(s->view, &list), HS_OK);
    cr_assert(list.width == s->w && list.height == s->h);
    soft_draw(&list, NULL, (uint8_t *)to, (ptrdiff_t)s->w * 4);
}

/* What both pictures show, of which the second is further by (dx, dy), is the same to the bit. */
static void compare(const struct scene *s, int dx, int dy, int step)
{
    int x0 = dx > 0 ? dx : 0, x1 = s->w + (dx < 0 ? dx : 0), y0 = dy > 0 ? dy : 0, y1 = s->h + (dy < 0 ? dy : 0);
    for (int y = y0; y < y1 && x1 > x0; y++)
        cr_assert_arr_eq(picture + y * s->w + x0, pictures[0] + (y - dy) * s->w + x0 - dx, (size_t)(x1 - x0) * sizeof *picture,
                         "pan %d by %d, %d: line %d differs", step, dx, dy, y);
}

/* The colour of each pixel is that of its cell, told by whole numbers alone. */
static void check_cells(const struct scene *s, int64_t first, int64_t num)
{
    uint32_t of[256] = {0};
    for (int y = 0; y < s->h; y++)
        for (int x = 0; x < s->w; x++) {
            int64_t row = first + (2 * y + 1) * num / (2 * s->h), col = first + (2 * x + 1) * num / (2 * s->w);
            uint8_t v = value_of(row, col);
            uint32_t c = pictures[0][y * s->w + x];
            cr_assert(!of[v] || of[v] == c, "pixel %d, %d isn't of cell %lld, %lld", x, y, (long long)row, (long long)col);
            of[v] = c;
        }
    int distinct = 0;
    for (int i = 0; i < 256; i++)
        distinct += of[i] != 0;
    cr_assert_gt(distinct, num * num / 2 < 100 ? num * num / 2 : 100);
}

/* There and back by steps of whole pixels, 10,000 in all. */
static void pan(bool mapped, int w, int h, int num, int steps)
{
    struct scene s;
    char cells[64];
    uint32_t seed = 5;
    snprintf(cells, sizeof cells, "%d:%d,%d:%d", SIDE - num, SIDE, SIDE - num, SIDE);
    open_scene(&s, mapped, w, h, cells);
    draw(&s, pictures[0]);
    check_cells(&s, SIDE - num, num);
    for (int i = 0, x = 0, y = 0; i < steps; i++) {
        seed = seed * 1664525u + 1013904223u;
        int dx = i % 2 ? -x : (int)(seed >> 16) % (w * 3 / 4), dy = i % 2 ? -y : (int)(seed >> 8 & 0xffff) % (h * 3 / 4);
        view_pan_px(s.view, dx, dy);
        x += dx;
        y += dy;
        draw(&s, picture);
        compare(&s, x, y, i);
    }
    close_scene(&s);
}

Test(far_corner, cells_stand_still_in_a_grid)
{
    pan(false, 151, 101, 20, 10000); /* cells of 7.55 x 5.05 pixels */
}

Test(far_corner, cells_stand_still_in_memory)
{
    pan(true, 151, 101, 20, 10000);
}

Test(far_corner, other_sizes_and_shapes)
{
    static const int sizes[][3] = {{400, 90, 20}, {90, 400, 36}, {300, 200, 7}, {50, 50, 20}, {333, 222, 60}, {97, 89, 40}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int mapped = 0; mapped < 2; mapped++)
            pan(mapped, sizes[i][0], sizes[i][1], sizes[i][2], 150);
}

/* A cell of any width, also after a zoom at odd places. */
Test(far_corner, stands_still_after_zooming)
{
    for (int mapped = 0; mapped < 2; mapped++) {
        struct scene s;
        open_scene(&s, mapped, 200, 150, "99950:100000,99950:100000");
        draw(&s, picture);
        for (int zoom = 0; zoom < 20; zoom++) {
            view_zoom_at(s.view, 150 - zoom, 100 + zoom, zoom % 5 == 4 ? 0.7 : 1.13);
            draw(&s, pictures[0]);
            for (int i = 0; i < 40; i++) {
                int dx = i % 2 ? -(i - 1) : i, dy = i % 2 ? -2 * (i - 1) : 2 * i;
                view_pan_px(s.view, dx, dy);
                draw(&s, picture);
                compare(&s, i % 2 ? 0 : dx, i % 2 ? 0 : dy, i);
            }
        }
        close_scene(&s);
    }
}

/* By the wheel at the last cell: from all of the grid to that cell alone, which then is all there is, and back. */
Test(far_corner, every_zoom)
{
    for (int mapped = 0; mapped < 2; mapped++) {
        struct scene s;
        /* of a mapped file's zeros each picture of all would take long */
        open_scene(&s, mapped, 200, 150, mapped ? "99000:100000,99000:100000" : "0:100000,0:100000");
        draw(&s, picture);
        uint32_t corner = 0;
        for (int i = 0; i < 80; i++) {
            view_zoom_at(s.view, s.w, s.h, 1.25);
            draw(&s, picture);
            if (i == 70)
                corner = picture[s.w * s.h - 1];
        }
        for (int i = 0; i < s.w * s.h; i++)
            cr_assert_eq(picture[i], corner, "pixel %d isn't of the last cell", i);
        struct view_probe p;
        cr_assert(view_probe_at(s.view, 0.5, 0.5, &p) && p.row == SIDE - 1 && p.col == SIDE - 1);
        char value[8];
        snprintf(value, sizeof value, "%d", value_of(SIDE - 1, SIDE - 1));
        cr_assert_str_eq(p.value, value);
        const struct camera *c = view_camera(s.view);
        cr_assert(c->x.scale * s.w <= 1 && c->y.scale * s.h <= 1);
        while (c->x.scale * s.w < 1000)
            view_zoom_at(s.view, s.w, s.h, 0.8);
        draw(&s, picture);
        cr_assert_eq(picture[s.w * s.h - 1] == picture[0], false);
        close_scene(&s);
    }
}
