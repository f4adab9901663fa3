/* Runs of cells as float or double: for each dtype one vectorised loop for neighbours in memory and one for any stride. */
#include "data/convert.h"

#include "data/half.h"
#include "base/hot.h"
#include <assert.h>

#define IDENTITY(x) (x)
#define TRUTH(x) ((x) != 0)

/* The cells' types without alignment. */
#define CONVERT(hot, name, type, to, expr)                                                                        \
    typedef type __attribute__((aligned(1), may_alias)) name##_cell;                                              \
    hot static void name##_run(const void *p, int num, to *restrict out)                                          \
    {                                                                                                             \
        const name##_cell *cells = p;                                                                             \
        for (int i = 0; i < num; i++)                                                                             \
            out[i] = (to)expr(cells[i]);                                                                          \
    }                                                                                                             \
    static void name(const void *p, int64_t stride, int num, to *restrict out)                                    \
    {                                                                                                             \
        if (stride == (int64_t)sizeof(type)) {                                                                    \
            name##_run(p, num, out);                                                                              \
            return;                                                                                               \
        }                                                                                                         \
        const char *cell = p;                                                                                     \
        for (int i = 0; i < num; i++, cell += stride)                                                             \
            out[i] = (to)expr(*(const name##_cell *)cell);                                                        \
    }

CONVERT(HOT_SMALL, from_b1, uint8_t, float, TRUTH)
CONVERT(HOT_SMALL, from_i1, int8_t, float, IDENTITY)
CONVERT(HOT_SMALL, from_u1, uint8_t, float, IDENTITY)
CONVERT(HOT_SMALL, from_i2, int16_t, float, IDENTITY)
CONVERT(HOT_SMALL, from_u2, uint16_t, float, IDENTITY)
CONVERT(HOT_SMALL, from_f2, uint16_t, float, half_to_float)
CONVERT(HOT, from_f4, float, float, IDENTITY)
CONVERT(HOT, from_i4, int32_t, double, IDENTITY)
CONVERT(HOT, from_u4, uint32_t, double, IDENTITY)
CONVERT(HOT, from_i8, int64_t, double, IDENTITY)
CONVERT(HOT, from_u8, uint64_t, double, IDENTITY)
CONVERT(HOT, from_f8, double, double, IDENTITY)

void convert_f32(enum dtype t, const void *p, int64_t stride, int num, float *out)
{
    switch (t) {
    case DTYPE_B1: from_b1(p, stride, num, out); break;
    case DTYPE_I1: from_i1(p, stride, num, out); break;
    case DTYPE_U1: from_u1(p, stride, num, out); break;
    case DTYPE_I2: from_i2(p, stride, num, out); break;
    case DTYPE_U2: from_u2(p, stride, num, out); break;
    case DTYPE_F2: from_f2(p, stride, num, out); break;
    case DTYPE_F4: from_f4(p, stride, num, out); break;
    default: assert(!"a wide dtype");
    }
}

void convert_f64(enum dtype t, const void *p, int64_t stride, int num, double *out)
{
    switch (t) {
    case DTYPE_I4: from_i4(p, stride, num, out); break;
    case DTYPE_U4: from_u4(p, stride, num, out); break;
    case DTYPE_I8: from_i8(p, stride, num, out); break;
    case DTYPE_U8: from_u8(p, stride, num, out); break;
    case DTYPE_F8: from_f8(p, stride, num, out); break;
    default: assert(!"a narrow dtype");
    }
}
