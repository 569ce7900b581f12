/* win32_waiter_test: who waits at a completion port, whom a packet releases, and the end of a port.
 *
 * Evidence tags: doc is Microsoft Learn; P is a probe recorded on Wine 8. */
#include "conformance/suites/win32_fixture.h"

#define WAITERS 3u

/* ---- waiters ---- */

static HANDLE shared_port;
static LONG arrived, released;
static LONG released_as[WAITERS];
static HANDLE waiter_thread[WAITERS];

static DWORD WINAPI wait_and_note(LPVOID argument)
{
    InterlockedIncrement(&arrived);
    (void)take_packet(shared_port);
    released_as[(ULONG_PTR)argument] = InterlockedIncrement(&released);
    return 0;
}

/* Waiters 0, 1, 2 wait in this order. */
static void waiters_start(void)
{
    arrived = released = 0;
    shared_port = new_port(0);
    for (ULONG_PTR i = 0; i < WAITERS; i++) {
        waiter_thread[i] = start_thread(wait_and_note, (void *)i);
        fact_settle();
    }
    EXPECT_EQUAL(arrived, WAITERS);
}

static void waiters_end(void)
{
    for (unsigned i = 0; i < WAITERS; i++) {
        EXPECT_EQUAL(join_thread(waiter_thread[i]), 0);
    }
    close_end(&shared_port);
}

/* 2.2: "Waiters: released LIFO": doc ("I/O Completion Ports"). */
static void packets_release_the_latest_waiter_first(void)
{
    waiters_start();
    for (unsigned i = 0; i < WAITERS; i++) {
        post_packet(shared_port, 1);
        fact_settle();
    }
    EXPECT_EQUAL(released_as[2], 1);
    EXPECT_EQUAL(released_as[1], 2);
    EXPECT_EQUAL(released_as[0], 3);
    waiters_end();
}

/* 2.2: "Wine: FIFO": P "waiting threads order". */
static void packets_may_release_the_earliest_waiter_first(void)
{
    waiters_start();
    for (unsigned i = 0; i < WAITERS; i++) {
        post_packet(shared_port, 1);
        fact_settle();
    }
    EXPECT_EQUAL(released_as[0], 1);
    EXPECT_EQUAL(released_as[1], 2);
    EXPECT_EQUAL(released_as[2], 3);
    waiters_end();
}

/* 2.2: "SIM: any waiter as adversarial option". */
static void packets_may_release_any_waiter_first(void)
{
    static const char *const names[WAITERS] = {"earliest", "middle", "latest"};
    waiters_start();
    for (unsigned i = 0; i < WAITERS; i++) {
        post_packet(shared_port, 1);
        fact_settle();
    }
    for (unsigned i = 0; i < WAITERS; i++) {
        if (released_as[i] == 1) {
            fact_saw(names[i]);
        }
    }
    waiters_end();
}

/* 2.10: a packet that finds a waiter is that waiter's, even before it runs: inferred from doc ("the
 * packet is handed to the thread released"). */
static void packet_that_releases_a_waiter_cannot_be_taken_by_another(void)
{
    struct packet packet;
    shared_port = new_port(0);
    arrived = released = 0;
    HANDLE waiter = start_thread(wait_and_note, NULL);
    fact_settle();
    post_packet(shared_port, 1);
    EXPECT(!try_packet(shared_port, &packet));
    EXPECT_EQUAL(join_thread(waiter), 0);
    close_end(&shared_port);
}

/* ---- the end of a port ---- */

static HANDLE shared_event;

static DWORD WINAPI wait_for_abandon(LPVOID argument)
{
    OVERLAPPED_ENTRY entry;
    ULONG removed;
    EXPECT(SetEvent(shared_event));
    if (argument != NULL) {
        return dequeue(shared_port, &entry, 1, &removed, INFINITE);
    }
    struct single single = dequeue_one(shared_port, INFINITE);
    EXPECT(single.overlapped == NULL);
    return single.error;
}

/* A port is closed while a thread waits, or about to: then the handle is invalid, and that is tried
 * again. */
static DWORD close_while_waiting(void *with_entries)
{
    DWORD error;
    shared_event = CreateEventW(NULL, FALSE, FALSE, NULL);
    do {
        HANDLE port = shared_port = new_port(0);
        HANDLE waiter = start_thread(wait_for_abandon, with_entries);
        EXPECT_EQUAL(WaitForSingleObject(shared_event, INFINITE), WAIT_OBJECT_0);
        close_end(&port);
        error = join_thread(waiter);
    } while (error == ERROR_INVALID_HANDLE);
    close_end(&shared_event);
    return error;
}

