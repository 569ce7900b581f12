/* echo_pipe: one thread, one poll, a state for each connection. */
#include "core/examples/echo_pipe.h"

#include <string.h>

#define EVENTS_MAX   8u
#define BUFFER_SIZE  1024u
#define MESSAGE      "The quick brown fox jumps over the lazy dog."
#define CLIENT_TOKEN UINT64_C(1)

/* What a connection still has to send back is [start, end) of its bytes. */
struct connection {
    rdy_named_pipe *pipe;
    BOOL is_connected;
    size_t start, end;
    BYTE bytes[BUFFER_SIZE];
};

struct echo_server {
    rdy_poll *poll;
    unsigned served; /* clients that have gone */
    struct connection connection[ECHO_INSTANCES];
};

static BOOL is_done(rdy_result result)
{
    return result.status == RDY_DONE;
}

/* ---- the server ---- */

static BOOL add_instance(struct echo_server *server, const WCHAR *name, unsigned index)
{
    struct connection *connection = &server->connection[index];
    return is_done(rdy_named_pipe_create(name, NULL, &connection->pipe)) &&
           is_done(rdy_named_pipe_register(connection->pipe, rdy_poll_registry(server->poll), index,
                                           RDY_INTEREST_ALL));
}

struct echo_server *echo_server_create(const WCHAR *name)
{
    struct echo_server *server = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *server);
    BOOL good = server != NULL && is_done(rdy_poll_create(&server->poll));
    for (unsigned i = 0; good && i < ECHO_INSTANCES; i++) {
        good = add_instance(server, name, i);
    }
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
    for (unsigned i = 0; i < ECHO_INSTANCES; i++) {
        if (server->connection[i].pipe != NULL) {
            rdy_named_pipe_destroy(server->connection[i].pipe);
        }
    }
    if (server->poll != NULL) {
        rdy_poll_destroy(server->poll);
    }
    HeapFree(GetProcessHeap(), 0, server);
}

/* What a step of a connection answers: DONE to go on, WOULD_BLOCK until there is an event, CLOSED
 * when the client has gone. */
static rdy_result send_back(struct connection *connection)
{
    while (connection->start < connection->end) {
        size_t count;
        rdy_result result =
            rdy_named_pipe_write(connection->pipe, connection->bytes + connection->start,
                                 connection->end - connection->start, &count);
        if (result.status == RDY_FAILED) {
            return rdy_closed(result.os_error); /* it left without waiting */
        }
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
    rdy_result result = rdy_named_pipe_read(connection->pipe, connection->bytes,
                                            sizeof connection->bytes, &connection->end);
    return result.status == RDY_FAILED ? rdy_closed(result.os_error) : result;
}

static rdy_result step(struct connection *connection)
{
    if (!connection->is_connected) {
        rdy_result result = rdy_named_pipe_connect(connection->pipe);
        connection->is_connected = is_done(result);
        return result;
    }
    rdy_result result = send_back(connection);
    return is_done(result) ? receive(connection) : result;
}

/* advance goes on with a connection until it would block; FALSE when the system fails. */
static BOOL advance(struct echo_server *server, struct connection *connection)
{
    for (;;) {
        rdy_result result = step(connection);
        switch (result.status) {
        case RDY_DONE:
            break;
        case RDY_WOULD_BLOCK:
            return TRUE;
        case RDY_CLOSED:
            server->served++;
            connection->is_connected = FALSE;
            connection->start = connection->end;
            if (!is_done(rdy_named_pipe_disconnect(connection->pipe))) {
                return FALSE;
            }
            break;
        case RDY_FAILED:
            return FALSE;
        }
    }
}

BOOL echo_server_run(struct echo_server *server, unsigned clients)
{
    BOOL good = TRUE;
    for (unsigned i = 0; good && i < ECHO_INSTANCES; i++) {
        good = advance(server, &server->connection[i]);
    }
    while (good && server->served < clients) {
        rdy_event event[EVENTS_MAX];
        size_t count;
        good = is_done(rdy_poll_wait(server->poll, event, EVENTS_MAX, RDY_WAIT_FOREVER, &count));
        for (size_t i = 0; good && i < count; i++) {
            good = advance(server, &server->connection[event[i].token]);
        }
    }
    return good;
}

/* ---- the client ---- */

/* An instance is busy until the server has disconnected its last client. */
static BOOL open_client(const WCHAR *name, rdy_named_pipe **pipe)
{
    rdy_result result = rdy_named_pipe_open(name, NULL, pipe);
    while (result.status == RDY_FAILED && result.os_error == ERROR_PIPE_BUSY) {
        Sleep(1);
        result = rdy_named_pipe_open(name, NULL, pipe);
    }
    return is_done(result);
}

static BOOL wait_for_event(rdy_poll *poll)
{
    rdy_event event[EVENTS_MAX];
    size_t count;
    return is_done(rdy_poll_wait(poll, event, EVENTS_MAX, RDY_WAIT_FOREVER, &count));
}

static BOOL send_message(rdy_poll *poll, rdy_named_pipe *pipe)
{
    size_t sent = 0;
    while (sent < sizeof MESSAGE) {
        size_t count;
        rdy_result result =
            rdy_named_pipe_write(pipe, &MESSAGE[sent], sizeof MESSAGE - sent, &count);
        sent += count;
        if (!is_done(result) && (result.status != RDY_WOULD_BLOCK || !wait_for_event(poll))) {
            return FALSE;
        }
    }
    return TRUE;
}

static BOOL receive_message(rdy_poll *poll, rdy_named_pipe *pipe)
{
    char bytes[sizeof MESSAGE];
    size_t got = 0;
    while (got < sizeof bytes) {
        size_t count;
        rdy_result result = rdy_named_pipe_read(pipe, bytes + got, sizeof bytes - got, &count);
        got += count;
        if (!is_done(result) && (result.status != RDY_WOULD_BLOCK || !wait_for_event(poll))) {
            return FALSE;
        }
    }
    return memcmp(bytes, MESSAGE, sizeof bytes) == 0;
}

static BOOL converse(rdy_poll *poll, rdy_named_pipe *pipe, unsigned messages)
{
    BOOL good = is_done(
        rdy_named_pipe_register(pipe, rdy_poll_registry(poll), CLIENT_TOKEN, RDY_INTEREST_ALL));
    for (unsigned i = 0; good && i < messages; i++) {
        good = send_message(poll, pipe) && receive_message(poll, pipe);
    }
    return good;
}

BOOL echo_call(const WCHAR *name, unsigned messages)
{
    rdy_named_pipe *pipe;
    rdy_poll *poll;
    if (!is_done(rdy_poll_create(&poll))) {
        return FALSE;
    }
    BOOL good = open_client(name, &pipe);
    if (good) {
        good = converse(poll, pipe, messages);
        rdy_named_pipe_destroy(pipe);
    }
    rdy_poll_destroy(poll);
    return good;
}
