/* win32_port_test: completion ports: association, dequeue, post.
 *
 * Evidence tags: doc is Microsoft Learn; WT is Wine's conformance tests, which also run on Windows;
 * P is a probe recorded on Wine 8. */
#include "conformance/suites/win32_fixture.h"

#define BATCH 8u

/* ---- CreateIoCompletionPort ---- */

static DWORD associate_error(HANDLE file, HANDLE port)
{
    SetLastError(POISON);
    EXPECT(CreateIoCompletionPort(file, port, 7, 0) == NULL);
    return GetLastError();
}

/* 2.7: doc; P. */
static void association_returns_the_handle_of_the_port(void)
{
    struct pair pair = pair_open(PAIR_UNBOUND);
    EXPECT(CreateIoCompletionPort(pair.server, pair.port, 7, 0) == pair.port);
    pair_close(&pair);
}

/* 2.7: doc (ExistingCompletionPort NULL with a file creates a port for it). */
static void association_without_a_port_creates_one(void)
{
    struct pair pair = pair_open(PAIR_UNBOUND);
    struct request write;
    HANDLE port = CreateIoCompletionPort(pair.server, NULL, 7, 0);
    EXPECT(port != NULL);
    EXPECT(port != pair.port);
    EXPECT_EQUAL(start_write(pair.server, &write, 3), ERROR_SUCCESS);
    EXPECT_PACKET(port, 7, &write, STATUS_SUCCESS, 3);
    close_end(&port);
    pair_close(&pair);
}

/* 2.7: "INVALID + existing port": doc; P. */
static void no_file_with_a_port_is_invalid_parameter(void)
{
    HANDLE port = new_port(0);
    EXPECT_EQUAL(associate_error(INVALID_HANDLE_VALUE, port), ERROR_INVALID_PARAMETER);
    close_end(&port);
}

/* 2.7: "h NULL/bad": P. */
static void bad_file_handle_is_invalid_handle(void)
{
    HANDLE port = new_port(0);
    EXPECT_EQUAL(associate_error(NULL, port), ERROR_INVALID_HANDLE);
    EXPECT_EQUAL(associate_error(HANDLE_INVALID, port), ERROR_INVALID_HANDLE);
    close_end(&port);
}

/* 2.7: "not a file": P "event handle". */
static void handle_of_an_event_is_no_file(void)
{
    HANDLE port = new_port(0), event = CreateEventW(NULL, TRUE, FALSE, NULL);
    EXPECT_EQUAL(associate_error(event, port), ERROR_INVALID_HANDLE);
    close_end(&event);
    close_end(&port);
}

/* 2.7: "h not overlapped": P "non-overlapped anonymous pipe". */
static void synchronous_file_is_invalid_parameter(void)
{
    struct pair pair = pair_open(PAIR_SYNCHRONOUS);
    EXPECT_EQUAL(associate_error(pair.server, pair.port), ERROR_INVALID_PARAMETER);
    pair_close(&pair);
}

/* 2.7: "already associated, same port": P. */
static void second_association_with_the_same_port_is_invalid_parameter(void)
{
    struct pair pair = pair_open(0);
    EXPECT_EQUAL(associate_error(pair.server, pair.port), ERROR_INVALID_PARAMETER);
    pair_close(&pair);
}

/* 2.7: "or other port": P. */
static void association_with_a_second_port_is_invalid_parameter(void)
{
    struct pair pair = pair_open(0);
    HANDLE other = new_port(0);
    EXPECT_EQUAL(associate_error(pair.server, other), ERROR_INVALID_PARAMETER);
    close_end(&other);
    pair_close(&pair);
}

