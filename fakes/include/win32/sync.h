/* sync: locks, condition variables, events, waits and interlocked operations (kernel32). */
#ifndef FAKES_WIN32_SYNC_H
#define FAKES_WIN32_SYNC_H

#include "win32/file.h"
#include "win32/types.h"

/* One word: zero is "free and never used", any other value names a slot of the running world. */
typedef struct _RTL_SRWLOCK {
    PVOID Ptr;
} SRWLOCK, *PSRWLOCK;

typedef struct _RTL_CONDITION_VARIABLE {
    PVOID Ptr;
} CONDITION_VARIABLE, *PCONDITION_VARIABLE;
typedef union _RTL_RUN_ONCE {
    PVOID Ptr;
} INIT_ONCE, *PINIT_ONCE;
typedef BOOL(CALLBACK *PINIT_ONCE_FN)(PINIT_ONCE once, PVOID parameter, PVOID *context);

/* 40 bytes, as on Windows. LockSemaphore is the word of the lock. */
typedef struct _RTL_CRITICAL_SECTION {
    PVOID DebugInfo;
    LONG LockCount;
    LONG RecursionCount;
    HANDLE OwningThread;
    HANDLE LockSemaphore;
    ULONG_PTR SpinCount;
} CRITICAL_SECTION, *PCRITICAL_SECTION, *LPCRITICAL_SECTION;
FAKES_STATIC_ASSERT(sizeof(CRITICAL_SECTION) == 40, "layout of CRITICAL_SECTION");

/* clang-format off */
#define SRWLOCK_INIT            {0}
#define INIT_ONCE_STATIC_INIT   {0}
#define CONDITION_VARIABLE_INIT {0}
/* clang-format on */
#define CONDITION_VARIABLE_LOCKMODE_SHARED 1

#ifdef __cplusplus
extern "C" {
#endif

VOID WINAPI InitializeSRWLock(PSRWLOCK lock);
VOID WINAPI AcquireSRWLockExclusive(PSRWLOCK lock);
VOID WINAPI ReleaseSRWLockExclusive(PSRWLOCK lock);
VOID WINAPI AcquireSRWLockShared(PSRWLOCK lock);
VOID WINAPI ReleaseSRWLockShared(PSRWLOCK lock);
BOOLEAN WINAPI TryAcquireSRWLockExclusive(PSRWLOCK lock);
BOOLEAN WINAPI TryAcquireSRWLockShared(PSRWLOCK lock);

VOID WINAPI InitializeConditionVariable(PCONDITION_VARIABLE variable);
BOOL WINAPI SleepConditionVariableSRW(PCONDITION_VARIABLE variable, PSRWLOCK lock,
                                      DWORD milliseconds, ULONG flags);
VOID WINAPI WakeConditionVariable(PCONDITION_VARIABLE variable);
VOID WINAPI WakeAllConditionVariable(PCONDITION_VARIABLE variable);

BOOL WINAPI SleepConditionVariableCS(PCONDITION_VARIABLE variable, LPCRITICAL_SECTION section,
                                     DWORD milliseconds);

VOID WINAPI InitializeCriticalSection(LPCRITICAL_SECTION section);
BOOL WINAPI InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION section, DWORD spin_count);
VOID WINAPI DeleteCriticalSection(LPCRITICAL_SECTION section);
VOID WINAPI EnterCriticalSection(LPCRITICAL_SECTION section);
BOOL WINAPI TryEnterCriticalSection(LPCRITICAL_SECTION section);
VOID WINAPI LeaveCriticalSection(LPCRITICAL_SECTION section);

BOOL WINAPI InitOnceExecuteOnce(PINIT_ONCE once, PINIT_ONCE_FN initialise, PVOID parameter,
                                LPVOID *context);

BOOL WINAPI WaitOnAddress(volatile VOID *address, PVOID compare, SIZE_T size, DWORD milliseconds);
VOID WINAPI WakeByAddressSingle(PVOID address);
VOID WINAPI WakeByAddressAll(PVOID address);

HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES security, LONG count, LONG maximum,
                               LPCWSTR name);
BOOL WINAPI ReleaseSemaphore(HANDLE semaphore, LONG add, LONG *previous);
HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES security, BOOL owned, LPCWSTR name);
BOOL WINAPI ReleaseMutex(HANDLE mutex);
DWORD WINAPI WaitForMultipleObjects(DWORD count, const HANDLE *handles, BOOL all,
                                    DWORD milliseconds);

HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, BOOL initial,
                           LPCWSTR name);
BOOL WINAPI SetEvent(HANDLE event);
BOOL WINAPI ResetEvent(HANDLE event);
DWORD WINAPI WaitForSingleObject(HANDLE object, DWORD milliseconds);

/* A visible step on the word at `address`: another actor may run before it. Type-generic
 * operations follow as macros, because unmodified code uses them on `long`. */
void sim_interlocked(const volatile void *address);
void sim_interlocked_read(const volatile void *address);

#ifdef __cplusplus
}
#endif

#define InterlockedIncrement(target) \
    (sim_interlocked(target), __atomic_add_fetch((target), 1, __ATOMIC_SEQ_CST))
#define InterlockedDecrement(target) \
    (sim_interlocked(target), __atomic_sub_fetch((target), 1, __ATOMIC_SEQ_CST))
#define InterlockedExchange(target, value) \
    (sim_interlocked(target), __atomic_exchange_n((target), (value), __ATOMIC_SEQ_CST))
#define InterlockedExchangeAdd(target, value) \
    (sim_interlocked(target), __atomic_fetch_add((target), (value), __ATOMIC_SEQ_CST))
#define InterlockedAdd(target, value) \
    (sim_interlocked(target), __atomic_add_fetch((target), (value), __ATOMIC_SEQ_CST))
#define InterlockedOr(target, value) \
    (sim_interlocked(target), __atomic_fetch_or((target), (value), __ATOMIC_SEQ_CST))
#define InterlockedAnd(target, value) \
    (sim_interlocked(target), __atomic_fetch_and((target), (value), __ATOMIC_SEQ_CST))
#define InterlockedCompareExchange(target, exchange, comparand) \
    (sim_interlocked(target), __sync_val_compare_and_swap((target), (comparand), (exchange)))

#define InterlockedIncrement64       InterlockedIncrement
#define InterlockedDecrement64       InterlockedDecrement
#define InterlockedExchange64        InterlockedExchange
#define InterlockedExchangeAdd64     InterlockedExchangeAdd
#define InterlockedAdd64             InterlockedAdd
#define InterlockedOr64              InterlockedOr
#define InterlockedAnd64             InterlockedAnd
#define InterlockedCompareExchange64 InterlockedCompareExchange
#define InterlockedExchangePointer(target, value) \
    (sim_interlocked(target),                     \
     (PVOID)__atomic_exchange_n((PVOID volatile *)(target), (PVOID)(value), __ATOMIC_SEQ_CST))
#define InterlockedCompareExchangePointer(target, exchange, comparand)                  \
    (sim_interlocked(target),                                                           \
     (PVOID)__sync_val_compare_and_swap((PVOID volatile *)(target), (PVOID)(comparand), \
                                        (PVOID)(exchange)))
/* winnt.h: aligned loads and stores without a fence. */
#define ReadAcquire(source) \
    (sim_interlocked_read(source), __atomic_load_n((source), __ATOMIC_ACQUIRE))
#define ReadAcquire64 ReadAcquire
#define ReadNoFence(source) \
    (sim_interlocked_read(source), __atomic_load_n((source), __ATOMIC_RELAXED))
#define WriteRelease(target, value) \
    (sim_interlocked(target), __atomic_store_n((target), (value), __ATOMIC_RELEASE))
#define MemoryBarrier()  __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define YieldProcessor() SwitchToThread()

#endif
