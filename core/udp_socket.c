/* udp_socket: see udp_socket.h. */
#include "core/udp_socket.h"

#include "core/net.h"
#include "core/source_state.h"

struct rdy_udp_socket {
    struct rdy_source_state state; /* first */
};

/* ---- life and registration ---- */

rdy_result rdy_udp_socket_bind(const rdy_address *address, rdy_udp_socket **socket)
{
    void *created;
    rdy_result result = rdy_net_reserve(sizeof **socket, &created);
    if (result.status == RDY_DONE) {
        SOCKET raw;
        result = rdy_net_open_bound(address, SOCK_DGRAM, &raw);
        result = rdy_net_conclude(result, raw, &created);
    }
    *socket = created;
    return result;
}

rdy_result rdy_udp_socket_from_raw_socket(SOCKET raw, rdy_udp_socket **socket)
{
    void *created;
    rdy_result result = rdy_net_from_raw(raw, sizeof **socket, &created);
    *socket = created;
    return result;
}

SOCKET rdy_udp_socket_raw_socket(const rdy_udp_socket *socket)
{
    return socket->state.socket;
}

SOCKET rdy_udp_socket_into_raw_socket(rdy_udp_socket *socket)
{
    return rdy_source_state_drop(&socket->state);
}

rdy_result rdy_udp_socket_register(rdy_udp_socket *socket, rdy_registry *registry, uint64_t token,
                                   rdy_interest interest)
{
    return rdy_source_state_register(&socket->state, registry, token, interest);
}

rdy_result rdy_udp_socket_reregister(rdy_udp_socket *socket, rdy_registry *registry, uint64_t token,
                                     rdy_interest interest)
{
    return rdy_source_state_reregister(&socket->state, registry, token, interest);
}

rdy_result rdy_udp_socket_deregister(rdy_udp_socket *socket, rdy_registry *registry)
{
    return rdy_source_state_deregister(&socket->state, registry);
}

void rdy_udp_socket_destroy(rdy_udp_socket *socket)
{
    rdy_net_drop(&socket->state);
}

void rdy_udp_socket_check(rdy_udp_socket *socket)
{
    rdy_source_state_check(&socket->state);
}

/* ---- datagrams ---- */

rdy_result rdy_udp_socket_connect(rdy_udp_socket *socket, const rdy_address *address)
{
    if (connect(socket->state.socket, &address->as.any, address->size) != 0) {
        return rdy_failed((DWORD)WSAGetLastError());
    }
    return rdy_done();
}

rdy_result rdy_udp_socket_receive_from(rdy_udp_socket *socket, void *buffer, size_t size,
                                       size_t *count, rdy_address *from)
{
    return rdy_net_receive_from(&socket->state, 0, buffer, size, count, from);
}

rdy_result rdy_udp_socket_peek_from(rdy_udp_socket *socket, void *buffer, size_t size,
                                    size_t *count, rdy_address *from)
{
    return rdy_net_receive_from(&socket->state, MSG_PEEK, buffer, size, count, from);
}

rdy_result rdy_udp_socket_receive(rdy_udp_socket *socket, void *buffer, size_t size, size_t *count)
{
    return rdy_net_receive(&socket->state, FALSE, 0, buffer, size, count);
}

rdy_result rdy_udp_socket_peek(rdy_udp_socket *socket, void *buffer, size_t size, size_t *count)
{
    return rdy_net_receive(&socket->state, FALSE, MSG_PEEK, buffer, size, count);
}

rdy_result rdy_udp_socket_send_to(rdy_udp_socket *socket, const void *data, size_t size,
                                  const rdy_address *to, size_t *count)
{
    return rdy_net_send_to(&socket->state, data, size, to, count);
}

rdy_result rdy_udp_socket_send(rdy_udp_socket *socket, const void *data, size_t size, size_t *count)
{
    return rdy_net_send(&socket->state, data, size, count);
}

rdy_result rdy_udp_socket_would_block(rdy_udp_socket *socket, rdy_interest direction)
{
    return rdy_source_state_would_block(&socket->state, direction);
}

rdy_result rdy_udp_socket_take_error(rdy_udp_socket *socket, DWORD *error)
{
    return rdy_net_take_error(&socket->state, error);
}

/* ---- addresses and options ---- */

rdy_result rdy_udp_socket_local_address(const rdy_udp_socket *socket, rdy_address *address)
{
    return rdy_net_local_address(socket->state.socket, address);
}

