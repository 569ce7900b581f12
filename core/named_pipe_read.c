/* named_pipe_read: one read ahead, into a buffer of the pipe (mio schedule_read, read_done).
 *
 *               data                          taken, cancel
 *    +-----------------------------> READY ------------------------+
 *    |                                 ^                           |
 *    |          pending                | data                      v
 *   IDLE ---------------------------> PENDING --> ENDED, FAILED -> IDLE
 *    |                                 |            ^              ^
 *    |                                 | cancel     |              | packet processed
 *    |          end, error             v            |              |
 *    |                             CANCELLED -------|--------------+
 *    +----------------------------------------------+
 *
 * IDLE      -> PENDING   [submit]
 * IDLE      -> READY     [submit, where successes queue no packet]
 * IDLE      -> ENDED     [submit]
 * IDLE      -> FAILED    [submit]
 * PENDING   -> READY     [read_done]
 * PENDING   -> ENDED     [read_done]
 * PENDING   -> FAILED    [read_done]
 * PENDING   -> CANCELLED [rdy_pipe_read_cancel]
 * CANCELLED -> IDLE      [read_done]
 * READY     -> IDLE      [rdy_pipe_read_take, _cancel]
 * ENDED     -> IDLE      [rdy_pipe_read_cancel]
 * FAILED    -> IDLE      [rdy_pipe_read_take, _take_error, _cancel]
 *
 * IDLE       nothing in flight and nothing to read: the next read asks the kernel.
 * PENDING    ReadFile was accepted, pending or not; its packet is to come and holds a reference.
 * The buffer is the kernel's. CANCELLED  the same, but its epoch is over: what it brings is
 * discarded. READY      [start, end) of the buffer is for the reader; empty only for an empty
 * message. ENDED      the peer has closed and everything it sent was read, for the rest of this
 * epoch. FAILED     `error` waits for the next read or take_error. */
#include "core/assert.h"
#include "core/named_pipe_state.h"

#include <string.h>

const struct rdy_machine_table rdy_pipe_read_machine = {
    .name = "pipe read",
    .state_count = 6,
    .state = {[RDY_PIPE_READ_IDLE] = "idle",
              [RDY_PIPE_READ_PENDING] = "pending",
              [RDY_PIPE_READ_CANCELLED] = "cancelled",
              [RDY_PIPE_READ_READY] = "ready",
              [RDY_PIPE_READ_ENDED] = "ended",
              [RDY_PIPE_READ_FAILED] = "failed"},
    .next = {[RDY_PIPE_READ_IDLE] = RDY_TO(RDY_PIPE_READ_PENDING) | RDY_TO(RDY_PIPE_READ_READY) |
                                    RDY_TO(RDY_PIPE_READ_ENDED) | RDY_TO(RDY_PIPE_READ_FAILED),
             [RDY_PIPE_READ_PENDING] = RDY_TO(RDY_PIPE_READ_READY) | RDY_TO(RDY_PIPE_READ_ENDED) |
                                       RDY_TO(RDY_PIPE_READ_FAILED) |
                                       RDY_TO(RDY_PIPE_READ_CANCELLED),
             [RDY_PIPE_READ_CANCELLED] = RDY_TO(RDY_PIPE_READ_IDLE),
             [RDY_PIPE_READ_READY] = RDY_TO(RDY_PIPE_READ_IDLE),
             [RDY_PIPE_READ_ENDED] = RDY_TO(RDY_PIPE_READ_IDLE),
             [RDY_PIPE_READ_FAILED] = RDY_TO(RDY_PIPE_READ_IDLE)},
};

static void become(rdy_named_pipe *pipe, enum rdy_pipe_read_state state)
{
    rdy_report_state(RDY_MACHINE_PIPE_READ, pipe, (int)pipe->read.state, (int)state);
    pipe->read.state = state;
}

static void deliver(rdy_named_pipe *pipe, DWORD count)
{
    if (count == pipe->read.size && pipe->successes_skip) {
        pipe->read.size = RDY_PIPE_READ_SIZE_MAX; /* bytes: there is more where they came from */
    }
    pipe->read.start = 0;
    pipe->read.end = count;
    become(pipe, RDY_PIPE_READ_READY);
}

