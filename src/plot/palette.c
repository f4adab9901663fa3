/* Colours into a table of 256, in straight lines between them in sRGB, by the arithmetic of matplotlib's
 * LinearSegmentedColormap.from_list; seaborn's palettes go from a grey of the colour's own hue, found in HUSL, to the colour. Pure
 * functions, but for reading the file; any thread. */
#include "plot/palette.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_COLORS = 1024, MAX_COLOR_TEXT = 64 };

struct rgba {
    double c[4];
};

static void fill(struct colormap *out, const struct rgba *colors, int num)
{
    for (int i = 0; i < COLORMAP_SIZE; i++) {
        uint8_t bytes[4];
        double at = (double)i / (COLORMAP_SIZE - 1) * (num - 1);
        int k = i == 0 ? 0 : (int)fmax(ceil(at - 1e-12) - 1, 0);
        k = k > num - 2 ? num - 2 : k;
        for (int c = 0; c < 4; c++) {
            double from = colors[k].c[c], to = colors[k + 1].c[c];
            double v = i == 0 ? colors[0].c[c] : i == COLORMAP_SIZE - 1 ? colors[num - 1].c[c] : from + (at - k) * (to - from);
            bytes[c] = (uint8_t)(fmin(fmax(v, 0), 1) * 255 + 1e-9); /* truncated, as matplotlib's; but 0.7 * 10 isn't 6 */
        }
        out->lut[i] = (struct color){bytes[0], bytes[1], bytes[2], bytes[3]};
    }
}

static bool parse_color(const char *text, size_t len, struct rgba *out)
{
    char name[MAX_COLOR_TEXT];
    struct color c;
    while (len && isspace((unsigned char)*text)) {
        text++;
        len--;
    }
    while (len && isspace((unsigned char)text[len - 1]))
        len--;
    if (len == 0 || len >= sizeof name)
        return false;
    memcpy(name, text, len);
    name[len] = 0;
    if (!color_parse(name, &c))
        return false;
    *out = (struct rgba){{c.r / 255.0, c.g / 255.0, c.b / 255.0, c.a / 255.0}};
    return true;
}

static int parse_list(const char *text, size_t len, struct rgba *out)
{
    int num = 0;
    for (const char *p = text, *end = text + len; p <= end;) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        const char *stop = comma ? comma : end;
        if (num == MAX_COLORS || !parse_color(p, (size_t)(stop - p), &out[num]))
            return 0;
        num++;
        p = stop + 1;
    }
    return num;
}

/* --- HUSL (http://www.hsluv.org, the revision that seaborn has) --- */

static const double FROM_XYZ[3][3] = {{3.2406, -1.5372, -0.4986}, {-0.9689, 1.8758, 0.0415}, {0.0557, -0.2040, 1.0570}};
static const double TO_XYZ[3][3] = {{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}};
#define WHITE_U 0.19784
#define WHITE_V 0.46834
#define KAPPA 903.3
#define EPSILON 0.008856

static void multiply(const double m[3][3], const double v[3], double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
}

/* Lightness 0..100, chroma, hue in radians. */
static void to_lch(const struct rgba *color, double *l, double *chroma, double *hue)
{
    double linear[3], xyz[3];
    for (int i = 0; i < 3; i++) {
        double c = color->c[i];
        linear[i] = c > 0.04045 ? pow((c + 0.055) / 1.055, 2.4) : c / 12.92;
    }
    multiply(TO_XYZ, linear, xyz);
    double sum = xyz[0] + 15 * xyz[1] + 3 * xyz[2], y = xyz[1];
    *l = sum > 0 ? 116 * (y > EPSILON ? cbrt(y) : 7.787 * y + 16.0 / 116) - 16 : 0;
    double u = sum > 0 ? 13 * *l * (4 * xyz[0] / sum - WHITE_U) : 0, v = sum > 0 ? 13 * *l * (9 * y / sum - WHITE_V) : 0;
    *chroma = hypot(u, v);
    *hue = atan2(v, u);
}

/* The most that sRGB has at this lightness and hue. */
static double max_chroma(double l, double hue)
{
    double cube = pow(l + 16, 3) / 1560896, sub = cube > EPSILON ? cube : l / KAPPA, s = sin(hue), c = cos(hue), least = INFINITY;
    for (int i = 0; i < 3; i++) {
        const double *m = FROM_XYZ[i];
        double top = (0.99915 * m[0] + 1.05122 * m[1] + 1.14460 * m[2]) * sub;
        double bottom = ((0.86330 * m[2] - 0.17266 * m[1]) * s + (0.12949 * m[2] - 0.38848 * m[0]) * c) * sub;
        for (int t = 0; t <= 1; t++) {
            double chroma = l * (top - 1.05122 * t) / (bottom + 0.17266 * s * t);
            if (chroma > 0 && chroma < least)
                least = chroma;
        }
    }
    return least;
}

