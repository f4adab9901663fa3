/* Bins are indexed by a cell's own top bits, which takes a shift and no branch; only reading them back puts them in order: negative
 * floats lie behind the positive ones, the largest last. Any thread, each with histograms of its own. */
#include "data/grid_histogram.h"
#include "data/convert.h"
#include "base/hot.h"
#include <math.h>
#include <string.h>
#include <sys/mman.h>

enum {
    CHUNK = 512,
    SHIFT_F32 = 23 - GRID_HISTOGRAM_BITS,
    SHIFT_F64 = 52 - GRID_HISTOGRAM_BITS,
    PAGE_BINS = 128, /* looked at together for a count; they lie together in order, too: no more than half of any dtype's */
};

static bool is_small(enum dtype t)
{
    return dtype_size(t) <= 2;
}

static bool goes_by_float(enum dtype t)
{
    return t == DTYPE_F2 || !is_small(t);
}

static int num_bins(enum dtype t)
{
    if (is_small(t))
        return dtype_size(t) == 1 ? 1 << 8 : 1 << 16;
    return 1 << (1 + GRID_HISTOGRAM_BITS + (dtype_is_wide(t) ? 11 : 8));
}

static size_t bytes_of(const struct grid_histogram *h)
{
    return (size_t)h->num_bins * (sizeof *h->bins + sizeof *h->fresh);
}

