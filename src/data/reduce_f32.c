/* The reduction in float: the narrow dtypes, whose values float holds exactly. Workers enter. */
#include "data/reduce_internal.h"

#include "data/convert.h"
#include "data/half.h"
#include "base/hot.h"
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

/* Types read without a detour through converted rows, A among them. */
enum {
    down_f4_dtype = DTYPE_F4,
    down_u1_dtype = DTYPE_U1,
    down_i1_dtype = DTYPE_I1,
    down_u2_dtype = DTYPE_U2,
    down_i2_dtype = DTYPE_I2,
    down_f2_dtype = DTYPE_F2,
};
#define READ_DIRECTLY(X) \
    X(HOT, down_f4, float, AS_IT_IS) \
    X(HOT_SMALL, down_u1, uint8_t, AS_IT_IS) \
    X(HOT_SMALL, down_i1, int8_t, AS_IT_IS) \
    X(HOT_SMALL, down_u2, uint16_t, AS_IT_IS) \
    X(HOT_SMALL, down_i2, int16_t, AS_IT_IS) \
    X(HOT_SMALL, down_f2, uint16_t, half_to_float)
#define DOWN_A down_f4

#include "data/reduce_scan.inc"
#include "data/reduce_auto.inc"

const struct reduce_ops reduce_f32 = {
    .size = sizeof(A),
    .prepare = N(prepare),
    .threshold = N(threshold),
    .row = N(row),
    .summarise = N(summarise),
    .finish = N(finish),
};