static void fail(rdy_named_pipe *pipe, DWORD error)
{
    pipe->read.error = error;
    become(pipe, error == ERROR_BROKEN_PIPE ? RDY_PIPE_READ_ENDED : RDY_PIPE_READ_FAILED);
}

/* IDLE -> PENDING, READY, ENDED or FAILED; IDLE while no client is there. TRUE if the kernel
 * answered as it does on a connection. */
static BOOL submit(rdy_named_pipe *pipe)
{
    struct rdy_pipe_read *read = &pipe->read;
    if (rdy_pipe_connect_is_deferred(pipe)) {
        return FALSE;
    }
    if (!rdy_buffer_reserve(&read->buffer, read->size)) {
        if (read->buffer.data == NULL) {
            fail(pipe, ERROR_NOT_ENOUGH_MEMORY);
            return FALSE;
        }
        read->size = read->buffer.capacity; /* what it has had so far does */
    }
    rdy_pipe_retain(pipe, RDY_MACHINE_PIPE_READ, &read->request);
    BOOL succeeded =
        ReadFile(pipe->handle, read->buffer.data, read->size, NULL, &read->request.overlapped);
    DWORD error = succeeded ? ERROR_SUCCESS : GetLastError();
    /* More of the message is to come: a warning, data was transferred. */
    BOOL packet_comes =
        succeeded ? !pipe->successes_skip : error == ERROR_IO_PENDING || error == ERROR_MORE_DATA;
    if (packet_comes) {
        become(pipe, RDY_PIPE_READ_PENDING);
        return TRUE;
    }
    rdy_pipe_take_back(pipe, RDY_MACHINE_PIPE_READ, &read->request);
    if (succeeded) {
        deliver(pipe, rdy_overlapped_transferred(&read->request));
    } else if (error == ERROR_PIPE_LISTENING) {
        pipe->is_listening = TRUE;
        return FALSE;
    } else {
        fail(pipe, error);
        /* Anything else, such as a want of resources, says nothing about the pipe. */
        return error == ERROR_BROKEN_PIPE || error == ERROR_PIPE_NOT_CONNECTED;
    }
    return TRUE;
}

static BOOL read_done(struct rdy_overlapped *request, rdy_event *event)
{
    rdy_named_pipe *pipe = RDY_CONTAINER_OF(request, rdy_named_pipe, read.request);
    rdy_pipe_enter(pipe, RDY_MACHINE_PIPE_READ, request);
    RDY_ASSERT(rdy_pipe_read_is_in_flight(pipe));
    DWORD error = rdy_overlapped_error(request);
    if (pipe->read.state == RDY_PIPE_READ_CANCELLED) {
        become(pipe, RDY_PIPE_READ_IDLE);
    } else {
        pipe->is_listening = FALSE;
        if (error == ERROR_SUCCESS || error == ERROR_MORE_DATA) {
            deliver(pipe, rdy_overlapped_transferred(request));
        } else {
            fail(pipe, error);
        }
    }
    return rdy_pipe_leave(pipe, RDY_MACHINE_PIPE_READ, request, event);
}

/* READY: the reader takes what it has room for. */
static size_t take(rdy_named_pipe *pipe, void *buffer, size_t size)
{
    struct rdy_pipe_read *read = &pipe->read;
    size_t count = read->end - read->start;
    if (count > size) {
        count = size;
    }
    if (count > 0) {
        memcpy(buffer, read->buffer.data + read->start, count);
    }
    read->start += (DWORD)count;
    if (read->start == read->end) {
        become(pipe, RDY_PIPE_READ_IDLE);
    }
    return count;
}

void rdy_pipe_read_init(rdy_named_pipe *pipe)
{
    rdy_overlapped_init(&pipe->read.request, read_done);
    pipe->read.state = RDY_PIPE_READ_IDLE;
    pipe->read.size = RDY_PIPE_READ_SIZE;
}

