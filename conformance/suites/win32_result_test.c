/* win32_result_test: waiting for a result: GetOverlappedResult, files as objects to wait for,
 * synchronous handles.
 *
 * Evidence tags: doc is Microsoft Learn; WT is Wine's conformance tests, which also run on Windows.
 */
#include "conformance/suites/win32_fixture.h"

#include <string.h>

static struct pair shared;

/* ---- a file as an object to wait for ---- */

/* 1.11: WT kernel32/pipe.c create_overlapped_pipe (test_signaled of a new server and a new client).
 */
static void new_file_is_signalled(void)
{
    struct pair pair = pair_open(PAIR_UNBOUND);
    EXPECT_EQUAL(WaitForSingleObject(pair.server, 0), WAIT_OBJECT_0);
    EXPECT_EQUAL(WaitForSingleObject(pair.client, 0), WAIT_OBJECT_0);
    pair_close(&pair);
}

/* 1.11: WT create_overlapped_pipe (test_not_signaled of the server while its connect pends). */
static void file_is_not_signalled_while_a_request_pends(void)
{
    struct pair pair = pair_open(PAIR_UNBOUND);
    struct request read, write;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(WaitForSingleObject(pair.server, 0), WAIT_TIMEOUT);
    EXPECT_EQUAL(start_write(pair.client, &write, 3), ERROR_SUCCESS);
    EXPECT_EQUAL(WaitForSingleObject(pair.server, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQUAL(request_bytes(&read), 3);
    pair_close(&pair);
}

/* 1.11: WT create_overlapped_pipe (the server stays unsignalled when its connect with an event
 * ends). */
static void request_with_an_event_does_not_signal_its_file(void)
{
    struct pair pair = pair_open(PAIR_UNBOUND);
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct request read, write;
    EXPECT_EQUAL(start_read_with_event(pair.server, &read, 10, event), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 3), ERROR_SUCCESS);
    EXPECT_EQUAL(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQUAL(WaitForSingleObject(pair.server, 0), WAIT_TIMEOUT);
    close_end(&event);
    pair_close(&pair);
}

/* 1.11: doc (the event of an OVERLAPPED is set when the operation has been completed, at once or
 * not). */
static void immediate_success_signals_its_event(void)
{
    struct pair pair = pair_open(PAIR_UNBOUND);
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct request write, read;
    EXPECT_EQUAL(start_write(pair.client, &write, 3), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read_with_event(pair.server, &read, 10, event), ERROR_SUCCESS);
    EXPECT_EQUAL(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    close_end(&event);
    pair_close(&pair);
}

/* ---- GetOverlappedResult ---- */

static DWORD WINAPI write_three(LPVOID argument)
{
    struct request write;
    EXPECT_EQUAL(start_write(shared.client, &write, 3), ERROR_SUCCESS);
    return 0;
}

/* 1.13: doc (GetOverlappedResult, bWait TRUE, the event of the OVERLAPPED). */
static void result_with_an_event_is_waited_for(void)
{
    shared = pair_open(PAIR_UNBOUND);
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct request read;
    DWORD bytes;
    EXPECT_EQUAL(start_read_with_event(shared.server, &read, 10, event), ERROR_IO_PENDING);
    HANDLE writer = start_thread(write_three, NULL);
    EXPECT_EQUAL(result_of(shared.server, &read, true, &bytes), ERROR_SUCCESS);
    EXPECT_EQUAL(bytes, 3);
    EXPECT(request_holds(&read, "abc"));
    EXPECT_EQUAL(join_thread(writer), 0);
    close_end(&event);
    pair_close(&shared);
}

/* 1.13: doc (without an event the file itself is waited for). */
static void result_without_an_event_is_waited_for_on_the_file(void)
{
    shared = pair_open(PAIR_UNBOUND);
    struct request read;
    DWORD bytes;
    EXPECT_EQUAL(start_read(shared.server, &read, 10), ERROR_IO_PENDING);
    HANDLE writer = start_thread(write_three, NULL);
    EXPECT_EQUAL(result_of(shared.server, &read, true, &bytes), ERROR_SUCCESS);
    EXPECT_EQUAL(bytes, 3);
    EXPECT_EQUAL(join_thread(writer), 0);
    pair_close(&shared);
}

/* 1.13: doc (FALSE with the error of the operation). */
static void result_of_a_failure_is_its_error(void)
{
    struct pair pair = pair_open(PAIR_UNBOUND);
    struct request read;
    DWORD bytes;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    close_end(&pair.client);
    EXPECT_EQUAL(result_of(pair.server, &read, true, &bytes), ERROR_BROKEN_PIPE);
    EXPECT_EQUAL(bytes, 0);
    pair_close(&pair);
}

/* 1.13: doc (bWait FALSE and the operation is still pending: ERROR_IO_INCOMPLETE). */
static void result_that_is_not_there_is_incomplete(void)
{
    struct pair pair = pair_open(PAIR_UNBOUND);
    struct request read, write;
    DWORD bytes;
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(result_of(pair.server, &read, false, &bytes), ERROR_IO_INCOMPLETE);
    EXPECT_EQUAL(bytes, POISON);
    EXPECT(!HasOverlappedIoCompleted(&read.overlapped));
    EXPECT_EQUAL(start_write(pair.client, &write, 3), ERROR_SUCCESS);
    EXPECT_EQUAL(result_of(pair.server, &read, true, &bytes), ERROR_SUCCESS);
    EXPECT(HasOverlappedIoCompleted(&read.overlapped));
    pair_close(&pair);
}

/* 1.13: a cancelled request without a port ends where its thread waits for it: doc. */
static void result_of_a_cancelled_request_is_waited_for(void)
{
    struct pair pair = pair_open(PAIR_UNBOUND);
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct request read;
    DWORD bytes;
    EXPECT_EQUAL(start_read_with_event(pair.server, &read, 10, event), ERROR_IO_PENDING);
    EXPECT_EQUAL(cancel(pair.server, &read), ERROR_SUCCESS);
    EXPECT_EQUAL(result_of(pair.server, &read, true, &bytes), ERROR_OPERATION_ABORTED);
    close_end(&event);
    pair_close(&pair);
}

/* ---- synchronous handles ---- */

static DWORD read_now(HANDLE file, char *bytes, DWORD size, DWORD *count)
{
    *count = POISON;
    SetLastError(POISON);
    return ReadFile(file, bytes, size, count, NULL) ? ERROR_SUCCESS : GetLastError();
}

static DWORD write_now(HANDLE file, const char *bytes, DWORD size, DWORD *count)
{
    *count = POISON;
    SetLastError(POISON);
    return WriteFile(file, bytes, size, count, NULL) ? ERROR_SUCCESS : GetLastError();
}

static DWORD WINAPI write_hello(LPVOID argument)
{
    DWORD count;
    EXPECT_EQUAL(write_now((HANDLE)argument, "hello", 5, &count), ERROR_SUCCESS);
    EXPECT_EQUAL(count, 5);
    return 0;
}

/* 1.14: doc (ReadFile without FILE_FLAG_OVERLAPPED does not return until the operation is
 * complete). */
static void synchronous_read_waits_for_data(void)
{
    struct pair pair = pair_open(PAIR_SYNCHRONOUS);
    char bytes[8];
    DWORD count;
    HANDLE writer = start_thread(write_hello, pair.client);
    EXPECT_EQUAL(read_now(pair.server, bytes, sizeof bytes, &count), ERROR_SUCCESS);
    EXPECT_EQUAL(count, 5);
    EXPECT(memcmp(bytes, "hello", 5) == 0);
    EXPECT_EQUAL(join_thread(writer), 0);
    pair_close(&pair);
}

static char much[70000];

static DWORD WINAPI read_all(LPVOID argument)
{
    static char sink[70000];
    DWORD count, done = 0;
    while (done < sizeof sink) {
        EXPECT_EQUAL(read_now((HANDLE)argument, sink, sizeof sink - done, &count), ERROR_SUCCESS);
        EXPECT(count != 0);
        done += count;
    }
    return 0;
}

/* 1.14: doc (WriteFile likewise). */
static void synchronous_write_waits_for_room(void)
{
    struct pair pair = pair_open(PAIR_SYNCHRONOUS);
    DWORD count;
    HANDLE reader = start_thread(read_all, pair.client);
    EXPECT_EQUAL(write_now(pair.server, much, sizeof much, &count), ERROR_SUCCESS);
    EXPECT_EQUAL(count, sizeof much);
    EXPECT_EQUAL(join_thread(reader), 0);
    pair_close(&pair);
}

/* 1.14: errors of synchronous calls are those of the matrix. */
static void synchronous_read_of_a_closed_pipe_is_broken(void)
{
    struct pair pair = pair_open(PAIR_SYNCHRONOUS);
    char bytes[8];
    DWORD count;
    close_end(&pair.client);
    EXPECT_EQUAL(read_now(pair.server, bytes, sizeof bytes, &count), ERROR_BROKEN_PIPE);
    EXPECT_EQUAL(count, 0);
    pair_close(&pair);
}

static DWORD WINAPI close_there(LPVOID argument)
{
    close_end((HANDLE *)argument);
    return 0;
}

/* 4.12: a synchronous read that waits when the peer closes: WT test_CloseHandle. */
static void synchronous_read_that_waits_ends_when_the_peer_closes(void)
{
    struct pair pair = pair_open(PAIR_SYNCHRONOUS);
    char bytes[8];
    DWORD count;
    HANDLE closer = start_thread(close_there, &pair.client);
    EXPECT_EQUAL(read_now(pair.server, bytes, sizeof bytes, &count), ERROR_BROKEN_PIPE);
    EXPECT_EQUAL(count, 0);
    EXPECT_EQUAL(join_thread(closer), 0);
    pair_close(&pair);
}

static DWORD WINAPI open_there(LPVOID argument)
{
    struct pair *pair = argument;
    pair->client = open_client(pair->name, 0);
    EXPECT(pair->client != NULL);
    return 0;
}

/* 1.14: doc (ConnectNamedPipe without an OVERLAPPED returns when a client has connected, or is
 * there). */
static void synchronous_connect_waits_for_a_client(void)
{
    struct pair pair = pair_open(PAIR_SYNCHRONOUS | PAIR_LISTENING);
    HANDLE opener = start_thread(open_there, &pair);
    SetLastError(POISON);
    BOOL connected = ConnectNamedPipe(pair.server, NULL);
    DWORD error = GetLastError();
    EXPECT_EQUAL(join_thread(opener), 0);
    EXPECT(connected || error == ERROR_PIPE_CONNECTED);
    pair_close(&pair);
    fact_saw(connected ? "waited" : "was there");
}

/* 4.14: WT test_ReadFile: a warning of a synchronous read reports what it read. */
static void synchronous_read_of_a_part_of_a_message_says_how_much(void)
{
    struct pair pair = pair_open(PAIR_SYNCHRONOUS | PAIR_MESSAGES);
    char bytes[2];
    DWORD count;
    EXPECT_EQUAL(write_now(pair.client, "hello", 5, &count), ERROR_SUCCESS);
    EXPECT_EQUAL(read_now(pair.server, bytes, sizeof bytes, &count), ERROR_MORE_DATA);
    EXPECT_EQUAL(count, 2);
    pair_close(&pair);
}

/* 1.14: WT test_overlapped_transport (ReadFile of an overlapped server without an OVERLAPPED). */
static void overlapped_file_without_an_overlapped_reads_what_is_there(void)
{
    struct pair pair = pair_open(0);
    struct request write;
    char bytes[8];
    DWORD count;
    EXPECT_EQUAL(start_write(pair.client, &write, 3), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, CLIENT_KEY);
    EXPECT_EQUAL(read_now(pair.server, bytes, sizeof bytes, &count), ERROR_SUCCESS);
    EXPECT_EQUAL(count, 3);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.14: WT serverThreadMain3 (ConnectNamedPipe of an overlapped server without an OVERLAPPED
 * waits). */
static void overlapped_file_without_an_overlapped_waits(void)
{
    shared = pair_open(PAIR_UNBOUND);
    char bytes[8];
    DWORD count;
    HANDLE writer = start_thread(write_three, NULL);
    EXPECT_EQUAL(read_now(shared.server, bytes, sizeof bytes, &count), ERROR_SUCCESS);
    EXPECT_EQUAL(count, 3);
    EXPECT_EQUAL(join_thread(writer), 0);
    pair_close(&shared);
}

/* 1.14: doc (ReadFile: a synchronous file may be given an OVERLAPPED, too; the call waits all the
 * same). */
static void synchronous_read_with_an_overlapped_waits_and_fills_it(void)
{
    struct pair pair = pair_open(PAIR_SYNCHRONOUS);
    struct request read;
    HANDLE writer = start_thread(write_hello, pair.client);
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_SUCCESS);
    EXPECT_EQUAL(read.count, 5);
    EXPECT_EQUAL(request_status(&read), STATUS_SUCCESS);
    EXPECT_EQUAL(request_bytes(&read), 5);
    EXPECT_EQUAL(join_thread(writer), 0);
    pair_close(&pair);
}

static char order[3];
static LONG order_count;

static DWORD WINAPI read_one_and_note(LPVOID argument)
{
    char byte;
    DWORD count;
    EXPECT_EQUAL(read_now(shared.server, &byte, 1, &count), ERROR_SUCCESS);
    order[InterlockedIncrement(&order_count) - 1] = byte;
    return 0;
}

/* 1.14: doc ("Synchronization and Overlapped Input and Output": synchronous operations of one file
 * are one at a time). Each byte goes to one reader. */
static void synchronous_calls_of_one_file_are_one_at_a_time(void)
{
    shared = pair_open(PAIR_SYNCHRONOUS);
    order_count = 0;
    DWORD count;
    HANDLE one = start_thread(read_one_and_note, NULL), two = start_thread(read_one_and_note, NULL);
    EXPECT_EQUAL(write_now(shared.client, "ab", 2, &count), ERROR_SUCCESS);
    EXPECT_EQUAL(join_thread(one), 0);
    EXPECT_EQUAL(join_thread(two), 0);
    EXPECT(order[0] + order[1] == 'a' + 'b');
    pair_close(&shared);
}

static DWORD WINAPI read_until_cancelled(LPVOID argument)
{
    char byte;
    DWORD count;
    EXPECT(SetEvent((HANDLE)argument));
    return read_now(shared.server, &byte, 1, &count);
}

/* 3.1: doc (CancelIoEx cancels synchronous operations of any thread). It may come before the read.
 */
static void cancel_ends_a_synchronous_read_of_another_thread(void)
{
    shared = pair_open(PAIR_SYNCHRONOUS);
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE reader = start_thread(read_until_cancelled, event);
    EXPECT_EQUAL(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
    do {
        DWORD error = cancel(shared.server, NULL);
        EXPECT(error == ERROR_SUCCESS || error == ERROR_NOT_FOUND);
    } while (WaitForSingleObject(reader, 1) == WAIT_TIMEOUT);
    EXPECT_EQUAL(join_thread(reader), ERROR_OPERATION_ABORTED);
    close_end(&event);
    pair_close(&shared);
}

static const struct fact facts[] = {
    FACT(new_file_is_signalled, FACT_PLAIN),
    FACT(file_is_not_signalled_while_a_request_pends, FACT_PLAIN),
    FACT(request_with_an_event_does_not_signal_its_file, FACT_PLAIN),
    FACT(immediate_success_signals_its_event, FACT_PLAIN),
    FACT(result_with_an_event_is_waited_for, FACT_PLAIN),
    FACT(result_without_an_event_is_waited_for_on_the_file, FACT_PLAIN),
    FACT(result_of_a_failure_is_its_error, FACT_PLAIN),
    FACT(result_that_is_not_there_is_incomplete, FACT_PLAIN),
    FACT(result_of_a_cancelled_request_is_waited_for, FACT_PLAIN | FACT_CANCEL_RACES),
    FACT(synchronous_read_waits_for_data, FACT_PLAIN),
    FACT(synchronous_write_waits_for_room, FACT_PLAIN),
    FACT(synchronous_read_of_a_closed_pipe_is_broken, FACT_PLAIN),
    FACT(synchronous_read_that_waits_ends_when_the_peer_closes, FACT_PLAIN),
    {FACT_OF(synchronous_connect_waits_for_a_client), .flags = FACT_PLAIN,
     FACT_OUTCOMES("waited", "was there")},
    FACT(synchronous_read_of_a_part_of_a_message_says_how_much, FACT_PLAIN),
    FACT(overlapped_file_without_an_overlapped_reads_what_is_there, FACT_PLAIN),
    FACT(overlapped_file_without_an_overlapped_waits, FACT_PLAIN),
    FACT(synchronous_read_with_an_overlapped_waits_and_fills_it, FACT_PLAIN),
    FACT(synchronous_calls_of_one_file_are_one_at_a_time, FACT_PLAIN),
    FACT(cancel_ends_a_synchronous_read_of_another_thread, FACT_PLAIN),
};

FACT_SUITE(win32_result);
