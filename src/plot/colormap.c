/* Colormaps by name. The tables are CSV text linked into the program; only the one asked for is read, when it is asked for (some
 * microseconds), so that starting costs nothing. Pure functions; any thread. */
#include "plot/colormap.h"
#include "base/embedded.h"
#include "plot/palette.h"
#include "plot/spelling.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Every table of assets/colormaps, in the order that the key c steps through: the useful first, then by the alphabet. A test holds
 * this list against the files. */
static const char *const NAMES[] = {
    "viridis", "magma", "inferno", "plasma", "cividis", "turbo", "rocket", "mako", "flare", "crest", "gray", "hot",
    "coolwarm", "RdBu", "vlag", "icefire", "Blues", "Greens", "YlOrRd", "Spectral", "Accent", "afmhot", "autumn", "binary",
    "bone", "BrBG", "brg", "BuGn", "BuPu", "bwr", "CMRmap", "cool", "copper", "cubehelix", "Dark2", "flag", "gist_earth",
    "gist_gray", "gist_heat", "gist_ncar", "gist_rainbow", "gist_stern", "gist_yarg", "GnBu", "gnuplot", "gnuplot2", "Greys",
    "hsv", "jet", "nipy_spectral", "ocean", "Oranges", "OrRd", "Paired", "Pastel1", "Pastel2", "pink", "PiYG", "PRGn",
    "prism", "PuBu", "PuBuGn", "PuOr", "PuRd", "Purples", "rainbow", "RdGy", "RdPu", "RdYlBu", "RdYlGn", "Reds", "seismic",
    "Set1", "Set2", "Set3", "spring", "summer", "tab10", "tab20", "tab20b", "tab20c", "terrain", "twilight",
    "twilight_shifted", "winter", "Wistia", "YlGn", "YlGnBu", "YlOrBr",
};
enum { NUM_NAMES = sizeof NAMES / sizeof *NAMES, MAX_NAME = 64 };

/* The next number; moves past it and one separator. The tables are ours: -1 only at the end of the text. */
static int next_number(const unsigned char **p, const unsigned char *end)
{
    int n = -1;
    for (; *p < end && **p >= '0' && **p <= '9'; ++*p)
        n = (n < 0 ? 0 : n * 10) + (**p - '0');
    if (*p < end)
        ++*p;
    return n;
}

static struct color next_color(const unsigned char **p, const unsigned char *end)
{
    int r = next_number(p, end), g = next_number(p, end), b = next_number(p, end);
    return (struct color){(uint8_t)r, (uint8_t)g, (uint8_t)b, 255};
}

/* "r,g,b" lines fill the table in order (from its end when reversed); "#r i,r,g,b" lines amend the reversed one. */
static bool read_table(const struct embedded_file *file, bool reversed, struct colormap *out)
{
    const unsigned char *p = file->begin, *end = file->end;
    int num = 0;
    while (p < end) {
        if (*p != '#' && num < COLORMAP_SIZE) {
            out->lut[reversed ? COLORMAP_SIZE - 1 - num : num] = next_color(&p, end);
            num++;
            continue;
        }
        if (reversed && end - p > 3 && memcmp(p, "#r ", 3) == 0) {
            p += 3;
            int i = next_number(&p, end);
            if (i >= 0 && i < COLORMAP_SIZE)
                out->lut[i] = next_color(&p, end);
            continue;
        }
        const unsigned char *newline = memchr(p, '\n', (size_t)(end - p));
        p = newline ? newline + 1 : end;
    }
    return num == COLORMAP_SIZE;
}

/* `len` characters of name, to its table. */
static const struct embedded_file *find_file(const char *name, size_t len)
{
    char file_name[MAX_NAME + 8];
    if (len == 0 || len > MAX_NAME)
        return NULL;
    snprintf(file_name, sizeof file_name, "%.*s.csv", (int)len, name);
    return embedded_find(colormaps_embedded, file_name);
}

bool colormap_find(const char *name, struct colormap *out)
{
    size_t len = strlen(name);
    const struct embedded_file *file = find_file(name, len);
    bool reversed = !file && len > 2 && strcmp(name + len - 2, "_r") == 0;
    if (reversed)
        file = find_file(name, len - 2);
    if (!file)
        return palette_find(name, out);
    bool whole = read_table(file, reversed, out);
    assert(whole);
    return whole;
}

int colormap_count(void)
{
    return NUM_NAMES;
}

const char *colormap_name(int i)
{
    return i >= 0 && i < NUM_NAMES ? NAMES[i] : NULL;
}

const char *colormap_suggest(const char *name)
{
    size_t len = strlen(name);
    if (len > 2 && strcmp(name + len - 2, "_r") == 0)
        len -= 2;
    const char *best = NAMES[0];
    int best_distance = spelling_distance(name, len, best);
    for (int i = 1; i < NUM_NAMES; i++) {
        int distance = spelling_distance(name, len, NAMES[i]);
        if (distance < best_distance) {
            best = NAMES[i];
            best_distance = distance;
        }
    }
    return best;
}

int colormap_num_blocks(const struct colormap *map)
{
    int num = 1;
    for (int i = 1; i < COLORMAP_SIZE; i++)
        num += memcmp(&map->lut[i], &map->lut[i - 1], sizeof map->lut[i]) != 0;
    if (num < 3 || num > 32)
        return 0;
    for (int i = 1, begin = 0; i <= COLORMAP_SIZE; i++) { /* the narrowest has a cell less than the widest */
        if (i < COLORMAP_SIZE && memcmp(&map->lut[i], &map->lut[i - 1], sizeof map->lut[i]) == 0)
            continue;
        if (i - begin < COLORMAP_SIZE / num || i - begin > COLORMAP_SIZE / num + 1)
            return 0;
        begin = i;
    }
    return num;
}
