/* Rough footprints of wide dtypes, as double. Any thread. */
#include "data/grid_best.h"
#include "base/hot.h"
#include <math.h>
#include <string.h>

#define A double
#define BITS uint64_t
#define INF_BITS 0x7ff0000000000000u
#define N(name) name##_f64

#include "data/grid_best.inc"
