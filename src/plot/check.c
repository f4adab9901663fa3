/* Measures of a colormap. Lightness is L*; a step is CIEDE2000 from one entry to the next. Any thread. */
#include "plot/check.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Apart: seen at a glance, not only side by side. Backwards: what nobody sees. */
static const double NEUTRAL = 45; /* chroma of the middles of Spectral and RdYlGn: 33; of rainbow: 57, jet: 81 */
static const double APART = 10, BACKWARDS = 2, EVEN = 0.38; /* jet has 0.47, hot 0.46, rainbow 0.42; plasma 0.33, gray 0.21, viridis 0.16 */

const char *check_kind_name(enum check_kind k)
{
    static const char *const NAMES[] = {"sequential", "diverging", "cyclic", "qualitative", "unordered"};
    return NAMES[k];
}

bool check_is_rainbow(const char *cmap)
{
    static const char *const NAMES[] = {"jet", "rainbow", "hsv", "gist_rainbow", "nipy_spectral", "gist_ncar", "turbo", "prism", "flag"};
    size_t len = strlen(cmap);
    len -= len > 2 && strcmp(cmap + len - 2, "_r") == 0 ? 2 : 0;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (strlen(NAMES[i]) == len && strncmp(NAMES[i], cmap, len) == 0)
            return true;
    return false;
}

static void to_lab(const struct colormap *map, struct cvd vision, struct lab *out)
{
    double m[9];
    cvd_matrix(vision, m);
    for (int i = 0; i < COLORMAP_SIZE; i++) {
        struct color c = map->lut[i];
        double rgb[3] = {srgb_to_linear(c.r / 255.0), srgb_to_linear(c.g / 255.0), srgb_to_linear(c.b / 255.0)}, seen[3];
        for (int k = 0; k < 3; k++)
            seen[k] = fmin(fmax(m[3 * k] * rgb[0] + m[3 * k + 1] * rgb[1] + m[3 * k + 2] * rgb[2], 0), 1);
        out[i] = lab_from_linear(seen);
    }
}

/* L* gained and lost on the way from entry a to b. */
static void travel(const struct lab *lab, int a, int b, double *up, double *down)
{
    *up = *down = 0;
    for (int i = a; i < b; i++) {
        double d = lab[i + 1].l - lab[i].l;
        *(d > 0 ? up : down) += fabs(d);
    }
}

/* The middle of a diverging map is pale (or dark) between the colours of its halves; jet's green isn't. */
static bool is_neutral(const struct lab *lab, int middle)
{
    return hypot(lab[middle].a, lab[middle].b) < NEUTRAL;
}

/* The turning point of a map whose halves go opposite ways; 0: there is none near the middle. */
static int turning_point(const struct lab *lab, double *backwards)
{
    int best = 0;
    double least = BACKWARDS + 1;
    for (int m = COLORMAP_SIZE * 2 / 5; m < COLORMAP_SIZE * 3 / 5; m++) {
        double up[2], down[2];
        travel(lab, 0, m, &up[0], &down[0]);
        travel(lab, m, COLORMAP_SIZE - 1, &up[1], &down[1]);
        bool bright = up[0] > down[0] && down[1] > up[1], dark = down[0] > up[0] && up[1] > down[1];
        double against = fmin(up[0], down[0]) + fmin(up[1], down[1]), with = fmin(fmax(up[0], down[0]), fmax(up[1], down[1]));
        if ((bright || dark) && with > 10 && against < least) {
            least = against;
            best = m;
        }
    }
    if (!best || !is_neutral(lab, best))
        return 0;
    *backwards = least;
    return best;
}

static int count_colors(const struct colormap *map)
{
    int num = 0;
    for (int i = 0; i < COLORMAP_SIZE; i++) {
        bool seen = false;
        for (int k = 0; k < i && !seen; k++)
            seen = memcmp(&map->lut[i], &map->lut[k], sizeof map->lut[i]) == 0;
        num += !seen;
    }
    return num;
}

