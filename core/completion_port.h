/* completion_port: a queue of finished requests (mio sys/windows/iocp.rs).
 *
 * Any thread may use a port; its owner makes sure that nobody does when it is deinitialised. */
#ifndef CORE_COMPLETION_PORT_H
#define CORE_COMPLETION_PORT_H

#include "core/overlapped.h"
#include "core/result.h"

struct rdy_completion_port {
    HANDLE handle;
};

/* rdy_completion_port_init creates the port of *port. FAILED with the code of
 * CreateIoCompletionPort. Give it back with rdy_completion_port_deinit: packets still queued are
 * gone then. */
RDY_MUST_USE rdy_result rdy_completion_port_init(struct rdy_completion_port *port);
void rdy_completion_port_deinit(struct rdy_completion_port *port);

/* rdy_completion_port_add_handle makes requests on `handle` queue their packets here, for as long
 * as the file object lives. FAILED with the code of CreateIoCompletionPort
 * (ERROR_INVALID_PARAMETER: not overlapped, or bound to a port already). */
RDY_MUST_USE rdy_result rdy_completion_port_add_handle(const struct rdy_completion_port *port,
                                                       HANDLE handle);

/* rdy_completion_port_get_many takes at most `capacity` (at least 1) packets in the order in which
 * they were queued and writes their number, at least 1, to *count. It waits for the first one for
 * timeout_ms milliseconds (INFINITE: for ever) and for no other: WOULD_BLOCK after the timeout,
 * which the system may also end early by less than its clock tick. The caller holds no lock. */
RDY_MUST_USE rdy_result rdy_completion_port_get_many(const struct rdy_completion_port *port,
                                                     OVERLAPPED_ENTRY *entries, ULONG capacity,
                                                     DWORD timeout_ms, ULONG *count);

/* rdy_completion_port_post queues a packet for `request`, which must have none in flight. FAILED
 * with the code of PostQueuedCompletionStatus: no packet comes then. Never blocks. */
RDY_MUST_USE rdy_result rdy_completion_port_post(const struct rdy_completion_port *port,
                                                 struct rdy_overlapped *request);

#endif
