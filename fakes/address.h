/* address: an end point of IPv4 or IPv6, apart from how a caller writes it.
 *
 * The simulated machine has the loopback addresses (127.0.0.0/8 and ::1) and no others. Inside,
 * an IPv4 address is one whether it came as AF_INET or mapped into IPv6. */
#ifndef FAKES_ADDRESS_H
#define FAKES_ADDRESS_H

#include <winsock2.h>
#include <ws2tcpip.h>

#include <stdbool.h>

struct sim_address {
    uint8_t version;   /* 4 or 6; 0: there is none */
    uint16_t port;     /* in the host's order */
    uint8_t bytes[16]; /* of IPv4 the first four */
};

/* address_read takes a sockaddr that is passed to a socket of `family`: 0, WSAEFAULT if it is too
 * short, WSAEAFNOSUPPORT if it is of another family. */
DWORD address_read(struct sim_address *address, int family, const struct sockaddr *name,
                   int length);

/* address_write gives an address to the caller of a socket of `family`: 0, or WSAEFAULT if there is
 * no room; *length is what there is and what was taken. */
DWORD address_write(const struct sim_address *address, int family, struct sockaddr *name,
                    int *length);

struct sim_address address_any(uint8_t version, uint16_t port);
struct sim_address address_loopback(uint8_t version, uint16_t port);

bool address_is_any(const struct sim_address *address);
bool address_is_loopback(const struct sim_address *address);
bool address_is_multicast(const struct sim_address *address);
bool address_is_broadcast(const struct sim_address *address);
/* address_same_host compares without the ports, address_equal with them. */
bool address_same_host(const struct sim_address *left, const struct sim_address *right);
bool address_equal(const struct sim_address *left, const struct sim_address *right);

#endif
