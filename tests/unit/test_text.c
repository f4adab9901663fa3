/* Fonts and text: metrics, alignment, turning, UTF-8, shortening, the atlas. */
#include <criterion/criterion.h>
#include "base/embedded.h"
#include "draw/font.h"
#include "soft/soft.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { W = 240, H = 240 };
static const struct rect ALL = {0, 0, W, H};
static const struct color BLACK = {0, 0, 0, 255}, WHITE = {255, 255, 255, 255};

static struct font *font;

static void setup(void)
{
    font = font_create();
    cr_assert(font != NULL);
}

static void teardown(void)
{
    font_destroy(font);
}

TestSuite(text, .init = setup, .fini = teardown);

static struct text_style style(float size, bool turned)
{
    return (struct text_style){.size_px = size, .turned = turned, .color = BLACK};
}

/* Draw black on white; ink is where a pixel isn't white. */
static struct rect draw(uint8_t *rgba, const struct text_style *s, int x, int y, enum text_align along, enum text_align across,
                        struct rect clip, const char *text)
{
    struct draw_list l = {0};
    draw_list_begin(&l, W, H, WHITE);
    struct rect box = text_draw(&l, font, s, x, y, along, across, clip, text);
    cr_assert(!l.failed && l.atlas == font_atlas(font));
    soft_draw(&l, NULL, rgba, W * 4);
    draw_list_fini(&l);
    return box;
}

/* Bounds of the pixels darker than `level`. */
static struct rect ink(const uint8_t *rgba, int level)
{
    int x0 = W, y0 = H, x1 = -1, y1 = -1;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if (rgba[(y * W + x) * 4] < level) {
                x0 = x < x0 ? x : x0;
                y0 = y < y0 ? y : y0;
                x1 = x > x1 ? x : x1;
                y1 = y > y1 ? y : y1;
            }
    return (struct rect){x0, y0, x1 - x0 + 1, y1 - y0 + 1};
}

Test(text, width_follows_the_advances)
{
    struct text_style s = style(16, false);
    cr_assert_eq(text_width(font, &s, ""), 0);
    /* DejaVu Sans: a digit is 1303 of 2048 units wide, M 1767 */
    cr_assert_eq(text_width(font, &s, "0"), (int)ceilf(16 * 1303 / 2048.f));
    cr_assert_eq(text_width(font, &s, "MMMMMMMMMM"), (int)ceilf(160 * 1767 / 2048.f));
    for (char d = '0'; d <= '9'; d++) { /* tabular, without kerning */
        char text[] = {d, '.', '1', d, d, 0};
        cr_assert_eq(text_width(font, &s, text), text_width(font, &s, "0.000"));
    }
    cr_assert(abs(text_width(font, &s, "12345678") - text_width(font, &s, "1234") - text_width(font, &s, "5678")) <= 1);
    s.size_px = 100;
    cr_assert_lt(text_width(font, &s, "AV"), text_width(font, &s, "A") + text_width(font, &s, "V") - 3, "no kerning");
    int regular = text_width(font, &s, "weight");
    s.turned = true;
    cr_assert_eq(text_width(font, &s, "weight"), regular);
    s.bold = true;
    cr_assert_gt(text_width(font, &s, "weight"), regular);
}

Test(text, heights_scale_with_the_size)
{
    struct text_style s = style(100, false);
    cr_assert_eq(text_cap_height(font, &s), 73); /* 1493 of 2048 */
    cr_assert_eq(text_line_height(font, &s), 93 + 24);
    s.size_px = 50;
    cr_assert(abs(text_cap_height(font, &s) - 36) <= 1);
}

