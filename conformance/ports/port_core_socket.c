#include "conformance/ports/port_core_socket.h"

#include "conformance/ports/socket_name.h"

#include "core/poll.h"
#include "core/registry.h"
#include "core/tcp_listener.h"
#include "core/tcp_stream.h"
#include "core/udp_socket.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

static_assert((int)CONF_SHUTDOWN_READ == (int)RDY_SHUTDOWN_READ &&
                  (int)CONF_SHUTDOWN_WRITE == (int)RDY_SHUTDOWN_WRITE &&
                  (int)CONF_SHUTDOWN_BOTH == (int)RDY_SHUTDOWN_BOTH,
              "directions are the same");
static_assert(sizeof(struct conf_slice) == sizeof(struct rdy_slice) &&
                  offsetof(struct conf_slice, size) == offsetof(struct rdy_slice, size) &&
                  sizeof(struct conf_room) == sizeof(struct rdy_slice_mut) &&
                  offsetof(struct conf_room, size) == offsetof(struct rdy_slice_mut, size),
              "pieces are the same");

static struct conf_result convert(rdy_result result, uint64_t count)
{
    return (struct conf_result){
        .status = (uint32_t)result.status, .error = result.os_error, .count = count};
}

static rdy_address address_of(const struct conf_address *address)
{
    rdy_address out;

    conf_socket_name(address, &out.as.storage, &out.size);
    return out;
}

/* ---- life ---- */

struct conf_result conf_core_tcp_listen(const struct conf_address *address, uint32_t backlog,
                                        void **listener)
{
    rdy_address at = address_of(address);
    rdy_tcp_listener *created = NULL;
    rdy_result result = rdy_tcp_listener_bind(&at, &created);

    *listener = created;
    return convert(result, 0);
}

struct conf_result conf_core_tcp_connect(const struct conf_address *address, void **stream)
{
    rdy_address to = address_of(address);
    rdy_tcp_stream *created = NULL;
    rdy_result result = rdy_tcp_stream_connect(&to, &created);

    *stream = created;
    return convert(result, 0);
}

struct conf_result conf_core_tcp_accept(void *listener, void **stream)
{
    rdy_tcp_stream *created = NULL;
    rdy_result result = rdy_tcp_listener_accept(listener, &created, NULL);

    *stream = created;
    return convert(result, 0);
}

struct conf_result conf_core_tcp_shutdown(void *stream, uint32_t how)
{
    return convert(rdy_tcp_stream_shutdown(stream, (enum rdy_shutdown)how), 0);
}

struct conf_result conf_core_udp_bind(const struct conf_address *address, void **socket)
{
    rdy_address at = address_of(address);
    rdy_udp_socket *created = NULL;
    rdy_result result = rdy_udp_socket_bind(&at, &created);

    *socket = created;
    return convert(result, 0);
}

void conf_core_socket_drop(uint32_t kind, void *socket)
{
    switch ((enum conf_socket)kind) {
    case CONF_SOCKET_LISTENER:
        rdy_tcp_listener_destroy(socket);
        break;
    case CONF_SOCKET_STREAM:
        rdy_tcp_stream_destroy(socket);
        break;
    case CONF_SOCKET_UDP:
        rdy_udp_socket_destroy(socket);
        break;
    case CONF_SOCKET_COUNT:
        break;
    }
}

/* ---- registration ---- */

struct conf_result conf_core_socket_register(uint32_t kind, void *socket, void *poll,
                                             uint64_t token, uint32_t interest)
{
    rdy_registry *registry = rdy_poll_registry(poll);

    if (kind == CONF_SOCKET_LISTENER) {
        return convert(rdy_tcp_listener_register(socket, registry, token, interest), 0);
    }
    if (kind == CONF_SOCKET_UDP) {
        return convert(rdy_udp_socket_register(socket, registry, token, interest), 0);
    }
    return convert(rdy_tcp_stream_register(socket, registry, token, interest), 0);
}

struct conf_result conf_core_socket_reregister(uint32_t kind, void *socket, void *poll,
                                               uint64_t token, uint32_t interest)
{
    rdy_registry *registry = rdy_poll_registry(poll);

    if (kind == CONF_SOCKET_LISTENER) {
        return convert(rdy_tcp_listener_reregister(socket, registry, token, interest), 0);
    }
    if (kind == CONF_SOCKET_UDP) {
        return convert(rdy_udp_socket_reregister(socket, registry, token, interest), 0);
    }
    return convert(rdy_tcp_stream_reregister(socket, registry, token, interest), 0);
}

struct conf_result conf_core_socket_deregister(uint32_t kind, void *socket, void *poll)
{
    rdy_registry *registry = rdy_poll_registry(poll);

    if (kind == CONF_SOCKET_LISTENER) {
        return convert(rdy_tcp_listener_deregister(socket, registry), 0);
    }
    if (kind == CONF_SOCKET_UDP) {
        return convert(rdy_udp_socket_deregister(socket, registry), 0);
    }
    return convert(rdy_tcp_stream_deregister(socket, registry), 0);
}

/* ---- transfers ---- */

struct conf_result conf_core_socket_read(uint32_t kind, void *socket, const struct conf_room *rooms,
                                         size_t count)
{
    size_t done = 0;
    rdy_result result;

    if (kind == CONF_SOCKET_UDP) {
        result = rdy_udp_socket_receive(socket, rooms[0].data, rooms[0].size, &done);
    } else if (count == 1) {
        result = rdy_tcp_stream_read(socket, rooms[0].data, rooms[0].size, &done);
    } else {
        result = rdy_tcp_stream_readv(socket, (const struct rdy_slice_mut *)(const void *)rooms,
                                      count, &done);
    }
    return convert(result, done);
}

