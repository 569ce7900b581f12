/* win32_order_test: in which order packets come.
 *
 * Evidence tags: doc is Microsoft Learn; WT is Wine's conformance tests, which also run on Windows;
 * ROS is ReactOS npfs; P is a probe recorded on Wine 8. */
#include "conformance/suites/win32_fixture.h"

#include <string.h>

#define POSTS 4u

static char much[100000]; /* more than a pipe takes at once */
static char more[100000];

/* ---- one queue, first in first out ---- */

/* 2.1: doc (completion packets are queued first in first out); P "Post/Get FIFO". */
static void posted_packets_come_in_the_order_they_were_posted(void)
{
    HANDLE port = new_port(0);
    for (ULONG_PTR key = 1; key <= POSTS; key++) {
        post_packet(port, key);
    }
    for (ULONG_PTR key = 1; key <= POSTS; key++) {
        EXPECT_KEY(port, key);
    }
    close_end(&port);
}

/* 2.1: "Post and I/O packets share one queue": WT; P. */
static void posts_and_completions_share_one_queue(void)
{
    struct pair pair = pair_open(0);
    struct request first, second;
    post_packet(pair.port, 1);
    EXPECT_EQUAL(start_write(pair.server, &first, 1), ERROR_SUCCESS);
    post_packet(pair.port, 2);
    EXPECT_EQUAL(start_write(pair.client, &second, 1), ERROR_SUCCESS);
    post_packet(pair.port, 3);
    EXPECT_KEY(pair.port, 1);
    EXPECT_PACKET(pair.port, SERVER_KEY, &first, STATUS_SUCCESS, 1);
    EXPECT_KEY(pair.port, 2);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &second, STATUS_SUCCESS, 1);
    EXPECT_KEY(pair.port, 3);
    pair_close(&pair);
}

/* ---- one call that completes several requests ---- */

/* 1.9: "WriteFile satisfying pending reads": ROS write.c (deferred list before its own); P "write
 * 3". */
static void reads_that_a_write_satisfies_come_before_it_in_issue_order(void)
{
    struct pair pair = pair_open(0);
    struct request first, second, write;
    EXPECT_EQUAL(start_read(pair.server, &first, 2), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.server, &second, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 5), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &first, STATUS_SUCCESS, 2);
    EXPECT_PACKET(pair.port, SERVER_KEY, &second, STATUS_SUCCESS, 3);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &write, STATUS_SUCCESS, 5);
    EXPECT(request_holds(&first, "ab"));
    EXPECT(request_holds(&second, "cde"));
    pair_close(&pair);
}

/* 1.9: "ReadFile releasing stalled writes": ROS read.c; P "after read 1". */
static void writes_that_a_read_releases_come_before_it_in_issue_order(void)
{
    struct pair pair = pair_of_quota(0, 16);
    struct request fits, first, second, read;
    EXPECT_EQUAL(start_write(pair.server, &fits, 16), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(pair.server, &first, 4), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.server, &second, 4), ERROR_IO_PENDING);
    EXPECT_PACKET(pair.port, SERVER_KEY, &fits, STATUS_SUCCESS, 16);
    EXPECT_EQUAL(start_read(pair.client, &read, 16), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &first, STATUS_SUCCESS, 4);
    EXPECT_PACKET(pair.port, SERVER_KEY, &second, STATUS_SUCCESS, 4);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 16);
    pair_close(&pair);
}

/* 1.9: "DisconnectNamedPipe": ROS statesup.c; P "pending reads + disconnect". */
static void disconnect_ends_reads_of_the_server_before_reads_of_the_client(void)
{
    struct pair pair = pair_open(0);
    struct request of_client, of_server;
    EXPECT_EQUAL(start_read(pair.client, &of_client, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.server, &of_server, 10), ERROR_IO_PENDING);
    EXPECT(DisconnectNamedPipe(pair.server));
    EXPECT_PACKET(pair.port, SERVER_KEY, &of_server, STATUS_PIPE_DISCONNECTED, 0);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &of_client, STATUS_PIPE_DISCONNECTED, 0);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.9: "client to server queue entries, then server to client": ROS statesup.c; P "pending writes +
 * disconnect". */
