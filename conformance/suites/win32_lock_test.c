/* win32_lock_test: SRW locks, critical sections, condition variables, one-time initialisation,
 * interlocked operations.
 *
 * Evidence: doc (Microsoft Learn, "Slim Reader/Writer (SRW) Locks", "Critical Section Objects",
 * "Condition Variables", "One-Time Initialization"). */
#include "conformance/suites/win32_fixture.h"

#define ROUNDS 3

static SRWLOCK lock = SRWLOCK_INIT;
static CRITICAL_SECTION section;
static CONDITION_VARIABLE condition = CONDITION_VARIABLE_INIT;
static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static LONG inside, inside_max, ready, count;

static void reset(void)
{
    InitializeSRWLock(&lock);
    InitializeConditionVariable(&condition);
    inside = inside_max = ready = count = 0;
}

static void be_inside(void)
{
    LONG now = InterlockedIncrement(&inside);
    if (now > word_read(&inside_max)) {
        InterlockedExchange(&inside_max, now);
    }
    SwitchToThread();
    InterlockedDecrement(&inside);
}

/* ---- SRW locks ---- */

static DWORD WINAPI hold_exclusive(LPVOID argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        AcquireSRWLockExclusive(&lock);
        be_inside();
        ReleaseSRWLockExclusive(&lock);
    }
    return 0;
}

static DWORD WINAPI hold_shared(LPVOID argument)
{
    AcquireSRWLockShared(&lock);
    be_inside();
    ReleaseSRWLockShared(&lock);
    return 0;
}

static LONG most_inside(LPTHREAD_START_ROUTINE one, LPTHREAD_START_ROUTINE two)
{
    reset();
    HANDLE first = start_thread(one, NULL), second = start_thread(two, NULL);
    EXPECT_EQUAL(join_thread(first), 0);
    EXPECT_EQUAL(join_thread(second), 0);
    return inside_max;
}

/* 5.1 */
static void exclusive_lock_admits_one_at_a_time(void)
{
    EXPECT_EQUAL(most_inside(hold_exclusive, hold_exclusive), 1);
}

/* 5.1 */
static void exclusive_and_shared_lock_exclude_each_other(void)
{
    EXPECT_EQUAL(most_inside(hold_exclusive, hold_shared), 1);
}

/* 5.1 */
static void shared_lock_admits_several(void)
{
    LONG most = most_inside(hold_shared, hold_shared);
    EXPECT(most == 1 || most == 2);
    fact_saw(most == 1 ? "one after the other" : "both");
}

static DWORD WINAPI try_both(LPVOID argument)
{
    DWORD got = 0;
    if (TryAcquireSRWLockExclusive(&lock)) {
        got |= 1;
        ReleaseSRWLockExclusive(&lock);
    }
    if (TryAcquireSRWLockShared(&lock)) {
        got |= 2;
        ReleaseSRWLockShared(&lock);
    }
    return got;
}

static DWORD try_elsewhere(void)
{
    return join_thread(start_thread(try_both, NULL));
}

/* 5.1 */
static void try_fails_while_another_holds_the_lock(void)
{
    reset();
    EXPECT_EQUAL(try_elsewhere(), 1 | 2);
    AcquireSRWLockExclusive(&lock);
    EXPECT_EQUAL(try_elsewhere(), 0);
    ReleaseSRWLockExclusive(&lock);
    AcquireSRWLockShared(&lock);
    EXPECT_EQUAL(try_elsewhere(), 2);
    ReleaseSRWLockShared(&lock);
}

/* ---- critical sections ---- */

static DWORD WINAPI try_section(LPVOID argument)
{
    if (!TryEnterCriticalSection(&section)) {
        return 0;
    }
    LeaveCriticalSection(&section);
    return 1;
}

