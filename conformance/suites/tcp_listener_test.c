/* tcp_listener_test: accepting connections, and the registration that all sockets share. */
#include "conformance/suites/socket_fixture.h"

static void listener_takes_a_free_port(void)
{
    struct socket_fixture fixture = sockets_listening();
    EXPECT_EQUAL(rdy_address_family(&fixture.address), AF_INET);
    EXPECT(rdy_address_port(&fixture.address) != 0);
    sockets_end(&fixture);
}

static void bind_to_an_address_in_use_fails(void)
{
    struct socket_fixture fixture = sockets_listening();
    rdy_tcp_listener *other = (rdy_tcp_listener *)(uintptr_t)1;
    expect_failed(rdy_tcp_listener_bind(&fixture.address, &other), WSAEADDRINUSE);
    EXPECT(other == NULL);
    sockets_end(&fixture);
}

static void accept_without_a_connection_would_block(void)
{
    struct socket_fixture fixture = sockets_listening();
    rdy_tcp_stream *stream = (rdy_tcp_stream *)(uintptr_t)1;
    expect_would_block(rdy_tcp_listener_accept(fixture.listener, &stream, NULL));
    EXPECT(stream == NULL);
    sockets_end(&fixture);
}

static void watch_listener(struct socket_fixture *fixture)
{
    expect_done(rdy_tcp_listener_register(fixture->listener, fixture->registry, LISTENER_TOKEN,
                                          RDY_INTEREST_READABLE));
}

static void connection_is_reported_and_accepted(void)
{
    struct socket_fixture fixture = sockets_listening();
    watch_listener(&fixture);
    expect_done(rdy_tcp_stream_connect(&fixture.address, &fixture.client));
    EXPECT_EQUAL(events_of(fixture.poll, LISTENER_TOKEN, RDY_WAIT_FOREVER, NULL),
                 RDY_EVENT_READABLE);
    rdy_address peer, local;
    expect_done(rdy_tcp_listener_accept(fixture.listener, &fixture.server, &peer));
    expect_done(rdy_tcp_stream_local_address(fixture.client, &local));
    EXPECT_EQUAL(rdy_address_port(&peer), rdy_address_port(&local));
    expect_done(rdy_tcp_stream_peer_address(fixture.server, &peer));
    EXPECT_EQUAL(rdy_address_port(&peer), rdy_address_port(&local));
    sockets_end(&fixture);
}

static void accepted_stream_does_not_block(void)
{
    struct socket_fixture fixture = sockets_connected();
    size_t count;
    expect_would_block(stream_read(fixture.server, 1, &count));
    EXPECT_EQUAL(count, 0);
    sockets_end(&fixture);
}

static void each_connection_is_reported_after_accept_would_block(void)
{
    struct socket_fixture fixture = sockets_listening();
    watch_listener(&fixture);
    for (int i = 0; i < 2; i++) {
        rdy_tcp_stream *client, *server, *none;
        expect_done(rdy_tcp_stream_connect(&fixture.address, &client));
        (void)await_events(fixture.poll, LISTENER_TOKEN, RDY_EVENT_READABLE);
        expect_done(rdy_tcp_listener_accept(fixture.listener, &server, NULL));
        expect_would_block(rdy_tcp_listener_accept(fixture.listener, &none, NULL));
        rdy_tcp_stream_destroy(client);
        rdy_tcp_stream_destroy(server);
    }
    expect_silence(fixture.poll);
    sockets_end(&fixture);
}

