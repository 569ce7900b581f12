/* native_test: what streams stand on natively: locks, condition variables, threads, memory. Several
 * real threads; one that holds a lock does so longer than others spin, so that they sleep. */
#include "conformance/suites/fact.h"
#include "core/win32.h"

#include <string.h>

#define THREADS 4
#define ROUNDS  2000

static SRWLOCK lock = SRWLOCK_INIT;
static CONDITION_VARIABLE changed = CONDITION_VARIABLE_INIT;
static LONG counter;       /* interlocked */
static uint64_t guarded;   /* by the lock */
static uint64_t other_one; /* the same, while the lock is held both are equal */

static void reset(void)
{
    InitializeSRWLock(&lock);
    InitializeConditionVariable(&changed);
    counter = 0;
    guarded = other_one = 0;
}

static HANDLE start(LPTHREAD_START_ROUTINE body, void *argument)
{
    HANDLE thread = CreateThread(NULL, 0, body, argument, 0, NULL);
    EXPECT(thread != NULL);
    return thread;
}

static DWORD join(HANDLE thread)
{
    DWORD code = STILL_ACTIVE;
    EXPECT_EQUAL(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    EXPECT(GetExitCodeThread(thread, &code));
    EXPECT(CloseHandle(thread));
    return code;
}

static void run_together(LPTHREAD_START_ROUTINE body)
{
    HANDLE thread[THREADS];
    reset();
    for (int i = 0; i < THREADS; i++) {
        thread[i] = start(body, NULL);
    }
    for (int i = 0; i < THREADS; i++) {
        EXPECT_EQUAL(join(thread[i]), 0);
    }
}

/* ---- locks ---- */

static void add_one(void)
{
    EXPECT_EQUAL(guarded, other_one);
    guarded++;
    other_one++;
}

static DWORD WINAPI add_exclusively(LPVOID argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        AcquireSRWLockExclusive(&lock);
        add_one();
        ReleaseSRWLockExclusive(&lock);
    }
    return 0;
}

static void exclusive_lock_admits_one_at_a_time(void)
{
    run_together(add_exclusively);
    EXPECT_EQUAL(guarded, THREADS * ROUNDS);
}

static DWORD WINAPI hold_long(LPVOID argument)
{
    for (int i = 0; i < 4; i++) {
        AcquireSRWLockExclusive(&lock);
        add_one();
        Sleep(1);
        ReleaseSRWLockExclusive(&lock);
    }
    return 0;
}

static void threads_sleep_for_a_lock_and_all_get_it(void)
{
    run_together(hold_long);
    EXPECT_EQUAL(guarded, THREADS * 4);
}

static DWORD WINAPI read_or_add(LPVOID argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        if (i % 4 == 0) {
            AcquireSRWLockExclusive(&lock);
            add_one();
            ReleaseSRWLockExclusive(&lock);
        } else {
            AcquireSRWLockShared(&lock);
            EXPECT_EQUAL(guarded, other_one);
            ReleaseSRWLockShared(&lock);
        }
    }
    return 0;
}

static void shared_and_exclusive_lock_exclude_each_other(void)
{
    run_together(read_or_add);
    EXPECT_EQUAL(guarded, THREADS * ROUNDS / 4);
}

static DWORD WINAPI meet_inside(LPVOID argument)
{
    AcquireSRWLockShared(&lock);
    InterlockedIncrement(&counter);
    while (ReadAcquire(&counter) < THREADS) {
        SwitchToThread();
    }
    ReleaseSRWLockShared(&lock);
    return 0;
}

static void shared_lock_admits_all(void)
{
    run_together(meet_inside);
}

static DWORD WINAPI share_long(LPVOID argument)
{
    AcquireSRWLockShared(&lock);
    InterlockedIncrement(&counter);
    Sleep(20);
    ReleaseSRWLockShared(&lock);
    return 0;
}

