/* The SIGBUS handler and its table of mappings. A handler can't be given an argument, so this table is the one thing that must be
 * static: fixed size, atomics alone, no lock. A fault inside a guarded mapping puts a page of zeros there and the read goes on; any
 * other goes to whoever handled SIGBUS before us.
 * Threads: any adds and removes; the handler runs in the thread that faults. */
#include "store/guard.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_MAPPINGS = 1024 };

struct mapping {
    atomic_bool used;
    _Atomic uintptr_t begin, end; /* begin 0: not (yet) guarded */
    atomic_bool tripped;
};

static struct mapping mappings[MAX_MAPPINGS];
static struct sigaction before;
static uintptr_t page_bytes;

static struct mapping *find(uintptr_t address)
{
    for (int i = 0; i < MAX_MAPPINGS; i++) {
        uintptr_t begin = atomic_load(&mappings[i].begin);
        if (begin && address >= begin && address < atomic_load(&mappings[i].end))
            return &mappings[i];
    }
    return NULL;
}

static void on_sigbus(int signal_number, siginfo_t *info, void *context)
{
    (void)signal_number;
    (void)context;
    int saved = errno;
    uintptr_t address = (uintptr_t)info->si_addr;
    struct mapping *m = info->si_code == BUS_ADRERR ? find(address) : NULL;
    void *page = (void *)(address & ~(page_bytes - 1));
    if (m && mmap(page, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED)
        atomic_store(&m->tripped, true);
    else
        sigaction(SIGBUS, &before, NULL); /* the instruction faults again, and gets what it would have got */
    errno = saved;
}

static void install(void)
{
    page_bytes = (uintptr_t)sysconf(_SC_PAGESIZE);
    struct sigaction action = {.sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &before);
}

int guard_add(void *begin, size_t len)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    for (int i = 0; i < MAX_MAPPINGS; i++) {
        if (atomic_exchange(&mappings[i].used, true))
            continue;
        atomic_store(&mappings[i].tripped, false);
        atomic_store(&mappings[i].end, (uintptr_t)begin + len);
        atomic_store(&mappings[i].begin, (uintptr_t)begin);
        return i;
    }
    return -1;
}

void guard_remove(int handle)
{
    if (handle < 0)
        return;
    atomic_store(&mappings[handle].begin, 0);
    atomic_store(&mappings[handle].used, false);
}

bool guard_tripped(int handle)
{
    return handle >= 0 && atomic_load(&mappings[handle].tripped);
}