static void several_connections_may_wait_to_be_accepted(void)
{
    enum { SEVERAL = 5 };
    struct socket_fixture fixture = sockets_listening();
    rdy_tcp_stream *clients[SEVERAL], *server;
    for (uint64_t i = 0; i < SEVERAL; i++) {
        expect_done(rdy_tcp_stream_connect(&fixture.address, &clients[i]));
        expect_done(
            rdy_tcp_stream_register(clients[i], fixture.registry, i, RDY_INTEREST_WRITABLE));
        EXPECT_EQUAL(events_of(fixture.poll, i, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    }
    watch_listener(&fixture);
    for (unsigned accepted = 0; accepted < SEVERAL;) {
        (void)await_events(fixture.poll, LISTENER_TOKEN, RDY_EVENT_READABLE);
        while (rdy_tcp_listener_accept(fixture.listener, &server, NULL).status == RDY_DONE) {
            rdy_tcp_stream_destroy(server);
            accepted++;
        }
    }
    for (unsigned i = 0; i < SEVERAL; i++) {
        rdy_tcp_stream_destroy(clients[i]);
    }
    sockets_end(&fixture);
}

static void connections_that_wait_are_reported_once(void)
{
    struct socket_fixture fixture = sockets_listening();
    watch_listener(&fixture);
    expect_done(rdy_tcp_stream_connect(&fixture.address, &fixture.client));
    (void)await_events(fixture.poll, LISTENER_TOKEN, RDY_EVENT_READABLE);
    expect_silence(fixture.poll);
    sockets_end(&fixture);
}

static void registration_reports_a_connection_that_waits(void)
{
    struct socket_fixture fixture = sockets_listening();
    watch_listener(&fixture);
    expect_done(rdy_tcp_stream_connect(&fixture.address, &fixture.client));
    (void)await_events(fixture.poll, LISTENER_TOKEN, RDY_EVENT_READABLE);
    expect_done(
        rdy_tcp_listener_reregister(fixture.listener, fixture.registry, 77, RDY_INTEREST_READABLE));
    EXPECT_EQUAL(events_of(fixture.poll, 77, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    expect_done(rdy_tcp_listener_deregister(fixture.listener, fixture.registry));
    expect_done(
        rdy_tcp_listener_register(fixture.listener, fixture.registry, 78, RDY_INTEREST_READABLE));
    EXPECT_EQUAL(events_of(fixture.poll, 78, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    sockets_end(&fixture);
}

static void interest_must_be_one(void)
{
    struct socket_fixture fixture = sockets_listening();
    expect_failed(rdy_tcp_listener_register(fixture.listener, fixture.registry, 1, 0),
                  ERROR_INVALID_PARAMETER);
    expect_failed(rdy_tcp_listener_register(fixture.listener, fixture.registry, 1, 4),
                  ERROR_INVALID_PARAMETER);
    watch_listener(&fixture);
    expect_failed(rdy_tcp_listener_reregister(fixture.listener, fixture.registry, 1, 0),
                  ERROR_INVALID_PARAMETER);
    sockets_end(&fixture);
}

static void registration_is_one_at_a_time(void)
{
    struct socket_fixture fixture = sockets_listening();
    rdy_registry *registry = fixture.registry;
    expect_failed(rdy_tcp_listener_reregister(fixture.listener, registry, 1, RDY_INTEREST_ALL),
                  ERROR_NOT_FOUND);
    expect_failed(rdy_tcp_listener_deregister(fixture.listener, registry), ERROR_NOT_FOUND);
    watch_listener(&fixture);
    expect_failed(rdy_tcp_listener_register(fixture.listener, registry, 2, RDY_INTEREST_ALL),
                  ERROR_ALREADY_EXISTS);
    expect_done(rdy_tcp_listener_deregister(fixture.listener, registry));
    expect_failed(rdy_tcp_listener_deregister(fixture.listener, registry), ERROR_NOT_FOUND);
    sockets_end(&fixture);
}

static void another_registry_must_wait_until_deregistered(void)
{
    struct socket_fixture fixture = sockets_listening();
    rdy_poll *other;
    expect_done(rdy_poll_create(&other));
    rdy_registry *registry = rdy_poll_registry(other);
    watch_listener(&fixture);
    expect_failed(rdy_tcp_listener_register(fixture.listener, registry, 2, RDY_INTEREST_READABLE),
                  ERROR_ALREADY_EXISTS);
    expect_failed(rdy_tcp_listener_reregister(fixture.listener, registry, 2, RDY_INTEREST_READABLE),
                  ERROR_ALREADY_EXISTS);
    expect_failed(rdy_tcp_listener_deregister(fixture.listener, registry), ERROR_ALREADY_EXISTS);
    expect_done(rdy_tcp_listener_deregister(fixture.listener, fixture.registry));
    expect_done(rdy_tcp_listener_register(fixture.listener, registry, 2, RDY_INTEREST_READABLE));
    expect_done(rdy_tcp_stream_connect(&fixture.address, &fixture.client));
    EXPECT_EQUAL(events_of(other, 2, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    expect_silence(fixture.poll);
    rdy_poll_destroy(other);
    sockets_end(&fixture);
}

/* A poll in flight at the old port does not keep the new one from hearing of the source. */
static void source_moves_to_another_poll_while_its_poll_is_in_flight(void)
{
    struct socket_fixture fixture = sockets_listening();
    rdy_poll *other;
    expect_done(rdy_poll_create(&other));
    watch_listener(&fixture);
    expect_silence(fixture.poll); /* the kernel watches it now */
    expect_done(rdy_tcp_listener_deregister(fixture.listener, fixture.registry));
    expect_done(rdy_tcp_listener_register(fixture.listener, rdy_poll_registry(other), 2,
                                          RDY_INTEREST_READABLE));
    expect_done(rdy_tcp_stream_connect(&fixture.address, &fixture.client));
    EXPECT_EQUAL(events_of(other, 2, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    rdy_poll_destroy(other);
    sockets_end(&fixture);
}

static void all_tokens_are_legal(void)
{
    static const uint64_t tokens[] = {0, 1, UINT64_C(1) << 63, UINT64_MAX};
    struct socket_fixture fixture = sockets_listening();
    expect_done(rdy_tcp_stream_connect(&fixture.address, &fixture.client));
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        expect_done(rdy_tcp_listener_register(fixture.listener, fixture.registry, tokens[i],
                                              RDY_INTEREST_READABLE));
        EXPECT_EQUAL(events_of(fixture.poll, tokens[i], RDY_WAIT_FOREVER, NULL),
                     RDY_EVENT_READABLE);
        expect_done(rdy_tcp_listener_deregister(fixture.listener, fixture.registry));
    }
    sockets_end(&fixture);
}

static void accept_asks_nobody_once_its_poll_is_gone(void)
{
    struct socket_fixture fixture = sockets_listening();
    watch_listener(&fixture);
    rdy_poll_destroy(fixture.poll);
    fixture.poll = NULL;
    rdy_tcp_stream *stream;
    expect_failed(rdy_tcp_listener_accept(fixture.listener, &stream, NULL), ERROR_INVALID_HANDLE);
    DWORD error = 99;
    expect_failed(rdy_tcp_listener_take_error(fixture.listener, &error), ERROR_INVALID_HANDLE);
    EXPECT_EQUAL(error, ERROR_SUCCESS);
    sockets_end(&fixture);
}

static void ttl_can_be_changed(void)
{
    struct socket_fixture fixture = sockets_listening();
    DWORD ttl = 0;
    expect_done(rdy_tcp_listener_set_ttl(fixture.listener, 61));
    expect_done(rdy_tcp_listener_ttl(fixture.listener, &ttl));
    EXPECT_EQUAL(ttl, 61);
    sockets_end(&fixture);
}

static void raw_sockets_go_out_and_in(void)
{
    struct socket_fixture fixture = sockets_listening();
    SOCKET raw = rdy_tcp_listener_raw_socket(fixture.listener);
    watch_listener(&fixture);
    EXPECT(rdy_tcp_listener_into_raw_socket(fixture.listener) == raw);
    expect_done(rdy_tcp_listener_from_raw_socket(raw, &fixture.listener));
    watch_listener(&fixture);
    expect_done(rdy_tcp_stream_connect(&fixture.address, &fixture.client));
    EXPECT_EQUAL(events_of(fixture.poll, LISTENER_TOKEN, RDY_WAIT_FOREVER, NULL),
                 RDY_EVENT_READABLE);
    sockets_end(&fixture);
}

static void what_is_no_socket_is_refused(void)
{
    rdy_tcp_listener *listener = (rdy_tcp_listener *)(uintptr_t)1;
    WSADATA data;
    EXPECT_EQUAL(WSAStartup(MAKEWORD(2, 2), &data), 0);
    expect_failed(rdy_tcp_listener_from_raw_socket(0x7ffffff0, &listener), WSAENOTSOCK);
    EXPECT(listener == NULL);
    EXPECT_EQUAL(WSACleanup(), 0);
}

static void connection_may_be_accepted_through_the_raw_socket(void)
{
    struct socket_fixture fixture = sockets_listening();
    watch_listener(&fixture);
    for (int i = 0; i < 2; i++) {
        rdy_tcp_stream *client;
        expect_done(rdy_tcp_stream_connect(&fixture.address, &client));
        (void)await_events(fixture.poll, LISTENER_TOKEN, RDY_EVENT_READABLE);
        SOCKET socket = accept(rdy_tcp_listener_raw_socket(fixture.listener), NULL, NULL);
        EXPECT(socket != INVALID_SOCKET);
        expect_would_block(rdy_tcp_listener_would_block(fixture.listener, RDY_INTEREST_READABLE));
        EXPECT_EQUAL(closesocket(socket), 0);
        rdy_tcp_stream_destroy(client);
    }
    sockets_end(&fixture);
}

/* Whatever fails, nothing is left and no connection is lost. */
static void failing_accept_loses_no_connection(void)
{
    rdy_address any_port = loopback(0), address;
    rdy_poll *poll;
    rdy_tcp_listener *listener;
    rdy_tcp_stream *client, *server = NULL;
    if (rdy_poll_create(&poll).status != RDY_DONE) {
        return;
    }
    if (rdy_tcp_listener_bind(&any_port, &listener).status == RDY_DONE) {
        rdy_result result = rdy_tcp_listener_local_address(listener, &address);
        if (result.status == RDY_DONE &&
            rdy_tcp_stream_connect(&address, &client).status == RDY_DONE) {
            fact_settle();
            result = rdy_tcp_listener_accept(listener, &server, NULL);
            if (result.status == RDY_FAILED) {
                EXPECT(server == NULL);
                result = rdy_tcp_listener_accept(listener, &server, NULL);
            }
            if (result.status == RDY_DONE) {
                rdy_tcp_stream_destroy(server);
            } else {
                EXPECT_EQUAL(result.status, RDY_WOULD_BLOCK); /* the fault was the connection's */
            }
            rdy_tcp_stream_destroy(client);
        }
        rdy_tcp_listener_destroy(listener);
    } else {
        EXPECT(listener == NULL);
    }
    rdy_poll_destroy(poll);
}

static const struct fact facts[] = {
    FACT(listener_takes_a_free_port, 0),
    FACT(bind_to_an_address_in_use_fails, 0),
    FACT(accept_without_a_connection_would_block, 0),
    FACT(connection_is_reported_and_accepted, 0),
    FACT(accepted_stream_does_not_block, 0),
    FACT(each_connection_is_reported_after_accept_would_block, 0),
    FACT(several_connections_may_wait_to_be_accepted, 0),
    FACT(connections_that_wait_are_reported_once, 0),
    FACT(registration_reports_a_connection_that_waits, 0),
    FACT(interest_must_be_one, 0),
    FACT(registration_is_one_at_a_time, 0),
    FACT(another_registry_must_wait_until_deregistered, 0),
    FACT(source_moves_to_another_poll_while_its_poll_is_in_flight, 0),
    FACT(all_tokens_are_legal, 0),
    FACT(accept_asks_nobody_once_its_poll_is_gone, 0),
    FACT(ttl_can_be_changed, 0),
    FACT(raw_sockets_go_out_and_in, 0),
    FACT(what_is_no_socket_is_refused, FACT_BAD_HANDLES),
    FACT(connection_may_be_accepted_through_the_raw_socket, 0),
    FACT(failing_accept_loses_no_connection, FACT_WITH_FAULTS),
};

FACT_SUITE(tcp_listener);
