/* socket_fixture: see socket_fixture.h. */
#include "conformance/suites/socket_fixture.h"

#include <string.h>

#define EVENTS_MAX   8u
#define TEXT_MAX     64u
#define BLOCK_MAX    16384u
#define FILL_MAX     (UINT32_C(64) << 20) /* no socket buffers more */
#define SETUP_TOKEN  UINT64_C(91)
#define CLIENT_SETUP UINT64_C(92)

/* ---- results ---- */

void expect_done(rdy_result result)
{
    EXPECT_EQUAL(result.os_error, ERROR_SUCCESS);
    EXPECT_EQUAL(result.status, RDY_DONE);
}

void expect_would_block(rdy_result result)
{
    EXPECT_EQUAL(result.os_error, ERROR_SUCCESS);
    EXPECT_EQUAL(result.status, RDY_WOULD_BLOCK);
}

void expect_failed(rdy_result result, DWORD os_error)
{
    EXPECT_EQUAL(result.status, RDY_FAILED);
    EXPECT_EQUAL(result.os_error, os_error);
}

void expect_closed(rdy_result result, DWORD os_error)
{
    EXPECT_EQUAL(result.status, RDY_CLOSED);
    EXPECT_EQUAL(result.os_error, os_error);
}

/* ---- events ---- */

uint32_t events_of(rdy_poll *poll, uint64_t token, uint64_t timeout_ns, uint32_t *others)
{
    uint32_t flags = 0;
    size_t count;
    do {
        rdy_event events[EVENTS_MAX];
        count = 99;
        expect_done(rdy_poll_wait(poll, events, EVENTS_MAX, timeout_ns, &count));
        for (size_t i = 0; i < count; i++) {
            EXPECT(events[i].flags != 0);
            if (events[i].token == token) {
                flags |= events[i].flags;
            } else if (others != NULL) {
                *others |= events[i].flags;
            }
        }
    } while (flags == 0 && count > 0);
    return flags;
}

uint32_t await_events(rdy_poll *poll, uint64_t token, uint32_t flags)
{
    uint32_t reported = 0;
    while ((reported & flags) != flags) {
        reported |= events_of(poll, token, RDY_WAIT_FOREVER, NULL);
    }
    return reported;
}

void expect_silence(rdy_poll *poll)
{
    rdy_event events[EVENTS_MAX];
    size_t count = 99;
    expect_done(rdy_poll_wait(poll, events, EVENTS_MAX, SILENCE_NS, &count));
    EXPECT_EQUAL(count, 0);
}

/* ---- life ---- */

rdy_address loopback(uint16_t port)
{
    static const uint8_t bytes[4] = {127, 0, 0, 1};
    return rdy_address_v4(bytes, port);
}

struct socket_fixture sockets_listening(void)
{
    struct socket_fixture fixture = {0};
    rdy_address any_port = loopback(0);
    expect_done(rdy_poll_create(&fixture.poll));
    fixture.registry = rdy_poll_registry(fixture.poll);
    expect_done(rdy_tcp_listener_bind(&any_port, &fixture.listener));
    expect_done(rdy_tcp_listener_local_address(fixture.listener, &fixture.address));
    return fixture;
}

void sockets_connect(struct socket_fixture *fixture)
{
    /* A poll of its own: what it leaves behind goes with it. */
    rdy_poll *poll;
    expect_done(rdy_poll_create(&poll));
    rdy_registry *registry = rdy_poll_registry(poll);
    expect_done(
        rdy_tcp_listener_register(fixture->listener, registry, SETUP_TOKEN, RDY_INTEREST_READABLE));
    expect_done(rdy_tcp_stream_connect(&fixture->address, &fixture->client));
    expect_done(
        rdy_tcp_stream_register(fixture->client, registry, CLIENT_SETUP, RDY_INTEREST_WRITABLE));
    uint32_t of_client = 0;
    uint32_t of_listener = events_of(poll, SETUP_TOKEN, RDY_WAIT_FOREVER, &of_client);
    EXPECT_EQUAL(of_listener, RDY_EVENT_READABLE);
    expect_done(rdy_tcp_listener_accept(fixture->listener, &fixture->server, NULL));
    if (of_client == 0) {
        of_client = events_of(poll, CLIENT_SETUP, RDY_WAIT_FOREVER, NULL);
    }
    EXPECT_EQUAL(of_client, RDY_EVENT_WRITABLE);
    expect_done(rdy_tcp_listener_deregister(fixture->listener, registry));
    expect_done(rdy_tcp_stream_deregister(fixture->client, registry));
    rdy_poll_destroy(poll);
}

