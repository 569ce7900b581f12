/* io_source: any socket as a readiness source (mio IoSource): for protocols that core has no type
 * of. Its maker does the input and output himself and says when it would have blocked.
 *
 * Threads, for this and all other sources that are sockets: every function may be called from any
 * thread at any time, also while another thread polls, with two exceptions that exclusive access
 * gives in Rust: register, reregister, deregister, into_raw_socket and destroy of one source do not
 * overlap each other, and into_raw_socket and destroy overlap nothing on that source. No function
 * blocks.
 *
 * A source reports a direction once: again after its operation has answered WOULD_BLOCK, or after
 * register or reregister. So read and write until WOULD_BLOCK. */
#ifndef CORE_IO_SOURCE_H
#define CORE_IO_SOURCE_H

#include "core/interest.h"
#include "core/registry.h"
#include "core/result.h"

#include <stdint.h>

typedef struct rdy_io_source rdy_io_source;

/* rdy_io_source_from_raw_socket takes over a socket, which it makes non-blocking. FAILED with the
 * code of ioctlsocket or WSAStartup, or ERROR_NOT_ENOUGH_MEMORY; *source is NULL and the socket the
 * caller's still then. The caller owns *source and gives it back with rdy_io_source_destroy or
 * rdy_io_source_into_raw_socket. */
RDY_MUST_USE rdy_result rdy_io_source_from_raw_socket(SOCKET socket, rdy_io_source **source);

/* rdy_io_source_raw_socket returns the socket, which stays the source's: not to be closed. */
SOCKET rdy_io_source_raw_socket(const rdy_io_source *source);

/* rdy_io_source_into_raw_socket ends the source as rdy_io_source_destroy does, but for the socket:
 * it is the caller's then, with the WSAStartup that it came with. */
SOCKET rdy_io_source_into_raw_socket(rdy_io_source *source);

/* rdy_io_source_register makes the poll of `registry` report this source under `token`, within
 * `interest`. What is ready now is reported, too. FAILED, and nothing has changed:
 * ERROR_INVALID_PARAMETER for an empty or unknown interest, ERROR_ALREADY_EXISTS if it is
 * registered, ERROR_INVALID_HANDLE if its registry went while it was, ERROR_NOT_ENOUGH_MEMORY,
 * WSAENOTSOCK, or the Win32 code for what the driver below Winsock answered. If that answers later,
 * with the next wait, the source has an error event, and the next operation or take_error returns
 * the code. */
RDY_MUST_USE rdy_result rdy_io_source_register(rdy_io_source *source, rdy_registry *registry,
                                               uint64_t token, rdy_interest interest);

/* rdy_io_source_reregister changes token and interest and reports what is ready now again. The
 * kernel is asked anew, so an error that waited for an operation is forgotten, as by deregister.
 * FAILED as register, with ERROR_NOT_FOUND if it is not registered and ERROR_ALREADY_EXISTS if it
 * is elsewhere; the old registration holds then. */
RDY_MUST_USE rdy_result rdy_io_source_reregister(rdy_io_source *source, rdy_registry *registry,
                                                 uint64_t token, rdy_interest interest);

/* rdy_io_source_deregister ends the registration: no wait that starts later reports its token.
 * FAILED as reregister. */
RDY_MUST_USE rdy_result rdy_io_source_deregister(rdy_io_source *source, rdy_registry *registry);

/* rdy_io_source_enter begins an operation on the raw socket: FAILED with an error that waited for
 * one, or ERROR_INVALID_HANDLE once its registry is gone, else DONE. */
RDY_MUST_USE rdy_result rdy_io_source_enter(rdy_io_source *source);

/* rdy_io_source_would_block says that an operation on the raw socket would block: `direction` is
 * reported again when it is ready, if the source is registered for it (mio IoSource::do_io).
 * Answers WOULD_BLOCK, or FAILED if the kernel cannot be asked to watch the socket. */
RDY_MUST_USE rdy_result rdy_io_source_would_block(rdy_io_source *source, rdy_interest direction);

/* rdy_io_source_take_error writes an error that waits for an operation, or else that of the socket
 * (SO_ERROR), to *error; 0 if there is none. FAILED with the code of getsockopt, or as enter. */
RDY_MUST_USE rdy_result rdy_io_source_take_error(rdy_io_source *source, DWORD *error);

/* rdy_io_source_destroy drops the source and closes its socket; nothing more is reported for it.
 * Its memory goes when the last packet was processed, which takes a polling thread or the end of
 * the registry. */
void rdy_io_source_destroy(rdy_io_source *source);

/* rdy_io_source_check asserts the invariants in core/source_state.c and core/sock_state.c. Takes
 * the lock. */
void rdy_io_source_check(rdy_io_source *source);

#endif
