/* source_state: a socket and its registration: what all sources that are sockets share (mio
 * IoSourceState). Internal to core.
 *
 * Lies at the beginning of the source it is the state of, in the same block of memory. The source
 * is used from any thread; rdy_source_state_register, _reregister, _deregister and _drop of one do
 * not overlap each other, and _drop overlaps nothing. */
#ifndef CORE_SOURCE_STATE_H
#define CORE_SOURCE_STATE_H

#include "core/interest.h"
#include "core/registry.h"
#include "core/result.h"

#include <stddef.h>
#include <stdint.h>

/* Diagram: source_state.c. */
enum rdy_io_source_state {
    RDY_IO_SOURCE_UNREGISTERED,
    RDY_IO_SOURCE_REGISTERED,
    RDY_IO_SOURCE_DETACHED,
    RDY_IO_SOURCE_DROPPED
};

struct rdy_sock;

struct rdy_source_state {
    LONG references; /* interlocked: the owner's, one a registration that exists */
    SRWLOCK lock;    /* guards what follows, but the socket: that changes when it is dropped only */
    SOCKET socket;
    enum rdy_io_source_state state;
    struct rdy_sock *sock; /* REGISTERED: one reference */
    DWORD error;           /* REGISTERED: why it cannot be watched, not yet returned; else 0 */
};

/* rdy_source_state_init makes a source of zeroed memory of the process heap, which it owns from now
 * on, and of a non-blocking socket that came with a WSAStartup (core/net.h). Cannot fail. */
void rdy_source_state_init(struct rdy_source_state *state, SOCKET socket);

/* rdy_source_state_register and the others are register, reregister and deregister of every source
 * (core/io_source.h). */
RDY_MUST_USE rdy_result rdy_source_state_register(struct rdy_source_state *state,
                                                  rdy_registry *registry, uint64_t token,
                                                  rdy_interest interest);
RDY_MUST_USE rdy_result rdy_source_state_reregister(struct rdy_source_state *state,
                                                    rdy_registry *registry, uint64_t token,
                                                    rdy_interest interest);
RDY_MUST_USE rdy_result rdy_source_state_deregister(struct rdy_source_state *state,
                                                    rdy_registry *registry);

/* rdy_source_state_enter begins an operation: DONE if it may ask the kernel. FAILED with an error
 * that waited for an operation, or ERROR_INVALID_HANDLE once the registry is gone. */
RDY_MUST_USE rdy_result rdy_source_state_enter(struct rdy_source_state *state);

/* rdy_source_state_refused makes the result of an operation that the kernel has refused with
 * `error`: if it would block, its direction is reported again (mio do_io), WOULD_BLOCK; else
 * FAILED. Also FAILED with the reason if the kernel cannot be asked to watch the socket. */
RDY_MUST_USE rdy_result rdy_source_state_refused(struct rdy_source_state *state,
                                                 rdy_interest direction, int error);

/* rdy_source_state_would_block is that for an error that says so. */
RDY_MUST_USE rdy_result rdy_source_state_would_block(struct rdy_source_state *state,
                                                     rdy_interest direction);

/* rdy_source_state_drained is for an operation that was done and took all there was: what comes
 * next in its direction is reported, as if another one had been refused, which the caller may
 * spare. Not when the end was reported: then there is another operation to come that says so.
 * Should the kernel refuse to watch the socket, the next wait tries again. */
void rdy_source_state_drained(struct rdy_source_state *state, rdy_interest direction);

/* rdy_source_state_take_error writes the error that waits for an operation to *error and clears it,
 * 0 if there is none. FAILED ERROR_INVALID_HANDLE once the registry is gone. */
RDY_MUST_USE rdy_result rdy_source_state_take_error(struct rdy_source_state *state, DWORD *error);

/* rdy_source_state_drop ends the life of a source for its owner: nothing more is reported for it.
 * It returns the socket, which is the caller's from now on. The memory goes when the last packet
 * was processed. */
RDY_MUST_USE SOCKET rdy_source_state_drop(struct rdy_source_state *state);

/* rdy_source_state_check asserts the invariants in core/source_state.c. Takes the lock. */
void rdy_source_state_check(struct rdy_source_state *state);

/* ---- for sock_state ---- */

/* rdy_source_state_retain adds a reference, which rdy_source_state_release takes back: not under
 * the lock, unless another one is sure to be left. */
struct rdy_source_state *rdy_source_state_retain(struct rdy_source_state *state);
void rdy_source_state_release(struct rdy_source_state *state);

/* rdy_source_state_detach notes that the registry is going and the registration with it, whose
 * reference is the caller's now. Under the lock. */
void rdy_source_state_detach(struct rdy_source_state *state);

#endif
