/* Mapped files: shapes, orders, raw, what is refused; a file that shrinks under us. */
#include "store/npy_file.h"
#include "npy_bytes.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

static char path[64];

static void make_path(void)
{
    snprintf(path, sizeof path, "/tmp/hs_npy_XXXXXX");
    close(mkstemp(path));
}

static void remove_path(void) { unlink(path); }

TestSuite(npy_file, .init = make_path, .fini = remove_path);

static struct npy_file *open_ok(void)
{
    struct npy_file *f;
    bool trailing;
    cr_assert_eq(npy_file_open(path, &f, &trailing), HS_OK);
    cr_assert(!trailing);
    cr_assert(f);
    return f;
}

static enum hs_status open_fails(void)
{
    struct npy_file *f;
    bool trailing;
    enum hs_status status = npy_file_open(path, &f, &trailing);
    cr_assert_null(f);
    return status;
}

/* Cell i of what is written is i, in the file's order of bytes. */
static void write_i4(int num, int fortran, const char *shape)
{
    int32_t cells[64];
    for (int i = 0; i < num; i++)
        cells[i] = i;
    npy_write_file(path, "<i4", fortran, shape, cells, (size_t)num * 4);
}

static struct array map_frame(struct npy_file *f, int64_t frame)
{
    struct npy_cells cells = npy_file_frame_cells(f, frame);
    struct array a;
    cr_assert(npy_file_map(f, &cells, &a));
    return a;
}

static double cell(struct npy_file *f, int64_t frame, int64_t row, int64_t col)
{
    struct array a = map_frame(f, frame);
    return dtype_read(a.dtype, array_cell(&a, row, col));
}

Test(npy_file, one_dimension_is_a_row)
{
    write_i4(5, 0, "(5,)");
    struct npy_file *f = open_ok();
    struct array a = map_frame(f, 0);
    cr_assert(a.rows == 1 && a.cols == 5 && npy_file_num_frames(f) == 1);
    cr_assert_eq(cell(f, 0, 0, 4), 4);
    npy_file_unref(f);
}

Test(npy_file, two_dimensions_both_orders)
{
    for (int fortran = 0; fortran < 2; fortran++) {
        write_i4(6, fortran, "(2, 3)");
        struct npy_file *f = open_ok();
        struct array a = map_frame(f, 0);
        cr_assert(a.rows == 2 && a.cols == 3);
        for (int r = 0; r < 2; r++) {
            for (int c = 0; c < 3; c++)
                cr_assert_eq(cell(f, 0, r, c), fortran ? r + 2 * c : 3 * r + c);
        }
        npy_file_unref(f);
    }
}

Test(npy_file, three_dimensions_both_orders)
{
    for (int fortran = 0; fortran < 2; fortran++) {
        write_i4(24, fortran, "(2, 3, 4)");
        struct npy_file *f = open_ok();
        cr_assert_eq(npy_file_num_frames(f), 2);
        for (int i = 0; i < 2; i++) {
            for (int r = 0; r < 3; r++) {
                for (int c = 0; c < 4; c++)
                    cr_assert_eq(cell(f, i, r, c), fortran ? i + 2 * (r + 3 * c) : 12 * i + 4 * r + c);
            }
        }
        npy_file_unref(f);
    }
}

Test(npy_file, swapped_is_told)
{
    int32_t be = (int32_t)__builtin_bswap32(7);
    npy_write_file(path, ">i4", 0, "(1, 1)", &be, 4);
    struct npy_file *f = open_ok();
    cr_assert(npy_file_header(f)->swapped);
    npy_file_unref(f);
}

Test(npy_file, trailing_bytes_make_it_a_stream)
{
    write_i4(7, 0, "(2, 3)");
    struct npy_file *f;
    bool trailing;
    cr_assert_eq(npy_file_open(path, &f, &trailing), HS_OK);
    cr_assert(trailing);
    cr_assert_null(f);
}

