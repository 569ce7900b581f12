/* win32_message_test: message-mode pipes, PeekNamedPipe, SetNamedPipeHandleState.
 *
 * Evidence tags: doc is Microsoft Learn; WT is Wine's conformance tests, which also run on Windows,
 * here kernel32/pipe.c test_blocking_rw unless said otherwise; ROS is ReactOS npfs readsup.c,
 * writesup.c; P is p_message or p_peek, recorded on Wine 8. */
#include "conformance/suites/win32_fixture.h"

#include <string.h>

#define SMALL 16u /* a quota */

/* ---- reading messages ---- */

/* 4.14: P "immediate read smaller than the message"; WT test_ReadFile. */
static void read_of_a_part_is_more_data_at_once_with_a_packet(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request write, read;
    DWORD bytes;
    EXPECT_EQUAL(start_write(pair.client, &write, 10), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, CLIENT_KEY);
    EXPECT_EQUAL(start_read(pair.server, &read, 4), ERROR_MORE_DATA);
    EXPECT_EQUAL(request_status(&read), (DWORD)STATUS_BUFFER_OVERFLOW);
    EXPECT_EQUAL(request_bytes(&read), 4);
    EXPECT(request_holds(&read, "abcd"));
    EXPECT_EQUAL(result_of(pair.server, &read, false, &bytes), ERROR_MORE_DATA);
    EXPECT_EQUAL(bytes, 4);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_BUFFER_OVERFLOW, 4);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.6: WT test_ReadFile "pass both overlapped and ret read". */
static void read_of_a_part_says_zero_bytes_where_the_call_reports(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request write, read;
    EXPECT_EQUAL(start_write(pair.client, &write, 10), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.server, &read, 4), ERROR_MORE_DATA);
    EXPECT_EQUAL(read.count, 0);
    EXPECT_EQUAL(request_bytes(&read), 4);
    pair_close(&pair);
}

/* 4.14: P "server read 4 (rest 2)"; WT. */
static void rest_of_a_message_is_read_as_a_message(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request write, first, second, third;
    EXPECT_EQUAL(start_write(pair.client, &write, 10), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.server, &first, 4), ERROR_MORE_DATA);
    EXPECT_EQUAL(start_read(pair.server, &second, 4), ERROR_MORE_DATA);
    EXPECT_EQUAL(start_read(pair.server, &third, 4), ERROR_SUCCESS);
    EXPECT_EQUAL(third.count, 2);
    EXPECT(request_holds(&third, "ij"));
    pair_close(&pair);
}

/* 4.14: WT test_blocking_rw: a read of all that is left of a message, at once and pended. */
static void read_of_the_whole_of_a_message_is_no_warning(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request write, read, pended;
    EXPECT_EQUAL(start_write(pair.client, &write, 8), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, CLIENT_KEY);
    EXPECT_EQUAL(start_read(pair.server, &read, 4), ERROR_MORE_DATA);
    EXPECT_KEY(pair.port, SERVER_KEY);
    EXPECT_EQUAL(start_read(pair.server, &read, 4), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 4);
    EXPECT_EQUAL(start_read(pair.server, &pended, 8), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 8), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &pended, STATUS_SUCCESS, 8);
    pair_close(&pair);
}

/* 4.14: P "client write 10 (read 4 pends)"; WT. */
static void pended_read_of_a_part_ends_with_more_data(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request read, write, rest;
    DWORD bytes;
    EXPECT_EQUAL(start_read(pair.server, &read, 4), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 10), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_BUFFER_OVERFLOW, 4);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &write, STATUS_SUCCESS, 10);
    EXPECT_EQUAL(result_of(pair.server, &read, false, &bytes), ERROR_MORE_DATA);
    EXPECT_EQUAL(bytes, 4);
    EXPECT_EQUAL(start_read(pair.server, &rest, 10), ERROR_SUCCESS);
    EXPECT(request_holds(&rest, "efghij"));
    pair_close(&pair);
}

