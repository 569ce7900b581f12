/* win32_wait_test: events, semaphores, mutexes, threads as objects, waits for several, time.
 *
 * Evidence: doc (Microsoft Learn), unless said otherwise; WT is Wine's conformance tests, which
 * also run on Windows. */
#include "conformance/suites/win32_fixture.h"

static HANDLE shared_object;
static LONG released;

static DWORD wait_now(HANDLE object)
{
    return WaitForSingleObject(object, 0);
}

static DWORD WINAPI wait_and_count(LPVOID argument)
{
    EXPECT_EQUAL(WaitForSingleObject(shared_object, INFINITE), WAIT_OBJECT_0);
    InterlockedIncrement(&released);
    return 0;
}

static void start_two_waiters(HANDLE object, HANDLE threads[2])
{
    shared_object = object;
    released = 0;
    threads[0] = start_thread(wait_and_count, NULL);
    threads[1] = start_thread(wait_and_count, NULL);
}

/* ---- events ---- */

/* 5.3 */
static void manual_reset_event_stays_set(void)
{
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    EXPECT_EQUAL(wait_now(event), WAIT_TIMEOUT);
    EXPECT(SetEvent(event));
    EXPECT_EQUAL(wait_now(event), WAIT_OBJECT_0);
    EXPECT_EQUAL(wait_now(event), WAIT_OBJECT_0);
    EXPECT(ResetEvent(event));
    EXPECT_EQUAL(wait_now(event), WAIT_TIMEOUT);
    close_end(&event);
}

/* 5.3 */
static void auto_reset_event_is_taken_by_one_wait(void)
{
    HANDLE event = CreateEventW(NULL, FALSE, TRUE, NULL);
    EXPECT_EQUAL(wait_now(event), WAIT_OBJECT_0);
    EXPECT_EQUAL(wait_now(event), WAIT_TIMEOUT);
    close_end(&event);
}

/* 5.3 */
static void set_of_a_set_event_counts_once(void)
{
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
    EXPECT(SetEvent(event));
    EXPECT(SetEvent(event));
    EXPECT_EQUAL(wait_now(event), WAIT_OBJECT_0);
    EXPECT_EQUAL(wait_now(event), WAIT_TIMEOUT);
    close_end(&event);
}

/* 5.3 */
static void manual_reset_event_releases_all_who_wait(void)
{
    HANDLE threads[2], event = CreateEventW(NULL, TRUE, FALSE, NULL);
    start_two_waiters(event, threads);
    EXPECT(SetEvent(event));
    EXPECT_EQUAL(join_thread(threads[0]), 0);
    EXPECT_EQUAL(join_thread(threads[1]), 0);
    close_end(&event);
}

/* 5.3 */
static void auto_reset_event_releases_one_who_waits(void)
{
    HANDLE threads[2], event = CreateEventW(NULL, FALSE, FALSE, NULL);
    start_two_waiters(event, threads);
    EXPECT(SetEvent(event));
    fact_settle();
    EXPECT_EQUAL(word_read(&released), 1);
    EXPECT(SetEvent(event));
    EXPECT_EQUAL(join_thread(threads[0]), 0);
    EXPECT_EQUAL(join_thread(threads[1]), 0);
    EXPECT_EQUAL(wait_now(event), WAIT_TIMEOUT);
    close_end(&event);
}

/* ---- semaphores ---- */

/* 5.5 */
static void semaphore_lets_as_many_through_as_it_counts(void)
{
    HANDLE semaphore = CreateSemaphoreW(NULL, 2, 3, NULL);
    EXPECT_EQUAL(wait_now(semaphore), WAIT_OBJECT_0);
    EXPECT_EQUAL(wait_now(semaphore), WAIT_OBJECT_0);
    EXPECT_EQUAL(wait_now(semaphore), WAIT_TIMEOUT);
    close_end(&semaphore);
}