Test(text, stands_where_it_is_aligned)
{
    static uint8_t rgba[W * H * 4];
    struct text_style s = style(40, false);
    int cap = text_cap_height(font, &s), width = text_width(font, &s, "HIH");
    for (int along = 0; along < 3; along++)
        for (int across = 0; across < 3; across++) {
            draw(rgba, &s, 120, 120, along, across, ALL, "HIH");
            struct rect r = ink(rgba, 200);
            int x = 120 - (int[]){0, width / 2, width}[along];
            int ascent = (int)lroundf(40 * 1901 / 2048.f), descent = (int)lroundf(40 * 483 / 2048.f);
            int baseline = 120 + (int[]){ascent, (cap + 1) / 2, -descent}[across];
            cr_assert(r.x >= x && r.x < x + 8 && r.x + r.w <= x + width && r.x + r.w > x + width - 8, "%d: %d + %d", along, r.x, r.w);
            cr_assert(r.y + r.h == baseline && abs(r.h - cap) <= 1, "%d: bottom %d, should be %d", across, r.y + r.h, baseline);
        }
}

Test(text, turned_is_upright_turned)
{
    static uint8_t up[W * H * 4], turned[W * H * 4];
    static const float SIZES[] = {9, 11.3f, 14, 30};
    for (int i = 0; i < 4; i++)
        for (int along = 0; along < 3; along++) {
            struct text_style s = style(SIZES[i], false), t = style(SIZES[i], true);
            draw(up, &s, 120, 100, along, TEXT_START, ALL, "Ag\xc3\x9f,j\xc3\x97" "10");
            draw(turned, &t, 100, 120, along, TEXT_START, ALL, "Ag\xc3\x9f,j\xc3\x97" "10");
            int differ = 0;
            for (int y = 0; y < H; y++) /* the point (x, y) of upright text lies at (y, 240 - x) in turned text */
                for (int x = 0; x < W; x++)
                    differ += up[(y * W + x) * 4] != turned[((W - 1 - x) * W + y) * 4];
            cr_assert_eq(differ, 0, "size %g, alignment %d", SIZES[i], along);
            cr_assert_gt(ink(up, 128).w, 10);
        }
}

Test(text, ink_stays_in_the_box_and_in_the_clip)
{
    static uint8_t rgba[W * H * 4];
    struct rect clip = {60, 60, 50, 20};
    for (int turned = 0; turned < 2; turned++)
        for (float size = 6; size < 60; size *= 1.4f) {
            struct text_style s = style(size, turned);
            struct rect box = draw(rgba, &s, 90, 120, TEXT_CENTER, TEXT_CENTER, ALL, "jAg\xc3\x96");
            struct rect r = ink(rgba, 255);
            cr_assert(r.w > 0 && r.x >= box.x && r.y >= box.y && r.x + r.w <= box.x + box.w && r.y + r.h <= box.y + box.h);
            draw(rgba, &s, 85, 70, TEXT_CENTER, TEXT_CENTER, clip, "jAg\xc3\x96jAg\xc3\x96");
            r = ink(rgba, 255);
            cr_assert(r.w > 0 && r.x >= clip.x && r.y >= clip.y && r.x + r.w <= clip.x + clip.w && r.y + r.h <= clip.y + clip.h);
        }
}

Test(text, bad_utf8_is_the_replacement_character)
{
    struct text_style s = style(20, false);
    static const struct {
        const char *bad;
        int num;
    } CASES[] = {{"\xff", 1}, {"\x80", 1}, {"\xc3", 1}, {"\xc0\xaf", 2}, {"\xe2\x82", 1}, {"\xed\xa0\x80", 3}, {"\xf4\x90\x80\x80", 4},
                 {"\xf0\x9f\x98", 1}, {"\xe0\x80\x80", 3}, {"\xf8\x88\x80\x80\x80", 5}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char got[32], want[64] = "a";
        snprintf(got, sizeof got, "a%sb", CASES[i].bad);
        for (int k = 0; k < CASES[i].num; k++)
            strcat(want, "\xef\xbf\xbd");
        strcat(want, "b");
        cr_assert_eq(text_width(font, &s, got), text_width(font, &s, want), "case %zu", i);
    }
    cr_assert_eq(text_width(font, &s, "a\tb\x1b\xc2\x85"), text_width(font, &s, "a b  "));
    cr_assert_eq(text_width(font, &s, "\xe6\xbc\xa2"), text_width(font, &s, "\xe6\xbc\xa3"), "a glyph the font lacks is its box");
    cr_assert_neq(text_width(font, &s, "\xe6\xbc\xa2"), text_width(font, &s, "\xef\xbf\xbd"));
    cr_assert_neq(text_width(font, &s, "\xe2\x88\x92"), text_width(font, &s, "\xef\xbf\xbd"), "the minus sign");
}