/* The last of several sharers wakes who sleeps for the lock. */
static void exclusive_lock_waits_for_all_sharers(void)
{
    HANDLE sharer[2];
    reset();
    sharer[0] = start(share_long, NULL);
    sharer[1] = start(share_long, NULL);
    while (ReadAcquire(&counter) < 2) {
        SwitchToThread();
    }
    AcquireSRWLockExclusive(&lock);
    EXPECT(!TryAcquireSRWLockShared(&lock));
    ReleaseSRWLockExclusive(&lock);
    EXPECT_EQUAL(join(sharer[0]), 0);
    EXPECT_EQUAL(join(sharer[1]), 0);
}

static DWORD WINAPI try_both(LPVOID argument)
{
    BOOLEAN expected = argument != NULL;
    BOOLEAN exclusive = TryAcquireSRWLockExclusive(&lock);
    EXPECT_EQUAL(exclusive, FALSE);
    BOOLEAN shared = TryAcquireSRWLockShared(&lock);
    EXPECT_EQUAL(shared, expected);
    if (shared) {
        ReleaseSRWLockShared(&lock);
    }
    return 0;
}

static void try_succeeds_if_nobody_is_in_the_way(void)
{
    reset();
    EXPECT(TryAcquireSRWLockExclusive(&lock));
    EXPECT_EQUAL(join(start(try_both, NULL)), 0);
    ReleaseSRWLockExclusive(&lock);
    EXPECT(TryAcquireSRWLockShared(&lock));
    EXPECT_EQUAL(join(start(try_both, &lock)), 0);
    ReleaseSRWLockShared(&lock);
    EXPECT(TryAcquireSRWLockExclusive(&lock));
    ReleaseSRWLockExclusive(&lock);
}

/* ---- condition variables ---- */

/* Threads pass a turn around: each waits for its own. */
static DWORD WINAPI take_turns(LPVOID argument)
{
    uint64_t mine = (uint64_t)InterlockedIncrement(&counter) - 1;
    AcquireSRWLockExclusive(&lock);
    for (int i = 0; i < ROUNDS / 10; i++) {
        while (guarded % THREADS != mine) {
            SleepConditionVariableSRW(&changed, &lock, INFINITE, 0);
        }
        guarded++;
        WakeAllConditionVariable(&changed);
    }
    ReleaseSRWLockExclusive(&lock);
    return 0;
}

static void a_wake_after_a_change_under_the_lock_is_never_lost(void)
{
    run_together(take_turns);
    EXPECT_EQUAL(guarded, THREADS * (ROUNDS / 10));
}

static DWORD WINAPI wait_for_one(LPVOID argument)
{
    AcquireSRWLockExclusive(&lock);
    other_one++;
    while (guarded == 0) {
        SleepConditionVariableSRW(&changed, &lock, INFINITE, 0);
    }
    guarded--;
    ReleaseSRWLockExclusive(&lock);
    return 0;
}

static void one_wake_is_enough_for_each_sleeper(void)
{
    HANDLE thread[THREADS];
    reset();
    for (int i = 0; i < THREADS; i++) {
        thread[i] = start(wait_for_one, NULL);
    }
    for (int i = 0; i < THREADS; i++) {
        AcquireSRWLockExclusive(&lock);
        guarded++;
        ReleaseSRWLockExclusive(&lock);
        WakeConditionVariable(&changed);
    }
    for (int i = 0; i < THREADS; i++) {
        EXPECT_EQUAL(join(thread[i]), 0);
    }
    EXPECT_EQUAL(other_one, THREADS);
}