/* 5.9 */
static void critical_section_may_be_entered_again_by_its_owner(void)
{
    InitializeCriticalSection(&section);
    EnterCriticalSection(&section);
    EnterCriticalSection(&section);
    LeaveCriticalSection(&section);
    EXPECT_EQUAL(join_thread(start_thread(try_section, NULL)), 0);
    LeaveCriticalSection(&section);
    EXPECT_EQUAL(join_thread(start_thread(try_section, NULL)), 1);
    DeleteCriticalSection(&section);
}

/* 5.9 */
static void try_of_an_owned_critical_section_succeeds_for_its_owner(void)
{
    InitializeCriticalSection(&section);
    EnterCriticalSection(&section);
    EXPECT(TryEnterCriticalSection(&section));
    LeaveCriticalSection(&section);
    LeaveCriticalSection(&section);
    DeleteCriticalSection(&section);
}

static DWORD WINAPI stay_in_section(LPVOID argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        EnterCriticalSection(&section);
        be_inside();
        LeaveCriticalSection(&section);
    }
    return 0;
}

/* 5.9 */
static void critical_section_admits_one_at_a_time(void)
{
    EXPECT(InitializeCriticalSectionAndSpinCount(&section, 100));
    EXPECT_EQUAL(most_inside(stay_in_section, stay_in_section), 1);
    DeleteCriticalSection(&section);
}

/* ---- condition variables ---- */

static DWORD WINAPI sleep_until_ready(LPVOID argument)
{
    AcquireSRWLockExclusive(&lock);
    while (ready == 0) {
        EXPECT(SleepConditionVariableSRW(&condition, &lock, INFINITE, 0));
    }
    count++;
    ReleaseSRWLockExclusive(&lock);
    return 0;
}

static void set_ready(void)
{
    AcquireSRWLockExclusive(&lock);
    ready = 1;
    ReleaseSRWLockExclusive(&lock);
}

/* 5.8 */
static void wake_after_a_change_under_the_lock_is_never_lost(void)
{
    reset();
    HANDLE sleeper = start_thread(sleep_until_ready, NULL);
    set_ready();
    WakeConditionVariable(&condition);
    EXPECT_EQUAL(join_thread(sleeper), 0);
}

/* 5.8 */
static void wake_of_all_releases_all_sleepers(void)
{
    reset();
    HANDLE one = start_thread(sleep_until_ready, NULL), two = start_thread(sleep_until_ready, NULL);
    set_ready();
    WakeAllConditionVariable(&condition);
    EXPECT_EQUAL(join_thread(one), 0);
    EXPECT_EQUAL(join_thread(two), 0);
    EXPECT_EQUAL(count, 2);
}

/* 5.8 */
static void wake_releases_one_sleeper(void)
{
    reset();
    HANDLE one = start_thread(sleep_until_ready, NULL), two = start_thread(sleep_until_ready, NULL);
    fact_settle();
    set_ready();
    WakeConditionVariable(&condition);
    fact_settle();
    EXPECT_EQUAL(count, 1);
    WakeConditionVariable(&condition);
    EXPECT_EQUAL(join_thread(one), 0);
    EXPECT_EQUAL(join_thread(two), 0);
}

/* 5.8: doc (the sleeper holds the lock again when it returns, a timeout included). */
static void sleep_that_times_out_holds_the_lock_again(void)
{
    reset();
    AcquireSRWLockExclusive(&lock);
    SetLastError(POISON);
    EXPECT(!SleepConditionVariableSRW(&condition, &lock, 5, 0));
    EXPECT_EQUAL(GetLastError(), ERROR_TIMEOUT);
    EXPECT_EQUAL(try_elsewhere(), 0);
    ReleaseSRWLockExclusive(&lock);
}

/* 5.8 */
static void wake_without_a_sleeper_is_lost(void)
{
    reset();
    WakeConditionVariable(&condition);
    WakeAllConditionVariable(&condition);
    AcquireSRWLockExclusive(&lock);
    EXPECT(!SleepConditionVariableSRW(&condition, &lock, 5, 0));
    ReleaseSRWLockExclusive(&lock);
}

