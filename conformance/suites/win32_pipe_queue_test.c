/* win32_pipe_queue_test: the data queue of a byte pipe: quota, partial reads, empty transfers.
 *
 * Evidence tags: WT is Wine's conformance tests, which also run on Windows, here kernel32/pipe.c
 * test_blocking_rw unless said otherwise (its quotas of 5000 and 6000 bytes are exact on Windows);
 * ROS is ReactOS npfs read.c, write.c, readsup.c, writesup.c; P is p_pipe, recorded on Wine 8. */
#include "conformance/suites/win32_fixture.h"

#include <string.h>

#define SMALL 16u /* a quota */
#define MUCH  100000u

static char source[MUCH], second_source[MUCH], sink[MUCH];

static char byte_at(size_t position)
{
    return (char)(position * 7 + position / 251);
}

/* ---- reads and writes that meet ---- */

/* 4.9: Write (1): ROS. */
static void write_is_shared_out_to_pending_reads_in_order(void)
{
    struct pair pair = pair_open(0);
    struct request first, second, write;
    EXPECT_EQUAL(start_read(pair.client, &first, 2), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.client, &second, 2), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.server, &write, 3), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &first, STATUS_SUCCESS, 2);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &second, STATUS_SUCCESS, 1);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, 3);
    EXPECT(request_holds(&first, "ab"));
    EXPECT(request_holds(&second, "c"));
    pair_close(&pair);
}

/* 4.9: Write (1), (3): what pending reads leave is queued: ROS; P. */
static void rest_of_a_write_that_served_a_read_is_queued(void)
{
    struct pair pair = pair_open(0);
    struct request first, second, write;
    EXPECT_EQUAL(start_read(pair.client, &first, 2), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.server, &write, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.client, &second, 10), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&second), 3);
    EXPECT(request_holds(&second, "cde"));
    pair_close(&pair);
}

/* 4.8: Write (1) "a 0-length pending read is completed with 0 and the loop goes on": WT; P "write
 * 3". */
static void write_completes_an_empty_read_and_goes_on(void)
{
    struct pair pair = pair_open(0);
    struct request empty, read, write;
    EXPECT_EQUAL(start_read(pair.client, &empty, 0), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.client, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.server, &write, 3), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &empty, STATUS_SUCCESS, 0);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 3);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, 3);
    pair_close(&pair);
}

/* 4.8: Write (2) "n == 0: no effect at all": WT :3057-3066; P "zero write vs zero read". */
static void empty_write_wakes_nobody(void)
{
    struct pair pair = pair_open(0);
    struct request empty, read, nothing;
    EXPECT_EQUAL(start_read(pair.client, &empty, 0), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.client, &read, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.server, &nothing, 0), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &nothing, STATUS_SUCCESS, 0);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 4.8: an empty write does not pend either, however full the pipe: WT; P "write 0 more". */
static void empty_write_to_a_full_pipe_is_done(void)
{
    struct pair pair = pair_of_quota(0, SMALL);
    struct request full, stalled, nothing;
    EXPECT_EQUAL(start_write(pair.server, &full, SMALL), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(pair.server, &stalled, 1), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.server, &nothing, 0), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&nothing), 0);
    EXPECT_EQUAL(request_status(&stalled), STATUS_PENDING);
    pair_close(&pair);
}

/* 4.11: Read "min(n, available) crossing entry borders": ROS; P. */
static void read_crosses_the_borders_of_writes(void)
{
    struct pair pair = pair_open(0);
    struct request first, second, read;
    EXPECT_EQUAL(start_write(pair.server, &first, 3), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(pair.server, &second, 3), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.client, &read, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&read), 5);
    EXPECT(request_holds(&read, "abcab"));
    pair_close(&pair);
}

/* 4.11: Read: what a read leaves stays: P "client read 2". */
static void read_takes_what_it_asked_for_and_leaves_the_rest(void)
{
    struct pair pair = pair_open(0);
    struct request write, first, second;
    EXPECT_EQUAL(start_write(pair.server, &write, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.client, &first, 2), ERROR_SUCCESS);
    EXPECT(request_holds(&first, "ab"));
    EXPECT_EQUAL(start_read(pair.client, &second, 10), ERROR_SUCCESS);
    EXPECT(request_holds(&second, "cde"));
    pair_close(&pair);
}