static void a_sleep_that_times_out_holds_the_lock_again(void)
{
    reset();
    AcquireSRWLockExclusive(&lock);
    ULONGLONG begin = GetTickCount64();
    SetLastError(ERROR_SUCCESS);
    /* It may end early, for no reason. */
    while (SleepConditionVariableSRW(&changed, &lock, 20, 0)) {
    }
    EXPECT_EQUAL(GetLastError(), ERROR_TIMEOUT);
    EXPECT(GetTickCount64() - begin >= 19);
    EXPECT(!TryAcquireSRWLockShared(&lock));
    ReleaseSRWLockExclusive(&lock);
    AcquireSRWLockShared(&lock);
    while (SleepConditionVariableSRW(&changed, &lock, 1, CONDITION_VARIABLE_LOCKMODE_SHARED)) {
    }
    EXPECT(!TryAcquireSRWLockExclusive(&lock));
    EXPECT(TryAcquireSRWLockShared(&lock));
    ReleaseSRWLockShared(&lock);
    ReleaseSRWLockShared(&lock);
}

/* ---- interlocked operations ---- */

static DWORD WINAPI add_interlocked(LPVOID argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        InterlockedIncrement(&counter);
        InterlockedExchangeAdd(&counter, 2);
        InterlockedDecrement(&counter);
        for (LONG seen = ReadAcquire(&counter);;) {
            LONG found = InterlockedCompareExchange(&counter, seen + 1, seen);
            if (found == seen) {
                break;
            }
            seen = found;
        }
    }
    return 0;
}

static void interlocked_additions_are_not_lost(void)
{
    run_together(add_interlocked);
    EXPECT_EQUAL(counter, THREADS * ROUNDS * 3);
}

/* Each thread says that it is here and then looks for the other: one of them at least sees it. */
static LONG64 here[2], met;

static DWORD WINAPI look_for_the_other(LPVOID argument)
{
    LONG64 *own = argument;
    InterlockedExchange64(own, 1);
    if (ReadAcquire64(own == &here[0] ? &here[1] : &here[0]) == 1) {
        InterlockedIncrement64(&met);
    }
    return 0;
}

static void an_exchange_is_a_full_barrier(void)
{
    for (int i = 0; i < 200; i++) {
        here[0] = here[1] = met = 0;
        HANDLE one = start(look_for_the_other, &here[0]);
        HANDLE two = start(look_for_the_other, &here[1]);
        EXPECT_EQUAL(join(one), 0);
        EXPECT_EQUAL(join(two), 0);
        EXPECT(met >= 1);
    }
}

/* ---- threads ---- */

static DWORD WINAPI answer(LPVOID argument)
{
    return (DWORD)(ULONG_PTR)argument;
}

static DWORD WINAPI leave_early(LPVOID argument)
{
    ExitThread((DWORD)(ULONG_PTR)argument);
}

static void a_thread_ends_with_its_exit_code(void)
{
    EXPECT_EQUAL(join(start(answer, (void *)(ULONG_PTR)42)), 42);
    EXPECT_EQUAL(join(start(leave_early, (void *)(ULONG_PTR)43)), 43);
}

static DWORD WINAPI wait_for_counter(LPVOID argument)
{
    while (ReadAcquire(&counter) == 0) {
        SwitchToThread();
    }
    InterlockedIncrement(&counter);
    return 0;
}

static void a_running_thread_is_still_active(void)
{
    DWORD code = 0;
    reset();
    HANDLE thread = start(wait_for_counter, NULL);
    EXPECT_EQUAL(WaitForSingleObject(thread, 0), WAIT_TIMEOUT);
    EXPECT_EQUAL(WaitForSingleObject(thread, 5), WAIT_TIMEOUT);
    EXPECT(GetExitCodeThread(thread, &code));
    EXPECT_EQUAL(code, STILL_ACTIVE);
    InterlockedIncrement(&counter);
    EXPECT_EQUAL(join(thread), 0);
}

static void a_thread_outlives_its_handle(void)
{
    reset();
    EXPECT(CloseHandle(start(wait_for_counter, NULL)));
    InterlockedIncrement(&counter);
    while (ReadAcquire(&counter) < 2) {
        SwitchToThread();
    }
}

static void what_is_not_there_is_refused(void)
{
    DWORD id;
    EXPECT(CreateThread(NULL, 0, answer, NULL, 4, NULL) == NULL);
    EXPECT_EQUAL(GetLastError(), ERROR_NOT_SUPPORTED);
    EXPECT(CreateThread(NULL, 0, answer, NULL, 0, &id) == NULL);
    EXPECT_EQUAL(GetLastError(), ERROR_NOT_SUPPORTED);
}

