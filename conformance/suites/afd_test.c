/* afd_test: polls of sockets, and the handles they are made through. */
#include "conformance/suites/socket_fixture.h"
#include "core/afd_group.h"
#include "core/completion_port.h"

#include <string.h>

#define SILENCE_MS 20u
#define GROUP      RDY_AFD_GROUP_SOCKETS_MAX

/* A handle of the driver with its port and one request that poll_ended is told of. */
struct afd_fixture {
    struct rdy_completion_port port;
    struct rdy_afd afd;
    struct rdy_afd_request request;
};

static struct rdy_overlapped *ended; /* by the thread of the fact that dispatches */

static BOOL poll_ended(struct rdy_overlapped *request, rdy_event *event)
{
    ended = request;
    return FALSE;
}

static void fixture_begin(struct afd_fixture *fixture)
{
    memset(fixture, 0, sizeof *fixture);
    expect_done(rdy_completion_port_init(&fixture->port));
    expect_done(rdy_afd_open(&fixture->afd, &fixture->port));
    rdy_overlapped_init(&fixture->request.overlapped, poll_ended);
    WSADATA data;
    EXPECT_EQUAL(WSAStartup(MAKEWORD(2, 2), &data), 0);
}

static void fixture_end(struct afd_fixture *fixture)
{
    rdy_afd_close(&fixture->afd);
    rdy_completion_port_deinit(&fixture->port);
    EXPECT_EQUAL(WSACleanup(), 0);
}

/* Takes the packet of a poll; its answer. */
static uint32_t answer(struct afd_fixture *fixture, struct rdy_afd_request *request)
{
    OVERLAPPED_ENTRY entry;
    ULONG count = 99;
    expect_done(rdy_completion_port_get_many(&fixture->port, &entry, 1, INFINITE, &count));
    EXPECT_EQUAL(count, 1);
    ended = NULL;
    EXPECT(!rdy_overlapped_dispatch(&entry, NULL));
    EXPECT(ended == &request->overlapped);
    uint32_t events = 0xffff;
    expect_done(rdy_afd_answer(request, &events));
    return events;
}

static void expect_no_packet(struct afd_fixture *fixture)
{
    OVERLAPPED_ENTRY entry;
    ULONG count = 99;
    expect_would_block(rdy_completion_port_get_many(&fixture->port, &entry, 1, SILENCE_MS, &count));
    EXPECT_EQUAL(count, 0);
}