/* 4.8: Read "n == 0: immediate SUCCESS 0, nothing consumed": ROS; P "client read 0 with data". */
static void empty_read_of_data_takes_nothing(void)
{
    struct pair pair = pair_open(0);
    struct request write, empty, read;
    EXPECT_EQUAL(start_write(pair.server, &write, 3), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.client, &empty, 0), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&empty), 0);
    EXPECT_EQUAL(start_read(pair.client, &read, 10), ERROR_SUCCESS);
    EXPECT(request_holds(&read, "abc"));
    pair_close(&pair);
}

/* 4.9: the two directions know nothing of each other: ROS. */
static void directions_are_independent(void)
{
    struct pair pair = pair_of_quota(0, SMALL);
    struct request there, back, read;
    EXPECT_EQUAL(start_write(pair.server, &there, SMALL), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(pair.client, &back, SMALL), ERROR_SUCCESS);
    EXPECT_EQUAL(start_read(pair.server, &read, SMALL), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&read), SMALL);
    pair_close(&pair);
}

/* 4.11: Hard invariants of the checklist 7: nothing lost, doubled or reordered. */
static void bytes_arrive_as_they_were_sent(void)
{
    struct pair pair = pair_open(0);
    struct request first, second, read;
    for (size_t i = 0; i < MUCH; i++) {
        source[i] = byte_at(i);
        second_source[i] = byte_at(40000 + i);
    }
    EXPECT_EQUAL(start_write_from(pair.server, &first, source, 40000), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write_from(pair.server, &second, second_source, MUCH), ERROR_IO_PENDING);
    DWORD done = 0;
    EXPECT_KEY(pair.port, SERVER_KEY);
    while (done < 40000 + MUCH) {
        DWORD size = done < 30000 ? 29999 : 77;
        EXPECT_EQUAL(start_read_into(pair.client, &read, sink, size), ERROR_SUCCESS);
        DWORD count = read.count;
        for (DWORD i = 0; i < count; i++, done++) {
            EXPECT(sink[i] == byte_at(done));
        }
        struct packet packet = take_packet(pair.port);
        if (packet.key == SERVER_KEY) {
            EXPECT_EQUAL(packet.bytes, MUCH);
            EXPECT_KEY(pair.port, CLIENT_KEY);
        }
    }
    EXPECT_EQUAL(done, 40000 + MUCH);
    EXPECT_EQUAL(start_read(pair.client, &read, 1), ERROR_IO_PENDING);
    pair_close(&pair);
}

/* ---- quota ---- */

/* 4.9: Boundaries: WT; P "write 65536". */
static void write_of_the_whole_quota_is_done(void)
{
    struct pair pair = pair_open(0);
    struct request write;
    EXPECT_EQUAL(start_write_from(pair.server, &write, source, QUOTA), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, QUOTA);
    pair_close(&pair);
}

/* 4.9: Boundaries: WT; P "write 1 more". */
static void write_of_one_byte_beyond_the_quota_pends(void)
{
    struct pair pair = pair_open(0);
    struct request write, more;
    EXPECT_EQUAL(start_write_from(pair.server, &write, source, QUOTA), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, SERVER_KEY);
    EXPECT_EQUAL(start_write(pair.server, &more, 1), ERROR_IO_PENDING);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 4.10: Boundaries "reading 1 byte completes it": WT; P "after read 1". */
static void write_that_pends_is_done_when_the_unread_bytes_fit(void)
{
    struct pair pair = pair_open(0);
    struct request write, more, read;
    EXPECT_EQUAL(start_write_from(pair.server, &write, source, QUOTA), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, SERVER_KEY);
    EXPECT_EQUAL(start_write(pair.server, &more, 1), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.client, &read, 1), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &more, STATUS_SUCCESS, 1);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 1);
    pair_close(&pair);
}

/* 4.10: Boundaries "write 100000: pending until 34464 bytes are read": P. */
static void write_larger_than_the_quota_pends_until_the_excess_is_read(void)
{
    struct pair pair = pair_open(0);
    struct request write, read;
    EXPECT_EQUAL(start_write_from(pair.server, &write, source, MUCH), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read_into(pair.client, &read, sink, MUCH - QUOTA - 1), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, CLIENT_KEY);
    EXPECT_NO_PACKET(pair.port);
    EXPECT_EQUAL(start_read_into(pair.client, &read, sink, 1), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, MUCH);
    EXPECT_KEY(pair.port, CLIENT_KEY);
    pair_close(&pair);
}