/* ---- what belongs to a thread ---- */

static DWORD slot, first_id;

static DWORD WINAPI look_at_own_things(LPVOID argument)
{
    EXPECT_EQUAL(GetLastError(), ERROR_SUCCESS);
    SetLastError(7);
    EXPECT(TlsGetValue(slot) == NULL);
    EXPECT_EQUAL(GetLastError(), ERROR_SUCCESS);
    EXPECT(TlsSetValue(slot, &slot));
    EXPECT(GetCurrentThreadId() != first_id);
    return 0;
}

static void last_error_and_local_storage_belong_to_a_thread(void)
{
    slot = TlsAlloc();
    EXPECT(slot != TLS_OUT_OF_INDEXES);
    first_id = GetCurrentThreadId();
    EXPECT(TlsSetValue(slot, &first_id));
    EXPECT_EQUAL(join(start(look_at_own_things, NULL)), 0);
    SetLastError(9);
    EXPECT_EQUAL(GetLastError(), 9);
    EXPECT(TlsGetValue(slot) == &first_id);
    EXPECT(TlsFree(slot));
}

/* ---- memory and time ---- */

static void memory_is_zero_where_it_is_asked_for(void)
{
    static const BYTE zero[512];
    HANDLE heap = GetProcessHeap();
    void *dirty = HeapAlloc(heap, 0, sizeof zero);
    EXPECT(dirty != NULL);
    FillMemory(dirty, sizeof zero, 0xcc);
    EXPECT(HeapFree(heap, 0, dirty));
    void *clean = HeapAlloc(heap, HEAP_ZERO_MEMORY, sizeof zero);
    EXPECT(clean != NULL && memcmp(clean, zero, sizeof zero) == 0);
    EXPECT(HeapFree(heap, 0, clean));
    void *nothing = HeapAlloc(heap, 0, 0);
    EXPECT(nothing != NULL);
    EXPECT(HeapFree(heap, 0, nothing));
    EXPECT(HeapFree(heap, 0, NULL));
}

static void time_goes_on_by_what_was_slept(void)
{
    LARGE_INTEGER frequency, begin, end;
    EXPECT(QueryPerformanceFrequency(&frequency));
    EXPECT(QueryPerformanceCounter(&begin));
    Sleep(10);
    EXPECT(QueryPerformanceCounter(&end));
    EXPECT((end.QuadPart - begin.QuadPart) * 1000 / frequency.QuadPart >= 10);
}

static const struct fact facts[] = {
    FACT(exclusive_lock_admits_one_at_a_time, 0),
    FACT(threads_sleep_for_a_lock_and_all_get_it, 0),
    FACT(shared_and_exclusive_lock_exclude_each_other, 0),
    FACT(shared_lock_admits_all, 0),
    FACT(exclusive_lock_waits_for_all_sharers, 0),
    FACT(try_succeeds_if_nobody_is_in_the_way, 0),
    FACT(a_wake_after_a_change_under_the_lock_is_never_lost, 0),
    FACT(one_wake_is_enough_for_each_sleeper, 0),
    FACT(a_sleep_that_times_out_holds_the_lock_again, 0),
    FACT(interlocked_additions_are_not_lost, 0),
    FACT(an_exchange_is_a_full_barrier, 0),
    FACT(a_thread_ends_with_its_exit_code, 0),
    FACT(a_running_thread_is_still_active, 0),
    FACT(a_thread_outlives_its_handle, 0),
    FACT(what_is_not_there_is_refused, 0),
    FACT(last_error_and_local_storage_belong_to_a_thread, 0),
    FACT(memory_is_zero_where_it_is_asked_for, 0),
    FACT(time_goes_on_by_what_was_slept, 0),
};

FACT_SUITE(native);
