/* tcp_stream: a TCP connection as a readiness source (mio::net::TcpStream). Threads and readiness:
 * see core/io_source.h. core/RESULTS.md has the table of results and event bits. */
#ifndef CORE_TCP_STREAM_H
#define CORE_TCP_STREAM_H

#include "core/address.h"
#include "core/interest.h"
#include "core/registry.h"
#include "core/result.h"
#include "core/slice.h"

#include <stddef.h>
#include <stdint.h>

typedef struct rdy_tcp_stream rdy_tcp_stream;

enum rdy_shutdown { RDY_SHUTDOWN_READ, RDY_SHUTDOWN_WRITE, RDY_SHUTDOWN_BOTH };

/* rdy_tcp_stream_connect begins to connect to `address`. DONE does not mean that there is a
 * connection: register, wait for WRITABLE, then ask rdy_tcp_stream_take_error and
 * rdy_tcp_stream_peer_address (WSAENOTCONN: not yet). FAILED with the code of WSAStartup,
 * WSASocketW, ioctlsocket or connect, or ERROR_NOT_ENOUGH_MEMORY; *stream is NULL then. The caller
 * owns *stream and gives it back with rdy_tcp_stream_destroy or rdy_tcp_stream_into_raw_socket. */
RDY_MUST_USE rdy_result rdy_tcp_stream_connect(const rdy_address *address, rdy_tcp_stream **stream);

/* These are what rdy_io_source_from_raw_socket and the others are. */
RDY_MUST_USE rdy_result rdy_tcp_stream_from_raw_socket(SOCKET socket, rdy_tcp_stream **stream);
SOCKET rdy_tcp_stream_raw_socket(const rdy_tcp_stream *stream);
SOCKET rdy_tcp_stream_into_raw_socket(rdy_tcp_stream *stream);

RDY_MUST_USE rdy_result rdy_tcp_stream_register(rdy_tcp_stream *stream, rdy_registry *registry,
                                                uint64_t token, rdy_interest interest);
RDY_MUST_USE rdy_result rdy_tcp_stream_reregister(rdy_tcp_stream *stream, rdy_registry *registry,
                                                  uint64_t token, rdy_interest interest);
RDY_MUST_USE rdy_result rdy_tcp_stream_deregister(rdy_tcp_stream *stream, rdy_registry *registry);

/* rdy_tcp_stream_read copies at most `size` bytes to `buffer` and writes their number to *count,
 * which is 0 unless DONE. CLOSED at the end of the stream, as often as it is called: WSAEDISCON
 * when the peer has ended it, WSAESHUTDOWN when the owner has. WOULD_BLOCK while nothing is there.
 * What comes next is reported once it is WOULD_BLOCK, or has given less than was asked for. FAILED
 * with the code of recv (WSAENOTCONN, WSAECONNRESET), or as rdy_io_source_enter and
 * _would_block. */
RDY_MUST_USE rdy_result rdy_tcp_stream_read(rdy_tcp_stream *stream, void *buffer, size_t size,
                                            size_t *count);
/* rdy_tcp_stream_readv reads into several pieces, one behind the other; those beyond the 64th are
 * left as they are. rdy_tcp_stream_peek leaves what it reads to be read again. */
RDY_MUST_USE rdy_result rdy_tcp_stream_readv(rdy_tcp_stream *stream,
                                             const struct rdy_slice_mut *slices, size_t slice_count,
                                             size_t *count);
RDY_MUST_USE rdy_result rdy_tcp_stream_peek(rdy_tcp_stream *stream, void *buffer, size_t size,
                                            size_t *count);

/* rdy_tcp_stream_write takes on at most `size` bytes of `data` and writes their number to *count,
 * which is 0 unless DONE. WOULD_BLOCK while there is no room for any. FAILED with the code of send
 * (WSAENOTCONN, WSAECONNRESET, WSAECONNABORTED, WSAESHUTDOWN), or as read. */
RDY_MUST_USE rdy_result rdy_tcp_stream_write(rdy_tcp_stream *stream, const void *data, size_t size,
                                             size_t *count);
/* rdy_tcp_stream_writev writes several pieces, one behind the other, at most 64 at a time. */
RDY_MUST_USE rdy_result rdy_tcp_stream_writev(rdy_tcp_stream *stream,
                                              const struct rdy_slice *slices, size_t slice_count,
                                              size_t *count);

/* rdy_tcp_stream_would_block is for operations on the raw socket (rdy_io_source_would_block). */
RDY_MUST_USE rdy_result rdy_tcp_stream_would_block(rdy_tcp_stream *stream, rdy_interest direction);

/* rdy_tcp_stream_shutdown ends one or both halves of the connection. FAILED with the code of
 * shutdown (WSAENOTCONN). */
RDY_MUST_USE rdy_result rdy_tcp_stream_shutdown(rdy_tcp_stream *stream, enum rdy_shutdown how);

/* Both ends' addresses. FAILED with the code of getsockname or getpeername (WSAENOTCONN). */
RDY_MUST_USE rdy_result rdy_tcp_stream_local_address(const rdy_tcp_stream *stream,
                                                     rdy_address *address);
RDY_MUST_USE rdy_result rdy_tcp_stream_peer_address(const rdy_tcp_stream *stream,
                                                    rdy_address *address);

/* Options: whether small pieces are sent at once (TCP_NODELAY), how many routers a packet may pass
 * (IP_TTL). FAILED with the code of setsockopt or getsockopt. */
RDY_MUST_USE rdy_result rdy_tcp_stream_set_nodelay(rdy_tcp_stream *stream, BOOL nodelay);
RDY_MUST_USE rdy_result rdy_tcp_stream_nodelay(const rdy_tcp_stream *stream, BOOL *nodelay);
RDY_MUST_USE rdy_result rdy_tcp_stream_set_ttl(rdy_tcp_stream *stream, DWORD ttl);
RDY_MUST_USE rdy_result rdy_tcp_stream_ttl(const rdy_tcp_stream *stream, DWORD *ttl);

/* rdy_tcp_stream_take_error is rdy_io_source_take_error. That of a failed connect stays
 * (WSAECONNREFUSED); a reset leaves none. */
RDY_MUST_USE rdy_result rdy_tcp_stream_take_error(rdy_tcp_stream *stream, DWORD *error);

/* rdy_tcp_stream_destroy is rdy_io_source_destroy. What was written and not sent yet still is. */
void rdy_tcp_stream_destroy(rdy_tcp_stream *stream);

/* rdy_tcp_stream_check is rdy_io_source_check. */
void rdy_tcp_stream_check(rdy_tcp_stream *stream);

#endif