static struct rgba from_lch(double l, double chroma, double hue)
{
    double u = cos(hue) * chroma / (13 * l) + WHITE_U, v = sin(hue) * chroma / (13 * l) + WHITE_V, f = (l + 16) / 116;
    double y = f * f * f > EPSILON ? f * f * f : (116 * f - 16) / KAPPA;
    double xyz[3] = {9 * y * u / (4 * v), y, (9 * y - 15 * v * y - v * 9 * y * u / (4 * v)) / (3 * v)}, linear[3];
    struct rgba out = {{0, 0, 0, 1}};
    multiply(FROM_XYZ, xyz, linear);
    for (int i = 0; i < 3; i++) {
        double c = linear[i] <= 0.0031308 ? 12.92 * linear[i] : 1.055 * pow(linear[i], 1 / 2.4) - 0.055;
        out.c[i] = fmin(fmax(c, 0), 1);
    }
    return out;
}

/* The colour's hue, 15 % of its saturation, another lightness. */
static struct rgba greyed(const struct rgba *color, double lightness)
{
    double l, chroma, hue;
    to_lch(color, &l, &chroma, &hue);
    double saturation = l > 99.9999999 || l < 1e-8 ? 0 : chroma / max_chroma(l, hue);
    return from_lch(lightness, 0.15 * saturation * max_chroma(lightness, hue), hue);
}

/* --- files --- */

/* A line of three numbers; false: it has something else. A comment or nothing: *num stays. */
static bool read_line(const char *line, struct rgba *out, int *num)
{
    const char *p = line + strspn(line, " \t\r\n\"");
    struct rgba c = {{0, 0, 0, 1}};
    if (!*p || *p == '#')
        return true;
    if (*num == MAX_COLORS)
        return false;
    for (int i = 0; i < 3; i++) {
        char *end;
        c.c[i] = strtod(p, &end);
        if (end == p || !(c.c[i] >= 0 && c.c[i] <= 255))
            return false;
        p = end + strspn(end, " \t,;");
    }
    if (p[strspn(p, "\r\n\"")])
        return false;
    out[(*num)++] = c;
    return true;
}

/* 0..1, or 0..255 where any number is above 1. The number of colours; 0: unreadable. */
static int read_file(const char *path, struct rgba *out)
{
    FILE *f = fopen(path, "re");
    char line[256];
    int num = 0;
    bool ok = f != NULL, bytes = false;
    while (ok && fgets(line, sizeof line, f))
        ok = read_line(line, out, &num);
    if (f)
        fclose(f);
    for (int i = 0; i < num * 3; i++)
        bytes |= out[i / 3].c[i % 3] > 1;
    for (int i = 0; bytes && i < num * 3; i++)
        out[i / 3].c[i % 3] /= 255;
    return ok ? num : 0;
}

/* --- all of them --- */

static size_t without_r(const char *text)
{
    size_t len = strlen(text);
    return len > 2 && strcmp(text + len - 2, "_r") == 0 ? len - 2 : len;
}

bool palette_is_file(const char *text)
{
    size_t len = without_r(text);
    bool ending = len > 4 && (strncasecmp(text + len - 4, ".csv", 4) == 0 || strncasecmp(text + len - 4, ".txt", 4) == 0);
    return ending || strchr(text, '/') != NULL;
}

static int find_colors(const char *text, size_t len, struct rgba *colors)
{
    bool light = strncmp(text, "light:", 6) == 0, dark = strncmp(text, "dark:", 5) == 0;
    if (light || dark) {
        size_t head = light ? 6 : 5;
        if (!parse_color(text + head, len - head, &colors[1]))
            return 0;
        colors[0] = greyed(&colors[1], light ? 95 : 15);
        return 2;
    }
    if (strncmp(text, "blend:", 6) == 0)
        return parse_list(text + 6, len - 6, colors);
    if (!palette_is_file(text))
        return memchr(text, ',', len) ? parse_list(text, len, colors) : 0;
    char path[4096];
    if (len >= sizeof path)
        return 0;
    memcpy(path, text, len);
    path[len] = 0;
    return read_file(path, colors);
}

bool palette_find(const char *text, struct colormap *out)
{
    struct rgba colors[MAX_COLORS];
    size_t len = without_r(text);
    int num = find_colors(text, len, colors);
    if (num < 2)
        return false;
    fill(out, colors, num);
    for (int i = 0; text[len] && i < COLORMAP_SIZE / 2; i++) {
        struct color c = out->lut[i];
        out->lut[i] = out->lut[COLORMAP_SIZE - 1 - i];
        out->lut[COLORMAP_SIZE - 1 - i] = c;
    }
    return true;
}
