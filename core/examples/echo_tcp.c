/* echo_tcp: one thread, one poll, a state for each connection. */
#include "core/examples/echo_tcp.h"

#include "core/tcp_listener.h"
#include "core/tcp_stream.h"

#include <string.h>

#define EVENTS_MAX     8u
#define BUFFER_SIZE    1024u
#define MESSAGE        "The quick brown fox jumps over the lazy dog."
#define LISTENER_TOKEN UINT64_C(1000)
#define CLIENT_TOKEN   UINT64_C(1)

/* What a connection still has to send back is [start, end) of its bytes. */
struct connection {
    rdy_tcp_stream *stream; /* NULL: nobody is connected */
    size_t start, end;
    BYTE bytes[BUFFER_SIZE];
};

struct echo_server {
    rdy_poll *poll;
    rdy_tcp_listener *listener;
    unsigned served; /* clients that have gone */
    struct connection connection[ECHO_CONNECTIONS_MAX];
};

static BOOL is_done(rdy_result result)
{
    return result.status == RDY_DONE;
}

/* ---- the server ---- */

struct echo_server *echo_server_create(rdy_address *address)
{
    struct echo_server *server = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *server);
    BOOL good = server != NULL && is_done(rdy_poll_create(&server->poll)) &&
                is_done(rdy_tcp_listener_bind(address, &server->listener)) &&
                is_done(rdy_tcp_listener_local_address(server->listener, address)) &&
                is_done(rdy_tcp_listener_register(server->listener, rdy_poll_registry(server->poll),
                                                  LISTENER_TOKEN, RDY_INTEREST_READABLE));
    if (!good) {
        echo_server_destroy(server);
        return NULL;
    }
    return server;
}

void echo_server_destroy(struct echo_server *server)
{
    if (server == NULL) {
        return;
    }
    for (unsigned i = 0; i < ECHO_CONNECTIONS_MAX; i++) {
        if (server->connection[i].stream != NULL) {
            rdy_tcp_stream_destroy(server->connection[i].stream);
        }
    }
    if (server->listener != NULL) {
        rdy_tcp_listener_destroy(server->listener);
    }
    if (server->poll != NULL) {
        rdy_poll_destroy(server->poll);
    }
    HeapFree(GetProcessHeap(), 0, server);
}

static rdy_result send_back(struct connection *connection)
{
    while (connection->start < connection->end) {
        size_t count;
        rdy_result result =
            rdy_tcp_stream_write(connection->stream, connection->bytes + connection->start,
                                 connection->end - connection->start, &count);
        if (!is_done(result)) {
            return result;
        }
        connection->start += count;
    }
    return rdy_done();
}

static rdy_result receive(struct connection *connection)
{
    connection->start = 0;
    connection->end = 0;
    return rdy_tcp_stream_read(connection->stream, connection->bytes, sizeof connection->bytes,
                               &connection->end);
}

/* advance goes on with a connection until it would block, or is over: the client has ended it, or
 * left without waiting. */
static void advance(struct echo_server *server, struct connection *connection)
{
    rdy_result result = rdy_done();
    while (is_done(result)) {
        result = send_back(connection);
        if (is_done(result)) {
            result = receive(connection);
        }
    }
    if (result.status != RDY_WOULD_BLOCK) {
        rdy_tcp_stream_destroy(connection->stream);
        *connection = (struct connection){0};
        server->served++;
    }
}

static struct connection *find_free(struct echo_server *server)
{
    for (unsigned i = 0; i < ECHO_CONNECTIONS_MAX; i++) {
        if (server->connection[i].stream == NULL) {
            return &server->connection[i];
        }
    }
    return NULL;
}