/* 4.9: Boundaries "pending read of 4096 + write 69632: immediate": P. */
static void bytes_given_to_a_pending_read_do_not_count(void)
{
    struct pair pair = pair_open(0);
    struct request read, write;
    EXPECT_EQUAL(start_read_into(pair.client, &read, sink, 4096), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write_from(pair.server, &write, source, QUOTA + 4096), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 4096);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, QUOTA + 4096);
    pair_close(&pair);
}

/* 4.10: Boundaries "69633: pending"; "always with its full length": P; ROS (DataSize). */
static void write_that_gave_bytes_and_pends_ends_with_its_full_length(void)
{
    struct pair pair = pair_open(0);
    struct request read, write, more;
    EXPECT_EQUAL(start_read_into(pair.client, &read, sink, 4096), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write_from(pair.server, &write, source, QUOTA + 4097), ERROR_IO_PENDING);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 4096);
    EXPECT_NO_PACKET(pair.port);
    EXPECT_EQUAL(start_read(pair.client, &more, 1), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, QUOTA + 4097);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &more, STATUS_SUCCESS, 1);
    pair_close(&pair);
}

/* 4.10: The same when one read takes the rest: ROS readsup.c (DataSize). */
static void write_that_gave_bytes_and_is_read_out_ends_with_its_full_length(void)
{
    struct pair pair = pair_of_quota(0, SMALL);
    struct request read, write, rest;
    EXPECT_EQUAL(start_read(pair.client, &read, 4), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.server, &write, 60), ERROR_IO_PENDING);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 4);
    EXPECT_EQUAL(start_read(pair.client, &rest, 60), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, 60);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &rest, STATUS_SUCCESS, 56);
    pair_close(&pair);
}

/* 4.9: "All the data is readable at once even while the write is pending": WT; ROS. */
static void data_of_a_write_that_pends_is_all_readable(void)
{
    struct pair pair = pair_of_quota(0, SMALL);
    struct request write, read;
    EXPECT_EQUAL(start_write(pair.server, &write, 60), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.client, &read, BYTES_MAX), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, 60);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 60);
    pair_close(&pair);
}

/* 4.10: "freed quota is given FIFO to stalled writes": P "two pending writes FIFO"; ROS. */
static void freed_quota_goes_to_the_write_that_has_waited_longest(void)
{
    struct pair pair = pair_of_quota(0, SMALL);
    struct request full, first, second, read;
    EXPECT_EQUAL(start_write(pair.server, &full, SMALL), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, SERVER_KEY);
    EXPECT_EQUAL(start_write(pair.server, &first, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.server, &second, 1), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.client, &read, 9), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 9);
    EXPECT_NO_PACKET(pair.port); /* the second would fit, but the first comes before it */
    EXPECT_EQUAL(start_read(pair.client, &read, 1), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &first, STATUS_SUCCESS, 10);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 1);
    EXPECT_NO_PACKET(pair.port);
    EXPECT_EQUAL(start_read(pair.client, &read, 1), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &second, STATUS_SUCCESS, 1);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 1);
    pair_close(&pair);
}

/* 4.9: a write that would fit pends behind one that does not: WT ("write one more byte"). */
static void write_behind_one_that_pends_pends(void)
{
    struct pair pair = pair_of_quota(0, SMALL);
    struct request stalled, behind;
    EXPECT_EQUAL(start_write(pair.server, &stalled, SMALL + 1), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.server, &behind, 1), ERROR_IO_PENDING);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 4.9: sizes are of the pipe's own two directions: doc (CreateNamedPipe, nOutBufferSize of the
 * server). */
static void sizes_belong_to_the_directions_as_the_server_sees_them(void)
{
    WCHAR name[48];
    struct request write;
    new_pipe_name(name);
    HANDLE server = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                                     PIPE_TYPE_BYTE, 1, 32, 8, 0, NULL);
    HANDLE client = open_client(name, FILE_FLAG_OVERLAPPED);
    EXPECT_EQUAL(start_write(server, &write, 32), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(client, &write, 8), ERROR_SUCCESS);
    struct request of_server, of_client;
    EXPECT_EQUAL(start_write(server, &of_server, 1), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(client, &of_client, 1), ERROR_IO_PENDING);
    close_end(&client);
    close_end(&server);
}

