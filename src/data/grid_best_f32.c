/* Rough footprints of narrow dtypes, as float. Any thread. */
#include "data/grid_best.h"
#include "base/hot.h"
#include <math.h>
#include <string.h>

#define A float
#define BITS uint32_t
#define INF_BITS 0x7f800000u
#define N(name) name##_f32

#include "data/grid_best.inc"
