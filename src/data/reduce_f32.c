/* The reduction in float: the narrow dtypes, whose values float holds exactly. Workers enter. */
#include "data/reduce_internal.h"

#include "data/convert.h"
#include "data/hot.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define A float
#define BITS uint32_t
#define INF_BITS 0x7f800000u
#define A_MAX FLT_MAX
#define A_EPSILON FLT_EPSILON
#define CONVERT_CELLS convert_f32
#define N(name) name##_f32

#include "data/reduce_scan.inc"
#include "data/reduce_auto.inc"

const struct reduce_ops reduce_f32 = {
    .size = sizeof(A),
    .prepare = N(prepare),
    .threshold = N(threshold),
    .row = N(row),
    .finish = N(finish),
};