/* 2.8: "failed I/O": doc (a warning is FALSE with an OVERLAPPED, too). */
static void single_dequeue_of_a_warning_is_false_with_its_overlapped(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request read, write;
    struct packet packet;
    EXPECT_EQUAL(start_write(pair.client, &write, 10), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, CLIENT_KEY);
    EXPECT_EQUAL(start_read(pair.server, &read, 4), ERROR_MORE_DATA);
    EXPECT(try_packet(pair.port, &packet));
    EXPECT_EQUAL(packet.status, ERROR_MORE_DATA);
    EXPECT_EQUAL(packet.bytes, 4);
    pair_close(&pair);
}

/* 4.14: P "one read satisfied"; WT. */
static void one_message_satisfies_one_read(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request first, second, write;
    EXPECT_EQUAL(start_read(pair.server, &first, 30), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.server, &second, 30), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 20), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &first, STATUS_SUCCESS, 20);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &write, STATUS_SUCCESS, 20);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 4.14: P "both?": ROS writesup.c. */
static void message_larger_than_a_pending_read_goes_on_to_the_next(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request first, second, write, rest;
    EXPECT_EQUAL(start_read(pair.server, &first, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.server, &second, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 25), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &first, STATUS_BUFFER_OVERFLOW, 10);
    EXPECT_PACKET(pair.port, SERVER_KEY, &second, STATUS_BUFFER_OVERFLOW, 10);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &write, STATUS_SUCCESS, 25);
    EXPECT_EQUAL(start_read(pair.server, &rest, 10), ERROR_SUCCESS);
    EXPECT(request_holds(&rest, "uvwxy"));
    pair_close(&pair);
}

/* 4.14: doc (messages are not merged). */
static void read_stops_at_the_end_of_a_message(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request first, second, read;
    EXPECT_EQUAL(start_write(pair.client, &first, 3), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(pair.client, &second, 4), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.server, &read, 20), ERROR_SUCCESS);
    EXPECT_EQUAL(read.count, 3);
    pair_close(&pair);
}

/* ---- empty messages and empty reads ---- */

/* 4.16: P "write 0 (read pends)"; WT ("0 length write wakes one read in msg mode"). */
static void empty_message_satisfies_one_read(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request first, second, nothing;
    EXPECT_EQUAL(start_read(pair.server, &first, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.server, &second, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &nothing, 0), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &first, STATUS_SUCCESS, 0);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &nothing, STATUS_SUCCESS, 0);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 4.16: P "write 0 (nobody reads)"; WT ("simple pass of empty message"). */
static void empty_message_is_queued_and_read_as_zero_bytes(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request nothing, write, first, second;
    EXPECT_EQUAL(start_write(pair.client, &nothing, 0), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(pair.client, &write, 3), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.server, &first, 10), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&first), 0);
    EXPECT_EQUAL(start_read(pair.server, &second, 10), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&second), 3);
    pair_close(&pair);
}

/* 4.14: P "zero-byte read of a waiting message" (234 on Wine); ROS readsup.c would say success. */
static void empty_read_of_a_message_is_more_data(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request write, empty, read;
    EXPECT_EQUAL(start_write(pair.client, &write, 3), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, CLIENT_KEY);
    EXPECT_EQUAL(start_read(pair.server, &empty, 0), ERROR_MORE_DATA);
    EXPECT_PACKET(pair.port, SERVER_KEY, &empty, STATUS_BUFFER_OVERFLOW, 0);
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_SUCCESS);
    EXPECT(request_holds(&read, "abc"));
    pair_close(&pair);
}

/* 4.14: P "zero-byte read pends, then a message"; WT; ROS writesup.c. */
static void pended_empty_read_ends_with_more_data(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request empty, write, read;
    EXPECT_EQUAL(start_read(pair.server, &empty, 0), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 3), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &empty, STATUS_BUFFER_OVERFLOW, 0);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &write, STATUS_SUCCESS, 3);
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_SUCCESS);
    EXPECT(request_holds(&read, "abc"));
    pair_close(&pair);
}

/* ---- reading bytes of a message pipe ---- */

/* 4.17: doc (SetNamedPipeHandleState: a client end starts in byte mode); P "client end (default
 * mode)". */
