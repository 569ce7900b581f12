/* poll: waits for events of registered sources (mio::Poll). */
#ifndef CORE_POLL_H
#define CORE_POLL_H

#include "core/deadline.h"
#include "core/event.h"
#include "core/registry.h"
#include "core/result.h"

#include <stddef.h>
#include <stdint.h>

typedef struct rdy_poll rdy_poll;

/* rdy_poll_create makes a poll with a completion port of its own. The caller owns *poll and gives
 * it back with rdy_poll_destroy. FAILED with the code of CreateIoCompletionPort or
 * ERROR_NOT_ENOUGH_MEMORY; *poll is NULL then. */
RDY_MUST_USE rdy_result rdy_poll_create(rdy_poll **poll);

/* rdy_poll_registry returns the poll's registry, borrowed: valid until rdy_poll_destroy. */
rdy_registry *rdy_poll_registry(rdy_poll *poll);

/* rdy_poll_wait waits until there is an event or timeout_ns nanoseconds have passed (0: do not
 * wait, RDY_WAIT_FOREVER), writes at most `max` events and their number to *count. It returns early
 * only with at least one event; a timeout of 0 takes what is there until one event or nothing is
 * left. One source has at most one event a packet, so the same token may appear twice. One thread
 * at a time: two at once are an assertion. max = 0 is FAILED ERROR_INVALID_PARAMETER, and what the
 * port answers is FAILED; *count is 0 then. Sources and wakers may be used from any thread
 * meanwhile. The caller holds no lock. */
RDY_MUST_USE rdy_result rdy_poll_wait(rdy_poll *poll, rdy_event *events, size_t max,
                                      uint64_t timeout_ns, size_t *count);

/* rdy_poll_destroy gives up the poll, which no thread may be waiting on. With the last reference
 * (poll or registry clone) every source still bound is detached, everything in flight is cancelled
 * and reaped (see rdy_registry_release); that may block until the kernel has given back what it
 * holds. */
void rdy_poll_destroy(rdy_poll *poll);

/* rdy_poll_check asserts the invariants of the poll and of its registry. Takes the registry's lock.
 */
void rdy_poll_check(rdy_poll *poll);

#endif