Test(text, shortens_to_fit)
{
    struct text_style s = style(13, false);
    static const char TEXT[] = "T\xc3\xa4tigkeit im Raum 3, Sensor \xce\xb1\xce\xb2\xce\xb3";
    int full = text_width(font, &s, TEXT), ellipsis = text_width(font, &s, "\xe2\x80\xa6");
    char out[64];
    int last = 0;
    cr_assert(text_shorten(font, &s, TEXT, full, out, sizeof out) && strcmp(out, TEXT) == 0);
    for (int max = 0; max < full; max++) {
        bool ok = text_shorten(font, &s, TEXT, max, out, sizeof out);
        size_t len = strlen(out);
        if (!ok) {
            cr_assert(len == 0 && max < ellipsis + text_width(font, &s, "T"));
            continue;
        }
        cr_assert(len > 3 && strcmp(out + len - 3, "\xe2\x80\xa6") == 0 && strncmp(out, TEXT, len - 3) == 0 && out[len - 4] != ' ');
        cr_assert((TEXT[len - 3] & 0xc0) != 0x80, "cut inside a character: %s", out);
        int width = text_width(font, &s, out);
        cr_assert(width <= max && width >= last, "%s: %d of %d", out, width, max);
        last = width;
    }
    cr_assert_gt(last, full - 30);
    char tiny[6];
    cr_assert(text_shorten(font, &s, "abcdefgh", 1000, tiny, sizeof tiny) && strcmp(tiny, "ab\xe2\x80\xa6") == 0);
    cr_assert(!text_shorten(font, &s, "abcdefgh", 1000, tiny, 4) && tiny[0] == 0);
}

Test(text, the_atlas_changes_only_with_new_glyphs)
{
    static uint8_t first[W * H * 4], again[W * H * 4];
    struct text_style s = style(15, false);
    draw(first, &s, 20, 20, TEXT_START, TEXT_START, ALL, "same 0.25");
    uint64_t version = font_atlas(font)->version;
    font_begin(font);
    draw(again, &s, 20, 20, TEXT_START, TEXT_START, ALL, "same 0.25");
    cr_assert(font_atlas(font)->version == version && memcmp(first, again, sizeof first) == 0);
    draw(again, &s, 20, 20, TEXT_START, TEXT_START, ALL, "Q");
    cr_assert_neq(font_atlas(font)->version, version);
}

/* Big glyphs until there is no room: what was drawn stays as it was, font_begin makes room. */
Test(text, a_full_atlas_is_emptied_at_the_next_begin)
{
    static uint8_t rgba[W * H * 4], before[W * H * 4];
    struct text_style small = style(15, false);
    draw(before, &small, 20, 20, TEXT_START, TEXT_START, ALL, "small");
    bool missing = false;
    struct draw_list l = {0};
    for (int size = 300; size < 500 && !missing; size++)
        for (char c = 'A'; c <= 'Z'; c++) {
            struct text_style s = style((float)size, false);
            char text[2] = {c, 0};
            draw_list_begin(&l, 1000, 1000, WHITE);
            missing |= text_draw(&l, font, &s, 10, 10, TEXT_START, TEXT_START, (struct rect){0, 0, 1000, 1000}, text).w == 0;
        }
    cr_assert(missing && font_atlas(font)->height == 8192);
    draw(rgba, &small, 20, 20, TEXT_START, TEXT_START, ALL, "small");
    cr_assert(memcmp(rgba, before, sizeof rgba) == 0);
    uint64_t version = font_atlas(font)->version;
    font_begin(font);
    cr_assert_neq(font_atlas(font)->version, version);
    draw(rgba, &small, 20, 20, TEXT_START, TEXT_START, ALL, "small");
    cr_assert(memcmp(rgba, before, sizeof rgba) == 0);
    struct text_style big = style(499.5f, false);
    draw_list_begin(&l, 1000, 1000, WHITE);
    cr_assert_gt(text_draw(&l, font, &big, 10, 10, TEXT_START, TEXT_START, (struct rect){0, 0, 1000, 1000}, "Z").w, 0);
    draw_list_fini(&l);
}

