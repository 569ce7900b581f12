/* named_pipe_write: one write at a time, out of a buffer of the pipe (mio maybe_schedule_write,
 * write_done).
 *
 *              accepted                 error
 *    IDLE --------------------> PENDING ---------> FAILED
 *    | ^ ^                       | | ^ |              |
 *    | | +-----------------------+ | +-+ the rest     | put, take_error, cancel
 *    | |    all of it taken        |                  |
 *    | |                    cancel |                  |
 *    | +---------- CANCELLED <-----+                  |
 *    | | packet processed                             |
 *    | +----------------------------------------------+
 *    | |
 *    | | packet processed
 *    | +---------- TAKEN
 *    +---------------^
 *      done at once, its packet to come
 *
 * IDLE      -> PENDING   [rdy_pipe_write_put]
 * IDLE      -> TAKEN     [rdy_pipe_write_put]
 * TAKEN     -> IDLE      [write_done]
 * PENDING   -> IDLE      [write_done]
 * PENDING   -> FAILED    [write_done]
 * PENDING   -> CANCELLED [rdy_pipe_write_cancel]
 * CANCELLED -> IDLE      [write_done]
 * FAILED    -> IDLE      [rdy_pipe_write_put, _take_error, _cancel]
 *
 * IDLE       nothing in flight: a write asks the kernel.
 * PENDING    WriteFile was accepted; its packet is to come and holds a reference. [start, end) of
 *            the buffer is the kernel's, and the writer was told that it is written.
 * TAKEN      the kernel has all of it and said so at once; only the packet is to come, and it holds
 *            a reference. The OVERLAPPED may not be used again before.
 * CANCELLED  as PENDING, but the epoch is over: how it ends is nobody's business any more.
 * FAILED     what was accepted could not be delivered; `error` waits for the next write or
 *            take_error. */
#include "core/assert.h"
#include "core/handle.h"
#include "core/named_pipe_state.h"

#include <string.h>

const struct rdy_machine_table rdy_pipe_write_machine = {
    .name = "pipe write",
    .state_count = 5,
    .state = {[RDY_PIPE_WRITE_IDLE] = "idle",
              [RDY_PIPE_WRITE_PENDING] = "pending",
              [RDY_PIPE_WRITE_TAKEN] = "taken",
              [RDY_PIPE_WRITE_CANCELLED] = "cancelled",
              [RDY_PIPE_WRITE_FAILED] = "failed"},
    .next = {[RDY_PIPE_WRITE_IDLE] = RDY_TO(RDY_PIPE_WRITE_PENDING) | RDY_TO(RDY_PIPE_WRITE_TAKEN),
             [RDY_PIPE_WRITE_TAKEN] = RDY_TO(RDY_PIPE_WRITE_IDLE),
             [RDY_PIPE_WRITE_PENDING] = RDY_TO(RDY_PIPE_WRITE_IDLE) |
                                        RDY_TO(RDY_PIPE_WRITE_FAILED) |
                                        RDY_TO(RDY_PIPE_WRITE_CANCELLED),
             [RDY_PIPE_WRITE_CANCELLED] = RDY_TO(RDY_PIPE_WRITE_IDLE),
             [RDY_PIPE_WRITE_FAILED] = RDY_TO(RDY_PIPE_WRITE_IDLE)},
};

static void become(rdy_named_pipe *pipe, enum rdy_pipe_write_state state)
{
    rdy_report_state(RDY_MACHINE_PIPE_WRITE, pipe, (int)pipe->write.state, (int)state);
    pipe->write.state = state;
}

/* What WriteFile answered. */
enum answer {
    ANSWER_PENDING, /* accepted: its packet says how it ends */
    ANSWER_TAKEN,   /* done, and its packet is to come */
    ANSWER_DONE,    /* done, no packet */
    ANSWER_REFUSED  /* nothing happened: write.error says why */
};