static DWORD WINAPI sleep_shared_until_ready(LPVOID argument)
{
    AcquireSRWLockShared(&lock);
    while (ready == 0) {
        EXPECT(SleepConditionVariableSRW(&condition, &lock, INFINITE,
                                         CONDITION_VARIABLE_LOCKMODE_SHARED));
    }
    InterlockedIncrement(&count);
    ReleaseSRWLockShared(&lock);
    return 0;
}

/* 5.8 */
static void sleep_with_a_shared_lock_takes_it_shared_again(void)
{
    reset();
    HANDLE sleeper = start_thread(sleep_shared_until_ready, NULL);
    set_ready();
    AcquireSRWLockShared(&lock);
    WakeAllConditionVariable(&condition);
    EXPECT_EQUAL(join_thread(sleeper), 0); /* beside this thread's shared hold */
    ReleaseSRWLockShared(&lock);
}

static DWORD WINAPI sleep_in_section(LPVOID argument)
{
    EnterCriticalSection(&section);
    while (ready == 0) {
        EXPECT(SleepConditionVariableCS(&condition, &section, INFINITE));
    }
    count++;
    LeaveCriticalSection(&section);
    return 0;
}

/* 5.8 */
static void sleep_with_a_critical_section_leaves_and_enters_it(void)
{
    reset();
    InitializeCriticalSection(&section);
    HANDLE sleeper = start_thread(sleep_in_section, NULL);
    EnterCriticalSection(&section);
    ready = 1;
    LeaveCriticalSection(&section);
    WakeConditionVariable(&condition);
    EXPECT_EQUAL(join_thread(sleeper), 0);
    DeleteCriticalSection(&section);
}

/* ---- one-time initialisation ---- */

static BOOL fails_first;

static BOOL CALLBACK initialise(PINIT_ONCE self, PVOID parameter, PVOID *context)
{
    (void)self;
    InterlockedIncrement(&count);
    be_inside();
    *context = parameter;
    return !fails_first || count > 1;
}

static DWORD WINAPI execute_once(LPVOID argument)
{
    PVOID context = NULL;
    if (!InitOnceExecuteOnce(&once, initialise, &once, &context)) {
        return 1;
    }
    EXPECT(context == (PVOID)&once);
    EXPECT_EQUAL(word_read(&inside), 0);
    return 0;
}

/* 5.10 */
static void once_runs_once_and_everybody_waits_for_it(void)
{
    reset();
    fails_first = FALSE;
    once = (INIT_ONCE)INIT_ONCE_STATIC_INIT;
    HANDLE one = start_thread(execute_once, NULL), two = start_thread(execute_once, NULL);
    EXPECT_EQUAL(execute_once(NULL), 0);
    EXPECT_EQUAL(join_thread(one), 0);
    EXPECT_EQUAL(join_thread(two), 0);
    EXPECT_EQUAL(count, 1);
    EXPECT_EQUAL(inside_max, 1);
}

/* 5.10: doc (a callback that fails leaves it uninitialised, and the next caller tries again). */
static void once_that_failed_is_tried_again(void)
{
    reset();
    fails_first = TRUE;
    once = (INIT_ONCE)INIT_ONCE_STATIC_INIT;
    EXPECT_EQUAL(execute_once(NULL), 1);
    EXPECT_EQUAL(execute_once(NULL), 0);
    EXPECT_EQUAL(execute_once(NULL), 0);
    EXPECT_EQUAL(count, 2);
}

/* ---- interlocked operations ---- */

static DWORD WINAPI add_rounds(LPVOID argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        InterlockedIncrement(&count);
    }
    return 0;
}

/* 5.11 */
static void interlocked_increments_are_not_lost(void)
{
    reset();
    HANDLE one = start_thread(add_rounds, NULL), two = start_thread(add_rounds, NULL);
    EXPECT_EQUAL(join_thread(one), 0);
    EXPECT_EQUAL(join_thread(two), 0);
    EXPECT_EQUAL(count, 2 * ROUNDS);
}

