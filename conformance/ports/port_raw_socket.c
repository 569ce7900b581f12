#include "conformance/ports/port_raw_socket.h"

#include "conformance/ports/socket_name.h"

#include <winsock2.h>
#include <ws2tcpip.h>

#include <stdbool.h>
#include <stdint.h>

#define BACKLOG_DEFAULT 200
#define URGENT_BYTE     '!'

static SOCKET socket_of(void *handle)
{
    return (SOCKET)(uintptr_t)handle;
}

static struct conf_result done(uint64_t count)
{
    return (struct conf_result){.status = CONF_DONE, .count = count};
}

/* What Winsock has refused. */
static struct conf_result refused(void)
{
    uint32_t error = (uint32_t)WSAGetLastError();

    return (struct conf_result){.status = error == WSAEWOULDBLOCK ? CONF_WOULD_BLOCK
                                          : error == WSAESHUTDOWN ? CONF_CLOSED
                                                                  : CONF_FAILED,
                                .error = error == WSAEWOULDBLOCK ? 0 : error};
}

static struct conf_result answer(int result)
{
    return result == SOCKET_ERROR ? refused() : done(0);
}

static struct conf_result moved(int count)
{
    return count == SOCKET_ERROR ? refused() : done((uint64_t)count);
}

/* ---- life ---- */

/* Takes the start of Winsock and the socket back; the error stays. */
static struct conf_result give_up(SOCKET made)
{
    struct conf_result result = refused();

    if (made != INVALID_SOCKET) {
        (void)closesocket(made);
    }
    (void)WSACleanup();
    return result;
}

static struct conf_result adopt(SOCKET made, void **handle)
{
    u_long on = 1;

    if (ioctlsocket(made, FIONBIO, &on) != 0) {
        return give_up(made);
    }
    *handle = (void *)(uintptr_t)made;
    return done(0);
}

/* Makes a socket, and gives its address if it is to be bound. */
static struct conf_result make(const struct conf_address *address, int type, bool is_bound,
                               void **handle)
{
    struct sockaddr_storage name;
    WSADATA data;
    SOCKET made;
    int size;

    *handle = NULL;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) {
        return (struct conf_result){.status = CONF_FAILED, .error = WSASYSNOTREADY};
    }
    made = socket(address->family == CONF_FAMILY_V6 ? AF_INET6 : AF_INET, type, 0);
    if (made == INVALID_SOCKET) {
        return give_up(made);
    }
    conf_socket_name(address, &name, &size);
    if (is_bound && bind(made, (const struct sockaddr *)(const void *)&name, size) != 0) {
        return give_up(made);
    }
    return adopt(made, handle);
}

struct conf_result conf_raw_tcp_listen(const struct conf_address *address, uint32_t backlog,
                                       void **listener)
{
    struct conf_result result = make(address, SOCK_STREAM, true, listener);

    if (result.status == CONF_DONE &&
        listen(socket_of(*listener), backlog == 0 ? BACKLOG_DEFAULT : (int)backlog) != 0) {
        result = give_up(socket_of(*listener));
        *listener = NULL;
    }
    return result;
}

struct conf_result conf_raw_tcp_connect(const struct conf_address *address, void **stream)
{
    struct conf_result result = make(address, SOCK_STREAM, false, stream);
    struct sockaddr_storage name;
    int size;

    if (result.status != CONF_DONE) {
        return result;
    }
    conf_socket_name(address, &name, &size);
    if (connect(socket_of(*stream), (const struct sockaddr *)(const void *)&name, size) != 0 &&
        WSAGetLastError() != WSAEWOULDBLOCK) {
        result = give_up(socket_of(*stream));
        *stream = NULL;
    }
    return result;
}

struct conf_result conf_raw_tcp_accept(void *listener, void **stream)
{
    WSADATA data;
    SOCKET made;

    *stream = NULL;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) {
        return (struct conf_result){.status = CONF_FAILED, .error = WSASYSNOTREADY};
    }
    made = accept(socket_of(listener), NULL, NULL);
    return made == INVALID_SOCKET ? give_up(made) : adopt(made, stream);
}

struct conf_result conf_raw_udp_bind(const struct conf_address *address, void **socket)
{
    return make(address, SOCK_DGRAM, true, socket);
}

/* A time to linger in seconds; negative for none. */
static int set_linger(void *socket, int seconds)
{
    struct linger linger = {.l_onoff = seconds >= 0,
                            .l_linger = (u_short)(seconds >= 0 ? seconds : 0)};

    return setsockopt(socket_of(socket), SOL_SOCKET, SO_LINGER, (const char *)&linger,
                      sizeof(linger));
}

void conf_raw_socket_drop(uint32_t kind, void *socket)
{
    /* With a time to linger the socket stays open where to wait for it would block (Microsoft
     * Learn, closesocket). Without one the system does that on its own. */
    if (closesocket(socket_of(socket)) != 0 && WSAGetLastError() == WSAEWOULDBLOCK) {
        (void)set_linger(socket, -1);
        (void)closesocket(socket_of(socket));
    }
    (void)WSACleanup();
}

