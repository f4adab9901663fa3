/* Runs of cells of any dtype as float (not wide dtypes) or double (wide ones). Any thread. */
#ifndef DATA_CONVERT_H
#define DATA_CONVERT_H

#include "data/dtype.h"

/* num cells from p on, stride bytes apart (any sign), any alignment. t is b1 i1 u1 i2 u2 f2 f4. */
void convert_f32(enum dtype t, const void *p, int64_t stride, int num, float *out);
/* t is i4 u4 i8 u8 f8. i8 and u8 beyond 2^53 are rounded. */
void convert_f64(enum dtype t, const void *p, int64_t stride, int num, double *out);

#endif
