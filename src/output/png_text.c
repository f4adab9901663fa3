/* Texts of a PNG, by libpng. Other programs move them behind the picture, so that is read over when need be. The file may come from
 * anywhere: libpng's limits hold, and whatever it says is one line. Any thread; no state. */
#include "output/png.h"
#include "base/log.h"
#include "base/memory.h"
#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNATURE_BYTES = 8, MAX_CHUNK_BYTES = 4 << 20 };

static void on_error(png_structp png, png_const_charp text)
{
    (void)text;
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static bool find(png_structp png, png_infop info, const char *key, char **value)
{
    png_textp texts;
    int num = 0;
    png_get_text(png, info, &texts, &num);
    for (int i = 0; i < num; i++)
        if (strcmp(texts[i].key, key) == 0 && texts[i].text) {
            *value = mem_strdup(texts[i].text);
            return true;
        }
    return false;
}

/* Over the rows to what comes behind them. */
static void skip_picture(png_structp png, png_infop info, png_bytep row)
{
    png_uint_32 height = png_get_image_height(png, info);
    int passes = png_set_interlace_handling(png);
    png_start_read_image(png);
    for (int pass = 0; pass < passes; pass++)
        for (png_uint_32 y = 0; y < height; y++)
            png_read_row(png, row, NULL);
    png_read_end(png, info);
}

/* Apart from the rest, so that no variable of the caller lives across setjmp. False: this is no PNG, or a broken one. */
static bool read_text(FILE *file, const char *key, char **value)
{
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
    if (!png)
        return false;
    png_infop info = png_create_info_struct(png);
    png_bytep volatile row = NULL;
    volatile bool ok = false;
    if (info && setjmp(png_jmpbuf(png)) == 0) {
        png_set_chunk_malloc_max(png, MAX_CHUNK_BYTES);
        png_set_crc_action(png, PNG_CRC_DEFAULT, PNG_CRC_WARN_DISCARD);
        png_init_io(png, file);
        png_read_info(png, info);
        ok = find(png, info, key, value);
        row = ok ? NULL : mem_zeroed(png_get_rowbytes(png, info) + 1, 1);
        if (row) {
            skip_picture(png, info, row);
            find(png, info, key, value);
            ok = true;
        }
    }
    free(row);
    png_destroy_read_struct(&png, &info, NULL);
    return ok;
}

enum hs_status png_read_text(const char *path, const char *key, char **value)
{
    uint8_t signature[SIGNATURE_BYTES] = {0};
    *value = NULL;
    FILE *file = fopen(path, "rbe");
    if (!file || (fread(signature, 1, sizeof signature, file) != sizeof signature && ferror(file))) {
        log_error("%s: %s", path, strerror(errno));
        if (file)
            fclose(file);
        return HS_ERR_IO;
    }
    rewind(file);
    bool ok = png_sig_cmp(signature, 0, sizeof signature) == 0 && read_text(file, key, value);
    fclose(file);
    if (!ok && *value == NULL) {
        log_error("%s: is no PNG, or a broken one", path);
        return HS_ERR_FORMAT;
    }
    return HS_OK;
}
