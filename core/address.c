/* address: see address.h. */
#include "core/address.h"

#include <string.h>

rdy_address rdy_address_v4(const uint8_t bytes[4], uint16_t port)
{
    rdy_address address;
    memset(&address, 0, sizeof address);
    address.as.v4.sin_family = AF_INET;
    address.as.v4.sin_port = htons(port);
    memcpy(&address.as.v4.sin_addr, bytes, sizeof address.as.v4.sin_addr);
    address.size = sizeof address.as.v4;
    return address;
}

rdy_address rdy_address_v6(const uint8_t bytes[16], uint16_t port, uint32_t scope)
{
    rdy_address address;
    memset(&address, 0, sizeof address);
    address.as.v6.sin6_family = AF_INET6;
    address.as.v6.sin6_port = htons(port);
    memcpy(&address.as.v6.sin6_addr, bytes, sizeof address.as.v6.sin6_addr);
    address.as.v6.sin6_scope_id = scope;
    address.size = sizeof address.as.v6;
    return address;
}

uint16_t rdy_address_port(const rdy_address *address)
{
    switch (rdy_address_family(address)) {
    case AF_INET:
        return ntohs(address->as.v4.sin_port);
    case AF_INET6:
        return ntohs(address->as.v6.sin6_port);
    default:
        return 0;
    }
}
