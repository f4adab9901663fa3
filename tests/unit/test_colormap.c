/* Colormaps: all names found, entries of matplotlib's, reversal, spelling. tests/golden/test_colormaps.py compares every byte. */
#include "base/clock.h"
#include "base/embedded.h"
#include "plot/colormap.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(const struct colormap *map, int i, int r, int g, int b)
{
    struct color c = map->lut[i];
    cr_assert(c.r == r && c.g == g && c.b == b && c.a == 255, "entry %d is %d,%d,%d,%d", i, c.r, c.g, c.b, c.a);
}

Test(colormap, viridis)
{
    struct colormap map;
    cr_assert(colormap_find("viridis", &map));
    check(&map, 0, 68, 1, 84);
    check(&map, 128, 32, 144, 140);
    check(&map, 255, 253, 231, 36);
    cr_assert(colormap_find("viridis_r", &map));
    check(&map, 255, 68, 1, 84);
    check(&map, 0, 253, 231, 36);
}

Test(colormap, reversed_with_matplotlib_s_rounding)
{
    struct colormap map;
    cr_assert(colormap_find("RdBu", &map));
    struct color forward = map.lut[255 - 170];
    cr_assert(colormap_find("RdBu_r", &map));
    check(&map, 170, 247, 183, 153);
    cr_assert(memcmp(&forward, &map.lut[170], sizeof forward) != 0);
}

Test(colormap, qualitative_is_resampled)
{
    struct colormap map;
    cr_assert(colormap_find("tab10", &map));
    check(&map, 0, 31, 119, 180);
    check(&map, 25, 31, 119, 180);
    check(&map, 26, 255, 127, 14);
    check(&map, 255, 23, 190, 207);
}

Test(colormap, every_table_has_a_name_and_every_name_a_table)
{
    int num_files = 0;
    for (const struct embedded_file *f = colormaps_embedded; f->name; f++) {
        bool named = false;
        for (int i = 0; i < colormap_count() && !named; i++)
            named = strncmp(f->name, colormap_name(i), strlen(f->name) - 4) == 0 && strlen(colormap_name(i)) == strlen(f->name) - 4;
        cr_expect(named, "%s is in the list", f->name);
        num_files++;
    }
    cr_assert_eq(num_files, colormap_count());
    cr_assert_geq(num_files, 89);
    for (int i = 0; i < colormap_count(); i++) {
        struct colormap map, back;
        char reversed[80];
        snprintf(reversed, sizeof reversed, "%s_r", colormap_name(i));
        cr_expect(colormap_find(colormap_name(i), &map), "%s", colormap_name(i));
        cr_expect(colormap_find(reversed, &back), "%s", reversed);
        for (int k = 0; k < COLORMAP_SIZE; k++) { /* at most one byte step apart: rounding */
            struct color a = map.lut[k], b = back.lut[255 - k];
            cr_assert(abs(a.r - b.r) <= 1 && abs(a.g - b.g) <= 1 && abs(a.b - b.b) <= 1 && a.a == 255 && b.a == 255);
        }
    }
}

Test(colormap, order)
{
    cr_assert_str_eq(colormap_name(0), "viridis");
    cr_assert_str_eq(colormap_name(19), "Spectral");
    cr_assert_str_eq(colormap_name(20), "Accent");
    cr_assert_null(colormap_name(-1));
    cr_assert_null(colormap_name(colormap_count()));
}

Test(colormap, unknown)
{
    struct colormap map;
    char long_name[300];
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = 0;
    cr_assert_not(colormap_find("", &map));
    cr_assert_not(colormap_find("_r", &map));
    cr_assert_not(colormap_find("virids", &map));
    cr_assert_not(colormap_find("viridis_r_r", &map));
    cr_assert_not(colormap_find("../viridis", &map));
    cr_assert_not(colormap_find(long_name, &map));
    cr_assert_not_null(colormap_suggest(long_name));
    cr_assert_str_eq(colormap_suggest("virids"), "viridis");
    cr_assert_str_eq(colormap_suggest("virdiis_r"), "viridis");
    cr_assert_str_eq(colormap_suggest("rdbu"), "RdBu");
    cr_assert_str_eq(colormap_suggest("grey"), "gray");
    cr_assert_str_eq(colormap_suggest("Jet"), "jet");
}

Test(colormap, look_up_is_quick)
{
    struct colormap map;
    int64_t best = INT64_MAX;
    for (int i = 0; i < 50; i++) {
        int64_t start = clock_now_ns();
        cr_assert(colormap_find("YlOrRd", &map));
        int64_t took = clock_now_ns() - start;
        best = took < best ? took : best;
    }
    cr_assert_lt(best, 100000, "a look-up takes %lld ns", (long long)best);
}