static void client_reads_bytes_until_it_says_otherwise(void)
{
    struct pair pair = pair_open(PAIR_MESSAGE_TYPE);
    struct request write, read;
    EXPECT_EQUAL(start_write(pair.server, &write, 10), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.client, &read, 4), ERROR_SUCCESS);
    EXPECT_EQUAL(read.count, 4);
    pair_close(&pair);
}

/* 4.17: P "read 7 crosses?". */
static void byte_read_crosses_messages_and_runs_over_empty_ones(void)
{
    struct pair pair = pair_open(PAIR_MESSAGE_TYPE);
    struct request first, nothing, second, read, rest, none;
    EXPECT_EQUAL(start_write(pair.client, &first, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(pair.client, &nothing, 0), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(pair.client, &second, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.server, &read, 7), ERROR_SUCCESS);
    EXPECT(request_holds(&read, "abcdeab"));
    EXPECT_EQUAL(start_read(pair.server, &rest, 7), ERROR_SUCCESS);
    EXPECT(request_holds(&rest, "cde"));
    EXPECT_EQUAL(start_read(pair.server, &none, 7), ERROR_IO_PENDING);
    pair_close(&pair);
}

/* 4.16: P p_peek "byte read of a queued empty message". */
static void byte_read_of_an_empty_message_alone_is_zero_bytes(void)
{
    struct pair pair = pair_open(PAIR_MESSAGE_TYPE);
    struct request nothing, read;
    EXPECT_EQUAL(start_write(pair.client, &nothing, 0), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.server, &read, 7), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&read), 0);
    pair_close(&pair);
}

/* 4.16: P "write 0 (byte read pends)"; WT (msg_mode, whatever the read mode). */
static void empty_message_satisfies_a_byte_read(void)
{
    struct pair pair = pair_open(PAIR_MESSAGE_TYPE);
    struct request read, nothing;
    EXPECT_EQUAL(start_read(pair.server, &read, 7), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &nothing, 0), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 0);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &nothing, STATUS_SUCCESS, 0);
    pair_close(&pair);
}

/* 4.17: P "write 10 (byte read 4 pends)". */
static void pended_byte_read_of_a_part_is_no_warning(void)
{
    struct pair pair = pair_open(PAIR_MESSAGE_TYPE);
    struct request read, write, rest;
    EXPECT_EQUAL(start_read(pair.server, &read, 4), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 10), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 4);
    EXPECT_KEY(pair.port, CLIENT_KEY);
    EXPECT_EQUAL(start_read(pair.server, &rest, 20), ERROR_SUCCESS);
    EXPECT_EQUAL(rest.count, 6);
    pair_close(&pair);
}

/* ---- warnings and the skip flag ---- */

/* 4.15: P "read 4, more data" with skip. */
static void immediate_warning_that_skips_queues_no_packet(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES | PAIR_SKIPPING);
    struct request write, read;
    EXPECT_EQUAL(start_write(pair.client, &write, 10), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.server, &read, 4), ERROR_MORE_DATA);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 4.15: "also with SKIP flag"; P "pended warning with skip". */
static void pended_warning_queues_a_packet_even_if_successes_skip(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES | PAIR_SKIPPING);
    struct request read, write;
    EXPECT_EQUAL(start_read(pair.server, &read, 4), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 10), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_BUFFER_OVERFLOW, 4);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* ---- quota and close ---- */

/* 4.14: P "quota 16"; WT. */
static void read_of_a_part_frees_its_quota(void)
{
    struct pair pair = pair_of_quota(PAIR_MESSAGES, SMALL);
    struct request first, second, read;
    EXPECT_EQUAL(start_write(pair.client, &first, 10), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, CLIENT_KEY);
    EXPECT_EQUAL(start_write(pair.client, &second, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.server, &read, 4), ERROR_MORE_DATA);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &second, STATUS_SUCCESS, 10);
    EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_BUFFER_OVERFLOW, 4);
    pair_close(&pair);
}

