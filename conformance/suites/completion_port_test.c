/* completion_port_test: what core's port does with packets, timeouts and handles. */
#include "conformance/suites/fact.h"
#include "core/completion_port.h"
#include "core/handle.h"

#define POISON  0xdeadbeefu
#define BATCH   8u
#define PACKETS 5u

static BOOL never_done(struct rdy_overlapped *request, rdy_event *event)
{
    (void)request;
    (void)event;
    fact_failed(__FILE__, __LINE__, "nobody to dispatch this packet");
}

static struct rdy_completion_port make_port(void)
{
    struct rdy_completion_port port;
    EXPECT_EQUAL(rdy_completion_port_init(&port).status, RDY_DONE);
    return port;
}

static void empty_port_times_out_with_count_zero(void)
{
    struct rdy_completion_port port = make_port();
    OVERLAPPED_ENTRY entries[BATCH];
    ULONG count = POISON;
    rdy_result result = rdy_completion_port_get_many(&port, entries, BATCH, 0, &count);
    EXPECT_EQUAL(result.status, RDY_WOULD_BLOCK);
    EXPECT_EQUAL(count, 0); /* the system leaves 1 behind (Wine kernel32/file.c:5557) */
    rdy_completion_port_deinit(&port);
}

static void wait_with_timeout_ends_by_itself(void)
{
    struct rdy_completion_port port = make_port();
    OVERLAPPED_ENTRY entries[BATCH];
    ULONG count = POISON;
    rdy_result result = rdy_completion_port_get_many(&port, entries, BATCH, 5, &count);
    EXPECT_EQUAL(result.status, RDY_WOULD_BLOCK);
    EXPECT_EQUAL(count, 0);
    rdy_completion_port_deinit(&port);
}

static void posted_packet_carries_its_request_and_nothing_else(void)
{
    struct rdy_completion_port port = make_port();
    struct rdy_overlapped request;
    rdy_overlapped_init(&request, never_done);
    EXPECT_EQUAL(rdy_completion_port_post(&port, &request).status, RDY_DONE);
    OVERLAPPED_ENTRY entries[BATCH];
    ULONG count = POISON;
    EXPECT_EQUAL(rdy_completion_port_get_many(&port, entries, BATCH, INFINITE, &count).status,
                 RDY_DONE);
    EXPECT_EQUAL(count, 1);
    EXPECT(entries[0].lpOverlapped == &request.overlapped);
    EXPECT_EQUAL(entries[0].lpCompletionKey, 0);
    EXPECT_EQUAL(entries[0].dwNumberOfBytesTransferred, 0);
    rdy_completion_port_deinit(&port);
}

static void packets_come_in_the_order_of_posting(void)
{
    struct rdy_completion_port port = make_port();
    struct rdy_overlapped requests[PACKETS];
    for (uint32_t i = 0; i < PACKETS; i++) {
        rdy_overlapped_init(&requests[i], never_done);
        EXPECT_EQUAL(rdy_completion_port_post(&port, &requests[i]).status, RDY_DONE);
    }
    uint32_t seen = 0;
    while (seen < PACKETS) {
        OVERLAPPED_ENTRY entries[BATCH];
        ULONG count = POISON;
        EXPECT_EQUAL(rdy_completion_port_get_many(&port, entries, BATCH, 0, &count).status,
                     RDY_DONE);
        for (ULONG i = 0; i < count; i++) {
            EXPECT(entries[i].lpOverlapped == &requests[seen].overlapped);
            seen++;
        }
    }
    rdy_completion_port_deinit(&port);
}

static void no_more_packets_are_taken_than_asked_for(void)
{
    struct rdy_completion_port port = make_port();
    struct rdy_overlapped requests[PACKETS];
    for (uint32_t i = 0; i < PACKETS; i++) {
        rdy_overlapped_init(&requests[i], never_done);
        EXPECT_EQUAL(rdy_completion_port_post(&port, &requests[i]).status, RDY_DONE);
    }
    for (uint32_t i = 0; i < PACKETS; i++) {
        OVERLAPPED_ENTRY entry;
        ULONG count = POISON;
        EXPECT_EQUAL(rdy_completion_port_get_many(&port, &entry, 1, 0, &count).status, RDY_DONE);
        EXPECT_EQUAL(count, 1);
        EXPECT(entry.lpOverlapped == &requests[i].overlapped);
    }
    rdy_completion_port_deinit(&port);
}

static DWORD WINAPI post_from_thread(LPVOID argument)
{
    struct rdy_completion_port *port = argument;
    static struct rdy_overlapped request;
    rdy_overlapped_init(&request, never_done);
    EXPECT_EQUAL(rdy_completion_port_post(port, &request).status, RDY_DONE);
    return 0;
}