bool grid_histogram_init(struct grid_histogram *h, enum dtype t)
{
    *h = (struct grid_histogram){.dtype = t, .num_bins = num_bins(t)};
    void *p = mmap(NULL, bytes_of(h), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return false;
    h->bins = p;
    h->fresh = (uint32_t *)(h->bins + h->num_bins);
    return true;
}

void grid_histogram_fini(struct grid_histogram *h)
{
    if (h->bins)
        munmap(h->bins, bytes_of(h));
    *h = (struct grid_histogram){0};
}

/* --- counting --- */

/* NaN must not fall in the bin of Inf, whatever its bits below. */
HOT static uint32_t keys_f32(const void *restrict x, int num, uint32_t *restrict keys)
{
    uint32_t below = 0;
    for (int i = 0; i < num; i++) {
        uint32_t bits;
        memcpy(&bits, (const char *)x + (size_t)i * sizeof bits, sizeof bits);
        below |= bits & ((1u << SHIFT_F32) - 1);
        keys[i] = bits >> SHIFT_F32 | ((bits & 0x7fffffffu) > 0x7f800000u);
    }
    return below;
}

HOT static uint64_t keys_f64(const void *restrict x, int num, uint32_t *restrict keys)
{
    uint64_t below = 0;
    for (int i = 0; i < num; i++) {
        uint64_t bits;
        memcpy(&bits, (const char *)x + (size_t)i * sizeof bits, sizeof bits);
        below |= bits & ((1ull << SHIFT_F64) - 1);
        keys[i] = (uint32_t)(bits >> SHIFT_F64) | ((bits & 0x7fffffffffffffffu) > 0x7ff0000000000000u);
    }
    return below;
}

static void count_small(uint32_t *restrict bins, size_t size, const void *cells, int num)
{
    const uint8_t *p = cells;
    uint16_t k;
    if (size == 1)
        for (int i = 0; i < num; i++)
            bins[p[i]]++;
    else
        for (int i = 0; i < num; i++) {
            memcpy(&k, p + 2 * i, sizeof k);
            bins[k]++;
        }
}

/* Their keys are in range. */
static void count_keys(uint32_t *restrict bins, const uint32_t *restrict keys, int num)
{
    for (int i = 0; i < num; i++)
        bins[keys[i]]++;
}

void grid_histogram_count(struct grid_histogram *h, const void *cells, int num)
{
    uint32_t keys[CHUNK];
    double converted[CHUNK];
    size_t size = dtype_size(h->dtype);
    h->num_fresh += (uint64_t)num;
    if (h->num_fresh > UINT32_MAX) { /* before a count could run over */
        grid_histogram_finish(h);
        h->num_fresh = (uint64_t)num;
    }
    if (is_small(h->dtype)) {
        count_small(h->fresh, size, cells, num);
        return;
    }
    for (int i = 0; i < num; i += CHUNK) {
        int some = num - i < CHUNK ? num - i : CHUNK;
        const void *p = (const char *)cells + (size_t)i * size;
        if (h->dtype == DTYPE_F4)
            h->below |= keys_f32(p, some, keys);
        else {
            if (h->dtype != DTYPE_F8)
                convert_f64(h->dtype, p, (int64_t)size, some, converted);
            h->below |= keys_f64(h->dtype == DTYPE_F8 ? p : converted, some, keys);
        }
        count_keys(h->fresh, keys, some);
    }
}

void grid_histogram_count_zeros(struct grid_histogram *h, uint64_t num)
{
    h->bins[0] += num;
}

/* A page of bins of so many bytes has a count. Those that have none aren't written to, so that they go on taking up no memory. */
static bool is_used(const void *page, size_t bin_size)
{
    uint64_t any = 0, part;
    for (size_t i = 0; i < PAGE_BINS * bin_size; i += sizeof part) {
        memcpy(&part, (const char *)page + i, sizeof part);
        any |= part;
    }
    return any != 0;
}

void grid_histogram_finish(struct grid_histogram *h)
{
    for (int at = 0; at < h->num_bins && h->num_fresh; at += PAGE_BINS)
        if (is_used(h->fresh + at, sizeof *h->fresh))
            for (int i = at; i < at + PAGE_BINS; i++) {
                h->bins[i] += h->fresh[i];
                h->fresh[i] = 0;
            }
    h->num_fresh = 0;
}

void grid_histogram_merge(struct grid_histogram *h, struct grid_histogram *more)
{
    grid_histogram_finish(h);
    grid_histogram_finish(more);
    h->below |= more->below;
    for (int at = 0; at < h->num_bins; at += PAGE_BINS)
        if (is_used(more->bins + at, sizeof *h->bins))
            for (int i = at; i < at + PAGE_BINS; i++)
                h->bins[i] += more->bins[i];
}

/* --- reading --- */

/* The bin at a place of the ascending order. */
static int bin_at(const struct grid_histogram *h, int place)
{
    int half = h->num_bins / 2;
    if (goes_by_float(h->dtype))
        return place < half ? h->num_bins - 1 - place : place - half;
    return h->dtype == DTYPE_I1 || h->dtype == DTYPE_I2 ? place ^ half : place;
}

/* Finite bins of floats, by the size of their values, in ascending order. */
static int num_finite(const struct grid_histogram *h)
{
    switch (h->dtype) {
    case DTYPE_F2: return 0x7c00;
    case DTYPE_F4: return 0xff << GRID_HISTOGRAM_BITS;
    default: return 0x7ff << GRID_HISTOGRAM_BITS;
    }
}

static double bits_f32(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return (double)f;
}

static double bits_f64(uint64_t bits)
{
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

/* The least and the greatest value that lie in the bin. */
static void bin_values(const struct grid_histogram *h, int bin, double *low, double *high)
{
    if (is_small(h->dtype)) {
        uint16_t cell = (uint16_t)bin; /* of one byte: little endian's first */
        uint8_t byte = (uint8_t)bin;
        *low = *high = dtype_read(h->dtype, dtype_size(h->dtype) == 1 ? (const void *)&byte : &cell);
        return;
    }
    int half = h->num_bins / 2, size = bin & (half - 1);
    double a, b;
    if (dtype_is_wide(h->dtype)) {
        a = bits_f64((uint64_t)size << SHIFT_F64);
        b = bits_f64((uint64_t)size << SHIFT_F64 | (h->below ? (1ull << SHIFT_F64) - 1 : 0));
    } else {
        a = bits_f32((uint32_t)size << SHIFT_F32);
        b = bits_f32((uint32_t)size << SHIFT_F32 | (h->below ? (1u << SHIFT_F32) - 1 : 0));
    }
    if (h->dtype != DTYPE_F4 && h->dtype != DTYPE_F8) { /* whole numbers */
        a = ceil(a);
        b = floor(b);
    }
    if (size == 0) /* zero, and what no picture tells from it */
        b = 0;
    *low = bin >= half ? -b : a;
    *high = bin >= half ? -a : b;
}

static double clamped(double v, const struct grid_range *r)
{
    return v < r->min ? r->min : v > r->max ? r->max : v;
}

void grid_histogram_each(const struct grid_histogram *h, const struct grid_range *range, grid_histogram_take *take, void *arg)
{
    int half = h->num_bins / 2, first = 0, end = h->num_bins;
    if (goes_by_float(h->dtype)) {
        first = half - num_finite(h);
        end = half + num_finite(h);
    }
    for (int at = first / PAGE_BINS * PAGE_BINS; at < end; at += PAGE_BINS) {
        int last = at + PAGE_BINS, one = bin_at(h, at), other = bin_at(h, last - 1);
        if (!is_used(h->bins + (one < other ? one : other), sizeof *h->bins)) /* as a page in memory, perhaps backwards */
            continue;
        for (int place = at > first ? at : first; place < last && place < end; place++) {
            int bin = bin_at(h, place);
            double low, high;
            if (!h->bins[bin])
                continue;
            bin_values(h, bin, &low, &high);
            take(arg, clamped(low, range), clamped(high, range), h->bins[bin]);
        }
    }
}

uint64_t grid_histogram_num_inf(const struct grid_histogram *h, bool negative)
{
    return goes_by_float(h->dtype) ? h->bins[num_finite(h) + (negative ? h->num_bins / 2 : 0)] : 0;
}

uint64_t grid_histogram_num_nan(const struct grid_histogram *h)
{
    int half = h->num_bins / 2;
    uint64_t num = 0;
    for (int i = num_finite(h) + 1; goes_by_float(h->dtype) && i < half; i++)
        num += h->bins[i] + h->bins[half + i];
    return num;
}

static void add_up(void *arg, double low, double high, uint64_t num)
{
    (void)low;
    (void)high;
    *(uint64_t *)arg += num;
}

/* Percentiles that lie between two cells wait for both. */
struct search {
    const double *ps;
    double *values;
    int num, done;        /* percentiles; values of lower ones are final */
    uint64_t total, seen; /* cells */
};

static double rank_of(const struct search *s, int i)
{
    double p = s->ps[i] < 0 ? 0 : s->ps[i] > 100 ? 100 : s->ps[i];
    return p / 100 * (double)(s->total - 1);
}

static void look_up(void *arg, double low, double high, uint64_t num)
{
    struct search *s = arg;
    uint64_t end = s->seen + num;
    for (int i = s->done; i < s->num; i++) {
        double rank = rank_of(s, i), k = floor(rank), share = rank - k;
        uint64_t below = (uint64_t)k, above = share > 0 ? below + 1 : below;
        if (below >= end)
            break;
        double wide = high - low, part[2] = {1 - share, share};
        for (int j = 0; j < 2; j++) {
            uint64_t r = j ? above : below;
            if (r >= s->seen && r < end && part[j] > 0)
                s->values[i] += part[j] * (low + wide * (((double)(r - s->seen) + .5) / (double)num));
        }
        if (above < end && i == s->done)
            s->done++;
    }
    s->seen = end;
}

bool grid_histogram_percentiles(const struct grid_histogram *h, const struct grid_range *range, const double *ps, double *values, int num)
{
    struct search s = {.ps = ps, .values = values, .num = num};
    grid_histogram_each(h, range, add_up, &s.total);
    for (int i = 0; i < num; i++)
        values[i] = s.total ? 0 : NAN;
    if (!s.total)
        return false;
    grid_histogram_each(h, range, look_up, &s);
    for (int i = 0; i < num; i++)
        values[i] = ps[i] <= 0 ? range->min : ps[i] >= 100 ? range->max : clamped(values[i], range);
    return true;
}
