/* The public library, used as a program would: only its public header. */
#include <criterion/criterion.h>
#include <heatscope/heatscope.h>
#include <stdlib.h>
#include <string.h>

static hs_view *bare_view(int width, int height)
{
    hs_view *v = NULL;
    cr_assert_eq(hs_view_create(&v), HS_OK);
    cr_assert_eq(hs_view_resize(v, width, height), HS_OK);
    cr_assert_eq(hs_view_set(v, "bare", NULL), HS_OK);
    cr_assert_eq(hs_view_set(v, "cmap", "gray"), HS_OK);
    cr_assert_eq(hs_view_set(v, "vmin", "0"), HS_OK);
    cr_assert_eq(hs_view_set(v, "vmax", "255"), HS_OK);
    return v;
}

Test(library, cells_become_their_colours)
{
    hs_view *v = bare_view(3, 2);
    const uint8_t cells[2][3] = {{0, 51, 102}, {153, 204, 255}};
    uint8_t rgba[2 * 3 * 4];
    cr_assert_eq(hs_view_push(v, &(struct hs_matrix){.data = cells, .dtype = "u1", .rows = 2, .cols = 3}), HS_OK);
    cr_assert_eq(hs_view_render_pixels(v, rgba, 12), HS_OK);
    for (int i = 0; i < 6; i++)
        cr_assert_leq(abs((int)rgba[i * 4] - 51 * i), 1, "cell %d is %d", i, rgba[i * 4]);
    hs_view_destroy(v);
}

Test(library, strides_are_followed_and_the_matrix_is_copied)
{
    hs_view *v = bare_view(2, 2);
    uint8_t cells[4] = {0, 100, 200, 255}; /* Fortran order */
    uint8_t rgba[16];
    struct hs_matrix m = {.data = cells, .dtype = "uint8", .rows = 2, .cols = 2, .row_stride = 1, .col_stride = 2};
    cr_assert_eq(hs_view_push(v, &m), HS_OK);
    memset(cells, 7, sizeof cells);
    cr_assert_eq(hs_view_render_pixels(v, rgba, 8), HS_OK);
    const int want[4] = {0, 200, 100, 255};
    for (int i = 0; i < 4; i++)
        cr_assert_leq(abs((int)rgba[i * 4] - want[i]), 1);
    hs_view_destroy(v);
}

Test(library, bad_arguments_are_told)
{
    hs_view *v = bare_view(2, 2);
    uint8_t cell = 1;
    cr_assert_eq(hs_view_push(v, &(struct hs_matrix){.data = &cell, .dtype = "c16", .rows = 1, .cols = 1}), HS_ERR_USAGE);
    cr_assert_eq(hs_view_push(v, &(struct hs_matrix){.data = &cell, .dtype = "u1", .rows = 0, .cols = 1}), HS_ERR_USAGE);
    cr_assert_eq(hs_view_set(v, "vmin", "low"), HS_ERR_USAGE);
    cr_assert_eq(hs_view_set(v, "listen", "5555"), HS_ERR_USAGE);
    cr_assert_eq(hs_view_resize(v, 0, 5), HS_ERR_USAGE);
    hs_view_destroy(v);
    hs_view_destroy(NULL);
}

Test(library, a_view_without_data_still_draws)
{
    hs_view *v = NULL;
    cr_assert_eq(hs_view_create(&v), HS_OK);
    uint8_t *rgba = calloc(1280 * 720, 4);
    cr_assert_eq(hs_view_render_pixels(v, rgba, 1280 * 4), HS_OK);
    cr_assert_eq(rgba[0], 255);
    free(rgba);
    hs_view_destroy(v);
}

Test(library, transparent_pictures)
{
    hs_view *v = NULL;
    cr_assert_eq(hs_view_create(&v), HS_OK);
    float cells[4] = {0, 1, 2, __builtin_nanf("")};
    static uint8_t rgba[60 * 80 * 4];
    cr_assert_eq(hs_view_resize(v, 80, 60), HS_OK);
    cr_assert_eq(hs_view_set(v, "transparent", "true"), HS_OK);
    cr_assert_eq(hs_view_set(v, "bad", "none"), HS_OK);
    cr_assert_eq(hs_view_set(v, "no-cbar", "true"), HS_OK);
    cr_assert_eq(hs_view_push(v, &(struct hs_matrix){.data = cells, .dtype = "f4", .rows = 2, .cols = 2}), HS_OK);
    cr_assert_eq(hs_view_render_pixels(v, rgba, 80 * 4), HS_OK);
    int num_clear = 0, num_solid = 0;
    for (int i = 0; i < 60 * 80; i++) {
        num_clear += rgba[4 * i + 3] == 0;
        num_solid += rgba[4 * i + 3] == 255;
    }
    cr_assert(rgba[3] == 0 && num_clear > 1000 && num_solid > 1000, "%d clear, %d solid", num_clear, num_solid);
    hs_view_destroy(v);
}
