/* compiler: what compilers spell differently. */
#ifndef CONFORMANCE_COMPILER_H
#define CONFORMANCE_COMPILER_H

#include <stdint.h>

/* CONF_PRINTF stands behind a function that formats as printf does: the format is its argument
 * number `format_at`, counted from 1, what it formats begins with number `first`. */
#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#define CONF_PRINTF(format_at, first)
#elif defined(__MINGW32__)
#define CONF_PRINTF(format_at, first) __attribute__((format(gnu_printf, format_at, first)))
#else
#define CONF_PRINTF(format_at, first) __attribute__((format(printf, format_at, first)))
#endif

/* conf_counter_add adds to a number that several threads count in. It is no call of the system: the
 * simulated world sees nothing of it. */
static inline void conf_counter_add(volatile long *counter, long amount)
{
#if defined(_MSC_VER) && !defined(__clang__)
    _InterlockedExchangeAdd(counter, amount);
#else
    __atomic_fetch_add(counter, amount, __ATOMIC_RELAXED);
#endif
}

/* conf_shared_store and conf_shared_load write and read a pointer that threads share. They are no
 * calls of the system either, and order nothing. */
static inline void conf_shared_store(const void *volatile *place, const void *value)
{
#if defined(_MSC_VER) && !defined(__clang__)
    *place = value;
#else
    __atomic_store_n(place, value, __ATOMIC_RELAXED);
#endif
}

static inline const void *conf_shared_load(const void *volatile *place)
{
#if defined(_MSC_VER) && !defined(__clang__)
    return *place;
#else
    return __atomic_load_n(place, __ATOMIC_RELAXED);
#endif
}

/* conf_lowest_bit returns the number of the lowest bit that is set; there is one. */
static inline unsigned conf_lowest_bit(uint64_t bits)
{
#if defined(_MSC_VER) && !defined(__clang__)
    unsigned long number;
    if (_BitScanForward(&number, (unsigned long)bits)) {
        return number;
    }
    _BitScanForward(&number, (unsigned long)(bits >> 32));
    return number + 32;
#else
    return (unsigned)__builtin_ctzll(bits);
#endif
}

#endif