/* 5.5 */
static void release_of_a_semaphore_says_what_it_counted(void)
{
    LONG before = -1;
    HANDLE semaphore = CreateSemaphoreW(NULL, 1, 3, NULL);
    EXPECT(ReleaseSemaphore(semaphore, 2, &before));
    EXPECT_EQUAL(before, 1);
    EXPECT_EQUAL(wait_now(semaphore), WAIT_OBJECT_0);
    close_end(&semaphore);
}

/* 5.5: doc (lReleaseCount must be greater than zero). */
static void release_of_nothing_is_invalid_parameter(void)
{
    HANDLE semaphore = CreateSemaphoreW(NULL, 1, 3, NULL);
    SetLastError(POISON);
    EXPECT(!ReleaseSemaphore(semaphore, 0, NULL));
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_PARAMETER);
    close_end(&semaphore);
}

/* 5.5: WT ntdll/om.c test_semaphore (STATUS_SEMAPHORE_LIMIT_EXCEEDED, the previous count
 * untouched). */
static void release_beyond_the_maximum_is_too_many_posts(void)
{
    LONG before = 77;
    HANDLE semaphore = CreateSemaphoreW(NULL, 1, 2, NULL);
    SetLastError(POISON);
    EXPECT(!ReleaseSemaphore(semaphore, 2, &before));
    EXPECT_EQUAL(GetLastError(), ERROR_TOO_MANY_POSTS);
    EXPECT_EQUAL(before, 77);
    EXPECT_EQUAL(wait_now(semaphore), WAIT_OBJECT_0);
    EXPECT_EQUAL(wait_now(semaphore), WAIT_TIMEOUT);
    close_end(&semaphore);
}

/* 5.5 */
static void semaphore_that_starts_above_its_maximum_is_invalid_parameter(void)
{
    SetLastError(POISON);
    EXPECT(CreateSemaphoreW(NULL, 3, 2, NULL) == NULL);
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_PARAMETER);
}

/* 5.5 */
static void release_of_a_semaphore_wakes_as_many_as_it_adds(void)
{
    HANDLE threads[2], semaphore = CreateSemaphoreW(NULL, 0, 2, NULL);
    start_two_waiters(semaphore, threads);
    EXPECT(ReleaseSemaphore(semaphore, 2, NULL));
    EXPECT_EQUAL(join_thread(threads[0]), 0);
    EXPECT_EQUAL(join_thread(threads[1]), 0);
    EXPECT_EQUAL(wait_now(semaphore), WAIT_TIMEOUT);
    close_end(&semaphore);
}

/* ---- mutexes ---- */

static DWORD WINAPI take_mutex(LPVOID argument)
{
    return wait_now((HANDLE)argument);
}

static DWORD wait_elsewhere(HANDLE object)
{
    return join_thread(start_thread(take_mutex, object));
}

/* 5.6 */
static void mutex_may_be_taken_again_by_its_owner(void)
{
    HANDLE mutex = CreateMutexW(NULL, TRUE, NULL);
    EXPECT_EQUAL(wait_now(mutex), WAIT_OBJECT_0);
    EXPECT(ReleaseMutex(mutex));
    EXPECT_EQUAL(wait_elsewhere(mutex), WAIT_TIMEOUT);
    EXPECT(ReleaseMutex(mutex));
    EXPECT_EQUAL(wait_elsewhere(mutex), WAIT_OBJECT_0);
    close_end(&mutex);
}

/* 5.6 */
static void release_of_a_mutex_by_another_is_not_owner(void)
{
    HANDLE mutex = CreateMutexW(NULL, FALSE, NULL);
    SetLastError(POISON);
    EXPECT(!ReleaseMutex(mutex));
    EXPECT_EQUAL(GetLastError(), ERROR_NOT_OWNER);
    close_end(&mutex);
}

/* 5.6: WT ntdll/om.c test_mutant (a thread that ends abandons what it owns; the next owner is told
 * once). */
static void mutex_of_a_thread_that_ended_is_abandoned(void)
{
    HANDLE mutex = CreateMutexW(NULL, FALSE, NULL);
    EXPECT_EQUAL(wait_elsewhere(mutex), WAIT_OBJECT_0);
    EXPECT_EQUAL(wait_now(mutex), WAIT_ABANDONED);
    EXPECT(ReleaseMutex(mutex));
    EXPECT_EQUAL(wait_now(mutex), WAIT_OBJECT_0);
    EXPECT(ReleaseMutex(mutex));
    close_end(&mutex);
}