/* 4.16: P "w0 behind a stalled write"; WT ("empty write will not block"). */
static void empty_message_behind_one_that_pends_is_done_and_stays_behind(void)
{
    struct pair pair = pair_of_quota(PAIR_MESSAGES, SMALL);
    struct request first, second, nothing, read[3];
    EXPECT_EQUAL(start_write(pair.client, &first, 10), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(pair.client, &second, 12), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &nothing, 0), ERROR_SUCCESS);
    static const DWORD sizes[3] = {10, 12, 0};
    for (unsigned i = 0; i < 3; i++) {
        EXPECT_EQUAL(start_read(pair.server, &read[i], 40), ERROR_SUCCESS);
        EXPECT_EQUAL(request_bytes(&read[i]), sizes[i]);
    }
    pair_close(&pair);
}

/* 4.16: P "close with unread messages". */
static void close_keeps_messages_empty_ones_too(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request write, nothing, part, rest, empty, end;
    EXPECT_EQUAL(start_write(pair.client, &write, 10), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.server, &part, 4), ERROR_MORE_DATA);
    EXPECT_EQUAL(start_write(pair.client, &nothing, 0), ERROR_SUCCESS);
    close_end(&pair.client);
    EXPECT_EQUAL(start_read(pair.server, &rest, 40), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&rest), 6);
    EXPECT_EQUAL(start_read(pair.server, &empty, 40), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&empty), 0);
    EXPECT_EQUAL(start_read(pair.server, &end, 40), ERROR_BROKEN_PIPE);
    pair_close(&pair);
}

/* ---- PeekNamedPipe ---- */

struct peeked {
    DWORD read, available, left;
    char bytes[BYTES_MAX];
};

static struct peeked peek(HANDLE pipe, DWORD size)
{
    struct peeked peeked;
    memset(&peeked, POISON_BYTE, sizeof peeked);
    EXPECT(PeekNamedPipe(pipe, peeked.bytes, size, &peeked.read, &peeked.available, &peeked.left));
    return peeked;
}