/* Submits [start, end) of the buffer. */
static enum answer submit(rdy_named_pipe *pipe)
{
    struct rdy_pipe_write *write = &pipe->write;
    rdy_pipe_retain(pipe, RDY_MACHINE_PIPE_WRITE, &write->request);
    BOOL succeeded = WriteFile(pipe->handle, write->buffer.data + write->start,
                               write->end - write->start, NULL, &write->request.overlapped);
    DWORD error = succeeded ? ERROR_SUCCESS : GetLastError();
    if (error == ERROR_IO_PENDING) {
        return ANSWER_PENDING;
    }
    if (succeeded && !pipe->successes_skip) {
        return ANSWER_TAKEN;
    }
    rdy_pipe_take_back(pipe, RDY_MACHINE_PIPE_WRITE, &write->request);
    write->error = error;
    return succeeded ? ANSWER_DONE : ANSWER_REFUSED;
}

/* PENDING -> IDLE or FAILED. */
static void finish(rdy_named_pipe *pipe, DWORD error)
{
    if (error == ERROR_SUCCESS) {
        become(pipe, RDY_PIPE_WRITE_IDLE);
    } else {
        pipe->write.error = error;
        become(pipe, RDY_PIPE_WRITE_FAILED);
        /* The writer was told that it is written: this is news to it, asked for or not. */
        pipe->armed |= pipe->interest & RDY_INTEREST_WRITABLE;
    }
}

/* PENDING: the kernel has taken `count` more bytes. A blocking-mode pipe takes all of them
 * (core/RESULTS.md); should one take less, the rest was accepted just as well and is submitted. */
static void advance(rdy_named_pipe *pipe, DWORD count)
{
    struct rdy_pipe_write *write = &pipe->write;
    for (;;) {
        write->start += count;
        if (write->start == write->end) {
            finish(pipe, ERROR_SUCCESS);
            return;
        }
        if (count == 0) {
            finish(pipe, ERROR_WRITE_FAULT); /* no progress, and it would never end */
            return;
        }
        switch (submit(pipe)) {
        case ANSWER_PENDING:
        case ANSWER_TAKEN:
            return;
        case ANSWER_DONE:
            count = rdy_overlapped_transferred(&write->request);
            break;
        case ANSWER_REFUSED:
            finish(pipe, write->error);
            return;
        }
    }
}

static BOOL write_done(struct rdy_overlapped *request, rdy_event *event)
{
    rdy_named_pipe *pipe = RDY_CONTAINER_OF(request, rdy_named_pipe, write.request);
    rdy_pipe_enter(pipe, RDY_MACHINE_PIPE_WRITE, request);
    RDY_ASSERT(rdy_pipe_write_is_in_flight(pipe));
    DWORD error = rdy_overlapped_error(request);
    if (pipe->write.state != RDY_PIPE_WRITE_PENDING) {
        become(pipe, RDY_PIPE_WRITE_IDLE); /* TAKEN, CANCELLED: nobody waits to hear how it ended */
    } else if (error != ERROR_SUCCESS) {
        finish(pipe, error);
    } else {
        advance(pipe, rdy_overlapped_transferred(request));
    }
    if (!rdy_pipe_write_is_in_flight(pipe)) {
        rdy_buffer_trim(&pipe->write.buffer, RDY_PIPE_WRITE_KEEP);
    }
    return rdy_pipe_leave(pipe, RDY_MACHINE_PIPE_WRITE, request, event);
}

void rdy_pipe_write_init(rdy_named_pipe *pipe)
{
    rdy_overlapped_init(&pipe->write.request, write_done);
    pipe->write.state = RDY_PIPE_WRITE_IDLE;
}

void rdy_pipe_write_deinit(rdy_named_pipe *pipe)
{
    rdy_buffer_trim(&pipe->write.buffer, 0);
}

static rdy_result would_block(rdy_named_pipe *pipe)
{
    pipe->armed |= pipe->interest & RDY_INTEREST_WRITABLE;
    return rdy_would_block();
}