/* 4.11: "Partial write never occurs in wait mode": ROS; P. */
static void write_is_never_partial(void)
{
    struct pair pair = pair_of_quota(0, SMALL);
    struct request write, read;
    EXPECT_EQUAL(start_write(pair.server, &write, 60), ERROR_IO_PENDING);
    EXPECT_EQUAL(write.count, 0);
    for (DWORD i = 0; i < 60 - SMALL - 1; i++) {
        EXPECT_EQUAL(start_read(pair.client, &read, 1), ERROR_SUCCESS);
        EXPECT_KEY(pair.port, CLIENT_KEY);
    }
    EXPECT_EQUAL(request_status(&write), STATUS_PENDING);
    EXPECT_EQUAL(start_read(pair.client, &read, 1), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, 60);
    pair_close(&pair);
}

/* 4.9: "legal quota: at least what was asked for" (doc, KB105531: the size is advisory). */
static void quota_may_be_larger_than_it_was_asked_for(void)
{
    struct pair pair = pair_of_quota(0, SMALL);
    struct request write, more;
    EXPECT_EQUAL(start_write_from(pair.server, &write, source, QUOTA), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(pair.server, &more, 1), ERROR_IO_PENDING);
    pair_close(&pair);
}

/* 4.11: the setting that breaks the rule, for programs that must survive it anyway. */
static void write_may_be_partial_where_the_world_says_so(void)
{
    struct pair pair = pair_open(0);
    struct request write;
    EXPECT_EQUAL(start_write(pair.server, &write, 10), ERROR_SUCCESS);
    fact_saw(request_bytes(&write) == 10 ? "whole" : request_bytes(&write) == 5 ? "half" : "other");
    pair_close(&pair);
}

static const struct fact facts[] = {
    FACT(write_is_shared_out_to_pending_reads_in_order, FACT_PLAIN),
    FACT(rest_of_a_write_that_served_a_read_is_queued, FACT_PLAIN),
    FACT(write_completes_an_empty_read_and_goes_on, FACT_PLAIN),
    FACT(empty_write_wakes_nobody, FACT_PLAIN),
    FACT(empty_write_to_a_full_pipe_is_done, FACT_PLAIN),
    FACT(read_crosses_the_borders_of_writes, FACT_PLAIN),
    FACT(read_takes_what_it_asked_for_and_leaves_the_rest, FACT_PLAIN),
    FACT(empty_read_of_data_takes_nothing, FACT_PLAIN),
    FACT(directions_are_independent, FACT_PLAIN),
    FACT(bytes_arrive_as_they_were_sent, FACT_PLAIN | FACT_DULL_ONLY), /* many bytes, one thread */
    FACT(write_of_the_whole_quota_is_done, FACT_PLAIN),
    FACT(write_of_one_byte_beyond_the_quota_pends, FACT_PLAIN),
    FACT(write_that_pends_is_done_when_the_unread_bytes_fit, FACT_PLAIN),
    FACT(write_larger_than_the_quota_pends_until_the_excess_is_read, FACT_PLAIN),
    FACT(bytes_given_to_a_pending_read_do_not_count, FACT_PLAIN),
    FACT(write_that_gave_bytes_and_pends_ends_with_its_full_length, FACT_PLAIN),
    FACT(write_that_gave_bytes_and_is_read_out_ends_with_its_full_length, FACT_PLAIN),
    FACT(data_of_a_write_that_pends_is_all_readable, FACT_PLAIN),
    FACT(freed_quota_goes_to_the_write_that_has_waited_longest, FACT_PLAIN),
    FACT(write_behind_one_that_pends_pends, FACT_PLAIN),
    FACT(sizes_belong_to_the_directions_as_the_server_sees_them, FACT_PLAIN),
    FACT(quota_may_be_larger_than_it_was_asked_for,
         FACT_PLAIN | FACT_LARGE_QUOTAS | FACT_SIMULATED_ONLY),
    FACT(write_is_never_partial, FACT_PLAIN),
    {FACT_OF(write_may_be_partial_where_the_world_says_so),
     .flags = FACT_PLAIN | FACT_WITH_SHORT_WRITES, FACT_OUTCOMES("whole", "half")},
};

FACT_SUITE(win32_pipe_queue);
