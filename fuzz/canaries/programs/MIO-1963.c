/* MIO-1963: an operation that would block makes the other direction speak up.
 *
 * mio issue 1963, tokio 8054: do_io asks for the whole interest again, and room to send is there at
 * once. Its event is a new tick, so the reader's clear comes to nothing, and he tries again: two
 * threads keep each other busy with nothing to do. The patch plants that in core; the client is the
 * cache that runtimes keep. Fixed: only the direction that would block is asked for. */
#include "conformance/clients/readiness_cache.h"
#include "conformance/port.h"
#include "conformance/ports/port_core.h"
#include "conformance/scenario.h"
#include "core/poll.h"
#include "core/udp_socket.h"
#include "core/waker.h"
#include "fuzz/canaries/programs/support.h"

#define PORT      900
#define TOKEN     1
#define TRIES_MAX 3 /* the stale readiness, one event in between, and its clear */

static struct conf_readiness readiness;
static rdy_udp_socket *udp;
static rdy_poll *poll;
static rdy_waker *waker;

/* The thread that waits for events. It has seen that there is something to read, and nothing since.
 */
static DWORD WINAPI turn(LPVOID unused)
{
    rdy_event event;
    size_t count;

    (void)unused;
    do {
        canary_check(rdy_poll_wait(poll, &event, 1, RDY_WAIT_FOREVER, &count).status == RDY_DONE,
                     "the poll failed");
        if (event.token == TOKEN) {
            conf_readiness_set(&readiness, event.flags);
        }
    } while (event.token == TOKEN);
    return 0;
}

/* A reader whose readiness is stale finds that out once. */
static void try_to_read(void)
{
    int tries = 0;
    struct conf_ready ready;

    conf_readiness_set(&readiness, CONF_EVENT_READABLE);
    while ((ready = conf_readiness_look(&readiness, CONF_INTEREST_READABLE)).bits != 0) {
        char byte;
        rdy_address from;
        size_t count;
        canary_check(++tries <= TRIES_MAX, "there is nothing to read, and no end of trying");
        canary_check(rdy_udp_socket_receive_from(udp, &byte, 1, &count, &from).status ==
                         RDY_WOULD_BLOCK,
                     "something was received");
        conf_readiness_clear(&readiness, ready);
    }
}

void iocplab_program(void)
{
    static const uint8_t bytes[4] = {127, 0, 0, 1};
    rdy_address address = rdy_address_v4(bytes, PORT);
    HANDLE driver;

    conf_readiness_init(&readiness);
    canary_check(rdy_poll_create(&poll).status == RDY_DONE &&
                     rdy_waker_create(rdy_poll_registry(poll), TOKEN + 1, &waker).status ==
                         RDY_DONE &&
                     rdy_udp_socket_bind(&address, &udp).status == RDY_DONE &&
                     rdy_udp_socket_register(udp, rdy_poll_registry(poll), TOKEN,
                                             RDY_INTEREST_READABLE | RDY_INTEREST_WRITABLE)
                             .status == RDY_DONE,
                 "no socket");
    driver = canary_start(turn, NULL);
    try_to_read();
    canary_check(rdy_waker_wake(waker).status == RDY_DONE, "nobody can be woken");
    canary_join(driver);
    rdy_udp_socket_destroy(udp);
    rdy_waker_destroy(waker);
    rdy_poll_destroy(poll);
}
