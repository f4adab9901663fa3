/* PNG by libpng. */
#ifndef OUTPUT_PNG_H
#define OUTPUT_PNG_H

#include <heatscope/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct png_text {
    const char *key, *value;
};

/* Write RGBA8 rows (top first) to path, "-" for standard output; an existing file is replaced only when the new one is whole (written
 * beside it and renamed). alpha false: written as RGB. Level 1 compression. HS_ERR_IO with one line logged. */
enum hs_status png_write(const char *path, const uint8_t *rgba, int width, int height, size_t stride_bytes, bool alpha,
                         double dpi, const struct png_text *texts, int num_texts);

/* The text under this key, wherever it stands in the file; *value is malloc'ed, NULL: there is none. HS_ERR_IO (can't be read), HS_ERR_FORMAT
 * (no PNG) with one line logged. */
enum hs_status png_read_text(const char *path, const char *key, char **value);

#endif
