/* PNG output read back with libpng; and how files come into being: whole, with the right permissions, through links, into devices. */
#include <criterion/criterion.h>
#include "output/png.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <png.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];

static void setup(void)
{
    strcpy(dir, "/tmp/heatscope-png-XXXXXX");
    cr_assert(mkdtemp(dir) && chdir(dir) == 0);
}

static void teardown(void)
{
    DIR *d = opendir(dir);
    for (struct dirent *e; (e = readdir(d));)
        unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
    rmdir(dir);
}

TestSuite(png, .init = setup, .fini = teardown);

enum { W = 37, H = 21, STRIDE = W * 4 + 12 };

static uint8_t picture[H * STRIDE];

static void paint(unsigned seed)
{
    srand(seed);
    for (size_t i = 0; i < sizeof picture; i++)
        picture[i] = (uint8_t)rand();
}

static int num_files(void)
{
    int num = 0;
    DIR *d = opendir(".");
    for (struct dirent *e; (e = readdir(d));)
        num += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return num;
}

/* Reads a file and compares its pixels with the picture. */
static void expect_picture(const char *path)
{
    static uint8_t got[H * W * 3];
    png_image image = {.version = PNG_IMAGE_VERSION};
    cr_assert(png_image_begin_read_from_file(&image, path), "%s: %s", path, image.message);
    cr_assert(image.width == W && image.height == H && image.format == PNG_FORMAT_RGB);
    cr_assert(png_image_finish_read(&image, NULL, got, W * 3, NULL), "%s", image.message);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            cr_assert(memcmp(got + (y * W + x) * 3, picture + y * STRIDE + x * 4, 3) == 0, "%s: (%d, %d)", path, x, y);
}

static enum hs_status write_to(const char *path)
{
    return png_write(path, picture, W, H, STRIDE, false, 100, NULL, 0);
}

/* Standard error while fn's call runs. */
static void read_message(int (*fn)(void), int want, char *out, size_t size)
{
    int old = dup(STDERR_FILENO), file = open("stderr.txt", O_RDWR | O_CREAT | O_TRUNC, 0600);
    dup2(file, STDERR_FILENO);
    int got = fn();
    dup2(old, STDERR_FILENO);
    ssize_t len = pread(file, out, size - 1, 0);
    out[len < 0 ? 0 : len] = 0;
    close(old);
    close(file);
    unlink("stderr.txt");
    cr_assert_eq(got, want, "%s", out);
}

Test(png, reads_back_equal)
{
    paint(1);
    cr_assert_eq(write_to("a.png"), HS_OK);
    expect_picture("a.png");
    cr_assert_eq(num_files(), 1);
}

Test(png, carries_resolution_and_texts)
{
    paint(2);
    const struct png_text texts[] = {{"Software", "heatscope 1"}, {"Title", "\xce\xb1 \xe2\x88\x92 3"}};
    cr_assert_eq(png_write("a.png", picture, W, H, STRIDE, false, 96, texts, 2), HS_OK);
    FILE *file = fopen("a.png", "rb");
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file);
    png_read_info(png, info);
    cr_assert_eq(png_get_x_pixels_per_meter(png, info), 3780);
    cr_assert_eq(png_get_y_pixels_per_meter(png, info), 3780);
    png_textp got;
    int num;
    cr_assert_eq(png_get_text(png, info, &got, &num), 2);
    for (int i = 0; i < 2; i++)
        cr_assert(strcmp(got[i].key, texts[i].key) == 0 && strcmp(got[i].text, texts[i].value) == 0, "%s", got[i].text);
    cr_assert(got[0].compression == PNG_TEXT_COMPRESSION_NONE && got[1].compression == PNG_ITXT_COMPRESSION_NONE);
    png_destroy_read_struct(&png, &info, NULL);
    fclose(file);
}

Test(png, new_files_have_the_umasks_permissions_replaced_ones_their_own)
{
    struct stat st;
    umask(027);
    cr_assert_eq(write_to("a.png"), HS_OK);
    cr_assert(stat("a.png", &st) == 0 && (st.st_mode & 0777) == 0640, "%o", st.st_mode);
    cr_assert_eq(chmod("a.png", 0604), 0);
    paint(3);
    cr_assert_eq(write_to("a.png"), HS_OK);
    cr_assert(stat("a.png", &st) == 0 && (st.st_mode & 0777) == 0604);
    expect_picture("a.png");
}

Test(png, an_old_picture_stays_whole_for_who_has_it_open)
{
    paint(4);
    cr_assert_eq(write_to("a.png"), HS_OK);
    int fd = open("a.png", O_RDONLY);
    struct stat before, after;
    fstat(fd, &before);
    cr_assert_eq(png_write("a.png", picture, 5, 5, STRIDE, false, 100, NULL, 0), HS_OK);
    fstat(fd, &after);
    cr_assert(before.st_size == after.st_size && after.st_nlink == 0);
    close(fd);
}

