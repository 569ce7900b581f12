/* sync: locks, condition variables and interlocked operations of native Linux.
 *
 * A lock is one word, as on Windows: who meets no other thread pays for one compare-and-swap and
 * one exchange, inline. Waiting is a futex's. Locks and condition variables need no destruction,
 * and zero is a fresh one. */
#ifndef FAKES_NATIVE_SYNC_H
#define FAKES_NATIVE_SYNC_H

#include "win32/file.h"
#include "win32/types.h"

/* The low 32 bits: 0 free; NATIVE_LOCK_HELD or a number of sharers times NATIVE_LOCK_SHARER; beside
 * either NATIVE_LOCK_WAITED when somebody may sleep on the word. */
typedef union _RTL_SRWLOCK {
    PVOID Ptr;
    uint32_t word;
} SRWLOCK, *PSRWLOCK;
#define SRWLOCK_INIT \
    {                \
        0            \
    }

#define NATIVE_LOCK_HELD   UINT32_C(1)
#define NATIVE_LOCK_WAITED UINT32_C(2)
#define NATIVE_LOCK_SHARER UINT32_C(4)

/* The low 32 bits count wake-ups. */
typedef union _RTL_CONDITION_VARIABLE {
    PVOID Ptr;
    uint32_t word;
} CONDITION_VARIABLE, *PCONDITION_VARIABLE;
#define CONDITION_VARIABLE_INIT \
    {                           \
        0                       \
    }
#define CONDITION_VARIABLE_LOCKMODE_SHARED 1

#ifdef __cplusplus
extern "C" {
#endif

/* The paths of locks that somebody else holds or waits for. */
void native_lock_acquire(PSRWLOCK lock);
void native_lock_wake(PSRWLOCK lock);
void native_lock_acquire_shared(PSRWLOCK lock);

BOOL WINAPI SleepConditionVariableSRW(PCONDITION_VARIABLE variable, PSRWLOCK lock,
                                      DWORD milliseconds, ULONG flags);
VOID WINAPI WakeConditionVariable(PCONDITION_VARIABLE variable);
VOID WINAPI WakeAllConditionVariable(PCONDITION_VARIABLE variable);

DWORD WINAPI WaitForSingleObject(HANDLE object, DWORD milliseconds);

#ifdef __cplusplus
}
#endif

static inline VOID InitializeSRWLock(PSRWLOCK lock)
{
    lock->Ptr = NULL;
}

static inline BOOLEAN TryAcquireSRWLockExclusive(PSRWLOCK lock)
{
    uint32_t free = 0;

    return __atomic_compare_exchange_n(&lock->word, &free, NATIVE_LOCK_HELD, 0, __ATOMIC_SEQ_CST,
                                       __ATOMIC_RELAXED);
}

static inline VOID AcquireSRWLockExclusive(PSRWLOCK lock)
{
    if (!TryAcquireSRWLockExclusive(lock)) {
        native_lock_acquire(lock);
    }
}

static inline VOID ReleaseSRWLockExclusive(PSRWLOCK lock)
{
    if (__atomic_exchange_n(&lock->word, 0, __ATOMIC_SEQ_CST) & NATIVE_LOCK_WAITED) {
        native_lock_wake(lock);
    }
}

static inline BOOLEAN TryAcquireSRWLockShared(PSRWLOCK lock)
{
    uint32_t seen = __atomic_load_n(&lock->word, __ATOMIC_RELAXED);

    while ((seen & NATIVE_LOCK_HELD) == 0) {
        if (__atomic_compare_exchange_n(&lock->word, &seen, seen + NATIVE_LOCK_SHARER, 0,
                                        __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
            return TRUE;
        }
    }
    return FALSE;
}

static inline VOID AcquireSRWLockShared(PSRWLOCK lock)
{
    if (!TryAcquireSRWLockShared(lock)) {
        native_lock_acquire_shared(lock);
    }
}

static inline VOID ReleaseSRWLockShared(PSRWLOCK lock)
{
    uint32_t left = __atomic_sub_fetch(&lock->word, NATIVE_LOCK_SHARER, __ATOMIC_SEQ_CST);

    if (left == NATIVE_LOCK_WAITED) {
        native_lock_wake(lock);
    }
}

static inline VOID InitializeConditionVariable(PCONDITION_VARIABLE variable)
{
    variable->Ptr = NULL;
}

/* Type-generic, because unmodified code uses them on `long`. All are full barriers. */
#define InterlockedIncrement(target)       __atomic_add_fetch((target), 1, __ATOMIC_SEQ_CST)
#define InterlockedDecrement(target)       __atomic_sub_fetch((target), 1, __ATOMIC_SEQ_CST)
#define InterlockedExchange(target, value) __atomic_exchange_n((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedExchangeAdd(target, value) \
    __atomic_fetch_add((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedAdd(target, value) __atomic_add_fetch((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedOr(target, value)  __atomic_fetch_or((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedAnd(target, value) __atomic_fetch_and((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedCompareExchange(target, exchange, comparand) \
    __sync_val_compare_and_swap((target), (comparand), (exchange))

#define InterlockedIncrement64       InterlockedIncrement
#define InterlockedDecrement64       InterlockedDecrement
#define InterlockedExchange64        InterlockedExchange
#define InterlockedExchangeAdd64     InterlockedExchangeAdd
#define InterlockedAdd64             InterlockedAdd
#define InterlockedOr64              InterlockedOr
#define InterlockedAnd64             InterlockedAnd
#define InterlockedCompareExchange64 InterlockedCompareExchange
#define InterlockedExchangePointer(target, value) \
    ((PVOID)__atomic_exchange_n((PVOID volatile *)(target), (PVOID)(value), __ATOMIC_SEQ_CST))
#define InterlockedCompareExchangePointer(target, exchange, comparand)                  \
    ((PVOID)__sync_val_compare_and_swap((PVOID volatile *)(target), (PVOID)(comparand), \
                                        (PVOID)(exchange)))
/* Nor does a load of this kind pass an interlocked operation before it: on every processor. */
#define ReadAcquire(source)         __atomic_load_n((source), __ATOMIC_SEQ_CST)
#define ReadAcquire64               ReadAcquire
#define ReadNoFence(source)         __atomic_load_n((source), __ATOMIC_RELAXED)
#define WriteRelease(target, value) __atomic_store_n((target), (value), __ATOMIC_RELEASE)
#define MemoryBarrier()             __atomic_thread_fence(__ATOMIC_SEQ_CST)
#if defined(__x86_64__)
#define YieldProcessor() __builtin_ia32_pause()
#else
#define YieldProcessor() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#endif

#endif