/* ---- transfers ---- */

static struct conf_result received(uint32_t kind, int count, size_t size)
{
    if (count == 0 && size > 0 && kind == CONF_SOCKET_STREAM) {
        return (struct conf_result){.status = CONF_CLOSED};
    }
    return moved(count);
}

/* The harness asks plain sockets for one piece at a time. */
struct conf_result conf_raw_socket_read(uint32_t kind, void *socket, const struct conf_room *rooms,
                                        size_t count)
{
    return received(kind, recv(socket_of(socket), rooms[0].data, (int)rooms[0].size, 0),
                    rooms[0].size);
}

struct conf_result conf_raw_socket_peek(uint32_t kind, void *socket, void *buffer, size_t size)
{
    return received(kind, recv(socket_of(socket), buffer, (int)size, MSG_PEEK), size);
}

struct conf_result conf_raw_socket_write(uint32_t kind, void *socket,
                                         const struct conf_slice *slices, size_t count)
{
    return moved(send(socket_of(socket), slices[0].data, (int)slices[0].size, 0));
}

struct conf_result conf_raw_tcp_urgent(void *stream)
{
    const char byte = URGENT_BYTE;

    return moved(send(socket_of(stream), &byte, 1, MSG_OOB));
}

struct conf_result conf_raw_tcp_shutdown(void *stream, uint32_t how)
{
    return answer(shutdown(socket_of(stream), (int)how)); /* the numbers are Winsock's */
}

struct conf_result conf_raw_udp_connect(void *socket, const struct conf_address *address)
{
    struct sockaddr_storage name;
    int size;

    conf_socket_name(address, &name, &size);
    return answer(connect(socket_of(socket), (const struct sockaddr *)(const void *)&name, size));
}

struct conf_result conf_raw_udp_receive_from(void *socket, void *buffer, size_t size,
                                             struct conf_address *from)
{
    struct sockaddr_storage name = {0};
    int name_size = sizeof(name);
    struct conf_result result = moved(recvfrom(socket_of(socket), buffer, (int)size, 0,
                                               (struct sockaddr *)(void *)&name, &name_size));

    conf_socket_name_read(&name, from);
    return result;
}

struct conf_result conf_raw_udp_send_to(void *socket, const void *data, size_t size,
                                        const struct conf_address *to)
{
    struct sockaddr_storage name;
    int name_size;

    conf_socket_name(to, &name, &name_size);
    return moved(sendto(socket_of(socket), data, (int)size, 0,
                        (const struct sockaddr *)(const void *)&name, name_size));
}

/* ---- options ---- */

static struct conf_result set_number(void *socket, int level, int option, DWORD value)
{
    return answer(
        setsockopt(socket_of(socket), level, option, (const char *)&value, sizeof(value)));
}

static struct conf_result group_option(void *socket, uint32_t family, bool join)
{
    struct conf_address group = {.family = (uint8_t)family, .cast = CONF_CAST_GROUP};
    struct sockaddr_storage name;
    int size;

    conf_socket_name(&group, &name, &size);
    if (family == CONF_FAMILY_V4) {
        struct ip_mreq request = {.imr_multiaddr =
                                      ((const struct sockaddr_in *)(const void *)&name)->sin_addr};
        return answer(setsockopt(socket_of(socket), IPPROTO_IP,
                                 join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP,
                                 (const char *)&request, sizeof(request)));
    }
    struct ipv6_mreq request = {.ipv6mr_multiaddr =
                                    ((const struct sockaddr_in6 *)(const void *)&name)->sin6_addr};
    return answer(setsockopt(socket_of(socket), IPPROTO_IPV6,
                             join ? IPV6_ADD_MEMBERSHIP : IPV6_DROP_MEMBERSHIP,
                             (const char *)&request, sizeof(request)));
}

struct conf_result conf_raw_socket_option(uint32_t kind, void *socket, uint32_t family,
                                          uint32_t option, uint32_t value)
{
    switch ((enum conf_option)option) {
    case CONF_OPTION_NODELAY:
        return set_number(socket, IPPROTO_TCP, TCP_NODELAY, value);
    case CONF_OPTION_LINGER:
        return answer(set_linger(socket, (int)value));
    case CONF_OPTION_BROADCAST:
        return set_number(socket, SOL_SOCKET, SO_BROADCAST, value);
    case CONF_OPTION_LOOP:
        return family == CONF_FAMILY_V4
                   ? set_number(socket, IPPROTO_IP, IP_MULTICAST_LOOP, value)
                   : set_number(socket, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, value);
    case CONF_OPTION_GROUP:
        return group_option(socket, family, value != 0);
    case CONF_OPTION_TTL: /* not one of plain sockets */
    case CONF_OPTION_COUNT:
        break;
    }
    return (struct conf_result){.status = CONF_FAILED, .error = WSAEINVAL};
}
