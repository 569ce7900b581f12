/* win32_thread_test: threads, what belongs to each of them, and handles.
 *
 * Evidence: doc (Microsoft Learn), unless said otherwise. */
#include "conformance/suites/win32_fixture.h"

static HANDLE shared;
static DWORD slot;

/* ---- threads ---- */

static DWORD WINAPI return_argument(LPVOID argument)
{
    return (DWORD)(ULONG_PTR)argument;
}

/* 5.14 */
static void thread_is_signalled_with_its_exit_code_when_it_ends(void)
{
    DWORD code = POISON;
    HANDLE thread = start_thread(return_argument, (void *)(ULONG_PTR)42);
    EXPECT_EQUAL(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQUAL(WaitForSingleObject(thread, 0), WAIT_OBJECT_0);
    EXPECT(GetExitCodeThread(thread, &code));
    EXPECT_EQUAL(code, 42);
    close_end(&thread);
}

static DWORD WINAPI wait_for_shared(LPVOID argument)
{
    EXPECT_EQUAL(WaitForSingleObject(shared, INFINITE), WAIT_OBJECT_0);
    return 0;
}

/* 5.14 */
static void thread_that_runs_is_still_active(void)
{
    DWORD code = POISON;
    shared = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE thread = start_thread(wait_for_shared, NULL);
    EXPECT_EQUAL(WaitForSingleObject(thread, 0), WAIT_TIMEOUT);
    EXPECT(GetExitCodeThread(thread, &code));
    EXPECT_EQUAL(code, STILL_ACTIVE);
    EXPECT(SetEvent(shared));
    EXPECT_EQUAL(join_thread(thread), 0);
    close_end(&shared);
}

/* doc (CloseHandle: a thread goes on when its last handle is closed). */
static DWORD WINAPI set_shared(LPVOID argument)
{
    EXPECT(SetEvent(shared));
    return 0;
}

/* 5.14 */
static void thread_outlives_its_handle(void)
{
    shared = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE thread = start_thread(set_shared, NULL);
    close_end(&thread);
    EXPECT_EQUAL(WaitForSingleObject(shared, INFINITE), WAIT_OBJECT_0);
    fact_settle();
    close_end(&shared);
}

static DWORD WINAPI own_id(LPVOID argument)
{
    return GetCurrentThreadId();
}

/* 5.14 */
static void thread_ids_differ_and_are_told_at_creation(void)
{
    DWORD id = POISON;
    HANDLE thread = CreateThread(NULL, 0, own_id, NULL, 0, &id);
    EXPECT(thread != NULL);
    DWORD its = join_thread(thread);
    EXPECT_EQUAL(its, id);
    EXPECT(its != GetCurrentThreadId());
}

/* ---- what belongs to a thread ---- */

static DWORD WINAPI set_last_error(LPVOID argument)
{
    DWORD before = GetLastError();
    SetLastError(7);
    return before;
}

/* 5.14 */
static void last_error_belongs_to_a_thread(void)
{
    SetLastError(5);
    EXPECT_EQUAL(join_thread(start_thread(set_last_error, NULL)), ERROR_SUCCESS);
    SetLastError(5);
    HANDLE thread = start_thread(set_last_error, NULL);
    EXPECT_EQUAL(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQUAL(GetLastError(), 5);
    close_end(&thread);
}

static DWORD WINAPI set_slot(LPVOID argument)
{
    DWORD before = TlsGetValue(slot) != NULL;
    EXPECT(TlsSetValue(slot, &slot));
    EXPECT(TlsGetValue(slot) == &slot);
    return before;
}

/* 5.14 */
static void local_storage_belongs_to_a_thread_and_begins_empty(void)
{
    slot = TlsAlloc();
    EXPECT(slot != TLS_OUT_OF_INDEXES);
    EXPECT(TlsGetValue(slot) == NULL);
    EXPECT(TlsSetValue(slot, &shared));
    EXPECT_EQUAL(join_thread(start_thread(set_slot, NULL)), 0);
    EXPECT(TlsGetValue(slot) == &shared);
    EXPECT(TlsFree(slot));
}

/* 5.14: doc (TlsGetValue sets the last error to 0 when it succeeds: NULL may be stored). */
static void read_of_local_storage_clears_the_last_error(void)
{
    slot = TlsAlloc();
    SetLastError(POISON);
    EXPECT(TlsGetValue(slot) == NULL);
    EXPECT_EQUAL(GetLastError(), ERROR_SUCCESS);
    EXPECT(TlsFree(slot));
}

/* 5.14: doc (TlsFree; the values of a slot that is allocated are initialised to zero). */
static void slot_that_is_used_again_begins_empty(void)
{
    slot = TlsAlloc();
    EXPECT(TlsSetValue(slot, &shared));
    EXPECT(TlsFree(slot));
    DWORD again = TlsAlloc();
    EXPECT(TlsGetValue(again) == NULL);
    EXPECT(TlsFree(again));
    SetLastError(POISON);
    EXPECT(!TlsFree(0x10000));
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_PARAMETER);
}

/* ---- handles ---- */

/* 3.7 */
static void closed_handle_is_invalid(void)
{
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL), closed = event;
    close_end(&event);
    SetLastError(POISON);
    EXPECT(!SetEvent(closed));
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(POISON);
    EXPECT(!CloseHandle(closed));
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_HANDLE);
}

