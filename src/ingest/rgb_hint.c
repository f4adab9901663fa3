/* Of floats a few thousand values are looked at, at the beginning, in the middle and at the end. Any thread. */
#include "ingest/rgb_hint.h"

enum { LEAST_SIDE = 8, SAMPLED_ROWS = 512 };

static bool is_share(double v)
{
    return v >= 0 && v <= 1;
}

/* Frame i holds values from 0 to 1 alone, and *between some that aren't at an end. */
static bool shares(struct npy_file *f, int64_t i, bool *between)
{
    struct array a;
    struct npy_cells cells = npy_file_frame_cells(f, i);
    if (!npy_file_map(f, &cells, &a))
        return false;
    for (int64_t row = 0; row < a.rows && row < SAMPLED_ROWS; row++)
        for (int64_t col = 0; col < a.cols; col++) {
            double v = dtype_read(a.dtype, array_cell(&a, row, col));
            if (!is_share(v))
                return false;
            *between = *between || (v > 0 && v < 1);
        }
    return true;
}

bool rgb_looks_like(struct npy_file *f)
{
    const struct npy_header *h = npy_file_header(f);
    if (!h || h->num_dims != 3 || (h->shape[2] != 3 && h->shape[2] != 4) || h->shape[0] < LEAST_SIDE || h->shape[1] < LEAST_SIDE)
        return false;
    if (h->dtype == DTYPE_U1)
        return true;
    bool between = false;
    int64_t num = npy_file_num_frames(f);
    return dtype_is_float(h->dtype) && !h->swapped && shares(f, 0, &between) && shares(f, num / 2, &between) &&
           shares(f, num - 1, &between) && between;
}