static void disconnect_ends_writes_of_the_client_before_writes_of_the_server(void)
{
    struct pair pair = pair_open(0);
    struct request of_client, of_server;
    EXPECT_EQUAL(start_write_from(pair.server, &of_server, much, sizeof much), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write_from(pair.client, &of_client, more, sizeof more), ERROR_IO_PENDING);
    EXPECT(DisconnectNamedPipe(pair.server));
    EXPECT_PACKET(pair.port, CLIENT_KEY, &of_client, STATUS_PIPE_DISCONNECTED, 0);
    EXPECT_PACKET(pair.port, SERVER_KEY, &of_server, STATUS_PIPE_DISCONNECTED, 0);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 4.5: "client CreateFile": ROS; P "both connects". */
static void client_completes_all_pending_connects_in_issue_order(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request first, second;
    EXPECT_EQUAL(start_connect(pair.server, &first), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_connect(pair.server, &second), ERROR_IO_PENDING);
    pair_connect(&pair);
    EXPECT_PACKET(pair.port, SERVER_KEY, &first, STATUS_SUCCESS, 0);
    EXPECT_PACKET(pair.port, SERVER_KEY, &second, STATUS_SUCCESS, 0);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

/* 1.9: "two pending reads on one pipe end complete in issue order": ROS; P. */
static void pending_reads_of_one_end_complete_in_issue_order(void)
{
    struct pair pair = pair_open(0);
    struct request first, second, write;
    EXPECT_EQUAL(start_read(pair.server, &first, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.server, &second, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.client, &write, 2), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &first, STATUS_SUCCESS, 2);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &write, STATUS_SUCCESS, 2);
    EXPECT_NO_PACKET(pair.port);
    close_end(&pair.client);
    EXPECT_PACKET(pair.port, SERVER_KEY, &second, STATUS_PIPE_BROKEN, 0);
    pair_close(&pair);
}

/* 1.9: "ditto two pending writes": P "two pending writes FIFO". */
static void pending_writes_of_one_end_complete_in_issue_order(void)
{
    struct pair pair = pair_of_quota(0, 16);
    struct request fits, first, second, read;
    EXPECT_EQUAL(start_write(pair.server, &fits, 16), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, SERVER_KEY);
    EXPECT_EQUAL(start_write(pair.server, &first, 8), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write(pair.server, &second, 8), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.client, &read, 8), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &first, STATUS_SUCCESS, 8);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 8);
    EXPECT_NO_PACKET(pair.port);
    EXPECT_EQUAL(start_read(pair.client, &read, 8), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, SERVER_KEY, &second, STATUS_SUCCESS, 8);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, 8);
    pair_close(&pair);
}

/* ---- several threads ---- */

static HANDLE shared_port;

static DWORD WINAPI post_two(LPVOID argument)
{
    ULONG_PTR base = (ULONG_PTR)argument;
    post_packet(shared_port, base + 1);
    post_packet(shared_port, base + 2);
    return 0;
}

/* 2.1: "Across different threads any interleaving is legal; posts from one thread stay in order".
 */
static void posts_of_two_threads_interleave_and_each_stays_in_order(void)
{
    static const char *const names[] = {"1122", "1212", "1221", "2112", "2121", "2211"};
    shared_port = new_port(0);
    HANDLE one = start_thread(post_two, (void *)(ULONG_PTR)10);
    HANDLE two = start_thread(post_two, (void *)(ULONG_PTR)20);
    char order[5] = "";
    ULONG_PTR last[3] = {0};
    for (unsigned i = 0; i < 4; i++) {
        ULONG_PTR key = take_packet(shared_port).key;
        unsigned who = (unsigned)(key / 10);
        EXPECT(who == 1 || who == 2);
        EXPECT(last[who] < key);
        last[who] = key;
        order[i] = (char)('0' + who);
    }
    EXPECT_EQUAL(join_thread(one), 0);
    EXPECT_EQUAL(join_thread(two), 0);
    close_end(&shared_port);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], order) == 0) {
            fact_saw(names[i]);
            return;
        }
    }
    EXPECT(!"an interleaving of 11 and 22");
}

static LONG dequeue_order;
static LONG dequeued_as[3];

static DWORD WINAPI dequeue_and_note(LPVOID argument)
{
    ULONG_PTR key = take_packet(shared_port).key;
    EXPECT(key == 1 || key == 2);
    dequeued_as[key] = InterlockedIncrement(&dequeue_order);
    return 0;
}

/* 2.1: "may be dequeued in a different order concerns several dequeuing threads": doc. */
static void two_dequeuing_threads_may_return_in_either_order(void)
{
    dequeue_order = 0;
    shared_port = new_port(0);
    post_packet(shared_port, 1);
    post_packet(shared_port, 2);
    HANDLE one = start_thread(dequeue_and_note, NULL);
    HANDLE two = start_thread(dequeue_and_note, NULL);
    EXPECT_EQUAL(join_thread(one), 0);
    EXPECT_EQUAL(join_thread(two), 0);
    close_end(&shared_port);
    fact_saw(dequeued_as[1] < dequeued_as[2] ? "first packet first" : "second packet first");
}

static DWORD WINAPI write_there(LPVOID argument)
{
    struct request write;
    EXPECT_EQUAL(start_write(*(HANDLE *)argument, &write, 1), ERROR_SUCCESS);
    return 0;
}

