/* tcp_stream_test: connecting, bytes both ways, ends and resets, and what they are reported as. */
#include "conformance/suites/socket_fixture.h"

#include <string.h>

#define READ_FLAGS    (RDY_EVENT_READABLE | RDY_EVENT_READ_CLOSED)
#define RESET_FLAGS   (RDY_EVENT_ERROR | RDY_EVENT_READ_CLOSED | RDY_EVENT_WRITE_CLOSED)
#define HURRY         "!"
#define RESET_ON_WINE "a reset looks like the end of the stream to recv (ws2_32/tests/sock.c todo)"

/* ---- connecting ---- */

static void connect_reports_writable(void)
{
    struct socket_fixture fixture = sockets_listening();
    expect_done(rdy_tcp_stream_connect(&fixture.address, &fixture.client));
    expect_done(
        rdy_tcp_stream_register(fixture.client, fixture.registry, CLIENT_TOKEN, RDY_INTEREST_ALL));
    EXPECT_EQUAL(events_of(fixture.poll, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    DWORD error = 99;
    expect_done(rdy_tcp_stream_take_error(fixture.client, &error));
    EXPECT_EQUAL(error, ERROR_SUCCESS);
    rdy_address peer;
    expect_done(rdy_tcp_stream_peer_address(fixture.client, &peer));
    EXPECT_EQUAL(rdy_address_port(&peer), rdy_address_port(&fixture.address));
    sockets_end(&fixture);
}

/* A port at which nobody listens, and a stream that tries it. */
static struct socket_fixture refused(rdy_interest interest)
{
    struct socket_fixture fixture = sockets_listening();
    rdy_tcp_listener_destroy(fixture.listener);
    fixture.listener = NULL;
    expect_done(rdy_tcp_stream_connect(&fixture.address, &fixture.client));
    expect_done(rdy_tcp_stream_register(fixture.client, fixture.registry, CLIENT_TOKEN, interest));
    return fixture;
}

static void refused_connect_is_an_error_event(void)
{
    struct socket_fixture fixture = refused(RDY_INTEREST_ALL);
    EXPECT_EQUAL(events_of(fixture.poll, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL),
                 RDY_EVENT_READABLE | RDY_EVENT_WRITABLE | RESET_FLAGS);
    DWORD error = 99;
    expect_done(rdy_tcp_stream_take_error(fixture.client, &error));
    EXPECT_EQUAL(error, WSAECONNREFUSED);
    rdy_address peer;
    expect_failed(rdy_tcp_stream_peer_address(fixture.client, &peer), WSAENOTCONN);
    expect_silence(fixture.poll);
    sockets_end(&fixture);
}

static void refused_connect_is_reported_to_whoever_waits_to_read(void)
{
    struct socket_fixture fixture = refused(RDY_INTEREST_READABLE);
    EXPECT_EQUAL(events_of(fixture.poll, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL),
                 RDY_EVENT_READABLE | RESET_FLAGS);
    sockets_end(&fixture);
}

static void operations_on_a_refused_stream_fail(void)
{
    struct socket_fixture fixture = refused(RDY_INTEREST_ALL);
    (void)await_events(fixture.poll, CLIENT_TOKEN, RDY_EVENT_ERROR);
    size_t count;
    expect_failed(stream_read(fixture.client, 1, &count), WSAENOTCONN);
    EXPECT_EQUAL(count, 0);
    expect_failed(stream_write(fixture.client, 1, &count), WSAENOTCONN);
    EXPECT_EQUAL(count, 0);
    sockets_end(&fixture);
}

static void connect_to_another_family_fails_at_once(void)
{
    rdy_tcp_stream *stream = (rdy_tcp_stream *)(uintptr_t)1;
    rdy_address address = loopback(1);
    address.as.any.sa_family = 199;
    rdy_result result = rdy_tcp_stream_connect(&address, &stream);
    EXPECT_EQUAL(result.status, RDY_FAILED);
    EXPECT(result.os_error == WSAEAFNOSUPPORT || result.os_error == WSAESOCKTNOSUPPORT);
    EXPECT(stream == NULL);
}

static void connect_that_fails_ends_winsock(void)
{
    rdy_tcp_stream *stream;
    rdy_address address = loopback(1);
    address.as.any.sa_family = 199;
    rdy_result result = rdy_tcp_stream_connect(&address, &stream);
    EXPECT_EQUAL(result.status, RDY_FAILED);
    EXPECT_EQUAL(WSACleanup(), SOCKET_ERROR);
    EXPECT_EQUAL(WSAGetLastError(), WSANOTINITIALISED);
}

/* ---- bytes ---- */

static void bytes_arrive_in_both_directions(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    stream_put(fixture.client, "hello");
    stream_await(fixture.poll, fixture.server, SERVER_TOKEN, "hello");
    stream_put(fixture.server, "world");
    stream_await(fixture.poll, fixture.client, CLIENT_TOKEN, "world");
    sockets_end(&fixture);
}

static void peek_leaves_what_it_reads(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    char buffer[8];
    size_t count = 99;
    expect_would_block(rdy_tcp_stream_peek(fixture.server, buffer, sizeof buffer, &count));
    EXPECT_EQUAL(count, 0);
    stream_put(fixture.client, "ab");
    (void)await_events(fixture.poll, SERVER_TOKEN, RDY_EVENT_READABLE);
    expect_done(rdy_tcp_stream_peek(fixture.server, buffer, 1, &count));
    EXPECT_EQUAL(count, 1);
    EXPECT_EQUAL(buffer[0], 'a');
    stream_take(fixture.server, "ab");
    sockets_end(&fixture);
}

static void pieces_are_read_and_written_one_behind_the_other(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    const struct rdy_slice out[] = {{"one", 3}, {"", 0}, {"two", 3}};
    size_t count = 99;
    expect_done(rdy_tcp_stream_writev(fixture.client, out, 3, &count));
    EXPECT_EQUAL(count, 6);
    char left[2], right[8];
    const struct rdy_slice_mut in[] = {{left, sizeof left}, {right, sizeof right}};
    (void)await_events(fixture.poll, SERVER_TOKEN, RDY_EVENT_READABLE);
    expect_done(rdy_tcp_stream_readv(fixture.server, in, 2, &count));
    EXPECT_EQUAL(count, 6);
    EXPECT(memcmp(left, "on", 2) == 0 && memcmp(right, "etwo", 4) == 0);
    expect_would_block(rdy_tcp_stream_readv(fixture.server, in, 2, &count));
    EXPECT_EQUAL(count, 0);
    sockets_end(&fixture);
}

static void many_pieces_are_taken_in_part(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    struct rdy_slice out[100];
    for (size_t i = 0; i < 100; i++) {
        out[i] = (struct rdy_slice){"x", 1};
    }
    size_t count = 99;
    expect_done(rdy_tcp_stream_writev(fixture.client, out, 100, &count));
    EXPECT_EQUAL(count, 64);
    stream_drain(fixture.poll, fixture.server, SERVER_TOKEN, 64, NULL);
    sockets_end(&fixture);
}

static void nothing_may_be_asked_for(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    stream_put(fixture.client, "x");
    (void)await_events(fixture.poll, SERVER_TOKEN, RDY_EVENT_READABLE);
    size_t count;
    expect_done(stream_read(fixture.server, 0, &count));
    EXPECT_EQUAL(count, 0);
    char byte;
    const struct rdy_slice_mut nothing = {&byte, 0};
    expect_done(rdy_tcp_stream_readv(fixture.server, &nothing, 1, &count));
    EXPECT_EQUAL(count, 0);
    expect_done(stream_write(fixture.server, 0, &count));
    EXPECT_EQUAL(count, 0);
    stream_take(fixture.server, "x");
    sockets_end(&fixture);
}

static void stream_that_is_not_registered_works(void)
{
    struct socket_fixture fixture = sockets_connected();
    size_t count;
    expect_would_block(stream_read(fixture.server, 1, &count));
    stream_put(fixture.client, "x");
    expect_done(rdy_tcp_stream_register(fixture.server, fixture.registry, SERVER_TOKEN,
                                        RDY_INTEREST_READABLE));
    (void)await_events(fixture.poll, SERVER_TOKEN, RDY_EVENT_READABLE);
    expect_done(rdy_tcp_stream_deregister(fixture.server, fixture.registry));
    stream_take(fixture.server, "x");
    expect_would_block(stream_read(fixture.server, 1, &count));
    stream_put(fixture.client, "y");
    expect_silence(fixture.poll); /* it armed nothing */
    sockets_end(&fixture);
}

/* ---- readiness ---- */

static void readable_is_reported_again_only_after_would_block(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    stream_put(fixture.client, "ab");
    EXPECT_EQUAL(await_events(fixture.poll, SERVER_TOKEN, RDY_EVENT_READABLE), RDY_EVENT_READABLE);
    size_t count;
    expect_done(stream_read(fixture.server, 1, &count));
    expect_silence(fixture.poll);
    expect_done(stream_read(fixture.server, 1, &count));
    expect_would_block(stream_read(fixture.server, 1, &count));
    expect_silence(fixture.poll);
    stream_put(fixture.client, "c");
    EXPECT_EQUAL(await_events(fixture.poll, SERVER_TOKEN, RDY_EVENT_READABLE), RDY_EVENT_READABLE);
    sockets_end(&fixture);
}

static void stream_is_reported_again_once_it_gave_less_than_asked(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    char buffer[16];
    const struct rdy_slice_mut pieces[] = {{buffer, 8}, {buffer + 8, 8}};
    for (int in_pieces = 0; in_pieces <= 1; in_pieces++) {
        stream_put(fixture.client, "ab");
        EXPECT_EQUAL(await_events(fixture.poll, SERVER_TOKEN, RDY_EVENT_READABLE),
                     RDY_EVENT_READABLE);
        size_t count;
        expect_done(rdy_tcp_stream_peek(fixture.server, buffer, sizeof buffer, &count));
        expect_silence(fixture.poll); /* what is only looked at is still there */
        expect_done(in_pieces ? rdy_tcp_stream_readv(fixture.server, pieces, 2, &count)
                              : stream_read(fixture.server, sizeof buffer, &count));
        EXPECT_EQUAL(count, 2);
        expect_silence(fixture.poll);
    }
    stream_put(fixture.client, "c");
    EXPECT_EQUAL(await_events(fixture.poll, SERVER_TOKEN, RDY_EVENT_READABLE), RDY_EVENT_READABLE);
    sockets_end(&fixture);
}

static void read_that_would_block_does_not_report_writable(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    size_t count;
    for (int i = 0; i < 3; i++) {
        expect_would_block(stream_read(fixture.client, 1, &count));
        expect_silence(fixture.poll);
    }
    sockets_end(&fixture);
}

static void full_stream_is_writable_when_there_is_room(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    size_t size = stream_fill(fixture.client);
    EXPECT(size > 0);
    uint32_t of_client = 0;
    stream_drain(fixture.poll, fixture.server, SERVER_TOKEN, size, &of_client);
    if (of_client == 0) {
        of_client = events_of(fixture.poll, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL);
    }
    EXPECT_EQUAL(of_client, RDY_EVENT_WRITABLE);
    sockets_end(&fixture);
}

static void interest_masks_readiness(void)
{
    struct socket_fixture fixture = sockets_connected();
    expect_done(rdy_tcp_stream_register(fixture.server, fixture.registry, SERVER_TOKEN,
                                        RDY_INTEREST_READABLE));
    expect_silence(fixture.poll); /* it is writable */
    stream_put(fixture.client, "x");
    EXPECT_EQUAL(events_of(fixture.poll, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    expect_done(rdy_tcp_stream_reregister(fixture.server, fixture.registry, SERVER_TOKEN,
                                          RDY_INTEREST_WRITABLE));
    EXPECT_EQUAL(events_of(fixture.poll, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    size_t count;
    expect_done(stream_read(fixture.server, 1, &count));
    expect_would_block(stream_read(fixture.server, 1, &count)); /* arms nothing */
    stream_put(fixture.client, "y");
    expect_silence(fixture.poll);
    sockets_end(&fixture);
}

static void reregister_reports_what_was_reported_before(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    stream_put(fixture.client, "x");
    (void)await_events(fixture.poll, SERVER_TOKEN, RDY_EVENT_READABLE);
    for (uint64_t token = 10; token < 13; token++) {
        expect_done(
            rdy_tcp_stream_reregister(fixture.server, fixture.registry, token, RDY_INTEREST_ALL));
        (void)await_events(fixture.poll, token, RDY_EVENT_READABLE | RDY_EVENT_WRITABLE);
    }
    sockets_end(&fixture);
}

static void events_carry_the_token_of_now(void)
{
    struct socket_fixture fixture = sockets_connected();
    expect_done(rdy_tcp_stream_register(fixture.server, fixture.registry, 5, RDY_INTEREST_ALL));
    expect_done(rdy_tcp_stream_reregister(fixture.server, fixture.registry, 6, RDY_INTEREST_ALL));
    uint32_t others = 0;
    (void)events_of(fixture.poll, 6, RDY_WAIT_FOREVER, &others);
    EXPECT_EQUAL(others, 0);
    expect_done(rdy_tcp_stream_deregister(fixture.server, fixture.registry));
    expect_done(rdy_tcp_stream_register(fixture.server, fixture.registry, 7, RDY_INTEREST_ALL));
    (void)events_of(fixture.poll, 7, RDY_WAIT_FOREVER, &others);
    EXPECT_EQUAL(others, 0);
    sockets_end(&fixture);
}

static void deregistered_stream_is_silent(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    expect_silence(fixture.poll); /* the kernel watches both */
    stream_put(fixture.client, "x");
    expect_done(rdy_tcp_stream_deregister(fixture.server, fixture.registry));
    expect_silence(fixture.poll);
    sockets_end(&fixture);
}

static void destroyed_stream_is_silent(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    expect_silence(fixture.poll);
    stream_put(fixture.client, "x");
    rdy_tcp_stream_destroy(fixture.server);
    fixture.server = NULL;
    EXPECT_EQUAL(events_of(fixture.poll, SERVER_TOKEN, SILENCE_NS, NULL), 0);
    sockets_end(&fixture);
}

/* ---- ends ---- */

static void end_of_the_stream_is_reported_once_and_read_every_time(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    stream_put(fixture.client, "x");
    expect_done(rdy_tcp_stream_shutdown(fixture.client, RDY_SHUTDOWN_WRITE));
    EXPECT_EQUAL(await_events(fixture.poll, SERVER_TOKEN, READ_FLAGS), READ_FLAGS);
    stream_take(fixture.server, "x");
    size_t count;
    for (int i = 0; i < 3; i++) {
        expect_closed(stream_read(fixture.server, 1, &count), WSAEDISCON);
        EXPECT_EQUAL(count, 0);
    }
    char byte;
    const struct rdy_slice_mut piece = {&byte, 1};
    expect_closed(rdy_tcp_stream_readv(fixture.server, &piece, 1, &count), WSAEDISCON);
    expect_silence(fixture.poll);
    expect_done(stream_read(fixture.server, 0, &count));
    /* Also to a reader that began before the end came, and says only now that it would block. */
    expect_would_block(rdy_tcp_stream_would_block(fixture.server, RDY_INTEREST_READABLE));
    expect_silence(fixture.poll);
    sockets_end(&fixture);
}

static void end_says_that_there_is_something_to_read(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    stream_put(fixture.client, "x");
    expect_done(rdy_tcp_stream_shutdown(fixture.client, RDY_SHUTDOWN_WRITE));
    EXPECT_EQUAL(await_events(fixture.poll, SERVER_TOKEN, READ_FLAGS), READ_FLAGS);
    expect_silence(fixture.poll);
    sockets_end(&fixture);
}

static void end_that_was_reported_is_not_reported_once_more(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    stream_put(fixture.client, "x");
    expect_done(rdy_tcp_stream_shutdown(fixture.client, RDY_SHUTDOWN_WRITE));
    EXPECT_EQUAL(await_events(fixture.poll, SERVER_TOKEN, READ_FLAGS), READ_FLAGS);
    size_t count;
    expect_done(stream_read(fixture.server, 2, &count));
    EXPECT_EQUAL(count, 1);
    expect_silence(fixture.poll);
    expect_closed(stream_read(fixture.server, 2, &count), WSAEDISCON);
    sockets_end(&fixture);
}

static void end_is_reported_again_by_reregister(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    expect_done(rdy_tcp_stream_shutdown(fixture.client, RDY_SHUTDOWN_WRITE));
    (void)await_events(fixture.poll, SERVER_TOKEN, READ_FLAGS);
    expect_done(
        rdy_tcp_stream_reregister(fixture.server, fixture.registry, 9, RDY_INTEREST_READABLE));
    EXPECT_EQUAL(events_of(fixture.poll, 9, RDY_WAIT_FOREVER, NULL), READ_FLAGS);
    sockets_end(&fixture);
}

static void writer_behind_the_end_is_not_told_of_it_again(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    expect_done(rdy_tcp_stream_shutdown(fixture.client, RDY_SHUTDOWN_WRITE));
    (void)await_events(fixture.poll, SERVER_TOKEN, READ_FLAGS);
    size_t size = stream_fill(fixture.server);
    uint32_t of_server = 0;
    stream_drain(fixture.poll, fixture.client, CLIENT_TOKEN, size, &of_server);
    if (of_server == 0) {
        of_server = events_of(fixture.poll, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL);
    }
    EXPECT_EQUAL(of_server, RDY_EVENT_WRITABLE);
    sockets_end(&fixture);
}

static void own_shutdown_ends_reading_and_writing(void)
{
    struct socket_fixture fixture = sockets_connected();
    expect_done(rdy_tcp_stream_shutdown(fixture.client, RDY_SHUTDOWN_READ));
    size_t count;
    expect_closed(stream_read(fixture.client, 1, &count), WSAESHUTDOWN);
    stream_put(fixture.client, "x");
    expect_done(rdy_tcp_stream_shutdown(fixture.client, RDY_SHUTDOWN_WRITE));
    expect_failed(stream_write(fixture.client, 1, &count), WSAESHUTDOWN);
    sockets_end(&fixture);
}

static void shutdown_without_a_connection_fails(void)
{
    struct socket_fixture fixture = refused(RDY_INTEREST_ALL);
    (void)await_events(fixture.poll, CLIENT_TOKEN, RDY_EVENT_ERROR);
    expect_failed(rdy_tcp_stream_shutdown(fixture.client, RDY_SHUTDOWN_BOTH), WSAENOTCONN);
    sockets_end(&fixture);
}

/* Closes the client so that its peer is told of a reset. */
static void reset_by_client(struct socket_fixture *fixture)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    EXPECT_EQUAL(setsockopt(rdy_tcp_stream_raw_socket(fixture->client), SOL_SOCKET, SO_LINGER,
                            (const char *)&linger, sizeof linger),
                 0);
    rdy_tcp_stream_destroy(fixture->client);
    fixture->client = NULL;
}

static void reset_is_an_error_event(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    reset_by_client(&fixture);
    EXPECT_EQUAL(events_of(fixture.poll, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL),
                 RDY_EVENT_READABLE | RDY_EVENT_WRITABLE | RESET_FLAGS);
    expect_silence(fixture.poll);
    sockets_end(&fixture);
}

static void reset_is_reported_to_whoever_waits_to_write(void)
{
    struct socket_fixture fixture = sockets_connected();
    expect_done(rdy_tcp_stream_register(fixture.server, fixture.registry, SERVER_TOKEN,
                                        RDY_INTEREST_WRITABLE));
    EXPECT_EQUAL(events_of(fixture.poll, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    reset_by_client(&fixture);
    EXPECT_EQUAL(events_of(fixture.poll, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL),
                 RDY_EVENT_WRITABLE | RESET_FLAGS);
    sockets_end(&fixture);
}

static void reset_says_all_to_a_writer_that_waits_for_room(void)
{
    struct socket_fixture fixture = sockets_connected();
    expect_done(rdy_tcp_stream_register(fixture.server, fixture.registry, SERVER_TOKEN,
                                        RDY_INTEREST_WRITABLE));
    EXPECT_EQUAL(events_of(fixture.poll, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    (void)stream_fill(fixture.server);
    reset_by_client(&fixture);
    (void)await_events(fixture.poll, SERVER_TOKEN, RESET_FLAGS);
    expect_silence(fixture.poll); /* though there is room now */
    sockets_end(&fixture);
}

static void operations_fail_after_a_reset(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    reset_by_client(&fixture);
    (void)await_events(fixture.poll, SERVER_TOKEN, RDY_EVENT_ERROR);
    size_t count;
    for (int i = 0; i < 2; i++) {
        expect_failed(stream_read(fixture.server, 1, &count), WSAECONNRESET);
        EXPECT_EQUAL(count, 0);
    }
    rdy_result result = stream_write(fixture.server, 1, &count);
    EXPECT_EQUAL(result.status, RDY_FAILED);
    EXPECT(result.os_error == WSAECONNRESET || result.os_error == WSAECONNABORTED);
    sockets_end(&fixture);
}

static void urgent_data_is_reported_as_priority(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    SOCKET raw = rdy_tcp_stream_raw_socket(fixture.client);
    EXPECT_EQUAL(send(raw, HURRY, 1, MSG_OOB), 1);
    EXPECT_EQUAL(events_of(fixture.poll, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_PRIORITY);
    size_t count;
    expect_would_block(stream_read(fixture.server, 1, &count));
    expect_silence(fixture.poll); /* though it is still there */
    stream_put(fixture.client, "x");
    EXPECT_EQUAL(events_of(fixture.poll, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    sockets_end(&fixture);
}

/* ---- options, raw sockets, the end of a poll ---- */

static void options_can_be_changed(void)
{
    struct socket_fixture fixture = sockets_connected();
    BOOL nodelay = FALSE;
    expect_done(rdy_tcp_stream_set_nodelay(fixture.client, TRUE));
    expect_done(rdy_tcp_stream_nodelay(fixture.client, &nodelay));
    EXPECT(nodelay);
    expect_done(rdy_tcp_stream_set_nodelay(fixture.client, FALSE));
    expect_done(rdy_tcp_stream_nodelay(fixture.client, &nodelay));
    EXPECT(!nodelay);
    DWORD ttl = 0;
    expect_done(rdy_tcp_stream_set_ttl(fixture.client, 61));
    expect_done(rdy_tcp_stream_ttl(fixture.client, &ttl));
    EXPECT_EQUAL(ttl, 61);
    sockets_end(&fixture);
}

static void raw_sockets_go_out_and_in(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    SOCKET raw = rdy_tcp_stream_raw_socket(fixture.server);
    EXPECT(rdy_tcp_stream_into_raw_socket(fixture.server) == raw);
    fixture.server = NULL;
    stream_put(fixture.client, "x");
    EXPECT_EQUAL(events_of(fixture.poll, SERVER_TOKEN, SILENCE_NS, NULL), 0);
    expect_done(rdy_tcp_stream_from_raw_socket(raw, &fixture.server));
    expect_done(rdy_tcp_stream_register(fixture.server, fixture.registry, SERVER_TOKEN,
                                        RDY_INTEREST_READABLE));
    stream_await(fixture.poll, fixture.server, SERVER_TOKEN, "x");
    sockets_end(&fixture);
}

static void operations_on_the_raw_socket_are_reported_again(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    SOCKET raw = rdy_tcp_stream_raw_socket(fixture.server);
    for (int i = 0; i < 2; i++) {
        char byte;
        EXPECT_EQUAL(recv(raw, &byte, 1, 0), SOCKET_ERROR);
        EXPECT_EQUAL(WSAGetLastError(), WSAEWOULDBLOCK);
        expect_would_block(rdy_tcp_stream_would_block(fixture.server, RDY_INTEREST_READABLE));
        stream_put(fixture.client, "x");
        (void)await_events(fixture.poll, SERVER_TOKEN, RDY_EVENT_READABLE);
        EXPECT_EQUAL(recv(raw, &byte, 1, 0), 1);
    }
    sockets_end(&fixture);
}

static void lingering_close_does_not_block(void)
{
    struct socket_fixture fixture = sockets_connected();
    struct linger linger = {.l_onoff = 1, .l_linger = 30};
    EXPECT_EQUAL(setsockopt(rdy_tcp_stream_raw_socket(fixture.client), SOL_SOCKET, SO_LINGER,
                            (const char *)&linger, sizeof linger),
                 0);
    size_t size = stream_fill(fixture.client);
    rdy_tcp_stream_destroy(fixture.client);
    fixture.client = NULL;
    expect_done(rdy_tcp_stream_register(fixture.server, fixture.registry, SERVER_TOKEN,
                                        RDY_INTEREST_READABLE));
    stream_drain(fixture.poll, fixture.server, SERVER_TOKEN, size, NULL);
    sockets_end(&fixture);
}

static void operations_ask_nobody_once_their_poll_is_gone(void)
{
    struct socket_fixture fixture = sockets_connected();
    sockets_register(&fixture);
    rdy_poll_destroy(fixture.poll);
    fixture.poll = NULL;
    size_t count;
    expect_failed(stream_read(fixture.server, 1, &count), ERROR_INVALID_HANDLE);
    expect_failed(stream_write(fixture.server, 1, &count), ERROR_INVALID_HANDLE);
    expect_failed(rdy_tcp_stream_would_block(fixture.server, RDY_INTEREST_READABLE),
                  ERROR_INVALID_HANDLE);
    rdy_poll *poll;
    expect_done(rdy_poll_create(&poll));
    expect_failed(
        rdy_tcp_stream_register(fixture.server, rdy_poll_registry(poll), 1, RDY_INTEREST_ALL),
        ERROR_INVALID_HANDLE);
    rdy_poll_destroy(poll);
    SOCKET raw = rdy_tcp_stream_into_raw_socket(fixture.server); /* and it is as good as before */
    expect_done(rdy_tcp_stream_from_raw_socket(raw, &fixture.server));
    expect_done(stream_write(fixture.server, 1, &count));
    sockets_end(&fixture);
}

static void any_order_of_ends_leaves_nothing(void)
{
    for (int order = 0; order < 4; order++) {
        struct socket_fixture fixture = sockets_connected();
        sockets_register(&fixture);
        if (order & 1) {
            expect_silence(fixture.poll); /* polls are in flight */
        }
        if (order & 2) {
            rdy_poll_destroy(fixture.poll);
            fixture.poll = NULL;
        }
        sockets_end(&fixture);
    }
}

static const struct fact facts[] = {
    FACT(connect_reports_writable, 0),
    FACT(refused_connect_is_an_error_event, 0),
    FACT(refused_connect_is_reported_to_whoever_waits_to_read, 0),
    {FACT_OF(operations_on_a_refused_stream_fail), .on_wine = "recv answers 0, send 10054"},
    FACT(connect_to_another_family_fails_at_once, 0),
    FACT(connect_that_fails_ends_winsock, FACT_SIMULATED_ONLY), /* nobody else has started it */
    FACT(bytes_arrive_in_both_directions, 0),
    FACT(peek_leaves_what_it_reads, 0),
    FACT(pieces_are_read_and_written_one_behind_the_other, 0),
    FACT(many_pieces_are_taken_in_part, 0),
    FACT(nothing_may_be_asked_for, 0),
    FACT(stream_that_is_not_registered_works, 0),
    FACT(readable_is_reported_again_only_after_would_block, 0),
    FACT(stream_is_reported_again_once_it_gave_less_than_asked, 0),
    FACT(read_that_would_block_does_not_report_writable, 0),
    FACT(full_stream_is_writable_when_there_is_room, 0),
    FACT(interest_masks_readiness, 0),
    FACT(reregister_reports_what_was_reported_before, 0),
    FACT(events_carry_the_token_of_now, 0),
    FACT(deregistered_stream_is_silent, 0),
    FACT(destroyed_stream_is_silent, 0),
    {FACT_OF(end_of_the_stream_is_reported_once_and_read_every_time),
     .on_wine = "the end is reported only when what is before it was read"},
    {FACT_OF(end_that_was_reported_is_not_reported_once_more),
     .on_wine = "the end is reported only when what is before it was read"},
    FACT(end_says_that_there_is_something_to_read,
         FACT_SIMULATED_ONLY), /* Wine tells of the end only when all was read */
    FACT(end_is_reported_again_by_reregister, 0),
    FACT(writer_behind_the_end_is_not_told_of_it_again, 0),
    FACT(own_shutdown_ends_reading_and_writing, 0),
    FACT(shutdown_without_a_connection_fails, 0),
    FACT(reset_is_an_error_event, 0),
    FACT(reset_is_reported_to_whoever_waits_to_write, 0),
    FACT(reset_says_all_to_a_writer_that_waits_for_room, 0),
    {FACT_OF(operations_fail_after_a_reset), .on_wine = RESET_ON_WINE},
    FACT(urgent_data_is_reported_as_priority, 0),
    FACT(options_can_be_changed, 0),
    FACT(raw_sockets_go_out_and_in, 0),
    FACT(operations_on_the_raw_socket_are_reported_again, 0),
    {FACT_OF(lingering_close_does_not_block), .on_wine = "its server lingers, and all with it"},
    FACT(operations_ask_nobody_once_their_poll_is_gone, 0),
    FACT(any_order_of_ends_leaves_nothing, 0),
};

FACT_SUITE(tcp_stream);
