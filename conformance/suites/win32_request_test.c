/* win32_request_test: when a request queues a packet, and when its result can be seen.
 *
 * Evidence tags: doc is Microsoft Learn; WT is Wine's conformance tests, which also run on Windows;
 * ROS is ReactOS npfs; P is a probe recorded on Wine 8. */
#include "conformance/suites/win32_fixture.h"

#include <string.h>

/* ---- when is a packet queued ---- */

/* 1.1: "returns success, no skip flag": WT ntdll/pipe.c test_completion; P p_pipe "imm write". */
static void immediate_write_queues_one_packet_before_it_returns(void)
{
    struct pair pair = pair_open(0);
    struct request write;
    EXPECT_EQUAL(start_write(pair.server, &write, 10), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, 10);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.1: WT ntdll/pipe.c test_completion; P p_pipe "imm read". */
static void immediate_read_queues_one_packet_before_it_returns(void)
{
    struct pair pair = pair_open(0);
    struct request write, read;
    EXPECT_EQUAL(start_write(pair.server, &write, 10), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, SERVER_KEY);
    EXPECT_EQUAL(start_read(pair.client, &read, 20), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 10);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.1: WT test_completion takes the count from the OVERLAPPED. */
static void immediate_success_is_final_before_the_call_returns(void)
{
    struct pair pair = pair_open(0);
    struct request write, read;
    EXPECT_EQUAL(start_write(pair.server, &write, 3), ERROR_SUCCESS);
    EXPECT_EQUAL(request_status(&write), STATUS_SUCCESS);
    EXPECT_EQUAL(request_bytes(&write), 3);
    EXPECT_EQUAL(write.count, 3);
    EXPECT_EQUAL(start_read(pair.client, &read, 20), ERROR_SUCCESS);
    EXPECT_EQUAL(request_status(&read), STATUS_SUCCESS);
    EXPECT_EQUAL(request_bytes(&read), 3);
    EXPECT_EQUAL(read.count, 3);
    EXPECT(request_holds(&read, "abc"));
    pair_close(&pair);
}

/* 1.2: "same, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS": doc; WT test_completion; P "skip imm". */
static void immediate_success_that_skips_queues_no_packet(void)
{
    struct pair pair = pair_open(PAIR_SKIPPING);
    struct request write, read;
    EXPECT_EQUAL(start_write(pair.server, &write, 10), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&write), 10);
    EXPECT_EQUAL(start_read(pair.client, &read, 10), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&read), 10);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.3: "returns PENDING": WT test_completion; P "order". */
static void pending_request_that_succeeds_queues_one_packet(void)
{
    struct pair pair = pair_open(0);
    struct request read, write;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_NO_PACKET(pair.port);
    EXPECT_EQUAL(start_write(pair.client, &write, 3), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 3);
    EXPECT(request_holds(&read, "abc"));
    EXPECT_PACKET(pair.port, CLIENT_KEY, &write, STATUS_SUCCESS, 3);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.3: "whatever the final status": P "peer closed". */
static void pending_request_that_fails_queues_one_packet(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    close_end(&pair.client);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_PIPE_BROKEN, 0);
    EXPECT(request_holds(&read, ""));
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.3: "whatever the final status": doc; P "CancelIoEx". */
static void pending_request_that_is_cancelled_queues_one_packet(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(cancel(pair.server, &read), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_CANCELLED, 0);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.3: "also with SKIP flag": doc; WT test_completion; P "skip pending". */
static void pending_request_queues_a_packet_even_if_successes_skip(void)
{
    struct pair pair = pair_open(PAIR_SKIPPING);
    struct request read, write;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 5), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 5);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.4: "returns an error immediately": P all rows with errors 53x, 23x, 109. */
static void immediate_error_queues_no_packet(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request read;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_PIPE_LISTENING);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.4: WT kernel32/pipe.c:2417 (Internal is STATUS_PENDING after an error); P. */
static void immediate_error_leaves_the_block_as_the_call_began_it(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request read;
    DWORD bytes;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_PIPE_LISTENING);
    EXPECT_EQUAL(request_status(&read), STATUS_PENDING);
    EXPECT_EQUAL(result_of(pair.server, &read, false, &bytes), ERROR_IO_INCOMPLETE);
    EXPECT_EQUAL(bytes, POISON);
    pair_close(&pair);
}

/* 1.4: WT kernel32/pipe.c:2417. */
static void connect_that_finds_a_client_queues_no_packet(void)
{
    struct pair pair = pair_open(0);
    struct request connect;
    EXPECT_EQUAL(start_connect(pair.server, &connect), ERROR_PIPE_CONNECTED);
    EXPECT_EQUAL(request_status(&connect), STATUS_PENDING);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.5: "ApcContext NULL": doc (GetQueuedCompletionStatus, lpOverlapped). */
static void low_bit_of_the_event_keeps_an_immediate_success_from_the_port(void)
{
    struct pair pair = pair_open(0);
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct request write, read;
    EXPECT_EQUAL(start_write(pair.client, &write, 5), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, CLIENT_KEY);
    EXPECT_EQUAL(start_read_with_event(pair.server, &read, 10, (HANDLE)((ULONG_PTR)event | 1)),
                 ERROR_SUCCESS);
    EXPECT_NO_PACKET(pair.port);
    EXPECT_EQUAL(request_bytes(&read), 5);
    EXPECT_EQUAL(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    close_end(&event);
    pair_close(&pair);
}

/* 1.5: "ApcContext NULL": doc; P "lowbit". */
static void low_bit_of_the_event_keeps_a_pending_request_from_the_port(void)
{
    struct pair pair = pair_open(0);
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct request write, read;
    EXPECT_EQUAL(start_read_with_event(pair.server, &read, 10, (HANDLE)((ULONG_PTR)event | 1)),
                 ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQUAL(request_status(&read), STATUS_SUCCESS);
    EXPECT_EQUAL(request_bytes(&read), 5);
    EXPECT_KEY(pair.port, CLIENT_KEY);
    EXPECT_NO_PACKET(pair.port);
    close_end(&event);
    pair_close(&pair);
}

/* 1.11: an event without the low bit is signalled and the packet comes as well: doc. */
static void event_of_a_request_is_signalled_beside_its_packet(void)
{
    struct pair pair = pair_open(0);
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct request write, read;
    EXPECT_EQUAL(start_read_with_event(pair.server, &read, 10, event), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 5);
    close_end(&event);
    pair_close(&pair);
}

/* 1.11: doc (ReadFile sets the event to nonsignalled when it begins). */
static void call_resets_its_event_when_it_begins(void)
{
    struct pair pair = pair_open(0);
    HANDLE event = CreateEventW(NULL, TRUE, TRUE, NULL);
    struct request read;
    EXPECT_EQUAL(start_read_with_event(pair.server, &read, 10, event), ERROR_IO_PENDING);
    EXPECT_EQUAL(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    pair_close(&pair);
    close_end(&event);
}

/* 1.12: "file not associated with a port": doc. */
static void request_on_a_file_without_a_port_queues_no_packet(void)
{
    struct pair pair = pair_open(PAIR_UNBOUND);
    struct request read, write;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&write), 5);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.12: "I/O pending at association time": Wine source add_async_completion. */
static void file_bound_while_a_request_pends_queues_its_packet(void)
{
    struct pair pair = pair_open(PAIR_UNBOUND);
    struct request read, write;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT(CreateIoCompletionPort(pair.server, pair.port, SERVER_KEY, 0) == pair.port);
    EXPECT_EQUAL(start_write(pair.client, &write, 5), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 5);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.2: "Flags once set cannot be cleared": doc (SetFileCompletionNotificationModes). */
static void skip_flag_once_set_stays(void)
{
    struct pair pair = pair_open(PAIR_SKIPPING);
    struct request write;
    EXPECT(SetFileCompletionNotificationModes(pair.server, 0));
    EXPECT_EQUAL(start_write(pair.server, &write, 10), ERROR_SUCCESS);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.11: FILE_SKIP_SET_EVENT_ON_HANDLE has no effect on packets: doc. */
static void skipping_the_event_of_the_file_changes_no_packet(void)
{
    struct pair pair = pair_open(0);
    struct request write;
    EXPECT(SetFileCompletionNotificationModes(pair.server, FILE_SKIP_SET_EVENT_ON_HANDLE));
    EXPECT_EQUAL(start_write(pair.server, &write, 10), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, 10);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.11: doc (SetFileCompletionNotificationModes, FILE_SKIP_SET_EVENT_ON_HANDLE). */
static void file_that_skips_its_event_is_not_signalled(void)
{
    struct pair pair = pair_open(0);
    struct request read, write;
    EXPECT(SetFileCompletionNotificationModes(pair.server, FILE_SKIP_SET_EVENT_ON_HANDLE));
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 5), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 5);
    EXPECT_EQUAL(WaitForSingleObject(pair.server, 0), WAIT_TIMEOUT);
    pair_close(&pair);
}

/* ---- when do the block and the buffer change ---- */

/* 1.6: P (Internal is 0x103 in every pending row). */
static void pending_request_shows_pending(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(request_status(&read), STATUS_PENDING);
    DWORD bytes;
    EXPECT_EQUAL(result_of(pair.server, &read, false, &bytes), ERROR_IO_INCOMPLETE);
    EXPECT_EQUAL(bytes, POISON);
    EXPECT_EQUAL(cancel(pair.server, &read), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_CANCELLED, 0);
    pair_close(&pair);
}

/* 1.6: the call writes Internal alone: WT kernel32/pipe.c test_ReadFile (the probes had cleared
 * InternalHigh themselves). */
static void call_that_fails_at_once_does_not_write_the_count(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request request;
    EXPECT_EQUAL(start_read(pair.server, &request, 10), ERROR_PIPE_LISTENING);
    EXPECT_EQUAL(request_bytes(&request), POISON);
    EXPECT_EQUAL(start_write(pair.server, &request, 10), ERROR_PIPE_LISTENING);
    EXPECT_EQUAL(request_bytes(&request), POISON);
    pair_close(&pair);
}

/* 1.6: doc (ReadFile: lpNumberOfBytesRead is set to zero before any work). */
static void call_that_is_not_done_says_zero_bytes(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request request;
    EXPECT_EQUAL(start_read(pair.server, &request, 10), ERROR_PIPE_LISTENING);
    EXPECT_EQUAL(request.count, 0);
    pair_connect(&pair);
    EXPECT_EQUAL(start_read(pair.server, &request, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(request.count, 0);
    pair_close(&pair);
}

/* 1.7: doc ("I/O Completion Ports": the status block is not updated until the packet is removed).
 * On Windows the dequeuing thread writes it. */
static void pended_result_is_written_when_its_packet_is_dequeued(void)
{
    struct pair pair = pair_open(0);
    struct request read, write;
    DWORD bytes;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(request_status(&read), STATUS_PENDING);
    EXPECT_EQUAL(result_of(pair.server, &read, false, &bytes), ERROR_IO_INCOMPLETE);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 5);
    EXPECT(request_holds(&read, "abcde"));
    EXPECT_EQUAL(result_of(pair.server, &read, false, &bytes), ERROR_SUCCESS);
    EXPECT_EQUAL(bytes, 5);
    pair_close(&pair);
}

/* 1.7: the other mode: P p_race (Wine writes before it queues the packet). */
static void pended_result_may_be_written_before_its_packet_is_dequeued(void)
{
    struct pair pair = pair_open(0);
    struct request read, write;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(request_status(&read), STATUS_SUCCESS);
    EXPECT_EQUAL(request_bytes(&read), 5);
    EXPECT(request_holds(&read, "abcde"));
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 5);
    pair_close(&pair);
}

static DWORD WINAPI write_one(LPVOID argument)
{
    struct pair *pair = argument;
    struct request write;
    EXPECT_EQUAL(start_write(pair->client, &write, 5), ERROR_SUCCESS);
    return 0;
}

/* 1.8: the invariant of every mode: P p_race 1500/1500. */
static void result_and_buffer_are_final_when_the_packet_is_dequeued(void)
{
    struct pair pair = pair_of_quota(PAIR_UNBOUND, QUOTA);
    struct request read;
    EXPECT(CreateIoCompletionPort(pair.server, pair.port, SERVER_KEY, 0) == pair.port);
    HANDLE writer = start_thread(write_one, &pair);
    DWORD error = start_read(pair.server, &read, 10);
    EXPECT(error == ERROR_SUCCESS || error == ERROR_IO_PENDING);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 5);
    EXPECT(request_holds(&read, "abcde"));
    EXPECT_EQUAL(join_thread(writer), 0);
    pair_close(&pair);
}

/* 1.8: P (the two agree in every row). */
static void packet_and_overlapped_result_agree(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    DWORD bytes;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    close_end(&pair.client);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_PIPE_BROKEN, 0);
    EXPECT_EQUAL(result_of(pair.server, &read, false, &bytes), ERROR_BROKEN_PIPE);
    EXPECT_EQUAL(bytes, 0);
    pair_close(&pair);
}

static struct pair shared;
static struct request shared_read;

static DWORD WINAPI write_or_close(LPVOID argument)
{
    struct request write;
    if (argument == NULL) {
        EXPECT_EQUAL(start_write(shared.client, &write, 5), ERROR_SUCCESS);
    } else {
        close_end(&shared.client);
    }
    return 0;
}

static DWORD WINAPI dequeue_there(LPVOID argument)
{
    EXPECT_EQUAL(take_packet(shared.port).key, SERVER_KEY);
    return 0;
}

/* A read that pends, then a look at its result while others end it. */
static void race_peek(bool others_dequeue, void *peer_closes)
{
    shared = pair_open(PAIR_UNBOUND);
    EXPECT(CreateIoCompletionPort(shared.server, shared.port, SERVER_KEY, 0) == shared.port);
    EXPECT_EQUAL(start_read(shared.server, &shared_read, 10), ERROR_IO_PENDING);
    HANDLE peer = start_thread(write_or_close, peer_closes);
    HANDLE poller = others_dequeue ? start_thread(dequeue_there, NULL) : NULL;
    DWORD bytes;
    DWORD error = result_of(shared.server, &shared_read, false, &bytes);
    if (error == ERROR_IO_INCOMPLETE) {
        fact_saw("incomplete");
    } else {
        EXPECT_EQUAL(error, peer_closes != NULL ? ERROR_BROKEN_PIPE : ERROR_SUCCESS);
        EXPECT_EQUAL(bytes, peer_closes != NULL ? 0 : 5);
        fact_saw(error == ERROR_SUCCESS ? "done" : "failed");
    }
    if (poller != NULL) {
        EXPECT_EQUAL(join_thread(poller), 0);
    } else {
        EXPECT_KEY(shared.port, SERVER_KEY);
    }
    EXPECT_EQUAL(join_thread(peer), 0);
    pair_close(&shared);
}

/* 1.7: P p_race saw "already done" in 25 and 182 of 1500. */
static void look_right_after_pending_may_find_success(void)
{
    race_peek(true, NULL);
}

/* 1.7: tokio-rs/mio pull request 2004 is about this one. */
static void look_right_after_pending_may_find_failure(void)
{
    race_peek(true, &shared);
}

/* 1.7: "with W_dequeue it needs another thread dequeuing concurrently". */
static void look_before_anybody_dequeues_finds_nothing(void)
{
    race_peek(false, NULL);
}

/* 1.7: results written early. */
static void look_before_anybody_dequeues_may_find_an_early_result(void)
{
    race_peek(false, NULL);
}

/* ---- a finished request may still answer ERROR_IO_PENDING ---- */

/* 1.10: WT test_completion "win8+" for finished warnings and controls. */
static void finished_request_may_answer_pending_with_one_packet(void)
{
    struct pair pair = pair_open(0);
    struct request write;
    DWORD error = start_write(pair.server, &write, 10);
    EXPECT(error == ERROR_SUCCESS || error == ERROR_IO_PENDING);
    fact_saw(error == ERROR_SUCCESS ? "done" : "pending");
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, 10);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.10: one packet either way, also with the skip flag: WT test_completion. */
static void finished_request_that_answers_pending_does_not_skip(void)
{
    struct pair pair = pair_open(PAIR_SKIPPING);
    struct request write;
    DWORD error = start_write(pair.server, &write, 10);
    if (error == ERROR_IO_PENDING) {
        EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, 10);
    } else {
        EXPECT_EQUAL(error, ERROR_SUCCESS);
    }
    EXPECT_NO_PACKET(pair.port);
    fact_saw(error == ERROR_SUCCESS ? "done" : "pending");
    pair_close(&pair);
}

/* ---- SetFileCompletionNotificationModes ---- */

/* 1.15: doc names 1 and 2; a refusal of others is inferred. */
static void unknown_notification_mode_is_refused(void)
{
    struct pair pair = pair_open(0);
    SetLastError(POISON);
    EXPECT(!SetFileCompletionNotificationModes(pair.server, 0x80));
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_PARAMETER);
    pair_close(&pair);
}

static const struct fact facts[] = {
    FACT(immediate_write_queues_one_packet_before_it_returns, FACT_PLAIN),
    FACT(immediate_read_queues_one_packet_before_it_returns, FACT_PLAIN),
    FACT(immediate_success_is_final_before_the_call_returns, FACT_PLAIN),
    FACT(immediate_success_that_skips_queues_no_packet, FACT_PLAIN),
    FACT(pending_request_that_succeeds_queues_one_packet, FACT_PLAIN),
    FACT(pending_request_that_fails_queues_one_packet, FACT_PLAIN),
    FACT(pending_request_that_is_cancelled_queues_one_packet, FACT_PLAIN),
    FACT(pending_request_queues_a_packet_even_if_successes_skip, FACT_PLAIN),
    FACT(immediate_error_queues_no_packet, FACT_PLAIN),
    FACT(immediate_error_leaves_the_block_as_the_call_began_it, FACT_PLAIN),
    FACT(connect_that_finds_a_client_queues_no_packet, FACT_PLAIN),
    FACT(low_bit_of_the_event_keeps_an_immediate_success_from_the_port, FACT_PLAIN),
    FACT(low_bit_of_the_event_keeps_a_pending_request_from_the_port, FACT_PLAIN),
    FACT(event_of_a_request_is_signalled_beside_its_packet, FACT_PLAIN),
    FACT(call_resets_its_event_when_it_begins, FACT_PLAIN),
    FACT(request_on_a_file_without_a_port_queues_no_packet, FACT_PLAIN),
    {FACT_OF(file_bound_while_a_request_pends_queues_its_packet), .flags = FACT_PLAIN,
     .unsettled = "Wine's source; inferred"},
    FACT(skip_flag_once_set_stays, FACT_PLAIN),
    FACT(skipping_the_event_of_the_file_changes_no_packet, FACT_PLAIN),
    FACT(file_that_skips_its_event_is_not_signalled, FACT_PLAIN),
    FACT(pending_request_shows_pending, FACT_PLAIN),
    FACT(call_that_fails_at_once_does_not_write_the_count, FACT_PLAIN),
    FACT(call_that_is_not_done_says_zero_bytes, FACT_PLAIN),
    {FACT_OF(pended_result_is_written_when_its_packet_is_dequeued),
     .flags = FACT_PLAIN | FACT_RESULTS_AT_DEQUEUE,
     .on_wine = "it writes before it queues the packet"},
    FACT(pended_result_may_be_written_before_its_packet_is_dequeued,
         FACT_PLAIN | FACT_RESULTS_EARLY),
    FACT(result_and_buffer_are_final_when_the_packet_is_dequeued,
         FACT_PLAIN | FACT_RESULTS_ANY_TIME),
    FACT(packet_and_overlapped_result_agree, FACT_PLAIN),
    {FACT_OF(look_right_after_pending_may_find_success),
     .flags = FACT_PLAIN | FACT_RESULTS_AT_DEQUEUE, FACT_OUTCOMES("incomplete", "done")},
    {FACT_OF(look_right_after_pending_may_find_failure),
     .flags = FACT_PLAIN | FACT_RESULTS_AT_DEQUEUE, FACT_OUTCOMES("incomplete", "failed")},
    {FACT_OF(look_before_anybody_dequeues_finds_nothing),
     .flags = FACT_SIMULATED_ONLY | FACT_PLAIN | FACT_RESULTS_AT_DEQUEUE,
     FACT_OUTCOMES("incomplete")},
    {FACT_OF(look_before_anybody_dequeues_may_find_an_early_result),
     .flags = FACT_PLAIN | FACT_RESULTS_ANY_TIME, FACT_OUTCOMES("incomplete", "done")},
    {FACT_OF(finished_request_may_answer_pending_with_one_packet),
     .flags = FACT_PLAIN | FACT_PENDING_THOUGH_DONE, FACT_OUTCOMES("done", "pending"),
     .unsettled = "Wine's tests show it for warnings and controls on Windows 8 and later"},
    {FACT_OF(finished_request_that_answers_pending_does_not_skip),
     .flags = FACT_PLAIN | FACT_PENDING_THOUGH_DONE, FACT_OUTCOMES("done", "pending"),
     .unsettled = "Wine's tests show it for warnings and controls on Windows 8 and later"},
    {FACT_OF(unknown_notification_mode_is_refused), .flags = FACT_PLAIN,
     .on_wine = "it accepts any flag", .unsettled = "inferred"},
};

FACT_SUITE(win32_request);