struct socket_fixture sockets_connected(void)
{
    struct socket_fixture fixture = sockets_listening();
    sockets_connect(&fixture);
    return fixture;
}

static void destroy_stream(rdy_tcp_stream **stream)
{
    if (*stream != NULL) {
        rdy_tcp_stream_check(*stream);
        rdy_tcp_stream_destroy(*stream);
        *stream = NULL;
    }
}

void sockets_end(struct socket_fixture *fixture)
{
    destroy_stream(&fixture->client);
    destroy_stream(&fixture->server);
    if (fixture->listener != NULL) {
        rdy_tcp_listener_check(fixture->listener);
        rdy_tcp_listener_destroy(fixture->listener);
        fixture->listener = NULL;
    }
    if (fixture->poll != NULL) {
        rdy_poll_check(fixture->poll);
        rdy_poll_destroy(fixture->poll);
        fixture->poll = NULL;
    }
}

void sockets_register(struct socket_fixture *fixture)
{
    expect_done(rdy_tcp_stream_register(fixture->client, fixture->registry, CLIENT_TOKEN,
                                        RDY_INTEREST_ALL));
    expect_done(rdy_tcp_stream_register(fixture->server, fixture->registry, SERVER_TOKEN,
                                        RDY_INTEREST_ALL));
    uint32_t of_server = 0;
    uint32_t of_client = events_of(fixture->poll, CLIENT_TOKEN, RDY_WAIT_FOREVER, &of_server);
    EXPECT_EQUAL(of_client, RDY_EVENT_WRITABLE);
    if (of_server == 0) {
        of_server = events_of(fixture->poll, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL);
    }
    EXPECT_EQUAL(of_server, RDY_EVENT_WRITABLE);
}

/* ---- bytes ---- */

void stream_put(rdy_tcp_stream *stream, const char *text)
{
    size_t count = 99;
    expect_done(rdy_tcp_stream_write(stream, text, strlen(text), &count));
    EXPECT_EQUAL(count, strlen(text));
}

void stream_take(rdy_tcp_stream *stream, const char *text)
{
    char buffer[TEXT_MAX];
    memset(buffer, '?', sizeof buffer);
    size_t count = 99;
    expect_done(rdy_tcp_stream_read(stream, buffer, sizeof buffer, &count));
    EXPECT_EQUAL(count, strlen(text));
    EXPECT(memcmp(buffer, text, count) == 0);
}

void stream_await(rdy_poll *poll, rdy_tcp_stream *stream, uint64_t token, const char *text)
{
    size_t size = strlen(text), done = 0;
    while (done < size) {
        char buffer[TEXT_MAX];
        size_t count = 99;
        rdy_result result = rdy_tcp_stream_read(stream, buffer, sizeof buffer, &count);
        if (result.status == RDY_WOULD_BLOCK) {
            EXPECT_EQUAL(count, 0);
            (void)await_events(poll, token, RDY_EVENT_READABLE);
            continue;
        }
        expect_done(result);
        EXPECT(count <= size - done);
        EXPECT(memcmp(buffer, text + done, count) == 0);
        done += count;
    }
}

rdy_result stream_read(rdy_tcp_stream *stream, size_t size, size_t *count)
{
    static char block[BLOCK_MAX];
    *count = 99;
    return rdy_tcp_stream_read(stream, block, size, count);
}

rdy_result stream_write(rdy_tcp_stream *stream, size_t size, size_t *count)
{
    static const char block[BLOCK_MAX];
    *count = 99;
    return rdy_tcp_stream_write(stream, block, size, count);
}

size_t stream_fill(rdy_tcp_stream *stream)
{
    size_t total = 0;
    for (;;) {
        size_t count;
        rdy_result result = stream_write(stream, BLOCK_MAX, &count);
        if (result.status == RDY_WOULD_BLOCK) {
            return total;
        }
        expect_done(result);
        total += count;
        EXPECT(total < FILL_MAX);
    }
}

void stream_drain(rdy_poll *poll, rdy_tcp_stream *stream, uint64_t token, size_t size,
                  uint32_t *others)
{
    size_t total = 0;
    while (total < size) {
        size_t count;
        rdy_result result = stream_read(stream, BLOCK_MAX, &count);
        if (result.status == RDY_WOULD_BLOCK) {
            (void)events_of(poll, token, RDY_WAIT_FOREVER, others);
            continue;
        }
        expect_done(result);
        total += count;
    }
    EXPECT_EQUAL(total, size);
}