static int num_paints;

static void paint_ramp(uint8_t *coverage, int w, int h)
{
    num_paints++;
    for (int i = 0; i < w * h; i++)
        coverage[i] = (uint8_t)(i * 8);
}

Test(text, a_mask_is_painted_once_and_drawn_as_coverage)
{
    static uint8_t rgba[W * H * 4];
    struct draw_list l = {0};
    draw_list_begin(&l, W, H, WHITE);
    mask_draw(&l, font, 7, 5, 6, paint_ramp, 30, 40, BLACK);
    mask_draw(&l, font, 7, 5, 6, paint_ramp, -2, H - 3, BLACK);
    soft_draw(&l, NULL, rgba, W * 4);
    cr_assert_eq(num_paints, 1);
    for (int y = 0; y < 6; y++)
        for (int x = 0; x < 5; x++) {
            int coverage = (y * 5 + x) * 8, want = (255 * (255 - coverage) + 127) / 255;
            cr_assert_eq(rgba[((40 + y) * W + 30 + x) * 4], want);
            cr_assert(x < 2 || y >= 3 || rgba[((H - 3 + y) * W + x - 2) * 4] == want);
        }
    draw_list_fini(&l);
}

Test(text, odd_sizes_do_no_harm)
{
    static uint8_t rgba[W * H * 4];
    static const float SIZES[] = {0, -5, NAN, INFINITY, 1e30f, 0.1f, 700};
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++)
        for (int turned = 0; turned < 2; turned++) {
            struct text_style s = style(SIZES[i], turned);
            cr_assert_geq(text_width(font, &s, "Wg"), 1);
            draw(rgba, &s, 5, 230, TEXT_START, TEXT_START, ALL, "Wg \xef\xb7\xba\xf0\x9d\x94\x84");
        }
}

/* Darkness of all pixels together, and its middle. */
static double darkness(const uint8_t *rgba, double *x, double *y)
{
    double sum = 0;
    *x = *y = 0;
    for (int i = 0; i < W * H; i++) {
        double d = 255 - rgba[i * 4];
        sum += d;
        *x += d * (i % W + 0.5);
        *y += d * (i / W + 0.5);
    }
    *x /= sum;
    *y /= sum;
    return sum;
}

Test(text, slanted_text_has_the_same_ink_round_its_anchor)
{
    static uint8_t up[W * H * 4], slanted[W * H * 4];
    static const char TEXT[] = "Gl\xc3\xb6g, \xce\xb1\xc2\xb2";
    for (int along = 0; along < 3; along++)
        for (int degrees = -175; degrees <= 180; degrees += 5) {
            struct text_style s = style(17, false);
            double ux, uy, sx, sy, up_sum, sum, angle = degrees * (M_PI / 180);
            draw(up, &s, 120, 120, along, TEXT_CENTER, ALL, TEXT);
            up_sum = darkness(up, &ux, &uy);
            s.degrees = degrees;
            draw(slanted, &s, 120, 120, along, TEXT_CENTER, ALL, TEXT);
            sum = darkness(slanted, &sx, &sy);
            cr_assert(fabs(sum / up_sum - 1) < 0.02, "%d degrees: %.3f of the ink", degrees, sum / up_sum);
            double x = 120 + (ux - 120) * cos(angle) + (uy - 120) * sin(angle), y = 120 + (uy - 120) * cos(angle) - (ux - 120) * sin(angle);
            cr_assert(hypot(sx - x, sy - y) < 0.7, "%d degrees: its middle is at %.2f, %.2f, not %.2f, %.2f", degrees, sx, sy, x, y);
            struct text_box b = text_box(font, &s, along, TEXT_CENTER, TEXT);
            struct rect r = ink(slanted, 250), bounds = text_box_bounds(&b, 120, 120);
            cr_assert(r.x >= bounds.x - 1 && r.y >= bounds.y - 1 && r.x + r.w <= bounds.x + bounds.w + 1 && r.y + r.h <= bounds.y + bounds.h + 1);
        }
}

