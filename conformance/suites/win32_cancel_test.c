/* win32_cancel_test: cancel, close and the end of a thread.
 *
 * Evidence tags: doc is Microsoft Learn; WT is Wine's conformance tests, which also run on Windows;
 * ROS is ReactOS npfs; P is a probe recorded on Wine 8. */
#include "conformance/suites/win32_fixture.h"

static char much[70000]; /* more than a pipe takes at once */

/* ---- CancelIoEx ---- */

/* 3.1: doc; WT kernel32/pipe.c:3090-3099; P. */
static void cancel_of_a_pending_request_is_true_and_ends_it_as_cancelled(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(cancel(pair.server, &read), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_CANCELLED, 0);
    EXPECT_NO_PACKET(pair.port);
    DWORD bytes;
    EXPECT_EQUAL(result_of(pair.server, &read, false, &bytes), ERROR_OPERATION_ABORTED);
    EXPECT_EQUAL(bytes, 0);
    pair_close(&pair);
}

/* 3.1: "that IOSB": doc; P "cancel B". */
static void cancel_with_an_overlapped_takes_that_request_only(void)
{
    struct pair pair = pair_open(0);
    struct request first, second, write;
    EXPECT_EQUAL(start_read(pair.server, &first, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.server, &second, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(cancel(pair.server, &second), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &second, STATUS_CANCELLED, 0);
    EXPECT_EQUAL(start_write(pair.client, &write, 3), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &first, STATUS_SUCCESS, 3);
    pair_close(&pair);
}

/* 3.1: "CancelIoEx(h, NULL): all of the process' IRPs on h": doc. */
static void cancel_without_an_overlapped_takes_all_requests_of_the_file(void)
{
    struct pair pair = pair_open(0);
    struct request read, write, of_peer;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write_from(pair.server, &write, much, sizeof much), ERROR_IO_PENDING);
    EXPECT_EQUAL(cancel(pair.server, NULL), ERROR_SUCCESS);
    struct packet one = take_packet(pair.port), two = take_packet(pair.port);
    EXPECT_EQUAL(one.status, (DWORD)STATUS_CANCELLED);
    EXPECT_EQUAL(two.status, (DWORD)STATUS_CANCELLED);
    EXPECT(one.overlapped != two.overlapped);
    EXPECT_NO_PACKET(pair.port);
    EXPECT_EQUAL(start_read(pair.client, &of_peer, 10), ERROR_IO_PENDING);
    pair_close(&pair);
}

/* 3.1: "None: FALSE/1168": P "cancel unknown ov". */
static void cancel_of_an_overlapped_that_is_not_in_flight_finds_nothing(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    EXPECT_EQUAL(start_write(pair.server, &read, 1), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, SERVER_KEY);
    EXPECT_EQUAL(cancel(pair.server, &read), ERROR_NOT_FOUND);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 3.1: "CancelIoEx(h, NULL). None: doc FALSE/1168". */
static void cancel_of_all_finds_nothing_when_nothing_pends(void)
{
    struct pair pair = pair_open(0);
    EXPECT_EQUAL(cancel(pair.server, NULL), ERROR_NOT_FOUND);
    pair_close(&pair);
}

/* 3.1: "bad handle 6": doc; P "CancelIoEx bogus handle". */
static void cancel_on_a_bad_handle_is_invalid_handle(void)
{
    EXPECT_EQUAL(cancel(HANDLE_INVALID, NULL), ERROR_INVALID_HANDLE);
}

/* 3.1: "cancel twice": WT kernel32/pipe.c:3097; P "cancel B again". */
static void second_cancel_finds_nothing(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(cancel(pair.server, &read), ERROR_SUCCESS);
    EXPECT_EQUAL(cancel(pair.server, &read), ERROR_NOT_FOUND);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_CANCELLED, 0);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 3.1: "completed but undequeued op": P "cancel completed, undequeued". */
static void cancel_of_a_completed_request_finds_nothing_and_changes_nothing(void)
{
    struct pair pair = pair_open(0);
    struct request read, write;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 4), ERROR_SUCCESS);
    EXPECT_EQUAL(cancel(pair.server, &read), ERROR_NOT_FOUND);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 4);
    EXPECT(request_holds(&read, "abcd"));
    pair_close(&pair);
}