/* 3.7 */
static void duplicate_is_the_same_object(void)
{
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL), twin = NULL;
    EXPECT(DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &twin, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    EXPECT(twin != event);
    EXPECT(SetEvent(twin));
    EXPECT_EQUAL(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    close_end(&event);
    EXPECT_EQUAL(WaitForSingleObject(twin, 0), WAIT_OBJECT_0);
    close_end(&twin);
}

/* 3.7 */
static void duplicate_may_close_its_source(void)
{
    HANDLE event = CreateEventW(NULL, TRUE, TRUE, NULL), twin = NULL;
    DWORD flags;
    EXPECT(DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &twin, 0, FALSE,
                           DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    EXPECT_EQUAL(WaitForSingleObject(twin, 0), WAIT_OBJECT_0);
    if (twin != event) { /* the value may be given out again at once */
        EXPECT(!GetHandleInformation(event, &flags));
    }
    close_end(&twin);
}

/* 3.9 */
static void duplicate_of_a_bad_handle_is_invalid_handle(void)
{
    HANDLE twin = NULL;
    SetLastError(POISON);
    EXPECT(!DuplicateHandle(GetCurrentProcess(), HANDLE_INVALID, GetCurrentProcess(), &twin, 0,
                            FALSE, DUPLICATE_SAME_ACCESS));
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_HANDLE);
}

/* 3.9 */
static void open_handle_has_information_and_a_bad_one_has_none(void)
{
    HANDLE event = CreateEventW(NULL, TRUE, TRUE, NULL);
    DWORD flags = POISON;
    EXPECT(GetHandleInformation(event, &flags));
    EXPECT_EQUAL(flags, 0);
    SetLastError(POISON);
    EXPECT(!GetHandleInformation(HANDLE_INVALID, &flags));
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_HANDLE);
    close_end(&event);
}

/* 3.7: "Handle values are reused quickly": the simulated table gives out the lowest free value. */
static void value_of_a_closed_handle_is_given_out_again(void)
{
    HANDLE first = CreateEventW(NULL, TRUE, FALSE, NULL), value = first;
    close_end(&first);
    HANDLE second = CreateEventW(NULL, TRUE, FALSE, NULL);
    EXPECT(second == value);
    close_end(&second);
}

static DWORD WINAPI wait_for_twin(LPVOID argument)
{
    return WaitForSingleObject((HANDLE)argument, INFINITE);
}

/* 3.7: doc (a wait holds the object, not the handle; the outcome of closing what is waited for is
 * not defined). The object lives on while a thread waits for it. */
static void object_lives_while_it_is_waited_for(void)
{
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL), twin = NULL;
    EXPECT(DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &twin, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    HANDLE waiter = start_thread(wait_for_twin, twin);
    fact_settle();
    close_end(&twin);
    EXPECT(SetEvent(event));
    EXPECT_EQUAL(join_thread(waiter), WAIT_OBJECT_0);
    close_end(&event);
}

static const struct fact facts[] = {
    FACT(thread_is_signalled_with_its_exit_code_when_it_ends, FACT_PLAIN),
    FACT(thread_that_runs_is_still_active, FACT_PLAIN),
    FACT(thread_outlives_its_handle, FACT_PLAIN | FACT_SIMULATED_ONLY), /* settles */
    FACT(thread_ids_differ_and_are_told_at_creation, FACT_PLAIN),
    FACT(last_error_belongs_to_a_thread, FACT_PLAIN),
    FACT(local_storage_belongs_to_a_thread_and_begins_empty, FACT_PLAIN),
    FACT(read_of_local_storage_clears_the_last_error, FACT_PLAIN),
    FACT(slot_that_is_used_again_begins_empty, FACT_PLAIN),
    FACT(closed_handle_is_invalid, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(duplicate_is_the_same_object, FACT_PLAIN),
    FACT(duplicate_may_close_its_source, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(duplicate_of_a_bad_handle_is_invalid_handle, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(open_handle_has_information_and_a_bad_one_has_none, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(value_of_a_closed_handle_is_given_out_again, FACT_PLAIN | FACT_SIMULATED_ONLY),
    FACT(object_lives_while_it_is_waited_for, FACT_PLAIN | FACT_SIMULATED_ONLY), /* settles */
};

FACT_SUITE(win32_thread);
