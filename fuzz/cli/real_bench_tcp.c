/* real_bench_tcp: a connection over the loopback in one thread, by core and by plain calls. */
#include "fuzz/cli/real_bench.h"

#include "core/poll.h"
#include "core/tcp_listener.h"
#include "core/tcp_stream.h"

#include <stdlib.h>

#define LISTENER_TOKEN UINT64_C(1)
#define CLIENT_TOKEN   UINT64_C(2)
#define SERVER_TOKEN   UINT64_C(3)
#define EVENTS_MAX     64u
#define PLAIN_PACKETS  64u
#define READ_SIZE      4096u

static const uint8_t loopback[4] = {127, 0, 0, 1};

/* ---- by core ---- */

struct ends {
    rdy_poll *poll;
    rdy_tcp_listener *listener;
    rdy_tcp_stream *client, *server;
    rdy_event event[EVENTS_MAX];
    BYTE bytes[READ_SIZE];
};

static bool is_done(rdy_result result)
{
    return result.status == RDY_DONE;
}

static void ends_destroy(void *context)
{
    struct ends *ends = context;

    if (ends->client != NULL) {
        rdy_tcp_stream_destroy(ends->client);
    }
    if (ends->server != NULL) {
        rdy_tcp_stream_destroy(ends->server);
    }
    if (ends->listener != NULL) {
        rdy_tcp_listener_destroy(ends->listener);
    }
    if (ends->poll != NULL) {
        rdy_poll_destroy(ends->poll);
    }
    free(ends);
}

/* wait_for polls until an event of `token` comes. */
static bool wait_for(struct ends *ends, uint64_t token)
{
    for (;;) {
        size_t count;
        if (!is_done(
                rdy_poll_wait(ends->poll, ends->event, EVENTS_MAX, RDY_WAIT_FOREVER, &count))) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            if (ends->event[i].token == token) {
                return true;
            }
        }
    }
}

/* drain reads all that an end has: until a read gives less than was asked for, or would block.
 * Either has the next event reported. False when something else comes. */
static bool drain(struct ends *ends, rdy_tcp_stream *stream, size_t *total)
{
    size_t count;

    do {
        rdy_result result = rdy_tcp_stream_read(stream, ends->bytes, sizeof ends->bytes, &count);
        if (!is_done(result)) {
            return result.status == RDY_WOULD_BLOCK;
        }
        *total += count;
    } while (count == sizeof ends->bytes);
    return true;
}

static bool take_server(struct ends *ends)
{
    rdy_result result;

    do {
        if (!wait_for(ends, LISTENER_TOKEN)) {
            return false;
        }
        result = rdy_tcp_listener_accept(ends->listener, &ends->server, NULL);
    } while (result.status == RDY_WOULD_BLOCK);
    return is_done(result);
}

static bool ends_connect(struct ends *ends)
{
    rdy_address address = rdy_address_v4(loopback, 0);
    rdy_registry *registry;
    size_t total = 0;

    if (!is_done(rdy_poll_create(&ends->poll))) {
        return false;
    }
    registry = rdy_poll_registry(ends->poll);
    return is_done(rdy_tcp_listener_bind(&address, &ends->listener)) &&
           is_done(rdy_tcp_listener_local_address(ends->listener, &address)) &&
           is_done(rdy_tcp_listener_register(ends->listener, registry, LISTENER_TOKEN,
                                             RDY_INTEREST_READABLE)) &&
           is_done(rdy_tcp_stream_connect(&address, &ends->client)) && take_server(ends) &&
           is_done(
               rdy_tcp_stream_register(ends->client, registry, CLIENT_TOKEN, RDY_INTEREST_ALL)) &&
           wait_for(ends, CLIENT_TOKEN) &&
           is_done(
               rdy_tcp_stream_register(ends->server, registry, SERVER_TOKEN, RDY_INTEREST_ALL)) &&
           wait_for(ends, SERVER_TOKEN) &&
           is_done(rdy_tcp_stream_set_nodelay(ends->client, TRUE)) &&
           is_done(rdy_tcp_stream_set_nodelay(ends->server, TRUE)) &&
           drain(ends, ends->client, &total) && drain(ends, ends->server, &total);
}