/* accept_all takes clients while there is room for them. FALSE when the system fails. */
static BOOL accept_all(struct echo_server *server)
{
    struct connection *connection;
    while ((connection = find_free(server)) != NULL) {
        rdy_tcp_stream *stream;
        rdy_result result = rdy_tcp_listener_accept(server->listener, &stream, NULL);
        if (result.status == RDY_WOULD_BLOCK) {
            return TRUE;
        }
        if (result.os_error == WSAECONNRESET) {
            continue; /* it has given up; others may wait */
        }
        if (!is_done(result)) {
            return FALSE;
        }
        connection->stream = stream;
        if (!is_done(rdy_tcp_stream_register(stream, rdy_poll_registry(server->poll),
                                             (uint64_t)(connection - server->connection),
                                             RDY_INTEREST_ALL))) {
            return FALSE;
        }
    }
    return TRUE;
}

BOOL echo_server_run(struct echo_server *server, unsigned clients)
{
    BOOL good = accept_all(server);
    while (good && server->served < clients) {
        rdy_event event[EVENTS_MAX];
        size_t count;
        good = is_done(rdy_poll_wait(server->poll, event, EVENTS_MAX, RDY_WAIT_FOREVER, &count));
        for (size_t i = 0; good && i < count; i++) {
            if (event[i].token != LISTENER_TOKEN &&
                server->connection[event[i].token].stream != NULL) {
                advance(server, &server->connection[event[i].token]);
            }
        }
        good = good && accept_all(server); /* there may be room now */
    }
    return good;
}

/* ---- the client ---- */

static BOOL wait_for_event(rdy_poll *poll)
{
    rdy_event event[EVENTS_MAX];
    size_t count;
    return is_done(rdy_poll_wait(poll, event, EVENTS_MAX, RDY_WAIT_FOREVER, &count));
}

/* Connected is who has a peer; an event may come before that. */
static BOOL wait_for_connection(rdy_poll *poll, rdy_tcp_stream *stream)
{
    rdy_address peer;
    rdy_result result;
    DWORD error = 0;
    do {
        if (!wait_for_event(poll) || !is_done(rdy_tcp_stream_take_error(stream, &error)) ||
            error != 0) {
            return FALSE;
        }
        result = rdy_tcp_stream_peer_address(stream, &peer);
    } while (result.status == RDY_FAILED && result.os_error == WSAENOTCONN);
    return is_done(result);
}

static BOOL send_message(rdy_poll *poll, rdy_tcp_stream *stream)
{
    size_t sent = 0;
    while (sent < sizeof MESSAGE) {
        size_t count;
        rdy_result result =
            rdy_tcp_stream_write(stream, &MESSAGE[sent], sizeof MESSAGE - sent, &count);
        sent += count;
        if (!is_done(result) && (result.status != RDY_WOULD_BLOCK || !wait_for_event(poll))) {
            return FALSE;
        }
    }
    return TRUE;
}

static BOOL receive_message(rdy_poll *poll, rdy_tcp_stream *stream)
{
    char bytes[sizeof MESSAGE];
    size_t got = 0;
    while (got < sizeof bytes) {
        size_t count;
        rdy_result result = rdy_tcp_stream_read(stream, bytes + got, sizeof bytes - got, &count);
        got += count;
        if (!is_done(result) && (result.status != RDY_WOULD_BLOCK || !wait_for_event(poll))) {
            return FALSE;
        }
    }
    return memcmp(bytes, MESSAGE, sizeof bytes) == 0;
}

static BOOL converse(rdy_poll *poll, rdy_tcp_stream *stream, unsigned messages)
{
    BOOL good = is_done(rdy_tcp_stream_register(stream, rdy_poll_registry(poll), CLIENT_TOKEN,
                                                RDY_INTEREST_ALL)) &&
                wait_for_connection(poll, stream);
    for (unsigned i = 0; good && i < messages; i++) {
        good = send_message(poll, stream) && receive_message(poll, stream);
    }
    return good;
}

BOOL echo_call(const rdy_address *address, unsigned messages)
{
    rdy_tcp_stream *stream;
    rdy_poll *poll;
    if (!is_done(rdy_poll_create(&poll))) {
        return FALSE;
    }
    BOOL good = is_done(rdy_tcp_stream_connect(address, &stream));
    if (good) {
        good = converse(poll, stream, messages);
        rdy_tcp_stream_destroy(stream);
    }
    rdy_poll_destroy(poll);
    return good;
}
