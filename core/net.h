/* net: what core asks of Winsock, for sources that are sockets (mio sys/windows/net.rs and what it
 * leaves to std::net). Internal to core. */
#ifndef CORE_NET_H
#define CORE_NET_H

#include "core/address.h"
#include "core/result.h"
#include "core/slice.h"
#include "core/source_state.h"

/* Pieces handed to the kernel in one call; an operation takes no more of them. */
#define RDY_NET_SLICES_MAX 64u

/* ---- life ---- */

/* rdy_net_reserve prepares a source of `size` bytes that begins with a struct rdy_source_state: its
 * memory and a WSAStartup of its own; the system counts them. FAILED ERROR_NOT_ENOUGH_MEMORY or
 * with the code of WSAStartup; *source is NULL then. */
RDY_MUST_USE rdy_result rdy_net_reserve(size_t size, void **source);

/* rdy_net_conclude makes a reserved source one with `socket`, if `result` is DONE; otherwise it
 * gives back what was reserved and *source is NULL. It returns `result`. */
RDY_MUST_USE rdy_result rdy_net_conclude(rdy_result result, SOCKET socket, void **source);

/* rdy_net_drop ends the life of a source and closes its socket. One that somebody else has closed
 * is an assertion. */
void rdy_net_drop(struct rdy_source_state *state);

/* rdy_net_from_raw makes a source of `size` bytes of a socket of others, which becomes
 * non-blocking. FAILED with the code of ioctlsocket, or as rdy_net_reserve; the socket stays theirs
 * then. */
RDY_MUST_USE rdy_result rdy_net_from_raw(SOCKET socket, size_t size, void **source);

/* rdy_net_open makes a non-blocking socket that child processes do not inherit. FAILED with the
 * code of WSASocketW or ioctlsocket. rdy_net_close gives it back; it never blocks. */
RDY_MUST_USE rdy_result rdy_net_open(int family, int type, SOCKET *socket);
void rdy_net_close(SOCKET socket);

/* rdy_net_open_bound makes one that is bound to `address`. FAILED as rdy_net_open or with the code
 * of bind; nothing is left then. */
RDY_MUST_USE rdy_result rdy_net_open_bound(const rdy_address *address, int type, SOCKET *socket);

/* ---- operations: results as in core/RESULTS.md ---- */

/* rdy_net_receive and rdy_net_receive_slices read from a stream or a connected datagram socket;
 * *count is 0 unless DONE. `is_stream`: nothing more is CLOSED, unless nothing was asked for, and
 * less than was asked for has the source reported again when there is more. */
RDY_MUST_USE rdy_result rdy_net_receive(struct rdy_source_state *state, BOOL is_stream, int flags,
                                        void *buffer, size_t size, size_t *count);
RDY_MUST_USE rdy_result rdy_net_receive_slices(struct rdy_source_state *state,
                                               const struct rdy_slice_mut *slices,
                                               size_t slice_count, size_t *count);
RDY_MUST_USE rdy_result rdy_net_receive_from(struct rdy_source_state *state, int flags,
                                             void *buffer, size_t size, size_t *count,
                                             rdy_address *from);

RDY_MUST_USE rdy_result rdy_net_send(struct rdy_source_state *state, const void *data, size_t size,
                                     size_t *count);
RDY_MUST_USE rdy_result rdy_net_send_slices(struct rdy_source_state *state,
                                            const struct rdy_slice *slices, size_t slice_count,
                                            size_t *count);
RDY_MUST_USE rdy_result rdy_net_send_to(struct rdy_source_state *state, const void *data,
                                        size_t size, const rdy_address *to, size_t *count);

/* ---- what a socket knows of itself: FAILED with the code of the call ---- */

RDY_MUST_USE rdy_result rdy_net_local_address(SOCKET socket, rdy_address *address);
RDY_MUST_USE rdy_result rdy_net_peer_address(SOCKET socket, rdy_address *address);

/* Options that are numbers or flags, and those of `size` bytes. */
RDY_MUST_USE rdy_result rdy_net_number(SOCKET socket, int level, int option, DWORD *value);
RDY_MUST_USE rdy_result rdy_net_set_number(SOCKET socket, int level, int option, DWORD value);
RDY_MUST_USE rdy_result rdy_net_flag(SOCKET socket, int level, int option, BOOL *value);
RDY_MUST_USE rdy_result rdy_net_set_flag(SOCKET socket, int level, int option, BOOL value);
RDY_MUST_USE rdy_result rdy_net_set_bytes(SOCKET socket, int level, int option, const void *value,
                                          int size);

/* rdy_net_take_error writes the error that waits for an operation, else that of the socket
 * (SO_ERROR), to *error; 0 if there is none. */
RDY_MUST_USE rdy_result rdy_net_take_error(struct rdy_source_state *state, DWORD *error);

#endif
