/* Cells to screen footprints: each footprint covers whole cells, all footprints together cover all visible cells, so no cell can
 * vanish. The heart of "no outlier vanishes".
 *
 * Footprint i of an axis with r > 1 cells per pixel covers cells [floor(p + i*r), ceil(p + (i+1)*r)), cut to the axis. The phase p, in
 * (-r, 0], is where the pixels' edges lie on the data; it is 0 when the whole grid is in view, and stays the same while panning by whole
 * pixels, so that nothing shimmers. With r <= 1 a footprint is one cell. Axes are independent. */
#ifndef DATA_REDUCE_H
#define DATA_REDUCE_H

#include "base/pool.h"
#include "data/array.h"
#include <heatscope/status.h>
#include <stdbool.h>

enum reduce_mode { REDUCE_AUTO, REDUCE_MAX, REDUCE_MIN, REDUCE_MEAN, REDUCE_ABSMAX };

struct reduce_axis {
    double ratio;         /* r, cells per pixel; <= 1: one footprint per cell */
    double phase;         /* p, in cells */
    int64_t first;        /* number of the first footprint wanted (a cell index when ratio <= 1) */
    int num;              /* how many */
};

/* First and one past the last cell of footprint i of an axis of `cells` cells, by the rule above. */
void reduce_footprint(double ratio, double phase, int64_t i, int64_t cells, int64_t *begin, int64_t *end);
/* How many footprints an axis of `cells` cells has: ceil((cells - p) / r), or cells. */
int64_t reduce_num_footprints(double ratio, double phase, int64_t cells);

/* What is known of the wanted footprints already (of cells that aren't in memory): lowest, highest and mean of the finite numbers (+Inf,
 * -Inf, NaN where there is none), share of NaN (0..255). Line by line as cells lie in memory: rows unless columns are contiguous. Float,
 * or double of wide dtypes. */
struct reduce_known {
    const void *min, *max, *mean;
    const uint8_t *nan_share;
    double tolerance; /* by how much a footprint may be wider than another */
};

struct reduce_level; /* reduce_summary.h */

struct reduce_job {
    const struct array *cells;
    struct reduce_axis rows, cols;
    enum reduce_mode mode;
    bool lone_rows; /* REDUCE_AUTO: more rows are sampled for what is usual, so that a row alone stands out as a cell does */
    const struct reduce_known *known; /* NULL: made from the cells. Else these aren't read, and REDUCE_AUTO goes by what is in sight alone */
    const struct reduce_level *level; /* of the cells, to be read instead: footprints are rounded outward to its blocks. NULL: the cells */
};

/* rows.num x cols.num values, row by row; valid until the next reduce_run on the same reducer. */
struct reduce_result {
    int rows, cols;
    const float *f32;         /* not wide dtypes: one value per footprint, NaN where no cell has a number; else NULL */
    const double *f64;        /* wide dtypes (dtype_is_wide); else NULL */
    const uint8_t *nan_share; /* share of NaN cells per footprint, 0..255, at least 1 when there is one; NULL: no NaN at all */
    int64_t num_nan_footprints;
    int64_t num_replaced;     /* REDUCE_AUTO: footprints that show an extreme instead of the mean (where the two differ) */
    double min, max;          /* finite minimum and maximum over all cells visited; min > max when there are none */
};

struct reducer;

struct reducer *reducer_create(void);
void reducer_destroy(struct reducer *r);
/* Run a job on the pool (may be NULL). Buffers grow when needed and are kept: a steady state allocates nothing. Inf: +Inf wins in
 * auto and max, -Inf in auto and min (auto with both: +Inf). HS_ERR_MEMORY. One thread at a time per reducer. */
enum hs_status reduce_run(struct reducer *r, struct pool *pool, const struct reduce_job *job, struct reduce_result *out);

/* Some cells. */
struct reduce_cells {
    int64_t row, col, rows, cols;
};

/* These cells have changed since *out came from reduce_run or reduce_update with the same job, which must be in C order: make it again
 * where they are, with the memory of the reducer `part`. Where that is hardly less work all is made again. Of REDUCE_AUTO, thresholds are
 * made again there only; min and max only widen. *first, *num: the rows of footprints that are new, as they count in *out. */
enum hs_status reduce_update(struct reducer *r, struct reducer *part, struct pool *pool, const struct reduce_job *job,
                             const struct reduce_cells *changed, int num_changed, struct reduce_result *out, int *first, int *num);

#endif