/* IDLE: copies the bytes, because the kernel may need them after the writer has its answer. */
static rdy_result take_on(rdy_named_pipe *pipe, const void *data, DWORD size, size_t *count)
{
    struct rdy_pipe_write *write = &pipe->write;
    if (!rdy_buffer_reserve(&write->buffer, size)) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    if (size > 0) {
        memcpy(write->buffer.data, data, size);
    }
    write->start = 0;
    write->end = size;
    switch (submit(pipe)) {
    case ANSWER_PENDING:
        become(pipe, RDY_PIPE_WRITE_PENDING);
        break;
    case ANSWER_TAKEN:
        write->end = rdy_overlapped_transferred(&write->request);
        become(pipe, RDY_PIPE_WRITE_TAKEN);
        break;
    case ANSWER_DONE:
        write->end = rdy_overlapped_transferred(&write->request);
        rdy_buffer_trim(&write->buffer, RDY_PIPE_WRITE_KEEP);
        break;
    case ANSWER_REFUSED:
        rdy_buffer_trim(&write->buffer, RDY_PIPE_WRITE_KEEP);
        if (write->error == ERROR_PIPE_LISTENING) {
            pipe->is_listening = TRUE;
            return would_block(pipe);
        }
        return rdy_failed(write->error);
    }
    *count = write->end;
    return rdy_done();
}

rdy_result rdy_pipe_write_put(rdy_named_pipe *pipe, const void *data, size_t size, size_t *count)
{
    switch (pipe->write.state) {
    case RDY_PIPE_WRITE_IDLE:
        break;
    case RDY_PIPE_WRITE_PENDING:
    case RDY_PIPE_WRITE_TAKEN:
    case RDY_PIPE_WRITE_CANCELLED:
        return would_block(pipe);
    case RDY_PIPE_WRITE_FAILED:
        return rdy_failed(rdy_pipe_write_take_error(pipe));
    }
    if (rdy_pipe_connect_is_deferred(pipe)) {
        return would_block(pipe);
    }
    DWORD taken = size < RDY_PIPE_WRITE_SIZE_MAX ? (DWORD)size : RDY_PIPE_WRITE_SIZE_MAX;
    return take_on(pipe, data, taken, count);
}

void rdy_pipe_write_cancel(rdy_named_pipe *pipe)
{
    switch (pipe->write.state) {
    case RDY_PIPE_WRITE_IDLE:
    case RDY_PIPE_WRITE_TAKEN: /* its packet only frees the request */
    case RDY_PIPE_WRITE_CANCELLED:
        break;
    case RDY_PIPE_WRITE_PENDING:
        /* Not found means that it has completed: its packet is as good as a cancelled one. */
        (void)CancelIoEx(pipe->handle, &pipe->write.request.overlapped);
        become(pipe, RDY_PIPE_WRITE_CANCELLED);
        break;
    case RDY_PIPE_WRITE_FAILED:
        (void)rdy_pipe_write_take_error(pipe);
        break;
    }
}

DWORD rdy_pipe_write_take_error(rdy_named_pipe *pipe)
{
    if (pipe->write.state != RDY_PIPE_WRITE_FAILED) {
        return ERROR_SUCCESS;
    }
    become(pipe, RDY_PIPE_WRITE_IDLE);
    return pipe->write.error;
}

BOOL rdy_pipe_write_is_accepted(const rdy_named_pipe *pipe)
{
    return pipe->write.state == RDY_PIPE_WRITE_PENDING;
}

BOOL rdy_pipe_write_is_in_flight(const rdy_named_pipe *pipe)
{
    return pipe->write.state == RDY_PIPE_WRITE_PENDING ||
           pipe->write.state == RDY_PIPE_WRITE_TAKEN ||
           pipe->write.state == RDY_PIPE_WRITE_CANCELLED;
}

void rdy_pipe_write_check(const rdy_named_pipe *pipe)
{
    const struct rdy_pipe_write *write = &pipe->write;
    switch (write->state) {
    case RDY_PIPE_WRITE_IDLE:
        break;
    case RDY_PIPE_WRITE_PENDING:
        RDY_ASSERT(rdy_handle_is_open(pipe->handle));
        RDY_ASSERT(write->start <= write->end && write->end <= write->buffer.capacity);
        break;
    case RDY_PIPE_WRITE_TAKEN:
    case RDY_PIPE_WRITE_CANCELLED:
        RDY_ASSERT(write->buffer.data != NULL);
        break;
    case RDY_PIPE_WRITE_FAILED:
        RDY_ASSERT(write->error != ERROR_SUCCESS);
        break;
    }
}
