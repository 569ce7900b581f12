/* plain_memory: what the C library does with memory, without ThreadSanitizer looking on. Included
 * ahead of every file of its preset that it does not watch: the functions of the library are
 * watched wherever they are called from, and the simulator copies data on the stack of whoever
 * happens to run. */
#ifndef FAKES_PLAIN_MEMORY_H
#define FAKES_PLAIN_MEMORY_H

#if defined(__has_feature)
#if !__has_feature(thread_sanitizer)

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* this is the first header of all: some files ask for it */
#endif
#include <string.h>

static inline void *plain_copy(void *to, const void *from, size_t size)
{
    void *result = to;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
    return result;
}

static inline void *plain_move(void *to, const void *from, size_t size)
{
    char *t = to;
    const char *f = from;

    if (t <= f || t >= f + size) {
        return plain_copy(to, from, size);
    }
    while (size-- != 0) { /* backwards; volatile, or it becomes a call again */
        *(volatile char *)&t[size] = f[size];
    }
    return to;
}

static inline void *plain_fill(void *to, int value, size_t size)
{
    void *result = to;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(value) : "memory");
    return result;
}

static inline int plain_compare(const void *left, const void *right, size_t size)
{
    const volatile unsigned char *l = left;
    const volatile unsigned char *r = right;

    for (; size != 0; size--, l++, r++) {
        if (*l != *r) {
            return *l < *r ? -1 : 1;
        }
    }
    return 0;
}

#define memcpy(to, from, size)    plain_copy(to, from, size)
#define memmove(to, from, size)   plain_move(to, from, size)
#define memset(to, value, size)   plain_fill(to, value, size)
#define memcmp(left, right, size) plain_compare(left, right, size)

#endif
#endif

#endif