rdy_result rdy_udp_socket_peer_address(const rdy_udp_socket *socket, rdy_address *address)
{
    return rdy_net_peer_address(socket->state.socket, address);
}

rdy_result rdy_udp_socket_set_broadcast(rdy_udp_socket *socket, BOOL broadcast)
{
    return rdy_net_set_flag(socket->state.socket, SOL_SOCKET, SO_BROADCAST, broadcast);
}

rdy_result rdy_udp_socket_broadcast(const rdy_udp_socket *socket, BOOL *broadcast)
{
    return rdy_net_flag(socket->state.socket, SOL_SOCKET, SO_BROADCAST, broadcast);
}

rdy_result rdy_udp_socket_set_ttl(rdy_udp_socket *socket, DWORD ttl)
{
    return rdy_net_set_number(socket->state.socket, IPPROTO_IP, IP_TTL, ttl);
}

rdy_result rdy_udp_socket_ttl(const rdy_udp_socket *socket, DWORD *ttl)
{
    return rdy_net_number(socket->state.socket, IPPROTO_IP, IP_TTL, ttl);
}

rdy_result rdy_udp_socket_set_multicast_loop_v4(rdy_udp_socket *socket, BOOL loop)
{
    return rdy_net_set_flag(socket->state.socket, IPPROTO_IP, IP_MULTICAST_LOOP, loop);
}

rdy_result rdy_udp_socket_multicast_loop_v4(const rdy_udp_socket *socket, BOOL *loop)
{
    return rdy_net_flag(socket->state.socket, IPPROTO_IP, IP_MULTICAST_LOOP, loop);
}

rdy_result rdy_udp_socket_set_multicast_ttl_v4(rdy_udp_socket *socket, DWORD ttl)
{
    return rdy_net_set_number(socket->state.socket, IPPROTO_IP, IP_MULTICAST_TTL, ttl);
}

rdy_result rdy_udp_socket_multicast_ttl_v4(const rdy_udp_socket *socket, DWORD *ttl)
{
    return rdy_net_number(socket->state.socket, IPPROTO_IP, IP_MULTICAST_TTL, ttl);
}

rdy_result rdy_udp_socket_set_multicast_loop_v6(rdy_udp_socket *socket, BOOL loop)
{
    return rdy_net_set_flag(socket->state.socket, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, loop);
}

rdy_result rdy_udp_socket_multicast_loop_v6(const rdy_udp_socket *socket, BOOL *loop)
{
    return rdy_net_flag(socket->state.socket, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, loop);
}

rdy_result rdy_udp_socket_only_v6(const rdy_udp_socket *socket, BOOL *only_v6)
{
    return rdy_net_flag(socket->state.socket, IPPROTO_IPV6, IPV6_V6ONLY, only_v6);
}

/* ---- groups ---- */

static rdy_result change_group_v4(rdy_udp_socket *socket, int option, struct in_addr group,
                                  struct in_addr interface_address)
{
    struct ip_mreq request = {.imr_multiaddr = group, .imr_interface = interface_address};
    return rdy_net_set_bytes(socket->state.socket, IPPROTO_IP, option, &request, sizeof request);
}

rdy_result rdy_udp_socket_join_multicast_v4(rdy_udp_socket *socket, struct in_addr group,
                                            struct in_addr interface_address)
{
    return change_group_v4(socket, IP_ADD_MEMBERSHIP, group, interface_address);
}

rdy_result rdy_udp_socket_leave_multicast_v4(rdy_udp_socket *socket, struct in_addr group,
                                             struct in_addr interface_address)
{
    return change_group_v4(socket, IP_DROP_MEMBERSHIP, group, interface_address);
}

static rdy_result change_group_v6(rdy_udp_socket *socket, int option, const struct in6_addr *group,
                                  ULONG interface_index)
{
    struct ipv6_mreq request = {.ipv6mr_multiaddr = *group, .ipv6mr_interface = interface_index};
    return rdy_net_set_bytes(socket->state.socket, IPPROTO_IPV6, option, &request, sizeof request);
}

rdy_result rdy_udp_socket_join_multicast_v6(rdy_udp_socket *socket, const struct in6_addr *group,
                                            ULONG interface_index)
{
    return change_group_v6(socket, IPV6_ADD_MEMBERSHIP, group, interface_index);
}

rdy_result rdy_udp_socket_leave_multicast_v6(rdy_udp_socket *socket, const struct in6_addr *group,
                                             ULONG interface_index)
{
    return change_group_v6(socket, IPV6_DROP_MEMBERSHIP, group, interface_index);
}
