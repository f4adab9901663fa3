/* Peaks and bad cells, against brute force. */
#include <criterion/criterion.h>
#include "data/find.h"
#include <stdlib.h>

static double noise(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 16) / 65536;
}

static double key_at(const struct array *a, enum find_kind kind, int64_t r, int64_t c)
{
    return find_key(kind, dtype_read(a->dtype, array_cell(a, r, c)));
}

/* The greatest cell of a block, the first of equals. */
static double block_key(const struct array *a, enum find_kind kind, int64_t br, int64_t bc, struct find_cell *where)
{
    int down = find_block(a->rows), across = find_block(a->cols);
    double best = -INFINITY;
    for (int64_t r = br * down; r < (br + 1) * down && r < a->rows; r++)
        for (int64_t c = bc * across; c < (bc + 1) * across && c < a->cols; c++)
            if (key_at(a, kind, r, c) > best) {
                best = key_at(a, kind, r, c);
                *where = (struct find_cell){r, c};
            }
    return best;
}

/* All peaks in order of value. */
static int all_peaks(const struct array *a, enum find_kind kind, struct find_cell *out)
{
    int64_t down = find_block(a->rows), across = find_block(a->cols), rows = (a->rows + down - 1) / down, cols = (a->cols + across - 1) / across;
    int num = 0;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < cols; c++) {
            struct find_cell cell, other;
            double key = block_key(a, kind, r, c, &cell);
            bool peak = key > -INFINITY;
            for (int64_t i = 0; i < 9; i++) {
                int64_t y = r + i / 3 - 1, x = c + i % 3 - 1;
                if (i == 4 || y < 0 || x < 0 || y >= rows || x >= cols)
                    continue;
                double beside = block_key(a, kind, y, x, &other);
                peak = peak && !(beside > key || (beside == key && i < 4));
            }
            int at = num;
            for (; peak && at > 0 && key_at(a, kind, out[at - 1].row, out[at - 1].col) < key; at--)
                out[at] = out[at - 1];
            if (peak) {
                out[at] = cell;
                num++;
            }
        }
    return num;
}

static void check_walk(const struct array *a, enum find_kind kind)
{
    static struct find_cell wanted[20000], seen[200];
    struct find_cell cell;
    bool found;
    int num = all_peaks(a, kind, wanted);
    cr_assert(num > 0);
    for (int i = 0; i < num && i < 200; i++) {
        cr_assert_eq(find_peak(NULL, a, kind, seen, i, &cell, &found), HS_OK);
        cr_assert(found);
        cr_assert(cell.row == wanted[i].row && cell.col == wanted[i].col, "peak %d: %lld,%lld, not %lld,%lld", i, (long long)cell.row,
                  (long long)cell.col, (long long)wanted[i].row, (long long)wanted[i].col);
        seen[i] = cell;
    }
    if (num <= 200) {
        cr_assert_eq(find_peak(NULL, a, kind, seen, num, &cell, &found), HS_OK);
        cr_assert_not(found);
    }
}

Test(find, peaks_in_order_of_value)
{
    static const int64_t SHAPES[][2] = {{10, 12}, {1, 700}, {600, 531}, {70, 64}, {1, 1}};
    for (size_t s = 0; s < sizeof SHAPES / sizeof *SHAPES; s++) {
        int64_t rows = SHAPES[s][0], cols = SHAPES[s][1];
        float *x = malloc((size_t)(rows * cols) * sizeof *x);
        unsigned seed = 7;
        for (int64_t i = 0; i < rows * cols; i++)
            x[i] = (float)floor(noise(&seed) * 50) - 20; /* many are equal */
        x[rows * cols / 3] = rows * cols > 1 ? NAN : 1;
        struct array a = array_c_order(x, DTYPE_F4, rows, cols);
        check_walk(&a, FIND_HIGHEST);
        check_walk(&a, FIND_LOWEST);
        check_walk(&a, FIND_FARTHEST);
        struct array turned = {x, DTYPE_F4, cols, rows, a.col_stride, a.row_stride};
        check_walk(&turned, FIND_HIGHEST);
        free(x);
    }
}

Test(find, a_plateau_has_one_peak_and_no_number_has_none)
{
    int16_t flat[40 * 50] = {0};
    double none[4] = {NAN, INFINITY, -INFINITY, NAN};
    struct array a = array_c_order(flat, DTYPE_I2, 40, 50), b = array_c_order(none, DTYPE_F8, 2, 2);
    struct find_cell cell = {9, 9};
    bool found;
    cr_assert_eq(find_peak(NULL, &a, FIND_HIGHEST, NULL, 0, &cell, &found), HS_OK);
    cr_assert(found && cell.row == 0 && cell.col == 0);
    cr_assert_eq(find_peak(NULL, &a, FIND_HIGHEST, &cell, 1, &cell, &found), HS_OK);
    cr_assert_not(found);
    cr_assert_eq(find_peak(NULL, &b, FIND_FARTHEST, NULL, 0, &cell, &found), HS_OK);
    cr_assert_not(found);
}

static bool bad(const double *x, int64_t rows, int64_t cols, int64_t r, int64_t c)
{
    return r >= 0 && c >= 0 && r < rows && c < cols && !isfinite(x[r * cols + c]);
}

Test(find, bad_cells_row_by_row_from_any_cell_on)
{
    enum { ROWS = 30, COLS = 41 };
    double x[ROWS * COLS];
    unsigned seed = 3;
    for (int i = 0; i < ROWS * COLS; i++)
        x[i] = noise(&seed) < 0.06 ? (noise(&seed) < 0.5 ? NAN : -INFINITY) : 1;
    struct array a = array_c_order(x, DTYPE_F8, ROWS, COLS);
    for (int start = 0; start < ROWS * COLS; start++) {
        struct find_cell cell, after = {start / COLS, start % COLS};
        int wanted = -1;
        for (int k = 1; k <= ROWS * COLS && wanted < 0; k++) {
            int64_t i = (start + k) % (ROWS * COLS), r = i / COLS, c = i % COLS;
            if (bad(x, ROWS, COLS, r, c) && !bad(x, ROWS, COLS, r, c - 1) && !bad(x, ROWS, COLS, r - 1, c - 1) && !bad(x, ROWS, COLS, r - 1, c) &&
                !bad(x, ROWS, COLS, r - 1, c + 1))
                wanted = (int)i;
        }
        cr_assert(find_bad(NULL, &a, NULL, NULL, after, &cell));
        cr_assert_eq(cell.row * COLS + cell.col, wanted, "from %d on: %lld,%lld", start, (long long)cell.row, (long long)cell.col);
    }
    double fine[4] = {1, 2, 3, 4};
    struct array b = array_c_order(fine, DTYPE_F8, 2, 2);
    cr_assert_not(find_bad(NULL, &b, NULL, NULL, (struct find_cell){1, 1}, &(struct find_cell){0}));
}
