/* IEEE half precision ("f2") to and from the types C has. On the bits, so that every compiler and machine agrees. */
#ifndef DATA_HALF_H
#define DATA_HALF_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Exact, branch-free (vectorises): the exponent is rebased by a multiplication, which also turns subnormals right. */
static inline float half_to_float(uint16_t h)
{
    uint32_t magnitude = (uint32_t)(h & 0x7fff) << 13;
    float f;
    memcpy(&f, &magnitude, 4);
    f *= 0x1p112f;
    uint32_t bits;
    memcpy(&bits, &f, 4);
    bits |= (h & 0x7c00) == 0x7c00 ? 0x7f800000u | magnitude : 0;
    bits |= (uint32_t)(h & 0x8000) << 16;
    memcpy(&f, &bits, 4);
    return f;
}

/* Nearest, ties to even. */
static inline uint16_t half_from_double(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, 8);
    uint16_t sign = (uint16_t)(bits >> 63 << 15);
    double magnitude = fabs(v);
    if ((bits & 0x7fffffffffffffff) > 0x7ff0000000000000)
        return sign | 0x7e00;
    if (magnitude >= 65520)
        return sign | 0x7c00;
    int exponent;
    frexp(magnitude, &exponent); /* magnitude = m * 2^exponent, m in [0.5, 1) */
    int step = magnitude < 0x1p-14 ? -24 : exponent - 11;
    double units = rint(ldexp(magnitude, -step)); /* may carry into the next exponent, as it should */
    return (uint16_t)(sign | (uint16_t)(units + (step + 24) * 1024));
}

#endif