/* 2.7: "same or duplicated handle": doc ("one port per file object"); P. */
static void association_of_a_duplicate_is_invalid_parameter(void)
{
    struct pair pair = pair_open(0);
    HANDLE other = new_port(0), twin = NULL;
    EXPECT(DuplicateHandle(GetCurrentProcess(), pair.server, GetCurrentProcess(), &twin, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    EXPECT_EQUAL(associate_error(twin, other), ERROR_INVALID_PARAMETER);
    close_end(&twin);
    close_end(&other);
    pair_close(&pair);
}

/* ---- GetQueuedCompletionStatusEx ---- */

/* 2.3: "takes all queued up to n, does not wait for more": doc; P "cap3". Only the dull schedule
 * shows it: the simulated kernel may always return fewer (the next fact). */
static void dequeue_takes_all_that_fits_and_does_not_wait(void)
{
    HANDLE port = new_port(0);
    OVERLAPPED_ENTRY entries[BATCH];
    ULONG removed;
    for (ULONG_PTR key = 1; key <= 5; key++) {
        post_packet(port, key);
    }
    EXPECT_EQUAL(dequeue(port, entries, 3, &removed, INFINITE), ERROR_SUCCESS);
    EXPECT_EQUAL(removed, 3);
    EXPECT_EQUAL(entries[2].lpCompletionKey, 3);
    EXPECT_EQUAL(dequeue(port, entries, BATCH, &removed, INFINITE), ERROR_SUCCESS);
    EXPECT_EQUAL(removed, 2);
    EXPECT_EQUAL(entries[0].lpCompletionKey, 4);
    EXPECT_EQUAL(entries[1].lpCompletionKey, 5);
    close_end(&port);
}

/* 2.3: 1 to n of what is there, never out of order. */
static void dequeue_may_return_fewer_but_never_skips(void)
{
    static const char *const names[] = {"none", "1", "2", "3"};
    HANDLE port = new_port(0);
    OVERLAPPED_ENTRY entries[BATCH];
    ULONG removed;
    ULONG_PTR next = 1;
    const char *outcome = NULL;
    for (ULONG_PTR key = 1; key <= 3; key++) {
        post_packet(port, key);
    }
    while (next <= 3) {
        EXPECT_EQUAL(dequeue(port, entries, BATCH, &removed, INFINITE), ERROR_SUCCESS);
        EXPECT(removed >= 1 && removed <= 4 - next);
        outcome = outcome != NULL ? outcome : names[removed];
        for (ULONG i = 0; i < removed; i++, next++) {
            EXPECT_EQUAL(entries[i].lpCompletionKey, next);
        }
    }
    fact_saw(outcome);
    close_end(&port);
}

/* 2.8: "TRUE also for failed I/O": doc. */
static void dequeue_of_a_failed_request_succeeds(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    OVERLAPPED_ENTRY entry;
    ULONG removed;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    close_end(&pair.client);
    EXPECT_EQUAL(dequeue(pair.port, &entry, 1, &removed, INFINITE), ERROR_SUCCESS);
    EXPECT_EQUAL(removed, 1);
    EXPECT_EQUAL((DWORD)entry.Internal, (DWORD)STATUS_PIPE_BROKEN);
    EXPECT(entry.lpOverlapped == &read.overlapped);
    pair_close(&pair);
}

/* 2.4: "Empty: FALSE/258, removed == 1": WT kernel32/file.c:5557; P. */
static void dequeue_from_an_empty_port_times_out_and_says_one_removed(void)
{
    HANDLE port = new_port(0);
    OVERLAPPED_ENTRY entry;
    ULONG removed;
    EXPECT_EQUAL(dequeue(port, &entry, 1, &removed, 0), WAIT_TIMEOUT);
    EXPECT_EQUAL(removed, 1);
    close_end(&port);
}

/* 2.4: P "empty t=20". */
static void dequeue_waits_for_its_timeout(void)
{
    HANDLE port = new_port(0);
    OVERLAPPED_ENTRY entry;
    ULONG removed;
    EXPECT_EQUAL(dequeue(port, &entry, 1, &removed, 20), WAIT_TIMEOUT);
    EXPECT_EQUAL(removed, 1);
    close_end(&port);
}

/* 3.9: "Bad port": P. */
static void dequeue_from_a_bad_handle_is_invalid_handle(void)
{
    OVERLAPPED_ENTRY entry;
    ULONG removed;
    EXPECT_EQUAL(dequeue(HANDLE_INVALID, &entry, 1, &removed, 0), ERROR_INVALID_HANDLE);
}

/* 3.9: doc. */
static void dequeue_from_a_file_is_invalid_handle(void)
{
    struct pair pair = pair_open(0);
    OVERLAPPED_ENTRY entry;
    ULONG removed;
    EXPECT_EQUAL(dequeue(pair.server, &entry, 1, &removed, 0), ERROR_INVALID_HANDLE);
    pair_close(&pair);
}

static DWORD WINAPI post_seven(LPVOID argument)
{
    post_packet((HANDLE)argument, 7);
    return 0;
}

/* 2.3: doc (a wait ends with a packet). */
static void waiting_dequeue_ends_with_a_packet_of_another_thread(void)
{
    HANDLE port = new_port(0);
    HANDLE thread = start_thread(post_seven, port);
    EXPECT_KEY(port, 7);
    EXPECT_EQUAL(join_thread(thread), 0);
    close_end(&port);
}

/* 2 "timeouts": the clock of the simulated world stands still but for timers. */
static LONGLONG wait_of_milliseconds(DWORD milliseconds)
{
    LARGE_INTEGER before, after, frequency;
    HANDLE port = new_port(0);
    OVERLAPPED_ENTRY entry;
    ULONG removed;
    EXPECT(QueryPerformanceFrequency(&frequency));
    EXPECT(QueryPerformanceCounter(&before));
    EXPECT_EQUAL(dequeue(port, &entry, 1, &removed, milliseconds), WAIT_TIMEOUT);
    EXPECT(QueryPerformanceCounter(&after));
    close_end(&port);
    return (after.QuadPart - before.QuadPart) * 1000000 / frequency.QuadPart;
}

/* 5.4: a property of the simulated clock, not of Windows. */
static void timeout_is_exact_by_the_simulated_clock(void)
{
    EXPECT_EQUAL(wait_of_milliseconds(20), 20000);
}

/* 5.4: "late by any amount, early by less than a tick": libuv 427e4c9d4. */
static void timeout_may_be_early_by_less_than_a_tick_or_late(void)
{
    LONGLONG microseconds = wait_of_milliseconds(20);
    EXPECT(microseconds >= 20000 - 15625);
    fact_saw(microseconds < 20000 ? "early" : microseconds == 20000 ? "exact" : "late");
}

/* ---- GetQueuedCompletionStatus ---- */

/* 2.8: doc. */
static void single_dequeue_returns_a_success(void)
{
    struct pair pair = pair_open(0);
    struct request write;
    EXPECT_EQUAL(start_write(pair.server, &write, 3), ERROR_SUCCESS);
    struct single single = dequeue_one(pair.port, INFINITE);
    EXPECT_EQUAL(single.error, ERROR_SUCCESS);
    EXPECT_EQUAL(single.bytes, 3);
    EXPECT_EQUAL(single.key, SERVER_KEY);
    EXPECT(single.overlapped == &write.overlapped);
    pair_close(&pair);
}

/* 2.8: "FALSE + ov != NULL: dequeued a failed I/O, LastError = mapped status": doc. */
static void single_dequeue_of_a_failed_request_is_false_with_its_overlapped(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    close_end(&pair.client);
    struct single single = dequeue_one(pair.port, INFINITE);
    EXPECT_EQUAL(single.error, ERROR_BROKEN_PIPE);
    EXPECT_EQUAL(single.bytes, 0);
    EXPECT_EQUAL(single.key, SERVER_KEY);
    EXPECT(single.overlapped == &read.overlapped);
    pair_close(&pair);
}

/* 2.8: "FALSE + ov == NULL: nothing dequeued": doc; P "GQCS empty" (bytes and key untouched). */
static void single_dequeue_from_an_empty_port_is_false_without_an_overlapped(void)
{
    HANDLE port = new_port(0);
    struct single single = dequeue_one(port, 0);
    EXPECT_EQUAL(single.error, WAIT_TIMEOUT);
    EXPECT(single.overlapped == NULL);
    EXPECT_EQUAL(single.bytes, POISON);
    close_end(&port);
}

/* 3.9: "735/6": doc. */
static void single_dequeue_from_a_bad_handle_is_invalid_handle(void)
{
    struct single single = dequeue_one(HANDLE_INVALID, 0);
    EXPECT_EQUAL(single.error, ERROR_INVALID_HANDLE);
    EXPECT(single.overlapped == NULL);
}

/* ---- PostQueuedCompletionStatus ---- */

/* 2.9: "opaque values": P "Post all-ones". */
static void post_carries_any_values(void)
{
    HANDLE port = new_port(0);
    EXPECT(PostQueuedCompletionStatus(port, MAXDWORD, ~(ULONG_PTR)0, (OVERLAPPED *)~(ULONG_PTR)0));
    struct packet packet = take_packet(port);
    EXPECT_EQUAL(packet.bytes, MAXDWORD);
    EXPECT_EQUAL(packet.key, ~(ULONG_PTR)0);
    EXPECT(packet.overlapped == (OVERLAPPED *)~(ULONG_PTR)0);
    EXPECT_EQUAL(packet.status, STATUS_SUCCESS);
    close_end(&port);
}

/* 2.9: "ov may be NULL": P "cap3", the third. */
static void post_without_an_overlapped_dequeues_as_null(void)
{
    HANDLE port = new_port(0);
    EXPECT(PostQueuedCompletionStatus(port, 1, 2, NULL));
    struct single single = dequeue_one(port, INFINITE);
    EXPECT_EQUAL(single.error, ERROR_SUCCESS);
    EXPECT_EQUAL(single.bytes, 1);
    EXPECT_EQUAL(single.key, 2);
    EXPECT(single.overlapped == NULL);
    close_end(&port);
}

/* 2.9: "6 bad handle": P "Post bogus port", "Post on pipe handle". */
static void post_to_what_is_no_port_is_invalid_handle(void)
{
    struct pair pair = pair_open(0);
    SetLastError(POISON);
    EXPECT(!PostQueuedCompletionStatus(HANDLE_INVALID, 1, 2, NULL));
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(POISON);
    EXPECT(!PostQueuedCompletionStatus(pair.server, 1, 2, NULL));
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_HANDLE);
    pair_close(&pair);
}

/* 2.9: "ERROR_NO_SYSTEM_RESOURCES possible": doc. */
static void post_may_fail_for_want_of_resources(void)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    if (port == NULL) {
        EXPECT_EQUAL(GetLastError(), ERROR_NO_SYSTEM_RESOURCES);
        fact_saw("no port");
        return;
    }
    SetLastError(POISON);
    if (PostQueuedCompletionStatus(port, 1, 2, NULL)) {
        EXPECT_KEY(port, 2);
        fact_saw("posted");
    } else {
        EXPECT_EQUAL(GetLastError(), ERROR_NO_SYSTEM_RESOURCES);
        fact_saw("no packet");
    }
    close_end(&port);
}