static int ascending(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static void steps(const struct lab *lab, struct check_map *out)
{
    double d[COLORMAP_SIZE - 1];
    for (int i = 0; i < COLORMAP_SIZE - 1; i++)
        d[i] = lab_distance(lab[i], lab[i + 1]);
    qsort(d, COLORMAP_SIZE - 1, sizeof *d, ascending);
    out->step[0] = d[0];
    out->step[1] = d[(COLORMAP_SIZE - 1) / 2];
    out->step[2] = d[COLORMAP_SIZE - 2];
    enum { REACH = 8, NUM = COLORMAP_SIZE - REACH }; /* over several entries: bytes are coarse */
    double sum = 0, squares = 0;
    for (int i = 0; i < NUM; i++) {
        double far = lab_distance(lab[i], lab[i + REACH]);
        sum += far;
        squares += far * far;
    }
    double mean = sum / NUM;
    out->variation = mean > 0 ? sqrt(fmax(squares / NUM - mean * mean, 0)) / mean : 0;
    out->even = mean > 0 && out->variation <= EVEN;
}

static void see(const struct lab *lab, struct check_vision *v)
{
    const struct lab *lo = &lab[0], *middle = &lab[COLORMAP_SIZE / 2], *hi = &lab[COLORMAP_SIZE - 1];
    v->ends = lab_distance(*lo, *hi);
    v->low_middle = lab_distance(*lo, *middle);
    v->middle_high = lab_distance(*middle, *hi);
    v->closest = INFINITY;
    for (int i = 0; i < COLORMAP_SIZE; i += 2)
        for (int k = i + COLORMAP_SIZE / 4; k < COLORMAP_SIZE; k += 2) {
            double d = lab_distance(lab[i], lab[k]);
            if (d < v->closest) {
                v->closest = d;
                v->closest_at[0] = i / (COLORMAP_SIZE - 1.0);
                v->closest_at[1] = k / (COLORMAP_SIZE - 1.0);
            }
        }
    v->apart = fmin(v->ends, fmin(v->low_middle, v->middle_high)) >= APART;
}

void check_map(const struct colormap *map, struct check_map *out)
{
    struct lab lab[COLORMAP_SIZE], seen[COLORMAP_SIZE];
    double up, down;
    memset(out, 0, sizeof *out);
    to_lab(map, (struct cvd){CVD_NONE, 0}, lab);
    out->num_colors = count_colors(map);
    for (int i = 0; i < 3; i++)
        out->lightness[i] = lab[i * (COLORMAP_SIZE - 1) / 2].l;
    travel(lab, 0, COLORMAP_SIZE - 1, &up, &down);
    out->backwards = fmin(up, down);
    out->monotone = out->backwards <= BACKWARDS && fmax(up, down) > 10;
    bool closed = lab_distance(lab[0], lab[COLORMAP_SIZE - 1]) < 6, turns = !out->monotone && turning_point(lab, &out->backwards);
    out->monotone |= turns;
    out->kind = out->num_colors <= 32 && !out->monotone ? CHECK_QUALITATIVE : closed ? CHECK_CYCLIC : turns ? CHECK_DIVERGING
              : out->monotone ? CHECK_SEQUENTIAL : CHECK_UNORDERED;
    steps(lab, out);
    for (int k = 0; k < CVD_NUM; k++) {
        to_lab(map, (struct cvd){(enum cvd_kind)k, 1000}, seen);
        see(seen, &out->vision[k]);
    }
}

struct check_use check_use_of(const struct check_data *d)
{
    struct check_use u = {0};
    int64_t sorted[COLORMAP_SIZE], total = d->under + d->over, low = 0, high = 0, sum = 0;
    enum { ENDS = COLORMAP_SIZE / 20 };
    for (int i = 0; i < COLORMAP_SIZE; i++) {
        total += d->colors[i];
        u.used += d->colors[i] > 0;
        low += i <= ENDS ? d->colors[i] : 0;
        high += i >= COLORMAP_SIZE - 1 - ENDS ? d->colors[i] : 0;
        sorted[i] = d->colors[i];
        for (int k = i; k > 0 && sorted[k] > sorted[k - 1]; k--) {
            int64_t t = sorted[k];
            sorted[k] = sorted[k - 1];
            sorted[k - 1] = t;
        }
    }
    if (!total)
        return u;
    u.under = (double)d->under / (double)total;
    u.over = (double)d->over / (double)total;
    u.lowest = (double)low / (double)total;
    u.highest = (double)high / (double)total;
    int64_t shown = total - d->under - d->over;
    while (u.for_90 < COLORMAP_SIZE && (double)sum < 0.9 * (double)shown)
        sum += sorted[u.for_90++];
    return u;
}
