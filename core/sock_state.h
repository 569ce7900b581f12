/* sock_state: one registration of a socket: what it asks for and the poll that watches it (mio
 * SockState). Internal to core.
 *
 * Each registration is an object of its own, because the poll of an earlier one may still be in
 * flight, perhaps at the port of another registry. All of them are used under the lock of the
 * source they belong to, unless a function says otherwise. */
#ifndef CORE_SOCK_STATE_H
#define CORE_SOCK_STATE_H

#include "core/interest.h"
#include "core/registry.h"
#include "core/selector.h"

/* Diagrams: sock_state.c. */
enum rdy_sock_state { RDY_SOCK_LIVE, RDY_SOCK_CLOSED, RDY_SOCK_RETIRED };
enum rdy_sock_poll_state { RDY_SOCK_POLL_IDLE, RDY_SOCK_POLL_PENDING, RDY_SOCK_POLL_CANCELLED };

struct rdy_source_state;

struct rdy_sock {
    LONG references; /* interlocked: the source's while registered, the poll in flight, pins */

    /* Never change. */
    struct rdy_source_state *source; /* one reference */
    struct rdy_selector *selector;   /* of the registry it was made for */
    SOCKET base;                     /* what the driver calls the socket */

    struct rdy_binding binding;
    struct rdy_update update;
    struct rdy_afd *afd; /* a place in a group; NULL once given back */
    enum rdy_sock_state state;
    enum rdy_sock_poll_state poll;
    uint64_t token;        /* LIVE */
    rdy_interest interest; /* LIVE, CLOSED */
    uint32_t armed;        /* conditions that have yet to be reported: enum rdy_afd_event */
    uint32_t announced;    /* ends that this registration has reported */
    uint32_t watched;      /* PENDING: what the kernel was asked for */
    struct rdy_afd_request request;
};

/* rdy_sock_create makes a registration with one reference, the source's, and tells the kernel of
 * it, now or with the next wait. FAILED, and nothing is left: with the code of WSAIoctl
 * (WSAENOTSOCK), as rdy_afd_group_acquire, ERROR_NOT_ENOUGH_MEMORY, or as rdy_afd_poll. */
RDY_MUST_USE rdy_result rdy_sock_create(struct rdy_source_state *source, rdy_registry *registry,
                                        uint64_t token, rdy_interest interest,
                                        struct rdy_sock **sock);

/* rdy_sock_change gives a registration another token and interest and reports what is ready now
 * again. FAILED as rdy_afd_poll; the old ones hold then. */
RDY_MUST_USE rdy_result rdy_sock_change(struct rdy_sock *sock, uint64_t token,
                                        rdy_interest interest);

/* rdy_sock_rearm has one direction reported again when it is ready: an operation would have
 * blocked. FAILED as rdy_afd_poll: the next wait tries again. */
RDY_MUST_USE rdy_result rdy_sock_rearm(struct rdy_sock *sock, rdy_interest direction);

/* rdy_sock_has_ended tells whether this registration has reported that nothing more will come. */
BOOL rdy_sock_has_ended(const struct rdy_sock *sock);

/* rdy_sock_retire ends a registration: nothing more is reported for it and the socket not polled
 * any more. The source gives up its reference afterwards: rdy_sock_release, not under the lock. */
void rdy_sock_retire(struct rdy_sock *sock);
void rdy_sock_release(struct rdy_sock *sock);

/* ---- for the selector ---- */

/* rdy_sock_pin adds a reference. Under the selector's lock: takes none. */
void rdy_sock_pin(struct rdy_sock *sock);

/* rdy_sock_flush takes a pinned socket out of the update queue and tells the kernel what it asks
 * for. TRUE if the kernel refused: then it wrote an error event. The caller holds no lock; its pin
 * is gone. */
BOOL rdy_sock_flush(struct rdy_sock *sock, rdy_event *event);

/* rdy_sock_check asserts the invariants in core/sock_state.c. */
void rdy_sock_check(struct rdy_sock *sock);

#endif