static const struct fact facts[] = {
    FACT(association_returns_the_handle_of_the_port, FACT_PLAIN),
    FACT(association_without_a_port_creates_one, FACT_PLAIN),
    FACT(no_file_with_a_port_is_invalid_parameter, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(bad_file_handle_is_invalid_handle, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(handle_of_an_event_is_no_file, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(synchronous_file_is_invalid_parameter, FACT_PLAIN),
    FACT(second_association_with_the_same_port_is_invalid_parameter, FACT_PLAIN),
    FACT(association_with_a_second_port_is_invalid_parameter, FACT_PLAIN),
    FACT(association_of_a_duplicate_is_invalid_parameter, FACT_PLAIN),
    FACT(dequeue_takes_all_that_fits_and_does_not_wait, FACT_PLAIN | FACT_DULL_ONLY),
    {FACT_OF(dequeue_may_return_fewer_but_never_skips), .flags = FACT_PLAIN,
     FACT_OUTCOMES("1", "2", "3")},
    FACT(dequeue_of_a_failed_request_succeeds, FACT_PLAIN),
    FACT(dequeue_from_an_empty_port_times_out_and_says_one_removed, FACT_PLAIN),
    FACT(dequeue_waits_for_its_timeout, FACT_PLAIN),
    FACT(dequeue_from_a_bad_handle_is_invalid_handle, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(dequeue_from_a_file_is_invalid_handle, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(waiting_dequeue_ends_with_a_packet_of_another_thread, FACT_PLAIN),
    FACT(timeout_is_exact_by_the_simulated_clock, FACT_PLAIN | FACT_SIMULATED_ONLY),
    {FACT_OF(timeout_may_be_early_by_less_than_a_tick_or_late),
     .flags = FACT_PLAIN | FACT_COARSE_CLOCK | FACT_SIMULATED_ONLY,
     FACT_OUTCOMES("early", "exact", "late")},
    FACT(single_dequeue_returns_a_success, FACT_PLAIN),
    FACT(single_dequeue_of_a_failed_request_is_false_with_its_overlapped, FACT_PLAIN),
    FACT(single_dequeue_from_an_empty_port_is_false_without_an_overlapped, FACT_PLAIN),
    FACT(single_dequeue_from_a_bad_handle_is_invalid_handle, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(post_carries_any_values, FACT_PLAIN),
    FACT(post_without_an_overlapped_dequeues_as_null, FACT_PLAIN),
    FACT(post_to_what_is_no_port_is_invalid_handle, FACT_PLAIN | FACT_BAD_HANDLES),
    {FACT_OF(post_may_fail_for_want_of_resources), .flags = FACT_PLAIN | FACT_WITH_FAULTS,
     FACT_OUTCOMES("no port", "posted", "no packet")},
};

FACT_SUITE(win32_port);