static DWORD WINAPI hold_and_release(LPVOID argument)
{
    HANDLE mutex = argument;
    EXPECT_EQUAL(WaitForSingleObject(mutex, INFINITE), WAIT_OBJECT_0);
    LONG inside = InterlockedIncrement(&released);
    EXPECT_EQUAL(inside, 1);
    SwitchToThread();
    InterlockedDecrement(&released);
    EXPECT(ReleaseMutex(mutex));
    return 0;
}

/* 5.6 */
static void mutex_admits_one_at_a_time(void)
{
    HANDLE mutex = CreateMutexW(NULL, FALSE, NULL);
    released = 0;
    HANDLE one = start_thread(hold_and_release, mutex), two = start_thread(hold_and_release, mutex);
    EXPECT_EQUAL(hold_and_release(mutex), 0);
    EXPECT_EQUAL(join_thread(one), 0);
    EXPECT_EQUAL(join_thread(two), 0);
    close_end(&mutex);
}

/* ---- waits for several ---- */

/* 5.7 */
static void wait_for_any_takes_the_first_that_is_set(void)
{
    HANDLE events[3] = {CreateEventW(NULL, FALSE, FALSE, NULL),
                        CreateEventW(NULL, FALSE, TRUE, NULL),
                        CreateEventW(NULL, FALSE, TRUE, NULL)};
    EXPECT_EQUAL(WaitForMultipleObjects(3, events, FALSE, 0), WAIT_OBJECT_0 + 1);
    EXPECT_EQUAL(WaitForMultipleObjects(3, events, FALSE, 0), WAIT_OBJECT_0 + 2);
    EXPECT_EQUAL(WaitForMultipleObjects(3, events, FALSE, 0), WAIT_TIMEOUT);
    for (unsigned i = 0; i < 3; i++) {
        close_end(&events[i]);
    }
}

/* 5.7: doc (the states are not modified until all are signalled). */
static void wait_for_all_takes_nothing_until_all_are_set(void)
{
    HANDLE events[2] = {CreateEventW(NULL, FALSE, TRUE, NULL),
                        CreateEventW(NULL, FALSE, FALSE, NULL)};
    EXPECT_EQUAL(WaitForMultipleObjects(2, events, TRUE, 0), WAIT_TIMEOUT);
    EXPECT_EQUAL(wait_now(events[0]), WAIT_OBJECT_0);
    EXPECT(SetEvent(events[0]));
    EXPECT(SetEvent(events[1]));
    EXPECT_EQUAL(WaitForMultipleObjects(2, events, TRUE, 0), WAIT_OBJECT_0);
    EXPECT_EQUAL(wait_now(events[0]), WAIT_TIMEOUT);
    EXPECT_EQUAL(wait_now(events[1]), WAIT_TIMEOUT);
    close_end(&events[0]);
    close_end(&events[1]);
}

static HANDLE shared_events[2];

static DWORD WINAPI set_both(LPVOID argument)
{
    EXPECT(SetEvent(shared_events[0]));
    EXPECT(SetEvent(shared_events[1]));
    return 0;
}

