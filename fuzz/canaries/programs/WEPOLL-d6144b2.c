/* WEPOLL-d6144b2: a connect that fails is an error and nothing else.
 *
 * wepoll before 1.5.4: who waits until a connection is there waits for "writable", and an event
 * that only says "error" does not let him go on. The patch plants that in core. Fixed: a failure
 * is reported to both directions. */
#include "core/poll.h"
#include "core/tcp_stream.h"
#include "fuzz/canaries/programs/support.h"

#define PORT 900

void iocplab_program(void)
{
    static const uint8_t bytes[4] = {127, 0, 0, 1};
    rdy_address address = rdy_address_v4(bytes, PORT);
    rdy_poll *poll;
    rdy_tcp_stream *stream;
    rdy_event event = {0};
    size_t count;

    canary_check(
        rdy_poll_create(&poll).status == RDY_DONE &&
            rdy_tcp_stream_connect(&address, &stream).status == RDY_DONE &&
            rdy_tcp_stream_register(stream, rdy_poll_registry(poll), 1, RDY_INTEREST_WRITABLE)
                    .status == RDY_DONE,
        "no socket");
    while (!(event.flags & RDY_EVENT_WRITABLE)) {
        canary_check(rdy_poll_wait(poll, &event, 1, RDY_WAIT_FOREVER, &count).status == RDY_DONE,
                     "the poll failed");
    }
    rdy_tcp_stream_destroy(stream);
    rdy_poll_destroy(poll);
}
