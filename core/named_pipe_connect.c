/* named_pipe_connect: a server waits for its client (mio NamedPipe::connect, connect_done).
 *
 *                ask, pending                      error
 *    IDLE -----------------------------> PENDING ---------> FAILED --> IDLE
 *     ^ ^                                 |   |             ask, take_error, cancel
 *     | +---------------------------------+   | cancel
 *     |            client came                v
 *     +---------------------------------- CANCELLED <--- cancel --- DEFERRED
 *     |         packet processed              |                       ^  |
 *     |                                       +--------- ask ---------+  |
 *     +------------------------------------------------------------------+
 *              packet processed, then as from IDLE by ask
 *
 * IDLE      -> PENDING   [submit]
 * PENDING   -> IDLE      [connect_done]
 * PENDING   -> FAILED    [connect_done]
 * PENDING   -> CANCELLED [rdy_pipe_connect_cancel]
 * CANCELLED -> IDLE      [connect_done]
 * CANCELLED -> DEFERRED  [rdy_pipe_connect_ask]
 * DEFERRED  -> CANCELLED [rdy_pipe_connect_cancel]
 * DEFERRED  -> IDLE      [connect_done]
 * IDLE      -> FAILED    [connect_done, when the deferred request is refused]
 * FAILED    -> IDLE      [rdy_pipe_connect_ask, _take_error, _cancel]
 *
 * IDLE       nothing in flight. Whether a client is there is the kernel's business.
 * PENDING    ConnectNamedPipe was accepted; its packet is to come and holds a reference.
 * CANCELLED  the epoch it belonged to is over: its packet is to come and says nothing.
 * DEFERRED   the same, and connect was asked for again: submitted when the packet has come. Until
 *            then the kernel may still speak of the old connection, so nobody reads or writes.
 * FAILED     `error` waits for the next operation of any kind, or take_error. */
#include "core/assert.h"
#include "core/named_pipe_state.h"

const struct rdy_machine_table rdy_pipe_connect_machine = {
    .name = "pipe connect",
    .state_count = 5,
    .state = {[RDY_PIPE_CONNECT_IDLE] = "idle",
              [RDY_PIPE_CONNECT_PENDING] = "pending",
              [RDY_PIPE_CONNECT_CANCELLED] = "cancelled",
              [RDY_PIPE_CONNECT_DEFERRED] = "deferred",
              [RDY_PIPE_CONNECT_FAILED] = "failed"},
    .next = {[RDY_PIPE_CONNECT_IDLE] =
                 RDY_TO(RDY_PIPE_CONNECT_PENDING) | RDY_TO(RDY_PIPE_CONNECT_FAILED),
             [RDY_PIPE_CONNECT_PENDING] = RDY_TO(RDY_PIPE_CONNECT_IDLE) |
                                          RDY_TO(RDY_PIPE_CONNECT_FAILED) |
                                          RDY_TO(RDY_PIPE_CONNECT_CANCELLED),
             [RDY_PIPE_CONNECT_CANCELLED] =
                 RDY_TO(RDY_PIPE_CONNECT_IDLE) | RDY_TO(RDY_PIPE_CONNECT_DEFERRED),
             [RDY_PIPE_CONNECT_DEFERRED] =
                 RDY_TO(RDY_PIPE_CONNECT_IDLE) | RDY_TO(RDY_PIPE_CONNECT_CANCELLED),
             [RDY_PIPE_CONNECT_FAILED] = RDY_TO(RDY_PIPE_CONNECT_IDLE)},
};

static void become(rdy_named_pipe *pipe, enum rdy_pipe_connect_state state)
{
    rdy_report_state(RDY_MACHINE_PIPE_CONNECT, pipe, (int)pipe->connect.state, (int)state);
    pipe->connect.state = state;
}

/* The next connection is waited for: errors that nobody has asked for yet are of one that is over.
 */
static void forget_errors(rdy_named_pipe *pipe)
{
    pipe->is_listening = TRUE;
    (void)rdy_pipe_read_take_error(pipe);
    (void)rdy_pipe_write_take_error(pipe);
}

/* The kernel waits for it: nothing at all can be left of a connection. */
static void forget_transfers(rdy_named_pipe *pipe)
{
    pipe->is_listening = TRUE;
    rdy_pipe_read_cancel(pipe);
    rdy_pipe_write_cancel(pipe);
}

/* IDLE -> PENDING or IDLE. DONE if a client is there, even if it has gone again: what it wrote can
 * be read and the end of it follows. */
static rdy_result submit(rdy_named_pipe *pipe)
{
    struct rdy_overlapped *request = &pipe->connect.request;
    rdy_pipe_retain(pipe, RDY_MACHINE_PIPE_CONNECT, request);
    BOOL succeeded = ConnectNamedPipe(pipe->handle, &request->overlapped);
    DWORD error = succeeded ? ERROR_SUCCESS : GetLastError();
    BOOL packet_comes = succeeded ? !pipe->successes_skip : error == ERROR_IO_PENDING;
    if (packet_comes) {
        become(pipe, RDY_PIPE_CONNECT_PENDING);
        forget_transfers(pipe);
        return rdy_would_block();
    }
    rdy_pipe_take_back(pipe, RDY_MACHINE_PIPE_CONNECT, request);
    if (succeeded || error == ERROR_PIPE_CONNECTED || error == ERROR_NO_DATA) {
        pipe->is_listening = FALSE;
        return rdy_done();
    }
    return rdy_failed(error);
}

