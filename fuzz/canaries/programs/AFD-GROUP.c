/* AFD-GROUP: more sockets than share one handle of the driver.
 *
 * mio's AfdGroup opens a handle for each 32 sockets and closes those that nobody uses. The patches
 * plant mutants of that in core, whose own invariants know how many there may be. (A scenario has
 * not as many sources.) */
#include "core/poll.h"
#include "core/udp_socket.h"
#include "fakes/world.h"
#include "fuzz/canaries/programs/support.h"

#define SOCKETS 65 /* two full handles, and one more */
#define SHARE   32 /* a handle */
#define PORT    900

void iocplab_program(void)
{
    static const uint8_t bytes[4] = {127, 0, 0, 1};
    rdy_udp_socket *udp[SOCKETS];
    rdy_poll *poll;

    canary_check(rdy_poll_create(&poll).status == RDY_DONE, "no poll");
    for (int i = 0; i < SOCKETS; i++) {
        rdy_address address = rdy_address_v4(bytes, (uint16_t)(PORT + i));
        canary_check(rdy_udp_socket_bind(&address, &udp[i]).status == RDY_DONE &&
                         rdy_udp_socket_register(udp[i], rdy_poll_registry(poll), (uint64_t)i,
                                                 RDY_INTEREST_READABLE)
                                 .status == RDY_DONE,
                     "no socket");
        rdy_poll_check(poll);
    }
    canary_check(sim_handles_open() <= 1 + SOCKETS + (SOCKETS + SHARE - 1) / SHARE,
                 "more handles of the driver than sockets need");
    for (int i = 0; i < SOCKETS; i++) {
        rdy_udp_socket_destroy(udp[i]);
        rdy_poll_check(poll);
    }
    rdy_poll_destroy(poll);
}