Test(png, links_are_followed_and_stay)
{
    struct stat st;
    paint(5);
    cr_assert_eq(symlink("real.png", "link.png"), 0);
    cr_assert_eq(write_to("real.png"), HS_OK);
    paint(6);
    cr_assert_eq(write_to("link.png"), HS_OK);
    cr_assert(lstat("link.png", &st) == 0 && S_ISLNK(st.st_mode));
    expect_picture("real.png");
    cr_assert_eq(num_files(), 2);
}

Test(png, devices_are_written_in_place)
{
    struct stat st;
    cr_assert_eq(write_to("/dev/null"), HS_OK);
    cr_assert(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
}

static void *read_fifo(void *arg)
{
    int in = open("fifo", O_RDONLY), out = open("copy.png", O_WRONLY | O_CREAT, 0600);
    char bytes[4096];
    for (ssize_t len; (len = read(in, bytes, sizeof bytes)) > 0;)
        cr_assert_eq(write(out, bytes, (size_t)len), len);
    close(in);
    close(out);
    return arg;
}

Test(png, a_fifo_is_written_in_place)
{
    pthread_t reader;
    struct stat st;
    paint(7);
    cr_assert_eq(mkfifo("fifo", 0600), 0);
    pthread_create(&reader, NULL, read_fifo, NULL);
    cr_assert_eq(write_to("fifo"), HS_OK);
    pthread_join(reader, NULL);
    cr_assert(stat("fifo", &st) == 0 && S_ISFIFO(st.st_mode));
    expect_picture("copy.png");
}

Test(png, dash_and_dev_stdout_are_standard_output)
{
    paint(8);
    static const char *const NAMES[] = {"-", "/dev/stdout"};
    for (int i = 0; i < 2; i++) {
        fflush(stdout);
        int old = dup(STDOUT_FILENO), file = open("out.png", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(file, STDOUT_FILENO);
        enum hs_status status = write_to(NAMES[i]);
        dup2(old, STDOUT_FILENO);
        close(old);
        close(file);
        cr_assert_eq(status, HS_OK);
        expect_picture("out.png");
    }
}

static int write_into_nowhere(void)
{
    return (int)write_to("none/a.png");
}

static int write_to_a_full_disk(void)
{
    return (int)write_to("/dev/full");
}

static int write_over_a_folder(void)
{
    return (int)write_to(".");
}

static int write_no_pixels(void)
{
    return (int)png_write("zero.png", picture, 0, 5, STRIDE, false, 100, NULL, 0);
}

Test(png, says_what_went_wrong_and_leaves_nothing_behind)
{
    char text[300];
    read_message(write_into_nowhere, HS_ERR_IO, text, sizeof text);
    cr_assert_str_eq(text, "heatscope: error: cannot write none/a.png: No such file or directory\n");
    read_message(write_to_a_full_disk, HS_ERR_IO, text, sizeof text);
    cr_assert_str_eq(text, "heatscope: error: cannot write /dev/full: No space left on device\n");
    read_message(write_over_a_folder, HS_ERR_IO, text, sizeof text);
    cr_assert_str_eq(text, "heatscope: error: cannot write .: Is a directory\n");
    read_message(write_no_pixels, HS_ERR_IO, text, sizeof text);
    cr_assert_str_eq(text, "heatscope: error: cannot write zero.png: libpng refused the picture\n");
    cr_assert_eq(num_files(), 0);
}

Test(png, text_is_read_back)
{
    const struct png_text texts[] = {{"other", "x"}, {"heatscope", "{\"title\":\"Z\u00fcge\"}"}};
    char *value;
    cr_assert_eq(png_write("t.png", picture, W, H, STRIDE, true, 100, texts, 2), HS_OK);
    cr_assert_eq(png_read_text("t.png", "heatscope", &value), HS_OK);
    cr_assert_str_eq(value, texts[1].value);
    free(value);
    cr_assert_eq(png_read_text("t.png", "missing", &value), HS_OK);
    cr_assert_null(value);
    cr_assert_eq(png_read_text("none.png", "heatscope", &value), HS_ERR_IO);
    FILE *f = fopen("no.png", "w");
    fputs("\x89PNG\r\n\x1a\nnonsense", f);
    fclose(f);
    cr_assert_eq(png_read_text("no.png", "heatscope", &value), HS_ERR_FORMAT);
}

Test(png, every_broken_picture_is_an_error_or_no_text)
{
    const struct png_text texts[] = {{"heatscope", "{}"}};
    static uint8_t bytes[1 << 16];
    char *value;
    cr_assert_eq(png_write("t.png", picture, W, H, STRIDE, false, 100, texts, 1), HS_OK);
    FILE *f = fopen("t.png", "r");
    size_t len = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    for (size_t cut = 0; cut < len; cut += 7) {
        f = fopen("cut.png", "w");
        fwrite(bytes, 1, cut, f);
        fclose(f);
        enum hs_status s = png_read_text("cut.png", "heatscope", &value);
        cr_assert(s == HS_OK || s == HS_ERR_FORMAT);
        free(value);
    }
}
