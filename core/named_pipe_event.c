/* named_pipe_event: reports what a pipe is ready for, within what was asked (mio Inner::event_done
 * and notify_readable, notify_writable).
 *
 * A direction is armed by register, reregister and connect, and by an operation that would block;
 * it is disarmed by the event that reports it, by deregister and by disconnect. An event is due
 * when an armed direction is ready. A packet of any request of the pipe reports what is due when it
 * is processed. Where something becomes due outside of that, a packet is posted that carries
 * nothing: what it reports is read from the pipe when it is processed, so it is never stale.
 *
 *           rdy_pipe_event_announce, post accepted
 *    IDLE ----------------------------------------> POSTED
 *      ^                                              |
 *      +----------------------------------------------+
 *                       packet processed
 *
 * IDLE   -> POSTED [rdy_pipe_event_announce]
 * POSTED -> IDLE   [event_done]
 *
 * IDLE    no packet posted. What is due, if anything, has been reported to nobody because the post
 *         failed, which its caller was told (is_owed).
 * POSTED  one packet posted; it holds a reference. */
#include "core/assert.h"
#include "core/completion_port.h"
#include "core/named_pipe_state.h"

const struct rdy_machine_table rdy_pipe_event_machine = {
    .name = "pipe event",
    .state_count = 2,
    .state = {[RDY_PIPE_EVENT_IDLE] = "idle", [RDY_PIPE_EVENT_POSTED] = "posted"},
    .next = {[RDY_PIPE_EVENT_IDLE] = RDY_TO(RDY_PIPE_EVENT_POSTED),
             [RDY_PIPE_EVENT_POSTED] = RDY_TO(RDY_PIPE_EVENT_IDLE)},
};

static void become(rdy_named_pipe *pipe, enum rdy_pipe_event_state state)
{
    rdy_report_state(RDY_MACHINE_PIPE_EVENT, pipe, (int)pipe->event.state, (int)state);
    pipe->event.state = state;
}

static uint32_t read_flags(const rdy_named_pipe *pipe)
{
    switch (pipe->read.state) {
    case RDY_PIPE_READ_IDLE:
    case RDY_PIPE_READ_PENDING:
    case RDY_PIPE_READ_CANCELLED:
        return 0;
    case RDY_PIPE_READ_READY:
        return RDY_EVENT_READABLE;
    case RDY_PIPE_READ_ENDED:
        return RDY_EVENT_READABLE | RDY_EVENT_READ_CLOSED;
    case RDY_PIPE_READ_FAILED:
        return RDY_EVENT_READABLE | RDY_EVENT_ERROR;
    }
    return 0;
}

/* Errors after which the peer takes nothing any more. */
static BOOL peer_is_gone(DWORD error)
{
    return error == ERROR_NO_DATA || error == ERROR_BROKEN_PIPE ||
           error == ERROR_PIPE_NOT_CONNECTED;
}

static uint32_t write_flags(const rdy_named_pipe *pipe)
{
    switch (pipe->write.state) {
    case RDY_PIPE_WRITE_IDLE:
        return pipe->is_listening ? 0 : RDY_EVENT_WRITABLE;
    case RDY_PIPE_WRITE_PENDING:
    case RDY_PIPE_WRITE_TAKEN:
    case RDY_PIPE_WRITE_CANCELLED:
        return 0;
    case RDY_PIPE_WRITE_FAILED:
        return RDY_EVENT_WRITABLE | RDY_EVENT_ERROR |
               (peer_is_gone(pipe->write.error) ? RDY_EVENT_WRITE_CLOSED : 0);
    }
    return 0;
}

/* What is due: each direction that is armed and ready, with the bits that ride along with it. The
 * error of a connect is the answer of whatever operation comes next, so it makes both ready. */
static uint32_t due_flags(const rdy_named_pipe *pipe)
{
    uint32_t flags = 0;
    if (pipe->armed & RDY_INTEREST_READABLE) {
        flags |= read_flags(pipe);
    }
    if (pipe->armed & RDY_INTEREST_WRITABLE) {
        flags |= write_flags(pipe);
    }
    if (pipe->connect.state == RDY_PIPE_CONNECT_FAILED && pipe->armed != 0) {
        flags |= pipe->armed | RDY_EVENT_ERROR;
    }
    return flags;
}

static BOOL event_done(struct rdy_overlapped *request, rdy_event *event)
{
    rdy_named_pipe *pipe = RDY_CONTAINER_OF(request, rdy_named_pipe, event.request);
    rdy_pipe_enter(pipe, RDY_MACHINE_PIPE_EVENT, request);
    RDY_ASSERT(pipe->event.state == RDY_PIPE_EVENT_POSTED);
    become(pipe, RDY_PIPE_EVENT_IDLE);
    return rdy_pipe_leave(pipe, RDY_MACHINE_PIPE_EVENT, request, event);
}

void rdy_pipe_event_init(rdy_named_pipe *pipe)
{
    rdy_overlapped_init(&pipe->event.request, event_done);
    pipe->event.state = RDY_PIPE_EVENT_IDLE;
}

BOOL rdy_pipe_event_is_due(const rdy_named_pipe *pipe)
{
    return due_flags(pipe) != 0;
}

BOOL rdy_pipe_event_is_in_flight(const rdy_named_pipe *pipe)
{
    return pipe->event.state == RDY_PIPE_EVENT_POSTED;
}

rdy_result rdy_pipe_event_announce(rdy_named_pipe *pipe)
{
    if (pipe->event.state == RDY_PIPE_EVENT_POSTED || !rdy_pipe_event_is_due(pipe)) {
        return rdy_done();
    }
    rdy_pipe_retain(pipe, RDY_MACHINE_PIPE_EVENT, &pipe->event.request);
    rdy_result result =
        rdy_completion_port_post(rdy_registry_port(pipe->binding.registry), &pipe->event.request);
    pipe->event.is_owed = result.status != RDY_DONE;
    if (result.status == RDY_DONE) {
        become(pipe, RDY_PIPE_EVENT_POSTED);
    } else {
        rdy_pipe_take_back(pipe, RDY_MACHINE_PIPE_EVENT, &pipe->event.request);
    }
    return result;
}

BOOL rdy_pipe_event_deliver(rdy_named_pipe *pipe, rdy_event *event)
{
    uint32_t flags = due_flags(pipe);
    if (flags == 0) {
        return FALSE;
    }
    *event = (rdy_event){.token = pipe->token, .flags = flags};
    pipe->armed &= ~flags;
    pipe->event.is_owed = FALSE;
    return TRUE;
}

void rdy_pipe_event_check(const rdy_named_pipe *pipe)
{
    RDY_ASSERT(pipe->state == RDY_PIPE_REGISTERED || !rdy_pipe_event_is_due(pipe));
}