static void fail(rdy_named_pipe *pipe, DWORD error)
{
    pipe->connect.error = error;
    become(pipe, RDY_PIPE_CONNECT_FAILED);
}

static void submit_deferred(rdy_named_pipe *pipe)
{
    RDY_ASSERT(rdy_pipe_submits(pipe)); /* detach and destroy take it back */
    rdy_result result = submit(pipe);
    if (result.status == RDY_FAILED) {
        fail(pipe, result.os_error);
    }
}

static BOOL connect_done(struct rdy_overlapped *request, rdy_event *event)
{
    rdy_named_pipe *pipe = RDY_CONTAINER_OF(request, rdy_named_pipe, connect.request);
    rdy_pipe_enter(pipe, RDY_MACHINE_PIPE_CONNECT, request);
    RDY_ASSERT(rdy_pipe_connect_is_in_flight(pipe));
    DWORD error = rdy_overlapped_error(request);
    enum rdy_pipe_connect_state state = pipe->connect.state;
    if (state == RDY_PIPE_CONNECT_PENDING && error != ERROR_SUCCESS) {
        fail(pipe, error);
    } else {
        become(pipe, RDY_PIPE_CONNECT_IDLE);
    }
    if (state == RDY_PIPE_CONNECT_PENDING && error == ERROR_SUCCESS) {
        pipe->is_listening = FALSE;
    }
    if (state == RDY_PIPE_CONNECT_DEFERRED) {
        submit_deferred(pipe);
    }
    return rdy_pipe_leave(pipe, RDY_MACHINE_PIPE_CONNECT, request, event);
}

void rdy_pipe_connect_init(rdy_named_pipe *pipe)
{
    rdy_overlapped_init(&pipe->connect.request, connect_done);
    pipe->connect.state = RDY_PIPE_CONNECT_IDLE;
}

rdy_result rdy_pipe_connect_ask(rdy_named_pipe *pipe)
{
    switch (pipe->connect.state) {
    case RDY_PIPE_CONNECT_IDLE:
        return submit(pipe);
    case RDY_PIPE_CONNECT_PENDING:
    case RDY_PIPE_CONNECT_DEFERRED:
        break;
    case RDY_PIPE_CONNECT_CANCELLED:
        become(pipe, RDY_PIPE_CONNECT_DEFERRED);
        forget_errors(pipe);
        break;
    case RDY_PIPE_CONNECT_FAILED:
        return rdy_failed(rdy_pipe_connect_take_error(pipe));
    }
    return rdy_would_block();
}

void rdy_pipe_connect_cancel(rdy_named_pipe *pipe)
{
    switch (pipe->connect.state) {
    case RDY_PIPE_CONNECT_IDLE:
    case RDY_PIPE_CONNECT_CANCELLED:
        break;
    case RDY_PIPE_CONNECT_PENDING:
        /* Not found means that it has completed: its packet is as good as a cancelled one. */
        (void)CancelIoEx(pipe->handle, &pipe->connect.request.overlapped);
        become(pipe, RDY_PIPE_CONNECT_CANCELLED);
        break;
    case RDY_PIPE_CONNECT_DEFERRED:
        become(pipe, RDY_PIPE_CONNECT_CANCELLED);
        break;
    case RDY_PIPE_CONNECT_FAILED:
        (void)rdy_pipe_connect_take_error(pipe);
        break;
    }
}

DWORD rdy_pipe_connect_take_error(rdy_named_pipe *pipe)
{
    if (pipe->connect.state != RDY_PIPE_CONNECT_FAILED) {
        return ERROR_SUCCESS;
    }
    become(pipe, RDY_PIPE_CONNECT_IDLE);
    return pipe->connect.error;
}

BOOL rdy_pipe_connect_is_deferred(const rdy_named_pipe *pipe)
{
    return pipe->connect.state == RDY_PIPE_CONNECT_DEFERRED;
}

BOOL rdy_pipe_connect_is_in_flight(const rdy_named_pipe *pipe)
{
    return pipe->connect.state == RDY_PIPE_CONNECT_PENDING ||
           pipe->connect.state == RDY_PIPE_CONNECT_CANCELLED ||
           pipe->connect.state == RDY_PIPE_CONNECT_DEFERRED;
}

void rdy_pipe_connect_check(const rdy_named_pipe *pipe)
{
    RDY_ASSERT(pipe->connect.state != RDY_PIPE_CONNECT_FAILED ||
               pipe->connect.error != ERROR_SUCCESS);
    RDY_ASSERT(pipe->connect.state != RDY_PIPE_CONNECT_PENDING || rdy_pipe_submits(pipe));
    RDY_ASSERT(pipe->connect.state != RDY_PIPE_CONNECT_DEFERRED || rdy_pipe_submits(pipe));
}
