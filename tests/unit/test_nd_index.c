/* Indices into arrays of many dimensions: what they mean and what is said when they are wrong; slices of files against NumPy's rule. */
#include <criterion/criterion.h>
#include "data/nd_index.h"
#include "store/npy_file.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int64_t SHAPE[] = {12, 5, 7, 3};

static void expect(const char *text, int row_axis, int col_axis, const char *said)
{
    struct nd_index i;
    char why[400] = "", out[200];
    cr_assert(nd_index_parse(text, SHAPE, 4, &i, why, sizeof why), "%s: %s", text, why);
    cr_assert(i.row_axis == row_axis && i.col_axis == col_axis, "%s", text);
    cr_assert_str_eq(nd_index_text(&i, out, sizeof out), said);
}

Test(nd_index, meaning)
{
    expect("3,:,:,0", 1, 2, "axis 0: 3 of 0–11, axis 3: 0 of 0–2");
    expect(" -1 , : ,2, : ", 1, 3, "axis 0: 11 of 0–11, axis 2: 2 of 0–6");
    expect(":,:,-7,1", 0, 1, "axis 2: 0 of 0–6, axis 3: 1 of 0–2");
    expect(NULL, 2, 3, "axis 0: 0 of 0–11, axis 1: 0 of 0–4");
}

static void expect_wrong(const char *text, const char *words)
{
    struct nd_index i;
    char why[400] = "";
    cr_assert_not(nd_index_parse(text, SHAPE, 4, &i, why, sizeof why), "%s", text);
    cr_assert(strstr(why, words), "%s: '%s' lacks '%s'", text, why, words);
}

Test(nd_index, mistakes)
{
    expect_wrong("12,:,:,0", "axis 0 has size 12 (-12 to 11)");
    expect_wrong("0,:,:,-4", "axis 3 has size 3");
    expect_wrong("0,:,:", "3 entries, but the array has 4 axes: (12, 5, 7, 3)");
    expect_wrong("0,:,1,2", "1 colon;");
    expect_wrong(":,:,:,2", "3 colons");
    expect_wrong("", "0 colons");
    expect_wrong("a,:,:,0", "as in 3,:,:,0");
    expect_wrong("1,:,:,0,", "as in 3,:,:,0");
    expect_wrong("1;:,:,0", "as in 3,:,:,0");
    expect_wrong("99999999999999999999,:,:,0", "as in 3,:,:,0");
    expect_wrong("1,:,:,0,0,0,0,0,0", "more than 8 axes");
}

/* The cell with these four indices is their number written in decimal. */
static void write_file(const char *path, bool fortran)
{
    FILE *f = fopen(path, "w");
    char dict[118];
    snprintf(dict, sizeof dict, "{'descr': '<i4', 'fortran_order': %s, 'shape': (12, 5, 7, 3), }", fortran ? "True" : "False");
    fprintf(f, "\x93NUMPY\x01%c%c%c%-117s\n", 0, 118, 0, dict);
    for (int n = 0; n < 12 * 5 * 7 * 3; n++) {
        int at[4], rest = n;
        for (int k = 0; k < 4; k++) {
            int axis = fortran ? k : 3 - k;
            at[axis] = rest % (int)SHAPE[axis];
            rest /= (int)SHAPE[axis];
        }
        int32_t v = at[0] * 1000 + at[1] * 100 + at[2] * 10 + at[3];
        fwrite(&v, sizeof v, 1, f);
    }
    fclose(f);
}

Test(nd_index, slices_of_files)
{
    char path[] = "/tmp/heatscope-nd-XXXXXX";
    cr_assert_geq(close(mkstemp(path)), 0);
    for (int fortran = 0; fortran < 2; fortran++) {
        struct npy_file *f;
        struct nd_index i;
        bool trailing;
        char why[400];
        write_file(path, fortran);
        cr_assert_eq(npy_file_open(path, &f, &trailing), HS_OK);
        cr_assert_not(trailing);
        cr_assert(nd_index_parse("-1,:,2,:", npy_file_header(f)->shape, 4, &i, why, sizeof why));
        struct npy_cells cells = npy_file_slice_cells(f, &i);
        struct array a;
        cr_assert(npy_file_map(f, &cells, &a));
        cr_assert(a.rows == 5 && a.cols == 3);
        for (int r = 0; r < 5; r++)
            for (int c = 0; c < 3; c++)
                cr_assert_eq(dtype_read(a.dtype, array_cell(&a, r, c)), 11020 + r * 100 + c);
        npy_file_unref(f);
    }
    unlink(path);
}
