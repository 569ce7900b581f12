/* address: the end point of a socket, IPv4 or IPv6 (std::net::SocketAddr). */
#ifndef CORE_ADDRESS_H
#define CORE_ADDRESS_H

#include "core/winsock.h"

#include <stdint.h>

/* A value. Those of other families may pass through, too, as far as there is room. */
typedef struct rdy_address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage storage;
    } as;
    int size; /* bytes in use */
} rdy_address;

/* rdy_address_v4 and rdy_address_v6 make an address of its bytes, as they are written, and a port.
 * A scope is the number of an interface, 0 unless the address is link-local. */
rdy_address rdy_address_v4(const uint8_t bytes[4], uint16_t port);
rdy_address rdy_address_v6(const uint8_t bytes[16], uint16_t port, uint32_t scope);

/* rdy_address_port returns the port of an IPv4 or IPv6 address, 0 of any other. */
uint16_t rdy_address_port(const rdy_address *address);

/* rdy_address_family returns AF_INET, AF_INET6 or what else it is. */
static inline int rdy_address_family(const rdy_address *address)
{
    return address->as.any.sa_family;
}

#endif
