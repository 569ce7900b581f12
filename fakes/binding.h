/* binding: which socket has which port. One name space for each protocol.
 *
 * Who may share a port is the table of "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE" (Microsoft
 * Learn) for sockets of one user, which Wine ws2_32/sock.c test_reuseaddr checks on Windows. A port
 * that is asked for as 0 is chosen by who asks, not by what is taken, so that independent threads
 * do not depend on each other. */
#ifndef FAKES_BINDING_H
#define FAKES_BINDING_H

#include "fakes/address.h"

struct sim_socket;

struct sim_binding {
    struct sim_binding *next, *previous; /* of the same port, in order of binding */
    struct sim_address address;
    bool bound;
    bool dual;      /* an IPv6 socket that takes IPv4, too */
    bool automatic; /* the port was chosen for a connect: shared by other destinations */
};

/* binding_claim binds a socket, whose options say how it shares: 0, or WSAEADDRINUSE, WSAEACCES,
 * WSAENOBUFS when no port is left. `automatic` tells that a connect or a send asks for it. */
DWORD binding_claim(struct sim_socket *socket, const struct sim_address *address, bool automatic);
void binding_release(struct sim_socket *socket);

/* binding_first and binding_next return the sockets of a protocol (IPPROTO_TCP, IPPROTO_UDP) bound
 * to a port, in order of binding; NULL after the last. */
struct sim_socket *binding_first(int protocol, uint16_t port);
struct sim_socket *binding_next(const struct sim_socket *socket);

/* binding_accepts tells whether something sent to `to` is for this binding, and whether it is
 * bound to that very address. */
bool binding_accepts(const struct sim_binding *binding, const struct sim_address *to,
                     bool *exactly);

/* bindings_reserve gives a world its table, false when the host refuses; bindings_release takes it
 * back. An execution finds what the one before has left behind to be stale. */
struct sim_world;
bool bindings_reserve(struct sim_world *world);
void bindings_release(struct sim_world *world);

#endif
