/* WEPOLL-8b7b340: a connection counts as room to send.
 *
 * wepoll before 1.5.4 took POLL_CONNECT for writable: it holds as long as the connection, so a
 * writer with a full buffer is told at once to go on, again and again. The patch plants that in
 * core. Fixed: writable means that a write would not block. */
#include "core/poll.h"
#include "core/tcp_listener.h"
#include "fakes/world.h"
#include "fuzz/canaries/programs/support.h"

#define PORT       900
#define PATIENCE   UINT64_C(10000000) /* ns: nobody reads, so there may be no event at all */
#define BUFFER     4
#define WRITES_MAX 16 /* more than both buffers take */

const struct sim_settings iocplab_program_settings = {.socket_buffer = BUFFER};

static void fill(rdy_tcp_stream *stream)
{
    size_t count;
    int writes = 0;

    while (rdy_tcp_stream_write(stream, "xyz", BUFFER, &count).status == RDY_DONE) {
        canary_check(++writes < WRITES_MAX, "a buffer without an end");
    }
}

static uint32_t wait_for(rdy_poll *poll, uint64_t timeout_ns)
{
    rdy_event event = {0};
    size_t count;

    canary_check(rdy_poll_wait(poll, &event, 1, timeout_ns, &count).status == RDY_DONE,
                 "the poll failed");
    return event.flags;
}

void iocplab_program(void)
{
    static const uint8_t bytes[4] = {127, 0, 0, 1};
    rdy_address address = rdy_address_v4(bytes, PORT);
    rdy_poll *poll;
    rdy_tcp_listener *listener;
    rdy_tcp_stream *stream;

    canary_check(
        rdy_poll_create(&poll).status == RDY_DONE &&
            rdy_tcp_listener_bind(&address, &listener).status == RDY_DONE &&
            rdy_tcp_stream_connect(&address, &stream).status == RDY_DONE &&
            rdy_tcp_stream_register(stream, rdy_poll_registry(poll), 1, RDY_INTEREST_WRITABLE)
                    .status == RDY_DONE,
        "no connection");
    canary_check(wait_for(poll, RDY_WAIT_FOREVER) & RDY_EVENT_WRITABLE, "it does not connect");
    fill(stream);
    if (wait_for(poll, PATIENCE) & RDY_EVENT_WRITABLE) {
        size_t count;
        canary_check(rdy_tcp_stream_write(stream, "x", 1, &count).status == RDY_DONE,
                     "a writable stream would block");
    }
    rdy_tcp_stream_destroy(stream);
    rdy_tcp_listener_destroy(listener);
    rdy_poll_destroy(poll);
}
