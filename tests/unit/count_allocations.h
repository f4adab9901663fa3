/* malloc and friends of a test program that count. Include it in its one .c file. */
#ifndef UNIT_COUNT_ALLOCATIONS_H
#define UNIT_COUNT_ALLOCATIONS_H

#include <stdlib.h>

/* Every allocation is counted; the sanitizers bring their own allocator. */
#ifndef __SANITIZE_ADDRESS__
static int num_allocations;
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t num, size_t size);
void *__libc_realloc(void *p, size_t size);

void *malloc(size_t size)
{
    num_allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t num, size_t size)
{
    num_allocations++;
    return __libc_calloc(num, size);
}

void *realloc(void *p, size_t size)
{
    num_allocations++;
    return __libc_realloc(p, size);
}
#endif

#endif