/* 2.5: "port closed while waiting": doc (GetQueuedCompletionStatus). */
static void close_ends_a_single_wait_as_abandoned(void)
{
    EXPECT_EQUAL(close_while_waiting(NULL), ERROR_ABANDONED_WAIT_0);
}

/* 2.5: "port closed while waiting": doc (GetQueuedCompletionStatusEx). */
static void close_ends_a_wait_for_entries_as_abandoned(void)
{
    EXPECT_EQUAL(close_while_waiting(&shared_port), ERROR_ABANDONED_WAIT_0);
}

/* 2.5: The same, once the waiter is known to wait. */
static void close_ends_all_waiters_as_abandoned(void)
{
    HANDLE port = shared_port = new_port(0);
    shared_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE one = start_thread(wait_for_abandon, NULL);
    HANDLE two = start_thread(wait_for_abandon, &shared_port);
    fact_settle();
    close_end(&port);
    EXPECT_EQUAL(join_thread(one), ERROR_ABANDONED_WAIT_0);
    EXPECT_EQUAL(join_thread(two), ERROR_ABANDONED_WAIT_0);
    close_end(&shared_event);
}

/* 2.6: "CloseHandle(port): pending I/O still completes, packets are dropped": P "close port first".
 */
static void request_on_a_port_that_is_closed_still_completes(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request connect;
    EXPECT_EQUAL(start_connect(pair.server, &connect), ERROR_IO_PENDING);
    close_end(&pair.port);
    HANDLE client = open_client(pair.name, FILE_FLAG_OVERLAPPED);
    EXPECT(client != NULL);
    EXPECT_EQUAL(request_status(&connect), STATUS_SUCCESS);
    close_end(&client);
    pair_close(&pair);
}

/* 2.6: packets queued when the last handle of the port goes: nobody can dequeue them any more. */
static void close_of_a_port_drops_what_is_queued(void)
{
    struct pair pair = pair_open(0);
    struct request read, write;
    EXPECT_EQUAL(start_read(pair.server, &read, 3), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 3), ERROR_SUCCESS);
    close_end(&pair.port);
    EXPECT_EQUAL(request_status(&read), STATUS_SUCCESS);
    EXPECT(request_holds(&read, "abc"));
    pair_close(&pair);
}

/* 2.6: "one port per file object": a duplicate of a port is the same port: doc (DuplicateHandle).
 */
static void port_lives_while_a_duplicate_of_its_handle_does(void)
{
    HANDLE port = new_port(0), twin = NULL;
    EXPECT(DuplicateHandle(GetCurrentProcess(), port, GetCurrentProcess(), &twin, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    post_packet(port, 5);
    close_end(&port);
    EXPECT_KEY(twin, 5);
    close_end(&twin);
}

static const struct fact facts[] = {
    /* The next four must know that a thread waits; on Wine they would fail: it is FIFO. */
    FACT(packets_release_the_latest_waiter_first, FACT_PLAIN | FACT_SIMULATED_ONLY),
    FACT(packets_may_release_the_earliest_waiter_first,
         FACT_PLAIN | FACT_FIRST_WAITER | FACT_SIMULATED_ONLY),
    {FACT_OF(packets_may_release_any_waiter_first),
     .flags = FACT_PLAIN | FACT_ANY_WAITER | FACT_SIMULATED_ONLY,
     FACT_OUTCOMES("earliest", "middle", "latest")},
    {FACT_OF(packet_that_releases_a_waiter_cannot_be_taken_by_another),
     .flags = FACT_PLAIN | FACT_SIMULATED_ONLY, .unsettled = "inferred from the documentation"},
    {FACT_OF(close_ends_a_single_wait_as_abandoned), .flags = FACT_PLAIN | FACT_BAD_HANDLES,
     .on_wine = "the waiter is not woken"},
    {FACT_OF(close_ends_a_wait_for_entries_as_abandoned), .flags = FACT_PLAIN | FACT_BAD_HANDLES,
     .on_wine = "the waiter is not woken"},
    FACT(close_ends_all_waiters_as_abandoned, FACT_PLAIN | FACT_SIMULATED_ONLY),
    {FACT_OF(request_on_a_port_that_is_closed_still_completes), .flags = FACT_PLAIN,
     .unsettled = "the probe on Wine, where results come early in any case"},
    {FACT_OF(close_of_a_port_drops_what_is_queued), .flags = FACT_PLAIN,
     .unsettled = "inferred; on Wine results come early in any case"},
    FACT(port_lives_while_a_duplicate_of_its_handle_does, FACT_PLAIN),
};

FACT_SUITE(win32_waiter);
