/* win32_misuse_test: what a program must not do, and what the simulated world says of it.
 *
 * On Windows most of these corrupt memory or hang, some time later; none can be run there.
 * Evidence: doc (Microsoft Learn: what the calls forbid). */
#include "conformance/suites/win32_fixture.h"

static struct request shared_request;
static SRWLOCK lock = SRWLOCK_INIT, second_lock = SRWLOCK_INIT;

/* ---- requests and memory ---- */

/* 3.8 */
static void overlapped_of_a_pending_request_is_used_again(void)
{
    struct pair pair = pair_open(0);
    EXPECT_EQUAL(start_read(pair.server, &shared_request, 4), ERROR_IO_PENDING);
    EXPECT(!ReadFile(pair.server, shared_request.bytes, 4, NULL, &shared_request.overlapped));
}

/* 3.8 */
static void overlapped_whose_packet_is_queued_is_used_again(void)
{
    struct pair pair = pair_open(0);
    EXPECT_EQUAL(start_write(pair.server, &shared_request, 4), ERROR_SUCCESS);
    EXPECT(WriteFile(pair.server, "more", 4, NULL, &shared_request.overlapped));
}

/* 3.8 */
static void buffer_of_a_pending_read_is_freed(void)
{
    struct pair pair = pair_open(0);
    void *buffer = HeapAlloc(GetProcessHeap(), 0, 64);
    EXPECT_EQUAL(start_read_into(pair.server, &shared_request, buffer, 64), ERROR_IO_PENDING);
    HeapFree(GetProcessHeap(), 0, buffer);
}

/* 3.8 */
static void overlapped_of_a_pending_read_is_freed(void)
{
    struct pair pair = pair_open(0);
    struct request *request = HeapAlloc(GetProcessHeap(), 0, sizeof *request);
    EXPECT_EQUAL(start_read(pair.server, request, 4), ERROR_IO_PENDING);
    HeapFree(GetProcessHeap(), 0, request);
}

/* 3.8: Its packet is queued and the result, written at dequeue, has yet to be copied. */
static void overlapped_of_a_finished_read_is_freed_before_its_packet_is_dequeued(void)
{
    struct pair pair = pair_open(0);
    struct request *request = HeapAlloc(GetProcessHeap(), 0, sizeof *request);
    EXPECT_EQUAL(start_read(pair.server, request, 4), ERROR_IO_PENDING);
    close_end(&pair.client);
    HeapFree(GetProcessHeap(), 0, request);
}

/* 3.8 */
static void memory_that_is_no_block_is_freed(void)
{
    static char block[64];
    HeapFree(GetProcessHeap(), 0, block + 16);
}

/* 5.15 */
static void memory_is_left_at_the_end(void)
{
    EXPECT(HeapAlloc(GetProcessHeap(), 0, 16) != NULL);
}

/* ---- handles ---- */

/* 5.15 */
static void handle_is_left_open_at_the_end(void)
{
    EXPECT(CreateEventW(NULL, TRUE, FALSE, NULL) != NULL);
}

/* 3.9 */
static void handle_is_closed_twice(void)
{
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    (void)CloseHandle(event);
    (void)CloseHandle(event);
}

/* 3.9 */
static void closed_handle_is_used(void)
{
    struct pair pair = pair_open(0);
    HANDLE server = pair.server;
    close_end(&pair.server);
    (void)start_read(server, &shared_request, 4);
}

/* 3.9 */
static void handle_of_another_kind_is_used(void)
{
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    (void)start_read(event, &shared_request, 4);
}

/* ---- locks ---- */

/* 5.2 */
static void lock_is_acquired_by_its_owner(void)
{
    InitializeSRWLock(&lock);
    AcquireSRWLockExclusive(&lock);
    AcquireSRWLockExclusive(&lock);
}

/* 5.2 */
static void lock_is_released_by_a_stranger(void)
{
    InitializeSRWLock(&lock);
    ReleaseSRWLockExclusive(&lock);
}

static DWORD WINAPI acquire_and_end(LPVOID argument)
{
    AcquireSRWLockExclusive(&lock);
    return 0;
}