static DWORD WINAPI add_slowly(LPVOID argument)
{
    LONG before = word_read(&count);
    InterlockedExchange(&count, before + 1);
    return 0;
}

/* 5.11: The counterpart: a read and a write are two steps, and others come between. */
static void read_and_write_are_two_steps(void)
{
    reset();
    HANDLE one = start_thread(add_slowly, NULL), two = start_thread(add_slowly, NULL);
    EXPECT_EQUAL(join_thread(one), 0);
    EXPECT_EQUAL(join_thread(two), 0);
    fact_saw(count == 2 ? "both counted" : "one lost");
}

/* 5.11 */
static void interlocked_operations_return_what_is_documented(void)
{
    LONG value = 5;
    LONG64 wide = 5;
    PVOID pointer = &value;
    EXPECT_EQUAL(InterlockedIncrement(&value), 6);
    EXPECT_EQUAL(InterlockedDecrement(&value), 5);
    EXPECT_EQUAL(InterlockedExchange(&value, 9), 5);
    EXPECT_EQUAL(InterlockedExchangeAdd(&value, 2), 9);
    EXPECT_EQUAL(InterlockedCompareExchange(&value, 1, 7), 11);
    EXPECT_EQUAL(InterlockedCompareExchange(&value, 1, 11), 11);
    EXPECT_EQUAL(InterlockedOr(&value, 6), 1);
    EXPECT_EQUAL(InterlockedAnd(&value, 3), 7);
    EXPECT_EQUAL(value, 3);
    EXPECT_EQUAL(InterlockedIncrement64(&wide), 6);
    EXPECT_EQUAL(InterlockedExchange64(&wide, 8), 6);
    EXPECT(InterlockedExchangePointer(&pointer, NULL) == &value);
    EXPECT(InterlockedCompareExchangePointer(&pointer, &wide, NULL) == NULL);
    EXPECT(pointer == &wide);
}

static const struct fact facts[] = {
    FACT(exclusive_lock_admits_one_at_a_time, FACT_PLAIN),
    FACT(exclusive_and_shared_lock_exclude_each_other, FACT_PLAIN),
    {FACT_OF(shared_lock_admits_several), .flags = FACT_PLAIN,
     FACT_OUTCOMES("one after the other", "both")},
    FACT(try_fails_while_another_holds_the_lock, FACT_PLAIN),
    FACT(critical_section_may_be_entered_again_by_its_owner, FACT_PLAIN),
    FACT(try_of_an_owned_critical_section_succeeds_for_its_owner, FACT_PLAIN),
    FACT(critical_section_admits_one_at_a_time, FACT_PLAIN),
    FACT(wake_after_a_change_under_the_lock_is_never_lost, FACT_PLAIN),
    FACT(wake_of_all_releases_all_sleepers, FACT_PLAIN),
    FACT(wake_releases_one_sleeper, FACT_PLAIN | FACT_SIMULATED_ONLY), /* settles */
    FACT(sleep_that_times_out_holds_the_lock_again, FACT_PLAIN),
    FACT(wake_without_a_sleeper_is_lost, FACT_PLAIN),
    FACT(sleep_with_a_shared_lock_takes_it_shared_again, FACT_PLAIN),
    FACT(sleep_with_a_critical_section_leaves_and_enters_it, FACT_PLAIN),
    FACT(once_runs_once_and_everybody_waits_for_it, FACT_PLAIN),
    FACT(once_that_failed_is_tried_again, FACT_PLAIN),
    FACT(interlocked_increments_are_not_lost, FACT_PLAIN),
    {FACT_OF(read_and_write_are_two_steps), .flags = FACT_PLAIN,
     FACT_OUTCOMES("both counted", "one lost")},
    FACT(interlocked_operations_return_what_is_documented, FACT_PLAIN),
};

FACT_SUITE(win32_lock);
