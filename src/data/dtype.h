/* The element types of matrices, by NumPy's names. */
#ifndef DATA_DTYPE_H
#define DATA_DTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(enum, NumPy kind+size, size in bytes, NumPy name) */
#define DTYPE_LIST(X)                                                                                                  \
    X(DTYPE_B1, "b1", 1, "bool")                                                                                       \
    X(DTYPE_I1, "i1", 1, "int8") X(DTYPE_I2, "i2", 2, "int16") X(DTYPE_I4, "i4", 4, "int32") X(DTYPE_I8, "i8", 8, "int64") \
    X(DTYPE_U1, "u1", 1, "uint8") X(DTYPE_U2, "u2", 2, "uint16") X(DTYPE_U4, "u4", 4, "uint32") X(DTYPE_U8, "u8", 8, "uint64") \
    X(DTYPE_F2, "f2", 2, "float16") X(DTYPE_F4, "f4", 4, "float32") X(DTYPE_F8, "f8", 8, "float64")

enum dtype {
#define DTYPE_ENUM(id, code, size, name) id,
    DTYPE_LIST(DTYPE_ENUM)
#undef DTYPE_ENUM
    DTYPE_NUM
};

size_t dtype_size(enum dtype t);
/* "float32"; static. */
const char *dtype_name(enum dtype t);
/* Accepts "f4", "<f4", ">f4", "=f4", "|u1", "?", "float32". *swapped is true when its byte order isn't this machine's.
 * False: no such dtype. */
bool dtype_parse(const char *text, size_t len, enum dtype *out, bool *swapped);
/* True for the types whose values float32 can't hold exactly: i4 u4 i8 u8 f8. Their norm is evaluated in double. */
bool dtype_is_wide(enum dtype t);
bool dtype_is_float(enum dtype t);
/* One element as double (i8/u8 beyond 2^53 are rounded); p needs no alignment. */
double dtype_read(enum dtype t, const void *p);
/* The exact value as text: integers in full, floats by the shortest digits that read back the same in their dtype, "nan", "inf",
 * "-inf", "True"/"False". Returns out. */
const char *dtype_format(enum dtype t, const void *p, char *out, size_t out_size);
/* Reverse the bytes of each of num elements, in place. */
void dtype_swap(enum dtype t, void *data, size_t num);

#endif
