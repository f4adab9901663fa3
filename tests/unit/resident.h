/* Memory that is really there. */
#ifndef TESTS_RESIDENT_H
#define TESTS_RESIDENT_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Of this process. */
static inline long resident_pages(void)
{
    long all, resident;
    FILE *f = fopen("/proc/self/statm", "r");
    cr_assert_eq(fscanf(f, "%ld %ld", &all, &resident), 2);
    fclose(f);
    return resident;
}

/* Kernels before 5.14 can't put memory in place before it is written to. */
static inline void skip_without_populate(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int refused = -1;
#ifdef MADV_POPULATE_WRITE
    refused = madvise(page, 4096, MADV_POPULATE_WRITE);
#endif
    munmap(page, 4096);
    if (refused)
        cr_skip_test("the kernel doesn't know MADV_POPULATE_WRITE");
}

#endif