static void waiting_thread_is_woken_by_another_threads_post(void)
{
    struct rdy_completion_port port = make_port();
    HANDLE thread = CreateThread(NULL, 0, post_from_thread, &port, 0, NULL);
    EXPECT(thread != NULL);
    OVERLAPPED_ENTRY entries[BATCH];
    ULONG count = POISON;
    EXPECT_EQUAL(rdy_completion_port_get_many(&port, entries, BATCH, INFINITE, &count).status,
                 RDY_DONE);
    EXPECT_EQUAL(count, 1);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    rdy_completion_port_deinit(&port);
}

static HANDLE make_pipe(DWORD flags)
{
    HANDLE pipe = CreateNamedPipeW(L"\\\\.\\pipe\\iocplab-port", PIPE_ACCESS_DUPLEX | flags,
                                   PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, 4096, 4096, 0, NULL);
    EXPECT(pipe != INVALID_HANDLE_VALUE);
    return pipe;
}

static void handle_is_bound_to_one_port_only(void)
{
    struct rdy_completion_port port = make_port();
    struct rdy_completion_port other = make_port();
    HANDLE pipe = make_pipe(FILE_FLAG_OVERLAPPED);
    EXPECT_EQUAL(rdy_completion_port_add_handle(&port, pipe).status, RDY_DONE);
    rdy_result again = rdy_completion_port_add_handle(&port, pipe);
    EXPECT_EQUAL(again.status, RDY_FAILED);
    EXPECT_EQUAL(again.os_error, ERROR_INVALID_PARAMETER);
    rdy_result elsewhere = rdy_completion_port_add_handle(&other, pipe);
    EXPECT_EQUAL(elsewhere.status, RDY_FAILED);
    EXPECT_EQUAL(elsewhere.os_error, ERROR_INVALID_PARAMETER);
    rdy_handle_close(&pipe);
    rdy_completion_port_deinit(&other);
    rdy_completion_port_deinit(&port);
}

static void handle_without_overlapped_is_refused(void)
{
    struct rdy_completion_port port = make_port();
    HANDLE pipe = make_pipe(0);
    rdy_result result = rdy_completion_port_add_handle(&port, pipe);
    EXPECT_EQUAL(result.status, RDY_FAILED);
    EXPECT_EQUAL(result.os_error, ERROR_INVALID_PARAMETER);
    rdy_handle_close(&pipe);
    rdy_completion_port_deinit(&port);
}

static void packets_left_go_with_the_port(void)
{
    struct rdy_completion_port port = make_port();
    struct rdy_overlapped request;
    rdy_overlapped_init(&request, never_done);
    EXPECT_EQUAL(rdy_completion_port_post(&port, &request).status, RDY_DONE);
    rdy_completion_port_deinit(&port);
    EXPECT(!rdy_handle_is_open(port.handle));
}

static void failed_post_or_port_is_reported(void)
{
    struct rdy_completion_port port;
    rdy_result made = rdy_completion_port_init(&port);
    if (made.status != RDY_DONE) {
        EXPECT_EQUAL(made.status, RDY_FAILED);
        EXPECT(made.os_error != ERROR_SUCCESS);
        EXPECT(!rdy_handle_is_open(port.handle));
        return;
    }
    struct rdy_overlapped request;
    rdy_overlapped_init(&request, never_done);
    rdy_result posted = rdy_completion_port_post(&port, &request);
    OVERLAPPED_ENTRY entry;
    ULONG count = POISON;
    rdy_result got = rdy_completion_port_get_many(&port, &entry, 1, 0, &count);
    EXPECT_EQUAL(got.status, posted.status == RDY_DONE ? RDY_DONE : RDY_WOULD_BLOCK);
    EXPECT(posted.status == RDY_DONE || posted.os_error != ERROR_SUCCESS);
    rdy_completion_port_deinit(&port);
}

static const struct fact facts[] = {
    FACT(empty_port_times_out_with_count_zero, 0),
    FACT(wait_with_timeout_ends_by_itself, 0),
    FACT(posted_packet_carries_its_request_and_nothing_else, 0),
    FACT(packets_come_in_the_order_of_posting, 0),
    FACT(no_more_packets_are_taken_than_asked_for, 0),
    FACT(waiting_thread_is_woken_by_another_threads_post, 0),
    FACT(handle_is_bound_to_one_port_only, 0),
    FACT(handle_without_overlapped_is_refused, 0),
    FACT(packets_left_go_with_the_port, 0),
    FACT(failed_post_or_port_is_reported, FACT_WITH_FAULTS),
};

FACT_SUITE(completion_port);
