/* Hot loops: plain C, compiled once per instruction set and chosen when the program starts (function multi-versioning). Loops on
 * floats keep their order of operations: no -ffast-math, no contraction, so every version computes the same bits. */
#ifndef BASE_HOT_H
#define BASE_HOT_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HOT_SANITIZED 1 /* ifuncs run before the sanitizers' runtime is up */
#endif

#if defined(__GNUC__) && !defined(__clang__)
#define HOT_OPTIMIZE optimize("O3", "fp-contract=off")
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(HOT_SANITIZED)
#define HOT __attribute__((target_clones("avx512f", "avx2", "default"), HOT_OPTIMIZE))
/* For 8 and 16 bit integers and for looking up in tables, which AVX-512 alone (without BW) handles worse than AVX2. */
#define HOT_SMALL __attribute__((target_clones("avx2", "default"), HOT_OPTIMIZE))
#else
#define HOT __attribute__((HOT_OPTIMIZE))
#define HOT_SMALL HOT
#endif
#else
#define HOT
#define HOT_SMALL
#endif

#define HOT_INLINE static inline __attribute__((always_inline))

#endif