static void *ends_create(void)
{
    struct ends *ends = calloc(1, sizeof *ends);

    if (ends != NULL && !ends_connect(ends)) {
        ends_destroy(ends);
        return NULL;
    }
    return ends;
}

/* pass writes one byte and polls until the other end is drained of it. */
static bool pass(struct ends *ends, rdy_tcp_stream *from, rdy_tcp_stream *to, uint64_t token)
{
    size_t written, total = 0;

    if (!is_done(rdy_tcp_stream_write(from, "x", 1, &written))) {
        return false;
    }
    while (total == 0) {
        if (!wait_for(ends, token) || !drain(ends, to, &total)) {
            return false;
        }
    }
    return true;
}

static bool pingpong(void *context, uint32_t trips)
{
    struct ends *ends = context;

    for (uint32_t i = 0; i < trips; i++) {
        if (!pass(ends, ends->client, ends->server, SERVER_TOKEN) ||
            !pass(ends, ends->server, ends->client, CLIENT_TOKEN)) {
            return false;
        }
    }
    return true;
}

/* ---- by plain calls: a receive, a send, and their two packets ---- */

struct plain {
    HANDLE port;
    SOCKET client, server;
    OVERLAPPED_ENTRY entry[PLAIN_PACKETS];
};

static void plain_destroy(void *context)
{
    struct plain *plain = context;

    closesocket(plain->client);
    closesocket(plain->server);
    CloseHandle(plain->port);
    free(plain);
}

static bool plain_connect(struct plain *plain)
{
    const char on = 1;
    rdy_address address = rdy_address_v4(loopback, 0);
    SOCKET listener = WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    bool good = bind(listener, &address.as.any, address.size) == 0 &&
                getsockname(listener, &address.as.any, &address.size) == 0 &&
                listen(listener, 1) == 0;

    plain->client = WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    good = good && connect(plain->client, &address.as.any, address.size) == 0;
    plain->server = good ? accept(listener, NULL, NULL) : INVALID_SOCKET;
    closesocket(listener);
    return good && plain->server != INVALID_SOCKET &&
           setsockopt(plain->client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
           setsockopt(plain->server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0;
}

static void *plain_create(void)
{
    struct plain *plain = calloc(1, sizeof *plain);
    WSADATA data;

    if (plain == NULL || WSAStartup(MAKEWORD(2, 2), &data) != 0) {
        free(plain);
        return NULL;
    }
    plain->port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    if (!plain_connect(plain) ||
        CreateIoCompletionPort((HANDLE)plain->client, plain->port, 0, 0) == NULL ||
        CreateIoCompletionPort((HANDLE)plain->server, plain->port, 0, 0) == NULL) {
        plain_destroy(plain);
        return NULL;
    }
    return plain;
}

static bool plain_pass(struct plain *plain, SOCKET from, SOCKET to)
{
    OVERLAPPED receive = {0}, send = {0};
    char byte, sent = 'x';
    WSABUF into = {.len = 1, .buf = &byte}, out = {.len = 1, .buf = &sent};
    DWORD flags = 0;
    ULONG got = 0;

    if ((WSARecv(to, &into, 1, NULL, &flags, &receive, NULL) != 0 &&
         WSAGetLastError() != WSA_IO_PENDING) ||
        (WSASend(from, &out, 1, NULL, 0, &send, NULL) != 0 &&
         WSAGetLastError() != WSA_IO_PENDING)) {
        return false;
    }
    while (got < 2) {
        ULONG count;
        if (!GetQueuedCompletionStatusEx(plain->port, plain->entry, PLAIN_PACKETS, &count, INFINITE,
                                         FALSE)) {
            return false;
        }
        got += count;
    }
    return true;
}

static bool plain_pingpong(void *context, uint32_t trips)
{
    struct plain *plain = context;

    for (uint32_t i = 0; i < trips; i++) {
        if (!plain_pass(plain, plain->client, plain->server) ||
            !plain_pass(plain, plain->server, plain->client)) {
            return false;
        }
    }
    return true;
}

/* ---- benches ---- */

const struct cli_real_trip cli_real_trips_tcp[3] = {
    {"wine-tcp-pingpong", ends_create, pingpong, ends_destroy},
    {"wine-tcp-pingpong-plain", plain_create, plain_pingpong, plain_destroy},
};
