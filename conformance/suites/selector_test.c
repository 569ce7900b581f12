/* selector_test: when the kernel hears of registrations, from any thread, and what happens when it
 * refuses. */
#include "conformance/suites/socket_fixture.h"
#include "core/io_source.h"
#include "core/udp_socket.h"
#include "core/waker.h"

#include <string.h>

#define EVENTS_MAX  8u
#define WAKER_TOKEN UINT64_C(70)
#define FIRST_TOKEN UINT64_C(100)
#define MANY        40u /* more than share a handle of the driver */

/* ---- threads that change something while another one waits ---- */

struct change {
    struct socket_fixture *fixture;
    rdy_result result;
};

static HANDLE start(LPTHREAD_START_ROUTINE body, void *argument)
{
    HANDLE thread = CreateThread(NULL, 0, body, argument, 0, NULL);
    EXPECT(thread != NULL);
    return thread;
}

static void join(HANDLE thread)
{
    EXPECT_EQUAL(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    EXPECT(CloseHandle(thread));
}

static DWORD WINAPI register_client(LPVOID argument)
{
    struct change *change = argument;
    change->result = rdy_tcp_stream_register(change->fixture->client, change->fixture->registry,
                                             CLIENT_TOKEN, RDY_INTEREST_WRITABLE);
    return 0;
}

static void source_registered_while_another_thread_waits_is_reported(void)
{
    struct socket_fixture fixture = sockets_connected();
    struct change change = {.fixture = &fixture};
    HANDLE thread = start(register_client, &change);
    EXPECT_EQUAL(events_of(fixture.poll, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    join(thread);
    expect_done(change.result);
    sockets_end(&fixture);
}

static DWORD WINAPI reregister_client(LPVOID argument)
{
    struct change *change = argument;
    change->result = rdy_tcp_stream_reregister(change->fixture->client, change->fixture->registry,
                                               FIRST_TOKEN, RDY_INTEREST_ALL);
    return 0;
}

static void source_reregistered_while_another_thread_waits_is_reported(void)
{
    struct socket_fixture fixture = sockets_connected();
    expect_done(rdy_tcp_stream_register(fixture.client, fixture.registry, CLIENT_TOKEN,
                                        RDY_INTEREST_READABLE));
    struct change change = {.fixture = &fixture};
    HANDLE thread = start(reregister_client, &change);
    EXPECT_EQUAL(events_of(fixture.poll, FIRST_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    join(thread);
    expect_done(change.result);
    sockets_end(&fixture);
}

static DWORD WINAPI read_client(LPVOID argument)
{
    struct change *change = argument;
    size_t count;
    expect_done(stream_read(change->fixture->client, 1, &count));
    change->result = stream_read(change->fixture->client, 1, &count);
    stream_put(change->fixture->server, "y");
    return 0;
}

/* The reader arms its direction in a poll that already sleeps. */
static void source_that_would_block_while_another_thread_waits_is_reported(void)
{
    struct socket_fixture fixture = sockets_connected();
    expect_done(rdy_tcp_stream_register(fixture.client, fixture.registry, CLIENT_TOKEN,
                                        RDY_INTEREST_READABLE));
    stream_put(fixture.server, "x");
    (void)await_events(fixture.poll, CLIENT_TOKEN, RDY_EVENT_READABLE);
    struct change change = {.fixture = &fixture};
    HANDLE thread = start(read_client, &change);
    EXPECT_EQUAL(events_of(fixture.poll, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    join(thread);
    expect_would_block(change.result);
    sockets_end(&fixture);
}

static DWORD WINAPI deregister_client(LPVOID argument)
{
    struct change *change = argument;
    change->result = rdy_tcp_stream_deregister(change->fixture->client, change->fixture->registry);
    return 0;
}

static void source_deregistered_while_another_thread_waits_is_silent_afterwards(void)
{
    struct socket_fixture fixture = sockets_connected();
    expect_done(
        rdy_tcp_stream_register(fixture.client, fixture.registry, CLIENT_TOKEN, RDY_INTEREST_ALL));
    struct change change = {.fixture = &fixture};
    HANDLE thread = start(deregister_client, &change);
    rdy_event events[EVENTS_MAX];
    size_t count = 99;
    expect_done(rdy_poll_wait(fixture.poll, events, EVENTS_MAX, SILENCE_NS, &count));
    join(thread);
    expect_done(change.result);
    expect_silence(fixture.poll);
    sockets_end(&fixture);
}

static DWORD WINAPI destroy_client(LPVOID argument)
{
    struct change *change = argument;
    rdy_tcp_stream_destroy(change->fixture->client);
    change->fixture->client = NULL;
    return 0;
}

static void source_may_be_destroyed_while_another_thread_waits(void)
{
    struct socket_fixture fixture = sockets_connected();
    expect_done(
        rdy_tcp_stream_register(fixture.client, fixture.registry, CLIENT_TOKEN, RDY_INTEREST_ALL));
    struct change change = {.fixture = &fixture};
    HANDLE thread = start(destroy_client, &change);
    rdy_event events[EVENTS_MAX];
    size_t count = 99;
    expect_done(rdy_poll_wait(fixture.poll, events, EVENTS_MAX, SILENCE_NS, &count));
    join(thread);
    expect_silence(fixture.poll);
    sockets_end(&fixture);
}

static DWORD WINAPI destroy_poll(LPVOID argument)
{
    struct change *change = argument;
    rdy_registry_release(change->fixture->registry);
    return 0;
}

static void source_may_go_while_its_registry_does(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    (void)rdy_registry_clone(fixture.registry);
    rdy_poll_destroy(fixture.poll);
    fixture.poll = NULL;
    struct change change = {.fixture = &fixture};
    HANDLE thread = start(destroy_poll, &change);
    size_t count;
    rdy_result result = stream_read(fixture.server, 1, &count);
    EXPECT(result.status == RDY_WOULD_BLOCK || result.os_error == ERROR_INVALID_HANDLE);
    rdy_tcp_stream_destroy(fixture.client);
    fixture.client = NULL;
    join(thread);
    sockets_end(&fixture);
}

/* ---- one thread ---- */

static rdy_udp_socket *make_udp(void)
{
    rdy_udp_socket *socket;
    rdy_address any_port = loopback(0);
    expect_done(rdy_udp_socket_bind(&any_port, &socket));
    return socket;
}

static void sources_beyond_the_buffer_are_reported_later(void)
{
    rdy_poll *poll;
    expect_done(rdy_poll_create(&poll));
    rdy_udp_socket *sockets[3];
    for (size_t i = 0; i < 3; i++) {
        sockets[i] = make_udp();
        expect_done(rdy_udp_socket_register(sockets[i], rdy_poll_registry(poll), FIRST_TOKEN + i,
                                            RDY_INTEREST_WRITABLE));
    }
    uint64_t seen = 0;
    for (size_t i = 0; i < 3; i++) {
        rdy_event event;
        size_t count = 99;
        expect_done(rdy_poll_wait(poll, &event, 1, RDY_WAIT_FOREVER, &count));
        EXPECT_EQUAL(count, 1);
        seen |= UINT64_C(1) << (event.token - FIRST_TOKEN);
    }
    EXPECT_EQUAL(seen, 7);
    for (size_t i = 0; i < 3; i++) {
        rdy_udp_socket_destroy(sockets[i]);
    }
    rdy_poll_destroy(poll);
}

static void many_sources_share_handles(void)
{
    rdy_poll *poll;
    expect_done(rdy_poll_create(&poll));
    rdy_udp_socket *sockets[MANY];
    for (size_t i = 0; i < MANY; i++) {
        sockets[i] = make_udp();
        expect_done(rdy_udp_socket_register(sockets[i], rdy_poll_registry(poll), FIRST_TOKEN + i,
                                            RDY_INTEREST_WRITABLE));
    }
    size_t total = 0;
    while (total < MANY) {
        rdy_event events[MANY];
        size_t count = 99;
        expect_done(rdy_poll_wait(poll, events, MANY, RDY_WAIT_FOREVER, &count));
        total += count;
        rdy_poll_check(poll);
    }
    EXPECT_EQUAL(total, MANY);
    expect_silence(poll);
    for (size_t i = 0; i < MANY; i += 2) {
        rdy_udp_socket_destroy(sockets[i]);
    }
    rdy_poll_destroy(poll); /* before the rest */
    for (size_t i = 1; i < MANY; i += 2) {
        rdy_udp_socket_check(sockets[i]);
        rdy_udp_socket_destroy(sockets[i]);
    }
}

/* What a registration asked for before anybody waited is not asked twice, nor forgotten. */
static void changes_before_a_wait_are_one(void)
{
    struct socket_fixture fixture = sockets_connected();
    expect_done(rdy_tcp_stream_register(fixture.client, fixture.registry, 1, RDY_INTEREST_ALL));
    expect_done(
        rdy_tcp_stream_reregister(fixture.client, fixture.registry, 2, RDY_INTEREST_READABLE));
    expect_done(
        rdy_tcp_stream_reregister(fixture.client, fixture.registry, 3, RDY_INTEREST_WRITABLE));
    uint32_t others = 0;
    EXPECT_EQUAL(events_of(fixture.poll, 3, RDY_WAIT_FOREVER, &others), RDY_EVENT_WRITABLE);
    EXPECT_EQUAL(others, 0);
    expect_silence(fixture.poll);
    sockets_end(&fixture);
}

static void source_that_left_before_a_wait_is_not_polled(void)
{
    struct socket_fixture fixture = sockets_connected();
    expect_done(rdy_tcp_stream_register(fixture.client, fixture.registry, 1, RDY_INTEREST_ALL));
    expect_done(rdy_tcp_stream_deregister(fixture.client, fixture.registry));
    expect_done(rdy_tcp_stream_register(fixture.server, fixture.registry, 2, RDY_INTEREST_ALL));
    rdy_tcp_stream_destroy(fixture.server);
    fixture.server = NULL;
    expect_silence(fixture.poll);
    sockets_end(&fixture);
}

static void wake_is_reported_beside_sockets(void)
{
    struct socket_fixture fixture = sockets_connected();
    rdy_waker *waker;
    expect_done(rdy_waker_create(fixture.registry, WAKER_TOKEN, &waker));
    sockets_register(&fixture);
    expect_done(rdy_waker_wake(waker));
    EXPECT_EQUAL(events_of(fixture.poll, WAKER_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    rdy_waker_destroy(waker);
    sockets_end(&fixture);
}

/* Interests that grow while a poll is in flight: it is cancelled and made anew. */
static void larger_interest_replaces_the_poll_in_flight(void)
{
    struct socket_fixture fixture = sockets_connected();
    expect_done(
        rdy_tcp_stream_register(fixture.client, fixture.registry, 1, RDY_INTEREST_READABLE));
    expect_silence(fixture.poll);
    expect_done(rdy_tcp_stream_reregister(fixture.client, fixture.registry, 2, RDY_INTEREST_ALL));
    EXPECT_EQUAL(events_of(fixture.poll, 2, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    sockets_end(&fixture);
}

static void smaller_interest_leaves_the_poll_in_flight(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    expect_silence(fixture.poll);
    expect_done(
        rdy_tcp_stream_reregister(fixture.server, fixture.registry, 9, RDY_INTEREST_WRITABLE));
    EXPECT_EQUAL(events_of(fixture.poll, 9, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    stream_put(fixture.client, "x");
    expect_silence(fixture.poll);
    sockets_end(&fixture);
}

/* ---- a kernel that refuses ---- */

static BOOL is_resource_error(rdy_result result)
{
    return result.status == RDY_FAILED && result.os_error != ERROR_SUCCESS;
}

/* A poll that was put off and is refused then is an error event on its own token, and whoever
 * operates next is told why; the other source is reported as ever. */
/* The error that an event has told of, taken or returned by an operation. */
static void expect_resource_error(rdy_udp_socket *socket, BOOL takes)
{
    size_t received;
    char byte;
    if (!takes) {
        EXPECT(is_resource_error(rdy_udp_socket_receive(socket, &byte, 1, &received)));
        return;
    }
    DWORD error = 0;
    rdy_result result = rdy_udp_socket_take_error(socket, &error);
    EXPECT_EQUAL(result.status, RDY_DONE);
    result.status = RDY_FAILED;
    result.os_error = error;
    EXPECT(is_resource_error(result));
}

static void refused_poll_is_an_event_of_its_own_source(void)
{
    rdy_poll *poll;
    rdy_udp_socket *sockets[2] = {NULL, NULL};
    rdy_address any_port = loopback(0);
    if (rdy_poll_create(&poll).status != RDY_DONE) {
        return;
    }
    uint32_t registered = 0;
    for (uint32_t i = 0; i < 2; i++) {
        if (rdy_udp_socket_bind(&any_port, &sockets[i]).status == RDY_DONE &&
            rdy_udp_socket_register(sockets[i], rdy_poll_registry(poll), i, RDY_INTEREST_ALL)
                    .status == RDY_DONE) {
            registered |= 1u << i;
        }
    }
    uint32_t reported = 0;
    while (reported != registered) {
        rdy_event events[EVENTS_MAX];
        size_t count = 99;
        expect_done(rdy_poll_wait(poll, events, EVENTS_MAX, RDY_WAIT_FOREVER, &count));
        EXPECT(count > 0);
        for (size_t i = 0; i < count; i++) {
            size_t which = (size_t)events[i].token, received;
            char byte;
            reported |= 1u << which;
            if (events[i].flags & RDY_EVENT_ERROR) {
                EXPECT_EQUAL(events[i].flags, RDY_INTEREST_ALL | RDY_EVENT_ERROR);
                rdy_udp_socket_check(sockets[which]);
                expect_resource_error(sockets[which], which == 0);
                expect_would_block(rdy_udp_socket_receive(sockets[which], &byte, 1, &received));
            } else {
                EXPECT_EQUAL(events[i].flags, RDY_EVENT_WRITABLE);
            }
        }
    }
    for (uint32_t i = 0; i < 2; i++) {
        if (sockets[i] != NULL) {
            rdy_udp_socket_check(sockets[i]);
            rdy_udp_socket_destroy(sockets[i]);
        }
    }
    rdy_poll_check(poll);
    rdy_poll_destroy(poll);
}

/* Whoever reregisters instead has asked the kernel anew: nothing of the error is left that no event
 * would tell of. */
static void error_of_a_refused_poll_goes_with_reregister(void)
{
    rdy_poll *poll;
    rdy_udp_socket *socket;
    rdy_address any_port = loopback(0);
    size_t received;
    char byte;
    if (rdy_poll_create(&poll).status != RDY_DONE) {
        return;
    }
    if (rdy_udp_socket_bind(&any_port, &socket).status == RDY_DONE) {
        rdy_registry *registry = rdy_poll_registry(poll);
        if (rdy_udp_socket_register(socket, registry, 1, RDY_INTEREST_READABLE).status ==
                RDY_DONE &&
            (events_of(poll, 1, SILENCE_NS, NULL) & RDY_EVENT_ERROR) != 0) {
            expect_done(rdy_udp_socket_reregister(socket, registry, 2, RDY_INTEREST_READABLE));
            expect_silence(poll);
            expect_would_block(rdy_udp_socket_receive(socket, &byte, 1, &received));
        }
        rdy_udp_socket_destroy(socket);
    }
    rdy_poll_destroy(poll);
}

static DWORD WINAPI wait_for_the_waker(LPVOID argument)
{
    struct socket_fixture *fixture = argument;
    (void)events_of(fixture->poll, WAKER_TOKEN, RDY_WAIT_FOREVER, NULL);
    return 0;
}

/* While another thread sleeps, he who registers is told at once, and nothing has changed then. */
static void refused_poll_fails_the_call_while_another_thread_waits(void)
{
    struct socket_fixture fixture = {0};
    rdy_address any_port = loopback(0);
    rdy_waker *waker;
    rdy_udp_socket *socket;
    if (rdy_poll_create(&fixture.poll).status != RDY_DONE) {
        return;
    }
    fixture.registry = rdy_poll_registry(fixture.poll);
    if (rdy_waker_create(fixture.registry, WAKER_TOKEN, &waker).status == RDY_DONE) {
        HANDLE thread = CreateThread(NULL, 0, wait_for_the_waker, &fixture, 0, NULL);
        if (rdy_udp_socket_bind(&any_port, &socket).status == RDY_DONE) {
            fact_settle();
            rdy_result result =
                rdy_udp_socket_register(socket, fixture.registry, 1, RDY_INTEREST_ALL);
            if (result.status != RDY_DONE) {
                expect_failed(rdy_udp_socket_deregister(socket, fixture.registry), ERROR_NOT_FOUND);
                expect_done(rdy_udp_socket_register(socket, fixture.registry, 1, RDY_INTEREST_ALL));
            }
            result = rdy_udp_socket_reregister(socket, fixture.registry, 2, RDY_INTEREST_ALL);
            rdy_udp_socket_check(socket);
            rdy_udp_socket_destroy(socket);
        }
        while (thread != NULL && rdy_waker_wake(waker).status != RDY_DONE) {
        }
        if (thread != NULL) {
            join(thread);
        }
        rdy_waker_destroy(waker);
    }
    rdy_poll_destroy(fixture.poll);
}

/* Nobody may close a socket but its source; should somebody do so, nothing is reported any more,
 * and its handle, which may be another one's by now, is never polled again. */
static void socket_closed_by_others_is_never_polled_again(void)
{
    WSADATA data;
    EXPECT_EQUAL(WSAStartup(MAKEWORD(2, 2), &data), 0);
    rdy_poll *poll;
    rdy_io_source *source;
    expect_done(rdy_poll_create(&poll));
    SOCKET socket = WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    expect_done(rdy_io_source_from_raw_socket(socket, &source));
    expect_done(rdy_io_source_register(source, rdy_poll_registry(poll), 1, RDY_INTEREST_ALL));
    expect_silence(poll); /* it is watched */
    EXPECT_EQUAL(closesocket(socket), 0);
    expect_silence(poll);
    expect_would_block(rdy_io_source_would_block(source, RDY_INTEREST_ALL));
    expect_done(rdy_io_source_reregister(source, rdy_poll_registry(poll), 2, RDY_INTEREST_ALL));
    expect_silence(poll);
    (void)rdy_io_source_into_raw_socket(source);
    rdy_poll_destroy(poll);
    EXPECT_EQUAL(WSACleanup(), 0);
    EXPECT_EQUAL(WSACleanup(), 0); /* that of the source */
}

static void events_of_refused_polls_are_no_more_than_fit(void)
{
    WSADATA data;
    EXPECT_EQUAL(WSAStartup(MAKEWORD(2, 2), &data), 0);
    rdy_poll *poll;
    rdy_io_source *sources[2];
    expect_done(rdy_poll_create(&poll));
    for (uint64_t i = 0; i < 2; i++) {
        SOCKET socket = WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
        expect_done(rdy_io_source_from_raw_socket(socket, &sources[i]));
        expect_done(
            rdy_io_source_register(sources[i], rdy_poll_registry(poll), i, RDY_INTEREST_READABLE));
        EXPECT_EQUAL(closesocket(socket), 0);
    }
    for (uint64_t i = 0; i < 2; i++) {
        rdy_event events[2] = {{.token = 99}, {.token = 99}};
        size_t count = 99;
        expect_done(rdy_poll_wait(poll, events, 1, RDY_WAIT_FOREVER, &count));
        EXPECT_EQUAL(count, 1);
        EXPECT_EQUAL(events[0].token, i);
        EXPECT_EQUAL(events[1].token, 99);
    }
    for (unsigned i = 0; i < 2; i++) {
        (void)rdy_io_source_into_raw_socket(sources[i]);
        EXPECT_EQUAL(WSACleanup(), 0); /* that of the source */
    }
    rdy_poll_destroy(poll);
    EXPECT_EQUAL(WSACleanup(), 0);
}

static void socket_that_was_closed_before_it_was_polled_is_an_event(void)
{
    WSADATA data;
    EXPECT_EQUAL(WSAStartup(MAKEWORD(2, 2), &data), 0);
    rdy_poll *poll;
    rdy_io_source *source;
    expect_done(rdy_poll_create(&poll));
    SOCKET socket = WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    expect_done(rdy_io_source_from_raw_socket(socket, &source));
    expect_done(rdy_io_source_register(source, rdy_poll_registry(poll), 1, RDY_INTEREST_READABLE));
    EXPECT_EQUAL(closesocket(socket), 0);
    EXPECT_EQUAL(events_of(poll, 1, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE | RDY_EVENT_ERROR);
    expect_failed(rdy_io_source_enter(source), ERROR_INVALID_HANDLE);
    expect_done(rdy_io_source_enter(source));
    expect_silence(poll);
    expect_would_block(rdy_io_source_would_block(source, RDY_INTEREST_ALL));
    expect_silence(poll); /* its handle is not asked about again */
    (void)rdy_io_source_into_raw_socket(source);
    rdy_poll_destroy(poll);
    EXPECT_EQUAL(WSACleanup(), 0);
    EXPECT_EQUAL(WSACleanup(), 0);
}

static const struct fact facts[] = {
    FACT(source_registered_while_another_thread_waits_is_reported, 0),
    FACT(source_reregistered_while_another_thread_waits_is_reported, 0),
    FACT(source_that_would_block_while_another_thread_waits_is_reported, 0),
    FACT(source_deregistered_while_another_thread_waits_is_silent_afterwards, 0),
    FACT(source_may_be_destroyed_while_another_thread_waits, 0),
    FACT(source_may_go_while_its_registry_does, 0),
    FACT(sources_beyond_the_buffer_are_reported_later, 0),
    FACT(many_sources_share_handles, 0),
    FACT(changes_before_a_wait_are_one, 0),
    FACT(source_that_left_before_a_wait_is_not_polled, 0),
    FACT(wake_is_reported_beside_sockets, 0),
    FACT(larger_interest_replaces_the_poll_in_flight, 0),
    FACT(smaller_interest_leaves_the_poll_in_flight, 0),
    FACT(refused_poll_is_an_event_of_its_own_source, FACT_WITH_FAULTS),
    FACT(error_of_a_refused_poll_goes_with_reregister, FACT_WITH_FAULTS),
    FACT(refused_poll_fails_the_call_while_another_thread_waits, FACT_WITH_FAULTS),
    FACT(socket_closed_by_others_is_never_polled_again, FACT_BAD_HANDLES),
    FACT(socket_that_was_closed_before_it_was_polled_is_an_event, FACT_BAD_HANDLES),
    FACT(events_of_refused_polls_are_no_more_than_fit, FACT_BAD_HANDLES),
};

FACT_SUITE(selector);