static struct pair pair_with_two_writes(uint32_t flags, struct request *first,
                                        struct request *second)
{
    struct pair pair = pair_open(flags);
    EXPECT_EQUAL(start_write(pair.client, first, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(pair.client, second, 6), ERROR_SUCCESS);
    return pair;
}

/* 4.18: P p_peek "two byte writes"; WT test_peek_pipe (left is 0 less what was read). */
static void peek_of_bytes_crosses_writes_and_takes_nothing(void)
{
    struct request first, second, read;
    struct pair pair = pair_with_two_writes(0, &first, &second);
    struct peeked peeked = peek(pair.server, 20);
    EXPECT_EQUAL(peeked.read, 11);
    EXPECT_EQUAL(peeked.available, 11);
    EXPECT(memcmp(peeked.bytes, "abcdeabcdef", 11) == 0);
    EXPECT_EQUAL(start_read(pair.server, &read, 20), ERROR_SUCCESS);
    EXPECT_EQUAL(read.count, 11);
    pair_close(&pair);
}

/* 4.18: WT test_peek_pipe: left == message length - read, and the length of bytes is 0, whatever
 * doc says. */
static void peek_of_bytes_says_that_less_than_nothing_is_left(void)
{
    struct request first, second;
    struct pair pair = pair_with_two_writes(0, &first, &second);
    EXPECT_EQUAL(peek(pair.server, 3).left, (DWORD)-3);
    EXPECT_EQUAL(peek(pair.server, 20).left, (DWORD)-11);
    EXPECT_EQUAL(peek(pair.server, 0).left, 0);
    pair_close(&pair);
}

/* 4.18: P p_peek "two messages"; WT test_peek_pipe. */
static void peek_of_messages_stops_at_the_end_of_the_first(void)
{
    struct request first, second;
    struct pair pair = pair_with_two_writes(PAIR_MESSAGES, &first, &second);
    struct peeked peeked = peek(pair.server, 3);
    EXPECT_EQUAL(peeked.read, 3);
    EXPECT_EQUAL(peeked.available, 11);
    EXPECT_EQUAL(peeked.left, 2);
    peeked = peek(pair.server, 20);
    EXPECT_EQUAL(peeked.read, 5);
    EXPECT_EQUAL(peeked.left, 0);
    peeked = peek(pair.server, 0);
    EXPECT_EQUAL(peeked.read, 0);
    EXPECT_EQUAL(peeked.available, 11);
    EXPECT_EQUAL(peeked.left, 5);
    pair_close(&pair);
}

/* 4.18: P p_peek "after reading 2, 20". */
static void peek_after_a_part_was_read_sees_the_rest_of_the_message(void)
{
    struct request first, second, read;
    struct pair pair = pair_with_two_writes(PAIR_MESSAGES, &first, &second);
    EXPECT_EQUAL(start_read(pair.server, &read, 2), ERROR_MORE_DATA);
    struct peeked peeked = peek(pair.server, 20);
    EXPECT_EQUAL(peeked.read, 3);
    EXPECT_EQUAL(peeked.available, 9);
    EXPECT_EQUAL(peeked.left, 0);
    EXPECT(memcmp(peeked.bytes, "cde", 3) == 0);
    pair_close(&pair);
}

/* 4.18: P p_peek "zero-length message", "empty": an empty message cannot be told from none. */
static void peek_of_an_empty_message_finds_nothing(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request nothing;
    struct peeked before = peek(pair.server, 20);
    EXPECT_EQUAL(start_write(pair.client, &nothing, 0), ERROR_SUCCESS);
    struct peeked after = peek(pair.server, 20);
    EXPECT_EQUAL(before.read, 0);
    EXPECT_EQUAL(before.available, 0);
    EXPECT_EQUAL(before.left, 0);
    EXPECT_EQUAL(after.read, 0);
    EXPECT_EQUAL(after.available, 0);
    EXPECT_EQUAL(after.left, 0);
    pair_close(&pair);
}

/* 4.18: P p_peek "with a pending read". */
static void peek_beside_a_pending_read_finds_nothing_and_does_not_wait(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    EXPECT_EQUAL(start_read(pair.server, &read, 5), ERROR_IO_PENDING);
    EXPECT_EQUAL(peek(pair.server, 20).available, 0);
    EXPECT_EQUAL(request_status(&read), STATUS_PENDING);
    pair_close(&pair);
}

/* 4.18: WT test_peek_pipe of a write that pends. */
static void peek_sees_all_of_a_write_that_pends(void)
{
    struct pair pair = pair_of_quota(0, SMALL);
    struct request write;
    EXPECT_EQUAL(start_write(pair.client, &write, 40), ERROR_IO_PENDING);
    EXPECT_EQUAL(peek(pair.server, BYTES_MAX).read, 40);
    pair_close(&pair);
}

/* 4.18: doc (each pointer may be NULL). */
static void peek_without_pointers_is_done(void)
{
    struct pair pair = pair_open(0);
    EXPECT(PeekNamedPipe(pair.server, NULL, 0, NULL, NULL, NULL));
    pair_close(&pair);
}

/* 4.18: P p_peek: outputs stay as they were when it fails. */
static void peek_that_fails_writes_nothing(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    DWORD read = POISON, available = POISON, left = POISON;
    char bytes[4];
    EXPECT(!PeekNamedPipe(pair.server, bytes, sizeof bytes, &read, &available, &left));
    EXPECT_EQUAL(read, POISON);
    EXPECT_EQUAL(available, POISON);
    EXPECT_EQUAL(left, POISON);
    pair_close(&pair);
}

/* ---- SetNamedPipeHandleState ---- */

static DWORD mode_error(HANDLE pipe, DWORD mode)
{
    SetLastError(POISON);
    return SetNamedPipeHandleState(pipe, &mode, NULL, NULL) ? ERROR_SUCCESS : GetLastError();
}

/* 4.17: P p_peek "message mode on byte pipe"; doc. */
static void message_reads_of_a_byte_pipe_are_invalid_parameter(void)
{
    struct pair pair = pair_open(0);
    EXPECT_EQUAL(mode_error(pair.client, PIPE_READMODE_MESSAGE), ERROR_INVALID_PARAMETER);
    EXPECT_EQUAL(mode_error(pair.client, PIPE_READMODE_BYTE), ERROR_SUCCESS);
    pair_close(&pair);
}

/* 4.17: doc; WT create_overlapped_pipe. */
static void mode_applies_to_one_end_and_from_the_next_read(void)
{
    struct pair pair = pair_open(PAIR_MESSAGES);
    struct request first, second, part, rest;
    EXPECT_EQUAL(start_write(pair.client, &first, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(pair.client, &second, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.server, &part, 2), ERROR_MORE_DATA);
    EXPECT_EQUAL(mode_error(pair.server, PIPE_READMODE_BYTE), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.server, &rest, 20), ERROR_SUCCESS);
    EXPECT_EQUAL(rest.count, 8);
    pair_close(&pair);
}

static const struct fact facts[] = {
    FACT(read_of_a_part_is_more_data_at_once_with_a_packet, FACT_PLAIN),
    FACT(read_of_a_part_says_zero_bytes_where_the_call_reports, FACT_PLAIN),
    FACT(rest_of_a_message_is_read_as_a_message, FACT_PLAIN),
    FACT(read_of_the_whole_of_a_message_is_no_warning, FACT_PLAIN),
    FACT(pended_read_of_a_part_ends_with_more_data, FACT_PLAIN),
    FACT(single_dequeue_of_a_warning_is_false_with_its_overlapped, FACT_PLAIN),
    FACT(one_message_satisfies_one_read, FACT_PLAIN),
    FACT(message_larger_than_a_pending_read_goes_on_to_the_next, FACT_PLAIN),
    FACT(read_stops_at_the_end_of_a_message, FACT_PLAIN),
    FACT(empty_message_satisfies_one_read, FACT_PLAIN),
    FACT(empty_message_is_queued_and_read_as_zero_bytes, FACT_PLAIN),
    {FACT_OF(empty_read_of_a_message_is_more_data), .flags = FACT_PLAIN,
     .unsettled = "Wine; ReactOS would succeed with 0 bytes"},
    FACT(pended_empty_read_ends_with_more_data, FACT_PLAIN),
    FACT(client_reads_bytes_until_it_says_otherwise, FACT_PLAIN),
    FACT(byte_read_crosses_messages_and_runs_over_empty_ones, FACT_PLAIN),
    FACT(byte_read_of_an_empty_message_alone_is_zero_bytes, FACT_PLAIN),
    FACT(empty_message_satisfies_a_byte_read, FACT_PLAIN),
    FACT(pended_byte_read_of_a_part_is_no_warning, FACT_PLAIN),
    {FACT_OF(immediate_warning_that_skips_queues_no_packet), .flags = FACT_PLAIN,
     .unsettled = "Wine alone"},
    FACT(pended_warning_queues_a_packet_even_if_successes_skip, FACT_PLAIN),
    FACT(read_of_a_part_frees_its_quota, FACT_PLAIN),
    FACT(empty_message_behind_one_that_pends_is_done_and_stays_behind, FACT_PLAIN),
    FACT(close_keeps_messages_empty_ones_too, FACT_PLAIN),
    FACT(peek_of_bytes_crosses_writes_and_takes_nothing, FACT_PLAIN),
    FACT(peek_of_bytes_says_that_less_than_nothing_is_left, FACT_PLAIN),
    FACT(peek_of_messages_stops_at_the_end_of_the_first, FACT_PLAIN),
    FACT(peek_after_a_part_was_read_sees_the_rest_of_the_message, FACT_PLAIN),
    FACT(peek_of_an_empty_message_finds_nothing, FACT_PLAIN),
    FACT(peek_beside_a_pending_read_finds_nothing_and_does_not_wait, FACT_PLAIN),
    FACT(peek_sees_all_of_a_write_that_pends, FACT_PLAIN),
    FACT(peek_without_pointers_is_done, FACT_PLAIN),
    FACT(peek_that_fails_writes_nothing, FACT_PLAIN),
    FACT(message_reads_of_a_byte_pipe_are_invalid_parameter, FACT_PLAIN),
    FACT(mode_applies_to_one_end_and_from_the_next_read, FACT_PLAIN),
};

FACT_SUITE(win32_message);
