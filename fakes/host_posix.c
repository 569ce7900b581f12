/* host_posix: host.h over mmap. */
#define _GNU_SOURCE
#include "fakes/host.h"

#include <sys/mman.h>

void *host_reserve(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void host_release(void *memory, size_t size)
{
    munmap(memory, size);
}

void host_discard(void *memory, size_t size)
{
    madvise(memory, size, MADV_DONTNEED);
}

void host_protect(void *memory, size_t size)
{
    mprotect(memory, size, PROT_NONE);
}
