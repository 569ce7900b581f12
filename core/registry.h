/* registry: the part of a poll that registers sources; usable from any thread (mio::Registry and
 * the shared half of its Selector). */
#ifndef CORE_REGISTRY_H
#define CORE_REGISTRY_H

#include "core/result.h"

#include <stdint.h>

typedef struct rdy_registry rdy_registry;

/* rdy_registry_clone adds a reference and returns the same registry (a clone is the same registry:
 * it compares equal and registrations through either see each other). Release it with
 * rdy_registry_release; the poll's resources live until the last of poll and clones is gone. */
rdy_registry *rdy_registry_clone(rdy_registry *registry);

/* rdy_registry_release gives a clone back. With the last reference (poll or clone) every source
 * still bound is detached: its later operations are FAILED ERROR_INVALID_HANDLE. What is in flight
 * is cancelled, accepted writes too (bytes may be lost), and reaped; that blocks until the kernel
 * has given everything back. The caller holds no lock. Any thread. */
void rdy_registry_release(rdy_registry *registry);

/* ---- for modules that make sources ---- */

struct rdy_binding;
struct rdy_completion_port;
struct rdy_overlapped;
struct rdy_selector;

/* What a registry asks of a source that is bound to it. */
struct rdy_binding_ops {
    /* pin adds a reference to a bound source. Called under the registry's lock: takes none. */
    void (*pin)(struct rdy_binding *binding);

    /* detach ends the life of a pinned source in its registry: under the lock of the source it
     * unbinds (unless the source did so itself meanwhile), cancels everything in flight and makes
     * sure that nothing is submitted any more. It gives the pin back and returns how many packets
     * are still to come, 0 if the source was not bound any more. */
    uint32_t (*detach)(struct rdy_binding *binding);
};

/* binding: the place of a source in the registry it is bound to. Embedded in the source; all zero
 * but `ops` is unbound. Bound sources are alive: they unbind before they give up their last
 * reference. */
struct rdy_binding {
    const struct rdy_binding_ops *ops;
    rdy_registry *registry;              /* under the lock of the source; NULL: not bound */
    struct rdy_binding *next, *previous; /* under the lock of the registry */
};

/* rdy_registry_bind puts a source into the list of a registry of which the caller holds a
 * reference. rdy_registry_unbind takes it out. Both under the lock of the source, which comes
 * before the registry's. */
void rdy_registry_bind(rdy_registry *registry, struct rdy_binding *binding);
void rdy_registry_unbind(struct rdy_binding *binding);

/* rdy_registry_port returns the completion port: open as long as a poll, a clone or a bound source
 * whose lock the caller holds keeps the registry from being torn down. */
const struct rdy_completion_port *rdy_registry_port(const rdy_registry *registry);

/* rdy_registry_selector returns what decides when polls of sockets are submitted; usable as long as
 * the port is open. */
struct rdy_selector *rdy_registry_selector(rdy_registry *registry);

/* rdy_registry_claim_waker reserves the one waker of a registry; FALSE if there is one already.
 * rdy_registry_return_waker lets another one be made. */
BOOL rdy_registry_claim_waker(rdy_registry *registry);
void rdy_registry_return_waker(rdy_registry *registry);

/* rdy_registry_create makes the registry of a new poll, with one reference. FAILED with the code of
 * CreateIoCompletionPort or ERROR_NOT_ENOUGH_MEMORY; *registry is NULL then. */
RDY_MUST_USE rdy_result rdy_registry_create(rdy_registry **registry);

/* rdy_registry_check asserts the invariants in core/registry.c and core/selector.c. Takes the locks
 * of both. */
void rdy_registry_check(rdy_registry *registry);

#endif
