/* Norms that go by a table: blocks of colour between edges, and histogram equalisation. The knots are found by the same binary search
 * on the CPU and in the shader. Pure functions; any thread. */
#include "plot/norm_table.h"
#include <float.h>
#include <math.h>

static const struct norm_table EMPTY;

/* The float next to v that lies on its upper (lower) side, so that a comparison of floats comes out as it would in double. */
static float float_at(double v, bool up)
{
    float f = (float)v;
    if (up ? (double)f < v : (double)f > v)
        f = nextafterf(f, up ? INFINITY : -INFINITY);
    return f;
}

/* Knots in float32, each with the slope up to the next. */
static void finish(struct norm_table *table)
{
    for (int i = 0; i < table->num; i++) {
        struct norm_knot *k = &table->knots[i];
        bool last = i == table->num - 1;
        double wide = last ? 0 : table->x[i + 1] - table->x[i];
        float x = table->steps ? float_at(table->x[i], !last) : (float)table->x[i];
        *k = (struct norm_knot){x, (float)table->t[i], 0, 0};
        if (!last && !table->steps && wide > 0)
            k->slope = (float)fmin((table->t[i + 1] - table->t[i]) / wide, FLT_MAX);
    }
}

void norm_table_colors(struct norm_table *table, const double *edges, const int *colors, int num)
{
    *table = EMPTY;
    table->num = num;
    table->steps = true;
    for (int i = 0; i < num; i++) {
        table->x[i] = edges[i];
        table->t[i] = (colors[i < num - 1 ? i : num - 2] + 0.5) / 256;
    }
    finish(table);
}

void norm_table_blocks(struct norm_table *table, const double *edges, int num)
{
    int colors[NORM_TABLE_MAX], blocks = num - 1;
    for (int i = 0; i < blocks; i++)
        colors[i] = blocks == 1 ? 127 : (int)(255.0 / (blocks - 1) * i); /* BoundaryNorm's, to the last bit */
    norm_table_colors(table, edges, colors, num);
}

/* The largest i with x[i] <= v, for v within the table. */
static int knot_below(const struct norm_table *table, double v)
{
    int low = 0, high = table->num - 1;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (table->x[middle] <= v)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static double between(double from, double to, double share)
{
    return from * (1 - share) + to * share; /* without overflow, and never beyond the ends by more than rounding */
}

static double share_of(double v, double from, double to)
{
    double wide = to - from;
    return isinf(wide) ? (v / 2 - from / 2) / (to / 2 - from / 2) : (v - from) / wide;
}

double norm_table_forward(const struct norm_table *table, double v)
{
    int last = table->num - 1;
    if (v < table->x[0])
        return -1;
    if (v > table->x[last])
        return 2;
    int i = knot_below(table, v);
    if (table->steps)
        return table->t[i];
    if (v >= table->x[i + 1])
        return table->t[i + 1];
    return between(table->t[i], table->t[i + 1], share_of(v, table->x[i], table->x[i + 1]));
}

double norm_table_place(const struct norm_table *table, double v)
{
    double t = norm_table_forward(table, v);
    if (!table->steps || t < 0 || t > 1)
        return t;
    int i = knot_below(table, v);
    return (i + share_of(v, table->x[i], table->x[i + 1])) / (table->num - 1);
}

double norm_table_at(const struct norm_table *table, double place)
{
    int last = table->num - 1, i = 0;
    if (table->steps) {
        double at = place * last;
        i = at <= 0 ? 0 : at >= last ? last - 1 : (int)at;
        return between(table->x[i], table->x[i + 1], at - i);
    }
    while (i < last - 1 && table->t[i + 1] <= place)
        i++;
    return between(table->x[i], table->x[i + 1], share_of(place, table->t[i], table->t[i + 1]));
}

/* The share of cells up to v. */
static double rank(const struct norm_table *curve, double v)
{
    int last = curve->num - 1;
    return v <= curve->x[0] ? curve->t[0] : v >= curve->x[last] ? curve->t[last] : norm_table_forward(curve, v);
}

static void add(struct norm_table *table, double x, double t)
{
    int last = table->num - 1;
    if (last >= 0 && table->x[last] >= x)
        table->t[last] = t; /* of equal values the last counts, as in a cumulative histogram */
    else {
        table->x[table->num] = x;
        table->t[table->num++] = t;
    }
}

void norm_table_quantiles(struct norm_table *table, const double *quantiles, int num, double vmin, double vmax)
{
    struct norm_table curve = EMPTY;
    for (int i = 0; i < num; i++)
        add(&curve, quantiles[i], num > 1 ? (double)i / (num - 1) : 0);
    double first = isnan(vmin) ? curve.x[0] : vmin, last = isnan(vmax) ? curve.x[curve.num - 1] : vmax;
    *table = EMPTY;
    if (!(first < last))
        return;
    double low = rank(&curve, first), high = rank(&curve, last);
    add(table, first, 0);
    for (int i = 0; i < curve.num && table->num < NORM_TABLE_MAX - 1; i++)
        if (curve.x[i] > first && curve.x[i] < last && high > low)
            add(table, curve.x[i], (curve.t[i] - low) / (high - low));
    add(table, last, 1);
    finish(table);
}

/* As in the shader: i with x[i] <= v < x[i + 1]. */
static float apply_one(const struct norm_table *table, float v)
{
    const struct norm_knot *k = table->knots;
    int low = 0, high = table->num - 1;
    if (v < k[0].x)
        return -1;
    if (v > k[high].x)
        return 2;
    if (v == k[high].x)
        return k[high].t;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (k[middle].x <= v)
            low = middle;
        else
            high = middle;
    }
    float t = k[low].slope == 0 ? k[low].t : k[low].t + (v - k[low].x) * k[low].slope;
    return t > 1 ? 1 : t; /* rounding must not push the ends out */
}

static bool is_nan(float v)
{
    union { float f; uint32_t bits; } u = {v};
    return (u.bits & 0x7fffffff) > 0x7f800000;
}

void norm_table_apply(const struct norm_f32 *n, const float *values, float *t, int num)
{
    for (int i = 0; i < num; i++)
        t[i] = is_nan(values[i]) ? values[i] : apply_one(n->table, values[i]);
}
