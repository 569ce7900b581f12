/* lock: waiting for locks and condition variables, on Linux futexes. See native/sync.h.
 *
 *   0 --acquire--> HELD --somebody waits--> HELD|WAITED --release--> 0: all who sleep look again
 *
 * Whoever cannot have the lock sets WAITED and sleeps while the word stays as it is. A release
 * takes WAITED away and wakes all sleepers: those who still cannot have it set it again. So nobody
 * sleeps on a word without WAITED. */
#include <windows.h>

#include "fakes/native/futex.h"

#define SPINS_MAX 64 /* looks at a held lock before the thread sleeps */

/* Waits until the word may have changed. */
static void wait_for(PSRWLOCK lock, uint32_t seen)
{
    if ((seen & NATIVE_LOCK_WAITED) != 0 ||
        __atomic_compare_exchange_n(&lock->word, &seen, seen | NATIVE_LOCK_WAITED, 0,
                                    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
        native_futex_wait(&lock->word, seen | NATIVE_LOCK_WAITED, INFINITE);
    }
}

void native_lock_acquire(PSRWLOCK lock)
{
    for (unsigned spins = 0;; spins++) {
        uint32_t seen = __atomic_load_n(&lock->word, __ATOMIC_RELAXED);
        if ((seen & ~NATIVE_LOCK_WAITED) == 0) {
            if (__atomic_compare_exchange_n(&lock->word, &seen, seen | NATIVE_LOCK_HELD, 0,
                                            __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
                return;
            }
        } else if (spins < SPINS_MAX) {
            YieldProcessor();
        } else {
            wait_for(lock, seen);
        }
    }
}

void native_lock_acquire_shared(PSRWLOCK lock)
{
    for (unsigned spins = 0; !TryAcquireSRWLockShared(lock); spins++) {
        uint32_t seen = __atomic_load_n(&lock->word, __ATOMIC_RELAXED);
        if ((seen & NATIVE_LOCK_HELD) == 0) {
            continue;
        }
        if (spins < SPINS_MAX) {
            YieldProcessor();
        } else {
            wait_for(lock, seen);
        }
    }
}

void native_lock_wake(PSRWLOCK lock)
{
    __atomic_fetch_and(&lock->word, ~NATIVE_LOCK_WAITED, __ATOMIC_SEQ_CST);
    native_futex_wake(&lock->word, INT32_MAX);
}

BOOL SleepConditionVariableSRW(PCONDITION_VARIABLE variable, PSRWLOCK lock, DWORD milliseconds,
                               ULONG flags)
{
    uint32_t seen = __atomic_load_n(&variable->word, __ATOMIC_SEQ_CST);
    BOOL is_shared = (flags & CONDITION_VARIABLE_LOCKMODE_SHARED) != 0;

    if (is_shared) {
        ReleaseSRWLockShared(lock);
    } else {
        ReleaseSRWLockExclusive(lock);
    }
    BOOL is_woken = native_futex_wait(&variable->word, seen, milliseconds);
    if (is_shared) {
        AcquireSRWLockShared(lock);
    } else {
        AcquireSRWLockExclusive(lock);
    }
    if (!is_woken) {
        SetLastError(ERROR_TIMEOUT);
    }
    return is_woken;
}

VOID WakeConditionVariable(PCONDITION_VARIABLE variable)
{
    __atomic_add_fetch(&variable->word, 1, __ATOMIC_SEQ_CST);
    native_futex_wake(&variable->word, 1);
}

VOID WakeAllConditionVariable(PCONDITION_VARIABLE variable)
{
    __atomic_add_fetch(&variable->word, 1, __ATOMIC_SEQ_CST);
    native_futex_wake(&variable->word, INT32_MAX);
}