Test(npy_file, what_is_refused)
{
    write_i4(5, 0, "(2, 3)"); /* truncated */
    cr_assert_eq(open_fails(), HS_ERR_FORMAT);
    int64_t cells[8] = {0};
    npy_write_file(path, "<c16", 0, "(2, 2)", cells, 64);
    cr_assert_eq(open_fails(), HS_ERR_UNSUPPORTED);
    /* four to eight dimensions are looked at in slices: test_nd_index */
    npy_write_file(path, "<f4", 0, "(2, 1, 1, 2, 1, 1, 1, 1, 1)", cells, 16);
    cr_assert_eq(open_fails(), HS_ERR_UNSUPPORTED);
    npy_write_file(path, "<f8", 0, "(4611686018427387904, 4611686018427387904)", cells, 64);
    cr_assert_eq(open_fails(), HS_ERR_FORMAT);
    npy_write_file(path, "<i1", 0, "(9223372036854775807,)", cells, 64);
    cr_assert_eq(open_fails(), HS_ERR_FORMAT);
    cr_assert_eq(truncate(path, 20), 0);
    cr_assert_eq(open_fails(), HS_ERR_FORMAT);
    cr_assert_eq(truncate(path, 0), 0);
    cr_assert_eq(open_fails(), HS_ERR_FORMAT);
    unlink(path);
    cr_assert_eq(open_fails(), HS_ERR_IO);
}

Test(npy_file, raw)
{
    int fd = open(path, O_WRONLY);
    uint16_t cells[13];
    for (int i = 0; i < 13; i++)
        cells[i] = (uint16_t)i;
    cr_assert_eq(write(fd, "abc", 3), 3);
    cr_assert_eq(write(fd, cells, sizeof cells), sizeof cells);
    close(fd);
    struct npy_file *f;
    cr_assert_eq(npy_file_open_raw(path, "u2,2x3@3", &f), HS_OK);
    cr_assert_eq(npy_file_num_frames(f), 2);
    cr_assert_eq(cell(f, 1, 1, 2), 11);
    npy_file_unref(f);
    cr_assert_eq(npy_file_open_raw(path, "u2,2x7", &f), HS_OK);
    cr_assert_eq(npy_file_num_frames(f), 1);
    npy_file_unref(f);
    cr_assert_eq(npy_file_open_raw(path, "u2,20x30", &f), HS_ERR_FORMAT);
    cr_assert_null(f);
    cr_assert_eq(npy_file_open_raw(path, "u2", &f), HS_ERR_USAGE);
}

Test(npy_file, references)
{
    write_i4(6, 0, "(2, 3)");
    struct npy_file *f = open_ok();
    npy_file_ref(f);
    npy_file_unref(f);
    cr_assert_eq(cell(f, 0, 1, 2), 5);
    npy_file_unref(f);
    npy_file_unref(NULL);
}

Test(npy_file, shrinking_reads_zeros)
{
    char *cells = malloc(40000);
    memset(cells, 1, 40000);
    npy_write_file(path, "|u1", 0, "(100, 400)", cells, 40000);
    struct npy_file *f = open_ok();
    cr_assert_eq(cell(f, 0, 99, 399), 1);
    cr_assert(!npy_file_lost(f));
    cr_assert_eq(truncate(path, 4096), 0);
    cr_assert_eq(cell(f, 0, 99, 399), 0);
    cr_assert_eq(cell(f, 0, 50, 0), 0);
    cr_assert_eq(cell(f, 0, 0, 0), 1);
    cr_assert(npy_file_lost(f));
    npy_file_unref(f);
    free(cells);
}

Test(npy_file, other_bus_errors_still_kill)
{
    write_i4(6, 0, "(2, 3)");
    struct npy_file *f = open_ok(); /* the handler is there */
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        int fd = open(path, O_RDWR);
        volatile char *p = mmap(NULL, 8192, PROT_READ, MAP_SHARED, fd, 0); /* not guarded, and nothing behind the first page */
        close(2);
        _exit(p[4096]);
    }
    int how;
    waitpid(pid, &how, 0);
    cr_assert(WIFSIGNALED(how) || WEXITSTATUS(how) != 0);
    npy_file_unref(f);
}
