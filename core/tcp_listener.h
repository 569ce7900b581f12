/* tcp_listener: a socket that accepts TCP connections, as a readiness source
 * (mio::net::TcpListener). Threads and readiness: see core/io_source.h; it is READABLE when a
 * connection waits. */
#ifndef CORE_TCP_LISTENER_H
#define CORE_TCP_LISTENER_H

#include "core/address.h"
#include "core/interest.h"
#include "core/registry.h"
#include "core/result.h"
#include "core/tcp_stream.h"

#include <stdint.h>

typedef struct rdy_tcp_listener rdy_tcp_listener;

/* rdy_tcp_listener_bind listens at `address`; port 0 takes a free one. FAILED with the code of
 * WSAStartup, WSASocketW, ioctlsocket, bind (WSAEADDRINUSE) or listen, or ERROR_NOT_ENOUGH_MEMORY;
 * *listener is NULL then. The caller owns *listener and gives it back with rdy_tcp_listener_destroy
 * or rdy_tcp_listener_into_raw_socket. */
RDY_MUST_USE rdy_result rdy_tcp_listener_bind(const rdy_address *address,
                                              rdy_tcp_listener **listener);

/* These are what rdy_io_source_from_raw_socket and the others are. */
RDY_MUST_USE rdy_result rdy_tcp_listener_from_raw_socket(SOCKET socket,
                                                         rdy_tcp_listener **listener);
SOCKET rdy_tcp_listener_raw_socket(const rdy_tcp_listener *listener);
SOCKET rdy_tcp_listener_into_raw_socket(rdy_tcp_listener *listener);

RDY_MUST_USE rdy_result rdy_tcp_listener_register(rdy_tcp_listener *listener,
                                                  rdy_registry *registry, uint64_t token,
                                                  rdy_interest interest);
RDY_MUST_USE rdy_result rdy_tcp_listener_reregister(rdy_tcp_listener *listener,
                                                    rdy_registry *registry, uint64_t token,
                                                    rdy_interest interest);
RDY_MUST_USE rdy_result rdy_tcp_listener_deregister(rdy_tcp_listener *listener,
                                                    rdy_registry *registry);

/* rdy_tcp_listener_accept takes the connection that waits longest: *stream is the caller's,
 * registered nowhere, and *address its peer's, unless that is NULL. WOULD_BLOCK while none waits.
 * FAILED with the code of accept (WSAECONNRESET: its peer has given up; others may wait),
 * ERROR_NOT_ENOUGH_MEMORY or the code of WSAStartup, and no connection is lost, or as
 * rdy_io_source_enter and _would_block. *stream is NULL unless DONE. */
RDY_MUST_USE rdy_result rdy_tcp_listener_accept(rdy_tcp_listener *listener, rdy_tcp_stream **stream,
                                                rdy_address *address);

/* rdy_tcp_listener_would_block is for operations on the raw socket (rdy_io_source_would_block). */
RDY_MUST_USE rdy_result rdy_tcp_listener_would_block(rdy_tcp_listener *listener,
                                                     rdy_interest direction);

/* The address it listens at. FAILED with the code of getsockname. */
RDY_MUST_USE rdy_result rdy_tcp_listener_local_address(const rdy_tcp_listener *listener,
                                                       rdy_address *address);

/* How many routers a packet may pass (IP_TTL). FAILED with the code of setsockopt or getsockopt. */
RDY_MUST_USE rdy_result rdy_tcp_listener_set_ttl(rdy_tcp_listener *listener, DWORD ttl);
RDY_MUST_USE rdy_result rdy_tcp_listener_ttl(const rdy_tcp_listener *listener, DWORD *ttl);

/* These are what rdy_io_source_take_error and the others are. */
RDY_MUST_USE rdy_result rdy_tcp_listener_take_error(rdy_tcp_listener *listener, DWORD *error);
void rdy_tcp_listener_destroy(rdy_tcp_listener *listener);
void rdy_tcp_listener_check(rdy_tcp_listener *listener);

#endif
