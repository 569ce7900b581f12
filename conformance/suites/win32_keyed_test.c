/* win32_keyed_test: waits by key: WaitOnAddress and its wakes, keyed events of the native API.
 *
 * Evidence tags: doc is Microsoft Learn; WT is Wine's conformance tests, which also run on Windows,
 * here ntdll/om.c test_keyed_events and test_wait_on_address. */
#include "conformance/suites/win32_fixture.h"

#define SLEEPERS 3u

/* The header that declares these on Windows is not public. */
NTSTATUS NTAPI NtCreateKeyedEvent(PHANDLE event, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                                  ULONG flags);
NTSTATUS NTAPI NtWaitForKeyedEvent(HANDLE event, PVOID key, BOOLEAN alertable,
                                   PLARGE_INTEGER timeout);
NTSTATUS NTAPI NtReleaseKeyedEvent(HANDLE event, PVOID key, BOOLEAN alertable,
                                   PLARGE_INTEGER timeout);

/* ---- WaitOnAddress ---- */

static LONG word, other_word, woken;
static LONG woken_as[SLEEPERS];

static DWORD wait_on(LONG *address, LONG compare, SIZE_T size, DWORD milliseconds)
{
    SetLastError(POISON);
    return WaitOnAddress(address, &compare, size, milliseconds) ? ERROR_SUCCESS : GetLastError();
}

static void reset_words(void)
{
    word = other_word = woken = 0;
}

/* 5.12: doc. */
static void wait_on_an_address_that_differs_returns_at_once(void)
{
    reset_words();
    EXPECT_EQUAL(wait_on(&word, 1, sizeof word, INFINITE), ERROR_SUCCESS);
}

/* 5.12: doc (FALSE with ERROR_TIMEOUT); WT. */
static void wait_on_an_address_times_out(void)
{
    reset_words();
    EXPECT_EQUAL(wait_on(&word, 0, sizeof word, 0), ERROR_TIMEOUT);
    EXPECT_EQUAL(wait_on(&word, 0, sizeof word, 10), ERROR_TIMEOUT);
}

/* 5.12: doc (AddressSize is 1, 2, 4 or 8); WT. */
static void size_of_an_address_is_that_of_a_word(void)
{
    reset_words();
    for (SIZE_T size = 0; size <= 9; size++) {
        static LONG64 words[2];
        LONG64 compare[2] = {0, 0};
        bool legal = size == 1 || size == 2 || size == 4 || size == 8;
        SetLastError(POISON);
        EXPECT(!WaitOnAddress(words, compare, size, 0));
        EXPECT_EQUAL(GetLastError(), legal ? ERROR_TIMEOUT : ERROR_INVALID_PARAMETER);
    }
}

/* 5.12: doc (only AddressSize bytes are compared). */
static void wait_on_an_address_compares_as_many_bytes_as_it_is_told(void)
{
    reset_words();
    word = 0x0100;
    EXPECT_EQUAL(wait_on(&word, 0, 1, 0), ERROR_TIMEOUT);
    EXPECT_EQUAL(wait_on(&word, 0, 2, 0), ERROR_SUCCESS);
}

static DWORD WINAPI sleep_until_set(LPVOID argument)
{
    while (word_read(&word) == 0) {
        DWORD error = wait_on(&word, 0, sizeof word, INFINITE);
        EXPECT_EQUAL(error, ERROR_SUCCESS);
    }
    woken_as[(ULONG_PTR)argument] = InterlockedIncrement(&woken);
    return 0;
}

/* 5.12: doc (the value is compared and the thread queued in one step: no wake is lost). */
static void wake_after_a_change_is_never_lost(void)
{
    reset_words();
    HANDLE sleeper = start_thread(sleep_until_set, NULL);
    InterlockedExchange(&word, 1);
    WakeByAddressSingle(&word);
    EXPECT_EQUAL(join_thread(sleeper), 0);
}

/* 5.12: doc. */
static void wake_of_all_releases_all(void)
{
    HANDLE sleepers[SLEEPERS];
    reset_words();
    for (ULONG_PTR i = 0; i < SLEEPERS; i++) {
        sleepers[i] = start_thread(sleep_until_set, (void *)i);
    }
    InterlockedExchange(&word, 1);
    WakeByAddressAll(&word);
    for (unsigned i = 0; i < SLEEPERS; i++) {
        EXPECT_EQUAL(join_thread(sleepers[i]), 0);
    }
}

/* 5.12: doc (nothing is remembered). */
static void wake_without_a_sleeper_is_lost(void)
{
    reset_words();
    WakeByAddressSingle(&word);
    WakeByAddressAll(&word);
    EXPECT_EQUAL(wait_on(&word, 0, sizeof word, 0), ERROR_TIMEOUT);
}

