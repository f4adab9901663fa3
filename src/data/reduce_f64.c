/* The reduction in double: the wide dtypes. Workers enter. */
#include "data/reduce_internal.h"

#include "data/convert.h"
#include "data/hot.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define A double
#define BITS uint64_t
#define INF_BITS 0x7ff0000000000000u
#define A_MAX DBL_MAX
#define A_EPSILON DBL_EPSILON
#define CONVERT_CELLS convert_f64
#define N(name) name##_f64

#include "data/reduce_scan.inc"
#include "data/reduce_auto.inc"

const struct reduce_ops reduce_f64 = {
    .size = sizeof(A),
    .prepare = N(prepare),
    .threshold = N(threshold),
    .row = N(row),
    .finish = N(finish),
};
