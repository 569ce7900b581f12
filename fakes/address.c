/* address: end points. See address.h. */
#include "fakes/address.h"

#include <string.h>

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* ---- as the caller has them ---- */

DWORD address_read(struct sim_address *address, int family, const struct sockaddr *name, int length)
{
    if (name == NULL || length < (int)sizeof name->sa_family) {
        return WSAEFAULT;
    }
    *address = (struct sim_address){0};
    if (name->sa_family != family) {
        return WSAEAFNOSUPPORT;
    }
    if (family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)name;
        if (length < (int)sizeof *in) {
            return WSAEFAULT;
        }
        address->version = 4;
        address->port = ntohs(in->sin_port);
        memcpy(address->bytes, &in->sin_addr, 4);
        return 0;
    }
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)name;
    if (length < (int)sizeof *in6) {
        return WSAEFAULT;
    }
    address->port = ntohs(in6->sin6_port);
    if (memcmp(&in6->sin6_addr, mapped_prefix, sizeof mapped_prefix) == 0) {
        address->version = 4;
        memcpy(address->bytes, in6->sin6_addr.s6_addr + 12, 4);
    } else {
        address->version = 6;
        memcpy(address->bytes, &in6->sin6_addr, 16);
    }
    return 0;
}

DWORD address_write(const struct sim_address *address, int family, struct sockaddr *name,
                    int *length)
{
    int size =
        family == AF_INET ? (int)sizeof(struct sockaddr_in) : (int)sizeof(struct sockaddr_in6);
    if (name == NULL || length == NULL || *length < size) {
        return WSAEFAULT;
    }
    *length = size;
    memset(name, 0, (size_t)size);
    if (family == AF_INET) {
        struct sockaddr_in *in = (struct sockaddr_in *)(void *)name;
        in->sin_family = AF_INET;
        in->sin_port = htons(address->port);
        memcpy(&in->sin_addr, address->bytes, 4);
        return 0;
    }
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)name;
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons(address->port);
    if (address->version == 4) {
        memcpy(&in6->sin6_addr, mapped_prefix, sizeof mapped_prefix);
        memcpy(in6->sin6_addr.s6_addr + 12, address->bytes, 4);
    } else {
        memcpy(&in6->sin6_addr, address->bytes, 16);
    }
    return 0;
}

/* ---- particular ones ---- */

struct sim_address address_any(uint8_t version, uint16_t port)
{
    return (struct sim_address){.version = version, .port = port};
}

struct sim_address address_loopback(uint8_t version, uint16_t port)
{
    struct sim_address address = {.version = version, .port = port};
    if (version == 4) {
        address.bytes[0] = 127;
        address.bytes[3] = 1;
    } else {
        address.bytes[15] = 1;
    }
    return address;
}

static bool is_zero(const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

bool address_is_any(const struct sim_address *address)
{
    return is_zero(address->bytes, sizeof address->bytes);
}

bool address_is_loopback(const struct sim_address *address)
{
    if (address->version == 4) {
        return address->bytes[0] == 127;
    }
    return is_zero(address->bytes, 15) && address->bytes[15] == 1;
}

bool address_is_multicast(const struct sim_address *address)
{
    return address->version == 4 ? (address->bytes[0] & 0xf0) == 0xe0 : address->bytes[0] == 0xff;
}

bool address_is_broadcast(const struct sim_address *address)
{
    static const uint8_t all[4] = {0xff, 0xff, 0xff, 0xff};
    return address->version == 4 && memcmp(address->bytes, all, sizeof all) == 0;
}

bool address_same_host(const struct sim_address *left, const struct sim_address *right)
{
    return left->version == right->version &&
           memcmp(left->bytes, right->bytes, sizeof left->bytes) == 0;
}

bool address_equal(const struct sim_address *left, const struct sim_address *right)
{
    return left->port == right->port && address_same_host(left, right);
}