static void start_sleepers(HANDLE sleepers[SLEEPERS])
{
    reset_words();
    for (ULONG_PTR i = 0; i < SLEEPERS; i++) {
        sleepers[i] = start_thread(sleep_until_set, (void *)i);
        fact_settle();
    }
    InterlockedExchange(&word, 1);
}

/* 5.12: doc (WakeByAddressSingle wakes the first thread that waits). */
static void single_wakes_release_in_order_of_arrival(void)
{
    HANDLE sleepers[SLEEPERS];
    start_sleepers(sleepers);
    for (LONG i = 0; i < (LONG)SLEEPERS; i++) {
        EXPECT_EQUAL(word_read(&woken), i);
        WakeByAddressSingle(&word);
        fact_settle();
        EXPECT_EQUAL(woken_as[i], i + 1);
    }
    for (unsigned i = 0; i < SLEEPERS; i++) {
        EXPECT_EQUAL(join_thread(sleepers[i]), 0);
    }
}

/* 5.12 */
static void single_wakes_may_release_in_any_order(void)
{
    static const char *const names[SLEEPERS] = {"earliest", "middle", "latest"};
    HANDLE sleepers[SLEEPERS];
    start_sleepers(sleepers);
    for (unsigned i = 0; i < SLEEPERS; i++) {
        WakeByAddressSingle(&word);
        fact_settle();
    }
    for (unsigned i = 0; i < SLEEPERS; i++) {
        EXPECT_EQUAL(join_thread(sleepers[i]), 0);
        if (woken_as[i] == 1) {
            fact_saw(names[i]);
        }
    }
}

/* 5.12 */
static void wake_of_another_address_releases_nobody(void)
{
    HANDLE sleepers[SLEEPERS];
    start_sleepers(sleepers);
    WakeByAddressAll(&other_word);
    fact_settle();
    EXPECT_EQUAL(word_read(&woken), 0);
    WakeByAddressAll(&word);
    for (unsigned i = 0; i < SLEEPERS; i++) {
        EXPECT_EQUAL(join_thread(sleepers[i]), 0);
    }
}

/* 5.12: doc ("allowed to return for other reasons"): one of the faults of the simulated world. */
static void wait_on_an_address_may_return_for_no_reason(void)
{
    reset_words();
    fact_saw(wait_on(&word, 0, sizeof word, 10) == ERROR_SUCCESS ? "for no reason" : "timeout");
}

/* ---- keyed events ---- */

#define KEY(number) ((PVOID)(ULONG_PTR)(2 * (number)))

static HANDLE shared_event;
static LARGE_INTEGER soon = {.QuadPart = -100000}; /* 10 ms from now */

static HANDLE new_keyed_event(ACCESS_MASK access)
{
    HANDLE event = NULL;
    EXPECT_EQUAL((DWORD)NtCreateKeyedEvent(&event, access, NULL, 0), STATUS_SUCCESS);
    EXPECT(event != NULL);
    return event;
}

static DWORD keyed_wait(HANDLE event, PVOID key, LARGE_INTEGER *timeout)
{
    return (DWORD)NtWaitForKeyedEvent(event, key, FALSE, timeout);
}

static DWORD keyed_release(HANDLE event, PVOID key, LARGE_INTEGER *timeout)
{
    return (DWORD)NtReleaseKeyedEvent(event, key, FALSE, timeout);
}

/* 5.13: WT. */
static void odd_key_is_invalid_parameter_whatever_the_handle(void)
{
    HANDLE event = new_keyed_event(GENERIC_ALL);
    PVOID odd = (PVOID)(ULONG_PTR)255;
    EXPECT_EQUAL(keyed_wait(event, odd, &soon), (DWORD)STATUS_INVALID_PARAMETER_1);
    EXPECT_EQUAL(keyed_release(event, odd, &soon), (DWORD)STATUS_INVALID_PARAMETER_1);
    EXPECT_EQUAL(keyed_wait(HANDLE_INVALID, odd, &soon), (DWORD)STATUS_INVALID_PARAMETER_1);
    close_end(&event);
}

/* 5.13: WT. */
static void one_side_alone_times_out(void)
{
    HANDLE event = new_keyed_event(GENERIC_ALL);
    EXPECT_EQUAL(keyed_wait(event, KEY(127), &soon), STATUS_TIMEOUT);
    EXPECT_EQUAL(keyed_release(event, KEY(127), &soon), STATUS_TIMEOUT);
    EXPECT_EQUAL(keyed_wait(event, NULL, &soon), STATUS_TIMEOUT);
    EXPECT_EQUAL(keyed_release(event, NULL, &soon), STATUS_TIMEOUT);
    close_end(&event);
}

