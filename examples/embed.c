/* heatscope as a library: a heatmap of your own matrix as pixels, here written as a PPM picture.
 *   cc -o embed embed.c -lheatscope && ./embed > embed.ppm */
#include <heatscope/heatscope.h>
#include <math.h>
#include <stdio.h>

enum { WIDTH = 640, HEIGHT = 400, ROWS = 60, COLS = 80 };

static double matrix[ROWS][COLS];
static uint8_t pixels[HEIGHT][WIDTH][4];

int main(void)
{
    for (int r = 0; r < ROWS; r++)
        for (int c = 0; c < COLS; c++)
            matrix[r][c] = sin(c * 0.1) * cos(r * 0.13);
    hs_view *view;
    if (hs_view_create(&view) != HS_OK)
        return 1;
    hs_view_resize(view, WIDTH, HEIGHT);
    hs_view_set(view, "title", "Embedded");
    hs_view_set(view, "cmap", "vlag");
    hs_view_push(view, &(struct hs_matrix){.data = matrix, .dtype = "f8", .rows = ROWS, .cols = COLS});
    enum hs_status status = hs_view_render_pixels(view, &pixels[0][0][0], sizeof pixels[0]);
    hs_view_destroy(view);
    printf("P6 %d %d 255\n", WIDTH, HEIGHT);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            fwrite(pixels[y][x], 3, 1, stdout);
    return status != HS_OK;
}
