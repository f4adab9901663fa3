/* Folding of wide dtypes, as double. Any thread. */
#include "data/grid_fold.h"
#include "data/convert.h"
#include "base/hot.h"
#include <math.h>
#include <string.h>

#define A double
#define BITS uint64_t
#define INF_BITS 0x7ff0000000000000u
#define CONVERT_CELLS convert_f64
#define N(name) name##_f64

#include "data/grid_fold.inc"