/* 5.2 */
static void thread_ends_and_holds_a_lock(void)
{
    InitializeSRWLock(&lock);
    (void)join_thread(start_thread(acquire_and_end, NULL));
}

/* 5.2 */
static void critical_section_is_left_by_a_stranger(void)
{
    CRITICAL_SECTION section;
    InitializeCriticalSection(&section);
    LeaveCriticalSection(&section);
}

/* 5.2 */
static void critical_section_is_deleted_while_it_is_owned(void)
{
    CRITICAL_SECTION section;
    InitializeCriticalSection(&section);
    EnterCriticalSection(&section);
    DeleteCriticalSection(&section);
}

/* ---- no end ---- */

/* 5.15 */
static void thread_waits_for_what_nobody_does(void)
{
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    (void)WaitForSingleObject(event, INFINITE);
}

static DWORD WINAPI acquire_both_the_other_way(LPVOID argument)
{
    AcquireSRWLockExclusive(&second_lock);
    EXPECT(SetEvent((HANDLE)argument));
    AcquireSRWLockExclusive(&lock);
    return 0;
}

/* 5.15 */
static void two_threads_wait_for_each_other(void)
{
    InitializeSRWLock(&lock);
    InitializeSRWLock(&second_lock);
    HANDLE holds = CreateEventW(NULL, TRUE, FALSE, NULL);
    AcquireSRWLockExclusive(&lock);
    (void)start_thread(acquire_both_the_other_way, holds);
    EXPECT_EQUAL(WaitForSingleObject(holds, INFINITE), WAIT_OBJECT_0);
    AcquireSRWLockExclusive(&second_lock);
}

/* 5.15 */
static void thread_runs_for_ever(void)
{
    for (;;) {
        SwitchToThread();
    }
}

/* 5.15 */
static void thread_sleeps_on_an_address_for_ever(void)
{
    LONG word = 0, same = 0;
    (void)WaitOnAddress(&word, &same, sizeof word, INFINITE);
}

/* ---- what is not modelled is said, never guessed ---- */

/* 5.16: What the simulator has no rules for it says, at the call. */
static void pipe_that_does_not_wait_is_not_modelled(void)
{
    (void)CreateNamedPipeW(L"\\\\.\\pipe\\misuse", PIPE_ACCESS_DUPLEX, PIPE_NOWAIT, 1, 0, 0, 0,
                           NULL);
}

/* 5.16 */
static void flush_of_a_pipe_is_not_modelled(void)
{
    struct pair pair = pair_open(0);
    (void)FlushFileBuffers(pair.server);
}

/* 5.16 */
static void transaction_on_a_pipe_is_not_modelled(void)
{
    struct pair pair = pair_open(0);
    char byte = 0;
    DWORD count;
    (void)TransactNamedPipe(pair.client, &byte, 1, &byte, 1, &count, NULL);
}

/* 5.16 */
static void call_of_a_pipe_is_not_modelled(void)
{
    WCHAR name[] = L"\\\\.\\pipe\\none";
    char data[] = "";
    DWORD count;
    (void)CallNamedPipeW(name, data, 1, shared_request.bytes, 1, &count, 0);
}

/* 5.16 */
static void waiting_for_an_instance_is_not_modelled(void)
{
    (void)WaitNamedPipeW(L"\\\\.\\pipe\\misuse", 0);
}

/* 5.16 */
static void anonymous_pipe_is_not_modelled(void)
{
    HANDLE read, write;
    (void)CreatePipe(&read, &write, NULL, 0);
}

/* 5.16 */
static void acting_for_a_client_is_not_modelled(void)
{
    struct pair pair = pair_open(0);
    (void)ImpersonateNamedPipeClient(pair.server);
}

/* 5.16 */
static void read_with_a_routine_is_not_modelled(void)
{
    struct pair pair = pair_open(0);
    (void)ReadFileEx(pair.server, shared_request.bytes, 1, &shared_request.overlapped, NULL);
}

