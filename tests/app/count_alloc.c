/* Counts allocations of the program that it is preloaded into, in a shared file ($HEATSCOPE_ALLOC_FILE): two 64 bit numbers, all of
 * them, and those asked for by the program itself rather than by a library. Built by the tests, used by test_steady.py. Threads: any. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size), *__libc_calloc(size_t num, size_t size), *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static _Atomic uint64_t none[2], *counts = none;
static uintptr_t program_begin, program_end;

static int find_program(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)size;
    (void)arg;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        if (p->p_type == PT_LOAD && (p->p_flags & PF_X)) {
            program_begin = info->dlpi_addr + p->p_vaddr;
            program_end = program_begin + p->p_memsz;
        }
    }
    return 1; /* the first is the program */
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("HEATSCOPE_ALLOC_FILE");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *p = mmap(NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    dl_iterate_phdr(find_program, NULL);
    if (p != MAP_FAILED)
        counts = p;
    close(fd);
}

static void count(const void *caller)
{
    uintptr_t at = (uintptr_t)caller;
    atomic_fetch_add_explicit(&counts[0], 1, memory_order_relaxed);
    if (at >= program_begin && at < program_end)
        atomic_fetch_add_explicit(&counts[1], 1, memory_order_relaxed);
}

#define EXPORT __attribute__((visibility("default")))

EXPORT void *malloc(size_t size)
{
    count(__builtin_return_address(0));
    return __libc_malloc(size);
}

EXPORT void *calloc(size_t num, size_t size)
{
    count(__builtin_return_address(0));
    return __libc_calloc(num, size);
}

EXPORT void *realloc(void *old, size_t size)
{
    count(__builtin_return_address(0));
    return __libc_realloc(old, size);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
    count(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

EXPORT int posix_memalign(void **out, size_t alignment, size_t size)
{
    count(__builtin_return_address(0));
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : ENOMEM;
}
