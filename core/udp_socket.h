/* udp_socket: a UDP socket as a readiness source (mio::net::UdpSocket). Threads and readiness: see
 * core/io_source.h. core/RESULTS.md has the table of results and event bits. */
#ifndef CORE_UDP_SOCKET_H
#define CORE_UDP_SOCKET_H

#include "core/address.h"
#include "core/interest.h"
#include "core/registry.h"
#include "core/result.h"

#include <stddef.h>
#include <stdint.h>

typedef struct rdy_udp_socket rdy_udp_socket;

/* rdy_udp_socket_bind makes a socket that receives at `address`; port 0 takes a free one. FAILED
 * with the code of WSAStartup, WSASocketW, ioctlsocket or bind (WSAEADDRINUSE), or
 * ERROR_NOT_ENOUGH_MEMORY; *socket is NULL then. The caller owns *socket and gives it back with
 * rdy_udp_socket_destroy or rdy_udp_socket_into_raw_socket. */
RDY_MUST_USE rdy_result rdy_udp_socket_bind(const rdy_address *address, rdy_udp_socket **socket);

/* These are what rdy_io_source_from_raw_socket and the others are. */
RDY_MUST_USE rdy_result rdy_udp_socket_from_raw_socket(SOCKET raw, rdy_udp_socket **socket);
SOCKET rdy_udp_socket_raw_socket(const rdy_udp_socket *socket);
SOCKET rdy_udp_socket_into_raw_socket(rdy_udp_socket *socket);

RDY_MUST_USE rdy_result rdy_udp_socket_register(rdy_udp_socket *socket, rdy_registry *registry,
                                                uint64_t token, rdy_interest interest);
RDY_MUST_USE rdy_result rdy_udp_socket_reregister(rdy_udp_socket *socket, rdy_registry *registry,
                                                  uint64_t token, rdy_interest interest);
RDY_MUST_USE rdy_result rdy_udp_socket_deregister(rdy_udp_socket *socket, rdy_registry *registry);

/* rdy_udp_socket_connect sets whom send reaches and from whom alone datagrams are received. FAILED
 * with the code of connect. */
RDY_MUST_USE rdy_result rdy_udp_socket_connect(rdy_udp_socket *socket, const rdy_address *address);

/* rdy_udp_socket_receive_from takes one datagram into `buffer` and writes its size to *count, which
 * is 0 unless DONE, and its sender to *from. DONE 0 for an empty one; WSAESHUTDOWN after the owner
 * has shut receiving down is CLOSED. WOULD_BLOCK while there is none. FAILED with the code of
 * recvfrom, or as rdy_io_source_enter and _would_block: WSAEMSGSIZE if it is larger than `size`,
 * then `buffer` holds its beginning and the rest is lost; WSAECONNRESET if one that was sent has
 * reached nobody. */
RDY_MUST_USE rdy_result rdy_udp_socket_receive_from(rdy_udp_socket *socket, void *buffer,
                                                    size_t size, size_t *count, rdy_address *from);
/* rdy_udp_socket_peek_from leaves the datagram to be received again. */
RDY_MUST_USE rdy_result rdy_udp_socket_peek_from(rdy_udp_socket *socket, void *buffer, size_t size,
                                                 size_t *count, rdy_address *from);
/* rdy_udp_socket_receive and rdy_udp_socket_peek are for connected sockets, and do not say from
 * whom. FAILED with the code of recv. */
RDY_MUST_USE rdy_result rdy_udp_socket_receive(rdy_udp_socket *socket, void *buffer, size_t size,
                                               size_t *count);
RDY_MUST_USE rdy_result rdy_udp_socket_peek(rdy_udp_socket *socket, void *buffer, size_t size,
                                            size_t *count);

/* rdy_udp_socket_send_to sends one datagram and writes its size to *count, which is 0 unless DONE.
 * WOULD_BLOCK while there is no room. FAILED with the code of sendto (WSAEMSGSIZE, WSAEACCES:
 * broadcast is not allowed), or as receive_from. rdy_udp_socket_send is for connected sockets. */
RDY_MUST_USE rdy_result rdy_udp_socket_send_to(rdy_udp_socket *socket, const void *data,
                                               size_t size, const rdy_address *to, size_t *count);
