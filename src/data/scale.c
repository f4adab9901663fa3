/* Two passes: what each row (or column) is shifted and divided by, then the cells. Columns are measured in blocks side by side, in the
 * order of memory. Any thread may call; the workers of its pool share rows and blocks. */
#include "data/scale.h"
#include <math.h>

enum { BLOCK = 64 };

struct job {
    const struct array *a;
    enum scale_kind kind;
    enum scale_axis axis;
    struct scale_line *lines;
    double *out;
};

static double cell(const struct job *j, int64_t line, int64_t at)
{
    const struct array *a = j->a;
    return dtype_read(a->dtype, j->axis == SCALE_ROW ? array_cell(a, line, at) : array_cell(a, at, line));
}

static void measure_standard(const struct job *j, int64_t first, int num, int64_t length)
{
    double low[BLOCK], high[BLOCK];
    for (int i = 0; i < num; i++) {
        low[i] = INFINITY;
        high[i] = -INFINITY;
    }
    for (int64_t at = 0; at < length; at++)
        for (int i = 0; i < num; i++) {
            double v = cell(j, first + i, at);
            if (isfinite(v)) {
                low[i] = fmin(low[i], v);
                high[i] = fmax(high[i], v);
            }
        }
    for (int i = 0; i < num; i++)
        j->lines[first + i] = (struct scale_line){low[i], high[i] - low[i]};
}

static void measure_z(const struct job *j, int64_t first, int num, int64_t length)
{
    double count[BLOCK] = {0}, mean[BLOCK] = {0}, squares[BLOCK] = {0};
    for (int64_t at = 0; at < length; at++)
        for (int i = 0; i < num; i++) {
            double v = cell(j, first + i, at);
            if (isfinite(v)) {
                count[i]++;
                mean[i] += v;
            }
        }
    for (int i = 0; i < num; i++)
        mean[i] /= count[i];
    for (int64_t at = 0; at < length; at++)
        for (int i = 0; i < num; i++) {
            double d = cell(j, first + i, at) - mean[i];
            if (isfinite(d))
                squares[i] += d * d;
        }
    for (int i = 0; i < num; i++)
        j->lines[first + i] = (struct scale_line){mean[i], sqrt(squares[i] / (count[i] - 1))};
}

static void measure(void *arg, int begin, int end, int worker)
{
    (void)worker;
    const struct job *j = arg;
    int block = j->axis == SCALE_ROW ? 1 : BLOCK;
    int64_t lines = j->axis == SCALE_ROW ? j->a->rows : j->a->cols, length = j->axis == SCALE_ROW ? j->a->cols : j->a->rows;
    for (int64_t b = begin; b < end; b++) {
        int64_t first = b * block;
        int num = (int)(lines - first < block ? lines - first : block);
        if (j->kind == SCALE_Z)
            measure_z(j, first, num, length);
        else
            measure_standard(j, first, num, length);
    }
}

static void fill(void *arg, int begin, int end, int worker)
{
    (void)worker;
    const struct job *j = arg;
    const struct array *a = j->a;
    for (int64_t r = begin; r < end; r++)
        for (int64_t c = 0; c < a->cols; c++) {
            struct scale_line line = j->lines[j->axis == SCALE_ROW ? r : c];
            double v = dtype_read(a->dtype, array_cell(a, r, c));
            j->out[r * a->cols + c] = line.by > 0 ? (v - line.shift) / line.by : NAN;
        }
}

void scale_run(struct pool *pool, const struct array *a, enum scale_kind kind, enum scale_axis axis, struct scale_line *lines, double *out)
{
    struct job j = {a, kind, axis, lines, out};
    int64_t blocks = axis == SCALE_ROW ? a->rows : (a->cols + BLOCK - 1) / BLOCK;
    pool_run(pool, measure, &j, (int)blocks, axis == SCALE_ROW ? 16 : 1);
    pool_run(pool, fill, &j, (int)a->rows, 16);
}