/* 3.4: P "cancel connect", "connect after cancel". */
static void cancelled_connect_leaves_the_pipe_listening(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request connect;
    EXPECT_EQUAL(start_connect(pair.server, &connect), ERROR_IO_PENDING);
    EXPECT_EQUAL(cancel(pair.server, &connect), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &connect, STATUS_CANCELLED, 0);
    EXPECT_EQUAL(start_connect(pair.server, &connect), ERROR_IO_PENDING);
    pair_connect(&pair);
    EXPECT_PACKET(pair.port, SERVER_KEY, &connect, STATUS_SUCCESS, 0);
    pair_close(&pair);
}

/* 3.4: "Pending pipe write partly read, then cancelled": WT kernel32/pipe.c:3101-3127; ROS
 * NpCancelDataQueueIrp; P "cancelled write". */
static void cancelled_write_says_zero_bytes_and_takes_its_unread_rest_with_it(void)
{
    struct pair pair = pair_open(0);
    struct request write, read;
    EXPECT_EQUAL(start_write_from(pair.server, &write, much, sizeof much), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.client, &read, 10), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 10);
    EXPECT_EQUAL(cancel(pair.server, &write), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_CANCELLED, 0);
    EXPECT_EQUAL(start_read(pair.client, &read, 10), ERROR_IO_PENDING);
    pair_close(&pair);
}

/* 3.4: "later writes stay and may now fit": WT kernel32/pipe.c:3101-3127; ROS. */
static void cancelled_write_makes_room_for_those_behind_it(void)
{
    struct pair pair = pair_of_quota(0, 16);
    struct request stalled, behind, read;
    EXPECT_EQUAL(start_write(pair.server, &stalled, 20), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.server, &behind, 4), ERROR_IO_PENDING);
    EXPECT_NO_PACKET(pair.port);
    EXPECT_EQUAL(cancel(pair.server, &stalled), ERROR_SUCCESS);
    struct packet one = take_packet(pair.port), two = take_packet(pair.port);
    EXPECT(one.overlapped != two.overlapped);
    EXPECT_EQUAL(request_status(&stalled), (DWORD)STATUS_CANCELLED);
    EXPECT_EQUAL(request_bytes(&stalled), 0);
    EXPECT_EQUAL(request_status(&behind), STATUS_SUCCESS);
    EXPECT_EQUAL(request_bytes(&behind), 4);
    EXPECT_EQUAL(start_read(pair.client, &read, 20), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&read), 4);
    EXPECT(request_holds(&read, "abcd"));
    pair_close(&pair);
}

/* ---- CancelIo ---- */

/* 3.3: "TRUE even if nothing cancelled": doc; P "CancelIo nothing". */
static void cancel_io_is_true_even_if_nothing_pends(void)
{
    struct pair pair = pair_open(0);
    EXPECT(CancelIo(pair.server));
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

static DWORD WINAPI cancel_io(LPVOID argument)
{
    EXPECT(CancelIo(*(HANDLE *)argument));
    return 0;
}

/* 3.3: "only IRPs issued by the calling thread": doc; P "CancelIo from other thread". */
static void cancel_io_takes_the_requests_of_its_own_thread_only(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(join_thread(start_thread(cancel_io, &pair.server)), 0);
    EXPECT_NO_PACKET(pair.port);
    EXPECT(CancelIo(pair.server));
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_CANCELLED, 0);
    pair_close(&pair);
}

/* 3.3: "NtCancelIoFile waits for them to finish": ROS; inferred. The packets are queued when it
 * returns. */
static void cancel_io_returns_when_its_requests_have_finished(void)
{
    struct pair pair = pair_open(0);
    struct request first, second;
    EXPECT_EQUAL(start_read(pair.server, &first, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.server, &second, 10), ERROR_IO_PENDING);
    EXPECT(CancelIo(pair.server));
    struct packet packet;
    EXPECT(try_packet(pair.port, &packet));
    EXPECT(try_packet(pair.port, &packet));
    EXPECT_EQUAL(packet.status, ERROR_OPERATION_ABORTED);
    EXPECT(!try_packet(pair.port, &packet));
    pair_close(&pair);
}