/* 5.7 */
static void wait_for_all_that_blocks_ends_when_the_last_is_set(void)
{
    shared_events[0] = CreateEventW(NULL, FALSE, FALSE, NULL);
    shared_events[1] = CreateEventW(NULL, FALSE, FALSE, NULL);
    HANDLE setter = start_thread(set_both, NULL);
    EXPECT_EQUAL(WaitForMultipleObjects(2, shared_events, TRUE, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQUAL(join_thread(setter), 0);
    EXPECT_EQUAL(wait_now(shared_events[0]), WAIT_TIMEOUT);
    close_end(&shared_events[0]);
    close_end(&shared_events[1]);
}

/* 5.7: doc: the lowest index of those that are signalled when the wait ends. */
static void wait_for_any_that_blocks_ends_with_the_first_that_is_set(void)
{
    shared_events[0] = CreateEventW(NULL, TRUE, FALSE, NULL);
    shared_events[1] = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE setter = start_thread(set_both, NULL);
    EXPECT_EQUAL(WaitForMultipleObjects(2, shared_events, FALSE, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQUAL(join_thread(setter), 0);
    close_end(&shared_events[0]);
    close_end(&shared_events[1]);
}

/* 5.7 */
static void wait_for_none_or_too_many_is_invalid_parameter(void)
{
    static HANDLE events[65];
    HANDLE event = CreateEventW(NULL, TRUE, TRUE, NULL);
    for (unsigned i = 0; i < 65; i++) {
        events[i] = event;
    }
    SetLastError(POISON);
    EXPECT_EQUAL(WaitForMultipleObjects(0, events, FALSE, 0), WAIT_FAILED);
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_PARAMETER);
    SetLastError(POISON);
    EXPECT_EQUAL(WaitForMultipleObjects(65, events, FALSE, 0), WAIT_FAILED);
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_PARAMETER);
    EXPECT_EQUAL(WaitForMultipleObjects(64, events, FALSE, 0), WAIT_OBJECT_0);
    close_end(&event);
}

/* 5.6: doc (WAIT_ABANDONED_0 plus the index). */
static void wait_for_any_tells_an_abandoned_mutex(void)
{
    HANDLE objects[2] = {CreateEventW(NULL, FALSE, FALSE, NULL), CreateMutexW(NULL, FALSE, NULL)};
    EXPECT_EQUAL(wait_elsewhere(objects[1]), WAIT_OBJECT_0);
    EXPECT_EQUAL(WaitForMultipleObjects(2, objects, FALSE, 0), WAIT_ABANDONED_0 + 1);
    EXPECT(ReleaseMutex(objects[1]));
    close_end(&objects[0]);
    close_end(&objects[1]);
}

/* ---- bad handles ---- */

/* 3.9 */
static void wait_for_a_bad_handle_fails(void)
{
    SetLastError(POISON);
    EXPECT_EQUAL(WaitForSingleObject(HANDLE_INVALID, 0), WAIT_FAILED);
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_HANDLE);
}

/* 3.9 */
static void set_of_what_is_no_event_is_invalid_handle(void)
{
    HANDLE semaphore = CreateSemaphoreW(NULL, 1, 1, NULL);
    SetLastError(POISON);
    EXPECT(!SetEvent(semaphore));
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_HANDLE);
    close_end(&semaphore);
}

/* ---- time ---- */

/* 5.4 */
static void wait_ends_with_its_timeout(void)
{
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    EXPECT_EQUAL(WaitForSingleObject(event, 20), WAIT_TIMEOUT);
    close_end(&event);
}

static DWORD WINAPI set_shared(LPVOID argument)
{
    EXPECT(SetEvent(shared_object));
    return 0;
}

/* 5.4: A timeout and a signal race: either, and the event is taken or left. */
static void timeout_races_with_a_signal(void)
{
    shared_object = CreateEventW(NULL, FALSE, FALSE, NULL);
    HANDLE setter = start_thread(set_shared, NULL);
    DWORD result = WaitForSingleObject(shared_object, 1);
    EXPECT_EQUAL(join_thread(setter), 0);
    EXPECT_EQUAL(wait_now(shared_object), result == WAIT_OBJECT_0 ? WAIT_TIMEOUT : WAIT_OBJECT_0);
    close_end(&shared_object);
    fact_saw(result == WAIT_OBJECT_0 ? "signal" : "timeout");
}

static LONGLONG microseconds_of_sleep(DWORD milliseconds)
{
    LARGE_INTEGER before, after, frequency;
    EXPECT(QueryPerformanceFrequency(&frequency));
    EXPECT(QueryPerformanceCounter(&before));
    Sleep(milliseconds);
    EXPECT(QueryPerformanceCounter(&after));
    return (after.QuadPart - before.QuadPart) * 1000000 / frequency.QuadPart;
}

