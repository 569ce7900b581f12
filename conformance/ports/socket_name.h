/* socket_name: the address of a scenario's socket as Winsock has it, and back. */
#ifndef CONFORMANCE_PORTS_SOCKET_NAME_H
#define CONFORMANCE_PORTS_SOCKET_NAME_H

#include "conformance/port.h"

#include <winsock2.h>
#include <ws2tcpip.h>

#include <string.h>

/* conf_socket_name writes an address: of the loopback interface, of the group of all scenarios, or
 * of all on this machine. */
static inline void conf_socket_name(const struct conf_address *address,
                                    struct sockaddr_storage *name, int *size)
{
    static const uint8_t group_v4[4] = {239, 255, 0, 1};
    static const uint8_t group_v6[16] = {0xff, 2, [14] = 1, [15] = 1};
    static const uint8_t loopback_v4[4] = {127, 0, 0, 1};
    static const uint8_t loopback_v6[16] = {[15] = 1};
    static const uint8_t all_v4[4] = {255, 255, 255, 255};

    memset(name, 0, sizeof(*name));
    if (address->family == CONF_FAMILY_V6) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)name;
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(address->port);
        memcpy(&v6->sin6_addr, address->cast == CONF_CAST_ONE ? loopback_v6 : group_v6, 16);
        *size = sizeof(*v6);
    } else {
        struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)name;
        v4->sin_family = AF_INET;
        v4->sin_port = htons(address->port);
        memcpy(&v4->sin_addr,
               address->cast == CONF_CAST_ONE     ? loopback_v4
               : address->cast == CONF_CAST_GROUP ? group_v4
                                                  : all_v4,
               4);
        *size = sizeof(*v4);
    }
}

/* conf_socket_name_read takes family and port out of a name; all zero if it has none. */
static inline void conf_socket_name_read(const struct sockaddr_storage *name,
                                         struct conf_address *address)
{
    memset(address, 0, sizeof(*address));
    if (name->ss_family == AF_INET6) {
        address->family = CONF_FAMILY_V6;
        address->port = ntohs(((const struct sockaddr_in6 *)(const void *)name)->sin6_port);
    } else if (name->ss_family == AF_INET) {
        address->port = ntohs(((const struct sockaddr_in *)(const void *)name)->sin_port);
    }
}

#endif
