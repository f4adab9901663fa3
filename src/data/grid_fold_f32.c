/* Folding of narrow dtypes, as float. Any thread. */
#include "data/grid_fold.h"
#include "data/convert.h"
#include "base/hot.h"
#include <math.h>
#include <string.h>

#define A float
#define BITS uint32_t
#define INF_BITS 0x7f800000u
#define CONVERT_CELLS convert_f32
#define N(name) name##_f32

#include "data/grid_fold.inc"