/* ---- races ---- */

static struct pair shared;
static struct request shared_read;

static DWORD WINAPI write_three(LPVOID argument)
{
    struct request write;
    EXPECT_EQUAL(start_write(shared.client, &write, 3), ERROR_SUCCESS);
    return 0;
}

static DWORD WINAPI cancel_there(LPVOID argument)
{
    DWORD error = cancel(shared.server, &shared_read);
    EXPECT(error == ERROR_SUCCESS || error == ERROR_NOT_FOUND);
    return error;
}

/* 3.2: the table of race results: doc ("cannot know whether completed or cancelled"); P p_race. */
static void cancel_races_with_completion(void)
{
    shared = pair_open(PAIR_UNBOUND);
    EXPECT(CreateIoCompletionPort(shared.server, shared.port, SERVER_KEY, 0) == shared.port);
    EXPECT_EQUAL(start_read(shared.server, &shared_read, 10), ERROR_IO_PENDING);
    HANDLE writer = start_thread(write_three, NULL);
    DWORD error = cancel_there(NULL);
    DWORD status = take_packet(shared.port).status;
    EXPECT_NO_PACKET(shared.port);
    EXPECT_EQUAL(join_thread(writer), 0);
    EXPECT(status == STATUS_SUCCESS || status == (DWORD)STATUS_CANCELLED);
    EXPECT_EQUAL(request_bytes(&shared_read), status == STATUS_SUCCESS ? 3 : 0);
    pair_close(&shared);
    if (error == ERROR_SUCCESS) {
        fact_saw(status == STATUS_SUCCESS ? "true, done" : "true, cancelled");
    } else {
        fact_saw(status == STATUS_SUCCESS ? "not found, done" : "not found, cancelled");
    }
}

/* 3.2: "NOT_FOUND and CANCELLED: no, unless somebody else cancelled". */
static void two_cancels_race_and_at_most_one_finds_the_request(void)
{
    shared = pair_open(PAIR_UNBOUND);
    EXPECT(CreateIoCompletionPort(shared.server, shared.port, SERVER_KEY, 0) == shared.port);
    EXPECT_EQUAL(start_read(shared.server, &shared_read, 10), ERROR_IO_PENDING);
    HANDLE other = start_thread(cancel_there, NULL);
    DWORD mine = cancel_there(NULL), theirs = join_thread(other);
    EXPECT_PACKET(shared.port, SERVER_KEY, &shared_read, STATUS_CANCELLED, 0);
    EXPECT_NO_PACKET(shared.port);
    EXPECT(mine != theirs);
    pair_close(&shared);
    fact_saw(mine == ERROR_SUCCESS ? "mine" : "theirs");
}

/* 3.2: "Timing after TRUE: packet may already be queued when CancelIoEx returns or later". */
static void packet_of_a_cancelled_request_comes_at_once_or_later(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    struct packet packet;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(cancel(pair.server, &read), ERROR_SUCCESS);
    if (try_packet(pair.port, &packet)) {
        EXPECT_EQUAL(packet.status, ERROR_OPERATION_ABORTED);
        fact_saw("at once");
    } else {
        EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_CANCELLED, 0);
        fact_saw("later");
    }
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 3.2: cancel and close of the peer, the same table with another final status. */
static void cancel_races_with_close_of_the_peer(void)
{
    shared = pair_open(PAIR_UNBOUND);
    EXPECT(CreateIoCompletionPort(shared.server, shared.port, SERVER_KEY, 0) == shared.port);
    EXPECT_EQUAL(start_read(shared.server, &shared_read, 10), ERROR_IO_PENDING);
    HANDLE canceller = start_thread(cancel_there, NULL);
    close_end(&shared.client);
    DWORD status = take_packet(shared.port).status;
    DWORD error = join_thread(canceller);
    EXPECT(status == (DWORD)STATUS_PIPE_BROKEN || status == (DWORD)STATUS_CANCELLED);
    pair_close(&shared);
    if (error == ERROR_SUCCESS) {
        fact_saw(status == (DWORD)STATUS_CANCELLED ? "true, cancelled" : "true, broken");
    } else {
        fact_saw(status == (DWORD)STATUS_CANCELLED ? "not found, cancelled" : "not found, broken");
    }
}