/* 2.1: "completing concurrently any interleaving is legal". */
static void completions_by_two_threads_come_in_either_order(void)
{
    struct pair pair = pair_open(PAIR_UNBOUND);
    struct request of_server, of_client;
    EXPECT(CreateIoCompletionPort(pair.server, pair.port, SERVER_KEY, 0) == pair.port);
    EXPECT_EQUAL(start_read(pair.server, &of_server, 1), ERROR_IO_PENDING);
    struct pair other = pair_open(PAIR_UNBOUND);
    EXPECT(CreateIoCompletionPort(other.client, pair.port, CLIENT_KEY, 0) == pair.port);
    EXPECT_EQUAL(start_read(other.client, &of_client, 1), ERROR_IO_PENDING);
    HANDLE one = start_thread(write_there, &pair.client);
    HANDLE two = start_thread(write_there, &other.server);
    ULONG_PTR first = take_packet(pair.port).key;
    EXPECT_EQUAL(take_packet(pair.port).key, first == SERVER_KEY ? CLIENT_KEY : SERVER_KEY);
    EXPECT_EQUAL(join_thread(one), 0);
    EXPECT_EQUAL(join_thread(two), 0);
    pair_close(&other);
    pair_close(&pair);
    fact_saw(first == SERVER_KEY ? "server first" : "client first");
}

static HANDLE issued;
static HANDLE over;

static DWORD WINAPI read_and_stay(LPVOID argument)
{
    struct pair *pair = argument;
    struct request read;
    EXPECT_EQUAL(start_read(pair->server, &read, 1), ERROR_IO_PENDING);
    EXPECT(SetEvent(issued));
    EXPECT_EQUAL(WaitForSingleObject(over, INFINITE), WAIT_OBJECT_0);
    return 0;
}

/* 1.17: a write ends the read of another thread, and then its own thread posts. Wine has the other
 * thread queue the packet of the read (server/async.c async_terminate), which then may come second;
 * P. */
static void packet_of_an_ended_request_may_come_behind_a_later_post(void)
{
    struct pair pair = pair_open(PAIR_UNBOUND);
    struct request write;
    EXPECT(CreateIoCompletionPort(pair.server, pair.port, SERVER_KEY, 0) == pair.port);
    issued = CreateEventW(NULL, FALSE, FALSE, NULL);
    over = CreateEventW(NULL, FALSE, FALSE, NULL);
    HANDLE reader = start_thread(read_and_stay, &pair);
    EXPECT_EQUAL(WaitForSingleObject(issued, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQUAL(start_write(pair.client, &write, 1), ERROR_SUCCESS);
    post_packet(pair.port, CLIENT_KEY);
    ULONG_PTR first = take_packet(pair.port).key;
    EXPECT_EQUAL(take_packet(pair.port).key, first == SERVER_KEY ? CLIENT_KEY : SERVER_KEY);
    EXPECT(SetEvent(over));
    EXPECT_EQUAL(join_thread(reader), 0);
    close_end(&issued);
    close_end(&over);
    pair_close(&pair);
    fact_saw(first == SERVER_KEY ? "in order" : "late");
}

static const struct fact facts[] = {
    FACT(posted_packets_come_in_the_order_they_were_posted, FACT_PLAIN),
    FACT(posts_and_completions_share_one_queue, FACT_PLAIN),
    FACT(reads_that_a_write_satisfies_come_before_it_in_issue_order, FACT_PLAIN),
    FACT(writes_that_a_read_releases_come_before_it_in_issue_order, FACT_PLAIN),
    FACT(disconnect_ends_reads_of_the_server_before_reads_of_the_client, FACT_PLAIN),
    FACT(disconnect_ends_writes_of_the_client_before_writes_of_the_server, FACT_PLAIN),
    FACT(client_completes_all_pending_connects_in_issue_order, FACT_PLAIN),
    FACT(pending_reads_of_one_end_complete_in_issue_order, FACT_PLAIN),
    FACT(pending_writes_of_one_end_complete_in_issue_order, FACT_PLAIN),
    {FACT_OF(posts_of_two_threads_interleave_and_each_stays_in_order), .flags = FACT_PLAIN,
     FACT_OUTCOMES("1122", "1212", "1221", "2112", "2121", "2211")},
    {FACT_OF(two_dequeuing_threads_may_return_in_either_order), .flags = FACT_PLAIN,
     FACT_OUTCOMES("first packet first", "second packet first")},
    {FACT_OF(completions_by_two_threads_come_in_either_order), .flags = FACT_PLAIN,
     FACT_OUTCOMES("server first", "client first")},
    {FACT_OF(packet_of_an_ended_request_may_come_behind_a_later_post),
     .flags = FACT_PLAIN | FACT_LATE_PACKETS, .unsettled = "late under Wine only: P",
     FACT_OUTCOMES("in order", "late")},
};

FACT_SUITE(win32_order);