void rdy_pipe_read_deinit(rdy_named_pipe *pipe)
{
    rdy_buffer_trim(&pipe->read.buffer, 0);
}

void rdy_pipe_read_prime(rdy_named_pipe *pipe)
{
    BOOL on_connection = FALSE;
    switch (pipe->read.state) {
    case RDY_PIPE_READ_IDLE:
        on_connection = submit(pipe);
        break;
    case RDY_PIPE_READ_PENDING:
    case RDY_PIPE_READ_READY:
    case RDY_PIPE_READ_ENDED:
        on_connection = TRUE;
        break;
    case RDY_PIPE_READ_CANCELLED:
    case RDY_PIPE_READ_FAILED:
        break; /* from before, or never asked: it says nothing */
    }
    if (on_connection) {
        pipe->is_listening = FALSE;
    }
}

rdy_result rdy_pipe_read_take(rdy_named_pipe *pipe, void *buffer, size_t size, size_t *count)
{
    if (pipe->read.state == RDY_PIPE_READ_IDLE) {
        (void)submit(pipe);
    }
    switch (pipe->read.state) {
    case RDY_PIPE_READ_IDLE:
    case RDY_PIPE_READ_PENDING:
    case RDY_PIPE_READ_CANCELLED:
        break;
    case RDY_PIPE_READ_READY:
        *count = take(pipe, buffer, size);
        return rdy_done();
    case RDY_PIPE_READ_ENDED:
        return rdy_closed(pipe->read.error);
    case RDY_PIPE_READ_FAILED:
        return rdy_failed(rdy_pipe_read_take_error(pipe));
    }
    pipe->armed |= pipe->interest & RDY_INTEREST_READABLE;
    return rdy_would_block();
}

void rdy_pipe_read_cancel(rdy_named_pipe *pipe)
{
    switch (pipe->read.state) {
    case RDY_PIPE_READ_IDLE:
    case RDY_PIPE_READ_CANCELLED:
        break;
    case RDY_PIPE_READ_PENDING:
        /* Not found means that it has completed: its packet is as good as a cancelled one. */
        (void)CancelIoEx(pipe->handle, &pipe->read.request.overlapped);
        become(pipe, RDY_PIPE_READ_CANCELLED);
        break;
    case RDY_PIPE_READ_READY:
    case RDY_PIPE_READ_ENDED:
    case RDY_PIPE_READ_FAILED:
        become(pipe, RDY_PIPE_READ_IDLE);
        break;
    }
}

DWORD rdy_pipe_read_take_error(rdy_named_pipe *pipe)
{
    if (pipe->read.state != RDY_PIPE_READ_FAILED) {
        return ERROR_SUCCESS;
    }
    become(pipe, RDY_PIPE_READ_IDLE);
    return pipe->read.error;
}

BOOL rdy_pipe_read_is_in_flight(const rdy_named_pipe *pipe)
{
    return pipe->read.state == RDY_PIPE_READ_PENDING || pipe->read.state == RDY_PIPE_READ_CANCELLED;
}

void rdy_pipe_read_check(const rdy_named_pipe *pipe)
{
    const struct rdy_pipe_read *read = &pipe->read;
    switch (read->state) {
    case RDY_PIPE_READ_IDLE:
        break;
    case RDY_PIPE_READ_PENDING:
        RDY_ASSERT(rdy_pipe_submits(pipe));
        RDY_ASSERT(read->buffer.capacity >= read->size);
        break;
    case RDY_PIPE_READ_CANCELLED:
        RDY_ASSERT(read->buffer.capacity >= read->size);
        break;
    case RDY_PIPE_READ_READY:
        RDY_ASSERT(read->start <= read->end && read->end <= read->buffer.capacity);
        break;
    case RDY_PIPE_READ_ENDED:
        RDY_ASSERT(read->error == ERROR_BROKEN_PIPE);
        break;
    case RDY_PIPE_READ_FAILED:
        RDY_ASSERT(read->error != ERROR_SUCCESS && read->error != ERROR_BROKEN_PIPE);
        break;
    }
}