/* ---- close ---- */

/* 3.5: "CloseHandle runs cleanup immediately; packets are still delivered to the port with the old
 * key": doc; P "own close pending read". */
static void close_with_a_pending_read_ends_it_and_delivers_its_packet(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    close_end(&pair.server);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_PIPE_BROKEN, 0);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 3.5: a packet queued before the close stays: doc. */
static void close_keeps_packets_that_are_queued(void)
{
    struct pair pair = pair_open(0);
    struct request write;
    EXPECT_EQUAL(start_write(pair.server, &write, 3), ERROR_SUCCESS);
    close_end(&pair.server);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, 3);
    pair_close(&pair);
}

/* 3.5: "Closing one of two duplicates does nothing": doc; inferred for the packet. */
static void close_of_one_of_two_handles_ends_nothing(void)
{
    struct pair pair = pair_open(0);
    struct request read, write;
    HANDLE twin = NULL;
    EXPECT(DuplicateHandle(GetCurrentProcess(), pair.server, GetCurrentProcess(), &twin, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    close_end(&pair.server);
    EXPECT_NO_PACKET(pair.port);
    EXPECT_EQUAL(start_write(pair.client, &write, 3), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 3);
    close_end(&twin);
    pair_close(&pair);
}

/* 3.1: requests belong to the file, not to the handle they were made with: doc (CancelIoEx). */
static void cancel_through_another_handle_of_the_file_finds_the_request(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    HANDLE twin = NULL;
    EXPECT(DuplicateHandle(GetCurrentProcess(), pair.server, GetCurrentProcess(), &twin, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(cancel(twin, &read), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_CANCELLED, 0);
    close_end(&twin);
    pair_close(&pair);
}

/* ---- the end of a thread ---- */

static HANDLE thread_event;

static DWORD WINAPI read_and_end(LPVOID argument)
{
    EXPECT_EQUAL(start_read_with_event(shared.server, &shared_read, 10, thread_event),
                 ERROR_IO_PENDING);
    return 0;
}

/* 3.6: "Thread exit": WT ws2_32/afd.c:2473-2610; P "thread exit". */
static void request_that_owes_a_packet_outlives_its_thread(void)
{
    shared = pair_open(PAIR_UNBOUND);
    EXPECT(CreateIoCompletionPort(shared.server, shared.port, SERVER_KEY, 0) == shared.port);
    struct request write;
    thread_event = NULL;
    EXPECT_EQUAL(join_thread(start_thread(read_and_end, NULL)), 0);
    EXPECT_NO_PACKET(shared.port);
    EXPECT_EQUAL(start_write(shared.client, &write, 3), ERROR_SUCCESS);
    EXPECT_PACKET(shared.port, SERVER_KEY, &shared_read, STATUS_SUCCESS, 3);
    pair_close(&shared);
}

/* 3.6: "unless file has a port": WT ws2_32/afd.c:2473-2610. */
static void request_on_a_file_without_a_port_ends_with_its_thread(void)
{
    shared = pair_open(PAIR_UNBOUND);
    DWORD bytes;
    thread_event = NULL;
    EXPECT_EQUAL(join_thread(start_thread(read_and_end, NULL)), 0);
    EXPECT_EQUAL(result_of(shared.server, &shared_read, true, &bytes), ERROR_OPERATION_ABORTED);
    EXPECT_EQUAL(bytes, 0);
    pair_close(&shared);
}

/* 3.6: "&& no event was given": WT ws2_32/afd.c:2473-2610. */
static void request_with_an_event_ends_with_its_thread(void)
{
    shared = pair_open(0);
    thread_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    EXPECT_EQUAL(join_thread(start_thread(read_and_end, NULL)), 0);
    EXPECT_PACKET(shared.port, SERVER_KEY, &shared_read, STATUS_CANCELLED, 0);
    EXPECT_EQUAL(WaitForSingleObject(thread_event, 0), WAIT_OBJECT_0);
    close_end(&thread_event);
    pair_close(&shared);
}

/* 3.6: "&& ApcContext != NULL": WT ws2_32/afd.c:2473-2610. */
static void request_without_a_packet_ends_with_its_thread(void)
{
    shared = pair_open(0);
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    thread_event = (HANDLE)((ULONG_PTR)event | 1);
    EXPECT_EQUAL(join_thread(start_thread(read_and_end, NULL)), 0);
    EXPECT_EQUAL(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQUAL(request_status(&shared_read), (DWORD)STATUS_CANCELLED);
    EXPECT_NO_PACKET(shared.port);
    close_end(&event);
    pair_close(&shared);
}

static const struct fact facts[] = {
    FACT(cancel_of_a_pending_request_is_true_and_ends_it_as_cancelled, FACT_PLAIN),
    FACT(cancel_with_an_overlapped_takes_that_request_only, FACT_PLAIN),
    FACT(cancel_without_an_overlapped_takes_all_requests_of_the_file, FACT_PLAIN),
    FACT(cancel_of_an_overlapped_that_is_not_in_flight_finds_nothing, FACT_PLAIN),
    {FACT_OF(cancel_of_all_finds_nothing_when_nothing_pends), .flags = FACT_PLAIN,
     .on_wine = "TRUE"},
    FACT(cancel_on_a_bad_handle_is_invalid_handle, FACT_PLAIN | FACT_BAD_HANDLES),
    FACT(second_cancel_finds_nothing, FACT_PLAIN | FACT_CANCEL_RACES),
    FACT(cancel_of_a_completed_request_finds_nothing_and_changes_nothing, FACT_PLAIN),
    FACT(cancelled_connect_leaves_the_pipe_listening, FACT_PLAIN),
    FACT(cancelled_write_says_zero_bytes_and_takes_its_unread_rest_with_it, FACT_PLAIN),
    FACT(cancelled_write_makes_room_for_those_behind_it, FACT_PLAIN),
    FACT(cancel_io_is_true_even_if_nothing_pends, FACT_PLAIN),
    FACT(cancel_io_takes_the_requests_of_its_own_thread_only, FACT_PLAIN),
    {FACT_OF(cancel_io_returns_when_its_requests_have_finished),
     .flags = FACT_PLAIN | FACT_CANCEL_RACES, .unsettled = "ReactOS; inferred"},
    {FACT_OF(cancel_races_with_completion), .flags = FACT_PLAIN | FACT_CANCEL_RACES,
     FACT_OUTCOMES("true, cancelled", "true, done", "not found, done")},
    {FACT_OF(two_cancels_race_and_at_most_one_finds_the_request),
     .flags = FACT_PLAIN | FACT_CANCEL_RACES, FACT_OUTCOMES("mine", "theirs")},
    {FACT_OF(packet_of_a_cancelled_request_comes_at_once_or_later),
     .flags = FACT_PLAIN | FACT_CANCEL_RACES, FACT_OUTCOMES("at once", "later")},
    {FACT_OF(cancel_races_with_close_of_the_peer), .flags = FACT_PLAIN | FACT_CANCEL_RACES,
     FACT_OUTCOMES("true, cancelled", "true, broken", "not found, broken")},
    FACT(close_with_a_pending_read_ends_it_and_delivers_its_packet, FACT_PLAIN),
    FACT(close_keeps_packets_that_are_queued, FACT_PLAIN),
    FACT(close_of_one_of_two_handles_ends_nothing, FACT_PLAIN),
    FACT(cancel_through_another_handle_of_the_file_finds_the_request, FACT_PLAIN),
    FACT(request_that_owes_a_packet_outlives_its_thread, FACT_PLAIN),
    FACT(request_on_a_file_without_a_port_ends_with_its_thread, FACT_PLAIN),
    FACT(request_with_an_event_ends_with_its_thread, FACT_PLAIN),
    FACT(request_without_a_packet_ends_with_its_thread, FACT_PLAIN),
};

FACT_SUITE(win32_cancel);
