/* udp: datagrams over the simulated loopback.
 *
 * What one socket sends arrives in order; what different sockets send, in any. A datagram is for
 * the socket bound to its port that fits best, for all members of a group, or for everybody at a
 * broadcast; where nobody is, an unreachable report goes back, which the sender's next receive
 * answers as WSAECONNRESET (Microsoft Learn: recvfrom). A full receive buffer drops what comes. */
#ifndef FAKES_UDP_H
#define FAKES_UDP_H

#include "fakes/address.h"
#include "fakes/network.h"

struct sim_socket;
struct sim_transport;

#define SIM_UDP_GROUPS_MAX  16u
#define SIM_UDP_PAYLOAD_MAX 65507u

struct sim_datagram {
    struct sim_datagram *next;
    sim_actor_id id; /* of its arrival */
    struct sim_address from, to;
    bool unreachable; /* a report instead of data */
    uint32_t size;
    char data[];
};

/* What a socket has sent and what has not arrived yet; it outlives the socket. */
struct sim_udp_outbox {
    struct sim_channel channel;
    struct sim_socket *socket; /* NULL once it is closed */
    struct sim_datagram *first, *last;
};

/* The groups a socket has joined; made at the first. */
struct sim_udp_groups {
    uint32_t count;
    struct sim_address group[SIM_UDP_GROUPS_MAX];
};

struct sim_udp {
    struct sim_udp_outbox *outbox;
    struct sim_datagram *first, *last; /* arrived and not received */
    uint32_t bytes;
    uint32_t ordinal;              /* of what has arrived, for footprints */
    struct sim_udp_groups *groups; /* NULL: none */
};

extern const struct sim_transport udp_transport;

void udp_init(struct sim_socket *socket);

/* udp_join and udp_leave change the membership in a group: 0, WSAEADDRNOTAVAIL, WSAEINVAL if it is
 * one already, WSAENOBUFS. */
DWORD udp_join(struct sim_socket *socket, const struct sim_address *group);
DWORD udp_leave(struct sim_socket *socket, const struct sim_address *group);

/* udp_lose is a fault: the datagram sent last never arrives. */
void udp_lose(struct sim_socket *socket);

/* udp_next_size returns the size of the datagram that would be received. */
uint32_t udp_next_size(const struct sim_socket *socket);

#endif