RDY_MUST_USE rdy_result rdy_udp_socket_send(rdy_udp_socket *socket, const void *data, size_t size,
                                            size_t *count);

/* rdy_udp_socket_would_block is for operations on the raw socket (rdy_io_source_would_block). */
RDY_MUST_USE rdy_result rdy_udp_socket_would_block(rdy_udp_socket *socket, rdy_interest direction);

/* Both ends' addresses. FAILED with the code of getsockname or getpeername (WSAENOTCONN). */
RDY_MUST_USE rdy_result rdy_udp_socket_local_address(const rdy_udp_socket *socket,
                                                     rdy_address *address);
RDY_MUST_USE rdy_result rdy_udp_socket_peer_address(const rdy_udp_socket *socket,
                                                    rdy_address *address);

/* Options. FAILED with the code of setsockopt or getsockopt. Broadcast: SO_BROADCAST; ttl: IP_TTL;
 * multicast_loop: whether what is sent to a group comes back (IP_, IPV6_MULTICAST_LOOP);
 * multicast_ttl: IP_MULTICAST_TTL; only_v6: whether an IPv6 socket leaves IPv4 alone
 * (IPV6_V6ONLY). */
RDY_MUST_USE rdy_result rdy_udp_socket_set_broadcast(rdy_udp_socket *socket, BOOL broadcast);
RDY_MUST_USE rdy_result rdy_udp_socket_broadcast(const rdy_udp_socket *socket, BOOL *broadcast);
RDY_MUST_USE rdy_result rdy_udp_socket_set_ttl(rdy_udp_socket *socket, DWORD ttl);
RDY_MUST_USE rdy_result rdy_udp_socket_ttl(const rdy_udp_socket *socket, DWORD *ttl);
RDY_MUST_USE rdy_result rdy_udp_socket_set_multicast_loop_v4(rdy_udp_socket *socket, BOOL loop);
RDY_MUST_USE rdy_result rdy_udp_socket_multicast_loop_v4(const rdy_udp_socket *socket, BOOL *loop);
RDY_MUST_USE rdy_result rdy_udp_socket_set_multicast_ttl_v4(rdy_udp_socket *socket, DWORD ttl);
RDY_MUST_USE rdy_result rdy_udp_socket_multicast_ttl_v4(const rdy_udp_socket *socket, DWORD *ttl);
RDY_MUST_USE rdy_result rdy_udp_socket_set_multicast_loop_v6(rdy_udp_socket *socket, BOOL loop);
RDY_MUST_USE rdy_result rdy_udp_socket_multicast_loop_v6(const rdy_udp_socket *socket, BOOL *loop);
RDY_MUST_USE rdy_result rdy_udp_socket_only_v6(const rdy_udp_socket *socket, BOOL *only_v6);

/* rdy_udp_socket_join_multicast_v4 and the others join and leave the group `group`, on the
 * interface with the IPv4 address `interface_address` (INADDR_ANY: the default one), or with that
 * number (0: any). FAILED with the code of setsockopt. */
RDY_MUST_USE rdy_result rdy_udp_socket_join_multicast_v4(rdy_udp_socket *socket,
                                                         struct in_addr group,
                                                         struct in_addr interface_address);
RDY_MUST_USE rdy_result rdy_udp_socket_leave_multicast_v4(rdy_udp_socket *socket,
                                                          struct in_addr group,
                                                          struct in_addr interface_address);
RDY_MUST_USE rdy_result rdy_udp_socket_join_multicast_v6(rdy_udp_socket *socket,
                                                         const struct in6_addr *group,
                                                         ULONG interface_index);
RDY_MUST_USE rdy_result rdy_udp_socket_leave_multicast_v6(rdy_udp_socket *socket,
                                                          const struct in6_addr *group,
                                                          ULONG interface_index);

/* These are what rdy_io_source_take_error and the others are. */
RDY_MUST_USE rdy_result rdy_udp_socket_take_error(rdy_udp_socket *socket, DWORD *error);
void rdy_udp_socket_destroy(rdy_udp_socket *socket);
void rdy_udp_socket_check(rdy_udp_socket *socket);

#endif