/* 5.4: doc (Sleep may end early by less than a tick; QueryPerformanceCounter does not go back). */
static void sleep_takes_its_time_less_at_most_a_tick(void)
{
    EXPECT(microseconds_of_sleep(20) >= 20000 - 15625);
}

/* 5.4: doc (a wait ends at a tick, counted from the tick before it began). */
static void sleep_right_after_one_that_ended_early_is_not_early(void)
{
    bool first_is_early = microseconds_of_sleep(20) < 20000;
    LONGLONG second = microseconds_of_sleep(20);
    if (first_is_early) {
        EXPECT(second >= 20000 - 1000);
    }
    fact_saw(first_is_early ? "early" : second < 20000 ? "the second is early" : "no");
}

/* 5.4 */
static void clock_that_is_read_again_and_again_moves(void)
{
    ULONGLONG start = GetTickCount64();
    while (GetTickCount64() < start + 3) {
    }
    EXPECT(GetTickCount64() >= start + 3);
}

static const struct fact facts[] = {
    FACT(manual_reset_event_stays_set, FACT_PLAIN),
    FACT(auto_reset_event_is_taken_by_one_wait, FACT_PLAIN),
    FACT(set_of_a_set_event_counts_once, FACT_PLAIN),
    FACT(manual_reset_event_releases_all_who_wait, FACT_PLAIN),
    FACT(auto_reset_event_releases_one_who_waits, FACT_PLAIN | FACT_SIMULATED_ONLY), /* settles */
    FACT(semaphore_lets_as_many_through_as_it_counts, FACT_PLAIN),
    FACT(release_of_a_semaphore_says_what_it_counted, FACT_PLAIN),
    {FACT_OF(release_of_nothing_is_invalid_parameter), .flags = FACT_PLAIN,
     .on_wine = "a release of 0 is accepted there"},
    FACT(release_beyond_the_maximum_is_too_many_posts, FACT_PLAIN),
    FACT(semaphore_that_starts_above_its_maximum_is_invalid_parameter, FACT_PLAIN),
    FACT(release_of_a_semaphore_wakes_as_many_as_it_adds, FACT_PLAIN),
    FACT(mutex_may_be_taken_again_by_its_owner, FACT_PLAIN),
    FACT(release_of_a_mutex_by_another_is_not_owner, FACT_PLAIN),
    FACT(mutex_of_a_thread_that_ended_is_abandoned, FACT_PLAIN),
    FACT(mutex_admits_one_at_a_time, FACT_PLAIN),
    FACT(wait_for_any_takes_the_first_that_is_set, FACT_PLAIN),
    FACT(wait_for_all_takes_nothing_until_all_are_set, FACT_PLAIN),
    FACT(wait_for_all_that_blocks_ends_when_the_last_is_set, FACT_PLAIN),
    FACT(wait_for_any_that_blocks_ends_with_the_first_that_is_set, FACT_PLAIN),
    FACT(wait_for_none_or_too_many_is_invalid_parameter, FACT_PLAIN),
    FACT(wait_for_any_tells_an_abandoned_mutex, FACT_PLAIN),
    FACT(wait_for_a_bad_handle_fails, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(set_of_what_is_no_event_is_invalid_handle, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(wait_ends_with_its_timeout, FACT_PLAIN),
    {FACT_OF(timeout_races_with_a_signal), .flags = FACT_PLAIN, FACT_OUTCOMES("signal", "timeout")},
    FACT(sleep_takes_its_time_less_at_most_a_tick, FACT_PLAIN | FACT_COARSE_CLOCK),
    {FACT_OF(sleep_right_after_one_that_ended_early_is_not_early),
     .flags = FACT_PLAIN | FACT_COARSE_CLOCK | FACT_SIMULATED_ONLY,
     FACT_OUTCOMES("early", "the second is early", "no")},
    FACT(clock_that_is_read_again_and_again_moves, FACT_PLAIN),
};

FACT_SUITE(win32_wait);