/* 5.13: WT (Windows 7 and later). */
static void no_handle_stands_for_an_event_of_the_process(void)
{
    EXPECT_EQUAL(keyed_wait(NULL, KEY(4), &soon), STATUS_TIMEOUT);
    EXPECT_EQUAL(keyed_release(NULL, KEY(4), &soon), STATUS_TIMEOUT);
}

/* 5.13: WT. */
static void keyed_wait_on_a_bad_handle_is_invalid_handle(void)
{
    EXPECT_EQUAL(keyed_wait(HANDLE_INVALID, KEY(4), &soon), (DWORD)STATUS_INVALID_HANDLE);
    EXPECT_EQUAL(keyed_release(HANDLE_INVALID, KEY(4), &soon), (DWORD)STATUS_INVALID_HANDLE);
}

/* 5.13: WT. */
static void keyed_wait_on_another_object_is_a_type_mismatch(void)
{
    HANDLE event = CreateEventW(NULL, TRUE, TRUE, NULL);
    EXPECT_EQUAL(keyed_wait(event, KEY(4), &soon), (DWORD)STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQUAL(keyed_release(event, KEY(4), &soon), (DWORD)STATUS_OBJECT_TYPE_MISMATCH);
    close_end(&event);
}

/* 5.13: WT "test access rights". */
static void rights_of_a_handle_are_to_wait_and_to_release(void)
{
    HANDLE reader = new_keyed_event(GENERIC_READ), writer = new_keyed_event(GENERIC_WRITE);
    EXPECT_EQUAL(keyed_wait(reader, KEY(4), &soon), STATUS_TIMEOUT);
    EXPECT_EQUAL(keyed_release(reader, KEY(4), &soon), (DWORD)STATUS_ACCESS_DENIED);
    EXPECT_EQUAL(keyed_wait(writer, KEY(4), &soon), (DWORD)STATUS_ACCESS_DENIED);
    EXPECT_EQUAL(keyed_release(writer, KEY(4), &soon), STATUS_TIMEOUT);
    close_end(&reader);
    close_end(&writer);
}

/* 5.13: WT (WaitForSingleObject of a keyed event with SYNCHRONIZE). */
static void keyed_event_is_always_signalled(void)
{
    HANDLE event = new_keyed_event(GENERIC_ALL | SYNCHRONIZE);
    EXPECT_EQUAL(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    EXPECT_EQUAL(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    close_end(&event);
}

static DWORD WINAPI meet_by_turns(LPVOID argument)
{
    for (ULONG_PTR i = 0; i < 6; i++) {
        bool waits = (i & 1) == (argument != NULL);
        DWORD status = waits ? keyed_wait(shared_event, KEY(i), NULL)
                             : keyed_release(shared_event, KEY(i), NULL);
        EXPECT_EQUAL(status, STATUS_SUCCESS);
    }
    return 0;
}

/* 5.13: WT keyed_event_thread. */
static void two_threads_meet_key_by_key(void)
{
    shared_event = new_keyed_event(GENERIC_ALL);
    HANDLE other = start_thread(meet_by_turns, &shared_event);
    EXPECT_EQUAL(meet_by_turns(NULL), 0);
    EXPECT_EQUAL(join_thread(other), 0);
    close_end(&shared_event);
}

static DWORD WINAPI release_there(LPVOID argument)
{
    DWORD status = keyed_release(shared_event, argument, NULL);
    InterlockedIncrement(&woken);
    return status;
}

static DWORD WINAPI wait_there(LPVOID argument)
{
    DWORD status = keyed_wait(shared_event, argument, NULL);
    woken_as[InterlockedIncrement(&woken) - 1] = (LONG)GetCurrentThreadId();
    return status;
}

/* 5.13: WT (both sides block): a release waits for its waiter. */
static void release_waits_for_a_waiter(void)
{
    reset_words();
    shared_event = new_keyed_event(GENERIC_ALL);
    HANDLE releaser = start_thread(release_there, KEY(1));
    fact_settle();
    EXPECT_EQUAL(word_read(&woken), 0);
    EXPECT_EQUAL(keyed_wait(shared_event, KEY(1), NULL), STATUS_SUCCESS);
    EXPECT_EQUAL(join_thread(releaser), STATUS_SUCCESS);
    close_end(&shared_event);
}

/* 5.13: WT (keys 0x5678 and 0x9abc time out beside 0x1234). */
static void keys_do_not_meet_each_other(void)
{
    shared_event = new_keyed_event(GENERIC_ALL);
    HANDLE releaser = start_thread(release_there, KEY(1));
    EXPECT_EQUAL(keyed_wait(shared_event, KEY(2), &soon), STATUS_TIMEOUT);
    EXPECT_EQUAL(keyed_release(shared_event, KEY(1), &soon), STATUS_TIMEOUT);
    EXPECT_EQUAL(keyed_wait(shared_event, KEY(1), NULL), STATUS_SUCCESS);
    EXPECT_EQUAL(join_thread(releaser), STATUS_SUCCESS);
    close_end(&shared_event);
}

/* 5.13: Inferred: the list of a keyed event is first in first out. */
static void one_release_lets_the_earliest_waiter_go(void)
{
    HANDLE waiters[2];
    DWORD ids[2];
    reset_words();
    shared_event = new_keyed_event(GENERIC_ALL);
    for (unsigned i = 0; i < 2; i++) {
        waiters[i] = CreateThread(NULL, 0, wait_there, KEY(1), 0, &ids[i]);
        fact_settle();
    }
    for (unsigned i = 0; i < 2; i++) {
        EXPECT_EQUAL(keyed_release(shared_event, KEY(1), NULL), STATUS_SUCCESS);
        fact_settle();
        EXPECT_EQUAL(woken_as[i], ids[i]);
    }
    EXPECT_EQUAL(join_thread(waiters[0]), STATUS_SUCCESS);
    EXPECT_EQUAL(join_thread(waiters[1]), STATUS_SUCCESS);
    close_end(&shared_event);
}

static DWORD WINAPI release_soon(LPVOID argument)
{
    LARGE_INTEGER timeout = {.QuadPart = -10000};
    return keyed_release(shared_event, argument, &timeout);
}

/* 5.13: Both come back from the same meeting, or neither. */
static void timeouts_of_both_sides_race_and_agree(void)
{
    LARGE_INTEGER timeout = {.QuadPart = -10000};
    shared_event = new_keyed_event(GENERIC_ALL);
    HANDLE releaser = start_thread(release_soon, KEY(1));
    DWORD mine = keyed_wait(shared_event, KEY(1), &timeout), theirs = join_thread(releaser);
    EXPECT_EQUAL(mine, theirs);
    EXPECT(mine == STATUS_SUCCESS || mine == STATUS_TIMEOUT);
    close_end(&shared_event);
    fact_saw(mine == STATUS_SUCCESS ? "met" : "missed");
}

static const struct fact facts[] = {
    FACT(wait_on_an_address_that_differs_returns_at_once, FACT_PLAIN),
    FACT(wait_on_an_address_times_out, FACT_PLAIN),
    FACT(size_of_an_address_is_that_of_a_word, FACT_PLAIN),
    FACT(wait_on_an_address_compares_as_many_bytes_as_it_is_told, FACT_PLAIN),
    FACT(wake_after_a_change_is_never_lost, FACT_PLAIN),
    FACT(wake_of_all_releases_all, FACT_PLAIN),
    FACT(wake_without_a_sleeper_is_lost, FACT_PLAIN),
    FACT(single_wakes_release_in_order_of_arrival, FACT_PLAIN | FACT_SIMULATED_ONLY), /* settles */
    {FACT_OF(single_wakes_may_release_in_any_order),
     .flags = FACT_PLAIN | FACT_ANY_WAITER | FACT_SIMULATED_ONLY,
     FACT_OUTCOMES("earliest", "middle", "latest")},
    FACT(wake_of_another_address_releases_nobody, FACT_PLAIN | FACT_SIMULATED_ONLY), /* settles */
    {FACT_OF(wait_on_an_address_may_return_for_no_reason), .flags = FACT_PLAIN | FACT_WITH_FAULTS,
     FACT_OUTCOMES("for no reason", "timeout")},
    FACT(odd_key_is_invalid_parameter_whatever_the_handle, FACT_PLAIN),
    FACT(one_side_alone_times_out, FACT_PLAIN),
    FACT(no_handle_stands_for_an_event_of_the_process, FACT_PLAIN),
    FACT(keyed_wait_on_a_bad_handle_is_invalid_handle, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(keyed_wait_on_another_object_is_a_type_mismatch, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(rights_of_a_handle_are_to_wait_and_to_release, FACT_PLAIN),
    FACT(keyed_event_is_always_signalled, FACT_PLAIN),
    FACT(two_threads_meet_key_by_key, FACT_PLAIN),
    FACT(release_waits_for_a_waiter, FACT_PLAIN | FACT_SIMULATED_ONLY), /* settles */
    FACT(keys_do_not_meet_each_other, FACT_PLAIN),
    {FACT_OF(one_release_lets_the_earliest_waiter_go), .flags = FACT_PLAIN | FACT_SIMULATED_ONLY,
     .unsettled = "inferred"},
    {FACT_OF(timeouts_of_both_sides_race_and_agree), .flags = FACT_PLAIN,
     FACT_OUTCOMES("met", "missed")},
};

FACT_SUITE(win32_keyed);