/* 5.16 */
static void write_with_a_routine_is_not_modelled(void)
{
    struct pair pair = pair_open(0);
    (void)WriteFileEx(pair.server, "", 1, &shared_request.overlapped, NULL);
}

/* 5.16 */
static void cancel_of_a_synchronous_call_is_not_modelled(void)
{
    (void)CancelSynchronousIo(NULL);
}

/* 5.16 */
static void alertable_wait_is_not_modelled(void)
{
    OVERLAPPED_ENTRY entry;
    ULONG count;
    (void)GetQueuedCompletionStatusEx(new_port(0), &entry, 1, &count, 0, TRUE);
}

/* 5.16 */
static void dequeue_without_room_is_not_modelled(void)
{
    OVERLAPPED_ENTRY entry;
    ULONG count;
    (void)GetQueuedCompletionStatusEx(new_port(0), &entry, 0, &count, 0, FALSE);
}

/* 5.15 */
static void failing_fast_is_an_assertion(void)
{
    OutputDebugStringA("the last words");
    RaiseFailFastException(NULL, NULL, 0);
}

#define MISUSE(body_function, oracle)                                  \
    {                                                                  \
        FACT_OF(body_function), .flags = FACT_PLAIN, .finding = oracle \
    }

static const struct fact facts[] = {
    MISUSE(overlapped_of_a_pending_request_is_used_again, "slot-reuse"),
    MISUSE(overlapped_whose_packet_is_queued_is_used_again, "slot-reuse"),
    MISUSE(buffer_of_a_pending_read_is_freed, "kernel-write-after-free"),
    MISUSE(overlapped_of_a_pending_read_is_freed, "kernel-write-after-free"),
    {FACT_OF(overlapped_of_a_finished_read_is_freed_before_its_packet_is_dequeued),
     .flags = FACT_PLAIN | FACT_RESULTS_AT_DEQUEUE, .finding = "kernel-write-after-free"},
    MISUSE(memory_that_is_no_block_is_freed, "misuse"),
    MISUSE(memory_is_left_at_the_end, "memory-leak"),
    MISUSE(handle_is_left_open_at_the_end, "handle-leak"),
    MISUSE(handle_is_closed_twice, "misuse"),
    MISUSE(closed_handle_is_used, "misuse"),
    MISUSE(handle_of_another_kind_is_used, "misuse"),
    MISUSE(lock_is_acquired_by_its_owner, "deadlock"),
    MISUSE(lock_is_released_by_a_stranger, "misuse"),
    MISUSE(thread_ends_and_holds_a_lock, "misuse"),
    MISUSE(critical_section_is_left_by_a_stranger, "misuse"),
    MISUSE(critical_section_is_deleted_while_it_is_owned, "misuse"),
    MISUSE(thread_waits_for_what_nobody_does, "deadlock"),
    MISUSE(two_threads_wait_for_each_other, "deadlock"),
    MISUSE(thread_runs_for_ever, "livelock"),
    MISUSE(thread_sleeps_on_an_address_for_ever, "deadlock"),
    MISUSE(alertable_wait_is_not_modelled, "unmodelled"),
    MISUSE(dequeue_without_room_is_not_modelled, "unmodelled"),
    MISUSE(pipe_that_does_not_wait_is_not_modelled, "unmodelled"),
    MISUSE(flush_of_a_pipe_is_not_modelled, "unmodelled"),
    MISUSE(transaction_on_a_pipe_is_not_modelled, "unmodelled"),
    MISUSE(call_of_a_pipe_is_not_modelled, "unmodelled"),
    MISUSE(waiting_for_an_instance_is_not_modelled, "unmodelled"),
    MISUSE(anonymous_pipe_is_not_modelled, "unmodelled"),
    MISUSE(acting_for_a_client_is_not_modelled, "unmodelled"),
    MISUSE(read_with_a_routine_is_not_modelled, "unmodelled"),
    MISUSE(write_with_a_routine_is_not_modelled, "unmodelled"),
    MISUSE(cancel_of_a_synchronous_call_is_not_modelled, "unmodelled"),
    MISUSE(failing_fast_is_an_assertion, "assertion"),
};

FACT_SUITE(win32_misuse);
