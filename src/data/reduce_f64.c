/* The reduction in double: the wide dtypes. Workers enter. */
#include "data/reduce_internal.h"

#include "data/convert.h"
#include "base/hot.h"
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

/* Types read without a detour through converted rows, A among them. */
enum { down_f8_dtype = DTYPE_F8, down_i4_dtype = DTYPE_I4, down_u4_dtype = DTYPE_U4 };
#define READ_DIRECTLY(X) \
    X(HOT, down_f8, double, AS_IT_IS) \
    X(HOT, down_i4, int32_t, AS_IT_IS) \
    X(HOT, down_u4, uint32_t, AS_IT_IS)
#define DOWN_A down_f8

#include "data/reduce_scan.inc"
#include "data/reduce_auto.inc"

const struct reduce_ops reduce_f64 = {
    .size = sizeof(A),
    .prepare = N(prepare),
    .threshold = N(threshold),
    .row = N(row),
    .summarise = N(summarise),
    .finish = N(finish),
};