static SOCKET udp_socket(void)
{
    SOCKET socket = WSASocketW(AF_INET, SOCK_DGRAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    EXPECT(socket != INVALID_SOCKET);
    rdy_address address = loopback(0);
    EXPECT_EQUAL(bind(socket, &address.as.any, address.size), 0);
    return socket;
}

static void send_to_itself(SOCKET socket)
{
    rdy_address address;
    memset(&address, 0, sizeof address);
    address.size = sizeof address.as;
    EXPECT_EQUAL(getsockname(socket, &address.as.any, &address.size), 0);
    EXPECT_EQUAL(sendto(socket, "x", 1, 0, &address.as.any, address.size), 1);
}

static void poll_of_what_holds_answers_at_once(void)
{
    struct afd_fixture fixture;
    fixture_begin(&fixture);
    SOCKET socket = udp_socket();
    uint32_t asked = RDY_AFD_SEND | RDY_AFD_RECEIVE;
    expect_done(rdy_afd_poll(&fixture.afd, &fixture.request, socket, asked));
    EXPECT_EQUAL(answer(&fixture, &fixture.request), RDY_AFD_SEND);
    expect_no_packet(&fixture);
    EXPECT_EQUAL(closesocket(socket), 0);
    fixture_end(&fixture);
}

static void poll_waits_for_what_does_not_hold(void)
{
    struct afd_fixture fixture;
    fixture_begin(&fixture);
    SOCKET socket = udp_socket();
    expect_done(rdy_afd_poll(&fixture.afd, &fixture.request, socket, RDY_AFD_RECEIVE));
    expect_no_packet(&fixture);
    send_to_itself(socket);
    EXPECT_EQUAL(answer(&fixture, &fixture.request), RDY_AFD_RECEIVE);
    EXPECT_EQUAL(closesocket(socket), 0);
    fixture_end(&fixture);
}

static void request_is_used_again(void)
{
    struct afd_fixture fixture;
    fixture_begin(&fixture);
    SOCKET socket = udp_socket();
    for (int i = 0; i < 3; i++) {
        expect_done(rdy_afd_poll(&fixture.afd, &fixture.request, socket, RDY_AFD_SEND));
        EXPECT_EQUAL(answer(&fixture, &fixture.request), RDY_AFD_SEND);
    }
    EXPECT_EQUAL(closesocket(socket), 0);
    fixture_end(&fixture);
}

static void cancelled_poll_answers_nothing(void)
{
    struct afd_fixture fixture;
    fixture_begin(&fixture);
    SOCKET socket = udp_socket();
    expect_done(rdy_afd_poll(&fixture.afd, &fixture.request, socket, RDY_AFD_RECEIVE));
    expect_done(rdy_afd_cancel(&fixture.afd, &fixture.request));
    EXPECT_EQUAL(answer(&fixture, &fixture.request), 0);
    expect_no_packet(&fixture);
    EXPECT_EQUAL(closesocket(socket), 0);
    fixture_end(&fixture);
}

static void cancel_of_what_has_ended_is_done(void)
{
    struct afd_fixture fixture;
    fixture_begin(&fixture);
    SOCKET socket = udp_socket();
    expect_done(rdy_afd_poll(&fixture.afd, &fixture.request, socket, RDY_AFD_SEND));
    expect_done(rdy_afd_cancel(&fixture.afd, &fixture.request));
    EXPECT_EQUAL(answer(&fixture, &fixture.request), RDY_AFD_SEND);
    EXPECT_EQUAL(closesocket(socket), 0);
    fixture_end(&fixture);
}

static void close_of_a_polled_socket_is_answered_unasked(void)
{
    struct afd_fixture fixture;
    fixture_begin(&fixture);
    SOCKET socket = udp_socket();
    expect_done(rdy_afd_poll(&fixture.afd, &fixture.request, socket, RDY_AFD_RECEIVE));
    EXPECT_EQUAL(closesocket(socket), 0);
    EXPECT_EQUAL(answer(&fixture, &fixture.request), RDY_AFD_LOCAL_CLOSE);
    fixture_end(&fixture);
}

static void poll_of_a_closed_socket_is_refused(void)
{
    struct afd_fixture fixture;
    fixture_begin(&fixture);
    SOCKET socket = udp_socket();
    EXPECT_EQUAL(closesocket(socket), 0);
    expect_failed(rdy_afd_poll(&fixture.afd, &fixture.request, socket, RDY_AFD_RECEIVE),
                  ERROR_INVALID_HANDLE);
    expect_no_packet(&fixture);
    fixture_end(&fixture);
}

static void polls_of_one_socket_are_independent(void)
{
    struct afd_fixture fixture;
    fixture_begin(&fixture);
    struct rdy_afd_request other;
    rdy_overlapped_init(&other.overlapped, poll_ended);
    SOCKET socket = udp_socket();
    expect_done(rdy_afd_poll(&fixture.afd, &fixture.request, socket, RDY_AFD_RECEIVE));
    expect_done(rdy_afd_poll(&fixture.afd, &other, socket, RDY_AFD_SEND));
    EXPECT_EQUAL(answer(&fixture, &other), RDY_AFD_SEND);
    send_to_itself(socket);
    EXPECT_EQUAL(answer(&fixture, &fixture.request), RDY_AFD_RECEIVE);
    EXPECT_EQUAL(closesocket(socket), 0);
    fixture_end(&fixture);
}

static void base_handle_of_a_plain_socket_is_its_own(void)
{
    struct afd_fixture fixture;
    fixture_begin(&fixture);
    SOCKET socket = udp_socket(), base = 0;
    expect_done(rdy_afd_base_handle(socket, &base));
    EXPECT(base == socket);
    EXPECT_EQUAL(closesocket(socket), 0);
    fixture_end(&fixture);
}

static void base_handle_is_found_below_layers(void)
{
    struct afd_fixture fixture;
    fixture_begin(&fixture);
    SOCKET socket = udp_socket(), base = 0;
    expect_done(rdy_afd_base_handle(socket, &base));
    EXPECT(base != socket);
    expect_done(rdy_afd_poll(&fixture.afd, &fixture.request, base, RDY_AFD_SEND));
    EXPECT_EQUAL(answer(&fixture, &fixture.request), RDY_AFD_SEND);
    EXPECT_EQUAL(closesocket(socket), 0);
    fixture_end(&fixture);
}

static void what_is_no_socket_has_no_base_handle(void)
{
    struct afd_fixture fixture;
    fixture_begin(&fixture);
    SOCKET base;
    expect_failed(rdy_afd_base_handle(0x7ffffff0, &base), WSAENOTSOCK);
    fixture_end(&fixture);
}

/* ---- groups ---- */

static void handle_takes_so_many_sockets_and_no_more(void)
{
    struct afd_fixture fixture;
    struct rdy_afd_group group;
    struct rdy_afd *afd[GROUP + 1];
    fixture_begin(&fixture);
    rdy_afd_group_init(&group, &fixture.port);
    for (size_t i = 0; i < GROUP + 1; i++) {
        expect_done(rdy_afd_group_acquire(&group, &afd[i]));
        rdy_afd_group_check(&group);
        EXPECT((afd[i] == afd[0]) == (i < GROUP));
    }
    EXPECT_EQUAL(group.handle_count, 2);
    for (size_t i = 0; i < GROUP + 1; i++) {
        rdy_afd_group_release(afd[i]);
        rdy_afd_group_check(&group);
    }
    EXPECT_EQUAL(group.handle_count, 1);
    rdy_afd_group_deinit(&group);
    fixture_end(&fixture);
}

static void place_that_was_given_back_is_taken_first(void)
{
    struct afd_fixture fixture;
    struct rdy_afd_group group;
    struct rdy_afd *afd[2 * GROUP], *again;
    fixture_begin(&fixture);
    rdy_afd_group_init(&group, &fixture.port);
    for (size_t i = 0; i < 2 * GROUP; i++) {
        expect_done(rdy_afd_group_acquire(&group, &afd[i]));
    }
    rdy_afd_group_release(afd[3]);
    expect_done(rdy_afd_group_acquire(&group, &again));
    EXPECT(again == afd[3]);
    EXPECT_EQUAL(group.handle_count, 2);
    rdy_afd_group_check(&group);
    for (size_t i = 0; i < 2 * GROUP; i++) {
        rdy_afd_group_release(afd[i]);
    }
    rdy_afd_group_deinit(&group);
    fixture_end(&fixture);
}

static void one_socket_again_and_again_opens_one_handle(void)
{
    struct afd_fixture fixture;
    struct rdy_afd_group group;
    struct rdy_afd *afd, *first = NULL;
    fixture_begin(&fixture);
    rdy_afd_group_init(&group, &fixture.port);
    for (int i = 0; i < 3; i++) {
        expect_done(rdy_afd_group_acquire(&group, &afd));
        EXPECT(first == NULL || afd == first);
        first = afd;
        rdy_afd_group_release(afd);
        rdy_afd_group_check(&group);
    }
    rdy_afd_group_deinit(&group);
    fixture_end(&fixture);
}

static void failed_opening_leaves_nothing(void)
{
    struct rdy_completion_port port;
    struct rdy_afd_group group;
    struct rdy_afd *afd;
    if (rdy_completion_port_init(&port).status != RDY_DONE) {
        return;
    }
    rdy_afd_group_init(&group, &port);
    rdy_result result = rdy_afd_group_acquire(&group, &afd);
    rdy_afd_group_check(&group);
    if (result.status == RDY_FAILED) {
        EXPECT(afd == NULL && result.os_error != ERROR_SUCCESS);
        expect_done(rdy_afd_group_acquire(&group, &afd));
    }
    rdy_afd_group_release(afd);
    rdy_afd_group_deinit(&group);
    rdy_completion_port_deinit(&port);
}

static const struct fact facts[] = {
    FACT(poll_of_what_holds_answers_at_once, 0),
    FACT(poll_waits_for_what_does_not_hold, 0),
    FACT(request_is_used_again, 0),
    FACT(cancelled_poll_answers_nothing, FACT_PLAIN),
    FACT(cancel_of_what_has_ended_is_done, FACT_PLAIN),
    FACT(close_of_a_polled_socket_is_answered_unasked, 0),
    FACT(poll_of_a_closed_socket_is_refused, FACT_BAD_HANDLES),
    FACT(polls_of_one_socket_are_independent, 0),
    FACT(base_handle_of_a_plain_socket_is_its_own, 0),
    FACT(base_handle_is_found_below_layers, FACT_SIMULATED_ONLY | FACT_LAYERED),
    {.name = "base_handle_is_found_below_layers_that_hide_it",
     .body = base_handle_is_found_below_layers,
     .flags = FACT_SIMULATED_ONLY | FACT_LAYERED_BSP},
    {FACT_OF(what_is_no_socket_has_no_base_handle), .flags = FACT_BAD_HANDLES,
     .on_wine = "it answers for anything"},
    FACT(handle_takes_so_many_sockets_and_no_more, 0),
    FACT(place_that_was_given_back_is_taken_first, 0),
    FACT(one_socket_again_and_again_opens_one_handle, 0),
    FACT(failed_opening_leaves_nothing, FACT_WITH_FAULTS),
};

FACT_SUITE(afd);