/* As sharp as upright text: as large a part of the ink is in dark pixels, or nearly. */
Test(text, slanted_text_is_not_blurred)
{
    static uint8_t rgba[W * H * 4];
    double share[2];
    for (int k = 0; k < 2; k++) {
        struct text_style s = style(14, false);
        double dark = 0, all = 0;
        s.degrees = k ? 30 : 0;
        draw(rgba, &s, 120, 120, TEXT_CENTER, TEXT_CENTER, ALL, "mnopqrHEILTW 0123");
        for (int i = 0; i < W * H; i++) {
            double d = 255 - rgba[i * 4];
            all += d;
            dark += d >= 128 ? d : 0;
        }
        share[k] = dark / all;
    }
    cr_assert_gt(share[1], 0.8 * share[0], "%.2f, upright %.2f", share[1], share[0]);
}

Test(text, wraps_at_blanks_and_line_feeds)
{
    struct text_style s = style(12, false);
    const char *next, *text = "one two  three\nfour";
    int two = text_width(font, &s, "one two");
    cr_assert(text_wrap(font, &s, text, two, &next) == 7 && strcmp(next, "three\nfour") == 0, "%s", next);
    cr_assert(text_wrap(font, &s, text, two - 1, &next) == 3 && strncmp(next, "two", 3) == 0);
    cr_assert(text_wrap(font, &s, "three\nfour", 1000, &next) == 5 && strcmp(next, "four") == 0);
    cr_assert(text_wrap(font, &s, "unbreakable", 10, &next) == 11 && !*next);
    cr_assert(text_wrap(font, &s, "unbreakable word", 10, &next) == 16 && !*next, "to be shortened");
    cr_assert(text_wrap(font, &s, "", 10, &next) == 0 && !*next);
    cr_assert(text_wrap(font, &s, "unbreakable\nb", 10, &next) == 11 && strcmp(next, "b") == 0);
}

Test(text, a_bad_font_is_refused_and_changes_nothing)
{
    struct text_style s = style(20, false);
    int before = text_width(font, &s, "weight");
    char path[] = "/tmp/heatscope-font-XXXXXX";
    int fd = mkstemp(path);
    const struct embedded_file *bold = embedded_find(fonts_embedded, "DejaVuSans-Bold.ttf");
    size_t size = (size_t)(bold->end - bold->begin);
    cr_assert_eq(font_load(font, path), HS_ERR_USAGE, "an empty file");
    cr_assert(write(fd, bold->begin, 1000) == 1000);
    cr_assert_eq(font_load(font, path), HS_ERR_USAGE, "cut off");
    cr_assert(write(fd, bold->begin + 1000, size - 1000 - 5000) > 0);
    cr_assert_eq(font_load(font, path), HS_ERR_USAGE, "cut off late");
    cr_assert_eq(font_load(font, "/"), HS_ERR_USAGE);
    cr_assert_eq(font_load(font, "/nowhere"), HS_ERR_USAGE);
    cr_assert_eq(text_width(font, &s, "weight"), before);
    cr_assert(lseek(fd, 0, SEEK_SET) == 0 && write(fd, bold->begin, size) == (ssize_t)size);
    cr_assert_eq(font_load(font, path), HS_OK);
    cr_assert_gt(text_width(font, &s, "weight"), before);
    struct text_style b = s;
    b.bold = true;
    cr_assert_eq(text_width(font, &s, "weight"), text_width(font, &b, "weight"));
    close(fd);
    unlink(path);
}