struct conf_result conf_core_socket_peek(uint32_t kind, void *socket, void *buffer, size_t size)
{
    size_t done = 0;
    rdy_address from;
    rdy_result result = kind == CONF_SOCKET_UDP
                            ? rdy_udp_socket_peek_from(socket, buffer, size, &done, &from)
                            : rdy_tcp_stream_peek(socket, buffer, size, &done);

    return convert(result, done);
}

struct conf_result conf_core_socket_write(uint32_t kind, void *socket,
                                          const struct conf_slice *slices, size_t count)
{
    size_t done = 0;
    rdy_result result;

    if (kind == CONF_SOCKET_UDP) {
        result = rdy_udp_socket_send(socket, slices[0].data, slices[0].size, &done);
    } else if (count == 1) {
        result = rdy_tcp_stream_write(socket, slices[0].data, slices[0].size, &done);
    } else {
        result = rdy_tcp_stream_writev(socket, (const struct rdy_slice *)(const void *)slices,
                                       count, &done);
    }
    return convert(result, done);
}

struct conf_result conf_core_udp_connect(void *socket, const struct conf_address *address)
{
    rdy_address to = address_of(address);

    return convert(rdy_udp_socket_connect(socket, &to), 0);
}

struct conf_result conf_core_udp_receive_from(void *socket, void *buffer, size_t size,
                                              struct conf_address *from)
{
    rdy_address sender = {.size = 0};
    size_t done = 0;
    rdy_result result = rdy_udp_socket_receive_from(socket, buffer, size, &done, &sender);

    conf_socket_name_read(&sender.as.storage, from);
    return convert(result, done);
}

struct conf_result conf_core_udp_send_to(void *socket, const void *data, size_t size,
                                         const struct conf_address *to)
{
    rdy_address receiver = address_of(to);
    size_t done = 0;
    rdy_result result = rdy_udp_socket_send_to(socket, data, size, &receiver, &done);

    return convert(result, done);
}

/* ---- what a socket knows of itself ---- */

struct conf_result conf_core_socket_take_error(uint32_t kind, void *socket)
{
    struct conf_result converted;
    DWORD error = 0;
    rdy_result result = kind == CONF_SOCKET_LISTENER ? rdy_tcp_listener_take_error(socket, &error)
                        : kind == CONF_SOCKET_UDP    ? rdy_udp_socket_take_error(socket, &error)
                                                     : rdy_tcp_stream_take_error(socket, &error);

    converted = convert(result, 0);
    if (result.status == RDY_DONE) {
        converted.error = error;
    }
    return converted;
}

struct conf_result conf_core_socket_address(uint32_t kind, void *socket, uint32_t of,
                                            struct conf_address *address)
{
    rdy_address found = {.size = 0};
    rdy_result result;

    if (kind == CONF_SOCKET_LISTENER) {
        result = rdy_tcp_listener_local_address(socket, &found);
    } else if (kind == CONF_SOCKET_UDP) {
        result = of == CONF_ADDRESS_LOCAL ? rdy_udp_socket_local_address(socket, &found)
                                          : rdy_udp_socket_peer_address(socket, &found);
    } else {
        result = of == CONF_ADDRESS_LOCAL ? rdy_tcp_stream_local_address(socket, &found)
                                          : rdy_tcp_stream_peer_address(socket, &found);
    }
    conf_socket_name_read(&found.as.storage, address);
    return convert(result, 0);
}

static rdy_result group_option(rdy_udp_socket *socket, uint32_t family, bool join)
{
    struct conf_address group = {.family = (uint8_t)family, .cast = CONF_CAST_GROUP};
    rdy_address name = address_of(&group);
    struct in_addr any = {0};

    if (family == CONF_FAMILY_V4) {
        return (join ? rdy_udp_socket_join_multicast_v4
                     : rdy_udp_socket_leave_multicast_v4)(socket, name.as.v4.sin_addr, any);
    }
    return (join ? rdy_udp_socket_join_multicast_v6
                 : rdy_udp_socket_leave_multicast_v6)(socket, &name.as.v6.sin6_addr, 0);
}

struct conf_result conf_core_socket_option(uint32_t kind, void *socket, uint32_t family,
                                           uint32_t option, uint32_t value)
{
    rdy_result result = {.status = RDY_FAILED, .os_error = WSAEINVAL};

    switch ((enum conf_option)option) {
    case CONF_OPTION_NODELAY:
        result = rdy_tcp_stream_set_nodelay(socket, value != 0);
        break;
    case CONF_OPTION_TTL:
        result = kind == CONF_SOCKET_LISTENER ? rdy_tcp_listener_set_ttl(socket, value)
                 : kind == CONF_SOCKET_UDP    ? rdy_udp_socket_set_ttl(socket, value)
                                              : rdy_tcp_stream_set_ttl(socket, value);
        break;
    case CONF_OPTION_BROADCAST:
        result = rdy_udp_socket_set_broadcast(socket, value != 0);
        break;
    case CONF_OPTION_LOOP:
        result = family == CONF_FAMILY_V4
                     ? rdy_udp_socket_set_multicast_loop_v4(socket, value != 0)
                     : rdy_udp_socket_set_multicast_loop_v6(socket, value != 0);
        break;
    case CONF_OPTION_GROUP:
        result = group_option(socket, family, value != 0);
        break;
    case CONF_OPTION_LINGER: /* core has no such option */
    case CONF_OPTION_COUNT:
        break;
    }
    return convert(result, 0);
}
